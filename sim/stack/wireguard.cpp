#include "sim/stack/wireguard.h"

#include "sim/decisions/tunnel.h"
#include "sim/stack/icmp.h"
#include "sim/stack/ip.h"
#include "sim/stack/tunnel.h"
#include "sim/stack/wireguard_internal.h"
#include "sim/wire/ethernet.h"

#include <algorithm>

namespace sim::stack::wireguard {

using trace::DropReason;
using wire::IpAddress;
using wire::Ipv4View;
namespace data = message::data;

namespace {

/// kHandshakeTos is DSCP AF41, which Linux puts on handshakes (messages.h).
constexpr std::uint8_t kHandshakeTos = 0x88;

std::uint8_t handshakeTos(const Tunnel& t) { return t.w.userspace ? 0 : kHandshakeTos; }

/// decidePeer records a decision about a peer, with its name and where it is.
template <class D>
void decidePeer(Tunnel& t, const WireguardPeer& p, D d = {}) {
    if (!t.c.tracing()) return;
    d.peer = t.c.text(p.name);
    d.interface = t.id();
    if (p.endpoint) d.endpoint = {IpAddress::v4(p.endpoint->address), p.endpoint->port};
    t.c.decide(d);
}

/// setEndpoint lets a peer be where its latest authentic packet came from.
void setEndpoint(Tunnel& t, WireguardPeer& p, const Endpoint& from) {
    if (p.endpoint == from) return;
    const bool moved = p.endpoint && (p.endpoint->address != from.address || p.endpoint->port != from.port);
    p.endpoint = from;
    if (moved) decidePeer<decisions::TunnelRoamed>(t, p);
}

bool sendToPeer(Tunnel& t, WireguardPeer& p, kernel::FrameSlot frame, std::uint8_t tos) {
    const auto size = t.c.frames().bytes(frame).size() - tunnel::kHeaders;
    if (!p.endpoint) {
        t.c.drop(frame, DropReason::TunnelNoEndpoint);
        return false;
    }
    if (p.endpoint->from != 0 && !ip::isLocal(t.c, p.endpoint->from)) {
        // The kernel looks before it sends. wireguard-go sticks to the address that its peer knows (IP_PKTINFO), is
        // told EINVAL, and lets go of it only when it begins the handshake anew.
        if (t.w.userspace) {
            t.c.drop(frame, DropReason::TunnelSourceGone);
            return false;
        }
        p.endpoint->from = 0;
    }
    if (!sendTo(t, *p.endpoint, frame, tos)) return false;
    p.sent += size;
    return true;
}

/// keepFresh begins a new handshake in time: the initiator's keys are old, or were used too often (6.2).
void keepFreshAfterSending(Tunnel& t, std::uint32_t number) {
    const auto& s = t.peer(number).current;
    if (s && s->sendValid &&
        (s->counter > kRekeyAfterMessages || (s->initiator && expired(s->created, kRekeyAfter, t.now()))))
        initiate(t, number, false);
}

void keepFreshAfterReceiving(Tunnel& t, std::uint32_t number) {
    WireguardPeer& p = t.peer(number);
    const auto& s = p.current;
    if (p.lastMinuteHandshake || !s || !s->sendValid || !s->initiator ||
        !expired(s->created, kRejectAfter - kKeepalive - kRekeyTimeout, t.now()))
        return;
    p.lastMinuteHandshake = true;
    initiate(t, number, false);
}

/// seal makes the transport message of a packet (behind 14 bytes), which is released; an empty one is a keepalive.
kernel::FrameSlot seal(Tunnel& t, WireguardSession& s, kernel::FrameSlot packet) {
    auto& frames = t.c.frames();
    const auto inner = frames.bytes(packet).subspan(ip::kLinkHeader);
    // Padding to 16 hides lengths, but not beyond the MTU.
    const auto mtu = std::size_t(t.c.interface(t.w.interface).mtu);
    std::size_t padded = (inner.size() + data::kPadding - 1) / data::kPadding * data::kPadding;
    if (padded > mtu) padded = std::max(mtu, inner.size());
    std::span<std::uint8_t> out;
    const auto frame = allocate(t, data::kOverhead + padded, &out);
    frames.trace(frame) = frames.trace(packet);
    message::putType(&out[0], message::Type::Data);
    message::putLittle32(&out[data::kReceiver], s.remote);
    message::putLittle64(&out[data::kCounter], s.counter);
    const auto plain = out.subspan(data::kPacket, padded);
    std::copy(inner.begin(), inner.end(), plain.begin()); // and zeros behind it, from allocate
    crypto::seal(s.send, crypto::counterNonce(s.counter++), {}, plain, out.subspan(data::kPacket));
    frames.release(packet);
    return frame;
}

void receiveInitiation(Tunnel& t, const Endpoint& from, std::span<const std::uint8_t> in) {
    const auto number = consumeInitiation(t, in);
    if (number == Wireguard::kNone) return t.c.note(DropReason::TunnelKeyRejected);
    WireguardPeer& p = t.peer(number);
    setEndpoint(t, p, from);
    std::span<std::uint8_t> out;
    p.lastHandshakeSent = t.now();
    const auto frame = allocate(t, message::response::kSize, &out);
    if (!createResponse(t, number, out.first<message::response::kSize>()))
        return t.c.drop(frame, DropReason::TunnelKeyRejected);
    addMacs(t, p, out);
    if (beginSession(t, number)) {
        sessionDerived(t, p);
        anyTraversal(t, p);
        anySent(p);
        decidePeer<decisions::TunnelHandshakeAnswered>(t, p);
        sendToPeer(t, p, frame, handshakeTos(t));
    } else {
        t.c.frames().release(frame);
    }
    p.received += in.size();
    anyReceived(p);
    anyTraversal(t, p);
    schedule(t, number);
}

void receiveResponse(Tunnel& t, const Endpoint& from, std::span<const std::uint8_t> in) {
    const auto number = consumeResponse(t, in);
    if (number == Wireguard::kNone) return t.c.note(DropReason::TunnelKeyRejected);
    WireguardPeer& p = t.peer(number);
    setEndpoint(t, p, from);
    if (beginSession(t, number)) {
        sessionDerived(t, p);
        handshakeComplete(t, p);
        decidePeer<decisions::TunnelEstablished>(t, p);
        sendKeepalive(t, number); // or what waits: either confirms the keys to the other side
    }
    p.received += in.size();
    anyReceived(p);
    anyTraversal(t, p);
    schedule(t, number);
}

WireguardSession* sessionOf(WireguardPeer& p, std::uint32_t index) {
    for (auto* s : {&p.current, &p.previous, &p.next})
        if (*s && (*s)->local == index) return &**s;
    return nullptr;
}

void receiveData(Tunnel& t, const Endpoint& from, std::span<std::uint8_t> in) {
    Context& c = t.c;
    const auto index = message::getLittle32(&in[data::kReceiver]);
    const auto number = peerOfIndex(t, index);
    WireguardSession* s = number == Wireguard::kNone ? nullptr : sessionOf(t.peer(number), index);
    if (!s) return c.note(DropReason::TunnelNoSession);
    WireguardPeer& p = t.peer(number);
    if (!s->receiveValid || expired(s->created, kRejectAfter, t.now()) || s->window.next() >= ReplayWindow::kLast) {
        s->receiveValid = false;
        return c.note(DropReason::TunnelNoSession);
    }
    const auto counter = message::getLittle64(&in[data::kCounter]);
    const std::size_t length = in.size() - data::kOverhead;
    const auto frame = c.frames().allocate(std::uint32_t(ip::kLinkHeader + length));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto inner = c.frames().bytes(frame).subspan(ip::kLinkHeader);
    if (!crypto::open(s->receive, crypto::counterNonce(counter), {}, in.subspan(data::kPacket), inner)) {
        c.note(DropReason::TunnelKeyRejected);
        return c.frames().release(frame);
    }
    if (!s->window.accept(counter)) {
        c.note(DropReason::TunnelReplay);
        return c.frames().release(frame);
    }
    setEndpoint(t, p, from);
    if (p.next && s == &*p.next) { // the first packet with new keys confirms them
        p.previous = std::move(p.current);
        p.current = std::move(p.next);
        p.next.reset();
        handshakeComplete(t, p);
        decidePeer<decisions::TunnelEstablished>(t, p);
        sendStaged(t, number);
    }
    keepFreshAfterReceiving(t, number);
    anyReceived(p);
    anyTraversal(t, p);
    p.received += in.size();
    if (length == 0) {
        decidePeer<decisions::TunnelKeepaliveReceived>(t, p);
        schedule(t, number);
        return c.frames().release(frame);
    }
    dataReceived(t, p);
    schedule(t, number);
    const auto packet = Ipv4View::parse(inner);
    if (!packet) {
        c.note(DropReason::IpHeaderError);
        return c.frames().release(frame);
    }
    c.frames().setLength(frame, std::uint32_t(ip::kLinkHeader + packet->totalLength()));
    const Route* row = t.w.allowed.lookup(packet->source());
    if (!row || row->interface != number) {
        c.note(DropReason::TunnelSourceNotAllowed);
        return c.frames().release(frame);
    }
    if (c.tracing())
        c.decide(decisions::TunnelDecapsulated{.destination = IpAddress::v4(packet->destination()),
                                               .source = IpAddress::v4(packet->source()),
                                               .allowed = {IpAddress::v4(row->network), row->length},
                                               .peer = c.text(p.name),
                                               .endpoint = {IpAddress::v4(from.address), from.port},
                                               .interface = t.id()});
    wire::EthernetView(c.frames().bytes(frame).data()).set({}, {}, wire::EtherType::Ipv4);
    tunnel::deliver(c, t.w.interface, frame);
}

} // namespace

std::array<std::uint8_t, 12> timestamp(kernel::SimTime now) {
    // 2026-01-01 00:00:00 UTC, and the 10 s that Linux takes TAI to be ahead.
    constexpr std::uint64_t kBase = 0x4000'0000'0000'000aULL + 1'767'225'600;
    const auto ns = std::uint64_t(now.count());
    const std::uint64_t seconds = kBase + ns / 1'000'000'000;
    // Coarse, so that it tells nothing about the machine's clock: 2^24 ns, below the 20 ms between two handshakes.
    const std::uint32_t rest = std::uint32_t(ns % 1'000'000'000) & ~((1u << 24) - 1);
    std::array<std::uint8_t, 12> out;
    wire::put32(&out[0], std::uint32_t(seconds >> 32));
    wire::put32(&out[4], std::uint32_t(seconds));
    wire::put32(&out[8], rest);
    return out;
}

void start(Context& c, std::uint32_t number) {
    Tunnel t(c, number);
    t.w.publicKey = crypto::publicKey(t.w.privateKey);
    for (std::uint32_t i = 0; i < t.w.peers.size(); ++i) {
        WireguardPeer& p = t.peer(i);
        p.staticStatic = crypto::sharedSecret(t.w.privateKey, p.publicKey).value_or(crypto::Key{});
        if (p.persistentKeepalive > kernel::SimTime::zero()) p.persistentAt = c.now();
        schedule(t, i);
    }
}

kernel::FrameSlot allocate(Tunnel& t, std::size_t payload, std::span<std::uint8_t>* place) {
    const auto frame = t.c.frames().allocate(std::uint32_t(tunnel::kHeaders + payload));
    if (t.c.tracing()) t.c.frames().trace(frame) = t.c.log()->currentFrame();
    *place = t.c.frames().bytes(frame).subspan(tunnel::kHeaders);
    std::fill(place->begin(), place->end(), std::uint8_t(0));
    return frame;
}

bool sendTo(Tunnel& t, const Endpoint& to, kernel::FrameSlot frame, std::uint8_t tos) {
    UdpSocket& s = t.c.system().udp.sockets[t.w.socket.value];
    Outer o{.source = to.from,
            .destination = to.address,
            .sourcePort = s.localPort,
            .destinationPort = to.port,
            .tos = tos};
    if (t.w.userspace) { // an ordinary socket of an ordinary program
        o.dontFragment = true;
        if (++s.nextId == 0) ++s.nextId;
        o.id = s.nextId;
    }
    return tunnel::send(t.c, t.w.interface, frame, o) == Errno::None;
}

void initiate(Tunnel& t, std::uint32_t number, bool retry) {
    WireguardPeer& p = t.peer(number);
    if (!retry) p.attempts = 0;
    if (!expired(p.lastHandshakeSent, kRekeyTimeout, t.now())) return;
    p.lastHandshakeSent = t.now();
    std::span<std::uint8_t> out;
    const auto frame = allocate(t, message::initiation::kSize, &out);
    if (createInitiation(t, number, out.first<message::initiation::kSize>())) {
        addMacs(t, p, out);
        anyTraversal(t, p);
        anySent(p);
        decidePeer(t, p, decisions::TunnelHandshakeBegun{.attempts = p.attempts});
        sendToPeer(t, p, frame, handshakeTos(t));
        handshakeInitiated(t, p);
    } else {
        t.c.frames().release(frame);
    }
    schedule(t, number);
}

void sendKeepalive(Tunnel& t, std::uint32_t number) {
    WireguardPeer& p = t.peer(number);
    if (p.staged.empty()) {
        const auto frame = t.c.frames().allocate(ip::kLinkHeader);
        if (t.c.tracing()) t.c.frames().trace(frame) = t.c.log()->currentFrame();
        p.staged.pushBack(frame);
    }
    sendStaged(t, number);
}

void sendStaged(Tunnel& t, std::uint32_t number) {
    WireguardPeer& p = t.peer(number);
    auto& frames = t.c.frames();
    const auto valid = [&] {
        return p.current && p.current->sendValid && !expired(p.current->created, kRejectAfter, t.now()) &&
               p.current->counter < ReplayWindow::kLast;
    };
    if (!valid()) {
        if (p.current) p.current->sendValid = false;
        initiate(t, number, false);
        return;
    }
    const auto before = t.c.tracing() ? t.c.log()->currentFrame() : 0;
    while (!p.staged.empty() && valid()) {
        const auto packet = p.staged.front();
        p.staged.popFront();
        const auto length = frames.bytes(packet).size() - ip::kLinkHeader;
        if (t.c.tracing()) t.c.world().log->setFrame(frames.trace(packet));
        std::uint8_t tos = 0;
        if (length > 0) { // the two bits for congestion are copied outwards (RFC 6040)
            const std::uint8_t ecn = frames.bytes(packet)[ip::kLinkHeader + 1] & 3;
            tos = t.w.userspace ? 0 : ecn == 3 ? 2 : ecn;
        } else {
            decidePeer<decisions::TunnelKeepaliveSent>(t, p);
        }
        const auto frame = seal(t, *p.current, packet);
        anyTraversal(t, p);
        anySent(p);
        if ((sendToPeer(t, p, frame, tos) || t.w.userspace) && length > 0)
            dataSent(t, p); // wireguard-go waits for an answer anyway
    }
    if (t.c.tracing()) t.c.world().log->setFrame(before);
    keepFreshAfterSending(t, number);
    schedule(t, number);
}

void dropStaged(Tunnel& t, std::uint32_t number, DropReason why) {
    auto& staged = t.peer(number).staged;
    while (!staged.empty()) {
        if (t.c.tracing()) t.c.world().log->setFrame(t.c.frames().trace(staged.front()));
        t.c.drop(staged.front(), why);
        staged.popFront();
    }
}

void transmit(Context& c, std::uint32_t number, kernel::FrameSlot frame) {
    Tunnel t(c, number);
    Ipv4View packet(c.frames().bytes(frame).data() + ip::kLinkHeader);
    const Route* row = t.w.allowed.lookup(packet.destination());
    // wireguard-go keeps what it cannot send until it hears from the peer; the kernel says so at once.
    if (!row || (!t.peer(row->interface).endpoint && !t.w.userspace)) {
        ++c.interface(t.w.interface).drops;
        if (!t.w.userspace) icmp::sendError(c, packet.whole(), 3, 1);
        return c.drop(frame, row ? DropReason::TunnelNoEndpoint : DropReason::TunnelNoPeer);
    }
    const std::uint32_t peer = row->interface;
    WireguardPeer& p = t.peer(peer);
    if (c.tracing() && p.endpoint)
        c.decide(decisions::TunnelEncapsulated{.destination = IpAddress::v4(packet.destination()),
                                               .source = IpAddress::v4(packet.source()),
                                               .allowed = {IpAddress::v4(row->network), row->length},
                                               .peer = c.text(p.name),
                                               .endpoint = {IpAddress::v4(p.endpoint->address), p.endpoint->port},
                                               .interface = t.id()});
    while (p.staged.size() > kStaged) {
        c.drop(p.staged.front(), DropReason::TunnelQueueFull);
        p.staged.popFront();
    }
    p.staged.pushBack(frame);
    sendStaged(t, peer);
}

void input(Context& c, std::uint32_t number, const Endpoint& from, std::span<const std::uint8_t> payload,
           kernel::FrameSlot frame) {
    Tunnel t(c, number);
    const auto type = message::typeOf(payload);
    if (!type) return c.drop(frame, DropReason::TunnelMessageError);
    switch (*type) {
    case message::Type::Data: receiveData(t, from, {const_cast<std::uint8_t*>(payload.data()), payload.size()}); break;
    case message::Type::Cookie: consumeCookie(t, payload); break;
    case message::Type::Initiation:
    case message::Type::Response: {
        // Linux is under load while 512 handshakes wait, and for a second after; one takes it about this long.
        constexpr auto kHandshake = std::chrono::microseconds(100);
        t.w.busyUntil = std::max(t.w.busyUntil, c.now()) + kHandshake;
        if (t.w.busyUntil - c.now() >= 512 * kHandshake) t.w.underLoadUntil = c.now() + std::chrono::seconds(1);
        const Proof proof = prove(t, from, payload);
        if (proof == Proof::Wrong)
            c.note(DropReason::TunnelKeyRejected);
        else if (proof == Proof::Mac1 && underLoad(t))
            sendCookie(t, from, payload);
        else if (*type == message::Type::Initiation)
            receiveInitiation(t, from, payload);
        else
            receiveResponse(t, from, payload);
        break;
    }
    }
    c.frames().release(frame);
}

} // namespace sim::stack::wireguard
