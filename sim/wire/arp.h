// ARP for IPv4 over Ethernet (RFC 826).
#pragma once

#include "sim/wire/address.h"
#include "sim/wire/bytes.h"

#include <algorithm>
#include <optional>

namespace sim::wire {

/// ArpPacket is an ARP message for IPv4 over Ethernet (RFC 826).
struct ArpPacket {
    static constexpr std::size_t kSize = 28;
    static constexpr std::uint16_t kRequest = 1, kReply = 2;

    std::uint16_t operation = kRequest;
    MacAddress senderMac, targetMac;
    IpAddress sender, target;

    /// parse refuses everything but Ethernet and IPv4 addresses.
    static std::optional<ArpPacket> parse(std::span<const std::uint8_t> b) {
        if (b.size() < kSize || get16(&b[0]) != 1 || get16(&b[2]) != 0x0800 || b[4] != 6 || b[5] != 4)
            return std::nullopt;
        ArpPacket p;
        p.operation = get16(&b[6]);
        std::copy_n(&b[8], 6, p.senderMac.bytes.begin());
        p.sender = IpAddress::v4(get32(&b[14]));
        std::copy_n(&b[18], 6, p.targetMac.bytes.begin());
        p.target = IpAddress::v4(get32(&b[24]));
        return p;
    }
    void write(std::span<std::uint8_t, kSize> b) const {
        put16(&b[0], 1);
        put16(&b[2], 0x0800);
        b[4] = 6;
        b[5] = 4;
        put16(&b[6], operation);
        std::copy_n(senderMac.bytes.begin(), 6, &b[8]);
        put32(&b[14], sender.toV4());
        std::copy_n(targetMac.bytes.begin(), 6, &b[18]);
        put32(&b[24], target.toV4());
    }
    bool operator==(const ArpPacket&) const = default;
};

} // namespace sim::wire
