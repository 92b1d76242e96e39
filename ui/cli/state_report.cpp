#include "ui/cli/state_report.h"

#include "sim/devices/device.h"
#include "sim/devices/tables.h"
#include "ui/rows/words.h"

#include <QStringList>

#include <algorithm>

namespace ui::cli {

namespace {

using namespace sim::devices;
using rows::text;

/// prefixText is a network as ip(8) writes it: an address alone when it is just one.
QString prefixText(const sim::wire::Prefix& p) { return p.length == 32 ? text(p.address) : text(p.toString()); }

/// operstate is how "ip -br addr" names the state of a card that says nothing but whether there is a carrier.
QString operstate(const InterfaceRow& r) {
    return r.state == "up" ? QStringLiteral("UNKNOWN") : QStringLiteral("DOWN");
}

QString briefRow(const QString& name, const QString& state, const QStringList& addresses) {
    return QStringLiteral("%1 %2 %3").arg(name, -16).arg(state, -14).arg(addresses.join(u' ')).trimmed();
}

QStringList addressRows(const Network& n, sim::kernel::DeviceId id) {
    const bool bridge = n.device(id).system.bridge.has_value();
    QStringList rows;
    bool anyUp = false, anyLo = false;
    for (const auto& r : interfaceTable(n, id)) {
        QStringList addresses;
        for (const auto& a : r.addresses)
            addresses << text(a.toString());
        rows << briefRow(text(r.name), operstate(r), addresses);
        anyUp = anyUp || r.state == "up";
        anyLo = anyLo || r.name == "lo";
    }
    // What every Linux has, and the bridge that joins the ports of a switch: nothing of ours passes by them.
    if (!anyLo)
        rows.prepend(briefRow(QStringLiteral("lo"), QStringLiteral("UNKNOWN"), {QStringLiteral("127.0.0.1/8")}));
    if (bridge) rows << briefRow(QStringLiteral("br0"), anyUp ? QStringLiteral("UP") : QStringLiteral("DOWN"), {});
    return rows;
}

/// hopWords are how a route leaves: "via 10.0.0.1 dev eth0".
QStringList hopWords(const sim::devices::RouteRow& r) {
    QStringList words;
    if (!r.via.isNone()) words << "via" << text(r.via);
    if (!r.interface.empty()) words << "dev" << text(r.interface);
    return words;
}

QStringList hopFlags(const sim::devices::RouteRow& r) {
    QStringList words;
    if (r.dead) words << "dead";
    if (r.onlink) words << "onlink";
    if (r.linkdown) words << "linkdown";
    return words;
}

/// routeRows is a table as "ip route show table" prints it; each further next hop is a line of its own.
QStringList routeRows(const Network& n, sim::kernel::DeviceId id, const std::string& table = "main") {
    QStringList rows;
    for (const auto& r : routingTable(n, id)) {
        if (r.table != table) continue;
        if (r.place == 0) {
            QStringList words;
            if (r.kind != "unicast") words << text(r.kind);
            words << (r.destination.length == 0 ? QStringLiteral("default") : prefixText(r.destination));
            if (r.weight == 0) words << hopWords(r);
            // What an administrator or a DHCP client's script adds is "proto boot", which ip does not print.
            if (r.protocol == "kernel" || r.protocol == "rip") words << "proto" << text(r.protocol);
            if (r.weight == 0 && r.via.isNone() && r.kind == "unicast")
                words << "scope"
                      << "link";
            if ((r.protocol == "kernel" || r.preferred) && !r.source.isNone()) words << "src" << text(r.source);
            if (r.metric) words << "metric" << QString::number(r.metric);
            if (r.weight == 0) words << hopFlags(r);
            rows << words.join(u' ');
        }
        if (r.weight > 0)
            rows << QStringLiteral("\tnexthop ") +
                        (hopWords(r) << "weight" << QString::number(r.weight) << hopFlags(r)).join(u' ');
    }
    return rows;
}

/// ruleRows is what "ip rule" prints.
QStringList ruleRows(const Network& n, sim::kernel::DeviceId id) {
    QStringList rows;
    for (const auto& r : ruleTable(n, id)) {
        QStringList words{"from", r.from.address.isNone() ? QStringLiteral("all") : prefixText(r.from)};
        if (!r.to.address.isNone()) words << "to" << prefixText(r.to);
        if (!r.iif.empty()) words << "iif" << text(r.iif);
        words << text(r.action);
        if (!r.table.empty()) words << text(r.table);
        rows << QStringLiteral("%1: ").arg(r.priority) + words.join(u' ');
    }
    return rows;
}

QStringList cacheRows(const Network& n, sim::kernel::DeviceId id) {
    QStringList rows;
    for (const auto& r : routeExceptionTable(n, id)) {
        QStringList words{text(r.destination)};
        if (!r.via.isNone()) words << "via" << text(r.via);
        words << "dev" << text(r.interface);
        rows << words.join(u' ');
        words = QStringList{"    cache"};
        if (r.redirected) words << "<redirected>";
        if (r.mtu) words << "mtu" << QString::number(r.mtu);
        rows << words.join(u' ');
    }
    return rows;
}

QStringList neighbourRows(const Network& n, sim::kernel::DeviceId id) {
    QStringList rows;
    for (const auto& r : neighbourTable(n, id)) {
        QStringList words{text(r.address), "dev", text(r.interface)};
        if (r.state != "FAILED" && r.state != "INCOMPLETE") words << "lladdr" << text(r.mac.toString());
        rows << (words << text(r.state)).join(u' ');
    }
    return rows;
}

QStringList forwardingRows(const Network& n, sim::kernel::DeviceId id) {
    const bool bridge = n.device(id).system.bridge.has_value();
    QStringList rows;
    for (const auto& r : macTable(n, id)) {
        const QString port = text(r.port);
        const bool tunnel = port.contains(QLatin1String(" dst "));
        rows << text(r.mac.toString()) + " dev " + port + (tunnel || !bridge ? " self" : " master br0");
    }
    return rows;
}

/// socketState is the name of a TCP state in ss, which is not netstat's.
QString socketState(const std::string& state) {
    if (state == "ESTABLISHED") return QStringLiteral("ESTAB");
    QString name = text(state);
    if (name == QLatin1String("SYN_RECV")) return QStringLiteral("SYN-RECV");
    return name.replace(QLatin1String("WAIT_"), QLatin1String("WAIT-")).replace(u'_', u'-');
}

QStringList socketRows(const Network& n, sim::kernel::DeviceId id, const char* protocol) {
    struct Row {
        QString state, receive, send, local, localPort, remote, remotePort;
    };
    QList<Row> found;
    int state = 0, local = 0, localPort = 0, remote = 0;
    for (const auto& s : socketTable(n, id)) {
        if (s.protocol != protocol) continue;
        Row r;
        r.state = socketState(s.state);
        // A socket in TIME-WAIT is a stub: its queues are gone. A listener's second figure is its backlog.
        const bool waiting = s.state == "TIME_WAIT", listens = s.state == "LISTEN";
        r.receive = QString::number(waiting ? 0 : s.receiveQueue);
        r.send = QString::number(waiting ? 0 : listens ? s.backlog : s.sendQueue);
        r.local = text(s.local) + (s.interface.empty() ? QString() : u'%' + text(s.interface));
        r.localPort = QString::number(s.localPort);
        r.remote = text(s.remote);
        r.remotePort = s.remotePort ? QString::number(s.remotePort) : QStringLiteral("*");
        state = std::max(state, int(r.state.size()));
        local = std::max(local, int(r.local.size()));
        localPort = std::max(localPort, int(r.localPort.size()));
        remote = std::max(remote, int(r.remote.size()));
        found << r;
    }
    QStringList rows;
    for (const Row& r : found)
        rows << QStringLiteral("%1 %2 %3 %4:%5 %6:%7")
                    .arg(r.state, -state)
                    .arg(r.receive, -6)
                    .arg(r.send, -6)
                    .arg(r.local, local)
                    .arg(r.localPort, -localPort)
                    .arg(r.remote, remote)
                    .arg(r.remotePort);
    return rows;
}

QString flowEnds(const std::string& protocol, const FlowEnds& e, bool reply) {
    const QString ends = "src=" + text(e.source) + " dst=" + text(e.destination);
    if (protocol == "icmp") return ends + QStringLiteral(" type=%1 code=0 id=%2").arg(reply ? 0 : 8).arg(e.sourcePort);
    return ends + QStringLiteral(" sport=%1 dport=%2").arg(e.sourcePort).arg(e.destinationPort);
}

QStringList connectionRows(const Network& n, sim::kernel::DeviceId id) {
    QStringList rows;
    for (const auto& r : natTable(n, id)) {
        const char* number = r.protocol == "tcp" ? "6" : r.protocol == "udp" ? "17" : "1";
        QStringList words{QStringLiteral("%1 %2").arg(text(r.protocol), -8).arg(QLatin1String(number))};
        if (r.protocol == "tcp") words << text(r.state);
        words << flowEnds(r.protocol, r.original, false);
        if (!r.replied) words << "[UNREPLIED]";
        words << flowEnds(r.protocol, r.reply, true);
        if (r.assured) words << "[ASSURED]";
        rows << (words << "mark=0").join(u' ');
    }
    rows.sort();
    return rows;
}

} // namespace

QByteArray stateReport(const Network& n) {
    QStringList tables;
    for (std::uint32_t i = 0; i < n.deviceCount(); ++i) {
        const sim::kernel::DeviceId id{i};
        const auto add = [&](const char* title, const QStringList& rows) {
            if (!rows.isEmpty())
                tables << QStringLiteral("[%1] %2\n%3\n")
                              .arg(text(n.deviceName(id)), QLatin1String(title), rows.join(u'\n'));
        };
        if (!n.device(id).on) { // no command could be run there
            add("power", {QStringLiteral("off")});
            continue;
        }
        add("ip addr", addressRows(n, id));
        add("ip rule", ruleRows(n, id));
        add("ip route", routeRows(n, id));
        std::string table = "main";
        for (const auto& r : routingTable(n, id))
            if (r.table != table && r.table != "local" && r.table != "main") {
                table = r.table;
                add(("ip route table " + table).c_str(), routeRows(n, id, table));
            }
        add("route cache", cacheRows(n, id));
        add("ip neigh", neighbourRows(n, id));
        add("bridge fdb", forwardingRows(n, id));
        add("sockets", socketRows(n, id, "tcp") + socketRows(n, id, "udp"));
        add("conntrack", connectionRows(n, id));
    }
    return tables.join(u'\n').toUtf8();
}

} // namespace ui::cli
