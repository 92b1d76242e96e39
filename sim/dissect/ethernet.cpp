// Ethernet II (IEEE 802.3-2018 clause 3) and its VLAN tag (IEEE 802.1Q-2018 clause 9).
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

constexpr std::uint16_t kIpv4 = 0x0800, kArp = 0x0806, kVlan = 0x8100, kServiceVlan = 0x88a8, kIpv6 = 0x86dd;

std::string_view etherTypeName(std::uint16_t type) {
    switch (type) {
    case kIpv4: return "IPv4";
    case kArp: return "ARP";
    case kVlan: return "802.1Q Virtual LAN";
    case kServiceVlan: return "802.1ad Provider Bridge";
    case kIpv6: return "IPv6";
    case 0x88cc: return "LLDP";
    case 0x8847: return "MPLS label switched packet";
    case 0x8863: return "PPPoE Discovery";
    case 0x8864: return "PPPoE Session";
    case 0x9000: return "Loopback";
    default: return type < 0x0600 ? "Length" : "Unknown";
    }
}

void readMac(Fields& f, const char* name, const char* filter) {
    const auto mac = f.mac(name, filter);
    if (mac.isBroadcast()) f.show(mac.toString() + " (Broadcast)");
    f.part("IG bit", "eth.ig", mac.isGroup() ? "Group address (multicast/broadcast)" : "Individual address (unicast)");
    f.part("LG bit", "eth.lg", mac.bytes[0] & 2 ? "Locally administered address" : "Globally unique address");
}

void dissectVlan(Packet& packet, Cursor cursor) {
    Fields f(packet, cursor, "802.1Q Virtual LAN", "vlan");
    const auto tci = f.u16("Tag Control Information", "vlan.tci");
    f.show(hex(tci, 4));
    f.part("Priority", "vlan.priority", std::to_string(tci >> 13));
    f.part("DEI", "vlan.dei", tci >> 12 & 1 ? "Eligible" : "Ineligible");
    f.part("ID", "vlan.id", std::to_string(tci & 0xfff));
    f.title("PRI " + std::to_string(tci >> 13) + ", ID " + std::to_string(tci & 0xfff));
    const auto type = f.u16("Type", "vlan.etype");
    f.show(named(hex(type, 4), etherTypeName(type)));
    const bool ok = f.ok();
    packet.out->push_back(f.finish());
    if (ok) dissectEtherType(packet, cursor, type);
}

} // namespace

void dissectEthernet(Packet& packet, Cursor cursor) {
    if (++packet.depth > kMaxDepth) return dissectData(packet, cursor);
    const bool group = cursor.peek8() & 1;
    Fields f(packet, cursor, "Ethernet II", "eth");
    const std::uint32_t begin = cursor.offset();
    readMac(f, "Destination", "eth.dst");
    readMac(f, "Source", "eth.src");
    const Cursor start(cursor.frame(), begin, cursor.end());
    const auto text = [&](std::uint32_t at) {
        return wire::MacAddress::fromNumber(std::uint64_t{start.peek16(at)} << 32 | start.peek32(at + 2)).toString();
    };
    const auto type = f.u16("Type", "eth.type");
    f.show(named(hex(type, 4), etherTypeName(type)));
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

void dissectEtherType(Packet& packet, Cursor cursor, std::uint16_t type) {
    if (++packet.depth > kMaxDepth) return dissectData(packet, cursor);
    switch (type) {
    case kIpv4: return dissectIpv4(packet, cursor);
    case kArp: return dissectArp(packet, cursor);
    case kIpv6: return dissectIpv6(packet, cursor);
    case kVlan:
    case kServiceVlan: return dissectVlan(packet, cursor);
    default: return dissectData(packet, cursor);
    }
}

} // namespace sim::dissect
