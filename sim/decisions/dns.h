// Who knows a name: resolvers, servers and their caches (RFC 1034, RFC 2308).
#pragma once

#include "sim/decisions/describe.h"

namespace sim::decisions {

/// NameIsAddress: what was asked for is an address.
struct NameIsAddress {
    static constexpr About kAbout{"name-is-address", Rank::Reason, noEvent("nothing is looked up"), kByPacket};
    static constexpr Texts kSays{"%1 is an address already: no name has to be looked up."};
    TextId name;
    IpAddress address;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.text(name));
    }
};

/// NameAsked: a resolver asks its server.
struct NameAsked {
    static constexpr About kAbout{"name-asked", Rank::Reason, kFrameTells, kByLack};
    static constexpr Texts kSays{"%1 does not know %2: its resolver's server is %3."};
    TextId name;
    IpAddress server;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(name), t.address(server));
    }
};

/// NameFromCache: the cache has it.
struct NameFromCache {
    static constexpr About kAbout{"name-from-cache", Rank::Reason, kFrameTells, byRow("dns_cache")};
    static constexpr Texts kSays{
        "%1 knows %2 from its cache: %3, for %4 more seconds.",
        "%1 knows the records of %2 from its cache, for %3 more seconds.",
    };
    TextId name;
    IpAddress address;           ///< none: the records are of another type
    std::uint32_t remaining = 0; ///< seconds

    template <class T>
    auto tell(const T& t) const {
        if (address.isNone()) return t.say(kSays[1], t.me(), t.text(name), t.number(remaining));
        return t.say(kSays[0], t.me(), t.text(name), t.address(address), t.number(remaining));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("name", r.text(name));
    }
};

/// NameForwarded: a server asks another one.
struct NameForwarded {
    static constexpr About kAbout{"name-forwarded", Rank::Reason, kFrameTells, kByLack};
    static constexpr Texts kSays{"%1 has no record of %2 itself and queries %3."};
    TextId name;
    IpAddress server;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(name), t.address(server));
    }
};

/// NameCached: an answer is kept.
struct NameCached {
    static constexpr About kAbout{"name-cached", Rank::Learned, isEvent("Name"), kMakesRow};
    static constexpr Texts kSays{
        "%1 keeps %2 = %3 in its cache for %4 seconds.",
        "%1 keeps the records of %2 in its cache for %3 seconds.",
    };
    TextId name;
    IpAddress address;     ///< none: the records are of another type
    std::uint32_t ttl = 0; ///< seconds

    template <class T>
    auto tell(const T& t) const {
        if (address.isNone()) return t.say(kSays[1], t.me(), t.text(name), t.number(ttl));
        return t.say(kSays[0], t.me(), t.text(name), t.address(address), t.number(ttl));
    }
};

/// NameAuthoritative: a server is in charge of the name.
struct NameAuthoritative {
    static constexpr About kAbout{"name-authoritative", Rank::Reason, kFrameTells,
                                  byNoRow("the records of a zone are a setting, and not all are shown")};
    static constexpr Texts kSays{
        "%1 answers for %2 itself: %3.",
        "%1 answers for %2 itself: there is no such name.",
        "%1 answers for %2 itself: it has no such record.",
        "%1 answers for %2 itself, with authority.",
    };
    TextId name;
    IpAddress address; ///< none: the answer is of another type
    std::uint32_t records = 0;
    std::uint8_t rcode = 0;

    template <class T>
    auto tell(const T& t) const {
        if (rcode == 3) return t.say(kSays[1], t.me(), t.text(name));
        if (records == 0) return t.say(kSays[2], t.me(), t.text(name));
        if (address.isNone()) return t.say(kSays[3], t.me(), t.text(name));
        return t.say(kSays[0], t.me(), t.text(name), t.address(address));
    }
};

/// NameResolved: a resolver has the address.
struct NameResolved {
    static constexpr About kAbout{"name-resolved", Rank::Reason, isEvent("Name"), kByPacket};
    static constexpr Texts kSays{"%1 now knows that %2 is %3."};
    TextId name;
    IpAddress address;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(name), t.address(address));
    }
};

/// NameTruncated: the answer was too long for UDP, so that TCP is used (RFC 7766).
struct NameTruncated {
    static constexpr About kAbout{"name-truncated", Rank::BeforeFrame, kFrameTells, kByPacket};
    static constexpr Texts kSays{
        "The response of %3 for %2 does not fit into one datagram: %1 queries again over TCP."};
    TextId name;
    IpAddress server;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(name), t.address(server));
    }
};

/// NameReferred: whoever is asked does not know, but knows who does.
struct NameReferred {
    static constexpr About kAbout{"name-referred", Rank::BeforeFrame, kFrameTells, kByPacket};
    static constexpr Texts kSays{
        "%1 is referred by %2 to the servers of %3.",
        "%1 does not know, but knows who does: the servers of %2.",
    };
    TextId zone;
    IpAddress from; ///< who says so
    std::uint32_t servers = 0;
    bool byThis = false; ///< this server says so

    template <class T>
    auto tell(const T& t) const {
        if (byThis) return t.say(kSays[1], t.me(), t.text(zone));
        return t.say(kSays[0], t.me(), t.address(from), t.text(zone));
    }
};

/// NameNegative: the cache knows that there is nothing.
struct NameNegative {
    static constexpr About kAbout{"name-negative", Rank::Reason, kFrameTells, byRow("dns_cache")};
    static constexpr Texts kSays{
        "%1 knows from its cache that %2 has no such record, for %3 more seconds.",
        "%1 knows from its cache that there is no such name as %2, for %3 more seconds.",
    };
    TextId name;
    std::uint32_t remaining = 0; ///< seconds
    std::uint8_t rcode = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[rcode != 0], t.me(), t.text(name), t.number(remaining));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("name", r.text(name));
    }
};

/// NameNegativeKept: that there is nothing is kept (RFC 2308).
struct NameNegativeKept {
    static constexpr About kAbout{"name-negative-kept", Rank::Learned, isEvent("Name"), kMakesRow};
    static constexpr Texts kSays{
        "%1 will remember for %3 seconds that %2 has no such record.",
        "%1 will remember for %3 seconds that there is no such name as %2.",
    };
    TextId name;
    std::uint32_t ttl = 0; ///< seconds
    std::uint8_t rcode = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[rcode != 0], t.me(), t.text(name), t.number(ttl));
    }
};

/// NameAlias: the name stands for another one.
struct NameAlias {
    static constexpr About kAbout{"name-alias", Rank::Alias, kFrameTells, kByPacket};
    static constexpr Texts kSays{
        "%1 finds an alias: %2.",
        "%1 gives up: the aliases lead in a loop (%2).",
    };
    TextId path; ///< "www.a.com → a.com"
    bool loop = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[loop], t.me(), t.text(path));
    }
};

/// NameServerLame: a server was of no use.
struct NameServerLame {
    enum class Why : std::uint8_t { NotInCharge, Silent, Unreachable };
    static constexpr About kAbout{"name-server-lame", Rank::BeforeFrame, isEvent("Name"), kByPacket};
    static constexpr Texts kSays{
        "%3 is of no use to %1 for %2: it is not authoritative, or failed.",
        "%3 has not responded to %1 about %2 in time.",
        "%1 does not wait for %3 about %2: ICMP says that it cannot be reached.",
    };
    TextId name;
    IpAddress server;
    Why why = Why::NotInCharge;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[why], t.me(), t.text(name), t.address(server));
    }
};

/// NameFailed: a resolver gives up.
struct NameFailed {
    static constexpr std::uint8_t kNoAnswer = 255; ///< as an rcode
    static constexpr About kAbout{"name-failed", Rank::Failure, isEvent("Name"), kByPacket};
    static constexpr Texts kSays{
        "%1 is told that %2 cannot be resolved (%3).",
        "%1 got no response to its query for %2.",
        "%1 is told that %2 has no such address.",
    };
    TextId name;
    std::uint8_t rcode = 0;

    template <class T>
    auto tell(const T& t) const {
        if (rcode == kNoAnswer) return t.say(kSays[1], t.me(), t.text(name));
        if (rcode == 0) return t.say(kSays[2], t.me(), t.text(name));
        return t.say(kSays[0], t.me(), t.text(name), t.rcode(rcode));
    }
};

/// NameOfAddress: a resolver has looked for the name of an address.
struct NameOfAddress {
    static constexpr About kAbout{"name-of-address", Rank::Reason, isEvent("Name"), kByPacket};
    static constexpr Texts kSays{
        "%1 finds no name for %2.",
        "%1 now knows that %2 is called %3.",
    };
    IpAddress address;
    TextId name;
    bool found = false;

    template <class T>
    auto tell(const T& t) const {
        if (!found) return t.say(kSays[0], t.me(), t.address(address));
        return t.say(kSays[1], t.me(), t.address(address), t.text(name));
    }
};

using Names = Family<5, NameIsAddress, NameAsked, NameFromCache, NameForwarded, NameCached, NameAuthoritative,
                     NameResolved, NameTruncated, NameReferred, NameNegative, NameNegativeKept, NameAlias,
                     NameServerLame, NameFailed, NameOfAddress>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Names::kHas<D>) struct sim::trace::KindOf<D> : sim::decisions::Names::Kind<D> {
};
