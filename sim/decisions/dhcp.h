// Who may use which address: DHCP (RFC 2131), as dnsmasq and udhcpc do it.
#pragma once

#include "sim/decisions/describe.h"

namespace sim::decisions {

/// AddressChanged: an interface has an address more or less.
struct AddressChanged {
    static constexpr About kAbout{"address-changed", Rank::Address, isEvent("Address"), kByUser};
    static constexpr Texts kSays{
        "%1 no longer has the address %2 on %3.",
        "%1 has the address %2 on %3 now.",
    };
    Prefix address;
    InterfaceId interface;
    bool added = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[added], t.me(), t.text(address.toString()), t.interface(interface));
    }
};

/// DhcpBound: a client may use an address.
struct DhcpBound {
    static constexpr About kAbout{"dhcp-bound", Rank::Failure, isEvent("DHCP"), kMakesRow};
    static constexpr Texts kSays{
        "%1 may use %2 for %3 seconds, says %4.",
        "%1 may go on using %2 for %3 seconds, says %4.",
    };
    IpAddress address, server;
    std::uint32_t seconds = 0;
    bool renewed = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[renewed], t.me(), t.address(address), t.number(seconds), t.address(server));
    }
};

/// DhcpNoServer: a client has heard no offer.
struct DhcpNoServer {
    static constexpr About kAbout{"dhcp-no-server", Rank::Failure, isEvent("DHCP"), kByState};
    static constexpr Texts kSays{"Nobody offers %1 an address on %2; it will try again."};
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.interface(interface));
    }
};

/// DhcpLost: a client must not use its address any more.
struct DhcpLost {
    enum class Why : std::uint8_t { Expired, Released, Refused };
    static constexpr About kAbout{"dhcp-lost", Rank::Failure, isEvent("DHCP"), kMakesRow};
    static constexpr Texts kSays{
        "The lease of %2 has run out: %1 must not use it any more.",
        "%1 gives %2 back.",
        "%3 refuses %1 the address %2.",
    };
    IpAddress address, server; ///< server: who refuses it
    Why why = Why::Expired;

    template <class T>
    auto tell(const T& t) const {
        if (why >= Why::Refused) return t.say(kSays[why], t.me(), t.address(address), t.address(server));
        return t.say(kSays[why], t.me(), t.address(address));
    }
};

/// DhcpDeclined: a client finds that somebody else has the address (RFC 5227).
struct DhcpDeclined {
    static constexpr About kAbout{"dhcp-declined", Rank::Failure, isEvent("DHCP"), kByPacket};
    static constexpr Texts kSays{"%1 declines %2: %3 has it already."};
    IpAddress address;
    MacAddress owner;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(address), t.mac(owner));
    }
};

/// DhcpChecks: a server checks whether anybody uses an address.
struct DhcpChecks {
    static constexpr About kAbout{"dhcp-checks", Rank::Reason, kFrameTells, kByLack};
    static constexpr Texts kSays{"%1 checks whether anybody uses %2 before it offers it."};
    IpAddress address;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(address));
    }
};

/// DhcpInUse: somebody answered for it.
struct DhcpInUse {
    static constexpr About kAbout{"dhcp-in-use", Rank::Consequence, isEvent("DHCP"), kByPacket};
    static constexpr Texts kSays{"Somebody replies for %2, so %1 does not offer it."};
    IpAddress address;
    MacAddress client; ///< that does not get it

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(address));
    }
};

/// DhcpOffered: a server has chosen an address.
struct DhcpOffered {
    enum class How : std::uint8_t {
        ByHash,   ///< of the client's MAC
        Lease,    ///< the client has that lease
        Reserved, ///< for that MAC
        AsAsked,
    };
    static constexpr About kAbout{"dhcp-offered", Rank::Reason, kFrameTells, kByState};
    static constexpr Texts kSays{
        "%1 offers %2: its MAC %3 leads to that place in the pool.",
        "%1 offers %2, which %3 has had before.",
        "%1 offers %2, which is reserved for %3.",
        "%1 offers %2, as %3 asked for it and it is free.",
    };
    IpAddress address;
    MacAddress client;
    How how = How::ByHash;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[how], t.me(), t.address(address), t.mac(client));
    }
};

/// DhcpGranted: a server leases an address.
struct DhcpGranted {
    static constexpr About kAbout{"dhcp-granted", Rank::Reason, kFrameTells, kMakesRow};
    static constexpr Texts kSays{"%1 leases %2 to %3 for %4 seconds."};
    IpAddress address;
    MacAddress client;
    std::uint32_t seconds = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(address), t.mac(client), t.number(seconds));
    }
};

/// DhcpDenied: a server says no (NAK).
struct DhcpDenied {
    static constexpr About kAbout{"dhcp-denied", Rank::Failure, isEvent("DHCP"), kByState};
    static constexpr Texts kSays{"%1 refuses %2 to %3: %4."};
    IpAddress address;
    MacAddress client;
    TextId why;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(address), t.mac(client), t.text(why));
    }
};

/// DhcpNoAddress: the pool is empty.
struct DhcpNoAddress {
    static constexpr About kAbout{"dhcp-no-address", Rank::Failure, isEvent("DHCP"), kByLack};
    static constexpr Texts kSays{"%1 has no address left for %2."};
    MacAddress client;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.mac(client));
    }
};

/// DhcpEnded: a lease that a server gave has ended.
struct DhcpEnded {
    enum class Why : std::uint8_t { Expired, Released, Declined };
    static constexpr About kAbout{"dhcp-ended", Rank::Consequence, isEvent("DHCP"), kMakesRow};
    static constexpr Texts kSays{
        "The lease of %2 for %3 has run out: %1 may give it to others.",
        "%3 has given %2 back: %1 may give it to others.",
        "%3 says that %2 is in use by somebody else.",
    };
    IpAddress address;
    MacAddress client;
    Why why = Why::Expired;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[why], t.me(), t.address(address), t.mac(client));
    }
};

/// DhcpRelayed: a relay carries a message between client and server (RFC 1542).
struct DhcpRelayed {
    static constexpr About kAbout{"dhcp-relayed", Rank::Reason, kFrameTells, kByUser};
    static constexpr Texts kSays{
        "%1 relays the request of %3 to the DHCP server %2.",
        "%1 relays the server's reply to %3.",
    };
    IpAddress to;
    MacAddress client;
    bool reply = false;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[reply], t.me(), t.address(to), t.mac(client));
    }
};

using Dhcp = Family<7, AddressChanged, DhcpBound, DhcpNoServer, DhcpLost, DhcpDeclined, DhcpChecks, DhcpInUse,
                    DhcpOffered, DhcpGranted, DhcpDenied, DhcpNoAddress, DhcpEnded, DhcpRelayed>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Dhcp::kHas<D>) struct sim::trace::KindOf<D> : sim::decisions::Dhcp::Kind<D> {
};
