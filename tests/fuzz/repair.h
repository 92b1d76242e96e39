// Makes checksums right again after somebody changed a frame, so that the change gets past the first look.
#pragma once

#include "sim/wire/bytes.h"
#include "sim/wire/checksum.h"
#include "sim/wire/ipv4.h"

#include <cstdint>
#include <span>

namespace fuzz {

inline void repairPacket(std::span<std::uint8_t> packet) {
    using namespace sim::wire;
    auto ip = Ipv4View::parse(packet);
    if (!ip) return;
    put16(&packet[10], 0);
    put16(&packet[10], checksum(packet.first(ip->headerLength())));
    const auto body = ip->payload();
    if (ip->isFragment()) return;
    const auto seal = [&](std::size_t place, bool pseudo) {
        if (body.size() < place + 2) return;
        put16(&body[place], 0);
        const auto sum = pseudo
                             ? pseudoSum(ip->addresses(), ip->protocol(), std::uint16_t(body.size())).add(body).finish()
                             : checksum(body);
        put16(&body[place], sum);
    };
    switch (ip->protocol()) {
    case 1: seal(2, false); break;
    case 2: seal(2, false); break;
    case 6: seal(16, true); break;
    case 17:
        if (body.size() >= 8) put16(&body[6], 0); // none, which is allowed
        break;
    default: break;
    }
}

/// repair takes an Ethernet frame; what is no IPv4 stays as it is.
inline void repair(std::span<std::uint8_t> frame) {
    if (frame.size() >= 34 && sim::wire::get16(&frame[12]) == 0x0800) repairPacket(frame.subspan(14));
}

} // namespace fuzz
