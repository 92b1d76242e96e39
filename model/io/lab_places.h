// What was read of a lab so far, for what refers to it by name.
#pragma once

#include "model/io/yaml_cursor.h"

#include <QHash>

namespace model::io {

/// LabPlaces says where in its file each part of a lab stands.
struct LabPlaces {
    const lab::Lab& lab;
    QHash<QString, std::size_t> nodes;  ///< name → place
    QHash<QString, std::size_t> cables; ///< port → offset of the end that took it

    /// node is the one of that name; it fails at a place when there is none.
    const lab::Node& node(const YamlNode& at, const QString& name) const;
};

} // namespace model::io
