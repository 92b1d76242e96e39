// Big-endian numbers in bytes, and a writer that appends them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sim::wire {

constexpr std::uint16_t get16(const std::uint8_t* p) { return std::uint16_t(p[0] << 8 | p[1]); }
constexpr std::uint32_t get32(const std::uint8_t* p) {
    return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}
constexpr void put16(std::uint8_t* p, std::uint16_t v) {
    p[0] = std::uint8_t(v >> 8);
    p[1] = std::uint8_t(v);
}
constexpr void put32(std::uint8_t* p, std::uint32_t v) {
    p[0] = std::uint8_t(v >> 24);
    p[1] = std::uint8_t(v >> 16);
    p[2] = std::uint8_t(v >> 8);
    p[3] = std::uint8_t(v);
}

/// Writer appends to a vector.
class Writer {
public:
    explicit Writer(std::vector<std::uint8_t>& out) : mOut(out) {}
    void u8(std::uint8_t v) { mOut.push_back(v); }
    void u16(std::uint16_t v) {
        u8(std::uint8_t(v >> 8));
        u8(std::uint8_t(v));
    }
    void u32(std::uint32_t v) {
        u16(std::uint16_t(v >> 16));
        u16(std::uint16_t(v));
    }
    void bytes(std::span<const std::uint8_t> b) { mOut.insert(mOut.end(), b.begin(), b.end()); }
    void text(std::string_view t) { mOut.insert(mOut.end(), t.begin(), t.end()); }
    std::size_t size() const { return mOut.size(); }

private:
    std::vector<std::uint8_t>& mOut;
};

} // namespace sim::wire
