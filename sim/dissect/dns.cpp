// DNS (RFC 1035; AAAA RFC 3596, SRV RFC 2782, EDNS RFC 6891).
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

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

void nameField(Fields& f, const Cursor& message, const char* label, const char* filter, std::string* text = nullptr) {
    if (!f.ok()) return;
    const std::uint32_t begin = f.cursor().offset();
    const Name name = readName(f.cursor(), message);
    f.add(label, filter, name.text, {begin, f.cursor().offset() - begin});
    if (!name.good) f.wrong().malformed("the name does not end, or goes in circles");
    if (text) *text = name.text;
}

/// readData reads the data of one record below f and gives it in a few words.
std::string readData(Fields& f, const Cursor& message, std::uint16_t type, std::uint16_t length) {
    std::string text;
    switch (type) {
    case 1: return f.v4("Address", "dns.a").toString();
    case 28: return f.v6("AAAA Address", "dns.aaaa").toString();
    case 2: nameField(f, message, "Name Server", "dns.ns", &text); return text;
    case 5: nameField(f, message, "CNAME", "dns.cname", &text); return text;
    case 12: nameField(f, message, "Domain Name", "dns.ptr.domain_name", &text); return text;
    case 15: {
        const auto preference = f.u16("Preference", "dns.mx.preference");
        nameField(f, message, "Mail Exchange", "dns.mx.mail_exchange", &text);
        return std::to_string(preference) + " " + text;
    }
    case 6: {
        nameField(f, message, "Primary name server", "dns.soa.mname", &text);
        nameField(f, message, "Responsible authority's mailbox", "dns.soa.rname");
        f.u32("Serial Number", "dns.soa.serial_number");
        f.u32("Refresh Interval", "dns.soa.refresh_interval");
        f.u32("Retry Interval", "dns.soa.retry_interval");
        f.u32("Expire limit", "dns.soa.expire_limit");
        f.u32("Minimum TTL", "dns.soa.minimum_ttl");
        return text;
    }
    case 33: {
        f.u16("Priority", "dns.srv.priority");
        f.u16("Weight", "dns.srv.weight");
        const auto port = f.u16("Port", "dns.srv.port");
        nameField(f, message, "Target", "dns.srv.target", &text);
        return text + ":" + std::to_string(port);
    }
    case 41:
        while (f.ok() && f.cursor().left() > 0) {
            const auto code = f.u16("Option Code", "dns.opt.code");
            f.show(named(optionName(code), std::to_string(code)));
            const auto n = f.u16("Option Length", "dns.opt.len");
            if (n) f.raw("Option Data", "dns.opt.data", n);
        }
        return "";
    case 16:
        while (f.ok() && f.cursor().left() > 0) {
            const auto n = f.u8("TXT Length", "dns.txt.length");
            f.text("TXT", "dns.txt", n);
        }
        return "";
    default:
        if (length) f.raw("Data", "dns.data", f.cursor().left());
        return "";
    }
}

/// readRecord reads one resource record; shown gets "A 8.8.8.8" when it is worth a place in the info column.
bool readRecord(const Packet& packet, Fields& section, Cursor& cursor, const Cursor& message, std::string* shown) {
    Fields f(packet, cursor, "", "");
    std::string name;
    nameField(f, message, "Name", "dns.resp.name", &name);
    const auto type = f.u16("Type", "dns.resp.type");
    f.show(named(typeName(type), std::to_string(type)));
    const auto klass = f.u16(type == 41 ? "UDP payload size" : "Class", "dns.resp.class");
    if (type != 41) f.show(named(klass == 1 ? "IN" : "?", hex(klass, 4)));
    if (type == 41) {
        f.u8("Higher bits in extended RCODE", "dns.resp.ext_rcode");
        f.u8("EDNS0 version", "dns.resp.edns0_version");
        const auto z = f.u16("Z", "dns.resp.z");
        f.show(hex(z, 4)).part("DO bit", "dns.resp.z.do",
                               z & 0x8000 ? "Accepts DNSSEC security RRs" : "Cannot handle DNSSEC security RRs");
    } else {
        const auto ttl = f.u32("Time to live", "dns.resp.ttl");
        f.show(std::to_string(ttl) + (ttl == 1 ? " second" : " seconds"));
    }
    const auto length = f.u16("Data length", "dns.resp.len");
    std::string data;
    if (f.ok() && !cursor.has(length)) f.malformed("the record's data reaches past the end");
    if (f.ok()) {
        Cursor part = cursor.take(length);
        Fields inside(packet, part, "Data", "");
        data = readData(inside, message, type, length);
        FieldNode node = inside.finish();
        for (auto& child : node.children)
            f.add(std::move(child));
        if (node.malformed) f.malformed("the record's data is cut short");
    }
    const bool ok = f.ok();
    FieldNode node = f.finish();
    node.name = name;
    node.value = "type " + typeName(type) + (data.empty() ? "" : ", " + data);
    if (shown && ok) *shown += " " + typeName(type) + (data.empty() ? "" : " " + data);
    section.add(std::move(node));
    return ok;
}

void readFlags(Fields& f, std::uint16_t flags) {
    const bool response = flags & 0x8000;
    const auto code = flags & 15u;
    f.show(hex(flags, 4) +
           (response ? " (Standard query response, " + std::string(rcodeName(code)) + ")" : " (Standard query)"));
    f.part("Response", "dns.flags.response", response ? "Message is a response" : "Message is a query");
    f.part("Opcode", "dns.flags.opcode",
           (flags >> 11 & 15) == 0 ? "Standard query (0)" : std::to_string(flags >> 11 & 15));
    if (response)
        f.part("Authoritative", "dns.flags.authoritative",
               flags & 0x0400 ? "Server is an authority for domain" : "Server is not an authority for domain");
    f.part("Truncated", "dns.flags.truncated", flags & 0x0200 ? "Message is truncated" : "Message is not truncated");
    f.part("Recursion desired", "dns.flags.recdesired",
           flags & 0x0100 ? "Do query recursively" : "Do not query recursively");
    if (response) {
        f.part("Recursion available", "dns.flags.recavail",
               flags & 0x0080 ? "Server can do recursive queries" : "Server cannot do recursive queries");
        f.part("Reply code", "dns.flags.rcode", std::string(rcodeName(code)) + " (" + std::to_string(code) + ")");
    }
}

} // namespace

void dissectDns(Packet& packet, Cursor cursor) {
    const Cursor message = cursor;
    Fields f(packet, cursor, "Domain Name System", "dns");
    const auto id = f.u16("Transaction ID", "dns.id");
    f.show(hex(id, 4));
    const auto flags = f.u16("Flags", "dns.flags");
    readFlags(f, flags);
    const bool response = flags & 0x8000;
    std::uint16_t counts[4];
    counts[0] = f.u16("Questions", "dns.count.queries");
    counts[1] = f.u16("Answer RRs", "dns.count.answers");
    counts[2] = f.u16("Authority RRs", "dns.count.auth_rr");
    counts[3] = f.u16("Additional RRs", "dns.count.add_rr");
    std::string asked, answered;
    bool ok = f.ok();
    if (ok && counts[0]) {
        Fields queries(packet, cursor, "Queries", "");
        for (std::uint32_t i = 0; ok && i < counts[0] && i < kMaxRecords; ++i) {
            Fields q(packet, cursor, "", "");
            std::string name;
            nameField(q, message, "Name", "dns.qry.name", &name);
            const auto type = q.u16("Type", "dns.qry.type");
            q.show(named(typeName(type), std::to_string(type)));
            const auto klass = q.u16("Class", "dns.qry.class");
            q.show(named(klass == 1 ? "IN" : "?", hex(klass, 4)));
            ok = q.ok();
            if (ok) asked += " " + typeName(type) + " " + name;
            FieldNode node = q.finish();
            node.name = name;
            node.value = "type " + typeName(type);
            queries.add(std::move(node));
        }
        f.add(queries.finish());
    }
    constexpr const char* kSections[] = {"Answers", "Authoritative nameservers", "Additional records"};
    for (std::size_t s = 0; s < 3 && ok; ++s) {
        if (!counts[s + 1]) continue;
        Fields section(packet, cursor, kSections[s], "");
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
    dissectData(packet, cursor, "Trailing data", "dns.trailer");
}

} // namespace sim::dissect
