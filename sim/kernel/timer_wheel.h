// When a kernel timer really fires: Linux's timer wheel (kernel/time/timer.c) rounds long waits up to coarse steps.
#pragma once

#include "sim/kernel/time.h"

#include <cstdint>

namespace sim::kernel {

/// onWheel is when a timer fires that is set at now for wait, at 250 ticks a second: after less than a quarter of a
/// second within a tick (4 ms), up to two seconds within 32 ms, up to sixteen within 256 ms, and so on.
constexpr SimTime onWheel(SimTime now, SimTime wait) {
    constexpr std::int64_t kTick = 4'000'000;
    const std::int64_t ticks = (wait.count() + kTick - 1) / kTick, expires = now.count() / kTick + ticks;
    int shift = 0;
    for (std::int64_t limit = 63; ticks >= limit && shift < 24; limit <<= 3)
        shift += 3;
    return SimTime((((expires >> shift) + 1) << shift) * kTick);
}

} // namespace sim::kernel
