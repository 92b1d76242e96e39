// The IPv4 routing table: longest prefix, then lowest metric (Linux fib_trie's answers, not its structure).
#pragma once

#include "sim/decisions/reasons.h"
#include "sim/kernel/fetch.h"
#include "sim/wire/address.h"

#include <cstdint>
#include <span>
#include <vector>

namespace sim::stack {

/// RouteProtocol is who made a route.
enum class RouteProtocol : std::uint8_t { Kernel, Static, Rip, Dhcp };
using decisions::RouteType;

/// Route is a row of the routing table.
struct Route {
    static constexpr std::uint8_t kOnlink = 1; ///< the next hop was taken for a neighbour unasked (RTNH_F_ONLINK)
    static constexpr std::uint8_t kOwnHop = 2; ///< the next hop is this device: it is shown, and not used (scope host)
    static constexpr std::uint8_t kPreferred = 4; ///< source was asked for ("src")
    std::uint32_t network = 0;                    ///< host byte order, host bits clear
    std::uint8_t length = 0;
    RouteType type = RouteType::Unicast;
    RouteProtocol protocol = RouteProtocol::Static;
    std::uint8_t flags = 0;
    std::uint32_t via = 0;       ///< 0: on-link
    std::uint32_t interface = 0; ///< index in the device; of Multipath: in the paths of its RoutePolicy
    std::uint32_t source = 0; ///< what is sent by it comes from there, if it has no source yet; kept true by next_hop
    std::uint32_t metric = 0;
    bool operator==(const Route&) const = default;
};

/// RouteTable answers lookups in time that hardly depends on its size: the prefixes are cut into ranges of addresses
/// with one answer each, and a lookup is a search among these.
class RouteTable {
public:
    void add(const Route& route);
    /// add takes many at once, in about the time of one.
    void add(std::span<const Route> routes);
    /// remove takes away that row, or else one of that prefix, gateway, interface and protocol; false when there is
    /// none.
    bool remove(const Route& route);
    /// setSources gives every row the source that sourceOf(row) says.
    template <typename SourceOf>
    void setSources(const SourceOf& sourceOf) {
        bool changed = false;
        for (Route& r : mRows)
            if (const std::uint32_t source = sourceOf(r); source != r.source) r.source = source, changed = true;
        if (changed) compile();
    }
    /// lookup gives the row for an address, or null. The row stays where it is until the table changes.
    const Route* lookup(std::uint32_t address) const;
    /// NextHop is what a row says about the way; many rows say the same.
    struct NextHop {
        std::uint32_t via = 0, interface = 0, source = 0;
        RouteType type = RouteType::Unicast;
        bool operator==(const NextHop&) const = default;
    };
    static NextHop hopOf(const Route& r) {
        return {r.flags & Route::kOwnHop ? 0 : r.via, r.interface, r.source, r.type};
    }
    struct Found {
        const Route* route = nullptr; ///< null: none
        NextHop hop;
    };
    /// find is lookup that remembers what was asked lately: in a network of hundreds of tables the waiting for memory
    /// is most of what a lookup costs, so that not even the row is looked at.
    Found find(std::uint32_t address) {
        if (mRecent.empty()) {
            const Route* const r = lookup(address);
            return r ? Found{r, hopOf(*r)} : Found{};
        }
        Recent& late = mRecent[slotOf(address)];
        if (late.address != address || late.row == kUnknown) late = remember(address);
        return late.row == kNoRow ? Found{} : Found{&mRows[late.row], late.hop};
    }
    /// lookup by one interface only: rows that lead elsewhere do not count.
    const Route* lookup(std::uint32_t address, std::uint32_t interface) const;
    /// lookupBeside gives the row as if those that lead by one interface were not there.
    const Route* lookupBeside(std::uint32_t address, std::uint32_t interface) const;
    /// rows are sorted by falling length, then network, then metric, then age.
    const std::vector<Route>& rows() const { return mRows; }
    /// fetch asks for the memory that find will read.
    void fetch(std::uint32_t address) const {
        if (mRecent.empty()) return kernel::fetch(mRows.data(), kSmall * sizeof(Route));
        kernel::fetch(&mRecent[slotOf(address)]);
    }

private:
    static constexpr std::size_t kSmall = 8, kLarge = 64;
    static constexpr std::uint32_t kNoRow = 0xffff'ffff;
    static constexpr std::uint32_t kUnknown = 0xffff'fffe; ///< instead of a row: nobody has asked yet
    static constexpr unsigned kFewBits = 4, kManyBits = 7; ///< of the hash, in a table of up to kLarge rows and above
    struct alignas(32) Recent {                            // two in a cache line
        std::uint32_t address = 0;
        std::uint32_t row = kUnknown;
        NextHop hop;
    };
    std::uint32_t slotOf(std::uint32_t address) const { return (address * 0x9e37'79b1u) >> mRecentShift; }
    Recent remember(std::uint32_t address);
    std::uint32_t rowFor(std::uint32_t address) const;
    void compile();

    std::vector<std::uint32_t> mStarts;  ///< first addresses of the ranges, ascending
    std::vector<std::uint32_t> mAnswers; ///< row of each range; kNoRow
    // What find reads: last, in one cache line where System puts it.
    std::vector<Route> mRows;
    std::vector<Recent> mRecent; ///< by a hash of the address; not in small tables
    std::uint32_t mRecentShift = 32 - kFewBits;
};

} // namespace sim::stack
