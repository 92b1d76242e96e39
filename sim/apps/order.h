// What an administrator does to a device during a run: one command of ip(8), bridge(8) or nft(8), done at once.
#pragma once

#include "sim/wire/address.h"

#include <string>
#include <variant>

namespace sim::apps {

/// SetNeighbour gives an entry of the ARP table another state, or makes it permanent, or takes it away.
struct SetNeighbour {
    enum class To : std::uint8_t { Stale, Reachable, Failed, Permanent, Gone };
    wire::IpAddress address;
    To to = To::Stale;
    wire::MacAddress mac; ///< of a permanent one
};

/// ForgetMac lets a switch forget where a MAC is.
struct ForgetMac {
    wire::MacAddress mac;
};

/// FlushRoutes forgets what was learned about routes: path MTUs and redirects ("ip route flush cache").
struct FlushRoutes {};

using Order = std::variant<SetNeighbour, ForgetMac, FlushRoutes>;

/// describe gives the order as it is written in a lab file: "neighbour 10.1.0.2 stale".
std::string describe(const Order& order);

} // namespace sim::apps
