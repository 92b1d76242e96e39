// From a route as it is configured to what the stack is asked for.
#pragma once

#include "sim/config/device_config.h"
#include "sim/stack/system.h"

#include <string>
#include <string_view>

namespace sim::devices {

/// interfaceIndex is the place of an interface in its device, or InterfaceId::kNone.
std::uint32_t interfaceIndex(const stack::System& s, std::string_view name);
/// routeRequest is a configured route with the number of its interface.
stack::RouteRequest routeRequest(const stack::System& s, const config::RouteConfig& config);
/// aboutOf is the address that a refusal of a route is about: its gateway, its source or its destination.
wire::IpAddress aboutOf(const config::RouteConfig& config, stack::ConfigError error);
/// addConfiguredRoute adds a route of the configuration; a refusal is kept with the device. A device that gets its
/// address by DHCP tries again when it has one.
void addConfiguredRoute(stack::System& s, const config::RouteConfig& config, bool dhcp);

} // namespace sim::devices
