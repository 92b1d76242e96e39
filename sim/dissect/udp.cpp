// UDP (RFC 768), and which protocol stands behind which port.
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

constexpr std::uint16_t kDns = 53, kDhcpServer = 67, kDhcpClient = 68, kRip = 520, kVxlan = 4789, kWireGuard = 51820;

} // namespace

void dissectUdp(Packet& packet, Cursor cursor) {
    const Cursor start = cursor;
    Fields f(packet, cursor, "User Datagram Protocol", "udp");
    const auto source = f.u16("Source Port", "udp.srcport");
    const auto destination = f.u16("Destination Port", "udp.dstport");
    const auto length = f.u16("Length", "udp.length");
    const bool possible = length >= 8 && (length <= start.left() || packet.quoted || packet.fragment);
    if (!possible) f.wrong();
    const auto sum = f.u16("Checksum", "udp.checksum");
    if (f.ok() && sum == 0)
        f.show("0x0000 (none)");
    else if (f.ok() && possible && length <= start.left())
        showChecksum(f, packet, sum, start.bytes().first(length), 6, pseudoHeader(packet, 17, length));
    else
        f.show(hex(sum, 4) + " (not verified: only a part is here)");
    f.title(std::to_string(source) + " → " + std::to_string(destination));
    const bool ok = f.ok() && possible;
    if (f.ok() && !possible) f.malformed("the length is impossible");
    if (!packet.inner) {
        auto& s = packet.summary;
        s.protocol = Protocol::Udp;
        s.protocolName = s.word = "UDP";
        s.info = std::to_string(source) + " → " + std::to_string(destination) +
                 " Len=" + std::to_string(length >= 8 ? length - 8 : 0);
        if (!ok) s.info = "Malformed UDP datagram";
    }
    packet.out->push_back(f.finish());
    if (!ok) return dissectData(packet, cursor);

    const Cursor payload = cursor.take(length - 8u);
    const auto either = [&](std::uint16_t port) { return source == port || destination == port; };
    if (payload.left() == 0) return;
    if (packet.fragment)
        dissectData(packet, payload, "Data (fragment)");
    else if (either(kDns))
        dissectDns(packet, payload);
    else if (either(kDhcpServer) || either(kDhcpClient))
        dissectDhcp(packet, payload);
    else if (either(kRip))
        dissectRip(packet, payload);
    else if (destination == kVxlan)
        dissectVxlan(packet, payload);
    else if (either(kWireGuard))
        dissectWireGuard(packet, payload);
    else
        dissectData(packet, payload);
    if (!packet.quoted) dissectData(packet, cursor, "Trailing data", "udp.trailer");
}

} // namespace sim::dissect
