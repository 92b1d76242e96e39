// Copy on write: copies share until one of them changes, so that a checkpoint costs only what differs.
#pragma once

#include "sim/kernel/fetch.h"

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
    explicit Cow(std::in_place_t, Args&&... args) : mShared(std::make_shared<T>(std::forward<Args>(args)...)) {}

    const T& read() const { return *mShared; }
    /// fetch asks for the memory of its first bytes, and for the count of who shares it, which stands before.
    void fetch(std::size_t bytes) const { kernel::fetch(reinterpret_cast<const char*>(mShared.get()) - kCounts, bytes + kCounts); }
    T& write() {
        if (mShared.use_count() != 1) [[unlikely]]
            mShared = std::make_shared<T>(*mShared);
        return *mShared;
    }

private:
    static constexpr std::size_t kCounts = 16; ///< bytes of make_shared's block before the value
    std::shared_ptr<T> mShared;
};

} // namespace sim::kernel
