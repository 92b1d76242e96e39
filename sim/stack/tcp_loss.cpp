// Acknowledgments, SACK, loss recovery and the congestion window (RFC 5681, 6675). The window falls to 0.7 as CUBIC's
// does and grows as Reno's.
#include "sim/stack/tcp_internal.h"

#include <algorithm>

namespace sim::stack::tcp {

using kernel::SimTime;

namespace {

std::uint32_t markSacked(TcpSocket& s, const wire::TcpHeader& h) {
    std::uint32_t newly = 0;
    for (std::size_t b = 0; b < h.options.sackCount; ++b) {
        const auto block = h.options.sack[b];
        if (!after(block.right, s.sndUna) || after(block.right, s.sndNxt)) continue; // D-SACK or nonsense
        for (std::size_t k = 0; k < s.flight.size(); ++k) {
            TcpSegment& f = s.flight[k];
            if (f.sacked || before(f.sequence, block.left) || after(f.end(), block.right)) continue;
            f.sacked = true;
            if (f.lost) f.lost = false, --s.lostOut;
            ++s.sackedOut;
            ++newly;
            s.rackTime = std::max(s.rackTime, f.sent);
        }
    }
    return newly;
}

/// markLost finds segments that others, sent later, have overtaken (RFC 8985 with the reordering window of RFC 6675).
std::uint32_t markLost(TcpSocket& s) {
    std::uint32_t newly = 0, sackedAbove = s.sackedOut;
    for (std::size_t k = 0; k < s.flight.size(); ++k) {
        TcpSegment& f = s.flight[k];
        if (f.sacked) {
            --sackedAbove;
            continue;
        }
        const bool overtaken = sackedAbove >= 3 || (s.caState != 0 && sackedAbove > 0);
        if (!f.lost && overtaken && f.sent < s.rackTime && (f.retransmissions == 0 || f.sent + s.srtt / 4 < s.rackTime)) {
            f.lost = true;
            ++s.lostOut;
            ++newly;
        }
    }
    return newly;
}

void reduceWindow(TcpSocket& s) {
    s.ssthresh = std::max<std::uint32_t>(s.cwnd * 717 / 1024, 2);
    s.recover = s.sndNxt;
}

void grow(TcpSocket& s, std::uint32_t acked, bool limited) {
    if (s.caState == 1 || !limited) return;
    if (s.cwnd < s.ssthresh) {
        const std::uint32_t step = std::min(acked, s.ssthresh - s.cwnd);
        s.cwnd += step;
        acked -= step;
    }
    s.cwndCount += acked;
    if (s.cwndCount >= s.cwnd) {
        s.cwndCount -= s.cwnd;
        ++s.cwnd;
    }
}

} // namespace

void enterLoss(Context&, TcpSocket& s) {
    if (s.caState != 2) reduceWindow(s);
    s.caState = 2;
    s.cwnd = 1;
    s.cwndCount = 0;
    s.lostOut = 0;
    for (std::size_t k = 0; k < s.flight.size(); ++k) {
        s.flight[k].lost = !s.flight[k].sacked;
        s.lostOut += s.flight[k].lost;
    }
}

void processAck(Context& c, std::uint32_t i, const wire::TcpHeader& h) {
    TcpSocket& s = at(c, i);
    const std::uint32_t ack = h.acknowledgment;
    const bool forward = after(ack, s.sndUna);
    const bool limited = s.cwnd < s.ssthresh ? s.flight.size() * 2 >= s.cwnd : s.flight.size() >= s.cwnd;

    // The window field, unless the segment is older than the last that set it (RFC 9293 3.10.7.4).
    if (before(s.sndWl1, h.sequence) || (s.sndWl1 == h.sequence && !after(s.sndWl2, ack))) {
        const bool wasShut = s.sndWindow == 0;
        s.sndWindow = std::uint32_t(h.window) << (h.syn() || s.sndScale == 0xff ? 0 : s.sndScale);
        s.maxWindow = std::max(s.maxWindow, s.sndWindow);
        s.sndWl1 = h.sequence;
        s.sndWl2 = ack;
        if (wasShut && s.sndWindow && s.flight.empty()) {
            s.backoff = 0;
            s.retransmitAt = kernel::kNever;
        }
    }
    std::uint32_t delivered = 0;
    SimTime rtt{-1};
    if (forward) {
        std::uint32_t bytes = ack - s.sndUna;
        while (!s.flight.empty() && !after(s.flight.front().end(), ack)) {
            const TcpSegment& f = s.flight.front();
            if (f.syn) --bytes;
            if (f.fin) --bytes;
            if (f.sacked) --s.sackedOut; else ++delivered;
            if (f.lost) --s.lostOut;
            if (f.retransmissions == 0 && !f.sacked) rtt = c.now() - f.sent;
            s.rackTime = std::max(s.rackTime, f.sent);
            s.flight.popFront();
        }
        if (!s.flight.empty() && before(s.flight.front().sequence, ack)) {
            TcpSegment& f = s.flight.front();
            const std::uint32_t part = ack - f.sequence;
            f.sequence = ack;
            f.length -= std::min(part, f.length);
        }
        s.out.drop(bytes);
        s.sndUna = ack;
        if (rtt < SimTime::zero() && h.options.timestamps && s.timestampsOk && h.options.tsEcho != 0) {
            const auto now = s.tsOffset + std::uint32_t(c.now() / std::chrono::milliseconds(1));
            rtt = std::chrono::milliseconds(now - h.options.tsEcho);
        }
        if (rtt >= SimTime::zero()) sampleRtt(c, s, rtt);
        s.backoff = 0;
        // Progress proves that the next hop is there, so ARP need not ask (dst_confirm).
        const Destination d = ip::findRoute(c, s.remote);
        if (d.kind == Destination::Kind::Unicast) neighbour::confirm(c, d.interface, d.nextHop);
    }
    if (s.sackOk && h.options.sackCount) delivered += markSacked(s, h);
    if (s.caState != 0 && !before(s.sndUna, s.recover)) {
        if (s.caState == 1) s.cwnd = s.ssthresh;
        s.caState = 0;
    }
    if (s.sackedOut > 0 && markLost(s) > 0 && s.caState == 0) {
        reduceWindow(s);
        s.caState = 1;
        s.cwnd = s.ssthresh;
    }
    if (forward) {
        grow(s, delivered, limited || s.caState == 2);
        armRetransmit(c, i);
        if (s.writableWanted && s.out.size() < s.outLimit / 3 * 2) {
            s.writableWanted = false;
            c.notify({.app = s.owner, .kind = NoticeKind::Writable, .socket = {i}});
        }
    }
}

} // namespace sim::stack::tcp
