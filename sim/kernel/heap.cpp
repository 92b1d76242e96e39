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

// The program's operator new (replaced as [replacement.functions] allows): the heap's own, and a count. The forms for
// arrays and without exceptions come here by themselves.
void* operator new(std::size_t size) { return sim::kernel::get(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return sim::kernel::get(size, std::size_t(alignment));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
