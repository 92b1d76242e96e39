// A learning bridge (IEEE 802.1D clause 7), as Linux's is: learns from every frame, ages after 300 s, floods the rest.
// Without learning it is a hub.
#pragma once

#include "sim/kernel/flat_map.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/time.h"
#include "sim/wire/address.h"

#include <cstdint>

namespace sim::stack {

class Context;

/// MacKey is what a bridge looks a MAC up by.
struct MacKey {
    std::uint64_t mac = 0;
    bool operator==(const MacKey&) const = default;
};
constexpr std::uint64_t hashOf(const MacKey& k) { return kernel::mix64(k.mac); }

/// MacEntry says behind which port a MAC is, and since when.
struct MacEntry {
    std::uint32_t port = 0xffff'ffff;
    kernel::SimTime updated{0};
};

/// Bridge is the MAC table of a switch and how it learns (IEEE 802.1D).
struct Bridge {
    static constexpr kernel::SimTime kAgeing = std::chrono::seconds(300);
    kernel::FlatMap<MacKey, MacEntry> table;
    bool learning = true; ///< false: a hub, which sends everything everywhere, also what a bridge keeps to itself
};

namespace bridge {
/// receive forwards a frame that came in by a port of the bridge; the frame is consumed.
void receive(Context& c, std::uint32_t port, kernel::FrameSlot frame);
/// forget takes away what was learned at a port that has lost its carrier; how many MACs that were.
std::uint32_t forget(Context& c, std::uint32_t port);
} // namespace bridge

} // namespace sim::stack
