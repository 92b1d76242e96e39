// TCP (RFC 9293) and its usual options: MSS, window scale and timestamps (RFC 7323), SACK (RFC 2018), Fast Open (RFC
// 7413).
#include "sim/dissect/fields.h"
#include "sim/wire/bytes.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"tcp", "Transmission Control Protocol"},
    {"tcp.srcport", "Source Port", FieldType::Uint16, "tcp.port"},
    {"tcp.dstport", "Destination Port", FieldType::Uint16, "tcp.port"},
    {"tcp.seq", "Sequence Number", FieldType::Uint32},
    {"tcp.ack", "Acknowledgment Number", FieldType::Uint32},
    {"tcp.hdr_len", "Header Length", FieldType::Uint8},
    {"tcp.flags", "Flags", FieldType::Uint16},
    {"tcp.flags.cwr", "Congestion Window Reduced", FieldType::Boolean},
    {"tcp.flags.ece", "ECN-Echo", FieldType::Boolean},
    {"tcp.flags.urg", "Urgent", FieldType::Boolean},
    {"tcp.flags.ack", "Acknowledgment", FieldType::Boolean},
    {"tcp.flags.push", "Push", FieldType::Boolean},
    {"tcp.flags.reset", "Reset", FieldType::Boolean},
    {"tcp.flags.syn", "Syn", FieldType::Boolean},
    {"tcp.flags.fin", "Fin", FieldType::Boolean},
    {"tcp.window_size_value", "Window", FieldType::Uint16},
    {"tcp.checksum", "Checksum", FieldType::Uint16},
    {"tcp.urgent_pointer", "Urgent Pointer", FieldType::Uint16},
    {"tcp.options", "Options"},
    {"tcp.option_kind", "Kind", FieldType::Uint8},
    {"tcp.options.eol", "End of Option List (EOL)"},
    {"tcp.options.nop", "No-Operation (NOP)"},
    {"tcp.options.mss_val", "Maximum segment size", FieldType::Uint16},
    {"tcp.options.wscale.shift", "Window scale", FieldType::Uint8},
    {"tcp.options.sack_perm", "SACK permitted"},
    {"tcp.options.sack", "SACK"},
    {"tcp.options.sack_le", "Left edge", FieldType::Uint32},
    {"tcp.options.sack_re", "Right edge", FieldType::Uint32},
    {"tcp.options.timestamp", "Timestamps"},
    {"tcp.options.timestamp.tsval", "Timestamp value", FieldType::Uint32},
    {"tcp.options.timestamp.tsecr", "Timestamp echo reply", FieldType::Uint32},
    {"tcp.options.tfo.request", "Fast Open cookie request"},
    {"tcp.options.tfo.cookie", "Fast Open cookie", FieldType::Bytes},
    {"tcp.payload", "TCP payload", FieldType::Bytes},
};
consteval const Field& field(std::string_view filter) { return fieldOf(kFields, filter); }

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
    const auto number = [&](std::uint32_t at) { return std::uint64_t{option.peek32(at)}; };
    switch (kind) {
    case 0: return f.add(field("tcp.options.eol"), {}, "", range);
    case 1: return f.add(field("tcp.options.nop"), {}, "", range);
    case 2: {
        if (length != 4) break;
        const std::uint64_t mss = option.peek16(2);
        info += " MSS=" + std::to_string(mss);
        return f.add(field("tcp.options.mss_val"), mss, std::to_string(mss) + " bytes", range);
    }
    case 3: {
        if (length != 3) break;
        const std::uint64_t shift = option.peek8(2), factor = 1u << std::min<std::uint64_t>(shift, 14);
        info += " WS=" + std::to_string(factor);
        return f.add(field("tcp.options.wscale.shift"), shift,
                     std::to_string(shift) + " (multiply by " + std::to_string(factor) + ")", range);
    }
    case 4:
        if (length != 2) break;
        info += " SACK_PERM";
        return f.add(field("tcp.options.sack_perm"), {}, "", range);
    case 5: {
        if (length < 10 || (length - 2) % 8) break;
        f.add(field("tcp.options.sack"), {}, std::to_string((length - 2) / 8) + (length == 10 ? " block" : " blocks"),
              range);
        for (std::uint32_t at = 2; at < length; at += 8) {
            const std::string left = std::to_string(number(at)), right = std::to_string(number(at + 4));
            f.below(field("tcp.options.sack_le"), number(at), left, {range.offset + at, 4});
            f.below(field("tcp.options.sack_re"), number(at + 4), right, {range.offset + at + 4, 4});
            info += " SLE=" + left + " SRE=" + right;
        }
        return;
    }
    case 8: {
        if (length != 10) break;
        const std::string value = std::to_string(number(2)), echo = std::to_string(number(6));
        info += " TSval=" + value + " TSecr=" + echo;
        f.add(field("tcp.options.timestamp"), {}, "TSval " + value + ", TSecr " + echo, range);
        f.below(field("tcp.options.timestamp.tsval"), number(2), value, {range.offset + 2, 4});
        f.below(field("tcp.options.timestamp.tsecr"), number(6), echo, {range.offset + 6, 4});
        return;
    }
    case 34:
        info += length == 2 ? " TFO=R" : " TFO=C";
        if (length == 2) return f.add(field("tcp.options.tfo.request"), {}, "", range);
        return f.add(field("tcp.options.tfo.cookie"), bytesOf(option.bytes().subspan(2)), hexBytes(option.bytes()),
                     range);
    case 254:
        if (length == 4 && option.peek16(2) == 0xf989) {
            info += " TFO=R";
            f.add(field("tcp.options.tfo.request"), {}, "", range);
            f.called("Fast Open cookie request (experimental)");
            return;
        }
        [[fallthrough]];
    default:
        f.add(field("tcp.option_kind"), std::uint64_t{kind}, hexBytes(option.bytes()), range);
        f.called("Unknown option " + std::to_string(kind));
        return;
    }
    f.add(field("tcp.option_kind"), std::uint64_t{kind}, "has an impossible length", range);
    f.called("Option " + std::to_string(kind)).wrong();
}

FieldNode readOptions(const Packet& packet, Cursor options, std::string& info) {
    Fields f(packet, options, field("tcp.options"));
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

void dissectTcp(Packet& packet, Cursor cursor) {
    const Cursor start = cursor;
    Fields f(packet, cursor, field("tcp"));
    const auto source = f.u16(field("tcp.srcport"));
    const auto destination = f.u16(field("tcp.dstport"));
    const auto sequence = f.u32(field("tcp.seq"));
    const auto ack = f.u32(field("tcp.ack"));
    const auto offsetAndFlags = f.u16(field("tcp.flags"));
    const std::uint32_t headerLength = (offsetAndFlags >> 12) * 4u;
    const unsigned flags = offsetAndFlags & 0xff;
    if (packet.tree)
        f.value(std::uint64_t(offsetAndFlags & 0xfff))
            .show(hex(offsetAndFlags & 0xfff, 3) + " (" + flagNames(flags) + ")");
    f.bit(field("tcp.flags.cwr"), flags & kCwr).bit(field("tcp.flags.ece"), flags & kEce);
    f.bit(field("tcp.flags.urg"), flags & kUrg).bit(field("tcp.flags.ack"), flags & kAck);
    f.bit(field("tcp.flags.push"), flags & kPsh).bit(field("tcp.flags.reset"), flags & kRst);
    f.bit(field("tcp.flags.syn"), flags & kSyn).bit(field("tcp.flags.fin"), flags & kFin);
    if (f.ok()) {
        const Cursor at(cursor.frame(), start.offset() + 12, start.end());
        f.add(field("tcp.hdr_len"), std::uint64_t{headerLength},
              std::to_string(headerLength) + " bytes (" + std::to_string(headerLength / 4) + ")", at.range(1));
        if (headerLength < 20 || headerLength > start.left()) f.wrong();
    }
    const auto window = f.u16(field("tcp.window_size_value"));
    const auto sum = f.u16(field("tcp.checksum"));
    showChecksum(f, packet, sum, start.bytes(), 16, pseudoHeader(packet, 6, start.left()));
    f.u16(field("tcp.urgent_pointer"));

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
    const Segment carried = packet.fragment ? Segment{} : segmentProtocol(source, destination, cursor.bytes());
    if (carried.begins) {
        if (!packet.inner) packet.summary.top = carried.protocol;
        return carried.protocol->dissector->segment(packet, cursor);
    }
    if (carried.protocol && !packet.inner) packet.summary.protocol = carried.protocol->colour;
    dissectData(packet, cursor, field("tcp.payload"));
}

Protocol colourOf(Bytes segment, bool fragment, int) {
    if (fragment || segment.size() <= 20) return Protocol::Tcp;
    const std::size_t header = (segment[12] >> 4) * 4u;
    if (header < 20 || header >= segment.size()) return Protocol::Tcp;
    const auto carried = segmentProtocol(wire::get16(&segment[0]), wire::get16(&segment[2]), segment.subspan(header));
    return carried.protocol ? carried.protocol->colour : Protocol::Tcp;
}

} // namespace

extern const Dissector kTcp;
const Dissector kTcp{.dissect = dissectTcp, .fields = kFields, .colourOf = colourOf};

} // namespace sim::dissect
