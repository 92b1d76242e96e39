// What goes through tunnels: WireGuard (its white paper; Linux) and VXLAN (RFC 7348).
#pragma once

#include "sim/decisions/describe.h"

namespace sim::decisions {

/// TunnelHandshakeBegun: there are no fresh keys for a peer.
struct TunnelHandshakeBegun {
    static constexpr About kAbout{"tunnel-handshake-begun", Rank::BeforeFrame, kFrameTells, kByState};
    static constexpr Texts kSays{
        "%1 has no fresh keys for %2 and begins a handshake with %3.",
        "%1 has received no response and begins the handshake with %2 at %3 again.",
    };
    TextId peer;
    Endpoint endpoint;
    InterfaceId interface;
    std::uint32_t attempts = 0; ///< before this one

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[attempts > 0], t.me(), t.text(peer), t.endpoint(endpoint));
    }
};

/// TunnelHandshakeAnswered: the key of whoever begins is that of a peer.
struct TunnelHandshakeAnswered {
    static constexpr About kAbout{"tunnel-handshake-answered", Rank::BeforeFrame, kFrameTells, kByPacket};
    static constexpr Texts kSays{"%1 knows the key of %2 and responds to its handshake from %3."};
    TextId peer;
    Endpoint endpoint;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(peer), t.endpoint(endpoint));
    }
};

/// TunnelEstablished: the keys of a new session are confirmed.
struct TunnelEstablished {
    static constexpr About kAbout{"tunnel-established", Rank::Session, isEvent("Tunnel"), kMakesRow};
    static constexpr Texts kSays{"%1 and %2 have agreed on keys: the tunnel is open."};
    TextId peer;
    Endpoint endpoint;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(peer));
    }
};

/// TunnelEncapsulated: a packet goes in, as it belongs to the allowed IPs of a peer.
struct TunnelEncapsulated {
    static constexpr About kAbout{"tunnel-encapsulated", Rank::Encapsulation, kEveryPacket, byRow("tunnels")};
    static constexpr Texts kSays{"%1 belongs to %2 by its allowed IPs %3: the packet goes on encrypted, to %4."};
    IpAddress destination, source; ///< of the packet inside
    Prefix allowed;                ///< the row of the allowed IPs
    TextId peer;
    Endpoint endpoint;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.address(destination), t.text(peer), t.text(allowed.toString()), t.endpoint(endpoint));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("peer", r.text(peer));
    }
};

/// TunnelDecapsulated: a packet comes out, as its peer may send from that source.
struct TunnelDecapsulated {
    static constexpr About kAbout{"tunnel-decapsulated", Rank::Encapsulation, kEveryPacket, byRow("tunnels")};
    static constexpr Texts kSays{
        "What came from %1 was encrypted by %2, which may send from %3 (allowed IPs %4): %5 takes it out."};
    IpAddress destination, source; ///< of the packet inside
    Prefix allowed;                ///< the row of the allowed IPs
    TextId peer;
    Endpoint endpoint; ///< where it came from
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.endpoint(endpoint), t.text(peer), t.address(source), t.text(allowed.toString()),
                     t.me());
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("peer", r.text(peer));
    }
};

/// TunnelKeepaliveSent: the peer is told that its packet has come.
struct TunnelKeepaliveSent {
    static constexpr About kAbout{"tunnel-keepalive-sent", Rank::BeforeFrame, kFrameTells, kByState};
    static constexpr Texts kSays{
        "%1 has received something from %2 and has nothing to send: it sends an empty message (keepalive)."};
    TextId peer;
    Endpoint endpoint;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(peer));
    }
};

/// TunnelKeepaliveReceived: the peer is there.
struct TunnelKeepaliveReceived {
    static constexpr About kAbout{"tunnel-keepalive-received", Rank::Heard, kFrameTells, kByPacket};
    static constexpr Texts kSays{"%1 hears that %2 is there (keepalive)."};
    TextId peer;
    Endpoint endpoint;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(peer));
    }
};

/// TunnelRoamed: a peer speaks from another address than before.
struct TunnelRoamed {
    static constexpr About kAbout{"tunnel-roamed", Rank::Session, isEvent("Tunnel"), kMakesRow};
    static constexpr Texts kSays{"%2 is now at %3, and %1 will reply there."};
    TextId peer;
    Endpoint endpoint; ///< where it is now
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(peer), t.endpoint(endpoint));
    }
};

/// TunnelCookie: under load, whoever begins must first prove its address.
struct TunnelCookie {
    static constexpr About kAbout{"tunnel-cookie", Rank::BeforeFrame, kFrameTells, kByState};
    static constexpr Texts kSays{"%1 is under load: %2 has to prove its address with a cookie first."};
    Endpoint endpoint;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.endpoint(endpoint));
    }
};

/// VxlanEncapsulated: a frame goes into a datagram, to the end that its destination is behind.
struct VxlanEncapsulated {
    static constexpr About kAbout{"vxlan-encapsulated", Rank::Encapsulation, kEveryPacket, byRow("macs")};
    static constexpr Texts kSays{
        "%1 puts the whole frame into a datagram to %3: it has not learned yet where %2 is.",
        "%1 puts the whole frame into a datagram to %3: %2 is behind it.",
        "%1 puts the whole frame into a datagram to %3: it is for everyone.",
    };
    MacAddress destination; ///< of the frame inside
    IpAddress remote;
    std::uint32_t vni = 0;
    InterfaceId interface;
    bool known = false; ///< where the destination is; otherwise it goes to the default remote

    template <class T>
    auto tell(const T& t) const {
        const int why = known ? 1 : destination.isGroup() ? 2 : 0;
        return t.say(kSays[why], t.interface(interface), t.mac(destination), t.address(remote));
    }
    template <class R>
    bool decidedBy(const R& r) const {
        return r.has("mac", destination);
    }
};

/// VxlanDecapsulated: a frame comes out of a datagram.
struct VxlanDecapsulated {
    static constexpr About kAbout{"vxlan-decapsulated", Rank::Encapsulation, kEveryPacket, kByPacket};
    static constexpr Texts kSays{"%1 takes the frame of VXLAN network %2 out of what came from %3."};
    MacAddress destination; ///< of the frame inside
    IpAddress remote;
    std::uint32_t vni = 0;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.interface(interface), t.number(vni), t.address(remote));
    }
};

/// VxlanLearned: the source of a frame is behind an end.
struct VxlanLearned {
    static constexpr About kAbout{"vxlan-learned", Rank::Learned, noEvent("the frame that shows it has a row"),
                                  kMakesRow};
    static constexpr Texts kSays{"%1 learns that %2 is behind %3."};
    MacAddress source; ///< of the frame inside
    IpAddress remote;
    std::uint32_t vni = 0;
    InterfaceId interface;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.interface(interface), t.mac(source), t.address(remote));
    }
};

using Tunnels = Family<9, TunnelHandshakeBegun, TunnelHandshakeAnswered, TunnelEstablished, TunnelEncapsulated,
                       TunnelDecapsulated, TunnelKeepaliveSent, TunnelKeepaliveReceived, TunnelRoamed, TunnelCookie,
                       VxlanEncapsulated, VxlanDecapsulated, VxlanLearned>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Tunnels::kHas<D>) struct sim::trace::KindOf<D> : sim::decisions::Tunnels::Kind<D> {
};
