// The tables of every node as a text, in the words of ip(8), bridge(8), ss(8) and conntrack(8).
#pragma once

#include "sim/devices/network.h"

#include <QByteArray>

namespace ui::cli {

/// stateReport gives each table that has rows: "[NODE] ip route", its rows, an empty line between two tables. The
/// tables are those of "ip -br addr", "ip route", "ip route show cache", "ip neigh", "bridge fdb", "ss -tuan" and
/// "conntrack -L", without what only counts down (expiry times).
QByteArray stateReport(const sim::devices::Network& network);

} // namespace ui::cli
