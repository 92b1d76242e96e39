// Addresses that come and go while a device runs, with what Linux does about their routes (net/ipv4/fib_frontend.c,
// net/ipv4/devinet.c).
#pragma once

#include "sim/stack/next_hop.h"
#include "sim/wire/address.h"

#include <cstdint>

namespace sim::stack {

class Context;

namespace address {

/// insert gives an interface one more address, and the route to its network, which a secondary address does not get.
ConfigError insert(System& s, std::uint32_t interface, const wire::Prefix& prefix);
/// add is insert on a running device, whose programs hear of it.
ConfigError add(Context& c, std::uint32_t interface, const wire::Prefix& prefix);
/// remove takes an address away with its route; the first secondary one of its network takes its place with
/// net.ipv4.conf.IFACE.promote_secondaries = 1, or all of them go, too. With the last address go all routes and
/// neighbours of the interface.
ConfigError remove(Context& c, std::uint32_t interface, const wire::Prefix& prefix);
/// withdraw is what becomes of the addresses of an interface that goes down: it keeps them, but nobody answers to them,
/// and every route by it goes (fib_sync_down_dev).
void withdraw(System& s, std::uint32_t interface);
/// restore is the way back: the addresses and the routes to their networks, but none that was added by hand.
void restore(System& s, std::uint32_t interface);

} // namespace address
} // namespace sim::stack
