// Reads the keys of a node that let it give and get addresses and routes: DHCP and RIP.
#pragma once

#include "model/io/yaml_cursor.h"
#include "model/lab/lab.h"

namespace model::io {

/// readDhcpClient reads hostname and check of an interface with "address: dhcp".
void readDhcpClient(const YamlNode& yaml, lab::Port& port);
/// readServices reads dhcp-server, dhcp-relay and rip of a node.
void readServices(Reading& reading, const YamlNode& map, lab::Node& node);

} // namespace model::io
