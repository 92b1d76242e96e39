// Packet sockets (packet(7)): frames past the IP stack, for programs that run before there is an address.
#pragma once

#include "sim/kernel/frame_pool.h"
#include "sim/kernel/id.h"
#include "sim/kernel/ring.h"
#include "sim/wire/ethernet.h"

#include <cstdint>
#include <optional>
#include <span>

namespace sim::stack {

class Context;

/// PacketSocket gets frames of one EtherType before the stack does (AF_PACKET).
struct PacketSocket {
    kernel::AppId owner;
    std::uint32_t interface = 0;
    wire::EtherType type = wire::EtherType::Ipv4;
    std::uint16_t port = 0; ///< IPv4: the UDP port its filter lets through
    bool used = false;
    kernel::Ring<kernel::FrameSlot> queue;
};

namespace packet {

/// openUdp is a socket whose filter takes the UDP datagrams of one port, whatever address they are for.
kernel::SocketId openUdp(Context& c, kernel::AppId owner, std::uint32_t interface, std::uint16_t port);
/// openArp sees every ARP packet that comes in.
kernel::SocketId openArp(Context& c, kernel::AppId owner, std::uint32_t interface);
void close(Context& c, kernel::SocketId s);
/// receive takes the oldest frame; whoever takes it must release it.
std::optional<kernel::FrameSlot> receive(Context& c, kernel::SocketId s);

/// Datagram is what openUdp's frames hold: addresses, and the payload as a view into the frame.
struct Datagram {
    std::uint32_t source = 0, destination = 0;
    std::span<const std::uint8_t> payload;
};
/// datagram reads a received frame; none when a header or checksum is wrong.
std::optional<Datagram> datagram(Context& c, kernel::FrameSlot frame);

/// sendUdp sends a datagram in a frame of the caller's making: no route, no ARP, IP identification 0, no DF.
void sendUdp(Context& c, std::uint32_t interface, const wire::MacAddress& to, std::uint32_t source,
             std::uint16_t sourcePort, std::uint32_t destination, std::uint16_t destinationPort,
             std::span<const std::uint8_t> payload);
/// sendArpProbe asks everyone for an address in nobody's name (RFC 5227 2.1.1).
void sendArpProbe(Context& c, std::uint32_t interface, std::uint32_t address);

/// tap shows an incoming frame to the sockets of its interface. True: it was a datagram for a filter, and the frame is
/// consumed, because the stack could only complain about it.
bool tap(Context& c, std::uint32_t interface, kernel::FrameSlot frame);

} // namespace packet
} // namespace sim::stack
