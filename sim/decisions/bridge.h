// Which port a frame leaves by: a learning bridge (IEEE 802.1D).
#pragma once

#include "sim/decisions/describe.h"

namespace sim::decisions {

/// BridgeLearned: the source of a frame is behind a port.
struct BridgeLearned {
    static constexpr About kAbout{"bridge-learned", Rank::Learned,
                                  noEvent("each first frame of a machine makes it, and has a row"), kMakesRow};
    static constexpr Texts kSays{"%1 learns that %2 is behind %3."};
    MacAddress mac;
    InterfaceId port;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.mac(mac), t.interface(port));
    }
};

/// BridgeMoved: the source of a frame was behind another port a moment ago: a machine was moved, or frames loop.
struct BridgeMoved {
    static constexpr About kAbout{"bridge-moved", Rank::Learned, isEvent("Bridge"), kMakesRow};
    static constexpr Texts kSays{"%1 learns that %2 is behind %3 now, and no longer behind %4."};
    MacAddress mac;
    InterfaceId port, before;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.mac(mac), t.interface(port), t.interface(before));
    }
};

/// BridgeForgot: a person took the row away ("bridge fdb del").
struct BridgeForgot {
    static constexpr About kAbout{"bridge-forgot", Rank::Stimulus, isEvent("Bridge"), kMakesRow};
    static constexpr Texts kSays{"%1 is told to forget that %2 is behind %3."};
    MacAddress mac;
    InterfaceId port;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.mac(mac), t.interface(port));
    }
};

/// BridgeEvicted: a port lost its carrier, and its rows went with it.
struct BridgeEvicted {
    static constexpr About kAbout{"bridge-evicted", Rank::Failure, isEvent("Bridge"), kMakesRow};
    static constexpr Texts kSays{
        "%1 forgets the MAC it had learned at %2: the port has lost its carrier.",
        "%1 forgets the %3 MACs it had learned at %2: the port has lost its carrier.",
    };
    InterfaceId port;
    std::uint32_t rows = 0;

    template <class T>
    auto tell(const T& t) const {
        if (rows == 1) return t.say(kSays[0], t.me(), t.interface(port));
        return t.say(kSays[1], t.me(), t.interface(port), t.number(rows));
    }
};

/// BridgeForwarded: the port of the destination is known.
struct BridgeForwarded {
    static constexpr About kAbout{"bridge-forwarded", Rank::Frame, kEveryPacket, byRow("macs")};
    static constexpr Texts kSays{"%1 forwards it to %2."};
    MacAddress destination;
    InterfaceId port;

    template <class T>
    auto tell(const T& t) const {
        // "forwards it to home" says more than the name of a port.
        return t.say(kSays[0], t.me(), t.receiverBehind(port));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("mac", destination);
    }
};

/// BridgeFlooded: the frame is for everyone, or nobody knows where its destination is, or this is a hub.
struct BridgeFlooded {
    static constexpr About kAbout{"bridge-flooded", Rank::Frame, kEveryPacket, kByLack};
    static constexpr Texts kSays{
        "%1 floods it to every other port: it has not learned yet where %2 is.",
        "%1 floods it to every other port: it is for everyone.",
        "%1 is a hub and repeats it on every other port.",
    };
    MacAddress destination;
    std::uint32_t ports = 0;
    bool hub = false;

    template <class T>
    auto tell(const T& t) const {
        if (hub) return t.say(kSays[2], t.me());
        if (destination.isGroup()) return t.say(kSays[1], t.me());
        return t.say(kSays[0], t.me(), t.mac(destination));
    }
};

using Bridge = Family<2, BridgeLearned, BridgeMoved, BridgeForgot, BridgeEvicted, BridgeForwarded, BridgeFlooded>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Bridge::kHas<D>) struct sim::trace::KindOf<D> : sim::decisions::Bridge::Kind<D> {
};
