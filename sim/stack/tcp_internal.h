// What the parts of TCP share among themselves.
#pragma once

#include "sim/stack/context.h"
#include "sim/stack/ip.h"
#include "sim/stack/tcp.h"

namespace sim::stack::tcp {

constexpr bool before(std::uint32_t a, std::uint32_t b) { return std::int32_t(a - b) < 0; }
constexpr bool after(std::uint32_t a, std::uint32_t b) { return before(b, a); }
constexpr std::int64_t microseconds(kernel::SimTime t) { return t.count() / 1000; }
constexpr kernel::SimTime fromMicroseconds(std::int64_t us) { return kernel::SimTime(us * 1000); }

inline constexpr kernel::SimTime kRtoMin = std::chrono::milliseconds(200), kRtoMax = std::chrono::seconds(120);
inline constexpr kernel::SimTime kRtoInitial = std::chrono::seconds(1), kRtoFallback = std::chrono::seconds(3);
inline constexpr kernel::SimTime kAtoMin = std::chrono::milliseconds(40), kAtoMax = std::chrono::milliseconds(200);
inline constexpr kernel::SimTime kTimerSlack = std::chrono::milliseconds(2); ///< TCP_TIMEOUT_MIN_US
inline constexpr kernel::SimTime kTimeoutMin = std::chrono::milliseconds(8); ///< TCP_TIMEOUT_MIN: two ticks
inline constexpr kernel::SimTime kTimeWait = std::chrono::seconds(60), kFinTimeout = std::chrono::seconds(60);
inline constexpr int kSynLinear = 4, kSynAckRetries = 5, kRetries = 15, kKeepAliveProbes = 9;
inline constexpr std::uint32_t kInitialWindow = 10, kInfiniteSsthresh = 0x7fff'ffff;
inline constexpr std::uint32_t kDefaultBuffer = 131'072, kLargestBuffer = 6'291'456; ///< net.ipv4.tcp_rmem
inline constexpr std::uint8_t kMaxQuickAcks = 16;

/// AckFlag bits tell what an ACK brought, as Linux's FLAG_… do.
enum AckFlag : std::uint32_t {
    kFlagData = 1,
    kFlagWindowUpdate = 2,
    kFlagDataAcked = 4,
    kFlagRetransAcked = 8,
    kFlagSynAcked = 0x10,
    kFlagDataSacked = 0x20,
    kFlagLostRetrans = 0x80,
    kFlagSlowPath = 0x100,
    kFlagOriginalSacked = 0x200,
    kFlagAdvanced = 0x400,
    kFlagDsacking = 0x800,
    kFlagSetTimer = 0x1000,
    kFlagDsackTlp = 0x2000,
    kFlagAckDelayed = 0x10000,
    kFlagAcked = kFlagDataAcked | kFlagSynAcked,
    kFlagNotDuplicate = kFlagData | kFlagWindowUpdate | kFlagAcked,
    kFlagForward = kFlagAcked | kFlagDataSacked,
};
/// Resend is what an acknowledgment makes a sender send.
enum class Resend : std::uint8_t { None, Lost, New };

// tcp.cpp
TcpSocket& at(Context& c, std::uint32_t s);
std::uint32_t allocate(Context& c);
TcpKey keyOf(const TcpSocket& s);
void setState(Context& c, TcpSocket& s, TcpState state);
/// finish ends a connection: tells the program, or lets go of the socket when the program did so before.
void finish(Context& c, std::uint32_t s, Errno error);
/// prepare fills what a fresh connection knows before its first segment.
void prepare(Context& c, TcpSocket& s, std::uint32_t interfaceMtu);

// tcp_output.cpp
/// output sends what the windows allow; nagleOff for pushes that must not wait.
void output(Context& c, std::uint32_t s, bool nagleOff = false);
/// sendOne sends at most one burst although the congestion window may be full; true when something went out.
bool sendProbeOfNewData(Context& c, std::uint32_t s);
void sendAck(Context& c, TcpSocket& s);
/// sendSegment puts one segment on the way, fresh or again; the caller does the book-keeping.
void sendSegment(Context& c, TcpSocket& s, TcpSegment& segment);
void sendReset(Context& c, TcpSocket& s);
/// sendProbe sends an empty segment before the window, to be answered with an ACK (keep-alive and zero window probes).
void sendProbe(Context& c, TcpSocket& s);
/// writeWakeup sends a zero window probe, or what the window has room for.
void writeWakeup(Context& c, std::uint32_t s);
/// resetUnknown answers a segment that belongs to nothing (RFC 9293 3.10.7.1).
void resetUnknown(Context& c, wire::Ipv4View packet, const wire::TcpHeader& header, std::size_t payload);
std::uint32_t timestamp(Context& c, const TcpSocket& s);
/// tsoSegments is how many segments one burst may have.
std::uint32_t tsoSegments(const TcpSocket& s);
/// paceHolds tells that the next burst must wait, and sets the timer; sentPaced moves the moment of the next one.
bool paceHolds(Context& c, std::uint32_t s);
void sentPaced(Context& c, TcpSocket& s, std::uint32_t bytes);
/// mssNow is the payload of a segment with the SACK blocks that are due.
std::uint32_t mssNow(const TcpSocket& s);

// tcp_receive.cpp
/// select chooses the initial receive window and scale for a segment size.
void selectInitialWindow(TcpSocket& s, std::uint32_t unit);
/// established makes receive buffer and window ready for data.
void initBuffers(Context& c, TcpSocket& s);
/// receivable is what the peer may still send of the window it was told.
std::uint32_t receivable(const TcpSocket& s);
/// selectWindow decides the window to announce and remembers it.
std::uint32_t selectWindow(TcpSocket& s);
/// takeData moves payload into the stream, in order or not.
void takeData(Context& c, std::uint32_t s, const wire::TcpHeader& h, std::span<const std::uint8_t> payload);
/// checkAck sends an ACK that is due, at once or later.
void checkAck(Context& c, std::uint32_t s, bool outOfOrderPossible);
void enterQuickAck(TcpSocket& s);
void setDuplicateSack(TcpSocket& s, std::uint32_t left, std::uint32_t right);
/// cleaned is what happens after the program has read copied bytes.
void cleanedUp(Context& c, std::uint32_t s, std::size_t copied);
void measureRttOfReceiver(Context& c, TcpSocket& s, const wire::TcpHeader& h, std::size_t payload);
bool inQuickAck(const TcpSocket& s);

// tcp_timer.cpp
/// arm sets the transmit timer.
void arm(Context& c, std::uint32_t s, TcpPending what, kernel::SimTime wait);
void rearmRto(Context& c, std::uint32_t s);
bool scheduleLossProbe(Context& c, std::uint32_t s, bool advancingRto);
void schedule(Context& c, std::uint32_t s);
void estimateRtt(TcpSocket& s, std::int64_t rttUs);
void armKeepAlive(Context& c, std::uint32_t s, kernel::SimTime wait);

// tcp_ack.cpp
/// acknowledge handles the ACK of a segment whose sequence is in the window; false when it acknowledges what was never
/// sent.
bool acknowledge(Context& c, std::uint32_t s, const wire::TcpHeader& h, std::size_t payload, bool slowPath);
/// synAcked is the ACK of our SYN: a first round trip time.
void synAcked(Context& c, std::uint32_t s, const wire::TcpHeader& h);

// tcp_input.cpp
/// listenerFor is the entry of who listens at an address and port, or none.
std::uint32_t listenerFor(Context& c, std::uint32_t local, std::uint16_t port);

// tcp_timewait.cpp
/// beyond is where a connection may begin that follows another one at once: past all that this may still have on the
/// way.
std::uint32_t beyond(const TcpSocket& s);
/// outlived handles a segment for a connection of which only the memory is left (TIME-WAIT, or FIN-WAIT-2 without a
/// program); true when it is a SYN that a listener may take, and the connection is gone: *sequence is then for its
/// answer.
bool outlived(Context& c, std::uint32_t s, wire::Ipv4View packet, const wire::TcpHeader& h, std::size_t payload,
              std::uint32_t* sequence);

// tcp_recovery.cpp
void alert(Context& c, std::uint32_t s, bool duplicate, std::uint32_t* flag, Resend* resend);
void control(Context& c, std::uint32_t s, std::uint32_t flag, const RateSample& rate);
void transmitRecovery(Context& c, std::uint32_t s, Resend resend);
void enterLoss(Context& c, std::uint32_t s);
void rackTimeout(Context& c, std::uint32_t s);
/// retransmitLost sends lost segments again, as far as the window goes.
void retransmitLost(Context& c, std::uint32_t s);
/// retransmit sends the k-th segment in flight again; only its first full part when it has become too large.
void retransmit(Context& c, std::uint32_t i, std::size_t k, const char* why);
/// lostWithoutBlame sends again what is marked lost and leaves the window as it is: the network was not full.
void lostWithoutBlame(Context& c, std::uint32_t s);
void tailProbeAcked(Context& c, std::uint32_t s, std::uint32_t ack, std::uint32_t flag);
void initCongestion(Context& c, TcpSocket& s);
bool inReduction(const TcpSocket& s);
void updatePacingRate(TcpSocket& s);
void transmitStart(Context& c, TcpSocket& s);

// tcp_path_mtu.cpp
/// resendSmaller cuts what is in flight anew after the MSS fell, and sends again at once what was too large.
void resendSmaller(Context& c, std::uint32_t s, std::uint32_t mssBefore);

} // namespace sim::stack::tcp
