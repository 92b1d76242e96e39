// What an administrator does to a device during a run: one command of ip(8), bridge(8) or nft(8), done at once.
#pragma once

#include "sim/config/device_config.h"
#include "sim/stack/firewall.h"
#include "sim/wire/address.h"

#include <string>
#include <variant>

namespace sim::config {

/// SetNeighbour gives an entry of the ARP table another state, or makes it permanent, or takes it away.
struct SetNeighbour {
    enum class To : std::uint8_t { Stale, Reachable, Failed, Permanent, Gone };
    wire::IpAddress address;
    To to = To::Stale;
    wire::MacAddress mac; ///< of a permanent one
    bool operator==(const SetNeighbour&) const = default;
};

/// ForgetMac lets a switch forget where a MAC is.
struct ForgetMac {
    wire::MacAddress mac;
    bool operator==(const ForgetMac&) const = default;
};

/// FlushRoutes forgets what was learned about routes: path MTUs and redirects ("ip route flush cache").
struct FlushRoutes {
    bool operator==(const FlushRoutes&) const = default;
};

/// AddFilter puts a rule at the end of the packet filter, or changes the policy of a chain.
struct AddFilter {
    std::variant<stack::FilterRule, stack::FilterPolicy> line;
    bool operator==(const AddFilter&) const = default;
};

/// ChangeRoute adds a static route, or takes away the first row for its destination ("ip route add", "del").
struct ChangeRoute {
    bool add = true;
    RouteConfig route;
    std::string text; ///< as it was written
    bool operator==(const ChangeRoute&) const = default;
};

/// ChangeAddress gives an interface one more address, or takes one away ("ip address add", "del").
struct ChangeAddress {
    bool add = true;
    wire::Prefix address;
    std::string interface;
    bool operator==(const ChangeAddress&) const = default;
};

/// SetInterface takes an interface down or brings it up ("ip link set IFACE up|down").
struct SetInterface {
    std::string interface;
    bool up = true;
    bool operator==(const SetInterface&) const = default;
};

/// SetMac gives an interface another MAC ("ip link set IFACE address MAC").
struct SetMac {
    wire::MacAddress mac;
    std::string interface;
    bool notify = false; ///< says so by gratuitous ARP (net.ipv4.conf.IFACE.arp_notify)
    bool operator==(const SetMac&) const = default;
};

/// RemoveFilter takes the first rule away that says the same.
struct RemoveFilter {
    stack::FilterRule rule;
    bool operator==(const RemoveFilter&) const = default;
};

/// SetSysctl gives a setting of the kernel another value ("sysctl -w").
struct SetSysctl {
    SysctlConfig setting;
    bool operator==(const SetSysctl&) const = default;
};

/// ChangeRule adds a rule of policy routing, or takes away the first that is so ("ip rule add", "del").
struct ChangeRule {
    bool add = true;
    RuleConfig rule;
    bool operator==(const ChangeRule&) const = default;
};

using Order = std::variant<SetNeighbour, ForgetMac, FlushRoutes, AddFilter, RemoveFilter, ChangeRoute, ChangeAddress,
                           SetInterface, SetMac, SetSysctl, ChangeRule>;

/// describe gives the order as it is written in a lab file: "neighbour 10.1.0.2 stale".
std::string describe(const Order& order);

} // namespace sim::config
