// ARP (RFC 826); probes and announcements as RFC 5227 names them.
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"arp", "Address Resolution Protocol"},
    {"arp.hw.type", "Hardware type", FieldType::Uint16},
    {"arp.proto.type", "Protocol type", FieldType::Uint16},
    {"arp.hw.size", "Hardware size", FieldType::Uint8},
    {"arp.proto.size", "Protocol size", FieldType::Uint8},
    {"arp.opcode", "Opcode", FieldType::Uint16},
    {"arp.src.hw", "Sender hardware address", FieldType::Bytes},
    {"arp.src.proto", "Sender protocol address", FieldType::Bytes},
    {"arp.dst.hw", "Target hardware address", FieldType::Bytes},
    {"arp.dst.proto", "Target protocol address", FieldType::Bytes},
    {"arp.src.hw_mac", "Sender MAC address", FieldType::Ether},
    {"arp.src.proto_ipv4", "Sender IP address", FieldType::Ipv4},
    {"arp.dst.hw_mac", "Target MAC address", FieldType::Ether},
    {"arp.dst.proto_ipv4", "Target IP address", FieldType::Ipv4},
};
consteval const Field& field(std::string_view filter) { return fieldOf(kFields, filter); }

void dissectArp(Packet& packet, Cursor cursor) {
    const auto opcode = cursor.peek16(6);
    Fields f(packet, cursor, field("arp"));
    const auto hardware = f.u16(field("arp.hw.type"));
    f.show(std::to_string(hardware), hardware == 1 ? "Ethernet" : "");
    const auto protocol = f.u16(field("arp.proto.type"));
    f.show(hex(protocol, 4), protocol == 0x0800 ? "IPv4" : "");
    const auto hardwareSize = f.u8(field("arp.hw.size"));
    const auto protocolSize = f.u8(field("arp.proto.size"));
    f.u16(field("arp.opcode"));
    const char* what = opcode == 1 ? "request" : opcode == 2 ? "reply" : "";
    f.show(std::to_string(opcode), what);
    f.title(what);

    auto& s = packet.summary;
    if (!packet.inner) {
        s.protocol = Protocol::Arp;
        s.protocolName = s.word = "ARP";
        s.info = "ARP";
    }
    if (f.ok() && (hardware != 1 || protocol != 0x0800 || hardwareSize != 6 || protocolSize != 4)) {
        f.raw(field("arp.src.hw"), hardwareSize);
        f.raw(field("arp.src.proto"), protocolSize);
        f.raw(field("arp.dst.hw"), hardwareSize);
        f.raw(field("arp.dst.proto"), protocolSize);
        if (!packet.inner) s.info = "ARP for other than IPv4 over Ethernet";
    } else if (f.ok()) {
        const auto senderMac = f.mac(field("arp.src.hw_mac"));
        const auto sender = f.v4(field("arp.src.proto_ipv4"));
        f.mac(field("arp.dst.hw_mac"));
        const auto target = f.v4(field("arp.dst.proto_ipv4"));
        if (!packet.inner && f.ok()) {
            if (sender == target)
                s.info = "ARP Announcement for " + target.toString();
            else if (opcode == 1 && sender.isUnspecified())
                s.info = "Who has " + target.toString() + "? (ARP Probe)";
            else if (opcode == 1)
                s.info = "Who has " + target.toString() + "? Tell " + sender.toString();
            else if (opcode == 2)
                s.info = sender.toString() + " is at " + senderMac.toString();
            else
                s.info = "Unknown ARP opcode " + std::to_string(opcode);
        }
    }
    packet.out->push_back(f.finish());
    dissectPadding(packet, cursor);
}

} // namespace

extern const Dissector kArp;
const Dissector kArp{.dissect = dissectArp, .fields = kFields};

} // namespace sim::dissect
