// A stream of bytes waiting to be sent or read: appended at the end, taken from the front, read in between.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace sim::kernel {

/// ByteQueue is bytes that are put in at one end and taken out at the other.
class ByteQueue {
public:
    std::size_t size() const { return mBytes.size() - mFront; }
    bool empty() const { return size() == 0; }
    void append(std::span<const std::uint8_t> bytes) { mBytes.insert(mBytes.end(), bytes.begin(), bytes.end()); }
    /// at is the part of the queue from offset on, at most length bytes.
    std::span<const std::uint8_t> at(std::size_t offset, std::size_t length) const {
        if (offset >= size()) return {};
        return {mBytes.data() + mFront + offset, length < size() - offset ? length : size() - offset};
    }
    void drop(std::size_t count) {
        mFront += count < size() ? count : size();
        // Moving the rest down only when it is the smaller part keeps the cost per byte constant.
        if (mFront == mBytes.size()) {
            mBytes.clear();
            mFront = 0;
        } else if (mFront > 4096 && mFront > mBytes.size() / 2) {
            mBytes.erase(mBytes.begin(), mBytes.begin() + std::ptrdiff_t(mFront));
            mFront = 0;
        }
    }

private:
    std::vector<std::uint8_t> mBytes;
    std::size_t mFront = 0;
};

} // namespace sim::kernel
