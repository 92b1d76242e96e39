#include "model/io/service_value.h"

#include "model/io/quantities.h"
#include "model/lab/kinds.h"

#include <algorithm>
#include <set>

namespace model::io {

namespace {

Value address(const sim::wire::IpAddress& a) { return Value::word(QString::fromStdString(a.toString())); }
Value number(std::uint64_t n) { return Value::literal(QString::number(n)); }

/// oneOrList is a single item by itself, or a list.
Value oneOrList(std::vector<Value> items) {
    if (items.size() != 1) return Value::flowList(std::move(items));
    Value one = items.front();
    one.longForm = std::make_shared<const Value>(Value::flowList(std::move(items)));
    return one;
}

std::vector<Value> addresses(const std::vector<sim::wire::IpAddress>& list) {
    std::vector<Value> out;
    for (const auto& a : list)
        out.push_back(address(a));
    return out;
}

std::vector<Value> words(const QStringList& list) {
    std::vector<Value> out;
    for (const auto& w : list)
        out.push_back(Value::word(w));
    return out;
}

Value dataValue(const lab::DnsRecord& r) { return r.data.isEmpty() ? address(r.address) : Value::word(r.data); }

/// recordsValue is a map of names when each name's records stand together and live as long as usual; else a list.
Value recordsValue(const std::vector<lab::DnsRecord>& records, std::uint32_t ttl) {
    std::set<QString> names;
    bool simple = true;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const bool goesOn = i > 0 && records[i - 1].name == records[i].name;
        simple = simple && records[i].ttl == ttl && (goesOn || names.insert(records[i].name).second);
    }
    if (simple) {
        Value map;
        for (std::size_t i = 0; i < records.size();) {
            const QString name = records[i].name;
            std::vector<Value> items;
            for (; i < records.size() && records[i].name == name; ++i)
                items.push_back(dataValue(records[i]));
            map.add(name, oneOrList(std::move(items)));
        }
        return map;
    }
    Value list = Value::blockList();
    for (const auto& r : records) {
        Value v = Value::flowMap();
        v.add(QStringLiteral("name"), Value::word(r.name));
        v.add(r.data.isEmpty() ? QStringLiteral("address") : QStringLiteral("data"), dataValue(r));
        v.add(QStringLiteral("ttl"), number(r.ttl));
        list.items.push_back(std::move(v));
    }
    return list;
}

Value zoneValue(const lab::DnsZone& zone) {
    Value v;
    v.flow = zone.records.empty();
    if (!zone.soa.isEmpty()) v.add(QStringLiteral("soa"), Value::word(zone.soa));
    if (!zone.ns.isEmpty()) v.add(QStringLiteral("ns"), oneOrList(words(zone.ns)));
    if (zone.ttl != lab::DnsZone{}.ttl) v.add(QStringLiteral("ttl"), number(zone.ttl));
    if (!zone.records.empty()) v.add(QStringLiteral("records"), recordsValue(zone.records, zone.ttl));
    return v;
}

Value pageValue(const lab::Page& page) {
    const lab::Page plain{page.path, page.body};
    if (page == plain) return Value::word(page.body);
    Value v = Value::flowMap();
    if (!page.body.isEmpty()) v.add(QStringLiteral("text"), Value::word(page.body));
    if (page.body.contains(u'\n')) v.flow = false;
    if (page.size) v.add(QStringLiteral("size"), Value::literal(formatBytes(page.size)));
    if (!page.type.isEmpty()) v.add(QStringLiteral("type"), Value::word(page.type));
    if (!page.redirect.isEmpty()) v.add(QStringLiteral("redirect"), Value::word(page.redirect));
    if (page.status) v.add(QStringLiteral("status"), number(std::uint64_t(page.status)));
    if (page.chunked) v.add(QStringLiteral("chunked"), Value::literal(QStringLiteral("true")));
    return v;
}

Value pagesValue(const std::vector<lab::Page>& list) {
    Value pages;
    pages.flow = list.empty();
    for (const auto& page : list)
        pages.add(page.path, pageValue(page));
    return pages;
}

} // namespace

Value dnsServerValue(const lab::DnsServer& server) {
    Value v;
    v.flow = server.records.empty() && server.zones.empty();
    if (!server.records.empty()) v.add(QStringLiteral("records"), recordsValue(server.records, lab::DnsRecord{}.ttl));
    if (!server.domains.isEmpty()) v.add(QStringLiteral("domains"), Value::flowList(words(server.domains)));
    if (!server.forward.empty()) v.add(QStringLiteral("forward"), oneOrList(addresses(server.forward)));
    if (!server.zones.empty()) {
        Value zones;
        for (const auto& zone : server.zones)
            zones.add(zone.name.isEmpty() ? QStringLiteral(".") : zone.name, zoneValue(zone));
        v.add(QStringLiteral("zones"), std::move(zones));
    }
    if (!server.roots.empty()) v.add(QStringLiteral("roots"), oneOrList(addresses(server.roots)));
    if (server.cache) v.add(QStringLiteral("cache"), number(std::uint64_t(*server.cache)));
    return v;
}

Value webServerValue(const lab::WebServer& server) {
    Value v;
    const lab::WebServer plain = lab::plainWebServer();
    if (server.port != plain.port) v.add(QStringLiteral("port"), number(server.port));
    if (server.pages != plain.pages) v.add(QStringLiteral("pages"), pagesValue(server.pages));
    if (!server.hosts.empty()) {
        Value hosts;
        for (const auto& host : server.hosts) {
            Value one;
            one.add(QStringLiteral("pages"), pagesValue(host.pages));
            hosts.add(host.name, std::move(one));
        }
        v.add(QStringLiteral("hosts"), std::move(hosts));
    }
    return v;
}

} // namespace model::io
