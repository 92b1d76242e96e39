// Where packets go: routes, forwarding, fragments (RFC 791, RFC 1812).
#pragma once

#include "sim/decisions/describe.h"
#include "sim/decisions/reasons.h"

#include <string>

namespace sim::decisions {

/// RouteChosen: a row of the routing table matched.
struct RouteChosen {
    static constexpr About kAbout{"route-chosen", Rank::Route, kEveryPacket, byRow("routes")};
    static constexpr Texts kSays{
        "%1 matches %2.",
        "%1 matches %2: directly connected on %3.",
        "Only the default route matches %1: via %2 on %3.",
        "%1 matches %2, and that row says %3.",
        "Only the %2 route matches %1: directly connected on %3.",
        "Only the default route of table %4 matches %1: via %2 on %3.",
    };
    IpAddress destination;
    Prefix row;    ///< what it matched
    IpAddress via; ///< none: on-link
    IpAddress source;
    InterfaceId interface;
    std::uint32_t metric = 0;
    std::uint32_t table = 0; ///< 0: "main"
    RouteType type = RouteType::Unicast;

    template <class T>
    auto tell(const T& t) const {
        constexpr const char* kRefusals[] = {"unreachable", "prohibited", "black hole"};
        const auto shown = t.route(row, via, table);
        if (type >= RouteType::Unreachable)
            return t.say(
                kSays[3], t.address(destination), shown,
                t.text(kRefusals[std::min(std::size_t(type) - std::size_t(RouteType::Unreachable), std::size_t(2))]));
        if (row.length == 0 && via.isNone())
            return t.say(kSays[4], t.address(destination), shown, t.interface(interface));
        if (row.length == 0 && table != 0)
            return t.say(kSays[5], t.address(destination), t.gateway(via), t.interface(interface), t.number(table));
        if (row.length == 0) return t.say(kSays[2], t.address(destination), t.gateway(via), t.interface(interface));
        if (via.isNone()) return t.say(kSays[1], t.address(destination), shown, t.interface(interface));
        return t.say(kSays[0], t.address(destination), shown);
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("destination", row.network()) && r.has("via", via) &&
               r.has("table", table ? std::to_string(table) : "main");
    }
    static RouteChosen of(const trace::Step::Fields& f) {
        return {.destination = IpAddress::v4(f.address),
                .row = f.hasPrefix ? Prefix{IpAddress::v4(f.prefix), f.prefixLength} : Prefix{},
                .via = f.hasVia ? IpAddress::v4(f.via) : IpAddress(),
                .source = f.hasSource ? IpAddress::v4(f.source) : IpAddress(),
                .interface = f.iface,
                .metric = f.number,
                .table = f.table,
                .type = RouteType(f.code)};
    }
};

/// RouteLocal: the destination is one of this device's own addresses, or in 127/8.
struct RouteLocal {
    static constexpr About kAbout{"route-local", Rank::Route, kEveryPacket,
                                  byNoRow("the table \"local\" is not shown")};
    static constexpr Texts kSays{"%1 is an address of %2 itself: the packet stays inside, on lo."};
    IpAddress destination, source;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.own(destination), t.me());
    }
};

/// NoRoute: no row of the routing table matches.
struct NoRoute {
    static constexpr About kAbout{"no-route", Rank::Reason, isEvent("Route"), kByLack};
    static constexpr Texts kSays{"Nothing in the routing table of %1 matches %2."};
    IpAddress destination;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(destination));
    }
};

/// CannotSend: what the device would send has no way.
struct CannotSend {
    static constexpr About kAbout{"cannot-send", Rank::Failure, isEvent("Route"), kByLack};
    static constexpr Texts kSays{
        "%1 cannot reply to the ping from %2: %3.",
        "%1 cannot reply to the SYN from %2: %3.",
        "%1 cannot send %2 a reset: %3.",
        "%1 cannot send %2 a segment of their connection: %3.",
        "%1 cannot report the ICMP error to %2: %3.",
        "%1 cannot send %4 to %2: %3.",
    };
    IpAddress to, source;
    Unsent what = Unsent::EchoReply;
    UnsentWhy why = UnsentWhy::NoRoute;
    std::uint16_t ownPort = 0, port = 0; ///< of a datagram: ours and theirs
    InterfaceId addressless;             ///< an interface without an address, of a device that has none

    template <class T>
    auto tell(const T& t) const {
        const auto it = t.address(to);
        const auto because = t.text(reason(t, it.text));
        if (what < Unsent::Datagram) return t.say(kSays[what], t.me(), it, because);
        return t.say(kSays[what], t.me(), it, because, t.text(datagram()));
    }

private:
    template <class T>
    std::string reason(const T& t, const std::string& there) const {
        switch (why) {
        case UnsentWhy::RouteRefuses: return "the route to " + there + " refuses it";
        case UnsentWhy::SourceGone: return source.toString() + " is not an address of " + t.me().text + " any more";
        case UnsentWhy::NoAddress:
            return "no route to " + there + ", as " + t.interface(addressless).text + " has no address";
        default: return "no route to " + there + ", and no default gateway";
        }
    }
    /// datagram is what it is by its ports.
    const char* datagram() const {
        if (ownPort == 67 || ownPort == 68) return "the DHCP message";
        if (ownPort == 53) return "the DNS response";
        if (port == 53) return "the DNS query";
        if (ownPort == 520) return "its routes (RIP)";
        return "a datagram";
    }
};

/// Forwarded: a packet for somebody else goes on.
struct Forwarded {
    static constexpr About kAbout{"forwarded", Rank::NoiseFrame, kEveryPacket,
                                  byNoRow("the row is that of the route-chosen before it")};
    static constexpr Texts kSays{"%1 forwards it on %2, with a TTL of %3."};
    IpAddress destination, source;
    InterfaceId out;
    std::uint8_t ttl = 0; ///< after it was decremented

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.interface(out), t.number(ttl));
    }
    static Forwarded of(const trace::Step::Fields& f) {
        return {.destination = IpAddress::v4(f.address),
                .source = f.hasSource ? IpAddress::v4(f.source) : IpAddress(),
                .out = f.iface,
                .ttl = std::uint8_t(f.number)};
    }
};

/// TtlExpired: the packet has passed as many routers as it may.
struct TtlExpired {
    static constexpr About kAbout{"ttl-expired", Rank::Reason, noEvent("the drop that follows has a row"), kByPacket};
    static constexpr Texts kSays{"The time to live of the packet from %1 to %2 is used up."};
    IpAddress destination, source;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.address(source), t.address(destination));
    }
};

/// Delivered: the packet is for this device.
struct Delivered {
    static constexpr About kAbout{"delivered", Rank::NoiseDelivered, kEveryPacket,
                                  byNoRow("the table \"local\" is not shown")};
    static constexpr Texts kSays{"%1 is an address of %2: the packet has arrived."};
    IpAddress destination, source;
    std::uint8_t protocol = 0; ///< of IP

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.own(destination), t.me());
    }
};

/// Fragmented: the packet is larger than what it leaves by.
struct Fragmented {
    static constexpr About kAbout{"fragmented", Rank::Reason, kFrameTells, byNoRow("the MTU decides it")};
    static constexpr Texts kSays{
        "%1 splits the packet for %2 into %3 fragments: the next link carries at most %4 bytes."};
    IpAddress destination, source;
    std::uint32_t fragments = 0;
    std::uint32_t mtu = 0; ///< bytes

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(destination), t.number(fragments), t.number(mtu));
    }
};

/// FragmentKept: a fragment waits for the others.
struct FragmentKept {
    static constexpr About kAbout{"fragment-kept", Rank::Reason, kFrameTells, kByState};
    static constexpr Texts kSays{"%1 keeps this fragment from %2 and waits for the others."};
    IpAddress destination, source;
    std::uint32_t first = 0, bytes = 0; ///< of the packet's payload

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(source));
    }
};

/// Reassembled: the last fragment has come.
struct Reassembled {
    static constexpr About kAbout{"reassembled", Rank::Reason, kFrameTells, kByState};
    static constexpr Texts kSays{"%1 has all %3 fragments and reassembles the packet from %2."};
    IpAddress destination, source;
    std::uint32_t fragments = 0, bytes = 0; ///< bytes of payload

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(source), t.number(fragments));
    }
};

/// PathMtuLearned: a router said how much gets through (RFC 1191).
struct PathMtuLearned {
    static constexpr About kAbout{"path-mtu-learned", Rank::Failure, isEvent("Route"), kMakesRow};
    static constexpr Texts kSays{"%1 learns from %3 that the path to %2 carries at most %4 bytes."};
    IpAddress destination, from;
    std::uint32_t mtu = 0; ///< bytes

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(destination), t.address(from), t.number(mtu));
    }
};

/// RedirectSent: the sender could have gone straight to the next router (RFC 1812 5.2.7.2).
struct RedirectSent {
    static constexpr About kAbout{"redirect-sent", Rank::Reason, kFrameTells,
                                  byNoRow("the row is that of the route-chosen before it")};
    static constexpr Texts kSays{"%1 redirects %2: the better next hop for %3 is %4."};
    IpAddress destination, sender, gateway;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(sender), t.address(destination), t.address(gateway));
    }
};

/// RedirectHeard: a router names a better one, and it is taken or not.
struct RedirectHeard {
    static constexpr About kAbout{"redirect-heard", Rank::Reason, isEvent("Route"), kMakesRow};
    static constexpr Texts kSays{
        "%1 is told by %2 to use %4 as the next hop for %3, and does not (yet).",
        "%1 is told by %2 to use %4 as the next hop for %3, and does.",
        "%1 is told by %2 to use %4 as the next hop for %3, and accepts no redirects (accept_redirects).",
    };
    IpAddress destination, from, gateway;
    bool taken = false;
    bool unwanted = false; ///< by the settings

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[unwanted ? 2 : taken], t.me(), t.address(from), t.address(destination), t.address(gateway));
    }
};

/// ReversePathFailed: the way back to a source is not the one by which its packet came (rp_filter; RFC 3704).
struct ReversePathFailed {
    static constexpr About kAbout{"reverse-path-failed", Rank::Reason, noEvent("the drop that follows has a row"),
                                  byRow("routes")};
    static constexpr Texts kSays{
        "%1 has no route back to %2 (rp_filter).",
        "The route of %1 back to %2 is %3, and this arrived on %4 (rp_filter).",
    };
    IpAddress source;
    Prefix row;            ///< of the way back
    IpAddress via;         ///< none: on-link
    InterfaceId interface; ///< by which it came
    bool known = false;    ///< there is a way back

    template <class T>
    auto tell(const T& t) const {
        if (!known) return t.say(kSays[0], t.me(), t.address(source));
        return t.say(kSays[1], t.me(), t.address(source), t.route(row, via), t.interface(interface));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("destination", row.network()) && r.has("via", via) && known;
    }
};

/// RuleMatched: a rule says which table is asked, or refuses ("ip rule").
struct RuleMatched {
    static constexpr About kAbout{"rule-matched", Rank::Route, kEveryPacket, byRow("rules")};
    static constexpr Texts kSays{
        "Rule %2 of %1 matches: the table %3 is asked about %4.",
        "Rule %2 of %1 matches, and says %3.",
    };
    IpAddress destination, source;
    InterfaceId in;             ///< none: it is made here
    std::uint32_t priority = 0; ///< of the rule; at most 65535
    std::uint32_t table = 0;    ///< 0: "main"
    RouteType type = RouteType::Unicast;

    template <class T>
    auto tell(const T& t) const {
        constexpr const char* kRefusals[] = {"unreachable", "prohibited", "black hole"};
        if (type >= RouteType::Unreachable)
            return t.say(
                kSays[1], t.me(), t.number(priority),
                t.text(kRefusals[std::min(std::size_t(type) - std::size_t(RouteType::Unreachable), std::size_t(2))]));
        return t.say(kSays[0], t.me(), t.number(priority), t.text(table ? std::to_string(table) : "main"),
                     t.address(destination));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("priority", std::uint16_t(priority));
    }
};

/// PathHashed: a row has several next hops, and a hash of the flow chooses one (RFC 2992; Linux's multipath).
struct PathHashed {
    static constexpr About kAbout{"path-hashed", Rank::Route, kEveryPacket, byRow("routes")};
    static constexpr Texts kSays{
        "%1 has %2 next hops for %3: the hash of the two addresses chooses %4.",
        "%1 has %2 next hops for %3: the hash of addresses, protocol and ports chooses %4.",
        "%1 has %2 next hops for %3: %4 sends from the address that the packet has.",
    };
    IpAddress destination;
    Prefix row;
    IpAddress via; ///< none: on-link
    InterfaceId interface;
    std::uint32_t hash = 0;  ///< of 31 bits
    std::uint32_t paths = 0; ///< that there are
    std::uint32_t table = 0; ///< 0: "main"
    PathBy by = PathBy::Addresses;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[by], t.me(), t.number(paths), t.address(destination),
                     via.isNone() ? t.interface(interface) : t.address(via));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("destination", row.network()) && r.has("via", via) &&
               r.has("table", table ? std::to_string(table) : "main");
    }
};

using Routing =
    Family<0, RouteChosen, RouteLocal, NoRoute, CannotSend, Forwarded, TtlExpired, Delivered, Fragmented, FragmentKept,
           Reassembled, PathMtuLearned, RedirectSent, RedirectHeard, ReversePathFailed, RuleMatched, PathHashed>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Routing::kHas<D>) struct sim::trace::KindOf<D> : sim::decisions::Routing::Kind<D> {
};
