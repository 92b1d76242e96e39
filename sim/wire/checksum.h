// The Internet checksum (RFC 1071) and its incremental update (RFC 1624).
#pragma once

#include "sim/wire/bytes.h"

#include <bit>
#include <cstring>

namespace sim::wire {

/// Sum is a partial ones' complement sum of 16-bit words, kept in host byte order of the words as they lie in memory.
class Sum {
public:
    /// add takes bytes that begin at an even place of the whole.
    Sum& add(std::span<const std::uint8_t> bytes) {
        const std::uint8_t* p = bytes.data();
        std::size_t n = bytes.size();
        for (; n >= 8; n -= 8, p += 8) {
            std::uint64_t w;
            std::memcpy(&w, p, 8);
            mSum += (w & 0xffff'ffff) + (w >> 32);
        }
        for (; n >= 2; n -= 2, p += 2) {
            std::uint16_t w;
            std::memcpy(&w, p, 2);
            mSum += w;
        }
        if (n) mSum += std::endian::native == std::endian::little ? *p : std::uint64_t(*p) << 8;
        return *this;
    }
    Sum& addWord(std::uint16_t hostOrder) {
        std::uint8_t b[2];
        put16(b, hostOrder);
        return add(b);
    }
    /// finish is the checksum, in host byte order of the number that put16 writes.
    std::uint16_t finish() const {
        std::uint64_t s = mSum;
        s = (s & 0xffff'ffff) + (s >> 32);
        s = (s & 0xffff'ffff) + (s >> 32);
        s = (s & 0xffff) + (s >> 16);
        s = (s & 0xffff) + (s >> 16);
        const auto w = std::uint16_t(~s);
        return std::endian::native == std::endian::little ? std::uint16_t(w << 8 | w >> 8) : w;
    }

private:
    std::uint64_t mSum = 0;
};

inline std::uint16_t checksum(std::span<const std::uint8_t> bytes) { return Sum().add(bytes).finish(); }

/// pseudoSum is the sum of the IPv4 pseudo header (RFC 9293 3.1); source and destination are 8 bytes side by side.
inline Sum pseudoSum(std::span<const std::uint8_t, 8> sourceAndDestination, std::uint8_t protocol,
                     std::uint16_t length) {
    return Sum().add(sourceAndDestination).addWord(protocol).addWord(length);
}

/// updated is a checksum after one 16-bit word it covers changed from before to after (RFC 1624, equation 3).
constexpr std::uint16_t updated(std::uint16_t sum, std::uint16_t before, std::uint16_t after) {
    std::uint32_t s = std::uint32_t(std::uint16_t(~sum)) + std::uint16_t(~before) + after;
    s = (s & 0xffff) + (s >> 16);
    s = (s & 0xffff) + (s >> 16);
    return std::uint16_t(~s);
}
constexpr std::uint16_t updated32(std::uint16_t sum, std::uint32_t before, std::uint32_t after) {
    return updated(updated(sum, std::uint16_t(before >> 16), std::uint16_t(after >> 16)), std::uint16_t(before),
                   std::uint16_t(after));
}

} // namespace sim::wire
