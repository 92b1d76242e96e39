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
    case ConfigError::NoSuchFile: return "RTNETLINK answers: No such file or directory";
    case ConfigError::InvalidSource: return "Error: Invalid prefsrc address";
    case ConfigError::AddressAssigned: return "ipv4: Address already assigned";
    case ConfigError::AddressNotFound: return "ipv4: Address not found";
    case ConfigError::NoSuchRule: return "Error: Could not process rule: No such file or directory";
    case ConfigError::NoSuchSetting: return "sysctl: cannot stat: No such file or directory";
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

/// onLinkBy looks for a row of a table that leads to an address without a gateway; interface: there, or kAny.
const Route* onLinkBy(const RouteTable& table, std::uint32_t address, std::uint32_t interface) {
    // Rows with a next hop of their own have the scope "universe" and are looked through.
    for (const Route& row : table.rows()) {
        if (row.type != RouteType::Unicast || row.via != 0 || ((address ^ row.network) & mask(row.length)) != 0)
            continue;
        if (interface == RouteRequest::kAny || interface == row.interface) return &row;
    }
    return nullptr;
}

/// resolve finds the interface of a next hop (fib_check_nh): it must be this device, or in a directly connected
/// network, by the table of the route or else by "main".
ConfigError resolve(const System& s, const HopRequest& q, std::uint32_t table, std::uint32_t& interface,
                    std::uint8_t& flags) {
    std::uint32_t owner = kLoopback;
    interface = q.interface;
    if (q.interface == RouteRequest::kUnknown) return ConfigError::NoDevice;
    if (q.via == 0) return q.interface == RouteRequest::kAny ? ConfigError::NoDevice : ConfigError::None;
    if (q.onlink) {
        if (q.interface == RouteRequest::kAny) return ConfigError::OnlinkNeedsDevice;
        flags |= Route::kOnlink;
        const bool neighbour = meaningOf(s, q.via, q.interface, owner) == Meaning::Unicast;
        return neighbour ? ConfigError::None : ConfigError::InvalidGateway;
    }
    switch (meaningOf(s, q.via, q.interface, owner)) {
    case Meaning::Own:
        interface = owner;
        flags |= Route::kOwnHop;
        return ConfigError::None;
    case Meaning::Broadcast:
    case Meaning::Group: return ConfigError::InvalidGateway;
    case Meaning::Unicast: break;
    }
    const RouteTable* own = table == kMainTable ? nullptr : route_policy::table(s, table);
    const Route* row = own ? onLinkBy(*own, q.via, q.interface) : nullptr;
    if (!row) row = onLinkBy(s.routes, q.via, q.interface);
    if (!row) return ConfigError::InvalidGateway;
    interface = row->interface;
    return ConfigError::None;
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

namespace {

/// resolveAll makes paths of several next hops.
ConfigError resolveAll(const System& s, const RouteRequest& q, RoutePaths& paths) {
    for (std::size_t i = 0; i <= q.others.size(); ++i) {
        const HopRequest& hop = i == 0 ? q : q.others[i - 1];
        RoutePath p{.via = hop.via, .weight = hop.weight};
        if (const auto error = resolve(s, hop, q.table, p.interface, p.flags); error != ConfigError::None) return error;
        p.source = selectSource(s, p.interface, p.via);
        p.dead = !s.interfaces[p.interface].up;
        paths.push_back(p);
    }
    return ConfigError::None;
}

/// hopMatches tells whether a request to delete means a row with several next hops: by its first, or by all of them
/// (fib_nh_match).
bool hopsMatch(const RouteRequest& q, const RoutePaths& paths) {
    const auto same = [](const HopRequest& hop, const RoutePath& p) {
        return (hop.via == 0 || hop.via == p.via) &&
               (hop.interface == RouteRequest::kAny || hop.interface == p.interface);
    };
    if (!same(q, paths.front())) return false;
    if (q.others.empty()) return true;
    if (q.others.size() + 1 != paths.size()) return false;
    for (std::size_t i = 0; i < q.others.size(); ++i)
        if (!same(q.others[i], paths[i + 1]) || q.others[i].weight != paths[i + 1].weight) return false;
    return q.weight == paths.front().weight;
}

} // namespace

ConfigError add(System& s, const RouteRequest& q) {
    if (q.interface == RouteRequest::kUnknown) return ConfigError::NoDevice;
    Route r;
    r.network = q.network;
    r.length = q.length;
    r.type = q.type;
    r.protocol = q.protocol;
    r.metric = q.metric;
    RoutePaths paths;
    if (q.type == RouteType::Unicast) {
        if (q.others.empty()) {
            r.via = q.via;
            if (const auto error = resolve(s, q, q.table, r.interface, r.flags); error != ConfigError::None)
                return error;
            r.source = selectSource(s, r.interface, r.via);
        } else if (const auto error = resolveAll(s, q, paths); error != ConfigError::None) {
            return error;
        }
        if (q.source != 0) {
            if (!s.localAddresses.contains(q.source)) return ConfigError::InvalidSource;
            r.source = q.source;
            r.flags |= Route::kPreferred;
        }
    }
    if (const RouteTable* rows = route_policy::table(s, q.table))
        if (std::any_of(rows->rows().begin(), rows->rows().end(), [&](const Route& x) {
                return x.network == r.network && x.length == r.length && x.metric == r.metric;
            }))
            return ConfigError::FileExists;
    if (!paths.empty()) {
        r.type = RouteType::Multipath;
        r.interface = route_policy::addPaths(s, std::move(paths));
    }
    route_policy::makeTable(s, q.table).add(r);
    return ConfigError::None;
}

ConfigError remove(System& s, const RouteRequest& q) {
    if (q.interface == RouteRequest::kUnknown) return ConfigError::NoDevice;
    const RouteTable* rows = route_policy::table(s, q.table);
    if (!rows) return ConfigError::NoSuchProcess;
    for (const Route& r : rows->rows()) {
        if (r.network != q.network || r.length != q.length) continue;
        const bool several = r.type == RouteType::Multipath;
        if (q.type != RouteType::Unicast && q.type != r.type) continue;
        if (several ? !hopsMatch(q, s.policy.paths[r.interface]) : !q.others.empty()) continue;
        if (!several && q.via != 0 && q.via != r.via) continue;
        if (!several && q.interface != RouteRequest::kAny && q.interface != r.interface) continue;
        if (q.metric != 0 && q.metric != r.metric) continue;
        if (q.source != 0 && q.source != r.source) continue;
        const Route gone = r;
        route_policy::makeTable(s, q.table).remove(gone);
        if (several) route_policy::removePaths(s, gone.interface);
        return ConfigError::None;
    }
    return ConfigError::NoSuchProcess;
}

void addressesChanged(System& s) {
    s.localAddresses.clearBroadcasts();
    for (const Interface& i : s.interfaces) // of those that are up alone (fib_add_ifaddr)
        for (const wire::Prefix& p : i.addresses)
            if (const auto a = p.broadcast(); i.up && a.isV4()) s.localAddresses.insertBroadcast(a.toV4());
    route_policy::eachTable(s, [&](std::uint32_t, RouteTable& rows) {
        rows.setSources([&](const Route& r) {
            const bool fixed =
                r.protocol == RouteProtocol::Kernel || r.type != RouteType::Unicast || r.flags & Route::kPreferred;
            return fixed ? r.source : selectSource(s, r.interface, r.via);
        });
    });
    for (RoutePaths& paths : s.policy.paths)
        for (RoutePath& p : paths)
            p.source = selectSource(s, p.interface, p.via);
    std::erase_if(s.pendingRoutes, [&](const RouteRequest& q) {
        const auto error = add(s, q);
        return error != ConfigError::InvalidGateway && error != ConfigError::InvalidSource;
    });
}

} // namespace next_hop
} // namespace sim::stack
