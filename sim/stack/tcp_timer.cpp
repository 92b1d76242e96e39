// TCP's timers: retransmission with back-off (RFC 6298), SYN retries, delayed ACK, zero window probes, TIME-WAIT.
#include "sim/stack/tcp_internal.h"

#include <algorithm>

namespace sim::stack::tcp {

using kernel::SimTime;

void sampleRtt(Context&, TcpSocket& s, SimTime rtt) {
    if (rtt < SimTime::zero()) return;
    if (s.srtt == SimTime::zero()) {
        s.srtt = rtt;
        s.rttvar = rtt / 2;
        s.minRtt = rtt;
    } else {
        const SimTime error = rtt > s.srtt ? rtt - s.srtt : s.srtt - rtt;
        s.rttvar = (s.rttvar * 3 + error) / 4;
        s.srtt = (s.srtt * 7 + rtt) / 8;
        s.minRtt = std::min(s.minRtt, rtt);
    }
    // Linux puts the floor under the variance, not under the sum.
    s.rto = std::clamp(s.srtt + std::max(4 * s.rttvar, kRtoMin), kRtoMin, kRtoMax);
    s.backoff = 0;
}

void schedule(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const SimTime due = std::min({s.retransmitAt, s.delayedAckAt, s.closeAt});
    if (due >= s.timerScheduled) return;
    s.timerScheduled = due;
    c.schedule(due, kernel::EventKind::TcpTimer, i);
}

void armRetransmit(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const bool probing = s.flight.empty() && !s.out.empty(); // a shut window
    if (s.flight.empty() && !probing) {
        s.retransmitAt = kernel::kNever;
        return;
    }
    SimTime wait = s.rto;
    if (s.state == TcpState::SynSent) {
        // The first tries are a second apart, then the time doubles (tcp_syn_linear_timeouts, since Linux 6.5).
        const int doublings = std::max(0, s.synRetries - kSynLinear);
        wait = kRtoInitial * (1LL << std::min(doublings, 7));
    } else {
        for (int b = 0; b < s.backoff && wait < kRtoMax; ++b) wait *= 2;
    }
    s.retransmitAt = c.now() + std::min(wait, kRtoMax);
    schedule(c, i);
}

namespace {

/// expired handles the retransmission timer; false when the connection is gone.
bool expired(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    if (s.state == TcpState::SynSent) {
        if (s.synRetries >= kSynRetries + kSynLinear) {
            finish(c, i, Errno::TimedOut);
            return false;
        }
        ++s.synRetries;
        if (c.tracing())
            c.decide({.kind = trace::DecisionKind::TcpRetransmit, .port = s.remotePort, .number = 0, .address = wire::IpAddress::v4(s.remote),
                      .text = c.text("timeout")});
        s.flight.front().retransmissions = s.synRetries;
        sendSegment(c, s, s.flight.front());
        armRetransmit(c, i);
        return true;
    }
    if (s.state == TcpState::SynReceived && s.backoff >= kSynAckRetries) {
        finish(c, i, Errno::TimedOut);
        return false;
    }
    if (s.backoff >= kRetries) {
        finish(c, i, Errno::TimedOut);
        return false;
    }
    ++s.backoff;
    if (s.flight.empty()) {
        sendProbe(c, s);
    } else {
        enterLoss(c, s);
        output(c, i);
    }
    armRetransmit(c, i);
    return true;
}

} // namespace

void timer(Context& c, std::uint32_t i) {
    if (i >= c.system().tcp.sockets.size() || !at(c, i).used) return;
    if (at(c, i).timerScheduled <= c.now()) at(c, i).timerScheduled = kernel::kNever;
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
        sendAck(c, s);
    }
    if (at(c, i).retransmitAt <= c.now() && !expired(c, i)) return;
    schedule(c, i);
}

} // namespace sim::stack::tcp
