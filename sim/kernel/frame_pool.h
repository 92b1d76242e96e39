// Frames in flight and in queues: counted slots in slabs of three sizes. Handing a frame on costs no allocation.
#pragma once

#include "sim/kernel/fetch.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace sim::kernel {

/// FrameSlot names a frame in a pool: its slab, and its place there in the lower eight bits.
using FrameSlot = std::uint32_t;
inline constexpr FrameSlot kNoFrame = 0xffff'ffff;

/// FramePool owns the bytes of frames. Addresses stay valid until the frame is released; a copy of the pool is deep. A
/// packed pool is only kept: its frames take the bytes that they have, and equal ones are shared.
class FramePool {
public:
    /// kHeadroom bytes are kept free before a fresh frame, so that headers can be put in front in place.
    static constexpr std::uint32_t kHeadroom = 96;
    static constexpr std::uint32_t kLargest = 66'000;

    FramePool() = default;
    FramePool(const FramePool& other) { *this = other; }
    FramePool(FramePool&&) noexcept = default;
    FramePool& operator=(FramePool&&) noexcept = default;
    FramePool& operator=(const FramePool& other);
    ~FramePool() = default;

    /// allocate gives a frame of length bytes (at most kLargest) with one holder; its bytes are not cleared.
    FrameSlot allocate(std::uint32_t length) {
        const unsigned c = length + kHeadroom <= kData[0] ? 0 : length + kHeadroom <= kData[1] ? 1 : 2;
        std::vector<FrameSlot>& free = mFree[c];
        if (free.empty()) [[unlikely]]
            grow(c);
        const FrameSlot slot = free.back();
        free.pop_back();
        Head& h = head(slot);
        h = Head{1, kHeadroom, length, 0xffff'ffff};
        return slot;
    }
    void retain(FrameSlot slot) { ++head(slot).holders; }
    void release(FrameSlot slot) {
        if (--head(slot).holders == 0) mFree[mSlabs[slot >> kSlabShift].sizeClass].push_back(slot);
    }
    bool shared(FrameSlot slot) const { return head(slot).holders > 1; }
    /// fetch asks for the memory of a frame's headers.
    void fetch(FrameSlot slot) const { kernel::fetch(&head(slot), 3 * kCacheLine); }

    std::span<std::uint8_t> bytes(FrameSlot slot) {
        Head& h = head(slot);
        return {reinterpret_cast<std::uint8_t*>(&h + 1) + h.offset, h.length};
    }
    std::span<const std::uint8_t> bytes(FrameSlot slot) const {
        const Head& h = head(slot);
        return {reinterpret_cast<const std::uint8_t*>(&h + 1) + h.offset, h.length};
    }
    /// own gives a frame with the same bytes that nobody else holds: the slot itself, or a copy in exchange for it.
    FrameSlot own(FrameSlot slot) {
        if (!shared(slot)) return slot;
        const auto old = bytes(slot);
        const FrameSlot fresh = allocate(std::uint32_t(old.size()));
        std::memcpy(bytes(fresh).data(), old.data(), old.size());
        head(fresh).trace = head(slot).trace;
        release(slot);
        return fresh;
    }
    /// setLength shortens the frame at its end.
    void setLength(FrameSlot slot, std::uint32_t length) {
        assert(length <= head(slot).length);
        head(slot).length = length;
    }
    /// trace is the index of the frame's record in whichever log is kept, for its causes.
    std::uint32_t& trace(FrameSlot slot) { return head(slot).trace; }
    std::size_t liveCount() const;

    /// packed gives a packed copy; what `before`, an earlier packed one, holds as well is shared with it.
    FramePool packed(const FramePool* before) const;
    /// unpack makes a packed pool one that can be used.
    void unpack();
    /// liveBytes is what the frames that are held take at most.
    std::size_t liveBytes() const;
    /// slabBytes is the memory of a pool that is used, free places included.
    std::size_t slabBytes() const;
    /// packedBytes is what a packed pool takes, apart from its blocks; forEachBlock tells of those, as they are shared,
    /// and freshBytes is what those take that `before` did not have.
    std::size_t packedBytes() const { return mPacked.capacity() * sizeof(Block); }
    std::size_t freshBytes() const { return mFresh; }
    template <class F>
    void forEachBlock(F f) const {
        for (const Block& b : mPacked)
            if (b.bytes) f(b.bytes.get(), b.bytes->capacity() + kBlockCost);
    }

private:
    struct Head {
        std::uint32_t holders, offset, length, trace;
    };
    // Head and data together are an odd number of cache lines (5, 29, 1035): slots do not pile up in few cache sets.
    static constexpr std::uint32_t kData[3] = {320 - 16, 1856 - 16, 66'240 - 16};
    static constexpr std::uint32_t kStride[3] = {320, 1856, 66'240};
    static constexpr std::uint32_t kPerSlab[3] = {256, 64, 4};
    static constexpr unsigned kSlabShift = 8;
    static_assert(kPerSlab[0] <= 1u << kSlabShift);

    /// Slab without memory has no frame: the next one of its size may take its place.
    struct Slab {
        std::unique_ptr<std::uint64_t[]> memory;
        std::uint32_t stride = 0, sizeClass = 0;

        std::size_t words() const { return std::size_t(stride) * kPerSlab[sizeClass] / 8; }
    };
    Head& head(FrameSlot slot) {
        const Slab& slab = mSlabs[slot >> kSlabShift];
        auto* const first = reinterpret_cast<std::uint8_t*>(slab.memory.get());
        return *reinterpret_cast<Head*>(first + std::size_t(slot & ((1u << kSlabShift) - 1)) * slab.stride);
    }
    const Head& head(FrameSlot slot) const { return const_cast<FramePool*>(this)->head(slot); }
    void grow(unsigned sizeClass);
    void allocateSlab(std::uint32_t slab);

    /// Block is a slab's frames one after the other: place in the slab, Head, bytes. None when it has none.
    struct Block {
        std::uint32_t sizeClass = 0;
        std::shared_ptr<const std::vector<std::uint8_t>> bytes;
    };
    static constexpr std::size_t kBlockCost = 80; ///< of a vector and who shares it

    std::vector<Slab> mSlabs;
    std::vector<FrameSlot> mFree[3]; ///< by size class
    std::vector<Block> mPacked;      ///< of a packed pool, by slab
    std::size_t mFresh = 0;
};

} // namespace sim::kernel
