// Load: a source of datagrams at a constant rate, and a sink that counts them. Neither allocates per datagram.
#pragma once

#include "sim/apps/app_context.h"
#include "sim/config/device_config.h"

namespace sim::apps {

/// UdpSource sends datagrams at a steady pace.
class UdpSource {
public:
    explicit UdpSource(config::UdpSourceConfig config = {}) : mConfig(config) {}

    void start(AppContext& c);
    void onNotice(AppContext&, const stack::Notice&) {}
    void onTimer(AppContext& c, std::uint16_t tag);

    std::uint64_t sent() const { return mSent; }

private:
    void schedule(AppContext& c) const;

    config::UdpSourceConfig mConfig;
    kernel::SocketId mSocket;
    kernel::SimTime mStart{0};
    std::uint64_t mNext = 0; ///< index of the next datagram
    std::uint64_t mSent = 0;
};

/// UdpSink counts the datagrams that come to a port.
class UdpSink {
public:
    explicit UdpSink(config::UdpSinkConfig config = {}) : mConfig(config) {}

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext&, std::uint16_t) {}

    std::uint64_t received = 0; ///< datagrams
    std::uint64_t bytes = 0;    ///< of payload

private:
    config::UdpSinkConfig mConfig;
    kernel::SocketId mSocket;
};

} // namespace sim::apps
