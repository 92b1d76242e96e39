// Ranges of IPv4 addresses: of networks, of pools, and of all that is taken.
#pragma once

#include "model/lab/lab.h"

#include <cstdint>
#include <map>
#include <optional>

namespace model::plan {

/// Range is the addresses from first to last, both in it.
struct Range {
    std::uint32_t first = 0, last = 0;
    bool contains(std::uint32_t a) const { return first <= a && a <= last; }
};

/// rangeOf is every address of an IPv4 network; hostsOf leaves out network and broadcast, where there are such.
Range rangeOf(const sim::wire::Prefix& network);
Range hostsOf(const sim::wire::Prefix& network);

/// rangeOf is what a pool of a node gives: as it says, or else 100 to 199 of the /24 that it serves, and as much of
/// another network. None when there is no IPv4 network that it could serve.
std::optional<Range> rangeOf(const lab::DhcpPool& pool, const lab::Node& node);

/// Ranges is a set of addresses, kept as ranges that do not touch.
class Ranges {
public:
    void add(Range range);
    /// hit is the range that has an address in common with this one, or none.
    std::optional<Range> hit(Range range) const;

private:
    std::map<std::uint32_t, std::uint32_t> mLast; ///< by first
};

} // namespace model::plan
