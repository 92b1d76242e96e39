#include "model/io/dns_reader.h"

#include "sim/wire/dns_text.h"

#include <QCoreApplication>

namespace model::io {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::io::Reader)
};

constexpr std::uint64_t kLongestTtl = 0x7fff'ffff;
constexpr std::size_t kMostRecords = 10'000;

std::uint32_t readTtl(const YamlNode& yaml) {
    return std::uint32_t(asWhole(yaml, Texts::tr("A TTL in seconds"), 0, kLongestTtl));
}

/// readData fills a record from "8.8.8.8" or "CNAME google.com".
void readData(const YamlNode& yaml, lab::DnsRecord& record) {
    const QString text = asWord(yaml, Texts::tr("a record's data"));
    if (!text.contains(u' ')) {
        record.address = asAddress(yaml, Texts::tr("A record's address"));
        return;
    }
    std::string why;
    const auto data = sim::wire::dns::parseData(text.toStdString(), why);
    if (!data)
        fail(yaml, Texts::tr("\"%1\" is no DNS record: %2.").arg(shown(text), QString::fromStdString(why)),
             Texts::tr(
                 "Write an address, or type and data as in a zone file: CNAME google.com, MX 10 mail.example.com."));
    if (data->type == sim::wire::dns::kA || data->type == sim::wire::dns::kAaaa)
        record.address = data->address;
    else
        record.data = QString::fromStdString(sim::wire::dns::recordText(*data));
}

std::vector<lab::DnsRecord> readRecords(Reading& reading, const YamlNode& yaml, std::uint32_t ttl, bool wildcards) {
    std::vector<lab::DnsRecord> records;
    const auto add = [&](const YamlNode& at, lab::DnsRecord record) {
        if (records.size() >= kMostRecords)
            fail(at, Texts::tr("A DNS server has at most 10000 records."),
                 Texts::tr("Spread them over several servers."));
        records.push_back(std::move(record));
    };
    if (yaml.type == YamlNode::Type::Null) return records;
    if (yaml.type == YamlNode::Type::Sequence) {
        for (const auto& item : yaml.items) {
            asMap(item, Texts::tr("a DNS record"));
            reading.knowKeys(
                item,
                {QStringLiteral("name"), QStringLiteral("address"), QStringLiteral("data"), QStringLiteral("ttl")},
                Texts::tr("a DNS record"));
            lab::DnsRecord record;
            record.ttl = ttl;
            const auto* name = value(item, "name");
            const auto* address = value(item, "address");
            const auto* data = value(item, "data");
            if (!name || (!address && !data))
                fail(item, Texts::tr("A DNS record needs a name and an address, or data."),
                     Texts::tr("Write {name: google.com, address: 8.8.8.8}."));
            record.name = readDnsName(*name, Texts::tr("a name"), wildcards);
            if (address)
                record.address = asAddress(*address, Texts::tr("A record's address"));
            else
                readData(*data, record);
            if (const auto* v = value(item, "ttl")) record.ttl = readTtl(*v);
            add(item, std::move(record));
        }
        return records;
    }
    asMap(yaml, Texts::tr("names and addresses"));
    for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
        const QString name = readDnsName(yaml.keys[i], Texts::tr("a name"), wildcards);
        oneOrMany(yaml.items[i], [&](const YamlNode& item) {
            lab::DnsRecord record{name, {}, ttl, {}};
            readData(item, record);
            add(item, std::move(record));
        });
    }
    return records;
}

lab::DnsZone readZone(Reading& reading, const YamlNode& key, const YamlNode& yaml) {
    lab::DnsZone zone;
    if (key.text != QLatin1String(".")) zone.name = readDnsName(key, Texts::tr("the name of a zone"));
    asMap(yaml, Texts::tr("a zone"));
    reading.knowKeys(yaml,
                     {QStringLiteral("soa"), QStringLiteral("ns"), QStringLiteral("ttl"), QStringLiteral("records")},
                     Texts::tr("a zone"));
    if (const auto* v = value(yaml, "soa")) {
        zone.soa = asWord(*v, Texts::tr("a SOA record"));
        std::string why;
        const auto data = sim::wire::dns::parseData("SOA " + zone.soa.toStdString(), why);
        if (!data)
            fail(*v, Texts::tr("\"%1\" is no data of a SOA record.").arg(shown(zone.soa)),
                 Texts::tr("Write server, mailbox, serial and four times: ns.example.com root.example.com 1 7200 900 "
                           "1209600 300."));
        zone.soa = QString::fromStdString(sim::wire::dns::dataText(*data));
    }
    if (const auto* v = value(yaml, "ns"))
        oneOrMany(*v, [&](const YamlNode& n) { zone.ns << readDnsName(n, Texts::tr("the name of a server")); });
    if (const auto* v = value(yaml, "ttl")) zone.ttl = readTtl(*v);
    if (const auto* v = value(yaml, "records")) {
        zone.records = readRecords(reading, *v, zone.ttl, true);
        for (const auto& r : zone.records)
            if (!sim::wire::dns::inDomain(r.name.toStdString(), zone.name.toStdString()))
                fail(*v, Texts::tr("%1 is not in the zone %2.").arg(shown(r.name), shown(zone.name)),
                     Texts::tr("Names are written whole: www.%1.").arg(zone.name));
    }
    return zone;
}

void readDnsServer(Reading& reading, const YamlNode& yaml, lab::Node& node) {
    if (yaml.type == YamlNode::Type::Scalar) {
        if (asBool(yaml, Texts::tr("\"dns-server\"")))
            node.dnsServer = lab::DnsServer{};
        else
            node.dnsServer.reset();
        return;
    }
    lab::DnsServer server;
    asMap(yaml, Texts::tr("a DNS server"));
    reading.knowKeys(yaml,
                     {QStringLiteral("records"), QStringLiteral("domains"), QStringLiteral("forward"),
                      QStringLiteral("zones"), QStringLiteral("roots"), QStringLiteral("cache")},
                     Texts::tr("a DNS server"));
    if (const auto* v = value(yaml, "records")) server.records = readRecords(reading, *v, lab::DnsRecord{}.ttl, false);
    if (const auto* v = value(yaml, "domains"))
        oneOrMany(*v, [&](const YamlNode& d) { server.domains << readDnsName(d, Texts::tr("a domain")); });
    if (const auto* v = value(yaml, "forward"))
        oneOrMany(*v, [&](const YamlNode& f) { server.forward.push_back(asAddress(f, Texts::tr("A server to ask"))); });
    if (const auto* v = value(yaml, "zones"); v && v->type != YamlNode::Type::Null) {
        asMap(*v, Texts::tr("zones"));
        for (std::size_t i = 0; i < v->keys.size(); ++i)
            server.zones.push_back(readZone(reading, v->keys[i], v->items[i]));
    }
    if (const auto* v = value(yaml, "roots")) {
        oneOrMany(*v, [&](const YamlNode& f) { server.roots.push_back(asAddress(f, Texts::tr("A root server"))); });
        if (!server.forward.empty())
            fail(*v, Texts::tr("A DNS server asks others for everything, or begins at the root, not both."),
                 Texts::tr("Leave \"forward\" or \"roots\" out."));
    }
    if (const auto* v = value(yaml, "cache"))
        server.cache = int(asWhole(*v, Texts::tr("The size of a cache"), 0, 10'000));
    node.dnsServer = server;
}

} // namespace

QString readDnsName(const YamlNode& yaml, const QString& what, bool wildcard) {
    QString text = asText(yaml, what);
    static const QString kLetters = QStringLiteral("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    const QString plain =
        wildcard && (text == QLatin1String("*") || text.startsWith(QLatin1String("*."))) ? u'x' + text.mid(1) : text;
    bool good = !plain.isEmpty() && plain.size() <= 253 && !plain.startsWith(u'.') && !plain.endsWith(u'.') &&
                !plain.contains(QLatin1String(".."));
    for (const QChar c : plain.toLower())
        good = good && kLetters.contains(c);
    for (const auto& label : plain.split(u'.'))
        good = good && label.size() <= 63;
    if (!good)
        fail(yaml, Texts::tr("\"%1\" is no name that DNS can hold.").arg(shown(text)),
             Texts::tr("Write one like www.example.com: letters, digits, dots and dashes."));
    return text;
}

void readNames(Reading& reading, const YamlNode& map, lab::Node& node) {
    if (const auto* v = value(map, "dns"))
        oneOrMany(*v, [&](const YamlNode& a) { node.dns.push_back(asAddress(a, Texts::tr("A DNS server"))); });
    if (const auto* v = value(map, "search")) {
        oneOrMany(*v, [&](const YamlNode& d) { node.search << readDnsName(d, Texts::tr("a domain")); });
        if (node.search.size() > 32)
            fail(*v, Texts::tr("A search list has at most 32 domains."),
                 Texts::tr("Take some away: each is asked for, one after the other."));
    }
    if (const auto* v = value(map, "ndots")) node.ndots = int(asWhole(*v, Texts::tr("The number of dots"), 0, 15));
    if (const auto* v = value(map, "dns-server")) readDnsServer(reading, *v, node);
}

} // namespace model::io
