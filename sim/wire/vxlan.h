// VXLAN (RFC 7348 5): eight bytes before an Ethernet frame in a UDP datagram.
#pragma once

#include "sim/wire/bytes.h"

#include <optional>

namespace sim::wire {

/// VxlanHeader is what stands before the inner frame (RFC 7348 5).
struct VxlanHeader {
    static constexpr std::size_t kSize = 8;
    static constexpr std::uint16_t kPort = 4789;
    std::uint32_t vni = 0; ///< 24 bits

    /// parse gives the header, or none when it is cut or says that its VNI means nothing.
    static std::optional<VxlanHeader> parse(std::span<const std::uint8_t> bytes) {
        if (bytes.size() < kSize || !(bytes[0] & 0x08)) return std::nullopt;
        return VxlanHeader{get32(&bytes[4]) >> 8};
    }
    void write(std::uint8_t* b) const {
        put32(b, 0x0800'0000);
        put32(b + 4, vni << 8);
    }
};

} // namespace sim::wire
