// Raw TCP as traceroute -T needs it (raw(7)): a port whose segments go past TCP, and are seen beside it.
#pragma once

#include "sim/kernel/id.h"
#include "sim/stack/notice.h"
#include "sim/wire/tcp.h"

#include <cstdint>
#include <vector>

namespace sim::stack {

class Context;

/// RawSocket gets packets of one IP protocol.
struct RawSocket {
    kernel::AppId owner;
    std::uint16_t localPort = 0;
    bool used = false;
};

/// RawTable is the raw sockets of a device.
struct RawTable {
    std::vector<RawSocket> sockets;
};

namespace raw {

/// open reserves an ephemeral TCP port; an invalid id when none is free.
kernel::SocketId open(Context& c, kernel::AppId owner);
void close(Context& c, kernel::SocketId s);
/// sendSyn sends one SYN with the options that traceroute(8) gives it, in a packet of size bytes.
Errno sendSyn(Context& c, kernel::SocketId s, std::uint32_t to, std::uint16_t port, std::uint8_t ttl,
              std::uint32_t size);

/// input shows a TCP segment to whoever holds its port; TCP itself gets it all the same.
void input(Context& c, std::uint32_t from, std::span<const std::uint8_t> segment);
/// icmpError tells whoever sent the quoted segment.
void icmpError(Context& c, std::uint32_t from, std::uint8_t type, std::uint8_t code,
               std::span<const std::uint8_t> transport);

} // namespace raw
} // namespace sim::stack
