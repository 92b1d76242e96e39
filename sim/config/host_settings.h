// The settings of a host that a lab's node and a device say in the same words. Strings are UTF-8.
#pragma once

#include "sim/config/script.h"
#include "sim/config/sysctl.h"
#include "sim/kernel/time.h"
#include "sim/stack/tcp_congestion.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sim::config {

/// NeighbourConfig is a permanent row of the ARP table.
struct NeighbourConfig {
    wire::IpAddress address;
    wire::MacAddress mac;
    bool operator==(const NeighbourConfig&) const = default;
};

/// ListenConfig is a port where a script waits for whoever comes.
struct ListenConfig {
    bool tcp = true;
    std::uint16_t port = 0;
    Script script;
    bool operator==(const ListenConfig&) const = default;
};

/// RipConfig is RIP version 2 as FRR's ripd speaks it.
struct RipConfig {
    kernel::SimTime update = std::chrono::seconds(30), timeout = std::chrono::seconds(180),
                    garbage = std::chrono::seconds(120);
    std::vector<wire::Prefix> networks; ///< only interfaces in these; none: all
    std::vector<std::string> passive;   ///< interfaces that are told of but not spoken to
    bool splitHorizon = true;           ///< do not tell a neighbour its own routes
    bool poisonedReverse = false;       ///< tell a neighbour its own routes as unreachable instead of not at all
    bool redistributeConnected = false, redistributeStatic = false;
    bool defaultOriginate = false; ///< tell the others of a default route by this router
    bool operator==(const RipConfig&) const = default;
};

/// RuleConfig is a rule of policy routing, as "ip rule add" takes it.
struct RuleConfig {
    /// Action is what becomes of a packet that it is about; Any: only of a rule to delete.
    enum class Action : std::uint8_t { Lookup, Unreachable, Prohibit, Blackhole, Any };
    wire::Prefix from, to; ///< none: all
    std::string in;        ///< interface by which a packet came; "lo": made here; empty: any
    Action action = Action::Lookup;
    std::uint32_t table = 0;    ///< of Lookup
    std::uint32_t priority = 0; ///< 0: none was named
    bool operator==(const RuleConfig&) const = default;
};
/// ruleText is a rule as it is written: "from 10.0.0.0/8 lookup 100 priority 1000".
std::string ruleText(const RuleConfig& rule);
/// tableText is the name of a table, or its number.
std::string tableText(std::uint32_t table);

/// HostSettings are what model::lab::Node and DeviceConfig both are; what is added here needs no copying.
struct HostSettings {
    std::vector<wire::Prefix> loopback; ///< addresses of lo besides 127.0.0.1/8
    std::vector<NeighbourConfig> neighbours;
    std::vector<wire::IpAddress> dns;                                ///< the resolver's servers
    std::vector<std::string> search;                                 ///< domains below which it tries names
    int ndots = 1;                                                   ///< names with fewer dots are tried there first
    std::vector<std::pair<std::string, wire::IpAddress>> hosts;      ///< /etc/hosts; of a lab, an empty row: all nodes
    std::pair<std::uint16_t, std::uint16_t> portRange{32768, 60999}; ///< net.ipv4.ip_local_port_range
    stack::TcpCongestion congestion = stack::TcpCongestion::Cubic;   ///< net.ipv4.tcp_congestion_control
    std::string userAgent = "Packetarium/0.1";                       ///< what the browser calls itself
    std::vector<ListenConfig> listeners;
    std::vector<wire::IpAddress> dhcpRelay; ///< servers to which requests are relayed
    std::optional<RipConfig> rip;
    std::vector<RuleConfig> rules;    ///< in the order in which those without a priority are asked
    std::vector<SysctlConfig> sysctl; ///< in the order in which they are set, but ip_forward first
    bool operator==(const HostSettings&) const = default;
};

} // namespace sim::config
