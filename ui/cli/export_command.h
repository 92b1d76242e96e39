// packetarium export: a lab for other programs.
#pragma once

#include <QString>

namespace ui::cli {

/// exportJson prints a lab as one JSON object: the keys of the lab file, and for each node what the file leaves to the
/// defaults: "cards" (name, MAC, MTU and addresses of each interface, lo aside), "forwarding", "nat", "dns-server",
/// "web-server". 0, or 2 when the lab cannot be read.
int exportJson(const QString& lab);

} // namespace ui::cli
