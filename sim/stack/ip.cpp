#include "sim/stack/ip.h"

#include "sim/decisions/nat.h"
#include "sim/decisions/routing.h"
#include "sim/decisions/transport.h"
#include "sim/stack/context.h"
#include "sim/stack/firewall.h"
#include "sim/stack/fragment.h"
#include "sim/stack/icmp.h"
#include "sim/stack/igmp.h"
#include "sim/stack/ip_options.h"
#include "sim/stack/reverse_path.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/igmp.h"

#include <algorithm>

namespace sim::stack::ip {

using trace::DropReason;
using wire::IpAddress;
using wire::Ipv4View;
using Kind = Destination::Kind;

namespace {

constexpr bool loopbackBlock(std::uint32_t a) { return a >> 24 == 127; }
constexpr bool multicast(std::uint32_t a) { return a >> 28 == 14; }

/// isBroadcastOn tells whether an address is the broadcast of a network on that interface, or of any.
bool isBroadcastOn(const Context& c, std::uint32_t interface, std::uint32_t address) {
    if (address == 0xffff'ffff) return true;
    const Interface& iface = c.interface(interface);
    if (iface.broadcast) return iface.broadcast == address;
    for (const auto& p : iface.addresses)
        if (p.broadcast().toV4() == address) return true;
    return false;
}

void deliver(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    if (c.tracing())
        c.decide(decisions::Delivered{.destination = IpAddress::v4(packet.destination()),
                                      .source = IpAddress::v4(packet.source()),
                                      .protocol = packet.protocol()});
    switch (wire::IpProtocol(packet.protocol())) {
    case wire::IpProtocol::Tcp:
        if (!c.system().raw.sockets.empty()) [[unlikely]]
            raw::input(c, packet.source(), packet.payload());
        return tcp::input(c, interface, frame);
    case wire::IpProtocol::Udp: return udp::input(c, interface, frame);
    case wire::IpProtocol::Icmp: return icmp::input(c, interface, frame);
    case wire::IpProtocol::Igmp: return igmp::input(c, interface, frame);
    default: break;
    }
    icmp::sendError(c, packet.whole(), 3, 2);
    c.drop(frame, DropReason::NoProtocol);
}

/// refused asks a chain of the packet filter; true: the frame is gone.
bool refused(Context& c, FilterRule::Chain chain, std::uint32_t in, std::uint32_t out, kernel::FrameSlot frame,
             const Track& track) {
    return c.system().filtering && !firewall::passes(c, chain, in, out, frame, track);
}

/// localInput takes a packet for this device through reassembly, filter and connection tracking.
void localInput(Context& c, std::uint32_t interface, kernel::FrameSlot frame, Track& track) {
    if (Ipv4View(c.frames().bytes(frame).data() + kLinkHeader).isFragment()) [[unlikely]] {
        std::uint16_t largest = 0;
        frame = reassembly::add(c, frame, false, largest);
        if (frame == kernel::kNoFrame) return;
    }
    if (refused(c, FilterRule::Chain::Input, interface, firewall::kNone, frame, track)) return;
    if (c.system().tracking && interface != kLoopback) {
        const Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
        if (track.fresh && interface == c.system().conntrack.outside && c.tracing())
            c.decide(
                decisions::NatNoMapping{.outside = {IpAddress::v4(packet.destination()), track.tuple.destinationPort},
                                        .sender = {IpAddress::v4(packet.source()), track.tuple.sourcePort},
                                        .protocol = packet.protocol()});
        conntrack::delivered(c, track);
    }
    deliver(c, interface, frame);
}

/// putOut gives one packet that fits to the link.
void putOut(Context& c, kernel::FrameSlot frame, const Destination& d) {
    const Interface& iface = c.interface(d.interface);
    if (iface.type == InterfaceType::Tunnel || iface.type == InterfaceType::Loopback)
        return c.transmit(d.interface, frame);
    if (d.kind == Kind::Broadcast || d.kind == Kind::Multicast) {
        const auto to = d.kind == Kind::Broadcast
                            ? wire::MacAddress::broadcast()
                            : wire::groupMac(Ipv4View(c.frames().bytes(frame).data() + kLinkHeader).destination());
        wire::EthernetView(c.frames().bytes(frame).data()).set(to, iface.mac, wire::EtherType::Ipv4);
        return c.transmit(d.interface, frame);
    }
    neighbour::send(c, d.interface, d.nextHop, frame);
}

/// putOutInPieces cuts a packet up, or says that it may not be. largest is the size of the fragments it came in, or 0.
void putOutInPieces(Context& c, kernel::FrameSlot frame, const Destination& d, std::uint32_t mtu,
                    std::uint16_t largest) {
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    if (packet.dontFragment() && (largest == 0 || largest > mtu)) {
        icmp::sendError(c, packet.whole(), 3, 4, mtu);
        return c.drop(frame, DropReason::FragmentationNeeded);
    }
    if (largest != 0) mtu = std::min<std::uint32_t>(mtu, largest);
    const auto total = std::uint32_t(packet.payload().size());
    if (packet.totalLength() <= mtu) return putOut(c, frame, d);
    if (c.tracing()) {
        const std::uint32_t piece = (mtu - std::uint32_t(packet.headerLength())) & ~7u;
        c.decide(decisions::Fragmented{.destination = IpAddress::v4(packet.destination()),
                                       .source = IpAddress::v4(packet.source()),
                                       .fragments = (total + piece - 1) / piece,
                                       .mtu = std::uint16_t(mtu)});
    }
    for (std::uint32_t done = 0; done < total;)
        putOut(c, fragment::next(c, frame, mtu, done), d);
    c.frames().release(frame);
}

/// emitTo is the end of every way out: MTU, next hop, Ethernet header.
void emitTo(Context& c, kernel::FrameSlot frame, const Destination& d, bool forwarded, std::uint16_t largest = 0) {
    // What is only passed on is measured by the interface, not by what this device has learned for itself.
    const std::uint32_t mtu = forwarded ? std::uint32_t(c.interface(d.interface).mtu) : d.mtu;
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    if (packet.totalLength() > mtu || largest != 0) [[unlikely]]
        return putOutInPieces(c, frame, d, mtu, largest);
    putOut(c, frame, d);
}

/// refusalOf is what a refusing row or rule says.
RouteType refusalOf(const Destination& d) { return d.route ? d.route->type : d.refusal; }

void refuse(Context& c, kernel::FrameSlot frame, const Destination& d) {
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    const RouteType type = d.kind == Kind::Refused ? refusalOf(d) : RouteType::Unicast;
    if (type == RouteType::Blackhole) return c.drop(frame, DropReason::RouteBlackhole);
    const std::uint8_t code = type == RouteType::Prohibit ? 13 : d.route ? 1 : 0;
    if (c.system().peers.allowRouteError(packet.source(), c.now()))
        icmp::sendError(c, packet.whole(), 3, code);
    else if (c.tracing())
        c.decide(decisions::IcmpWithheld{.to = IpAddress::v4(packet.source()), .type = 3, .code = code});
    c.drop(frame, type == RouteType::Prohibit ? DropReason::RouteProhibit
                  : d.kind == Kind::Refused   ? DropReason::RouteUnreachable
                                              : DropReason::NoRoute);
}

/// redirect tells a sender next door that the packet could have gone straight to where it now leaves by (RFC
/// 1812 5.2.7.2).
void redirect(Context& c, std::uint32_t interface, Ipv4View packet, const Destination& d, const Track& track) {
    const Destination back =
        findRoute(c, Flow{.destination = packet.source(), .source = packet.destination(), .in = interface});
    if (back.kind != Kind::Unicast || back.interface != interface || !back.route || back.route->via != 0 ||
        back.path != 0)
        return;
    if (!c.system().peers.allowRedirect(packet.source(), c.now())) return;
    // Who is translated must not learn of ways round the translator.
    if (conntrack::translates(c, track)) return;
    if (c.tracing())
        c.decide(decisions::RedirectSent{.destination = IpAddress::v4(packet.destination()),
                                         .sender = IpAddress::v4(packet.source()),
                                         .gateway = IpAddress::v4(d.nextHop)});
    icmp::sendError(c, packet.whole(), 5, 1, d.nextHop);
}

// Every packet passes the next three: a call costs it more than the code that is saved.
/// toOwn tells whether an address is this device's own, and makes its destination.
[[gnu::always_inline]] inline bool toOwn(const Context& c, std::uint32_t address, Destination& d) {
    if (!isLocal(c, address)) return false;
    d.kind = Kind::Local;
    d.interface = kLoopback;
    // From the whole 127/8 the answer comes as 127.0.0.1; traffic to an own address carries that address.
    d.source = loopbackBlock(address) ? 0x7f00'0001 : address;
    d.nextHop = address;
    d.mtu = std::uint32_t(c.interface(kLoopback).mtu);
    return true;
}

/// takeRow makes a destination of a row; route null: of an address on the link of the interface.
[[gnu::always_inline]] inline void takeRow(const Context& c, const System& s, const RouteTable::Found& found,
                                           std::uint32_t address, std::uint32_t interface, Destination& d) {
    d.route = found.route;
    if (d.route && found.hop.type != RouteType::Unicast) {
        d.kind = Kind::Refused;
        return;
    }
    d.interface = d.route ? found.hop.interface : interface;
    d.nextHop = found.hop.via ? found.hop.via : address;
    if (d.route)
        d.source = found.hop.source;
    else
        d.source = next_hop::selectSource(s, interface, 0);
    d.mtu = std::uint32_t(c.interface(d.interface).mtu);
    d.kind = multicast(address)                                               ? Kind::Multicast
             : d.nextHop == address && isBroadcastOn(c, d.interface, address) ? Kind::Broadcast
                                                                              : Kind::Unicast;
}

/// lookUp asks own addresses and the table "main", and nothing else.
[[gnu::always_inline]] inline Destination lookUp(const Context& c, System& s, std::uint32_t address,
                                                 std::uint32_t interface) {
    Destination d;
    if (toOwn(c, address, d)) return d;
    RouteTable::Found found;
    if (interface == kAnyInterface) {
        found = s.routes.find(address);
        if (!found.route) return d;
    } else if (const Route* r = s.routes.lookup(address, interface)) {
        found = {r, RouteTable::hopOf(*r)};
    }
    takeRow(c, s, found, address, interface, d);
    return d;
}

/// lookUpByRules asks own addresses, rules and their tables.
Destination lookUpByRules(const Context& c, const System& s, const Flow& flow, std::uint32_t interface) {
    Destination d;
    if (toOwn(c, flow.destination, d)) return d;
    const RouteChoice choice = route_policy::choose(s, flow, interface);
    d.rule = choice.rule;
    d.path = choice.path;
    d.refusal = choice.refusal;
    if (choice.refusal != RouteType::Unicast) {
        d.kind = Kind::Refused;
        return d;
    }
    if (!choice.route && interface == kAnyInterface) return d;
    takeRow(c, s, {choice.route, choice.hop}, flow.destination, interface, d);
    return d;
}

/// except puts in what was learned about a destination.
void except(Context& c, std::uint32_t address, Destination& d) {
    if (d.kind == Kind::None || d.kind == Kind::Local || d.kind == Kind::Refused) return;
    const auto* learned = c.system().routeExceptions.find(address, c.now());
    if (!learned) return;
    if (learned->gateway) d.nextHop = learned->gateway;
    if (learned->mtu) d.mtu = std::min(d.mtu, learned->mtu);
    d.mtuLocked = learned->locked;
}

/// noteRow records what decided a destination: a row with one next hop, of a table; 0: "main".
void noteRow(Context& c, std::uint32_t address, const Destination& d, std::uint32_t table = 0) {
    if (d.kind == Kind::Local) {
        c.decide(decisions::RouteLocal{.destination = IpAddress::v4(address), .source = IpAddress::v4(d.source)});
    } else if (!d.route && d.kind != Kind::None) {
        c.decide(decisions::RouteChosen{.destination = IpAddress::v4(address),
                                        .row = {IpAddress::v4(address), 32},
                                        .source = IpAddress::v4(d.source),
                                        .interface = c.interface(d.interface).id});
    } else if (!d.route) {
        c.decide(decisions::NoRoute{.destination = IpAddress::v4(address)});
    } else {
        const Route& r = *d.route;
        c.take<decisions::RouteChosen>({.code = std::uint8_t(r.type),
                                        .prefixLength = r.length,
                                        .hasVia = r.via != 0,
                                        .hasSource = true,
                                        .hasPrefix = true,
                                        .number = r.metric,
                                        .iface = c.interface(r.interface).id,
                                        .address = address,
                                        .via = r.via,
                                        .source = d.source,
                                        .prefix = r.network,
                                        .table = table});
    }
}

/// lookFurther asks what else counts on this device; false: the packet was dropped.
[[gnu::noinline]] bool lookFurther(Context& c, std::uint32_t interface, kernel::FrameSlot frame, Ipv4View packet,
                                   Destination& d) {
    const std::uint8_t extras = c.system().extras;
    if (extras & System::kPolicy) d = lookUpByRules(c, c.system(), flowOf(packet, interface), kAnyInterface);
    if (extras & System::kExceptions) except(c, packet.destination(), d);
    if (!(extras & System::kReversePath) || d.kind != Kind::Unicast ||
        reverse_path::passes(c, interface, packet.source(), packet.destination(), d.interface))
        return true;
    c.drop(frame, DropReason::ReversePath);
    return false;
}

/// deliver takes what came from outside for this device.
[[gnu::noinline]] void deliver(Context& c, std::uint32_t interface, kernel::FrameSlot frame, Track& track) {
    const Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    if (c.system().extras & System::kReversePath &&
        !reverse_path::passes(c, interface, packet.source(), packet.destination()))
        return c.drop(frame, DropReason::ReversePath);
    localInput(c, interface, frame, track);
}

void forward(Context& c, std::uint32_t interface, kernel::FrameSlot frame, Track& track, std::uint16_t largest) {
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    Destination d = lookUp(c, c.system(), packet.destination(), kAnyInterface);
    if (!c.system().forwarding) return c.drop(frame, DropReason::NotForwarding);
    const std::uint8_t extras = c.system().extras;
    if (extras != 0 && !lookFurther(c, interface, frame, packet, d)) [[unlikely]]
        return;
    if (c.tracing()) {
        if (extras & System::kPolicy) [[unlikely]]
            noteRoute(c, flowOf(packet, interface), d);
        else
            noteRow(c, packet.destination(), d);
    }
    if (d.kind != Kind::Unicast) return refuse(c, frame, d);
    if (packet.ttl() <= 1) {
        if (c.tracing())
            c.decide(decisions::TtlExpired{.destination = IpAddress::v4(packet.destination()),
                                           .source = IpAddress::v4(packet.source())});
        icmp::sendError(c, packet.whole(), 11, 0);
        return c.drop(frame, DropReason::TtlExceeded);
    }
    if (packet.totalLength() > c.interface(d.interface).mtu && packet.dontFragment() &&
        (largest == 0 || largest > c.interface(d.interface).mtu)) [[unlikely]] {
        icmp::sendError(c, packet.whole(), 3, 4, std::uint32_t(c.interface(d.interface).mtu));
        return c.drop(frame, DropReason::FragmentationNeeded);
    }
    frame = c.frames().own(frame);
    packet = Ipv4View(c.frames().bytes(frame).data() + kLinkHeader);
    packet.decrementTtl();
    if (d.interface == interface) [[unlikely]]
        redirect(c, interface, packet, d, track);
    if (c.tracing())
        c.take<decisions::Forwarded>({.hasSource = true,
                                      .number = packet.ttl(),
                                      .iface = c.interface(d.interface).id,
                                      .address = packet.destination(),
                                      .source = packet.source()});
    if (refused(c, FilterRule::Chain::Forward, interface, d.interface, frame, track)) return;
    if (c.system().tracking && !conntrack::outgoing(c, d.interface, packet.whole(), track))
        return c.drop(frame, DropReason::NatNoPort);
    emitTo(c, frame, d, true, largest);
}

} // namespace

bool isLocal(const Context& c, std::uint32_t address) {
    return loopbackBlock(address) || c.system().localAddresses.contains(address);
}

bool isBroadcast(const Context& c, std::uint32_t address) {
    return address == 0xffff'ffff || c.system().localAddresses.isBroadcast(address);
}

const Interface* addressless(const Context& c) {
    const Interface* without = nullptr;
    for (const Interface& i : c.system().interfaces) {
        if (i.type != InterfaceType::Loopback && !i.addresses.empty()) return nullptr;
        if (i.type == InterfaceType::Ethernet && !without) without = &i;
    }
    return without;
}

bool cannotSend(Context& c, const Destination& d, Unsent what, std::uint32_t to, std::uint32_t source,
                std::uint16_t ownPort, std::uint16_t port) {
    const bool gone = source != 0 && !isLocal(c, source);
    if (d.kind != Kind::None && d.kind != Kind::Refused && !gone) [[likely]]
        return false;
    if (!c.tracing()) return true;
    const Interface* without = addressless(c);
    const auto why = d.kind == Kind::Refused ? UnsentWhy::RouteRefuses
                     : d.kind != Kind::None  ? UnsentWhy::SourceGone
                     : without               ? UnsentWhy::NoAddress
                                             : UnsentWhy::NoRoute;
    c.decide(decisions::CannotSend{.to = IpAddress::v4(to),
                                   .source = IpAddress::v4(source),
                                   .what = what,
                                   .why = why,
                                   .ownPort = ownPort,
                                   .port = port,
                                   .addressless = without ? without->id : kernel::InterfaceId{}});
    return true;
}

Flow flowOf(Ipv4View packet, std::uint32_t in) {
    Flow f{.destination = packet.destination(),
           .source = packet.source(),
           .in = in,
           .protocol = packet.protocol(),
           .forwarded = in != kLoopback};
    const auto payload = packet.payload();
    const auto protocol = wire::IpProtocol(f.protocol);
    // Fragments are hashed without ports, also the first, so that all of a packet go one way.
    if ((protocol == wire::IpProtocol::Tcp || protocol == wire::IpProtocol::Udp) && !packet.isFragment() &&
        payload.size() >= 4) {
        f.ports[0] = wire::get16(&payload[0]);
        f.ports[1] = wire::get16(&payload[2]);
    }
    // An ICMP error goes the way of the packet that it quotes (ip_multipath_l3_keys).
    if (protocol == wire::IpProtocol::Icmp && !packet.isFragment() && payload.size() >= 8 + wire::Ipv4Header::kSize)
        if (const auto type = payload[0]; type == 3 || type == 5 || type == 11 || type == 12) {
            f.hashed[0] = wire::get32(&payload[8 + 12]);
            f.hashed[1] = wire::get32(&payload[8 + 16]);
        }
    return f;
}

Destination findRoute(Context& c, std::uint32_t address, std::uint32_t interface) {
    const std::uint8_t extras = c.system().extras;
    if (extras & System::kPolicy) [[unlikely]]
        return findRoute(c, Flow{.destination = address}, interface);
    Destination d = lookUp(c, c.system(), address, interface);
    if (extras & System::kExceptions) [[unlikely]]
        except(c, address, d);
    return d;
}

Destination findRoute(Context& c, const Flow& flow, std::uint32_t interface) {
    if (!(c.system().extras & System::kPolicy)) return findRoute(c, flow.destination, interface);
    Destination d = lookUpByRules(c, c.system(), flow, interface);
    if (c.system().extras & System::kExceptions) except(c, flow.destination, d);
    return d;
}

Destination findRouteToConnect(Context& c, Flow& flow) {
    const bool policy = c.system().extras & System::kPolicy;
    if (policy && flow.ports[0] == 0 && c.system().sysctls.of(Sysctl::MultipathHashPolicy) == 1)
        flow.ports[0] = c.system().rng.next16(); // it is not chosen yet (FLOWI_FLAG_ANY_SPORT)
    Destination d = findRoute(c, flow);
    if (!policy || d.source == 0 || flow.source != 0) return d;
    // Asked again as from the address that was found: a rule may know it, and of several paths it tells which.
    flow.source = d.source;
    d = findRoute(c, flow);
    d.source = flow.source;
    return d;
}

Destination findOuterRoute(Context& c, const Flow& flow, std::uint32_t tunnel) {
    const Destination d = findRoute(c, flow);
    if (!d.route || d.kind == Kind::Refused || d.interface != tunnel) return d;
    const Route* other = c.system().routes.lookupBeside(flow.destination, tunnel);
    if (!other) return {};
    if (other->type == RouteType::Unicast) return findRoute(c, flow, other->interface);
    if (other->type == RouteType::Multipath)
        for (const RoutePath& p : c.system().policy.paths[other->interface])
            if (!p.dead && p.interface != tunnel) return findRoute(c, flow, p.interface);
    Destination refused;
    refused.kind = Kind::Refused;
    refused.route = other;
    return refused;
}

Destination onLink(const Context& c, std::uint32_t interface, std::uint32_t address) {
    Destination d;
    d.interface = interface;
    d.nextHop = address;
    const Interface& iface = c.interface(interface);
    d.mtu = std::uint32_t(iface.mtu);
    for (const auto& p : iface.addresses)
        if (p.address.isV4() && (d.source == 0 || p.contains(IpAddress::v4(address)))) d.source = p.address.toV4();
    d.kind = multicast(address)                     ? Kind::Multicast
             : isBroadcastOn(c, interface, address) ? Kind::Broadcast
                                                    : Kind::Unicast;
    return d;
}

Errno routeError(const Destination& d) {
    if (d.kind == Kind::None) return Errno::NetworkUnreachable;
    if (d.kind != Kind::Refused) return Errno::None;
    switch (refusalOf(d)) {
    case RouteType::Prohibit: return Errno::Access;
    case RouteType::Blackhole: return Errno::Invalid;
    default: return d.route ? Errno::HostUnreachable : Errno::NetworkUnreachable;
    }
}

void noteRoute(Context& c, const Flow& flow, const Destination& d) {
    const System& s = c.system();
    if (!(s.extras & System::kPolicy)) return noteRow(c, flow.destination, d);
    if (d.kind != Kind::Local) route_policy::noteRule(c, flow, d);
    if (!d.route && d.kind == Kind::Refused) return; // a rule did it
    const std::uint32_t table = route_policy::tableOf(s, d);
    if (!d.route || d.route->type != RouteType::Multipath) return noteRow(c, flow.destination, d, table);
    Route row = *d.route; // with the one next hop that was chosen
    row.type = RouteType::Unicast;
    row.via = route_policy::viaOf(s, d);
    row.interface = d.interface;
    Destination chosen = d;
    chosen.route = &row;
    noteRow(c, flow.destination, chosen, table);
    route_policy::notePath(c, flow, d);
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

    if (packet.headerLength() > wire::Ipv4Header::kSize) [[unlikely]] {
        const auto options = checkOptions(packet.whole().first(packet.headerLength()));
        if (options.what == OptionVerdict::What::Bad)
            icmp::sendError(c, packet.whole(), 12, 0, std::uint32_t(options.pointer) << 24);
        if (options.what != OptionVerdict::What::Fine) return c.drop(frame, DropReason::IpOptionError);
    }

    const std::uint32_t source = packet.source();
    // Who has no address yet asks by DHCP, and reports its groups on the link (ip_mc_validate_source).
    const bool zeroAllowed = packet.destination() == 0xffff'ffff || packet.destination() >> 8 == 0xe0'0000;
    if (loopbackBlock(source) || loopbackBlock(packet.destination()) || multicast(source) || source == 0xffff'ffff ||
        (source == 0 && !zeroAllowed) || packet.destination() == 0 || (source != 0 && isLocal(c, source)))
        return c.drop(frame, DropReason::Martian);

    Track track;
    std::uint16_t largest = 0;
    if (c.system().tracking) {
        // Connection tracking needs ports, so it sees whole packets only; they leave in pieces of the same size again.
        if (packet.isFragment()) {
            frame = reassembly::add(c, frame, true, largest);
            if (frame == kernel::kNoFrame) return;
        }
        frame = c.frames().own(frame);
        packet = Ipv4View(c.frames().bytes(frame).data() + kLinkHeader);
        if (!conntrack::incoming(c, interface, packet.whole(), track))
            return c.drop(frame, DropReason::ConntrackInvalid);
    }
    const std::uint32_t destination = packet.destination();
    // The broadcast address of any of its networks means this device as well (RTN_BROADCAST in the table local), and
    // such a packet goes no further (bc_forwarding is 0).
    if (loopbackBlock(destination) || destination == 0xffff'ffff || c.system().localAddresses.holds(destination))
        return deliver(c, interface, frame, track);
    if (multicast(destination))
        return igmp::joined(c, interface, destination) ? deliver(c, interface, frame, track)
                                                       : c.drop(frame, DropReason::MulticastNotJoined);
    if (!unicast) return c.drop(frame, DropReason::OtherHost);
    forward(c, interface, frame, track, largest);
}

void receiveLoopback(Context& c, kernel::FrameSlot frame) {
    Track track;
    // A route by lo does not make its destinations this device's own.
    const std::uint32_t destination = Ipv4View(c.frames().bytes(frame).data() + kLinkHeader).destination();
    if (!isLocal(c, destination) && !multicast(destination) && !isBroadcast(c, destination)) [[unlikely]]
        return c.drop(frame, DropReason::NotForwarding);
    if (c.system().filtering)
        track = conntrack::classify(c, Ipv4View(c.frames().bytes(frame).data() + kLinkHeader).whole());
    localInput(c, kLoopback, frame, track);
}

void send(Context& c, kernel::FrameSlot frame, const Destination& wanted) {
    Destination d = wanted;
    Ipv4View packet(c.frames().bytes(frame).data() + kLinkHeader);
    if (d.kind == Kind::None || d.kind == Kind::Refused)
        return c.drop(frame, d.kind == Kind::None ? DropReason::NoRoute : DropReason::RouteUnreachable);
    // ip_route_output_key: what is no address of this device, or not any more, is nobody's source.
    if (const std::uint32_t source = packet.source(); source != 0 && !isLocal(c, source) && !isBroadcast(c, source))
        [[unlikely]]
        return c.drop(frame, DropReason::SourceAddressGone);
    if (c.system().tracking) {
        Track track;
        const std::uint32_t before = packet.destination();
        if (!conntrack::incoming(c, Track::kNone, packet.whole(), track))
            return c.drop(frame, DropReason::ConntrackInvalid);
        // An error about a translated packet is addressed to whom the packet came from, behind the translation.
        if (packet.destination() != before) d = findRoute(c, flowOf(packet));
        if (d.kind == Kind::None || d.kind == Kind::Refused) return c.drop(frame, DropReason::NoRoute);
        if (refused(c, FilterRule::Chain::Output, firewall::kNone, d.interface, frame, track)) return;
        if (!conntrack::outgoing(c, d.interface, packet.whole(), track)) return c.drop(frame, DropReason::NatNoPort);
    } else if (refused(c, FilterRule::Chain::Output, firewall::kNone, d.interface, frame, {})) {
        return;
    }
    if (d.kind == Kind::Local) {
        wire::EthernetView(c.frames().bytes(frame).data()).set({}, {}, wire::EtherType::Ipv4);
        return c.transmit(kLoopback, frame);
    }
    if (c.system().extras & System::kExceptions) [[unlikely]]
        route_exception::revive(c, packet.destination());
    emitTo(c, frame, d, false);
}

} // namespace sim::stack::ip
