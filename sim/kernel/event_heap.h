// Events in a 4-ary heap: any event may come, and the earliest is at hand.
#pragma once

#include "sim/kernel/event.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim::kernel {

/// EventHeap gives events back in the order of time and sequence.
class EventHeap {
public:
    bool empty() const { return mHeap.empty(); }
    std::size_t size() const { return mHeap.size(); }
    const Event& top() const { return mHeap.front(); }
    /// risen is the event that the latest pop let rise to a level of the heap: to 0 the next one, to 1 one of the next
    /// few, to 2 one of the next two dozen, to 3 one of the next hundred. Null when none did. It holds until the heap
    /// changes.
    const Event* risen(unsigned level) const { return mRisen[level] == kNone ? nullptr : &mHeap[mRisen[level]]; }
    static constexpr unsigned kLevels = 4;

    void push(const Event& e) {
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
        for (auto& risen : mRisen)
            risen = kNone;
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

    /// removeIf takes out every event for which gone says so.
    template <class F>
    void removeIf(F gone) {
        std::erase_if(mHeap, gone);
        std::sort(mHeap.begin(), mHeap.end(), before); // what is sorted is a heap
        for (auto& risen : mRisen)
            risen = kNone;
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
    static bool before(const Event& a, const Event& b) { return keyOf(a) < keyOf(b); }

    static constexpr std::uint32_t kNone = 0xffff'ffff;
    std::vector<Event> mHeap;
    std::uint32_t mRisen[kLevels] = {kNone, kNone, kNone, kNone}; ///< indices
};

} // namespace sim::kernel
