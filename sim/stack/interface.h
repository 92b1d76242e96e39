// A network interface as a device sees it.
#pragma once

#include "sim/kernel/fetch.h"
#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/wire/address.h"
#include "sim/wire/link_type.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sim::stack {

/// InterfaceType is what a frame meets behind an interface.
enum class InterfaceType : std::uint8_t { Loopback, Ethernet, Tunnel, Vxlan };

/// linkType is what a capture on such an interface shows first: a tunnel device without MAC has no Ethernet header.
constexpr wire::LinkType linkType(InterfaceType type) {
    return type == InterfaceType::Tunnel ? wire::LinkType::RawIp : wire::LinkType::Ethernet;
}

/// Membership is a multicast group that programs on this device have joined by an interface.
struct Membership {
    std::uint32_t group = 0;
    std::uint32_t users = 0;  ///< 0: left, and only kept until that is reported
    std::uint8_t reports = 0; ///< how many reports of the latest change are still to be sent
};

/// Interface has what every frame needs in its first cache line.
struct alignas(kernel::kCacheLine) Interface {
    static constexpr std::uint32_t kNone = 0xffff'ffff;
    kernel::InterfaceId id; ///< in the network
    InterfaceType type = InterfaceType::Ethernet;
    bool up = true;
    wire::MacAddress mac;
    int mtu = 1500;               ///< bytes of IP packet
    std::uint32_t tunnel = kNone; ///< which of the system's WireGuards, or of its VXLANs; kNone: leads nowhere
    std::uint32_t broadcast = 0;  ///< of its only address; with several, or none: 0
    std::uint64_t rxFrames = 0, rxBytes = 0, txFrames = 0, txBytes = 0, drops = 0;

    std::vector<wire::Prefix> addresses; ///< primary ones first, then secondary ones
    std::string name;
    std::vector<Membership> groups;
    bool dhcp = false;                                ///< a DHCP client looks after its address
    std::uint8_t groupReports = 0;                    ///< state change reports to send by this interface yet
    kernel::SimTime groupChange{-1}, groupAnswer{-1}; ///< when the next report is due: of a change, to a query

    /// isSecondary tells whether an earlier address shares the network of one (IFA_F_SECONDARY): it has no route of its
    /// own, and nothing is sent from it that did not ask for it.
    bool isSecondary(std::size_t i) const {
        for (std::size_t k = 0; k < i; ++k)
            if (addresses[k].length == addresses[i].length && addresses[k].network() == addresses[i].network())
                return true;
        return false;
    }

    /// addressesChanged keeps broadcast true; whoever changes addresses calls it.
    void addressesChanged() { broadcast = addresses.size() == 1 ? addresses.front().broadcast().toV4() : 0; }
};
static_assert(offsetof(Interface, addresses) == kernel::kCacheLine);

/// kLoopback is the index of lo in every system with an IP stack.
inline constexpr std::uint32_t kLoopback = 0;

} // namespace sim::stack
