// Loss recovery: Linux's states Open, Disorder, CWR, Recovery and Loss; RACK and tail loss probes (RFC 8985),
// proportional rate reduction (RFC 6937), F-RTO (RFC 5682), undoing what was no loss (RFC 3522).
#include "sim/decisions/transport.h"
#include "sim/stack/tcp_internal.h"

#include <algorithm>

namespace sim::stack::tcp {

using kernel::SimTime;

namespace {

void setCaState(Context& c, TcpSocket& s, TcpCaState state) {
    if (state == TcpCaState::Loss) {
        if (s.congestion == TcpCongestion::Cubic) {
            cubic::reset(s.cubic);
            cubic::startRound(s, c.now());
        } else if (s.congestion == TcpCongestion::Bbr) {
            bbr::enterLoss(s);
        }
    }
    s.caState = state;
}

std::uint32_t reducedSsthresh(TcpSocket& s) {
    switch (s.congestion) {
    case TcpCongestion::Cubic: return cubic::ssthresh(s);
    case TcpCongestion::Bbr: return bbr::ssthresh(s);
    case TcpCongestion::Reno: break;
    }
    return std::max(s.cwnd >> 1, 2u);
}

std::uint32_t currentSsthresh(const TcpSocket& s) {
    if (inReduction(s)) return s.ssthresh;
    return std::max(s.ssthresh, (s.cwnd >> 1) + (s.cwnd >> 2));
}

void initUndo(TcpSocket& s) {
    s.undoMarker = true;
    s.undoSequence = s.sndUna;
    s.undoRetrans = s.retransOut ? std::int32_t(s.retransOut) : -1;
}

void initReduction(TcpSocket& s) {
    s.highSequence = s.sndNxt;
    s.tlpActive = false;
    s.cwndCount = 0;
    s.priorCwnd = s.cwnd;
    s.prrDelivered = s.prrOut = 0;
    s.ssthresh = reducedSsthresh(s);
}

void endReduction(TcpSocket& s) {
    if (s.congestion == TcpCongestion::Bbr) return;
    if (s.ssthresh < kInfiniteSsthresh && (s.caState == TcpCaState::Cwr || s.undoMarker)) s.cwnd = s.ssthresh;
}

void markLost(TcpSocket& s, TcpSegment& f) {
    if (f.sacked) return;
    if (f.lost && !f.retransmitted) return;
    if (f.lost) { // lost again
        f.retransmitted = false;
        --s.retransOut;
        ++s.lostTotal;
        return;
    }
    if (f.retransmitted) {
        f.retransmitted = false;
        --s.retransOut;
    }
    f.lost = true;
    ++s.lostOut;
    ++s.lostTotal;
}

SimTime reorderWindow(const TcpSocket& s) {
    if (!s.reorderingSeen) {
        if (s.caState >= TcpCaState::Recovery) return SimTime::zero();
        if (s.sackedOut >= s.reordering) return SimTime::zero();
    }
    const std::int64_t quarter = s.minRtt == INT64_MAX ? 0 : s.minRtt / 4;
    return fromMicroseconds(std::min(quarter * s.rackSteps, s.srtt8 / 8));
}

/// detectLoss marks what others, sent later, have overtaken; gives how long to wait for the rest.
SimTime detectLoss(Context& c, TcpSocket& s) {
    SimTime wait{0};
    const SimTime window = reorderWindow(s);
    for (std::size_t k = 0; k < s.flight.size(); ++k) {
        TcpSegment& f = s.flight[k];
        if (f.sacked || (f.lost && !f.retransmitted)) continue;
        const bool overtaken = s.rackSent > f.sent || (s.rackSent == f.sent && after(s.rackEnd, f.end()));
        if (!overtaken) continue;
        const SimTime remaining = s.rackRtt + window - (c.now() - f.sent);
        if (remaining <= SimTime::zero())
            markLost(s, f);
        else
            wait = std::max(wait, remaining);
    }
    return wait;
}

void identifyLoss(Context& c, std::uint32_t i, std::uint32_t* flag) {
    TcpSocket& s = at(c, i);
    if (s.flight.empty()) return;
    const std::uint32_t prior = s.retransOut;
    if (!s.sackOk) {
        // Without SACK three duplicate ACKs tell of the first segment's loss, and partial ACKs of the next (RFC 6582).
        if (s.caState == TcpCaState::Recovery && (*flag & kFlagAdvanced)) markLost(s, s.flight.front());
        return;
    }
    if (s.rackAdvanced) {
        s.rackAdvanced = false;
        const SimTime wait = detectLoss(c, s);
        if (wait > SimTime::zero()) {
            arm(c, i, TcpPending::Reorder, wait + kTimerSlack);
            *flag &= ~std::uint32_t(kFlagSetTimer);
        }
    }
    if (prior > s.retransOut) *flag |= kFlagLostRetrans;
}

/// delayedOnly tells by the echoed timestamp that the original arrived, not the retransmission (Eifel).
bool delayedOnly(const TcpSocket& s, std::uint32_t echo) {
    return s.retransStamp && echo && std::int32_t(echo - s.retransStamp) < 0;
}

bool mayUndo(const TcpSocket& s, std::uint32_t echo) {
    return s.undoMarker && (s.undoRetrans == 0 || delayedOnly(s, echo));
}

void undoReduction(TcpSocket& s, bool unmark) {
    if (unmark) {
        for (std::size_t k = 0; k < s.flight.size(); ++k)
            s.flight[k].lost = false;
        s.lostOut = 0;
    }
    if (s.priorSsthresh) {
        if (s.congestion == TcpCongestion::Bbr)
            bbr::undo(s);
        else
            s.cwnd = std::max(s.cwnd, s.priorCwnd);
        s.ssthresh = std::max(s.ssthresh, s.priorSsthresh);
    }
    s.undoMarker = false;
    s.rackAdvanced = true;
}

bool tryUndoRecovery(Context& c, TcpSocket& s) {
    if (mayUndo(s, s.echo)) undoReduction(s, false);
    setCaState(c, s, TcpCaState::Open);
    return false;
}

bool tryUndoLoss(Context& c, TcpSocket& s, bool frto) {
    if (!frto && !mayUndo(s, s.echo)) return false;
    undoReduction(s, true);
    s.retransmits = 0;
    if (frto || s.sackOk) setCaState(c, s, TcpCaState::Open);
    return true;
}

bool tryUndoDsack(TcpSocket& s) {
    if (!s.undoMarker || s.undoRetrans != 0) return false;
    undoReduction(s, false);
    return true;
}

bool anyRetransmitted(const TcpSocket& s) {
    return s.retransOut || (!s.flight.empty() && s.flight.front().everRetransmitted);
}

void keepOpen(Context& c, TcpSocket& s) {
    const bool disorder = s.sackedOut + s.lostOut > 0 || anyRetransmitted(s);
    const TcpCaState state = disorder ? TcpCaState::Disorder : TcpCaState::Open;
    if (s.caState == state) return;
    setCaState(c, s, state);
    s.highSequence = s.sndNxt;
}

void tryToOpen(Context& c, TcpSocket& s) {
    if (!anyRetransmitted(s)) s.retransStamp = 0;
    if (s.caState != TcpCaState::Cwr) keepOpen(c, s);
}

void enterRecovery(Context& c, TcpSocket& s) {
    s.priorSsthresh = 0;
    initUndo(s);
    if (!inReduction(s)) {
        s.priorSsthresh = currentSsthresh(s);
        initReduction(s);
    }
    setCaState(c, s, TcpCaState::Recovery);
}

void reduceWindow(TcpSocket& s, std::uint32_t delivered, std::uint32_t lost, std::uint32_t flag) {
    if (delivered == 0 || s.priorCwnd == 0) return;
    const std::int64_t delta = std::int64_t(s.ssthresh) - s.inFlight();
    s.prrDelivered += delivered;
    std::int64_t send;
    if (delta < 0) {
        send = std::int64_t((std::uint64_t(s.ssthresh) * s.prrDelivered + s.priorCwnd - 1) / s.priorCwnd) - s.prrOut;
    } else {
        send = std::max<std::int64_t>(std::int64_t(s.prrDelivered) - s.prrOut, delivered);
        if ((flag & kFlagAdvanced) && !lost) ++send;
        send = std::min(delta, send);
    }
    send = std::max<std::int64_t>(send, s.prrOut ? 0 : 1);
    s.cwnd = std::uint32_t(std::int64_t(s.inFlight()) + send);
}

void processLoss(Context& c, std::uint32_t i, std::uint32_t flag, bool duplicate, Resend* resend) {
    TcpSocket& s = at(c, i);
    const bool recovered = !before(s.sndUna, s.highSequence);
    if ((flag & kFlagAdvanced) && tryUndoLoss(c, s, false)) return;
    if (s.frto) {
        if ((flag & kFlagOriginalSacked) && tryUndoLoss(c, s, true)) return;
        if (after(s.sndNxt, s.highSequence)) {
            if ((flag & kFlagDataSacked) || duplicate) s.frto = false;
        } else if ((flag & kFlagAdvanced) && !recovered) {
            s.highSequence = s.sndNxt;
            const bool waiting = after(s.writeEnd(), s.sndNxt) || (s.finQueued && !s.finSent);
            if (waiting && after(s.sndUna + s.sndWindow, s.sndNxt)) {
                *resend = Resend::New;
                return;
            }
            s.frto = false;
        }
    }
    if (recovered) {
        tryUndoRecovery(c, s);
        return;
    }
    *resend = Resend::Lost;
}

/// splitFlight makes two segments of one that has become too large.
void splitFlight(TcpSocket& s, std::size_t i, std::uint32_t length) {
    TcpSegment rest = s.flight[i];
    TcpSegment& first = s.flight[i];
    rest.sequence += length;
    rest.length -= length;
    first.length = length;
    first.fin = first.push = false;
    rest.joined = true;
    if (rest.lost) ++s.lostOut;
    if (rest.retransmitted) ++s.retransOut;
    if (rest.sacked) ++s.sackedOut;
    s.flight.insert(i + 1, rest);
}

} // namespace

bool inReduction(const TcpSocket& s) { return s.caState == TcpCaState::Cwr || s.caState == TcpCaState::Recovery; }

void tailProbeAcked(Context& c, std::uint32_t i, std::uint32_t ack, std::uint32_t flag) {
    TcpSocket& s = at(c, i);
    if (before(ack, s.tlpHighSequence)) return;
    if (!s.tlpRetransmitted || (flag & kFlagDsackTlp)) {
        s.tlpActive = false;
    } else if (after(ack, s.tlpHighSequence)) { // the probe repaired a loss
        initReduction(s);
        setCaState(c, s, TcpCaState::Cwr);
        endReduction(s);
        keepOpen(c, s);
    } else if (!(flag & (kFlagAdvanced | kFlagNotDuplicate | kFlagDataSacked))) {
        s.tlpActive = false; // both the original and the probe arrived
    }
}

void alert(Context& c, std::uint32_t i, bool duplicate, std::uint32_t* flag, Resend* resend) {
    TcpSocket& s = at(c, i);
    if (s.flight.empty()) s.sackedOut = 0;
    if (s.caState == TcpCaState::Open) {
        s.retransStamp = 0;
    } else if (!before(s.sndUna, s.highSequence)) {
        if (s.caState == TcpCaState::Cwr && s.sndUna != s.highSequence) {
            endReduction(s);
            setCaState(c, s, TcpCaState::Open);
        } else if (s.caState == TcpCaState::Recovery) {
            tryUndoRecovery(c, s);
            endReduction(s);
        }
    }
    if (!s.sackOk) { // duplicate ACKs stand for segments that arrived
        if (duplicate && s.sackedOut + 1 < s.packetsOut()) ++s.sackedOut;
        if (*flag & kFlagAdvanced) s.sackedOut = 0;
    }
    switch (s.caState) {
    case TcpCaState::Recovery:
        if ((*flag & kFlagAdvanced) && s.undoMarker && delayedOnly(s, s.echo)) {
            if (s.retransOut) return;
            if (!anyRetransmitted(s)) s.retransStamp = 0;
            undoReduction(s, true);
            keepOpen(c, s);
        }
        if (tryUndoDsack(s)) tryToOpen(c, s);
        identifyLoss(c, i, flag);
        if (s.caState != TcpCaState::Recovery) {
            if (s.lostOut == 0) return;
            enterRecovery(c, s);
        }
        break;
    case TcpCaState::Loss:
        processLoss(c, i, *flag, duplicate, resend);
        identifyLoss(c, i, flag);
        if (!(s.caState == TcpCaState::Open || (*flag & kFlagLostRetrans))) return;
        [[fallthrough]];
    default:
        if (s.caState <= TcpCaState::Disorder) tryUndoDsack(s);
        if (!s.sackOk && s.sackedOut >= s.reordering && !s.flight.empty()) markLost(s, s.flight.front());
        identifyLoss(c, i, flag);
        if (s.lostOut == 0) return tryToOpen(c, s);
        enterRecovery(c, s);
    }
    *resend = Resend::Lost;
}

void control(Context& c, std::uint32_t i, std::uint32_t flag, const RateSample& rate) {
    TcpSocket& s = at(c, i);
    if (s.congestion == TcpCongestion::Bbr) return bbr::control(s, rate, c.now(), c.system().rng.next());
    if (inReduction(s)) {
        reduceWindow(s, rate.ackedSacked, rate.losses, flag);
    } else if (s.reordering > 3 ? flag & kFlagForward : flag & kFlagDataAcked) {
        const bool slowStart = s.cwnd < s.ssthresh;
        if (s.cwndLimited || (slowStart && s.cwnd < 2 * s.maxPacketsOut)) cubic::avoid(s, rate.ackedSacked, c.now());
    }
    updatePacingRate(s);
}

void updatePacingRate(TcpSocket& s) {
    if (s.srtt8 == 0) return;
    const std::uint64_t percent = s.cwnd < s.ssthresh / 2 ? 200 : 120;
    s.pacingRate = std::uint64_t(s.mss) * std::max(s.cwnd, s.packetsOut()) * percent * 80'000 / std::uint64_t(s.srtt8);
}

void transmitRecovery(Context& c, std::uint32_t i, Resend resend) {
    TcpSocket& s = at(c, i);
    if (resend == Resend::None || s.state == TcpState::SynSent) return;
    if (resend == Resend::New) {
        output(c, i, true);
        if (after(s.sndNxt, s.highSequence)) return;
        s.frto = false;
    }
    retransmitLost(c, i);
}

void retransmit(Context& c, std::uint32_t i, std::size_t k, const char* why) {
    TcpSocket& s = at(c, i);
    const std::uint32_t mss = mssNow(s);
    if (s.flight[k].length > mss) splitFlight(s, k, mss);
    TcpSegment& f = s.flight[k];
    if (c.tracing())
        c.decide(decisions::TcpRetransmit{.remote = {wire::IpAddress::v4(s.remote), s.remotePort},
                                          .sequence = f.sequence - s.iss,
                                          .why = c.text(why)});
    if (!s.retransStamp) s.retransStamp = std::max(timestamp(c, s), 1u);
    s.undoRetrans = std::max(s.undoRetrans, 0) + 1;
    if (!f.retransmitted) {
        f.retransmitted = true;
        ++s.retransOut;
    }
    f.everRetransmitted = true;
    sendSegment(c, s, f);
}

void retransmitLost(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const std::uint32_t most = tsoSegments(s);
    bool rearm = false;
    for (std::size_t k = 0; k < s.flight.size();) {
        if (paceHolds(c, i)) break;
        const std::uint32_t inFlight = s.inFlight();
        if (inFlight >= s.cwnd || s.retransOut >= s.lostOut) break;
        const auto waits = [&](std::size_t n) {
            return s.flight[n].lost && !s.flight[n].sacked && !s.flight[n].retransmitted;
        };
        if (!waits(k)) {
            ++k;
            continue;
        }
        if (k == 0 && s.pending != TcpPending::Reorder) rearm = true;
        // What went out as one burst goes again as one, as far as the window lets it.
        const std::uint32_t quota = std::min(s.cwnd - inFlight, most);
        std::uint32_t bytes = 0, sent = 0;
        do {
            retransmit(c, i, k, s.caState == TcpCaState::Loss ? "timeout" : "fast");
            bytes += s.flight[k].length;
            ++sent;
            ++k;
        } while (sent < quota && k < s.flight.size() && s.flight[k].joined && waits(k));
        if (k < s.flight.size()) s.flight[k].joined = false;
        if (inReduction(s)) s.prrOut += sent;
        sentPaced(c, s, bytes);
    }
    if (rearm) arm(c, i, TcpPending::Retransmit, s.rto);
}

void enterLoss(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const bool fresh = s.caState < TcpCaState::Recovery;
    for (std::size_t k = 0; k < s.flight.size(); ++k) {
        TcpSegment& f = s.flight[k];
        // What was sent less than a round trip ago may still be answered.
        if (k > 0 && s.sackOk && s.rackRtt - (c.now() - f.sent) > SimTime::zero()) continue;
        markLost(s, f);
    }
    if (s.caState <= TcpCaState::Disorder || !after(s.highSequence, s.sndUna) ||
        (s.caState == TcpCaState::Loss && !s.retransmits)) {
        s.priorSsthresh = currentSsthresh(s);
        s.priorCwnd = s.cwnd;
        s.ssthresh = reducedSsthresh(s);
        initUndo(s);
    }
    s.cwnd = s.inFlight() + 1;
    s.cwndCount = 0;
    if (s.caState <= TcpCaState::Disorder && s.sackedOut >= 3) s.reordering = std::min(s.reordering, 3u);
    setCaState(c, s, TcpCaState::Loss);
    s.highSequence = s.sndNxt;
    s.tlpActive = false;
    s.frto = fresh || s.retransmits;
}

void rackTimeout(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const std::uint32_t prior = s.inFlight();
    detectLoss(c, s);
    if (prior != s.inFlight()) {
        if (s.caState != TcpCaState::Recovery) {
            enterRecovery(c, s);
            if (s.congestion != TcpCongestion::Bbr) reduceWindow(s, 1, 0, 0);
        }
        retransmitLost(c, i);
    }
    if (s.pending != TcpPending::Retransmit) rearmRto(c, i);
}

void lostWithoutBlame(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    if (s.caState != TcpCaState::Loss) {
        s.highSequence = s.sndNxt;
        s.ssthresh = currentSsthresh(s);
        s.priorSsthresh = 0;
        s.undoMarker = false;
        setCaState(c, s, TcpCaState::Loss);
    }
    retransmitLost(c, i);
}

void initCongestion(Context& c, TcpSocket& s) {
    s.proven = true; // a handshake is progress, too (tcp_init_metrics)
    // Twice no answer in the handshake is a sign of a full network (RFC 5681 3.1).
    s.cwnd = s.synRetries > 1 && s.undoMarker ? 1 : kInitialWindow;
    s.undoMarker = false;
    if (s.srtt8 == 0) {
        s.rttvar = s.mdev = s.mdevMax = microseconds(kRtoFallback);
        s.rto = kRtoFallback;
    }
    s.congestion = c.system().tcp.congestion;
    s.cubic = {};
    s.cwndUsageSequence = s.sndNxt;
    if (s.congestion == TcpCongestion::Cubic) cubic::startRound(s, c.now());
    if (s.congestion == TcpCongestion::Bbr)
        bbr::init(s, c.now(), c.system().rng.next());
    else
        updatePacingRate(s);
}

void transmitStart(Context& c, TcpSocket& s) {
    if (s.congestion == TcpCongestion::Bbr) return bbr::transmitStart(s, c.now());
    if (s.congestion != TcpCongestion::Cubic || s.cubic.epochStart == 0) return;
    // Time without sending does not count for the growth.
    const std::int64_t now = c.now() / std::chrono::milliseconds(1),
                       idle = (c.now() - s.lastDataSent) / std::chrono::milliseconds(1);
    if (idle > 0) s.cubic.epochStart = std::min(s.cubic.epochStart + idle, now);
}

} // namespace sim::stack::tcp
