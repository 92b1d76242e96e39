// DNS messages (RFC 1035; AAAA: RFC 3596; SRV: RFC 2782; EDNS: RFC 6891) as values: parsed strictly, emitted with
// compressed owners.
#pragma once

#include "sim/wire/address.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim::wire {

namespace dns {
inline constexpr std::uint16_t kPort = 53;
inline constexpr std::uint16_t kInternet = 1; ///< class IN
inline constexpr std::uint16_t kA = 1, kNs = 2, kCname = 5, kSoa = 6, kPtr = 12, kMx = 15, kTxt = 16, kAaaa = 28,
                               kSrv = 33;
inline constexpr std::uint16_t kOpt = 41, kAny = 255;
inline constexpr std::uint8_t kNoError = 0, kFormatError = 1, kServerFailure = 2, kNoSuchName = 3, kNotImplemented = 4,
                              kRefused = 5;
inline constexpr std::size_t kPlainLimit = 512;   ///< bytes of a message by UDP without EDNS (RFC 1035 4.2.1)
inline constexpr std::uint16_t kEdnsLimit = 1232; ///< and what BIND, unbound and dnsmasq let others send with it
/// typeName is "A", "CNAME" …, or "TYPE65" (RFC 3597).
std::string typeName(std::uint16_t type);
/// sameName compares as DNS does: ASCII letters without regard to case.
bool sameName(std::string_view a, std::string_view b);
/// validName tells whether a name fits a message: labels of 1 to 63 bytes, 255 in all.
bool validName(std::string_view name);
} // namespace dns

/// DnsQuestion asks for the records of a name. Names are written with dots and without the last one; the root is empty;
/// a dot or a backslash inside a label has a backslash before it.
struct DnsQuestion {
    std::string name;
    std::uint16_t type = dns::kA;
    std::uint16_t klass = dns::kInternet;
    bool operator==(const DnsQuestion&) const = default;
};

namespace dns {
/// sameQuestion compares two questions, names as DNS does.
bool sameQuestion(const DnsQuestion& a, const DnsQuestion& b);
} // namespace dns

/// DnsRecord is a resource record; which of the data fields hold something depends on its type.
struct DnsRecord {
    std::string name;
    std::uint16_t type = dns::kA;
    std::uint16_t klass = dns::kInternet;
    std::uint32_t ttl = 0;              ///< seconds
    IpAddress address;                  ///< A, AAAA
    std::string target;                 ///< CNAME, NS, PTR, MX, SRV; SOA: the primary server
    std::string mailbox;                ///< SOA
    std::array<std::uint32_t, 5> soa{}; ///< SOA: serial, refresh, retry, expire, minimum
    std::uint16_t priority = 0;         ///< MX (preference), SRV
    std::uint16_t weight = 0, port = 0; ///< SRV
    std::vector<std::string> texts;     ///< TXT
    std::vector<std::uint8_t> data;     ///< all other types, and classes other than IN
    bool operator==(const DnsRecord&) const = default;
};

/// DnsMessage is a message with its four sections (RFC 1035 4.1).
struct DnsMessage {
    std::uint16_t id = 0;
    bool response = false, authoritative = false, truncated = false;
    bool recursionDesired = false, recursionAvailable = false;
    bool authenticData = false, checkingDisabled = false;
    std::uint8_t opcode = 0, rcode = dns::kNoError;
    std::vector<DnsQuestion> questions;
    std::vector<DnsRecord> answers, authorities, additionals;
    bool operator==(const DnsMessage&) const = default;

    /// parse reads a whole message; none when anything in it is cut off, left over, or points anywhere but backwards.
    static std::optional<DnsMessage> parse(std::span<const std::uint8_t> bytes);
    /// emit gives the bytes. Owners are compressed, names inside records are not, as dnsmasq does it. Names must be
    /// valid.
    std::vector<std::uint8_t> write() const;

    /// edns is the OPT record (RFC 6891), or null: klass is what its sender takes by UDP, ttl has the version.
    const DnsRecord* edns() const;
    /// addEdns says what the sender takes, and repeats the options it is given.
    void addEdns(std::uint16_t size = dns::kEdnsLimit, std::vector<std::uint8_t> options = {});
};

} // namespace sim::wire
