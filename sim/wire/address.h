// Addresses: MAC (IEEE 802), IPv4 and IPv6 in one type (RFC 791, RFC 4291), prefixes in CIDR notation (RFC 4632).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sim::wire {

/// MacAddress is a 48-bit IEEE 802 address.
struct MacAddress {
    std::array<std::uint8_t, 6> bytes{};

    static constexpr MacAddress broadcast() { return {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}; }
    /// fromNumber gives the address whose 48 bits are the low bits of number.
    static constexpr MacAddress fromNumber(std::uint64_t number) {
        MacAddress mac;
        for (int i = 5; i >= 0; --i, number >>= 8)
            mac.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(number);
        return mac;
    }
    /// parse accepts six pairs of hexadecimal digits separated by ':' or '-'; nothing else.
    static std::optional<MacAddress> parse(std::string_view text);

    constexpr std::uint64_t number() const {
        std::uint64_t n = 0;
        for (auto b : bytes)
            n = n << 8 | b;
        return n;
    }
    constexpr bool isZero() const { return number() == 0; }
    constexpr bool isBroadcast() const { return number() == 0xffff'ffff'ffff; }
    /// isGroup tells multicast and broadcast from unicast (the I/G bit).
    constexpr bool isGroup() const { return bytes[0] & 1; }
    std::string toString() const;
    constexpr auto operator<=>(const MacAddress&) const = default;
};

/// IpAddress holds an IPv4 or an IPv6 address, or none (the default).
class IpAddress {
public:
    enum class Family : std::uint8_t { None = 0, V4 = 4, V6 = 6 };

    constexpr IpAddress() = default;
    /// v4 takes the address in host byte order: v4(0xc0a80005) is 192.168.0.5.
    static constexpr IpAddress v4(std::uint32_t bits) {
        IpAddress a;
        a.mFamily = Family::V4;
        for (int i = 3; i >= 0; --i, bits >>= 8)
            a.mBytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(bits);
        return a;
    }
    static constexpr IpAddress v6(const std::array<std::uint8_t, 16>& bytes) {
        IpAddress a;
        a.mFamily = Family::V6;
        a.mBytes = bytes;
        return a;
    }
    /// parse accepts dotted-quad IPv4 without leading zeros and RFC 4291 IPv6 text; nothing else.
    static std::optional<IpAddress> parse(std::string_view text);

    constexpr Family family() const { return mFamily; }
    constexpr bool isV4() const { return mFamily == Family::V4; }
    constexpr bool isV6() const { return mFamily == Family::V6; }
    constexpr bool isNone() const { return mFamily == Family::None; }
    /// toV4 is the IPv4 address in host byte order; 0 when this is no IPv4 address.
    constexpr std::uint32_t toV4() const {
        return isV4() ? std::uint32_t{mBytes[0]} << 24 | std::uint32_t{mBytes[1]} << 16 |
                            std::uint32_t{mBytes[2]} << 8 | mBytes[3]
                      : 0;
    }
    constexpr const std::array<std::uint8_t, 16>& bytes() const { return mBytes; }
    constexpr bool isUnspecified() const {
        for (auto b : mBytes)
            if (b) return false;
        return !isNone();
    }
    bool isLoopback() const;
    bool isMulticast() const;
    /// isPrivate tells the RFC 1918 blocks (IPv4) and fc00::/7 (IPv6).
    bool isPrivate() const;
    /// toString is the dotted quad or the RFC 5952 form; empty for none.
    std::string toString() const;
    constexpr auto operator<=>(const IpAddress&) const = default;

private:
    std::array<std::uint8_t, 16> mBytes{};
    Family mFamily = Family::None;
};

/// Prefix is an address with a length in bits; the host bits may be set (an interface address) or not (a network).
struct Prefix {
    IpAddress address;
    std::uint8_t length = 0;

    /// parse accepts ADDRESS/LENGTH with a length that the family allows.
    static std::optional<Prefix> parse(std::string_view text);
    /// network is this prefix with its host bits cleared.
    Prefix network() const;
    bool contains(IpAddress a) const;
    /// broadcast is the last address of an IPv4 prefix of at most 30 bits; none otherwise.
    IpAddress broadcast() const;
    std::string toString() const;
    constexpr auto operator<=>(const Prefix&) const = default;
};

} // namespace sim::wire
