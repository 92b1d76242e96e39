// Writes the keys "dns-server" and "web-server" of a node.
#pragma once

#include "model/io/value.h"
#include "model/lab/lab.h"

namespace model::io {

Value dnsServerValue(const lab::DnsServer& server);
Value webServerValue(const lab::WebServer& server);

} // namespace model::io
