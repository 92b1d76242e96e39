// Which MAC has which address: ARP (RFC 826) and what Linux makes of it.
#pragma once

#include "sim/decisions/describe.h"

namespace sim::decisions {

/// NeighbourUnknown: the MAC of the next hop is asked for.
struct NeighbourUnknown {
    static constexpr About kAbout{"neighbour-unknown", Rank::Reason, kFrameTells, byRow("neighbours")};
    static constexpr Texts kSays{"%1 does not know the MAC of %2 yet: the packet waits for ARP."};
    IpAddress nextHop;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(nextHop));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("address", nextHop);
    }
};

/// NeighbourLearned: a row is new or has changed.
struct NeighbourLearned {
    static constexpr About kAbout{"neighbour-learned", Rank::Learned, isEvent("ARP"), kMakesRow};
    static constexpr Texts kSays{
        "%1 learns that %2 is at %3.",
        "%1 learns from the request that %2 is at %3.",
    };
    IpAddress address;
    MacAddress mac;
    InterfaceId interface;
    bool fromRequest = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[fromRequest], t.me(), t.neighbour(address), t.mac(mac));
    }
};

/// NeighbourProbe: the row is old, and its owner is asked directly.
struct NeighbourProbe {
    static constexpr About kAbout{"neighbour-probe", Rank::Reason, kFrameTells, byRow("neighbours")};
    static constexpr Texts kSays{"%1 has not heard of %2 for a while and asks whether it is still there."};
    IpAddress address;
    MacAddress mac;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.neighbour(address));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("address", address);
    }
};

/// NeighbourFailed: nobody answered.
struct NeighbourFailed {
    static constexpr About kAbout{"neighbour-failed", Rank::Failure, isEvent("ARP"), kMakesRow};
    static constexpr Texts kSays{
        "Nobody replies for %2: %1 forgets its MAC.",
        "Nobody replies for %2: %1 drops the packet that waited.",
        "Nobody replies for %2: %1 drops the %3 packets that waited.",
    };
    IpAddress address;
    InterfaceId interface;
    std::uint32_t packets = 0; ///< that waited

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[packets], t.me(), t.neighbour(address), t.number(packets));
    }
};

/// ArpAnswered: somebody asked for an address of ours.
struct ArpAnswered {
    static constexpr About kAbout{"arp-answered", Rank::NoiseFrame, kFrameTells,
                                  byNoRow("the addresses of the device decide it")};
    static constexpr Texts kSays{"%2 is an address of %1, so it replies."};
    IpAddress asked, asker;
    MacAddress mac; ///< of the asker
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.own(asked));
    }
};

/// NeighbourSet: a person changed the row ("ip neigh").
struct NeighbourSet {
    static constexpr About kAbout{"neighbour-set", Rank::Stimulus, isEvent("ARP"), kMakesRow};
    static constexpr Texts kSays{"Somebody changes what %1 knows of %2: now %3."};
    IpAddress address;
    InterfaceId interface;
    TextId state; ///< "REACHABLE"

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.neighbour(address), t.text(state));
    }
};

/// DuplicateAddress: somebody else claims an address of ours.
struct DuplicateAddress {
    static constexpr About kAbout{"duplicate-address", Rank::Failure, isEvent("ARP"),
                                  byNoRow("the addresses of the device decide it")};
    static constexpr Texts kSays{"%3 claims %2, which is an address of %1: two machines have the same address."};
    IpAddress address;
    MacAddress mac; ///< of the other
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.own(address), t.mac(mac));
    }
};

/// NeighboursEvicted: an interface lost its carrier, and its rows went with it.
struct NeighboursEvicted {
    static constexpr About kAbout{"neighbours-evicted", Rank::Failure, isEvent("ARP"), kMakesRow};
    static constexpr Texts kSays{
        "%1 forgets the neighbour it knew on %2: the interface has lost its carrier.",
        "%1 forgets the %3 neighbours it knew on %2: the interface has lost its carrier.",
    };
    InterfaceId interface;
    std::uint32_t rows = 0;

    template <class T>
    auto tell(const T& t) const {
        if (rows == 1) return t.say(kSays[0], t.me(), t.interface(interface));
        return t.say(kSays[1], t.me(), t.interface(interface), t.number(rows));
    }
};

/// ArpProxied: somebody asked for an address that this device forwards to (proxy ARP, RFC 1027).
struct ArpProxied {
    static constexpr About kAbout{"arp-proxied", Rank::Reason, kFrameTells, byRow("routes")};
    static constexpr Texts kSays{
        "%1 replies for %2 itself, which it forwards out of another interface by %3 (proxy_arp).",
        "%1 will reply for %2 itself after a random time, as it forwards that out of another interface by %3 "
        "(proxy_arp).",
    };
    IpAddress asked, asker;
    Prefix row;    ///< by which it is forwarded
    IpAddress via; ///< none: on-link
    InterfaceId interface;
    bool waits = false; ///< for a random time up to proxy_delay

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[waits], t.me(), t.address(asked), t.route(row, via));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("destination", row.network()) && r.has("via", via);
    }
};

/// ArpIgnored: somebody asked for an address of ours, and the settings say not to answer there.
struct ArpIgnored {
    static constexpr About kAbout{"arp-ignored", Rank::Reason, noEvent("the drop that follows has a row"), kByUser};
    static constexpr Texts kSays{
        "%2 is an address of %1, but not one of %3 (arp_ignore 1).",
        "%2 is an address of %1, but not one of %3 in the same network as %4 (arp_ignore 2).",
        "%2 is an address of %1, which replies to nobody on %3 (arp_ignore 8).",
    };
    /// Why says which rule of arp_ignore keeps it silent.
    enum class Why : std::uint8_t { OfAnotherInterface, OfAnotherNetwork, Never };
    IpAddress asked, asker;
    InterfaceId interface;
    Why why = Why::Never;

    template <class T>
    auto tell(const T& t) const {
        if (why == Why::OfAnotherNetwork)
            return t.say(kSays[1], t.me(), t.own(asked), t.interface(interface), t.address(asker));
        return t.say(kSays[why], t.me(), t.own(asked), t.interface(interface));
    }
};

/// ArpSourceChosen: the request does not come from the source of the packet that waits for its reply.
struct ArpSourceChosen {
    static constexpr About kAbout{"arp-source-chosen", Rank::Reason, kFrameTells, kByUser};
    static constexpr Texts kSays{
        "%1 asks for %2 from %3, not from %4, the source of the packet that waits (arp_announce)."};
    IpAddress target, source, instead;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(target), t.own(source), t.own(instead));
    }
};

using Neighbours = Family<1, NeighbourUnknown, NeighbourLearned, NeighbourProbe, NeighbourFailed, ArpAnswered,
                          NeighbourSet, DuplicateAddress, NeighboursEvicted, ArpProxied, ArpIgnored, ArpSourceChosen>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Neighbours::kHas<D>) struct sim::trace::KindOf<D> : sim::decisions::Neighbours::Kind<D> {
};
