// The tables of a device as rows of words, all in one shape, so that one model shows and compares them all.
#pragma once

#include "sim/devices/network.h"
#include "sim/explain/explain.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace ui::rows {

/// TableKind is in the order in which tables are shown.
enum class TableKind : std::uint8_t { Routing, Neighbours, Nat, Leases, Macs, Tunnels, Dns, Sockets, Applications };
inline constexpr int kTableKinds = 9;

struct TableRow {
    std::string key; ///< the same while the row changes
    QStringList cells;
    bool operator==(const TableRow&) const = default;
};

QString tableTitle(TableKind kind);
QStringList tableHeadings(TableKind kind);
/// ageColumn is a column that changes by time alone, which is no change worth a mark; -1: none.
int ageColumn(TableKind kind);
/// stretchColumn takes the room that is left.
int stretchColumn(TableKind kind);
/// emptyText says in one line what will be shown.
QString emptyText(TableKind kind);
std::vector<TableRow> tableRows(const sim::devices::Network& network, sim::kernel::DeviceId device, TableKind kind,
                                sim::kernel::SimTime now);
/// decidingRows are the keys of the rows that decided something in a moment on that device.
std::vector<std::string> decidingRows(const sim::devices::Network& network, const sim::trace::TraceLog& log,
                                      const sim::explain::Moment& moment, sim::kernel::DeviceId device, TableKind kind);

} // namespace ui::rows
