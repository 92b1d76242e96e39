#include "sim/stack/tcp_internal.h"

#include "sim/stack/ports.h"

#include <algorithm>
#include <string>

namespace sim::stack::tcp {

using kernel::SocketId;
using trace::DecisionKind;
using wire::IpAddress;

TcpSocket& at(Context& c, std::uint32_t s) { return c.system().tcp.sockets[s]; }

TcpKey keyOf(const TcpSocket& s) { return {s.local, s.remote, s.localPort, s.remotePort}; }

std::uint32_t allocate(Context& c) {
    auto& t = c.system().tcp;
    std::uint32_t i;
    if (t.free.empty()) {
        i = std::uint32_t(t.sockets.size());
        t.sockets.emplace_back();
    } else {
        i = t.free.back();
        t.free.pop_back();
        t.sockets[i] = {};
    }
    t.sockets[i].used = true;
    return i;
}

const char* stateName(TcpState state) {
    static constexpr const char* kNames[] = {"CLOSED",    "LISTEN",     "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT_1",
                                             "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING",  "LAST_ACK", "TIME_WAIT"};
    return kNames[std::size_t(state)];
}

void setState(Context& c, TcpSocket& s, TcpState state) {
    if (s.state == state) return;
    if (c.tracing() && state != TcpState::Listen) {
        const std::string text = std::string(stateName(s.state)) + " → " + stateName(state);
        c.decide({.kind = DecisionKind::TcpState, .port = s.localPort, .number = s.remotePort, .address = IpAddress::v4(s.local),
                  .source = IpAddress::v4(s.remote), .text = c.text(text)});
    }
    s.state = state;
}

namespace {

void release(Context& c, std::uint32_t i) {
    auto& t = c.system().tcp;
    TcpSocket& s = t.sockets[i];
    if (const auto e = t.connections.find(keyOf(s)); e != t.connections.kNone && t.connections[e] == i) t.connections.erase(e);
    s = {};
    t.free.push_back(i);
}

} // namespace

void finish(Context& c, std::uint32_t i, Errno error) {
    TcpSocket& s = at(c, i);
    auto& t = c.system().tcp;
    if (s.listener < t.sockets.size() && s.state == TcpState::SynReceived) {
        // Nobody above knows of a half-open connection.
        if (t.sockets[s.listener].halfOpen > 0) --t.sockets[s.listener].halfOpen;
        s.closedByUser = true;
    }
    setState(c, s, TcpState::Closed);
    if (const auto e = t.connections.find(keyOf(s)); e != t.connections.kNone && t.connections[e] == i) t.connections.erase(e);
    s.retransmitAt = s.delayedAckAt = s.closeAt = kernel::kNever;
    s.error = error;
    s.flight.clear();
    if (s.closedByUser) return release(c, i);
    if (error != Errno::None && c.tracing())
        c.decide({.kind = DecisionKind::SocketError, .port = s.remotePort, .address = IpAddress::v4(s.remote), .text = c.text(errnoName(error))});
    c.notify({.app = s.owner, .kind = NoticeKind::Closed, .error = error, .socket = {i}});
}

void prepare(Context& c, TcpSocket& s, std::uint32_t mtu) {
    s.advertisedMss = std::uint16_t(std::min<std::uint32_t>(mtu - 40, 65'495));
    s.iss = s.sndUna = s.sndNxt = s.sndSmall = s.recover = c.system().rng.next32();
    s.tsOffset = c.system().rng.next32();
    s.nextIpId = c.system().rng.next16();
    s.rcvScale = kWindowScale;
    s.inLimit = 65'535 / s.advertisedMss * s.advertisedMss;
}

SocketId listen(Context& c, kernel::AppId owner, std::uint32_t local, std::uint16_t port, std::uint16_t backlog) {
    auto& t = c.system().tcp;
    const TcpKey key{local, 0, port, 0};
    if (t.connections.contains(key) || t.connections.contains({0, 0, port, 0})) return {};
    const auto i = allocate(c);
    TcpSocket& s = t.sockets[i];
    s.owner = owner;
    s.local = local;
    s.localPort = port;
    s.backlog = backlog;
    setState(c, s, TcpState::Listen);
    t.connections[t.connections.insert(key)] = i;
    return {i};
}

Errno connect(Context& c, kernel::AppId owner, std::uint32_t remote, std::uint16_t port, SocketId* socket, std::uint16_t wantedPort) {
    *socket = {};
    const Destination d = ip::findRoute(c, remote);
    if (c.tracing()) ip::noteRoute(c, remote, d);
    if (const Errno e = ip::routeError(d); e != Errno::None) return e;
    if (d.kind == Destination::Kind::Broadcast) return Errno::Access;
    auto& t = c.system().tcp;
    const auto taken = [&](std::uint16_t p) {
        return t.connections.contains({d.source, remote, p, port}) || t.connections.contains({0, 0, p, 0});
    };
    if (wantedPort && taken(wantedPort)) return Errno::AddressInUse;
    const auto localPort = wantedPort ? wantedPort : choosePort(c, taken);
    if (localPort == 0) return Errno::AddressNotAvailable;
    const auto i = allocate(c);
    TcpSocket& s = t.sockets[i];
    s.owner = owner;
    s.local = d.source;
    s.remote = remote;
    s.localPort = localPort;
    s.remotePort = port;
    prepare(c, s, d.mtu);
    t.connections[t.connections.insert(keyOf(s))] = i;
    setState(c, s, TcpState::SynSent);
    *socket = {i};
    TcpSegment syn{.sequence = s.iss, .syn = true};
    ++s.sndNxt;
    sendSegment(c, s, syn);
    s.flight.pushBack(syn);
    armRetransmit(c, i);
    return Errno::None;
}

std::size_t send(Context& c, SocketId id, std::span<const std::uint8_t> bytes) {
    TcpSocket& s = at(c, id.value);
    if (s.finQueued || (s.state != TcpState::Established && s.state != TcpState::CloseWait && s.state != TcpState::SynSent)) return 0;
    const std::size_t room = s.outLimit > s.out.size() ? s.outLimit - s.out.size() : 0;
    const auto taken = bytes.first(std::min(room, bytes.size()));
    s.out.append(taken);
    s.writableWanted = taken.size() < bytes.size();
    if (s.state != TcpState::SynSent) output(c, id.value);
    return taken.size();
}

std::size_t receive(Context& c, SocketId id, std::vector<std::uint8_t>& out, std::size_t limit) {
    TcpSocket& s = at(c, id.value);
    const auto bytes = s.in.at(0, limit);
    const std::size_t n = bytes.size();
    out.insert(out.end(), bytes.begin(), bytes.end());
    s.in.drop(n);
    // A window that was nearly shut is announced anew once there is room for two segments (tcp_cleanup_rbuf).
    if (n > 0 && s.state == TcpState::Established) {
        const std::uint32_t offered = s.rcvWup + s.rcvWindow - s.rcvNxt;
        if (offered < s.rcvMss * 2u && offeredWindow(s) >= offered + 2u * s.rcvMss) sendAck(c, s);
    }
    return n;
}

bool ended(const Context& c, SocketId id) {
    const TcpSocket& s = c.system().tcp.sockets[id.value];
    return s.in.empty() && (s.finReceived || s.state == TcpState::Closed);
}

void shutdown(Context& c, SocketId id) {
    TcpSocket& s = at(c, id.value);
    if (s.finQueued || (s.state != TcpState::Established && s.state != TcpState::CloseWait)) return;
    s.finQueued = true;
    setState(c, s, s.state == TcpState::Established ? TcpState::FinWait1 : TcpState::LastAck);
    output(c, id.value);
}

void close(Context& c, SocketId id) {
    auto& t = c.system().tcp;
    if (!id.valid() || id.value >= t.sockets.size() || !t.sockets[id.value].used) return;
    TcpSocket& s = t.sockets[id.value];
    if (s.closedByUser) return;
    s.closedByUser = true;
    switch (s.state) {
    case TcpState::Closed: return release(c, id.value);
    case TcpState::Listen:
    case TcpState::SynSent: return finish(c, id.value, Errno::None);
    case TcpState::Established:
    case TcpState::CloseWait:
        // Data that nobody will read is answered with a reset, so that the sender learns of it (RFC 2525 2.17).
        if (!s.in.empty()) {
            sendReset(c, s);
            return finish(c, id.value, Errno::None);
        }
        return shutdown(c, id);
    case TcpState::FinWait2:
        s.closeAt = c.now() + kFinTimeout;
        return schedule(c, id.value);
    default: return;
    }
}

void abort(Context& c, SocketId id) {
    auto& t = c.system().tcp;
    if (!id.valid() || id.value >= t.sockets.size() || !t.sockets[id.value].used) return;
    TcpSocket& s = t.sockets[id.value];
    switch (s.state) {
    case TcpState::SynReceived:
    case TcpState::Established:
    case TcpState::CloseWait:
    case TcpState::FinWait1:
    case TcpState::FinWait2: sendReset(c, s); break;
    default: break;
    }
    s.closedByUser = true;
    finish(c, id.value, Errno::None);
}

bool writable(const Context& c, SocketId id) {
    const TcpSocket& s = c.system().tcp.sockets[id.value];
    return !s.finQueued && (s.state == TcpState::Established || s.state == TcpState::CloseWait || s.state == TcpState::SynSent);
}

void setNoDelay(Context& c, SocketId id, bool on) {
    TcpSocket& s = at(c, id.value);
    s.noDelay = on;
    if (on && (s.state == TcpState::Established || s.state == TcpState::CloseWait)) output(c, id.value);
}

void setKeepAlive(Context& c, SocketId id, kernel::SimTime idle, kernel::SimTime interval) {
    TcpSocket& s = at(c, id.value);
    s.keepIdle = idle;
    s.keepInterval = interval;
}

void setReceiveBuffer(Context& c, SocketId id, std::uint64_t bytes) {
    at(c, id.value).receiveBuffer = std::uint32_t(std::clamp<std::uint64_t>(bytes, 1152, 0x3fff'ffff));
}

} // namespace sim::stack::tcp
