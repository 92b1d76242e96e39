// What is true of every network after every event, whatever happened to it. The tests ask after each event or so.
#pragma once

#include "sim/devices/network.h"

#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace invariants {

namespace detail {

inline bool before(std::uint32_t a, std::uint32_t b) { return std::int32_t(a - b) < 0; }

inline std::string tcp(const sim::stack::TcpTable& table) {
    std::set<std::uint32_t> free(table.free.begin(), table.free.end());
    if (free.size() != table.free.size()) return "a socket is free twice";
    for (std::uint32_t i = 0; i < table.sockets.size(); ++i) {
        const auto& s = table.sockets[i];
        const std::string who = "socket " + std::to_string(i) + ": ";
        if (s.used == (free.count(i) > 0)) return who + "in use and free do not agree";
        if (!s.used) continue;
        std::uint32_t sacked = 0, lost = 0, again = 0;
        std::uint32_t at = s.sndUna;
        for (std::size_t k = 0; k < s.flight.size(); ++k) {
            const auto& segment = s.flight[k];
            // What is half acknowledged begins before what is acknowledged, and nothing else does.
            if (segment.sequence != at && !(k == 0 && before(segment.sequence, at)))
                return who + "a hole in what is in flight";
            if (segment.end() == segment.sequence) return who + "an empty segment in flight";
            at = segment.end();
            sacked += segment.sacked;
            lost += segment.lost;
            again += segment.retransmitted;
            if (segment.sacked && segment.lost) return who + "a segment both delivered and lost";
        }
        if (!s.flight.empty() && at != s.sndNxt) return who + "the flight does not end where the next segment begins";
        if (sacked != s.sackedOut)
            return who + "sackedOut " + std::to_string(s.sackedOut) + ", segments " + std::to_string(sacked);
        if (lost != s.lostOut)
            return who + "lostOut " + std::to_string(s.lostOut) + ", segments " + std::to_string(lost);
        if (again != s.retransOut)
            return who + "retransOut " + std::to_string(s.retransOut) + ", segments " + std::to_string(again);
        if (sacked + lost > s.flight.size()) return who + "more delivered and lost than sent";
        if (s.cwnd == 0) return who + "no congestion window";
        if (before(s.sndNxt, s.sndUna)) return who + "acknowledged what was never sent";
        for (std::size_t k = 0; k < s.outOfOrder.size(); ++k) {
            const auto& piece = s.outOfOrder[k];
            if (!before(s.rcvNxt, piece.sequence)) return who + "what is in order counts as out of order";
            if (piece.bytes.empty()) return who + "nothing, out of order";
            if (k &&
                before(piece.sequence, s.outOfOrder[k - 1].sequence + std::uint32_t(s.outOfOrder[k - 1].bytes.size())))
                return who + "pieces out of order overlap";
        }
        if (s.timerScheduled == sim::kernel::kNever &&
            (s.retransmitAt != sim::kernel::kNever || s.delayedAckAt != sim::kernel::kNever ||
             s.closeAt != sim::kernel::kNever || s.paceAt != sim::kernel::kNever ||
             s.compressedAckAt != sim::kernel::kNever || s.keepAliveAt != sim::kernel::kNever))
            return who + "a timer that nothing will let ring";
    }
    std::size_t found = 0;
    for (std::uint32_t e = 0; e < table.connections.bound(); ++e) {
        if (!table.connections.used(e)) continue;
        ++found;
        const auto index = table.connections[e];
        if (index >= table.sockets.size() || !table.sockets[index].used) return "a connection without a socket";
        const auto& s = table.sockets[index];
        const auto& key = table.connections.key(e);
        if (key.localPort != s.localPort || key.remotePort != s.remotePort || key.remote != s.remote)
            return "a connection to another socket";
    }
    if (found != table.connections.size()) return "connections are counted wrongly";
    return {};
}

inline std::string conntrack(const sim::stack::Conntrack& t) {
    using sim::stack::Tuple;
    const auto ordered = [](const Tuple& x) {
        return std::tuple(x.source, x.destination, x.sourcePort, x.destinationPort, x.protocol);
    };
    std::set<decltype(ordered(Tuple{}))> replies, originals;
    std::size_t tuples = 0;
    for (std::uint32_t i = 0; i < t.connections.size(); ++i) {
        const auto& k = t.connections[i];
        if (!k.used) continue;
        if (!originals.insert(ordered(k.original)).second) return "two connections have the same original tuple";
        if (!replies.insert(ordered(k.reply)).second) return "two connections share a mapping";
        for (const bool reply : {false, true}) {
            if (reply && k.reply == k.original) continue;
            const auto e = t.tuples.find(reply ? k.reply : k.original);
            if (e == t.tuples.kNone || t.tuples[e].connection != i || t.tuples[e].reply != reply)
                return std::string("connection ") + std::to_string(i) + " is not found by its " +
                       (reply ? "reply" : "original") + " tuple";
            ++tuples;
        }
    }
    if (tuples != t.tuples.size()) return "tuples without a connection";
    return {};
}

} // namespace detail

/// violation says what is wrong with a device; empty when all is well.
inline std::string violation(const sim::stack::System& system) {
    if (auto why = detail::tcp(system.tcp); !why.empty()) return "tcp: " + why;
    if (auto why = detail::conntrack(system.conntrack); !why.empty()) return "conntrack: " + why;
    if (system.reassembly.bytes > sim::stack::Reassembly::kMostBytes + 66'000) return "reassembly: too much is kept";
    if (!system.notices.empty()) return "a notice that nobody was given";
    return {};
}

/// framesKept is how many frames a device keeps in its queues.
inline std::size_t framesKept(const sim::stack::System& system) {
    std::size_t kept = 0;
    for (std::uint32_t e = 0; e < system.neighbours.entries.bound(); ++e)
        if (system.neighbours.entries.used(e)) kept += system.neighbours.entries[e].queue.size();
    for (std::uint32_t q = 0; q < system.reassembly.queues.bound(); ++q)
        if (system.reassembly.queues.used(q)) kept += system.reassembly.queues[q].pieces.size();
    for (const auto& socket : system.udp.sockets)
        kept += socket.queue.size();
    for (const auto& socket : system.packetSockets)
        kept += socket.queue.size();
    for (const auto& tunnel : system.wireguards)
        for (const auto& peer : tunnel.peers)
            kept += peer.staged.size();
    return kept;
}

/// violation says what is wrong with a network, beginning with the name of the device; empty when all is well.
/// Each frame has one place where it is kept: a frame that was forgotten, or let go of twice, shows in the sum.
/// (A flooded frame is one frame on several cables unless a log is kept, so the sum is a bound.)
inline std::string violation(const sim::devices::Network& network) {
    std::size_t places = network.framesOnTheWay();
    for (std::uint32_t d = 0; d < network.deviceCount(); ++d) {
        const auto& system = network.device({d}).system;
        if (auto why = violation(system); !why.empty()) return network.deviceName({d}) + ": " + why;
        places += framesKept(system);
    }
    if (network.framesHeld() > places)
        return std::to_string(network.framesHeld() - places) + " frames are kept by nobody";
    if (places > 0 && network.framesHeld() == 0) return "frames are on the way that nobody keeps";
    return {};
}

} // namespace invariants
