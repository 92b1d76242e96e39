#include "model/io/lab_value.h"

#include "model/io/lab_file.h"
#include "model/io/quantities.h"
#include "model/io/script.h"
#include "model/io/service_value.h"
#include "model/io/tunnel_value.h"
#include "model/lab/kinds.h"

#include <QHash>
#include <QLocale>

#include <algorithm>
#include <set>

namespace model::io {

namespace {

using lab::Kind;

QString latin(const std::string& text) { return QString::fromStdString(text); }
Value address(const sim::wire::IpAddress& a) { return Value::word(latin(a.toString())); }
Value prefix(const sim::wire::Prefix& p) {
    // An IPv6 prefix may begin with a colon, which needs quotes; an IPv4 one is plain whatever it looks like.
    const QString text = latin(p.toString());
    return p.address.isV4() ? Value::literal(text) : Value::word(text);
}
Value number(double x) { return Value::literal(QString::number(x, 'f', QLocale::FloatingPointShortest)); }
Value point(double x, double y) { return Value::flowList({number(x), number(y)}); }

Value withLongForm(Value shortForm, Value longForm) {
    shortForm.longForm = std::make_shared<const Value>(std::move(longForm));
    return shortForm;
}

/// oneOrList is a single item by itself, or a list.
Value oneOrList(std::vector<Value> items) {
    if (items.size() != 1) return Value::flowList(std::move(items));
    Value one = items.front();
    return withLongForm(std::move(one), Value::flowList(std::move(items)));
}

template <class Range, class F>
std::vector<Value> values(const Range& range, F make) {
    std::vector<Value> out;
    for (const auto& x : range)
        out.push_back(make(x));
    return out;
}

Value portValue(const lab::Port& port) {
    Value v = Value::flowMap();
    const bool plainTunnel = port.tunnel && !port.wireguard && !port.vxlan;
    if (plainTunnel) v.add(QStringLiteral("kind"), Value::word(QStringLiteral("tunnel")));
    if (port.mac) v.add(QStringLiteral("mac"), Value::quoted(latin(port.mac->toString())));
    if (port.dhcp && port.addresses.empty()) {
        v.add(QStringLiteral("address"), Value::word(QStringLiteral("dhcp")));
        if (!port.dhcp->hostName.isEmpty()) v.add(QStringLiteral("hostname"), Value::word(port.dhcp->hostName));
        if (port.dhcp->check) v.add(QStringLiteral("check"), Value::literal(QStringLiteral("true")));
    }
    if (!port.addresses.empty()) v.add(QStringLiteral("address"), oneOrList(values(port.addresses, prefix)));
    if (port.mtu) v.add(QStringLiteral("mtu"), Value::literal(QString::number(*port.mtu)));
    if (port.wireguard) {
        v.flow = false; // keys and peers are too much for one line
        v.add(QStringLiteral("wireguard"), wireguardValue(*port.wireguard));
    }
    if (port.vxlan) v.add(QStringLiteral("vxlan"), vxlanValue(*port.vxlan));
    return v;
}

bool isBare(const lab::Port& port) {
    return !port.dhcp && !port.mac && port.addresses.empty() && !port.mtu && !port.tunnel;
}

void addPorts(Value& v, const lab::Node& node) {
    if (node.ports == lab::defaultPorts(node.kind)) return;
    if (lab::bridges(node.kind) && !node.ports.empty()) {
        bool counted = true;
        for (std::size_t i = 0; i < node.ports.size(); ++i)
            counted = counted && isBare(node.ports[i]) && node.ports[i].name == QStringLiteral("p%1").arg(i + 1);
        if (counted) {
            v.add(QStringLiteral("ports"), Value::literal(QString::number(node.ports.size())));
            return;
        }
    }
    Value ports;
    for (const auto& port : node.ports)
        ports.add(port.name, portValue(port));
    v.add(QStringLiteral("interfaces"), std::move(ports));
}

Value routeValue(const lab::Route& route) {
    using RouteKind = lab::Route::Kind;
    static const QString kKinds[] = {QString(), QStringLiteral("unreachable"), QStringLiteral("prohibit"),
                                     QStringLiteral("blackhole")};
    const QString to = route.to.length == 0 && route.to.address.isV4() && route.to.address.toV4() == 0
                           ? QStringLiteral("default")
                           : latin(route.to.toString());
    Value map = Value::flowMap();
    QString text = to;
    map.add(QStringLiteral("to"), Value::word(to));
    if (!route.via.isNone()) {
        text += QStringLiteral(" via ") + latin(route.via.toString());
        map.add(QStringLiteral("via"), address(route.via));
    }
    if (!route.dev.isEmpty()) {
        text += QStringLiteral(" dev ") + route.dev;
        map.add(QStringLiteral("dev"), Value::word(route.dev));
    }
    if (route.metric != 0) {
        text += QStringLiteral(" metric ") + QString::number(route.metric);
        map.add(QStringLiteral("metric"), Value::literal(QString::number(route.metric)));
    }
    if (route.onlink) {
        text += QStringLiteral(" onlink");
        map.add(QStringLiteral("onlink"), Value::literal(QStringLiteral("true")));
    }
    if (route.kind != RouteKind::Unicast) {
        text = kKinds[std::size_t(route.kind)] + u' ' + text;
        map.add(QStringLiteral("kind"), Value::word(kKinds[std::size_t(route.kind)]));
    }
    return withLongForm(Value::word(text), std::move(map));
}

Value truth() { return Value::literal(QStringLiteral("true")); }

Value dhcpPoolValue(const lab::DhcpPool& pool) {
    Value v = Value::flowMap();
    if (!pool.first.isNone())
        v.add(QStringLiteral("pool"), Value::literal(latin(pool.first.toString() + '-' + pool.last.toString())));
    if (!pool.network.address.isNone()) v.add(QStringLiteral("network"), prefix(pool.network));
    if (pool.lease) v.add(QStringLiteral("lease"), Value::literal(formatTime(*pool.lease)));
    if (!pool.router.isNone()) v.add(QStringLiteral("router"), address(pool.router));
    if (!pool.dns.empty()) v.add(QStringLiteral("dns"), oneOrList(values(pool.dns, address)));
    if (!pool.domain.isEmpty()) v.add(QStringLiteral("domain"), Value::word(pool.domain));
    if (!pool.ping) v.add(QStringLiteral("ping"), Value::literal(QStringLiteral("false")));
    if (!pool.authoritative) v.add(QStringLiteral("authoritative"), Value::literal(QStringLiteral("false")));
    if (!pool.reservations.empty()) {
        Value reservations = Value::flowMap();
        for (const auto& r : pool.reservations) {
            Value named = Value::flowMap();
            named.add(QStringLiteral("address"), address(r.address));
            if (!r.name.isEmpty()) named.add(QStringLiteral("name"), Value::word(r.name));
            reservations.add(latin(r.mac.toString()),
                             r.name.isEmpty() ? withLongForm(address(r.address), named) : named);
        }
        v.add(QStringLiteral("reservations"), std::move(reservations));
    }
    return v.items.empty() ? withLongForm(truth(), v) : v;
}

Value ripValue(const lab::Rip& rip) {
    Value v = Value::flowMap();
    if (rip.timers != lab::Rip::Timers{})
        v.add(QStringLiteral("timers"), Value::flowList({Value::literal(formatTime(rip.timers.update)),
                                                         Value::literal(formatTime(rip.timers.timeout)),
                                                         Value::literal(formatTime(rip.timers.garbage))}));
    if (!rip.networks.empty()) v.add(QStringLiteral("networks"), oneOrList(values(rip.networks, prefix)));
    if (!rip.passive.isEmpty()) v.add(QStringLiteral("passive"), oneOrList(values(rip.passive, Value::word)));
    if (rip.poisonedReverse) v.add(QStringLiteral("poisoned-reverse"), truth());
    std::vector<Value> others;
    if (rip.redistributeConnected) others.push_back(Value::word(QStringLiteral("connected")));
    if (rip.redistributeStatic) others.push_back(Value::word(QStringLiteral("static")));
    if (!others.empty()) v.add(QStringLiteral("redistribute"), oneOrList(std::move(others)));
    if (rip.defaultOriginate) v.add(QStringLiteral("default-originate"), truth());
    return v.items.empty() ? withLongForm(truth(), v) : v;
}

/// addService writes what differs from what the kind runs by itself; false turns that off.
template <class T, class F>
void addService(Value& v, const QString& key, const std::optional<T>& service, const std::optional<T>& usual, F make) {
    if (service == usual) return;
    v.add(key, service ? make(*service) : Value::literal(QStringLiteral("false")));
}

Value nodeValue(const lab::Node& node) {
    Value v;
    v.add(QStringLiteral("kind"), Value::word(lab::kindWord(node.kind)));
    v.add(QStringLiteral("at"), point(node.at.x(), node.at.y()));
    addPorts(v, node);
    if (node.gateway) v.add(QStringLiteral("gateway"), address(*node.gateway));
    if (!node.routes.empty()) {
        Value routes = Value::blockList();
        routes.items = values(node.routes, routeValue);
        v.add(QStringLiteral("routes"), std::move(routes));
    }
    if (!node.loopback.empty()) v.add(QStringLiteral("loopback"), oneOrList(values(node.loopback, prefix)));
    if (!node.firewall.isEmpty()) {
        Value rules = Value::blockList();
        rules.items = values(node.firewall, Value::word);
        v.add(QStringLiteral("firewall"), std::move(rules));
    }
    if (!node.neighbours.empty()) {
        Value neighbours = Value::flowMap();
        for (const auto& n : node.neighbours)
            neighbours.add(latin(n.address.toString()), Value::quoted(latin(n.mac.toString())));
        v.add(QStringLiteral("neighbours"), std::move(neighbours));
    }
    if (!node.dns.empty()) v.add(QStringLiteral("dns"), oneOrList(values(node.dns, address)));
    if (!node.search.isEmpty()) v.add(QStringLiteral("search"), oneOrList(values(node.search, Value::word)));
    if (node.ndots) v.add(QStringLiteral("ndots"), Value::literal(QString::number(*node.ndots)));
    if (node.forwarding)
        v.add(QStringLiteral("forwarding"),
              Value::literal(*node.forwarding ? QStringLiteral("true") : QStringLiteral("false")));
    addService(v, QStringLiteral("nat"), node.nat, lab::defaultNat(node.kind), [](const lab::Nat& nat) {
        Value n = Value::flowMap();
        n.add(QStringLiteral("outside"), Value::word(nat.outside));
        if (!nat.forwards.empty())
            n.add(QStringLiteral("forward"), oneOrList(values(nat.forwards, [](const lab::PortForward& f) {
                      const QString to = latin(f.to.toString());
                      return Value::word(
                          QStringLiteral("%1 %2 to %3")
                              .arg(f.tcp ? QLatin1String("tcp") : QLatin1String("udp"))
                              .arg(f.port)
                              .arg(f.toPort == f.port ? to : QStringLiteral("%1:%2").arg(to).arg(f.toPort)));
                  })));
        if (nat.hairpin) n.add(QStringLiteral("hairpin"), Value::literal(QStringLiteral("true")));
        return n;
    });
    addService(v, QStringLiteral("dns-server"), node.dnsServer, lab::defaultDnsServer(node.kind), dnsServerValue);
    addService(v, QStringLiteral("web-server"), node.webServer, lab::defaultWebServer(node.kind), webServerValue);
    if (node.dhcpServer.size() == 1) {
        v.add(QStringLiteral("dhcp-server"), dhcpPoolValue(node.dhcpServer.front()));
    } else if (!node.dhcpServer.empty()) {
        Value pools = Value::blockList();
        for (const auto& pool : node.dhcpServer) {
            Value one = dhcpPoolValue(pool);
            pools.items.push_back(one.type == Value::Type::Map ? std::move(one) : Value::flowMap());
        }
        v.add(QStringLiteral("dhcp-server"), std::move(pools));
    }
    if (!node.dhcpRelay.empty()) v.add(QStringLiteral("dhcp-relay"), oneOrList(values(node.dhcpRelay, address)));
    if (node.rip) v.add(QStringLiteral("rip"), ripValue(*node.rip));
    if (!node.listeners.empty()) {
        Value listen;
        for (const auto& l : node.listeners)
            listen.add(QStringLiteral("%1 %2").arg(l.tcp ? QLatin1String("tcp") : QLatin1String("udp")).arg(l.port),
                       Value::word(latin(sim::config::text(l.script))));
        v.add(QStringLiteral("listen"), std::move(listen));
    }
    if (node.congestion)
        v.add(QStringLiteral("congestion-control"),
              Value::word(QLatin1String(lab::kCongestionWords[std::size_t(*node.congestion)])));
    if (node.portRange)
        v.add(QStringLiteral("ephemeral-ports"),
              Value::literal(QStringLiteral("%1-%2").arg(node.portRange->first).arg(node.portRange->second)));
    if (!node.userAgent.isEmpty()) v.add(QStringLiteral("user-agent"), Value::word(node.userAgent));
    return v;
}

Value linkValue(const lab::Link& link, const QHash<std::uint32_t, QString>& names) {
    const auto end = [&](const lab::LinkEnd& e) { return Value::word(names.value(e.node.value) + u':' + e.port); };
    Value ends = Value::flowList({end(link.a), end(link.b)});
    Value map = Value::flowMap();
    map.add(QStringLiteral("ends"), ends);
    if (link.delay) map.add(QStringLiteral("delay"), Value::literal(formatTime(*link.delay)));
    if (link.rate) map.add(QStringLiteral("rate"), Value::literal(formatRate(*link.rate)));
    if (link.queue) map.add(QStringLiteral("queue"), Value::literal(formatBytes(*link.queue)));
    if (!link.up) map.add(QStringLiteral("up"), Value::literal(QStringLiteral("false")));
    const auto& m = link.impairment;
    const auto chance = [&](const char* key, std::uint32_t parts) {
        if (parts) map.add(QLatin1String(key), Value::word(formatChance(parts)));
    };
    chance("loss", m.loss);
    chance("corrupt", m.corrupt);
    chance("duplicate", m.duplicate);
    chance("reorder", m.reorder);
    if (m.jitter.count()) map.add(QStringLiteral("jitter"), Value::literal(formatTime(m.jitter)));
    if (m.coalesce.count()) map.add(QStringLiteral("coalesce"), Value::literal(formatTime(m.coalesce)));
    if (!link.faults.empty())
        map.add(QStringLiteral("faults"), oneOrList(values(link.faults, [&](const sim::link::Fault& f) {
                    return Value::word(formatFault(f, names.value((f.end ? link.b : link.a).node.value)));
                })));
    if (map.items.size() > 1) return map;
    return withLongForm(std::move(ends), std::move(map));
}

void addIfAny(Value& v, const QString& key, Value list) {
    if (!list.items.empty()) v.add(key, std::move(list));
}

} // namespace

Value labValue(const lab::Lab& lab) {
    Value v;
    v.add(QStringLiteral("packetarium"), Value::literal(QString::number(kFormatVersion)));
    if (!lab.name.isEmpty()) v.add(QStringLiteral("name"), Value::word(lab.name));
    if (!lab.about.isEmpty()) v.add(QStringLiteral("about"), Value::word(lab.about));
    if (lab.seed != 1) v.add(QStringLiteral("seed"), Value::literal(QString::number(lab.seed)));

    QHash<std::uint32_t, QString> names;
    Value nodes;
    for (const auto& node : lab.nodes) {
        names.insert(node.id.value, node.name);
        nodes.add(node.name, nodeValue(node));
        nodes.ids.push_back(node.id.value);
    }
    addIfAny(v, QStringLiteral("nodes"), std::move(nodes));

    Value links = Value::blockList();
    for (const auto& link : lab.links) {
        links.items.push_back(linkValue(link, names));
        links.ids.push_back(link.id.value);
    }
    addIfAny(v, QStringLiteral("links"), std::move(links));

    Value areas = Value::blockList();
    for (const auto& area : lab.areas) {
        Value a = Value::flowMap();
        a.add(QStringLiteral("caption"), Value::word(area.caption));
        a.add(QStringLiteral("at"), point(area.x, area.y));
        a.add(QStringLiteral("size"), point(area.width, area.height));
        areas.items.push_back(std::move(a));
    }
    addIfAny(v, QStringLiteral("areas"), std::move(areas));

    Value notes = Value::blockList();
    for (const auto& note : lab.notes) {
        Value n = Value::flowMap();
        n.add(QStringLiteral("at"), point(note.at.x(), note.at.y()));
        n.add(QStringLiteral("text"), Value::word(note.text));
        notes.items.push_back(std::move(n));
    }
    addIfAny(v, QStringLiteral("notes"), std::move(notes));

    Value run = Value::blockList();
    for (const auto& step : lab.run) {
        Value s = Value::flowMap();
        s.add(QStringLiteral("at"), Value::literal(formatTime(step.at)));
        if (step.on != lab::NodeId{}) s.add(QStringLiteral("on"), Value::word(names.value(step.on.value)));
        s.add(QStringLiteral("do"), Value::word(step.action));
        run.items.push_back(std::move(s));
    }
    addIfAny(v, QStringLiteral("run"), std::move(run));

    Value expect = Value::blockList();
    expect.items = values(lab.expect, Value::word);
    addIfAny(v, QStringLiteral("expect"), std::move(expect));
    return v;
}

QByteArray writeLab(const lab::Lab& lab) { return blockText(labValue(lab), 0).toUtf8(); }

} // namespace model::io
