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

struct System {
    std::string name;
    std::vector<Interface> interfaces;
    std::optional<Bridge> bridge;
    bool ip = false;                ///< has an IP stack; interface 0 is lo then
    bool forwarding = false;

    RouteTable routes;
    std::vector<std::uint32_t> localAddresses; ///< sorted
    RouteExceptions routeExceptions;
    NeighbourTable neighbours;
    Reassembly reassembly;
    PeerTable peers;
    Conntrack conntrack;
    Firewall firewall;
    IcmpState icmp;
    UdpTable udp;
    TcpTable tcp;
    RawTable raw;
    std::vector<PacketSocket> packetSockets;
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
    std::uint16_t nextIpId = 0;
    kernel::Ring<Notice> notices;

    /// newIpId gives an IP identification that is not zero.
    std::uint16_t newIpId() {
        if (++nextIpId == 0) ++nextIpId;
        return nextIpId;
    }
};

} // namespace sim::stack
