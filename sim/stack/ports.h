// The choice of an ephemeral port (ip_local_port_range).
#pragma once

#include "sim/stack/context.h"

namespace sim::stack {

/// choosePort tries ports of the range from a random place on; 0 when all are taken.
template <class Taken>
std::uint16_t choosePort(Context& c, Taken taken) {
    const auto [low, high] = c.system().portRange;
    const std::uint32_t count = std::uint32_t(high) - low + 1;
    const auto first = std::uint32_t(c.system().rng.below(count));
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto port = std::uint16_t(low + (first + i) % count);
        if (!taken(port)) return port;
    }
    return 0;
}

} // namespace sim::stack
