#include "sim/stack/packet_socket.h"

#include "sim/stack/context.h"
#include "sim/stack/ip.h"
#include "sim/wire/arp.h"
#include "sim/wire/ipv4.h"
#include "sim/wire/udp.h"

#include <algorithm>

namespace sim::stack::packet {

using wire::EthernetView;
using wire::EtherType;
using wire::Ipv4Header;
using wire::Ipv4View;
using wire::UdpView;

namespace {

kernel::SocketId open(Context& c, PacketSocket socket) {
    auto& sockets = c.system().packetSockets;
    std::size_t i = 0;
    while (i < sockets.size() && sockets[i].used)
        ++i;
    if (i == sockets.size()) sockets.emplace_back();
    socket.used = true;
    sockets[i] = std::move(socket);
    c.system().tapped = true;
    return {std::uint32_t(i)};
}

/// udpPort is the destination port of a frame with a UDP datagram, or 0.
std::uint16_t udpPort(std::span<std::uint8_t> frame) {
    if (frame.size() < EthernetView::kSize || EthernetView(frame.data()).etherType() != std::uint16_t(EtherType::Ipv4))
        return 0;
    auto packet = Ipv4View::parse(frame.subspan(EthernetView::kSize));
    if (!packet || packet->protocol() != 17 || packet->fragmentOffset() != 0) return 0;
    const auto udp = UdpView::parse(packet->payload());
    return udp ? udp->destinationPort() : std::uint16_t(0);
}

} // namespace

kernel::SocketId openUdp(Context& c, kernel::AppId owner, std::uint32_t interface, std::uint16_t port) {
    return open(c, {owner, interface, EtherType::Ipv4, port, true, {}});
}

kernel::SocketId openArp(Context& c, kernel::AppId owner, std::uint32_t interface) {
    return open(c, {owner, interface, EtherType::Arp, 0, true, {}});
}

void close(Context& c, kernel::SocketId s) {
    auto& sockets = c.system().packetSockets;
    if (!s.valid() || s.value >= sockets.size()) return;
    while (const auto frame = receive(c, s))
        c.frames().release(*frame);
    sockets[s.value] = {};
    // Without any socket a frame passes as if there were none at all.
    while (!sockets.empty() && !sockets.back().used)
        sockets.pop_back();
    c.system().tapped = !sockets.empty();
}

std::optional<kernel::FrameSlot> receive(Context& c, kernel::SocketId s) {
    auto& sockets = c.system().packetSockets;
    if (s.value >= sockets.size() || sockets[s.value].queue.empty()) return std::nullopt;
    const auto frame = sockets[s.value].queue.front();
    sockets[s.value].queue.popFront();
    return frame;
}

std::optional<Datagram> datagram(Context& c, kernel::FrameSlot frame) {
    auto packet = Ipv4View::parse(c.frames().bytes(frame).subspan(EthernetView::kSize));
    if (!packet || !packet->checksumOk()) return std::nullopt;
    const auto udp = UdpView::parse(packet->payload());
    if (!udp || !udp->checksumOk(packet->addresses())) return std::nullopt;
    return Datagram{packet->source(), packet->destination(), udp->payload()};
}

void sendUdp(Context& c, std::uint32_t interface, const wire::MacAddress& to, std::uint32_t source,
             std::uint16_t sourcePort, std::uint32_t destination, std::uint16_t destinationPort,
             std::span<const std::uint8_t> payload) {
    constexpr std::size_t kHeaders = ip::kLinkHeader + Ipv4Header::kSize + UdpView::kSize;
    const auto frame = c.frames().allocate(std::uint32_t(kHeaders + payload.size()));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    std::copy(payload.begin(), payload.end(), bytes.begin() + kHeaders);
    EthernetView(bytes.data()).set(to, c.interface(interface).mac, EtherType::Ipv4);
    Ipv4Header{.protocol = 17,
               .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader),
               .source = source,
               .destination = destination}
        .write(&bytes[ip::kLinkHeader]);
    wire::emitUdp(bytes.subspan(ip::kLinkHeader + Ipv4Header::kSize), sourcePort, destinationPort,
                  Ipv4View(&bytes[ip::kLinkHeader]).addresses());
    c.transmit(interface, frame);
}

void sendArpProbe(Context& c, std::uint32_t interface, std::uint32_t address) {
    // A packet socket pads for itself: 60 bytes, where the kernel's own ARP leaves that to the card.
    constexpr std::uint32_t kLength = 60;
    const auto frame = c.frames().allocate(kLength);
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    std::fill(bytes.begin(), bytes.end(), std::uint8_t(0));
    EthernetView(bytes.data()).set(wire::MacAddress::broadcast(), c.interface(interface).mac, EtherType::Arp);
    const wire::ArpPacket probe{wire::ArpPacket::kRequest,
                                c.interface(interface).mac,
                                {},
                                wire::IpAddress::v4(0),
                                wire::IpAddress::v4(address)};
    probe.write(bytes.subspan<EthernetView::kSize, wire::ArpPacket::kSize>());
    c.transmit(interface, frame);
}

bool tap(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    const EthernetView view(c.frames().bytes(frame).data());
    if (!view.destination().isGroup() && view.destination() != c.interface(interface).mac) return false;
    bool taken = false;
    auto& sockets = c.system().packetSockets;
    for (std::uint32_t i = 0; i < sockets.size(); ++i) {
        PacketSocket& s = sockets[i];
        if (!s.used || s.interface != interface || view.etherType() != std::uint16_t(s.type)) continue;
        if (s.type == EtherType::Ipv4) {
            if (udpPort(c.frames().bytes(frame)) != s.port) continue;
            taken = true;
        }
        c.frames().retain(frame);
        s.queue.pushBack(frame);
        c.notify({.app = s.owner, .kind = NoticeKind::PacketReadable, .socket = {i}});
    }
    if (taken) c.frames().release(frame);
    return taken;
}

} // namespace sim::stack::packet
