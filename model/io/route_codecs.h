// Routes as they stand in a lab file and in actions.
#pragma once

#include "model/io/described.h"
#include "model/io/plain_codecs.h"
#include "model/lab/node_keys.h"
#include "sim/config/device_config.h"

namespace model::io {

template <>
struct Codec<lab::RouteLine> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::RouteLine&, const QString&, lab::Route& route);
    static Value write(const lab::RouteLine&, const lab::Route& route, const lab::Node&, const Writing& writing);
    static Value schema(const lab::RouteLine&) { return json::reference(QStringLiteral("route")); }
    static QString word(const lab::RouteLine&) { return json::link(QStringLiteral("route")); }
};

GroupInfo routeGroup();

/// wordsOf are the words of a scalar, each with its place.
std::vector<YamlNode> wordsOf(const YamlNode& yaml);
/// asTable reads a routing table: its number, main or default.
std::uint32_t asTable(const YamlNode& yaml);

/// parseRoute reads a route in one line, "10.0.0.0/8 via 1.2.3.4 dev eth0 metric 5"; false with a problem in a
/// sentence.
bool parseRoute(const QString& text, lab::Route* route, QString* problem);

/// routeText writes a route as parseRoute reads it.
QString routeText(const lab::Route& route);

/// routeConfig is a route of a lab as the simulator takes it.
sim::config::RouteConfig routeConfig(const lab::Route& route);

} // namespace model::io
