// LLDP (IEEE 802.1AB-2016 clauses 8 and 9): what a neighbour on the cable says of itself.
#include "sim/dissect/fields.h"

#include <iterator>

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"lldp", "Link Layer Discovery Protocol"},
    {"lldp.tlv.type", "TLV Type", FieldType::Uint8},
    {"lldp.tlv.len", "TLV Length", FieldType::Uint16},
    {"lldp.chassis.subtype", "Chassis Id Subtype", FieldType::Uint8},
    {"lldp.chassis.id", "Chassis Id", FieldType::Bytes},
    {"lldp.chassis.id.mac", "Chassis Id", FieldType::Ether},
    {"lldp.chassis.id.ip4", "Chassis Id", FieldType::Ipv4},
    {"lldp.port.subtype", "Port Id Subtype", FieldType::Uint8},
    {"lldp.port.id", "Port Id", FieldType::String},
    {"lldp.port.id.mac", "Port Id", FieldType::Ether},
    {"lldp.port.id.ip4", "Port Id", FieldType::Ipv4},
    {"lldp.network_address.subtype", "Network Address family", FieldType::Uint8},
    {"lldp.time_to_live", "Seconds", FieldType::Uint16},
    {"lldp.port.desc", "Port Description", FieldType::String},
    {"lldp.tlv.system.name", "System Name", FieldType::String},
    {"lldp.tlv.system.desc", "System Description", FieldType::String},
    {"lldp.tlv.system_cap", "Capabilities", FieldType::Uint16},
    {"lldp.tlv.system_cap.bridge", "Bridge", FieldType::Boolean},
    {"lldp.tlv.system_cap.router", "Router", FieldType::Boolean},
    {"lldp.tlv.system_cap.station_only", "Station only", FieldType::Boolean},
    {"lldp.tlv.enable_system_cap", "Enabled Capabilities", FieldType::Uint16},
    {"lldp.tlv.enable_system_cap.bridge", "Bridge", FieldType::Boolean},
    {"lldp.tlv.enable_system_cap.router", "Router", FieldType::Boolean},
    {"lldp.tlv.enable_system_cap.station_only", "Station only", FieldType::Boolean},
    {"lldp.mgn.address.len", "Address String Length", FieldType::Uint8},
    {"lldp.mgn.address.subtype", "Address Subtype", FieldType::Uint8},
    {"lldp.mgn.addr.ip4", "Management Address", FieldType::Ipv4},
    {"lldp.mgn.addr.ip6", "Management Address", FieldType::Ipv6},
    {"lldp.mgn.addr.hex", "Management Address", FieldType::Bytes},
    {"lldp.mgn.interface.subtype", "Interface Subtype", FieldType::Uint8},
    {"lldp.mgn.interface.number", "Interface Number", FieldType::Uint32},
    {"lldp.mgn.obj.len", "OID String Length", FieldType::Uint8},
    {"lldp.orgtlv.oui", "Organization Unique Code", FieldType::Uint24},
    {"lldp.unknown_subtype.content", "Unknown Subtype Content", FieldType::Bytes},
};
consteval const Field& field(std::string_view filter) { return fieldOf(kFields, filter); }

enum Tlv : std::uint8_t {
    kEnd,
    kChassis,
    kPort,
    kTimeToLive,
    kPortDescription,
    kSystemName,
    kSystemDescription,
    kCapabilities,
    kManagementAddress,
    kOrganization = 127
};

std::string_view tlvName(unsigned type) {
    constexpr std::string_view kNames[] = {"End of LLDPDU",      "Chassis Id",          "Port Id",
                                           "Time to Live",       "Port Description",    "System Name",
                                           "System Description", "System Capabilities", "Management Address"};
    if (type == kOrganization) return "Organization Specific";
    return type < std::size(kNames) ? kNames[type] : "Unknown";
}

std::string_view chassisKind(std::uint8_t subtype) {
    constexpr std::string_view kNames[] = {"Reserved",    "Chassis component", "Interface alias", "Port component",
                                           "MAC address", "Network address",   "Interface name",  "Locally assigned"};
    return subtype < std::size(kNames) ? kNames[subtype] : "Reserved";
}

std::string_view portKind(std::uint8_t subtype) {
    constexpr std::string_view kNames[] = {"Reserved",         "Interface alias", "Port component",
                                           "MAC address",      "Network address", "Interface name",
                                           "Agent circuit Id", "Locally assigned"};
    return subtype < std::size(kNames) ? kNames[subtype] : "Reserved";
}

/// kChassisShort and kPortShort are what the info column calls these kinds.
constexpr const char* kChassisShort[] = {"Res", "CC", "IA", "PC", "MA", "NA", "IN", "LA"};
constexpr const char* kPortShort[] = {"Res", "IA", "PC", "MA", "NA", "IN", "AC", "LA"};

std::string textOf(const Cursor& cursor) { return printable(cursor.bytes()); }

/// readAddress reads what is left as an address of a family (IANA's address family numbers: 1 is IPv4).
std::string readAddress(Fields& f, const Field& ip4, const Field& other) {
    const auto family = f.u8(field("lldp.network_address.subtype"));
    f.show(std::to_string(family), family == 1 ? "IPv4" : family == 2 ? "IPv6" : "");
    if (family == 1) return f.v4(ip4).toString();
    const std::string shown = hexBytes(f.cursor().bytes());
    const auto bytes = f.cursor().bytes();
    Value value = other.type == FieldType::String ? Value(shown) : bytesOf(bytes);
    f.add(other, std::move(value), shown, f.cursor().range(f.cursor().left()));
    f.cursor().skip(f.cursor().left());
    return shown;
}

/// Id is who says so: how it is shown, and which kind of name that is.
struct Id {
    std::string shown;
    std::uint8_t subtype = 0;
};

Id readChassis(Fields& f) {
    const auto subtype = f.u8(field("lldp.chassis.subtype"));
    f.show(std::to_string(subtype), chassisKind(subtype));
    if (subtype == 4) return {f.mac(field("lldp.chassis.id.mac")).toString(), subtype};
    if (subtype == 5) return {readAddress(f, field("lldp.chassis.id.ip4"), field("lldp.chassis.id")), subtype};
    std::string shown = textOf(f.cursor());
    f.raw(field("lldp.chassis.id"), f.cursor().left());
    f.show(shown);
    return {std::move(shown), subtype};
}

Id readPort(Fields& f) {
    const auto subtype = f.u8(field("lldp.port.subtype"));
    f.show(std::to_string(subtype), portKind(subtype));
    if (subtype == 3) return {f.mac(field("lldp.port.id.mac")).toString(), subtype};
    if (subtype == 4) return {readAddress(f, field("lldp.port.id.ip4"), field("lldp.port.id")), subtype};
    std::string shown = textOf(f.cursor());
    f.text(field("lldp.port.id"), f.cursor().left());
    return {std::move(shown), subtype};
}

std::string readText(Fields& f, const Field& which) {
    const std::string shown = textOf(f.cursor());
    f.text(which, f.cursor().left());
    return shown;
}

enum Capability : unsigned { kBridge = 1u << 2, kRouter = 1u << 4, kStation = 1u << 7 };

std::string readCapabilities(Fields& f) {
    const auto able = f.u16(field("lldp.tlv.system_cap"));
    f.show(hex(able, 4));
    f.bit(field("lldp.tlv.system_cap.bridge"), able & kBridge, "Capable", "Not capable");
    f.bit(field("lldp.tlv.system_cap.router"), able & kRouter, "Capable", "Not capable");
    f.bit(field("lldp.tlv.system_cap.station_only"), able & kStation, "Capable", "Not capable");
    const auto enabled = f.u16(field("lldp.tlv.enable_system_cap"));
    f.show(hex(enabled, 4));
    f.bit(field("lldp.tlv.enable_system_cap.bridge"), enabled & kBridge, "Capable", "Not capable");
    f.bit(field("lldp.tlv.enable_system_cap.router"), enabled & kRouter, "Capable", "Not capable");
    f.bit(field("lldp.tlv.enable_system_cap.station_only"), enabled & kStation, "Capable", "Not capable");
    return hex(enabled, 4);
}

std::string readManagementAddress(Fields& f) {
    const auto length = f.u8(field("lldp.mgn.address.len")); // with the family
    const auto family = f.u8(field("lldp.mgn.address.subtype"));
    f.show(std::to_string(family), family == 1 ? "IPv4" : family == 2 ? "IPv6" : "");
    std::string shown;
    if (family == 1 && length == 5) {
        shown = f.v4(field("lldp.mgn.addr.ip4")).toString();
    } else if (family == 2 && length == 17) {
        shown = f.v6(field("lldp.mgn.addr.ip6")).toString();
    } else {
        shown = hexBytes(f.cursor().bytes());
        f.raw(field("lldp.mgn.addr.hex"), length ? length - 1u : 0u);
    }
    const auto kind = f.u8(field("lldp.mgn.interface.subtype"));
    f.show(std::to_string(kind), kind == 2 ? "ifIndex" : kind == 3 ? "System port number" : "Unknown");
    f.u32(field("lldp.mgn.interface.number"));
    f.u8(field("lldp.mgn.obj.len"));
    return shown;
}

/// Said is what the info column says, in the order in which it is said.
struct Said {
    std::string info, chassis, name;
    void add(const std::string& more) { info += (info.empty() ? "" : " ") + more; }
};

std::string readValue(Fields& f, unsigned type, Said& said) {
    switch (type) {
    case kChassis: {
        const Id id = readChassis(f);
        said.add(kChassisShort[id.subtype < std::size(kChassisShort) ? id.subtype : 0] + ('/' + id.shown));
        return said.chassis = id.shown;
    }
    case kPort: {
        const Id id = readPort(f);
        said.add(kPortShort[id.subtype < std::size(kPortShort) ? id.subtype : 0] + ('/' + id.shown));
        return id.shown;
    }
    case kTimeToLive: {
        const auto seconds = std::to_string(f.u16(field("lldp.time_to_live")));
        said.add(seconds);
        return seconds + " s";
    }
    case kPortDescription: return readText(f, field("lldp.port.desc"));
    case kSystemName:
        said.name = readText(f, field("lldp.tlv.system.name"));
        said.add("SysN=" + said.name);
        return said.name;
    case kSystemDescription: return readText(f, field("lldp.tlv.system.desc"));
    case kCapabilities: return readCapabilities(f);
    case kManagementAddress: return readManagementAddress(f);
    case kOrganization: {
        const auto high = f.cursor().peek16();
        const auto low = f.cursor().peek8(2);
        const std::uint64_t code = std::uint64_t{high} << 8 | low;
        f.raw(field("lldp.orgtlv.oui"), 3);
        f.value(code).show(hex(code, 6));
        return hex(code, 6);
    }
    default: return "";
    }
}

void dissectLldp(Packet& packet, Cursor cursor) {
    Fields f(packet, cursor, field("lldp"));
    Said said;
    for (bool ended = false; f.ok() && !ended && cursor.left() > 0;) {
        const auto head = cursor.peek16();
        const unsigned type = head >> 9, length = head & 0x1ff;
        if (!cursor.has(2) || !cursor.has(2 + length)) {
            f.malformed("a TLV of type " + std::to_string(type) + " reaches past the end");
            cursor.skip(cursor.left());
            break;
        }
        Cursor part = cursor.take(2 + length);
        Fields tlv(packet, part, tlvName(type));
        // Type and length share two bytes.
        tlv.add(field("lldp.tlv.type"), std::uint64_t{type}, named(std::to_string(type), tlvName(type)), part.range(2));
        tlv.add(field("lldp.tlv.len"), std::uint64_t{length}, std::to_string(length), part.range(2));
        part.skip(2);
        const std::string shown = readValue(tlv, type, said);
        if (tlv.ok() && part.left() > 0) tlv.raw(field("lldp.unknown_subtype.content"), part.left());
        tlv.title(shown);
        f.add(tlv.finish());
        ended = type == kEnd;
    }
    f.title(said.name.empty() ? said.chassis : said.name);
    if (!packet.inner) {
        auto& s = packet.summary;
        s.protocolName = s.word = "LLDP";
        s.info = said.info.empty() ? "LLDP" : said.info;
    }
    packet.out->push_back(f.finish());
    dissectPadding(packet, cursor);
}

} // namespace

extern const Dissector kLldp;
const Dissector kLldp{.dissect = dissectLldp, .fields = kFields};

} // namespace sim::dissect
