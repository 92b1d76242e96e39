// RIP version 2 (RFC 2453 section 4). Authentication (4.1) is neither sent nor understood.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sim::wire {

namespace rip {
inline constexpr std::uint16_t kPort = 520;
inline constexpr std::uint32_t kGroup = 0xe000'0009; ///< 224.0.0.9
inline constexpr std::uint32_t kInfinity = 16;
inline constexpr std::size_t kMostEntries = 25; ///< of one message
} // namespace rip

/// RipEntry is one route of a message (RFC 2453 4).
struct RipEntry {
    std::uint16_t family = 2, tag = 0;
    std::uint32_t network = 0, mask = 0, nextHop = 0, metric = 0;
    bool operator==(const RipEntry&) const = default;
};

/// RipMessage is a RIP version 2 message.
struct RipMessage {
    static constexpr std::uint8_t kRequest = 1, kResponse = 2;
    static constexpr std::size_t kHeaderSize = 4, kEntrySize = 20;

    std::uint8_t command = kRequest, version = 2;
    std::vector<RipEntry> entries;

    /// parse refuses what is not a whole number of entries.
    static std::optional<RipMessage> parse(std::span<const std::uint8_t> bytes);
    std::vector<std::uint8_t> write() const;
    /// wholeTable is the request for everything (3.9.1).
    static RipMessage wholeTable() { return {kRequest, 2, {{0, 0, 0, 0, 0, rip::kInfinity}}}; }
    bool asksForEverything() const {
        return command == kRequest && entries.size() == 1 && entries[0].family == 0 &&
               entries[0].metric == rip::kInfinity;
    }
    bool operator==(const RipMessage&) const = default;
};

} // namespace sim::wire
