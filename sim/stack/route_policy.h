// Which table and which of several next hops a packet goes by: rules ("ip rule"; Linux net/ipv4/fib_rules.c) and
// equal-cost paths (net/ipv4/fib_semantics.c, fib_select_multipath; net/ipv4/route.c, fib_multipath_hash).
#pragma once

#include "sim/stack/flow.h"
#include "sim/stack/route_table.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sim::stack {

class Context;
struct Destination;
struct System;

/// RoutePath is one of the next hops of a row with several.
struct RoutePath {
    std::uint32_t via = 0, interface = 0;
    std::uint32_t source = 0; ///< what is sent by it comes from there
    std::uint32_t weight = 1;
    std::int64_t bound = -1; ///< hashes up to it take this path; -1: none does
    std::uint8_t flags = 0;  ///< of Route
    bool dead = false;       ///< its interface is down
    bool operator==(const RoutePath&) const = default;
};
using RoutePaths = std::vector<RoutePath>;

/// RouteRule is a row of "ip rule".
struct RouteRule {
    static constexpr std::uint32_t kAny = 0xffff'ffff, kNoInterface = 0xffff'fffe;
    static constexpr std::uint32_t kMainPriority = 32766, kDefaultPriority = 32767;
    std::uint32_t priority = 0;
    std::uint32_t from = 0, to = 0; ///< networks
    std::uint8_t fromLength = 0, toLength = 0;
    std::uint32_t in = kAny;             ///< only what came in there; lo: what is made here; kNoInterface: nothing
    std::string inName;                  ///< its name, which it has before there is one
    RouteType type = RouteType::Unicast; ///< Unicast: table is asked; or the packet is refused
    std::uint32_t table = kMainTable;
    bool operator==(const RouteRule&) const = default;
};

/// RoutePolicy are the rules, tables and equal-cost paths of a device, apart from the table "main".
struct RoutePolicy {
    std::vector<RouteRule> rules;                             ///< by priority, then by age
    std::vector<std::pair<std::uint32_t, RouteTable>> tables; ///< by number
    std::vector<RoutePaths> paths;                            ///< of rows of the type Multipath; empty: free
    std::uint32_t seed = 0;                                   ///< of the hash, when no sysctl gives one
};

/// RouteChoice is what rules, tables and the hash make of a flow.
struct RouteChoice {
    const Route* route = nullptr;           ///< null: none matches
    RouteTable::NextHop hop;                ///< of the path that was chosen
    RouteType refusal = RouteType::Unicast; ///< of a rule that refuses
    std::uint16_t rule = 0;                 ///< its place and 1; 0: "main" or "default" by themselves
    std::uint8_t path = 0;                  ///< its place and 1; 0: the row has one
};

namespace route_policy {

/// choose looks a flow up; interface: it must leave there, or kAny.
RouteChoice choose(const System& s, const Flow& flow, std::uint32_t interface);
/// hash is that of Linux 6.18: 31 bits of SipHash over the flow, the same in both directions.
std::uint32_t hash(const System& s, const Flow& flow);
/// pathFor is the place of the path that a flow takes among several; source: prefer paths that send from there, or 0.
std::size_t pathFor(const RoutePaths& paths, std::uint32_t hash, std::uint32_t source);
/// usesInterface tells whether a row leads out of an interface by any of its paths.
bool usesInterface(const System& s, const Route& route, std::uint32_t interface);

/// addRule puts a rule into its place; false when it is there already.
bool addRule(System& s, RouteRule rule);
/// nextPriority is what "ip rule add" gives a rule that names none: one below the lowest there is.
std::uint32_t nextPriority(const System& s);
/// removeRule takes the first rule away that says the same, as far as wanted says it: mask has its parts.
struct RuleMask {
    bool priority = false, from = false, to = false, in = false, action = false;
};
bool removeRule(System& s, const RouteRule& wanted, const RuleMask& mask);

/// table is the one of a number, or null; makeTable makes it when it is not there.
const RouteTable* table(const System& s, std::uint32_t number);
RouteTable& makeTable(System& s, std::uint32_t number);

/// addPaths keeps paths and gives their index; removePaths lets it be used again.
std::uint32_t addPaths(System& s, RoutePaths paths);
void removePaths(System& s, std::uint32_t index);
/// setDead marks the paths by an interface, and gives each path its share anew (fib_rebalance). Rows whose paths are
/// all dead are to go: they are removed.
void setDead(System& s, std::uint32_t interface, bool dead);

/// tableOf is the table that decided a destination, and viaOf its gateway (0: on-link), also of several.
std::uint32_t tableOf(const System& s, const Destination& d);
std::uint32_t viaOf(const System& s, const Destination& d);
/// noteRule and notePath record which rule decided, and which path the hash chose.
void noteRule(Context& c, const Flow& flow, const Destination& d);
void notePath(Context& c, const Flow& flow, const Destination& d);

/// eachTable calls f(number, table) for every table, "main" first.
template <class SystemType, class F>
void eachTable(SystemType& s, F f) {
    f(kMainTable, s.routes);
    for (auto& [number, rows] : s.policy.tables)
        f(number, rows);
}

} // namespace route_policy
} // namespace sim::stack
