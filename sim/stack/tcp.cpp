#include "sim/stack/tcp_internal.h"

#include "sim/decisions/transport.h"
#include "sim/stack/ports.h"

#include <algorithm>
#include <optional>
#include <string>

namespace sim::stack::tcp {

using kernel::SocketId;
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
    static constexpr const char* kNames[] = {"CLOSED",      "LISTEN",     "SYN_SENT",   "SYN_RECV",
                                             "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT",
                                             "CLOSING",     "LAST_ACK",   "TIME_WAIT"};
    return kNames[std::size_t(state)];
}

void setState(Context& c, TcpSocket& s, TcpState state) {
    if (s.state == state) return;
    if (c.tracing() && state != TcpState::Listen) {
        const std::string text = std::string(stateName(s.state)) + " → " + stateName(state);
        c.decide(decisions::TcpState{.local = {IpAddress::v4(s.local), s.localPort},
                                     .remote = {IpAddress::v4(s.remote), s.remotePort},
                                     .into = state == TcpState::Established ? decisions::TcpState::Into::Established
                                                                            : decisions::TcpState::Into::Other,
                                     .change = c.text(text)});
    }
    s.state = state;
}

namespace {

void release(Context& c, std::uint32_t i) {
    auto& t = c.system().tcp;
    TcpSocket& s = t.sockets[i];
    if (const auto e = t.connections.find(keyOf(s)); e != t.connections.kNone && t.connections[e] == i)
        t.connections.erase(e);
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
    if (const auto e = t.connections.find(keyOf(s)); e != t.connections.kNone && t.connections[e] == i)
        t.connections.erase(e);
    s.retransmitAt = s.delayedAckAt = s.closeAt = s.paceAt = s.compressedAckAt = s.keepAliveAt = kernel::kNever;
    s.error = error;
    s.flight.clear();
    s.sackedOut = s.lostOut = s.retransOut = 0;
    if (s.closedByUser) return release(c, i);
    if (error != Errno::None && c.tracing())
        c.decide(decisions::SocketError{.remote = {IpAddress::v4(s.remote), s.remotePort},
                                        .error = c.text(errnoName(error))});
    c.notify({.app = s.owner, .kind = NoticeKind::Closed, .error = error, .socket = {i}});
}

void prepare(Context& c, TcpSocket& s, std::uint32_t mtu) {
    s.advertisedMss = std::uint16_t(std::min<std::uint32_t>(mtu - 40, 65'495));
    // RFC 6528: not to be guessed, yet of two connections between the same ports the later one begins further on (a
    // step of 64 ns); and timestamps go on from one connection to the next between the same two addresses.
    auto& secret = c.system().tcp.secret;
    while (secret == 0)
        secret = c.system().rng.next();
    const auto clock = std::uint32_t(std::uint64_t(c.now().count()) >> 6);
    s.iss = s.sndUna = s.sndNxt = s.sndSmall = s.pushed = s.tailStart =
        std::uint32_t(kernel::mix64(hashOf(keyOf(s)) ^ secret)) + clock;
    s.tsOffset = std::uint32_t(kernel::mix64((std::uint64_t(s.local) << 32 | s.remote) + secret));
    s.nextIpId = c.system().rng.next16();
    selectInitialWindow(s, s.advertisedMss);
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

void hold(Context& c, SocketId listener) { at(c, listener.value).holds = true; }

void accept(Context& c, SocketId connection) {
    auto& sockets = c.system().tcp.sockets;
    const std::uint32_t listener = sockets[connection.value].listener;
    if (listener < sockets.size() && sockets[listener].waiting > 0) --sockets[listener].waiting;
}

Errno connect(Context& c, kernel::AppId owner, std::uint32_t remote, std::uint16_t port, SocketId* socket,
              const ConnectOptions& options) {
    *socket = {};
    remote = ip::thisHost(remote);
    Flow flow{.destination = remote, .protocol = 6, .ports = {options.localPort, port}};
    const Destination d = ip::findRouteToConnect(c, flow);
    if (c.tracing()) ip::noteRoute(c, flow, d);
    if (const Errno e = ip::routeError(d); e != Errno::None) return e;
    // tcp_v4_connect, whatever the table says
    if (d.kind == Destination::Kind::Broadcast || d.kind == Destination::Kind::Multicast)
        return Errno::NetworkUnreachable;
    auto& t = c.system().tcp;
    const auto connected = [&](std::uint16_t p) { return t.connections.contains({d.source, remote, p, port}); };
    const auto listened = [&](std::uint16_t p) {
        return t.connections.contains({0, 0, p, 0}) || t.connections.contains({d.source, 0, p, 0});
    };
    const auto taken = [&](std::uint16_t p) { return connected(p) || listened(p); };
    if (options.localPort && listened(options.localPort)) return Errno::AddressInUse;
    // The port may be shared (SO_REUSEADDR), the pair of addresses and ports may not, unless only TIME-WAIT is left of
    // the connection before: with timestamps its late segments are told from those of the new one (tcp_twsk_unique).
    std::uint32_t before = kernel::SocketId::kNone;
    if (options.localPort && connected(options.localPort)) {
        before = t.connections[t.connections.find({d.source, remote, options.localPort, port})];
        if (t.sockets[before].state != TcpState::TimeWait || !t.sockets[before].timestampsOk)
            return Errno::AddressNotAvailable;
    }
    const auto localPort = options.localPort ? options.localPort : choosePort(c, taken);
    if (localPort == 0) return Errno::AddressNotAvailable;
    std::optional<std::uint32_t> sequence, recent;
    if (before != kernel::SocketId::kNone) {
        sequence = beyond(t.sockets[before]);
        recent = t.sockets[before].tsRecent;
        finish(c, before, Errno::None);
    }
    const auto i = allocate(c);
    TcpSocket& s = t.sockets[i];
    s.owner = owner;
    s.local = d.source;
    s.remote = remote;
    s.localPort = localPort;
    s.remotePort = port;
    if (options.receiveBuffer) setReceiveBuffer(c, {i}, options.receiveBuffer);
    prepare(c, s, d.mtu);
    if (sequence) {
        s.iss = s.sndUna = s.sndNxt = *sequence;
        s.tsRecent = *recent;
        selectInitialWindow(s, s.advertisedMss - 12u);
    }
    if (options.fastOpen) {
        // A server that gave no cookie is asked in the old way once (tcp_metrics), and then in the new one for good.
        const auto asked = t.cookieless.insert(remote);
        s.fastOpen = t.cookieless[asked] == 1 ? wire::FastOpenRequest::Experimental : wire::FastOpenRequest::Standard;
        t.cookieless[asked] = std::uint8_t(std::min(2, t.cookieless[asked] + 1));
    }
    t.connections[t.connections.insert(keyOf(s))] = i;
    setState(c, s, TcpState::SynSent);
    *socket = {i};
    TcpSegment syn{.sequence = s.iss, .syn = true};
    ++s.sndNxt;
    s.retransStamp = timestamp(c, s);
    sendSegment(c, s, syn);
    s.flight.pushBack(syn);
    s.sndSmall = s.pushed = s.tailStart = s.sndNxt;
    arm(c, i, TcpPending::Retransmit, kRtoInitial);
    return Errno::None;
}

namespace {

/// append puts bytes into the buffers that are cut into segments, and marks where PSH belongs (tcp_sendmsg).
void append(TcpSocket& s, std::span<const std::uint8_t> bytes) {
    const std::uint32_t mss = std::max<std::uint32_t>(s.mss, 1), half = std::max(s.maxWindow >> 1, 68u - 40u);
    const std::uint32_t goal = std::max(std::min(65'535u, half) / mss, 1u) * mss;
    // What is added to a buffer that has not been sent takes the mark of the write before.
    if (!s.pushMarks.empty() && s.pushMarks.back() == s.writeEnd() && after(s.writeEnd(), s.sndNxt) &&
        s.writeEnd() - s.tailStart < goal)
        s.pushMarks.erase(s.pushMarks.size() - 1);
    while (!bytes.empty()) {
        if (after(s.sndNxt, s.tailStart)) s.tailStart = s.sndNxt;
        std::uint32_t filled = s.writeEnd() - s.tailStart;
        if (filled >= goal) {
            s.tailStart = s.writeEnd();
            filled = 0;
        }
        const auto part = bytes.first(std::min<std::size_t>(goal - filled, bytes.size()));
        s.out.append(part);
        bytes = bytes.subspan(part.size());
        const bool full = filled + part.size() >= goal;
        if (bytes.empty() || (full && after(s.writeEnd(), s.pushed + half))) {
            s.pushMarks.pushBack(s.writeEnd());
            s.pushed = s.writeEnd();
        }
    }
}

} // namespace

std::size_t send(Context& c, SocketId id, std::span<const std::uint8_t> bytes) {
    if (!writable(c, id)) return 0;
    TcpSocket& s = at(c, id.value);
    const std::size_t room = s.outLimit > s.out.size() ? s.outLimit - s.out.size() : 0;
    const auto taken = bytes.first(std::min(room, bytes.size()));
    if (s.writeEnd() - s.sndNxt < s.mss && s.inFlight() < s.cwnd && s.lostOut <= s.retransOut)
        s.appLimited = std::max(s.delivered + s.inFlight(), 1u); // the program has not filled the pipe
    if (s.congestion != TcpCongestion::Bbr && s.flight.empty() && s.lastDataSent > kernel::SimTime::zero()) {
        // After a silence the old window says nothing about the network (RFC 2861).
        auto idle = c.now() - s.lastDataSent;
        if (idle > s.rto) {
            const std::uint32_t restart = std::min(kInitialWindow, s.cwnd);
            s.ssthresh = std::max(s.ssthresh, (s.cwnd >> 1) + (s.cwnd >> 2));
            while ((idle -= s.rto) > kernel::SimTime::zero() && s.cwnd > restart)
                s.cwnd >>= 1;
            s.cwnd = std::max(s.cwnd, restart);
            s.maxPacketsOut = 0;
        }
    }
    append(s, taken);
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
    if (n < limit && s.finReceived) s.finRead = true;
    if (s.state != TcpState::Closed && s.state != TcpState::Listen) cleanedUp(c, id.value, n);
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
    output(c, id.value, true);
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
        s.miniature = true;
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
    return !s.finQueued &&
           (s.state == TcpState::Established || s.state == TcpState::CloseWait || s.state == TcpState::SynSent);
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
    if (s.state == TcpState::Closed || s.state == TcpState::Listen || s.state == TcpState::SynSent) return;
    s.keepAliveAt = kernel::kNever;
    if (idle > kernel::SimTime::zero())
        armKeepAlive(c, id.value, idle - std::min(idle, c.now() - std::max(s.lastReceived, s.lastHeard)));
}

void setReceiveBuffer(Context& c, SocketId id, std::uint64_t bytes) {
    TcpSocket& s = at(c, id.value);
    // The kernel doubles it for its own overhead.
    s.receiveBuffer = std::uint32_t(std::clamp<std::uint64_t>(bytes * 2, 2304, 0x3fff'ffff));
    s.receiveBufferLocked = true;
    if (s.state == TcpState::Established) s.windowClamp = std::max(s.rcvWindow, s.receiveBuffer / 256 * s.windowRatio);
}

} // namespace sim::stack::tcp
