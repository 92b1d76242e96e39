// Random numbers that are the same on every machine: one stream per consumer, derived from the seed.
#pragma once

#include "sim/kernel/int128.h"

#include <cstdint>

namespace sim::kernel {

/// Rng is a splitmix64 stream (Steele, Lea, Flood 2014).
class Rng {
public:
    Rng() = default;
    /// Streams of different seed, consumer or purpose have nothing to do with each other.
    Rng(std::uint64_t seed, std::uint64_t consumer, std::uint64_t purpose = 0)
        : mState(mix(mix(mix(seed) + consumer) + purpose)) {}

    std::uint64_t next() { return mix(mState += 0x9e37'79b9'7f4a'7c15ULL); }
    std::uint32_t next32() { return std::uint32_t(next() >> 32); }
    std::uint16_t next16() { return std::uint16_t(next() >> 48); }
    /// below is uniform in 0 … bound-1; 0 for bound 0.
    std::uint64_t below(std::uint64_t bound) { return std::uint64_t((static_cast<Uint128>(next()) * bound) >> 64); }

private:
    static constexpr std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebULL;
        return z ^ (z >> 31);
    }
    std::uint64_t mState = 0;
};

} // namespace sim::kernel
