#include "ui/cli/json_report.h"

#include "sim/devices/tables.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace ui::cli {

namespace {

using namespace sim::devices;
using sim::kernel::DeviceId;

QString text(const std::string& s) { return QString::fromStdString(s); }
QString text(const sim::wire::IpAddress& a) { return text(a.toString()); }
qint64 number(std::uint64_t n) { return qint64(n); }
qint64 number(sim::kernel::SimTime t) { return qint64(t.count()); }

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

template <class Rows, class Make>
QJsonArray array(const Rows& rows, Make make) {
    QJsonArray out;
    for (const auto& row : rows)
        out.append(make(row));
    return out;
}

QJsonObject applicationObject(const ApplicationRow& r) {
    return {{"ok", r.ok}, {"result", text(r.result)}, {"state", text(r.state)}, {"what", text(r.what)}};
}

QJsonObject interfaceObject(const InterfaceRow& r) {
    return {{"addresses", array(r.addresses, [](const auto& p) { return QJsonValue(text(p.toString())); })},
            {"drops", number(r.drops)},
            {"mac", text(r.mac.toString())},
            {"mtu", r.mtu},
            {"name", text(r.name)},
            {"rx_bytes", number(r.rxBytes)},
            {"rx_frames", number(r.rxFrames)},
            {"state", text(r.state)},
            {"tx_bytes", number(r.txBytes)},
            {"tx_frames", number(r.txFrames)}};
}

QJsonObject routeObject(const RouteRow& r) {
    return {{"destination", text(r.destination.toString())},
            {"interface", text(r.interface)},
            {"kind", text(r.kind)},
            {"linkdown", r.linkdown},
            {"onlink", r.onlink},
            {"metric", qint64(r.metric)},
            {"protocol", text(r.protocol)},
            {"source", text(r.source)},
            {"via", text(r.via)}};
}

QJsonObject endsObject(const FlowEnds& e) {
    return {{"destination", text(e.destination)},
            {"destination_port", e.destinationPort},
            {"source", text(e.source)},
            {"source_port", e.sourcePort}};
}

QJsonObject natObject(const NatRow& r) {
    return {{"assured", r.assured},
            {"expires", number(r.expires)},
            {"inside", text(r.inside)},
            {"inside_port", r.insidePort},
            {"original", endsObject(r.original)},
            {"outside", text(r.outside)},
            {"outside_port", r.outsidePort},
            {"protocol", text(r.protocol)},
            {"remote", text(r.remote)},
            {"remote_port", r.remotePort},
            {"replied", r.replied},
            {"reply", endsObject(r.reply)},
            {"state", text(r.state)},
            {"translated", r.translated}};
}

void writeNode(JsonWriter& json, const Network& n, DeviceId id) {
    json.array("applications", applicationTable(n, id), applicationObject);
    json.array("dns_cache", dnsCacheTable(n, id), [](const DnsCacheRow& r) {
        return QJsonObject{{"authoritative", r.authoritative},
                           {"data", text(r.data)},
                           {"expires", number(r.expires)},
                           {"name", text(r.name)},
                           {"type", text(r.type)}};
    });
    json.array("interfaces", interfaceTable(n, id), interfaceObject);
    json.array("leases", leaseTable(n, id), [](const LeaseRow& r) {
        return QJsonObject{{"address", text(r.address)},
                           {"expires", number(r.expires)},
                           {"name", text(r.name)},
                           {"state", text(r.state)},
                           {"who", text(r.who)}};
    });
    json.array("macs", macTable(n, id), [](const MacRow& r) {
        return QJsonObject{{"mac", text(r.mac.toString())}, {"port", text(r.port)}, {"updated", number(r.updated)}};
    });
    json.array("nat", natTable(n, id), natObject);
    json.array("neighbours", neighbourTable(n, id), [](const NeighbourRow& r) {
        return QJsonObject{{"address", text(r.address)},
                           {"interface", text(r.interface)},
                           {"mac", text(r.mac.toString())},
                           {"state", text(r.state)},
                           {"updated", number(r.updated)}};
    });
    const Page page = pageOf(n, id);
    if (!page.url.empty() || !page.error.empty())
        json.value("page", QJsonObject{{"body_bytes", number(std::uint64_t(page.body.size()))},
                                       {"error", text(page.error)},
                                       {"status", page.status},
                                       {"url", text(page.url)}});
    json.array("route_cache", routeExceptionTable(n, id), [](const RouteExceptionRow& r) {
        return QJsonObject{{"destination", text(r.destination.toString())},
                           {"expires", number(r.expires)},
                           {"interface", text(r.interface)},
                           {"mtu", qint64(r.mtu)},
                           {"redirected", r.redirected},
                           {"via", text(r.via)}};
    });
    json.array("routes", routingTable(n, id), routeObject);
    json.array("sockets", socketTable(n, id), [](const SocketRow& r) {
        return QJsonObject{{"app", text(r.app)},
                           {"backlog", r.backlog},
                           {"interface", text(r.interface)},
                           {"local", text(r.local)},
                           {"local_port", r.localPort},
                           {"protocol", text(r.protocol)},
                           {"receive_queue", qint64(r.receiveQueue)},
                           {"remote", text(r.remote)},
                           {"remote_port", r.remotePort},
                           {"send_queue", qint64(r.sendQueue)},
                           {"state", text(r.state)}};
    });
    json.array("tunnels", tunnelPeerTable(n, id), [](const TunnelPeerRow& r) {
        QJsonArray allowed;
        for (const auto& p : r.allowedIps)
            allowed.append(text(p.toString()));
        return QJsonObject{{"allowed_ips", allowed},
                           {"endpoint", text(r.endpoint.toString())},
                           {"endpoint_port", r.endpointPort},
                           {"interface", text(r.interface)},
                           {"latest_handshake", number(r.latestHandshake)},
                           {"peer", text(r.peer)},
                           {"public_key", text(r.publicKey)},
                           {"received", number(r.received)},
                           {"sent", number(r.sent)}};
    });
}

QJsonObject linkObject(const Network& n, sim::kernel::ChannelId id) {
    const auto& channel = n.channel(id);
    const auto [a, b] = n.endsOf(id);
    const auto direction = [&](int end) {
        const auto& sent = n.interface(channel.ends[end]);
        return QJsonObject{{"bytes", number(sent.txBytes)},
                           {"dropped", number(channel.dropped[end])},
                           {"frames", number(sent.txFrames)}};
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
        for (const auto& row : applicationTable(n, id)) {
            auto one = applicationObject(row);
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
