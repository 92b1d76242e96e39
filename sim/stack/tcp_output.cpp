// Sending: segments with Linux's options, Nagle, windows, ACKs and resets.
#include "sim/stack/tcp_internal.h"

#include <algorithm>
#include <array>

namespace sim::stack::tcp {

using wire::Ipv4Header;
using wire::Ipv4View;
using wire::TcpFlags;
using wire::TcpHeader;

namespace {

constexpr std::size_t kIpEnd = ip::kLinkHeader + Ipv4Header::kSize;

std::uint32_t timestamp(Context& c, const TcpSocket& s) {
    return s.tsOffset + std::uint32_t(c.now() / std::chrono::milliseconds(1));
}

/// transmit makes the frame of a segment and sends it. payload lies in the socket's queue.
void transmit(Context& c, const TcpHeader& h, std::span<const std::uint8_t> payload, std::uint32_t source, std::uint32_t destination,
              std::uint16_t ipId, std::uint8_t tos = 0) {
    const std::size_t size = h.size();
    const auto frame = c.frames().allocate(std::uint32_t(kIpEnd + size + payload.size()));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    std::copy(payload.begin(), payload.end(), bytes.begin() + std::ptrdiff_t(kIpEnd + size));
    Ipv4Header{.tos = tos, .protocol = 6, .id = ipId, .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader), .dontFragment = true,
               .source = source, .destination = destination}
        .write(&bytes[ip::kLinkHeader]);
    h.write(bytes.subspan(kIpEnd), Ipv4View(&bytes[ip::kLinkHeader]).addresses());
    const Destination d = ip::findRoute(c, destination);
    if (d.kind == Destination::Kind::Unicast) neighbour::confirmOnSending(c, d.interface, d.nextHop);
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
    if (flags & TcpFlags::kAck) {
        h.acknowledgment = s.rcvNxt;
        s.rcvWindow = offeredWindow(s);
        s.rcvWup = s.rcvNxt;
        h.window = std::uint16_t(std::min<std::uint32_t>((flags & TcpFlags::kSyn) ? s.rcvWindow : s.rcvWindow >> s.rcvScale, 0xffff));
        s.lastAckSent = s.rcvNxt;
        s.delayedAckAt = kernel::kNever;
        s.ackPending = false;
        if (s.quickAcks > 0) --s.quickAcks;
        if (s.sackOk && !(flags & TcpFlags::kSyn))
            for (const auto& block : s.sackBlocks)
                if (h.options.sackCount < (s.timestampsOk ? 3 : 4)) h.options.sack[h.options.sackCount++] = block;
    }
    return h;
}

/// stillWaits tells whether a segment has not left yet, because nobody knows the next hop's MAC: then it is not lost.
bool stillWaits(Context& c, const TcpSocket& s, const TcpSegment& segment) {
    const Destination d = ip::findRoute(c, s.remote);
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

std::uint32_t offeredWindow(const TcpSocket& s) {
    const auto used = std::uint32_t(s.in.size());
    std::uint32_t room = s.inLimit > used ? s.inLimit - used : 0;
    if (s.state == TcpState::SynSent || s.state == TcpState::SynReceived) return std::min<std::uint32_t>(room, 0xffff);
    // Silly window avoidance: less than a segment is nothing (tcp_select_window), and what was offered is never taken back.
    if (room < std::min<std::uint32_t>(s.inLimit / 2, s.rcvMss)) room = 0;
    const std::uint32_t unit = 1u << s.rcvScale;
    room = (room + unit - 1) / unit * unit;
    const std::uint32_t offered = s.rcvWup + s.rcvWindow - s.rcvNxt;
    return std::max(room, std::int32_t(offered) > 0 ? offered : 0);
}

void sendSegment(Context& c, TcpSocket& s, TcpSegment& segment) {
    if (segment.retransmissions > 0 && stillWaits(c, s, segment)) return;
    TcpHeader h;
    std::uint16_t id = 0;
    std::span<const std::uint8_t> payload;
    if (segment.syn) {
        const bool answer = s.state == TcpState::SynReceived;
        h = head(c, s, std::uint8_t(TcpFlags::kSyn | (answer ? TcpFlags::kAck : 0)));
        h.window = std::uint16_t(offeredWindow(s));
        if (!answer) {
            s.rcvWindow = h.window;
            h.options.timestamps = true;
            h.options.tsValue = timestamp(c, s);
        }
        h.options.mss = s.advertisedMss;
        h.options.sackPermitted = answer ? s.sackOk : true;
        if (!answer || s.sndScale != 0xff) h.options.windowScale = s.rcvScale;
        id = answer ? 0 : newId(s);
    } else {
        payload = s.out.at(segment.sequence - s.sndUna, segment.length);
        std::uint8_t flags = TcpFlags::kAck;
        if (segment.fin) flags |= TcpFlags::kFin;
        if (segment.length && segment.sequence - s.sndUna + segment.length == s.out.size()) flags |= TcpFlags::kPsh;
        h = head(c, s, flags);
        id = newId(s);
    }
    h.sequence = segment.sequence;
    segment.sent = c.now();
    // An answer right after a question makes this a conversation: later ACKs wait for data to ride on.
    if (segment.length > 0 && c.now() - s.lastReceived < s.ato) s.pingpong = true;
    transmit(c, h, payload, s.local, s.remote, id);
}

void sendAck(Context& c, TcpSocket& s) {
    TcpHeader h = head(c, s, TcpFlags::kAck);
    h.sequence = s.sndNxt;
    transmit(c, h, {}, s.local, s.remote, newId(s));
}

void sendProbe(Context& c, TcpSocket& s) {
    TcpHeader h = head(c, s, TcpFlags::kAck);
    h.sequence = s.sndUna - 1;
    transmit(c, h, {}, s.local, s.remote, newId(s));
}

void sendReset(Context& c, TcpSocket& s) {
    TcpHeader h = head(c, s, TcpFlags::kRst | TcpFlags::kAck);
    h.sequence = s.sndNxt;
    transmit(c, h, {}, s.local, s.remote, newId(s));
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
    if (const auto parsed = TcpHeader::parse(packet.payload())) resetUnknown(c, packet, parsed->header, parsed->payload.size());
}

void output(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    bool sentAny = false;
    const auto inFlight = [&] { return std::uint32_t(s.flight.size()) - s.sackedOut - s.lostOut; };
    // What is known to be lost goes first.
    for (std::size_t k = 0; s.lostOut > 0 && k < s.flight.size() && inFlight() < s.cwnd; ++k) {
        TcpSegment& segment = s.flight[k];
        if (!segment.lost) continue;
        segment.lost = false;
        --s.lostOut;
        if (segment.retransmissions < 255) ++segment.retransmissions;
        if (c.tracing())
            c.decide({.kind = trace::DecisionKind::TcpRetransmit, .port = s.remotePort, .number = segment.sequence - s.iss,
                      .address = wire::IpAddress::v4(s.remote), .text = c.text(s.caState == 2 ? "timeout" : "fast")});
        sendSegment(c, s, segment);
        sentAny = true;
    }
    while (!s.finSent) {
        const std::uint32_t offset = s.sndNxt - s.sndUna;
        const std::size_t waiting = s.out.size() > offset ? s.out.size() - offset : 0;
        if (waiting == 0 && !s.finQueued) break;
        if (inFlight() >= s.cwnd) break;
        TcpSegment segment{.sequence = s.sndNxt, .length = std::uint32_t(std::min<std::size_t>(s.mss, waiting))};
        const bool last = segment.length == waiting;
        if (segment.length > 0) {
            const std::uint32_t window = s.sndUna + s.sndWindow;
            if (!before(s.sndNxt, window)) break;
            segment.length = std::min(segment.length, window - s.sndNxt);
            const bool partial = segment.length < s.mss;
            const bool smallOut = after(s.sndSmall, s.sndUna) && !after(s.sndSmall, s.sndNxt);
            if (partial && !s.noDelay && !s.flight.empty() && smallOut && !(s.finQueued && last)) break;
            if (partial) s.sndSmall = s.sndNxt + segment.length;
        }
        segment.fin = s.finQueued && segment.length == waiting;
        s.sndNxt = segment.end();
        s.finSent = segment.fin;
        sendSegment(c, s, segment);
        s.flight.pushBack(segment);
        sentAny = true;
    }
    const bool stalled = s.flight.empty() && !s.out.empty();
    if (sentAny || (stalled && s.retransmitAt == kernel::kNever)) armRetransmit(c, i);
}

} // namespace sim::stack::tcp
