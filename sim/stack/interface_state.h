// What "ip link set" does to a running interface (net/core/dev.c; net/ipv4/devinet.c inetdev_event;
// net/ipv4/fib_frontend.c fib_netdev_event).
#pragma once

#include "sim/wire/address.h"

#include <cstdint>

namespace sim::stack {

class Context;

namespace interface_state {

/// setUp takes an interface down or brings it up ("ip link set IFACE up|down"). Down, its routes, also static ones, and
/// its neighbours go, and its addresses are nobody's; up, the addresses come back with the routes to their networks.
void setUp(Context& c, std::uint32_t interface, bool up);
/// setMac gives an interface another MAC ("ip link set IFACE address MAC"): its neighbours are forgotten. announce:
/// says so by gratuitous ARP, as with net.ipv4.conf.IFACE.arp_notify = 1.
void setMac(Context& c, std::uint32_t interface, const wire::MacAddress& mac, bool announce);

} // namespace interface_state
} // namespace sim::stack
