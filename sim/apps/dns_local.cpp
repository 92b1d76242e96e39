#include "sim/apps/dns_local.h"

#include "sim/wire/dns_text.h"

#include <algorithm>

namespace sim::apps {

using config::DnsServerConfig;
using config::DnsZoneConfig;
using wire::DnsMessage;
using wire::DnsQuestion;
using wire::DnsRecord;
namespace dns = wire::dns;

namespace {

constexpr std::size_t kMostAliases = 8; // of aliases within one server

/// inside tells whether a name was passed before: the aliases lead in a loop.
bool inside(const std::vector<std::string>& passed, std::string_view name) {
    return std::any_of(passed.begin(), passed.end(), [&](const auto& p) { return dns::sameName(p, name); });
}

bool matches(const DnsRecord& r, std::uint16_t type) { return r.type == type || type == dns::kAny; }

/// collect appends the records of one owner, under the name that was asked for.
bool collect(const config::DnsZoneConfig& zone, std::string_view owner, std::string_view as, std::uint16_t type,
             std::vector<DnsRecord>& out) {
    bool any = false;
    for (const auto& r : zone.records) {
        if (!matches(r, type) || !dns::sameName(r.name, owner)) continue;
        out.push_back(r);
        out.back().name = as;
        any = true;
    }
    return any;
}

/// exists tells whether a name has records or names below it (an empty non-terminal, RFC 4592 2.2.2).
bool exists(const config::DnsZoneConfig& zone, std::string_view name) {
    return dns::sameName(name, zone.name) || std::any_of(zone.records.begin(), zone.records.end(),
                                                         [&](const auto& r) { return dns::inDomain(r.name, name); });
}

/// addAddresses puts the addresses of servers into the additional section, as far as the zone knows them.
void addAddresses(const config::DnsZoneConfig& zone, const std::vector<DnsRecord>& of, std::vector<DnsRecord>& out) {
    for (const auto& r : of) {
        if (r.type != dns::kNs && r.type != dns::kMx && r.type != dns::kSrv) continue;
        const bool there =
            std::any_of(out.begin(), out.end(), [&](const auto& x) { return dns::sameName(x.name, r.target); });
        if (there || !dns::inDomain(r.target, zone.name)) continue;
        collect(zone, r.target, r.target, dns::kA, out);
        collect(zone, r.target, r.target, dns::kAaaa, out);
    }
}

/// delegationOf is the highest name between the zone's top and name that has NS records; none when there is none.
std::optional<std::string_view> delegationOf(const config::DnsZoneConfig& zone, std::string_view name) {
    std::optional<std::string_view> found;
    for (auto at = name; !dns::sameName(at, zone.name); at = dns::parentOf(at)) {
        const bool cut = std::any_of(zone.records.begin(), zone.records.end(),
                                     [&](const auto& r) { return r.type == dns::kNs && dns::sameName(r.name, at); });
        if (cut) found = at;
        if (at.empty()) break;
    }
    return found;
}

const config::DnsZoneConfig* closestZone(const config::DnsServerConfig& config, std::string_view name) {
    const config::DnsZoneConfig* best = nullptr;
    for (const auto& zone : config.zones)
        if (dns::inDomain(name, zone.name) && (!best || zone.name.size() > best->name.size())) best = &zone;
    return best;
}

/// addSoa says in the authority section how long "there is none" may be believed (RFC 2308 3).
void addSoa(const config::DnsZoneConfig& zone, DnsMessage& answer) {
    for (const auto& r : zone.records) {
        if (r.type != dns::kSoa || !dns::sameName(r.name, zone.name)) continue;
        answer.authorities.push_back(r);
        answer.authorities.back().ttl = std::min(r.ttl, r.soa[4]);
        return;
    }
}

DnsRecord addressRecord(std::string name, const wire::IpAddress& address, std::uint32_t ttl) {
    return {.name = std::move(name), .type = address.isV6() ? dns::kAaaa : dns::kA, .ttl = ttl, .address = address};
}

/// placesOf are the indices of the addresses of one name and family.
std::vector<std::size_t> placesOf(const config::DnsServerConfig& config, std::string_view name, bool v6) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < config.records.size(); ++i)
        if (config.records[i].address.isV6() == v6 && dns::sameName(config.records[i].name, name)) places.push_back(i);
    return places;
}

void reorder(config::DnsServerConfig& config, const std::vector<std::size_t>& places,
             const std::vector<std::size_t>& order) {
    decltype(config.records) moved;
    for (const auto from : order)
        moved.push_back(config.records[from]);
    for (std::size_t k = 0; k < places.size(); ++k)
        config.records[places[k]] = std::move(moved[k]);
}

} // namespace

void orderRecords(config::DnsServerConfig& config) {
    for (std::size_t i = 0; i < config.records.size(); ++i) {
        const auto places = placesOf(config, config.records[i].name, config.records[i].address.isV6());
        if (places.size() < 2 || places.front() != i) continue;
        std::vector<std::size_t> order;
        for (const auto place : places) {
            if (!order.empty()) std::rotate(order.begin(), order.begin() + 1, order.end());
            order.push_back(place);
        }
        reorder(config, places, order);
    }
}

void turnRecords(config::DnsServerConfig& config, const std::vector<DnsRecord>& answers) {
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto& a = answers[i];
        if (a.type != dns::kA && a.type != dns::kAaaa) continue;
        const bool first = std::none_of(answers.begin(), answers.begin() + std::ptrdiff_t(i), [&](const auto& b) {
            return b.type == a.type && dns::sameName(b.name, a.name);
        });
        const auto places = placesOf(config, a.name, a.type == dns::kAaaa);
        if (!first || places.size() < 2) continue;
        auto order = places;
        std::rotate(order.begin(), order.begin() + 1, order.end());
        reorder(config, places, order);
    }
}

bool answerFromZones(const config::DnsServerConfig& config, const DnsQuestion& question, DnsMessage& answer) {
    if (question.klass != dns::kInternet) return false;
    std::string name = question.name;
    std::vector<std::string> passed;
    const config::DnsZoneConfig* zone = closestZone(config, name);
    if (!zone) return false;
    for (std::size_t step = 0; step < kMostAliases && !inside(passed, name); ++step) {
        passed.push_back(name);
        if (const auto cut = delegationOf(*zone, name)) {
            // Below the cut others know better: name them, and their addresses as far as they are known (glue).
            answer.authoritative = step > 0;
            collect(*zone, *cut, *cut, dns::kNs, answer.authorities);
            addAddresses(*zone, answer.authorities, answer.additionals);
            return true;
        }
        answer.authoritative = true;
        std::string owner = name;
        bool there = exists(*zone, name);
        if (!there) {
            // The closest encloser is the longest name above that exists; a wildcard stands right below it or nowhere.
            auto above = dns::parentOf(name);
            while (!exists(*zone, above))
                above = dns::parentOf(above);
            owner = above.empty() ? "*" : "*." + std::string(above);
            there = std::any_of(zone->records.begin(), zone->records.end(),
                                [&](const auto& r) { return dns::sameName(r.name, owner); });
        }
        if (!there) {
            if (step == 0 || answer.rcode == dns::kNoError) answer.rcode = dns::kNoSuchName;
            addSoa(*zone, answer);
            return true;
        }
        if (collect(*zone, owner, name, question.type, answer.answers)) {
            addAddresses(*zone, answer.answers, answer.additionals);
            return true;
        }
        std::vector<DnsRecord> alias;
        if (!collect(*zone, owner, name, dns::kCname, alias)) {
            addSoa(*zone, answer);
            return true;
        }
        answer.answers.push_back(alias.front());
        name = alias.front().target;
        zone = closestZone(config, name);
        if (!zone) return true; // the rest is for whoever asked to find out
    }
    return true;
}

bool answerFromRecords(const config::DnsServerConfig& config, const DnsQuestion& question, DnsMessage& answer) {
    if (question.klass != dns::kInternet) return false;
    std::string name = question.name;
    std::vector<std::string> passed;
    for (std::size_t step = 0; step < kMostAliases && !inside(passed, name); ++step) {
        passed.push_back(name);
        bool known = false;
        std::string alias;
        const auto take = [&](const DnsRecord& r) {
            known = true;
            if (matches(r, question.type)) answer.answers.push_back(r);
            if (matches(r, question.type)) answer.answers.back().name = name;
            if (r.type == dns::kCname && question.type != dns::kCname && question.type != dns::kAny) {
                answer.answers.push_back(r);
                answer.answers.back().name = name;
                alias = r.target;
            }
        };
        for (const auto& r : config.records)
            if (dns::sameName(r.name, name)) take(addressRecord(name, r.address, r.ttl));
        for (const auto& r : config.others)
            if (dns::sameName(r.name, name)) take(r);
        // An address has a name as soon as a name has that address (dnsmasq's host-record): the first one.
        if (!known && question.type == dns::kPtr)
            for (const auto& r : config.records) {
                if (known || !dns::sameName(dns::reverseName(r.address), name)) continue;
                take({.name = name, .type = dns::kPtr, .ttl = r.ttl, .target = r.name});
            }
        if (alias.empty()) break;
        name = alias;
    }
    // dnsmasq says "authoritative" only of answers that hold something.
    answer.authoritative = !answer.answers.empty();
    if (answer.authoritative) {
        for (const auto& r : std::vector<DnsRecord>(answer.answers))
            if (r.type == dns::kMx || r.type == dns::kSrv)
                for (const auto& a : config.records)
                    if (dns::sameName(a.name, r.target))
                        answer.additionals.push_back(addressRecord(a.name, a.address, a.ttl));
        return true;
    }
    const bool address = question.type == dns::kA || question.type == dns::kAaaa;
    const bool local = (config.domainNeeded && address && question.name.find('.') == std::string::npos) ||
                       std::any_of(config.localDomains.begin(), config.localDomains.end(),
                                   [&](const auto& domain) { return dns::inDomain(question.name, domain); });
    if (!local) return false;
    // A name with names below it exists, though it has no records (RFC 8020).
    const auto below = [&](const auto& r) { return dns::inDomain(r.name, question.name); };
    const bool above = std::any_of(config.records.begin(), config.records.end(), below) ||
                       std::any_of(config.others.begin(), config.others.end(), below);
    answer.rcode = above ? dns::kNoError : dns::kNoSuchName;
    return true;
}

} // namespace sim::apps
