// TCP segments (RFC 9293 3.1) and options (RFC 7323 window scale and timestamps, RFC 2018 SACK).
#pragma once

#include "sim/wire/checksum.h"

#include <array>
#include <optional>

namespace sim::wire {

/// SackBlock is [left, right) in sequence numbers.
struct SackBlock {
    std::uint32_t left = 0, right = 0;
    bool operator==(const SackBlock&) const = default;
};

/// FastOpenRequest asks for a Fast Open cookie: by RFC 7413's option, or by the experimental one from before it.
enum class FastOpenRequest : std::uint8_t { None, Standard, Experimental };

/// TcpOptions are those that Linux knows.
struct TcpOptions {
    std::optional<std::uint16_t> mss;
    std::optional<std::uint8_t> windowScale;
    bool sackPermitted = false;
    bool timestamps = false;
    std::uint32_t tsValue = 0, tsEcho = 0;
    std::array<SackBlock, 4> sack{};
    std::uint8_t sackCount = 0;
    FastOpenRequest fastOpen = FastOpenRequest::None;
    bool operator==(const TcpOptions&) const = default;
};

/// TcpFlags are the bits of byte 13.
struct TcpFlags {
    static constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16, kUrg = 32;
};

/// TcpHeader is one segment without its payload.
struct TcpHeader {
    std::uint16_t sourcePort = 0, destinationPort = 0;
    std::uint32_t sequence = 0, acknowledgment = 0;
    std::uint8_t flags = 0;
    std::uint16_t window = 0;
    TcpOptions options;

    bool syn() const { return flags & TcpFlags::kSyn; }
    bool fin() const { return flags & TcpFlags::kFin; }
    bool rst() const { return flags & TcpFlags::kRst; }
    bool ack() const { return flags & TcpFlags::kAck; }

    /// size is what the header takes with its options, in bytes, a multiple of 4.
    std::size_t size() const;
    /// emit writes the header with the options in the order in which Linux sends them, and the checksum over segment,
    /// whose payload must already stand at size().
    void write(std::span<std::uint8_t> segment, std::span<const std::uint8_t, 8> addresses) const;

    struct Parsed;
    /// parse refuses segments whose header does not fit; malformed options are ignored from there on, as Linux does.
    static std::optional<Parsed> parse(std::span<const std::uint8_t> segment);
    static bool checksumOk(std::span<const std::uint8_t> segment, std::span<const std::uint8_t, 8> addresses) {
        return pseudoSum(addresses, 6, std::uint16_t(segment.size())).add(segment).finish() == 0;
    }
};

/// Parsed is a segment taken apart.
struct TcpHeader::Parsed {
    TcpHeader header;
    std::span<const std::uint8_t> payload;
};

} // namespace sim::wire
