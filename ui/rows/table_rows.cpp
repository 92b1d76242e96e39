#include "ui/rows/table_rows.h"

#include "sim/decisions/all.h"
#include "sim/devices/tables.h"
#include "ui/rows/words.h"

#include <QCoreApplication>

namespace ui::rows {

using sim::devices::Network;
using sim::kernel::DeviceId;
using sim::kernel::SimTime;
using sim::wire::IpAddress;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ui::rows)
};

QString address(const IpAddress& a) { return a.isNone() ? QStringLiteral("–") : text(a.toString()); }
QString endpoint(const IpAddress& a, std::uint16_t port) {
    if (a.isNone() || a.isUnspecified()) return port ? QStringLiteral("*:%1").arg(port) : QStringLiteral("*");
    return port ? QStringLiteral("%1:%2").arg(text(a.toString())).arg(port) : text(a.toString());
}
QString prefix(const sim::wire::Prefix& p) { return p.length == 0 ? QStringLiteral("default") : text(p.toString()); }
/// age needs no more than two digits, and its column has room for few more: "1.2 s", "96 ms".
QString age(SimTime now, SimTime since) {
    if (now <= since) return Words::tr("now");
    auto unit = SimTime(1);
    while (unit < std::chrono::seconds(1) && now - since >= unit * 1000)
        unit *= 1000;
    const auto whole = (now - since) / unit;
    return spanText(whole < 10 ? (now - since) - (now - since) % std::max(unit / 10, SimTime(1)) : unit * whole);
}
QString left(SimTime now, SimTime until) { return until <= now ? Words::tr("over") : spanText(until - now); }

/// origin is who put a route there, as people say it.
QString origin(const std::string& protocol) {
    if (protocol == "kernel") return Words::tr("connected");
    if (protocol == "static") return Words::tr("static");
    return text(protocol);
}

} // namespace

QString tableTitle(TableKind kind) {
    switch (kind) {
    case TableKind::Routing: return Words::tr("Routing table");
    case TableKind::Neighbours: return Words::tr("ARP table");
    case TableKind::Nat: return Words::tr("NAT mappings");
    case TableKind::Leases: return Words::tr("DHCP leases");
    case TableKind::Macs: return Words::tr("MAC table");
    case TableKind::Tunnels: return Words::tr("WireGuard peers");
    case TableKind::Dns: return Words::tr("DNS cache");
    case TableKind::Sockets: return Words::tr("Sockets");
    case TableKind::Applications: return Words::tr("Applications");
    }
    return {};
}

QStringList tableHeadings(TableKind kind) {
    switch (kind) {
    case TableKind::Routing:
        return {Words::tr("Destination"), Words::tr("Via"), Words::tr("Dev"), Words::tr("Metric"), Words::tr("From")};
    case TableKind::Neighbours: return {Words::tr("Address"), Words::tr("MAC"), Words::tr("State"), Words::tr("Age")};
    case TableKind::Nat: return {Words::tr("Inside"), Words::tr("Outside"), Words::tr("Remote"), Words::tr("State")};
    case TableKind::Leases: return {Words::tr("Address"), Words::tr("Who"), Words::tr("State"), Words::tr("Left")};
    case TableKind::Macs: return {Words::tr("MAC"), Words::tr("Port"), Words::tr("Age")};
    case TableKind::Tunnels:
        return {Words::tr("Peer"),      Words::tr("Endpoint"), Words::tr("Allowed IPs"),
                Words::tr("Handshake"), Words::tr("Received"), Words::tr("Sent")};
    case TableKind::Dns: return {Words::tr("Name"), Words::tr("Type"), Words::tr("Data"), Words::tr("Left")};
    case TableKind::Sockets: return {Words::tr("Proto"), Words::tr("Local"), Words::tr("Remote"), Words::tr("State")};
    case TableKind::Applications: return {Words::tr("What"), Words::tr("Result")};
    }
    return {};
}

int ageColumn(TableKind kind) {
    switch (kind) {
    case TableKind::Neighbours:
    case TableKind::Leases:
    case TableKind::Tunnels:
    case TableKind::Dns: return 3;
    case TableKind::Macs: return 2;
    default: return -1;
    }
}

int stretchColumn(TableKind kind) {
    switch (kind) {
    case TableKind::Routing:
    case TableKind::Leases:
    case TableKind::Macs:
    case TableKind::Dns: return 0;
    case TableKind::Neighbours: // the age gives way when a changed state needs the room
    case TableKind::Nat:
    case TableKind::Sockets: return 3;
    case TableKind::Tunnels:
    case TableKind::Applications: return 1;
    }
    return 0;
}

QString emptyText(TableKind kind) {
    switch (kind) {
    case TableKind::Routing: return Words::tr("Where packets go: rows come from addresses, the gateway and routes.");
    case TableKind::Neighbours: return Words::tr("Which MAC has which address: empty until ARP has asked.");
    case TableKind::Nat: return Words::tr("Who was given which outside port: empty until a packet leaves.");
    case TableKind::Leases: return Words::tr("Who was given which address: empty until somebody asks.");
    case TableKind::Macs: return Words::tr("Which MAC is behind which port: empty until a frame has come by.");
    case TableKind::Tunnels: return Words::tr("Who is at the other end of the tunnel.");
    case TableKind::Dns: return Words::tr("Names and their addresses: empty until somebody asks.");
    default: return {};
    }
}

std::vector<TableRow> tableRows(const Network& network, DeviceId device, TableKind kind, SimTime now) {
    std::vector<TableRow> rows;
    if (!device.valid() || device.value >= network.deviceCount()) return rows;
    switch (kind) {
    case TableKind::Routing:
        for (const auto& r : sim::devices::routingTable(network, device)) {
            QString via = r.via.isNone() ? Words::tr("on-link") : text(r.via.toString());
            if (r.kind != "unicast" && !r.kind.empty()) via = text(r.kind);
            QString dev = text(r.interface);
            if (r.linkdown) dev += Words::tr(" (down)");
            rows.push_back({r.key, {prefix(r.destination), via, dev, QString::number(r.metric), origin(r.protocol)}});
        }
        for (const auto& r : sim::devices::routeExceptionTable(network, device))
            rows.push_back({r.key,
                            {address(r.destination), r.via.isNone() ? Words::tr("on-link") : text(r.via.toString()),
                             text(r.interface), r.mtu ? Words::tr("MTU %1").arg(r.mtu) : QString(),
                             r.redirected ? Words::tr("redirect") : Words::tr("learned")}});
        break;
    case TableKind::Neighbours:
        for (const auto& r : sim::devices::neighbourTable(network, device))
            rows.push_back({r.key,
                            {address(r.address), r.mac.isZero() ? QStringLiteral("?") : text(r.mac.toString()),
                             text(r.state), age(now, r.updated)}});
        break;
    case TableKind::Nat:
        for (const auto& r : sim::devices::natTable(network, device)) {
            if (!r.translated) continue;
            rows.push_back({r.key,
                            {endpoint(r.inside, r.insidePort), endpoint(r.outside, r.outsidePort),
                             endpoint(r.remote, r.remotePort), text(r.state)}});
        }
        break;
    case TableKind::Leases:
        for (const auto& r : sim::devices::leaseTable(network, device))
            rows.push_back({r.key,
                            {address(r.address), text(r.name.empty() ? r.who : r.who + " (" + r.name + ')'),
                             text(r.state), r.expires == sim::kernel::kNever ? QString() : left(now, r.expires)}});
        break;
    case TableKind::Macs:
        for (const auto& r : sim::devices::macTable(network, device))
            rows.push_back({r.key, {text(r.mac.toString()), text(r.port), age(now, r.updated)}});
        break;
    case TableKind::Tunnels:
        for (const auto& r : sim::devices::tunnelPeerTable(network, device)) {
            QStringList allowed;
            for (const auto& p : r.allowedIps)
                allowed << text(p.toString());
            rows.push_back(
                {r.key,
                 {text(r.peer), r.endpoint.isNone() ? QStringLiteral("–") : endpoint(r.endpoint, r.endpointPort),
                  allowed.join(QLatin1String(", ")),
                  r.latestHandshake < SimTime::zero() ? Words::tr("none") : age(now, r.latestHandshake),
                  QString::number(r.received), QString::number(r.sent)}});
        }
        break;
    case TableKind::Dns:
        for (const auto& r : sim::devices::dnsCacheTable(network, device))
            rows.push_back({r.key,
                            {text(r.name), text(r.type), text(r.data),
                             r.authoritative ? Words::tr("own") : left(now, r.expires)}});
        break;
    case TableKind::Sockets:
        for (const auto& r : sim::devices::socketTable(network, device))
            rows.push_back(
                {r.key,
                 {text(r.protocol), endpoint(r.local, r.localPort), endpoint(r.remote, r.remotePort), text(r.state)}});
        break;
    case TableKind::Applications:
        for (const auto& r : sim::devices::applicationTable(network, device))
            rows.push_back({r.key, {text(r.what), text(r.result.empty() ? r.state : r.result)}});
        break;
    }
    return rows;
}

std::vector<std::string> decidingRows(const Network& network, const sim::trace::TraceLog& log,
                                      const sim::explain::Moment& moment, DeviceId device, TableKind kind) {
    std::vector<std::string> keys;
    if (moment.event == 0 || !device.valid()) return keys;
    const auto add = [&](const auto& rows, auto match) {
        for (const auto& row : rows)
            if (match(row)) keys.push_back(row.key);
    };
    for (std::size_t i = moment.firstRecord; i < moment.lastRecord && i < log.records().size(); ++i) {
        const auto& record = log.records()[i];
        if (record.kind != sim::trace::RecordKind::Decision || record.device != device) continue;
        const auto& d = log.decision(record.index);
        namespace dec = sim::decisions;
        if (kind == TableKind::Routing && d.is<dec::RouteChosen>())
            add(sim::devices::routingTable(network, device),
                [&, x = d.as<dec::RouteChosen>()](const sim::devices::RouteRow& row) {
                    return row.destination.network() == x.row.network() && row.via == x.via;
                });
        const auto neighbour = [&](const IpAddress& address) {
            add(sim::devices::neighbourTable(network, device),
                [&](const sim::devices::NeighbourRow& row) { return row.address == address; });
        };
        if (kind == TableKind::Neighbours && d.is<dec::NeighbourUnknown>())
            neighbour(d.as<dec::NeighbourUnknown>().nextHop);
        if (kind == TableKind::Neighbours && d.is<dec::NeighbourProbe>())
            neighbour(d.as<dec::NeighbourProbe>().address);
        const auto nat = [&](const auto& x) {
            add(sim::devices::natTable(network, device), [&](const sim::devices::NatRow& row) {
                return row.inside == x.inside.address && row.insidePort == x.inside.port &&
                       row.outsidePort == x.outside.port;
            });
        };
        if (kind == TableKind::Nat && d.is<dec::NatCreated>()) nat(d.as<dec::NatCreated>());
        if (kind == TableKind::Nat && d.is<dec::NatApplied>()) nat(d.as<dec::NatApplied>());
        if (kind == TableKind::Nat && d.is<dec::NatPortTaken>()) nat(d.as<dec::NatPortTaken>());
        const auto mac = [&](const sim::wire::MacAddress& m) {
            add(sim::devices::macTable(network, device), [&](const sim::devices::MacRow& row) { return row.mac == m; });
        };
        if (kind == TableKind::Macs && d.is<dec::BridgeForwarded>()) mac(d.as<dec::BridgeForwarded>().destination);
        if (kind == TableKind::Macs && d.is<dec::VxlanEncapsulated>()) mac(d.as<dec::VxlanEncapsulated>().destination);
        const auto peer = [&](sim::trace::TextId name) {
            add(sim::devices::tunnelPeerTable(network, device),
                [&](const sim::devices::TunnelPeerRow& row) { return row.peer == log.text(name); });
        };
        if (kind == TableKind::Tunnels && d.is<dec::TunnelEncapsulated>()) peer(d.as<dec::TunnelEncapsulated>().peer);
        if (kind == TableKind::Tunnels && d.is<dec::TunnelDecapsulated>()) peer(d.as<dec::TunnelDecapsulated>().peer);
        const auto name = [&](sim::trace::TextId text) {
            add(sim::devices::dnsCacheTable(network, device),
                [&](const sim::devices::DnsCacheRow& row) { return row.name == log.text(text); });
        };
        if (kind == TableKind::Dns && d.is<dec::NameFromCache>()) name(d.as<dec::NameFromCache>().name);
        if (kind == TableKind::Dns && d.is<dec::NameNegative>()) name(d.as<dec::NameNegative>().name);
    }
    return keys;
}

} // namespace ui::rows
