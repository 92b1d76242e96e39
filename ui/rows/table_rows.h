// The tables of a device as rows of words, as people read them: made of the descriptions in sim/tables.
#pragma once

#include "sim/explain/explain.h"
#include "sim/tables/table.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace ui::rows {

using sim::tables::Description;

/// TableRow is a row with its marks.
struct TableRow {
    std::string key; ///< the same while the row changes
    QStringList cells;
    bool operator==(const TableRow&) const = default;
};

/// shownTables are the tables that people see, in their order.
const std::vector<const Description*>& shownTables();
QString tableTitle(const Description& table);
QStringList tableHeadings(const Description& table);
/// ages tells whether a column changes by time alone, which is no change worth a mark.
bool ages(const Description& table, int column);
/// stretchColumn takes the room that is left.
int stretchColumn(const Description& table);
/// emptyText says in one line what will be shown.
QString emptyText(const Description& table);
std::vector<TableRow> tableRows(const sim::devices::Network& network, sim::kernel::DeviceId device,
                                const Description& table, sim::kernel::SimTime now);
/// decidingRows are the keys of the rows that decided something in a moment on that device.
std::vector<std::string> decidingRows(const sim::devices::Network& network, const sim::trace::TraceLog& log,
                                      const sim::explain::Moment& moment, sim::kernel::DeviceId device,
                                      const Description& table);

} // namespace ui::rows
