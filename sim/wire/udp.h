// UDP (RFC 768).
#pragma once

#include "sim/wire/checksum.h"

#include <optional>

namespace sim::wire {

/// UdpView is a datagram (RFC 768).
class UdpView {
public:
    static constexpr std::size_t kSize = 8;
    static std::optional<UdpView> parse(std::span<std::uint8_t> datagram) {
        if (datagram.size() < kSize) return std::nullopt;
        const auto length = get16(&datagram[4]);
        if (length < kSize || length > datagram.size()) return std::nullopt;
        return UdpView(datagram.first(length));
    }
    std::uint16_t sourcePort() const { return get16(&mBytes[0]); }
    std::uint16_t destinationPort() const { return get16(&mBytes[2]); }
    std::uint16_t checksumField() const { return get16(&mBytes[6]); }
    /// checksumOk is true also when the sender gave none (0).
    bool checksumOk(std::span<const std::uint8_t, 8> addresses) const {
        return checksumField() == 0 || pseudoSum(addresses, 17, std::uint16_t(mBytes.size())).add(mBytes).finish() == 0;
    }
    std::span<std::uint8_t> payload() const { return mBytes.subspan(kSize); }

private:
    explicit UdpView(std::span<std::uint8_t> b) : mBytes(b) {}
    std::span<std::uint8_t> mBytes;
};

/// emitUdp writes the header with its checksum; the payload must already stand behind it.
inline void emitUdp(std::span<std::uint8_t> bytes, std::uint16_t source, std::uint16_t destination,
                    std::span<const std::uint8_t, 8> addresses) {
    put16(&bytes[0], source);
    put16(&bytes[2], destination);
    put16(&bytes[4], std::uint16_t(bytes.size()));
    put16(&bytes[6], 0);
    const auto sum = pseudoSum(addresses, 17, std::uint16_t(bytes.size())).add(bytes).finish();
    put16(&bytes[6], sum ? sum : 0xffff); // 0 would say "no checksum"
}

} // namespace sim::wire
