// IGMP: versions 1 (RFC 1112), 2 (RFC 2236) and 3 (RFC 3376 section 4). Filter names are Wireshark's.
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"igmp", "Internet Group Management Protocol"},
    {"igmp.version", "IGMP Version", FieldType::Uint8},
    {"igmp.type", "Type", FieldType::Uint8},
    {"igmp.reserved", "Reserved", FieldType::Bytes},
    {"igmp.max_resp", "Max Resp Time", FieldType::Uint8},
    {"igmp.checksum", "Checksum", FieldType::Uint16},
    {"igmp.num_grp_recs", "Num Group Records", FieldType::Uint16},
    {"igmp.maddr", "Multicast Address", FieldType::Ipv4},
    {"igmp.s", "Suppress Router Side Processing", FieldType::Boolean},
    {"igmp.qrv", "Querier's Robustness Variable", FieldType::Uint8},
    {"igmp.qqic", "Querier's Query Interval Code", FieldType::Uint8},
    {"igmp.group_record", "Group Record"},
    {"igmp.record_type", "Record Type", FieldType::Uint8},
    {"igmp.aux_data_len", "Aux Data Len", FieldType::Uint8},
    {"igmp.num_src", "Num Src", FieldType::Uint16},
    {"igmp.saddr", "Source Address", FieldType::Ipv4},
    {"igmp.aux_data", "Auxiliary Data", FieldType::Bytes},
};
consteval const Field& field(std::string_view filter) { return fieldOf(kFields, filter); }

constexpr std::uint8_t kQuery = 0x11, kReport1 = 0x12, kReport2 = 0x16, kLeave = 0x17, kReport3 = 0x22;

std::string_view typeName(std::uint8_t type) {
    switch (type) {
    case kQuery: return "Membership Query";
    case kReport1:
    case kReport2:
    case kReport3: return "Membership Report";
    case kLeave: return "Leave Group";
    default: return "";
    }
}

std::string_view recordName(std::uint8_t type) {
    constexpr std::string_view kNames[] = {"",
                                           "Mode Is Include",
                                           "Mode Is Exclude",
                                           "Change To Include Mode",
                                           "Change To Exclude Mode",
                                           "Allow New Sources",
                                           "Block Old Sources"};
    return type < std::size(kNames) ? kNames[type] : "";
}

void sources(Fields& f, unsigned count) {
    for (unsigned i = 0; i < count && f.ok(); ++i)
        f.v4(field("igmp.saddr"));
}

/// record reads one group record; what it says, as Wireshark's Info column does: "Join group 224.0.0.9 for any
/// sources".
std::string record(const Packet& packet, Cursor& cursor, Fields& parent) {
    Fields f(packet, cursor, field("igmp.group_record"));
    const auto type = f.u8(field("igmp.record_type"));
    f.show(std::to_string(type), recordName(type), Fields::Order::NameFirst);
    const auto extra = f.u8(field("igmp.aux_data_len"));
    const auto count = f.u16(field("igmp.num_src"));
    const auto group = f.v4(field("igmp.maddr"));
    sources(f, count);
    if (extra && f.ok()) f.raw(field("igmp.aux_data"), extra * 4u);
    f.title(group.toString() + "  " + std::string(recordName(type)));
    const bool ok = f.ok();
    parent.add(f.finish());
    if (!ok) return {};
    if (count == 0 && (type == 4 || type == 2)) return "Join group " + group.toString() + " for any sources";
    if (count == 0 && (type == 3 || type == 1)) return "Leave group " + group.toString();
    return std::string(recordName(type)) + " for group " + group.toString();
}

void dissectIgmp(Packet& packet, Cursor cursor) {
    const Cursor start = cursor;
    const bool query = start.peek8() == kQuery, long3 = query && start.left() >= 12;
    const int version = start.peek8() == kReport3 || long3                            ? 3
                        : start.peek8() == kReport1 || (query && start.peek8(1) == 0) ? 1
                                                                                      : 2;
    Fields f(packet, cursor, field("igmp"));
    f.add(field("igmp.version"), std::uint64_t(version), std::to_string(version), {start.offset(), 0});
    const auto type = f.u8(field("igmp.type"));
    f.show(hex(type, 2), typeName(type), Fields::Order::NameFirst);
    if (type == kReport3) {
        const auto reserved = cursor.peek8();
        f.raw(field("igmp.reserved"), 1);
        f.show(std::to_string(reserved));
    } else {
        const auto time = f.u8(field("igmp.max_resp"));
        f.show(std::to_string(time / 10) + '.' + std::to_string(time % 10) + " sec (" + hex(time, 2) + ')');
    }
    const auto sum = f.u16(field("igmp.checksum"));
    showChecksum(f, packet, sum, start.bytes(), 2, 0);
    std::string info(typeName(type));
    if (info.empty()) info = "IGMP type " + hex(type, 2);
    if (type == kReport3) {
        const auto reserved = cursor.peek16();
        f.raw(field("igmp.reserved"), 2);
        f.show(std::to_string(reserved));
        const auto count = f.u16(field("igmp.num_grp_recs"));
        for (unsigned i = 0; i < count && f.ok() && cursor.left() > 0; ++i)
            if (const std::string said = record(packet, cursor, f); !said.empty()) info += " / " + said;
    } else {
        const auto group = f.v4(field("igmp.maddr"));
        if (query)
            info += group.isUnspecified() ? ", general" : ", specific for group " + group.toString();
        else
            info += " group " + group.toString();
        if (long3) {
            const auto flags = f.u8(field("igmp.s"));
            f.called("S, QRV").value(bool(flags & 8)).show(flags & 8 ? "Set" : "Not set");
            f.bit(field("igmp.s"), flags & 8).bits(field("igmp.qrv"), flags & 7);
            f.u8(field("igmp.qqic"));
            sources(f, f.u16(field("igmp.num_src")));
        }
    }
    f.title(std::string(typeName(type)));
    if (!packet.inner) {
        packet.summary.protocolName = "IGMPv" + std::to_string(version);
        packet.summary.word = "IGMP";
        packet.summary.info = info;
    }
    packet.out->push_back(f.finish());
    dissectData(packet, cursor);
}

} // namespace

extern const Dissector kIgmp;
const Dissector kIgmp{.dissect = dissectIgmp, .fields = kFields};

} // namespace sim::dissect
