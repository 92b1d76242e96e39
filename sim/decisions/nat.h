// What the packet filter lets pass, and what address translation makes of it (RFC 3022, netfilter).
#pragma once

#include "sim/decisions/describe.h"
#include "sim/decisions/reasons.h"

#include <string>

namespace sim::decisions {

/// TrackInvalid: connection tracking does not know what the packet belongs to.
struct TrackInvalid {
    static constexpr About kAbout{"track-invalid", Rank::Reason, noEvent("the drop that follows has a row"), kByLack};
    static constexpr Texts kSays{
        "The packet is invalid to %1: it has never seen the SYN of this connection from %2 to %3.",
        "The packet is invalid to %1: the connection of %2 and %3 is in %4, in which it cannot come.",
        "The packet is invalid to %1: it has seen no echo request from %3 to %2.",
        "The packet is invalid to %1: it cannot be tracked.",
    };
    Endpoint source, destination;
    Untrackable why = Untrackable::NoSyn;
    TextId state; ///< of its connection, for WrongState

    template <class T>
    auto tell(const T& t) const {
        switch (why) {
        case Untrackable::NoSyn: return t.say(kSays[why], t.me(), t.endpoint(destination), t.endpoint(source));
        case Untrackable::WrongState:
            return t.say(kSays[why], t.me(), t.endpoint(source), t.endpoint(destination), t.text(state));
        case Untrackable::NoRequest:
            return t.say(kSays[why], t.me(), t.address(source.address), t.address(destination.address));
        default: return t.say(kSays[why], t.me());
        }
    }
};

/// FilterRuled: a rule, or the policy of a chain, decided about a packet.
struct FilterRuled {
    static constexpr About kAbout{"filter-ruled", Rank::Reason, noEvent("a drop that follows has a row"),
                                  byNoRow("the rules are not shown as a table: the sentence quotes the one")};
    static constexpr Texts kSays{
        "The filter of %1 lets it pass: \"%2\".",
        "The filter of %1 drops it silently: \"%2\".",
        "The filter of %1 rejects it and tells the sender: \"%2\".",
    };
    IpAddress source;
    Endpoint destination;
    std::uint8_t protocol = 0; ///< of IP
    Verdict verdict = Verdict::Accept;
    TextId rule;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[verdict], t.me(), t.text(rule));
    }
};

/// NatCreated: the first packet of a flow leaves, under another source.
struct NatCreated {
    static constexpr About kAbout{"nat-created", Rank::Translation, isEvent("NAT"), byRow("nat")};
    static constexpr Texts kSays{
        "The source %1 became %2 by the new NAT mapping.",
        "The private source %1 became %2 by the new NAT mapping.",
    };
    Endpoint inside, outside, remote;
    std::uint8_t protocol = 0; ///< of IP

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[inside.address.isPrivate()], t.nat(inside), t.nat(outside));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("inside", inside.address) && r.has("inside_port", inside.port) &&
               r.has("outside_port", outside.port);
    }
};

/// NatApplied: a packet found its mapping.
struct NatApplied {
    enum class Way : std::uint8_t {
        Out,     ///< the source becomes the outside address
        Back,    ///< the destination becomes the inside address again
        In,      ///< to a forwarded port: inside is what was asked for, outside the host it is for
        InReply, ///< the answer to that
    };
    static constexpr About kAbout{"nat-applied", Rank::Translation, kEveryPacket, byRow("nat")};
    static constexpr Texts kSays{
        "The source %1 became %2 by its NAT mapping.",
        "The destination %2 became %1 again by its NAT mapping.",
        "The destination %1 became %2, as the port is forwarded.",
        "The source %2 became %1 again, to which the request had been sent.",
    };
    Endpoint inside, outside, remote;
    std::uint8_t protocol = 0; ///< of IP
    Way way = Way::Out;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[way], t.nat(inside), t.nat(outside));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("inside", inside.address) && r.has("inside_port", inside.port) &&
               r.has("outside_port", outside.port);
    }
};

/// NatForwarded: the port is forwarded to a host inside.
struct NatForwarded {
    static constexpr About kAbout{"nat-forwarded", Rank::Translation, kFrameTells,
                                  byNoRow("forwarded ports are a setting, and not shown as a table")};
    static constexpr Texts kSays{"Port %1 is forwarded: the destination became %2."};
    Endpoint outside, host, sender;
    std::uint8_t protocol = 0; ///< of IP

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.number(outside.port), t.endpoint(host));
    }
};

/// NatPortTaken: another inside host has the port already, so that it becomes another one.
struct NatPortTaken {
    static constexpr About kAbout{"nat-port-taken", Rank::Translation, isEvent("NAT"), byRow("nat")};
    static constexpr Texts kSays{"Port %3 is another host's already, so the source %1 became %2."};
    Endpoint inside, outside, remote;
    std::uint8_t protocol = 0; ///< of IP

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.nat(inside), t.nat(outside), t.number(inside.port));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("inside", inside.address) && r.has("inside_port", inside.port) &&
               r.has("outside_port", outside.port);
    }
};

/// NatNoMapping: a packet from outside finds no mapping, and is taken for the router's own.
struct NatNoMapping {
    static constexpr About kAbout{"nat-no-mapping", Rank::Failure, isEvent("NAT"), kByLack};
    static constexpr Texts kSays{"No NAT mapping exists for %2 at %1."};
    Endpoint outside, sender;
    std::uint8_t protocol = 0; ///< of IP

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.endpoint(outside), t.endpoint(sender));
    }
};

using Nat = Family<3, TrackInvalid, FilterRuled, NatCreated, NatApplied, NatForwarded, NatPortTaken, NatNoMapping>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Nat::kHas<D>) struct sim::trace::KindOf<D> : sim::decisions::Nat::Kind<D> {
};
