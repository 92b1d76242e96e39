// RIP version 2 (RFC 2453).
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"rip", "Routing Information Protocol"},
    {"rip.command", "Command", FieldType::Uint8},
    {"rip.version", "Version", FieldType::Uint8},
    {"", "Reserved", FieldType::Uint16},
    {"rip.family", "Address Family", FieldType::Uint16},
    {"rip.route_tag", "Route Tag", FieldType::Uint16},
    {"rip.ip", "IP Address", FieldType::Ipv4},
    {"rip.netmask", "Netmask", FieldType::Ipv4},
    {"rip.next_hop", "Next Hop", FieldType::Ipv4},
    {"rip.metric", "Metric", FieldType::Uint32},
};
consteval const Field& field(std::string_view filter) { return fieldOf(kFields, filter); }

void dissectRip(Packet& packet, Cursor cursor) {
    Fields f(packet, cursor, field("rip"));
    const auto command = f.u8(field("rip.command"));
    const char* what = command == 1 ? "Request" : command == 2 ? "Response" : "Unknown";
    f.show(std::to_string(command), what);
    const auto version = f.u8(field("rip.version"));
    f.u16(field(""));
    std::uint32_t rows = 0;
    while (f.ok() && cursor.left() > 0) {
        Fields row(packet, cursor, "");
        const auto family = row.u16(field("rip.family"));
        row.show(std::to_string(family), family == 2 ? "IP" : family == 0 ? "Unspecified" : "");
        row.u16(field("rip.route_tag"));
        const auto address = row.v4(field("rip.ip"));
        const auto mask = row.v4(field("rip.netmask"));
        row.v4(field("rip.next_hop"));
        const auto metric = row.u32(field("rip.metric"));
        const bool ok = row.ok();
        FieldNode node = row.finish();
        node.name = address.isNone() ? "Route" : address.toString();
        node.display = "mask " + mask.toString() + ", metric " + std::to_string(metric);
        f.add(std::move(node));
        if (!ok) f.malformed("the last route is cut short");
        ++rows;
    }
    f.title(what);
    if (!packet.inner) {
        auto& s = packet.summary;
        s.protocol = Protocol::Routing;
        s.protocolName = version == 2 ? "RIPv2" : "RIP";
        s.word = "RIP";
        s.info = std::string(what) + ", " + std::to_string(rows) + (rows == 1 ? " route" : " routes");
    }
    packet.out->push_back(f.finish());
}

} // namespace

extern const Dissector kRip;
const Dissector kRip{.dissect = dissectRip, .fields = kFields};

} // namespace sim::dissect
