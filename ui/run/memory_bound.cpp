#include "ui/run/memory_bound.h"

#include "sim/replay/timeline.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#ifdef __linux__
#include <fcntl.h>
#include <unistd.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ui::run {

namespace {
/// A recording may be smaller than the program: so much of it there is in any case.
constexpr std::size_t kSmallRecording = 32'000'000;
/// What there is besides: memory that is fetched ahead, a reserve.
constexpr std::size_t kAround = 24'000'000;
} // namespace

std::size_t residentBytes() {
#ifdef __linux__
    // proc(5): statm's second number is the resident set in pages.
    static const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    std::array<char, 64> text{};
    if (file < 0 || pread(file, text.data(), text.size() - 1, 0) <= 0) return 0;
    char* second = nullptr;
    std::strtoull(text.data(), &second, 10);
    static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return static_cast<std::size_t>(std::strtoull(second, nullptr, 10)) * page;
#else
    return 0;
#endif
}

void MemoryBound::setMost(std::size_t most) {
    mMost = std::max<std::size_t>(most, 1);
    mEnd = std::max(mMost + mMost / 5, mBefore + kAround + std::min(mMost, kSmallRecording) / 4 * 5);
    mNear = mEnd - mMost / 10;
}

MemoryBound::Reached MemoryBound::look(sim::replay::Timeline& timeline) const {
    if (timeline.outOfMemory()) return Reached::Machine;
    if (timeline.memoryBytes() >= mMost) return Reached::Recording;
    if (residentBytes() < mNear) return Reached::No;
    if (timeline.checkpointBytes() > mMost / 16 && timeline.thin()) {
#ifdef __GLIBC__
        malloc_trim(0); // what was given back is the system's again
#endif
        return Reached::No;
    }
    return residentBytes() < mEnd ? Reached::No : Reached::Process;
}

} // namespace ui::run
