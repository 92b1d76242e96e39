#include "model/io/service_reader.h"

#include <QCoreApplication>

namespace model::io {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::io::Reader)
};

using sim::wire::IpAddress;

IpAddress readV4(const YamlNode& yaml, const QString& what) {
    const auto address = asAddress(yaml, what);
    if (!address.isV4())
        fail(yaml, Texts::tr("%1 is an IPv4 address here.").arg(what),
             Texts::tr("Write four numbers from 0 to 255, such as 192.168.0.1; IPv6 is not simulated yet."));
    return address;
}

sim::wire::Prefix readNetwork(const YamlNode& yaml, const QString& what) {
    const auto prefix = asPrefix(yaml, what);
    if (!prefix.address.isV4())
        fail(yaml, Texts::tr("%1 is an IPv4 network here.").arg(what),
             Texts::tr("Write it like 192.168.0.0/24; IPv6 is not simulated yet."));
    if (prefix != prefix.network())
        fail(yaml, Texts::tr("\"%1\" is an address, not a network.").arg(shown(yaml.text)),
             Texts::tr("Write %1.").arg(QString::fromStdString(prefix.network().toString())));
    return prefix;
}

QString readLabel(const YamlNode& yaml, const QString& what) {
    QString text = asText(yaml, what, 253);
    for (const QChar c : text)
        if (c.unicode() > 0x7e || (!c.isLetterOrNumber() && c != u'-' && c != u'.'))
            fail(yaml, Texts::tr("\"%1\" is no name that DNS can hold.").arg(shown(text)),
                 Texts::tr("Write one like home.lan: letters, digits, dots and dashes."));
    return text;
}

void readPool(const YamlNode& yaml, lab::DhcpPool& pool) {
    const QString text = asWord(yaml, Texts::tr("a pool of addresses"));
    const auto first = IpAddress::parse(text.section(u'-', 0, 0).trimmed().toStdString());
    const auto last = IpAddress::parse(text.section(u'-', 1).trimmed().toStdString());
    if (!first || !last || !first->isV4() || !last->isV4())
        fail(yaml, Texts::tr("\"%1\" is no range of addresses.").arg(shown(text)),
             Texts::tr("Write it like 192.168.0.100-192.168.0.110."));
    if (last->toV4() < first->toV4())
        fail(yaml, Texts::tr("The range \"%1\" ends before it begins.").arg(shown(text)),
             Texts::tr("Write the smaller address first."));
    if (last->toV4() - first->toV4() > 0xffff)
        fail(yaml, Texts::tr("The range \"%1\" holds more than 65536 addresses.").arg(shown(text)),
             Texts::tr("Give the clients of one network a part of it."));
    pool.first = *first;
    pool.last = *last;
}

void readReservation(Reading& reading, const YamlNode& key, const YamlNode& yaml, lab::DhcpPool& pool) {
    lab::DhcpPool::Reservation r;
    r.mac = asMac(key, Texts::tr("A MAC address"));
    if (yaml.type == YamlNode::Type::Map) {
        reading.knowKeys(yaml, {QStringLiteral("address"), QStringLiteral("name")}, Texts::tr("a reservation"));
        const auto* address = value(yaml, "address");
        if (!address)
            fail(yaml, Texts::tr("A reservation needs an address."),
                 Texts::tr("Write {address: 192.168.0.9, name: printer}."));
        r.address = readV4(*address, Texts::tr("A reserved address"));
        if (const auto* name = value(yaml, "name")) r.name = readLabel(*name, Texts::tr("the name of a host"));
    } else {
        r.address = readV4(yaml, Texts::tr("A reserved address"));
    }
    pool.reservations.push_back(r);
}

lab::DhcpPool readDhcpPool(Reading& reading, const YamlNode& yaml) {
    lab::DhcpPool pool;
    asMap(yaml, Texts::tr("a DHCP server"));
    reading.knowKeys(yaml,
                     {QStringLiteral("pool"), QStringLiteral("network"), QStringLiteral("lease"),
                      QStringLiteral("router"), QStringLiteral("dns"), QStringLiteral("domain"), QStringLiteral("ping"),
                      QStringLiteral("authoritative"), QStringLiteral("reservations")},
                     Texts::tr("a DHCP server"));
    if (const auto* v = value(yaml, "pool")) readPool(*v, pool);
    if (const auto* v = value(yaml, "network")) pool.network = readNetwork(*v, Texts::tr("A pool's network"));
    if (const auto* v = value(yaml, "lease")) {
        const auto lease = asTime(*v, Texts::tr("A lease"), std::chrono::hours(24 * 365));
        if (lease < std::chrono::minutes(2))
            fail(*v, Texts::tr("A lease lasts at least 2 minutes."), Texts::tr("Write \"lease: 2min\"."));
        if (lease % std::chrono::seconds(1) != std::chrono::seconds(0))
            fail(*v, Texts::tr("A lease lasts whole seconds."), Texts::tr("Write \"lease: 2min\"."));
        pool.lease = lease;
    }
    if (const auto* v = value(yaml, "router")) pool.router = readV4(*v, Texts::tr("A router"));
    if (const auto* v = value(yaml, "dns"))
        oneOrMany(*v, [&](const YamlNode& a) { pool.dns.push_back(readV4(a, Texts::tr("A DNS server"))); });
    if (const auto* v = value(yaml, "domain")) pool.domain = readLabel(*v, Texts::tr("a domain"));
    if (const auto* v = value(yaml, "ping")) pool.ping = asBool(*v, Texts::tr("\"ping\""));
    if (const auto* v = value(yaml, "authoritative")) pool.authoritative = asBool(*v, Texts::tr("\"authoritative\""));
    if (const auto* v = value(yaml, "reservations"); v && v->type != YamlNode::Type::Null) {
        asMap(*v, Texts::tr("reservations"));
        for (std::size_t i = 0; i < v->keys.size(); ++i)
            readReservation(reading, v->keys[i], v->items[i], pool);
    }
    return pool;
}

lab::Rip readRip(Reading& reading, const YamlNode& yaml, const lab::Node& node) {
    lab::Rip rip;
    asMap(yaml, Texts::tr("RIP"));
    reading.knowKeys(yaml,
                     {QStringLiteral("timers"), QStringLiteral("networks"), QStringLiteral("passive"),
                      QStringLiteral("poisoned-reverse"), QStringLiteral("redistribute"),
                      QStringLiteral("default-originate")},
                     Texts::tr("RIP"));
    if (const auto* v = value(yaml, "timers")) {
        const QString hint = Texts::tr("Write the times of update, timeout and garbage collection: [30s, 180s, 120s].");
        if (asList(*v, Texts::tr("timers")).items.size() != 3) fail(*v, Texts::tr("RIP has three timers."), hint);
        sim::kernel::SimTime* const times[] = {&rip.timers.update, &rip.timers.timeout, &rip.timers.garbage};
        for (std::size_t i = 0; i < 3; ++i) {
            *times[i] = asTime(v->items[i], Texts::tr("A timer"), std::chrono::hours(1));
            if (*times[i] < std::chrono::seconds(2))
                fail(v->items[i], Texts::tr("A timer of RIP is at least 2s."), hint);
        }
    }
    if (const auto* v = value(yaml, "networks"))
        oneOrMany(*v, [&](const YamlNode& n) { rip.networks.push_back(readNetwork(n, Texts::tr("A network"))); });
    if (const auto* v = value(yaml, "passive"))
        oneOrMany(*v, [&](const YamlNode& p) {
            const QString name = asText(p, Texts::tr("the name of an interface"));
            if (!node.port(name))
                fail(p, Texts::tr("There is no interface \"%1\" to be passive.").arg(shown(name)),
                     Texts::tr("Name one of the node's interfaces."));
            rip.passive << name;
        });
    if (const auto* v = value(yaml, "poisoned-reverse"))
        rip.poisonedReverse = asBool(*v, Texts::tr("\"poisoned-reverse\""));
    if (const auto* v = value(yaml, "default-originate"))
        rip.defaultOriginate = asBool(*v, Texts::tr("\"default-originate\""));
    if (const auto* v = value(yaml, "redistribute"))
        oneOrMany(*v, [&](const YamlNode& w) {
            const QString word = asText(w, Texts::tr("what to redistribute"));
            if (word == QLatin1String("connected"))
                rip.redistributeConnected = true;
            else if (word == QLatin1String("static"))
                rip.redistributeStatic = true;
            else
                fail(w, Texts::tr("RIP cannot redistribute \"%1\".").arg(shown(word)),
                     Texts::tr("It can redistribute: connected, static."));
        });
    return rip;
}

} // namespace

void readDhcpClient(const YamlNode& yaml, lab::Port& port) {
    const auto* host = value(yaml, "hostname");
    const auto* check = value(yaml, "check");
    if (!port.dhcp)
        fail(host ? *host : *check, Texts::tr("Only an interface that gets its address by DHCP has this."),
             Texts::tr("Write \"address: dhcp\"."));
    if (host) port.dhcp->hostName = readLabel(*host, Texts::tr("the name of a host"));
    if (check) port.dhcp->check = asBool(*check, Texts::tr("\"check\""));
}

void readServices(Reading& reading, const YamlNode& map, lab::Node& node) {
    if (const auto* v = value(map, "dhcp-server")) {
        node.dhcpServer.clear();
        if (v->type == YamlNode::Type::Sequence) {
            for (const auto& pool : v->items)
                node.dhcpServer.push_back(readDhcpPool(reading, pool));
        } else if (v->type == YamlNode::Type::Map) {
            node.dhcpServer.push_back(readDhcpPool(reading, *v));
        } else if (asBool(*v, Texts::tr("\"dhcp-server\""))) {
            node.dhcpServer.emplace_back();
        }
    }
    if (const auto* v = value(map, "dhcp-relay")) {
        oneOrMany(*v, [&](const YamlNode& a) { node.dhcpRelay.push_back(readV4(a, Texts::tr("A DHCP server"))); });
        if (!node.dhcpServer.empty())
            fail(*v, Texts::tr("A node is a DHCP server or a relay, not both."), Texts::tr("Leave one of them out."));
    }
    if (const auto* v = value(map, "rip")) {
        if (v->type == YamlNode::Type::Map)
            node.rip = readRip(reading, *v, node);
        else if (asBool(*v, Texts::tr("\"rip\"")))
            node.rip = lab::Rip{};
    }
}

} // namespace model::io
