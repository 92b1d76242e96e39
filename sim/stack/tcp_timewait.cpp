// What is left of a connection after its end: TIME-WAIT, and FIN-WAIT-2 when the program has gone (RFC 9293 3.10.7.4,
// 3.6.1; RFC 6191 on new SYNs; RFC 7323 5 on old timestamps). Linux keeps no socket for it, only a few numbers.
#include "sim/decisions/transport.h"
#include "sim/stack/tcp_internal.h"

namespace sim::stack::tcp {

using trace::DropReason;
using wire::IpAddress;
using wire::TcpHeader;

namespace {

void waitAnew(Context& c, std::uint32_t i) {
    at(c, i).closeAt = c.now() + kTimeWait;
    schedule(c, i);
}

/// answer acknowledges what the connection has had; mere ACKs and SYNs no oftener than twice a second, or two ends that
/// disagree would go on for ever.
void answer(Context& c, TcpSocket& s, const TcpHeader& h, std::size_t payload) {
    constexpr kernel::SimTime kRation = std::chrono::milliseconds(500);
    if (h.syn() || (payload == 0 && !h.fin())) {
        if (s.lastOutOfWindowAck != kernel::SimTime::min() && c.now() - s.lastOutOfWindowAck < kRation) return;
        s.lastOutOfWindowAck = c.now();
    }
    s.sackBlocks.clear();
    s.duplicateSackSet = false;
    sendAck(c, s);
}

void takeTimestamp(TcpSocket& s, const TcpHeader& h) {
    if (h.options.timestamps) s.tsRecent = h.options.tsValue;
}

/// halfClosed is FIN-WAIT-2: only the peer's FIN is waited for.
void halfClosed(Context& c, std::uint32_t i, wire::Ipv4View packet, const TcpHeader& h, std::size_t payload, bool old) {
    TcpSocket& s = at(c, i);
    const std::uint32_t end = h.sequence + std::uint32_t(payload) + h.syn() + h.fin();
    const bool within = h.sequence == s.rcvNxt || (after(end, s.rcvNxt) && before(h.sequence, s.rcvNxt + s.rcvWindow));
    if (old || !within) {
        c.note(DropReason::TcpInvalidSequence);
        return answer(c, s, h, payload);
    }
    if (h.rst()) return finish(c, i, Errno::None);
    const auto refuse = [&] {
        resetUnknown(c, packet, h, payload);
        finish(c, i, Errno::None);
    };
    if (h.syn() && !before(h.sequence, s.rcvNxt)) return refuse();
    if (!h.ack() || !after(end, s.rcvNxt) || end == h.sequence) return;
    if (!h.fin() || end != s.rcvNxt + 1) return refuse(); // data for a program that has gone
    s.rcvNxt = end;
    s.finReceived = true;
    takeTimestamp(s, h);
    setState(c, s, TcpState::TimeWait);
    answer(c, s, h, payload);
    waitAnew(c, i);
}

} // namespace

std::uint32_t beyond(const TcpSocket& s) {
    const std::uint32_t sequence = s.sndNxt + 65'535 + 2;
    return sequence ? sequence : 1;
}

bool outlived(Context& c, std::uint32_t i, wire::Ipv4View packet, const TcpHeader& h, std::size_t payload,
              std::uint32_t* sequence) {
    TcpSocket& s = at(c, i);
    const bool stamped = s.timestampsOk && h.options.timestamps;
    const bool old = stamped && std::int32_t(s.tsRecent - h.options.tsValue) > 0 && !h.rst();
    if (s.state != TcpState::TimeWait) {
        halfClosed(c, i, packet, h, payload, old);
        return false;
    }
    const std::uint32_t length = std::uint32_t(payload) + h.syn() + h.fin();
    if (!old && h.sequence == s.rcvNxt && (length == 0 || h.rst())) {
        if (h.rst()) {
            finish(c, i, Errno::None); // RFC 1337's assassination: Linux lets it happen
        } else {
            takeTimestamp(s, h);
            waitAnew(c, i);
        }
        return false;
    }
    // A SYN that cannot be a late one of the old connection begins a new one: its sequence number or its timestamp is
    // newer.
    const bool newer = after(h.sequence, s.rcvNxt) || (stamped && std::int32_t(s.tsRecent - h.options.tsValue) < 0);
    if (h.syn() && !h.rst() && !h.ack() && !old && newer &&
        listenerFor(c, packet.destination(), h.destinationPort) != c.system().tcp.connections.kNone) {
        *sequence = beyond(s);
        if (c.tracing())
            c.decide(decisions::TcpState{.local = {IpAddress::v4(s.local), s.localPort},
                                         .remote = {IpAddress::v4(s.remote), s.remotePort},
                                         .into = decisions::TcpState::Into::Reopened,
                                         .change = c.text("TIME_WAIT → CLOSED")});
        s.state = TcpState::Closed; // said already
        finish(c, i, Errno::None);
        return true;
    }
    c.note(DropReason::TcpInvalidSequence);
    if (h.rst()) return false;
    if (old || h.ack()) waitAnew(c, i);
    answer(c, s, h, payload);
    return false;
}

} // namespace sim::stack::tcp
