// Groups (IGMP, RFC 3376) and routes that routers tell each other (RIP, RFC 2453).
#pragma once

#include "sim/decisions/describe.h"

namespace sim::decisions {

/// GroupJoined: an interface receives what is sent to a group.
struct GroupJoined {
    static constexpr About kAbout{"group-joined", Rank::Address, isEvent("Group"), kMakesRow};
    static constexpr Texts kSays{"%1 joins the group %2 by %3."};
    IpAddress group;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(group), t.interface(interface));
    }
};

/// GroupLeft: it receives that no longer.
struct GroupLeft {
    static constexpr About kAbout{"group-left", Rank::Address, isEvent("Group"), kMakesRow};
    static constexpr Texts kSays{"%1 leaves the group %2 by %3."};
    IpAddress group;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(group), t.interface(interface));
    }
};

/// RipLearned: another router knows a way.
struct RipLearned {
    static constexpr About kAbout{"rip-learned", Rank::Consequence, isEvent("RIP"), kMakesRow};
    static constexpr Texts kSays{
        "%1 learns a route by RIP: %2, %3 hops away.",
        "%1 learns a better route by RIP: %2, %3 hops away.",
    };
    Prefix destination;
    IpAddress via;
    InterfaceId interface;
    std::uint32_t metric = 0;
    bool better = false; ///< instead of another route

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[better], t.me(), t.route(destination, via), t.number(metric));
    }
};

/// RipLost: a way that was learned is gone.
struct RipLost {
    enum class Why : std::uint8_t { TimedOut, Withdrawn, InterfaceGone };
    static constexpr About kAbout{"rip-lost", Rank::Failure, isEvent("RIP"), kMakesRow};
    static constexpr Texts kSays{
        "%1 has not heard of %2 for too long and removes the route.",
        "%1 is told that %2 cannot be reached that way any more.",
        "%1 removes %2: the way there is gone.",
    };
    Prefix destination;
    IpAddress via;
    Why why = Why::TimedOut;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[why], t.me(), t.route(destination, via));
    }
};

/// RipIgnored: what somebody says about routes is not taken.
struct RipIgnored {
    static constexpr About kAbout{"rip-ignored", Rank::Reason, isEvent("RIP"), kByPacket};
    static constexpr Texts kSays{"%1 ignores what %2 says about routes: %3."};
    IpAddress from;
    TextId why;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(from), t.text(why));
    }
};

using Routers = Family<8, GroupJoined, GroupLeft, RipLearned, RipLost, RipIgnored>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Routers::kHas<D>) struct sim::trace::KindOf<D> : sim::decisions::Routers::Kind<D> {
};
