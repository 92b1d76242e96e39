#include "sim/wire/address.h"

#include <charconv>

namespace sim::wire {

namespace {

std::optional<unsigned> hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

std::optional<std::uint32_t> parseV4(std::string_view text) {
    std::uint32_t bits = 0;
    for (int part = 0; part < 4; ++part) {
        if (part > 0) {
            if (text.empty() || text.front() != '.') return std::nullopt;
            text.remove_prefix(1);
        }
        std::uint32_t value = 0;
        std::size_t digits = 0;
        while (digits < text.size() && digits < 3 && text[digits] >= '0' && text[digits] <= '9')
            value = value * 10 + std::uint32_t(text[digits++] - '0');
        // A leading zero would be octal for some programs and decimal for others: refused.
        if (digits == 0 || value > 255 || (digits > 1 && text.front() == '0')) return std::nullopt;
        text.remove_prefix(digits);
        bits = bits << 8 | value;
    }
    if (!text.empty()) return std::nullopt;
    return bits;
}

std::optional<std::array<std::uint8_t, 16>> parseV6(std::string_view text) {
    std::array<std::uint8_t, 16> bytes{};
    std::size_t filled = 0;
    std::optional<std::size_t> gap;
    bool needGroup = false;
    if (text.starts_with("::")) {
        gap = 0;
        text.remove_prefix(2);
    } else {
        needGroup = true;
    }
    while (!text.empty()) {
        if (filled >= 16) return std::nullopt;
        const auto end = text.find(':');
        const auto group = text.substr(0, end);
        if (end == std::string_view::npos && group.find('.') != std::string_view::npos) {
            const auto v4 = parseV4(group);
            if (!v4 || filled > 12) return std::nullopt;
            for (int s = 24; s >= 0; s -= 8)
                bytes[filled++] = std::uint8_t(*v4 >> s);
            text = {};
            needGroup = false;
            break;
        }
        if (group.empty() || group.size() > 4) return std::nullopt;
        unsigned value = 0;
        for (char c : group) {
            const auto d = hexDigit(c);
            if (!d) return std::nullopt;
            value = value << 4 | *d;
        }
        bytes[filled++] = std::uint8_t(value >> 8);
        bytes[filled++] = std::uint8_t(value);
        needGroup = false;
        if (end == std::string_view::npos) {
            text = {};
        } else {
            text.remove_prefix(end + 1);
            needGroup = true;
            if (text.starts_with(':')) {
                if (gap) return std::nullopt;
                gap = filled;
                text.remove_prefix(1);
                needGroup = false;
            }
        }
    }
    if (needGroup) return std::nullopt;
    if (!gap) return filled == 16 ? std::optional(bytes) : std::nullopt;
    if (filled > 14) return std::nullopt;
    std::array<std::uint8_t, 16> whole{};
    for (std::size_t i = 0; i < *gap; ++i)
        whole[i] = bytes[i];
    for (std::size_t i = 0; i < filled - *gap; ++i)
        whole[15 - i] = bytes[filled - 1 - i];
    return whole;
}

} // namespace

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
    // Six pairs, or three groups of four digits as Cisco's IOS writes them.
    const bool dots = text.size() == 14;
    if (!dots && (text.size() != 17 || (text[2] != ':' && text[2] != '-'))) return std::nullopt;
    const char between = dots ? '.' : text[2];
    const std::size_t group = dots ? 4 : 2;
    MacAddress mac;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i % (group + 1) == group) {
            if (text[i] != between) return std::nullopt;
            continue;
        }
        const auto digit = hexDigit(text[i]);
        if (!digit) return std::nullopt;
        auto& byte = mac.bytes[digits++ / 2];
        byte = std::uint8_t(byte << 4 | *digit);
    }
    return mac;
}

std::string MacAddress::toString() const {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(17);
    for (auto b : bytes) {
        if (!text.empty()) text += ':';
        text += kDigits[b >> 4];
        text += kDigits[b & 15];
    }
    return text;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.size() > 45) return std::nullopt;
    if (const auto bits = parseV4(text)) return v4(*bits);
    if (text.find(':') == std::string_view::npos) return std::nullopt;
    if (const auto bytes = parseV6(text)) return v6(*bytes);
    return std::nullopt;
}

bool IpAddress::isLoopback() const {
    if (isV4()) return mBytes[0] == 127;
    for (std::size_t i = 0; i < 15; ++i)
        if (mBytes[i]) return false;
    return isV6() && mBytes[15] == 1;
}

bool IpAddress::isMulticast() const { return isV4() ? mBytes[0] >> 4 == 14 : isV6() && mBytes[0] == 0xff; }

bool IpAddress::isPrivate() const {
    if (isV6()) return (mBytes[0] & 0xfe) == 0xfc;
    return isV4() &&
           (mBytes[0] == 10 || (mBytes[0] == 172 && mBytes[1] >> 4 == 1) || (mBytes[0] == 192 && mBytes[1] == 168));
}

std::string IpAddress::toString() const {
    if (isNone()) return {};
    std::string text;
    char part[8];
    if (isV4()) {
        for (std::size_t i = 0; i < 4; ++i) {
            if (i) text += '.';
            text.append(part, std::to_chars(part, part + 8, unsigned(mBytes[i])).ptr);
        }
        return text;
    }
    // RFC 5952: the longest run of at least two zero groups, the first of equals, becomes "::".
    unsigned groups[8];
    for (std::size_t i = 0; i < 8; ++i)
        groups[i] = unsigned(mBytes[2 * i]) << 8 | mBytes[2 * i + 1];
    int best = -1, bestLength = 1;
    for (int i = 0; i < 8; ++i) {
        int n = 0;
        while (i + n < 8 && groups[i + n] == 0)
            ++n;
        if (n > bestLength) best = i, bestLength = n;
        if (n) i += n - 1;
    }
    for (int i = 0; i < 8; ++i) {
        if (i == best) {
            text += "::";
            i += bestLength - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        text.append(part, std::to_chars(part, part + 8, groups[i], 16).ptr);
    }
    return text;
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto address = IpAddress::parse(text.substr(0, slash));
    const auto digits = text.substr(slash + 1);
    if (!address || digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits.front() == '0'))
        return std::nullopt;
    unsigned length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size() || length > (address->isV4() ? 32u : 128u))
        return std::nullopt;
    return Prefix{*address, std::uint8_t(length)};
}

Prefix Prefix::network() const {
    if (address.isV4()) {
        const std::uint32_t mask = length ? ~std::uint32_t{0} << (32 - length) : 0;
        return {IpAddress::v4(address.toV4() & mask), length};
    }
    if (address.isNone()) return *this;
    auto bytes = address.bytes();
    for (unsigned bit = length; bit < 128; ++bit)
        bytes[bit / 8] &= std::uint8_t(~(0x80u >> bit % 8));
    return {IpAddress::v6(bytes), length};
}

bool Prefix::contains(IpAddress a) const {
    return a.family() == address.family() && Prefix{a, length}.network().address == network().address;
}

IpAddress Prefix::broadcast() const {
    if (!address.isV4() || length > 30) return {};
    return IpAddress::v4(network().address.toV4() | (length ? (1u << (32 - length)) - 1 : ~0u));
}

std::string Prefix::toString() const { return address.toString() + '/' + std::to_string(length); }

} // namespace sim::wire
