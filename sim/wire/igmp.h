// IGMP: version 3 reports and queries (RFC 3376 section 4), and the queries of versions 1 and 2 (RFC 1112, 2236).
#pragma once

#include "sim/wire/address.h"
#include "sim/wire/checksum.h"

#include <optional>
#include <vector>

namespace sim::wire {

namespace igmp {
inline constexpr std::uint32_t kAllSystems = 0xe000'0001; ///< 224.0.0.1
inline constexpr std::uint32_t kAllRouters = 0xe000'0016; ///< 224.0.0.22, where version 3 reports go
inline constexpr std::uint8_t kQuery = 0x11, kReport3 = 0x22;
/// Kinds of group records (4.2.12).
inline constexpr std::uint8_t kModeIsExclude = 2, kChangeToInclude = 3, kChangeToExclude = 4;
} // namespace igmp

/// IgmpRecord is a group record of a report (RFC 3376 4.2.4).
struct IgmpRecord {
    std::uint8_t kind = igmp::kModeIsExclude;
    std::uint32_t group = 0;
    bool operator==(const IgmpRecord&) const = default;
};

/// IgmpReport is a version 3 membership report without source addresses: whole groups only.
struct IgmpReport {
    std::vector<IgmpRecord> records;

    std::vector<std::uint8_t> write() const {
        std::vector<std::uint8_t> out;
        Writer w(out);
        w.u8(igmp::kReport3);
        w.u8(0);
        w.u16(0);
        w.u16(0);
        w.u16(std::uint16_t(records.size()));
        for (const auto& r : records) {
            w.u8(r.kind);
            w.u8(0);
            w.u16(0);
            w.u32(r.group);
        }
        put16(&out[2], checksum(out));
        return out;
    }
};

/// IgmpQuery is a router's question who has joined; of a version 1 or 2 query, too.
struct IgmpQuery {
    std::uint8_t responseCode = 100; ///< tenths of a second (4.1.1); 0 in version 1
    std::uint32_t group = 0;         ///< 0: a general query

    static std::optional<IgmpQuery> parse(std::span<const std::uint8_t> b) {
        if (b.size() < 8 || b[0] != igmp::kQuery || checksum(b) != 0) return std::nullopt;
        return IgmpQuery{b[1], get32(&b[4])};
    }
    /// responseTenths is the time to answer within; codes from 128 on are floating point (4.1.1).
    unsigned responseTenths() const {
        if (responseCode == 0) return 100;
        return responseCode < 128 ? responseCode : ((responseCode & 15u) | 16u) << (((responseCode >> 4) & 7u) + 3);
    }
};

/// groupMac is the Ethernet address of a group (RFC 1112 6.4).
inline MacAddress groupMac(std::uint32_t group) {
    return MacAddress::fromNumber(0x0100'5e00'0000 | (group & 0x7f'ffff));
}

} // namespace sim::wire
