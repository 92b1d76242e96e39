// Copy on write: copies share until one of them changes, so that a checkpoint costs only what differs.
#pragma once

#include "sim/kernel/fetch.h"

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace sim::kernel {

/// LineAllocator gives memory that begins with a cache line.
template <class T>
struct LineAllocator {
    using value_type = T;
    LineAllocator() = default;
    template <class U>
    LineAllocator(const LineAllocator<U>&) {}
    T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t(kCacheLine))); }
    void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t(kCacheLine)); }
    friend bool operator==(const LineAllocator&, const LineAllocator&) { return true; }
};

/// Cow holds a T by value: a copy is cheap, and the first write to a shared one makes it its own.
/// Not for use from several threads on the same object; copies may live in different threads.
template <class T>
class Cow {
public:
    template <class... Args>
    explicit Cow(std::in_place_t, Args&&... args) : mShared(std::allocate_shared<T>(LineAllocator<T>(), std::forward<Args>(args)...)) {}

    const T& read() const { return *mShared; }
    /// kCounts bytes stand before the value: who shares it. The first of them begins a cache line.
    static constexpr std::size_t kCounts = 16;
    /// fetch asks for the cache line at an offset into the value; -1 is that of the counts.
    void fetch(std::ptrdiff_t offset) const { kernel::fetch(reinterpret_cast<const char*>(mShared.get()) + offset); }
    T& write() {
        if (mShared.use_count() != 1) [[unlikely]]
            copy();
        return *mShared;
    }

private:
    /// copy is rare: apart from it, write stays small.
    [[gnu::noinline]] void copy() { mShared = std::allocate_shared<T>(LineAllocator<T>(), *mShared); }

    std::shared_ptr<T> mShared;
};

} // namespace sim::kernel
