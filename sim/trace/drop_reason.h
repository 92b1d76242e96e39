// Why a frame, packet or segment went no further. Names follow Linux's skb_drop_reason where it has one.
#pragma once

#include <cstdint>
#include <string_view>

namespace sim::trace {

/// DropReason says why something was discarded; NotDropped stands for "was not".
enum class DropReason : std::uint8_t {
    NotDropped,
    // link
    LinkDown,    ///< the cable is unplugged, the port is down, or the machine at the other end has no power
    NoCarrier,   ///< the interface leads nowhere (a tunnel without a peer, a port without a cable)
    QueueFull,   ///< the transmit queue of the port is full
    FaultLoss,   ///< the channel lost it, as it was told to
    OtherHost,   ///< the destination MAC is not this interface's
    MtuExceeded, ///< longer than the port's MTU, Ethernet header and a VLAN tag (Linux: PKT_TOO_BIG)
    // Ethernet, ARP, bridge
    UnknownEtherType,
    FrameTooShort,
    BridgeSamePort, ///< the destination is behind the port the frame came from
    ArpNotForUs,
    ArpIgnored,      ///< the address is ours, and arp_ignore keeps it silent
    ProxyQueueFull,  ///< too many ARP requests wait for an answer by proxy
    NeighbourFailed, ///< nobody answered ARP
    NeighbourQueueFull,
    // IP
    IpHeaderError,
    IpChecksumError,
    Martian,       ///< a source or destination that must not come from a wire
    ReversePath,   ///< the way back to its source is another one (rp_filter; Linux: IP_RPFILTER)
    NotForwarding, ///< for somebody else, and this host does not forward
    TtlExceeded,
    NoRoute,
    RouteUnreachable, ///< the route says unreachable
    RouteProhibit,    ///< the route says prohibit
    RouteBlackhole,   ///< the route says blackhole
    FragmentationNeeded,
    ReassemblyTimeout,
    ReassemblyError,
    FragmentDuplicate, ///< its bytes were here already
    IpOptionError,     ///< an option that makes no sense, or a source route
    NoProtocol,
    SourceAddressGone, ///< its source is no address of this device any more
    // transport
    UdpChecksumError,
    TcpChecksumError,
    IcmpChecksumError,
    TransportHeaderError,
    PortClosed,   ///< nobody listens there
    NoConnection, ///< a segment of a connection that does not exist
    SocketQueueFull,
    TcpInvalidSequence,
    TcpOldAck,
    TcpReset,
    ListenQueueFull,
    // NAT and filters
    NatNoMapping, ///< from outside, and no mapping wants it
    NatNoPort,
    ConntrackInvalid,
    FilterDrop,
    FilterReject, ///< and the sender has been told
    // other
    EchoBroadcast, ///< an echo request to everyone or to a group (icmp_echo_ignore_broadcasts)
    IcmpIgnored,   ///< an ICMP message nobody here waits for
    MulticastNotJoined,
    PowerLost, ///< it was in a machine that was switched off
    TunnelNoPeer,
    TunnelKeyRejected,
    TunnelNoEndpoint,       ///< nobody knows where the peer is
    TunnelSourceGone,       ///< the address that the peer knows this end by is no longer here
    TunnelNoSession,        ///< encrypted with keys that are not known, or not good any more
    TunnelReplay,           ///< a message with that number was here before
    TunnelSourceNotAllowed, ///< the peer may not send from that inner address
    TunnelNoHandshake,      ///< the peer did not answer for 90 s
    TunnelQueueFull,
    TunnelMessageError,
    TunnelLoop, ///< tunnels that lead into each other
    Count
};

/// name gives the reason's name as it stands in --json, in lower case with dashes: "no-route".
std::string_view name(DropReason reason);

} // namespace sim::trace
