// Multicast groups of a host (RFC 1112, RFC 3376 section 5), with Linux's timers (net/ipv4/igmp.c). A host only:
// nothing here asks who has joined, and routers do not forward groups.
#pragma once

#include "sim/kernel/frame_pool.h"

#include <cstdint>

namespace sim::stack {

class Context;

namespace igmp {

/// join lets a group's datagrams in by an interface, and reports that; every join needs its leave.
void join(Context& c, std::uint32_t interface, std::uint32_t group);
void leave(Context& c, std::uint32_t interface, std::uint32_t group);
/// joined tells whether anybody here wants a group's datagrams; all hosts want 224.0.0.1.
bool joined(const Context& c, std::uint32_t interface, std::uint32_t group);

/// input handles an IGMP packet that came in; consumes the frame.
void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame);
/// timer handles EventKind::Igmp.
void timer(Context& c, std::uint32_t interface);

} // namespace igmp
} // namespace sim::stack
