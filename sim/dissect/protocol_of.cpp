#include "sim/dissect/protocol_of.h"

#include "sim/dissect/fields.h"

// Each function takes the same turns as the dissector of its layer; test_dissect compares them frame by frame.

namespace sim::dissect {

namespace {

Protocol ipv4(Cursor cursor, int depth);
Protocol ipv6(Cursor cursor, int depth);

Protocol tcp(Cursor cursor, bool fragment) {
    const std::uint32_t header = (cursor.peek8(12) >> 4) * 4u;
    if (!cursor.has(20) || header < 20 || header >= cursor.left() || fragment) return Protocol::Tcp;
    const auto source = cursor.peek16(), destination = cursor.peek16(2);
    cursor.skip(header);
    const auto either = [&](std::uint16_t port) { return source == port || destination == port; };
    const bool http = looksLikeHttp(cursor.bytes());
    if (http) return Protocol::Http;
    if (either(53) && cursor.left() >= 14 && cursor.peek16() + 2u == cursor.left()) return Protocol::Dns;
    return either(80) || either(8080) ? Protocol::Http : Protocol::Tcp;
}

Protocol udp(Cursor cursor, bool fragment) {
    const auto length = cursor.peek16(4);
    const bool whole = length <= cursor.left();
    if (fragment || !cursor.has(9) || length < 9 || !whole) return Protocol::Udp;
    const auto source = cursor.peek16(), destination = cursor.peek16(2);
    const auto either = [&](std::uint16_t port) { return source == port || destination == port; };
    if (either(53)) return Protocol::Dns;
    if (either(67) || either(68)) return Protocol::Dhcp;
    if (either(520)) return Protocol::Routing;
    return destination == 4789 || either(51820) ? Protocol::Vpn : Protocol::Udp;
}

Protocol payload(Cursor cursor, std::uint8_t protocol, bool fragment, int depth) {
    if (++depth > kMaxDepth) return Protocol::Other;
    switch (protocol) {
    case 1:
    case 58: return Protocol::Icmp;
    case 6: return tcp(cursor, fragment);
    case 17: return udp(cursor, fragment);
    case 4: return ipv4(cursor, depth);
    case 41: return ipv6(cursor, depth);
    default: return Protocol::Other;
    }
}

Protocol ipv4(Cursor cursor, int depth) {
    if (++depth > kMaxDepth || !cursor.has(20) || cursor.peek8() >> 4 != 4) return Protocol::Other;
    const std::uint32_t header = (cursor.peek8() & 15u) * 4, total = cursor.peek16(2);
    if (header < 20 || total < header || header > cursor.left()) return Protocol::Other;
    const auto flags = cursor.peek16(6);
    if (flags & 0x1fff) return Protocol::Other; // a later piece of a datagram
    const auto protocol = cursor.peek8(9);
    Cursor inside = cursor.take(total);
    inside.skip(header);
    return payload(inside, protocol, flags & 0x2000, depth);
}

Protocol ipv6(Cursor cursor, int depth) {
    if (++depth > kMaxDepth || !cursor.has(40) || cursor.peek8() >> 4 != 6) return Protocol::Other;
    const auto length = cursor.peek16(4);
    const auto next = cursor.peek8(6);
    cursor.skip(40);
    return payload(cursor.take(length), next, false, depth);
}

Protocol ethernet(Cursor cursor) {
    if (!cursor.has(14)) return Protocol::Other;
    auto type = cursor.peek16(12);
    cursor.skip(14);
    for (int depth = 2; depth <= kMaxDepth; ++depth) {
        switch (type) {
        case 0x0800: return ipv4(cursor, depth);
        case 0x0806: return Protocol::Arp;
        case 0x86dd: return ipv6(cursor, depth);
        case 0x8100:
        case 0x88a8:
            if (!cursor.has(4)) return Protocol::Other;
            type = cursor.peek16(2);
            cursor.skip(4);
            break;
        default: return Protocol::Other;
        }
    }
    return Protocol::Other;
}

} // namespace

Protocol protocolOf(std::span<const std::uint8_t> frame, FirstLayer first) {
    const Cursor all(frame, 0, std::uint32_t(frame.size()));
    if (first == FirstLayer::Ethernet) return ethernet(all);
    return all.peek8() >> 4 == 6 ? ipv6(all, 0) : ipv4(all, 0);
}

} // namespace sim::dissect
