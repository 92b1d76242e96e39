// TCP's timers: retransmission with back-off (RFC 6298), SYN retries, loss and window probes, delayed ACK, keep-alive.
#include "sim/decisions/transport.h"
#include "sim/kernel/timer_wheel.h"
#include "sim/stack/tcp_internal.h"

#include <algorithm>

namespace sim::stack::tcp {

using kernel::SimTime;

void estimateRtt(TcpSocket& s, std::int64_t rttUs) {
    const std::int64_t least = microseconds(kRtoMin);
    std::int64_t m = std::max<std::int64_t>(rttUs, 1);
    if (s.srtt8 != 0) {
        m -= s.srtt8 >> 3;
        s.srtt8 += m;
        if (m < 0) {
            m = -m - (s.mdev >> 2);
            if (m > 0) m >>= 3; // a round trip that became shorter says little about the variance
        } else {
            m -= s.mdev >> 2;
        }
        s.mdev += m;
        if (s.mdev > s.mdevMax) {
            s.mdevMax = s.mdev;
            s.rttvar = std::max(s.rttvar, s.mdevMax);
        }
        if (after(s.sndUna, s.rttSequence)) {
            if (s.mdevMax < s.rttvar) s.rttvar -= (s.rttvar - s.mdevMax) >> 2;
            s.rttSequence = s.sndNxt;
            s.mdevMax = least;
        }
    } else {
        s.srtt8 = m << 3;
        s.mdev = m << 1;
        s.rttvar = s.mdevMax = std::max(s.mdev, least);
        s.rttSequence = s.sndNxt;
    }
    s.srtt8 = std::max<std::int64_t>(s.srtt8, 1);
    s.rto = std::clamp(fromMicroseconds((s.srtt8 >> 3) + s.rttvar), kRtoMin, kRtoMax);
}

void schedule(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const SimTime due =
        std::min({s.retransmitAt, s.delayedAckAt, s.closeAt, s.paceAt, s.compressedAckAt, s.keepAliveAt});
    if (due >= s.timerScheduled) return;
    s.timerScheduled = due;
    c.schedule(due, kernel::EventKind::TcpTimer, i);
}

void arm(Context& c, std::uint32_t i, TcpPending what, SimTime wait) {
    TcpSocket& s = at(c, i);
    s.pending = what;
    s.retransmitAt = kernel::onWheel(c.now(), std::clamp(wait, SimTime(1), kRtoMax));
    schedule(c, i);
}

namespace {

/// rtoLeft is how far away the head's time-out is.
SimTime rtoLeft(Context& c, const TcpSocket& s) {
    return s.flight.empty() ? s.rto : s.flight.front().sent + s.rto - c.now();
}

} // namespace

void rearmRto(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    if (s.flight.empty()) {
        if (s.pending == TcpPending::Probe) return;
        s.pending = TcpPending::None;
        s.retransmitAt = kernel::kNever;
        return;
    }
    SimTime wait = s.rto;
    // What passed while another timer stood in for this one counts.
    if (s.pending == TcpPending::Reorder || s.pending == TcpPending::LossProbe)
        wait = std::max(rtoLeft(c, s), SimTime(1));
    arm(c, i, TcpPending::Retransmit, wait);
}

bool scheduleLossProbe(Context& c, std::uint32_t i, bool advancingRto) {
    TcpSocket& s = at(c, i);
    if (s.flight.empty() || !s.sackOk || (s.caState != TcpCaState::Open && s.caState != TcpCaState::Cwr)) return false;
    SimTime wait = kRtoInitial;
    if (s.srtt8) wait = fromMicroseconds(s.srtt8 >> 2) + (s.packetsOut() == 1 ? kRtoMin : kTimerSlack);
    const SimTime left = advancingRto ? s.rto : rtoLeft(c, s);
    if (left > SimTime::zero()) wait = std::min(wait, left);
    arm(c, i, TcpPending::LossProbe, wait);
    return true;
}

void armKeepAlive(Context& c, std::uint32_t i, SimTime wait) {
    at(c, i).keepAliveAt = kernel::onWheel(c.now(), wait);
    schedule(c, i);
}

namespace {

/// timedOut tells that so many doublings of the least time-out have passed since the first retransmission.
bool timedOut(Context& c, const TcpSocket& s, int boundary) {
    if (s.retransmits == 0 || !s.retransStamp) return false;
    constexpr int kLinearFrom = 9;
    const std::int64_t least = kRtoMin / std::chrono::milliseconds(1), most = kRtoMax / std::chrono::milliseconds(1);
    const std::int64_t limit = boundary <= kLinearFrom
                                   ? ((2LL << boundary) - 1) * least
                                   : ((2LL << kLinearFrom) - 1) * least + (boundary - kLinearFrom) * most;
    return std::int64_t(timestamp(c, s) - s.retransStamp) >= limit;
}

void synExpired(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const bool answer = s.state == TcpState::SynReceived;
    const int tries = answer ? kSynAckRetries : int(c.system().sysctls.of(Sysctl::TcpSynRetries)) + kSynLinear;
    if (s.synTimeouts >= tries)
        return finish(c, i, s.softError != Errno::None && !answer ? s.softError : Errno::TimedOut);
    ++s.synRetries;
    ++s.synTimeouts;
    ++s.retransmits;
    s.undoMarker = true;
    if (c.tracing())
        c.decide(decisions::TcpRetransmit{
            .remote = {wire::IpAddress::v4(s.remote), s.remotePort}, .sequence = 0, .why = c.text("timeout")});
    s.flight.front().everRetransmitted = true;
    sendSegment(c, s, s.flight.front());
    // Tries of a connect are a second apart at first (tcp_syn_linear_timeouts, since Linux 6.5), then the time doubles.
    const int doublings = answer ? s.synTimeouts : std::max(0, s.synTimeouts - kSynLinear);
    arm(c, i, TcpPending::Retransmit, kRtoInitial * (1LL << std::min(doublings, 7)));
}

void retransmitExpired(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    if (s.state == TcpState::SynSent || s.state == TcpState::SynReceived) return synExpired(c, i);
    if (s.flight.empty()) return;
    const bool shut = s.sndWindow == 0 && !s.closedByUser;
    if (!shut && timedOut(c, s, s.closedByUser ? 8 : kRetries))
        return finish(c, i, s.softError != Errno::None ? s.softError : Errno::TimedOut);
    enterLoss(c, i);
    ++s.retransmits;
    retransmit(c, i, 0, "timeout");
    ++s.backoff;
    s.rto = std::min(s.rto * 2, kRtoMax);
    arm(c, i, TcpPending::Retransmit, s.rto);
}

void lossProbe(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    if (!s.tlpActive && !s.flight.empty()) {
        s.tlpRetransmitted = false;
        const std::uint32_t offset = s.sndNxt - s.sndUna;
        const auto waiting = std::uint32_t(s.out.size() > offset ? s.out.size() - offset : 0);
        const bool fits = !after(s.sndNxt + std::min<std::uint32_t>(waiting, s.mss), s.sndUna + s.sndWindow);
        bool sent = false;
        if ((waiting > 0 || (s.finQueued && !s.finSent)) && fits) {
            sent = sendProbeOfNewData(c, i);
        } else {
            retransmit(c, i, s.flight.size() - 1, "probe");
            s.tlpRetransmitted = sent = true;
        }
        if (sent) {
            s.tlpActive = true;
            s.tlpHighSequence = s.sndNxt;
            s.pending = TcpPending::None; // the time-out begins anew
        }
    }
    rearmRto(c, i);
}

void windowProbe(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const std::uint32_t offset = s.sndNxt - s.sndUna;
    const bool waiting = s.out.size() > offset || (s.finQueued && !s.finSent);
    if (!s.flight.empty() || !waiting) {
        s.probesOut = 0;
        return;
    }
    if (s.probesOut >= (s.closedByUser ? 8 : kRetries)) return finish(c, i, Errno::TimedOut);
    writeWakeup(c, i);
    if (!s.flight.empty()) {
        s.probesOut = s.backoff = 0;
        return;
    }
    ++s.probesOut;
    if (s.backoff < kRetries) ++s.backoff;
    SimTime wait = std::max(s.rto, kRtoMin);
    for (int k = 0; k < s.backoff && wait < kRtoMax; ++k)
        wait *= 2;
    arm(c, i, TcpPending::Probe, wait);
}

void transmitExpired(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const TcpPending what = s.pending;
    s.retransmitAt = kernel::kNever;
    switch (what) {
    case TcpPending::Reorder: return rackTimeout(c, i);
    case TcpPending::LossProbe: return lossProbe(c, i);
    case TcpPending::Probe: s.pending = TcpPending::None; return windowProbe(c, i);
    case TcpPending::Retransmit: s.pending = TcpPending::None; return retransmitExpired(c, i);
    case TcpPending::None: return;
    }
}

void keepAliveExpired(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    s.keepAliveAt = kernel::kNever;
    if (s.keepIdle == SimTime::zero()) return;
    const std::uint32_t offset = s.sndNxt - s.sndUna;
    if (!s.flight.empty() || s.out.size() > offset) return armKeepAlive(c, i, s.keepIdle);
    const SimTime silent = c.now() - std::max(s.lastReceived, s.lastHeard);
    if (silent < s.keepIdle) return armKeepAlive(c, i, s.keepIdle - silent);
    if (s.probesOut >= kKeepAliveProbes) {
        sendReset(c, s);
        return finish(c, i, Errno::TimedOut);
    }
    sendProbe(c, s);
    ++s.probesOut;
    armKeepAlive(c, i, s.keepInterval);
}

} // namespace

void timer(Context& c, std::uint32_t i) {
    const auto used = [&] { return at(c, i).used && at(c, i).state != TcpState::Closed; };
    if (i >= c.system().tcp.sockets.size() || !at(c, i).used) return;
    if (at(c, i).timerScheduled <= c.now()) at(c, i).timerScheduled = kernel::kNever;
    at(c, i).clock = c.now();
    if (at(c, i).closeAt <= c.now()) {
        at(c, i).closedByUser = true;
        return finish(c, i, Errno::None);
    }
    if (at(c, i).delayedAckAt <= c.now()) {
        TcpSocket& s = at(c, i);
        // A delayed ACK that had to be sent shows that this was no conversation after all (tcp_delack_timer_handler).
        if (s.pingpong) {
            s.pingpong = false;
            s.ato = kAtoMin;
        } else {
            s.ato = std::min(s.ato * 2, s.rto);
        }
        s.delayedAckAt = kernel::kNever;
        if (s.ackPending) sendAck(c, s);
    }
    if (at(c, i).compressedAckAt <= c.now()) {
        TcpSocket& s = at(c, i);
        s.compressedAckAt = kernel::kNever;
        if (s.compressedAcks) sendAck(c, s);
    }
    if (at(c, i).paceAt <= c.now()) {
        at(c, i).paceAt = kernel::kNever;
        if (at(c, i).lostOut > at(c, i).retransOut && at(c, i).cwnd > at(c, i).inFlight()) retransmitLost(c, i);
        output(c, i);
    }
    if (at(c, i).retransmitAt <= c.now()) transmitExpired(c, i);
    if (used() && at(c, i).keepAliveAt <= c.now()) keepAliveExpired(c, i);
    if (used()) schedule(c, i);
}

} // namespace sim::stack::tcp
