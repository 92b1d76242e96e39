// A network interface as a device sees it.
#pragma once

#include "sim/kernel/id.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sim::stack {

enum class InterfaceType : std::uint8_t { Loopback, Ethernet, Tunnel };

struct Interface {
    std::string name;
    kernel::InterfaceId id;              ///< in the network
    InterfaceType type = InterfaceType::Ethernet;
    bool up = true;
    int mtu = 1500;                      ///< bytes of IP packet
    wire::MacAddress mac;
    std::vector<wire::Prefix> addresses; ///< the first is the primary one
    std::uint64_t rxFrames = 0, rxBytes = 0, txFrames = 0, txBytes = 0, drops = 0;
};

/// kLoopback is the index of lo in every system with an IP stack.
inline constexpr std::uint32_t kLoopback = 0;

} // namespace sim::stack
