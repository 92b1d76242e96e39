// Reads what stands under one name in "nodes:".
#pragma once

#include "model/io/yaml_cursor.h"
#include "model/lab/lab.h"
#include "sim/config/device_config.h"

namespace model::io {

/// readNode reads everything but the id. A node without "at" keeps the place it has.
void readNode(Reading& reading, const YamlNode& yaml, lab::Node& node);

/// parseRoute reads a route in one line, "10.0.0.0/8 via 1.2.3.4 dev eth0 metric 5"; false with a problem in a
/// sentence.
bool parseRoute(const QString& text, lab::Route* route, QString* problem);

/// routeConfig is a route of a lab as the simulator takes it.
sim::config::RouteConfig routeConfig(const lab::Route& route);

} // namespace model::io
