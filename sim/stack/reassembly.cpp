#include "sim/stack/reassembly.h"

#include "sim/decisions/routing.h"
#include "sim/stack/context.h"
#include "sim/stack/icmp.h"
#include "sim/stack/ip.h"

#include <algorithm>

namespace sim::stack::reassembly {

using kernel::FrameSlot;
using trace::DropReason;
using wire::IpAddress;
using wire::Ipv4View;

namespace {

Ipv4View packetOf(Context& c, FrameSlot frame) { return Ipv4View(c.frames().bytes(frame).data() + ip::kLinkHeader); }

/// forget ends a queue; each frame in it is dropped for that reason.
void forget(Context& c, std::uint32_t q, DropReason why) {
    auto& r = c.system().reassembly;
    for (const auto& piece : r.queues[q].pieces) {
        r.bytes -= c.frames().bytes(piece.frame).size();
        if (c.tracing()) c.world().log->setFrame(c.frames().trace(piece.frame));
        c.drop(piece.frame, why);
    }
    r.queues.erase(q);
}

/// join makes one packet of all pieces.
FrameSlot join(Context& c, std::uint32_t q) {
    auto& r = c.system().reassembly;
    FragmentQueue& queue = r.queues[q];
    Ipv4View first = packetOf(c, queue.pieces.front().frame);
    const std::size_t header = first.headerLength();
    const FrameSlot whole = c.frames().allocate(std::uint32_t(ip::kLinkHeader + header + queue.length));
    if (c.tracing()) c.frames().trace(whole) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(whole);
    const auto head = c.frames().bytes(queue.pieces.front().frame).first(ip::kLinkHeader + header);
    std::copy(head.begin(), head.end(), bytes.begin());
    for (const auto& piece : queue.pieces) {
        const auto part = packetOf(c, piece.frame).payload();
        std::copy_n(part.begin(), piece.end - piece.begin,
                    bytes.begin() + std::ptrdiff_t(ip::kLinkHeader + header + piece.begin));
        r.bytes -= c.frames().bytes(piece.frame).size();
    }
    // DF comes back when the largest fragment carried it: nothing on the way had to cut the packet.
    const bool dontFragment = queue.largestDf == queue.largest;
    wire::put16(&bytes[ip::kLinkHeader + 2], std::uint16_t(header + queue.length));
    wire::put16(&bytes[ip::kLinkHeader + 6], dontFragment ? 0x4000 : 0);
    wire::put16(&bytes[ip::kLinkHeader + 10], 0);
    wire::put16(&bytes[ip::kLinkHeader + 10], wire::checksum(bytes.subspan(ip::kLinkHeader, header)));
    if (c.tracing())
        c.decide(decisions::Reassembled{.destination = IpAddress::v4(first.destination()),
                                        .source = IpAddress::v4(first.source()),
                                        .fragments = std::uint32_t(queue.pieces.size()),
                                        .bytes = std::uint16_t(queue.length)});
    for (const auto& piece : queue.pieces)
        c.frames().release(piece.frame);
    r.queues.erase(q);
    return whole;
}

} // namespace

FrameSlot add(Context& c, FrameSlot fragment, bool forTracking, std::uint16_t& largest) {
    auto& r = c.system().reassembly;
    Ipv4View packet = packetOf(c, fragment);
    const FragmentKey key{packet.source(), packet.destination(), packet.id(), packet.protocol(), forTracking};
    const auto refuse = [&](std::uint32_t q) {
        c.drop(fragment, DropReason::ReassemblyError);
        if (q != r.queues.kNone) forget(c, q, DropReason::ReassemblyError);
        return kernel::kNoFrame;
    };
    if (r.bytes + c.frames().bytes(fragment).size() > Reassembly::kMostBytes) return refuse(r.queues.kNone);
    std::uint32_t q = r.queues.find(key);
    if (q == r.queues.kNone) {
        q = r.queues.insert(key);
        r.queues[q].deadline = c.now() + Reassembly::kTimeout;
        c.schedule(r.queues[q].deadline, kernel::EventKind::Reassembly, q);
    }
    FragmentQueue& queue = r.queues[q];
    const std::uint32_t begin = packet.fragmentOffset() * 8u;
    std::uint32_t end = begin + std::uint32_t(packet.payload().size());
    if (packet.moreFragments()) {
        end -= (end - begin) & 7; // all but the last end at a multiple of 8
        if (end > queue.length) {
            if (queue.lastSeen) return refuse(q);
            queue.length = end;
        }
    } else {
        if (end < queue.length || (queue.lastSeen && end != queue.length)) return refuse(q);
        queue.lastSeen = true;
        queue.length = end;
    }
    if (begin == end || end + packet.headerLength() > 65'535) return refuse(q);
    const auto at = std::lower_bound(queue.pieces.begin(), queue.pieces.end(), begin,
                                     [](const FragmentQueue::Piece& p, std::uint32_t b) { return p.begin < b; });
    // A run of neighbouring pieces that holds all of it already makes it a duplicate; else any overlap is an attack.
    for (std::size_t i = 0; i < queue.pieces.size();) {
        const std::uint32_t runBegin = queue.pieces[i].begin;
        std::uint32_t runEnd = queue.pieces[i].end;
        while (++i < queue.pieces.size() && queue.pieces[i].begin == runEnd)
            runEnd = queue.pieces[i].end;
        if (begin >= runBegin && end <= runEnd) {
            c.drop(fragment, DropReason::FragmentDuplicate);
            return kernel::kNoFrame;
        }
        if (begin < runEnd && end > runBegin) return refuse(q);
    }
    queue.largest = std::max(queue.largest, packet.totalLength());
    if (packet.dontFragment()) queue.largestDf = std::max(queue.largestDf, packet.totalLength());
    queue.pieces.insert(at, {begin, end, fragment});
    queue.have += end - begin;
    r.bytes += c.frames().bytes(fragment).size();
    if (c.tracing()) c.frames().trace(fragment) = c.log()->currentFrame();
    if (!queue.lastSeen || queue.have != queue.length) {
        if (c.tracing())
            c.decide(decisions::FragmentKept{.destination = IpAddress::v4(packet.destination()),
                                             .source = IpAddress::v4(packet.source()),
                                             .first = std::uint16_t(begin),
                                             .bytes = end - begin});
        return kernel::kNoFrame;
    }
    largest = std::max(queue.largest, queue.largestDf);
    return join(c, q);
}

void timer(Context& c, std::uint32_t q) {
    auto& r = c.system().reassembly;
    if (!r.queues.used(q) || r.queues[q].deadline != c.now()) return; // complete since
    const auto& pieces = r.queues[q].pieces;
    // Only the end host says so, and only when it can tell whose packet it was (RFC 792).
    const bool first = !pieces.empty() && pieces.front().begin == 0;
    if (first && ip::isLocal(c, r.queues.key(q).destination)) {
        if (c.tracing()) c.world().log->setFrame(c.frames().trace(pieces.front().frame));
        icmp::sendError(c, packetOf(c, pieces.front().frame).whole(), 11, 1);
    }
    forget(c, q, DropReason::ReassemblyTimeout);
}

} // namespace sim::stack::reassembly
