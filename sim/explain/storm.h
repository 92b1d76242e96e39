// Naming a run that does not end by itself: frames that go round and round, and who sends them.
#pragma once

#include "sim/devices/network.h"
#include "sim/trace/trace_log.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sim::explain {

/// Storm is a device that keeps sending, and how much.
struct Storm {
    kernel::DeviceId device;
    std::string kind; ///< "switch", "router" or "host"
    std::string name;
    std::uint64_t frames = 0;              ///< that it sent
    kernel::SimTime span{0};               ///< within this time, at most a second, to the end of the log
    std::uint32_t frame = trace::kNoIndex; ///< one that went round, and left the device again as another
    kernel::InterfaceId port;              ///< by which that frame left
    std::uint64_t rounds = 0;              ///< so often it has left that device before, saying the same
};

/// kRounds is how often a frame leaves the same device, saying the same, before that is called a storm.
inline constexpr std::uint64_t kRounds = 1000;
/// kFastFrames is how many frames a device sends within a second when kFastRounds rounds are enough: where each round
/// makes two frames of one, a thousand rounds would never be reached.
inline constexpr std::uint64_t kFastFrames = 50'000, kFastRounds = 3;

/// storm finds frames that go round and round at the end of the log: each the cause of the next, and the same again
/// after every round, in a ring of switches or between two programs that answer each other. However much is sent
/// otherwise is none, and neither is what a lower TTL will end. It looks at the last second and costs milliseconds.
/// With fewer rounds than kRounds it finds what may become one.
std::optional<Storm> storm(const trace::TraceLog& log, const devices::Network& network, std::uint64_t rounds = kRounds);

/// busiest is who sent most in the last second that the log knows; none when nothing was sent then.
std::optional<Storm> busiest(const trace::TraceLog& log, const devices::Network& network);

} // namespace sim::explain
