// A table of a device as a value: columns that say what their cells are, and rows of typed cells. Each table is
// described once, in the file of its family; the window, the reports and exports are made of the descriptions.
#pragma once

#include "sim/decisions/describe.h"
#include "sim/devices/tables.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sim::tables {

/// Kind says what the cells of a column are, and so how they are written.
enum class Kind : std::uint8_t {
    Text,     ///< a name or state as the field writes it
    Word,     ///< a word in English, for people: it is translated
    Address,  ///< an IP address, or none
    Prefix,   ///< a network
    Prefixes, ///< several
    Mac,      ///< zero: not known
    Endpoint, ///< address and port; its port is the column ID_port
    Flow,     ///< the two ends of a direction
    Count,
    Boolean,
    Age,  ///< the time since when something is so; negative: never
    Left, ///< the time at which something ends; kernel::kNever: it does not
};

using decisions::Endpoint;
using devices::FlowEnds;

/// Value is what a cell holds. A cell for people may hold a word in the place of what its column has.
using Value = std::variant<std::monostate, std::string, wire::IpAddress, wire::Prefix, std::vector<wire::Prefix>,
                           wire::MacAddress, Endpoint, FlowEnds, std::uint64_t, bool, kernel::SimTime>;

/// Column is one of them: with an id where it is data, with a heading where people see it, often both.
struct Column {
    const char* id = "";      ///< snake_case, as in `ip -j`; empty: said by other columns
    const char* heading = ""; ///< empty: not shown
    Kind kind = Kind::Text;
    bool stretches = false; ///< takes the room that is left

    bool data() const { return *id; }
    bool shown() const { return *heading; }
};

/// Row is one row of a table: a value for each column.
struct Row {
    std::string key;          ///< stays the same while the row changes
    std::vector<Value> cells; ///< as many as there are columns
    bool shown = true;        ///< people want to see it
};

/// Wanted says on which devices an empty table is shown, so that one knows what will be there.
enum class Wanted : std::uint8_t { Never, WithIp, WithNat, WithDhcpServer, OnSwitch, WithDnsServer };

/// About is what a table is called and where it stands.
struct About {
    const char* id;    ///< "neighbours"
    const char* title; ///< "ARP table"; empty: people see it elsewhere
    const char* empty; ///< what will be shown there, while there is nothing
    int place;         ///< tables are shown in this order
    Wanted wanted = Wanted::Never;
    const char* with = ""; ///< people see its rows at the end of that table
};

/// Description is a table: what it is called, its columns, and how its rows are read off a device.
struct Description {
    About about;
    std::vector<Column> columns;
    std::function<std::vector<Row>(const devices::Network&, kernel::DeviceId)> rows;

    /// shownColumns are the indices of those that people see.
    std::vector<std::size_t> shownColumns() const;
};

/// Field describes a column and reads its cell off a row of type R.
template <class R>
struct Field {
    Column column;
    Value (*value)(const R&);
};

/// describe makes a table of rows of type R, which have a key.
template <class R>
Description describe(const About& about, std::vector<R> (*list)(const devices::Network&, kernel::DeviceId),
                     const std::vector<Field<R>>& fields, bool (*shown)(const R&) = nullptr) {
    Description d;
    d.about = about;
    for (const auto& f : fields)
        d.columns.push_back(f.column);
    d.rows = [list, fields, shown](const devices::Network& network, kernel::DeviceId device) {
        std::vector<Row> rows;
        for (const R& r : list(network, device)) {
            Row row{r.key, {}, !shown || shown(r)};
            row.cells.reserve(fields.size());
            for (const auto& f : fields)
                row.cells.push_back(f.value(r));
            rows.push_back(std::move(row));
        }
        return rows;
    };
    return d;
}

/// Families of tables, each in one file.
std::vector<Description> routingTables();
std::vector<Description> linkTables();
std::vector<Description> flowTables();
std::vector<Description> serviceTables();

/// all are the tables there are, in the order in which they are shown.
const std::vector<Description>& all();
/// find is the table with an id; null when there is none.
const Description* find(std::string_view id);

/// cell is what a row has in the column with an id, where ID_port is the port of an endpoint; nothing when there is no
/// such column.
std::optional<Value> cell(const Description& table, const Row& row, std::string_view id);

/// decidingRows are the keys of the rows of a table that decided a decision made on a device, as it is in network.
std::vector<std::string> decidingRows(const Description& table, const devices::Network& network,
                                      kernel::DeviceId device, const trace::TraceLog& log,
                                      const trace::Decision& decision);

} // namespace sim::tables
