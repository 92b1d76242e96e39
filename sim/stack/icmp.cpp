#include "sim/stack/icmp.h"

#include "sim/stack/context.h"
#include "sim/stack/ip.h"

#include <algorithm>

namespace sim::stack::icmp {

using kernel::SimTime;
using trace::DecisionKind;
using trace::DropReason;
using wire::IcmpView;
using wire::IpAddress;
using wire::Ipv4Header;
using wire::Ipv4View;

namespace {

constexpr std::size_t kHeaders = ip::kLinkHeader + Ipv4Header::kSize;
/// RFC 1812 4.3.2.3: an error message is at most 576 bytes long.
constexpr std::size_t kLargestError = 576;

/// allowed is Linux's token bucket for each destination: 6 at once, then one a second.
bool allowed(Context& c, std::uint32_t to) {
    constexpr SimTime kCost = std::chrono::seconds(1), kBurst = std::chrono::seconds(6);
    auto& buckets = c.system().icmp.buckets;
    const bool known = buckets.contains(to);
    RateBucket& b = buckets[buckets.insert(to)];
    b.tokens = known ? std::min(kBurst, b.tokens + (c.now() - b.updated)) : kBurst;
    b.updated = c.now();
    if (b.tokens < kCost) return false;
    b.tokens -= kCost;
    return true;
}

} // namespace

kernel::SocketId open(Context& c, kernel::AppId owner) {
    auto& sockets = c.system().icmp.sockets;
    std::size_t i = 0;
    while (i < sockets.size() && sockets[i].used) ++i;
    if (i == sockets.size()) sockets.emplace_back();
    for (;;) {
        const auto id = std::uint16_t(1 + c.system().rng.below(0xffff));
        if (std::any_of(sockets.begin(), sockets.end(), [&](const EchoSocket& s) { return s.used && s.identifier == id; })) continue;
        sockets[i] = {owner, id, true};
        return {std::uint32_t(i)};
    }
}

void close(Context& c, kernel::SocketId s) { c.system().icmp.sockets[s.value] = {}; }

bool sendEcho(Context& c, kernel::SocketId s, std::uint32_t to, std::uint16_t sequence, std::uint32_t size, std::uint8_t ttl, bool dontFragment) {
    const Destination d = ip::findRoute(c, to);
    if (c.tracing()) ip::noteRoute(c, to, d);
    if (const Errno e = ip::routeError(d); e != Errno::None) {
        c.notify({.app = c.system().icmp.sockets[s.value].owner, .kind = NoticeKind::Closed, .error = e, .sequence = sequence, .socket = s,
                  .from = IpAddress::v4(to)});
        return false;
    }
    size = std::min<std::uint32_t>(size, 65'507);
    const auto frame = c.frames().allocate(std::uint32_t(kHeaders + IcmpView::kSize + size));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    // ping(8) fills what follows its time stamp with 0x10, 0x11 …
    for (std::uint32_t i = 0; i < size; ++i) bytes[kHeaders + IcmpView::kSize + i] = i < 16 ? 0 : std::uint8_t(i);
    const auto identifier = c.system().icmp.sockets[s.value].identifier;
    wire::emitIcmp(bytes.subspan(kHeaders), 8, 0, std::uint32_t{identifier} << 16 | sequence);
    Ipv4Header{.ttl = ttl, .protocol = 1, .id = c.system().newIpId(), .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader),
               .dontFragment = dontFragment, .source = d.source, .destination = to}
        .write(&bytes[ip::kLinkHeader]);
    ip::send(c, frame, d);
    return true;
}

void sendError(Context& c, std::span<std::uint8_t> quoted, std::uint8_t type, std::uint8_t code, std::uint32_t rest) {
    Ipv4View packet(quoted.data());
    const std::uint32_t to = packet.source();
    if (packet.fragmentOffset() != 0 || to == 0 || to >> 28 >= 14) return;
    const std::uint32_t destination = packet.destination();
    if (destination >> 28 >= 14) return;
    if (packet.protocol() == 1) {
        const auto inner = IcmpView::parse(packet.payload());
        if (!inner || inner->isError()) return;
    }
    const Destination d = ip::findRoute(c, to);
    if (d.kind != Destination::Kind::Unicast && d.kind != Destination::Kind::Local) return;
    if (d.kind == Destination::Kind::Unicast && !allowed(c, to)) return;
    const std::size_t quote = std::min<std::size_t>(packet.totalLength(), kLargestError - Ipv4Header::kSize - IcmpView::kSize);
    const auto frame = c.frames().allocate(std::uint32_t(kHeaders + IcmpView::kSize + quote));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    std::copy_n(quoted.begin(), quote, bytes.begin() + kHeaders + IcmpView::kSize);
    wire::emitIcmp(bytes.subspan(kHeaders), type, code, rest);
    const std::uint32_t source = ip::isLocal(c, destination) ? destination : d.source;
    Ipv4Header{.tos = 0xc0, .protocol = 1, .id = c.system().newIpId(), .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader),
               .source = source, .destination = to}
        .write(&bytes[ip::kLinkHeader]);
    if (c.tracing()) c.decide({.kind = DecisionKind::IcmpSent, .code = type, .number = code, .address = IpAddress::v4(to)});
    ip::send(c, frame, d);
}

void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    Ipv4View packet(c.frames().bytes(frame).data() + ip::kLinkHeader);
    const auto message = IcmpView::parse(packet.payload());
    if (!message) return c.drop(frame, DropReason::TransportHeaderError);
    if (!message->checksumOk()) return c.drop(frame, DropReason::IcmpChecksumError);
    const std::uint32_t from = packet.source();
    if (c.tracing())
        c.decide({.kind = DecisionKind::IcmpReceived, .code = message->type(), .number = message->code(), .address = IpAddress::v4(from)});

    if (message->type() == 8) {
        // icmp_echo_ignore_broadcasts is 1.
        if (interface != kLoopback && !ip::isLocal(c, packet.destination())) return c.drop(frame, DropReason::IcmpIgnored);
        const auto body = message->body();
        const auto answer = c.frames().allocate(std::uint32_t(kHeaders + IcmpView::kSize + body.size()));
        if (c.tracing()) c.frames().trace(answer) = c.log()->currentFrame();
        const auto bytes = c.frames().bytes(answer);
        std::copy(body.begin(), body.end(), bytes.begin() + kHeaders + IcmpView::kSize);
        wire::emitIcmp(bytes.subspan(kHeaders), 0, 0, message->rest());
        Ipv4Header{.tos = packet.tos(), .protocol = 1, .id = c.system().newIpId(), .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader),
                   .source = packet.destination(), .destination = from}
            .write(&bytes[ip::kLinkHeader]);
        const Destination d = ip::findRoute(c, from);
        c.frames().release(frame);
        if (c.tracing()) ip::noteRoute(c, from, d);
        return ip::send(c, answer, d);
    }
    if (message->type() == 0) {
        const auto& sockets = c.system().icmp.sockets;
        for (std::uint32_t i = 0; i < sockets.size(); ++i)
            if (sockets[i].used && sockets[i].identifier == message->identifier())
                c.notify({.app = sockets[i].owner, .kind = NoticeKind::EchoReply, .ttl = packet.ttl(), .sequence = message->sequence(),
                          .length = std::uint32_t(packet.totalLength() - packet.headerLength()), .socket = {i}, .from = IpAddress::v4(from)});
        return c.frames().release(frame);
    }
    if (!message->isError()) return c.drop(frame, DropReason::IcmpIgnored);
    // The quoted packet may be cut short: only its header and 8 bytes are certain.
    const auto body = message->body();
    if (body.size() < Ipv4Header::kSize + 8) return c.drop(frame, DropReason::TransportHeaderError);
    Ipv4View quoted(body.data());
    if (quoted.headerLength() < Ipv4Header::kSize || body.size() < quoted.headerLength() + 8)
        return c.drop(frame, DropReason::TransportHeaderError);
    const auto transport = body.subspan(quoted.headerLength());
    switch (wire::IpProtocol(quoted.protocol())) {
    case wire::IpProtocol::Tcp: tcp::icmpError(c, from, message->type(), message->code(), quoted, transport); break;
    case wire::IpProtocol::Udp: udp::icmpError(c, from, message->type(), message->code(), quoted, transport); break;
    case wire::IpProtocol::Icmp: {
        const auto& sockets = c.system().icmp.sockets;
        for (std::uint32_t i = 0; i < sockets.size(); ++i)
            if (sockets[i].used && transport[0] == 8 && sockets[i].identifier == wire::get16(&transport[4]))
                c.notify({.app = sockets[i].owner, .kind = NoticeKind::IcmpError, .type = message->type(), .code = message->code(),
                          .sequence = wire::get16(&transport[6]), .socket = {i}, .from = IpAddress::v4(from)});
        break;
    }
    default: break;
    }
    c.frames().release(frame);
}

} // namespace sim::stack::icmp
