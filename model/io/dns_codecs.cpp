// DNS servers and their records: what their descriptions need besides the plain types.
#include "model/io/described_parts.h"
#include "model/io/plain_codecs.h"
#include "model/io/texts.h"
#include "model/lab/service_keys.h"
#include "sim/wire/dns_text.h"

#include <set>

namespace model::io {

namespace {

constexpr std::size_t kMostRecords = 10'000;

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
        fail(yaml, Texts::tr("\"%1\" is not a DNS record: %2.").arg(shown(text), QString::fromStdString(why)),
             Texts::tr(
                 "Write an address, or type and data as in a zone file: CNAME google.com, MX 10 mail.example.com."));
    if (data->type == sim::wire::dns::kA || data->type == sim::wire::dns::kAaaa)
        record.address = data->address;
    else
        record.data = QString::fromStdString(sim::wire::dns::recordText(*data));
}

Value dataValue(const lab::DnsRecord& r) {
    return Value::word(r.data.isEmpty() ? latin(r.address.toString()) : r.data);
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
            lab::DnsRecord record;
            record.ttl = ttl;
            GroupIo<lab::DnsRecord>::read(reading, item, record);
            if (!wildcards) asDnsName(*value(item, "name"), Texts::tr("a name"));
            add(item, std::move(record));
        }
        return records;
    }
    asMap(yaml, Texts::tr("names and addresses"));
    for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
        const QString name = asDnsName(yaml.keys[i], Texts::tr("a name"), wildcards);
        oneOrMany(yaml.items[i], [&](const YamlNode& item) {
            lab::DnsRecord record{name, {}, ttl, {}};
            readData(item, record);
            add(item, std::move(record));
        });
    }
    return records;
}

/// recordsValue is a map of names when each name's records stand together and live as long as usual; else a list.
Value recordsValue(const std::vector<lab::DnsRecord>& records, std::uint32_t ttl, const Writing& writing) {
    std::set<QString> names;
    bool simple = true;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const bool goesOn = i > 0 && records[i - 1].name == records[i].name;
        simple = simple && records[i].ttl == ttl && (goesOn || names.insert(records[i].name).second);
    }
    if (!simple) {
        Value list = Value::blockList();
        for (const auto& r : records)
            list.items.push_back(GroupIo<lab::DnsRecord>::write(r, writing));
        return list;
    }
    Value map;
    for (std::size_t i = 0; i < records.size();) {
        const QString name = records[i].name;
        std::vector<Value> items;
        for (; i < records.size() && records[i].name == name; ++i)
            items.push_back(dataValue(records[i]));
        map.add(name, alone(std::move(items)));
    }
    return map;
}

Value dataSchema() { return json::matching(QStringLiteral("^(%1|[A-Za-z0-9]+ .*)$").arg(patterns::address())); }

} // namespace

template <>
struct Codec<lab::RecordAddress> : Codec<lab::Address> {
    static void read(Reading&, const YamlNode& yaml, const lab::RecordAddress&, const QString& what,
                     sim::wire::IpAddress& address) {
        address = asAddress(yaml, what);
    }
    static std::optional<Value> write(const lab::RecordAddress&, const sim::wire::IpAddress&,
                                      const lab::DnsRecord& record, const Writing&) {
        if (!record.data.isEmpty()) return std::nullopt;
        return dataValue(record);
    }
    static Value schema(const lab::RecordAddress&) { return json::reference(QStringLiteral("address")); }
    static QString word(const lab::RecordAddress&) { return QStringLiteral("address"); }
};

template <>
struct Codec<lab::RecordData> {
    static void read(Reading&, const YamlNode& yaml, const lab::RecordData&, const QString&, QString&,
                     lab::DnsRecord& record) {
        if (record.address.isNone()) readData(yaml, record);
    }
    static Value write(const lab::RecordData&, const QString& data) { return Value::word(data); }
    static Value schema(const lab::RecordData&) { return dataSchema(); }
    static QString word(const lab::RecordData&) { return QStringLiteral("type and data"); }
};

template <>
struct Rules<lab::DnsRecord> : AnyRules<lab::DnsRecord> {
    static void begin(Reading&, const YamlNode& yaml, lab::DnsRecord&) {
        if (!value(yaml, "address") && !value(yaml, "data"))
            fail(yaml, Texts::tr("A DNS record needs a name and an address, or data."),
                 Texts::tr("Write {name: google.com, address: 8.8.8.8}."));
    }
    static Value constraints() { return json::needs("anyOf", "address", "data"); }
};

template <>
struct Codec<lab::RecordList> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::RecordList&, const QString&,
                     std::vector<lab::DnsRecord>& records, lab::DnsServer&) {
        records = readRecords(reading, yaml, lab::DnsRecord{}.ttl, false);
    }
    static void read(Reading& reading, const YamlNode& yaml, const lab::RecordList&, const QString&,
                     std::vector<lab::DnsRecord>& records, lab::DnsZone& zone) {
        records = readRecords(reading, yaml, zone.ttl, true);
        for (const auto& r : records)
            if (!sim::wire::dns::inDomain(r.name.toStdString(), zone.name.toStdString()))
                fail(yaml, Texts::tr("%1 is not in the zone %2.").arg(shown(r.name), shown(zone.name)),
                     Texts::tr("Names are written whole: www.%1.").arg(zone.name));
    }
    static Value write(const lab::RecordList&, const std::vector<lab::DnsRecord>& records, const lab::DnsServer&,
                       const Writing& writing) {
        return recordsValue(records, lab::DnsRecord{}.ttl, writing);
    }
    static Value write(const lab::RecordList&, const std::vector<lab::DnsRecord>& records, const lab::DnsZone& zone,
                       const Writing& writing) {
        return recordsValue(records, zone.ttl, writing);
    }
    static Value schema(const lab::RecordList&) { return json::reference(QStringLiteral("records")); }
    static QString word(const lab::RecordList&) {
        return QStringLiteral("map: name to address or data; or list: %1").arg(json::link(QStringLiteral("record")));
    }
};

template <>
struct Codec<lab::SoaText> {
    static void read(Reading&, const YamlNode& yaml, const lab::SoaText&, const QString& what, QString& soa) {
        soa = asWord(yaml, what);
        std::string why;
        const auto data = sim::wire::dns::parseData("SOA " + soa.toStdString(), why);
        if (!data)
            fail(yaml, Texts::tr("\"%1\" is not the data of a SOA record.").arg(shown(soa)),
                 Texts::tr("Write server, mailbox, serial and four times: ns.example.com root.example.com 1 7200 900 "
                           "1209600 300."));
        soa = QString::fromStdString(sim::wire::dns::dataText(*data));
    }
    static Value write(const lab::SoaText&, const QString& soa) { return Value::word(soa); }
    static Value schema(const lab::SoaText&) { return json::matching(QStringLiteral("^ *\\S+ +\\S+( +[0-9]+){5} *$")); }
    static QString word(const lab::SoaText&) { return QStringLiteral("data of a SOA record"); }
};

template <>
struct Rules<lab::DnsZone> : AnyRules<lab::DnsZone> {
    static void shape(Value& map, const lab::DnsZone& zone) { map.flow = zone.records.empty(); }
};

template <>
struct Codec<lab::ZoneMap> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::ZoneMap&, const QString&,
                     std::vector<lab::DnsZone>& zones) {
        zones.clear();
        if (yaml.type == YamlNode::Type::Null) return;
        asMap(yaml, Texts::tr("zones"));
        for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
            lab::DnsZone zone;
            if (yaml.keys[i].text != QLatin1String("."))
                zone.name = asDnsName(yaml.keys[i], Texts::tr("the name of a zone"));
            GroupIo<lab::DnsZone>::read(reading, yaml.items[i], zone);
            zones.push_back(std::move(zone));
        }
    }
    static Value write(const lab::ZoneMap&, const std::vector<lab::DnsZone>& zones, const lab::DnsServer&,
                       const Writing& writing) {
        Value map;
        for (const auto& zone : zones)
            map.add(zone.name.isEmpty() ? QStringLiteral(".") : zone.name, GroupIo<lab::DnsZone>::write(zone, writing));
        return map;
    }
    static Value schema(const lab::ZoneMap&) {
        return json::orNull(json::mapOf(patterns::whole(QStringLiteral("(\\.|%1)").arg(patterns::dnsName())),
                                        json::reference(QStringLiteral("zone"))));
    }
    static QString word(const lab::ZoneMap&) {
        return QStringLiteral("map: name to %1").arg(json::link(QStringLiteral("zone")));
    }
};

template <>
struct Rules<lab::DnsServer> : AnyRules<lab::DnsServer> {
    static void finish(Reading&, const YamlNode& yaml, lab::DnsServer& server) {
        if (const auto* roots = value(yaml, "roots"); roots && !server.forward.empty())
            fail(*roots, Texts::tr("A DNS server asks others for everything, or begins at the root, not both."),
                 Texts::tr("Leave \"forward\" or \"roots\" out."));
    }
    static void shape(Value& map, const lab::DnsServer& server) {
        map.flow = server.records.empty() && server.zones.empty();
    }
};

template struct GroupIo<lab::DnsRecord>;
template struct GroupIo<lab::DnsZone>;
template struct GroupIo<lab::DnsServer>;

void addDnsGroups(std::vector<GroupInfo>& groups) {
    groups.push_back(groupInfo<lab::DnsServer>());
    groups.push_back(groupInfo<lab::DnsZone>());
    groups.push_back(groupInfo<lab::DnsRecord>());
}

} // namespace model::io
