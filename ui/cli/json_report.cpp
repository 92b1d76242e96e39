#include "ui/cli/json_report.h"

#include "sim/tables/table.h"
#include "ui/rows/words.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace ui::cli {

namespace {

using namespace sim::devices;
using rows::text;
namespace tables = sim::tables;
using sim::kernel::DeviceId;

qint64 number(std::uint64_t n) { return qint64(n); }
qint64 number(sim::kernel::SimTime t) { return qint64(t.count()); }

constexpr std::string_view kPage = "page";   ///< the key of what a browser shows
constexpr std::string_view kPower = "power"; ///< that of a machine that is off

/// JsonWriter writes a document piece by piece, as QJsonDocument would write it indented: of a large run the whole of
/// it would take more memory than the run.
class JsonWriter {
public:
    explicit JsonWriter(const std::function<void(const QByteArray&)>& sink) : mSink(sink) {}

    /// open begins an object or an array; keys are given within objects, in their order.
    void open(const QString& key, char bracket) {
        begin(key);
        mText += bracket;
        mText += '\n';
        mOpen.push_back({bracket == '{' ? '}' : ']'});
    }
    void close() {
        if (!mOpen.back().empty) mText += '\n';
        const char bracket = mOpen.back().bracket;
        mOpen.pop_back();
        mText += QByteArray(qsizetype(4 * mOpen.size()), ' ') + bracket;
        if (mOpen.empty()) mText += '\n';
        if (mText.size() > kPiece || mOpen.empty()) flush();
    }
    void value(const QString& key, const QJsonValue& value) {
        begin(key);
        QByteArray text = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Indented);
        text = text.mid(6, text.size() - 9); // without "[\n    " and "\n]\n"
        // Lines are those of the format: a text has none of its own.
        mText += text.replace('\n', '\n' + QByteArray(qsizetype(4 * (mOpen.size() - 1)), ' '));
        if (mText.size() > kPiece) flush();
    }
    template <class Rows, class Make>
    void array(const QString& key, const Rows& rows, Make make) {
        open(key, '[');
        for (const auto& row : rows)
            value({}, make(row));
        close();
    }

private:
    struct Level {
        char bracket;
        bool empty = true;
    };
    static constexpr qsizetype kPiece = 1 << 16;

    void begin(const QString& key) {
        if (mOpen.empty()) return;
        if (!mOpen.back().empty) mText += ",\n";
        mOpen.back().empty = false;
        mText += QByteArray(qsizetype(4 * mOpen.size()), ' ');
        if (mOpen.back().bracket == ']') return;
        // A key is quoted as a text is.
        const QByteArray quoted = QJsonDocument(QJsonArray{key}).toJson(QJsonDocument::Compact);
        mText += quoted.mid(1, quoted.size() - 2) + ": ";
    }
    void flush() {
        mSink(mText);
        mText.clear();
    }

    const std::function<void(const QByteArray&)>& mSink;
    QByteArray mText;
    std::vector<Level> mOpen;
};

/// Cell writes a cell as JSON; ends of flows are one object with their four parts.
struct Cell {
    QJsonValue operator()(std::monostate) const { return {}; }
    QJsonValue operator()(const std::string& s) const { return text(s); }
    QJsonValue operator()(const sim::wire::IpAddress& a) const { return text(a); }
    QJsonValue operator()(const sim::wire::Prefix& p) const { return text(p.toString()); }
    QJsonValue operator()(const std::vector<sim::wire::Prefix>& all) const {
        QJsonArray list;
        for (const auto& p : all)
            list.append(text(p.toString()));
        return list;
    }
    QJsonValue operator()(const sim::wire::MacAddress& m) const { return text(m.toString()); }
    QJsonValue operator()(const tables::Endpoint& e) const { return text(e.address); }
    QJsonValue operator()(const FlowEnds& e) const {
        return QJsonObject{{"destination", text(e.destination)},
                           {"destination_port", e.destinationPort},
                           {"source", text(e.source)},
                           {"source_port", e.sourcePort}};
    }
    QJsonValue operator()(std::uint64_t n) const { return number(n); }
    QJsonValue operator()(bool b) const { return b; }
    QJsonValue operator()(sim::kernel::SimTime t) const { return number(t); }
};

QJsonObject rowObject(const tables::Description& table, const tables::Row& row) {
    QJsonObject object;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        if (!table.columns[c].data()) continue;
        const QString id = QLatin1String(table.columns[c].id);
        object[id] = std::visit(Cell(), row.cells[c]);
        if (const auto* e = std::get_if<tables::Endpoint>(&row.cells[c])) object[id + "_port"] = e->port;
    }
    return object;
}

void writeNode(JsonWriter& json, const Network& n, DeviceId id) {
    // As a QJsonObject would sort them; the page of a browser stands among the tables.
    std::vector<std::string_view> keys{kPage, kPower};
    for (const auto& table : tables::all())
        keys.push_back(table.about.id);
    std::sort(keys.begin(), keys.end());
    for (const auto key : keys) {
        if (key == kPage) {
            const Page page = pageOf(n, id);
            if (!page.url.empty() || !page.error.empty())
                json.value("page", QJsonObject{{"body_bytes", number(std::uint64_t(page.body.size()))},
                                               {"error", text(page.error)},
                                               {"status", page.status},
                                               {"url", text(page.url)}});
            continue;
        }
        if (key == kPower) {
            if (!n.device(id).on) json.value("power", QLatin1String("off"));
            continue;
        }
        const auto& table = *tables::find(key);
        json.array(QLatin1String(table.about.id), table.rows(n, id),
                   [&](const tables::Row& row) { return rowObject(table, row); });
    }
}

QJsonObject linkObject(const Network& n, sim::kernel::ChannelId id) {
    const auto& channel = n.channel(id);
    const auto [a, b] = n.endsOf(id);
    const auto direction = [&](int end) {
        const auto& sent = n.interface(channel.ends[end]);
        const auto& before = channel.before[end];
        return QJsonObject{{"bytes", number(before.bytes + sent.txBytes)},
                           {"dropped", number(channel.dropped[end])},
                           {"frames", number(before.frames + sent.txFrames)}};
    };
    return {{"a", text(n.portName(a))},
            {"a_to_b", direction(0)},
            {"b", text(n.portName(b))},
            {"b_to_a", direction(1)},
            {"up", n.channelUp(id)}};
}

} // namespace

void writeJsonReport(const model::lab::Lab& lab, const sim::replay::Timeline& timeline,
                     const std::vector<model::io::Problem>& problems,
                     const std::function<void(const QByteArray&)>& sink) {
    const Network& n = timeline.latest();
    std::vector<DeviceId> byName; // as a QJsonObject would sort them
    QJsonObject drops;
    QJsonArray links, notes;
    for (std::uint32_t i = 0; i < n.deviceCount(); ++i)
        byName.push_back({i});
    std::sort(byName.begin(), byName.end(),
              [&](DeviceId a, DeviceId b) { return text(n.deviceName(a)) < text(n.deviceName(b)); });
    for (std::uint32_t i = 0; i < n.channelCount(); ++i)
        links.append(linkObject(n, sim::kernel::ChannelId{i}));
    const auto& counters = n.counters();
    for (std::size_t i = 1; i < std::size_t(sim::trace::DropReason::Count); ++i)
        if (counters.dropped[i]) {
            const auto name = sim::trace::name(sim::trace::DropReason(i));
            drops[QString::fromUtf8(name.data(), qsizetype(name.size()))] = number(counters.dropped[i]);
        }
    for (const auto& problem : problems)
        notes.append(problem.toString());
    JsonWriter json(sink);
    json.open({}, '{');
    json.open("applications", '[');
    for (std::uint32_t i = 0; i < n.deviceCount(); ++i) {
        const DeviceId id{i};
        const QString name = text(n.deviceName(id));
        const auto& table = *tables::find("applications");
        for (const auto& row : table.rows(n, id)) {
            auto one = rowObject(table, row);
            one["node"] = name;
            json.value({}, one);
        }
    }
    json.close();
    json.value("drops", drops);
    json.value("end_ns", number(timeline.recordedUntil()));
    json.value("events", number(counters.events));
    json.value("frame_hops", number(counters.frameHops));
    json.value("frames", number(std::uint64_t(timeline.log().frames().size())));
    json.value("lab", lab.name);
    json.value("links", links);
    json.open("nodes", '{');
    for (const DeviceId id : byName) {
        json.open(text(n.deviceName(id)), '{');
        writeNode(json, n, id);
        json.close();
    }
    json.close();
    json.value("problems", notes);
    json.value("quiet", timeline.quiet());
    json.close();
}

} // namespace ui::cli
