// The IPv4 routing table: longest prefix, then lowest metric (Linux fib_trie's answers, not its structure).
#pragma once

#include "sim/wire/address.h"

#include <cstdint>
#include <vector>

namespace sim::stack {

enum class RouteProtocol : std::uint8_t { Kernel, Static, Rip, Dhcp };
enum class RouteType : std::uint8_t { Unicast, Local, Broadcast, Unreachable, Prohibit, Blackhole };

struct Route {
    std::uint32_t network = 0;   ///< host byte order, host bits clear
    std::uint8_t length = 0;
    RouteType type = RouteType::Unicast;
    RouteProtocol protocol = RouteProtocol::Static;
    std::uint32_t via = 0;       ///< 0: on-link
    std::uint32_t interface = 0; ///< index in the device
    std::uint32_t source = 0;    ///< preferred source address; 0: the interface's primary one
    std::uint32_t metric = 0;
    bool operator==(const Route&) const = default;
};

/// RouteTable answers lookups in time that hardly depends on its size: the prefixes are cut into ranges of addresses
/// with one answer each, and a lookup is a search among these.
class RouteTable {
public:
    void add(const Route& route);
    /// remove takes away the row of that prefix, gateway, interface and protocol; false when there is none.
    bool remove(const Route& route);
    /// lookup gives the row for an address, or null. The row stays where it is until the table changes.
    const Route* lookup(std::uint32_t address) const;
    /// lookup by one interface only: rows that lead elsewhere do not count.
    const Route* lookup(std::uint32_t address, std::uint32_t interface) const;
    /// lookupBeside gives the row as if those that lead by one interface were not there.
    const Route* lookupBeside(std::uint32_t address, std::uint32_t interface) const;
    /// rows are sorted by falling length, then network, then metric, then age.
    const std::vector<Route>& rows() const { return mRows; }

private:
    static constexpr std::size_t kSmall = 8;
    void compile();

    std::vector<Route> mRows;
    std::vector<std::uint32_t> mStarts;  ///< first addresses of the ranges, ascending
    std::vector<std::uint32_t> mAnswers; ///< row of each range; kNone
};

} // namespace sim::stack
