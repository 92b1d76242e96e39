// Which counters of a WireGuard session were already seen (RFC 6479, with the sizes of Linux's
// drivers/net/wireguard/receive.c).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace sim::stack {

/// ReplayWindow tells which counters have been seen (RFC 6479).
class ReplayWindow {
public:
    static constexpr std::uint64_t kBits = 8192, kWindow = kBits - 64;
    /// kLast is the largest number of messages with one key (the paper's 6.1).
    static constexpr std::uint64_t kLast = ~std::uint64_t{0} - kWindow - 1;

    /// accept tells whether a counter is new, and remembers it.
    bool accept(std::uint64_t counter) {
        if (mNext > kLast || counter >= kLast) return false;
        const std::uint64_t theirs = counter + 1;
        if (kWindow + theirs < mNext) return false;
        const std::uint64_t word = theirs / 64;
        if (theirs > mNext) {
            const std::uint64_t at = mNext / 64, steps = std::min(word - at, kWords);
            for (std::uint64_t i = 1; i <= steps; ++i)
                mSeen[(at + i) % kWords] = 0;
            mNext = theirs;
        }
        const std::uint64_t bit = std::uint64_t{1} << (theirs % 64);
        if (mSeen[word % kWords] & bit) return false;
        mSeen[word % kWords] |= bit;
        return true;
    }
    /// next is one more than the largest counter so far.
    std::uint64_t next() const { return mNext; }

private:
    static constexpr std::uint64_t kWords = kBits / 64;
    std::uint64_t mNext = 0;
    std::array<std::uint64_t, kWords> mSeen{};
};

} // namespace sim::stack
