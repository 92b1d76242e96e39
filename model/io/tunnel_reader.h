// Reads the keys "wireguard" and "vxlan" of an interface.
#pragma once

#include "model/io/yaml_cursor.h"
#include "model/lab/tunnel.h"

namespace model::io {

lab::Wireguard readWireguard(Reading& reading, const YamlNode& yaml);
lab::Vxlan readVxlan(Reading& reading, const YamlNode& yaml);

} // namespace model::io
