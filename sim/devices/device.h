// A device: interfaces, an optional bridge, an optional IP stack, and programs. Host, switch, router, home router, DNS
// server are presets of this one composition, as they are on Linux.
#pragma once

#include "sim/apps/app.h"
#include "sim/config/device_config.h"
#include "sim/stack/system.h"

#include <memory>
#include <string>
#include <vector>

namespace sim::devices {

/// Device is a system and the programs that run on it.
struct Device {
    stack::System system;
    std::string name;
    std::vector<apps::App> apps; ///< indexed by AppId; services first
    std::shared_ptr<const config::DeviceConfig>
        config;     ///< what it starts from when it is switched on; null: it has no switch
    bool on = true; ///< has power; without, its system is bare (stack::losePower)
};

} // namespace sim::devices
