// Sending: segments with Linux's options, Nagle, windows, ACKs and resets.
#include "sim/stack/tcp_internal.h"

#include <algorithm>
#include <array>

namespace sim::stack::tcp {

using kernel::SimTime;
using wire::Ipv4Header;
using wire::Ipv4View;
using wire::TcpFlags;
using wire::TcpHeader;

namespace {

constexpr std::size_t kIpEnd = ip::kLinkHeader + Ipv4Header::kSize;

/// transmit makes the frame of a segment and sends it. payload lies in the socket's queue.
void transmit(Context& c, const TcpHeader& h, std::span<const std::uint8_t> payload, std::uint32_t source,
              std::uint32_t destination, std::uint16_t ipId, TcpSocket* socket = nullptr) {
    const Destination d = c.system().extras & System::kPolicy
                              ? ip::findRoute(c, Flow{.destination = destination,
                                                      .source = source,
                                                      .protocol = 6,
                                                      .ports = {h.sourcePort, h.destinationPort}})
                              : ip::findRoute(c, destination);
    const auto what = h.rst() ? Unsent::Reset : h.syn() && h.ack() ? Unsent::SynAck : Unsent::Segment;
    if (ip::cannotSend(c, d, what, destination, source)) return;
    const std::size_t size = h.size();
    const auto frame = c.frames().allocate(std::uint32_t(kIpEnd + size + payload.size()));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    std::copy(payload.begin(), payload.end(), bytes.begin() + std::ptrdiff_t(kIpEnd + size));
    Ipv4Header{.protocol = 6,
               .id = ipId,
               .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader),
               .dontFragment = true,
               .source = source,
               .destination = destination}
        .write(&bytes[ip::kLinkHeader]);
    h.write(bytes.subspan(kIpEnd), Ipv4View(&bytes[ip::kLinkHeader]).addresses());
    if (socket && socket->proven) {
        socket->proven = false;
        if (d.kind == Destination::Kind::Unicast) neighbour::confirm(c, d.interface, d.nextHop);
    }
    ip::send(c, frame, d);
}

/// head fills what every segment of an established connection says; it counts as an ACK.
TcpHeader head(Context& c, TcpSocket& s, std::uint8_t flags) {
    TcpHeader h;
    h.sourcePort = s.localPort;
    h.destinationPort = s.remotePort;
    h.flags = flags;
    if (s.timestampsOk) {
        h.options.timestamps = true;
        h.options.tsValue = timestamp(c, s);
        h.options.tsEcho = s.tsRecent;
    }
    if (!(flags & TcpFlags::kAck)) return h;
    h.acknowledgment = s.rcvNxt;
    if (flags & TcpFlags::kSyn) {
        h.window = std::uint16_t(std::min<std::uint32_t>(s.rcvWindow, 0xffff));
        s.rcvWup = s.rcvNxt;
    } else {
        h.window = std::uint16_t(std::min<std::uint32_t>(selectWindow(s) >> s.rcvScale, 0xffff));
    }
    s.lastAckSent = s.rcvNxt;
    if (s.ackPending && s.quickAcks > 0 && --s.quickAcks == 0) s.ato = kAtoMin;
    s.delayedAckAt = s.compressedAckAt = kernel::kNever;
    s.compressedAcks = 0;
    s.ackPending = s.ackNow = s.ackPushed = s.ackPushedTwice = false;
    if (s.sackOk && !(flags & TcpFlags::kSyn)) {
        const std::uint8_t most = s.timestampsOk ? 3 : 4;
        if (s.duplicateSackSet) h.options.sack[h.options.sackCount++] = s.duplicateSack;
        for (const auto& block : s.sackBlocks)
            if (h.options.sackCount < most) h.options.sack[h.options.sackCount++] = block;
        s.duplicateSackSet = false;
    }
    return h;
}

/// stillWaits tells whether a segment has not left yet, because nobody knows the next hop's MAC: then it is not lost.
bool stillWaits(Context& c, const TcpSocket& s, const TcpSegment& segment) {
    const Destination d = ip::findRoute(
        c, Flow{.destination = s.remote, .source = s.local, .protocol = 6, .ports = {s.localPort, s.remotePort}});
    if (d.kind != Destination::Kind::Unicast) return false;
    std::array<std::uint8_t, 8> begin;
    wire::put16(&begin[0], s.localPort);
    wire::put16(&begin[2], s.remotePort);
    wire::put32(&begin[4], segment.sequence);
    return neighbour::holds(c, d.interface, d.nextHop, s.remote, begin);
}

std::uint16_t newId(TcpSocket& s) {
    if (++s.nextIpId == 0) ++s.nextIpId;
    return s.nextIpId;
}

} // namespace

std::uint32_t timestamp(Context& c, const TcpSocket& s) {
    return s.tsOffset + std::uint32_t(c.now() / std::chrono::milliseconds(1));
}

std::uint32_t mssNow(const TcpSocket& s) {
    const std::size_t blocks = std::min<std::size_t>(s.sackBlocks.size() + s.duplicateSackSet, s.timestampsOk ? 3 : 4);
    return blocks ? s.mss - std::uint32_t(4 + 8 * blocks) : s.mss;
}

void sendSegment(Context& c, TcpSocket& s, TcpSegment& segment) {
    if (segment.everRetransmitted && stillWaits(c, s, segment)) return;
    TcpHeader h;
    std::uint16_t id = 0;
    std::span<const std::uint8_t> payload;
    if (segment.syn) {
        const bool answer = s.state == TcpState::SynReceived;
        h = head(c, s, std::uint8_t(TcpFlags::kSyn | (answer ? TcpFlags::kAck : 0)));
        h.window = std::uint16_t(std::min<std::uint32_t>(s.rcvWindow, 0xffff));
        if (!answer) {
            h.options.timestamps = true;
            h.options.tsValue = timestamp(c, s);
            h.options.tsEcho = s.tsRecent; // of the connection before, between the same ports
            if (!segment.everRetransmitted) h.options.fastOpen = s.fastOpen;
        }
        h.options.mss = s.advertisedMss;
        h.options.sackPermitted = answer ? s.sackOk : true;
        if (!answer || s.sndScale != 0xff) h.options.windowScale = s.rcvScale;
        id = answer && s.listener != 0xffff'ffff ? 0 : newId(s); // a listener answers without a socket
    } else {
        payload = s.out.at(segment.sequence - s.sndUna, segment.length);
        std::uint8_t flags = TcpFlags::kAck;
        if (segment.fin) flags |= TcpFlags::kFin;
        if (segment.push) flags |= TcpFlags::kPsh;
        h = head(c, s, flags);
        id = newId(s);
    }
    h.sequence = segment.sequence;
    segment.sent = c.now();
    if (segment.length > 0) {
        if (s.inFlight() == 0) transmitStart(c, s);
        s.lastDataSent = c.now();
        ++s.dataSegmentsOut;
        // An answer right after a question makes this a conversation: later ACKs wait for data to ride on.
        if (c.now() - s.lastReceived < s.ato) s.pingpong = true;
    }
    // The state of the connection goes along, for the delivery rate.
    if (s.flight.empty()) s.firstSent = s.deliveredStamp = c.now();
    segment.firstSent = s.firstSent;
    segment.deliveredStamp = s.deliveredStamp;
    segment.delivered = s.delivered;
    segment.appLimited = s.appLimited != 0;
    transmit(c, h, payload, s.local, s.remote, id, &s);
}

void sendAck(Context& c, TcpSocket& s) {
    TcpHeader h = head(c, s, TcpFlags::kAck);
    h.sequence = s.sndNxt;
    // Before and after its time as a socket a connection has no ids of its own.
    const bool none =
        s.miniature || s.state == TcpState::TimeWait || (s.state == TcpState::SynReceived && s.listener != 0xffff'ffff);
    transmit(c, h, {}, s.local, s.remote, none ? 0 : newId(s), &s);
}

void sendProbe(Context& c, TcpSocket& s) {
    TcpHeader h = head(c, s, TcpFlags::kAck);
    h.sequence = s.sndUna - 1;
    transmit(c, h, {}, s.local, s.remote, newId(s), &s);
}

void sendReset(Context& c, TcpSocket& s) {
    TcpHeader h = head(c, s, TcpFlags::kRst | TcpFlags::kAck);
    h.sequence = s.sndNxt;
    transmit(c, h, {}, s.local, s.remote, newId(s), &s);
}

void resetUnknown(Context& c, Ipv4View packet, const TcpHeader& header, std::size_t payload) {
    if (header.rst()) return;
    TcpHeader h;
    h.sourcePort = header.destinationPort;
    h.destinationPort = header.sourcePort;
    if (header.ack()) {
        h.flags = TcpFlags::kRst;
        h.sequence = header.acknowledgment;
    } else {
        h.flags = TcpFlags::kRst | TcpFlags::kAck;
        h.acknowledgment = header.sequence + std::uint32_t(payload) + header.syn() + header.fin();
    }
    transmit(c, h, {}, packet.destination(), packet.source(), 0);
}

void refuse(Context& c, Ipv4View packet) {
    if (const auto parsed = TcpHeader::parse(packet.payload()))
        resetUnknown(c, packet, parsed->header, parsed->payload.size());
}

std::uint32_t tsoSegments(const TcpSocket& s) {
    const std::uint32_t least = s.congestion == TcpCongestion::Bbr ? bbr::minimumTsoSegments(s) : 2;
    constexpr std::uint64_t kLargestBurst = 65'536;
    std::uint64_t bytes = s.pacingRate >> 10; // about a millisecond's worth
    if (s.pacingRate == 0) bytes = kLargestBurst;
    const std::int64_t shift = (s.minRtt == INT64_MAX ? 0 : s.minRtt) >> 9;
    if (shift < 32) bytes += kLargestBurst >> shift;
    return std::max(std::uint32_t(std::min(bytes, kLargestBurst) / std::max<std::uint32_t>(s.mss, 1)), least);
}

bool paceHolds(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    if (!s.paced || s.nextSend <= c.now()) return false;
    if (s.paceAt == kernel::kNever) {
        s.paceAt = s.nextSend;
        schedule(c, i);
    }
    return true;
}

/// The first ten segments go free (tcp_update_skb_after_send).
void sentPaced(Context& c, TcpSocket& s, std::uint32_t bytes) {
    if (!s.paced) return;
    const SimTime prior = s.nextSend;
    s.nextSend = std::max(s.nextSend, c.now());
    if (s.pacingRate == 0 || s.dataSegmentsOut < kInitialWindow) return;
    auto span = std::int64_t(std::uint64_t(bytes) * 1'000'000'000 / s.pacingRate);
    span -= std::min(span / 2, (s.nextSend - prior).count());
    s.nextSend += SimTime(span);
}

namespace {

/// shouldDefer waits for more ACKs when a burst would be small and the next ACK is near (tcp_tso_should_defer).
bool shouldDefer(Context& c, const TcpSocket& s, std::uint32_t most) {
    if (s.caState >= TcpCaState::Recovery) return false;
    if (c.now() - std::max(s.nextSend, s.lastDataSent) > std::chrono::milliseconds(1)) return false;
    const std::uint32_t room = s.sndUna + s.sndWindow - s.sndNxt;
    const std::uint64_t limit = std::min<std::uint64_t>(room, std::uint64_t(s.cwnd - s.inFlight()) * s.mss);
    if (limit >= std::uint64_t(most) * s.mss) return false;
    if (limit >= std::min<std::uint64_t>(s.sndWindow, std::uint64_t(s.cwnd) * s.mss) / 3) return false;
    if (s.flight.empty()) return false;
    if (s.finQueued && !after(s.tailStart, s.sndNxt)) return false; // nothing will be added
    const SimTime srtt = fromMicroseconds(s.srtt8 / 8);
    const SimTime expected = s.flight.front().sent + srtt - c.now();
    return expected <= std::min<SimTime>(srtt / 2, std::chrono::milliseconds(1));
}

/// validateWindow remembers whether the congestion window was what held us back (tcp_cwnd_validate).
void validateWindow(TcpSocket& s, bool limited) {
    if (!before(s.sndUna, s.cwndUsageSequence) || limited || (!s.cwndLimited && s.packetsOut() > s.maxPacketsOut)) {
        s.cwndLimited = limited;
        s.maxPacketsOut = s.packetsOut();
        s.cwndUsageSequence = s.sndNxt;
    }
}

enum class Push : std::uint8_t { All, One, Probe };

/// write sends from the queue; true when something waits and nothing is on the way (tcp_write_xmit).
bool write(Context& c, std::uint32_t i, bool nagleOff, Push mode) {
    TcpSocket& s = at(c, i);
    const std::uint32_t most = tsoSegments(s);
    std::uint32_t sent = 0;
    bool limited = false;
    const std::uint32_t mss = mssNow(s);
    while (!s.finSent) {
        const std::uint32_t offset = s.sndNxt - s.sndUna;
        const auto waiting = std::uint32_t(s.out.size() > offset ? s.out.size() - offset : 0);
        if (waiting == 0 && !s.finQueued) break;
        if (paceHolds(c, i)) break;
        const std::uint32_t inFlight = s.inFlight();
        std::uint32_t quota = inFlight >= s.cwnd ? 0 : std::min(std::max(s.cwnd >> 1, 1u), s.cwnd - inFlight);
        if (quota == 0) {
            if (mode != Push::Probe) {
                limited = true;
                break;
            }
            quota = 1;
        }
        quota = std::min(quota, most);
        const std::uint32_t wanted = std::min(mss, waiting);
        // A segment goes whole or not at all: what the window has no room for waits (no silly windows).
        if (after(s.sndNxt + wanted, s.sndUna + s.sndWindow)) break;
        std::uint32_t bytes;
        if (waiting <= mss) {
            const bool partial = waiting < mss;
            const bool smallOut = after(s.sndSmall, s.sndUna) && !after(s.sndSmall, s.sndNxt);
            if (partial && !s.finQueued && !nagleOff && !s.noDelay && !s.flight.empty() && smallOut) break;
            bytes = waiting;
        } else {
            if (mode == Push::All && shouldDefer(c, s, most)) break;
            const std::uint32_t room = s.sndUna + s.sndWindow - s.sndNxt, limit = mss * quota;
            bytes = std::min({limit, waiting, room});
            if (bytes < limit) {
                const std::uint32_t partial = bytes % mss;
                const bool smallOut = after(s.sndSmall, s.sndUna) && !after(s.sndSmall, s.sndNxt);
                const bool wait =
                    bytes < waiting || (!s.finQueued && !nagleOff && !s.noDelay && !s.flight.empty() && smallOut);
                if (partial && wait) bytes -= partial;
            }
        }
        const std::uint32_t pieces = std::max(1u, (bytes + mss - 1) / mss);
        const std::uint32_t end = s.sndNxt + bytes;
        const bool wasIdle = s.flight.empty(), wasProbing = s.pending == TcpPending::LossProbe;
        for (std::uint32_t k = 0; k < pieces; ++k) {
            TcpSegment segment{.sequence = s.sndNxt, .length = std::min(mss, end - s.sndNxt)};
            const bool last = k + 1 == pieces;
            segment.joined = k > 0;
            segment.fin = last && s.finQueued && end == s.writeEnd();
            while (!s.pushMarks.empty() && !after(s.pushMarks.front(), segment.end())) {
                segment.push = s.pushMarks.front() == segment.sequence + segment.length;
                s.pushMarks.popFront();
            }
            segment.push = segment.length > 0 && (segment.push || (last && pieces > 1));
            s.sndNxt = segment.end();
            s.finSent = segment.fin;
            sendSegment(c, s, segment);
            s.flight.pushBack(segment);
            if (segment.length > 0 && segment.length < mss) s.sndSmall = segment.sequence + segment.length;
        }
        sentPaced(c, s, bytes);
        if (wasIdle || wasProbing) rearmRto(c, i);
        sent += pieces;
        if (mode != Push::All) break;
    }
    limited |= s.inFlight() >= s.cwnd;
    if (sent || limited) validateWindow(s, limited);
    if (sent) {
        if (inReduction(s)) s.prrOut += sent;
        if (mode != Push::Probe) scheduleLossProbe(c, i, false);
        return false;
    }
    const std::uint32_t offset = s.sndNxt - s.sndUna;
    return s.flight.empty() && (s.out.size() > offset || (s.finQueued && !s.finSent));
}

} // namespace

void output(Context& c, std::uint32_t i, bool nagleOff) {
    TcpSocket& s = at(c, i);
    s.clock = c.now();
    if (!write(c, i, nagleOff, Push::All)) return;
    // Everything waits for the window: ask again from time to time (tcp_check_probe_timer).
    if (s.pending == TcpPending::None && s.paceAt == kernel::kNever)
        arm(c, i, TcpPending::Probe, std::max(s.rto, kRtoMin));
}

bool sendProbeOfNewData(Context& c, std::uint32_t i) {
    const std::uint32_t before = at(c, i).packetsOut();
    write(c, i, true, Push::Probe);
    return at(c, i).packetsOut() > before;
}

void writeWakeup(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const std::uint32_t offset = s.sndNxt - s.sndUna, end = s.sndUna + s.sndWindow;
    const auto waiting = std::uint32_t(s.out.size() > offset ? s.out.size() - offset : 0);
    if (waiting == 0 || !before(s.sndNxt, end)) return sendProbe(c, s);
    // The window is open, only not wide enough for a whole segment: send what fits.
    TcpSegment segment{.sequence = s.sndNxt, .length = std::min({waiting, end - s.sndNxt, mssNow(s)}), .push = true};
    segment.fin = s.finQueued && segment.length == waiting;
    const bool wasIdle = s.flight.empty();
    s.sndNxt = segment.end();
    s.finSent = segment.fin;
    sendSegment(c, s, segment);
    s.flight.pushBack(segment);
    if (wasIdle) rearmRto(c, i);
}

} // namespace sim::stack::tcp
