#include "sim/stack/interface_address.h"

#include "sim/decisions/dhcp.h"
#include "sim/stack/context.h"
#include "sim/stack/neighbour.h"

#include <algorithm>

namespace sim::stack::address {

using wire::Prefix;

namespace {

/// addConnected adds the row of a primary address; of equal ones of other interfaces, the older one is used.
void addConnected(System& s, std::uint32_t interface, const Prefix& prefix) {
    if (prefix.length == 32 || s.interfaces[interface].type == InterfaceType::Loopback) return;
    Route r;
    r.network = prefix.network().address.toV4();
    r.length = prefix.length;
    r.protocol = RouteProtocol::Kernel;
    r.interface = interface;
    r.source = prefix.address.toV4();
    s.routes.add(r);
}

bool sameNetwork(const Prefix& a, const Prefix& b) { return a.length == b.length && a.network() == b.network(); }

/// behindPrimaries is the place behind the primary addresses, where new ones go.
std::vector<Prefix>::iterator behindPrimaries(Interface& iface) {
    std::size_t i = 0;
    while (i < iface.addresses.size() && !iface.isSecondary(i))
        ++i;
    return iface.addresses.begin() + std::ptrdiff_t(i);
}

/// hasElsewhere tells whether another interface that is up has that address, too.
bool hasElsewhere(const System& s, std::uint32_t interface, const wire::IpAddress& address) {
    for (std::uint32_t i = 0; i < s.interfaces.size(); ++i)
        if (i != interface && s.interfaces[i].up)
            for (const auto& p : s.interfaces[i].addresses)
                if (p.address == address) return true;
    return false;
}

/// removeRoutes takes the rows of all tables away that which(row) names; rows with several next hops are looked after
/// elsewhere.
template <class Which>
void removeRoutes(System& s, const Which& which) {
    route_policy::eachTable(s, [&](std::uint32_t, RouteTable& table) {
        const auto rows = table.rows();
        for (const Route& r : rows)
            if (which(r)) table.remove(r);
    });
}

void changed(Context& c, std::uint32_t interface, const Prefix& prefix, bool added) {
    if (c.tracing())
        c.decide(decisions::AddressChanged{.address = prefix, .interface = c.interface(interface).id, .added = added});
    c.notify({.kind = NoticeKind::InterfaceChanged, .length = interface});
}

} // namespace

ConfigError insert(System& s, std::uint32_t interface, const Prefix& prefix) {
    Interface& iface = s.interfaces[interface];
    const auto sibling = std::find_if(iface.addresses.begin(), iface.addresses.end(),
                                      [&](const Prefix& p) { return sameNetwork(p, prefix); });
    const bool secondary = sibling != iface.addresses.end();
    if (std::find(iface.addresses.begin(), iface.addresses.end(), prefix) != iface.addresses.end())
        return ConfigError::AddressAssigned;
    iface.addresses.insert(secondary ? iface.addresses.end() : behindPrimaries(iface), prefix);
    iface.addressesChanged();
    if (!prefix.address.isV4()) return ConfigError::None;
    s.localAddresses.insert(prefix.address.toV4());
    if (!secondary) addConnected(s, interface, prefix);
    if (iface.up && !s.policy.paths.empty()) route_policy::setDead(s, interface, false);
    next_hop::addressesChanged(s);
    return ConfigError::None;
}

ConfigError add(Context& c, std::uint32_t interface, const Prefix& prefix) {
    if (!prefix.address.isV4()) return ConfigError::None;
    const auto error = insert(c.system(), interface, prefix);
    if (error == ConfigError::None) changed(c, interface, prefix, true);
    return error;
}

ConfigError remove(Context& c, std::uint32_t interface, const Prefix& prefix) {
    System& s = c.system();
    Interface& iface = c.interface(interface);
    auto& addresses = iface.addresses;
    const auto at = std::find(addresses.begin(), addresses.end(), prefix);
    if (at == addresses.end()) return ConfigError::AddressNotFound;
    const bool primary = !iface.isSecondary(std::size_t(at - addresses.begin()));
    if (primary && !s.sysctls.on(interface, Sysctl::PromoteSecondaries)) {
        // The secondary ones of its network go first (__inet_del_ifa).
        const auto all = addresses;
        for (const Prefix& p : all)
            if (p != prefix && sameNetwork(p, prefix)) remove(c, interface, p);
    }
    addresses.erase(std::find(addresses.begin(), addresses.end(), prefix));
    bool elsewhere = false;
    for (const auto& i : s.interfaces)
        for (const auto& p : i.addresses)
            elsewhere = elsewhere || p.address == prefix.address;
    if (!elsewhere) s.localAddresses.erase(prefix.address.toV4());

    const bool last =
        std::none_of(addresses.begin(), addresses.end(), [](const Prefix& p) { return p.address.isV4(); });
    removeRoutes(s, [&](const Route& r) {
        // What prefers the address as its source is gone with it (fib_sync_down_addr).
        if (!elsewhere && r.flags & Route::kPreferred && r.source == prefix.address.toV4()) {
            if (r.type == RouteType::Multipath) route_policy::removePaths(s, r.interface);
            return true;
        }
        if (r.interface != interface || r.type != RouteType::Unicast) return false;
        const bool its =
            r.protocol == RouteProtocol::Kernel && r.source == prefix.address.toV4() && r.length == prefix.length;
        return last || (primary && its);
    });
    if (last && !s.policy.paths.empty()) route_policy::setDead(s, interface, true);
    const auto heir =
        std::find_if(addresses.begin(), addresses.end(), [&](const Prefix& p) { return sameNetwork(p, prefix); });
    if (primary && heir != addresses.end()) {
        addConnected(s, interface, *heir);
        if (const auto place = behindPrimaries(iface); place < heir) std::rotate(place, heir, heir + 1);
    }
    iface.addressesChanged();
    next_hop::addressesChanged(s);
    if (last) neighbour::flush(c, interface);
    changed(c, interface, prefix, false);
    return ConfigError::None;
}

void withdraw(System& s, std::uint32_t interface) {
    for (const auto& p : s.interfaces[interface].addresses)
        if (p.address.isV4() && !hasElsewhere(s, interface, p.address)) s.localAddresses.erase(p.address.toV4());
    removeRoutes(s, [&](const Route& r) { return r.type == RouteType::Unicast && r.interface == interface; });
    if (!s.policy.paths.empty()) route_policy::setDead(s, interface, true);
    next_hop::addressesChanged(s);
}

void restore(System& s, std::uint32_t interface) {
    const Interface& iface = s.interfaces[interface];
    for (std::size_t i = 0; i < iface.addresses.size(); ++i) {
        const Prefix& p = iface.addresses[i];
        if (!p.address.isV4()) continue;
        s.localAddresses.insert(p.address.toV4());
        if (!iface.isSecondary(i)) addConnected(s, interface, p);
    }
    if (!s.policy.paths.empty()) route_policy::setDead(s, interface, false);
    next_hop::addressesChanged(s);
}

} // namespace sim::stack::address
