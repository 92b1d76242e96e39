// Whether a packet came the way that leads back to its source (rp_filter; RFC 3704; Linux fib_validate_source).
#pragma once

#include "sim/stack/interface.h"

#include <cstdint>

namespace sim::stack {

class Context;

namespace reverse_path {

/// passes tells whether what came in by an interface from source may go on, as net.ipv4.conf.IFACE.rp_filter has it:
/// strict (1), the way back must be by that interface; loose (2), there must be one. out is where it will leave, lo
/// when it stays here: rules may ask for that. A refusal is recorded.
bool passes(Context& c, std::uint32_t interface, std::uint32_t source, std::uint32_t destination,
            std::uint32_t out = kLoopback);

} // namespace reverse_path
} // namespace sim::stack
