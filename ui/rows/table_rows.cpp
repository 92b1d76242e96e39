#include "ui/rows/table_rows.h"

#include "ui/rows/words.h"

#include <QCoreApplication>

namespace ui::rows {

using sim::devices::Network;
using sim::kernel::DeviceId;
using sim::kernel::SimTime;
using sim::tables::Column;
using sim::tables::Kind;
using sim::tables::Value;

namespace {

/// word is a word of a description in the user's language.
QString word(const std::string& english) {
    return english.empty() ? QString() : QCoreApplication::translate("tables", english.c_str());
}

/// age needs no more than two digits, and its column has room for few more: "1.2 s", "96 ms".
QString age(SimTime now, SimTime since) {
    if (since < SimTime::zero()) return word("none");
    if (now <= since) return word("now");
    auto unit = SimTime(1);
    while (unit < std::chrono::seconds(1) && now - since >= unit * 1000)
        unit *= 1000;
    const auto whole = (now - since) / unit;
    return spanText(whole < 10 ? (now - since) - (now - since) % std::max(unit / 10, SimTime(1)) : unit * whole);
}

QString left(SimTime now, SimTime until) {
    if (until == sim::kernel::kNever) return {};
    return until <= now ? word("over") : spanText(until - now);
}

/// Writer writes a cell as people read it.
struct Writer {
    const Column& column;
    SimTime now;

    QString operator()(std::monostate) const { return {}; }
    QString operator()(const std::string& s) const { return column.kind == Kind::Text ? text(s) : word(s); }
    QString operator()(const sim::wire::IpAddress& a) const {
        return a.isNone() ? QStringLiteral("–") : text(a.toString());
    }
    QString operator()(const sim::wire::Prefix& p) const {
        return p.length == 0 ? QStringLiteral("default") : text(p.toString());
    }
    QString operator()(const std::vector<sim::wire::Prefix>& all) const {
        QStringList texts;
        for (const auto& p : all)
            texts << text(p.toString());
        return texts.join(QLatin1String(", "));
    }
    QString operator()(const sim::wire::MacAddress& m) const {
        return m.isZero() ? QStringLiteral("?") : text(m.toString());
    }
    QString operator()(const sim::tables::Endpoint& e) const {
        if (e.address.isNone()) return QStringLiteral("–");
        const QString host = e.address.isUnspecified() ? QStringLiteral("*") : text(e.address.toString());
        return e.port ? QStringLiteral("%1:%2").arg(host).arg(e.port) : host;
    }
    QString operator()(const sim::tables::FlowEnds& f) const {
        const auto end = [&](const sim::wire::IpAddress& a, std::uint16_t port) {
            return (*this)(sim::tables::Endpoint{a, port});
        };
        return QStringLiteral("%1 → %2").arg(end(f.source, f.sourcePort), end(f.destination, f.destinationPort));
    }
    QString operator()(std::uint64_t n) const { return QString::number(n); }
    QString operator()(bool b) const { return word(b ? "yes" : "no"); }
    QString operator()(SimTime t) const { return column.kind == Kind::Age ? age(now, t) : left(now, t); }
};

} // namespace

const std::vector<const Description*>& shownTables() {
    static const std::vector<const Description*> kShown = [] {
        std::vector<const Description*> shown;
        for (const auto& table : sim::tables::all())
            if (*table.about.title) shown.push_back(&table);
        return shown;
    }();
    return kShown;
}

QString tableTitle(const Description& table) { return word(table.about.title); }

QStringList tableHeadings(const Description& table) {
    QStringList headings;
    for (const auto c : table.shownColumns())
        headings << word(table.columns[c].heading);
    return headings;
}

bool ages(const Description& table, int column) {
    const Kind kind = table.columns[table.shownColumns()[std::size_t(column)]].kind;
    return kind == Kind::Age || kind == Kind::Left;
}

int stretchColumn(const Description& table) {
    const auto shown = table.shownColumns();
    for (std::size_t i = 0; i < shown.size(); ++i)
        if (table.columns[shown[i]].stretches) return int(i);
    return 0;
}

QString emptyText(const Description& table) { return word(table.about.empty); }

std::vector<TableRow> tableRows(const Network& network, DeviceId device, const Description& table, SimTime now) {
    std::vector<TableRow> rows;
    if (!device.valid() || device.value >= network.deviceCount()) return rows;
    for (const auto& part : sim::tables::all()) {
        if (&part != &table && std::string_view(part.about.with) != table.about.id) continue;
        const auto shown = part.shownColumns();
        for (const auto& row : part.rows(network, device)) {
            if (!row.shown) continue;
            TableRow words{row.key, {}};
            for (const auto c : shown)
                words.cells << std::visit(Writer{part.columns[c], now}, row.cells[c]);
            rows.push_back(std::move(words));
        }
    }
    return rows;
}

std::vector<std::string> decidingRows(const Network& network, const sim::trace::TraceLog& log,
                                      const sim::explain::Moment& moment, DeviceId device, const Description& table) {
    std::vector<std::string> keys;
    if (moment.event == 0 || !device.valid()) return keys;
    for (std::size_t i = moment.firstRecord; i < moment.lastRecord && i < log.recordCount(); ++i) {
        const auto record = log.record(i);
        if (record.kind != sim::trace::RecordKind::Decision || record.device != device) continue;
        for (auto& key : sim::tables::decidingRows(table, network, device, log, log.decision(record.index)))
            keys.push_back(std::move(key));
    }
    return keys;
}

} // namespace ui::rows
