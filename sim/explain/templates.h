// The templates about frames and drops, in one list: translators get it whole, and nothing is told that is not in it
// or in the description of a decision (sim/decisions).
// %1 … %9 are arguments; a template is a full sentence, or a noun that stands in one.
#pragma once

#define PACKETARIUM_NOUNS(X)                                                                                           \
    X(It, "it")                                                                                                        \
    X(ArpQuestion, "the ARP request")                                                                                  \
    X(ArpAnswer, "the ARP reply")                                                                                      \
    X(DnsQuestion, "the DNS query")                                                                                    \
    X(DnsAnswer, "the DNS response")                                                                                   \
    X(Syn, "the SYN")                                                                                                  \
    X(SynAck, "the SYN-ACK")                                                                                           \
    X(Fin, "the FIN")                                                                                                  \
    X(Reset, "the reset")                                                                                              \
    X(Ack, "the ACK")                                                                                                  \
    X(Data, "the data")                                                                                                \
    X(HttpQuestion, "the HTTP request")                                                                                \
    X(HttpAnswer, "the HTTP response")                                                                                 \
    X(Ping, "the ping")                                                                                                \
    X(Pong, "the ping reply")                                                                                          \
    X(IcmpError, "the ICMP error")                                                                                     \
    X(DhcpMessage, "the DHCP message")                                                                                 \
    X(Routes, "the RIP message")                                                                                       \
    X(Datagram, "the datagram")                                                                                        \
    X(Fragment, "the fragment")                                                                                        \
    X(Packet, "the packet")                                                                                            \
    X(Frame, "the frame")

#define PACKETARIUM_FRAME_SENTENCES(X)                                                                                 \
    X(AsksEveryone, "%1 broadcasts: who has %2?")                                                                      \
    X(AsksAgain, "%1 asks %2 directly: do you still have %3?")                                                         \
    X(Announces, "%1 announces that it has %2.")                                                                       \
    X(TellsMac, "%1 replies to %2: %3 is at %4.")                                                                      \
    X(AsksName, "%1 queries %2: what is the address of %3?")                                                           \
    X(AsksName6, "%1 queries %2: what is the IPv6 address of %3?")                                                     \
    X(AsksNameType, "%1 queries %2 for the %4 record of %3.")                                                          \
    X(TellsName, "%1 responds to %2: %3 is %4.")                                                                       \
    X(TellsTruncated, "%1 responds to %2: the records of %3 do not fit into one datagram.")                            \
    X(TellsReferral, "%1 responds to %2: for %3 ask %4, which serves %5.")                                             \
    X(TellsNoSuchName, "%1 responds to %2: there is no such name as %3.")                                              \
    X(TellsNoAddress, "%1 responds to %2: %3 exists, but has no such record.")                                         \
    X(TellsDnsError, "%1 responds to %2 with an error for %3 (%4).")                                                   \
    X(Opens, "%1 opens a connection to %2 (SYN).")                                                                     \
    X(Accepts, "%1 accepts the connection from %2 (SYN, ACK).")                                                        \
    X(Finishes, "%1 has nothing more to send to %2 (FIN).")                                                            \
    X(Resets, "%1 sends %2 a reset (RST).")                                                                            \
    X(Acknowledges, "%1 acknowledges what %2 sent (ACK).")                                                             \
    X(SendsData, "%1 sends %2 bytes to %3.")                                                                           \
    X(SendsByte, "%1 sends 1 byte to %3.")                                                                             \
    X(Requests, "%1 requests from %2: %3.")                                                                            \
    X(Responds, "%1 responds to %2: %3.")                                                                              \
    X(Pings, "%1 pings %2.")                                                                                           \
    X(Pongs, "%1 replies to the ping from %2.")                                                                        \
    X(TellsError, "%1 tells %2 by ICMP: %3.")                                                                          \
    X(SendsDatagram, "%1 sends %2 a datagram of %3 bytes.")                                                            \
    X(SendsDatagramByte, "%1 sends %2 a datagram of 1 byte.")                                                          \
    X(SendsFragment, "%1 sends %2 a fragment of a larger packet.")                                                     \
    X(DhcpDiscover, "%1 broadcasts: who can give me an address? (DHCP Discover)")                                      \
    X(DhcpOffer, "%1 offers the address %2 (DHCP Offer).")                                                             \
    X(DhcpRequest, "%1 requests the address it was offered (DHCP Request).")                                           \
    X(DhcpRenewal, "%1 requests to keep %2 (DHCP Request).")                                                           \
    X(DhcpAck, "%1 confirms that %2 may be used (DHCP ACK).")                                                          \
    X(DhcpNak, "%1 refuses (DHCP NAK).")                                                                               \
    X(DhcpDecline, "%1 declines the address: another machine has it (DHCP Decline).")                                  \
    X(DhcpRelease, "%1 releases %2 to %3 (DHCP Release).")                                                             \
    X(AsksRoutes, "%1 requests all routes of the other routers (RIP).")                                                \
    X(TellsRoutes, "%1 advertises its routes to %2 (RIP).")                                                            \
    X(TellsAllRoutes, "%1 advertises its routes to the other routers (RIP).")                                          \
    X(ReportsGroups, "%1 reports to routers that it is in the group %2 (IGMP).")                                       \
    X(ReportsJoin, "%1 reports to routers that it joins the group %2 (IGMP).")                                         \
    X(ReportsLeave, "%1 reports to routers that it leaves the group %2 (IGMP).")                                       \
    X(AsksGroups, "%1 asks which groups have members (IGMP).")                                                         \
    X(SendsDhcp, "%1 sends a %2.")                                                                                     \
    X(SendsRoutes, "%1 advertises its routes to its neighbours (%2).")                                                 \
    X(SendsSecret, "%1 sends %2 a tunnel message (%3).")                                                               \
    X(SendsOther, "%1 sends a frame to %2 (%3).")                                                                      \
    X(Forwards, "%1 forwards %2 to %3.")                                                                               \
    X(ForwardsWaiting, "%1 can now forward %2, which had to wait, to %3.")                                             \
    X(SendsWaiting, "%1 can now send %2, which had to wait, to %3.")                                                   \
    X(SendsMore, "%1 sends %2 more frames with it.")                                                                   \
    X(SendsOneMore, "%1 sends one more frame with it.")                                                                \
    X(Receives, "%1 receives %2 from %3.")

#define PACKETARIUM_DROP_SENTENCES(X)                                                                                  \
    X(NotDropped, "")                                                                                                  \
    X(LinkDown, "%1 loses %2: the link is down.")                                                                      \
    X(NoCarrier, "%1 drops %2: the interface leads nowhere.")                                                          \
    X(QueueFull, "%1 drops %2: the queue of the port is full.")                                                        \
    X(FaultLoss, "%2 is lost on the way to %1, as the link was told to.")                                              \
    X(OtherHost, "%1 ignores %2: it is addressed to another MAC.")                                                     \
    X(MtuExceeded, "%1 drops %2: it is longer than the MTU of the port allows.")                                       \
    X(UnknownEtherType, "%1 drops %2: it does not know the protocol inside.")                                          \
    X(FrameTooShort, "%1 drops %2: it is too short.")                                                                  \
    X(BridgeSamePort, "%1 does not forward %2: its destination is behind the port it arrived on.")                     \
    X(ArpNotForUs, "%1 ignores %2: the address asked for is not its own.")                                             \
    X(ArpIgnored, "%1 does not reply to %2: its settings keep it silent (arp_ignore).")                                \
    X(ProxyQueueFull, "%1 drops %2: too many of them wait for a reply by proxy.")                                      \
    X(NeighbourFailed, "%1 drops %2: no ARP reply came from the next hop.")                                            \
    X(NeighbourQueueFull, "%1 drops %2: too much is waiting for the next hop's MAC.")                                  \
    X(IpHeaderError, "%1 drops %2: its IP header is invalid.")                                                         \
    X(IpChecksumError, "%1 drops %2: the checksum of its IP header is wrong.")                                         \
    X(Martian, "%1 drops %2: such an address must not arrive from a link (martian).")                                  \
    X(ReversePath, "%1 drops %2: the route back to its source does not use where it arrived (rp_filter).")             \
    X(NotForwarding, "%1 drops %2: it is addressed to another host, and %1 does not forward.")                         \
    X(TtlExceeded, "%1 drops %2: its time to live is used up.")                                                        \
    X(NoRoute, "%1 drops %2: no row of the routing table matches.")                                                    \
    X(RouteUnreachable, "%1 drops %2: the route says unreachable.")                                                    \
    X(RouteProhibit, "%1 drops %2: the route says prohibit.")                                                          \
    X(RouteBlackhole, "%1 drops %2: the route says blackhole.")                                                        \
    X(FragmentationNeeded, "%1 drops %2: it is too big for the next link and must not be fragmented.")                 \
    X(ReassemblyTimeout, "%1 gives up on a packet of which fragments are missing.")                                    \
    X(ReassemblyError, "%1 drops %2: the fragments do not fit together.")                                              \
    X(FragmentDuplicate, "%1 drops %2: it has those bytes already.")                                                   \
    X(IpOptionError, "%1 drops %2: it does not accept the options in its header.")                                     \
    X(NoProtocol, "%1 drops %2: it does not speak the protocol inside.")                                               \
    X(SourceAddressGone, "%1 cannot send %2: its source is not an address of %1 any more.")                            \
    X(UdpChecksumError, "%1 drops %2: the UDP checksum is wrong.")                                                     \
    X(TcpChecksumError, "%1 drops %2: the TCP checksum is wrong.")                                                     \
    X(IcmpChecksumError, "%1 drops %2: the ICMP checksum is wrong.")                                                   \
    X(TransportHeaderError, "%1 drops %2: its transport header is invalid.")                                           \
    X(PortClosed, "%1 drops %2: nobody listens on that port.")                                                         \
    X(NoConnection, "%1 drops %2: it belongs to no connection that %1 has.")                                           \
    X(SocketQueueFull, "%1 drops %2: the program does not read fast enough.")                                          \
    X(TcpInvalidSequence, "%1 drops %2: its sequence number is outside the window.")                                   \
    X(TcpOldAck, "%1 drops %2: it acknowledges what was never sent, or long ago.")                                     \
    X(TcpReset, "%1 drops %2: the connection was reset.")                                                              \
    X(ListenQueueFull, "%1 drops %2: too many connections wait to be accepted.")                                       \
    X(NatNoMapping, "%1 drops %2: it comes from outside, and no NAT mapping matches it.")                              \
    X(NatNoPort, "%1 drops %2: no port is left for a NAT mapping.")                                                    \
    X(ConntrackInvalid, "%1 drops %2: it belongs to no connection.")                                                   \
    X(FilterDrop, "%1 drops %2: a filter rule says so.")                                                               \
    X(FilterReject, "%1 rejects %2: a filter rule says so.")                                                           \
    X(EchoBroadcast,                                                                                                   \
      "%1 ignores %2: pings to a broadcast or multicast address get no reply (icmp_echo_ignore_broadcasts).")          \
    X(IcmpIgnored, "%1 ignores %2: nobody here waits for it.")                                                         \
    X(MulticastNotJoined, "%1 ignores %2: it is for a group that nobody here has joined.")                             \
    X(PowerLost, "%1 loses %2: it is switched off.")                                                                   \
    X(TunnelNoPeer, "%1 drops %2: no peer of the tunnel has that address.")                                            \
    X(TunnelKeyRejected, "%1 drops %2: the tunnel's keys do not match.")                                               \
    X(TunnelNoEndpoint, "%1 drops %2: it has not heard yet where the peer is.")                                        \
    X(TunnelSourceGone,                                                                                                \
      "%1 drops %2: the address that the peer knows it by is gone, and it sticks to it until the next handshake.")     \
    X(TunnelNoSession, "%1 drops %2: it is encrypted with keys that %1 does not have, or no longer has.")              \
    X(TunnelReplay, "%1 drops %2: it has been received before (replay).")                                              \
    X(TunnelSourceNotAllowed, "%1 drops %2: the peer's allowed IPs do not include its inner source.")                  \
    X(TunnelNoHandshake, "%1 drops %2: the peer has not responded for 90 seconds.")                                    \
    X(TunnelQueueFull, "%1 drops %2: too much is waiting for the handshake.")                                          \
    X(TunnelMessageError, "%1 drops %2: it is not a message of the tunnel.")                                           \
    X(TunnelLoop, "%1 drops %2: its tunnels form a loop.")

namespace sim::explain::templates {

#define PACKETARIUM_DEFINE(NAME, TEXT) inline constexpr const char* k##NAME = TEXT;
PACKETARIUM_FRAME_SENTENCES(PACKETARIUM_DEFINE)
#undef PACKETARIUM_DEFINE

namespace noun {
#define PACKETARIUM_DEFINE(NAME, TEXT) inline constexpr const char* k##NAME = TEXT;
PACKETARIUM_NOUNS(PACKETARIUM_DEFINE)
#undef PACKETARIUM_DEFINE
} // namespace noun

} // namespace sim::explain::templates
