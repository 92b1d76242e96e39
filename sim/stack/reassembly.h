// Reassembly of fragments (RFC 791 3.2, RFC 815) as Linux does it (net/ipv4/ip_fragment.c): 30 s, overlaps end the
// whole packet, exact duplicates are ignored, and what waits is bounded.
#pragma once

#include "sim/kernel/flat_map.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/time.h"

#include <cstdint>
#include <vector>

namespace sim::stack {

class Context;

/// FragmentKey is what the fragments of one packet have in common (RFC 791).
struct FragmentKey {
    std::uint32_t source = 0, destination = 0;
    std::uint16_t id = 0;
    std::uint8_t protocol = 0;
    bool forTracking = false; ///< put together for connection tracking, not for a program here
    bool operator==(const FragmentKey&) const = default;
};
constexpr std::uint64_t hashOf(const FragmentKey& k) {
    return kernel::mix64((std::uint64_t(k.source) << 32 | k.destination) ^
                         kernel::mix64(std::uint64_t(k.id) << 16 | std::uint64_t(k.protocol) << 8 | k.forTracking));
}

/// FragmentQueue holds what has come of one packet.
struct FragmentQueue {
    struct Piece {
        std::uint32_t begin = 0, end = 0; ///< bytes of the packet's payload
        kernel::FrameSlot frame = kernel::kNoFrame;
    };
    std::vector<Piece> pieces; ///< sorted, not overlapping
    std::uint32_t length = 0;  ///< of the whole payload, as far as known
    std::uint32_t have = 0;    ///< bytes of it that are here
    bool lastSeen = false;
    std::uint16_t largest = 0;   ///< the largest fragment, header included
    std::uint16_t largestDf = 0; ///< the largest one that said "don't fragment"
    kernel::SimTime deadline{0};
};

/// Reassembly is the fragments that wait for others of their packet.
struct Reassembly {
    static constexpr kernel::SimTime kTimeout = std::chrono::seconds(30); ///< net.ipv4.ipfrag_time
    static constexpr std::size_t kMostBytes = 4 * 1024 * 1024;            ///< net.ipv4.ipfrag_high_thresh
    kernel::FlatMap<FragmentKey, FragmentQueue> queues;
    std::size_t bytes = 0;
};

namespace reassembly {

/// add takes a fragment (consumed). Complete gives the whole packet's frame, else kNoFrame. largest gets the size of
/// its largest fragment, so that a router can cut it up the same way again.
kernel::FrameSlot add(Context& c, kernel::FrameSlot fragment, bool forTracking, std::uint16_t& largest);
/// timer handles EventKind::Reassembly.
void timer(Context& c, std::uint32_t queue);

} // namespace reassembly
} // namespace sim::stack
