// The words behind "ping TARGET" and "traceroute TARGET" in a step of a lab.
#pragma once

#include "sim/config/action.h"

#include <QStringList>

namespace model::network {

/// readPingOptions reads the words from the third on; false with a problem when one makes no sense.
bool readPingOptions(const QStringList& words, sim::config::Ping& ping, QString* problem);
/// readTracerouteOptions does the same for traceroute.
bool readTracerouteOptions(const QStringList& words, sim::config::Traceroute& traceroute, QString* problem);

} // namespace model::network
