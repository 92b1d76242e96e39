// How a DHCP server or relay reaches a client (RFC 2131 4.1), as dnsmasq does it.
#pragma once

#include "sim/apps/app_context.h"
#include "sim/stack/neighbour.h"
#include "sim/stack/udp.h"
#include "sim/wire/dhcp.h"

namespace sim::apps {

/// openDhcpSocket is port 67 as dnsmasq opens it: class selector 6, never "don't fragment"; with an interface, by that
/// one only.
inline kernel::SocketId openDhcpSocket(AppContext& c, std::uint32_t interface = kernel::InterfaceId::kNone) {
    const auto socket = stack::udp::open(c.stack, c.self(), 0, wire::dhcp::kServerPort, interface);
    if (!socket) return {};
    auto& s = c.stack.system().udp.sockets[socket->value];
    s.tos = 0xc0;
    s.dontFragment = false;
    return *socket;
}

/// sendToClient sends a reply by the interface where the client is: to the address it has (by the routes of that
/// interface: it may be behind a relay), to everyone when it asked for that, else to the address it will have, whose
/// MAC is put into the neighbour table because nobody answers ARP for it yet.
inline void sendToClient(AppContext& c, kernel::SocketId socket, std::uint32_t interface,
                         const wire::DhcpMessage& reply) {
    const auto bytes = reply.write();
    std::uint32_t to = reply.clientAddress;
    if (to == 0 && (reply.flags & wire::dhcp::kBroadcastFlag)) to = 0xffff'ffff;
    if (to == 0) {
        to = reply.yourAddress;
        stack::neighbour::inject(c.stack, interface, to, reply.hardware);
    }
    stack::udp::sendBy(c.stack, socket, interface, bytes, to, wire::dhcp::kClientPort);
}

} // namespace sim::apps
