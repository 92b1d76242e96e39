// UDP (RFC 768).
#include "sim/dissect/fields.h"
#include "sim/wire/bytes.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"udp", "User Datagram Protocol"},
    {"udp.srcport", "Source Port", FieldType::Uint16, "udp.port"},
    {"udp.dstport", "Destination Port", FieldType::Uint16, "udp.port"},
    {"udp.length", "Length", FieldType::Uint16},
    {"udp.checksum", "Checksum", FieldType::Uint16},
    {"udp.trailer", "Trailing data", FieldType::Bytes},
};
consteval const Field& field(std::string_view filter) { return fieldOf(kFields, filter); }

void dissectUdp(Packet& packet, Cursor cursor) {
    const Cursor start = cursor;
    Fields f(packet, cursor, field("udp"));
    const auto source = f.u16(field("udp.srcport"));
    const auto destination = f.u16(field("udp.dstport"));
    const auto length = f.u16(field("udp.length"));
    const bool possible = length >= 8 && (length <= start.left() || packet.quoted || packet.fragment);
    if (!possible) f.wrong();
    const auto sum = f.u16(field("udp.checksum"));
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
    if (payload.left() == 0) return;
    if (packet.fragment)
        dissectData(packet, payload, kData, "Data (fragment)");
    else
        dissectAs(datagramProtocol(source, destination), packet, payload);
    if (!packet.quoted) dissectData(packet, cursor, field("udp.trailer"));
}

Protocol colourOf(Bytes datagram, bool fragment, int) {
    if (fragment || datagram.size() < 9) return Protocol::Udp;
    const std::size_t length = wire::get16(&datagram[4]);
    if (length < 9 || length > datagram.size()) return Protocol::Udp;
    const auto* protocol = datagramProtocol(wire::get16(&datagram[0]), wire::get16(&datagram[2]));
    return protocol ? protocol->colour : Protocol::Udp;
}

} // namespace

extern const Dissector kUdp;
const Dissector kUdp{.dissect = dissectUdp, .fields = kFields, .colourOf = colourOf};

} // namespace sim::dissect
