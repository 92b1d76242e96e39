// IPv4 input, forwarding and output (RFC 791, 1122, 1812) in the order in which Linux does it.
#pragma once

#include "sim/decisions/reasons.h"
#include "sim/kernel/frame_pool.h"
#include "sim/stack/conntrack.h"
#include "sim/stack/flow.h"
#include "sim/stack/notice.h"
#include "sim/stack/route_table.h"
#include "sim/wire/ipv4.h"

#include <cstdint>

namespace sim::stack {

class Context;
struct Interface;

/// Destination is where a packet goes next.
struct Destination {
    enum class Kind : std::uint8_t { None, Unicast, Local, Broadcast, Multicast, Refused };
    Kind kind = Kind::None;
    RouteType refusal = RouteType::Unicast; ///< of a rule that refuses
    std::uint16_t rule = 0;                 ///< the place of the rule that decided, and 1; 0: none did
    std::uint32_t interface = 0;
    std::uint32_t nextHop = 0;
    std::uint32_t source = 0;     ///< the address to use when the sender has none yet
    std::uint32_t mtu = 0;        ///< the largest packet that the path is known to carry
    bool mtuLocked = false;       ///< the path carries less than min_pmtu: no DF
    std::uint8_t path = 0;        ///< the place of the next hop that was chosen of several, and 1; 0: there is one
    const Route* route = nullptr; ///< the row that decided; null for local addresses
};

using decisions::Unsent;
using decisions::UnsentWhy;

namespace ip {

/// thisHost is where a packet for 0.0.0.0 goes: to its own source, or else to 127.0.0.1 (ip_route_output_key).
constexpr std::uint32_t thisHost(std::uint32_t destination, std::uint32_t source = 0) {
    return destination != 0 ? destination : source != 0 ? source : 0x7f00'0001;
}
/// cannotSend tells whether what comes from source has no way along d, and records that; ports are a datagram's.
bool cannotSend(Context& c, const Destination& d, Unsent what, std::uint32_t to, std::uint32_t source,
                std::uint16_t ownPort = 0, std::uint16_t port = 0);
/// addressless is an Ethernet interface without an address, of a device that has none at all; null when it has one.
const Interface* addressless(const Context& c);

/// isLocal tells whether an address is one of this device's, or in 127/8.
bool isLocal(const Context& c, std::uint32_t address);
/// isBroadcast tells whether an address is 255.255.255.255 or the broadcast of any network of this device.
bool isBroadcast(const Context& c, std::uint32_t address);
/// kAnyInterface lets the route decide.
inline constexpr std::uint32_t kAnyInterface = 0xffff'ffff;
/// findRoute looks an address up: own addresses first, then the table, then what was learned about that destination.
/// Bound to an interface, an address without a route there counts as on its link.
Destination findRoute(Context& c, std::uint32_t address, std::uint32_t interface = kAnyInterface);
/// findRoute looks up a flow, of which rules and equal-cost paths may want to know more.
Destination findRoute(Context& c, const Flow& flow, std::uint32_t interface = kAnyInterface);
/// findRouteToConnect looks up the way of a connection that is about to be made, and again with the source address that
/// the first answer gives it (ip_route_connect).
Destination findRouteToConnect(Context& c, Flow& flow);
/// flowOf is that of a packet that is there; in: by which it came, lo for one of our own.
Flow flowOf(wire::Ipv4View packet, std::uint32_t in = kLoopback);
/// findOuterRoute looks a flow up without the rows that lead into a tunnel: its own packets do not enter it.
Destination findOuterRoute(Context& c, const Flow& flow, std::uint32_t tunnel);
/// mayDontFragment tells whether a packet of size bytes goes out with DF by path MTU discovery (IP_PMTUDISC_WANT).
inline bool mayDontFragment(const Destination& d, std::size_t size) { return size <= d.mtu && !d.mtuLocked; }
/// onLink is the destination of what goes out by an interface without asking the table: a group, everyone, a neighbour.
Destination onLink(const Context& c, std::uint32_t interface, std::uint32_t address);
/// routeError is what a socket is told when the route refuses or is missing.
Errno routeError(const Destination& d);
/// noteRoute records the decisions behind a destination.
void noteRoute(Context& c, const Flow& flow, const Destination& d);

/// receive handles an Ethernet frame with an IPv4 packet; consumes it.
void receive(Context& c, std::uint32_t interface, kernel::FrameSlot frame);
/// receiveLoopback handles a frame that turned round inside the device.
void receiveLoopback(Context& c, kernel::FrameSlot frame);
/// send takes a packet made here (whole IP header, behind 14 bytes of room) to its destination; consumes the frame.
void send(Context& c, kernel::FrameSlot frame, const Destination& d);

/// kLinkHeader is the room before the IP header in every frame.
inline constexpr std::uint32_t kLinkHeader = 14;

} // namespace ip
} // namespace sim::stack
