// Receiving: handshake, sequence checks, reassembly, when to acknowledge, closing (RFC 9293 3.10.7, as Linux orders it).
#include "sim/stack/tcp_internal.h"

#include <algorithm>

namespace sim::stack::tcp {

using trace::DecisionKind;
using trace::DropReason;
using wire::IpAddress;
using wire::Ipv4View;
using wire::TcpHeader;

namespace {

constexpr std::uint8_t kQuickAcks = 16;

void takeOptions(TcpSocket& s, const TcpHeader& syn) {
    const std::uint16_t peer = syn.options.mss.value_or(536);
    s.timestampsOk = syn.options.timestamps;
    s.sackOk = syn.options.sackPermitted;
    s.sndScale = syn.options.windowScale.value_or(0xff);
    if (s.sndScale == 0xff) s.rcvScale = 0;
    const std::uint16_t overhead = s.timestampsOk ? 12 : 0;
    s.mss = std::uint16_t(std::max(48, std::min<int>(peer, s.advertisedMss) - overhead));
    s.rcvMss = s.mss;
    s.tsRecent = syn.options.tsValue;
    s.irs = syn.sequence;
    s.rcvNxt = s.rcvWup = syn.sequence + 1;
    s.sndWl1 = syn.sequence;
    s.sndWindow = syn.window;
}

/// acceptSyn answers a SYN to a listener with a SYN-ACK from a socket of its own.
void acceptSyn(Context& c, std::uint32_t listener, Ipv4View packet, const TcpHeader& h) {
    auto& t = c.system().tcp;
    if (at(c, listener).halfOpen >= at(c, listener).backlog) return c.note(DropReason::ListenQueueFull);
    const auto i = allocate(c);
    ++at(c, listener).halfOpen;
    TcpSocket& s = at(c, i);
    s.owner = at(c, listener).owner;
    s.listener = listener;
    s.local = packet.destination();
    s.remote = packet.source();
    s.localPort = h.destinationPort;
    s.remotePort = h.sourcePort;
    const Destination d = ip::findRoute(c, s.remote);
    prepare(c, s, d.mtu ? d.mtu : 1500);
    takeOptions(s, h);
    const std::uint32_t unit = s.advertisedMss - (s.timestampsOk ? 12u : 0u);
    s.inLimit = 65'535 / unit * unit;
    t.connections[t.connections.insert(keyOf(s))] = i;
    setState(c, s, TcpState::SynReceived);
    TcpSegment syn{.sequence = s.iss, .syn = true};
    ++s.sndNxt;
    sendSegment(c, s, syn);
    s.flight.pushBack(syn);
    armRetransmit(c, i);
}

void inputSynSent(Context& c, std::uint32_t i, const TcpHeader& h) {
    TcpSocket& s = at(c, i);
    if (h.ack() && (h.acknowledgment != s.sndNxt)) {
        c.note(DropReason::TcpInvalidSequence);
        return;
    }
    if (h.rst()) {
        if (h.ack()) finish(c, i, Errno::ConnectionRefused);
        return;
    }
    if (!h.syn()) return c.note(DropReason::TcpInvalidSequence);
    takeOptions(s, h);
    if (!h.ack()) { // both opened at once
        s.state = TcpState::SynReceived;
        s.flight.clear();
        TcpSegment syn{.sequence = s.iss, .syn = true};
        sendSegment(c, s, syn);
        s.flight.pushBack(syn);
        return armRetransmit(c, i);
    }
    processAck(c, i, h);
    s.sndWindow = h.window;
    setState(c, s, TcpState::Established);
    s.lastReceived = c.now();
    armRetransmit(c, i);
    sendAck(c, s);
    c.notify({.app = s.owner, .kind = NoticeKind::Connected, .socket = {i}});
    output(c, i);
}

void addSackBlock(TcpSocket& s, std::uint32_t left, std::uint32_t right) {
    wire::SackBlock block{left, right};
    for (auto it = s.sackBlocks.begin(); it != s.sackBlocks.end();) {
        if (!after(it->left, block.right) && !before(it->right, block.left)) {
            if (before(it->left, block.left)) block.left = it->left;
            if (after(it->right, block.right)) block.right = it->right;
            it = s.sackBlocks.erase(it);
        } else {
            ++it;
        }
    }
    s.sackBlocks.insert(s.sackBlocks.begin(), block);
    if (s.sackBlocks.size() > 4) s.sackBlocks.resize(4);
}

/// store keeps what came too early, without overlaps.
void store(TcpSocket& s, std::uint32_t sequence, std::span<const std::uint8_t> data) {
    auto at = s.outOfOrder.begin();
    while (at != s.outOfOrder.end()) {
        const std::uint32_t end = at->sequence + std::uint32_t(at->bytes.size());
        if (!after(end, sequence)) {
            ++at;
            continue;
        }
        if (!before(at->sequence, sequence + std::uint32_t(data.size()))) break;
        if (!after(at->sequence, sequence)) { // it covers our beginning
            const std::uint32_t skip = std::min<std::uint32_t>(end - sequence, std::uint32_t(data.size()));
            sequence += skip;
            data = data.subspan(skip);
            if (data.empty()) return;
            ++at;
            continue;
        }
        const std::uint32_t gap = at->sequence - sequence;
        at = s.outOfOrder.insert(at, {sequence, {data.begin(), data.begin() + gap}, false}) + 1;
        sequence += gap;
        data = data.subspan(gap);
    }
    if (!data.empty()) s.outOfOrder.insert(at, {sequence, {data.begin(), data.end()}, false});
}

/// finArrived is the end of the peer's stream, once everything before it is here.
bool finArrived(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    s.finReceived = true;
    ++s.rcvNxt;
    s.ackPending = true;
    switch (s.state) {
    case TcpState::Established:
        setState(c, s, TcpState::CloseWait);
        s.pingpong = true; // the ACK waits a little for our own FIN to ride on (tcp_fin)
        break;
    case TcpState::FinWait1:
        setState(c, s, TcpState::Closing);
        sendAck(c, s);
        break;
    case TcpState::FinWait2:
        sendAck(c, s);
        setState(c, s, TcpState::TimeWait);
        s.closeAt = c.now() + kTimeWait;
        s.retransmitAt = kernel::kNever;
        break;
    default: break;
    }
    if (!s.closedByUser) c.notify({.app = s.owner, .kind = NoticeKind::Readable, .socket = {i}});
    return true;
}

/// scheduleAck decides as __tcp_ack_snd_check does: at once, or within 40 ms.
void scheduleAck(Context& c, std::uint32_t i, bool outOfOrder) {
    TcpSocket& s = at(c, i);
    if (!s.ackPending) return;
    const bool quick = s.quickAcks > 0 && !s.pingpong;
    if (outOfOrder || quick || s.rcvNxt - s.rcvWup > s.rcvMss || !s.outOfOrder.empty()) return sendAck(c, s);
    if (s.delayedAckAt == kernel::kNever) s.delayedAckAt = c.now() + std::clamp(s.ato, kAtoMin, kernel::SimTime(std::chrono::milliseconds(200)));
    schedule(c, i);
}

/// takeData moves payload into the stream; true when it was out of order or a duplicate.
bool takeData(Context& c, std::uint32_t i, const TcpHeader& h, std::span<const std::uint8_t> payload) {
    TcpSocket& s = at(c, i);
    std::uint32_t sequence = h.sequence;
    if (h.fin()) {
        s.finSeen = true;
        s.finSequence = h.sequence + std::uint32_t(payload.size());
    }
    bool disordered = false;
    if (!payload.empty()) {
        s.ackPending = true;
        s.rcvMss = std::max<std::uint16_t>(s.rcvMss, std::uint16_t(std::min<std::size_t>(payload.size(), s.mss)));
        // The first data of a connection, and data after a long silence, are acknowledged at once (tcp_event_data_recv).
        if (s.ato == kernel::SimTime::zero()) {
            s.quickAcks = kQuickAcks;
            s.ato = kAtoMin;
        } else {
            const auto gap = c.now() - s.lastReceived;
            if (gap <= kAtoMin / 2) s.ato = s.ato / 2 + kAtoMin / 2;
            else if (gap < s.ato) s.ato = std::min(s.ato / 2 + gap, s.rto);
            else if (gap > s.rto) s.quickAcks = kQuickAcks;
        }
        s.lastReceived = c.now();
        const std::uint32_t end = sequence + std::uint32_t(payload.size());
        if (!after(end, s.rcvNxt)) {
            disordered = true; // all of it is known
        } else {
            if (before(sequence, s.rcvNxt)) {
                payload = payload.subspan(s.rcvNxt - sequence);
                sequence = s.rcvNxt;
            }
            const std::uint32_t limit = s.rcvWup + s.rcvWindow;
            if (after(end, limit)) payload = payload.first(before(sequence, limit) ? std::min<std::size_t>(limit - sequence, payload.size()) : 0);
            if (sequence == s.rcvNxt) {
                s.in.append(payload);
                s.rcvNxt += std::uint32_t(payload.size());
                s.inLimit = std::min(s.inLimit + 2u * s.mss, kLargestWindow);
                while (!s.outOfOrder.empty() && !after(s.outOfOrder.front().sequence, s.rcvNxt)) {
                    const auto& first = s.outOfOrder.front();
                    const std::uint32_t known = s.rcvNxt - first.sequence;
                    if (known < first.bytes.size()) {
                        s.in.append(std::span(first.bytes).subspan(known));
                        s.rcvNxt = first.sequence + std::uint32_t(first.bytes.size());
                    }
                    s.outOfOrder.erase(s.outOfOrder.begin());
                }
                std::erase_if(s.sackBlocks, [&](const wire::SackBlock& b) { return !after(b.right, s.rcvNxt); });
            } else if (!payload.empty()) {
                disordered = true;
                store(s, sequence, payload);
                if (s.sackOk) addSackBlock(s, sequence, sequence + std::uint32_t(payload.size()));
            }
        }
        if (!disordered) {
            if (s.closedByUser) s.in.drop(s.in.size());
            else c.notify({.app = s.owner, .kind = NoticeKind::Readable, .socket = {i}});
        }
    }
    if (s.finSeen && !s.finReceived && s.rcvNxt == s.finSequence) finArrived(c, i);
    return disordered;
}

/// established handles a segment for a connection that is at least half open.
void inputConnected(Context& c, std::uint32_t i, const TcpHeader& h, std::span<const std::uint8_t> payload) {
    TcpSocket& s = at(c, i);
    const auto length = std::uint32_t(payload.size()) + h.syn() + h.fin();
    const std::uint32_t window = std::max<std::uint32_t>(s.rcvWup + s.rcvWindow - s.rcvNxt, 0);
    const bool inWindow = !after(s.rcvNxt, h.sequence + length) && !after(h.sequence, s.rcvNxt + window);
    if (!inWindow) {
        c.note(DropReason::TcpInvalidSequence);
        if (!h.rst()) sendAck(c, s);
        return;
    }
    if (h.rst()) {
        if (h.sequence != s.rcvNxt) return c.note(DropReason::TcpReset);
        return finish(c, i, s.state == TcpState::CloseWait ? Errno::BrokenPipe : Errno::ConnectionReset);
    }
    if (h.syn() && s.state != TcpState::SynReceived) return sendAck(c, s); // RFC 5961 challenge
    if (h.syn()) { // the peer's SYN again: our SYN-ACK was lost
        if (!s.flight.empty()) sendSegment(c, s, s.flight.front());
        return;
    }
    if (!h.ack()) return c.note(DropReason::TcpInvalidSequence);
    if (after(h.acknowledgment, s.sndNxt)) {
        c.note(DropReason::TcpOldAck);
        return sendAck(c, s);
    }
    if (h.options.timestamps && s.timestampsOk && !after(h.sequence, s.lastAckSent)) s.tsRecent = h.options.tsValue;

    if (s.state == TcpState::SynReceived) {
        if (h.acknowledgment != s.sndNxt) return;
        processAck(c, i, h);
        s.sndWindow = std::uint32_t(h.window) << (s.sndScale == 0xff ? 0 : s.sndScale);
        setState(c, s, TcpState::Established);
        armRetransmit(c, i);
        if (s.listener < c.system().tcp.sockets.size()) {
            if (at(c, s.listener).halfOpen > 0) --at(c, s.listener).halfOpen;
            c.notify({.app = s.owner, .kind = NoticeKind::Accepted, .socket = {i}, .from = IpAddress::v4(s.remote)});
        } else {
            c.notify({.app = s.owner, .kind = NoticeKind::Connected, .socket = {i}});
        }
    } else if (!before(h.acknowledgment, s.sndUna)) {
        processAck(c, i, h);
    }
    const bool finAcked = s.finSent && s.sndUna == s.sndNxt;
    switch (s.state) {
    case TcpState::FinWait1:
        if (finAcked) {
            setState(c, s, TcpState::FinWait2);
            // Nobody will read: wait for the peer's FIN no longer than tcp_fin_timeout.
            if (s.closedByUser) {
                s.closeAt = c.now() + kFinTimeout;
                schedule(c, i);
            }
        }
        break;
    case TcpState::Closing:
        if (finAcked) {
            setState(c, s, TcpState::TimeWait);
            s.closeAt = c.now() + kTimeWait;
            return schedule(c, i);
        }
        break;
    case TcpState::LastAck:
        if (finAcked) return finish(c, i, Errno::None);
        break;
    case TcpState::TimeWait:
        if (h.fin()) {
            sendAck(c, s);
            s.closeAt = c.now() + kTimeWait;
            schedule(c, i);
        }
        return;
    default: break;
    }
    if (!payload.empty() && s.closedByUser && (s.state == TcpState::FinWait1 || s.state == TcpState::FinWait2)) {
        // Data for a program that has gone (RFC 1122 4.2.2.13).
        sendReset(c, s);
        return finish(c, i, Errno::None);
    }
    const bool disordered = takeData(c, i, h, payload);
    if (s.used && s.state != TcpState::TimeWait) {
        output(c, i);
        scheduleAck(c, i, disordered);
    }
    schedule(c, i);
}

} // namespace

void input(Context& c, std::uint32_t, kernel::FrameSlot frame) {
    Ipv4View packet(c.frames().bytes(frame).data() + ip::kLinkHeader);
    const auto segment = packet.payload();
    const auto parsed = TcpHeader::parse(segment);
    if (!parsed) return c.drop(frame, DropReason::TransportHeaderError);
    if (!TcpHeader::checksumOk(segment, packet.addresses())) return c.drop(frame, DropReason::TcpChecksumError);
    const TcpHeader& h = parsed->header;
    const auto& connections = c.system().tcp.connections;
    auto e = connections.find({packet.destination(), packet.source(), h.destinationPort, h.sourcePort});
    if (e == connections.kNone) e = connections.find({packet.destination(), 0, h.destinationPort, 0});
    if (e == connections.kNone) e = connections.find({0, 0, h.destinationPort, 0});
    if (e == connections.kNone) {
        if (c.tracing())
            c.decide({.kind = DecisionKind::PortClosed, .code = 6, .port = h.destinationPort, .number = h.sourcePort,
                      .address = IpAddress::v4(packet.destination()), .source = IpAddress::v4(packet.source())});
        resetUnknown(c, packet, h, parsed->payload.size());
        return c.drop(frame, DropReason::PortClosed);
    }
    const std::uint32_t i = connections[e];
    if (c.tracing() && (h.syn() || !parsed->payload.empty()))
        c.decide({.kind = DecisionKind::SocketDelivered, .code = 6, .port = h.destinationPort, .number = h.sourcePort,
                  .address = IpAddress::v4(packet.destination()), .source = IpAddress::v4(packet.source())});
    switch (at(c, i).state) {
    case TcpState::Listen:
        if (h.rst()) break;
        if (h.ack()) {
            resetUnknown(c, packet, h, parsed->payload.size());
        } else if (h.syn()) {
            acceptSyn(c, i, packet, h);
        }
        break;
    case TcpState::SynSent: inputSynSent(c, i, h); break;
    default: inputConnected(c, i, h, parsed->payload); break;
    }
    c.frames().release(frame);
}

void icmpError(Context& c, std::uint32_t from, std::uint8_t type, std::uint8_t code, std::uint32_t mtu, Ipv4View quoted,
               std::span<const std::uint8_t> transport) {
    const auto& connections = c.system().tcp.connections;
    const auto e = connections.find({quoted.source(), quoted.destination(), wire::get16(&transport[0]), wire::get16(&transport[2])});
    if (e == connections.kNone || type != 3) return;
    const std::uint32_t i = connections[e];
    if (code == 4) {
        // Only what is in flight can have been too large; anything else is a forgery.
        const std::uint32_t sequence = wire::get32(&transport[4]);
        TcpSocket& s = at(c, i);
        if (s.state == TcpState::Listen || before(sequence, s.sndUna) || !before(sequence, s.sndNxt)) return;
        const std::uint32_t mssBefore = s.mss;
        route_exception::learnMtu(c, s.remote, mtu, from);
        return resendSmaller(c, i, mssBefore);
    }
    // While connecting an unreachable destination ends it at once; later it is only a hint (RFC 5461).
    if (at(c, i).state != TcpState::SynSent) return;
    const Errno error = code == 0 ? Errno::NetworkUnreachable : code == 2 || code == 3 ? Errno::ConnectionRefused : Errno::HostUnreachable;
    finish(c, i, error);
}

} // namespace sim::stack::tcp
