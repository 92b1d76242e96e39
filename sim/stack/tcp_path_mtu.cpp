// TCP and the path MTU (RFC 1191 6.4; tcp_ipv4.c, tcp_v4_mtu_reduced; tcp_input.c, tcp_simple_retransmit).
#include "sim/stack/tcp_internal.h"

#include <algorithm>
#include <vector>

namespace sim::stack::tcp {

namespace {

/// recut cuts what is in flight into segments that fit. Linux keeps what it sent in buffers of two segments each, and
/// cuts such a buffer as a whole; what is left over joins the next buffer when both fit into one segment.
std::vector<TcpSegment> recut(const TcpSocket& s, std::uint32_t before) {
    std::vector<TcpSegment> out;
    const auto& flight = s.flight;
    for (std::size_t k = 0; k < flight.size();) {
        const TcpSegment& first = flight[k];
        const bool pair = k + 1 < flight.size() && first.length == before && !first.fin && flight[k + 1].length > 0 &&
                          !first.sacked && !flight[k + 1].sacked && flight[k + 1].sent == first.sent;
        const std::size_t last = pair ? k + 1 : k;
        if (first.sacked || first.syn || first.length <= s.mss) {
            if (!out.empty() && out.back().lost && !out.back().fin && !first.sacked && !first.syn && first.length > 0 &&
                out.back().length + first.length <= s.mss) {
                out.back().length += first.length;
                out.back().fin = first.fin;
            } else {
                out.push_back(first);
            }
            ++k;
            continue;
        }
        std::uint32_t left = flight[last].sequence + flight[last].length - first.sequence;
        for (std::uint32_t sequence = first.sequence; left > 0;) {
            TcpSegment piece = first;
            piece.sequence = sequence;
            piece.length = std::min<std::uint32_t>(left, s.mss);
            piece.lost = true;
            piece.retransmitted = false;
            left -= piece.length;
            sequence += piece.length;
            piece.fin = left == 0 && flight[last].fin;
            out.push_back(piece);
        }
        k = last + 1;
    }
    return out;
}

} // namespace

void pathMtuChanged(Context& c, std::uint32_t remote, std::uint32_t mtu) {
    for (TcpSocket& s : c.system().tcp.sockets) {
        if (!s.used || s.remote != remote || s.state == TcpState::Listen) continue;
        const std::uint32_t headers = 40u + (s.timestampsOk ? 12u : 0u);
        if (mtu > headers + 48) s.mss = std::uint16_t(std::min<std::uint32_t>(s.mss, mtu - headers));
    }
}

void resendSmaller(Context& c, std::uint32_t i, std::uint32_t mssBefore) {
    TcpSocket& s = at(c, i);
    if (s.mss >= mssBefore || s.flight.empty()) return;
    const auto pieces = recut(s, mssBefore);
    s.flight.clear();
    s.sackedOut = s.lostOut = s.retransOut = 0;
    for (const TcpSegment& piece : pieces) {
        s.sackedOut += piece.sacked;
        s.lostOut += piece.lost;
        s.retransOut += piece.retransmitted;
        s.flight.pushBack(piece);
    }
    if (s.lostOut == 0) return;
    const kernel::SimTime clock = s.clock;
    lostWithoutBlame(c, i);
    // Linux does not look at the clock for an ICMP error: what goes out now counts as sent when the socket last did.
    // RACK then takes it for lost when something from before is acknowledged, and sends it once more.
    for (std::size_t k = 0; k < s.flight.size(); ++k)
        if (s.flight[k].retransmitted && s.flight[k].sent == c.now()) s.flight[k].sent = clock;
}

} // namespace sim::stack::tcp
