// What will happen, and its place in the order of everything that happens.
#pragma once

#include "sim/kernel/id.h"
#include "sim/kernel/int128.h"
#include "sim/kernel/time.h"

#include <cstdint>

namespace sim::kernel {

/// EventKind says who handles an event and what target and arg mean.
enum class EventKind : std::uint16_t {
    FrameArrival,  ///< target: InterfaceId; arg: frame slot
    LoopbackInput, ///< target: InterfaceId of lo; arg: frame slot
    Neighbour,     ///< target: DeviceId; arg: neighbour entry
    Reassembly,    ///< target: DeviceId; arg: queue of fragments
    TcpTimer,      ///< target: DeviceId; arg: socket
    AppTimer,      ///< target: DeviceId; arg: app
    Igmp,          ///< target: DeviceId; arg: interface of the device
    Configured,    ///< target: DeviceId; what of its configuration was refused is recorded
    Tunnel,        ///< target: DeviceId; arg: WireGuard << 16 | peer
};

/// Event is something that will happen. Events of equal time happen in the order in which they were scheduled.
struct Event {
    SimTime time{0};
    std::uint64_t sequenceAndKind = 0; ///< sequence << 16 | kind
    std::uint64_t cause = 0;           ///< number of the event that scheduled this one, low 48 bits; tag in the high 16
    std::uint32_t target = 0;
    std::uint32_t arg = 0;

    EventKind kind() const { return EventKind(sequenceAndKind & 0xffff); }
    EventNo causeNo() const { return cause & 0xffff'ffff'ffffULL; }
    std::uint16_t tag() const { return std::uint16_t(cause >> 48); }
};
static_assert(sizeof(Event) == 32);

/// EventKey orders events: by time, then by sequence.
using EventKey = Uint128;
inline EventKey keyOf(const Event& e) { return EventKey(std::uint64_t(e.time.count())) << 64 | e.sequenceAndKind; }

} // namespace sim::kernel
