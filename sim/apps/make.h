// Programs from what is configured, and from what a user asks for.
#pragma once

#include "sim/apps/app.h"
#include "sim/config/action.h"
#include "sim/config/device_config.h"

#include <optional>
#include <string>
#include <vector>

namespace sim::apps {

/// makeServices gives each program that runs on a device from its start. `before` are the programs that ran there until
/// the device lost its power, if it did: what they wrote into files is there again.
std::vector<App> makeServices(const config::DeviceConfig& config, const std::vector<App>& before = {});
/// makeTask gives the program that carries an action out; none for what the holder of the network does itself.
std::optional<App> makeTask(const config::Action& action);
/// makeDhcpClient gives the service that gets an interface its address.
App makeDhcpClient(const std::string& interface, const config::DhcpClientConfig& config);

} // namespace sim::apps
