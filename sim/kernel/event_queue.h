// The future: events in the order (time, sequence). A 4-ary heap of small trivially copyable records.
#pragma once

#include "sim/kernel/id.h"
#include "sim/kernel/int128.h"
#include "sim/kernel/time.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim::kernel {

/// EventKind says who handles an event and what target and arg mean.
enum class EventKind : std::uint16_t {
    FrameArrival,   ///< target: InterfaceId; arg: frame slot
    LoopbackInput,  ///< target: InterfaceId of lo; arg: frame slot
    Neighbour,      ///< target: DeviceId; arg: neighbour entry
    Reassembly,     ///< target: DeviceId; arg: queue of fragments
    TcpTimer,       ///< target: DeviceId; arg: socket
    AppTimer,       ///< target: DeviceId; arg: app
    Igmp,           ///< target: DeviceId; arg: interface of the device
    Tunnel,         ///< target: DeviceId; arg: WireGuard << 16 | peer
};

/// Event is something that will happen. Events of equal time happen in the order in which they were scheduled.
struct Event {
    SimTime time{0};
    std::uint64_t sequenceAndKind = 0; ///< sequence << 16 | kind
    std::uint64_t cause = 0;           ///< number of the event that scheduled this one, low 48 bits; tag in the high 16
    std::uint32_t target = 0;
    std::uint32_t arg = 0;

    EventKind kind() const { return EventKind(sequenceAndKind & 0xffff); }
    EventNo causeNo() const { return cause & 0xffff'ffff'ffffULL; }
    std::uint16_t tag() const { return std::uint16_t(cause >> 48); }
};
static_assert(sizeof(Event) == 32);

class EventQueue {
public:
    bool empty() const { return mHeap.empty(); }
    std::size_t size() const { return mHeap.size(); }
    const Event& top() const { return mHeap.front(); }
    /// risen is the event that the latest pop let rise to a level of the heap: to 0 the next one, to 1 one of the next few,
    /// to 2 one of the next two dozen, to 3 one of the next hundred. Null when none did. It holds until the queue changes.
    const Event* risen(unsigned level) const { return mRisen[level] == kNone ? nullptr : &mHeap[mRisen[level]]; }
    static constexpr unsigned kLevels = 4;

    void push(SimTime time, EventKind kind, std::uint32_t target, std::uint32_t arg, EventNo cause, std::uint16_t tag = 0) {
        const Event e{time, mNextSequence++ << 16 | std::uint64_t(kind), cause | std::uint64_t(tag) << 48, target, arg};
        std::size_t i = mHeap.size();
        mHeap.push_back(e);
        while (i > 0) {
            const std::size_t parent = (i - 1) / 4;
            if (!before(e, mHeap[parent])) break;
            mHeap[i] = mHeap[parent];
            i = parent;
        }
        mHeap[i] = e;
    }

    Event pop() {
        const Event first = mHeap.front();
        const Event last = mHeap.back();
        mHeap.pop_back();
        const std::size_t n = mHeap.size();
        for (auto& risen : mRisen) risen = kNone;
        if (n == 0) return first;
        std::size_t i = 0;
        unsigned level = 0;
        for (;;) {
            const std::size_t child = 4 * i + 1;
            if (child >= n) break;
            const std::size_t best = earliestFrom(child);
            if (!before(mHeap[best], last)) break;
            mHeap[i] = mHeap[best];
            if (level < kLevels) mRisen[level++] = std::uint32_t(i);
            i = best;
        }
        mHeap[i] = last;
        if (level < kLevels) mRisen[level] = std::uint32_t(i);
        return first;
    }

private:
    /// earliestFrom is the earliest of four siblings, of which first is the first.
    std::size_t earliestFrom(std::size_t first) const {
        const Event* const h = mHeap.data();
        if (first + 4 > mHeap.size()) [[unlikely]] {
            std::size_t best = first;
            for (std::size_t c = first + 1; c < mHeap.size(); ++c)
                if (before(h[c], h[best])) best = c;
            return best;
        }
        // Sums instead of branches: which of four comes first is anybody's guess, the processor's too.
        const std::size_t left = first + std::size_t(before(h[first + 1], h[first]));
        const std::size_t right = first + 2 + std::size_t(before(h[first + 3], h[first + 2]));
        return left + ((right - left) & (std::size_t{0} - std::size_t(before(h[right], h[left]))));
    }
    static bool before(const Event& a, const Event& b) {
        using Key = Uint128;
        const auto key = [](const Event& e) { return Key(std::uint64_t(e.time.count())) << 64 | e.sequenceAndKind; };
        return key(a) < key(b);
    }

    static constexpr std::uint32_t kNone = 0xffff'ffff;
    std::vector<Event> mHeap;
    std::uint32_t mRisen[kLevels] = {kNone, kNone, kNone, kNone}; ///< indices
    std::uint64_t mNextSequence = 1;
};

} // namespace sim::kernel
