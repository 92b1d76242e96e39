#include "sim/explain/storm.h"

#include "sim/wire/bytes.h"
#include "sim/wire/dns.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/ipv4.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

namespace sim::explain {

namespace {

constexpr kernel::SimTime kSpan = std::chrono::seconds(1);
constexpr std::size_t kSamples = 300;      // frames that are looked at, among the latest quarter of that second
constexpr std::size_t kMostSteps = 50'000; // from cause to cause, for one frame
// An honest frame has been here before as well, with other words; after so many of those there is no hope.
constexpr std::uint64_t kHopeless = 16;

using Bytes = std::span<const std::uint8_t>;

/// Seen is a frame as it is compared.
struct Seen {
    Bytes bytes;
    wire::LinkType link = wire::LinkType::Ethernet;
};

/// ipOf is where the IPv4 header stands in a frame, if it has one.
std::optional<std::size_t> ipOf(const Seen& frame) {
    const Bytes b = frame.bytes;
    const std::size_t at = frame.link == wire::LinkType::RawIp ? 0 : wire::EthernetView::kSize;
    const bool ipv4 = b.size() >= at + 20 && b[at] >> 4 == 4 &&
                      (at == 0 || wire::EtherType(wire::get16(&b[at - 2])) == wire::EtherType::Ipv4);
    return ipv4 ? std::optional(at) : std::nullopt;
}

bool alike(Bytes a, Bytes b, std::size_t from, std::size_t to) {
    return std::memcmp(a.data() + from, b.data() + from, to - from) == 0;
}

/// sayTheSame compares frames of one device: alike but for the number and the checksum of an IP packet, which count
/// up when a program sends the same words again, and the name that a DNS client gives its question.
bool sayTheSame(const Seen& one, const Seen& other) {
    const Bytes a = one.bytes, b = other.bytes;
    if (a.size() != b.size()) return false;
    const auto ip = ipOf(one);
    if (!ip || ipOf(other) != ip) return std::equal(a.begin(), a.end(), b.begin());
    const std::size_t at = *ip, end = a.size();
    if (!alike(a, b, 0, at + 4) || !alike(a, b, at + 6, at + 10) || !alike(a, b, at + 12, at + 20)) return false;
    const std::size_t header = std::size_t(a[at] & 15) * 4;
    const bool dns = header == 20 && wire::IpProtocol(a[at + 9]) == wire::IpProtocol::Udp && end >= at + 40 &&
                     (wire::get16(&a[at + 20]) == wire::dns::kPort || wire::get16(&a[at + 22]) == wire::dns::kPort);
    return dns ? alike(a, b, at + 24, at + 26) && alike(a, b, at + 30, end) : alike(a, b, at + 20, end);
}

/// Loop is how often a frame has left its device before, and when it did so the last time.
struct Loop {
    std::uint64_t count = 0;
    std::uint32_t before = trace::kNoIndex; ///< that frame: it came round, as it is the cause of this one
};

/// loopOf looks at a frame's cause, the cause of that, and so on.
Loop loopOf(const trace::TraceLog& log, const devices::Network& network, std::uint32_t index) {
    const auto frame = log.frames()[index];
    const auto bytes = log.bytes(frame);
    const auto device = network.deviceOf(frame.from);
    Loop same;
    std::uint64_t other = 0;
    std::size_t steps = 0;
    for (std::uint32_t at = index, up = frame.parent; up < at && steps < kMostSteps && same.count < kRounds; ++steps) {
        const auto cause = log.frames()[up];
        if (cause.from.valid() && network.deviceOf(cause.from) == device) {
            if (sayTheSame({bytes, frame.link}, {log.bytes(cause), cause.link})) {
                if (same.count++ == 0) same.before = up;
            } else if (++other >= kHopeless && other > 2 * same.count) {
                break;
            }
        }
        at = up;
        up = cause.parent;
    }
    return same;
}

/// Second is what each device sent in the last second of the log.
struct Second {
    std::size_t first = 0; ///< frame
    kernel::SimTime begin{0}, end{0};
    std::vector<std::uint64_t> sent;
};

Second lastSecond(const trace::TraceLog& log, const devices::Network& network) {
    const auto& frames = log.frames();
    Second s;
    s.sent.assign(network.deviceCount(), 0);
    s.first = frames.size();
    if (frames.empty()) return s;
    s.end = s.begin = frames.back().sent;
    while (s.first > 0 && frames[s.first - 1].sent > s.end - kSpan) {
        const auto& f = frames[--s.first];
        // What came out of a tunnel was sent by nobody.
        if (!f.from.valid()) continue;
        ++s.sent[network.deviceOf(f.from).value];
        s.begin = f.sent;
    }
    return s;
}

Storm named(const devices::Network& network, const Second& second, std::uint32_t device) {
    Storm s;
    s.device = {device};
    const auto& system = network.device(s.device).system;
    s.kind = system.bridge ? "switch" : system.forwarding ? "router" : "host";
    s.name = network.device(s.device).name;
    s.frames = second.sent[device];
    s.span = second.end - second.begin;
    return s;
}

} // namespace

std::optional<Storm> busiest(const trace::TraceLog& log, const devices::Network& network) {
    const auto second = lastSecond(log, network);
    const auto most = std::max_element(second.sent.begin(), second.sent.end());
    if (most == second.sent.end() || *most == 0) return std::nullopt;
    return named(network, second, std::uint32_t(most - second.sent.begin()));
}

std::optional<Storm> storm(const trace::TraceLog& log, const devices::Network& network, std::uint64_t least) {
    const auto second = lastSecond(log, network);
    const auto& frames = log.frames();
    // Every n-th frame is looked at, from the last one back, so that the time it takes does not grow with the storm.
    const std::size_t looked = (frames.size() - second.first + 3) / 4,
                      stride = std::max<std::size_t>(1, looked / kSamples);
    std::vector<std::uint64_t> rounding(network.deviceCount(), 0), seen(network.deviceCount(), 0);
    std::vector<Loop> best(network.deviceCount());
    for (std::size_t back = 1; back <= looked; back += stride) {
        const auto index = std::uint32_t(frames.size() - back);
        const auto from = frames[index].from;
        if (!from.valid()) continue;
        const auto device = network.deviceOf(from).value;
        ++seen[device];
        const Loop loop = loopOf(log, network, index);
        const auto enough = second.sent[device] >= kFastFrames ? kFastRounds : least;
        if (loop.count < enough) continue;
        ++rounding[device];
        if (loop.count > best[device].count) best[device] = loop;
    }
    // Where most of what goes round was sent; of what is sent fast, most must go round. Between two programs that
    // answer each other there are routers and switches that only pass it on.
    const auto rank = [&](std::uint32_t d) {
        const auto& system = network.device({d}).system;
        return std::pair(system.bridge ? 0 : system.forwarding ? 1 : 2, rounding[d]);
    };
    std::uint32_t place = trace::kNoIndex;
    for (std::uint32_t d = 0; d < rounding.size(); ++d) {
        if (rounding[d] == 0 || (best[d].count < least && rounding[d] * 2 < seen[d])) continue;
        if (place == trace::kNoIndex || rank(d) > rank(place)) place = d;
    }
    if (place == trace::kNoIndex) return std::nullopt;
    Storm s = named(network, second, place);
    s.frame = best[place].before;
    s.port = frames[s.frame].from;
    s.rounds = best[place].count;
    return s;
}

} // namespace sim::explain
