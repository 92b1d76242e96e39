#include "sim/apps/dhcp_relay.h"

#include "sim/apps/dhcp_reply.h"
#include "sim/decisions/dhcp.h"

namespace sim::apps {

using wire::DhcpMessage;
using wire::IpAddress;

namespace {
/// kMostHops is where a request is taken for one that goes round in circles (RFC 1542 4.1.1 allows up to 16).
constexpr std::uint8_t kMostHops = 16;
} // namespace

void DhcpRelay::start(AppContext& c) { mSocket = openDhcpSocket(c); }

void DhcpRelay::onNotice(AppContext& c, const stack::Notice& n) {
    if (n.kind != stack::NoticeKind::Readable || n.socket != mSocket) return;
    while (const auto datagram = stack::udp::receive(c.stack, mSocket)) {
        const auto m =
            DhcpMessage::parse(c.stack.frames().bytes(datagram->frame).subspan(datagram->offset, datagram->length));
        c.stack.frames().release(datagram->frame);
        if (!m) continue;
        if (m->operation == DhcpMessage::kBootRequest) request(c, datagram->interface, *m);
        if (m->operation == DhcpMessage::kBootReply) reply(c, *m);
    }
}

void DhcpRelay::request(AppContext& c, std::uint32_t interface, DhcpMessage m) {
    const auto& addresses = c.stack.interface(interface).addresses;
    if (m.hops >= kMostHops || addresses.empty()) return;
    ++m.hops;
    // The first relay leaves its address: it tells the server which network the client is in, and leads the answer
    // back.
    if (m.relay == 0) m.relay = addresses.front().address.toV4();
    const auto bytes = m.write();
    for (const auto& server : mServers) {
        if (c.stack.tracing()) c.stack.decide(decisions::DhcpRelayed{.to = server, .client = m.hardware});
        stack::udp::send(c.stack, mSocket, bytes, server.toV4(), wire::dhcp::kServerPort,
                         addresses.front().address.toV4());
    }
}

void DhcpRelay::reply(AppContext& c, const DhcpMessage& m) {
    const auto& interfaces = c.stack.system().interfaces;
    for (std::uint32_t i = 0; i < interfaces.size(); ++i)
        for (const auto& p : interfaces[i].addresses) {
            if (m.relay == 0 || p.address.toV4() != m.relay) continue;
            if (c.stack.tracing())
                c.stack.decide(
                    decisions::DhcpRelayed{.to = IpAddress::v4(m.yourAddress), .client = m.hardware, .reply = true});
            return sendToClient(c, mSocket, i, m);
        }
}

} // namespace sim::apps
