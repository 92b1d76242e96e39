// What was learned about the way to single destinations: path MTUs (RFC 1191) and redirects (RFC 1122 3.2.2.2),
// kept as Linux keeps its route exceptions (net/ipv4/route.c).
#pragma once

#include "sim/kernel/flat_map.h"
#include "sim/kernel/time.h"

#include <cstdint>

namespace sim::stack {

class Context;

/// RouteException overrides gateway or MTU of the route to one destination until it expires.
struct RouteException {
    std::uint32_t gateway = 0; ///< 0: the route's own
    std::uint32_t mtu = 0;     ///< 0: the interface's
    bool locked = false;       ///< the MTU is smaller than min_pmtu: packets go without DF
    kernel::SimTime expires = kernel::kNever;
    std::uint32_t generation = 0; ///< an older one was flushed
};

/// RouteExceptions is what ICMP has taught about destinations: a path MTU, another gateway.
struct RouteExceptions {
    static constexpr kernel::SimTime kMtuExpires = std::chrono::seconds(600);
    static constexpr kernel::SimTime kRedirectExpires = std::chrono::seconds(300);
    static constexpr std::uint32_t kMinimumMtu = 552; ///< net.ipv4.route.min_pmtu
    static constexpr std::size_t kMost = 4096;

    kernel::FlatMap<std::uint64_t, RouteException> entries; ///< by destination
    std::uint32_t generation = 0;

    /// find is what holds for a destination now, or null.
    const RouteException* find(std::uint32_t destination, kernel::SimTime now) const {
        const auto e = entries.find(destination);
        if (e == entries.kNone || entries[e].generation != generation || entries[e].expires <= now) return nullptr;
        return &entries[e];
    }
};

namespace route_exception {

/// learnMtu takes "fragmentation needed" to heart and gives the path MTU that holds now.
std::uint32_t learnMtu(Context& c, std::uint32_t destination, std::uint32_t mtu, std::uint32_t from);
/// learnGateway takes a redirect: from told us to send what is for destination to gateway.
void learnGateway(Context& c, std::uint32_t destination, std::uint32_t gateway, std::uint32_t from);
/// revive gives a flushed exception a new, empty life when its destination is used again, as Linux does.
void revive(Context& c, std::uint32_t destination);
/// flush forgets everything that was learned.
void flush(Context& c);

} // namespace route_exception
} // namespace sim::stack
