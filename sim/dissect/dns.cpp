// DNS (RFC 1035; AAAA RFC 3596, SRV RFC 2782, EDNS RFC 6891).
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"dns", "Domain Name System"},
    {"dns.id", "Transaction ID", FieldType::Uint16},
    {"dns.flags", "Flags", FieldType::Uint16},
    {"dns.flags.response", "Response", FieldType::Boolean},
    {"dns.flags.opcode", "Opcode", FieldType::Uint8},
    {"dns.flags.authoritative", "Authoritative", FieldType::Boolean},
    {"dns.flags.truncated", "Truncated", FieldType::Boolean},
    {"dns.flags.recdesired", "Recursion desired", FieldType::Boolean},
    {"dns.flags.recavail", "Recursion available", FieldType::Boolean},
    {"dns.flags.rcode", "Reply code", FieldType::Uint8},
    {"dns.count.queries", "Questions", FieldType::Uint16},
    {"dns.count.answers", "Answer RRs", FieldType::Uint16},
    {"dns.count.auth_rr", "Authority RRs", FieldType::Uint16},
    {"dns.count.add_rr", "Additional RRs", FieldType::Uint16},
    {"dns.qry.name", "Name", FieldType::String},
    {"dns.qry.type", "Type", FieldType::Uint16},
    {"dns.qry.class", "Class", FieldType::Uint16},
    {"dns.resp.name", "Name", FieldType::String},
    {"dns.resp.type", "Type", FieldType::Uint16},
    {"dns.resp.class", "Class", FieldType::Uint16},
    {"dns.resp.ttl", "Time to live", FieldType::Uint32},
    {"dns.resp.len", "Data length", FieldType::Uint16},
    {"dns.resp.ext_rcode", "Higher bits in extended RCODE", FieldType::Uint8},
    {"dns.resp.edns0_version", "EDNS0 version", FieldType::Uint8},
    {"dns.resp.z", "Z", FieldType::Uint16},
    {"dns.resp.z.do", "DO bit", FieldType::Boolean},
    {"dns.a", "Address", FieldType::Ipv4},
    {"dns.aaaa", "AAAA Address", FieldType::Ipv6},
    {"dns.ns", "Name Server", FieldType::String},
    {"dns.cname", "CNAME", FieldType::String},
    {"dns.ptr.domain_name", "Domain Name", FieldType::String},
    {"dns.mx.preference", "Preference", FieldType::Uint16},
    {"dns.mx.mail_exchange", "Mail Exchange", FieldType::String},
    {"dns.soa.mname", "Primary name server", FieldType::String},
    {"dns.soa.rname", "Responsible authority's mailbox", FieldType::String},
    {"dns.soa.serial_number", "Serial Number", FieldType::Uint32},
    {"dns.soa.refresh_interval", "Refresh Interval", FieldType::Uint32},
    {"dns.soa.retry_interval", "Retry Interval", FieldType::Uint32},
    {"dns.soa.expire_limit", "Expire limit", FieldType::Uint32},
    {"dns.soa.minimum_ttl", "Minimum TTL", FieldType::Uint32},
    {"dns.srv.priority", "Priority", FieldType::Uint16},
    {"dns.srv.weight", "Weight", FieldType::Uint16},
    {"dns.srv.port", "Port", FieldType::Uint16},
    {"dns.srv.target", "Target", FieldType::String},
    {"dns.txt.length", "TXT Length", FieldType::Uint8},
    {"dns.txt", "TXT", FieldType::String},
    {"dns.opt.code", "Option Code", FieldType::Uint16},
    {"dns.opt.len", "Option Length", FieldType::Uint16},
    {"dns.opt.data", "Option Data", FieldType::Bytes},
    {"dns.data", "Data", FieldType::Bytes},
    {"dns.trailer", "Trailing data", FieldType::Bytes},
};
consteval const Field& field(std::string_view filter) { return fieldOf(kFields, filter); }

constexpr int kMaxJumps = 64; // compression pointers in one name: a loop ends here
constexpr std::size_t kMaxName = 255;
constexpr std::uint32_t kMaxRecords = 500;

std::string typeName(std::uint16_t type) {
    switch (type) {
    case 1: return "A";
    case 2: return "NS";
    case 5: return "CNAME";
    case 6: return "SOA";
    case 12: return "PTR";
    case 15: return "MX";
    case 16: return "TXT";
    case 28: return "AAAA";
    case 33: return "SRV";
    case 13: return "HINFO";
    case 35: return "NAPTR";
    case 39: return "DNAME";
    case 41: return "OPT";
    case 43: return "DS";
    case 46: return "RRSIG";
    case 47: return "NSEC";
    case 48: return "DNSKEY";
    case 50: return "NSEC3";
    case 65: return "HTTPS";
    case 252: return "AXFR";
    case 257: return "CAA";
    case 255: return "ANY";
    default: return "TYPE" + std::to_string(type);
    }
}

std::string_view optionName(std::uint16_t code) {
    switch (code) {
    case 3: return "NSID";
    case 8: return "Client Subnet";
    case 10: return "COOKIE";
    case 11: return "TCP Keepalive";
    case 12: return "PADDING";
    case 15: return "Extended DNS Error";
    default: return "?";
    }
}

std::string_view rcodeName(unsigned code) {
    constexpr std::string_view kNames[] = {"No error",     "Format error",    "Server failure",
                                           "No such name", "Not implemented", "Refused"};
    return code < std::size(kNames) ? kNames[code] : "Unknown error";
}

struct Name {
    std::string text;
    bool good = true;
};

/// readName reads a name at the cursor and moves past it; pointers are followed within message.
Name readName(Cursor& cursor, const Cursor& message) {
    Name name;
    Cursor at = cursor;
    std::uint32_t after = 0;
    for (int jumps = 0;;) {
        if (at.left() == 0) {
            name.good = false;
            break;
        }
        const auto length = at.peek8();
        if (length >= 0xc0) {
            if (!at.has(2)) {
                name.good = false;
                at.skip(1);
                break;
            }
            const std::uint32_t target = message.offset() + (at.peek16() & 0x3fffu);
            at.skip(2);
            if (!after) after = at.offset();
            if (++jumps > kMaxJumps || target >= message.end()) {
                name.good = false;
                break;
            }
            at = Cursor(message.frame(), target, message.end());
            continue;
        }
        if (length >= 0x40 || !at.has(length + 1u)) {
            name.good = false;
            at.skip(at.left());
            break;
        }
        at.skip(1);
        if (length == 0) break;
        if (!name.text.empty()) name.text += '.';
        name.text += printable(at.take(length).bytes());
        if (name.text.size() > kMaxName) {
            name.good = false;
            break;
        }
    }
    const std::uint32_t end = after ? after : at.offset();
    cursor.skip(end - cursor.offset());
    if (name.text.empty()) name.text = "<Root>";
    return name;
}

void nameField(Fields& f, const Cursor& message, const Field& which, std::string* text = nullptr) {
    if (!f.ok()) return;
    const std::uint32_t begin = f.cursor().offset();
    const Name name = readName(f.cursor(), message);
    f.add(which, name.text, name.text, {begin, f.cursor().offset() - begin});
    if (!name.good) f.wrong().malformed("the name does not end, or loops");
    if (text) *text = name.text;
}

/// readData reads the data of one record below f and gives it in a few words.
std::string readData(Fields& f, const Cursor& message, std::uint16_t type, std::uint16_t length) {
    std::string text;
    switch (type) {
    case 1: return f.v4(field("dns.a")).toString();
    case 28: return f.v6(field("dns.aaaa")).toString();
    case 2: nameField(f, message, field("dns.ns"), &text); return text;
    case 5: nameField(f, message, field("dns.cname"), &text); return text;
    case 12: nameField(f, message, field("dns.ptr.domain_name"), &text); return text;
    case 15: {
        const auto preference = f.u16(field("dns.mx.preference"));
        nameField(f, message, field("dns.mx.mail_exchange"), &text);
        return std::to_string(preference) + " " + text;
    }
    case 6: {
        nameField(f, message, field("dns.soa.mname"), &text);
        nameField(f, message, field("dns.soa.rname"));
        f.u32(field("dns.soa.serial_number"));
        f.u32(field("dns.soa.refresh_interval"));
        f.u32(field("dns.soa.retry_interval"));
        f.u32(field("dns.soa.expire_limit"));
        f.u32(field("dns.soa.minimum_ttl"));
        return text;
    }
    case 33: {
        f.u16(field("dns.srv.priority"));
        f.u16(field("dns.srv.weight"));
        const auto port = f.u16(field("dns.srv.port"));
        nameField(f, message, field("dns.srv.target"), &text);
        return text + ":" + std::to_string(port);
    }
    case 41:
        while (f.ok() && f.cursor().left() > 0) {
            const auto code = f.u16(field("dns.opt.code"));
            f.show(std::to_string(code), optionName(code), Fields::Order::NameFirst);
            const auto n = f.u16(field("dns.opt.len"));
            if (n) f.raw(field("dns.opt.data"), n);
        }
        return "";
    case 16:
        while (f.ok() && f.cursor().left() > 0) {
            const auto n = f.u8(field("dns.txt.length"));
            f.text(field("dns.txt"), n);
        }
        return "";
    default:
        if (length) f.raw(field("dns.data"), f.cursor().left());
        return "";
    }
}

/// readRecord reads one resource record; shown gets "A 8.8.8.8" when it is worth a place in the info column.
bool readRecord(const Packet& packet, Fields& section, Cursor& cursor, const Cursor& message, std::string* shown) {
    Fields f(packet, cursor, "");
    std::string name;
    nameField(f, message, field("dns.resp.name"), &name);
    const auto type = f.u16(field("dns.resp.type"));
    f.show(std::to_string(type), typeName(type), Fields::Order::NameFirst);
    const auto klass = f.u16(field("dns.resp.class"));
    if (type == 41)
        f.called("UDP payload size");
    else
        f.show(hex(klass, 4), klass == 1 ? "IN" : "?", Fields::Order::NameFirst);
    if (type == 41) {
        f.u8(field("dns.resp.ext_rcode"));
        f.u8(field("dns.resp.edns0_version"));
        const auto z = f.u16(field("dns.resp.z"));
        f.show(hex(z, 4)).bit(field("dns.resp.z.do"), z & 0x8000, "Accepts DNSSEC security RRs",
                              "Cannot handle DNSSEC security RRs");
    } else {
        const auto ttl = f.u32(field("dns.resp.ttl"));
        f.show(std::to_string(ttl) + (ttl == 1 ? " second" : " seconds"));
    }
    const auto length = f.u16(field("dns.resp.len"));
    std::string data;
    if (f.ok() && !cursor.has(length)) f.malformed("the record's data reaches past the end");
    if (f.ok()) {
        Cursor part = cursor.take(length);
        Fields inside(packet, part, "Data");
        data = readData(inside, message, type, length);
        FieldNode node = inside.finish();
        for (auto& child : node.children)
            f.add(std::move(child));
        if (node.malformed) f.malformed("the record's data is cut short");
    }
    const bool ok = f.ok();
    FieldNode node = f.finish();
    node.name = name;
    node.display = "type " + typeName(type) + (data.empty() ? "" : ", " + data);
    if (shown && ok) *shown += " " + typeName(type) + (data.empty() ? "" : " " + data);
    section.add(std::move(node));
    return ok;
}

void readFlags(Fields& f, std::uint16_t flags) {
    const bool response = flags & 0x8000;
    const auto code = flags & 15u;
    f.show(hex(flags, 4) +
           (response ? " (Standard query response, " + std::string(rcodeName(code)) + ")" : " (Standard query)"));
    f.bit(field("dns.flags.response"), response, "Message is a response", "Message is a query");
    const auto opcode = flags >> 11 & 15u;
    f.below(field("dns.flags.opcode"), std::uint64_t{opcode}, opcode ? std::to_string(opcode) : "Standard query (0)");
    if (response)
        f.bit(field("dns.flags.authoritative"), flags & 0x0400, "Server is an authority for domain",
              "Server is not an authority for domain");
    f.bit(field("dns.flags.truncated"), flags & 0x0200, "Message is truncated", "Message is not truncated");
    f.bit(field("dns.flags.recdesired"), flags & 0x0100, "Do query recursively", "Do not query recursively");
    if (response) {
        f.bit(field("dns.flags.recavail"), flags & 0x0080, "Server can do recursive queries",
              "Server cannot do recursive queries");
        f.below(field("dns.flags.rcode"), std::uint64_t{code}, named(rcodeName(code), std::to_string(code)),
                rcodeName(code));
    }
}

void dissectDns(Packet& packet, Cursor cursor) {
    const Cursor message = cursor;
    Fields f(packet, cursor, field("dns"));
    const auto id = f.u16(field("dns.id"));
    f.show(hex(id, 4));
    const auto flags = f.u16(field("dns.flags"));
    readFlags(f, flags);
    const bool response = flags & 0x8000;
    std::uint16_t counts[4];
    counts[0] = f.u16(field("dns.count.queries"));
    counts[1] = f.u16(field("dns.count.answers"));
    counts[2] = f.u16(field("dns.count.auth_rr"));
    counts[3] = f.u16(field("dns.count.add_rr"));
    std::string asked, answered;
    bool ok = f.ok();
    if (ok && counts[0]) {
        Fields queries(packet, cursor, "Queries");
        for (std::uint32_t i = 0; ok && i < counts[0] && i < kMaxRecords; ++i) {
            Fields q(packet, cursor, "");
            std::string name;
            nameField(q, message, field("dns.qry.name"), &name);
            const auto type = q.u16(field("dns.qry.type"));
            q.show(std::to_string(type), typeName(type), Fields::Order::NameFirst);
            const auto klass = q.u16(field("dns.qry.class"));
            q.show(hex(klass, 4), klass == 1 ? "IN" : "?", Fields::Order::NameFirst);
            ok = q.ok();
            if (ok) asked += " " + typeName(type) + " " + name;
            FieldNode node = q.finish();
            node.name = name;
            node.display = "type " + typeName(type);
            queries.add(std::move(node));
        }
        f.add(queries.finish());
    }
    constexpr const char* kSections[] = {"Answers", "Authoritative nameservers", "Additional records"};
    for (std::size_t s = 0; s < 3 && ok; ++s) {
        if (!counts[s + 1]) continue;
        Fields section(packet, cursor, kSections[s]);
        for (std::uint32_t i = 0; ok && i < counts[s + 1] && i < kMaxRecords; ++i)
            ok = readRecord(packet, section, cursor, message, s == 0 ? &answered : nullptr);
        f.add(section.finish());
    }
    if (!ok) f.malformed("the message ends before what its counts promise");
    std::string info = response ? "Standard query response " : "Standard query ";
    info += hex(id, 4);
    if (response && (flags & 15)) info += " " + std::string(rcodeName(flags & 15));
    info += asked;
    if (flags & 0x0200) info += " (truncated)";
    info += answered;
    f.title(response ? "response" : "query");
    if (!packet.inner) {
        packet.summary.protocol = Protocol::Dns;
        packet.summary.protocolName = packet.summary.word = "DNS";
        packet.summary.info = message.left() < 12 ? "Malformed DNS message" : info;
    }
    packet.out->push_back(f.finish());
    dissectData(packet, cursor, field("dns.trailer"));
}

/// begins tells whether a message with its length before it (RFC 1035 4.2.2) is whole in a segment.
bool begins(Bytes payload) { return payload.size() >= 14 && (payload[0] << 8 | payload[1]) + 2u == payload.size(); }

void dissectSegment(Packet& packet, Cursor cursor) {
    cursor.skip(2);
    dissectDns(packet, cursor);
}

} // namespace

extern const Dissector kDns;
const Dissector kDns{.dissect = dissectDns, .fields = kFields, .begins = begins, .segment = dissectSegment};

} // namespace sim::dissect
