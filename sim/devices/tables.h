// The tables of a device as people read them: rows by value, made when somebody looks.
#pragma once

#include "sim/devices/network.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sim::devices {

/// Rows carry a key that stays the same while the row changes, so that two moments can be compared row by row.

/// InterfaceRow is an interface as "ip -s addr" shows it.
struct InterfaceRow {
    std::string key, name;
    wire::MacAddress mac;
    std::vector<wire::Prefix> addresses;
    int mtu = 0;
    std::string state; ///< "up", "no carrier", "down"
    std::uint64_t rxFrames = 0, txFrames = 0, rxBytes = 0, txBytes = 0, drops = 0;
};

/// RouteRow is a route as "ip route" shows it.
struct RouteRow {
    std::string key;
    wire::Prefix destination;
    wire::IpAddress via; ///< none: on-link
    std::string interface;
    wire::IpAddress source;
    std::uint32_t metric = 0;
    std::string protocol; ///< "kernel", "static", "rip"
    std::string kind;     ///< "unicast", "unreachable", "prohibit", "blackhole"
    bool linkdown = false;
    bool onlink = false;    ///< via was taken for a neighbour unasked
    bool preferred = false; ///< source was asked for
    std::string table;      ///< "main", or its number
    /// Of one of several next hops, each of which is a row: its share, 0 when it is the only one; its place among them;
    /// and that its interface is down.
    std::uint32_t weight = 0, place = 0;
    bool dead = false;
};

/// RuleRow is a row of "ip rule".
struct RuleRow {
    std::string key;
    std::uint32_t priority = 0;
    wire::Prefix from, to; ///< none: all
    std::string iif;       ///< empty: any
    std::string action;    ///< "lookup", "unreachable", "prohibit", "blackhole"
    std::string table;     ///< of lookup: "local", "main", "default" or its number
};

/// RouteExceptionRow is what was learned about the way to one destination ("ip route show cache").
struct RouteExceptionRow {
    std::string key;
    wire::IpAddress destination, via; ///< via none: on-link
    std::string interface;
    std::uint32_t mtu = 0;   ///< 0: the interface's
    bool redirected = false; ///< via was told by another router
    kernel::SimTime expires{0};
};

/// NeighbourRow is a neighbour as "ip neigh" shows it.
struct NeighbourRow {
    std::string key;
    wire::IpAddress address;
    wire::MacAddress mac; ///< zero while unknown
    std::string interface;
    std::string state;          ///< "INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED"
    kernel::SimTime updated{0}; ///< since when it is in this state
};

/// FlowEnds is one direction of a tracked flow; for ICMP echo both ports are the identifier.
struct FlowEnds {
    wire::IpAddress source, destination;
    std::uint16_t sourcePort = 0, destinationPort = 0;
    bool operator==(const FlowEnds&) const = default;
};

/// NatRow is a tracked connection as "conntrack -L" shows it.
struct NatRow {
    std::string key;
    std::string protocol; ///< "tcp", "udp", "icmp"
    std::string state;    ///< "SYN_SENT", "ESTABLISHED", "TIME_WAIT" …, "new", "replied"; as conntrack names TCP's
    wire::IpAddress inside, outside, remote;                       ///< outside: what the remote sees
    std::uint16_t insidePort = 0, outsidePort = 0, remotePort = 0; ///< for ICMP: the identifier, remotePort 0
    bool translated = false;                                       ///< false: only tracked, not changed
    FlowEnds original, reply; ///< as conntrack -L lists them: what opened the flow, and what an answer looks like
    bool replied = false, assured = false;
    kernel::SimTime expires{0};
};

/// MacRow is an entry of a switch's table as "bridge fdb" shows it.
struct MacRow {
    std::string key;
    wire::MacAddress mac;
    std::string port; ///< of a VXLAN: its interface and the other end, "vx0 dst 198.51.100.2"
    kernel::SimTime updated{0};
};

/// TunnelPeerRow is a peer of a WireGuard interface, as "wg show" lists it.
struct TunnelPeerRow {
    std::string key, interface, peer, publicKey;
    wire::IpAddress endpoint; ///< none while unknown
    std::uint16_t endpointPort = 0;
    std::vector<wire::Prefix> allowedIps;
    kernel::SimTime latestHandshake{-1};  ///< negative: none yet
    std::uint64_t received = 0, sent = 0; ///< bytes
};

/// SocketRow is a socket as "ss" shows it.
struct SocketRow {
    std::string key, protocol, state, app;
    wire::IpAddress local, remote;
    std::uint16_t localPort = 0, remotePort = 0;
    std::uint32_t receiveQueue = 0, sendQueue = 0; ///< bytes
    std::string interface;                         ///< the only one it speaks by; empty: any
    std::uint16_t backlog = 0;                     ///< of a listener: how many may wait to be accepted
};

/// DnsCacheRow is a name in the cache of a DNS server.
struct DnsCacheRow {
    std::string key, name, type, data;
    kernel::SimTime expires{0};
    bool authoritative = false; ///< of this server's own records
};

/// LeaseRow is an address that this device has leased by DHCP, or leases to another.
struct LeaseRow {
    std::string key;
    wire::IpAddress address;    ///< none: not yet
    std::string who;            ///< server: the client's MAC; client: its interface
    std::string name;           ///< the client's host name; client: the server's address
    std::string state;          ///< server: "leased", "reserved"; client: "BOUND" …
    kernel::SimTime expires{0}; ///< kNever: does not
};

/// ApplicationRow is one program that ran or runs on the device, with its outcome so far.
struct ApplicationRow {
    std::string key, what, state, result; ///< state: "running", "done", "failed"
    bool ok = false;
};

std::vector<InterfaceRow> interfaceTable(const Network&, kernel::DeviceId);
std::vector<RouteRow> routingTable(const Network&, kernel::DeviceId);
/// ruleTable is empty for a device without rules of its own.
std::vector<RuleRow> ruleTable(const Network&, kernel::DeviceId);
std::vector<RouteExceptionRow> routeExceptionTable(const Network&, kernel::DeviceId);
std::vector<NeighbourRow> neighbourTable(const Network&, kernel::DeviceId);
std::vector<NatRow> natTable(const Network&, kernel::DeviceId);
std::vector<MacRow> macTable(const Network&, kernel::DeviceId);
std::vector<TunnelPeerRow> tunnelPeerTable(const Network&, kernel::DeviceId);
std::vector<SocketRow> socketTable(const Network&, kernel::DeviceId);
std::vector<DnsCacheRow> dnsCacheTable(const Network&, kernel::DeviceId);
std::vector<LeaseRow> leaseTable(const Network&, kernel::DeviceId);
std::vector<ApplicationRow> applicationTable(const Network&, kernel::DeviceId);

/// pageOf is what the browser of a device shows: the last page that arrived; empty when none.
struct Page {
    std::string url;
    int status = 0;
    std::string body;
    std::string error;
};
Page pageOf(const Network&, kernel::DeviceId);

} // namespace sim::devices
