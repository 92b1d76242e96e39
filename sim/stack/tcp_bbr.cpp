// BBR, version 1 (Cardwell et al., 2016; draft-cardwell-iccrg-bbr-congestion-control-00), with Linux's constants: paces
// by the bandwidth it has measured instead of waiting for loss. Gains are in 1/256, bandwidth in segments/µs << 24.
// The long-term sampling that looks for policers is left out.
#include "sim/stack/tcp_internal.h"

#include <algorithm>

namespace sim::stack {

void WindowedMax::update(std::uint32_t window, std::uint32_t time, std::uint64_t value) {
    const Sample fresh{time, value};
    if (value >= best[0].value || time - best[2].time > window) {
        best.fill(fresh);
        return;
    }
    if (value >= best[1].value)
        best[1] = best[2] = fresh;
    else if (value >= best[2].value)
        best[2] = fresh;
    const std::uint32_t age = time - best[0].time;
    if (age > window) { // the best has left the window: the next ones move up
        best[0] = best[1];
        best[1] = best[2];
        best[2] = fresh;
        if (time - best[0].time > window) {
            best[0] = best[1];
            best[1] = best[2];
        }
    } else if (best[1].time == best[0].time && age > window / 4) {
        best[1] = best[2] = fresh;
    } else if (best[2].time == best[1].time && age > window / 2) {
        best[2] = fresh;
    }
}

namespace tcp::bbr {

using kernel::SimTime;
using Mode = BbrState::Mode;

namespace {

constexpr std::uint32_t kUnit = 256, kHighGain = kUnit * 2885 / 1000 + 1, kDrainGain = kUnit * 1000 / 2885,
                        kCwndGain = kUnit * 2;
constexpr std::uint32_t kCycle[] = {kUnit * 5 / 4, kUnit * 3 / 4, kUnit, kUnit, kUnit, kUnit, kUnit, kUnit};
constexpr std::uint32_t kCycleLength = 8, kBandwidthRounds = kCycleLength + 2, kLeastCwnd = 4, kExtraRounds = 5;
constexpr int kBwScale = 24;
constexpr SimTime kMinRttWindow = std::chrono::seconds(10), kProbeRttTime = std::chrono::milliseconds(200);

std::uint64_t maxBandwidth(const TcpSocket& s) { return s.bbr.bandwidth.get(); }

std::uint64_t rateOf(const TcpSocket& s, std::uint64_t bandwidth, std::uint32_t gain) {
    std::uint64_t rate = bandwidth * s.mss;
    rate = rate * gain >> 8;
    return rate * (1'000'000 / 100 * 99) >> kBwScale;
}

void initPacingFromRtt(TcpSocket& s) {
    std::uint64_t rtt = 1000;
    if (s.srtt8) {
        rtt = std::uint64_t(std::max<std::int64_t>(s.srtt8 >> 3, 1));
        s.bbr.seenRtt = true;
    }
    s.pacingRate = rateOf(s, (std::uint64_t(s.cwnd) << kBwScale) / rtt, kHighGain);
}

void setPacing(TcpSocket& s, std::uint64_t bandwidth, std::uint32_t gain) {
    const std::uint64_t rate = rateOf(s, bandwidth, gain);
    if (!s.bbr.seenRtt && s.srtt8) initPacingFromRtt(s);
    if (s.bbr.fullBandwidthReached || rate > s.pacingRate) s.pacingRate = rate;
}

std::uint32_t burstGoal(const TcpSocket& s) {
    const auto bytes = std::uint32_t(std::min<std::uint64_t>(s.pacingRate >> 10, 65'536 - 1 - 320));
    return std::min(std::max(bytes / std::max<std::uint32_t>(s.mss, 1), minimumTsoSegments(s)), 127u);
}

std::uint32_t bdp(const TcpSocket& s, std::uint64_t bandwidth, std::uint32_t gain) {
    if (s.bbr.minRttUs == INT64_MAX) return kInitialWindow;
    const std::uint64_t w = bandwidth * std::uint64_t(s.bbr.minRttUs);
    return std::uint32_t(((w * gain >> 8) + (1ULL << kBwScale) - 1) >> kBwScale);
}

std::uint32_t quantized(const TcpSocket& s, std::uint32_t cwnd) {
    cwnd += 3 * burstGoal(s);
    cwnd = (cwnd + 1) & ~1u;
    if (s.bbr.mode == Mode::ProbeBw && s.bbr.cycle == 0) cwnd += 2;
    return cwnd;
}

std::uint32_t inflightFor(const TcpSocket& s, std::uint64_t bandwidth, std::uint32_t gain) {
    return quantized(s, bdp(s, bandwidth, gain));
}

void saveCwnd(TcpSocket& s) {
    BbrState& b = s.bbr;
    if (b.previousState < std::uint8_t(TcpCaState::Recovery) && b.mode != Mode::ProbeRtt)
        b.priorCwnd = s.cwnd;
    else
        b.priorCwnd = std::max(b.priorCwnd, s.cwnd);
}

void startup(BbrState& b) { b.mode = Mode::Startup; }

void advanceCycle(BbrState& b, SimTime now) {
    b.cycle = std::uint8_t((b.cycle + 1) & (kCycleLength - 1));
    b.cycleStamp = now;
}

void probeBandwidth(BbrState& b, SimTime now, std::uint64_t random) {
    b.mode = Mode::ProbeBw;
    b.cycle = std::uint8_t(kCycleLength - 1 - random % 7);
    advanceCycle(b, now);
}

void updateBandwidth(TcpSocket& s, const RateSample& r) {
    BbrState& b = s.bbr;
    b.roundStart = false;
    if (r.delivered < 0 || r.intervalUs <= 0) return;
    if (!before(r.priorDelivered, b.nextRoundDelivered)) {
        b.nextRoundDelivered = s.delivered;
        ++b.rounds;
        b.roundStart = true;
        b.packetConservation = false;
    }
    const std::uint64_t bandwidth = (std::uint64_t(r.delivered) << kBwScale) / std::uint64_t(r.intervalUs);
    if (!r.appLimited || bandwidth >= maxBandwidth(s)) b.bandwidth.update(kBandwidthRounds, b.rounds, bandwidth);
}

void updateAggregation(TcpSocket& s, const RateSample& r, SimTime now) {
    BbrState& b = s.bbr;
    if (r.ackedSacked == 0 || r.delivered < 0 || r.intervalUs <= 0) return;
    if (b.roundStart && ++b.extraAckedRounds >= kExtraRounds) {
        b.extraAckedRounds = 0;
        b.extraAckedIndex ^= 1;
        b.extraAcked[b.extraAckedIndex] = 0;
    }
    const std::uint64_t epoch = std::uint64_t(microseconds(now - b.ackEpoch));
    auto expected = std::uint32_t(maxBandwidth(s) * epoch >> kBwScale);
    if (b.ackEpochAcked <= expected || b.ackEpochAcked + r.ackedSacked >= 0x10'0000) {
        b.ackEpochAcked = 0;
        b.ackEpoch = now;
        expected = 0;
    }
    b.ackEpochAcked = std::min(b.ackEpochAcked + r.ackedSacked, 0xf'ffffu);
    b.extraAcked[b.extraAckedIndex] =
        std::max(b.extraAcked[b.extraAckedIndex], std::min(b.ackEpochAcked - expected, s.cwnd));
}

bool nextPhase(const TcpSocket& s, const RateSample& r, SimTime now) {
    const BbrState& b = s.bbr;
    const bool full = microseconds(now - b.cycleStamp) > b.minRttUs;
    const std::uint32_t gain = kCycle[b.cycle];
    if (gain == kUnit) return full;
    if (gain > kUnit) return full && (r.losses || r.priorInFlight >= inflightFor(s, maxBandwidth(s), gain));
    return full || r.priorInFlight <= inflightFor(s, maxBandwidth(s), kUnit);
}

void updateMinRtt(TcpSocket& s, const RateSample& r, SimTime now, std::uint64_t random) {
    BbrState& b = s.bbr;
    const bool expired = now - b.minRttStamp > kMinRttWindow;
    if (r.rttUs >= 0 && (r.rttUs < b.minRttUs || (expired && !r.ackDelayed))) {
        b.minRttUs = r.rttUs;
        b.minRttStamp = now;
    }
    if (expired && !b.idleRestart && b.mode != Mode::ProbeRtt) {
        b.mode = Mode::ProbeRtt;
        saveCwnd(s);
        b.probeRttDone = SimTime::zero();
    }
    if (b.mode == Mode::ProbeRtt) {
        s.appLimited = std::max(s.delivered + s.inFlight(), 1u);
        if (b.probeRttDone == SimTime::zero() && s.inFlight() <= kLeastCwnd) {
            b.probeRttDone = now + kProbeRttTime;
            b.probeRttRoundDone = false;
            b.nextRoundDelivered = s.delivered;
        } else if (b.probeRttDone != SimTime::zero()) {
            if (b.roundStart) b.probeRttRoundDone = true;
            if (b.probeRttRoundDone && now > b.probeRttDone) {
                b.minRttStamp = now;
                s.cwnd = std::max(s.cwnd, b.priorCwnd);
                if (b.fullBandwidthReached)
                    probeBandwidth(b, now, random);
                else
                    startup(b);
            }
        }
    }
    if (r.delivered > 0) b.idleRestart = false;
}

void updateModel(TcpSocket& s, const RateSample& r, SimTime now, std::uint64_t random) {
    BbrState& b = s.bbr;
    updateBandwidth(s, r);
    updateAggregation(s, r, now);
    if (b.mode == Mode::ProbeBw && nextPhase(s, r, now)) advanceCycle(b, now);
    if (!b.fullBandwidthReached && b.roundStart && !r.appLimited) {
        if (maxBandwidth(s) >= b.fullBandwidth * 5 / 4) {
            b.fullBandwidth = maxBandwidth(s);
            b.fullBandwidthCount = 0;
        } else {
            b.fullBandwidthReached = ++b.fullBandwidthCount >= 3;
        }
    }
    if (b.mode == Mode::Startup && b.fullBandwidthReached) {
        b.mode = Mode::Drain;
        s.ssthresh = inflightFor(s, maxBandwidth(s), kUnit);
    }
    if (b.mode == Mode::Drain && s.inFlight() <= inflightFor(s, maxBandwidth(s), kUnit)) probeBandwidth(b, now, random);
    updateMinRtt(s, r, now, random);
    switch (b.mode) {
    case Mode::Startup: b.pacingGain = b.cwndGain = kHighGain; break;
    case Mode::Drain:
        b.pacingGain = kDrainGain;
        b.cwndGain = kHighGain;
        break;
    case Mode::ProbeBw:
        b.pacingGain = kCycle[b.cycle];
        b.cwndGain = kCwndGain;
        break;
    case Mode::ProbeRtt: b.pacingGain = b.cwndGain = kUnit; break;
    }
}

/// recoverOrRestore handles the window at the borders of recovery; true when it has the last word.
bool recoverOrRestore(TcpSocket& s, const RateSample& r, std::uint32_t* cwnd) {
    BbrState& b = s.bbr;
    const auto state = std::uint8_t(s.caState), recovery = std::uint8_t(TcpCaState::Recovery);
    *cwnd = s.cwnd;
    if (r.losses) *cwnd = std::max(std::int32_t(*cwnd - r.losses), 1);
    if (state == recovery && b.previousState != recovery) {
        b.packetConservation = true;
        b.nextRoundDelivered = s.delivered;
        *cwnd = s.inFlight() + r.ackedSacked;
    } else if (b.previousState >= recovery && state < recovery) {
        *cwnd = std::max(*cwnd, b.priorCwnd);
        b.packetConservation = false;
    }
    b.previousState = state;
    if (!b.packetConservation) return false;
    *cwnd = std::max(*cwnd, s.inFlight() + r.ackedSacked);
    return true;
}

void setCwnd(TcpSocket& s, const RateSample& r) {
    BbrState& b = s.bbr;
    std::uint32_t cwnd = s.cwnd;
    if (r.ackedSacked && !recoverOrRestore(s, r, &cwnd)) {
        std::uint32_t target = bdp(s, maxBandwidth(s), b.cwndGain);
        if (b.fullBandwidthReached) {
            const auto most = std::uint32_t(maxBandwidth(s) * 100'000 >> kBwScale);
            target += std::min(std::max(b.extraAcked[0], b.extraAcked[1]), most);
        }
        target = quantized(s, target);
        if (b.fullBandwidthReached)
            cwnd = std::min(cwnd + r.ackedSacked, target);
        else if (cwnd < target || s.delivered < kInitialWindow)
            cwnd += r.ackedSacked;
        cwnd = std::max(cwnd, kLeastCwnd);
    }
    s.cwnd = cwnd;
    if (b.mode == Mode::ProbeRtt) s.cwnd = std::min(s.cwnd, kLeastCwnd);
}

} // namespace

std::uint32_t minimumTsoSegments(const TcpSocket& s) { return s.pacingRate < 1'200'000 / 8 ? 1 : 2; }

void init(TcpSocket& s, SimTime now, std::uint64_t) {
    s.bbr = {};
    BbrState& b = s.bbr;
    b.active = true;
    b.nextRoundDelivered = s.delivered;
    b.minRttUs = s.minRtt;
    b.minRttStamp = b.ackEpoch = now;
    b.pacingGain = b.cwndGain = kHighGain;
    initPacingFromRtt(s);
    s.paced = true;
}

void control(TcpSocket& s, const RateSample& sample, SimTime now, std::uint64_t random) {
    updateModel(s, sample, now, random);
    setPacing(s, maxBandwidth(s), s.bbr.pacingGain);
    setCwnd(s, sample);
}

std::uint32_t ssthresh(TcpSocket& s) {
    saveCwnd(s);
    return s.ssthresh;
}

void enterLoss(TcpSocket& s) {
    s.bbr.previousState = std::uint8_t(TcpCaState::Loss);
    s.bbr.fullBandwidth = 0;
    s.bbr.roundStart = true;
}

void transmitStart(TcpSocket& s, SimTime now) {
    if (!s.appLimited) return;
    s.bbr.idleRestart = true;
    s.bbr.ackEpoch = now;
    s.bbr.ackEpochAcked = 0;
    if (s.bbr.mode == Mode::ProbeBw) setPacing(s, maxBandwidth(s), kUnit);
}

void undo(TcpSocket& s) {
    s.bbr.fullBandwidth = 0;
    s.bbr.fullBandwidthCount = 0;
}

} // namespace tcp::bbr
} // namespace sim::stack
