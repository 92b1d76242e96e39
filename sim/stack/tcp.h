// TCP (RFC 9293; 7323 timestamps and window scale, 2018 and 2883 SACK, 6298 RTO, 8985 RACK and TLP) as Linux does it.
#pragma once

#include "sim/kernel/byte_queue.h"
#include "sim/kernel/flat_map.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/id.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/time.h"
#include "sim/stack/notice.h"
#include "sim/stack/tcp_congestion.h"
#include "sim/wire/ipv4.h"
#include "sim/wire/tcp.h"

#include <cstdint>
#include <span>
#include <vector>

namespace sim::stack {

class Context;

/// TcpState is the state of a connection (RFC 9293 3.3.2).
enum class TcpState : std::uint8_t {
    Closed,
    Listen,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
};

/// TcpSegment is something sent and not yet acknowledged.
struct TcpSegment {
    std::uint32_t sequence = 0;
    std::uint32_t length = 0; ///< bytes of payload
    bool syn = false, fin = false, push = false;
    bool sacked = false, lost = false;
    bool retransmitted = false; ///< sent again, and that is still on the way
    bool everRetransmitted = false;
    bool appLimited = false;
    bool joined = false;     ///< in one buffer with the segment before it
    kernel::SimTime sent{0}; ///< when last sent
    // for delivery rate samples: the state when it was sent
    kernel::SimTime firstSent{0}, deliveredStamp{0};
    std::uint32_t delivered = 0;
    std::uint32_t end() const { return sequence + length + syn + fin; }
};

/// TcpCaState is Linux's state of loss recovery.
enum class TcpCaState : std::uint8_t { Open, Disorder, Cwr, Recovery, Loss };
/// TcpPending says what the socket's one transmit timer is set for.
enum class TcpPending : std::uint8_t { None, Retransmit, Probe, LossProbe, Reorder };

/// TcpSocket is one end of a connection.
struct TcpSocket {
    bool used = false;
    TcpState state = TcpState::Closed;
    kernel::AppId owner;
    bool closedByUser = false; ///< nobody reads or writes any more
    bool miniature = false;    ///< closed and only waiting: Linux keeps no socket for it, whose ACKs have IP id 0
    bool proven = false;       ///< the next hop answers, or there would be no progress: the next segment confirms it
    Errno error = Errno::None, softError = Errno::None;

    std::uint32_t local = 0, remote = 0;
    std::uint16_t localPort = 0, remotePort = 0;
    std::uint16_t nextIpId = 0;

    // listening
    std::uint16_t backlog = 0;
    bool holds = false;                   ///< connections of this listener wait until its program takes them
    std::uint32_t waiting = 0;            ///< how many do
    std::uint32_t listener = 0xffff'ffff; ///< the socket that a half-open connection came by
    std::uint32_t halfOpen = 0;           ///< connections of this listener that are not established yet

    // sending
    std::uint32_t iss = 0, sndUna = 0, sndNxt = 0;
    std::uint32_t sndSmall = 0; ///< end of the latest segment that was not full (Minshall's Nagle)
    std::uint32_t sndWindow = 0, sndWl1 = 0, maxWindow = 0;
    std::uint32_t pushed = 0; ///< up to here PSH was asked for
    std::uint8_t sndScale = 0, rcvScale = 0;
    std::uint16_t mss = 536; ///< payload of a full segment without SACK blocks, from the peer's MSS and the MTU
    std::uint16_t advertisedMss = 1460;
    bool sackOk = false, timestampsOk = false;
    kernel::ByteQueue out;              ///< bytes from sndUna on (the SYN does not count)
    std::uint32_t outLimit = 2'626'560; ///< send buffer, bytes
    bool finQueued = false, finSent = false;
    bool writableWanted = false;
    bool noDelay = false;
    kernel::Ring<TcpSegment> flight;
    kernel::Ring<std::uint32_t> pushMarks;                    ///< ends of writes that are not sent yet
    std::uint32_t sackedOut = 0, lostOut = 0, retransOut = 0; ///< segments
    kernel::SimTime lastDataSent{0};
    kernel::SimTime clock{0}; ///< when the socket last looked at the clock: with a segment, a timer, a call

    // congestion control and recovery, in segments as Linux counts
    TcpCongestion congestion = TcpCongestion::Cubic;
    TcpCaState caState = TcpCaState::Open;
    TcpPending pending = TcpPending::None;
    std::uint32_t cwnd = 10, ssthresh = 0x7fff'ffff, cwndCount = 0;
    std::uint32_t priorCwnd = 0, priorSsthresh = 0, highSequence = 0;
    std::uint32_t prrDelivered = 0, prrOut = 0;
    std::uint32_t maxPacketsOut = 0, cwndUsageSequence = 0;
    bool cwndLimited = false, frto = false;
    bool undoMarker = false;
    std::uint32_t undoSequence = 0;
    std::int32_t undoRetrans = 0;
    std::uint32_t retransStamp = 0; ///< timestamp value of the first retransmission of an episode; 0: none
    std::uint32_t tlpHighSequence = 0;
    bool tlpActive = false, tlpRetransmitted = false;
    std::uint32_t reordering = 3;
    bool reorderingSeen = false;
    std::uint8_t retransmits = 0, probesOut = 0, backoff = 0;
    CubicState cubic;
    BbrState bbr;
    // delivery rate
    std::uint32_t delivered = 0, lostTotal = 0, appLimited = 0;
    kernel::SimTime firstSent{0}, deliveredStamp{0};
    // pacing
    bool paced = false;
    std::uint64_t pacingRate = 0; ///< bytes per second; 0: no limit
    kernel::SimTime nextSend{0};
    std::uint32_t dataSegmentsOut = 0;

    // round trip, RFC 6298 as Linux has it; microseconds, the smoothed one eightfold
    std::int64_t srtt8 = 0, mdev = 0, mdevMax = 0, rttvar = 0, minRtt = INT64_MAX;
    std::uint32_t rttSequence = 0;
    kernel::SimTime rto = std::chrono::seconds(1);
    std::uint32_t tsOffset = 0, tsRecent = 0;
    std::uint32_t echo = 0; ///< timestamp that the latest segment echoed; 0: none
    kernel::SimTime tsRecentAt{0};
    std::uint32_t tailStart = 0; ///< where the buffer begins that the latest write was put into
    // RACK (RFC 8985)
    kernel::SimTime rackSent{0}, rackRtt{0};
    std::uint32_t rackEnd = 0;
    std::uint8_t rackSteps = 1;
    bool rackAdvanced = false, dsackSeen = false;

    // receiving
    std::uint32_t irs = 0, rcvNxt = 0, rcvWup = 0, rcvWindow = 0;
    std::uint32_t lastAckSent = 0;
    std::uint16_t rcvMss = 536;
    kernel::ByteQueue in;
    std::uint32_t inCharge = 0;            ///< what the received bytes occupy, with the overhead of their buffers
    std::uint32_t receiveBuffer = 131'072; ///< SO_RCVBUF as the kernel counts
    bool receiveBufferLocked = false;
    std::uint8_t windowRatio = 128; ///< how much of a buffer is payload, in 1/256
    std::uint32_t windowClamp = 65'536, rcvSsthresh = 64'240;
    std::uint32_t copied = 0; ///< sequence number up to which the program has read
    std::uint32_t spaceSequence = 0,
                  space = 0; ///< receive window tuning: where a measurement began, bytes of the latest
    kernel::SimTime spaceTime{0};
    std::int64_t rcvRtt8 = 0; ///< microseconds, eightfold
    std::uint32_t rcvRttEcho = 0;
    struct OutOfOrder {
        std::uint32_t sequence = 0;
        std::vector<std::uint8_t> bytes;
    };
    std::vector<OutOfOrder> outOfOrder;      ///< sorted, not overlapping
    std::vector<wire::SackBlock> sackBlocks; ///< latest first
    wire::SackBlock duplicateSack;
    bool duplicateSackSet = false;
    bool finReceived = false;
    bool finRead = false; ///< the program knows
    std::uint32_t finSequence = 0;
    bool finSeen = false; ///< a FIN arrived, perhaps out of order

    // acknowledging
    std::uint8_t quickAcks = 0;
    bool pingpong = false, ackPending = false, ackNow = false, ackPushed = false, ackPushedTwice = false;
    std::uint8_t dupAcks = 0, compressedAcks = 0;
    std::uint32_t compressedAt = 0;
    std::uint16_t lastSegmentSize = 0;
    kernel::SimTime ato{0}, lastReceived{0}, lastHeard{0}, lastOutOfWindowAck{kernel::SimTime::min()};

    // timers: the moment when each is due, kNever when off
    kernel::SimTime retransmitAt = kernel::kNever, delayedAckAt = kernel::kNever, closeAt = kernel::kNever;
    kernel::SimTime paceAt = kernel::kNever, compressedAckAt = kernel::kNever, keepAliveAt = kernel::kNever;
    kernel::SimTime timerScheduled = kernel::kNever;              ///< the earliest timer event in the queue
    std::uint8_t synRetries = 0;                                  ///< SYNs or SYN-ACKs sent again, for whatever reason
    std::uint8_t synTimeouts = 0;                                 ///< those that the timer sent
    wire::FastOpenRequest fastOpen = wire::FastOpenRequest::None; ///< what the SYN asks for; data waits for the SYN-ACK
    kernel::SimTime keepIdle{0}, keepInterval{0};                 ///< 0: no keep-alive

    std::uint32_t packetsOut() const { return std::uint32_t(flight.size()); }
    /// inFlight is how many segments the network is thought to hold.
    std::uint32_t inFlight() const { return packetsOut() - sackedOut - lostOut + retransOut; }
    std::uint32_t writeEnd() const { return sndUna + std::uint32_t(out.size()); }
};

/// TcpKey is the two ends of a connection.
struct TcpKey {
    std::uint32_t local = 0, remote = 0;
    std::uint16_t localPort = 0, remotePort = 0;
    bool operator==(const TcpKey&) const = default;
};
constexpr std::uint64_t hashOf(const TcpKey& k) {
    return kernel::mix64((std::uint64_t(k.local) << 32 | k.remote) ^
                         kernel::mix64(std::uint64_t(k.localPort) << 16 | k.remotePort));
}

/// TcpTable is the TCP sockets of a device.
struct TcpTable {
    TcpCongestion congestion = TcpCongestion::Cubic; ///< net.ipv4.tcp_congestion_control
    std::vector<TcpSocket> sockets;
    std::vector<std::uint32_t> free;
    kernel::FlatMap<TcpKey, std::uint32_t> connections; ///< listeners have remote 0:0
    std::uint64_t secret = 0;                           ///< of sequence numbers and timestamps (RFC 6528)
    kernel::FlatMap<std::uint64_t, std::uint8_t>
        cookieless; ///< by address: requests for a Fast Open cookie without one
};

namespace tcp {

/// listen waits for connections to a port (local 0: any address); an invalid id when the port is taken.
kernel::SocketId listen(Context& c, kernel::AppId owner, std::uint32_t local, std::uint16_t port,
                        std::uint16_t backlog = 128);
/// hold lets the connections of a listener wait until accept takes them; when more wait than its backlog says, SYNs and
/// the ends of handshakes are dropped.
void hold(Context& c, kernel::SocketId listener);
/// accept takes a connection that NoticeKind::Accepted told of out of its listener's queue.
void accept(Context& c, kernel::SocketId connection);
/// ConnectOptions is what a program may ask for before the handshake.
struct ConnectOptions {
    std::uint16_t localPort = 0;     ///< 0: an ephemeral one
    std::uint64_t receiveBuffer = 0; ///< SO_RCVBUF, bytes; 0: as the system likes
    bool fastOpen =
        false; ///< MSG_FASTOPEN: ask for a cookie, and send what is written before the handshake with its end
};
/// connect sends a SYN; the outcome comes as NoticeKind::Connected or Closed. An error at once leaves *socket invalid.
Errno connect(Context& c, kernel::AppId owner, std::uint32_t remote, std::uint16_t port, kernel::SocketId* socket,
              const ConnectOptions& options = {});
/// send queues bytes and gives how many found room; when fewer than all, NoticeKind::Writable comes later.
std::size_t send(Context& c, kernel::SocketId s, std::span<const std::uint8_t> bytes);
/// receive appends what has arrived to out (at most limit bytes) and gives how much that was.
std::size_t receive(Context& c, kernel::SocketId s, std::vector<std::uint8_t>& out, std::size_t limit = SIZE_MAX);
/// ended tells that the peer has closed its half and everything was read.
bool ended(const Context& c, kernel::SocketId s);
/// shutdown closes our half (SHUT_WR); close lets go of the socket, which may live on until the peer has heard of it.
void shutdown(Context& c, kernel::SocketId s);
void close(Context& c, kernel::SocketId s);
/// abort lets go of the socket with a reset (SO_LINGER 0).
void abort(Context& c, kernel::SocketId s);
/// writable tells that send may still take something, now or later.
bool writable(const Context& c, kernel::SocketId s);
/// setNoDelay is TCP_NODELAY: small segments need not wait for an ACK.
void setNoDelay(Context& c, kernel::SocketId s, bool on);
/// setKeepAlive is SO_KEEPALIVE with TCP_KEEPIDLE and TCP_KEEPINTVL; idle 0 turns it off.
void setKeepAlive(Context& c, kernel::SocketId s, kernel::SimTime idle, kernel::SimTime interval);
/// setReceiveBuffer is SO_RCVBUF, in bytes as the program says them; a listener's holds for its connections.
void setReceiveBuffer(Context& c, kernel::SocketId s, std::uint64_t bytes);

/// input handles a segment to us; consumes the frame.
void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame);
/// timer handles EventKind::TcpTimer.
void timer(Context& c, std::uint32_t socket);
/// icmpError tells the connection of the quoted segment; mtu is that of "fragmentation needed".
void icmpError(Context& c, std::uint32_t from, std::uint8_t type, std::uint8_t code, std::uint32_t mtu,
               wire::Ipv4View quoted, std::span<const std::uint8_t> transport);
/// refuse answers a segment with a reset, as a filter rule may ask for.
void refuse(Context& c, wire::Ipv4View packet);
/// pathMtuChanged lets every connection with remote send no more at once than a path MTU allows.
void pathMtuChanged(Context& c, std::uint32_t remote, std::uint32_t mtu);
const char* stateName(TcpState state);

} // namespace tcp
} // namespace sim::stack
