// Receiving data: windows that grow with their use, reassembly, SACK and D-SACK, and when to acknowledge.
#include "sim/kernel/timer_wheel.h"
#include "sim/stack/tcp_internal.h"

#include <algorithm>
#include <bit>

namespace sim::stack::tcp {

using kernel::SimTime;
using wire::SackBlock;
using wire::TcpFlags;
using wire::TcpHeader;

namespace {

/// charge is what a segment's buffer occupies: small ones share a small buffer, a full one has a page's half.
std::uint32_t charge(std::size_t payload) {
    const auto n = std::uint32_t(payload);
    return n <= 320 ? 768 : n <= 1472 ? 2176 : n + 768;
}

std::uint32_t windowFromSpace(const TcpSocket& s, std::int64_t space) {
    return space <= 0 ? 0 : std::uint32_t(std::uint64_t(space) * s.windowRatio >> 8);
}
std::uint32_t fullSpace(const TcpSocket& s) { return windowFromSpace(s, s.receiveBuffer); }
std::uint32_t freeSpace(const TcpSocket& s) { return windowFromSpace(s, std::int64_t(s.receiveBuffer) - s.inCharge); }

std::uint32_t chooseWindow(TcpSocket& s) {
    std::uint32_t unit = s.rcvMss, room = freeSpace(s);
    const std::uint32_t allowed = fullSpace(s), full = std::min(s.windowClamp, allowed);
    if (unit > full) unit = full;
    if (unit == 0) return 0;
    if (room < full / 2) {
        s.quickAcks = 0;
        room = room >> s.rcvScale << s.rcvScale;
        if (room < allowed / 16 || room < unit) return 0;
    }
    room = std::min(room, s.rcvSsthresh);
    if (s.rcvScale) {
        const std::uint32_t step = 1u << s.rcvScale;
        return (room + step - 1) / step * step;
    }
    std::uint32_t window = s.rcvWindow;
    if (window + unit <= room || window > room)
        window = room / unit * unit;
    else if (unit == full && room > window + full / 2)
        window = room;
    return window;
}

/// growWindow lets the offered window follow the sender, and asks for an ACK that tells of it.
void growWindow(TcpSocket& s, std::size_t payload) {
    const std::int64_t room = std::int64_t(std::min(s.windowClamp, freeSpace(s))) - s.rcvSsthresh;
    if (room <= 0) return;
    const std::uint32_t unit = s.advertisedMss - (s.timestampsOk ? 12u : 0u);
    std::uint32_t more = 0;
    if (windowFromSpace(s, charge(payload)) <= payload + 1) {
        more = 2 * unit;
    } else {
        // A segment with much overhead counts less, unless the window is still far from the whole buffer.
        std::uint32_t truesize = windowFromSpace(s, charge(payload)) / 2,
                      window = windowFromSpace(s, kLargestBuffer) / 2;
        while (s.rcvSsthresh <= window) {
            if (truesize <= payload) {
                more = 2 * s.rcvMss;
                break;
            }
            truesize /= 2;
            window /= 2;
        }
    }
    if (more == 0) return;
    more = std::max(more, 2 * std::uint32_t(payload));
    s.rcvSsthresh += std::uint32_t(std::min<std::int64_t>(room, more));
    s.quickAcks |= 1;
}

void increaseQuickAcks(TcpSocket& s) {
    std::uint32_t n = s.rcvWindow / (2u * std::max<std::uint32_t>(s.rcvMss, 1));
    if (n == 0) n = 2; // but a window of two or three segments: 1
    s.quickAcks = std::max(s.quickAcks, std::uint8_t(std::min<std::uint32_t>(n, kMaxQuickAcks)));
}

void measureMss(TcpSocket& s, const TcpHeader& h, std::size_t payload) {
    const auto length = std::uint32_t(payload);
    const std::uint32_t previous = s.lastSegmentSize;
    s.lastSegmentSize = 0;
    const std::uint32_t advertised = s.advertisedMss - (s.timestampsOk ? 12u : 0u);
    if (length >= s.rcvMss) {
        if (length != s.rcvMss) {
            const auto ratio =
                std::uint8_t(std::clamp<std::uint32_t>(std::uint32_t(payload << 8) / charge(payload), 1, 255));
            if (ratio != s.windowRatio) {
                s.windowRatio = ratio;
                s.windowClamp = fullSpace(s);
                s.space = std::min(s.space, s.windowClamp);
            }
        }
        s.rcvMss = std::uint16_t(std::min(length, advertised));
        if (h.flags & TcpFlags::kPsh) s.ackPushed = true;
        return;
    }
    const std::uint32_t whole = length + std::uint32_t(h.size());
    constexpr std::uint32_t kHeader = 20, kDefault = 536, kLeast = 88;
    const bool fullSized = !(h.flags & (TcpFlags::kFin | TcpFlags::kUrg | TcpFlags::kSyn | TcpFlags::kPsh));
    if (whole >= kDefault + kHeader || (whole >= kLeast + kHeader && fullSized)) {
        const std::uint32_t size = whole - (kHeader + (s.timestampsOk ? 12u : 0u));
        s.lastSegmentSize = std::uint16_t(size);
        if (size == previous) {
            s.rcvMss = std::uint16_t(size);
            return;
        }
    }
    if (s.ackPushed) s.ackPushedTwice = true;
    s.ackPushed = true;
}

/// dataArrived keeps the clocks of delayed ACKs for data that came in order (tcp_event_data_recv).
void dataArrived(Context& c, TcpSocket& s, const TcpHeader& h, std::size_t payload) {
    s.ackPending = true;
    measureMss(s, h, payload);
    if (s.ato == SimTime::zero()) {
        increaseQuickAcks(s);
        s.ato = kAtoMin;
    } else {
        const SimTime gap = c.now() - s.lastReceived;
        if (gap <= kAtoMin / 2)
            s.ato = s.ato / 2 + kAtoMin / 2;
        else if (gap < s.ato)
            s.ato = std::min(s.ato / 2 + gap, s.rto);
        else if (gap > s.rto)
            increaseQuickAcks(s);
    }
    s.lastReceived = c.now();
    if (payload >= 128) growWindow(s, payload);
}

void addSackBlock(TcpSocket& s, std::uint32_t left, std::uint32_t right) {
    SackBlock block{left, right};
    for (auto it = s.sackBlocks.begin(); it != s.sackBlocks.end();) {
        if (!after(it->left, block.right) && !before(it->right, block.left)) {
            if (before(it->left, block.left)) block.left = it->left;
            if (after(it->right, block.right)) block.right = it->right;
            it = s.sackBlocks.erase(it);
        } else {
            ++it;
        }
    }
    s.sackBlocks.insert(s.sackBlocks.begin(), block);
    if (s.sackBlocks.size() > 4) s.sackBlocks.resize(4);
}

/// store keeps what came too early, without overlaps; false when all of it was there already.
bool store(TcpSocket& s, std::uint32_t sequence, std::span<const std::uint8_t> data) {
    bool fresh = false;
    auto at = s.outOfOrder.begin();
    while (at != s.outOfOrder.end() && !data.empty()) {
        const std::uint32_t end = at->sequence + std::uint32_t(at->bytes.size());
        if (!after(end, sequence)) {
            ++at;
            continue;
        }
        if (!before(at->sequence, sequence + std::uint32_t(data.size()))) break;
        if (!after(at->sequence, sequence)) { // it covers our beginning
            const std::uint32_t skip = std::min<std::uint32_t>(end - sequence, std::uint32_t(data.size()));
            setDuplicateSack(s, sequence, sequence + skip);
            sequence += skip;
            data = data.subspan(skip);
            ++at;
            continue;
        }
        const std::uint32_t gap = at->sequence - sequence;
        at = s.outOfOrder.insert(at, {sequence, {data.begin(), data.begin() + gap}}) + 1;
        fresh = true;
        sequence += gap;
        data = data.subspan(gap);
    }
    if (data.empty()) return fresh;
    s.outOfOrder.insert(at, {sequence, {data.begin(), data.end()}});
    return true;
}

/// finArrived is the end of the peer's stream, once everything before it is here.
void finArrived(Context& c, std::uint32_t i) {
    TcpSocket& s = at(c, i);
    s.finReceived = true;
    ++s.rcvNxt;
    s.ackPending = true;
    s.outOfOrder.clear();
    s.sackBlocks.clear();
    s.duplicateSackSet = false;
    switch (s.state) {
    case TcpState::Established:
        setState(c, s, TcpState::CloseWait);
        s.pingpong = true; // the ACK waits a little for our own FIN to ride on (tcp_fin)
        break;
    case TcpState::FinWait1:
        setState(c, s, TcpState::Closing);
        sendAck(c, s);
        break;
    case TcpState::FinWait2:
        sendAck(c, s);
        setState(c, s, TcpState::TimeWait);
        s.closeAt = c.now() + kTimeWait;
        s.retransmitAt = s.keepAliveAt = kernel::kNever;
        break;
    default: break;
    }
    if (!s.closedByUser) c.notify({.app = s.owner, .kind = NoticeKind::Readable, .socket = {i}});
}

/// deliver puts bytes that are next in order into the stream, and what waited behind them.
void deliver(TcpSocket& s, std::span<const std::uint8_t> payload) {
    s.in.append(payload);
    s.inCharge += charge(payload.size());
    s.rcvNxt += std::uint32_t(payload.size());
}

void takeStored(TcpSocket& s) {
    while (!s.outOfOrder.empty() && !after(s.outOfOrder.front().sequence, s.rcvNxt)) {
        const auto& first = s.outOfOrder.front();
        const std::uint32_t known = s.rcvNxt - first.sequence;
        s.inCharge -= std::min(s.inCharge, charge(first.bytes.size()));
        if (known < first.bytes.size())
            deliver(s, std::span(first.bytes).subspan(known));
        else
            setDuplicateSack(s, first.sequence, first.sequence + std::uint32_t(first.bytes.size()));
        s.outOfOrder.erase(s.outOfOrder.begin());
    }
    if (s.outOfOrder.empty()) s.ackNow = true; // the gap is filled (RFC 5681 4.2)
}

} // namespace

void setDuplicateSack(TcpSocket& s, std::uint32_t left, std::uint32_t right) {
    if (!s.sackOk) return;
    if (!s.duplicateSackSet) {
        s.duplicateSack = {left, right};
        s.duplicateSackSet = true;
    } else if (!after(left, s.duplicateSack.right) && !after(s.duplicateSack.left, right)) {
        if (before(left, s.duplicateSack.left)) s.duplicateSack.left = left;
        if (after(right, s.duplicateSack.right)) s.duplicateSack.right = right;
    }
}

void selectInitialWindow(TcpSocket& s, std::uint32_t unit) {
    std::uint32_t space = fullSpace(s);
    std::uint32_t largest = std::max(space, kLargestBuffer);
    if (s.receiveBufferLocked) largest = space;
    s.rcvScale = std::uint8_t(std::clamp(int(std::bit_width(std::max(largest, 1u))) - 1 - 15, 0, 14));
    if (space > unit) space = space / unit * unit;
    s.rcvWindow = s.rcvSsthresh = std::min(space, 65'535u);
    s.windowClamp = s.receiveBufferLocked ? fullSpace(s) : 65'535u << 14;
}

void initBuffers(Context& c, TcpSocket& s) {
    const std::uint32_t unit = s.advertisedMss - (s.timestampsOk ? 12u : 0u), most = fullSpace(s);
    if (s.windowClamp >= most) s.windowClamp = most;
    if (s.windowClamp > 2 * unit && s.windowClamp + unit > most) s.windowClamp = std::max(2 * unit, most - unit);
    s.rcvSsthresh = std::min(s.rcvSsthresh, s.windowClamp);
    s.copied = s.spaceSequence = s.rcvNxt;
    s.spaceTime = c.now();
    s.space = std::min({s.rcvSsthresh, s.rcvWindow, kInitialWindow * unit});
    s.rcvMss =
        std::uint16_t(std::max<std::uint32_t>(88, std::min({unit, std::uint32_t(s.mss), s.rcvWindow / 2, 536u})));
    s.lastReceived = c.now();
}

std::uint32_t receivable(const TcpSocket& s) {
    const auto left = std::int32_t(s.rcvWup + s.rcvWindow - s.rcvNxt);
    return left > 0 ? std::uint32_t(left) : 0;
}

std::uint32_t selectWindow(TcpSocket& s) {
    const std::uint32_t offered = receivable(s), step = 1u << s.rcvScale;
    std::uint32_t window = chooseWindow(s);
    if (window < offered) window = (offered + step - 1) / step * step; // never taken back
    s.rcvWindow = window;
    s.rcvWup = s.rcvNxt;
    return std::min(window, 65'535u << s.rcvScale);
}

bool inQuickAck(const TcpSocket& s) { return s.quickAcks > 0 && !s.pingpong; }

void enterQuickAck(TcpSocket& s) {
    increaseQuickAcks(s);
    s.pingpong = false;
    s.ato = kAtoMin;
}

void measureRttOfReceiver(Context& c, TcpSocket& s, const TcpHeader& h, std::size_t payload) {
    if (!h.options.timestamps || h.options.tsEcho == s.rcvRttEcho) return;
    s.rcvRttEcho = h.options.tsEcho;
    if (payload < s.rcvMss) return;
    const std::int64_t us = std::max<std::int64_t>(std::int32_t(timestamp(c, s) - h.options.tsEcho), 1) * 1000;
    if (s.rcvRtt8 == 0)
        s.rcvRtt8 = us << 3;
    else
        s.rcvRtt8 += us - (s.rcvRtt8 >> 3);
}

void takeData(Context& c, std::uint32_t i, const TcpHeader& h, std::span<const std::uint8_t> payload) {
    TcpSocket& s = at(c, i);
    std::uint32_t sequence = h.sequence;
    const bool finIsNew = h.fin() && !s.finSeen;
    if (finIsNew) {
        s.finSeen = true;
        s.finSequence = h.sequence + std::uint32_t(payload.size());
    }
    if (payload.empty() && !h.fin() && !h.syn()) return;
    const std::uint32_t end = sequence + std::uint32_t(payload.size()) + h.syn() + h.fin();
    const auto outOfWindow = [&] {
        enterQuickAck(s);
        s.ackPending = true;
    };
    if (!after(end, s.rcvNxt)) { // all of it is known, as is the SYN of the peer's SYN-ACK when both opened at once
        setDuplicateSack(s, sequence, end);
        return outOfWindow();
    }
    const std::uint32_t window = receivable(s);
    if (!before(sequence, s.rcvNxt + window) && !(payload.empty() && sequence == s.rcvNxt)) return outOfWindow();
    if (before(sequence, s.rcvNxt)) {
        setDuplicateSack(s, sequence, s.rcvNxt);
        if (window == 0) return outOfWindow();
        payload = payload.subspan(std::min<std::size_t>(s.rcvNxt - sequence, payload.size()));
        sequence = s.rcvNxt;
    }
    if (sequence == s.rcvNxt) {
        if (window == 0 && !payload.empty()) return outOfWindow();
        if (!payload.empty()) {
            deliver(s, payload);
            dataArrived(c, s, h, payload.size());
        }
        if (!s.outOfOrder.empty()) takeStored(s);
        std::erase_if(s.sackBlocks, [&](const SackBlock& b) { return !after(b.right, s.rcvNxt); });
        for (SackBlock& b : s.sackBlocks)
            if (before(b.left, s.rcvNxt)) b.left = s.rcvNxt;
        if (!payload.empty()) {
            if (s.closedByUser) {
                s.in.drop(s.in.size());
                s.inCharge = 0;
            } else {
                c.notify({.app = s.owner, .kind = NoticeKind::Readable, .socket = {i}});
            }
        }
    } else {
        s.ackPending = true;
        if (store(s, sequence, payload) || finIsNew) {
            s.inCharge += charge(payload.size());
            if (s.sackOk) {
                addSackBlock(s, sequence, end);
                growWindow(s, payload.size());
            }
        }
    }
    if (s.finSeen && !s.finReceived && s.rcvNxt == s.finSequence) finArrived(c, i);
}

void checkAck(Context& c, std::uint32_t i, bool outOfOrderPossible) {
    TcpSocket& s = at(c, i);
    if (!s.ackPending) return;
    const bool twoSegments = s.rcvNxt - s.rcvWup > s.rcvMss && (s.rcvNxt == s.copied || chooseWindow(s) >= s.rcvWindow);
    if (twoSegments || inQuickAck(s) || s.ackNow) return sendAck(c, s);
    if (outOfOrderPossible && !s.outOfOrder.empty()) {
        // Duplicate ACKs after the third may wait a little for each other (compressed SACK).
        constexpr std::uint8_t kMostCompressed = 44;
        if (!s.sackOk || s.compressedAcks >= kMostCompressed) return sendAck(c, s);
        if (s.compressedAt != s.rcvNxt) {
            s.compressedAt = s.rcvNxt;
            s.dupAcks = 0;
        }
        if (s.dupAcks < 3) {
            ++s.dupAcks;
            return sendAck(c, s);
        }
        ++s.compressedAcks;
        if (s.compressedAckAt != kernel::kNever) return;
        std::int64_t rtt8 = s.rcvRtt8;
        if (s.srtt8 && s.srtt8 < rtt8) rtt8 = s.srtt8;
        s.compressedAckAt = c.now() + std::min<SimTime>(std::chrono::milliseconds(1), fromMicroseconds(rtt8 / 8) / 20);
        return schedule(c, i);
    }
    SimTime wait = s.ato;
    if (wait > kAtoMin) {
        SimTime most = s.pingpong || s.ackPushed ? kAtoMax : SimTime(std::chrono::milliseconds(500));
        if (s.srtt8) most = std::min(most, std::max(fromMicroseconds(s.srtt8 / 8), kAtoMin));
        wait = std::min(wait, most);
    }
    wait = std::clamp(wait, kAtoMin, kAtoMax);
    if (s.delayedAckAt != kernel::kNever) {
        if (s.delayedAckAt <= c.now() + s.ato / 4) return sendAck(c, s);
        s.delayedAckAt = std::min(s.delayedAckAt, kernel::onWheel(c.now(), wait));
    } else {
        s.delayedAckAt = kernel::onWheel(c.now(), wait);
    }
    schedule(c, i);
}

void cleanedUp(Context& c, std::uint32_t i, std::size_t copied) {
    TcpSocket& s = at(c, i);
    s.copied += std::uint32_t(copied);
    const bool empty = s.in.empty();
    if (copied > 0) {
        // Buffers are freed as they are emptied.
        s.inCharge = empty && s.outOfOrder.empty() ? 0 : s.inCharge - std::min(s.inCharge, charge(copied));
        if (empty && !s.outOfOrder.empty()) {
            s.inCharge = 0;
            for (const auto& o : s.outOfOrder)
                s.inCharge += charge(o.bytes.size());
        }
        // How much was read in a round trip decides how large the buffer may be (tcp_rcv_space_adjust).
        if (s.rcvRtt8 && microseconds(c.now() - s.spaceTime) >= s.rcvRtt8 >> 3) {
            const std::uint32_t amount = s.copied - s.spaceSequence;
            if (amount > s.space) {
                if (!s.receiveBufferLocked) {
                    // A round trip late, and the sender may double its rate meanwhile.
                    std::uint64_t wanted = std::uint64_t(amount) << 1;
                    wanted += (wanted * (amount - s.space) / std::max(s.space, 1u)) << 1;
                    if (!s.outOfOrder.empty())
                        wanted +=
                            s.outOfOrder.back().sequence + std::uint32_t(s.outOfOrder.back().bytes.size()) - s.rcvNxt;
                    const std::uint64_t buffer = std::min<std::uint64_t>((wanted << 8) / s.windowRatio, kLargestBuffer);
                    if (buffer > s.receiveBuffer) {
                        s.receiveBuffer = std::uint32_t(buffer);
                        s.windowClamp = fullSpace(s);
                    }
                }
                s.space = amount;
            }
            s.spaceSequence = s.copied;
            s.spaceTime = c.now();
        }
    }
    bool due = false;
    if (s.ackPending)
        due = s.rcvNxt - s.rcvWup > s.rcvMss ||
              (copied > 0 && (s.ackPushedTwice || (s.ackPushed && !s.pingpong)) && s.inCharge == 0);
    if (copied > 0 && !due && !s.finReceived) {
        const std::uint32_t now = receivable(s);
        if (2 * std::uint64_t(now) <= s.windowClamp) {
            const std::uint32_t window = chooseWindow(s);
            due = window && window >= 2 * now;
        }
    }
    if (due && s.state != TcpState::Closed && s.state != TcpState::TimeWait) sendAck(c, s);
}

} // namespace sim::stack::tcp
