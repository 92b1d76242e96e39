#include "sim/stack/next_hop.h"

#include "sim/stack/system.h"

#include <algorithm>

namespace sim::stack {

const char* configErrorText(ConfigError e) {
    switch (e) {
    case ConfigError::None: break;
    case ConfigError::FileExists: return "RTNETLINK answers: File exists";
    case ConfigError::InvalidGateway: return "Nexthop has invalid gateway";
    case ConfigError::NoSuchProcess: return "RTNETLINK answers: No such process";
    case ConfigError::NoDevice: return "Cannot find device";
    case ConfigError::OnlinkNeedsDevice: return "Nexthop device required for onlink";
    case ConfigError::AddressAssigned: return "ipv4: Address already assigned";
    case ConfigError::AddressNotFound: return "ipv4: Address not found";
    case ConfigError::NoSuchRule: return "Error: Could not process rule: No such file or directory";
    }
    return "";
}

namespace next_hop {

namespace {

using wire::IpAddress;

constexpr std::uint32_t mask(unsigned length) { return length ? ~std::uint32_t{0} << (32 - length) : 0; }

/// What an address means to this device (inet_addr_type).
enum class Meaning : std::uint8_t { Unicast, Own, Broadcast, Group };

Meaning meaningOf(const System& s, std::uint32_t address, std::uint32_t interface, std::uint32_t& owner) {
    const auto asked = [&](std::uint32_t i) { return interface == RouteRequest::kAny || interface == i; };
    if (address >> 24 == 127 && asked(kLoopback)) {
        owner = kLoopback;
        return Meaning::Own;
    }
    for (std::uint32_t i = 0; i < s.interfaces.size(); ++i)
        for (const auto& p : s.interfaces[i].addresses) {
            if (!p.address.isV4() || !asked(i)) continue;
            owner = i;
            if (p.address.toV4() == address) return Meaning::Own;
            if (p.broadcast() == IpAddress::v4(address)) return Meaning::Broadcast;
        }
    if (address == 0xffff'ffff || address >> 24 == 0) return Meaning::Broadcast;
    return address >> 28 == 14 ? Meaning::Group : Meaning::Unicast;
}

/// resolve finds the interface of a next hop (fib_check_nh): it must be this device, or in a directly connected
/// network.
ConfigError resolve(const System& s, const RouteRequest& q, Route& r) {
    std::uint32_t owner = kLoopback;
    if (q.via == 0) return q.interface == RouteRequest::kAny ? ConfigError::NoDevice : ConfigError::None;
    if (q.onlink) {
        if (q.interface == RouteRequest::kAny) return ConfigError::OnlinkNeedsDevice;
        r.flags |= Route::kOnlink;
        const bool neighbour = meaningOf(s, q.via, q.interface, owner) == Meaning::Unicast;
        return neighbour ? ConfigError::None : ConfigError::InvalidGateway;
    }
    switch (meaningOf(s, q.via, q.interface, owner)) {
    case Meaning::Own:
        r.interface = owner;
        r.flags |= Route::kOwnHop;
        return ConfigError::None;
    case Meaning::Broadcast:
    case Meaning::Group: return ConfigError::InvalidGateway;
    case Meaning::Unicast: break;
    }
    // Rows with a next hop of their own have the scope "universe" and are looked through.
    for (const Route& row : s.routes.rows()) {
        if (row.type != RouteType::Unicast || row.via != 0 || ((q.via ^ row.network) & mask(row.length)) != 0) continue;
        if (q.interface != RouteRequest::kAny && q.interface != row.interface) continue;
        r.interface = row.interface;
        return ConfigError::None;
    }
    return ConfigError::InvalidGateway;
}

std::uint32_t primaryOf(const Interface& iface, std::uint32_t towards) {
    std::uint32_t first = 0;
    for (std::size_t i = 0; i < iface.addresses.size(); ++i) {
        const auto& p = iface.addresses[i];
        if (!p.address.isV4() || p.address.isLoopback() || iface.isSecondary(i)) continue;
        if (towards != 0 && p.contains(IpAddress::v4(towards))) return p.address.toV4();
        if (first == 0) first = p.address.toV4();
    }
    return first;
}

} // namespace

std::uint32_t selectSource(const System& s, std::uint32_t interface, std::uint32_t towards) {
    if (interface < s.interfaces.size())
        if (const auto own = primaryOf(s.interfaces[interface], towards)) return own;
    for (const auto& other : s.interfaces)
        if (const auto address = primaryOf(other, 0)) return address;
    return 0;
}

ConfigError add(System& s, const RouteRequest& q) {
    if (q.interface == RouteRequest::kUnknown) return ConfigError::NoDevice;
    Route r;
    r.network = q.network;
    r.length = q.length;
    r.type = q.type;
    r.protocol = q.protocol;
    r.metric = q.metric;
    if (q.type == RouteType::Unicast) {
        r.via = q.via;
        r.interface = q.interface;
        if (const auto error = resolve(s, q, r); error != ConfigError::None) return error;
        r.source = selectSource(s, r.interface, r.via);
    }
    const auto& rows = s.routes.rows();
    const bool there = std::any_of(rows.begin(), rows.end(), [&](const Route& x) {
        return x.network == r.network && x.length == r.length && x.metric == r.metric;
    });
    if (there) return ConfigError::FileExists;
    s.routes.add(r);
    return ConfigError::None;
}

ConfigError remove(System& s, const RouteRequest& q) {
    if (q.interface == RouteRequest::kUnknown) return ConfigError::NoDevice;
    for (const Route& r : s.routes.rows()) {
        if (r.network != q.network || r.length != q.length) continue;
        if (q.type != RouteType::Unicast && q.type != r.type) continue;
        if (q.via != 0 && q.via != r.via) continue;
        if (q.interface != RouteRequest::kAny && q.interface != r.interface) continue;
        if (q.metric != 0 && q.metric != r.metric) continue;
        s.routes.remove(Route(r));
        return ConfigError::None;
    }
    return ConfigError::NoSuchProcess;
}

void addressesChanged(System& s) {
    s.localAddresses.clearBroadcasts();
    for (const Interface& i : s.interfaces) // of those that are up alone (fib_add_ifaddr)
        for (const wire::Prefix& p : i.addresses)
            if (const auto a = p.broadcast(); i.up && a.isV4()) s.localAddresses.insertBroadcast(a.toV4());
    s.routes.setSources([&](const Route& r) {
        return r.protocol == RouteProtocol::Kernel || r.type != RouteType::Unicast
                   ? r.source
                   : selectSource(s, r.interface, r.via);
    });
    std::erase_if(s.pendingRoutes, [&](const RouteRequest& q) { return add(s, q) != ConfigError::InvalidGateway; });
}

} // namespace next_hop
} // namespace sim::stack
