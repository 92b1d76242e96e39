// Ethernet II (IEEE 802.3-2018 clause 3) and its VLAN tag (IEEE 802.1Q-2018 clause 9).
#include "sim/dissect/fields.h"
#include "sim/wire/bytes.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"eth", "Ethernet II"},
    {"eth.dst", "Destination", FieldType::Ether, "eth.addr"},
    {"eth.src", "Source", FieldType::Ether, "eth.addr"},
    {"eth.ig", "IG bit", FieldType::Boolean},
    {"eth.lg", "LG bit", FieldType::Boolean},
    {"eth.type", "Type", FieldType::Uint16},
    {"eth.padding", "Padding", FieldType::Bytes},
};
constexpr Field kVlanFields[] = {
    {"vlan", "802.1Q Virtual LAN"},
    {"vlan.tci", "Tag Control Information", FieldType::Uint16},
    {"vlan.priority", "Priority", FieldType::Uint8},
    {"vlan.dei", "DEI", FieldType::Boolean},
    {"vlan.id", "ID", FieldType::Uint16},
    {"vlan.etype", "Type", FieldType::Uint16},
};
consteval const Field& field(std::string_view filter) {
    return fieldOf(filter.starts_with("vlan") ? FieldList(kVlanFields) : FieldList(kFields), filter);
}

/// etherTypeName names also what has no row in the table.
std::string_view etherTypeName(std::uint16_t type) {
    switch (type) {
    case 0x8847: return "MPLS label switched packet";
    case 0x8863: return "PPPoE Discovery";
    case 0x8864: return "PPPoE Session";
    case 0x88a8: return "802.1ad Provider Bridge";
    case 0x9000: return "Loopback";
    default: break;
    }
    if (const auto* protocol = etherProtocol(type)) return protocol->name;
    return type < 0x0600 ? "Length" : "Unknown";
}

void readMac(Fields& f, const Field& which) {
    const auto mac = f.mac(which);
    if (mac.isBroadcast()) f.show(mac.toString(), "Broadcast");
    f.bit(field("eth.ig"), mac.isGroup(), "Group address (multicast/broadcast)", "Individual address (unicast)");
    f.bit(field("eth.lg"), mac.bytes[0] & 2, "Locally administered address", "Globally unique address");
}

void dissectEtherType(Packet& packet, Cursor cursor, std::uint16_t type) {
    if (++packet.depth > kMaxDepth) return dissectData(packet, cursor);
    dissectAs(etherProtocol(type), packet, cursor);
}

void dissectVlan(Packet& packet, Cursor cursor) {
    Fields f(packet, cursor, field("vlan"));
    const auto tci = f.u16(field("vlan.tci"));
    f.show(hex(tci, 4));
    f.bits(field("vlan.priority"), tci >> 13);
    f.bit(field("vlan.dei"), tci >> 12 & 1, "Eligible", "Ineligible");
    f.bits(field("vlan.id"), tci & 0xfff);
    f.title("PRI " + std::to_string(tci >> 13) + ", ID " + std::to_string(tci & 0xfff));
    const auto type = f.u16(field("vlan.etype"));
    f.show(hex(type, 4), etherTypeName(type));
    const bool ok = f.ok();
    packet.out->push_back(f.finish());
    if (ok) dissectEtherType(packet, cursor, type);
}

Protocol colourOfType(Bytes bytes, std::uint16_t type, int depth) {
    if (++depth > kMaxDepth) return Protocol::Other;
    const auto* protocol = etherProtocol(type);
    if (!protocol) return Protocol::Other;
    return protocol->dissector->colourOf ? protocol->dissector->colourOf(bytes, false, depth) : protocol->colour;
}

Protocol colourOfVlan(Bytes tag, bool, int depth) {
    return tag.size() < 4 ? Protocol::Other : colourOfType(tag.subspan(4), wire::get16(&tag[2]), depth);
}

} // namespace

void dissectEthernet(Packet& packet, Cursor cursor) {
    if (++packet.depth > kMaxDepth) return dissectData(packet, cursor);
    const bool group = cursor.peek8() & 1;
    Fields f(packet, cursor, field("eth"));
    const std::uint32_t begin = cursor.offset();
    readMac(f, field("eth.dst"));
    readMac(f, field("eth.src"));
    const Cursor start(cursor.frame(), begin, cursor.end());
    const auto text = [&](std::uint32_t at) {
        return wire::MacAddress::fromNumber(std::uint64_t{start.peek16(at)} << 32 | start.peek32(at + 2)).toString();
    };
    const auto type = f.u16(field("eth.type"));
    f.show(hex(type, 4), etherTypeName(type));
    const bool ok = f.ok();
    if (ok) f.title(text(6) + " → " + text(0));
    if (!packet.inner) {
        packet.loopback = ok && start.peek32(0) == 0 && start.peek32(4) == 0 && start.peek32(8) == 0;
        packet.summary.source = ok ? text(6) : "";
        packet.summary.destination = ok ? text(0) : "";
        packet.summary.protocolName = ok ? hex(type, 4) : "Ethernet";
        packet.summary.word = "ETH";
        packet.summary.info =
            ok ? (group ? "Ethernet II, to a group" : "Ethernet II") : "The frame ends inside its Ethernet header";
    }
    packet.out->push_back(f.finish());
    if (ok) dissectEtherType(packet, cursor, type);
}

void dissectPadding(Packet& packet, Cursor cursor) { dissectData(packet, cursor, field("eth.padding")); }

Protocol colourOfEthernet(Bytes frame, bool, int depth) {
    if (++depth > kMaxDepth || frame.size() < 14) return Protocol::Other;
    return colourOfType(frame.subspan(14), wire::get16(&frame[12]), depth);
}

extern const Dissector kEthernet, kVlan;
const Dissector kEthernet{.dissect = dissectEthernet, .fields = kFields, .colourOf = colourOfEthernet};
const Dissector kVlan{.dissect = dissectVlan, .fields = kVlanFields, .colourOf = colourOfVlan};

} // namespace sim::dissect
