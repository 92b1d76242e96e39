// The tables of a moment as comma-separated values (RFC 4180): one line for each cell, so that all tables fit into one
// file and any of them can be made of it by a pivot.
#include "model/export/format.h"
#include "sim/tables/table.h"

namespace model::exports {

namespace {

using sim::tables::Endpoint;
using sim::tables::FlowEnds;

QString text(const std::string& s) { return QString::fromStdString(s); }

/// Cell writes a cell as it is written elsewhere: addresses and counts in full, times in nanoseconds of the run.
struct Cell {
    QString operator()(std::monostate) const { return {}; }
    QString operator()(const std::string& s) const { return text(s); }
    QString operator()(const sim::wire::IpAddress& a) const { return text(a.toString()); }
    QString operator()(const sim::wire::Prefix& p) const { return text(p.toString()); }
    QString operator()(const std::vector<sim::wire::Prefix>& all) const {
        QStringList texts;
        for (const auto& p : all)
            texts << text(p.toString());
        return texts.join(u' ');
    }
    QString operator()(const sim::wire::MacAddress& m) const { return text(m.toString()); }
    QString operator()(const Endpoint& e) const { return text(e.address.toString()); }
    QString operator()(const FlowEnds& f) const {
        return QStringLiteral("%1:%2 > %3:%4")
            .arg(text(f.source.toString()))
            .arg(f.sourcePort)
            .arg(text(f.destination.toString()))
            .arg(f.destinationPort);
    }
    QString operator()(std::uint64_t n) const { return QString::number(n); }
    QString operator()(bool b) const { return b ? QStringLiteral("true") : QStringLiteral("false"); }
    QString operator()(sim::kernel::SimTime t) const {
        return t == sim::kernel::kNever ? QString() : QString::number(t.count());
    }
};

/// line joins the fields of a record; those with a comma, a quotation mark or a line end are quoted.
QByteArray line(const QStringList& fields) {
    QStringList written;
    for (QString field : fields) {
        if (field.contains(u',') || field.contains(u'"') || field.contains(u'\n') || field.contains(u'\r'))
            field = u'"' + field.replace(QLatin1String("\""), QLatin1String("\"\"")) + u'"';
        written << field;
    }
    return written.join(u',').toUtf8() + "\r\n";
}

void writeCsv(const Subject& subject, const Sink& sink) {
    sink(line({"node", "table", "row", "column", "value"}));
    const auto& network = subject.network;
    for (std::uint32_t i = 0; i < network.deviceCount(); ++i) {
        const sim::kernel::DeviceId id{i};
        const QString node = text(network.deviceName(id));
        for (const auto& table : sim::tables::all())
            for (const auto& row : table.rows(network, id)) {
                QByteArray lines;
                for (std::size_t c = 0; c < table.columns.size(); ++c) {
                    if (!table.columns[c].data()) continue;
                    const QString column = QLatin1String(table.columns[c].id);
                    const QStringList before{node, QLatin1String(table.about.id), text(row.key)};
                    lines += line(before + QStringList{column, std::visit(Cell(), row.cells[c])});
                    if (const auto* e = std::get_if<Endpoint>(&row.cells[c]))
                        lines += line(before + QStringList{column + "_port", QString::number(e->port)});
                }
                sink(lines);
            }
    }
}

} // namespace

const Format kTablesAsCsv = {
    .id = "csv",
    .ending = "csv",
    .title = QT_TRANSLATE_NOOP("export", "&Tables as CSV"),
    .about = QT_TRANSLATE_NOOP("export", "all tables of all devices at a moment, a line for each cell"),
    .ofMoment = true,
    .write = writeCsv,
};

} // namespace model::exports
