// What a DNS server answers of its own: records as dnsmasq has them, and zones as BIND has them.
#pragma once

#include "sim/config/device_config.h"
#include "sim/wire/dns.h"

namespace sim::apps {

/// answerFromRecords fills in what dnsmasq's own records and local domains say; false when they say nothing.
bool answerFromRecords(const config::DnsServerConfig& config, const wire::DnsQuestion& question,
                       wire::DnsMessage& answer);
/// answerFromZones fills in what the closest zone says (RFC 1034 4.3.2; wildcards RFC 4592): records, an alias, a
/// referral, or that there are none; false when the name is in no zone.
bool answerFromZones(const config::DnsServerConfig& config, const wire::DnsQuestion& question,
                     wire::DnsMessage& answer);

/// orderRecords puts several addresses of a name into the order in which dnsmasq has them when it starts: to add one,
/// it looks the name up, and each look turns them.
void orderRecords(config::DnsServerConfig& config);
/// turnRecords lets the addresses in an answer take turns: the first is the last next time (round robin).
void turnRecords(config::DnsServerConfig& config, const std::vector<wire::DnsRecord>& answers);

} // namespace sim::apps
