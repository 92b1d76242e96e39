// Copy on write: copies share until one of them changes, so that a checkpoint costs only what differs.
#pragma once

#include "sim/kernel/fetch.h"
#include "sim/kernel/heap.h"
#include "sim/kernel/line_allocator.h"

#include <cstddef>
#include <memory>
#include <utility>

namespace sim::kernel {

/// Cow holds a T by value: a copy is cheap, and the first write to a shared one makes it its own.
/// Not for use from several threads on the same object; copies may live in different threads.
template <class T>
class Cow {
public:
    template <class... Args>
    explicit Cow(std::in_place_t, Args&&... args)
        : mShared(std::allocate_shared<Held>(LineAllocator<Held>(), std::forward<Args>(args)...)) {}

    const T& read() const { return mShared->value; }
    /// kCounts bytes stand before the value: who shares it. The first of them begins a cache line.
    static constexpr std::size_t kCounts = 16;
    /// fetch asks for the cache line at an offset into the value; -1 is that of the counts.
    void fetch(std::ptrdiff_t offset) const { kernel::fetch(reinterpret_cast<const char*>(mShared.get()) + offset); }
    T& write() {
        if (mShared.use_count() != 1) [[unlikely]]
            copy();
        return mShared->value;
    }
    /// id tells apart what is held; copies that share have the same.
    const void* id() const { return mShared.get(); }
    /// copyBytes is what it cost to copy this one when somebody wrote to it; 0: it never was a copy.
    std::size_t copyBytes() const { return mShared->bytes; }

private:
    struct Held {
        template <class... Args>
        explicit Held(Args&&... args) : value(std::forward<Args>(args)...) {}
        T value; ///< first: kCounts is how far it stands behind the counts
        std::size_t bytes = 0;
    };

    /// copy is rare: apart from it, write stays small.
    [[gnu::noinline]] void copy() {
        const std::uint64_t before = allocatedBytes();
        mShared = std::allocate_shared<Held>(LineAllocator<Held>(), std::as_const(mShared->value));
        mShared->bytes = allocatedBytes() - before;
        noteCopied(mShared->bytes);
    }

    std::shared_ptr<Held> mShared;
};

} // namespace sim::kernel
