// What every tunnel device has in common: packets that go in come out of the stack again as UDP datagrams, and back.
#pragma once

#include "sim/kernel/frame_pool.h"
#include "sim/stack/notice.h"

#include <cstdint>

namespace sim::stack {

class Context;

/// Outer is the wrapping of a packet; what is 0 is found out when it is sent.
struct Outer {
    std::uint32_t source = 0, destination = 0;
    std::uint16_t sourcePort = 0, destinationPort = 0, id = 0;
    std::uint8_t tos = 0;
    bool dontFragment = false;
};

namespace tunnel {

/// kHeaders is the room before the payload of a frame for send.
inline constexpr std::uint32_t kHeaders = 14 + 20 + 8;
/// kNesting is how many tunnels may lie inside one another, as Linux has it (XMIT_RECURSION_LIMIT).
inline constexpr unsigned kNesting = 8;

/// transmit takes a packet that leaves by a tunnel device, behind 14 bytes; consumes the frame.
void transmit(Context& c, std::uint32_t interface, kernel::FrameSlot frame);
/// input handles a datagram to a tunnel's UDP port; frame is the whole frame and is consumed.
void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame);
/// send puts IP and UDP headers before the payload of a frame and sends it by any way but the tunnel itself.
Errno send(Context& c, std::uint32_t interface, kernel::FrameSlot frame, const Outer& outer);
/// deliver lets a frame that was inside come in by the tunnel device; consumes it.
void deliver(Context& c, std::uint32_t interface, kernel::FrameSlot frame);

} // namespace tunnel
} // namespace sim::stack
