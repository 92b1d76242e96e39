// Every template that can be told, in one list: translators get it whole, and nothing is told that is not in it.
// %1 … %9 are arguments; a template is a full sentence, or a noun that stands in one.
#pragma once

#define PACKETARIUM_NOUNS(X)                                                                                           \
    X(It, "it")                                                                                                        \
    X(ArpQuestion, "the ARP question")                                                                                 \
    X(ArpAnswer, "the ARP answer")                                                                                     \
    X(DnsQuestion, "the DNS question")                                                                                 \
    X(DnsAnswer, "the DNS answer")                                                                                     \
    X(Syn, "the SYN")                                                                                                  \
    X(SynAck, "the SYN-ACK")                                                                                           \
    X(Fin, "the FIN")                                                                                                  \
    X(Reset, "the reset")                                                                                              \
    X(Ack, "the ACK")                                                                                                  \
    X(Data, "the data")                                                                                                \
    X(HttpQuestion, "the HTTP request")                                                                                \
    X(HttpAnswer, "the HTTP response")                                                                                 \
    X(Ping, "the ping")                                                                                                \
    X(Pong, "the ping's answer")                                                                                       \
    X(IcmpError, "the ICMP error")                                                                                     \
    X(DhcpMessage, "the DHCP message")                                                                                 \
    X(Routes, "the RIP message")                                                                                       \
    X(Datagram, "the datagram")                                                                                        \
    X(Fragment, "the fragment")                                                                                        \
    X(Packet, "the packet")                                                                                            \
    X(Frame, "the frame")

#define PACKETARIUM_FRAME_SENTENCES(X)                                                                                 \
    X(AsksEveryone, "%1 asks everyone: who has %2?")                                                                   \
    X(AsksAgain, "%1 asks %2 directly: do you still have %3?")                                                         \
    X(Announces, "%1 announces that it has %2.")                                                                       \
    X(TellsMac, "%1 answers %2: %3 is at %4.")                                                                         \
    X(AsksName, "%1 asks %2: what is the address of %3?")                                                              \
    X(AsksName6, "%1 asks %2: what is the IPv6 address of %3?")                                                        \
    X(AsksNameType, "%1 asks %2 for the %4 record of %3.")                                                             \
    X(TellsName, "%1 answers %2: %3 is %4.")                                                                           \
    X(TellsTruncated, "%1 answers %2: what is known of %3 does not fit into one datagram.")                            \
    X(TellsReferral, "%1 answers %2: for %3 ask %4, who serves %5.")                                                   \
    X(TellsNoSuchName, "%1 answers %2: there is no such name as %3.")                                                  \
    X(TellsNoAddress, "%1 answers %2: %3 exists, but has no such record.")                                             \
    X(TellsRefusal, "%1 answers %2 that it cannot tell about %3 (%4).")                                                \
    X(Opens, "%1 opens a connection to %2 (SYN).")                                                                     \
    X(Accepts, "%1 accepts the connection from %2 (SYN, ACK).")                                                        \
    X(Finishes, "%1 has sent all it had to %2 and says so (FIN).")                                                     \
    X(Resets, "%1 sends %2 a reset (RST).")                                                                            \
    X(Acknowledges, "%1 acknowledges what %2 sent (ACK).")                                                             \
    X(SendsData, "%1 sends %2 bytes to %3.")                                                                           \
    X(SendsByte, "%1 sends 1 byte to %3.")                                                                             \
    X(Requests, "%1 asks %2: %3.")                                                                                     \
    X(Responds, "%1 answers %2: %3.")                                                                                  \
    X(Pings, "%1 pings %2.")                                                                                           \
    X(Pongs, "%1 answers the ping of %2.")                                                                             \
    X(TellsError, "%1 tells %2 by ICMP: %3.")                                                                          \
    X(SendsDatagram, "%1 sends %2 a datagram of %3 bytes.")                                                            \
    X(SendsDatagramByte, "%1 sends %2 a datagram of 1 byte.")                                                          \
    X(SendsFragment, "%1 sends %2 a fragment of a larger packet.")                                                     \
    X(DhcpDiscover, "%1 asks everyone: who can give me an address? (DHCP Discover)")                                   \
    X(DhcpOffer, "%1 offers the address %2 (DHCP Offer).")                                                             \
    X(DhcpRequest, "%1 asks to use the address it was offered (DHCP Request).")                                        \
    X(DhcpRenewal, "%1 asks to go on using %2 (DHCP Request).")                                                        \
    X(DhcpAck, "%1 agrees: %2 may be used (DHCP ACK).")                                                                \
    X(DhcpNak, "%1 refuses (DHCP NAK).")                                                                               \
    X(DhcpDecline, "%1 does not want the address: it is somebody else's (DHCP Decline).")                              \
    X(DhcpRelease, "%1 gives %2 back to %3 (DHCP Release).")                                                           \
    X(AsksRoutes, "%1 asks the other routers for all their routes (RIP).")                                             \
    X(TellsRoutes, "%1 tells %2 its routes (RIP).")                                                                    \
    X(TellsAllRoutes, "%1 tells the other routers its routes (RIP).")                                                  \
    X(ReportsGroups, "%1 reports to routers that it is in the group %2 (IGMP).")                                       \
    X(ReportsJoin, "%1 reports to routers that it joins the group %2 (IGMP).")                                         \
    X(ReportsLeave, "%1 reports to routers that it leaves the group %2 (IGMP).")                                       \
    X(AsksGroups, "%1 asks who has joined groups (IGMP).")                                                             \
    X(SendsDhcp, "%1 sends a %2.")                                                                                     \
    X(SendsRoutes, "%1 tells its neighbours about its routes (%2).")                                                   \
    X(SendsSecret, "%1 sends %2 something through a tunnel (%3).")                                                     \
    X(SendsOther, "%1 sends a frame to %2 (%3).")                                                                      \
    X(Forwards, "%1 forwards %2 to %3.")                                                                               \
    X(ForwardsWaiting, "%1 can now forward %2, which had to wait, to %3.")                                             \
    X(SendsWaiting, "%1 can now send %2, which had to wait, to %3.")                                                   \
    X(SendsMore, "%1 sends %2 more frames with it.")                                                                   \
    X(SendsOneMore, "%1 sends one more frame with it.")                                                                \
    X(Receives, "%1 receives %2 from %3.")

#define PACKETARIUM_DECISION_SENTENCES(X)                                                                              \
    X(RouteOnLink, "%1 matches %2: it is on this link, by %3.")                                                        \
    X(RouteVia, "%1 matches %2.")                                                                                      \
    X(RouteDefault, "Nothing matches %1 but %2.")                                                                      \
    X(RouteRefuses, "%1 matches %2, and that row says %3.")                                                            \
    X(RouteLocal, "%1 is %2 itself: it stays inside, on lo.")                                                          \
    X(NoRoute, "Nothing in the routing table of %1 matches %2.")                                                       \
    X(CannotPong, "%1 cannot reply to the ping from %2: %3.")                                                          \
    X(CannotSynAck, "%1 cannot answer the SYN from %2: %3.")                                                           \
    X(CannotReset, "%1 cannot send %2 a reset: %3.")                                                                   \
    X(CannotSegment, "%1 cannot send %2 a segment of their connection: %3.")                                           \
    X(CannotIcmp, "%1 cannot report the ICMP error to %2: %3.")                                                        \
    X(CannotDatagram, "%1 cannot send %4 to %2: %3.")                                                                  \
    X(Forwarded, "%1 passes it on by %2, with a time to live of %3.")                                                  \
    X(TtlExpired, "The time to live of the packet from %1 to %2 is used up.")                                          \
    X(Delivered, "%1 is an address of %2: the packet has arrived.")                                                    \
    X(Fragmented, "%1 cuts the packet for %2 into %3 fragments: %4 bytes is the most that goes on.")                   \
    X(FragmentKept, "%1 keeps this fragment of %2 and waits for the others.")                                          \
    X(Reassembled, "%1 has all %3 fragments and puts the packet of %2 together again.")                                \
    X(PathMtuLearned, "%1 learns from %3 that no more than %4 bytes at once get through to %2.")                       \
    X(RedirectSent, "%1 tells %2 of a better way to %3: straight to %4.")                                              \
    X(RedirectTaken, "%1 is told by %2 to send what is for %3 to %4, and does.")                                       \
    X(RedirectIgnored, "%1 is told by %2 to send what is for %3 to %4, and does not (yet).")                           \
    X(NeighbourUnknown, "Nobody has told %1 the MAC of %2 yet; the packet waits.")                                     \
    X(NeighbourLearned, "%1 learns that %2 is at %3.")                                                                 \
    X(NeighbourLearnedFromRequest, "%1 learns from the question that %2 is at %3.")                                    \
    X(NeighbourProbe, "%1 has not heard of %2 for a while and asks whether it is still there.")                        \
    X(NeighbourFailed, "Nobody answers for %2: %1 gives up the %3 packets that waited.")                               \
    X(NeighbourFailedOne, "Nobody answers for %2: %1 gives up the packet that waited.")                                \
    X(NeighbourFailedNone, "Nobody answers for %2: %1 forgets its MAC.")                                               \
    X(ArpAnswered, "%2 is an address of %1, so it answers.")                                                           \
    X(NeighbourSet, "Somebody changes what %1 knows of %2: now %3.")                                                   \
    X(DuplicateAddress, "%3 claims %2, which is an address of %1: two machines have the same address.")                \
    X(NeighboursEvicted, "%1 forgets the %3 neighbours it knew on %2: the interface has lost its carrier.")            \
    X(NeighbourEvicted, "%1 forgets the neighbour it knew on %2: the interface has lost its carrier.")                 \
    X(BridgeLearned, "%1 learns that %2 is behind %3.")                                                                \
    X(BridgeForgot, "%1 is told to forget that %2 is behind %3.")                                                      \
    X(BridgeEvicted, "%1 forgets the %3 MACs it had learned at %2: the port has lost its carrier.")                    \
    X(BridgeEvictedOne, "%1 forgets the MAC it had learned at %2: the port has lost its carrier.")                     \
    X(BridgeForwarded, "%1 forwards it to %2.")                                                                        \
    X(BridgeFloodedAll, "%1 sends it to every other port: it is for everyone.")                                        \
    X(BridgeFloodedUnknown, "%1 sends it to every other port: nobody has told it yet where %2 is.")                    \
    X(FilterAccepted, "The filter of %1 lets it pass: \"%2\".")                                                        \
    X(FilterDropped, "The filter of %1 drops it without a word: \"%2\".")                                              \
    X(FilterRejected, "The filter of %1 rejects it and says so: \"%2\".")                                              \
    X(TrackNoSyn, "The packet is invalid to %1: it has never seen the SYN of this connection from %2 to %3.")          \
    X(TrackWrongState, "The packet is invalid to %1: the connection of %2 and %3 is in %4, in which it cannot come.")  \
    X(TrackNoRequest, "The packet is invalid to %1: it has seen no echo request from %3 to %2.")                       \
    X(TrackUntracked, "The packet is invalid to %1: it cannot be tracked.")                                            \
    X(NatCreatedPrivate, "The private source %1 became %2 by the new NAT mapping.")                                    \
    X(NatCreated, "The source %1 became %2 by the new NAT mapping.")                                                   \
    X(NatAppliedOut, "The source %1 became %2 by its NAT mapping.")                                                    \
    X(NatForwarded, "Port %1 is forwarded: the destination became %2.")                                                \
    X(NatAppliedIn, "The destination %1 became %2, as the port is forwarded.")                                         \
    X(NatAppliedHome, "The source %2 became %1 again, where the question had been sent.")                              \
    X(NatAppliedBack, "The destination %2 became %1 again by its NAT mapping.")                                        \
    X(NatPortTaken, "Port %3 is another host's already, so the source %1 became %2.")                                  \
    X(NatNoMapping, "No NAT mapping waits for %2 at %1.")                                                              \
    X(SocketDelivered, "%1 hands what came from %2 to %3.")                                                            \
    X(SocketDeliveredTo, "%1 hands what came from %2 to the program on port %3.")                                      \
    X(PortClosed, "Nobody listens on %1 of %2.")                                                                       \
    X(NoConnection, "%1 has no connection with %2 at %3.")                                                             \
    X(NoConnectionOther, "The answer comes from %2, but %1 had asked %3: it knows no such connection.")                \
    X(IcmpSent, "%1 sends %2 an ICMP message (%3).")                                                                   \
    X(IcmpWithheld, "%1 does not tell %2 again (%3): it has said such things often enough.")                           \
    X(IcmpReceived, "%1 hears from %2 by ICMP: %3.")                                                                   \
    X(TcpState, "The connection of %1 with %2 goes %3.")                                                               \
    X(TcpReopened, "%1 takes a new connection from %2 though the last one is still in TIME_WAIT: this SYN is newer.")  \
    X(TcpEstablished, "The connection of %1 with %2 is established.")                                                  \
    X(TcpRetransmit, "%1 has had no answer from %2 and sends again (%3).")                                             \
    X(SocketError, "The program on %1 is told: %2 (%3).")                                                              \
    X(NameIsAddress, "%1 is an address already: no name has to be looked up.")                                         \
    X(NameAsked, "%1 does not know %2: its resolver's server is %3.")                                                  \
    X(NameFromCache, "%1 knows %2 from its cache: %3, for %4 more seconds.")                                           \
    X(NameForwarded, "%1 has no answer for %2 of its own and asks %3.")                                                \
    X(NameCached, "%1 keeps %2 = %3 in its cache for %4 seconds.")                                                     \
    X(NameAuthoritative, "%1 answers for %2 itself: %3.")                                                              \
    X(NameAuthoritativeNone, "%1 answers for %2 itself: there is no such name.")                                       \
    X(NameAuthoritativeNoData, "%1 answers for %2 itself: it has no such record.")                                     \
    X(NameAuthoritativeOther, "%1 answers for %2 itself, as it is in charge of it.")                                   \
    X(NameFromCacheOther, "%1 knows the records of %2 from its cache, for %3 more seconds.")                           \
    X(NameCachedOther, "%1 keeps the records of %2 in its cache for %3 seconds.")                                      \
    X(NameNoData, "%1 is told that %2 has no such address.")                                                           \
    X(NameResolved, "%1 now knows that %2 is %3.")                                                                     \
    X(NameNoAnswer, "%1 got no answer to its question for %2.")                                                        \
    X(NameTruncated, "The answer of %3 for %2 does not fit into one datagram: %1 asks again by TCP.")                  \
    X(NameReferred, "%1 is told by %2 to ask the servers of %3.")                                                      \
    X(NameRefers, "%1 does not know, but knows who does: the servers of %2.")                                          \
    X(NameNegative, "%1 knows from its cache that there is no such name as %2, for %3 more seconds.")                  \
    X(NameNegativeType, "%1 knows from its cache that %2 has no such record, for %3 more seconds.")                    \
    X(NameNegativeKept, "%1 will remember for %3 seconds that there is no such name as %2.")                           \
    X(NameNegativeKeptType, "%1 will remember for %3 seconds that %2 has no such record.")                             \
    X(NameAlias, "%1 finds an alias: %2.")                                                                             \
    X(NameAliasCircle, "%1 gives up: the aliases lead in a loop (%2).")                                                \
    X(NameServerLame, "%3 is of no use to %1 for %2: it is not in charge, or has failed.")                             \
    X(NameServerUnreachable, "%1 need not wait for %3 to answer about %2: it cannot be reached, says ICMP.")           \
    X(NameServerSilent, "%3 has not answered %1 about %2 in time.")                                                    \
    X(NameFailed, "%1 is told that %2 cannot be resolved (%3).")                                                       \
    X(AppStarted, "%1 begins: %2.")                                                                                    \
    X(HttpRequest, "%1 asks %2: %3.")                                                                                  \
    X(HttpResponse, "%1 gets the answer of %2: %3, %4 bytes.")                                                         \
    X(HttpResponseSent, "%1 answers %2: %3, %4 bytes.")                                                                \
    X(HttpRedirected, "The page is elsewhere (%3): the browser of %1 goes on to %2.")                                  \
    X(PageNeedsMore, "The page %2 refers to %3 more things; the browser of %1 fetches them, too.")                     \
    X(PageNeedsOne, "The page %2 refers to one more thing; the browser of %1 fetches it, too.")                        \
    X(PageArrived, "The page has arrived: %2 (%3 bytes), in the browser of %1.")                                       \
    X(PageFailed, "The browser of %1 shows an error page for %2 (%3 bytes).")                                          \
    X(PingReply, "%1 has the answer of %2 to ping %3 after %4.")                                                       \
    X(PingError, "%1 hears from %2 about ping %3: %4.")                                                                \
    X(PingErrorHere, "%1 cannot send ping %2: %3.")                                                                    \
    X(PingTimeout, "%1 has had no answer of %2 to ping %3.")                                                           \
    X(TraceHop, "%1 learns that hop %2 is %3.")                                                                        \
    X(TraceHopNobody, "%1 learns nothing about hop %2: nobody answers.")                                               \
    X(ScriptStep, "%1: %2.")                                                                                           \
    X(ScriptFailed, "%1 cannot go on: %2.")                                                                            \
    X(AppDone, "%1: %2.")                                                                                              \
    X(AppFailed, "%1 has failed: %2.")                                                                                 \
    X(LinkCut, "The wires at %1 are cut: both ends still see a link, and nothing gets through.")                       \
    X(LinkMended, "The wires at %1 are mended.")                                                                       \
    X(AddressAdded, "%1 has the address %2 on %3 now.")                                                                \
    X(AddressRemoved, "%1 no longer has the address %2 on %3.")                                                        \
    X(DhcpBound, "%1 may use %2 for %3 seconds, says %4.")                                                             \
    X(DhcpRenewed, "%1 may go on using %2 for %3 seconds, says %4.")                                                   \
    X(DhcpNoServer, "Nobody offers %1 an address on %2; it will try again.")                                           \
    X(DhcpExpired, "The lease of %2 has run out: %1 must not use it any more.")                                        \
    X(DhcpReleased, "%1 gives %2 back.")                                                                               \
    X(DhcpRefused, "%3 refuses %1 the address %2.")                                                                    \
    X(DhcpDeclined, "%1 declines %2: %3 has it already.")                                                              \
    X(DhcpChecks, "%1 looks whether anybody uses %2 before it offers it.")                                             \
    X(DhcpInUse, "Somebody answers for %2, so %1 does not offer it.")                                                  \
    X(DhcpOfferedByHash, "%1 offers %2: its MAC %3 leads to that place in the pool.")                                  \
    X(DhcpOfferedLease, "%1 offers %2, which %3 has had before.")                                                      \
    X(DhcpOfferedReserved, "%1 offers %2, which is reserved for %3.")                                                  \
    X(DhcpOfferedAsked, "%1 offers %2, as %3 asked for it and it is free.")                                            \
    X(DhcpGranted, "%1 leases %2 to %3 for %4 seconds.")                                                               \
    X(DhcpDenied, "%1 refuses %2 to %3: %4.")                                                                          \
    X(DhcpNoAddress, "%1 has no address left for %2.")                                                                 \
    X(DhcpLeaseExpired, "The lease of %2 for %3 has run out: %1 may give it to others.")                               \
    X(DhcpLeaseReleased, "%3 has given %2 back: %1 may give it to others.")                                            \
    X(DhcpLeaseDeclined, "%3 says that %2 is in use by somebody else.")                                                \
    X(DhcpRelayedRequest, "%1 passes the question of %3 on to the DHCP server %2.")                                    \
    X(DhcpRelayedReply, "%1 passes the server's answer on to %3.")                                                     \
    X(GroupJoined, "%1 joins the group %2 by %3.")                                                                     \
    X(GroupLeft, "%1 leaves the group %2 by %3.")                                                                      \
    X(RipLearned, "%1 learns a route by RIP: %2, %3 hops away.")                                                       \
    X(RipReplaced, "%1 learns a better route by RIP: %2, %3 hops away.")                                               \
    X(RipTimedOut, "%1 has not heard of %2 for too long and takes the route away.")                                    \
    X(RipWithdrawn, "%1 is told that %2 cannot be reached that way any more.")                                         \
    X(RipInterfaceGone, "%1 takes %2 away: the way there is gone.")                                                    \
    X(RipIgnored, "%1 ignores what %2 says about routes: %3.")                                                         \
    X(TunnelHandshakeBegun, "%1 has no fresh keys for %2 and begins a handshake with %3.")                             \
    X(TunnelHandshakeAgain, "%1 has had no answer and begins the handshake with %2 at %3 again.")                      \
    X(TunnelHandshakeAnswered, "%1 knows the key of %2 and answers its handshake from %3.")                            \
    X(TunnelEstablished, "%1 and %2 have agreed on keys: the tunnel is open.")                                         \
    X(TunnelEncapsulated, "%1 belongs to %2 by its allowed IPs %3: the packet goes on encrypted, to %4.")              \
    X(TunnelDecapsulated,                                                                                              \
      "What came from %1 was encrypted by %2, which may send from %3 (allowed IPs %4): %5 takes it out.")              \
    X(TunnelKeepaliveSent, "%1 has had something from %2 and nothing to say: it sends an empty message (keepalive).")  \
    X(TunnelKeepaliveReceived, "%1 hears that %2 is there (keepalive).")                                               \
    X(TunnelRoamed, "%2 is now at %3, and %1 will answer there.")                                                      \
    X(TunnelCookie, "%1 is under load: %2 has to prove its address with a cookie first.")                              \
    X(VxlanEncapsulated, "%1 puts the whole frame into a datagram to %3: %2 is behind it.")                            \
    X(VxlanEncapsulatedAll, "%1 puts the whole frame into a datagram to %3: it is for everyone.")                      \
    X(VxlanEncapsulatedUnknown, "%1 puts the whole frame into a datagram to %3: nobody has told it yet where %2 is.")  \
    X(VxlanDecapsulated, "%1 takes the frame of VXLAN network %2 out of what came from %3.")                           \
    X(VxlanLearned, "%1 learns that %2 is behind %3.")                                                                 \
    X(LinkPlugged, "The cable at %1 is plugged in.")                                                                   \
    X(LinkPulled, "The cable at %1 is pulled.")                                                                        \
    X(FilterChanged, "The filter of %1 has a new rule: %2.")                                                           \
    X(RouteAdded, "%1 has a new route: %2.")                                                                           \
    X(RouteRemoved, "%1 no longer has the route %2.")                                                                  \
    X(RefusedExists, "%1 refuses \"%2\": %3 (it has a row of that destination and metric).")                           \
    X(RefusedGateway, "%1 refuses \"%2\": %3 (%4 is not the address of a neighbour in a directly connected network).") \
    X(RefusedNoRow, "%1 refuses \"%2\": %3 (it has no such row).")                                                     \
    X(RefusedDevice, "%1 refuses \"%2\": %3 (it has no interface of that name).")                                      \
    X(RefusedOnlink, "%1 refuses \"%2\": %3.")                                                                         \
    X(RefusedAssigned, "%1 refuses \"%2\": %3 (the interface has it).")                                                \
    X(RefusedNotFound, "%1 refuses \"%2\": %3 (the interface does not have it).")                                      \
    X(RoutesFlushed, "%1 forgets what it has learned about routes.")

#define PACKETARIUM_DROP_SENTENCES(X)                                                                                  \
    X(NotDropped, "")                                                                                                  \
    X(LinkDown, "%1 loses %2: the cable is unplugged.")                                                                \
    X(NoCarrier, "%1 drops %2: the interface leads nowhere.")                                                          \
    X(QueueFull, "%1 drops %2: the queue of the port is full.")                                                        \
    X(FaultLoss, "%2 is lost on the way to %1, as the link was told to.")                                              \
    X(OtherHost, "%1 ignores %2: it is addressed to another MAC.")                                                     \
    X(MtuExceeded, "%1 drops %2: it is longer than the MTU of the port allows.")                                       \
    X(UnknownEtherType, "%1 drops %2: it does not know the protocol inside.")                                          \
    X(FrameTooShort, "%1 drops %2: it is too short.")                                                                  \
    X(BridgeSamePort, "%1 keeps %2: its destination is behind the port it came from.")                                 \
    X(ArpNotForUs, "%1 ignores %2: the address asked for is not its own.")                                             \
    X(NeighbourFailed, "%1 drops %2: nobody answered for the next hop.")                                               \
    X(NeighbourQueueFull, "%1 drops %2: too much is waiting for the next hop's MAC.")                                  \
    X(IpHeaderError, "%1 drops %2: its IP header makes no sense.")                                                     \
    X(IpChecksumError, "%1 drops %2: the checksum of its IP header is wrong.")                                         \
    X(Martian, "%1 drops %2: such an address must not come from a wire (martian).")                                    \
    X(NotForwarding, "%1 drops %2: it is for somebody else, and %1 does not forward.")                                 \
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
    X(TransportHeaderError, "%1 drops %2: its transport header makes no sense.")                                       \
    X(PortClosed, "%1 drops %2: nobody listens on that port.")                                                         \
    X(NoConnection, "%1 drops %2: it belongs to no connection that %1 has.")                                           \
    X(SocketQueueFull, "%1 drops %2: the program does not read fast enough.")                                          \
    X(TcpInvalidSequence, "%1 drops %2: its sequence number is outside the window.")                                   \
    X(TcpOldAck, "%1 drops %2: it acknowledges what was never sent, or long ago.")                                     \
    X(TcpReset, "%1 drops %2: the connection was reset.")                                                              \
    X(ListenQueueFull, "%1 drops %2: too many connections wait to be accepted.")                                       \
    X(NatNoMapping, "%1 drops %2: it comes from outside, and no NAT mapping wants it.")                                \
    X(NatNoPort, "%1 drops %2: no port is left for a NAT mapping.")                                                    \
    X(ConntrackInvalid, "%1 drops %2: it belongs to no connection.")                                                   \
    X(FilterDrop, "%1 drops %2: a filter rule says so.")                                                               \
    X(FilterReject, "%1 rejects %2: a filter rule says so.")                                                           \
    X(EchoBroadcast, "%1 ignores %2: a ping to everyone or to a group is not answered (icmp_echo_ignore_broadcasts).") \
    X(IcmpIgnored, "%1 ignores %2: nobody here waits for it.")                                                         \
    X(MulticastNotJoined, "%1 ignores %2: it is for a group that nobody here has joined.")                             \
    X(TunnelNoPeer, "%1 drops %2: no peer of the tunnel has that address.")                                            \
    X(TunnelKeyRejected, "%1 drops %2: the tunnel's keys do not fit.")                                                 \
    X(TunnelNoEndpoint, "%1 drops %2: it has not heard yet where the peer is.")                                        \
    X(TunnelSourceGone,                                                                                                \
      "%1 drops %2: the address that the peer knows it by is gone, and it sticks to it until the next handshake.")     \
    X(TunnelNoSession, "%1 drops %2: it is encrypted with keys that %1 does not have, or has no more.")                \
    X(TunnelReplay, "%1 drops %2: it was here before (replay).")                                                       \
    X(TunnelSourceNotAllowed, "%1 drops %2: the peer's allowed IPs do not hold its inner source.")                     \
    X(TunnelNoHandshake, "%1 drops %2: the peer has not answered for 90 seconds.")                                     \
    X(TunnelQueueFull, "%1 drops %2: too much is waiting for the handshake.")                                          \
    X(TunnelMessageError, "%1 drops %2: it is no message of the tunnel.")                                              \
    X(TunnelLoop, "%1 drops %2: its tunnels lead into each other.")

namespace sim::explain::templates {

#define PACKETARIUM_DEFINE(NAME, TEXT) inline constexpr const char* k##NAME = TEXT;
PACKETARIUM_FRAME_SENTENCES(PACKETARIUM_DEFINE)
PACKETARIUM_DECISION_SENTENCES(PACKETARIUM_DEFINE)
#undef PACKETARIUM_DEFINE

namespace noun {
#define PACKETARIUM_DEFINE(NAME, TEXT) inline constexpr const char* k##NAME = TEXT;
PACKETARIUM_NOUNS(PACKETARIUM_DEFINE)
#undef PACKETARIUM_DEFINE
} // namespace noun

} // namespace sim::explain::templates
