// Ethernet II (IEEE 802.3 clause 3, as DIX framing). Frames are without preamble, padding and FCS.
#pragma once

#include "sim/wire/address.h"
#include "sim/wire/bytes.h"

#include <algorithm>
#include <optional>

namespace sim::wire {

/// EtherType is the protocol inside a frame.
enum class EtherType : std::uint16_t {
    Ipv4 = 0x0800,
    Arp = 0x0806,
    Vlan = 0x8100,
    Ipv6 = 0x86dd,
    ServiceVlan = 0x88a8
};

/// EthernetView reads and rewrites the header of a frame that is at least kSize bytes long.
class EthernetView {
public:
    static constexpr std::size_t kSize = 14;
    static std::optional<EthernetView> parse(std::span<std::uint8_t> frame) {
        if (frame.size() < kSize) return std::nullopt;
        return EthernetView(frame.data());
    }
    explicit EthernetView(std::uint8_t* checked) : mBytes(checked) {}

    MacAddress destination() const { return at(0); }
    MacAddress source() const { return at(6); }
    std::uint16_t etherType() const { return get16(mBytes + 12); }
    void set(const MacAddress& destination, const MacAddress& source, EtherType type) {
        std::copy(destination.bytes.begin(), destination.bytes.end(), mBytes);
        std::copy(source.bytes.begin(), source.bytes.end(), mBytes + 6);
        put16(mBytes + 12, std::uint16_t(type));
    }

private:
    MacAddress at(std::size_t offset) const {
        MacAddress mac;
        std::copy(mBytes + offset, mBytes + offset + 6, mac.bytes.begin());
        return mac;
    }
    std::uint8_t* mBytes;
};

} // namespace sim::wire
