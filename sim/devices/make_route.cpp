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
    const auto hop = [&](const wire::IpAddress& via, const std::string& interface, std::uint32_t weight) {
        if (!config.others.empty()) text += " nexthop";
        if (!via.isNone()) text += " via " + via.toString();
        if (!interface.empty()) text += " dev " + interface;
        if (weight != 1) text += " weight " + std::to_string(weight);
    };
    if (config.others.empty()) hop(config.via, config.interface, 1);
    if (!config.source.isNone()) text += " src " + config.source.toString();
    if (config.table != stack::kMainTable) text += " table " + std::to_string(config.table);
    if (config.metric) text += " metric " + std::to_string(config.metric);
    if (config.onlink) text += " onlink";
    if (!config.others.empty()) hop(config.via, config.interface, config.weight);
    for (const auto& other : config.others)
        hop(other.via, other.interface, other.weight);
    return text;
}

/// hopRequest is a next hop with the number of its interface.
stack::HopRequest hopRequest(const System& s, const wire::IpAddress& via, const std::string& interface,
                             std::uint32_t weight, bool onlink) {
    stack::HopRequest hop{.via = via.toV4(), .weight = weight, .onlink = onlink};
    if (interface.empty()) return hop;
    hop.interface = interfaceIndex(s, interface);
    if (hop.interface == kernel::InterfaceId::kNone) hop.interface = stack::HopRequest::kUnknown;
    return hop;
}

} // namespace

wire::IpAddress aboutOf(const config::RouteConfig& config, ConfigError error) {
    if (error == ConfigError::InvalidSource) return config.source;
    return config.via.isNone() ? config.destination.address : config.via;
}

std::uint32_t interfaceIndex(const System& s, std::string_view name) {
    for (std::uint32_t i = 0; i < s.interfaces.size(); ++i)
        if (s.interfaces[i].name == name) return i;
    return kernel::InterfaceId::kNone;
}

RouteRequest routeRequest(const System& s, const config::RouteConfig& config) {
    using Kind = config::RouteConfig::Kind;
    RouteRequest q;
    static_cast<stack::HopRequest&>(q) = hopRequest(s, config.via, config.interface, config.weight, config.onlink);
    q.network = config.destination.network().address.toV4();
    q.length = config.destination.length;
    q.metric = config.metric;
    q.source = config.source.toV4();
    q.table = config.table;
    q.type = config.kind == Kind::Unreachable ? stack::RouteType::Unreachable
             : config.kind == Kind::Prohibit  ? stack::RouteType::Prohibit
             : config.kind == Kind::Blackhole ? stack::RouteType::Blackhole
                                              : stack::RouteType::Unicast;
    for (const auto& other : config.others)
        q.others.push_back(hopRequest(s, other.via, other.interface, other.weight, config.onlink));
    return q;
}

void addConfiguredRoute(System& s, const config::RouteConfig& config, bool dhcp) {
    if (config.destination.address.isV6() || config.via.isV6()) return; // the tables here are IPv4's
    const RouteRequest q = routeRequest(s, config);
    const auto error = stack::next_hop::add(s, q);
    if (error == ConfigError::None) return;
    if ((error == ConfigError::InvalidGateway || error == ConfigError::InvalidSource) && dhcp)
        return s.pendingRoutes.push_back(q);
    s.refusals.push_back({error, asTyped(config), aboutOf(config, error)});
}

} // namespace sim::devices
