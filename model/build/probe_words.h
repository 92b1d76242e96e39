// The words behind "ping TARGET" and "traceroute TARGET" in a step of a lab.
#pragma once

#include "sim/apps/action.h"

#include <QStringList>

namespace model::build {

/// readPingOptions reads the words from the third on; false with a problem when one makes no sense.
bool readPingOptions(const QStringList& words, sim::apps::Ping& ping, QString* problem);
/// readTracerouteOptions does the same for traceroute.
bool readTracerouteOptions(const QStringList& words, sim::apps::Traceroute& traceroute, QString* problem);

} // namespace model::build
