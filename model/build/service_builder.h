// DNS and web servers of a lab as the simulation wants them.
#pragma once

#include "model/lab/lab.h"
#include "sim/devices/device_config.h"

namespace model::build {

sim::devices::DnsServerConfig dnsServerConfig(const lab::DnsServer& server);
sim::devices::HttpServerConfig webServerConfig(const lab::WebServer& server);

} // namespace model::build
