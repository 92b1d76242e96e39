// What of a node the simulator can be given: IPv6 is not simulated yet, and none of it may turn into something else.
#pragma once

#include "model/lab/lab.h"

#include <QStringList>

#include <vector>

namespace model::network {

/// LeftOut is an IPv6 address of a node's settings, and where it stands: path "routes/0" of the node.
struct LeftOut {
    QStringList path;
    QString text;          ///< "the route to 2001:db8::/32"
    bool harmless = false; ///< beside an IPv4 one that does what was meant
};

/// takeIpv6 takes everything that needs IPv6 out of a node, and says what that was.
std::vector<LeftOut> takeIpv6(lab::Node* node);
/// namesIpv6 tells an action or step that has an IPv6 address in it.
bool namesIpv6(const QString& action);

} // namespace model::network
