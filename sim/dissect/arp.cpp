// ARP (RFC 826); probes and announcements as RFC 5227 names them.
#include "sim/dissect/fields.h"

namespace sim::dissect {

void dissectArp(Packet& packet, Cursor cursor) {
    const auto opcode = cursor.peek16(6);
    Fields f(packet, cursor, "Address Resolution Protocol", "arp");
    const auto hardware = f.u16("Hardware type", "arp.hw.type");
    f.show(named(std::to_string(hardware), hardware == 1 ? "Ethernet" : ""));
    const auto protocol = f.u16("Protocol type", "arp.proto.type");
    f.show(named(hex(protocol, 4), protocol == 0x0800 ? "IPv4" : ""));
    const auto hardwareSize = f.u8("Hardware size", "arp.hw.size");
    const auto protocolSize = f.u8("Protocol size", "arp.proto.size");
    f.u16("Opcode", "arp.opcode");
    const char* what = opcode == 1 ? "request" : opcode == 2 ? "reply" : "";
    f.show(named(std::to_string(opcode), what));
    f.title(what);

    auto& s = packet.summary;
    if (!packet.inner) {
        s.protocol = Protocol::Arp;
        s.protocolName = s.word = "ARP";
        s.info = "ARP";
    }
    if (f.ok() && (hardware != 1 || protocol != 0x0800 || hardwareSize != 6 || protocolSize != 4)) {
        f.raw("Sender hardware address", "arp.src.hw", hardwareSize);
        f.raw("Sender protocol address", "arp.src.proto", protocolSize);
        f.raw("Target hardware address", "arp.dst.hw", hardwareSize);
        f.raw("Target protocol address", "arp.dst.proto", protocolSize);
        if (!packet.inner) s.info = "ARP for other than IPv4 over Ethernet";
    } else if (f.ok()) {
        const auto senderMac = f.mac("Sender MAC address", "arp.src.hw_mac");
        const auto sender = f.v4("Sender IP address", "arp.src.proto_ipv4");
        f.mac("Target MAC address", "arp.dst.hw_mac");
        const auto target = f.v4("Target IP address", "arp.dst.proto_ipv4");
        if (!packet.inner && f.ok()) {
            if (sender == target)
                s.info = "ARP Announcement for " + target.toString();
            else if (opcode == 1 && sender.isUnspecified())
                s.info = "Who has " + target.toString() + "? (ARP Probe)";
            else if (opcode == 1)
                s.info = "Who has " + target.toString() + "? Tell " + sender.toString();
            else if (opcode == 2)
                s.info = sender.toString() + " is at " + senderMac.toString();
            else
                s.info = "Unknown ARP opcode " + std::to_string(opcode);
        }
    }
    packet.out->push_back(f.finish());
    dissectData(packet, cursor, "Padding", "eth.padding");
}

} // namespace sim::dissect
