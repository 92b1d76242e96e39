// DNS over TCP (RFC 1035 4.2.2, 7766): messages with their length before them, at either end of a connection.
#pragma once

#include "sim/apps/app_context.h"

#include <optional>
#include <span>
#include <vector>

namespace sim::apps {

/// DnsStream is a part of programs that speak DNS over one TCP connection.
struct DnsStream {
    kernel::SocketId socket;
    std::vector<std::uint8_t> in, out; ///< what waits to be understood, and to be sent
    bool connected = false;
    bool early = false; ///< writes before the connection stands

    bool used() const { return socket.valid(); }
    /// open connects to port 53; false when that fails at once. fastOpen: as dnsmasq, which writes before it is
    /// connected.
    bool open(AppContext& c, std::uint32_t server, bool fastOpen = false);
    /// send queues a message, and sends it as soon as there is a connection.
    void send(AppContext& c, std::span<const std::uint8_t> message);
    /// flush sends what there is room for; to be called when connected or writable.
    void flush(AppContext& c);
    /// read takes what has arrived.
    void read(AppContext& c);
    /// next gives the next whole message that was read.
    std::optional<std::vector<std::uint8_t>> next();
    void close(AppContext& c);
};

} // namespace sim::apps
