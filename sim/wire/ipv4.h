// IPv4 (RFC 791).
#pragma once

#include "sim/wire/checksum.h"

#include <optional>

namespace sim::wire {

/// IpProtocol is the protocol inside a packet (IANA protocol numbers).
enum class IpProtocol : std::uint8_t { Icmp = 1, Igmp = 2, Ipv4 = 4, Tcp = 6, Udp = 17, Ipv6 = 41, Icmpv6 = 58 };

/// Ipv4Header is what a fresh header without options says.
struct Ipv4Header {
    static constexpr std::size_t kSize = 20;
    std::uint8_t tos = 0, ttl = 64, protocol = 0;
    std::uint16_t id = 0, totalLength = 0;
    std::uint16_t fragmentOffset = 0; ///< in units of 8 bytes
    bool dontFragment = false, moreFragments = false;
    std::uint32_t source = 0, destination = 0;

    /// emit writes the header with its checksum.
    void write(std::uint8_t* b) const {
        b[0] = 0x45;
        b[1] = tos;
        put16(b + 2, totalLength);
        put16(b + 4, id);
        put16(b + 6, std::uint16_t((dontFragment ? 0x4000 : 0) | (moreFragments ? 0x2000 : 0) | fragmentOffset));
        b[8] = ttl;
        b[9] = protocol;
        put16(b + 10, 0);
        put32(b + 12, source);
        put32(b + 16, destination);
        put16(b + 10, checksum({b, kSize}));
    }
};

/// Ipv4View reads and rewrites a packet. parse looks at everything Linux's ip_rcv does, except the checksum.
class Ipv4View {
public:
    static std::optional<Ipv4View> parse(std::span<std::uint8_t> packet) {
        if (packet.size() < Ipv4Header::kSize) return std::nullopt;
        Ipv4View v(packet.data());
        if (packet[0] >> 4 != 4 || v.headerLength() < Ipv4Header::kSize || v.totalLength() < v.headerLength() ||
            v.totalLength() > packet.size())
            return std::nullopt;
        return v;
    }
    explicit Ipv4View(std::uint8_t* checked) : mBytes(checked) {}

    std::size_t headerLength() const { return std::size_t(mBytes[0] & 15) * 4; }
    std::uint8_t tos() const { return mBytes[1]; }
    std::uint16_t totalLength() const { return get16(mBytes + 2); }
    std::uint16_t id() const { return get16(mBytes + 4); }
    bool dontFragment() const { return mBytes[6] & 0x40; }
    bool moreFragments() const { return mBytes[6] & 0x20; }
    std::uint16_t fragmentOffset() const { return get16(mBytes + 6) & 0x1fff; }
    bool isFragment() const { return get16(mBytes + 6) & 0x3fff; }
    std::uint8_t ttl() const { return mBytes[8]; }
    std::uint8_t protocol() const { return mBytes[9]; }
    std::uint32_t source() const { return get32(mBytes + 12); }
    std::uint32_t destination() const { return get32(mBytes + 16); }
    bool checksumOk() const { return checksum({mBytes, headerLength()}) == 0; }
    std::span<const std::uint8_t, 8> addresses() const { return std::span<const std::uint8_t, 8>(mBytes + 12, 8); }
    std::span<std::uint8_t> payload() { return {mBytes + headerLength(), totalLength() - headerLength()}; }
    std::span<std::uint8_t> whole() { return {mBytes, totalLength()}; }

    void decrementTtl() {
        const auto before = get16(mBytes + 8);
        --mBytes[8];
        put16(mBytes + 10, updated(get16(mBytes + 10), before, get16(mBytes + 8)));
    }
    void setSource(std::uint32_t a) { setAddress(12, a); }
    void setDestination(std::uint32_t a) { setAddress(16, a); }

private:
    void setAddress(std::size_t at, std::uint32_t a) {
        put16(mBytes + 10, updated32(get16(mBytes + 10), get32(mBytes + at), a));
        put32(mBytes + at, a);
    }
    std::uint8_t* mBytes;
};

} // namespace sim::wire
