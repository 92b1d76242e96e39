// A place in the bytes of a frame that cannot leave them: what is not there reads as zero.
#pragma once

#include "sim/dissect/dissect.h"

#include <algorithm>

namespace sim::dissect {

/// Cursor walks over part of a frame. Offsets are from the frame's start.
class Cursor {
public:
    /// The part is cut to what the frame holds.
    Cursor(std::span<const std::uint8_t> frame, std::uint32_t begin, std::uint32_t end)
        : mFrame(frame), mEnd(std::min(end, std::uint32_t(frame.size()))), mOffset(std::min(begin, mEnd)) {}

    std::uint32_t offset() const { return mOffset; }
    std::uint32_t end() const { return mEnd; }
    std::uint32_t left() const { return mEnd - mOffset; }
    bool has(std::uint32_t n) const { return left() >= n; }

    /// peek8, peek16 and peek32 read big-endian numbers `ahead` bytes further on, without moving.
    std::uint8_t peek8(std::uint32_t ahead = 0) const {
        return ahead < left() ? mFrame[mOffset + ahead] : std::uint8_t(0);
    }
    std::uint16_t peek16(std::uint32_t ahead = 0) const { return std::uint16_t(peek8(ahead) << 8 | peek8(ahead + 1)); }
    std::uint32_t peek32(std::uint32_t ahead = 0) const {
        return std::uint32_t{peek16(ahead)} << 16 | peek16(ahead + 2);
    }
    void skip(std::uint32_t n) { mOffset += std::min(n, left()); }
    /// take gives the next n bytes (or as many as there are) as a cursor of their own and moves past them.
    Cursor take(std::uint32_t n) {
        const std::uint32_t length = std::min(n, left());
        Cursor part(mFrame, mOffset, mOffset + length);
        mOffset += length;
        return part;
    }
    /// bytes are all that is left.
    std::span<const std::uint8_t> bytes() const { return mFrame.subspan(mOffset, left()); }
    std::span<const std::uint8_t> frame() const { return mFrame; }
    ByteRange range(std::uint32_t n) const { return {mOffset, std::min(n, left())}; }

private:
    std::span<const std::uint8_t> mFrame;
    std::uint32_t mEnd;
    std::uint32_t mOffset;
};

} // namespace sim::dissect
