// The timers of a peer (the paper's 6), each the same as in Linux's drivers/net/wireguard/timers.c.
#include "sim/stack/wireguard_internal.h"

#include <algorithm>

namespace sim::stack::wireguard {

using kernel::kNever;
using kernel::SimTime;

namespace {
/// jitter keeps two ends from answering each other in step for ever.
SimTime jitter(Tunnel& t) { return SimTime(std::int64_t(t.c.system().rng.below(std::uint64_t(kJitter.count())))); }
} // namespace

void schedule(Tunnel& t, std::uint32_t number) {
    WireguardPeer& p = t.peer(number);
    const SimTime first = std::min({p.retransmitAt, p.keepaliveAt, p.newHandshakeAt, p.forgetAt, p.persistentAt});
    if (first >= p.timerScheduled) return;
    p.timerScheduled = first;
    t.c.schedule(first, kernel::EventKind::Tunnel, t.number << 16 | number);
}

void timer(Context& c, std::uint32_t tunnelAndPeer) {
    Tunnel t(c, tunnelAndPeer >> 16);
    const std::uint32_t number = tunnelAndPeer & 0xffff;
    WireguardPeer& p = t.peer(number);
    if (c.now() != p.timerScheduled) return; // an earlier one was set since, and this one again behind it
    p.timerScheduled = kNever;
    const auto due = [&](SimTime& at) {
        if (at > c.now()) return false;
        at = kNever;
        return true;
    };
    if (due(p.retransmitAt)) {
        if (p.attempts > kRetries) {
            p.keepaliveAt = kNever;
            dropStaged(t, number, trace::DropReason::TunnelNoHandshake);
            if (p.forgetAt == kNever) p.forgetAt = c.now() + 3 * kRejectAfter;
        } else {
            ++p.attempts;
            if (p.endpoint) p.endpoint->from = 0;
            initiate(t, number, true);
        }
    }
    if (due(p.keepaliveAt)) {
        sendKeepalive(t, number);
        if (p.anotherKeepalive) {
            p.anotherKeepalive = false;
            p.keepaliveAt = c.now() + kKeepalive;
        }
    }
    if (due(p.newHandshakeAt)) { // nothing came back for 15 s after something was sent
        if (p.endpoint) p.endpoint->from = 0;
        initiate(t, number, false);
    }
    if (due(p.forgetAt)) {
        p.handshake = {};
        p.current.reset();
        p.previous.reset();
        p.next.reset();
    }
    if (due(p.persistentAt) && p.persistentKeepalive > SimTime::zero()) sendKeepalive(t, number);
    schedule(t, number);
}

void dataSent(Tunnel& t, WireguardPeer& p) {
    if (p.newHandshakeAt == kNever) p.newHandshakeAt = t.now() + kKeepalive + kRekeyTimeout + jitter(t);
}

void dataReceived(Tunnel& t, WireguardPeer& p) {
    if (p.keepaliveAt == kNever)
        p.keepaliveAt = t.now() + kKeepalive;
    else
        p.anotherKeepalive = true;
}

void anySent(WireguardPeer& p) { p.keepaliveAt = kNever; }

void anyReceived(WireguardPeer& p) { p.newHandshakeAt = kNever; }

void anyTraversal(Tunnel& t, WireguardPeer& p) {
    if (p.persistentKeepalive > SimTime::zero()) p.persistentAt = t.now() + p.persistentKeepalive;
}

void handshakeInitiated(Tunnel& t, WireguardPeer& p) { p.retransmitAt = t.now() + kRekeyTimeout + jitter(t); }

void handshakeComplete(Tunnel& t, WireguardPeer& p) {
    p.retransmitAt = kNever;
    p.attempts = 0;
    p.lastMinuteHandshake = false;
    p.latestHandshake = t.now();
}

void sessionDerived(Tunnel& t, WireguardPeer& p) { p.forgetAt = t.now() + 3 * kRejectAfter; }

} // namespace sim::stack::wireguard
