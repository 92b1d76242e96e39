// What a way is looked up for, where more counts than the destination: rules and equal-cost paths (Linux struct
// flowi4).
#pragma once

#include "sim/stack/interface.h"

#include <cstdint>

namespace sim::stack {

/// kMainTable and kDefaultTable are the numbers of the tables "main" and "default" (RT_TABLE_MAIN, RT_TABLE_DEFAULT).
inline constexpr std::uint32_t kMainTable = 254, kDefaultTable = 253, kLocalTable = 255;

/// Flow is a packet, or what is known of one before it is made.
struct Flow {
    std::uint32_t destination = 0;
    std::uint32_t source = 0;         ///< 0: not chosen yet
    std::uint32_t in = kLoopback;     ///< where it came in; lo: it is made here
    std::uint8_t protocol = 0;        ///< of IP; with the ports, it counts with fib_multipath_hash_policy = 1
    std::uint16_t ports[2] = {0, 0};  ///< source and destination
    std::uint32_t hashed[2] = {0, 0}; ///< addresses that are hashed instead of its own, as those an ICMP error quotes
    bool forwarded = false;           ///< its source is not ours, and says nothing about the path
};

} // namespace sim::stack
