#include "sim/devices/tables.h"

#include "sim/apps/browser.h"
#include "sim/apps/dns_server.h"
#include "sim/devices/device.h"
#include "sim/wire/dns_text.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace sim::devices {

using kernel::DeviceId;
using stack::InterfaceType;
using stack::System;
using wire::IpAddress;

namespace {

IpAddress addressOrNone(std::uint32_t bits) { return bits ? IpAddress::v4(bits) : IpAddress(); }

std::string protocolName(std::uint8_t protocol) {
    switch (protocol) {
    case 1: return "icmp";
    case 6: return "tcp";
    case 17: return "udp";
    default: return std::to_string(protocol);
    }
}

/// carrier tells whether an interface leads anywhere: lo always, a tunnel without a peer never.
bool carrier(const Network& network, const stack::Interface& interface) {
    if (interface.type != InterfaceType::Ethernet)
        return interface.type == InterfaceType::Loopback || interface.tunnel != stack::Interface::kNone;
    const auto channel = network.channelOf(interface.id);
    return channel.valid() && network.channelUp(channel);
}

std::string interfaceName(const System& system, std::uint32_t index) {
    return index < system.interfaces.size() ? system.interfaces[index].name : std::string();
}

std::string appName(const Device& device, kernel::AppId app) {
    return app.valid() && app.value < device.apps.size() ? device.apps[app.value].what() : std::string();
}

} // namespace

std::vector<InterfaceRow> interfaceTable(const Network& network, DeviceId id) {
    std::vector<InterfaceRow> rows;
    for (const auto& i : network.device(id).system.interfaces) {
        InterfaceRow row;
        row.key = row.name = i.name;
        row.mac = i.mac;
        row.addresses = i.addresses;
        row.mtu = i.mtu;
        row.state = !i.up ? "down" : carrier(network, i) ? "up" : "no carrier";
        row.rxFrames = i.rxFrames;
        row.txFrames = i.txFrames;
        row.rxBytes = i.rxBytes;
        row.txBytes = i.txBytes;
        row.drops = i.drops;
        rows.push_back(std::move(row));
    }
    return rows;
}

namespace {

std::string tableName(std::uint32_t number) {
    switch (number) {
    case stack::kMainTable: return "main";
    case stack::kDefaultTable: return "default";
    case stack::kLocalTable: return "local";
    default: return std::to_string(number);
    }
}

const char* kindName(stack::RouteType type) {
    switch (type) {
    case stack::RouteType::Unreachable: return "unreachable";
    case stack::RouteType::Prohibit: return "prohibit";
    case stack::RouteType::Blackhole: return "blackhole";
    default: return "unicast";
    }
}

const char* protocolName(stack::RouteProtocol protocol) {
    switch (protocol) {
    case stack::RouteProtocol::Kernel: return "kernel";
    case stack::RouteProtocol::Static: return "static";
    case stack::RouteProtocol::Rip: return "rip";
    case stack::RouteProtocol::Dhcp: return "dhcp";
    }
    return "";
}

/// addRouteRows adds a row of a table, or one for each of its next hops.
void addRouteRows(const Network& network, const System& system, std::uint32_t table, const stack::Route& r,
                  std::vector<RouteRow>& rows) {
    RouteRow row;
    row.destination = {IpAddress::v4(r.network), r.length};
    row.metric = r.metric;
    row.kind = kindName(r.type);
    row.protocol = protocolName(r.protocol);
    row.table = tableName(table);
    row.preferred = r.flags & stack::Route::kPreferred;
    const auto add = [&](std::uint32_t via, std::uint32_t source, std::uint32_t interface, std::uint8_t flags) {
        row.via = addressOrNone(via);
        if (interface < system.interfaces.size()) {
            row.interface = system.interfaces[interface].name;
            row.linkdown = !carrier(network, system.interfaces[interface]) || row.dead;
            row.onlink = flags & stack::Route::kOnlink;
            // As "ip route" does it: by a gateway, the source goes without saying.
            row.source = via == 0 || row.preferred ? addressOrNone(source) : IpAddress();
        }
        row.key = row.destination.toString() + ' ' + row.via.toString() + ' ' + row.interface + ' ' +
                  std::to_string(row.metric) + ' ' + row.protocol;
        if (table != stack::kMainTable) row.key += " table " + row.table;
        if (row.place > 0) row.key += " #" + std::to_string(row.place);
        rows.push_back(row);
    };
    if (r.type == stack::RouteType::Multipath) {
        for (const auto& p : system.policy.paths[r.interface]) {
            row.weight = p.weight;
            row.dead = p.dead;
            add(p.via, row.preferred ? r.source : p.source, p.interface, p.flags);
            ++row.place;
        }
    } else if (r.type == stack::RouteType::Unicast) {
        add(r.via, r.source, r.interface, r.flags);
    } else {
        add(r.via, 0, kernel::InterfaceId::kNone, 0);
    }
}

} // namespace

std::vector<RouteRow> routingTable(const Network& network, DeviceId id) {
    const System& system = network.device(id).system;
    std::vector<RouteRow> rows;
    const auto add = [&](std::uint32_t table, const stack::RouteTable& of) {
        const std::size_t first = rows.size();
        for (const auto& r : of.rows())
            if (r.type != stack::RouteType::Local && r.type != stack::RouteType::Broadcast)
                addRouteRows(network, system, table, r, rows);
        if (system.ip && table == stack::kMainTable) { // of the table "local", the row that keeps localhost inside
            RouteRow row;
            row.destination = {IpAddress::v4(0x7f00'0000), 8};
            row.interface = interfaceName(system, stack::kLoopback);
            row.source = IpAddress::v4(0x7f00'0001);
            row.protocol = "kernel";
            row.kind = "local";
            row.table = tableName(stack::kLocalTable);
            row.key = row.destination.toString() + ' ' + row.interface;
            rows.push_back(std::move(row));
        }
        // As "ip route" prints it: the default routes first, then by network.
        std::stable_sort(rows.begin() + std::ptrdiff_t(first), rows.end(), [](const RouteRow& a, const RouteRow& b) {
            return std::tuple(a.destination.length != 0, a.destination.address.toV4(), a.destination.length, a.metric) <
                   std::tuple(b.destination.length != 0, b.destination.address.toV4(), b.destination.length, b.metric);
        });
    };
    stack::route_policy::eachTable(system, add);
    return rows;
}

std::vector<RuleRow> ruleTable(const Network& network, DeviceId id) {
    const System& system = network.device(id).system;
    const auto& own = system.policy.rules;
    std::vector<RuleRow> rows;
    if (own.empty()) return rows;
    const auto usual = [&](std::uint32_t priority, std::uint32_t table) {
        RuleRow row{.priority = priority, .action = "lookup", .table = tableName(table)};
        row.key = std::to_string(priority) + ' ' + row.table;
        rows.push_back(std::move(row));
    };
    usual(0, stack::kLocalTable);
    for (const auto& r : own) {
        if (r.priority >= stack::RouteRule::kMainPriority && rows.back().priority < stack::RouteRule::kMainPriority)
            usual(stack::RouteRule::kMainPriority, stack::kMainTable);
        RuleRow row{.priority = r.priority, .iif = r.inName, .action = "lookup"};
        if (r.fromLength) row.from = {IpAddress::v4(r.from), r.fromLength};
        if (r.toLength) row.to = {IpAddress::v4(r.to), r.toLength};
        if (r.type == stack::RouteType::Unicast)
            row.table = tableName(r.table);
        else
            row.action = kindName(r.type);
        row.key = std::to_string(row.priority) + ' ' + row.from.toString() + ' ' + row.to.toString() + ' ' + row.iif +
                  ' ' + row.action + ' ' + row.table;
        rows.push_back(std::move(row));
    }
    if (own.back().priority < stack::RouteRule::kMainPriority)
        usual(stack::RouteRule::kMainPriority, stack::kMainTable);
    usual(stack::RouteRule::kDefaultPriority, stack::kDefaultTable);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const RuleRow& a, const RuleRow& b) { return a.priority < b.priority; });
    return rows;
}

std::vector<RouteExceptionRow> routeExceptionTable(const Network& network, DeviceId id) {
    const System& system = network.device(id).system;
    const auto& learned = system.routeExceptions;
    std::vector<RouteExceptionRow> rows;
    for (std::uint32_t e = 0; e < learned.entries.bound(); ++e) {
        if (!learned.entries.used(e)) continue;
        const auto destination = std::uint32_t(learned.entries.key(e));
        const auto* x = learned.find(destination, network.now());
        const auto route = stack::route_policy::choose(system, {.destination = destination}, stack::RouteRule::kAny);
        if (!x || !route.route || route.hop.type != stack::RouteType::Unicast) continue;
        RouteExceptionRow row;
        row.destination = IpAddress::v4(destination);
        row.via = addressOrNone(x->gateway ? x->gateway : route.path ? route.hop.via : route.route->via);
        row.interface = interfaceName(system, route.hop.interface);
        row.mtu = x->mtu;
        row.redirected = x->gateway != 0;
        row.expires = x->expires;
        row.key = "cache " + row.destination.toString();
        rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.destination < b.destination; });
    return rows;
}

std::vector<NeighbourRow> neighbourTable(const Network& network, DeviceId id) {
    const System& system = network.device(id).system;
    const auto& entries = system.neighbours.entries;
    std::vector<NeighbourRow> rows;
    for (std::uint32_t e = 0; e < entries.bound(); ++e) {
        if (!entries.used(e) || entries[e].state == stack::NeighbourState::None) continue;
        NeighbourRow row;
        row.address = IpAddress::v4(entries.key(e).address);
        row.mac = entries[e].mac;
        row.interface = interfaceName(system, entries.key(e).interface);
        row.state = stack::neighbour::stateName(entries[e].state);
        row.updated = entries[e].updated;
        row.key = row.address.toString() + ' ' + row.interface;
        rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const NeighbourRow& a, const NeighbourRow& b) {
        return std::tie(a.address, a.interface) < std::tie(b.address, b.interface);
    });
    return rows;
}

std::vector<NatRow> natTable(const Network& network, DeviceId id) {
    const auto& conntrack = network.device(id).system.conntrack;
    std::vector<std::pair<kernel::SimTime, NatRow>> found;
    for (const auto& c : conntrack.connections) {
        if (!c.used || c.expires <= network.now()) continue;
        const auto& o = c.original;
        const bool icmp = o.protocol == 1;
        NatRow row;
        row.protocol = protocolName(o.protocol);
        row.state = c.tcp != stack::TrackedTcp::None ? stack::conntrack::stateName(c.tcp)
                    : c.seenReply                    ? "replied"
                                                     : "new";
        row.inside = IpAddress::v4(o.source);
        row.insidePort = o.sourcePort;
        row.outside = IpAddress::v4(c.reply.destination);
        row.outsidePort = icmp ? c.reply.sourcePort : c.reply.destinationPort;
        row.remote = IpAddress::v4(o.destination);
        row.remotePort = icmp ? std::uint16_t(0) : o.destinationPort;
        row.translated = c.sourceNat || c.destinationNat;
        const auto ends = [](const stack::Tuple& t) {
            return FlowEnds{IpAddress::v4(t.source), IpAddress::v4(t.destination), t.sourcePort, t.destinationPort};
        };
        row.original = ends(c.original);
        row.reply = ends(c.reply);
        row.replied = c.seenReply;
        row.assured = c.assured;
        row.expires = c.expires;
        row.key = row.protocol + ' ' + row.inside.toString() + ':' + std::to_string(o.sourcePort) + ' ' +
                  row.remote.toString() + ':' + std::to_string(o.destinationPort);
        found.emplace_back(c.created, std::move(row));
    }
    // The newest first, as "conntrack -L" has no order of its own that would mean something.
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<NatRow> rows;
    for (auto& [created, row] : found)
        rows.push_back(std::move(row));
    return rows;
}

std::vector<MacRow> macTable(const Network& network, DeviceId id) {
    const System& system = network.device(id).system;
    std::vector<MacRow> rows;
    const auto add = [&](const auto& table, kernel::SimTime ageing, auto port) {
        for (std::uint32_t e = 0; e < table.bound(); ++e) {
            if (!table.used(e) || table[e].updated + ageing <= network.now()) continue;
            MacRow row;
            row.mac = wire::MacAddress::fromNumber(table.key(e).mac);
            row.port = port(table[e]);
            row.updated = table[e].updated;
            row.key = row.mac.toString();
            rows.push_back(std::move(row));
        }
    };
    if (system.bridge)
        add(system.bridge->table, stack::Bridge::kAgeing,
            [&](const stack::MacEntry& e) { return interfaceName(system, e.port); });
    for (const auto& v : system.vxlans)
        add(v.table, stack::Vxlan::kAgeing, [&](const stack::VtepEntry& e) {
            return interfaceName(system, v.interface) + " dst " + IpAddress::v4(e.remote).toString();
        });
    std::stable_sort(rows.begin(), rows.end(), [](const MacRow& a, const MacRow& b) { return a.mac < b.mac; });
    return rows;
}

std::vector<TunnelPeerRow> tunnelPeerTable(const Network& network, DeviceId id) {
    const System& system = network.device(id).system;
    std::vector<TunnelPeerRow> rows;
    for (const auto& w : system.wireguards)
        for (std::uint32_t i = 0; i < w.peers.size(); ++i) {
            const auto& p = w.peers[i];
            TunnelPeerRow row;
            row.interface = interfaceName(system, w.interface);
            row.peer = p.name;
            row.publicKey = crypto::toBase64(p.publicKey);
            if (p.endpoint) {
                row.endpoint = IpAddress::v4(p.endpoint->address);
                row.endpointPort = p.endpoint->port;
            }
            for (const auto& r : w.allowed.rows())
                if (r.interface == i) row.allowedIps.push_back({IpAddress::v4(r.network), r.length});
            if (p.latestHandshake >= kernel::SimTime::zero()) row.latestHandshake = p.latestHandshake;
            row.received = p.received;
            row.sent = p.sent;
            row.key = row.interface + ' ' + row.publicKey;
            rows.push_back(std::move(row));
        }
    return rows;
}

std::vector<SocketRow> socketTable(const Network& network, DeviceId id) {
    const Device& device = network.device(id);
    std::vector<SocketRow> rows;
    const auto add = [&](std::string protocol, std::string state, const auto& s, std::size_t receiveQueue,
                         std::size_t sendQueue) {
        SocketRow row;
        row.protocol = std::move(protocol);
        row.state = std::move(state);
        row.app = appName(device, s.owner);
        row.local = IpAddress::v4(s.local);
        row.localPort = s.localPort;
        row.remote = IpAddress::v4(s.remote);
        row.remotePort = s.remotePort;
        row.receiveQueue = std::uint32_t(receiveQueue);
        row.sendQueue = std::uint32_t(sendQueue);
        row.key = row.protocol + ' ' + row.local.toString() + ':' + std::to_string(row.localPort) + ' ' +
                  row.remote.toString() + ':' + std::to_string(row.remotePort);
        rows.push_back(std::move(row));
    };
    for (const auto& s : device.system.udp.sockets) {
        if (!s.used) continue;
        add("udp", s.remotePort ? "ESTAB" : "UNCONN", s, s.queuedBytes, 0);
        if (s.interface != kernel::InterfaceId::kNone)
            rows.back().interface = interfaceName(device.system, s.interface);
    }
    for (const auto& s : device.system.tcp.sockets) {
        if (!s.used || s.state == stack::TcpState::Closed) continue;
        // A FIN counts as a byte until it was read, as its sequence number does.
        add("tcp", stack::tcp::stateName(s.state), s, s.in.size() + (s.finReceived && !s.finRead), s.out.size());
        if (s.state == stack::TcpState::Listen) {
            rows.back().backlog = s.backlog;
            rows.back().receiveQueue = s.waiting;
        }
    }
    // Who listens comes first, then by port, as it is easiest to read.
    std::stable_sort(rows.begin(), rows.end(), [](const SocketRow& a, const SocketRow& b) {
        return std::tuple(a.remotePort != 0, a.protocol, a.localPort, a.remote, a.remotePort) <
               std::tuple(b.remotePort != 0, b.protocol, b.localPort, b.remote, b.remotePort);
    });
    return rows;
}

std::vector<DnsCacheRow> dnsCacheTable(const Network& network, DeviceId id) {
    std::vector<DnsCacheRow> rows;
    const auto add = [&](std::string name, std::string type, std::string data, kernel::SimTime expires,
                         bool authoritative) {
        DnsCacheRow row{{}, std::move(name), std::move(type), std::move(data), expires, authoritative};
        row.key = row.name + ' ' + row.type + ' ' + row.data;
        rows.push_back(std::move(row));
    };
    for (const auto& app : network.device(id).apps) {
        const auto* server = app.as<apps::DnsServer>();
        if (!server || app.finished()) continue;
        for (const auto& r : server->config().records)
            add(r.name, wire::dns::typeName(r.address.isV6() ? wire::dns::kAaaa : wire::dns::kA), r.address.toString(),
                kernel::kNever, true);
        for (const auto& r : server->config().others)
            add(r.name, wire::dns::typeName(r.type), wire::dns::dataText(r), kernel::kNever, true);
        for (const auto& zone : server->config().zones)
            for (const auto& r : zone.records)
                add(r.name, wire::dns::typeName(r.type), wire::dns::dataText(r), kernel::kNever, true);
        for (const auto& entry : server->cache().entries()) {
            if (entry.expires <= network.now()) continue;
            if (entry.records.empty())
                add(entry.name, wire::dns::typeName(entry.type), entry.rcode ? "no such name" : "none", entry.expires,
                    false);
            for (const auto& r : entry.records)
                add(r.name, wire::dns::typeName(r.type), wire::dns::dataText(r),
                    entry.stored + std::chrono::seconds(r.ttl), false);
        }
    }
    std::stable_sort(rows.begin(), rows.end(), [](const DnsCacheRow& a, const DnsCacheRow& b) {
        return std::tuple(!a.authoritative, std::tie(a.name, a.type)) <
               std::tuple(!b.authoritative, std::tie(b.name, b.type));
    });
    return rows;
}

std::vector<ApplicationRow> applicationTable(const Network& network, DeviceId id) {
    std::vector<ApplicationRow> rows;
    const auto& list = network.device(id).apps;
    for (std::size_t i = 0; i < list.size(); ++i) {
        using State = apps::App::State;
        const State state = list[i].state();
        ApplicationRow row{std::to_string(i), list[i].what(), "running", list[i].result(), false};
        // What runs as long as the device does is shown by its sockets.
        if (state == State::Service || state == State::Stopped) continue;
        if (state == State::Done) row.state = "done";
        if (state == State::Failed) row.state = "failed";
        row.ok = state == State::Done;
        rows.push_back(std::move(row));
    }
    return rows;
}

Page pageOf(const Network& network, DeviceId id) {
    const auto& list = network.device(id).apps;
    for (auto app = list.rbegin(); app != list.rend(); ++app) {
        const auto* browser = app->as<apps::Browser>();
        // A browser that has not got there yet leaves the page before it in view.
        if (!browser || app->state() == apps::App::State::Running) continue;
        const auto& page = browser->page();
        return {page.url, page.status, page.body, page.error};
    }
    return {};
}

} // namespace sim::devices
