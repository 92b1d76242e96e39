// Neighbours: which MAC answers for which IPv4 address on a link (RFC 826), with Linux's states and timers
// (net/core/neighbour.c; Documentation/networking/ip-sysctl.rst, "neigh/default").
#pragma once

#include "sim/kernel/flat_map.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/time.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <span>
#include <vector>

namespace sim::stack {

class Context;

/// NeighbourState is what is known of a neighbour (NUD states).
enum class NeighbourState : std::uint8_t { None, Incomplete, Reachable, Stale, Delay, Probe, Failed, Permanent };

/// NeighbourKey is an address on an interface.
struct NeighbourKey {
    std::uint32_t interface = 0;
    std::uint32_t address = 0;
    bool operator==(const NeighbourKey&) const = default;
};
constexpr std::uint64_t hashOf(const NeighbourKey& k) {
    return kernel::mix64(std::uint64_t(k.interface) << 32 | k.address);
}

/// Neighbour is a row of the ARP table, with the packets that wait for it.
struct Neighbour {
    NeighbourState state = NeighbourState::None;
    std::uint8_t probes = 0;
    wire::MacAddress mac;
    kernel::SimTime confirmed{-1'000'000'000'000};  ///< when it last proved to be there
    kernel::SimTime used{0};                        ///< when something was sent by it outside the fast path
    kernel::SimTime updated{0};                     ///< when its state last changed
    kernel::SimTime macChanged{-1'000'000'000'000}; ///< when its MAC last changed, for locktime
    kernel::SimTime deadline{0};                    ///< when its timer fires; kNever: no timer
    std::uint32_t queuedBytes = 0;
    std::vector<kernel::FrameSlot> queue; ///< whole frames whose Ethernet header waits to be written
};

/// NeighbourTable is the ARP table of a device.
class NeighbourTable {
public:
    static constexpr kernel::SimTime kRetransmit = std::chrono::seconds(1);
    static constexpr kernel::SimTime kDelayFirstProbe = std::chrono::seconds(5);
    static constexpr kernel::SimTime kLockTime = std::chrono::seconds(1);
    static constexpr int kMulticastTries = 3, kUnicastTries = 3;
    static constexpr std::uint32_t kQueueBytes = 212'992;

    kernel::SimTime reachableTime = std::chrono::seconds(30); ///< 15 to 45 s, drawn once per system
    kernel::FlatMap<NeighbourKey, Neighbour> entries;
};

namespace neighbour {

/// send gives a frame (with room for its Ethernet header) to the owner of nextHop, or lets it wait for ARP.
void send(Context& c, std::uint32_t interface, std::uint32_t nextHop, kernel::FrameSlot frame);
/// receiveArp handles an ARP packet that came in by an interface; frame is the whole Ethernet frame and is consumed.
void receiveArp(Context& c, std::uint32_t interface, kernel::FrameSlot frame);
/// timer handles EventKind::Neighbour.
void timer(Context& c, std::uint32_t entry);
/// confirm notes that a next hop proves to be there: TCP made progress by it, and sends the next segment
/// (sk_dst_confirm).
void confirm(Context& c, std::uint32_t interface, std::uint32_t nextHop);
/// addPermanent puts a static entry into the table.
void addPermanent(Context& c, std::uint32_t interface, std::uint32_t address, const wire::MacAddress& mac);

/// valid tells whether the MAC of a next hop is known.
bool valid(const Context& c, std::uint32_t interface, std::uint32_t nextHop);
/// solicitFor asks for a next hop though no packet waits for it.
void solicitFor(Context& c, std::uint32_t interface, std::uint32_t nextHop);
/// holds tells whether a packet still waits for that next hop: the one whose transport begins with those bytes.
bool holds(Context& c, std::uint32_t interface, std::uint32_t nextHop, std::uint32_t destination,
           std::span<const std::uint8_t, 8> transport);
/// set gives an entry a state by hand ("ip neigh change"); None takes it away. mac counts for Permanent only.
void set(Context& c, std::uint32_t interface, std::uint32_t address, NeighbourState state, const wire::MacAddress& mac);
/// inject is what SIOCSARP does: an entry that is used at once and not trusted for long (STALE), whatever stood there.
void inject(Context& c, std::uint32_t interface, std::uint32_t address, const wire::MacAddress& mac);
/// flush forgets all of an interface but what is permanent, as losing its carrier or its last address does; how many.
/// everything: what is permanent, too, as an interface that goes down or gets another MAC does.
std::uint32_t flush(Context& c, std::uint32_t interface, bool everything = false);
/// announce tells everybody who has an own address (gratuitous ARP, as arp_notify sends it).
void announce(Context& c, std::uint32_t interface, std::uint32_t address);

const char* stateName(NeighbourState state);

} // namespace neighbour
} // namespace sim::stack
