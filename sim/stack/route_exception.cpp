#include "sim/stack/route_exception.h"

#include "sim/decisions/routing.h"
#include "sim/stack/context.h"
#include "sim/stack/ip.h"

#include <algorithm>

namespace sim::stack::route_exception {

using wire::IpAddress;

namespace {

RouteException& entryFor(Context& c, std::uint32_t destination) {
    auto& x = c.system().routeExceptions;
    auto& entries = x.entries;
    if (!entries.contains(destination) && entries.size() >= RouteExceptions::kMost) {
        // Full: the one that would go first makes room.
        std::uint32_t oldest = entries.kNone;
        for (std::uint32_t e = 0; e < entries.bound(); ++e)
            if (entries.used(e) && (oldest == entries.kNone || entries[e].expires < entries[oldest].expires))
                oldest = e;
        entries.erase(oldest);
    }
    c.system().extras |= System::kExceptions;
    RouteException& entry = entries[entries.insert(destination)];
    if (entry.generation != x.generation || entry.expires <= c.now()) entry = {};
    entry.generation = x.generation;
    return entry;
}

} // namespace

std::uint32_t learnMtu(Context& c, std::uint32_t destination, std::uint32_t mtu, std::uint32_t from) {
    const Destination d = ip::findRoute(c, destination);
    if (d.kind != Destination::Kind::Unicast) return 0xffff;
    if (d.mtu < mtu) return d.mtu; // it cannot grow by being told so
    const bool locked = mtu < RouteExceptions::kMinimumMtu;
    if (locked) mtu = std::min(d.mtu, RouteExceptions::kMinimumMtu);
    RouteException& entry = entryFor(c, destination);
    // Heard again within the first half of its life, it does not live longer.
    if (entry.mtu == mtu && !locked && c.now() < entry.expires - RouteExceptions::kMtuExpires / 2) return mtu;
    entry.mtu = mtu;
    entry.locked = locked;
    entry.expires = c.now() + RouteExceptions::kMtuExpires;
    if (c.tracing())
        c.decide(decisions::PathMtuLearned{
            .destination = IpAddress::v4(destination), .from = IpAddress::v4(from), .mtu = mtu});
    tcp::pathMtuChanged(c, destination, mtu);
    return mtu;
}

void learnGateway(Context& c, std::uint32_t destination, std::uint32_t gateway, std::uint32_t from) {
    const Destination d = ip::findRoute(c, destination);
    const auto note = [&](bool taken, bool unwanted = false) {
        if (c.tracing())
            c.decide(decisions::RedirectHeard{.destination = IpAddress::v4(destination),
                                              .from = IpAddress::v4(from),
                                              .gateway = IpAddress::v4(gateway),
                                              .taken = taken,
                                              .unwanted = unwanted});
    };
    // Only the gateway in use may send one away, and only to a machine next door.
    const bool sane = gateway != 0 && gateway >> 28 < 14 && !ip::isLocal(c, gateway) && gateway != from;
    if (d.kind != Destination::Kind::Unicast || d.nextHop != from || from == destination || !sane) return note(false);
    if (!c.system().sysctls.on(d.interface, Sysctl::AcceptRedirects, c.system().forwarding)) return note(false, true);
    // A gateway without a MAC is asked for first; the next redirect finds it known.
    if (!neighbour::valid(c, d.interface, gateway)) {
        neighbour::solicitFor(c, d.interface, gateway);
        return note(false);
    }
    RouteException& entry = entryFor(c, destination);
    entry.gateway = gateway;
    entry.expires = c.now() + RouteExceptions::kRedirectExpires;
    note(true);
}

void revive(Context& c, std::uint32_t destination) {
    auto& x = c.system().routeExceptions;
    const auto e = x.entries.find(destination);
    if (e == x.entries.kNone) return;
    if (x.entries[e].expires <= c.now()) return x.entries.erase(e);
    if (x.entries[e].generation == x.generation) return;
    x.entries[e] = {};
    x.entries[e].generation = x.generation;
}

void flush(Context& c) { ++c.system().routeExceptions.generation; }

} // namespace sim::stack::route_exception
