// DHCP (RFC 2131) and its options (RFC 2132).
#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

constexpr Field kFields[] = {
    {"dhcp", "Dynamic Host Configuration Protocol"},
    {"dhcp.type", "Message type", FieldType::Uint8},
    {"dhcp.hw.type", "Hardware type", FieldType::Uint8},
    {"dhcp.hw.len", "Hardware address length", FieldType::Uint8},
    {"dhcp.hops", "Hops", FieldType::Uint8},
    {"dhcp.id", "Transaction ID", FieldType::Uint32},
    {"dhcp.secs", "Seconds elapsed", FieldType::Uint16},
    {"dhcp.flags", "Bootp flags", FieldType::Uint16},
    {"dhcp.ip.client", "Client IP address", FieldType::Ipv4},
    {"dhcp.ip.your", "Your (client) IP address", FieldType::Ipv4},
    {"dhcp.ip.server", "Next server IP address", FieldType::Ipv4},
    {"dhcp.ip.relay", "Relay agent IP address", FieldType::Ipv4},
    {"dhcp.hw.mac_addr", "Client MAC address", FieldType::Ether},
    {"dhcp.hw.addr_padding", "Client hardware address padding", FieldType::Bytes},
    {"dhcp.server", "Server host name", FieldType::String},
    {"dhcp.file", "Boot file name", FieldType::String},
    {"dhcp.cookie", "Magic cookie", FieldType::Uint32},
    {"dhcp.option.type", "Option", FieldType::Uint8},
    {"dhcp.option.dhcp", "DHCP", FieldType::Uint8},
    {"dhcp.option.padding", "Padding", FieldType::Bytes},
};
consteval const Field& field(std::string_view filter) { return fieldOf(kFields, filter); }

constexpr std::uint32_t kMagicCookie = 0x63825363;

std::string_view messageName(std::uint8_t type) {
    constexpr std::string_view kNames[] = {"",    "Discover", "Offer",   "Request", "Decline",
                                           "ACK", "NAK",      "Release", "Inform"};
    return type < std::size(kNames) ? kNames[type] : "";
}

std::string_view optionName(std::uint8_t code) {
    switch (code) {
    case 1: return "Subnet Mask";
    case 3: return "Router";
    case 6: return "Domain Name Server";
    case 12: return "Host Name";
    case 15: return "Domain Name";
    case 28: return "Broadcast Address";
    case 50: return "Requested IP Address";
    case 51: return "IP Address Lease Time";
    case 53: return "DHCP Message Type";
    case 54: return "DHCP Server Identifier";
    case 55: return "Parameter Request List";
    case 57: return "Maximum DHCP Message Size";
    case 58: return "Renewal Time Value";
    case 59: return "Rebinding Time Value";
    case 60: return "Vendor class identifier";
    case 61: return "Client identifier";
    case 255: return "End";
    default: return "Option";
    }
}

std::string optionValue(std::uint8_t code, Cursor value) {
    std::string text;
    switch (code) {
    case 1:
    case 3:
    case 6:
    case 28:
    case 50:
    case 54:
        for (; value.has(4); value.skip(4))
            text += (text.empty() ? "" : ", ") + wire::IpAddress::v4(value.peek32()).toString();
        return text;
    case 51:
    case 58:
    case 59: return std::to_string(value.peek32()) + " seconds";
    case 57: return std::to_string(value.peek16());
    case 53: return named(std::to_string(value.peek8()), messageName(value.peek8()));
    case 12:
    case 15:
    case 60: return printable(value.bytes());
    case 55:
        for (; value.left() > 0; value.skip(1))
            text += (text.empty() ? "" : ", ") + std::to_string(value.peek8());
        return text;
    default: return hexBytes(value.bytes());
    }
}

void dissectDhcp(Packet& packet, Cursor cursor) {
    Fields f(packet, cursor, field("dhcp"));
    const auto op = f.u8(field("dhcp.type"));
    f.show(std::to_string(op), op == 1 ? "Boot Request" : op == 2 ? "Boot Reply" : "");
    const auto hardware = f.u8(field("dhcp.hw.type"));
    f.show(std::to_string(hardware), hardware == 1 ? "Ethernet" : "");
    f.u8(field("dhcp.hw.len"));
    f.u8(field("dhcp.hops"));
    const auto id = f.u32(field("dhcp.id"));
    f.show(hex(id, 8));
    f.u16(field("dhcp.secs"));
    const auto flags = f.u16(field("dhcp.flags"));
    f.show(hex(flags, 4), flags & 0x8000 ? "Broadcast" : "Unicast");
    f.v4(field("dhcp.ip.client"));
    f.v4(field("dhcp.ip.your"));
    f.v4(field("dhcp.ip.server"));
    f.v4(field("dhcp.ip.relay"));
    f.mac(field("dhcp.hw.mac_addr"));
    f.raw(field("dhcp.hw.addr_padding"), 10);
    f.text(field("dhcp.server"), 64);
    f.text(field("dhcp.file"), 128);
    const auto cookie = f.u32(field("dhcp.cookie"));
    f.show(cookie == kMagicCookie ? "DHCP" : hex(cookie, 8));
    std::uint8_t message = 0;
    bool ended = false;
    while (f.ok() && cookie == kMagicCookie && cursor.left() > 0 && !ended) {
        const auto code = cursor.peek8();
        const std::uint32_t length = code == 0 || code == 255 ? 1 : 2u + cursor.peek8(1);
        if (!cursor.has(length) || !cursor.has(code == 0 || code == 255 ? 1 : 2)) {
            f.malformed("option " + std::to_string(code) + " reaches past the end");
            cursor.skip(cursor.left());
            break;
        }
        const ByteRange range = cursor.range(length);
        Cursor option = cursor.take(length);
        option.skip(2);
        ended = code == 255;
        if (code == 53) message = option.peek8();
        if (code == 0) continue;
        f.add(field("dhcp.option.type"), std::uint64_t{code}, ended ? "" : optionValue(code, option), range);
        f.called("Option: (" + std::to_string(code) + ") " + std::string(optionName(code)));
        if (code == 53 && option.left() > 0)
            f.below(field("dhcp.option.dhcp"), std::uint64_t{message},
                    named(messageName(message), std::to_string(message)), messageName(message));
    }
    const std::string name(messageName(message));
    f.title(name);
    if (!packet.inner) {
        auto& s = packet.summary;
        s.protocol = Protocol::Dhcp;
        s.protocolName = s.word = "DHCP";
        s.info = name.empty() ? "BOOTP" : "DHCP " + name + " - Transaction ID " + hex(id, 8);
    }
    packet.out->push_back(f.finish());
    dissectData(packet, cursor, field("dhcp.option.padding"));
}

} // namespace

extern const Dissector kDhcp;
const Dissector kDhcp{.dissect = dissectDhcp, .fields = kFields};

} // namespace sim::dissect
