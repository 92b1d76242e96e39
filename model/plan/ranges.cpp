#include "model/plan/ranges.h"

#include <algorithm>

namespace model::plan {

using sim::wire::Prefix;

Range rangeOf(const Prefix& network) {
    const std::uint32_t base = network.network().address.toV4();
    return {base, base + std::uint32_t((std::uint64_t{1} << (32 - network.length)) - 1)};
}

Range hostsOf(const Prefix& network) {
    Range all = rangeOf(network);
    if (network.length <= 30) ++all.first, --all.last; // RFC 3021: a /31 has neither network nor broadcast
    return all;
}

std::optional<Range> rangeOf(const lab::DhcpPool& pool, const lab::Node& node) {
    if (pool.first.isV4() && pool.last.isV4()) return Range{pool.first.toV4(), pool.last.toV4()};
    if (!pool.first.isNone()) return std::nullopt;
    Prefix network = pool.network;
    for (const auto& port : node.ports)
        for (const auto& p : port.addresses)
            if (network.address.isNone() && p.address.isV4() && p.length <= 30 &&
                !(node.nat && node.nat->outside == port.name))
                network = p.network();
    if (!network.address.isV4() || network.length > 30) return std::nullopt;
    const std::uint32_t base = network.address.toV4();
    const std::uint32_t size = std::min<std::uint32_t>(std::uint32_t(std::uint64_t{1} << (32 - network.length)), 256);
    // As home routers do: 100 to 199 of a /24, and as much of a smaller one.
    return Range{base + std::max<std::uint32_t>(size * 100 / 256, 1),
                 base + std::max<std::uint32_t>(size * 200 / 256 - 1, 2)};
}

void Ranges::add(Range range) {
    auto at = mLast.upper_bound(range.first);
    if (at != mLast.begin() && std::prev(at)->second >= range.first) --at;
    while (at != mLast.end() && at->first <= range.last) {
        range.first = std::min(range.first, at->first);
        range.last = std::max(range.last, at->second);
        at = mLast.erase(at);
    }
    mLast[range.first] = range.last;
}

std::optional<Range> Ranges::hit(Range range) const {
    auto at = mLast.upper_bound(range.last);
    if (at == mLast.begin()) return std::nullopt;
    --at;
    if (at->second < range.first) return std::nullopt;
    return Range{at->first, at->second};
}

} // namespace model::plan
