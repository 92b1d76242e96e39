// A list that only grows at its end and never moves: for logs of millions of small records.
#pragma once

#include "sim/kernel/heap.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <type_traits>
#include <vector>

namespace sim::kernel {

/// Chunked is a list of T in pieces of kPerChunk. Appending never copies what is there; a copy of the list shares its
/// pieces until one of the two writes to them. Memory comes from std::pmr::get_default_resource().
template <class T, std::size_t kPerChunk>
class Chunked {
    static_assert(std::is_trivially_copyable_v<T> && (kPerChunk & (kPerChunk - 1)) == 0);

public:
    Chunked() = default;
    Chunked(const Chunked& other) : mChunks(other.mChunks), mBefore(other.size()) {}
    Chunked(Chunked&& other) noexcept { swap(other); }
    Chunked& operator=(Chunked other) noexcept {
        swap(other);
        return *this;
    }
    ~Chunked() = default;

    std::size_t size() const { return mBefore + std::size_t(mNext - mFirst); }
    bool empty() const { return size() == 0; }
    /// full: the next element begins a piece, or the list was copied or cut since the latest.
    bool full() const { return mNext == mEnd; }
    /// allocatedBytes is the memory that the pieces take.
    std::size_t allocatedBytes() const { return mChunks.size() * kPerChunk * sizeof(T); }

    const T& operator[](std::size_t i) const { return mChunks[i / kPerChunk][i % kPerChunk]; }
    /// change gives an element to write to.
    T& change(std::size_t i) {
        own(i / kPerChunk);
        return mChunks[i / kPerChunk][i % kPerChunk];
    }
    void append(const T& value) { *extend(1) = value; }
    /// put appends where the list is not full.
    void put(const T& value) { *mNext++ = value; }

    /// extend appends n elements (at most kPerChunk) that stand side by side, and gives the first; they are not
    /// initialised. Where the last piece has no room for all, its rest stays unused.
    T* extend(std::size_t n) {
        if (std::size_t(mEnd - mNext) < n) [[unlikely]]
            makeRoom(n);
        T* const first = mNext;
        mNext += n;
        return first;
    }
    /// makeRoom makes sure that n elements (at most kPerChunk) fit side by side. It is rare: apart from it, whoever
    /// appends stays small.
    [[gnu::noinline]] void makeRoom(std::size_t n) {
        std::size_t used = size() % kPerChunk;
        if (used == 0 || used + n > kPerChunk) {
            mChunks.push_back(allocate());
            used = 0;
        } else {
            own(mChunks.size() - 1);
        }
        T* const chunk = mChunks.back().get();
        beginAt(chunk + used, (mChunks.size() - 1) * kPerChunk + used);
        mEnd = chunk + kPerChunk;
    }
    /// resize keeps the first size elements; size is not larger than size().
    void resize(std::size_t size) {
        mChunks.resize((size + kPerChunk - 1) / kPerChunk);
        beginAt(nullptr, size);
    }

private:
    using Chunk = std::shared_ptr<T[]>;

    /// allocate leaves the elements as they come: not even zeros are written, so that memory is touched once.
    static Chunk allocate() {
        std::pmr::memory_resource* const from = std::pmr::get_default_resource();
        return Chunk(static_cast<T*>(from->allocate(kPerChunk * sizeof(T), alignof(T))),
                     [from](T* p) { from->deallocate(p, kPerChunk * sizeof(T), alignof(T)); });
    }
    void swap(Chunked& other) noexcept {
        mChunks.swap(other.mChunks);
        std::swap(mBefore, other.mBefore);
        std::swap(mFirst, other.mFirst);
        std::swap(mNext, other.mNext);
        std::swap(mEnd, other.mEnd);
    }
    void own(std::size_t chunk) {
        Chunk& c = mChunks[chunk];
        if (c.use_count() == 1) return;
        Chunk mine = allocate();
        std::copy_n(c.get(), std::min(kPerChunk, size() - chunk * kPerChunk), mine.get());
        noteCopied(kPerChunk * sizeof(T));
        c = std::move(mine);
        if (chunk + 1 == mChunks.size()) beginAt(nullptr, size());
    }
    /// beginAt says where the element number size goes; null: that has to be made sure first.
    void beginAt(T* next, std::size_t size) {
        mBefore = size;
        mFirst = mNext = mEnd = next;
    }

    std::vector<Chunk> mChunks;
    std::size_t mBefore = 0; ///< the number of the element at mFirst
    T* mFirst = nullptr;     ///< somewhere in the last piece
    T* mNext = nullptr;      ///< where the next element goes in the last piece, when that is known to be ours alone
    T* mEnd = nullptr;
};

} // namespace sim::kernel
