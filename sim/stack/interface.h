// A network interface as a device sees it.
#pragma once

#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sim::stack {

enum class InterfaceType : std::uint8_t { Loopback, Ethernet, Tunnel, Vxlan };

/// Membership is a multicast group that programs on this device have joined by an interface.
struct Membership {
    std::uint32_t group = 0;
    std::uint32_t users = 0;   ///< 0: left, and only kept until that is reported
    std::uint8_t reports = 0;  ///< how many reports of the latest change are still to be sent
};

struct Interface {
    static constexpr std::uint32_t kNone = 0xffff'ffff;
    std::string name;
    kernel::InterfaceId id;              ///< in the network
    InterfaceType type = InterfaceType::Ethernet;
    bool up = true;
    int mtu = 1500;                      ///< bytes of IP packet
    wire::MacAddress mac;
    std::uint32_t tunnel = kNone;        ///< which of the system's WireGuards, or of its VXLANs; kNone: leads nowhere
    std::vector<wire::Prefix> addresses; ///< the first is the primary one
    std::vector<Membership> groups;
    std::uint8_t groupReports = 0;                             ///< state change reports to send by this interface yet
    kernel::SimTime groupChange{-1}, groupAnswer{-1};          ///< when the next report is due: of a change, to a query
    std::uint64_t rxFrames = 0, rxBytes = 0, txFrames = 0, txBytes = 0, drops = 0;
};

/// kLoopback is the index of lo in every system with an IP stack.
inline constexpr std::uint32_t kLoopback = 0;

} // namespace sim::stack
