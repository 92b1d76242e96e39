// Connection tracking and source NAT (RFC 3022, RFC 5382), with Linux's states, time-outs and choice of ports
// (net/netfilter/nf_conntrack_proto_*.c, nf_nat_core.c).
#pragma once

#include "sim/decisions/reasons.h"
#include "sim/kernel/flat_map.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/time.h"
#include "sim/wire/ipv4.h"

#include <cstdint>
#include <span>
#include <vector>

namespace sim::stack {

class Context;

/// Tuple is one direction of a flow. For ICMP echo both ports are the identifier.
struct Tuple {
    std::uint32_t source = 0, destination = 0;
    std::uint16_t sourcePort = 0, destinationPort = 0;
    std::uint8_t protocol = 0;
    bool operator==(const Tuple&) const = default;
    Tuple reversed() const { return {destination, source, destinationPort, sourcePort, protocol}; }
};
constexpr std::uint64_t hashOf(const Tuple& t) {
    return kernel::mix64(kernel::mix64(std::uint64_t(t.source) << 32 | t.destination) ^
                         (std::uint64_t(t.sourcePort) << 32 | std::uint64_t(t.destinationPort) << 16 | t.protocol));
}

/// TrackedTcp is what connection tracking takes a TCP connection for (nf_conntrack_proto_tcp).
enum class TrackedTcp : std::uint8_t {
    None,
    SynSent,
    SynReceived,
    Established,
    FinWait,
    CloseWait,
    LastAck,
    TimeWait,
    Close,
    SynSent2
};

/// Connection is a flow in both directions, with the translation between them.
struct Connection {
    Tuple original, reply; ///< reply is what an answer looks like on arrival
    TrackedTcp tcp = TrackedTcp::None;
    bool seenReply = false, assured = false;
    bool sourceNat = false;      ///< the reply goes to another address or port than the original came from
    bool destinationNat = false; ///< the original goes to another address or port than it was sent to
    bool used = false;
    kernel::SimTime created{0}, expires{0};
};

/// Track says what connection tracking knows of the packet at hand.
struct Track {
    static constexpr std::uint32_t kNone = 0xffff'ffff;
    std::uint32_t connection = kNone;
    bool reply = false;                ///< it goes in the direction of the answer
    bool fresh = false;                ///< the first of a flow: no connection yet, made when it leaves
    bool related = false;              ///< an ICMP error about a connection
    TrackedTcp tcp = TrackedTcp::None; ///< of a fresh one: the state it begins in
    Tuple tuple;
    std::uint32_t interface = 0xffff'ffff; ///< where it came in; kNone: made here
    bool forwarded = false;                ///< fresh, and the destination was changed by a port forward
    std::uint32_t forwardedTo = 0;
    std::uint16_t forwardedPort = 0;
};

/// PortForward sends what comes for a port of the outside address to a host inside (destination NAT).
struct PortForward {
    std::uint8_t protocol = 6;
    std::uint16_t port = 0;
    std::uint32_t to = 0;
    std::uint16_t toPort = 0;
};

/// Conntrack is all tracked connections of a device, and how it translates.
struct Conntrack {
    std::uint32_t outside = 0xffff'ffff; ///< interface with masquerade
    std::vector<PortForward> forwards;
    bool hairpin = false; ///< what is forwarded back to where it came from is masqueraded, too
    struct Reference {
        std::uint32_t connection = 0;
        bool reply = false;
    };
    kernel::FlatMap<Tuple, Reference> tuples;
    std::vector<Connection> connections;
    std::vector<std::uint32_t> free;
    std::uint32_t sweep = 0; ///< where to look for expired ones next
};

namespace conntrack {

/// whyInvalid tells why the state of a packet is "invalid"; *state is that of its connection, for WrongState.
decisions::Untrackable whyInvalid(Context& c, std::span<std::uint8_t> packet, const char** state);

/// incoming looks a packet up where it enters (PREROUTING, LOCAL_OUT), undoes NAT on answers and forwards ports.
/// interface is where it came in, or Track::kNone. False: drop it.
bool incoming(Context& c, std::uint32_t interface, std::span<std::uint8_t> packet, Track& track);
/// outgoing confirms a new connection where its first packet leaves (POSTROUTING), and applies source NAT.
/// interface is where it leaves; false: drop it.
bool outgoing(Context& c, std::uint32_t interface, std::span<std::uint8_t> packet, Track& track);
/// classify tells what a packet belongs to, and changes nothing: for what turns round inside the device.
Track classify(Context& c, std::span<std::uint8_t> packet);
/// translates tells whether a packet's flow is translated, or may be when its first packet leaves.
bool translates(const Context& c, const Track& track);
/// delivered confirms a new connection that ends here (LOCAL_IN).
void delivered(Context& c, Track& track);

/// stateName is how conntrack -L writes it: "ESTABLISHED"; empty for UDP and ICMP.
const char* stateName(TrackedTcp state);

} // namespace conntrack
} // namespace sim::stack
