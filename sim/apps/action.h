// What a user, or the lab's own programme, makes a device do during a run.
#pragma once

#include "sim/apps/script.h"
#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <string>
#include <variant>

namespace sim::apps {

/// Browse opens a page; url is http://HOST[:PORT]/PATH.
struct Browse {
    std::string url;
};

/// Ping sends count echo requests, interval apart, to a name or an address; size is the payload in bytes.
struct Ping {
    std::string target;
    int count = 4;
    kernel::SimTime interval = std::chrono::seconds(1);
    int size = 56;
    int ttl = 64;
    bool dontFragment = true;
};

/// Traceroute sends UDP probes with growing TTL, one at a time.
struct Traceroute {
    std::string target;
    int maxHops = 30;
};

/// Resolve asks the resolver for the A record of a name.
struct Resolve {
    std::string name;
};

/// Converse connects a TCP or UDP socket and plays a script with it.
struct Converse {
    bool tcp = true;
    std::string host; ///< a name or an address
    std::uint16_t port = 0;
    std::uint16_t localPort = 0; ///< 0: any
    Script script;
};

/// SetLink pulls a cable (up = false) or plugs it in again.
struct SetLink {
    kernel::ChannelId channel;
    bool up = true;
};

/// Cut lets a cable lose every frame while both ends still have a link, and mends it again.
struct Cut {
    kernel::ChannelId channel;
    bool cut = true;
};

using Action = std::variant<Browse, Ping, Traceroute, Resolve, Converse, SetLink, Cut>;

/// describe gives the action as it is written in a lab file: "browse http://google.com/".
std::string describe(const Action& action);

} // namespace sim::apps
