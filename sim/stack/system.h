// The network half of a device: interfaces, an optional bridge, an optional IP stack with its tables.
#pragma once

#include "sim/kernel/ring.h"
#include "sim/kernel/rng.h"
#include "sim/stack/bridge.h"
#include "sim/stack/conntrack.h"
#include "sim/stack/firewall.h"
#include "sim/stack/icmp.h"
#include "sim/stack/interface.h"
#include "sim/stack/neighbour.h"
#include "sim/stack/notice.h"
#include "sim/stack/packet_socket.h"
#include "sim/stack/peer.h"
#include "sim/stack/raw.h"
#include "sim/stack/reassembly.h"
#include "sim/stack/route_exception.h"
#include "sim/stack/route_table.h"
#include "sim/stack/tcp.h"
#include "sim/stack/udp.h"
#include "sim/stack/vxlan.h"
#include "sim/stack/wireguard.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sim::stack {

/// System begins with what every frame asks for, side by side: in a network of thousands of devices, waiting for memory
/// is most of what a frame costs.
struct System {
    std::vector<Interface> interfaces;
    std::vector<std::uint32_t> localAddresses; ///< sorted
    bool ip = false;                ///< has an IP stack and no bridge; interface 0 is lo then
    bool forwarding = false;
    std::uint16_t nextIpId = 0;
    kernel::Ring<Notice> notices;
    std::vector<PacketSocket> packetSockets;
    Firewall firewall;
    NeighbourTable neighbours;
    RouteTable routes;
    RouteExceptions routeExceptions;
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

    std::pair<std::uint16_t, std::uint16_t> portRange{32768, 60999};
    std::vector<wire::IpAddress> dnsServers;
    std::vector<std::string> search; ///< domains below which the resolver tries names
    int ndots = 1;                  ///< a name with fewer dots is tried below them first
    std::string domain;             ///< of this network, as DHCP tells it: one more to try
    std::vector<std::pair<std::string, wire::IpAddress>> hosts;
    std::string userAgent;

    kernel::Rng rng;

    /// newIpId gives an IP identification that is not zero.
    std::uint16_t newIpId() {
        if (++nextIpId == 0) ++nextIpId;
        return nextIpId;
    }
};

} // namespace sim::stack
