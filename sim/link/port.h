// Where an interface of the network stands: its device, and the end of the cable in it.
#pragma once

#include "sim/kernel/id.h"

#include <cstddef>
#include <cstdint>

namespace sim::link {

/// Port is where an interface meets its cable.
struct Port {
    kernel::DeviceId device;
    std::uint32_t index = 0;   ///< in its device
    kernel::ChannelId channel; ///< none: no cable
    std::uint8_t end = 0;      ///< which end of the channel, 0 or 1
    std::uint16_t epoch = 0;   ///< counts how often the cable was pulled: frames of an earlier one are lost
};

/// kLongestHeader is what a frame may have around an IP packet of a port's MTU: Ethernet's header and a VLAN tag.
inline constexpr std::size_t kLongestHeader = 14 + 4;

/// An arrival's tag holds the epoch of its cable, and whether the frame will be lost on the way.
inline constexpr std::uint16_t kEpochMask = 0x7fff, kLostFlag = 0x8000;

} // namespace sim::link
