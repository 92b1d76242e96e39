// ICMP: errors with Linux's quoting and rate limits (net/ipv4/icmp.c), echo, and pings of our own.
#pragma once

#include "sim/kernel/flat_map.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/wire/icmp.h"

#include <cstdint>
#include <span>
#include <vector>

namespace sim::stack {

class Context;

struct EchoSocket {
    kernel::AppId owner;
    std::uint16_t identifier = 0;
    bool used = false;
};

/// RateBucket is one destination's allowance of ICMP errors (icmp_ratelimit 1000 ms, burst 6).
struct RateBucket {
    kernel::SimTime updated{0};
    kernel::SimTime tokens{0};
};

struct IcmpState {
    std::vector<EchoSocket> sockets;
    kernel::FlatMap<std::uint64_t, RateBucket> buckets; ///< by destination
};

namespace icmp {

kernel::SocketId open(Context& c, kernel::AppId owner);
void close(Context& c, kernel::SocketId s);
/// sendEcho sends one echo request with size bytes of payload; false when there is no route (the notice says why).
bool sendEcho(Context& c, kernel::SocketId s, std::uint32_t to, std::uint16_t sequence, std::uint32_t size, std::uint8_t ttl, bool dontFragment);

/// sendError tells the sender of packet that it went no further. packet is quoted as it stands; interface is where it
/// came in. Nothing is sent about broadcasts, fragments but the first, and other ICMP errors (RFC 1122 3.2.2).
void sendError(Context& c, std::span<std::uint8_t> packet, std::uint8_t type, std::uint8_t code, std::uint32_t rest = 0);

/// input handles an ICMP packet to us; consumes the frame.
void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame);

} // namespace icmp
} // namespace sim::stack
