// VXLAN (RFC 7348) as Linux has it (drivers/net/vxlan): Ethernet frames in UDP, and a table of who is behind which end.
#pragma once

#include "sim/kernel/flat_map.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/stack/bridge.h"

#include <cstdint>
#include <span>

namespace sim::stack {

class Context;

/// VtepEntry is a row of the forwarding table: a MAC behind another end of the tunnel.
struct VtepEntry {
    std::uint32_t remote = 0;
    kernel::SimTime updated{0};
};

/// Vxlan is one end of a VXLAN tunnel (RFC 7348).
struct Vxlan {
    static constexpr kernel::SimTime kAgeing = std::chrono::seconds(300);
    /// kOverhead is what an inner packet grows by: Ethernet, VXLAN, UDP and IPv4.
    static constexpr int kOverhead = 50;
    std::uint32_t interface = 0;
    std::uint32_t vni = 0;
    std::uint32_t remote = 0; ///< where everything goes whose place is unknown; 0: nowhere
    std::uint32_t local = 0;  ///< source of outer packets; 0: as the route says
    std::uint16_t port = 4789;
    kernel::FlatMap<MacKey, VtepEntry> table;
};

namespace vxlan {

/// transmit takes a whole Ethernet frame that leaves by the tunnel; consumes it.
void transmit(Context& c, std::uint32_t tunnel, kernel::FrameSlot frame);
/// input handles a datagram to a VXLAN port; tunnel is any of those with that port. payload lies in frame.
void input(Context& c, std::uint32_t tunnel, std::uint32_t from, std::span<const std::uint8_t> payload,
           kernel::FrameSlot frame);
/// sourcePort is one of the device's ephemeral ports for all frames of a flow, in both directions (RFC 7348 5).
std::uint16_t sourcePort(std::span<const std::uint8_t> frame, std::pair<std::uint16_t, std::uint16_t> range);

} // namespace vxlan
} // namespace sim::stack
