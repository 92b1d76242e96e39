#include "model/network/service_builder.h"

#include "sim/wire/dns_text.h"

namespace model::network {

namespace {

namespace config = sim::config;
namespace dns = sim::wire::dns;
using sim::wire::DnsRecord;

/// recordOf gives a record; only a lab that was never a file can hold data that makes none.
std::optional<DnsRecord> recordOf(const lab::DnsRecord& r) {
    std::string why;
    auto record = dns::parseData(r.data.isEmpty() ? r.address.toString() : r.data.toStdString(), why);
    if (!record) return std::nullopt;
    record->name = r.name.toStdString();
    record->ttl = r.ttl;
    return record;
}

config::DnsZoneConfig zoneConfig(const lab::DnsZone& zone) {
    config::DnsZoneConfig config;
    config.name = zone.name.toStdString();
    const std::string below = config.name.empty() ? "" : "." + config.name;
    std::string why;
    auto soa = zone.soa.isEmpty() ? std::nullopt : dns::parseData("SOA " + zone.soa.toStdString(), why);
    if (!soa) {
        soa = DnsRecord{.type = dns::kSoa,
                        .target = zone.ns.isEmpty() ? "ns" + below : zone.ns.front().toStdString(),
                        .mailbox = "hostmaster" + below,
                        .soa = {1, 7200, 900, 1'209'600, 300}};
    }
    soa->name = config.name;
    soa->ttl = zone.ttl;
    config.records.push_back(*soa);
    for (const auto& ns : zone.ns)
        config.records.push_back({.name = config.name, .type = dns::kNs, .ttl = zone.ttl, .target = ns.toStdString()});
    for (const auto& r : zone.records)
        if (auto record = recordOf(r)) config.records.push_back(std::move(*record));
    return config;
}

std::vector<config::HttpPageConfig> pageConfigs(const std::vector<lab::Page>& pages) {
    std::vector<config::HttpPageConfig> configs;
    for (const auto& page : pages) {
        config::HttpPageConfig config{page.path.toStdString(), page.body.toStdString(), pageType(page)};
        config.redirect = page.redirect.toStdString();
        config.status = page.status ? page.status : page.redirect.isEmpty() ? 200 : 301;
        config.size = page.size;
        config.chunked = page.chunked;
        configs.push_back(std::move(config));
    }
    return configs;
}

} // namespace

std::string pageType(const lab::Page& page) {
    if (!page.type.isEmpty()) return page.type.toStdString();
    static constexpr std::pair<const char*, const char*> kTypes[] = {
        {".txt", "text/plain"},      {".css", "text/css"},          {".js", "text/javascript"},
        {".mjs", "text/javascript"}, {".png", "image/png"},         {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},     {".gif", "image/gif"},         {".svg", "image/svg+xml"},
        {".ico", "image/x-icon"},    {".json", "application/json"}, {".xml", "application/xml"},
        {".pdf", "application/pdf"}, {".csv", "text/csv"},          {".bin", "application/octet-stream"},
    };
    const QString path = page.path.section(u'?', 0, 0);
    for (const auto& [ending, type] : kTypes)
        if (path.endsWith(QLatin1String(ending), Qt::CaseInsensitive)) return type;
    return "text/html";
}

config::DnsServerConfig dnsServerConfig(const lab::DnsServer& server) {
    config::DnsServerConfig config;
    for (const auto& r : server.records) {
        if (r.data.isEmpty())
            config.records.push_back({r.name.toStdString(), r.address, r.ttl});
        else if (auto record = recordOf(r))
            config.others.push_back(std::move(*record));
    }
    for (const auto& domain : server.domains)
        config.localDomains.push_back(domain.toStdString());
    config.domainNeeded = server.domainNeeded;
    config.forward = server.forward;
    for (const auto& zone : server.zones)
        config.zones.push_back(zoneConfig(zone));
    config.roots = server.roots;
    if (server.cache) config.cacheSize = std::size_t(*server.cache);
    return config;
}

config::HttpServerConfig webServerConfig(const lab::WebServer& server) {
    config::HttpServerConfig config;
    config.port = server.port;
    config.pages = pageConfigs(server.pages);
    for (const auto& host : server.hosts)
        config.hosts.push_back({host.name.toStdString(), pageConfigs(host.pages)});
    return config;
}

} // namespace model::network
