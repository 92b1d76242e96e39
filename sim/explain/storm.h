// Naming a run that does not end by itself: who sends and sends.
#pragma once

#include "sim/devices/network.h"
#include "sim/trace/trace_log.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sim::explain {

/// Storm is a device that keeps sending.
struct Storm {
    kernel::DeviceId device;
    std::string kind;        ///< "switch", "router" or "host"
    std::string name;
    std::uint64_t frames = 0; ///< that it sent
    kernel::SimTime span{0};  ///< within this time, at most a second, to the end of the log
};

/// busiest is who sent most in the last second that the log knows; none when nothing was sent then.
std::optional<Storm> busiest(const devices::Network& network, const trace::TraceLog& log);

} // namespace sim::explain
