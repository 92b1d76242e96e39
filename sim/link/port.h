// Where an interface of the network stands: its device, and the end of the cable in it.
#pragma once

#include "sim/kernel/id.h"

#include <cstdint>

namespace sim::link {

struct Port {
    kernel::DeviceId device;
    std::uint32_t index = 0;     ///< in its device
    kernel::ChannelId channel;   ///< none: no cable
    std::uint8_t end = 0;        ///< which end of the channel, 0 or 1
};

} // namespace sim::link
