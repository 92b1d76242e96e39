// WireGuard's messages (wireguard.com/protocol; "WireGuard: Next Generation Kernel Network Tunnel" 5.4). All numbers
// are little-endian. Offsets and lengths only: what the fields hold is the business of stack/wireguard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace sim::wire::wireguard {

inline constexpr std::uint16_t kPort = 51820; ///< the one that people write down; the protocol has none

/// Type is the first byte of a message.
enum class Type : std::uint8_t { Initiation = 1, Response = 2, Cookie = 3, Data = 4 };

constexpr std::uint32_t getLittle32(const std::uint8_t* p) {
    return std::uint32_t{p[0]} | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16 | std::uint32_t{p[3]} << 24;
}
constexpr std::uint64_t getLittle64(const std::uint8_t* p) {
    return getLittle32(p) | std::uint64_t{getLittle32(p + 4)} << 32;
}
constexpr void putLittle32(std::uint8_t* p, std::uint32_t v) {
    for (int i = 0; i < 4; ++i)
        p[i] = std::uint8_t(v >> (8 * i));
}
constexpr void putLittle64(std::uint8_t* p, std::uint64_t v) {
    putLittle32(p, std::uint32_t(v));
    putLittle32(p + 4, std::uint32_t(v >> 32));
}

namespace initiation {
inline constexpr std::size_t kSender = 4, kEphemeral = 8, kStatic = 40, kTimestamp = 88, kMac1 = 116, kMac2 = 132,
                             kSize = 148;
}
namespace response {
inline constexpr std::size_t kSender = 4, kReceiver = 8, kEphemeral = 12, kNothing = 44, kMac1 = 60, kMac2 = 76,
                             kSize = 92;
}
namespace cookie {
inline constexpr std::size_t kReceiver = 4, kNonce = 8, kCookie = 32, kSize = 64;
}
namespace data {
inline constexpr std::size_t kReceiver = 4, kCounter = 8, kPacket = 16, kTag = 16, kOverhead = kPacket + kTag,
                             kPadding = 16;
}

/// typeOf gives the type of a message whose length can be right, or none.
constexpr std::optional<Type> typeOf(std::span<const std::uint8_t> message) {
    if (message.size() < 4 || message[1] || message[2] || message[3]) return std::nullopt;
    switch (message[0]) {
    case 1: return message.size() == initiation::kSize ? std::optional(Type::Initiation) : std::nullopt;
    case 2: return message.size() == response::kSize ? std::optional(Type::Response) : std::nullopt;
    case 3: return message.size() == cookie::kSize ? std::optional(Type::Cookie) : std::nullopt;
    case 4: return message.size() >= data::kOverhead ? std::optional(Type::Data) : std::nullopt;
    default: return std::nullopt;
    }
}
constexpr void putType(std::uint8_t* p, Type type) { putLittle32(p, std::uint32_t(type)); }

} // namespace sim::wire::wireguard
