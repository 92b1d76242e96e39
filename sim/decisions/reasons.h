// The reasons that the stack gives and decisions repeat: enumerations that both need.
#pragma once

#include <cstdint>

namespace sim::decisions {

/// RouteType is what a row of the routing table does with a packet (RTN_*); Multipath: it has several next hops.
enum class RouteType : std::uint8_t { Unicast, Local, Broadcast, Unreachable, Prohibit, Blackhole, Multipath };

/// PathBy is what chooses one of several next hops: a hash of the addresses, of the ports, too, or the source address.
enum class PathBy : std::uint8_t { Addresses, Ports, Source };

/// Unsent is what a device wanted to send and could not.
enum class Unsent : std::uint8_t { EchoReply, SynAck, Reset, Segment, IcmpError, Datagram };
/// UnsentWhy is why. NoAddress: no interface has one, so that there cannot be a route.
enum class UnsentWhy : std::uint8_t { NoRoute, RouteRefuses, SourceGone, NoAddress };

/// ConfigError is why ip(8) refuses a command.
enum class ConfigError : std::uint8_t {
    None,
    FileExists,        ///< EEXIST: a row of that destination and metric is there
    InvalidGateway,    ///< nothing directly connected holds the next hop, or it is a broadcast or group
    NoSuchProcess,     ///< ESRCH: no such row
    NoDevice,          ///< ip(8) finds no interface of that name
    OnlinkNeedsDevice, ///< "onlink" without "dev"
    InvalidSource,     ///< "src" is no address of this device
    NoSuchFile,        ///< ENOENT: no such rule of policy routing
    AddressAssigned,   ///< the interface has that address already
    AddressNotFound,   ///< the interface does not have that address
    NoSuchRule,        ///< nft(8) finds no rule to delete
    NoSuchSetting,     ///< sysctl(8) finds no such file
};

/// Verdict is what a rule of the packet filter says.
enum class Verdict : std::uint8_t { Accept, Drop, Reject, Reset };

/// Untrackable is why the state of a packet is "invalid" to connection tracking.
enum class Untrackable : std::uint8_t {
    NoSyn,      ///< it answers or ends a TCP connection whose SYN was never seen here
    WrongState, ///< its connection is in a state in which it cannot come
    NoRequest,  ///< an echo reply without a request
    Untracked,  ///< nothing that is tracked
};

} // namespace sim::decisions
