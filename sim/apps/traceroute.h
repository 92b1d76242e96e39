// traceroute(8): probes with growing TTL, one at a time (-q 1 -N 1): UDP to 33434 and up, echo requests, or TCP SYNs.
#pragma once

#include "sim/apps/resolver.h"
#include "sim/config/action.h"

namespace sim::apps {

/// TracerouteProgram finds the routers on the way by packets whose time to live runs out.
class TracerouteProgram {
public:
    explicit TracerouteProgram(config::Traceroute traceroute = {});

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

private:
    static constexpr std::uint16_t kFirstPort = 33434;

    void begin(AppContext& c);
    void probe(AppContext& c);
    stack::Errno probeUdp(AppContext& c);
    stack::Errno probeIcmp(AppContext& c);
    stack::Errno probeTcp(AppContext& c);
    void hop(AppContext& c, wire::IpAddress who);
    /// next sends the next probe, or ends when the target has answered all of its hop.
    void next(AppContext& c);
    void reached(AppContext& c, wire::IpAddress who);
    void closeProbe(AppContext& c);

    config::Traceroute mTraceroute;
    Resolver mResolver;
    kernel::SocketId mSocket;
    int mHop = 0;                ///< TTL of the probe on the way
    std::uint16_t mSequence = 0; ///< probes sent
    int mQuery = 0;              ///< probes of this hop sent
    bool mReached = false;
    wire::IpAddress mLast; ///< who answered for the target
};

} // namespace sim::apps
