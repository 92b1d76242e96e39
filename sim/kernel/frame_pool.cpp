#include "sim/kernel/frame_pool.h"

namespace sim::kernel {

FramePool& FramePool::operator=(const FramePool& other) {
    if (this == &other) return *this;
    for (unsigned c = 0; c < 3; ++c) {
        const Class& from = other.mClasses[c];
        Class& to = mClasses[c];
        to.free = from.free;
        to.free.reserve(from.slabs.size() * kPerSlab[c]);
        to.slabs.clear();
        to.slabs.reserve(from.slabs.size());
        const std::size_t words = std::size_t(kStride[c]) * kPerSlab[c] / 8;
        for (const auto& slab : from.slabs) {
            to.slabs.push_back(std::make_unique_for_overwrite<std::uint64_t[]>(words));
            std::memcpy(to.slabs.back().get(), slab.get(), words * 8);
        }
    }
    return *this;
}

void FramePool::grow(unsigned c) {
    Class& k = mClasses[c];
    const std::size_t words = std::size_t(kStride[c]) * kPerSlab[c] / 8;
    const auto first = std::uint32_t(k.slabs.size()) * kPerSlab[c];
    // Zeroed, so that a deep copy never reads what was never written.
    k.slabs.push_back(std::make_unique<std::uint64_t[]>(words));
    k.free.reserve(k.slabs.size() * kPerSlab[c]);
    for (std::uint32_t i = kPerSlab[c]; i-- > 0;) k.free.push_back(first + i);
}

std::size_t FramePool::liveCount() const {
    std::size_t live = 0;
    for (unsigned c = 0; c < 3; ++c) live += mClasses[c].slabs.size() * kPerSlab[c] - mClasses[c].free.size();
    return live;
}

} // namespace sim::kernel
