// From rules of policy routing as they are configured to the stack's.
#pragma once

#include "sim/config/host_settings.h"
#include "sim/stack/system.h"

#include <vector>

namespace sim::devices {

/// changeRule adds or removes one; a rule to add that names no priority is asked before all others.
stack::ConfigError changeRule(stack::System& s, const config::RuleConfig& rule, bool add);
/// addConfiguredRules adds those of a configuration. Those without a priority are asked in their order, just before the
/// table "main". One that is there twice is refused and kept with the device.
void addConfiguredRules(stack::System& s, const std::vector<config::RuleConfig>& rules);

} // namespace sim::devices
