// Reads what stands under one name in "nodes:".
#pragma once

#include "model/io/yaml_cursor.h"
#include "model/lab/lab.h"

namespace model::io {

/// readNode reads everything but the id. A node without "at" keeps the place it has.
void readNode(Reading& reading, const YamlNode& yaml, lab::Node& node);

} // namespace model::io
