#include "sim/stack/udp.h"

#include "sim/decisions/describe.h"
#include "sim/decisions/transport.h"
#include "sim/stack/context.h"
#include "sim/stack/icmp.h"
#include "sim/stack/ip.h"
#include "sim/stack/ports.h"
#include "sim/stack/tunnel.h"
#include "sim/wire/udp.h"

#include <algorithm>

namespace sim::stack::udp {

using trace::DropReason;
using wire::IpAddress;
using wire::Ipv4Header;
using wire::Ipv4View;
using wire::UdpView;

namespace {

constexpr std::size_t kHeaders = ip::kLinkHeader + Ipv4Header::kSize + UdpView::kSize;

bool taken(const Context& c, std::uint32_t local, std::uint16_t port, std::uint32_t interface) {
    const auto& t = c.system().udp;
    const auto e = t.byPort.find(port);
    if (e == t.byPort.kNone) return false;
    constexpr auto kAny = kernel::InterfaceId::kNone;
    for (const auto i : t.byPort[e])
        if (interface == kAny || t.sockets[i].interface == kAny || t.sockets[i].interface == interface)
            if (local == 0 || t.sockets[i].local == 0 || t.sockets[i].local == local) return true;
    return false;
}

/// find gives the socket a datagram is for: a connected one before one bound to the address before any.
std::uint32_t find(const Context& c, std::uint32_t local, std::uint16_t port, std::uint32_t remote,
                   std::uint16_t remotePort, std::uint32_t interface = kernel::InterfaceId::kNone) {
    const auto& t = c.system().udp;
    const auto e = t.byPort.find(port);
    if (e == t.byPort.kNone) return kernel::SocketId::kNone;
    std::uint32_t best = kernel::SocketId::kNone;
    int bestScore = -1;
    for (const auto i : t.byPort[e]) {
        const UdpSocket& s = t.sockets[i];
        int score = 0;
        if (s.interface != kernel::InterfaceId::kNone && interface != kernel::InterfaceId::kNone) {
            if (s.interface != interface) continue;
            ++score;
        }
        if (s.local != 0) {
            if (s.local != local) continue;
            ++score;
        }
        if (s.remote != 0) {
            if (s.remote != remote || s.remotePort != remotePort) continue;
            score += 2;
        }
        if (score > bestScore) bestScore = score, best = i;
    }
    return best;
}

/// flowFrom is what a datagram of a socket will be; source: instead of the socket's own, when it is not 0.
Flow flowFrom(const UdpSocket& s, std::uint32_t source, std::uint32_t remote, std::uint16_t port) {
    return {.destination = remote, .source = source ? source : s.local, .protocol = 17, .ports = {s.localPort, port}};
}

Errno sendTo(Context& c, kernel::SocketId id, std::span<const std::uint8_t> payload, std::uint32_t remote,
             std::uint16_t port, std::uint32_t source, const Destination& d) {
    UdpSocket& s = c.system().udp.sockets[id.value];
    if (payload.size() > 65'507) return Errno::MessageSize;
    if (source == 0) source = s.local;
    if (ip::cannotSend(c, d, Unsent::Datagram, remote, source, s.localPort, port)) {
        const Errno e = ip::routeError(d);
        return e == Errno::None ? Errno::Invalid : e;
    }
    if (source == 0) source = d.source;
    const auto frame = c.frames().allocate(std::uint32_t(kHeaders + payload.size()));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    std::copy(payload.begin(), payload.end(), bytes.begin() + kHeaders);
    if (++s.nextId == 0) ++s.nextId;
    Ipv4Header{.tos = s.tos,
               .ttl = remote >> 28 == 14 ? s.multicastTtl : s.ttl,
               .protocol = 17,
               .id = s.nextId,
               .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader),
               .dontFragment = s.dontFragment && ip::mayDontFragment(d, bytes.size() - ip::kLinkHeader),
               .source = source,
               .destination = remote}
        .write(&bytes[ip::kLinkHeader]);
    wire::emitUdp(bytes.subspan(ip::kLinkHeader + Ipv4Header::kSize), s.localPort, port,
                  Ipv4View(&bytes[ip::kLinkHeader]).addresses());
    ip::send(c, frame, d);
    return Errno::None;
}

} // namespace

std::optional<kernel::SocketId> open(Context& c, kernel::AppId owner, std::uint32_t local, std::uint16_t port,
                                     std::uint32_t interface) {
    auto& t = c.system().udp;
    if (port == 0)
        port = choosePort(c, [&](std::uint16_t p) { return taken(c, local, p, interface); });
    else if (taken(c, local, port, interface))
        return std::nullopt;
    if (port == 0) return std::nullopt;
    std::uint32_t i;
    if (t.free.empty()) {
        i = std::uint32_t(t.sockets.size());
        t.sockets.emplace_back();
    } else {
        i = t.free.back();
        t.free.pop_back();
    }
    UdpSocket& s = t.sockets[i];
    s = {};
    s.owner = owner;
    s.local = local;
    s.localPort = port;
    s.interface = interface;
    s.used = true;
    s.nextId = c.system().rng.next16();
    t.byPort[t.byPort.insert(port)].push_back(i);
    return kernel::SocketId{i};
}

Errno connect(Context& c, kernel::SocketId id, std::uint32_t remote, std::uint16_t port) {
    remote = ip::thisHost(remote);
    UdpSocket& s = c.system().udp.sockets[id.value];
    Flow flow{.destination = remote, .source = s.local, .protocol = 17, .ports = {s.localPort, port}};
    const Destination d = ip::findRouteToConnect(c, flow);
    if (c.tracing()) ip::noteRoute(c, flow, d);
    if (const Errno e = ip::routeError(d); e != Errno::None) return e;
    if (d.kind == Destination::Kind::Broadcast) return Errno::Access; // nobody here sets SO_BROADCAST
    s.remote = remote;
    s.remotePort = port;
    if (s.local == 0) s.local = d.source;
    return Errno::None;
}

Errno send(Context& c, kernel::SocketId id, std::span<const std::uint8_t> payload, std::uint32_t remote,
           std::uint16_t port, std::uint32_t source) {
    const UdpSocket& s = c.system().udp.sockets[id.value];
    if (remote == 0) remote = s.remote, port = s.remotePort;
    if (remote == 0) return Errno::DestinationRequired;
    const Flow flow = flowFrom(s, source, remote, port);
    const Destination d = ip::findRoute(c, flow);
    if (c.tracing() && (s.remote == 0 || s.remote != remote)) ip::noteRoute(c, flow, d);
    return sendTo(c, id, payload, remote, port, source, d);
}

Errno sendBy(Context& c, kernel::SocketId id, std::uint32_t interface, std::span<const std::uint8_t> payload,
             std::uint32_t remote, std::uint16_t port, std::uint32_t source) {
    const Destination d = ip::onLink(c, interface, remote);
    return sendTo(c, id, payload, remote, port, source,
                  d.kind == Destination::Kind::Unicast
                      ? ip::findRoute(c, flowFrom(c.system().udp.sockets[id.value], source, remote, port), interface)
                      : d);
}

std::optional<Datagram> receive(Context& c, kernel::SocketId id) {
    UdpSocket& s = c.system().udp.sockets[id.value];
    if (s.queue.empty()) return std::nullopt;
    const Datagram d = s.queue.front();
    s.queue.popFront();
    s.queuedBytes -= d.length;
    return d;
}

void close(Context& c, kernel::SocketId id) {
    auto& t = c.system().udp;
    UdpSocket& s = t.sockets[id.value];
    if (!s.used) return;
    while (!s.queue.empty()) {
        c.frames().release(s.queue.front().frame);
        s.queue.popFront();
    }
    const auto e = t.byPort.find(s.localPort);
    std::erase(t.byPort[e], id.value);
    if (t.byPort[e].empty()) t.byPort.erase(e);
    s = {};
    t.free.push_back(id.value);
}

void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    Ipv4View packet(c.frames().bytes(frame).data() + ip::kLinkHeader);
    const auto datagram = UdpView::parse(packet.payload());
    if (!datagram) return c.drop(frame, DropReason::TransportHeaderError);
    if (!datagram->checksumOk(packet.addresses())) return c.drop(frame, DropReason::UdpChecksumError);
    const auto i =
        find(c, packet.destination(), datagram->destinationPort(), packet.source(), datagram->sourcePort(), interface);
    if (i != kernel::SocketId::kNone && c.system().udp.sockets[i].tunnel != Interface::kNone)
        return tunnel::input(c, c.system().udp.sockets[i].tunnel, frame);
    if (c.tracing()) {
        const decisions::Endpoint local{IpAddress::v4(packet.destination()), datagram->destinationPort()};
        const decisions::Endpoint remote{IpAddress::v4(packet.source()), datagram->sourcePort()};
        if (i == kernel::SocketId::kNone)
            c.decide(decisions::PortClosed{.local = local, .remote = remote, .protocol = 17});
        else
            c.decide(decisions::SocketDelivered{.local = local, .remote = remote, .protocol = 17});
    }
    if (i == kernel::SocketId::kNone) {
        icmp::sendError(c, packet.whole(), 3, 3);
        return c.drop(frame, DropReason::PortClosed);
    }
    UdpSocket& s = c.system().udp.sockets[i];
    const auto payload = datagram->payload();
    if (s.queuedBytes + payload.size() > UdpTable::kReceiveBuffer) return c.drop(frame, DropReason::SocketQueueFull);
    s.queuedBytes += std::uint32_t(payload.size());
    s.queue.pushBack({frame, std::uint16_t(payload.data() - c.frames().bytes(frame).data()),
                      std::uint16_t(payload.size()), datagram->sourcePort(), packet.source(), packet.destination(),
                      interface});
    c.notify({.app = s.owner, .kind = NoticeKind::Readable, .socket = {i}});
}

bool sent(const Context& c, Ipv4View quoted, std::span<const std::uint8_t> transport) {
    return find(c, quoted.source(), wire::get16(&transport[0]), quoted.destination(), wire::get16(&transport[2])) !=
           kernel::SocketId::kNone;
}

void icmpError(Context& c, std::uint32_t from, std::uint8_t type, std::uint8_t code, Ipv4View quoted,
               std::span<const std::uint8_t> transport) {
    const auto i =
        find(c, quoted.source(), wire::get16(&transport[0]), quoted.destination(), wire::get16(&transport[2]));
    if (i == kernel::SocketId::kNone) return;
    const UdpSocket& s = c.system().udp.sockets[i];
    // Only a connected socket hears of errors, unless it asked for them; host unreachable (3/1) is no hard error.
    const bool hard = type == 3 && (code == 2 || code == 3 || code == 4 || code == 9 || code == 10 || code == 13);
    if (!s.wantErrors && !(s.remote != 0 && hard)) return;
    Errno e = Errno::None;
    if (type == 3)
        e = code == 3 || code == 2 ? Errno::ConnectionRefused
            : code == 4            ? Errno::MessageSize
            : code == 0            ? Errno::NetworkUnreachable
                                   : Errno::HostUnreachable;
    if (type == 11) e = Errno::HostUnreachable;
    c.notify({.app = s.owner,
              .kind = NoticeKind::IcmpError,
              .error = e,
              .type = type,
              .code = code,
              .socket = {i},
              .from = IpAddress::v4(from)});
}

} // namespace sim::stack::udp
