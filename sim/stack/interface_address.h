// Addresses that come and go while a device runs, with what Linux does about their routes (net/ipv4/fib_frontend.c).
#pragma once

#include "sim/stack/route_table.h"
#include "sim/wire/address.h"

#include <cstdint>

namespace sim::stack {

class Context;

namespace address {

/// add gives an interface one more address, and the route to its network.
void add(Context& c, std::uint32_t interface, const wire::Prefix& prefix);
/// remove takes an address away with its routes; with the last one go all routes and neighbours of the interface.
void remove(Context& c, std::uint32_t interface, const wire::Prefix& prefix);

} // namespace address
} // namespace sim::stack
