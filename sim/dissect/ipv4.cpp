// IPv4 (RFC 791), DSCP (RFC 2474) and ECN (RFC 3168).
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

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
    Fields f(packet, options, "Options", "ip.options");
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
        f.add(std::string(optionName(type)), "ip.opt.type", single ? "" : hexBytes(value.bytes().subspan(2)),
              {begin, length});
        if (type == 0) {
            options.skip(options.left());
            break;
        }
    }
    return f.finish();
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

} // namespace

std::string_view protocolName(std::uint8_t protocol) {
    switch (protocol) {
    case 1: return "ICMP";
    case 2: return "IGMP";
    case 4: return "IPIP";
    case 6: return "TCP";
    case 17: return "UDP";
    case 41: return "IPv6";
    case 47: return "GRE";
    case 50: return "ESP";
    case 58: return "ICMPv6";
    case 89: return "OSPF IGP";
    case 132: return "SCTP";
    default: return "";
    }
}

void dissectIpv4(Packet& packet, Cursor cursor) {
    if (++packet.depth > kMaxDepth) return dissectData(packet, cursor);
    const Cursor start = cursor;
    packet.fragment = false;
    Fields f(packet, cursor, "Internet Protocol Version 4", "ip");
    const auto first = f.u8("Version", "ip.version");
    const std::uint32_t headerLength = (first & 15u) * 4;
    f.show(std::to_string(first >> 4));
    if (first >> 4 != 4) f.wrong();
    f.add("Header Length", "ip.hdr_len", std::to_string(headerLength) + " bytes (" + std::to_string(first & 15) + ")",
          start.range(1));
    if (headerLength < 20) f.wrong();
    const auto service = f.u8("Differentiated Services Field", "ip.dsfield");
    if (packet.tree)
        f.show(hex(service, 2) + " (DSCP: " +
               (dscpName(service >> 2).empty() ? std::to_string(service >> 2) : std::string(dscpName(service >> 2))) +
               ", ECN: " + std::string(ecnName(service)) + ")");
    f.part("Differentiated Services Codepoint", "ip.dsfield.dscp", std::to_string(service >> 2));
    f.part("Explicit Congestion Notification", "ip.dsfield.ecn", named(std::to_string(service & 3), ecnName(service)));
    const auto totalLength = f.u16("Total Length", "ip.len");
    if (totalLength < headerLength || (totalLength > start.left() && !packet.quoted)) f.wrong();
    const auto id = f.u16("Identification", "ip.id");
    f.show(named(hex(id, 4), std::to_string(id)));
    const auto flags = f.u16("Flags", "ip.flags");
    const bool df = flags & 0x4000, mf = flags & 0x2000;
    const std::uint32_t fragmentOffset = (flags & 0x1fffu) * 8;
    f.show(hex(flags >> 13, 1) + (df ? ", Don't fragment" : "") + (mf ? ", More fragments" : ""));
    f.part("Reserved bit", "ip.flags.rb", onOff(flags & 0x8000));
    f.part("Don't fragment", "ip.flags.df", onOff(df));
    f.part("More fragments", "ip.flags.mf", onOff(mf));
    f.part("Fragment Offset", "ip.frag_offset", std::to_string(fragmentOffset));
    packet.ttl = f.u8("Time to Live", "ip.ttl");
    const auto protocol = f.u8("Protocol", "ip.proto");
    f.show(std::string(protocolName(protocol)).empty()
               ? std::to_string(protocol)
               : std::string(protocolName(protocol)) + " (" + std::to_string(protocol) + ")");
    const auto sum = f.u16("Header Checksum", "ip.checksum");
    if (f.ok() && headerLength >= 20 && headerLength <= start.left()) {
        showChecksum(f, packet, sum, start.bytes().first(headerLength), 10, 0);
    } else {
        f.show(hex(sum, 4));
    }
    packet.source = f.v4("Source Address", "ip.src");
    packet.destination = f.v4("Destination Address", "ip.dst");
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
    if (fragmentOffset > 0) {
        if (!packet.inner) packet.summary.word = "FRAG";
        dissectData(packet, payload, "Data (fragment)");
    } else {
        const std::string info = packet.summary.info;
        dissectIpPayload(packet, payload, protocol);
        if (mf && !packet.inner)
            packet.summary.info = info, packet.summary.word = "FRAG", packet.summary.protocolName = "IPv4";
    }
    if (!packet.quoted) dissectData(packet, rest, "Padding", "eth.padding");
}

void dissectIpv6(Packet& packet, Cursor cursor) {
    if (++packet.depth > kMaxDepth) return dissectData(packet, cursor);
    Fields f(packet, cursor, "Internet Protocol Version 6", "ipv6");
    const auto first = f.u32("Version, Traffic Class, Flow Label", "ipv6.version");
    f.show(hex(first, 8));
    f.part("Version", "ipv6.version", std::to_string(first >> 28));
    f.part("Traffic Class", "ipv6.tclass", hex(first >> 20 & 0xff, 2));
    f.part("Flow Label", "ipv6.flow", hex(first & 0xfffff, 5));
    if (first >> 28 != 6) f.wrong();
    const auto length = f.u16("Payload Length", "ipv6.plen");
    const auto next = f.u8("Next Header", "ipv6.nxt");
    f.show(named(std::to_string(next), protocolName(next)));
    packet.ttl = f.u8("Hop Limit", "ipv6.hlim");
    packet.source = f.v6("Source Address", "ipv6.src");
    packet.destination = f.v6("Destination Address", "ipv6.dst");
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
    if (!packet.quoted) dissectData(packet, cursor, "Padding", "eth.padding");
}

void dissectIpPayload(Packet& packet, Cursor cursor, std::uint8_t protocol) {
    if (++packet.depth > kMaxDepth) return dissectData(packet, cursor);
    switch (protocol) {
    case 1: return dissectIcmp(packet, cursor);
    case 2: return dissectIgmp(packet, cursor);
    case 6: return dissectTcp(packet, cursor);
    case 17: return dissectUdp(packet, cursor);
    case 58: return dissectIcmpv6(packet, cursor);
    case 4: return dissectIpv4(packet, cursor);
    case 41: return dissectIpv6(packet, cursor);
    default: return dissectData(packet, cursor);
    }
}

} // namespace sim::dissect
