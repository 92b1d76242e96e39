#include "sim/devices/make_route.h"

namespace sim::devices {

using stack::ConfigError;
using stack::RouteRequest;
using stack::System;

namespace {

/// asTyped is the route as "ip route add" takes it.
std::string asTyped(const config::RouteConfig& config) {
    using Kind = config::RouteConfig::Kind;
    std::string text = "route add ";
    if (config.kind == Kind::Unreachable) text += "unreachable ";
    if (config.kind == Kind::Prohibit) text += "prohibit ";
    if (config.kind == Kind::Blackhole) text += "blackhole ";
    text += config.destination.length == 0 ? "default" : config.destination.toString();
    if (!config.via.isNone()) text += " via " + config.via.toString();
    if (!config.interface.empty()) text += " dev " + config.interface;
    if (config.metric) text += " metric " + std::to_string(config.metric);
    if (config.onlink) text += " onlink";
    return text;
}

} // namespace

std::uint32_t interfaceIndex(const System& s, std::string_view name) {
    for (std::uint32_t i = 0; i < s.interfaces.size(); ++i)
        if (s.interfaces[i].name == name) return i;
    return kernel::InterfaceId::kNone;
}

RouteRequest routeRequest(const System& s, const config::RouteConfig& config) {
    using Kind = config::RouteConfig::Kind;
    RouteRequest q;
    q.network = config.destination.network().address.toV4();
    q.length = config.destination.length;
    q.via = config.via.toV4();
    q.metric = config.metric;
    q.onlink = config.onlink;
    q.type = config.kind == Kind::Unreachable ? stack::RouteType::Unreachable
             : config.kind == Kind::Prohibit  ? stack::RouteType::Prohibit
             : config.kind == Kind::Blackhole ? stack::RouteType::Blackhole
                                              : stack::RouteType::Unicast;
    if (!config.interface.empty()) {
        q.interface = interfaceIndex(s, config.interface);
        if (q.interface == kernel::InterfaceId::kNone) q.interface = RouteRequest::kUnknown;
    }
    return q;
}

void addConfiguredRoute(System& s, const config::RouteConfig& config, bool dhcp) {
    if (config.destination.address.isV6() || config.via.isV6()) return; // the tables here are IPv4's
    const RouteRequest q = routeRequest(s, config);
    const auto error = stack::next_hop::add(s, q);
    if (error == ConfigError::None) return;
    if (error == ConfigError::InvalidGateway && dhcp) return s.pendingRoutes.push_back(q);
    s.refusals.push_back({error, asTyped(config), config.via.isNone() ? config.destination.address : config.via});
}

} // namespace sim::devices
