#include "sim/stack/arp_reply.h"

#include "sim/decisions/neighbour.h"
#include "sim/kernel/timer_wheel.h"
#include "sim/stack/context.h"
#include "sim/stack/ip.h"
#include "sim/stack/reverse_path.h"

#include <algorithm>

namespace sim::stack::arp_reply {

using wire::IpAddress;
using wire::Prefix;

namespace {

/// ignored is what arp_ignore says about a request for an own address (arp_ignore, inet_confirm_addr).
bool ignored(Context& c, const ArpAsked& asked) {
    enum : std::uint32_t { kOfInterface = 1, kOfNetwork = 2, kAll = 8 };
    using Why = decisions::ArpIgnored::Why;
    const std::uint32_t level = c.system().sysctls.on(asked.interface, Sysctl::ArpIgnore);
    if (level != kOfInterface && level != kOfNetwork && level != kAll) return false;
    const auto sender = IpAddress::v4(asked.sender), target = IpAddress::v4(asked.target);
    const auto& own = c.interface(asked.interface).addresses;
    const bool configured = std::any_of(own.begin(), own.end(), [&](const Prefix& p) { return p.address == target; });
    const bool together =
        level == kOfInterface || asked.sender == 0 ||
        std::any_of(own.begin(), own.end(), [&](const Prefix& p) { return p.contains(target) && p.contains(sender); });
    if (level != kAll && configured && together) return false;
    if (c.tracing())
        c.decide(decisions::ArpIgnored{.asked = target,
                                       .asker = sender,
                                       .interface = c.interface(asked.interface).id,
                                       .why = level == kAll         ? Why::Never
                                              : level == kOfNetwork ? Why::OfAnotherNetwork
                                                                    : Why::OfAnotherInterface});
    return true;
}

} // namespace

Answer judge(Context& c, const ArpAsked& asked, bool direct) {
    System& s = c.system();
    const bool own = ip::isLocal(c, asked.target);
    if (own && asked.sender == 0) return ignored(c, asked) ? Answer::Silent : Answer::Own; // RFC 5227: a probe
    if (asked.sender == 0) return Answer::Other;
    // The way of a request is looked up as that of a packet from sender to target (ip_route_input).
    if (own) {
        if (s.extras & System::kReversePath && !reverse_path::passes(c, asked.interface, asked.sender, asked.target))
            return Answer::Filtered;
        return ignored(c, asked) ? Answer::Silent : Answer::Own;
    }
    if (!s.forwarding || !s.sysctls.on(asked.interface, Sysctl::ProxyArp) || ip::isLocal(c, asked.sender) ||
        ip::isBroadcast(c, asked.target))
        return Answer::Other;
    const Destination d = ip::findRoute(
        c, Flow{.destination = asked.target, .source = asked.sender, .in = asked.interface, .forwarded = true});
    if (d.kind != Destination::Kind::Unicast || d.interface == asked.interface || !d.route) return Answer::Other;
    if (s.extras & System::kReversePath &&
        !reverse_path::passes(c, asked.interface, asked.sender, asked.target, d.interface))
        return Answer::Filtered;
    const bool now = direct || s.sysctls.on(asked.interface, Sysctl::ProxyDelay) == 0;
    if (c.tracing())
        c.decide(decisions::ArpProxied{.asked = IpAddress::v4(asked.target),
                                       .asker = IpAddress::v4(asked.sender),
                                       .row = {IpAddress::v4(d.route->network), d.route->length},
                                       .via = d.nextHop != asked.target ? IpAddress::v4(d.nextHop) : IpAddress(),
                                       .interface = c.interface(asked.interface).id,
                                       .waits = !now});
    return now ? Answer::Proxy : Answer::ProxyLater;
}

bool enqueue(Context& c, const ArpAsked& asked) {
    constexpr std::size_t kMost = 64; // proxy_qlen
    auto& waiting = c.system().proxyRequests;
    const auto here = std::count_if(waiting.begin(), waiting.end(),
                                    [&](const ProxyRequest& r) { return r.asked.interface == asked.interface; });
    if (std::size_t(here) > kMost) return false;
    constexpr kernel::SimTime kTick = std::chrono::milliseconds(4), kUnit = std::chrono::milliseconds(10);
    const auto delay = c.system().sysctls.on(asked.interface, Sysctl::ProxyDelay) * kUnit;
    const auto ticks = c.system().rng.below(std::uint64_t(delay / kTick));
    const kernel::SimTime at = kernel::onWheel(c.now(), std::int64_t(ticks) * kTick);
    waiting.push_back({asked, at});
    c.schedule(at, kernel::EventKind::Neighbour, kProxyTimer);
    return true;
}

} // namespace sim::stack::arp_reply
