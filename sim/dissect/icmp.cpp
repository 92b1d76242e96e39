// ICMP (RFC 792, RFC 1191 for the MTU, RFC 1812 for the codes) with the packet it quotes; ICMPv6 (RFC 4443) by its
// header.
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"icmp", "Internet Control Message Protocol"},
    {"icmp.type", "Type", FieldType::Uint8},
    {"icmp.code", "Code", FieldType::Uint8},
    {"icmp.checksum", "Checksum", FieldType::Uint16},
    {"icmp.ident", "Identifier", FieldType::Uint16},
    {"icmp.seq", "Sequence Number", FieldType::Uint16},
    {"icmp.unused", "Unused", FieldType::Bytes},
    {"icmp.mtu", "MTU of next hop", FieldType::Uint16},
    {"icmp.redir_gw", "Gateway Address", FieldType::Ipv4},
};
constexpr Field kFields6[] = {
    {"icmpv6", "Internet Control Message Protocol v6"},
    {"icmpv6.type", "Type", FieldType::Uint8},
    {"icmpv6.code", "Code", FieldType::Uint8},
    {"icmpv6.checksum", "Checksum", FieldType::Uint16},
};
consteval const Field& field(std::string_view filter) {
    return fieldOf(filter.starts_with("icmpv6") ? FieldList(kFields6) : FieldList(kFields), filter);
}

std::string_view typeName(std::uint8_t type) {
    switch (type) {
    case 0: return "Echo (ping) reply";
    case 3: return "Destination unreachable";
    case 4: return "Source quench";
    case 5: return "Redirect";
    case 8: return "Echo (ping) request";
    case 9: return "Router advertisement";
    case 10: return "Router solicitation";
    case 11: return "Time-to-live exceeded";
    case 12: return "Parameter problem";
    case 13: return "Timestamp request";
    case 14: return "Timestamp reply";
    default: return "Unknown type";
    }
}

std::string_view codeName(std::uint8_t type, std::uint8_t code) {
    constexpr std::string_view kUnreachable[] = {"Network unreachable",
                                                 "Host unreachable",
                                                 "Protocol unreachable",
                                                 "Port unreachable",
                                                 "Fragmentation needed",
                                                 "Source route failed",
                                                 "Network unknown",
                                                 "Host unknown",
                                                 "Host isolated",
                                                 "Network administratively prohibited",
                                                 "Host administratively prohibited",
                                                 "Network unreachable for TOS",
                                                 "Host unreachable for TOS",
                                                 "Communication administratively filtered",
                                                 "Host precedence violation",
                                                 "Precedence cutoff in effect"};
    constexpr std::string_view kRedirect[] = {"Redirect for network", "Redirect for host",
                                              "Redirect for TOS and network", "Redirect for TOS and host"};
    if (type == 3 && code < std::size(kUnreachable)) return kUnreachable[code];
    if (type == 5 && code < std::size(kRedirect)) return kRedirect[code];
    if (type == 11)
        return code == 0 ? "Time to live exceeded in transit" : code == 1 ? "Fragment reassembly time exceeded" : "";
    return "";
}

bool quotes(std::uint8_t type) { return type == 3 || type == 4 || type == 5 || type == 11 || type == 12; }

/// dissectQuote puts the quoted packet below the ICMP node.
void dissectQuote(Packet& packet, Fields& f, Cursor cursor) {
    if (cursor.left() == 0) return;
    Packet quoted = packet;
    std::vector<FieldNode> nodes;
    quoted.out = &nodes;
    quoted.inner = quoted.quoted = true;
    dissectIpv4(quoted, cursor);
    for (auto& node : nodes)
        f.add(std::move(node));
    packet.depth = quoted.depth;
    f.cursor().skip(f.cursor().left());
}

void dissectIcmp(Packet& packet, Cursor cursor) {
    const Cursor start = cursor;
    Fields f(packet, cursor, field("icmp"));
    const auto type = f.u8(field("icmp.type"));
    f.show(std::to_string(type), typeName(type));
    const auto code = f.u8(field("icmp.code"));
    f.show(std::to_string(code), codeName(type, code));
    const auto sum = f.u16(field("icmp.checksum"));
    showChecksum(f, packet, sum, start.bytes(), 2, 0);
    f.title(std::string(typeName(type)));

    std::string info(typeName(type));
    if (!codeName(type, code).empty()) info.append(" (").append(codeName(type, code)).append(")");
    std::string word = "ICMP";
    if (type == 0 || type == 8) {
        const auto id = f.u16(field("icmp.ident"));
        f.show(named(std::to_string(id), hex(id, 4)));
        const auto sequence = f.u16(field("icmp.seq"));
        info += " id=" + hex(id, 4) + ", seq=" + std::to_string(sequence) + ", ttl=" + std::to_string(packet.ttl);
        word = type == 8 ? "PING" : "PONG";
    } else if (type == 3 && code == 4) {
        const auto unused = cursor.peek16();
        f.raw(field("icmp.unused"), 2);
        f.show(std::to_string(unused));
        const auto mtu = f.u16(field("icmp.mtu"));
        info += ", next hop's MTU " + std::to_string(mtu);
    } else if (type == 5) {
        const auto gateway = f.v4(field("icmp.redir_gw"));
        info += ", gateway " + gateway.toString();
    } else {
        f.raw(field("icmp.unused"), 4);
        if (!quotes(type)) f.called("Rest of Header");
    }
    if (type == 11 && code == 0) word = "TTL";
    const bool ok = f.ok();
    if (ok && quotes(type)) dissectQuote(packet, f, cursor);
    if (!packet.inner) {
        packet.summary.protocol = Protocol::Icmp;
        packet.summary.protocolName = "ICMP";
        packet.summary.word = word;
        packet.summary.info = start.left() < 2 ? "ICMP, cut short" : info;
    }
    packet.out->push_back(f.finish());
    if (ok) dissectData(packet, cursor);
}

void dissectIcmpv6(Packet& packet, Cursor cursor) {
    const Cursor start = cursor;
    Fields f(packet, cursor, field("icmpv6"));
    const auto type = f.u8(field("icmpv6.type"));
    std::string_view name;
    switch (type) {
    case 1: name = "Destination Unreachable"; break;
    case 2: name = "Packet Too Big"; break;
    case 3: name = "Time Exceeded"; break;
    case 128: name = "Echo (ping) request"; break;
    case 129: name = "Echo (ping) reply"; break;
    case 133: name = "Router Solicitation"; break;
    case 134: name = "Router Advertisement"; break;
    case 135: name = "Neighbor Solicitation"; break;
    case 136: name = "Neighbor Advertisement"; break;
    case 143: name = "Multicast Listener Report Message v2"; break;
    default: break;
    }
    f.show(std::to_string(type), name);
    f.u8(field("icmpv6.code"));
    const auto sum = f.u16(field("icmpv6.checksum"));
    showChecksum(f, packet, sum, start.bytes(), 2, pseudoHeader(packet, 58, start.left()));
    f.title(std::string(name));
    if (!packet.inner) {
        packet.summary.protocol = Protocol::Icmp;
        packet.summary.protocolName = "ICMPv6";
        packet.summary.word = type == 128 ? "PING" : type == 129 ? "PONG" : "ICMP6";
        packet.summary.info = name.empty() ? "ICMPv6 type " + std::to_string(type) : std::string(name);
    }
    packet.out->push_back(f.finish());
    dissectData(packet, cursor);
}

} // namespace

extern const Dissector kIcmp, kIcmpv6;
const Dissector kIcmp{.dissect = dissectIcmp, .fields = kFields};
const Dissector kIcmpv6{.dissect = dissectIcmpv6, .fields = kFields6};

} // namespace sim::dissect
