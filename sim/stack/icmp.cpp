#include "sim/stack/icmp.h"

#include "sim/decisions/transport.h"
#include "sim/stack/context.h"
#include "sim/stack/ip.h"

#include <algorithm>

namespace sim::stack::icmp {

using kernel::SimTime;
using trace::DropReason;
using wire::IcmpView;
using wire::IpAddress;
using wire::Ipv4Header;
using wire::Ipv4View;

namespace {

constexpr std::size_t kHeaders = ip::kLinkHeader + Ipv4Header::kSize;
/// RFC 1812 4.3.2.3: an error message is at most 576 bytes long.
constexpr std::size_t kLargestError = 576;

/// allowed asks both allowances. PMTU discovery, redirects and what stays inside are not limited (icmp_ratemask 6168).
bool allowed(Context& c, const Destination& d, std::uint32_t to, std::uint8_t type, std::uint8_t code) {
    if (type == 3 && code == 4) return true;
    if (type != 3 && type != 4 && type != 11 && type != 12) return true;
    HostBucket& host = c.system().icmp.bucket;
    const auto since = c.now() - host.updated;
    if (since >= std::chrono::milliseconds(20)) { // in steps, as Linux counts them
        constexpr std::uint32_t kBurst = 50;
        const auto fresh = std::min<std::int64_t>(since / std::chrono::milliseconds(1), kBurst);
        host.tokens = std::min(kBurst, host.tokens + std::uint32_t(fresh));
        host.updated = c.now();
    }
    if (host.tokens == 0) return false;
    if (d.kind != Destination::Kind::Local && !c.system().peers.allowError(to, c.now())) return false;
    --host.tokens;
    return true;
}

} // namespace

kernel::SocketId open(Context& c, kernel::AppId owner, std::uint16_t identifier) {
    auto& sockets = c.system().icmp.sockets;
    std::size_t i = 0;
    while (i < sockets.size() && sockets[i].used)
        ++i;
    if (i == sockets.size()) sockets.emplace_back();
    if (identifier != 0) {
        sockets[i] = {owner, identifier, true};
        return {std::uint32_t(i)};
    }
    for (;;) {
        const auto id = std::uint16_t(1 + c.system().rng.below(0xffff));
        if (std::any_of(sockets.begin(), sockets.end(),
                        [&](const EchoSocket& s) { return s.used && s.identifier == id; }))
            continue;
        sockets[i] = {owner, id, true};
        return {std::uint32_t(i)};
    }
}

void close(Context& c, kernel::SocketId s) { c.system().icmp.sockets[s.value] = {}; }

Errno sendEcho(Context& c, kernel::SocketId s, const EchoRequest& request, std::uint32_t* mtu) {
    const std::uint32_t to = ip::thisHost(request.to, request.source);
    const Flow flow{.destination = to, .source = request.source, .protocol = 1};
    const Destination d = ip::findRoute(c, flow, request.interface);
    if (c.tracing()) ip::noteRoute(c, flow, d);
    if (const Errno e = ip::routeError(d); e != Errno::None) return e;
    if (request.source != 0 && !ip::isLocal(c, request.source)) return Errno::Invalid;
    const std::uint32_t size = std::min<std::uint32_t>(request.size, 65'507);
    const auto total = std::uint16_t(Ipv4Header::kSize + IcmpView::kSize + size);
    if (mtu) *mtu = d.mtu;
    if (request.pathMtu == PathMtu::Do && total > d.mtu) return Errno::MessageSize;
    const bool dontFragment =
        request.pathMtu == PathMtu::Do || (request.pathMtu == PathMtu::Want && ip::mayDontFragment(d, total));
    const auto frame = c.frames().allocate(std::uint32_t(kHeaders + IcmpView::kSize + size));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    // ping(8) fills what follows its time stamp with 0x10, 0x11 …
    for (std::uint32_t i = 0; i < size; ++i)
        bytes[kHeaders + IcmpView::kSize + i] = i < 16 ? 0 : std::uint8_t(i);
    const auto identifier = c.system().icmp.sockets[s.value].identifier;
    wire::emitIcmp(bytes.subspan(kHeaders), 8, 0, std::uint32_t{identifier} << 16 | request.sequence);
    // What is never fragmented needs no identification (RFC 6864 4.1).
    const std::uint16_t id = request.pathMtu == PathMtu::Do ? std::uint16_t(0) : c.system().newIpId();
    Ipv4Header{.ttl = request.ttl,
               .protocol = 1,
               .id = id,
               .totalLength = total,
               .dontFragment = dontFragment,
               .source = request.source ? request.source : d.source,
               .destination = to}
        .write(&bytes[ip::kLinkHeader]);
    ip::send(c, frame, d);
    return Errno::None;
}

void sendError(Context& c, std::span<std::uint8_t> quoted, std::uint8_t type, std::uint8_t code, std::uint32_t rest) {
    Ipv4View packet(quoted.data());
    const std::uint32_t to = packet.source();
    if (packet.fragmentOffset() != 0 || to == 0 || to >> 28 >= 14) return;
    const std::uint32_t destination = packet.destination();
    if (destination >> 28 >= 14 || ip::isBroadcast(c, destination)) return;
    if (packet.protocol() == 1) {
        const auto inner = IcmpView::parse(packet.payload());
        if (!inner || inner->isError() || inner->type() > 18) return;
    }
    const Destination d = ip::findRoute(c, Flow{.destination = to,
                                                .source = ip::isLocal(c, destination) ? destination : 0,
                                                .protocol = 1,
                                                .hashed = {to, destination}});
    if (ip::cannotSend(c, d, Unsent::IcmpError, to, 0)) return;
    if (d.kind != Destination::Kind::Unicast && d.kind != Destination::Kind::Local) return;
    if (!allowed(c, d, to, type, code)) {
        if (c.tracing()) c.decide(decisions::IcmpWithheld{.to = IpAddress::v4(to), .type = type, .code = code});
        return;
    }
    const std::size_t largest = std::min<std::size_t>(kLargestError, d.mtu);
    const std::size_t quote =
        std::min<std::size_t>(packet.totalLength(), largest - Ipv4Header::kSize - IcmpView::kSize);
    const auto frame = c.frames().allocate(std::uint32_t(kHeaders + IcmpView::kSize + quote));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    std::copy_n(quoted.begin(), quote, bytes.begin() + kHeaders + IcmpView::kSize);
    wire::emitIcmp(bytes.subspan(kHeaders), type, code, rest);
    const std::uint32_t source = ip::isLocal(c, destination) ? destination : d.source;
    Ipv4Header{.tos = std::uint8_t((packet.tos() & 0x1e) | 0xc0),
               .protocol = 1,
               .id = c.system().newIpId(),
               .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader),
               .source = source,
               .destination = to}
        .write(&bytes[ip::kLinkHeader]);
    if (c.tracing()) c.decide(decisions::IcmpSent{.to = IpAddress::v4(to), .type = type, .code = code});
    ip::send(c, frame, d);
}

void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    Ipv4View packet(c.frames().bytes(frame).data() + ip::kLinkHeader);
    const auto message = IcmpView::parse(packet.payload());
    if (!message) return c.drop(frame, DropReason::TransportHeaderError);
    if (!message->checksumOk()) return c.drop(frame, DropReason::IcmpChecksumError);
    const std::uint32_t from = packet.source();
    if (c.tracing())
        c.decide(
            decisions::IcmpReceived{.from = IpAddress::v4(from), .type = message->type(), .code = message->code()});

    if (message->type() == 8) {
        const bool toAll = interface != kLoopback && !ip::isLocal(c, packet.destination());
        if (toAll && c.system().sysctls.of(Sysctl::EchoIgnoreBroadcasts) != 0)
            return c.drop(frame, DropReason::EchoBroadcast);
        const Flow back{.destination = from, .source = toAll ? 0 : packet.destination(), .protocol = 1};
        const Destination d = ip::findRoute(c, back);
        if (ip::cannotSend(c, d, Unsent::EchoReply, from, 0)) return c.frames().release(frame);
        const auto body = message->body();
        const auto answer = c.frames().allocate(std::uint32_t(kHeaders + IcmpView::kSize + body.size()));
        if (c.tracing()) c.frames().trace(answer) = c.log()->currentFrame();
        const auto bytes = c.frames().bytes(answer);
        std::copy(body.begin(), body.end(), bytes.begin() + kHeaders + IcmpView::kSize);
        wire::emitIcmp(bytes.subspan(kHeaders), 0, 0, message->rest());
        Ipv4Header{.tos = packet.tos(),
                   .protocol = 1,
                   .id = c.system().newIpId(),
                   .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader),
                   .source = toAll ? d.source : packet.destination(),
                   .destination = from}
            .write(&bytes[ip::kLinkHeader]);
        c.frames().release(frame);
        if (c.tracing()) ip::noteRoute(c, back, d);
        return ip::send(c, answer, d);
    }
    if (message->type() == 0) {
        const auto& sockets = c.system().icmp.sockets;
        for (std::uint32_t i = 0; i < sockets.size(); ++i)
            if (sockets[i].used && sockets[i].identifier == message->identifier())
                c.notify({.app = sockets[i].owner,
                          .kind = NoticeKind::EchoReply,
                          .ttl = packet.ttl(),
                          .sequence = message->sequence(),
                          .length = std::uint32_t(packet.totalLength() - packet.headerLength()),
                          .socket = {i},
                          .from = IpAddress::v4(from)});
            else if (sockets[i].used)
                c.notify({.app = sockets[i].owner, .kind = NoticeKind::IcmpSeen, .socket = {i}});
        return c.frames().release(frame);
    }
    if (!message->isError()) return c.drop(frame, DropReason::IcmpIgnored);
    for (std::uint32_t i = 0; i < c.system().icmp.sockets.size(); ++i)
        if (const auto& s = c.system().icmp.sockets[i]; s.used)
            c.notify({.app = s.owner, .kind = NoticeKind::IcmpSeen, .socket = {i}});
    // The quoted packet may be cut short: only its header and 8 bytes are certain.
    const auto body = message->body();
    if (body.size() < Ipv4Header::kSize + 8) return c.drop(frame, DropReason::TransportHeaderError);
    Ipv4View quoted(body.data());
    if (quoted.headerLength() < Ipv4Header::kSize || body.size() < quoted.headerLength() + 8)
        return c.drop(frame, DropReason::TransportHeaderError);
    const auto transport = body.subspan(quoted.headerLength());
    if (message->type() == 5) {
        route_exception::learnGateway(c, quoted.destination(), message->rest(), from);
        return c.frames().release(frame);
    }
    const bool tooBig = message->type() == 3 && message->code() == 4;
    const std::uint32_t mtu = tooBig ? message->rest() & 0xffff : 0;
    switch (wire::IpProtocol(quoted.protocol())) {
    case wire::IpProtocol::Tcp:
        raw::icmpError(c, from, message->type(), message->code(), transport);
        tcp::icmpError(c, from, message->type(), message->code(), mtu, quoted, transport);
        break;
    case wire::IpProtocol::Udp:
        if (tooBig && udp::sent(c, quoted, transport)) route_exception::learnMtu(c, quoted.destination(), mtu, from);
        udp::icmpError(c, from, message->type(), message->code(), quoted, transport);
        break;
    case wire::IpProtocol::Icmp: {
        if (tooBig) route_exception::learnMtu(c, quoted.destination(), mtu, from);
        const auto& sockets = c.system().icmp.sockets;
        for (std::uint32_t i = 0; i < sockets.size(); ++i)
            if (sockets[i].used && transport[0] == 8 && sockets[i].identifier == wire::get16(&transport[4]))
                c.notify({.app = sockets[i].owner,
                          .kind = NoticeKind::IcmpError,
                          .type = message->type(),
                          .code = message->code(),
                          .sequence = wire::get16(&transport[6]),
                          .length = mtu,
                          .socket = {i},
                          .from = IpAddress::v4(from)});
        break;
    }
    default: break;
    }
    c.frames().release(frame);
}

} // namespace sim::stack::icmp
