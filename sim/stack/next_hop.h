// What an administrator may put into the routing table, and which source address a row sends from, as Linux decides it
// (net/ipv4/fib_semantics.c: fib_check_nh, fib_create_info; net/ipv4/devinet.c: inet_select_addr).
#pragma once

#include "sim/decisions/reasons.h"
#include "sim/stack/flow.h"
#include "sim/stack/route_table.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sim::stack {

struct System;

/// ConfigError is why a change of addresses or routes is refused.
using decisions::ConfigError;
/// configErrorText is what ip(8) prints: "RTNETLINK answers: File exists".
const char* configErrorText(ConfigError e);

/// HopRequest is a next hop that a route asks for.
struct HopRequest {
    static constexpr std::uint32_t kAny = 0xffff'ffff;     ///< no interface was named
    static constexpr std::uint32_t kUnknown = 0xffff'fffe; ///< one was named that does not exist
    std::uint32_t via = 0;
    std::uint32_t interface = kAny;
    std::uint32_t weight = 1; ///< its share, when there are several
    bool onlink = false;
};

/// RouteRequest is what "ip route add" or "del" asks for: with a next hop, and others to share the load with.
struct RouteRequest : HopRequest {
    std::uint32_t network = 0;
    std::uint8_t length = 0;
    RouteType type = RouteType::Unicast;
    RouteProtocol protocol = RouteProtocol::Static;
    std::uint32_t metric = 0;
    std::uint32_t source = 0; ///< of what is sent by it; 0: as the interface has it
    std::uint32_t table = kMainTable;
    std::vector<HopRequest> others;
};

/// RefusedSetting is a part of a device's configuration that was refused.
struct RefusedSetting {
    ConfigError error = ConfigError::None;
    std::string what; ///< as an administrator would type it: "route add default via 10.0.0.1"
    wire::IpAddress about;
};

namespace next_hop {

/// selectSource is the address that what leaves by an interface towards an address comes from, if it has none yet: a
/// primary one in the same network, or the first primary one, or one of another interface; 0: this device has none.
std::uint32_t selectSource(const System& s, std::uint32_t interface, std::uint32_t towards);
/// add puts a row into the table, or says why not.
ConfigError add(System& s, const RouteRequest& request);
/// remove takes the first row away that a request matches.
ConfigError remove(System& s, const RouteRequest& request);
/// addressesChanged chooses the source of every row anew, and tries the rows again that waited for an address.
void addressesChanged(System& s);

} // namespace next_hop
} // namespace sim::stack
