// Who answers an ARP request for which address: arp_ignore, rp_filter, and proxy ARP (RFC 1027; Linux net/ipv4/arp.c,
// arp_process; net/core/neighbour.c, pneigh_enqueue).
#pragma once

#include "sim/kernel/time.h"
#include "sim/wire/address.h"

#include <cstdint>

namespace sim::stack {

class Context;

/// ArpAsked is a request as somebody sent it.
struct ArpAsked {
    std::uint32_t interface = 0;
    std::uint32_t sender = 0, target = 0;
    wire::MacAddress senderMac;
};

/// ProxyRequest is one that is answered by proxy after a random time.
struct ProxyRequest {
    ArpAsked asked;
    kernel::SimTime at{0};
};

namespace arp_reply {

/// Answer is what becomes of a request: ours to answer, answered for somebody else (at once or in a while), or not
/// (Other, Filtered by rp_filter: what is known of the sender may be brought up to date; Silent: not even that).
enum class Answer : std::uint8_t { Own, Proxy, ProxyLater, Other, Filtered, Silent };

/// kProxyTimer is the argument of the event EventKind::Neighbour that answers waiting requests.
inline constexpr std::uint32_t kProxyTimer = 0xffff'ffff;

/// judge decides about a request, and records why; direct: it came to this device's MAC, or has waited already.
Answer judge(Context& c, const ArpAsked& asked, bool direct);
/// enqueue keeps a request for a random time of up to proxy_delay; false when too many wait.
bool enqueue(Context& c, const ArpAsked& asked);

} // namespace arp_reply
} // namespace sim::stack
