// From a device's configuration to running tunnels.
#pragma once

#include "sim/config/device_config.h"
#include "sim/stack/context.h"

namespace sim::devices {

/// addTunnels makes the WireGuards and VXLANs of a device whose interfaces and routes are there already.
void addTunnels(stack::Context& c, const config::DeviceConfig& config);

} // namespace sim::devices
