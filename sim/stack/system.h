// The network half of a device: interfaces, an optional bridge, an optional IP stack with its tables.
#pragma once

#include "sim/kernel/cow.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/rng.h"
#include "sim/stack/address_set.h"
#include "sim/stack/arp_reply.h"
#include "sim/stack/bridge.h"
#include "sim/stack/conntrack.h"
#include "sim/stack/firewall.h"
#include "sim/stack/icmp.h"
#include "sim/stack/interface.h"
#include "sim/stack/neighbour.h"
#include "sim/stack/next_hop.h"
#include "sim/stack/notice.h"
#include "sim/stack/packet_socket.h"
#include "sim/stack/peer.h"
#include "sim/stack/raw.h"
#include "sim/stack/reassembly.h"
#include "sim/stack/route_exception.h"
#include "sim/stack/route_policy.h"
#include "sim/stack/route_table.h"
#include "sim/stack/sysctl.h"
#include "sim/stack/tcp.h"
#include "sim/stack/udp.h"
#include "sim/stack/vxlan.h"
#include "sim/stack/wireguard.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sim::stack {

/// System is laid out for frames that pass: in a network of thousands of devices, waiting for memory is most of what
/// they cost. What each of them asks for stands in three cache lines; in between is what few of them need.
struct System {
    /// What a packet's way may depend on besides its destination, as bits of `extras`.
    static constexpr std::uint8_t kExceptions = 1;  ///< there are, or were, route exceptions
    static constexpr std::uint8_t kReversePath = 2; ///< rp_filter is on somewhere
    static constexpr std::uint8_t kPolicy = 4;      ///< there are, or were, rules or rows with several next hops

    std::vector<Interface> interfaces; // the first line; what shares a System is counted before it
    AddressSet localAddresses;

    kernel::Rng rng;

    RouteTable routes; // the second line: its last members, and the flags
    bool ip = false;   ///< has an IP stack and no bridge; interface 0 is lo then
    bool forwarding = false;
    bool tracking = false;   ///< connections are tracked
    bool filtering = false;  ///< the firewall has a rule, or a policy that drops
    bool tapped = false;     ///< there are packet sockets
    std::uint8_t extras = 0; ///< kExceptions …
    std::uint16_t nextIpId = 0;

    std::vector<PacketSocket> packetSockets;
    NeighbourTable neighbours;    // the third line: its last members,
    kernel::Ring<Notice> notices; // and the first of this

    Firewall firewall;
    RouteExceptions routeExceptions;
    RoutePolicy policy;
    Sysctls sysctls;
    std::vector<ProxyRequest> proxyRequests; ///< that are answered in a moment
    Conntrack conntrack;
    std::string name;
    std::optional<Bridge> bridge;
    Reassembly reassembly;
    PeerTable peers;
    IcmpState icmp;
    UdpTable udp;
    TcpTable tcp;
    RawTable raw;
    std::vector<Wireguard> wireguards;
    std::vector<Vxlan> vxlans;

    std::vector<wire::IpAddress> dnsServers;
    std::vector<std::string> search; ///< domains below which the resolver tries names
    int ndots = 1;                   ///< a name with fewer dots is tried below the search domains first
    std::string domain;              ///< of this network, as DHCP tells it: one more to try
    std::vector<std::pair<std::string, wire::IpAddress>> hosts;
    std::string userAgent;
    std::pair<std::uint16_t, std::uint16_t> portRange{32768, 60999};
    std::vector<RouteRequest> pendingRoutes; ///< configured ones that wait for the address that DHCP will give
    std::vector<RefusedSetting> refusals;    ///< what of the configuration was refused, to be recorded

    /// newIpId gives an IP identification that is not zero.
    std::uint16_t newIpId() {
        if (++nextIpId == 0) ++nextIpId;
        return nextIpId;
    }

    /// kLines are offsets into the cache lines that a frame that passes reads.
    static const std::ptrdiff_t kLines[3];
};
inline constexpr std::ptrdiff_t System::kLines[3] = {-1, offsetof(System, ip), offsetof(System, notices)};
static_assert((offsetof(System, ip) + kernel::Cow<System>::kCounts) % kernel::kCacheLine == kernel::kCacheLine - 8 &&
              (offsetof(System, notices) + kernel::Cow<System>::kCounts) % kernel::kCacheLine == 48);

} // namespace sim::stack
