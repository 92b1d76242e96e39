#include "sim/stack/ip.h"

#include "sim/stack/context.h"
#include "sim/stack/icmp.h"
#include "sim/wire/ethernet.h"

#include <algorithm>

namespace sim::stack::ip {

using trace::DecisionKind;
using trace::DropReason;
using wire::IpAddress;
using wire::Ipv4View;
using Kind = Destination::Kind;

namespace {

constexpr bool loopbackBlock(std::uint32_t a) { return a >> 24 == 127; }
constexpr bool multicast(std::uint32_t a) { return a >> 28 == 14; }

/// broadcastOf tells whether an address is the broadcast of a network on that interface, or of any.
bool isBroadcast(const Context& c, std::uint32_t interface, std::uint32_t address) {
    if (address == 0xffff'ffff) return true;
    for (const auto& p : c.interface(interface).addresses)
        if (p.broadcast().toV4() == address) return true;
    return false;
}

void deliver(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    if (packet.isFragment()) return c.drop(frame, DropReason::ReassemblyError);
    if (c.tracing())
        c.decide({.kind = DecisionKind::Delivered, .number = packet.protocol(), .address = IpAddress::v4(packet.destination()),
                  .source = IpAddress::v4(packet.source())});
    switch (wire::IpProtocol(packet.protocol())) {
    case wire::IpProtocol::Tcp: return tcp::input(c, interface, frame);
    case wire::IpProtocol::Udp: return udp::input(c, interface, frame);
    case wire::IpProtocol::Icmp: return icmp::input(c, interface, frame);
    default: break;
    }
    icmp::sendError(c, packet.whole(), 3, 2);
    c.drop(frame, DropReason::NoProtocol);
}

/// emitTo is the end of every way out: MTU, next hop, Ethernet header.
void emitTo(Context& c, kernel::FrameSlot frame, const Destination& d, bool forwarded) {
    const Interface& iface = c.interface(d.interface);
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    if (packet.totalLength() > iface.mtu) [[unlikely]] {
        if (forwarded) icmp::sendError(c, packet.whole(), 3, 4, std::uint32_t(iface.mtu));
        return c.drop(frame, packet.dontFragment() ? DropReason::FragmentationNeeded : DropReason::MtuExceeded);
    }
    if (iface.type == InterfaceType::Tunnel) return c.drop(frame, DropReason::TunnelNoPeer);
    if (d.kind == Kind::Broadcast) {
        wire::EthernetView(c.frames().bytes(frame).data()).set(wire::MacAddress::broadcast(), iface.mac, wire::EtherType::Ipv4);
        return c.transmit(d.interface, frame);
    }
    neighbour::send(c, d.interface, d.nextHop, frame);
}

void refuse(Context& c, kernel::FrameSlot frame, const Destination& d) {
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    const RouteType type = d.route ? d.route->type : RouteType::Unicast;
    if (type == RouteType::Blackhole) return c.drop(frame, DropReason::RouteBlackhole);
    const std::uint8_t code = !d.route ? 0 : type == RouteType::Prohibit ? 13 : 1;
    icmp::sendError(c, packet.whole(), 3, code);
    c.drop(frame, !d.route ? DropReason::NoRoute : type == RouteType::Prohibit ? DropReason::RouteProhibit : DropReason::RouteUnreachable);
}

void forward(Context& c, kernel::FrameSlot frame, Track& track) {
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    const Destination d = findRoute(c, packet.destination());
    if (!c.system().forwarding) return c.drop(frame, DropReason::NotForwarding);
    if (c.tracing()) noteRoute(c, packet.destination(), d);
    if (d.kind != Kind::Unicast) return refuse(c, frame, d);
    if (packet.ttl() <= 1) {
        if (c.tracing())
            c.decide({.kind = DecisionKind::TtlExpired, .address = IpAddress::v4(packet.destination()), .source = IpAddress::v4(packet.source())});
        icmp::sendError(c, packet.whole(), 11, 0);
        return c.drop(frame, DropReason::TtlExceeded);
    }
    if (packet.totalLength() > c.interface(d.interface).mtu && packet.dontFragment()) {
        icmp::sendError(c, packet.whole(), 3, 4, std::uint32_t(c.interface(d.interface).mtu));
        return c.drop(frame, DropReason::FragmentationNeeded);
    }
    frame = c.frames().own(frame);
    packet = Ipv4View(c.frames().bytes(frame).data() + kLinkHeader);
    packet.decrementTtl();
    if (c.tracing())
        c.decide({.kind = DecisionKind::Forwarded, .number = packet.ttl(), .iface = c.interface(d.interface).id,
                  .address = IpAddress::v4(packet.destination()), .source = IpAddress::v4(packet.source())});
    if (c.system().conntrack.enabled && !conntrack::outgoing(c, d.interface, packet.whole(), track))
        return c.drop(frame, DropReason::NatNoPort);
    emitTo(c, frame, d, true);
}

} // namespace

bool isLocal(const Context& c, std::uint32_t address) {
    if (loopbackBlock(address)) return true;
    const auto& own = c.system().localAddresses;
    for (const auto a : own)
        if (a == address) return true;
    return false;
}

Destination findRoute(const Context& c, std::uint32_t address) {
    Destination d;
    if (isLocal(c, address)) {
        d.kind = Kind::Local;
        d.interface = kLoopback;
        // From the whole 127/8 the answer comes as 127.0.0.1; traffic to an own address carries that address.
        d.source = loopbackBlock(address) ? 0x7f00'0001 : address;
        d.nextHop = address;
        return d;
    }
    d.route = c.system().routes.lookup(address);
    if (!d.route) return d;
    if (d.route->type != RouteType::Unicast) {
        d.kind = Kind::Refused;
        return d;
    }
    d.interface = d.route->interface;
    d.nextHop = d.route->via ? d.route->via : address;
    d.source = d.route->source;
    d.kind = d.route->via == 0 && isBroadcast(c, d.interface, address) ? Kind::Broadcast : Kind::Unicast;
    return d;
}

Errno routeError(const Destination& d) {
    if (d.kind == Kind::None) return Errno::NetworkUnreachable;
    if (d.kind != Kind::Refused) return Errno::None;
    if (d.route->type == RouteType::Prohibit) return Errno::Access;
    return d.route->type == RouteType::Blackhole ? Errno::Invalid : Errno::HostUnreachable;
}

void noteRoute(Context& c, std::uint32_t address, const Destination& d) {
    if (d.kind == Kind::Local) {
        c.decide({.kind = DecisionKind::RouteLocal, .address = IpAddress::v4(address), .source = IpAddress::v4(d.source)});
    } else if (!d.route) {
        c.decide({.kind = DecisionKind::NoRoute, .address = IpAddress::v4(address)});
    } else {
        const Route& r = *d.route;
        c.decide({.kind = DecisionKind::RouteChosen, .number = r.metric, .iface = c.interface(r.interface).id, .address = IpAddress::v4(address),
                  .via = r.via ? IpAddress::v4(r.via) : IpAddress{}, .source = IpAddress::v4(d.source),
                  .prefix = {IpAddress::v4(r.network), r.length}});
    }
}

void receive(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    const auto bytes = c.frames().bytes(frame);
    const auto destinationMac = wire::EthernetView(bytes.data()).destination();
    const bool unicast = destinationMac == c.interface(interface).mac;
    if (!unicast && !destinationMac.isGroup()) return c.drop(frame, DropReason::OtherHost);
    const auto parsed = Ipv4View::parse(bytes.subspan(kLinkHeader));
    if (!parsed) return c.drop(frame, DropReason::IpHeaderError);
    Ipv4View packet = *parsed;
    if (!packet.checksumOk()) return c.drop(frame, DropReason::IpChecksumError);
    c.frames().setLength(frame, std::uint32_t(kLinkHeader + packet.totalLength()));

    const std::uint32_t source = packet.source();
    const bool dhcp = source == 0 && packet.destination() == 0xffff'ffff;
    if (loopbackBlock(source) || loopbackBlock(packet.destination()) || multicast(source) || source == 0xffff'ffff ||
        (source == 0 && !dhcp) || packet.destination() == 0 || (source != 0 && isLocal(c, source)))
        return c.drop(frame, DropReason::Martian);

    Track track;
    if (c.system().conntrack.enabled) {
        frame = c.frames().own(frame);
        packet = Ipv4View(c.frames().bytes(frame).data() + kLinkHeader);
        if (!conntrack::incoming(c, packet.whole(), track)) return c.drop(frame, DropReason::ConntrackInvalid);
    }
    const std::uint32_t destination = packet.destination();
    if (isLocal(c, destination) || isBroadcast(c, interface, destination)) {
        if (c.system().conntrack.enabled) {
            if (track.fresh && interface == c.system().conntrack.outside && c.tracing())
                c.decide({.kind = DecisionKind::NatNoMapping, .code = packet.protocol(), .port = track.tuple.destinationPort,
                          .number = track.tuple.sourcePort, .address = IpAddress::v4(destination), .source = IpAddress::v4(source)});
            conntrack::delivered(c, track);
        }
        return deliver(c, interface, frame);
    }
    if (multicast(destination)) return c.drop(frame, DropReason::MulticastNotJoined);
    if (!unicast) return c.drop(frame, DropReason::OtherHost);
    forward(c, frame, track);
}

void receiveLoopback(Context& c, kernel::FrameSlot frame) { deliver(c, kLoopback, frame); }

void send(Context& c, kernel::FrameSlot frame, const Destination& d) {
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    if (d.kind == Kind::Local) {
        wire::EthernetView(c.frames().bytes(frame).data()).set({}, {}, wire::EtherType::Ipv4);
        return c.transmit(kLoopback, frame);
    }
    if (d.kind == Kind::None || d.kind == Kind::Refused)
        return c.drop(frame, d.kind == Kind::None ? DropReason::NoRoute : DropReason::RouteUnreachable);
    if (c.system().conntrack.enabled) {
        Track track;
        if (!conntrack::incoming(c, packet.whole(), track)) return c.drop(frame, DropReason::ConntrackInvalid);
        if (!conntrack::outgoing(c, d.interface, packet.whole(), track)) return c.drop(frame, DropReason::NatNoPort);
    }
    emitTo(c, frame, d, false);
}

} // namespace sim::stack::ip
