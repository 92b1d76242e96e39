// Filter rules as people write them: "drop tcp to port 80", "reject udp to port 10 with admin-prohibited",
// "accept input state established,related", "policy input drop".
#pragma once

#include "sim/stack/firewall.h"

#include <QString>

#include <optional>
#include <variant>

namespace model::io {

using FilterLine = std::variant<sim::stack::FilterRule, sim::stack::FilterPolicy>;

/// parseFilter reads one line; none with a problem in a sentence when it makes no sense.
std::optional<FilterLine> parseFilter(const QString& text, QString* problem);

} // namespace model::io
