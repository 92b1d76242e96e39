#include "sim/devices/make_route.h"

namespace sim::devices {

using stack::Route;
using stack::System;

namespace {

/// interfaceTowards is the one whose network holds a gateway.
std::uint32_t interfaceTowards(const System& s, wire::IpAddress via) {
    for (std::uint32_t i = 0; i < s.interfaces.size(); ++i)
        for (const auto& p : s.interfaces[i].addresses)
            if (p.contains(via)) return i;
    return kernel::InterfaceId::kNone;
}

} // namespace

std::uint32_t interfaceIndex(const System& s, std::string_view name) {
    for (std::uint32_t i = 0; i < s.interfaces.size(); ++i)
        if (s.interfaces[i].name == name) return i;
    return kernel::InterfaceId::kNone;
}

std::optional<Route> makeRoute(const System& s, const RouteConfig& config) {
    using Kind = RouteConfig::Kind;
    Route r;
    r.network = config.destination.network().address.toV4();
    r.length = config.destination.length;
    r.via = config.via.toV4();
    r.metric = config.metric;
    r.type = config.kind == Kind::Unreachable ? stack::RouteType::Unreachable
             : config.kind == Kind::Prohibit  ? stack::RouteType::Prohibit
             : config.kind == Kind::Blackhole ? stack::RouteType::Blackhole
                                              : stack::RouteType::Unicast;
    if (r.type != stack::RouteType::Unicast) return r;
    r.interface = !config.interface.empty() ? interfaceIndex(s, config.interface) : interfaceTowards(s, config.via);
    if (r.interface == kernel::InterfaceId::kNone) return std::nullopt;
    // The first address in the gateway's network, or the first at all (inet_select_addr).
    for (const auto& p : s.interfaces[r.interface].addresses) {
        if (!p.address.isV4()) continue;
        if (r.source == 0) r.source = p.address.toV4();
        if (!p.contains(config.via)) continue;
        r.source = p.address.toV4();
        break;
    }
    return r;
}

} // namespace sim::devices
