// What people do to a network while it runs: cables and settings.
#pragma once

#include "sim/decisions/describe.h"
#include "sim/decisions/reasons.h"

#include <string>

namespace sim::decisions {

/// LinkChanged: a cable is plugged in, or pulled.
struct LinkChanged {
    static constexpr About kAbout{"link-changed", Rank::Stimulus, isEvent("Cable"), kByUser};
    static constexpr Texts kSays{
        "The cable at %1 is unplugged.",
        "The cable at %1 is plugged in.",
    };
    InterfaceId end;
    bool plugged = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[plugged], t.port(end));
    }
};

/// LinkMoved: the end of a cable goes from one port to another.
struct LinkMoved {
    static constexpr About kAbout{"link-moved", Rank::Stimulus, isEvent("Cable"), kByUser};
    static constexpr Texts kSays{"The cable at %1 is moved to %2."};
    InterfaceId from, to;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.port(from), t.port(to));
    }
};

/// LinkCut: the wires lose everything from now on, or carry again.
struct LinkCut {
    static constexpr About kAbout{"link-cut", Rank::Stimulus, isEvent("Cable"), kByUser};
    static constexpr Texts kSays{
        "The wires at %1 are repaired.",
        "The wires at %1 are cut: both ends still see a link, and nothing gets through.",
    };
    InterfaceId end;
    bool cut = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[cut], t.port(end));
    }
};

/// FilterChanged: the packet filter has a new rule.
struct FilterChanged {
    static constexpr About kAbout{"filter-changed", Rank::Stimulus, isEvent("Filter"), kByUser};
    static constexpr Texts kSays{"The filter of %1 has a new rule: %2."};
    TextId rule; ///< "firewall drop input"

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(rule));
    }
};

/// RouteChanged: the routing table has a row more or less.
struct RouteChanged {
    static constexpr About kAbout{"route-changed", Rank::Stimulus, isEvent("Route"), kMakesRow};
    static constexpr Texts kSays{
        "%1 no longer has the route %2.",
        "%1 has a new route: %2.",
    };
    TextId route;
    bool added = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[added], t.me(), t.text(route));
    }
};

/// RuleChanged: policy routing has a rule more or less ("ip rule").
struct RuleChanged {
    static constexpr About kAbout{"rule-changed", Rank::Stimulus, isEvent("Route"), kMakesRow};
    static constexpr Texts kSays{
        "%1 no longer has the routing rule \"%2\".",
        "%1 has a new routing rule: \"%2\".",
    };
    TextId rule; ///< "from 10.0.0.0/8 lookup 100"
    bool added = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[added], t.me(), t.text(rule));
    }
};

/// ConfigRefused: a command makes no sense here, as ip(8) says.
struct ConfigRefused {
    static constexpr About kAbout{"config-refused", Rank::Stimulus, isEvent("Route"), kByState};
    static constexpr Texts kSays{
        "%1 refuses \"%2\": %3 (it has a row of that destination and metric).",
        "%1 refuses \"%2\": %3 (%4 is not the address of a neighbour in a directly connected network).",
        "%1 refuses \"%2\": %3 (it has no such row).",
        "%1 refuses \"%2\": %3 (it has no interface of that name).",
        "%1 refuses \"%2\": %3.",
        "%1 refuses \"%2\": %3 (%4 is not an address of its own).",
        "%1 refuses \"%2\": %3 (no routing rule says that).",
        "%1 refuses \"%2\": %3 (the interface has it).",
        "%1 refuses \"%2\": %3 (the interface does not have it).",
        "%1 refuses \"%2\": %3 (it has no such rule).",
        "%1 refuses \"%2\": %3 (it has no such setting).",
    };
    TextId command;
    ConfigError error = ConfigError::FileExists;
    IpAddress about; ///< the next hop or address in question

    template <class T>
    auto tell(const T& t) const {
        const std::string& all = t.string(command);
        std::string words = t.configError(error);
        if (error == ConfigError::NoDevice) {
            const auto dev = all.find(" dev ");
            if (dev != std::string::npos) words += " \"" + all.substr(dev + 5, all.find(' ', dev + 5) - dev - 5) + '"';
        }
        const auto which = std::size_t(error == ConfigError::None ? ConfigError::FileExists : error) -
                           std::size_t(ConfigError::FileExists);
        return t.say(kSays[which], t.me(), t.text(command), t.text(words), t.address(about));
    }
};

/// RoutesFlushed: what was learned about routes is forgotten ("ip route flush cache").
struct RoutesFlushed {
    static constexpr About kAbout{"routes-flushed", Rank::Stimulus, isEvent("Route"), kByUser};
    static constexpr Texts kSays{"%1 forgets what it has learned about routes."};

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me());
    }
};

/// LinkAltered: a cable has other properties from now on.
struct LinkAltered {
    static constexpr About kAbout{"link-altered", Rank::Stimulus, isEvent("Cable"), kByUser};
    static constexpr Texts kSays{"The cable at %1 changes: %2."};
    InterfaceId end;
    TextId change; ///< "loss 5% delay 20ms"

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.port(end), t.text(change));
    }
};

/// FilterRuleDeleted: the packet filter has a rule less.
struct FilterRuleDeleted {
    static constexpr About kAbout{"filter-rule-deleted", Rank::Stimulus, isEvent("Filter"), kByUser};
    static constexpr Texts kSays{"The filter of %1 no longer has the rule %2."};
    TextId rule; ///< "drop tcp to port 80"

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(rule));
    }
};

/// InterfaceSet: an interface goes down or comes up ("ip link set").
struct InterfaceSet {
    static constexpr About kAbout{"interface-set", Rank::Stimulus, isEvent("Interface"), kByUser};
    static constexpr Texts kSays{
        "%1 goes down: its routes and neighbours go with it.",
        "%1 comes up: its addresses and the routes to their networks are back, static routes are not.",
    };
    InterfaceId interface;
    bool up = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[up], t.port(interface));
    }
};

/// MacSet: an interface has another MAC ("ip link set … address").
struct MacSet {
    static constexpr About kAbout{"mac-set", Rank::Stimulus, isEvent("Interface"), kByUser};
    static constexpr Texts kSays{"%1 has the MAC %2 from now on, and forgets its neighbours."};
    InterfaceId interface;
    MacAddress mac;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.port(interface), t.mac(mac));
    }
};

/// PowerSet: a machine is switched off or on, or starts anew.
struct PowerSet {
    static constexpr About kAbout{"power-set", Rank::Stimulus, isEvent("Power"), kByUser};
    static constexpr Texts kSays{
        "%1 is switched off: its connections and everything it has learned are gone.",
        "%1 is switched on, and starts as it is configured.",
        "%1 is restarted: its connections and everything it has learned are gone, and it starts as it is configured.",
    };
    bool on = false;
    bool restart = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[restart ? 2 : int(on)], t.me());
    }
};

/// PowerPrevents: nothing comes of what a machine should do, as it is off, or as it is on already.
struct PowerPrevents {
    static constexpr About kAbout{"power-prevents", Rank::Stimulus, isEvent("Power"), kByState};
    static constexpr Texts kSays{
        "%1 is switched off: nothing comes of \"%2\".",
        "%1 is on already: nothing comes of \"%2\".",
    };
    TextId action; ///< "ping 10.0.0.2"
    bool on = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[on], t.me(), t.text(action));
    }
};

/// SysctlSet: a setting of the kernel has another value ("sysctl -w").
struct SysctlSet {
    static constexpr About kAbout{"sysctl-set", Rank::Stimulus, isEvent("Setting"), kByUser};
    static constexpr Texts kSays{"On %1, %2 is %3 from now on."};
    TextId name; ///< "net.ipv4.ip_forward"
    std::uint32_t value = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(name), t.number(value));
    }
};

using Administration =
    Family<10, LinkChanged, LinkCut, FilterChanged, RouteChanged, ConfigRefused, RoutesFlushed, LinkAltered,
           FilterRuleDeleted, InterfaceSet, MacSet, PowerSet, PowerPrevents, LinkMoved, SysctlSet, RuleChanged>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Administration::kHas<D>) struct sim::trace::KindOf<D>
    : sim::decisions::Administration::Kind<D> {
};
