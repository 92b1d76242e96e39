// Changing one end of a packet in place, with every checksum that covers it (RFC 3022 4.1, RFC 1624).
#pragma once

#include "sim/wire/icmp.h"
#include "sim/wire/ipv4.h"

#include <cstdint>
#include <span>

namespace sim::stack::nat {

/// End is which address of a packet is written anew.
enum class End : std::uint8_t { Source, Destination };

/// rewrite gives one end of a packet another address and port (or ICMP identifier). transport is what is there of
/// the packet behind its IP header: a quoted packet may be cut off anywhere behind the ports.
inline void rewrite(wire::Ipv4View packet, std::span<std::uint8_t> transport, End end, std::uint32_t address,
                    std::uint16_t port) {
    using namespace wire;
    const std::uint32_t before = end == End::Source ? packet.source() : packet.destination();
    end == End::Source ? packet.setSource(address) : packet.setDestination(address);
    if (packet.fragmentOffset() != 0) return; // no transport header in it
    const auto fix = [&](std::size_t at, std::size_t portAt, bool pseudoHeader) {
        const bool present = transport.size() >= at + 2;
        std::uint16_t sum = present ? get16(&transport[at]) : 0;
        if (pseudoHeader) sum = updated32(sum, before, address);
        sum = updated(sum, get16(&transport[portAt]), port);
        put16(&transport[portAt], port);
        if (present) put16(&transport[at], sum);
    };
    const std::size_t portAt = end == End::Source ? 0 : 2;
    switch (IpProtocol(packet.protocol())) {
    case IpProtocol::Tcp:
        if (transport.size() >= 4) fix(16, portAt, true);
        break;
    case IpProtocol::Udp:
        if (transport.size() < 8) break;
        if (get16(&transport[6]) == 0) { // sent without a checksum: it stays without one
            put16(&transport[portAt], port);
            break;
        }
        fix(6, portAt, true);
        if (get16(&transport[6]) == 0) put16(&transport[6], 0xffff);
        break;
    case IpProtocol::Icmp:
        if (transport.size() >= 8) fix(2, 4, false);
        break;
    default: break;
    }
}

} // namespace sim::stack::nat
