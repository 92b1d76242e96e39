// Reads the key web-server of a node.
#pragma once

#include "model/io/yaml_cursor.h"
#include "model/lab/lab.h"

namespace model::io {

void readWebServer(Reading& reading, const YamlNode& yaml, lab::Node& node);

} // namespace model::io
