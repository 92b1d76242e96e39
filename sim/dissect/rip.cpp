// RIP version 2 (RFC 2453).
#include "sim/dissect/fields.h"

namespace sim::dissect {

void dissectRip(Packet& packet, Cursor cursor) {
    Fields f(packet, cursor, "Routing Information Protocol", "rip");
    const auto command = f.u8("Command", "rip.command");
    const char* what = command == 1 ? "Request" : command == 2 ? "Response" : "Unknown";
    f.show(named(std::to_string(command), what));
    const auto version = f.u8("Version", "rip.version");
    f.u16("Reserved", "");
    std::uint32_t rows = 0;
    while (f.ok() && cursor.left() > 0) {
        Fields row(packet, cursor, "", "");
        const auto family = row.u16("Address Family", "rip.family");
        row.show(named(std::to_string(family), family == 2 ? "IP" : family == 0 ? "Unspecified" : ""));
        row.u16("Route Tag", "rip.route_tag");
        const auto address = row.v4("IP Address", "rip.ip");
        const auto mask = row.v4("Netmask", "rip.netmask");
        row.v4("Next Hop", "rip.next_hop");
        const auto metric = row.u32("Metric", "rip.metric");
        const bool ok = row.ok();
        FieldNode node = row.finish();
        node.name = address.isNone() ? "Route" : address.toString();
        node.value = "mask " + mask.toString() + ", metric " + std::to_string(metric);
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

} // namespace sim::dissect
