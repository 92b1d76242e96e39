// The interfaces of a node.
#pragma once

#include "model/io/described.h"
#include "model/io/plain_codecs.h"
#include "model/lab/node_keys.h"

namespace model::io {

template <>
struct Codec<lab::PortCount> {
    static void read(Reading&, const YamlNode& yaml, const lab::PortCount&, const QString& what,
                     std::vector<lab::Port>& ports, lab::Node& node);
    static std::optional<Value> write(const lab::PortCount&, const std::vector<lab::Port>& ports, const lab::Node& node,
                                      const Writing&);
    static void clear(lab::Node& node);
    static Value schema(const lab::PortCount&) { return Codec<lab::Whole>::schema({1, 1024}); }
    static QString word(const lab::PortCount&) { return QStringLiteral("number from 1 to 1024"); }
};

template <>
struct Codec<lab::PortMap> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::PortMap&, const QString&,
                     std::vector<lab::Port>& ports, lab::Node& node);
    static std::optional<Value> write(const lab::PortMap&, const std::vector<lab::Port>& ports, const lab::Node& node,
                                      const Writing& writing);
    static void clear(lab::Node& node) { Codec<lab::PortCount>::clear(node); }
    static Value schema(const lab::PortMap&);
    static QString word(const lab::PortMap&) {
        return QStringLiteral("map: name to %1").arg(json::link(QStringLiteral("interface")));
    }
};

GroupInfo portGroup();

} // namespace model::io
