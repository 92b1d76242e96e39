// ICMP: errors with Linux's quoting and rate limits (net/ipv4/icmp.c), echo, and pings of our own.
#pragma once

#include "sim/kernel/frame_pool.h"
#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/stack/notice.h"
#include "sim/stack/path_mtu.h"
#include "sim/wire/icmp.h"

#include <cstdint>
#include <span>
#include <vector>

namespace sim::stack {

class Context;

/// EchoSocket is a socket of ping: echo replies with its identifier are its own.
struct EchoSocket {
    kernel::AppId owner;
    std::uint16_t identifier = 0;
    bool used = false;
};

/// HostBucket is the allowance of ICMP errors of the whole machine (icmp_msgs_per_sec 1000, icmp_msgs_burst 50).
struct HostBucket {
    std::uint32_t tokens = 50;
    kernel::SimTime updated{0};
};

/// IcmpState is a device's echo sockets, and what it may still send of ICMP.
struct IcmpState {
    std::vector<EchoSocket> sockets;
    HostBucket bucket;
};

/// EchoRequest is one ping.
struct EchoRequest {
    std::uint32_t to = 0;
    std::uint16_t sequence = 0;
    std::uint32_t size = 56; ///< bytes of payload
    std::uint8_t ttl = 64;
    PathMtu pathMtu = PathMtu::Want;
    std::uint32_t interface = 0xffff'ffff; ///< ip::kAnyInterface, or where it has to leave
    std::uint32_t source = 0;              ///< 0: as the route says
};

namespace icmp {

/// identifier: 0 for one that no other socket here has.
kernel::SocketId open(Context& c, kernel::AppId owner, std::uint16_t identifier = 0);
void close(Context& c, kernel::SocketId s);
/// sendEcho sends one echo request, or says why not; with MessageSize, mtu is what would have fitted.
Errno sendEcho(Context& c, kernel::SocketId s, const EchoRequest& request, std::uint32_t* mtu = nullptr);

/// sendError tells the sender of packet that it went no further. packet is quoted as it stands; interface is where it
/// came in. Nothing is sent about broadcasts, fragments but the first, and other ICMP errors (RFC 1122 3.2.2), nor more
/// than Linux's allowances: for each destination, and for the whole machine.
void sendError(Context& c, std::span<std::uint8_t> packet, std::uint8_t type, std::uint8_t code,
               std::uint32_t rest = 0);

/// input handles an ICMP packet to us; consumes the frame.
void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame);

} // namespace icmp
} // namespace sim::stack
