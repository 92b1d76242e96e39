// What a DNS server remembers: sets of records (RFC 2181 5) and that there are none (RFC 2308).
#pragma once

#include "sim/kernel/time.h"
#include "sim/wire/dns.h"

#include <string>
#include <string_view>
#include <vector>

namespace sim::apps {

/// DnsCacheEntry holds the records of one name and type, or that there are none: records is empty then, and rcode says
/// whether the name itself does not exist, whatever the type. Times-to-live count down from stored.
struct DnsCacheEntry {
    std::string name;
    std::uint16_t type = wire::dns::kA;
    std::uint8_t rcode = wire::dns::kNoError;
    std::vector<wire::DnsRecord> records;
    std::vector<wire::DnsRecord> authorities; ///< of "there is none": the SOA
    kernel::SimTime stored{0}, expires{0}, used{0};
};

/// DnsCache keeps what a server was answered until its time to live is over.
class DnsCache {
public:
    explicit DnsCache(std::size_t size = 150) : mSize(size) {}

    const std::vector<DnsCacheEntry>& entries() const { return mEntries; }
    /// find gives what is known of a name and type at a time; null when nothing is. It counts as a use.
    const DnsCacheEntry* find(kernel::SimTime now, std::string_view name, std::uint16_t type);
    /// store keeps a set for the shortest TTL in it; the entry that was used least recently makes room.
    void store(kernel::SimTime now, std::vector<wire::DnsRecord> set);
    /// storeNone keeps that there are no such records, for ttl seconds.
    void storeNone(kernel::SimTime now, std::string_view name, std::uint16_t type, std::uint8_t rcode,
                   std::uint32_t ttl, std::vector<wire::DnsRecord> authorities);
    /// turn lets several addresses take turns, as dnsmasq does with each answer from its cache: the last is the first
    /// next time.
    void turn(std::string_view name, std::uint16_t type);
    /// aged gives records as they are at a time: with less to live.
    static std::vector<wire::DnsRecord> aged(const std::vector<wire::DnsRecord>& records, kernel::SimTime stored,
                                             kernel::SimTime now);
    /// negativeTtl is how long "there is none" may be kept: the SOA's TTL or minimum, whichever is less; 0 without a
    /// SOA.
    static std::uint32_t negativeTtl(const wire::DnsMessage& message);

private:
    void add(DnsCacheEntry entry);

    std::size_t mSize;
    std::vector<DnsCacheEntry> mEntries;
};

} // namespace sim::apps
