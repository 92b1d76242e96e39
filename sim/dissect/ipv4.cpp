// IPv4 (RFC 791), DSCP (RFC 2474) and ECN (RFC 3168).
#include "sim/dissect/fields.h"
#include "sim/wire/bytes.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"ip", "Internet Protocol Version 4"},
    {"ip.version", "Version", FieldType::Uint8},
    {"ip.hdr_len", "Header Length", FieldType::Uint8},
    {"ip.dsfield", "Differentiated Services Field", FieldType::Uint8},
    {"ip.dsfield.dscp", "Differentiated Services Codepoint", FieldType::Uint8},
    {"ip.dsfield.ecn", "Explicit Congestion Notification", FieldType::Uint8},
    {"ip.len", "Total Length", FieldType::Uint16},
    {"ip.id", "Identification", FieldType::Uint16},
    {"ip.flags", "Flags", FieldType::Uint8},
    {"ip.flags.rb", "Reserved bit", FieldType::Boolean},
    {"ip.flags.df", "Don't fragment", FieldType::Boolean},
    {"ip.flags.mf", "More fragments", FieldType::Boolean},
    {"ip.frag_offset", "Fragment Offset", FieldType::Uint16},
    {"ip.ttl", "Time to Live", FieldType::Uint8},
    {"ip.proto", "Protocol", FieldType::Uint8},
    {"ip.checksum", "Header Checksum", FieldType::Uint16},
    {"ip.src", "Source Address", FieldType::Ipv4, "ip.addr"},
    {"ip.dst", "Destination Address", FieldType::Ipv4, "ip.addr"},
    {"ip.options", "Options"},
    {"ip.opt.type", "Type", FieldType::Uint8},
};
constexpr Field kFields6[] = {
    {"ipv6", "Internet Protocol Version 6"},
    {"ipv6.version", "Version", FieldType::Uint8},
    {"ipv6.tclass", "Traffic Class", FieldType::Uint8},
    {"ipv6.flow", "Flow Label", FieldType::Uint24},
    {"ipv6.plen", "Payload Length", FieldType::Uint16},
    {"ipv6.nxt", "Next Header", FieldType::Uint8},
    {"ipv6.hlim", "Hop Limit", FieldType::Uint8},
    {"ipv6.src", "Source Address", FieldType::Ipv6, "ipv6.addr"},
    {"ipv6.dst", "Destination Address", FieldType::Ipv6, "ipv6.addr"},
};
consteval const Field& field(std::string_view filter) {
    return fieldOf(filter.starts_with("ipv6") ? FieldList(kFields6) : FieldList(kFields), filter);
}

std::string_view dscpName(unsigned dscp) {
    switch (dscp) {
    case 0: return "CS0";
    case 8: return "CS1";
    case 16: return "CS2";
    case 24: return "CS3";
    case 32: return "CS4";
    case 40: return "CS5";
    case 46: return "EF PHB";
    case 48: return "CS6";
    case 56: return "CS7";
    default: return "";
    }
}

std::string_view ecnName(unsigned ecn) {
    constexpr std::string_view kNames[] = {"Not-ECT", "ECT(1)", "ECT(0)", "CE"};
    return kNames[ecn & 3];
}

std::string_view optionName(std::uint8_t type) {
    switch (type) {
    case 0: return "End of Options List";
    case 1: return "No-Operation";
    case 7: return "Record Route";
    case 68: return "Time Stamp";
    case 131: return "Loose Source Route";
    case 137: return "Strict Source Route";
    case 148: return "Router Alert";
    default: return "Unknown";
    }
}

FieldNode readOptions(const Packet& packet, Cursor options) {
    Fields f(packet, options, field("ip.options"));
    f.title(std::to_string(options.left()) + " bytes");
    while (options.left() > 0) {
        const auto type = options.peek8();
        const std::uint32_t begin = options.offset();
        const bool single = type <= 1;
        const std::uint32_t length = single ? 1 : options.peek8(1);
        if (length < (single ? 1u : 2u) || length > options.left()) {
            f.malformed("option " + std::to_string(type) + " has an impossible length");
            options.skip(options.left());
            break;
        }
        const auto value = options.take(length);
        f.add(field("ip.opt.type"), std::uint64_t{type}, single ? "" : hexBytes(value.bytes().subspan(2)),
              {begin, length});
        f.called(optionName(type));
        if (type == 0) {
            options.skip(options.left());
            break;
        }
    }
    return f.finish();
}

/// protocolName names a protocol number, also of what has no row in the table: "TCP".
std::string_view protocolName(std::uint8_t number) {
    switch (number) {
    case 4: return "IPIP";
    case 47: return "GRE";
    case 50: return "ESP";
    case 89: return "OSPF IGP";
    case 132: return "SCTP";
    default: break;
    }
    const auto* protocol = ipProtocol(number);
    return protocol ? protocol->name : std::string_view();
}

void summarizeIp(Packet& packet, std::uint8_t protocol) {
    auto& s = packet.summary;
    s.source = packet.source.toString();
    s.destination = packet.destination.toString();
    s.protocolName = packet.source.isV6() ? "IPv6" : "IPv4";
    s.word = "IP";
    s.info = std::string(packet.source.isV6() ? "IPv6, " : "IPv4, ") +
             named("protocol " + std::to_string(protocol), protocolName(protocol));
}

void dissectIpPayload(Packet& packet, Cursor cursor, std::uint8_t number) {
    if (++packet.depth > kMaxDepth) return dissectData(packet, cursor);
    dissectAs(ipProtocol(number), packet, cursor);
}

Protocol colourOfPayload(Bytes payload, std::uint8_t number, bool fragment, int depth) {
    if (++depth > kMaxDepth) return Protocol::Other;
    const auto* protocol = ipProtocol(number);
    if (!protocol) return Protocol::Other;
    return protocol->dissector->colourOf ? protocol->dissector->colourOf(payload, fragment, depth) : protocol->colour;
}

} // namespace

void dissectIpv4(Packet& packet, Cursor cursor) {
    if (++packet.depth > kMaxDepth) return dissectData(packet, cursor);
    const Cursor start = cursor;
    packet.fragment = false;
    Fields f(packet, cursor, field("ip"));
    const auto first = f.u8(field("ip.version"));
    const std::uint32_t headerLength = (first & 15u) * 4;
    f.value(std::uint64_t(first >> 4)).show(std::to_string(first >> 4));
    if (first >> 4 != 4) f.wrong();
    f.add(field("ip.hdr_len"), std::uint64_t{headerLength},
          std::to_string(headerLength) + " bytes (" + std::to_string(first & 15) + ")", start.range(1));
    if (headerLength < 20) f.wrong();
    const auto service = f.u8(field("ip.dsfield"));
    if (packet.tree)
        f.show(hex(service, 2) + " (DSCP: " +
               (dscpName(service >> 2).empty() ? std::to_string(service >> 2) : std::string(dscpName(service >> 2))) +
               ", ECN: " + std::string(ecnName(service)) + ")");
    f.bits(field("ip.dsfield.dscp"), service >> 2);
    f.below(field("ip.dsfield.ecn"), std::uint64_t(service & 3), named(std::to_string(service & 3), ecnName(service)),
            ecnName(service));
    const auto totalLength = f.u16(field("ip.len"));
    if (totalLength < headerLength || (totalLength > start.left() && !packet.quoted)) f.wrong();
    const auto id = f.u16(field("ip.id"));
    f.show(named(hex(id, 4), std::to_string(id)));
    const auto flags = f.u16(field("ip.flags"));
    const bool df = flags & 0x4000, mf = flags & 0x2000;
    const std::uint32_t fragmentOffset = (flags & 0x1fffu) * 8;
    f.value(std::uint64_t(flags >> 13));
    f.show(hex(flags >> 13, 1) + (df ? ", Don't fragment" : "") + (mf ? ", More fragments" : ""));
    f.bit(field("ip.flags.rb"), flags & 0x8000);
    f.bit(field("ip.flags.df"), df);
    f.bit(field("ip.flags.mf"), mf);
    f.bits(field("ip.frag_offset"), fragmentOffset);
    packet.ttl = f.u8(field("ip.ttl"));
    const auto protocol = f.u8(field("ip.proto"));
    if (protocolName(protocol).empty())
        f.show(std::to_string(protocol));
    else
        f.show(std::to_string(protocol), protocolName(protocol), Fields::Order::NameFirst);
    const auto sum = f.u16(field("ip.checksum"));
    if (f.ok() && headerLength >= 20 && headerLength <= start.left()) {
        showChecksum(f, packet, sum, start.bytes().first(headerLength), 10, 0);
    } else {
        f.show(hex(sum, 4));
    }
    packet.source = f.v4(field("ip.src"));
    packet.destination = f.v4(field("ip.dst"));
    if (f.ok() && headerLength > 20) f.add(readOptions(packet, cursor.take(headerLength - 20)));
    if (packet.tree) f.title(packet.source.toString() + " → " + packet.destination.toString());
    const bool ok =
        f.ok() && first >> 4 == 4 && headerLength >= 20 && totalLength >= headerLength && headerLength <= start.left();
    if (f.ok() && !ok) f.malformed("version or lengths are impossible");
    if (!packet.inner) {
        summarizeIp(packet, protocol);
        if (!ok) packet.summary.info = "Malformed IPv4 packet";
    }
    packet.out->push_back(f.finish());
    if (!ok) return dissectData(packet, cursor);

    const std::uint32_t payloadEnd = start.offset() + std::min<std::uint32_t>(totalLength, start.left());
    const Cursor payload(cursor.frame(), cursor.offset(), payloadEnd);
    const Cursor rest(cursor.frame(), payloadEnd, cursor.end());
    packet.fragment = mf || fragmentOffset > 0;
    if (packet.fragment && !packet.inner)
        packet.summary.info =
            "Fragmented IP protocol (proto=" + named(protocolName(protocol), std::to_string(protocol)) +
            ", off=" + std::to_string(fragmentOffset) + ", ID=" + hex(id, 4).substr(2) + ")";
    if (packet.fragment && !packet.inner) packet.summary.fragment = true;
    if (fragmentOffset > 0) {
        if (!packet.inner) packet.summary.word = "FRAG";
        dissectData(packet, payload, kData, "Data (fragment)");
    } else {
        const std::string info = packet.summary.info;
        dissectIpPayload(packet, payload, protocol);
        if (mf && !packet.inner)
            packet.summary.info = info, packet.summary.word = "FRAG", packet.summary.protocolName = "IPv4";
    }
    if (!packet.quoted) dissectPadding(packet, rest);
}

void dissectIpv6(Packet& packet, Cursor cursor) {
    if (++packet.depth > kMaxDepth) return dissectData(packet, cursor);
    Fields f(packet, cursor, field("ipv6"));
    const auto first = f.u32(field("ipv6.version"));
    f.called("Version, Traffic Class, Flow Label").value(std::uint64_t{first >> 28}).show(hex(first, 8));
    f.bits(field("ipv6.version"), first >> 28);
    f.below(field("ipv6.tclass"), std::uint64_t{first >> 20 & 0xff}, hex(first >> 20 & 0xff, 2));
    f.below(field("ipv6.flow"), std::uint64_t{first & 0xfffff}, hex(first & 0xfffff, 5));
    if (first >> 28 != 6) f.wrong();
    const auto length = f.u16(field("ipv6.plen"));
    const auto next = f.u8(field("ipv6.nxt"));
    f.show(std::to_string(next), protocolName(next));
    packet.ttl = f.u8(field("ipv6.hlim"));
    packet.source = f.v6(field("ipv6.src"));
    packet.destination = f.v6(field("ipv6.dst"));
    if (packet.tree) f.title(packet.source.toString() + " → " + packet.destination.toString());
    const bool ok = f.ok() && first >> 28 == 6;
    packet.fragment = false;
    if (!packet.inner) {
        summarizeIp(packet, next);
        if (!ok) packet.summary.info = "Malformed IPv6 packet";
    }
    packet.out->push_back(f.finish());
    if (!ok) return dissectData(packet, cursor);
    dissectIpPayload(packet, cursor.take(length), next);
    if (!packet.quoted) dissectPadding(packet, cursor);
}

Protocol colourOfIpv4(Bytes packet, bool, int depth) {
    if (++depth > kMaxDepth || packet.size() < 20 || packet[0] >> 4 != 4) return Protocol::Other;
    const std::size_t header = (packet[0] & 15u) * 4u, total = wire::get16(&packet[2]);
    if (header < 20 || total < header || header > packet.size()) return Protocol::Other;
    const auto flags = wire::get16(&packet[6]);
    if (flags & 0x1fff) return Protocol::Other; // a later piece of a datagram
    const auto payload = packet.first(std::min(total, packet.size())).subspan(header);
    return colourOfPayload(payload, packet[9], flags & 0x2000, depth);
}

Protocol colourOfIpv6(Bytes packet, bool, int depth) {
    if (++depth > kMaxDepth || packet.size() < 40 || packet[0] >> 4 != 6) return Protocol::Other;
    const std::size_t length = wire::get16(&packet[4]);
    return colourOfPayload(packet.subspan(40, std::min(length, packet.size() - 40)), packet[6], false, depth);
}

extern const Dissector kIpv4, kIpv6;
const Dissector kIpv4{.dissect = dissectIpv4, .fields = kFields, .colourOf = colourOfIpv4};
const Dissector kIpv6{.dissect = dissectIpv6, .fields = kFields6, .colourOf = colourOfIpv6};

} // namespace sim::dissect
