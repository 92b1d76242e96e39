// DNS records as people write them: the data of zone files (RFC 1035 5.1), always with whole names.
#pragma once

#include "sim/wire/dns.h"

#include <optional>
#include <string>
#include <string_view>

namespace sim::wire::dns {

/// typeFromName reads "A", "mx", "TYPE65"; none when there is no such type.
std::optional<std::uint16_t> typeFromName(std::string_view name);
/// parseData reads "8.8.8.8", "CNAME google.com", "MX 10 mail.example.com", "TXT \"a text\"", "SRV 0 5 80
/// web.example.com", "SOA ns.example.com root.example.com 1 7200 900 1209600 300"; none with a sentence in why. Name
/// and TTL stay empty.
std::optional<DnsRecord> parseData(std::string_view text, std::string& why);
/// dataText is the data alone: "10 mail.example.com".
std::string dataText(const DnsRecord& record);
/// recordText is what parseData reads: an address alone, or type and data.
std::string recordText(const DnsRecord& record);
/// reverseName is the name under which an address is looked up (RFC 1035 3.5; 3596 2.5): "8.8.8.8.in-addr.arpa".
std::string reverseName(const IpAddress& address);
/// inDomain tells whether name is domain or below it; every name is in the empty one.
bool inDomain(std::string_view name, std::string_view domain);
/// parentOf is the name without its first label; the root has none.
std::string_view parentOf(std::string_view name);

} // namespace sim::wire::dns
