// Tables as values: each is described whole, its cells are what its columns say, and decisions find their rows.
#include "sim/decisions/all.h"
#include "sim/tables/table.h"

#include "tests/support/networks.h"

#include <QTest>

#include <set>
#include <string>

using namespace sim;
using tables::Description;
using tables::Kind;
using wire::IpAddress;

namespace {

bool isSnakeCase(std::string_view id) {
    return id.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string_view::npos;
}

/// fits tells whether a cell is what its column says; for people, a word may stand in its place.
bool fits(const tables::Column& column, const tables::Value& value) {
    if (std::holds_alternative<std::monostate>(value)) return true;
    if (std::holds_alternative<std::string>(value))
        return column.kind == Kind::Text || column.kind == Kind::Word || !column.data();
    switch (column.kind) {
    case Kind::Text:
    case Kind::Word: return false;
    case Kind::Address: return std::holds_alternative<IpAddress>(value);
    case Kind::Prefix: return std::holds_alternative<wire::Prefix>(value);
    case Kind::Prefixes: return std::holds_alternative<std::vector<wire::Prefix>>(value);
    case Kind::Mac: return std::holds_alternative<wire::MacAddress>(value);
    case Kind::Endpoint: return std::holds_alternative<tables::Endpoint>(value);
    case Kind::Flow: return std::holds_alternative<tables::FlowEnds>(value);
    case Kind::Count: return std::holds_alternative<std::uint64_t>(value);
    case Kind::Boolean: return std::holds_alternative<bool>(value);
    case Kind::Age:
    case Kind::Left: return std::holds_alternative<kernel::SimTime>(value);
    }
    return false;
}

/// Probe stands for a row and notes which columns a decision asks for.
struct Probe {
    std::set<std::string>& asked;
    template <class V>
    bool has(std::string_view id, const V&) const {
        asked.emplace(id);
        return true;
    }
    std::string text(trace::TextId) const { return {}; }
};

/// pair is two hosts on one cable; a pings b.
struct Pair {
    devices::Network network{1};
    trace::TraceLog log;
    kernel::DeviceId a, b;
    Pair() {
        a = network.addDevice(support::host("a", 1, "10.0.0.1/24"));
        b = network.addDevice(support::host("b", 2, "10.0.0.2/24"));
        support::plug(network, {a}, {b});
        config::Ping ping;
        ping.target = "10.0.0.2";
        ping.count = 1;
        network.apply(kernel::SimTime(0), a, ping, &log);
        network.runUntil(std::chrono::seconds(3), &log);
    }
};

} // namespace

class TestTableValues : public QObject {
    Q_OBJECT
private slots:
    void tables_listed_areDescribedWhole() {
        std::set<std::string> ids;
        for (const Description& t : tables::all()) {
            QVERIFY2(ids.insert(t.about.id).second && isSnakeCase(t.about.id), t.about.id);
            QCOMPARE(tables::find(t.about.id), &t);
            std::set<std::string> columns;
            int stretches = 0;
            for (const auto& c : t.columns) {
                QVERIFY2(c.data() || c.shown(), t.about.id);
                QVERIFY2(!c.data() || (columns.insert(c.id).second && isSnakeCase(c.id)), c.id);
                stretches += c.stretches;
            }
            QVERIFY2(stretches <= 1, t.about.id);
            QVERIFY2(!*t.about.title || !t.shownColumns().empty(), t.about.id);
            if (*t.about.with) {
                const auto* with = tables::find(t.about.with);
                QVERIFY2(with && with->shownColumns().size() == t.shownColumns().size(), t.about.id);
            }
        }
        QVERIFY(ids.size() >= 11);
        QCOMPARE(tables::find("nothing"), nullptr);
    }

    void cells_ofARun_areWhatTheirColumnsSay() {
        const Pair pair;
        std::size_t rows = 0;
        for (const Description& t : tables::all())
            for (const auto& row : t.rows(pair.network, pair.a)) {
                ++rows;
                QCOMPARE(row.cells.size(), t.columns.size());
                QVERIFY2(!row.key.empty(), t.about.id);
                for (std::size_t c = 0; c < t.columns.size(); ++c)
                    QVERIFY2(fits(t.columns[c], row.cells[c]), t.columns[c].id);
            }
        QVERIFY(rows >= 5); // two interfaces, two routes, a neighbour and a program
    }

    void neighbour_read_hasItsCellsById() {
        const Pair pair;
        const auto& t = *tables::find("neighbours");
        const auto rows = t.rows(pair.network, pair.a);
        QCOMPARE(rows.size(), std::size_t(1));
        QCOMPARE(rows[0].key, std::string("10.0.0.2 eth0"));
        QVERIFY(tables::cell(t, rows[0], "address") == tables::Value(IpAddress::v4(0x0a000002)));
        QVERIFY(tables::cell(t, rows[0], "interface") == tables::Value(std::string("eth0")));
        QVERIFY(!tables::cell(t, rows[0], "colour"));
    }

    void group_joined_isARowOfItsInterface() {
        const Pair pair;
        QVERIFY(tables::find("groups")->rows(pair.network, pair.a).empty());
        devices::Network network(1);
        kernel::DeviceId routers[2];
        for (int i : {0, 1}) {
            config::DeviceConfig router;
            router.name = i ? "s" : "r";
            router.forwarding = true;
            router.interfaces.emplace_back();
            router.interfaces.back().name = "eth0";
            router.interfaces.back().mac = wire::MacAddress::fromNumber(std::uint64_t(i + 1));
            router.interfaces.back().addresses = {*wire::Prefix::parse(i ? "10.0.1.2/24" : "10.0.1.1/24")};
            router.rip.emplace();
            routers[i] = network.addDevice(router);
        }
        network.connect(network.findInterface(routers[0], "eth0"), network.findInterface(routers[1], "eth0"));
        network.runUntil(std::chrono::seconds(3), nullptr); // ripd has joined the group of its messages
        const auto rows = tables::find("groups")->rows(network, routers[0]);
        QCOMPARE(rows.size(), std::size_t(1));
        QCOMPARE(rows[0].key, std::string("eth0 224.0.0.9"));
    }

    void decision_withATable_asksForColumnsThatItHas() {
        decisions::All::forEach([]<class D>(trace::DecisionKind) {
            const char* const id = D::kAbout.row.table;
            if constexpr (D::kAbout.row.table != nullptr) {
                const auto* t = tables::find(id);
                QVERIFY2(t, id);
                std::set<std::string> asked;
                D().decidedBy(Probe{asked});
                QVERIFY2(!asked.empty(), id);
                for (const std::string& column : asked) {
                    bool known = false;
                    for (const auto& c : t->columns)
                        known = known || column == c.id ||
                                (c.kind == Kind::Endpoint && column == std::string(c.id) + "_port");
                    QVERIFY2(known, column.c_str());
                }
            }
        });
    }

    void routeChosen_made_isDecidedByItsRow() {
        const Pair pair;
        const auto& routes = *tables::find("routes");
        std::vector<std::string> keys;
        for (const auto& r : pair.log.records())
            if (r.decided<decisions::RouteChosen>() && r.device == pair.a && keys.empty())
                keys = tables::decidingRows(routes, pair.network, pair.a, pair.log, pair.log.decision(r.index));
        QCOMPARE(keys, std::vector<std::string>{"10.0.0.0/24  eth0 0 kernel"});
        const trace::Decision none = decisions::NoRoute{.destination = IpAddress::v4(1)};
        QVERIFY(tables::decidingRows(routes, pair.network, pair.a, pair.log, none).empty());
    }
};

QTEST_APPLESS_MAIN(TestTableValues)
#include "test_table_values.moc"
