// DNS and web servers of a lab as the simulation wants them.
#pragma once

#include "model/lab/lab.h"
#include "sim/config/device_config.h"

#include <string>

namespace model::network {

sim::config::DnsServerConfig dnsServerConfig(const lab::DnsServer& server);
sim::config::HttpServerConfig webServerConfig(const lab::WebServer& server);
/// pageType is the media type that a page is sent as: its own, or that of its path's ending, or text/html.
std::string pageType(const lab::Page& page);

} // namespace model::network
