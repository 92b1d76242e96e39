// Cutting a packet into fragments (RFC 791 3.2; net/ipv4/ip_output.c, ip_do_fragment).
#pragma once

#include "sim/kernel/frame_pool.h"

#include <cstdint>

namespace sim::stack {

class Context;

namespace fragment {

/// next cuts the next fragment of at most mtu bytes off a packet, from byte done of its payload on, and moves done
/// behind it. The packet may be a fragment itself. done reaches the size of the payload at the end.
kernel::FrameSlot next(Context& c, kernel::FrameSlot packet, std::uint32_t mtu, std::uint32_t& done);

} // namespace fragment
} // namespace sim::stack
