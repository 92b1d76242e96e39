// A device: interfaces, an optional bridge, an optional IP stack, and programs. Host, switch, router, home router, DNS
// server are presets of this one composition, as they are on Linux.
#pragma once

#include "sim/apps/app.h"
#include "sim/stack/system.h"

#include <string>
#include <vector>

namespace sim::devices {

/// Device is a system and the programs that run on it.
struct Device {
    stack::System system;
    std::string name;
    std::vector<apps::App> apps; ///< indexed by AppId; services first
};

} // namespace sim::devices
