// Random labs and random edits by seed, for tests of what holds for all labs.
#pragma once

#include "model/lab/kinds.h"

#include <QStringList>

#include <algorithm>
#include <random>

namespace tests {

namespace lab = model::lab;
using Random = std::mt19937;

inline int below(Random& random, int n) { return int(random() % unsigned(n)); }

inline QString randomText(Random& random) {
    static const QString kLetters = QStringLiteral("abc XYZ019:#-,[]{}&*!|>'\"%@`~?=<\\/.äß€\n\t");
    QString text;
    for (int n = below(random, 12); n > 0; --n)
        text += kLetters[below(random, int(kLetters.size()))];
    static const QStringList kTraps{
        QStringLiteral("yes"),  QStringLiteral("010"),    QStringLiteral("~"),
        QStringLiteral("null"), QStringLiteral("1e3"),    QStringLiteral("a: b"),
        QStringLiteral(" x"),   QStringLiteral("12:30"),  QStringLiteral("---"),
        QStringLiteral("a #b"), QStringLiteral("1\n2\n"), QStringLiteral("<p>\n  <b>x</b>\n\n</p>\n")};
    return below(random, 3) == 0 ? kTraps[below(random, int(kTraps.size()))] : text;
}

inline sim::wire::IpAddress randomAddress(Random& random) {
    if (below(random, 5) > 0) return sim::wire::IpAddress::v4(std::uint32_t(random()));
    std::array<std::uint8_t, 16> bytes{};
    for (auto& b : bytes)
        b = below(random, 2) ? std::uint8_t(random()) : 0;
    return sim::wire::IpAddress::v6(bytes);
}

inline void randomSettings(Random& random, lab::Node& node) {
    const auto maybe = [&] { return below(random, 2) == 0; };
    node.at = QPointF(below(random, 2000) - 1000, below(random, 100'000) / 100.0);
    for (auto& port : node.ports) {
        if (maybe()) port.mac = sim::wire::MacAddress::fromNumber(0x0200'0000'0000 + random() % 100'000);
        for (int n = below(random, 3); n > 0; --n)
            port.addresses.push_back({randomAddress(random), std::uint8_t(below(random, 33))});
        if (maybe()) port.mtu = 68 + below(random, 9000);
    }
    if (maybe()) node.gateway = randomAddress(random);
    for (int n = below(random, 3); n > 0; --n) {
        const auto address = randomAddress(random);
        lab::Route route;
        route.to = sim::wire::Prefix{address, std::uint8_t(below(random, 33))}.network();
        route.via = randomAddress(random);
        if (maybe()) route.dev = node.ports.front().name;
        route.metric = std::uint32_t(below(random, 3));
        route.kind = lab::Route::Kind(below(random, 4));
        if (maybe()) route.src = sim::wire::IpAddress::v4(std::uint32_t(random()));
        if (maybe()) route.table = 100;
        if (maybe() && route.kind == lab::Route::Kind::Unicast) {
            route.hops = {{route.via, route.dev, std::uint32_t(1 + below(random, 3))},
                          {randomAddress(random), {}, 256}};
            route.via = {};
            route.dev.clear();
        }
        node.routes.push_back(route);
    }
    for (int n = below(random, 3); n > 0; --n) {
        sim::config::RuleConfig rule;
        if (maybe())
            rule.from = sim::wire::Prefix{randomAddress(random), std::uint8_t(1 + below(random, 32))}.network();
        if (maybe()) rule.in = node.ports.front().name.toStdString();
        rule.action = sim::config::RuleConfig::Action(below(random, 4));
        if (rule.action == sim::config::RuleConfig::Action::Lookup) rule.table = 100;
        if (maybe()) rule.priority = 1 + std::uint32_t(below(random, 1000));
        node.rules.push_back(rule);
    }
    if (maybe()) node.firewall = {QStringLiteral("drop tcp to port 80"), QStringLiteral("policy forward drop")};
    if (maybe()) node.loopback.push_back({randomAddress(random), 32});
    for (int n = below(random, 3); n > 0; --n)
        node.neighbours.push_back({sim::wire::IpAddress::v4(std::uint32_t(0x0a00'0000 + 16 * n + below(random, 16))),
                                   sim::wire::MacAddress::fromNumber(random() % 100'000)});
    for (int n = below(random, 3); n > 0; --n)
        node.dns.push_back(randomAddress(random));
    if (maybe()) node.forwarding = maybe();
    if (maybe()) {
        node.nat = lab::Nat{node.ports.front().name};
        if (maybe())
            node.nat->forwards.push_back(
                {maybe(), 8080, sim::wire::IpAddress::v4(std::uint32_t(random())), std::uint16_t(maybe() ? 8080 : 80)});
        node.nat->hairpin = maybe();
    } else
        node.nat.reset();
    if (maybe())
        node.dnsServer = lab::DnsServer{{{QStringLiteral("a.b"), randomAddress(random), maybe() ? 300u : 5u},
                                         {QStringLiteral("c.d"), randomAddress(random)}},
                                        {QStringLiteral("com")},
                                        maybe(),
                                        {randomAddress(random)}};
    else
        node.dnsServer.reset();
    if (node.dnsServer && maybe()) {
        node.dnsServer->records.push_back(
            {QStringLiteral("w.x"), {}, maybe() ? 300u : 9u, QStringLiteral("CNAME a.b")});
        node.dnsServer->records.push_back({QStringLiteral("w.x"), {}, 300, QStringLiteral("TXT \"a: b\" \"#\"")});
        node.dnsServer->cache = below(random, 10'000);
    }
    if (node.dnsServer && maybe()) {
        lab::DnsZone zone;
        if (maybe()) zone.name = QStringLiteral("z.y");
        if (maybe()) zone.soa = QStringLiteral("ns.z.y root.z.y 1 2 3 4 5");
        if (maybe()) zone.ns << QStringLiteral("ns.z.y") << QStringLiteral("ns.other");
        if (maybe()) zone.ttl = 60;
        if (maybe()) zone.records.push_back({QStringLiteral("*.z.y"), randomAddress(random), zone.ttl, {}});
        if (maybe())
            zone.records.push_back(
                {QStringLiteral("b.z.y"), {}, maybe() ? zone.ttl : 7, QStringLiteral("MX 10 a.z.y")});
        node.dnsServer->zones.push_back(zone);
    }
    if (node.dnsServer && maybe()) {
        node.dnsServer->forward.clear();
        node.dnsServer->roots.push_back(randomAddress(random));
    }
    if (maybe()) node.search.push_back("home.lan");
    if (maybe())
        node.hosts = {{"files.lan", sim::wire::IpAddress::v4(std::uint32_t(random()))}};
    else if (maybe())
        node.hosts.assign(1, {}); // "hosts: lab"
    if (maybe()) node.ndots = below(random, 16);
    if (maybe())
        node.webServer =
            lab::WebServer{std::uint16_t(1 + below(random, 65535)),
                           {{QStringLiteral("/"), randomText(random)}, {QStringLiteral("/x"), randomText(random)}}};
    else
        node.webServer.reset();
    if (node.webServer && maybe()) {
        lab::Page page{QStringLiteral("/large")};
        if (maybe())
            page.size = 1 + std::uint64_t(below(random, 1000)) * 1000;
        else
            page.body = randomText(random);
        if (maybe()) page.type = QStringLiteral("text/x; charset=a");
        page.type.remove(u' ');
        page.chunked = maybe();
        node.webServer->pages.push_back(page);
        lab::Page moved{QStringLiteral("/old")};
        moved.redirect = QStringLiteral("http://a.b/?x#y");
        if (maybe()) moved.status = 307;
        node.webServer->hosts.push_back({QStringLiteral("www.a.b"), {moved}});
        if (maybe()) node.webServer->hosts.push_back({QStringLiteral("empty.b"), {}});
    }
    if (maybe()) node.congestion = sim::stack::TcpCongestion(below(random, 3));
    if (maybe())
        node.listeners.push_back(
            {maybe(), std::uint16_t(1 + below(random, 65535)), {{.op = sim::config::ScriptStep::Op::Drain}}});
    node.dhcpServer.clear();
    if (maybe()) {
        lab::DhcpPool pool;
        if (maybe()) pool.first = pool.last = sim::wire::IpAddress::v4(std::uint32_t(random()));
        if (maybe()) pool.network = sim::wire::Prefix{sim::wire::IpAddress::v4(std::uint32_t(random())), 20}.network();
        if (maybe()) pool.lease = std::chrono::seconds(120 + below(random, 9000));
        if (maybe()) pool.router = sim::wire::IpAddress::v4(std::uint32_t(random()));
        if (maybe()) pool.dns.push_back(sim::wire::IpAddress::v4(std::uint32_t(random())));
        if (maybe()) pool.domain = QStringLiteral("home.lan");
        pool.ping = maybe();
        pool.authoritative = maybe();
        if (maybe())
            pool.reservations.push_back({sim::wire::MacAddress::fromNumber(2), sim::wire::IpAddress::v4(7),
                                         maybe() ? QStringLiteral("x") : QString()});
        node.dhcpServer.assign(std::size_t(1 + below(random, 2)), pool);
    } else if (maybe()) {
        node.dhcpRelay.push_back(sim::wire::IpAddress::v4(std::uint32_t(random())));
    }
    if (maybe()) {
        lab::Rip rip;
        if (maybe()) rip.update = std::chrono::seconds(5);
        if (maybe()) rip.networks.push_back({sim::wire::IpAddress::v4(0x0a00'0000), 8});
        if (maybe()) rip.passive.push_back(node.ports.front().name.toStdString());
        rip.poisonedReverse = maybe();
        rip.splitHorizon = rip.poisonedReverse || maybe();
        rip.redistributeConnected = maybe();
        rip.redistributeStatic = maybe();
        rip.defaultOriginate = maybe();
        node.rip = rip;
    }
    for (auto& port : node.ports)
        if (port.addresses.empty() && maybe())
            port.dhcp = lab::DhcpClient{maybe() ? QStringLiteral("pc") : QString(), maybe()};
    if (maybe())
        node.sysctl.push_back({sim::config::Sysctl::RpFilter, maybe() ? "all" : node.ports.front().name.toStdString(),
                               std::uint32_t(below(random, 3))});
    if (maybe()) node.sysctl.push_back({sim::config::Sysctl::TcpSynRetries, {}, 2});
    for (auto& port : node.ports)
        if (!port.tunnel && !port.dhcp && below(random, 3) == 0) {
            port.automatic = true;
            port.addresses.clear();
            if (maybe())
                port.addresses.push_back(
                    {sim::wire::IpAddress::v4(std::uint32_t(random())), std::uint8_t(below(random, 33))});
        }
    if (maybe()) node.portRange = {std::uint16_t(1024), std::uint16_t(1024 + below(random, 1000))};
    if (maybe()) node.userAgent = "sim/1 #" + std::to_string(below(random, 9)) + ": x";
}

inline void addRandomNode(Random& random, lab::Lab& l, std::uint32_t id) {
    const auto kind = lab::allKinds()[std::size_t(below(random, 7))];
    auto node = lab::makeNode(kind, lab::freeName(l, lab::baseName(kind)), {});
    node.id = {id};
    randomSettings(random, node);
    l.nodes.insert(l.nodes.begin() + below(random, int(l.nodes.size()) + 1), node);
}

inline void addRandomLink(Random& random, lab::Lab& l, std::uint32_t id) {
    if (l.nodes.size() < 2) return;
    lab::Link link;
    link.id = {id};
    const auto& a = l.nodes[std::size_t(below(random, int(l.nodes.size())))];
    const auto& b = l.nodes[std::size_t(below(random, int(l.nodes.size())))];
    const auto& pa = a.ports[std::size_t(below(random, int(a.ports.size())))];
    const auto& pb = b.ports[std::size_t(below(random, int(b.ports.size())))];
    if (a.id == b.id || pa.tunnel || pb.tunnel || l.linkAt(a.id, pa.name) || l.linkAt(b.id, pb.name)) return;
    link.a = {a.id, pa.name};
    link.b = {b.id, pb.name};
    if (below(random, 2)) link.delay = sim::kernel::SimTime(below(random, 1'000'000'000));
    if (below(random, 2)) link.rate = 1 + random() % 1'000'000'000;
    if (below(random, 2)) link.queue = 1 + random() % 1'000'000;
    if (below(random, 4) == 0) {
        link.impairment.loss = random() % 1'000'001;
        link.impairment.jitter = sim::kernel::SimTime(below(random, 1000) * 1'000'000);
        link.faults.push_back({std::uint8_t(below(random, 2)),
                               sim::link::FaultWhat(below(random, 8)),
                               sim::link::FaultKind(below(random, 3)),
                               {1, 2, 3, 7}});
    }
    link.up = below(random, 4) > 0;
    l.links.push_back(link);
}

inline lab::Lab randomLab(Random& random) {
    lab::Lab l;
    l.name = randomText(random);
    l.about = randomText(random);
    l.seed = 1 + random() % 3;
    l.addressing = lab::Addressing(below(random, 3));
    const int nodes = below(random, 8);
    for (int i = 0; i < nodes; ++i)
        addRandomNode(random, l, std::uint32_t(i) + 1);
    for (int i = 0; i < nodes; ++i)
        addRandomLink(random, l, std::uint32_t(i) + 1);
    for (int i = below(random, 3); i > 0; --i)
        l.notes.push_back({randomText(random), QPointF(below(random, 99), -3)});
    for (int i = below(random, 3); i > 0; --i)
        l.areas.push_back({randomText(random), 1, 2, 3.5, 4});
    for (int i = below(random, 3); i > 0 && nodes > 0; --i)
        l.run.push_back({sim::kernel::SimTime(below(random, 2'000'000'000)),
                         l.nodes[std::size_t(below(random, nodes))].id, randomText(random).simplified()});
    for (int i = below(random, 3); i > 0; --i)
        l.expect << randomText(random);
    return l;
}

/// randomEdit does one thing that a person might do.
inline void randomEdit(Random& random, lab::Lab& l, std::uint32_t& next) {
    const int what = below(random, 9);
    if (what == 0) return addRandomNode(random, l, next++);
    if (what == 1) return addRandomLink(random, l, next++);
    if (what == 2) l.name = randomText(random);
    if (what == 3) l.expect << randomText(random);
    if (l.nodes.empty()) return;
    const auto place = std::size_t(below(random, int(l.nodes.size())));
    auto& node = l.nodes[place];
    if (what == 4) node.at += QPointF(1, 1);
    if (what == 5) node.name = lab::freeName(l, QStringLiteral("new"));
    if (what == 6) {
        lab::Node fresh = lab::makeNode(node.kind, node.name, {});
        fresh.id = node.id;
        for (const auto& port : node.ports)
            if (!fresh.port(port.name)) fresh.ports.push_back({port.name, {}, {}, {}, false});
        randomSettings(random, fresh);
        node = fresh;
    }
    if (what == 7) {
        const auto id = node.id;
        std::erase_if(l.links, [&](const auto& link) { return link.a.node == id || link.b.node == id; });
        std::erase_if(l.run, [&](const auto& step) { return step.on == id; });
        l.nodes.erase(l.nodes.begin() + long(place));
    }
    if (what == 8 && !l.links.empty()) l.links.erase(l.links.begin() + below(random, int(l.links.size())));
}

} // namespace tests
