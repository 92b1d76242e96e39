// VXLAN (RFC 7348), with the frame inside it, and WireGuard's headers (wireguard.com/protocol): what is in them is
// secret.
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

constexpr Field kVxlanFields[] = {
    {"vxlan", "Virtual eXtensible Local Area Network"},
    {"vxlan.flags", "Flags", FieldType::Uint16},
    {"vxlan.flag_i", "VXLAN Network ID (VNI) valid", FieldType::Boolean},
    {"vxlan.gbp", "Group Policy ID", FieldType::Uint16},
    {"vxlan.vni", "VXLAN Network Identifier (VNI)", FieldType::Uint24},
};
constexpr Field kWireGuardFields[] = {
    {"wg", "WireGuard Protocol"},
    {"wg.type", "Type", FieldType::Uint8},
    {"wg.reserved", "Reserved", FieldType::Bytes},
    {"wg.sender", "Sender", FieldType::Uint32},
    {"wg.receiver", "Receiver", FieldType::Uint32},
    {"wg.ephemeral", "Ephemeral", FieldType::Bytes},
    {"wg.encrypted_static", "Encrypted Static", FieldType::Bytes},
    {"wg.encrypted_timestamp", "Encrypted Timestamp", FieldType::Bytes},
    {"wg.encrypted_empty", "Encrypted Empty", FieldType::Bytes},
    {"wg.mac1", "mac1", FieldType::Bytes},
    {"wg.mac2", "mac2", FieldType::Bytes},
    {"wg.nonce", "Nonce", FieldType::Bytes},
    {"wg.encrypted_cookie", "Encrypted Cookie", FieldType::Bytes},
    {"wg.counter", "Counter", FieldType::Uint64},
    {"wg.encrypted_packet", "Encrypted Packet", FieldType::Bytes},
    {"wg.inside", "Decrypted: what is inside"},
};
consteval const Field& field(std::string_view filter) {
    return fieldOf(filter.starts_with("vxlan") ? FieldList(kVxlanFields) : FieldList(kWireGuardFields), filter);
}

void dissectVxlan(Packet& packet, Cursor cursor) {
    Fields f(packet, cursor, field("vxlan"));
    const auto flags = f.u16(field("vxlan.flags"));
    f.show(hex(flags, 4));
    f.bit(field("vxlan.flag_i"), flags & 0x0800);
    f.u16(field("vxlan.gbp"));
    const auto word = f.u32(field("vxlan.vni"));
    f.value(std::uint64_t{word >> 8}).show(std::to_string(word >> 8));
    f.title("VNI " + std::to_string(word >> 8));
    const bool ok = f.ok();
    if (!packet.inner) {
        auto& s = packet.summary;
        s.protocol = Protocol::Vpn;
        s.protocolName = s.word = "VXLAN";
        s.info = "VXLAN network " + std::to_string(word >> 8);
    }
    packet.out->push_back(f.finish());
    if (!ok) return;
    // The frame inside is told below; the line of the frame outside stays what it is.
    Packet inside = packet;
    inside.inner = true;
    inside.fragment = inside.loopback = false;
    dissectEthernet(inside, cursor);
    packet.depth = inside.depth;
}

void dissectWireGuard(Packet& packet, Cursor cursor) {
    const auto type = cursor.peek8();
    const char* name = "Unknown message";
    Fields f(packet, cursor, field("wg"));
    f.u8(field("wg.type"));
    switch (type) {
    case 1: name = "Handshake Initiation"; break;
    case 2: name = "Handshake Response"; break;
    case 3: name = "Cookie Reply"; break;
    case 4: name = "Transport Data"; break;
    default: break;
    }
    f.show(std::to_string(type), name);
    f.raw(field("wg.reserved"), 3);
    std::string info = name;
    std::uint32_t encrypted = 0, encryptedLength = 0;
    const auto index = [&](const Field& which) {
        // WireGuard's numbers are little-endian.
        const auto n = f.u32(which);
        const std::uint32_t swapped = n >> 24 | (n >> 8 & 0xff00) | (n << 8 & 0xff0000) | n << 24;
        f.value(std::uint64_t{swapped}).show(hex(swapped, 8));
        return hex(swapped, 8);
    };
    if (type == 1) {
        info += ", sender=" + index(field("wg.sender"));
        f.raw(field("wg.ephemeral"), 32);
        f.raw(field("wg.encrypted_static"), 48);
        f.raw(field("wg.encrypted_timestamp"), 28);
        f.raw(field("wg.mac1"), 16);
        f.raw(field("wg.mac2"), 16);
    } else if (type == 2) {
        info += ", sender=" + index(field("wg.sender"));
        info += ", receiver=" + index(field("wg.receiver"));
        f.raw(field("wg.ephemeral"), 32);
        f.raw(field("wg.encrypted_empty"), 16);
        f.raw(field("wg.mac1"), 16);
        f.raw(field("wg.mac2"), 16);
    } else if (type == 3) {
        info += ", receiver=" + index(field("wg.receiver"));
        f.raw(field("wg.nonce"), 24);
        f.raw(field("wg.encrypted_cookie"), 32);
    } else if (type == 4) {
        info += ", receiver=" + index(field("wg.receiver"));
        const std::uint64_t low = cursor.peek32(), high = cursor.peek32(4);
        f.raw(field("wg.counter"), 8);
        std::uint64_t counter = 0;
        for (int i = 0; i < 8; ++i) {
            const std::uint64_t byte = (i < 4 ? low >> (24 - 8 * i) : high >> (56 - 8 * i)) & 0xff;
            counter |= byte << (8 * i);
        }
        f.value(counter).show(std::to_string(counter));
        const std::uint32_t packetLength = cursor.left();
        encrypted = cursor.offset();
        encryptedLength = packetLength;
        f.raw(field("wg.encrypted_packet"), packetLength);
        info += packetLength == 16 ? " (keepalive)" : ", " + std::to_string(packetLength) + " bytes";
    }
    f.title(name);
    if (!packet.inner) {
        auto& s = packet.summary;
        s.protocol = Protocol::Vpn;
        s.protocolName = "WireGuard";
        s.word = "WG";
        s.info = info;
    }
    packet.out->push_back(f.finish());
    // Padded to 16 bytes and followed by a tag of 16: anything else is not what is in here.
    const std::size_t size = packet.inside.size();
    if (packet.tree && size > 0 && size + 16 <= encryptedLength && encryptedLength < size + 32) {
        std::vector<std::uint8_t> opened(cursor.frame().begin(), cursor.frame().end());
        std::copy(packet.inside.begin(), packet.inside.end(), opened.begin() + encrypted);
        std::vector<FieldNode> children;
        Packet within = packet;
        within.inner = true;
        within.fragment = within.loopback = false;
        within.inside = {};
        within.out = &children;
        if (++within.depth <= kMaxDepth)
            dissectIpv4(within, Cursor(opened, encrypted, encrypted + std::uint32_t(size)));
        packet.out->push_back(
            fieldNode(field("wg.inside"), {}, std::to_string(size) + " bytes", {encrypted, std::uint32_t(size)}));
        for (auto& child : children)
            packet.out->push_back(std::move(child));
    }
    dissectData(packet, cursor);
}

} // namespace

extern const Dissector kVxlan, kWireGuard;
const Dissector kVxlan{.dissect = dissectVxlan, .fields = kVxlanFields};
const Dissector kWireGuard{.dissect = dissectWireGuard, .fields = kWireGuardFields};

} // namespace sim::dissect
