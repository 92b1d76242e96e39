// Reads the keys of a node that are about names: dns, search, ndots, dns-server.
#pragma once

#include "model/io/yaml_cursor.h"
#include "model/lab/lab.h"

namespace model::io {

void readNames(Reading& reading, const YamlNode& map, lab::Node& node);
/// readDnsName reads a name of the DNS; a wildcard's asterisk may begin it where that has a meaning.
QString readDnsName(const YamlNode& yaml, const QString& what, bool wildcard = false);

} // namespace model::io
