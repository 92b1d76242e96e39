// The future: events in the order (time, sequence).
#pragma once

#include "sim/kernel/event_heap.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim::kernel {

/// EventQueue gives the events in order. Frames that take equally long arrive in the order in which they were sent:
/// such events stand in a few lanes, each sorted because it is only appended to; so do timers that fire soon, as of
/// senders at a constant rate. What fits into no lane, and every timer that is far off, waits in a heap.
class EventQueue {
public:
    bool empty() const { return mSize == 0; }
    std::size_t size() const { return mSize; }
    /// heldBytes is the memory of the events that wait.
    std::size_t heldBytes() const {
        std::size_t held = mHeap.size();
        for (const Lane& lane : mLanes)
            held += lane.events.size();
        return held * sizeof(Event);
    }
    const Event& top() const { return mNext == kHeap ? mHeap.top() : mLanes[mNext].at(0); }

    void push(SimTime time, EventKind kind, std::uint32_t target, std::uint32_t arg, EventNo cause,
              std::uint16_t tag = 0) {
        const Event e{time, mNextSequence++ << 16 | std::uint64_t(kind), cause | std::uint64_t(tag) << 48, target, arg};
        const EventKey key = keyOf(e);
        const unsigned where = kind <= EventKind::LoopbackInput || time - mNow < kSoon ? laneFor(time) : kHeap;
        ++mSize;
        if (where == kHeap) {
            mHeap.push(e);
        } else {
            mLanes[where].append(e);
            mBacks[where] = time;
        }
        mFronts[where] = std::min(mFronts[where], key);
        if (key < mFronts[mNext]) mNext = where;
    }

    Event pop() {
        --mSize;
        mFrom = mNext;
        if (mNext == kHeap) {
            const Event e = mHeap.pop();
            mNow = e.time;
            mFronts[kHeap] = mHeap.empty() ? kNoKey : keyOf(mHeap.top());
            mNext = earliest();
            return e;
        }
        Lane& lane = mLanes[mNext];
        const Event e = lane.at(0);
        mNow = e.time;
        lane.removeFirst();
        if (lane.size == 0) {
            mBacks[mNext] = kNoTime;
            mFronts[mNext] = kNoKey;
        } else {
            mFronts[mNext] = keyOf(lane.at(0));
        }
        mNext = earliest();
        return e;
    }

    /// removeIf takes out every event for which gone says so; it asks about each once.
    template <class F>
    void removeIf(F gone) {
        mSize = 0;
        for (unsigned i = 0; i < kLanes; ++i) {
            Lane& lane = mLanes[i];
            lane.removeIf(gone);
            mBacks[i] = lane.size ? lane.at(lane.size - 1).time : kNoTime;
            mFronts[i] = lane.size ? keyOf(lane.at(0)) : kNoKey;
            mSize += lane.size;
        }
        mHeap.removeIf(gone);
        mFronts[kHeap] = mHeap.empty() ? kNoKey : keyOf(mHeap.top());
        mSize += mHeap.size();
        mNext = earliest();
    }

    /// Coming are events that will be popped before long, the soonest first; null where there is none.
    static constexpr unsigned kSteps = EventHeap::kLevels;
    using Coming = std::array<const Event*, kSteps>;
    /// coming gives some of those that wait where the latest pop came from. Over the pops, every event that waits long
    /// enough comes by at each of the steps.
    Coming coming() const {
        if (mFrom == kHeap) return {mHeap.risen(0), mHeap.risen(1), mHeap.risen(2), mHeap.risen(3)};
        const Lane& lane = mLanes[mFrom];
        const Event* const events = lane.events.data();
        const auto ahead = [&](std::uint32_t by) { return &events[(lane.first + by) & lane.mask]; };
        if (lane.size > kFarthest) [[likely]]
            return {ahead(0), ahead(3), ahead(10), ahead(kFarthest)};
        if (lane.size == 0) return {};
        const std::uint32_t last = lane.size - 1;
        return {ahead(0), ahead(std::min(3u, last)), ahead(std::min(10u, last)), ahead(last)};
    }

private:
    struct Lane {
        std::vector<Event> events;                   ///< a ring of a power of two
        std::uint32_t first = 0, size = 0, mask = 0; ///< mask: of a place in the ring

        const Event& at(std::uint32_t i) const { return events[(first + i) & mask]; }
        void append(const Event& e) {
            if (size == events.size()) [[unlikely]]
                grow();
            events[(first + size++) & mask] = e;
        }
        void removeFirst() {
            first = (first + 1) & mask;
            --size;
        }
        template <class F>
        void removeIf(F gone) {
            std::uint32_t kept = 0;
            for (std::uint32_t i = 0; i < size; ++i)
                if (const Event e = at(i); !gone(e)) events[(first + kept++) & mask] = e;
            size = kept;
        }
        [[gnu::noinline]] void grow() {
            std::vector<Event> larger(std::max<std::size_t>(16, events.size() * 2));
            for (std::uint32_t i = 0; i < size; ++i)
                larger[i] = at(i);
            events = std::move(larger);
            mask = std::uint32_t(events.size() - 1);
            first = 0;
        }
    };

    /// laneFor is the lane whose latest event is the latest that is not after time; kHeap when all are after it.
    unsigned laneFor(SimTime time) const {
        const auto fit = [&](unsigned lane) { return mBacks[lane] <= time ? mBacks[lane] : kNoLane; };
        const unsigned left = unsigned(fit(1) > fit(0)), right = 2 + unsigned(fit(3) > fit(2));
        const unsigned best = fit(right) > fit(left) ? right : left;
        return mBacks[best] <= time ? best : kHeap;
    }
    /// earliest tells whose first event is the earliest: sums instead of branches, as nobody can guess it.
    unsigned earliest() const {
        const unsigned left = unsigned(mFronts[1] < mFronts[0]), right = 2 + unsigned(mFronts[3] < mFronts[2]);
        const unsigned best = left + ((right - left) & (0u - unsigned(mFronts[right] < mFronts[left])));
        return mFronts[kHeap] < mFronts[best] ? kHeap : best;
    }

    static constexpr std::uint32_t kFarthest = 24;
    static constexpr unsigned kLanes = 4, kHeap = kLanes;
    static constexpr EventKey kNoKey = ~EventKey{0};
    static constexpr SimTime kNoTime{-1}, kNoLane{-2};
    static constexpr SimTime kSoon = std::chrono::milliseconds(1); ///< a lane is lost for so long to what comes earlier

    EventKey mFronts[kLanes + 1] = {kNoKey, kNoKey, kNoKey, kNoKey,
                                    kNoKey};                       ///< of the first event of each lane, and of the heap
    SimTime mBacks[kLanes] = {kNoTime, kNoTime, kNoTime, kNoTime}; ///< of the last event of each lane
    unsigned mNext = 0, mFrom = 0; ///< where the next event is, and where the latest was
    SimTime mNow{0};               ///< of the latest event
    std::size_t mSize = 0;
    std::uint64_t mNextSequence = 1;
    Lane mLanes[kLanes];
    EventHeap mHeap;
};

} // namespace sim::kernel
