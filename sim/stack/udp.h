// UDP sockets (RFC 768; udp(7)).
#pragma once

#include "sim/kernel/flat_map.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/id.h"
#include "sim/kernel/ring.h"
#include "sim/stack/notice.h"
#include "sim/wire/ipv4.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sim::stack {

class Context;

/// Datagram waits in a socket: a slice of the frame it came in.
struct Datagram {
    kernel::FrameSlot frame = kernel::kNoFrame;
    std::uint16_t offset = 0, length = 0;
    std::uint16_t fromPort = 0;
    std::uint32_t from = 0, to = 0;
    std::uint32_t interface = 0; ///< where it came in (IP_PKTINFO)
};

/// UdpSocket is a UDP socket.
struct UdpSocket {
    kernel::AppId owner;
    std::uint32_t local = 0;  ///< 0: any
    std::uint32_t remote = 0; ///< 0: not connected
    std::uint16_t localPort = 0, remotePort = 0;
    std::uint16_t nextId = 0; ///< IP identification of the next datagram
    std::uint8_t ttl = 64, multicastTtl = 1, tos = 0;
    std::uint32_t interface = kernel::InterfaceId::kNone; ///< the only one it speaks by (SO_BINDTODEVICE); none: any
    bool dontFragment = true;
    bool wantErrors = false; ///< IP_RECVERR: ICMP errors are told also when not connected
    bool used = false;
    std::uint32_t tunnel = 0xffff'ffff; ///< interface whose outer packets arrive here; such a socket has no program
    kernel::Ring<Datagram> queue;
    std::uint32_t queuedBytes = 0;
};

/// UdpTable is the UDP sockets of a device.
struct UdpTable {
    static constexpr std::uint32_t kReceiveBuffer = 212'992;
    std::vector<UdpSocket> sockets;
    std::vector<std::uint32_t> free;
    /// byPort chains are short: sockets of one port differ by address.
    kernel::FlatMap<std::uint64_t, std::vector<std::uint32_t>> byPort;
};

namespace udp {

/// open binds a socket; port 0 takes an ephemeral one. None when the port is taken. With an interface it speaks by that
/// one only.
std::optional<kernel::SocketId> open(Context& c, kernel::AppId owner, std::uint32_t local, std::uint16_t port,
                                     std::uint32_t interface = kernel::InterfaceId::kNone);
/// connect fixes the remote end and picks the source address; an error when there is no route.
Errno connect(Context& c, kernel::SocketId s, std::uint32_t remote, std::uint16_t port);
/// send sends one datagram; to the connected end when remote is 0.
Errno send(Context& c, kernel::SocketId s, std::span<const std::uint8_t> payload, std::uint32_t remote = 0,
           std::uint16_t port = 0, std::uint32_t source = 0);
/// sendBy sends one datagram by an interface of the caller's choice (IP_PKTINFO): to a group, to everyone, or to an
/// address by the routes of that interface; without one it counts as on its link.
Errno sendBy(Context& c, kernel::SocketId s, std::uint32_t interface, std::span<const std::uint8_t> payload,
             std::uint32_t remote, std::uint16_t port, std::uint32_t source = 0);
/// receive takes the oldest datagram; whoever takes it must release its frame.
std::optional<Datagram> receive(Context& c, kernel::SocketId s);
void close(Context& c, kernel::SocketId s);

/// input delivers a packet to us; consumes the frame.
void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame);
/// sent tells whether a quoted datagram is one that a socket here may have sent.
bool sent(const Context& c, wire::Ipv4View quoted, std::span<const std::uint8_t> transport);
/// icmpError tells the socket that sent the quoted datagram.
void icmpError(Context& c, std::uint32_t from, std::uint8_t type, std::uint8_t code, wire::Ipv4View quoted,
               std::span<const std::uint8_t> transport);

} // namespace udp
} // namespace sim::stack
