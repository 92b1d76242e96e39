#include "sim/stack/neighbour.h"

#include "sim/kernel/timer_wheel.h"

#include "sim/decisions/neighbour.h"
#include "sim/stack/arp_reply.h"
#include "sim/stack/context.h"
#include "sim/stack/icmp.h"
#include "sim/stack/ip.h"
#include "sim/wire/arp.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/ipv4.h"

#include <algorithm>

namespace sim::stack::neighbour {

using kernel::SimTime;
using trace::DropReason;
using wire::IpAddress;
using Table = NeighbourTable;

namespace {

/// setTimer sets an entry's timer, which fires when Linux's would.
void setTimer(Context& c, std::uint32_t e, SimTime at) {
    if (at != kernel::kNever) at = kernel::onWheel(c.now(), at - c.now());
    c.system().neighbours.entries[e].deadline = at;
    if (at != kernel::kNever) c.schedule(at, kernel::EventKind::Neighbour, e);
}

void setState(Context& c, Neighbour& n, NeighbourState state) {
    n.state = state;
    n.updated = c.now();
}

void sendArp(Context& c, std::uint32_t interface, const wire::ArpPacket& packet, const wire::MacAddress& to) {
    const auto frame = c.frames().allocate(wire::EthernetView::kSize + wire::ArpPacket::kSize);
    const auto bytes = c.frames().bytes(frame);
    wire::EthernetView(bytes.data()).set(to, c.interface(interface).mac, wire::EtherType::Arp);
    packet.write(bytes.subspan<wire::EthernetView::kSize, wire::ArpPacket::kSize>());
    c.transmit(interface, frame);
}

/// mayAnnounce tells whether a request may come from the source of the packet that waits for its answer (arp_announce:
/// 0 any, 1 one in a network with the target, 2 the best of the interface).
bool mayAnnounce(const Context& c, std::uint32_t interface, std::uint32_t source, std::uint32_t target) {
    const std::uint32_t level = c.system().sysctls.on(interface, Sysctl::ArpAnnounce);
    if (level != 1) return level == 0;
    const auto& own = c.interface(interface).addresses;
    return std::any_of(own.begin(), own.end(), [&](const wire::Prefix& p) {
        return p.contains(IpAddress::v4(source)) && p.contains(IpAddress::v4(target));
    });
}

/// solicit asks for the owner of an address: everybody, or only the MAC that was last known.
void solicit(Context& c, std::uint32_t e, bool unicast) {
    const NeighbourKey key = c.system().neighbours.entries.key(e);
    const Neighbour& n = c.system().neighbours.entries[e];
    const Interface& iface = c.interface(key.interface);
    std::uint32_t source = next_hop::selectSource(c.system(), key.interface, key.address);
    // A waiting packet's own source is asked with when it is ours.
    if (!n.queue.empty()) {
        const wire::Ipv4View ip(c.frames().bytes(n.queue.back()).data() + ip::kLinkHeader);
        const std::uint32_t own = ip.source();
        if (ip::isLocal(c, own) && own != source) {
            if (mayAnnounce(c, key.interface, own, key.address))
                source = own;
            else if (c.tracing())
                c.decide(decisions::ArpSourceChosen{.target = IpAddress::v4(key.address),
                                                    .source = IpAddress::v4(source),
                                                    .instead = IpAddress::v4(own)});
        }
    }
    wire::ArpPacket p{wire::ArpPacket::kRequest, iface.mac, {}, IpAddress::v4(source), IpAddress::v4(key.address)};
    sendArp(c, key.interface, p, unicast ? n.mac : wire::MacAddress::broadcast());
}

bool hasMac(NeighbourState s) {
    return s != NeighbourState::None && s != NeighbourState::Incomplete && s != NeighbourState::Failed;
}

/// begin asks for an address that nobody knows yet.
void begin(Context& c, std::uint32_t e) {
    auto& entries = c.system().neighbours.entries;
    const NeighbourKey key = entries.key(e);
    setState(c, entries[e], NeighbourState::Incomplete);
    entries[e].probes = 1;
    if (c.tracing())
        c.decide(decisions::NeighbourUnknown{.nextHop = IpAddress::v4(key.address),
                                             .interface = c.interface(key.interface).id});
    setTimer(c, e, c.now() + Table::kRetransmit);
    solicit(c, e, false);
}

void emitHeaderAndTransmit(Context& c, std::uint32_t interface, const wire::MacAddress& mac, kernel::FrameSlot frame) {
    wire::EthernetView(c.frames().bytes(frame).data()).set(mac, c.interface(interface).mac, wire::EtherType::Ipv4);
    c.transmit(interface, frame);
}

/// fail gives up: every waiting packet's sender hears "host unreachable".
void fail(Context& c, std::uint32_t e) {
    auto& entries = c.system().neighbours.entries;
    setState(c, entries[e], NeighbourState::Failed);
    entries[e].deadline = kernel::kNever;
    auto queue = std::move(entries[e].queue);
    entries[e].queue.clear();
    entries[e].queuedBytes = 0;
    const NeighbourKey key = entries.key(e);
    if (c.tracing())
        c.decide(decisions::NeighbourFailed{.address = IpAddress::v4(key.address),
                                            .interface = c.interface(key.interface).id,
                                            .packets = std::uint32_t(queue.size())});
    for (const auto frame : queue) {
        if (c.tracing()) c.world().log->setFrame(c.frames().trace(frame));
        icmp::sendError(c, c.frames().bytes(frame).subspan(ip::kLinkHeader), 3, 1);
        c.drop(frame, DropReason::NeighbourFailed);
    }
}

/// update is Linux's neigh_update: what an ARP packet teaches.
void update(Context& c, std::uint32_t e, const wire::MacAddress& mac, NeighbourState state, bool override,
            bool fromRequest, bool told = true) {
    auto& entries = c.system().neighbours.entries;
    Neighbour& n = entries[e];
    const bool valid = hasMac(n.state);
    const bool same = valid && n.mac == mac;
    if (valid && !same && !override) return;
    if (n.state == NeighbourState::Permanent && state != NeighbourState::Permanent) return;
    if (same && state == NeighbourState::Stale) state = n.state;
    if (state == NeighbourState::Reachable) n.confirmed = c.now();
    const bool learned = !same;
    if (!same) {
        n.mac = mac;
        n.macChanged = c.now();
    }
    n.probes = 0;
    if (n.state != state || learned) {
        setState(c, n, state);
        if (state == NeighbourState::Reachable)
            setTimer(c, e, c.now() + c.system().neighbours.reachableTime);
        else if (state == NeighbourState::Stale)
            n.deadline = kernel::kNever;
    }
    const NeighbourKey key = entries.key(e);
    if (learned && told && c.tracing())
        c.decide(decisions::NeighbourLearned{.address = IpAddress::v4(key.address),
                                             .mac = mac,
                                             .interface = c.interface(key.interface).id,
                                             .fromRequest = fromRequest});
    if (!n.queue.empty()) {
        auto queue = std::move(n.queue);
        n.queue.clear();
        n.queuedBytes = 0;
        for (const auto frame : queue) {
            const auto trace = c.frames().trace(frame);
            if (c.tracing() && trace != trace::kNoIndex) c.world().log->setFrame(trace);
            send(c, key.interface, key.address, frame);
        }
    }
}

/// answer tells the asker that an address is here.
void answer(Context& c, const ArpAsked& asked) {
    const auto& own = c.interface(asked.interface).mac;
    sendArp(c, asked.interface,
            {wire::ArpPacket::kReply, own, asked.senderMac, IpAddress::v4(asked.target), IpAddress::v4(asked.sender)},
            asked.senderMac);
}

/// learnAsker takes the asker's own address, which comes along for free: it is learned, but not yet trusted.
void learnAsker(Context& c, const ArpAsked& asked) {
    if (asked.sender == 0) return;
    const auto e = c.system().neighbours.entries.insert({asked.interface, asked.sender});
    update(c, e, asked.senderMac, NeighbourState::Stale, true, true);
}

/// answerWaiting answers the requests whose time has come, if they still are to be.
void answerWaiting(Context& c) {
    auto& waiting = c.system().proxyRequests;
    const auto later =
        std::stable_partition(waiting.begin(), waiting.end(), [&](const ProxyRequest& r) { return r.at <= c.now(); });
    const std::vector<ProxyRequest> due(waiting.begin(), later);
    waiting.erase(waiting.begin(), later);
    for (const auto& r : due) {
        if (!c.interface(r.asked.interface).up) continue;
        if (arp_reply::judge(c, r.asked, true) != arp_reply::Answer::Proxy) continue;
        learnAsker(c, r.asked);
        answer(c, r.asked);
    }
}

} // namespace

void send(Context& c, std::uint32_t interface, std::uint32_t nextHop, kernel::FrameSlot frame) {
    auto& entries = c.system().neighbours.entries;
    std::uint32_t e = entries.find({interface, nextHop});
    if (e == entries.kNone) e = entries.insert({interface, nextHop});
    Neighbour& n = entries[e];
    switch (n.state) {
    case NeighbourState::Reachable:
    case NeighbourState::Permanent: [[likely]] return emitHeaderAndTransmit(c, interface, n.mac, frame);
    case NeighbourState::Stale:
        n.used = c.now();
        setState(c, n, NeighbourState::Delay);
        setTimer(c, e, c.now() + Table::kDelayFirstProbe);
        return emitHeaderAndTransmit(c, interface, n.mac, frame);
    case NeighbourState::Delay:
    case NeighbourState::Probe: n.used = c.now(); return emitHeaderAndTransmit(c, interface, n.mac, frame);
    case NeighbourState::None:
    case NeighbourState::Failed:
    case NeighbourState::Incomplete: break;
    }
    const auto size = std::uint32_t(c.frames().bytes(frame).size());
    n.used = c.now();
    // Linux keeps what arrived last: the oldest waiting packets make room.
    while (n.queuedBytes + size > Table::kQueueBytes && !n.queue.empty()) {
        n.queuedBytes -= std::uint32_t(c.frames().bytes(n.queue.front()).size());
        c.drop(n.queue.front(), DropReason::NeighbourQueueFull);
        n.queue.erase(n.queue.begin());
    }
    n.queue.push_back(frame);
    n.queuedBytes += size;
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    if (n.state != NeighbourState::Incomplete) begin(c, e);
}

bool valid(const Context& c, std::uint32_t interface, std::uint32_t nextHop) {
    const auto& entries = c.system().neighbours.entries;
    const auto e = entries.find({interface, nextHop});
    return e != entries.kNone && hasMac(entries[e].state);
}

void solicitFor(Context& c, std::uint32_t interface, std::uint32_t nextHop) {
    const auto e = c.system().neighbours.entries.insert({interface, nextHop});
    const auto state = c.system().neighbours.entries[e].state;
    if (!hasMac(state) && state != NeighbourState::Incomplete) begin(c, e);
}

bool holds(Context& c, std::uint32_t interface, std::uint32_t nextHop, std::uint32_t destination,
           std::span<const std::uint8_t, 8> transport) {
    const auto& entries = c.system().neighbours.entries;
    const auto e = entries.find({interface, nextHop});
    if (e == entries.kNone) return false;
    // Given up at this very moment: the news of it is on its way to the sender.
    if (entries[e].state == NeighbourState::Failed && entries[e].updated == c.now()) return true;
    return std::any_of(entries[e].queue.begin(), entries[e].queue.end(), [&](kernel::FrameSlot frame) {
        wire::Ipv4View packet(c.frames().bytes(frame).data() + ip::kLinkHeader);
        const auto payload = packet.payload();
        return packet.destination() == destination && payload.size() >= 8 &&
               std::equal(transport.begin(), transport.end(), payload.begin());
    });
}

void set(Context& c, std::uint32_t interface, std::uint32_t address, NeighbourState state,
         const wire::MacAddress& mac) {
    auto& entries = c.system().neighbours.entries;
    std::uint32_t e = entries.find({interface, address});
    if (e == entries.kNone) {
        if (state != NeighbourState::Permanent) return; // there is nothing to change
        e = entries.insert({interface, address});
    }
    if (c.tracing())
        c.decide(decisions::NeighbourSet{.address = IpAddress::v4(address),
                                         .interface = c.interface(interface).id,
                                         .state = c.text(stateName(state))});
    if (state == NeighbourState::Permanent) {
        entries[e].deadline = kernel::kNever;
        return update(c, e, mac, state, true, false);
    }
    if (state == NeighbourState::Failed || state == NeighbourState::None) {
        fail(c, e);
        if (state == NeighbourState::None) entries.erase(e);
        return;
    }
    if (!hasMac(entries[e].state)) return; // a state without a MAC would mean nothing
    setState(c, entries[e], state);
    entries[e].deadline = kernel::kNever;
    if (state == NeighbourState::Reachable) {
        entries[e].confirmed = c.now();
        setTimer(c, e, c.now() + c.system().neighbours.reachableTime);
    }
}

void timer(Context& c, std::uint32_t e) {
    if (e == arp_reply::kProxyTimer) return answerWaiting(c);
    auto& table = c.system().neighbours;
    auto& entries = table.entries;
    if (!entries.used(e) || entries[e].deadline != c.now()) return; // set anew since
    Neighbour& n = entries[e];
    const NeighbourKey key = entries.key(e);
    switch (n.state) {
    case NeighbourState::Incomplete:
        if (n.probes >= Table::kMulticastTries) return fail(c, e);
        ++n.probes;
        setTimer(c, e, c.now() + Table::kRetransmit);
        return solicit(c, e, false);
    case NeighbourState::Reachable:
        if (c.now() < n.confirmed + table.reachableTime) return setTimer(c, e, n.confirmed + table.reachableTime);
        if (c.now() <= n.used + Table::kDelayFirstProbe) {
            setState(c, n, NeighbourState::Delay);
            return setTimer(c, e, c.now() + Table::kDelayFirstProbe);
        }
        setState(c, n, NeighbourState::Stale);
        n.deadline = kernel::kNever;
        return;
    case NeighbourState::Delay:
        if (c.now() <= n.confirmed + Table::kDelayFirstProbe) {
            setState(c, n, NeighbourState::Reachable);
            return setTimer(c, e, n.confirmed + table.reachableTime);
        }
        setState(c, n, NeighbourState::Probe);
        n.probes = 1;
        if (c.tracing())
            c.decide(decisions::NeighbourProbe{
                .address = IpAddress::v4(key.address), .mac = n.mac, .interface = c.interface(key.interface).id});
        setTimer(c, e, c.now() + Table::kRetransmit);
        return solicit(c, e, true);
    case NeighbourState::Probe:
        if (n.probes >= Table::kUnicastTries) return fail(c, e);
        ++n.probes;
        setTimer(c, e, c.now() + Table::kRetransmit);
        return solicit(c, e, true);
    default: return;
    }
}

void receiveArp(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    const auto bytes = c.frames().bytes(frame);
    const auto p = wire::ArpPacket::parse(bytes.subspan(wire::EthernetView::kSize));
    const bool toUs = wire::EthernetView(bytes.data()).destination() == c.interface(interface).mac;
    if (!p) return c.drop(frame, DropReason::UnknownEtherType);
    c.frames().release(frame);
    const std::uint32_t sender = p->sender.toV4(), target = p->target.toV4();
    auto& entries = c.system().neighbours.entries;
    if (p->target.isLoopback() || p->target.isMulticast()) return c.note(DropReason::ArpNotForUs);

    if (sender != 0 && ip::isLocal(c, sender) && p->senderMac != c.interface(interface).mac && c.tracing())
        c.decide(decisions::DuplicateAddress{
            .address = p->sender, .mac = p->senderMac, .interface = c.interface(interface).id});
    auto ignored = DropReason::ArpNotForUs;
    if (p->operation == wire::ArpPacket::kRequest) {
        const ArpAsked asked{interface, sender, target, p->senderMac};
        switch (arp_reply::judge(c, asked, toUs)) {
        case arp_reply::Answer::Own:
            learnAsker(c, asked);
            if (c.tracing())
                c.decide(decisions::ArpAnswered{.asked = p->target,
                                                .asker = p->sender,
                                                .mac = p->senderMac,
                                                .interface = c.interface(interface).id});
            return answer(c, asked);
        case arp_reply::Answer::Proxy: learnAsker(c, asked); return answer(c, asked);
        case arp_reply::Answer::ProxyLater:
            learnAsker(c, asked);
            if (!arp_reply::enqueue(c, asked)) c.note(DropReason::ProxyQueueFull);
            return;
        case arp_reply::Answer::Silent: return c.note(DropReason::ArpIgnored);
        case arp_reply::Answer::Filtered: ignored = DropReason::ReversePath; break;
        case arp_reply::Answer::Other: break;
        }
    }
    const std::uint32_t e = entries.find({interface, sender});
    if (e == entries.kNone) return c.note(ignored);
    const bool override = c.now() > entries[e].macChanged + Table::kLockTime || sender == target;
    const auto state =
        p->operation == wire::ArpPacket::kReply && toUs ? NeighbourState::Reachable : NeighbourState::Stale;
    update(c, e, p->senderMac, state, override, p->operation == wire::ArpPacket::kRequest);
}

void confirm(Context& c, std::uint32_t interface, std::uint32_t nextHop) {
    auto& entries = c.system().neighbours.entries;
    if (const auto e = entries.find({interface, nextHop}); e != entries.kNone) entries[e].confirmed = c.now();
}

void addPermanent(Context& c, std::uint32_t interface, std::uint32_t address, const wire::MacAddress& mac) {
    auto& entries = c.system().neighbours.entries;
    Neighbour& n = entries[entries.insert({interface, address})];
    n.mac = mac;
    setState(c, n, NeighbourState::Permanent);
}

void inject(Context& c, std::uint32_t interface, std::uint32_t address, const wire::MacAddress& mac) {
    auto& entries = c.system().neighbours.entries;
    const std::uint32_t e = entries.insert({interface, address});
    // An administrator's word stands above what the table knows: a REACHABLE entry turns STALE, too.
    if (entries[e].state == NeighbourState::Reachable) setState(c, entries[e], NeighbourState::Stale);
    update(c, e, mac, NeighbourState::Stale, true, true, false); // who injects it says why
}

std::uint32_t flush(Context& c, std::uint32_t interface, bool everything) {
    auto& entries = c.system().neighbours.entries;
    std::uint32_t gone = 0;
    // What waited for an answer goes in silence (neigh_flush_dev): nobody has been asked for long enough.
    const auto why = c.carrier(interface) ? DropReason::NeighbourFailed : DropReason::LinkDown;
    for (std::uint32_t e = 0; e < entries.bound(); ++e) {
        if (!entries.used(e) || entries.key(e).interface != interface ||
            (entries[e].state == NeighbourState::Permanent && !everything))
            continue;
        for (const auto frame : entries[e].queue) {
            if (c.tracing()) c.world().log->setFrame(c.frames().trace(frame));
            c.drop(frame, why);
        }
        const auto state = entries[e].state;
        gone += state != NeighbourState::None && state != NeighbourState::Failed && state != NeighbourState::Incomplete;
        entries.erase(e);
    }
    return gone;
}

void announce(Context& c, std::uint32_t interface, std::uint32_t address) {
    const auto own = IpAddress::v4(address);
    const wire::ArpPacket p{wire::ArpPacket::kRequest, c.interface(interface).mac, {}, own, own};
    sendArp(c, interface, p, wire::MacAddress::broadcast());
}

const char* stateName(NeighbourState state) {
    static constexpr const char* kNames[] = {"NONE",  "INCOMPLETE", "REACHABLE", "STALE",
                                             "DELAY", "PROBE",      "FAILED",    "PERMANENT"};
    return kNames[std::size_t(state)];
}

} // namespace sim::stack::neighbour
