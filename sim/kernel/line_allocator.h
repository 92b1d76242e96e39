// Memory in whole cache lines.
#pragma once

#include "sim/kernel/fetch.h"

#include <cstddef>
#include <new>

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

} // namespace sim::kernel
