// Virtual time. Whole nanoseconds since the start of a run; never the wall clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace sim::kernel {

/// SimTime is a moment of, or a span in, virtual time: a signed 64-bit count of nanoseconds (292 years).
using SimTime = std::chrono::nanoseconds;

using namespace std::chrono_literals;

/// kNever is later than every event of any run.
inline constexpr SimTime kNever = SimTime::max();

} // namespace sim::kernel
