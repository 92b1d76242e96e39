// Congestion control as values: CUBIC (RFC 9438, integer arithmetic as Linux has it), Reno (RFC 5681) and BBR version
// 1, with the delivery rate samples that BBR lives on (draft-cheng-iccrg-delivery-rate-estimation).
#pragma once

#include "sim/kernel/time.h"

#include <array>
#include <cstdint>

namespace sim::stack {

struct TcpSocket;

/// TcpCongestion is how a sender finds its rate.
enum class TcpCongestion : std::uint8_t { Cubic, Reno, Bbr };

/// CubicState: windows in segments, times in milliseconds unless they say otherwise.
struct CubicState {
    std::uint32_t count = 0; ///< one more segment for so many acknowledged ones
    std::uint32_t lastMaxCwnd = 0, lastCwnd = 0, originPoint = 0, k = 0;
    std::int64_t lastTime = 0, epochStart = 0;
    std::uint32_t ackCount = 0, renoCwnd = 0;
    // HyStart, in microseconds
    std::int64_t delayMin = 0, roundStart = 0, lastAck = 0, currentRtt = INT64_MAX;
    std::uint32_t endSequence = 0;
    std::uint8_t samples = 0;
    bool found = false;
};

/// RateSample is what one ACK tells of the delivery rate.
struct RateSample {
    kernel::SimTime priorStamp{0}; ///< when the sample began; 0: no sample
    std::uint32_t priorDelivered = 0;
    std::uint32_t lastEnd = 0;
    std::int64_t delivered = 0; ///< segments in interval; -1: nothing to say
    std::int64_t intervalUs = 0;
    std::int64_t rttUs = -1;
    std::uint32_t losses = 0, ackedSacked = 0, priorInFlight = 0;
    bool appLimited = false, retransmitted = false, ackDelayed = false;
};

/// WindowedMax is the largest value of the latest so many rounds (Kathleen Nichols' algorithm: the best three).
struct WindowedMax {
    struct Sample {
        std::uint32_t time = 0;
        std::uint64_t value = 0;
    };
    std::array<Sample, 3> best{};
    std::uint64_t get() const { return best[0].value; }
    void update(std::uint32_t window, std::uint32_t time, std::uint64_t value);
};

/// BbrState is what BBR keeps of a connection.
struct BbrState {
    enum class Mode : std::uint8_t { Startup, Drain, ProbeBw, ProbeRtt };
    Mode mode = Mode::Startup;
    WindowedMax bandwidth; ///< segments per microsecond << 24
    std::int64_t minRttUs = INT64_MAX;
    kernel::SimTime minRttStamp{0}, probeRttDone{0}, cycleStamp{0}, ackEpoch{0};
    std::uint32_t rounds = 0, nextRoundDelivered = 0;
    std::uint32_t priorCwnd = 0, ackEpochAcked = 0;
    std::uint64_t fullBandwidth = 0;
    std::uint32_t fullBandwidthCount = 0;
    std::uint32_t pacingGain = 0, cwndGain = 0; ///< in 1/256
    std::array<std::uint32_t, 2> extraAcked{};
    std::uint32_t extraAckedRounds = 0;
    std::uint8_t extraAckedIndex = 0, cycle = 0, previousState = 0;
    bool fullBandwidthReached = false, roundStart = false, idleRestart = false, packetConservation = false;
    bool probeRttRoundDone = false, seenRtt = false, active = false;
};

namespace tcp {

// Called by the parts of TCP; each does what the socket's algorithm wants at that moment.
namespace cubic {
void reset(CubicState& k);
void startRound(TcpSocket& s, kernel::SimTime now);
std::uint32_t ssthresh(TcpSocket& s);
void acked(TcpSocket& s, std::int64_t rttUs, kernel::SimTime now);
/// avoid grows the window for so many acknowledged segments.
void avoid(TcpSocket& s, std::uint32_t acked, kernel::SimTime now);
} // namespace cubic

namespace bbr {
void init(TcpSocket& s, kernel::SimTime now, std::uint64_t random);
/// control is the whole of BBR for one ACK: model, pacing rate, window.
void control(TcpSocket& s, const RateSample& sample, kernel::SimTime now, std::uint64_t random);
std::uint32_t ssthresh(TcpSocket& s);
void enterLoss(TcpSocket& s);
void transmitStart(TcpSocket& s, kernel::SimTime now);
void undo(TcpSocket& s);
std::uint32_t minimumTsoSegments(const TcpSocket& s);
} // namespace bbr

} // namespace tcp
} // namespace sim::stack
