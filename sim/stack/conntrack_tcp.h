// How connection tracking follows a TCP connection that it only overhears (RFC 9293 3.3.2 seen from the middle;
// states, transitions and time-outs as in Linux's nf_conntrack_proto_tcp.c).
#pragma once

#include "sim/kernel/time.h"
#include "sim/stack/conntrack.h"

#include <cstdint>

namespace sim::stack::conntrack {

/// TcpStep is what a segment does to a tracked connection.
enum class TcpStep : std::uint8_t {
    Move,    ///< to a state (perhaps the same): the time-out starts anew
    Ignore,  ///< belongs to the connection, changes nothing
    Invalid, ///< cannot be: neither tracked nor translated
    Restart, ///< a new connection by the ports of one that is over
};
/// TcpVerdict is what a segment means to a tracked connection.
struct TcpVerdict {
    TcpStep step = TcpStep::Move;
    TrackedTcp state = TrackedTcp::None;
};

/// follow says what a segment with these flags means in a state; reply: it goes the answer's way.
TcpVerdict follow(TrackedTcp state, std::uint8_t flags, bool reply);
/// firstState is the state in which a connection begins with such a segment; None: it cannot begin so.
TrackedTcp firstState(std::uint8_t flags);
/// tcpTimeout is how long a connection in that state may be silent.
kernel::SimTime tcpTimeout(TrackedTcp state);

} // namespace sim::stack::conntrack
