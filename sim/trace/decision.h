// Decisions: every choice a device made, with the rows and values that decided it.
#pragma once

#include "sim/kernel/id.h"
#include "sim/kernel/time.h"
#include "sim/trace/drop_reason.h"
#include "sim/wire/address.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace sim::trace {

/// DecisionKind names a choice. The comment lists which fields of Decision it fills.
enum class DecisionKind : std::uint8_t {
    // routing
    RouteChosen, ///< address: destination; prefix: the row's; via: gateway or none when on-link; source; iface; number:
                 ///< metric; code: stack::RouteType
    RouteLocal,  ///< address is one of this device's own (or in 127/8): it stays inside, over lo; source
    NoRoute,     ///< address: destination; nothing matches
    CannotSend, ///< address: to; code: stack::Unsent, what; number: stack::UnsentWhy; port: of a datagram, ours; port2:
                ///< theirs; iface: without an address, or none
    Forwarded,  ///< address: destination; source; iface: out; number: TTL after decrement
    TtlExpired, ///< address: destination; source
    Delivered,  ///< address: destination (one of ours); source; number: IP protocol
    Fragmented, ///< address: destination; source; number: fragments; port: MTU
    FragmentKept,   ///< address: destination; source; port: its first byte; number: bytes
    Reassembled,    ///< address: destination; source; number: fragments; port: bytes of payload
    PathMtuLearned, ///< address: destination; source: who says so; number: MTU
    RedirectSent,   ///< address: destination; source: the sender; via: the better gateway
    RedirectHeard,  ///< address: destination; source: who says so; via: the gateway; code: 1 taken, 0 not
    // neighbours (ARP)
    NeighbourUnknown,  ///< address: next hop; iface: nobody knows its MAC yet, so ARP asks everyone
    NeighbourLearned,  ///< address, mac, iface: new or changed row; code 1: learned from a request, 0: from a reply
    NeighbourProbe,    ///< address, mac, iface: the entry is old, ask its owner directly
    NeighbourFailed,   ///< address, iface: no answer to the tries; number: packets given up
    ArpAnswered,       ///< address: the asked one, ours; source: asker; mac: asker's; iface
    NeighbourSet,      ///< address, iface: somebody changed the row; text: its state
    DuplicateAddress,  ///< address, mac, iface: somebody else claims an address of ours
    NeighboursEvicted, ///< iface lost its carrier; number: rows that went with it
    // bridge
    BridgeLearned,   ///< mac, iface: port
    BridgeForgot,    ///< mac, iface: port; somebody took the row away
    BridgeEvicted,   ///< iface: port that lost its carrier; number: MACs that were forgotten
    BridgeForwarded, ///< mac: destination; iface: port
    BridgeFlooded,   ///< mac: destination (broadcast, or unknown); number: ports
    // packet filter
    TrackInvalid, ///< source:number sender, address:port destination; code: conntrack::Invalid, why the state is
                  ///< invalid
    FilterRuled,  ///< text: the rule; code: 0 accepted, 1 dropped, 2 rejected, 3 reset; source, address:port
                  ///< destination; number: IP protocol
    // NAT
    NatCreated,   ///< address:port inside, via:port2 outside address, source:number remote address and port; code: IP
                  ///< protocol
    NatApplied,   ///< the same, for a packet that found its mapping; text: "out" or "back"
    NatForwarded, ///< address:port outside, via:port2 the host inside it is forwarded to, source:number sender; code:
                  ///< IP protocol
    NatPortTaken, ///< as NatCreated: the port was taken by another inside host, so another was chosen
    NatNoMapping, ///< address:port the outside destination, source:number the sender
    // sockets
    SocketDelivered, ///< address:port local; source:number remote; code: IP protocol; text: the app
    PortClosed,      ///< address:port local; source:number remote; code: IP protocol
    NoConnection, ///< address:port local; source:number remote; via: to whom the connection from that port leads, none:
                  ///< there is none
    IcmpSent,     ///< address: to; code: type; number: code
    IcmpWithheld, ///< address: to; code: type; number: code; so many were sent that this one is not
    IcmpReceived, ///< address: from; code: type; number: code
    TcpState,     ///< address:port local; source:number remote; text: "CLOSED → SYN_SENT"
    TcpRetransmit, ///< address:port remote; number: relative sequence number; text: "timeout", "fast" or "probe"
    SocketError,   ///< text: "ECONNREFUSED" …; address:port remote
    // names
    NameIsAddress,     ///< text: what was asked; address: it; no DNS needed
    NameAsked,         ///< text: name; address: the resolver's server
    NameFromCache,     ///< text: name; address: answer; number: remaining TTL in seconds
    NameForwarded,     ///< text: name; address: upstream server
    NameCached,        ///< text: name; address: answer; number: TTL in seconds
    NameAuthoritative, ///< text: name; address: answer, none when that is none; code: rcode; number: records
    NameResolved,      ///< text: name; address: answer
    NameTruncated,     ///< text: name; address: server; the answer was too long for UDP, so TCP is used
    NameReferred,      ///< text: zone; address: who says so; number: servers of that zone; code 1: this server says so
    NameNegative,      ///< text: name; number: remaining seconds; code: rcode: the cache knows that there is nothing
    NameNegativeKept,  ///< text: name; number: seconds; code: rcode: kept in the cache
    NameAlias,         ///< text: "www.a.com → a.com"; code 1: a circle
    NameServerLame,    ///< text: name; address: a server that was of no use; code 1: it was silent, 2: it cannot be
                       ///< reached
    NameFailed,        ///< text: name; code: DNS rcode, or 255 for no answer
    // applications
    AppStarted,     ///< text: "browse http://google.com/"
    HttpRequest,    ///< text: "GET /"; address:port server
    HttpResponse,   ///< text: "200 OK"; number: body bytes; address:port the peer
    HttpRedirected, ///< text: where the page is instead; number: status
    PageNeedsMore,  ///< text: URL; number: things the page refers to
    PageArrived,    ///< text: URL; number: body bytes; code: 1 when the status is 2xx
    PingReply,      ///< address: from; number: sequence; time: round trip
    PingError,      ///< address: who says so, none for this machine; number: sequence; text: what
    PingTimeout,    ///< address: to; number: sequence
    TraceHop,       ///< address: who answered, none for nobody; number: TTL
    ScriptStep,     ///< text: "drain: 10 bytes, end of stream"; code: 1 ok, 0 failed
    AppFinished,    ///< text: result in a sentence; code: 1 ok, 0 failed
    // addresses by DHCP
    AddressChanged, ///< prefix, iface: number 1: added, 0: taken away
    DhcpBound,      ///< address; source: server; number: seconds; code 1: renewed
    DhcpNoServer,   ///< iface: nobody offers an address
    DhcpLost,       ///< address; code 0: expired, 1: released, 2: the server (source) refused it
    DhcpDeclined,   ///< address; mac: who has it; iface
    DhcpChecks,     ///< address: the server looks whether anybody uses it
    DhcpInUse,      ///< address; mac: the client that does not get it: somebody answered
    DhcpOffered,    ///< address; mac; code 0: by the hash of the MAC, 1: it has that lease, 2: reserved, 3: as it asked
    DhcpGranted,    ///< address; mac; number: seconds
    DhcpDenied,     ///< address; mac; text: why
    DhcpNoAddress,  ///< mac: no address is left for it
    DhcpEnded,      ///< address; mac: the lease ended; code 0: expired, 1: released, 2: declined
    DhcpRelayed,    ///< address: to; mac: the client; code 1: request, 2: reply
    // groups and routing
    GroupJoined, ///< address, iface
    GroupLeft,   ///< address, iface
    RipLearned,  ///< prefix; via; iface; number: metric; code 1: instead of another route
    RipLost,     ///< prefix; via; code 0: not heard of any more, 1: its router says so, 2: the interface is gone
    RipIgnored,  ///< source; text: why
    // tunnels; text: the peer's name, via:port its endpoint, iface the tunnel device
    TunnelHandshakeBegun,    ///< text, via:port, iface; number: attempts before this one
    TunnelHandshakeAnswered, ///< text, via:port, iface
    TunnelEstablished,       ///< text, via:port, iface: the keys of a new session are confirmed
    TunnelEncapsulated,      ///< address: inner destination; source; prefix: the allowed-IPs row; text, via:port, iface
    TunnelDecapsulated,      ///< the same; prefix: the row that allows the inner source; via:port where it came from
    TunnelKeepaliveSent,     ///< text, via:port, iface
    TunnelKeepaliveReceived, ///< text, via:port, iface
    TunnelRoamed,            ///< text, iface; via:port: where the peer is now
    TunnelCookie,            ///< via:port: who must first prove its address; iface
    VxlanEncapsulated,       ///< mac: inner destination; via: the other end; number: VNI; code: 1 known, 0 the default
                             ///< remote; iface
    VxlanDecapsulated,       ///< mac: inner destination; via: the other end; number: VNI; iface
    VxlanLearned,            ///< mac: an inner source; via: the end it is behind; number: VNI; iface
    // stimuli
    LinkChanged,   ///< number: 1 plugged, 0 pulled; iface: one end
    LinkCut,       ///< number: 1 loses everything from now on, 0 carries again; iface: one end
    FilterChanged, ///< text: "firewall drop input"
    RouteChanged,  ///< text: the route; number: 1 added, 0 taken away
    ConfigRefused, ///< text: the command; code: stack::ConfigError; address: the next hop or address it is about
    RoutesFlushed, ///< what was learned about routes is forgotten
    Count
};

/// Decision is one choice with what decided it. Which fields hold something depends on kind.
struct Decision {
    DecisionKind kind = DecisionKind::RouteChosen;
    std::uint8_t code = 0;
    std::uint16_t port = 0;
    std::uint16_t port2 = 0;
    std::uint16_t filler1 = 0; ///< fillers make that two equal decisions are equal byte for byte
    std::uint32_t number = 0;
    kernel::InterfaceId iface;
    wire::MacAddress mac;
    wire::IpAddress address;
    wire::IpAddress via;
    wire::IpAddress source;
    wire::Prefix prefix;
    std::array<std::uint8_t, 5> filler2{};
    kernel::SimTime time{0};
    std::uint32_t text = 0; ///< index of a string in the TraceLog; 0 is the empty string
    std::uint32_t filler3 = 0;
};
static_assert(std::has_unique_object_representations_v<Decision> && sizeof(Decision) % 8 == 0);

/// Step is a Decision that every IPv4 packet makes at every router, in as few bytes as it needs. They are put together
/// in registers: to compare them in memory right after writing them byte by byte would wait for the memory.
struct Step {
    std::uint64_t words[4];

    /// Fields are those of the decision; addresses are IPv4 in host byte order.
    struct Fields {
        DecisionKind kind;
        std::uint8_t code = 0;
        std::uint8_t prefixLength = 0;
        bool hasVia = false, hasSource = false, hasPrefix = false;
        std::uint32_t number = 0;
        kernel::InterfaceId iface;
        std::uint32_t address = 0, via = 0, source = 0, prefix = 0;
    };
    explicit constexpr Step(const Fields& f)
        : words{std::uint64_t(f.kind) | std::uint64_t(f.code) << 8 | std::uint64_t(f.prefixLength) << 16 |
                    std::uint64_t(f.hasVia) << 24 | std::uint64_t(f.hasSource) << 25 |
                    std::uint64_t(f.hasPrefix) << 26 | std::uint64_t(f.number) << 32,
                std::uint64_t(f.iface.value) | std::uint64_t(f.address) << 32,
                std::uint64_t(f.via) | std::uint64_t(f.source) << 32, f.prefix} {}

    DecisionKind kind() const { return DecisionKind(words[0] & 0xff); }
    /// decision is the same with all fields.
    Decision decision() const;
};

/// name gives the kind's name in lower case with dashes: "route-chosen".
std::string_view name(DecisionKind kind);

} // namespace sim::trace
