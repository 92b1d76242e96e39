// A full-duplex cable: rate, propagation delay, a transmit queue at each end, plugged in or not.
#pragma once

#include "sim/kernel/fetch.h"
#include "sim/kernel/id.h"
#include "sim/kernel/int128.h"
#include "sim/kernel/time.h"

#include <cstdint>

namespace sim::link {

/// Channel begins with what every frame needs. What was sent into it is counted by the interfaces at its ends, as far
/// as they were there and had power all the time.
struct alignas(kernel::kCacheLine) Channel {
    kernel::InterfaceId ends[2];
    std::uint64_t picosecondsPerByte = 8'000; ///< 0 when that is no whole number; then rate decides
    kernel::SimTime delay{0};
    std::uint32_t queueBytes = 1'000'000;
    std::uint32_t faults = kNoFaults; ///< index of its FaultInjector in the network
    static constexpr std::uint32_t kNoFaults = 0xffff'ffff;
    bool up = true;                     ///< there is a link: it is plugged in, and both its machines have power
    bool plugged = true;                ///< both its ends are in their ports
    kernel::SimTime busyUntil[2] = {};  ///< by end: when the last bit of what is queued there will have left
    std::uint64_t rate = 1'000'000'000; ///< bits per second
    std::uint64_t dropped[2] = {};      ///< at each end, because its queue was full
    /// Sent counts frames and their bytes.
    struct Sent {
        std::uint64_t frames = 0, bytes = 0;
    };
    Sent before[2]; ///< by end: what was sent into it beyond the present count of the interface there

    /// setRate takes bits per second, at least 1; what is queued already keeps its time.
    void setRate(std::uint64_t bitsPerSecond) {
        rate = bitsPerSecond > 0 ? bitsPerSecond : 1;
        picosecondsPerByte = 8'000'000'000'000ULL % rate == 0 ? 8'000'000'000'000ULL / rate : 0;
    }
    /// transmitTime is how long the bits of a frame of length bytes take, rounded up to a whole nanosecond.
    /// The frame's preamble, FCS and inter-frame gap count too (24 bytes), as on real Ethernet.
    kernel::SimTime transmitTime(std::uint32_t length) const {
        const std::uint64_t wire = std::uint64_t(length < 60 ? 60 : length) + 24;
        if (picosecondsPerByte) return kernel::SimTime((wire * picosecondsPerByte + 999) / 1000);
        const auto bits = static_cast<kernel::Uint128>(wire) * 8'000'000'000ULL;
        return kernel::SimTime(std::int64_t((bits + rate - 1) / rate));
    }
    /// backlogBytes is about what waits at one end at a moment.
    std::uint64_t backlogBytes(int end, kernel::SimTime now) const {
        const auto left = busyUntil[end] - now;
        if (left <= kernel::SimTime::zero()) return 0;
        return std::uint64_t((static_cast<kernel::Uint128>(std::uint64_t(left.count())) * rate) / 8'000'000'000ULL);
    }
};

} // namespace sim::link
