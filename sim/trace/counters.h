// Sums over a run, kept whether or not anybody records it.
#pragma once

#include "sim/trace/drop_reason.h"

#include <cstdint>

namespace sim::trace {

/// Counters counts what a run does, and why frames are dropped.
struct Counters {
    std::uint64_t events = 0;
    std::uint64_t frameHops = 0; ///< whole frames delivered over one link to one interface
    std::uint64_t dropped[std::size_t(DropReason::Count)] = {};
};

} // namespace sim::trace
