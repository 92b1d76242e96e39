#include "sim/kernel/frame_pool.h"

#include <algorithm>
#include <utility>

namespace sim::kernel {

FramePool& FramePool::operator=(const FramePool& other) {
    if (this == &other) return *this;
    mSlabs.clear();
    mSlabs.reserve(other.mSlabs.size());
    for (const Slab& from : other.mSlabs) {
        mSlabs.push_back({std::make_unique_for_overwrite<std::uint64_t[]>(from.words()), from.stride, from.sizeClass});
        std::memcpy(mSlabs.back().memory.get(), from.memory.get(), from.words() * sizeof(std::uint64_t));
    }
    for (unsigned c = 0; c < 3; ++c) {
        mFree[c] = other.mFree[c];
        mFree[c].reserve(other.mFree[c].capacity());
    }
    return *this;
}

void FramePool::grow(unsigned c) {
    Slab slab{{}, kStride[c], c};
    slab.memory = std::make_unique<std::uint64_t[]>(slab.words()); // zeroed, so that a deep copy never reads what was never written
    const auto first = FrameSlot(mSlabs.size() << kSlabShift);
    mSlabs.push_back(std::move(slab));
    std::vector<FrameSlot>& free = mFree[c];
    // Room for all of them: giving a frame back never allocates.
    free.reserve(std::size_t(std::count_if(mSlabs.begin(), mSlabs.end(), [c](const Slab& s) { return s.sizeClass == c; })) * kPerSlab[c]);
    for (std::uint32_t i = kPerSlab[c]; i-- > 0;) free.push_back(first + i);
}

std::size_t FramePool::liveCount() const {
    std::size_t live = 0;
    for (const Slab& slab : mSlabs) live += kPerSlab[slab.sizeClass];
    for (const auto& free : mFree) live -= free.size();
    return live;
}

} // namespace sim::kernel
