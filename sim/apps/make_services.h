// The programs that run on a device from its start, from its configuration.
#pragma once

#include "sim/apps/app.h"
#include "sim/config/device_config.h"

#include <string>
#include <utility>
#include <vector>

namespace sim::apps {

/// makeServices gives each program with the name it has in tables.
std::vector<std::pair<Program, std::string>> makeServices(const config::DeviceConfig& config);

} // namespace sim::apps
