// Receiving: handshake, sequence checks, reassembly, when to acknowledge, closing (RFC 9293 3.10.7, as Linux orders
// it).
#include "sim/decisions/describe.h"
#include "sim/decisions/transport.h"
#include "sim/stack/tcp_internal.h"

#include <algorithm>
#include <optional>

namespace sim::stack::tcp {

using trace::DropReason;
using wire::IpAddress;
using wire::Ipv4View;
using wire::TcpHeader;

namespace {

void takeOptions(TcpSocket& s, const TcpHeader& syn) {
    const std::uint16_t peer = syn.options.mss.value_or(536);
    s.timestampsOk = syn.options.timestamps;
    s.sackOk = syn.options.sackPermitted;
    s.sndScale = syn.options.windowScale.value_or(0xff);
    if (s.sndScale == 0xff)
        s.rcvScale = 0;
    else
        s.sndScale = std::min<std::uint8_t>(s.sndScale, 14);
    const std::uint16_t overhead = s.timestampsOk ? 12 : 0;
    s.mss = std::uint16_t(std::max(48, std::min<int>(peer, s.advertisedMss) - overhead));
    s.tsRecent = syn.options.tsValue;
    s.irs = syn.sequence;
    s.rcvNxt = s.rcvWup = s.copied = s.lastAckSent = syn.sequence + 1;
    s.sndWl1 = syn.sequence;
    s.sndWindow = s.maxWindow = syn.window;
}

/// acceptQueueFull tells that no more connections can wait for a listener's program (sk_acceptq_is_full).
bool acceptQueueFull(const TcpSocket& listener) { return listener.holds && listener.waiting > listener.backlog; }

/// acceptSyn answers a SYN to a listener with a SYN-ACK from a socket of its own; its sequence number is random, or the
/// one given.
void acceptSyn(Context& c, std::uint32_t listener, Ipv4View packet, const TcpHeader& h,
               std::optional<std::uint32_t> sequence = {}) {
    auto& t = c.system().tcp;
    if (at(c, listener).halfOpen >= at(c, listener).backlog || acceptQueueFull(at(c, listener)))
        return c.note(DropReason::ListenQueueFull);
    // Without a way back there is no request to remember, and no timer (inet_csk_route_req).
    const Destination d = ip::findRoute(c, Flow{.destination = packet.source(),
                                                .source = packet.destination(),
                                                .protocol = 6,
                                                .ports = {h.destinationPort, h.sourcePort}});
    if (ip::cannotSend(c, d, Unsent::SynAck, packet.source(), packet.destination())) return;
    const auto i = allocate(c);
    ++at(c, listener).halfOpen;
    TcpSocket& s = at(c, i);
    s.owner = at(c, listener).owner;
    s.receiveBuffer = at(c, listener).receiveBuffer;
    s.receiveBufferLocked = at(c, listener).receiveBufferLocked;
    s.listener = listener;
    s.local = packet.destination();
    s.remote = packet.source();
    s.localPort = h.destinationPort;
    s.remotePort = h.sourcePort;
    prepare(c, s, d.mtu ? d.mtu : 1500);
    if (sequence) s.iss = s.sndUna = s.sndNxt = *sequence;
    takeOptions(s, h);
    selectInitialWindow(s, s.advertisedMss - (s.timestampsOk ? 12u : 0u));
    if (s.sndScale == 0xff) s.rcvScale = 0;
    t.connections[t.connections.insert(keyOf(s))] = i;
    s.state = TcpState::Listen; // RFC 9293 3.3.2: a passive open comes from there
    setState(c, s, TcpState::SynReceived);
    TcpSegment syn{.sequence = s.iss, .syn = true};
    ++s.sndNxt;
    s.sndSmall = s.pushed = s.tailStart = s.sndNxt;
    s.retransStamp = timestamp(c, s);
    sendSegment(c, s, syn);
    s.flight.pushBack(syn);
    arm(c, i, TcpPending::Retransmit, kRtoInitial);
}

/// isPassive tells that a listener let this connection in.
bool isPassive(const TcpSocket& s) { return s.listener != 0xffff'ffff; }

void inputSynSent(Context& c, std::uint32_t i, Ipv4View packet, const TcpHeader& h, std::size_t payload) {
    TcpSocket& s = at(c, i);
    if (h.ack() && h.acknowledgment != s.sndNxt) {
        // The other end speaks of a connection that is no more here (RFC 9293 3.10.7.3): it learns that by a reset, and
        // the SYN goes again at once, as the reset clears the way for it.
        c.note(DropReason::TcpOldAck);
        resetUnknown(c, packet, h, payload);
        if (s.retransmits == 0) arm(c, i, TcpPending::Retransmit, kTimeoutMin);
        return;
    }
    if (h.ack() && h.options.timestamps && h.options.tsEcho != 0 &&
        (before(h.options.tsEcho, s.retransStamp) || after(h.options.tsEcho, timestamp(c, s)))) {
        c.note(DropReason::TcpOldAck); // it echoes what none of our SYNs said
        return resetUnknown(c, packet, h, payload);
    }
    if (h.rst()) {
        if (h.ack()) finish(c, i, Errno::ConnectionRefused);
        return;
    }
    if (!h.syn()) return c.note(DropReason::TcpInvalidSequence);
    takeOptions(s, h);
    if (!h.ack()) { // both opened at once
        setState(c, s, TcpState::SynReceived);
        s.flight.front().everRetransmitted = true;
        return sendSegment(c, s, s.flight.front());
    }
    synAcked(c, i, h);
    setState(c, s, TcpState::Established);
    initBuffers(c, s);
    initCongestion(c, s);
    if (s.fastOpen != wire::FastOpenRequest::None && !s.out.empty()) {
        enterQuickAck(s);
        s.ackPending = true; // the ACK rides on the data that waits for it
    } else {
        sendAck(c, s);
    }
    if (s.keepIdle > kernel::SimTime::zero()) armKeepAlive(c, i, s.keepIdle);
    c.notify({.app = s.owner, .kind = NoticeKind::Connected, .socket = {i}});
    output(c, i);
}

/// duplicateAck answers what is out of the window; answers to mere ACKs are rationed to two a second.
void duplicateAck(Context& c, TcpSocket& s, const TcpHeader& h, std::uint32_t length) {
    constexpr kernel::SimTime kRation = std::chrono::milliseconds(500);
    if (length == 0 || h.syn()) {
        if (s.lastOutOfWindowAck != kernel::SimTime::min() && c.now() - s.lastOutOfWindowAck < kRation) return;
        s.lastOutOfWindowAck = c.now();
    } else if (before(h.sequence, s.rcvNxt)) {
        enterQuickAck(s);
        const std::uint32_t end = h.sequence + length;
        setDuplicateSack(s, h.sequence, after(end, s.rcvNxt) ? s.rcvNxt : end);
    }
    sendAck(c, s);
}

/// acceptable is the check of sequence, timestamp, RST and SYN that every segment must pass (tcp_validate_incoming).
bool acceptable(Context& c, std::uint32_t i, const TcpHeader& h, std::uint32_t length) {
    TcpSocket& s = at(c, i);
    // Too old a timestamp: a segment of another age of the sequence numbers (PAWS, RFC 7323 5).
    if (s.timestampsOk && h.options.timestamps && std::int32_t(s.tsRecent - h.options.tsValue) > 0 && !h.rst()) {
        c.note(DropReason::TcpInvalidSequence);
        duplicateAck(c, s, h, length);
        return false;
    }
    if (before(h.sequence + length, s.rcvWup) || after(h.sequence, s.rcvNxt + receivable(s))) {
        c.note(DropReason::TcpInvalidSequence);
        if (!h.rst()) duplicateAck(c, s, h, length);
        return false;
    }
    if (h.rst()) {
        if (h.sequence == s.rcvNxt) {
            finish(c, i,
                   s.state == TcpState::CloseWait     ? Errno::BrokenPipe
                   : s.state == TcpState::SynReceived ? Errno::ConnectionRefused
                                                      : Errno::ConnectionReset);
        } else { // could be anybody's: ask the peer (RFC 5961 3)
            c.note(DropReason::TcpReset);
            duplicateAck(c, s, h, 0);
        }
        return false;
    }
    if (!h.syn()) return true;
    if (s.state == TcpState::SynReceived && !isPassive(s)) {
        // Both opened at once: the peer's SYN-ACK is its SYN once more, and the ACK that is waited for.
        if (h.ack() && h.sequence + 1 == s.rcvNxt && length == 1 && h.acknowledgment == s.sndNxt) return true;
    } else if (s.state == TcpState::SynReceived) { // the peer's SYN again: our SYN-ACK was lost
        if (!h.ack() && !s.flight.empty()) {
            // An answer is no try of the timer's: those count apart.
            ++s.synRetries;
            s.flight.front().everRetransmitted = true;
            sendSegment(c, s, s.flight.front());
            return false;
        }
        return h.ack();
    }
    duplicateAck(c, s, h, 0);
    return false;
}

void establish(Context& c, std::uint32_t i, const TcpHeader& h) {
    TcpSocket& s = at(c, i);
    synAcked(c, i, h);
    setState(c, s, TcpState::Established);
    initBuffers(c, s);
    initCongestion(c, s);
    if (s.keepIdle > kernel::SimTime::zero()) armKeepAlive(c, i, s.keepIdle);
    if (s.listener < c.system().tcp.sockets.size()) {
        if (at(c, s.listener).halfOpen > 0) --at(c, s.listener).halfOpen;
        at(c, s.listener).waiting += at(c, s.listener).holds;
        c.notify({.app = s.owner, .kind = NoticeKind::Accepted, .socket = {i}, .from = IpAddress::v4(s.remote)});
    } else {
        c.notify({.app = s.owner, .kind = NoticeKind::Connected, .socket = {i}});
    }
}

/// finAcknowledged moves on when our FIN has arrived; false when the segment needs no more care.
bool finAcknowledged(Context& c, std::uint32_t i, const TcpHeader& h) {
    TcpSocket& s = at(c, i);
    const bool acked = s.finSent && s.sndUna == s.sndNxt;
    switch (s.state) {
    case TcpState::FinWait1:
        if (!acked) return true;
        setState(c, s, TcpState::FinWait2);
        s.proven = true;
        // Nobody will read: wait for the peer's FIN no longer than tcp_fin_timeout.
        if (s.closedByUser) {
            s.closeAt = c.now() + kFinTimeout;
            s.miniature = !h.fin();
        }
        return true;
    case TcpState::Closing:
        if (!acked) return true;
        setState(c, s, TcpState::TimeWait);
        s.closeAt = c.now() + kTimeWait;
        s.keepAliveAt = kernel::kNever;
        return false;
    case TcpState::LastAck:
        if (!acked) return true;
        finish(c, i, Errno::None);
        return false;
    default: return true;
    }
}

/// inputConnected handles a segment for a connection that is at least half open.
void inputConnected(Context& c, std::uint32_t i, Ipv4View packet, const TcpHeader& h,
                    std::span<const std::uint8_t> payload) {
    TcpSocket& s = at(c, i);
    const auto length = std::uint32_t(payload.size()) + h.syn() + h.fin();
    s.clock = c.now();
    s.echo = h.options.timestamps ? h.options.tsEcho : 0;
    if (!acceptable(c, i, h, length)) {
        if (s.used && s.state != TcpState::Closed) schedule(c, i);
        return;
    }
    if (!h.ack()) return c.note(DropReason::TcpInvalidSequence);
    const bool wasEstablished = s.state == TcpState::Established;
    if (s.state == TcpState::SynReceived) {
        if (h.acknowledgment != s.sndNxt) return resetUnknown(c, packet, h, payload.size());
        // The handshake does not end; the SYN-ACK goes again by its timer (tcp_check_req, listen_overflow).
        if (isPassive(s) && acceptQueueFull(at(c, s.listener))) return c.note(DropReason::ListenQueueFull);
        establish(c, i, h);
    }
    if (s.timestampsOk && h.options.timestamps && !after(h.sequence, s.rcvWup) &&
        std::int32_t(h.options.tsValue - s.tsRecent) >= 0)
        s.tsRecent = h.options.tsValue;
    if (!acknowledge(c, i, h, payload.size(), !wasEstablished || h.options.sackCount > 0 || h.sequence != s.rcvNxt)) {
        c.note(DropReason::TcpOldAck);
        return schedule(c, i);
    }
    if (!s.used || !finAcknowledged(c, i, h)) {
        if (at(c, i).used && at(c, i).state != TcpState::Closed) schedule(c, i);
        return;
    }
    if (s.closedByUser && !payload.empty() && after(h.sequence + std::uint32_t(payload.size()), s.rcvNxt) &&
        (s.state == TcpState::FinWait1 || s.state == TcpState::FinWait2)) {
        // Data for a program that has gone (RFC 1122 4.2.2.13).
        resetUnknown(c, packet, h, payload.size());
        return finish(c, i, Errno::None);
    }
    measureRttOfReceiver(c, s, h, payload.size());
    takeData(c, i, h, payload);
    if (s.used && s.state != TcpState::TimeWait && s.state != TcpState::Closed) {
        output(c, i);
        checkAck(c, i, true);
    }
    if (s.used && s.state != TcpState::Closed) schedule(c, i);
}

/// peerOf is to whom a connection from one of our ports leads; none when there is none.
IpAddress peerOf(const Context& c, std::uint32_t local, std::uint16_t port) {
    for (const TcpSocket& s : c.system().tcp.sockets)
        if (s.used && s.remote != 0 && s.local == local && s.localPort == port) return IpAddress::v4(s.remote);
    return {};
}

} // namespace

std::uint32_t listenerFor(Context& c, std::uint32_t local, std::uint16_t port) {
    const auto& connections = c.system().tcp.connections;
    const auto e = connections.find({local, 0, port, 0});
    return e != connections.kNone ? e : connections.find({0, 0, port, 0});
}

void input(Context& c, std::uint32_t, kernel::FrameSlot frame) {
    Ipv4View packet(c.frames().bytes(frame).data() + ip::kLinkHeader);
    const auto segment = packet.payload();
    const auto parsed = TcpHeader::parse(segment);
    if (!parsed) return c.drop(frame, DropReason::TransportHeaderError);
    if (!TcpHeader::checksumOk(segment, packet.addresses())) return c.drop(frame, DropReason::TcpChecksumError);
    const TcpHeader& h = parsed->header;
    const auto& connections = c.system().tcp.connections;
    auto e = connections.find({packet.destination(), packet.source(), h.destinationPort, h.sourcePort});
    if (e == connections.kNone) e = listenerFor(c, packet.destination(), h.destinationPort);
    if (e == connections.kNone) {
        // Only a SYN asks for a port; anything else speaks of a connection.
        const bool asks = h.syn() && !h.ack();
        if (c.tracing()) {
            const decisions::Endpoint local{IpAddress::v4(packet.destination()), h.destinationPort};
            const decisions::Endpoint remote{IpAddress::v4(packet.source()), h.sourcePort};
            if (asks)
                c.decide(decisions::PortClosed{.local = local, .remote = remote, .protocol = 6});
            else
                c.decide(decisions::NoConnection{
                    .local = local, .remote = remote, .other = peerOf(c, packet.destination(), h.destinationPort)});
        }
        resetUnknown(c, packet, h, parsed->payload.size());
        return c.drop(frame, asks ? DropReason::PortClosed : DropReason::NoConnection);
    }
    std::uint32_t i = connections[e];
    std::uint32_t sequence = 0;
    std::optional<std::uint32_t> reopened;
    if (at(c, i).state == TcpState::TimeWait || at(c, i).miniature) {
        if (!outlived(c, i, packet, h, parsed->payload.size(), &sequence)) return c.frames().release(frame);
        i = connections[listenerFor(c, packet.destination(), h.destinationPort)];
        reopened = sequence;
    }
    if (c.tracing() && (h.syn() || !parsed->payload.empty()))
        c.decide(decisions::SocketDelivered{.local = {IpAddress::v4(packet.destination()), h.destinationPort},
                                            .remote = {IpAddress::v4(packet.source()), h.sourcePort},
                                            .protocol = 6});
    switch (at(c, i).state) {
    case TcpState::Listen:
        if (h.rst()) break;
        if (h.ack()) {
            resetUnknown(c, packet, h, parsed->payload.size());
        } else if (h.syn()) {
            acceptSyn(c, i, packet, h, reopened);
        }
        break;
    case TcpState::SynSent: inputSynSent(c, i, packet, h, parsed->payload.size()); break;
    default: inputConnected(c, i, packet, h, parsed->payload); break;
    }
    c.frames().release(frame);
}

void icmpError(Context& c, std::uint32_t from, std::uint8_t type, std::uint8_t code, std::uint32_t mtu, Ipv4View quoted,
               std::span<const std::uint8_t> transport) {
    const auto& connections = c.system().tcp.connections;
    const auto e = connections.find(
        {quoted.source(), quoted.destination(), wire::get16(&transport[0]), wire::get16(&transport[2])});
    if (e == connections.kNone || type != 3) return;
    const std::uint32_t i = connections[e];
    TcpSocket& s = at(c, i);
    // Only what is in flight can have met trouble; anything else is a forgery.
    const std::uint32_t sequence = wire::get32(&transport[4]);
    if (s.state == TcpState::Listen || before(sequence, s.sndUna) || !before(sequence, s.sndNxt)) return;
    if (code == 4) {
        const std::uint32_t mssBefore = s.mss;
        route_exception::learnMtu(c, s.remote, mtu, from);
        return resendSmaller(c, i, mssBefore);
    }
    // While connecting an unreachable destination ends it at once; later it is only a hint (RFC 5461).
    const Errno error = code == 0                ? Errno::NetworkUnreachable
                        : code == 2 || code == 3 ? Errno::ConnectionRefused
                                                 : Errno::HostUnreachable;
    if (s.state == TcpState::SynSent) return finish(c, i, error);
    s.softError = error;
}

} // namespace sim::stack::tcp
