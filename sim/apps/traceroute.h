// traceroute(8): UDP probes to 33434 and up with growing TTL, one at a time, each from a port of its own.
#pragma once

#include "sim/apps/action.h"
#include "sim/apps/resolver.h"

namespace sim::apps {

class TracerouteProgram {
public:
    explicit TracerouteProgram(Traceroute traceroute = {});

    void start(AppContext& c);
    void onNotice(AppContext& c, const stack::Notice& n);
    void onTimer(AppContext& c, std::uint16_t tag);

private:
    static constexpr std::uint16_t kFirstPort = 33434;
    static constexpr std::size_t kPayload = 32; ///< makes packets of 60 bytes
    static constexpr kernel::SimTime kTimeout = std::chrono::seconds(5);

    void begin(AppContext& c);
    void probe(AppContext& c);
    void hop(AppContext& c, wire::IpAddress who);
    void closeProbe(AppContext& c);

    Traceroute mTraceroute;
    Resolver mResolver;
    kernel::SocketId mSocket;
    int mHop = 0; ///< TTL of the probe on the way
};

} // namespace sim::apps
