#include "sim/kernel/heap.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace sim::kernel {

namespace {
thread_local std::uint64_t tAllocated = 0, tCopied = 0;

/// count adds what a piece of memory takes in the heap: a word before it, in steps of 16 bytes, 32 at least.
void count(std::size_t size) { tAllocated += size < 24 ? 32 : (size + 8 + 15) & ~std::size_t{15}; }
} // namespace

std::uint64_t allocatedBytes() { return tAllocated; }
std::uint64_t copiedBytes() { return tCopied; }
void noteCopied(std::uint64_t bytes) { tCopied += bytes; }

namespace {

void* get(std::size_t size, std::size_t alignment) {
    if (size == 0) size = 1;
    for (;;) {
        void* const p = alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__
                            ? std::malloc(size)
                            : std::aligned_alloc(alignment, (size + alignment - 1) & ~(alignment - 1));
        if (p) {
            count(size + alignment);
            return p;
        }
        const std::new_handler handler = std::get_new_handler();
        if (!handler) throw std::bad_alloc();
        handler();
    }
}

} // namespace
} // namespace sim::kernel

namespace {

template <class Make>
void* orNull(Make make) noexcept {
    try {
        return make();
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

} // namespace

// The program's operator new (replaced as [replacement.functions] allows): the heap's own, and a count. All its forms:
// those for arrays and without exceptions would come here by themselves, but not where a sanitizer brings its own.
using Size = std::size_t;
using Aligned = std::align_val_t;
using NoThrow = const std::nothrow_t&;
void* operator new(Size n) { return sim::kernel::get(n, 0); }
void* operator new[](Size n) { return sim::kernel::get(n, 0); }
void* operator new(Size n, Aligned a) { return sim::kernel::get(n, Size(a)); }
void* operator new[](Size n, Aligned a) { return sim::kernel::get(n, Size(a)); }
void* operator new(Size n, NoThrow) noexcept {
    return orNull([=] { return sim::kernel::get(n, 0); });
}
void* operator new[](Size n, NoThrow) noexcept {
    return orNull([=] { return sim::kernel::get(n, 0); });
}
void* operator new(Size n, Aligned a, NoThrow) noexcept {
    return orNull([=] { return sim::kernel::get(n, Size(a)); });
}
void* operator new[](Size n, Aligned a, NoThrow) noexcept {
    return orNull([=] { return sim::kernel::get(n, Size(a)); });
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, Size) noexcept { std::free(p); }
void operator delete[](void* p, Size) noexcept { std::free(p); }
void operator delete(void* p, Aligned) noexcept { std::free(p); }
void operator delete[](void* p, Aligned) noexcept { std::free(p); }
void operator delete(void* p, Size, Aligned) noexcept { std::free(p); }
void operator delete[](void* p, Size, Aligned) noexcept { std::free(p); }
void operator delete(void* p, NoThrow) noexcept { std::free(p); }
void operator delete[](void* p, NoThrow) noexcept { std::free(p); }
void operator delete(void* p, Aligned, NoThrow) noexcept { std::free(p); }
void operator delete[](void* p, Aligned, NoThrow) noexcept { std::free(p); }
