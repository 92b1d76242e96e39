#include "sim/tables/table.h"

#include "sim/decisions/all.h"

#include <algorithm>

namespace sim::tables {

namespace {

/// Candidate is a row as a decision looks at it to find out whether it decided.
class Candidate {
public:
    Candidate(const Description& table, const Row& row, const trace::TraceLog& log)
        : mTable(table), mRow(row), mLog(log) {}

    bool has(std::string_view id, const Value& wanted) const {
        auto found = cell(mTable, mRow, id);
        if (!found) return false;
        if (const auto* e = std::get_if<Endpoint>(&*found)) found = e->address;
        return *found == wanted;
    }
    bool has(std::string_view id, std::uint16_t port) const { return has(id, Value(std::uint64_t(port))); }
    std::string text(trace::TextId id) const { return mLog.text(id); }

private:
    const Description& mTable;
    const Row& mRow;
    const trace::TraceLog& mLog;
};

template <class D>
concept Decides = requires(const D& d, const Candidate& row) {
    d.decidedBy(row);
};

} // namespace

std::vector<std::size_t> Description::shownColumns() const {
    std::vector<std::size_t> shown;
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].shown()) shown.push_back(c);
    return shown;
}

const std::vector<Description>& all() {
    static const std::vector<Description> kAll = [] {
        std::vector<Description> tables;
        for (auto* family : {routingTables, linkTables, flowTables, serviceTables})
            for (auto& table : family())
                tables.push_back(std::move(table));
        std::stable_sort(tables.begin(), tables.end(),
                         [](const auto& a, const auto& b) { return a.about.place < b.about.place; });
        return tables;
    }();
    return kAll;
}

const Description* find(std::string_view id) {
    for (const auto& table : all())
        if (table.about.id == id) return &table;
    return nullptr;
}

std::optional<Value> cell(const Description& table, const Row& row, std::string_view id) {
    constexpr std::string_view kPort = "_port";
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const std::string_view name = table.columns[c].id;
        if (name == id && !name.empty()) return row.cells[c];
        if (table.columns[c].kind == Kind::Endpoint && id.ends_with(kPort) &&
            name == id.substr(0, id.size() - kPort.size()))
            if (const auto* e = std::get_if<Endpoint>(&row.cells[c])) return Value(std::uint64_t(e->port));
    }
    return std::nullopt;
}

std::vector<std::string> decidingRows(const Description& table, const devices::Network& network,
                                      kernel::DeviceId device, const trace::TraceLog& log,
                                      const trace::Decision& decision) {
    std::vector<std::string> keys;
    const auto* about = decisions::about(decision.kind());
    if (!about || !about->row.table || std::string_view(about->row.table) != table.about.id) return keys;
    for (const Row& row : table.rows(network, device)) {
        const Candidate candidate(table, row, log);
        const bool did = decisions::visit<bool>(decision, [&]<class D>(const D& d) {
            static_assert(Decides<D> == (D::kAbout.row.table != nullptr),
                          "a kind that names a table says which row of it decided, and no other does");
            if constexpr (Decides<D>)
                return d.decidedBy(candidate);
            else
                return false;
        });
        if (did) keys.push_back(row.key);
    }
    return keys;
}

} // namespace sim::tables
