// From a kernel setting as it is configured to the stack's.
#pragma once

#include "sim/config/sysctl.h"
#include "sim/stack/system.h"

#include <vector>

namespace sim::devices {

/// setSysctl sets one; false when the device has no interface of that name.
bool setSysctl(stack::System& s, const config::SysctlConfig& setting);
/// setSysctls sets those of a configuration: ip_forward first, which changes others, then the rest in order. One that
/// cannot be set is refused and kept with the device.
void setSysctls(stack::System& s, const std::vector<config::SysctlConfig>& settings);

} // namespace sim::devices
