#include "sim/apps/dns_cache.h"

#include <algorithm>

namespace sim::apps {

namespace dns = wire::dns;
using wire::DnsRecord;

namespace {

constexpr std::uint32_t kLongestTtl = 0x7fff'ffff; // RFC 2181 8
constexpr std::uint32_t kLongestNone = 3 * 3600;   // RFC 2308 5

} // namespace

const DnsCacheEntry* DnsCache::find(kernel::SimTime now, std::string_view name, std::uint16_t type) {
    for (auto& entry : mEntries) {
        const bool fits = entry.type == type || (entry.records.empty() && entry.rcode == dns::kNoSuchName);
        if (!fits || entry.expires <= now || !dns::sameName(entry.name, name)) continue;
        entry.used = now;
        return &entry;
    }
    return nullptr;
}

void DnsCache::add(DnsCacheEntry entry) {
    if (mSize == 0) return;
    std::erase_if(mEntries, [&](const auto& e) {
        return e.expires <= entry.stored ||
               (dns::sameName(e.name, entry.name) && (e.type == entry.type || e.rcode == dns::kNoSuchName));
    });
    if (mEntries.size() >= mSize)
        mEntries.erase(std::min_element(mEntries.begin(), mEntries.end(),
                                        [](const auto& a, const auto& b) { return a.used < b.used; }));
    mEntries.push_back(std::move(entry));
}

void DnsCache::store(kernel::SimTime now, std::vector<DnsRecord> set) {
    if (set.empty()) return;
    std::uint32_t ttl = kLongestTtl;
    for (const auto& r : set)
        ttl = std::min(ttl, r.ttl);
    if (ttl == 0) return;
    DnsCacheEntry entry{.name = set[0].name,
                        .type = set[0].type,
                        .stored = now,
                        .expires = now + std::chrono::seconds(ttl),
                        .used = now};
    entry.records = std::move(set);
    add(std::move(entry));
}

void DnsCache::storeNone(kernel::SimTime now, std::string_view name, std::uint16_t type, std::uint8_t rcode,
                         std::uint32_t ttl, std::vector<DnsRecord> authorities) {
    ttl = std::min(ttl, kLongestNone);
    if (ttl == 0) return;
    add({.name = std::string(name),
         .type = type,
         .rcode = rcode,
         .records = {},
         .authorities = std::move(authorities),
         .stored = now,
         .expires = now + std::chrono::seconds(ttl),
         .used = now});
}

void DnsCache::turn(std::string_view name, std::uint16_t type) {
    if (type != dns::kA && type != dns::kAaaa) return;
    for (auto& entry : mEntries)
        if (entry.type == type && entry.records.size() > 1 && dns::sameName(entry.name, name))
            std::rotate(entry.records.rbegin(), entry.records.rbegin() + 1, entry.records.rend());
}

std::vector<DnsRecord> DnsCache::aged(const std::vector<DnsRecord>& records, kernel::SimTime stored,
                                      kernel::SimTime now) {
    const auto age = std::uint32_t(std::chrono::duration_cast<std::chrono::seconds>(now - stored).count());
    auto out = records;
    for (auto& r : out)
        r.ttl -= std::min(age, r.ttl);
    return out;
}

std::uint32_t DnsCache::negativeTtl(const wire::DnsMessage& message) {
    for (const auto& r : message.authorities)
        if (r.type == dns::kSoa) return std::min(r.ttl, r.soa[4]);
    return 0;
}

} // namespace sim::apps
