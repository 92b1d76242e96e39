// Telling the processor what will be read soon. Nothing changes by it but the waiting.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sim::kernel {

inline constexpr std::size_t kCacheLine = 64; ///< bytes that memory hands over at once

/// fetch asks for the memory at from, as many bytes as given; it need not exist.
inline void fetch(const void* from, std::size_t bytes = 1) {
    const auto first = reinterpret_cast<std::uintptr_t>(from); // a number: from may be null, the table being empty
    for (std::size_t i = 0; i < bytes; i += kCacheLine)
        __builtin_prefetch(reinterpret_cast<const void*>(first + i));
    if (bytes > 1) __builtin_prefetch(reinterpret_cast<const void*>(first + bytes - 1));
    __asm__ volatile(""); // or GCC 12 takes a function that only fetches for one without any effect, and drops the call
}

} // namespace sim::kernel
