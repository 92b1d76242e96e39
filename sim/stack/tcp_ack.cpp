// What an ACK tells: what has arrived (cumulatively and by SACK), how long it took, how fast things are delivered.
#include "sim/stack/tcp_internal.h"

#include <algorithm>

namespace sim::stack::tcp {

using kernel::SimTime;
using wire::SackBlock;
using wire::TcpHeader;

namespace {

/// sentAfter orders transmissions; those of one moment by their place in the stream.
bool sentAfter(SimTime a, SimTime b, std::uint32_t endA, std::uint32_t endB) {
    return a > b || (a == b && after(endA, endB));
}

/// SackState collects what one ACK delivers.
struct SackState {
    SimTime firstSacked = SimTime::min(), lastSacked = SimTime::min(); ///< send times of never retransmitted ones
    std::uint32_t reordered = 0;
    bool anyReordered = false;
    RateSample rate;
};

void rackAdvance(Context& c, TcpSocket& s, const TcpSegment& f) {
    const SimTime rtt = c.now() - f.sent;
    if (microseconds(rtt) < s.minRtt && f.everRetransmitted) return; // of which transmission, nobody knows
    s.rackAdvanced = true;
    s.rackRtt = rtt;
    if (sentAfter(f.sent, s.rackSent, f.end(), s.rackEnd)) {
        s.rackSent = f.sent;
        s.rackEnd = f.end();
    }
}

void rateDelivered(TcpSocket& s, TcpSegment& f, RateSample& rate) {
    if (f.deliveredStamp == SimTime::zero() && f.delivered == 0 && f.firstSent == SimTime::zero()) return;
    if (rate.priorStamp == SimTime::zero() || sentAfter(f.sent, s.firstSent, f.end(), rate.lastEnd)) {
        rate.priorDelivered = f.delivered;
        rate.priorStamp = std::max(f.deliveredStamp, SimTime(1));
        rate.appLimited = f.appLimited;
        rate.retransmitted = f.everRetransmitted;
        rate.lastEnd = f.end();
        s.firstSent = f.sent;
        rate.intervalUs = microseconds(f.sent - f.firstSent);
    }
}

void rateGenerate(Context& c, TcpSocket& s, std::uint32_t delivered, std::uint32_t lost, RateSample& rate) {
    if (s.appLimited && after(s.delivered, s.appLimited)) s.appLimited = 0;
    if (delivered) s.deliveredStamp = c.now();
    rate.ackedSacked = delivered;
    rate.losses = lost;
    if (rate.priorStamp == SimTime::zero()) {
        rate.delivered = rate.intervalUs = -1;
        return;
    }
    rate.delivered = std::int64_t(s.delivered - rate.priorDelivered);
    rate.intervalUs = std::max(rate.intervalUs, microseconds(c.now() - rate.priorStamp));
    if (rate.intervalUs < s.minRtt) rate.intervalUs = -1;
}

/// sackOne marks a segment as received.
void sackOne(Context& c, TcpSocket& s, TcpSegment& f, std::uint32_t* flag, SackState& state,
             std::uint32_t highestBefore) {
    rateDelivered(s, f, state.rate);
    rackAdvance(c, s, f);
    if (f.retransmitted) {
        f.retransmitted = false;
        --s.retransOut;
    } else if (!f.everRetransmitted) {
        // Something never sent twice arrives after later ones did: the network reorders.
        if (before(f.sequence, highestBefore) && (!state.anyReordered || before(f.sequence, state.reordered))) {
            state.anyReordered = true;
            state.reordered = f.sequence;
        }
        if (!after(f.end(), s.highSequence)) *flag |= kFlagOriginalSacked;
        if (state.firstSacked == SimTime::min()) state.firstSacked = f.sent;
        state.lastSacked = f.sent;
    }
    if (f.lost) {
        f.lost = false;
        --s.lostOut;
    }
    f.sacked = true;
    ++s.sackedOut;
    ++s.delivered;
    *flag |= kFlagDataSacked;
}

/// highestSacked is where the highest received segment begins, or sndUna.
std::uint32_t highestSacked(const TcpSocket& s) {
    if (s.sackedOut > 0)
        for (std::size_t k = s.flight.size(); k-- > 0;)
            if (s.flight[k].sacked) return s.flight[k].sequence;
    return s.sndUna;
}

bool isDuplicateSack(const TcpHeader& h, std::uint32_t ack) {
    const SackBlock& first = h.options.sack[0];
    if (before(first.left, ack)) return true;
    if (h.options.sackCount < 2) return false;
    const SackBlock& second = h.options.sack[1];
    return !after(first.right, second.right) && !before(first.left, second.left);
}

void noteReordering(TcpSocket& s, std::uint32_t lowest) {
    const std::uint32_t highest = highestSacked(s);
    if (!before(lowest, highest)) return;
    const std::uint32_t distance = highest - lowest, mss = std::max<std::uint32_t>(s.mss, 1);
    if (distance > s.reordering * mss) s.reordering = std::min<std::uint32_t>((distance + mss - 1) / mss, 300);
    s.reorderingSeen = true;
}

void takeSacks(Context& c, TcpSocket& s, const TcpHeader& h, std::uint32_t priorUna, std::uint32_t* flag,
               SackState& state) {
    const std::uint32_t ack = h.acknowledgment;
    std::size_t first = 0;
    if (isDuplicateSack(h, ack)) {
        const SackBlock d = h.options.sack[0];
        first = 1;
        *flag |= kFlagDsacking;
        if (s.tlpActive && s.tlpRetransmitted && d.right == s.tlpHighSequence) *flag |= kFlagDsackTlp;
        s.dsackSeen = true;
        if (s.undoMarker && s.undoRetrans > 0 && !after(d.right, priorUna) && after(d.right, s.undoSequence))
            --s.undoRetrans;
    }
    const std::uint32_t highest = highestSacked(s);
    for (std::size_t b = first; b < h.options.sackCount; ++b) {
        const SackBlock block = h.options.sack[b];
        if (!after(block.right, s.sndUna) || after(block.right, s.sndNxt) || !before(block.left, block.right)) continue;
        for (std::size_t k = 0; k < s.flight.size(); ++k) {
            TcpSegment& f = s.flight[k];
            if (!before(f.sequence, block.right)) break;
            if (f.sacked || before(f.sequence, block.left) || after(f.end(), block.right)) continue;
            sackOne(c, s, f, flag, state, highest);
        }
    }
    if (state.anyReordered && s.caState != TcpCaState::Loss) noteReordering(s, state.reordered);
}

void updateMinRtt(TcpSocket& s, std::int64_t us, std::uint32_t flag) {
    if ((flag & kFlagAckDelayed) && us > s.minRtt) return; // the receiver may have waited
    s.minRtt = std::min(s.minRtt, std::max<std::int64_t>(us, 1));
}

/// cleanQueue takes acknowledged segments out of flight, and measures.
std::uint32_t cleanQueue(Context& c, std::uint32_t i, const TcpHeader& h, std::uint32_t priorUna, std::uint32_t highest,
                         std::uint32_t flag, SackState& state) {
    TcpSocket& s = at(c, i);
    const std::uint32_t ack = h.acknowledgment, priorSacked = s.sackedOut;
    SimTime firstAcked = SimTime::min(), lastAcked = SimTime::min();
    std::uint32_t packets = 0, bytes = ack - priorUna;
    bool fully = true, retransAcked = false;
    while (!s.flight.empty()) {
        TcpSegment& f = s.flight.front();
        if (after(f.end(), ack)) {
            if (!after(ack, f.sequence)) break;
            // Only its beginning has arrived; such a piece of a segment tells nothing about time.
            const std::uint32_t part = ack - f.sequence;
            f.sequence = ack;
            f.length -= std::min(part, f.length);
            fully = false;
            break;
        }
        if (f.syn || f.fin) --bytes;
        if (f.syn)
            flag |= kFlagSynAcked;
        else
            flag |= kFlagDataAcked;
        if (f.everRetransmitted) {
            if (f.retransmitted) --s.retransOut;
            retransAcked = true;
            flag |= kFlagRetransAcked;
        } else if (!f.sacked) {
            lastAcked = f.sent;
            if (firstAcked == SimTime::min()) firstAcked = f.sent;
            if (before(f.sequence, highest) && (!state.anyReordered || before(f.sequence, state.reordered))) {
                state.anyReordered = true;
                state.reordered = f.sequence;
            }
            if (!after(f.end(), s.highSequence)) flag |= kFlagOriginalSacked;
        }
        if (f.sacked) {
            --s.sackedOut;
        } else {
            ++s.delivered;
            rateDelivered(s, f, state.rate);
            rackAdvance(c, s, f);
        }
        if (f.lost) --s.lostOut;
        ++packets;
        s.flight.popFront();
    }
    s.out.drop(std::min<std::size_t>(bytes, s.out.size()));
    std::int64_t sequenceRtt = -1, sackRtt = -1, congestionRtt = -1;
    if (firstAcked != SimTime::min() && !retransAcked) {
        sequenceRtt = microseconds(c.now() - firstAcked);
        congestionRtt = microseconds(c.now() - lastAcked);
        if (packets == 1 && fully && !priorSacked && s.sndUna - priorUna < s.mss && s.lastDataSent < c.now()) {
            // A lone small segment is what a receiver may sit on: its time counts, the minimum must not trust it.
            flag |= kFlagAckDelayed;
            state.rate.ackDelayed = true;
        }
    }
    if (state.firstSacked != SimTime::min()) {
        sackRtt = microseconds(c.now() - state.firstSacked);
        congestionRtt = microseconds(c.now() - state.lastSacked);
    }
    if (sequenceRtt < 0) sequenceRtt = sackRtt;
    if (sequenceRtt < 0 && s.timestampsOk && h.options.timestamps && h.options.tsEcho && (flag & kFlagAcked))
        sequenceRtt = congestionRtt =
            std::max<std::int64_t>(std::int32_t(timestamp(c, s) - h.options.tsEcho), 1) * 1000;
    state.rate.rttUs = congestionRtt;
    if (sequenceRtt >= 0) {
        updateMinRtt(s, congestionRtt, flag);
        estimateRtt(s, sequenceRtt);
        s.backoff = 0;
    }
    if (flag & kFlagAcked) {
        flag |= kFlagSetTimer;
        if (state.anyReordered) noteReordering(s, state.reordered);
    } else if (sequenceRtt >= 0 && sackRtt >= 0 && !s.flight.empty() &&
               sackRtt > microseconds(c.now() - s.flight.front().sent)) {
        flag |= kFlagSetTimer; // the head was sent again since: do not let its new time-out wait
    }
    if (s.congestion == TcpCongestion::Cubic && state.rate.rttUs >= 0) cubic::acked(s, state.rate.rttUs, c.now());
    return flag;
}

bool updateWindow(TcpSocket& s, const TcpHeader& h, std::uint32_t ack) {
    const std::uint32_t window = std::uint32_t(h.window) << (h.syn() || s.sndScale == 0xff ? 0 : s.sndScale);
    if (!(after(ack, s.sndUna) || after(h.sequence, s.sndWl1) ||
          (h.sequence == s.sndWl1 && (window > s.sndWindow || window == 0))))
        return false;
    s.sndWl1 = h.sequence;
    s.sndWindow = window;
    s.maxWindow = std::max(s.maxWindow, window);
    return true;
}

/// probeAnswered looks whether a shut window has opened (tcp_ack_probe).
void probeAnswered(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    const std::uint32_t offset = s.sndNxt - s.sndUna;
    const auto waiting = std::uint32_t(s.out.size() > offset ? s.out.size() - offset : 0);
    if (waiting == 0) return;
    if (!after(s.sndNxt + std::min<std::uint32_t>(waiting, s.mss), s.sndUna + s.sndWindow)) {
        s.backoff = 0;
        if (s.pending == TcpPending::Probe) {
            s.pending = TcpPending::None;
            s.retransmitAt = kernel::kNever;
        }
        return;
    }
    SimTime wait = std::max(s.rto, kRtoMin);
    for (int k = 0; k < s.backoff && wait < kRtoMax; ++k)
        wait *= 2;
    arm(c, i, TcpPending::Probe, std::min(wait, kRtoMax));
}

} // namespace

bool acknowledge(Context& c, std::uint32_t i, const TcpHeader& h, std::size_t payload, bool slowPath) {
    TcpSocket& s = at(c, i);
    const std::uint32_t ack = h.acknowledgment, priorUna = s.sndUna, priorDelivered = s.delivered,
                        priorLost = s.lostTotal;
    if (after(ack, s.sndNxt)) return false;
    const std::uint32_t priorHighest = highestSacked(s);
    std::uint32_t flag = slowPath ? kFlagSlowPath : 0u;
    Resend resend = Resend::None;
    SackState state;
    state.rate.priorInFlight = s.inFlight();
    if (before(ack, priorUna)) {
        if (h.options.sackCount && s.sackOk) {
            takeSacks(c, s, h, priorUna, &flag, state);
            alert(c, i, false, &flag, &resend);
            transmitRecovery(c, i, resend);
        }
        return true;
    }
    if (after(ack, priorUna)) {
        flag |= kFlagAdvanced;
        s.retransmits = 0;
    }
    if (payload || h.fin() || h.syn()) flag |= kFlagData;
    if (updateWindow(s, h, ack)) flag |= kFlagWindowUpdate;
    s.sndUna = ack;
    if (s.sackOk && h.options.sackCount && !h.syn()) takeSacks(c, s, h, priorUna, &flag, state);
    s.probesOut = 0;
    s.lastHeard = c.now();
    if (s.flight.empty()) {
        if (flag & kFlagDsacking) alert(c, i, false, &flag, &resend);
        probeAnswered(c, i);
        if (s.tlpActive) tailProbeAcked(c, i, ack, flag);
        return true;
    }
    flag = cleanQueue(c, i, h, priorUna, priorHighest, flag, state);
    if (s.dsackSeen) { // the network duplicates or reorders: give it more time
        s.dsackSeen = false;
        s.rackSteps = std::uint8_t(std::min(255, s.rackSteps + 1));
    }
    if (s.tlpActive) tailProbeAcked(c, i, ack, flag);
    const bool dubious = !(flag & kFlagNotDuplicate) || (flag & kFlagDataSacked) || s.caState != TcpCaState::Open;
    if (dubious) {
        const bool duplicate = !(flag & (kFlagAdvanced | kFlagNotDuplicate | kFlagDsacking));
        alert(c, i, duplicate, &flag, &resend);
    }
    if (flag & kFlagSetTimer) {
        if (!scheduleLossProbe(c, i, true)) rearmRto(c, i);
    }
    if ((flag & kFlagForward) || !(flag & kFlagNotDuplicate)) {
        s.proven = true; // so ARP need not ask
    }
    rateGenerate(c, s, s.delivered - priorDelivered, s.lostTotal - priorLost, state.rate);
    control(c, i, flag, state.rate);
    transmitRecovery(c, i, resend);
    if ((flag & kFlagAdvanced) && s.writableWanted && s.out.size() < s.outLimit / 3 * 2) {
        s.writableWanted = false;
        c.notify({.app = s.owner, .kind = NoticeKind::Writable, .socket = {i}});
    }
    return true;
}

void synAcked(Context& c, std::uint32_t i, const TcpHeader& h) {
    TcpSocket& s = at(c, i);
    s.sndUna = h.acknowledgment;
    std::int64_t rtt = -1;
    if (!s.flight.empty()) {
        const TcpSegment& syn = s.flight.front();
        if (!syn.everRetransmitted)
            rtt = microseconds(c.now() - syn.sent);
        else if (s.timestampsOk && h.options.timestamps && h.options.tsEcho)
            rtt = std::max<std::int64_t>(std::int32_t(timestamp(c, s) - h.options.tsEcho), 1) * 1000;
        if (syn.everRetransmitted) {
            // A time-out that was none: the answer is to the first SYN.
            if (s.undoMarker && s.timestampsOk && h.options.tsEcho == s.retransStamp) s.undoMarker = false;
        }
    }
    s.flight.clear();
    s.sackedOut = s.lostOut = s.retransOut = 0;
    s.retransStamp = 0;
    s.backoff = s.retransmits = 0;
    s.retransmitAt = kernel::kNever;
    s.pending = TcpPending::None;
    ++s.delivered;
    s.lastHeard = c.now();
    if (rtt >= 0) {
        updateMinRtt(s, rtt, 0);
        estimateRtt(s, rtt);
    }
    s.sndWindow = std::uint32_t(h.window) << (h.syn() || s.sndScale == 0xff ? 0 : s.sndScale);
    s.maxWindow = std::max(s.maxWindow, s.sndWindow);
    s.sndWl1 = h.sequence;
}

} // namespace sim::stack::tcp
