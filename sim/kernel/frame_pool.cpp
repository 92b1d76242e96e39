#include "sim/kernel/frame_pool.h"

#include <algorithm>
#include <utility>

namespace sim::kernel {

FramePool& FramePool::operator=(const FramePool& other) {
    if (this == &other) return *this;
    mSlabs.clear();
    mSlabs.reserve(other.mSlabs.size());
    for (const Slab& from : other.mSlabs) {
        Slab& slab = mSlabs.emplace_back(Slab{nullptr, from.stride, from.sizeClass});
        if (!from.memory) continue;
        slab.memory = std::make_unique_for_overwrite<std::uint64_t[]>(from.words());
        std::memcpy(slab.memory.get(), from.memory.get(), from.words() * sizeof(std::uint64_t));
    }
    for (unsigned c = 0; c < 3; ++c) {
        mFree[c] = other.mFree[c];
        mFree[c].reserve(other.mFree[c].capacity());
    }
    mPacked = other.mPacked;
    mFresh = other.mFresh;
    return *this;
}

/// allocateSlab gives a slab its memory: zeros, so that a deep copy never reads what was never written, and no place
/// has a holder.
void FramePool::allocateSlab(std::uint32_t slab) {
    Slab& s = mSlabs[slab];
    s.memory = std::make_unique<std::uint64_t[]>(s.words());
    std::vector<FrameSlot>& free = mFree[s.sizeClass];
    // Room for all of them: giving a frame back never allocates.
    const auto slabs = std::count_if(mSlabs.begin(), mSlabs.end(),
                                     [&](const Slab& other) { return other.sizeClass == s.sizeClass && other.memory; });
    free.reserve(std::size_t(slabs) * kPerSlab[s.sizeClass]);
}

void FramePool::grow(unsigned c) {
    const auto unused =
        std::find_if(mSlabs.begin(), mSlabs.end(), [c](const Slab& s) { return s.sizeClass == c && !s.memory; });
    const auto slab = std::uint32_t(unused - mSlabs.begin());
    if (unused == mSlabs.end()) mSlabs.push_back({nullptr, kStride[c], c});
    allocateSlab(slab);
    const auto first = FrameSlot(slab << kSlabShift);
    for (std::uint32_t i = kPerSlab[c]; i-- > 0;)
        mFree[c].push_back(first + i);
}

FramePool FramePool::packed(const FramePool* before) const {
    FramePool copy;
    copy.mPacked.reserve(mSlabs.size());
    std::vector<std::uint8_t> bytes;
    const auto put = [&](const void* from, std::size_t size) {
        const auto* const first = static_cast<const std::uint8_t*>(from);
        bytes.insert(bytes.end(), first, first + size);
    };
    for (std::uint32_t slab = 0; slab < mSlabs.size(); ++slab) {
        Block& block = copy.mPacked.emplace_back(Block{mSlabs[slab].sizeClass, nullptr});
        if (!mSlabs[slab].memory) continue;
        bytes.clear();
        for (std::uint32_t i = 0; i < kPerSlab[block.sizeClass]; ++i) {
            const FrameSlot slot = (slab << kSlabShift) + i;
            const Head& h = head(slot);
            if (h.holders == 0) continue;
            put(&i, sizeof(i));
            put(&h, sizeof(h));
            put(reinterpret_cast<const std::uint8_t*>(&h + 1) + h.offset, h.length);
        }
        if (bytes.empty()) continue;
        if (before && slab < before->mPacked.size() && before->mPacked[slab].bytes &&
            *before->mPacked[slab].bytes == bytes) {
            block.bytes = before->mPacked[slab].bytes;
        } else {
            block.bytes = std::make_shared<const std::vector<std::uint8_t>>(bytes.begin(), bytes.end());
            copy.mFresh += block.bytes->capacity() + kBlockCost;
        }
    }
    return copy;
}

void FramePool::unpack() {
    const std::vector<Block> blocks = std::move(mPacked);
    mPacked.clear();
    mSlabs.clear();
    for (auto& free : mFree)
        free.clear();
    mSlabs.reserve(blocks.size());
    for (const Block& b : blocks)
        mSlabs.push_back({nullptr, kStride[b.sizeClass], b.sizeClass});
    for (auto slab = std::uint32_t(blocks.size()); slab-- > 0;) {
        if (!blocks[slab].bytes) continue;
        allocateSlab(slab);
        const std::uint8_t* from = blocks[slab].bytes->data();
        const std::uint8_t* const end = from + blocks[slab].bytes->size();
        while (from < end) {
            std::uint32_t place = 0;
            std::memcpy(&place, from, sizeof(place));
            Head& h = head((slab << kSlabShift) + place);
            std::memcpy(&h, from + sizeof(place), sizeof(h));
            from += sizeof(place) + sizeof(h);
            std::memcpy(reinterpret_cast<std::uint8_t*>(&h + 1) + h.offset, from, h.length);
            from += h.length;
        }
        for (std::uint32_t i = kPerSlab[blocks[slab].sizeClass]; i-- > 0;) {
            const FrameSlot slot = (slab << kSlabShift) + i;
            if (head(slot).holders == 0) mFree[blocks[slab].sizeClass].push_back(slot);
        }
    }
}

std::size_t FramePool::slabBytes() const {
    std::size_t bytes = 0;
    for (const Slab& slab : mSlabs)
        if (slab.memory) bytes += std::size_t(kPerSlab[slab.sizeClass]) * slab.stride;
    return bytes;
}

std::size_t FramePool::liveBytes() const {
    std::size_t live = slabBytes();
    for (unsigned c = 0; c < 3; ++c)
        live -= mFree[c].size() * kStride[c];
    return live;
}

std::size_t FramePool::liveCount() const {
    std::size_t live = 0;
    for (const Slab& slab : mSlabs)
        if (slab.memory) live += kPerSlab[slab.sizeClass];
    for (const auto& free : mFree)
        live -= free.size();
    return live;
}

} // namespace sim::kernel
