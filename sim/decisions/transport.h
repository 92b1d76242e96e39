// What reaches which socket, and what ICMP (RFC 792) and TCP (RFC 9293) make of it.
#pragma once

#include "sim/decisions/describe.h"

#include <string>

namespace sim::decisions {

/// SocketDelivered: a program has the socket that a packet is for.
struct SocketDelivered {
    static constexpr About kAbout{"socket-delivered", Rank::NoiseSocket, kEveryPacket,
                                  byNoRow("the state of the socket tells by itself")};
    static constexpr Texts kSays{"%1 delivers what came from %2 to the program on port %3."};
    Endpoint local, remote;
    std::uint8_t protocol = 0; ///< of IP

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.endpoint(remote), t.number(local.port));
    }
};

/// PortClosed: no program has a socket on that port.
struct PortClosed {
    static constexpr About kAbout{"port-closed", Rank::Reason, isEvent("Socket"), kByLack};
    static constexpr Texts kSays{"Nobody listens on %1 of %2."};
    Endpoint local, remote;
    std::uint8_t protocol = 0; ///< of IP

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.text((protocol == 17 ? "UDP port " : "TCP port ") + std::to_string(local.port)),
                     t.me());
    }
};

/// NoConnection: a segment belongs to no connection.
struct NoConnection {
    static constexpr About kAbout{"no-connection", Rank::Reason, isEvent("Socket"), kByLack};
    static constexpr Texts kSays{
        "%1 has no connection with %2 at %3.",
        "The reply comes from %2, but %1 had sent to %3: there is no such connection.",
    };
    Endpoint local, remote;
    IpAddress other; ///< to whom the connection from that port leads; none: there is none

    template <class T>
    auto tell(const T& t) const {
        if (!other.isNone() && other != remote.address)
            return t.say(kSays[1], t.me(), t.address(remote.address), t.address(other));
        return t.say(kSays[0], t.me(), t.endpoint(remote), t.text("port " + std::to_string(local.port)));
    }
};

/// IcmpSent: an ICMP error goes out.
struct IcmpSent {
    static constexpr About kAbout{"icmp-sent", Rank::NoiseFrame, kFrameTells, kByPacket};
    static constexpr Texts kSays{"%1 sends %2 an ICMP message (%3)."};
    IpAddress to;
    std::uint8_t type = 0, code = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(to), t.icmp(type, code));
    }
};

/// IcmpWithheld: so many were sent that this one is not (RFC 1812 4.3.2.8).
struct IcmpWithheld {
    static constexpr About kAbout{"icmp-withheld", Rank::Reason, isEvent("ICMP"), kByState};
    static constexpr Texts kSays{"%1 sends %2 no further ICMP error (%3): the rate limit is reached."};
    IpAddress to;
    std::uint8_t type = 0, code = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(to), t.icmp(type, code));
    }
};

/// IcmpReceived: an ICMP message has come.
struct IcmpReceived {
    static constexpr About kAbout{"icmp-received", Rank::Heard, kFrameTells, kByPacket};
    static constexpr Texts kSays{"%1 receives an ICMP message from %2: %3."};
    IpAddress from;
    std::uint8_t type = 0, code = 0;

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.address(from), t.icmp(type, code));
    }
};

/// TcpState: a connection goes from one state to another.
struct TcpState {
    enum class Into : std::uint8_t { Other, Established, Reopened };
    static constexpr About kAbout{"tcp-state", Rank::Learned, noEvent("the segment that causes it has a row"),
                                  kMakesRow};
    static constexpr Texts kSays{
        "The connection of %1 with %2 changes its state: %3.",
        "The connection of %1 with %2 is established.",
        "%1 accepts a new connection from %2 although the last one is still in TIME_WAIT: this SYN is newer.",
    };
    Endpoint local, remote;
    Into into = Into::Other;
    TextId change; ///< "CLOSED → SYN_SENT"

    template <class T>
    auto tell(const T& t) const {
        if (into == Into::Other) return t.say(kSays[into], t.me(), t.endpoint(remote), t.text(change));
        return t.say(kSays[into], t.me(), t.endpoint(remote));
    }
};

/// TcpRetransmit: what was sent is sent once more.
struct TcpRetransmit {
    static constexpr About kAbout{"tcp-retransmit", Rank::Reason, isEvent("Socket"), kByState};
    static constexpr Texts kSays{"%1 lacks an acknowledgment from %2 and sends again (%3)."};
    Endpoint remote;
    std::uint32_t sequence = 0; ///< relative
    TextId why;                 ///< "timeout", "fast" or "probe"

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.endpoint(remote), t.text(why));
    }
};

/// SocketError: a program is told that its connection has failed.
struct SocketError {
    static constexpr About kAbout{"socket-error", Rank::Failure, isEvent("Socket"), kMakesRow};
    static constexpr Texts kSays{"The program on %1 gets the error %2 (%3)."};
    Endpoint remote;
    TextId error; ///< "ECONNREFUSED"

    template <class T>
    auto tell(const T& t) const {
        return t.say(kSays[0], t.me(), t.text(error), t.endpoint(remote));
    }
};

using Transport = Family<4, SocketDelivered, PortClosed, NoConnection, IcmpSent, IcmpWithheld, IcmpReceived, TcpState,
                         TcpRetransmit, SocketError>;

} // namespace sim::decisions

template <class D>
requires(sim::decisions::Transport::kHas<D>) struct sim::trace::KindOf<D> : sim::decisions::Transport::Kind<D> {
};
