// A DHCP relay agent (RFC 1542 section 4; RFC 2131 4.1) as dnsmasq is one. Not here: relay agent options (RFC 3046).
#pragma once

#include "sim/apps/app_context.h"
#include "sim/wire/dhcp.h"

#include <vector>

namespace sim::apps {

/// DhcpRelay passes DHCP between clients and a server elsewhere (RFC 2131, RFC 1542).
class DhcpRelay {
public:
    explicit DhcpRelay(std::vector<wire::IpAddress> servers = {}) : mServers(std::move(servers)) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext&, std::uint16_t) {}

private:
    void request(AppContext& c, std::uint32_t interface, wire::DhcpMessage m);
    void reply(AppContext& c, const wire::DhcpMessage& m);

    std::vector<wire::IpAddress> mServers;
    kernel::SocketId mSocket;
};

} // namespace sim::apps
