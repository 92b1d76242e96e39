// From a route as it is configured to a row of the routing table.
#pragma once

#include "sim/devices/device_config.h"
#include "sim/stack/system.h"

#include <optional>
#include <string_view>

namespace sim::devices {

/// interfaceIndex is the place of an interface in its device, or InterfaceId::kNone.
std::uint32_t interfaceIndex(const stack::System& s, std::string_view name);
/// makeRoute gives the row; none when no interface leads to the gateway (Linux: nexthop has invalid gateway).
std::optional<stack::Route> makeRoute(const stack::System& s, const RouteConfig& config);

} // namespace sim::devices
