// TCP (RFC 9293) and its usual options: MSS, window scale and timestamps (RFC 7323), SACK (RFC 2018), Fast Open (RFC
// 7413).
#include "sim/dissect/fields.h"

#include <tuple>

namespace sim::dissect {

namespace {

enum Flag : unsigned { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16, kUrg = 32, kEce = 64, kCwr = 128 };

std::string flagNames(unsigned flags) {
    constexpr std::pair<unsigned, const char*> kNames[] = {{kFin, "FIN"}, {kSyn, "SYN"}, {kRst, "RST"}, {kPsh, "PSH"},
                                                           {kAck, "ACK"}, {kUrg, "URG"}, {kEce, "ECE"}, {kCwr, "CWR"}};
    std::string text;
    for (const auto& [bit, name] : kNames)
        if (flags & bit) text += (text.empty() ? "" : ", ") + std::string(name);
    return text.empty() ? "<None>" : text;
}

std::string word(unsigned flags, std::uint32_t payload) {
    if (flags & kRst) return "RST";
    if (flags & kSyn) return flags & kAck ? "S+A" : "SYN";
    if (flags & kFin) return "FIN";
    return payload ? "DATA" : "ACK";
}

/// readOption reads one option of a known, possible length; what the info column says about it goes to info.
void readOption(Fields& f, Cursor option, std::uint8_t kind, std::string& info) {
    const ByteRange range = option.range(option.left());
    const std::uint32_t length = range.length;
    switch (kind) {
    case 0: return f.add("End of Option List (EOL)", "tcp.options.eol", "", range);
    case 1: return f.add("No-Operation (NOP)", "tcp.options.nop", "", range);
    case 2:
        if (length != 4) break;
        info += " MSS=" + std::to_string(option.peek16(2));
        return f.add("Maximum segment size", "tcp.options.mss_val", std::to_string(option.peek16(2)) + " bytes", range);
    case 3: {
        if (length != 3) break;
        const unsigned shift = std::min<unsigned>(option.peek8(2), 14);
        info += " WS=" + std::to_string(1u << shift);
        return f.add("Window scale", "tcp.options.wscale.shift",
                     std::to_string(option.peek8(2)) + " (multiply by " + std::to_string(1u << shift) + ")", range);
    }
    case 4:
        if (length != 2) break;
        info += " SACK_PERM";
        return f.add("SACK permitted", "tcp.options.sack_perm", "", range);
    case 5: {
        if (length < 10 || (length - 2) % 8) break;
        FieldNode node{"SACK",
                       "tcp.options.sack",
                       std::to_string((length - 2) / 8) + (length == 10 ? " block" : " blocks"),
                       range,
                       false,
                       {}};
        for (std::uint32_t at = 2; at < length; at += 8) {
            const std::string left = std::to_string(option.peek32(at)), right = std::to_string(option.peek32(at + 4));
            node.children.push_back({"Left edge", "tcp.options.sack_le", left, {range.offset + at, 4}, false, {}});
            node.children.push_back(
                {"Right edge", "tcp.options.sack_re", right, {range.offset + at + 4, 4}, false, {}});
            info += " SLE=" + left + " SRE=" + right;
        }
        return f.add(std::move(node));
    }
    case 8: {
        if (length != 10) break;
        const std::string value = std::to_string(option.peek32(2)), echo = std::to_string(option.peek32(6));
        info += " TSval=" + value + " TSecr=" + echo;
        FieldNode node{"Timestamps", "tcp.options.timestamp", "TSval " + value + ", TSecr " + echo, range, false, {}};
        node.children.push_back(
            {"Timestamp value", "tcp.options.timestamp.tsval", value, {range.offset + 2, 4}, false, {}});
        node.children.push_back(
            {"Timestamp echo reply", "tcp.options.timestamp.tsecr", echo, {range.offset + 6, 4}, false, {}});
        return f.add(std::move(node));
    }
    case 34:
        info += length == 2 ? " TFO=R" : " TFO=C";
        if (length == 2) return f.add("Fast Open cookie request", "tcp.options.tfo.request", "", range);
        return f.add("Fast Open cookie", "tcp.options.tfo.cookie", hexBytes(option.bytes()), range);
    case 254:
        if (length == 4 && option.peek16(2) == 0xf989) {
            info += " TFO=R";
            return f.add("Fast Open cookie request (experimental)", "tcp.options.tfo.request", "", range);
        }
        [[fallthrough]];
    default: return f.add("Unknown option " + std::to_string(kind), "tcp.option_kind", hexBytes(option.bytes()), range);
    }
    f.add("Option " + std::to_string(kind), "tcp.option_kind", "has an impossible length", range);
    f.wrong();
}

FieldNode readOptions(const Packet& packet, Cursor options, std::string& info) {
    Fields f(packet, options, "Options", "tcp.options");
    f.title(std::to_string(options.left()) + " bytes");
    while (options.left() > 0) {
        const auto kind = options.peek8();
        const bool single = kind <= 1;
        const std::uint32_t length = single ? 1 : options.peek8(1);
        if (length < (single ? 1u : 2u) || length > options.left()) {
            f.malformed("option " + std::to_string(kind) + " has an impossible length");
            options.skip(options.left());
            break;
        }
        readOption(f, options.take(length), kind, info);
        if (kind == 0) {
            options.skip(options.left());
            break;
        }
    }
    return f.finish();
}

} // namespace

void dissectTcp(Packet& packet, Cursor cursor) {
    const Cursor start = cursor;
    Fields f(packet, cursor, "Transmission Control Protocol", "tcp");
    const auto source = f.u16("Source Port", "tcp.srcport");
    const auto destination = f.u16("Destination Port", "tcp.dstport");
    const auto sequence = f.u32("Sequence Number", "tcp.seq");
    const auto ack = f.u32("Acknowledgment Number", "tcp.ack");
    const auto offsetAndFlags = f.u16("Flags", "tcp.flags");
    const std::uint32_t headerLength = (offsetAndFlags >> 12) * 4u;
    const unsigned flags = offsetAndFlags & 0xff;
    if (packet.tree) f.show(hex(offsetAndFlags & 0xfff, 3) + " (" + flagNames(flags) + ")");
    constexpr std::tuple<unsigned, const char*, const char*> kBits[] = {
        {kCwr, "Congestion Window Reduced", "tcp.flags.cwr"},
        {kEce, "ECN-Echo", "tcp.flags.ece"},
        {kUrg, "Urgent", "tcp.flags.urg"},
        {kAck, "Acknowledgment", "tcp.flags.ack"},
        {kPsh, "Push", "tcp.flags.push"},
        {kRst, "Reset", "tcp.flags.reset"},
        {kSyn, "Syn", "tcp.flags.syn"},
        {kFin, "Fin", "tcp.flags.fin"}};
    for (const auto& [bit, name, filter] : kBits)
        if (packet.tree) f.part(name, filter, onOff(flags & bit));
    if (f.ok()) {
        const Cursor at(cursor.frame(), start.offset() + 12, start.end());
        f.add("Header Length", "tcp.hdr_len",
              std::to_string(headerLength) + " bytes (" + std::to_string(headerLength / 4) + ")", at.range(1));
        if (headerLength < 20 || headerLength > start.left()) f.wrong();
    }
    const auto window = f.u16("Window", "tcp.window_size_value");
    const auto sum = f.u16("Checksum", "tcp.checksum");
    showChecksum(f, packet, sum, start.bytes(), 16, pseudoHeader(packet, 6, start.left()));
    f.u16("Urgent Pointer", "tcp.urgent_pointer");

    const bool ok = f.ok() && headerLength >= 20 && (headerLength <= start.left() || packet.quoted);
    if (f.ok() && !ok) f.malformed("the header length is impossible");
    std::string options;
    if (ok && headerLength > 20) f.add(readOptions(packet, cursor.take(headerLength - 20), options));
    const std::uint32_t payload = ok ? cursor.left() : 0;
    if (packet.tree)
        f.title(std::to_string(source) + " → " + std::to_string(destination) + " [" + flagNames(flags) + "]");
    if (!packet.inner) {
        auto& s = packet.summary;
        s.protocol = Protocol::Tcp;
        s.protocolName = "TCP";
        s.word = word(flags, payload);
        s.info = std::to_string(source) + " → " + std::to_string(destination) + " [" + flagNames(flags) +
                 "] Seq=" + std::to_string(sequence) + (flags & kAck ? " Ack=" + std::to_string(ack) : "") +
                 " Win=" + std::to_string(window) + " Len=" + std::to_string(payload) + options;
        if (!ok) s.info = "Malformed TCP segment", s.word = "TCP";
    }
    packet.out->push_back(f.finish());
    if (payload == 0) return;
    const bool web = source == 80 || destination == 80 || source == 8080 || destination == 8080;
    if (!packet.fragment && (web || looksLikeHttp(cursor.bytes())) && dissectHttp(packet, cursor)) return;
    // DNS by TCP: a message with its length before it (RFC 1035 4.2.2), when it is whole in this segment.
    if (!packet.fragment && (source == 53 || destination == 53) && payload >= 14 && cursor.peek16() + 2u == payload) {
        cursor.skip(2);
        return dissectDns(packet, cursor);
    }
    dissectData(packet, cursor, "TCP payload", "tcp.payload");
}

} // namespace sim::dissect
