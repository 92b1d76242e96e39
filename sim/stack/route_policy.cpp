#include "sim/stack/route_policy.h"

#include "sim/decisions/routing.h"
#include "sim/stack/context.h"
#include "sim/stack/ip.h"

#include <algorithm>
#include <array>
#include <bit>

namespace sim::stack::route_policy {

namespace {

constexpr std::uint32_t mask(unsigned length) { return length ? ~std::uint32_t{0} << (32 - length) : 0; }

bool matches(const RouteRule& rule, const Flow& flow) {
    if (rule.in != RouteRule::kAny && rule.in != flow.in) return false;
    return ((flow.source ^ rule.from) & mask(rule.fromLength)) == 0 &&
           ((flow.destination ^ rule.to) & mask(rule.toLength)) == 0;
}

/// placeOf is where a table of that number stands, or would.
auto placeOf(auto& tables, std::uint32_t number) {
    return std::lower_bound(tables.begin(), tables.end(), number,
                            [](const auto& table, std::uint32_t n) { return table.first < n; });
}

/// pathBy is a living path of a row that leaves by an interface, or null.
const RoutePath* pathBy(const RoutePaths& paths, std::uint32_t interface) {
    const auto found = std::find_if(paths.begin(), paths.end(),
                                    [&](const RoutePath& p) { return !p.dead && p.interface == interface; });
    return found == paths.end() ? nullptr : &*found;
}

RouteTable::NextHop hopOf(const RoutePath& p, const Route& row) {
    const std::uint32_t source = row.flags & Route::kPreferred ? row.source : p.source;
    return {p.flags & Route::kOwnHop ? 0 : p.via, p.interface, source, RouteType::Unicast};
}

/// take makes a choice of a row.
void take(const System& s, const Route& row, const Flow& flow, std::uint32_t interface, RouteChoice& choice) {
    choice.route = &row;
    choice.hop = RouteTable::hopOf(row);
    if (row.type != RouteType::Multipath) return;
    const RoutePaths& paths = s.policy.paths[row.interface];
    std::size_t at = 0;
    if (const RoutePath* by = interface == RouteRule::kAny ? nullptr : pathBy(paths, interface))
        at = std::size_t(by - paths.data());
    else
        at = pathFor(paths, hash(s, flow), flow.forwarded ? 0 : flow.source);
    choice.path = std::uint8_t(std::min<std::size_t>(at + 1, 0xff));
    choice.hop = hopOf(paths[at], row);
}

/// lookUp asks one table.
bool lookUp(const System& s, const RouteTable& table, const Flow& flow, std::uint32_t interface, RouteChoice& choice) {
    const Route* row = nullptr;
    if (interface == RouteRule::kAny) {
        row = table.lookup(flow.destination);
    } else {
        for (const Route& r : table.rows()) {
            if (((flow.destination ^ r.network) & mask(r.length)) != 0) continue;
            const bool leads = r.type == RouteType::Unicast     ? r.interface == interface
                               : r.type == RouteType::Multipath ? pathBy(s.policy.paths[r.interface], interface) != nullptr
                                                                : false;
            if (!leads) continue;
            row = &r;
            break;
        }
    }
    if (!row) return false;
    take(s, *row, flow, interface, choice);
    return true;
}

/// rebalance gives each living path its share of the hashes, by weight.
void rebalance(RoutePaths& paths) {
    std::uint64_t total = 0, sum = 0;
    for (const RoutePath& p : paths)
        if (!p.dead) total += p.weight;
    for (RoutePath& p : paths) {
        p.bound = -1;
        if (p.dead) continue;
        sum += p.weight;
        p.bound = std::int64_t(((sum << 31) + total / 2) / total) - 1; // DIV_ROUND_CLOSEST
    }
}

/// sipHash is SipHash-2-4 (Aumasson, Bernstein 2012) of whole words.
template <std::size_t N>
std::uint64_t sipHash(const std::array<std::uint64_t, N>& words, std::uint64_t k0, std::uint64_t k1) {
    std::uint64_t v0 = k0 ^ 0x736f'6d65'7073'6575, v1 = k1 ^ 0x646f'7261'6e64'6f6d, v2 = k0 ^ 0x6c79'6765'6e65'7261,
                  v3 = k1 ^ 0x7465'6462'7974'6573;
    const auto rounds = [&](int n) {
        for (; n > 0; --n) {
            v0 += v1, v1 = std::rotl(v1, 13), v1 ^= v0, v0 = std::rotl(v0, 32);
            v2 += v3, v3 = std::rotl(v3, 16), v3 ^= v2;
            v0 += v3, v3 = std::rotl(v3, 21), v3 ^= v0;
            v2 += v1, v1 = std::rotl(v1, 17), v1 ^= v2, v2 = std::rotl(v2, 32);
        }
    };
    const auto compress = [&](std::uint64_t m) {
        v3 ^= m;
        rounds(2);
        v0 ^= m;
    };
    for (const std::uint64_t m : words)
        compress(m);
    compress(std::uint64_t(N * 8) << 56);
    v2 ^= 0xff;
    rounds(4);
    return v0 ^ v1 ^ v2 ^ v3;
}

/// swapped is a number as a little-endian machine reads it from a packet, which is how Linux compares addresses here.
constexpr std::uint32_t swapped(std::uint32_t n) {
    return n >> 24 | (n >> 8 & 0xff00) | (n << 8 & 0xff'0000) | n << 24;
}
constexpr std::uint16_t swapped(std::uint16_t n) { return std::uint16_t(n >> 8 | n << 8); }

} // namespace

std::uint32_t hash(const System& s, const Flow& flow) {
    const bool ports = s.sysctls.of(Sysctl::MultipathHashPolicy) == 1;
    const bool quoted = flow.hashed[0] != 0 && !ports;
    std::uint32_t a = swapped(quoted ? flow.hashed[0] : flow.source),
                  b = swapped(quoted ? flow.hashed[1] : flow.destination);
    if (b < a) std::swap(a, b);
    std::uint16_t p = 0, q = 0;
    if (ports) {
        p = swapped(flow.ports[0]), q = swapped(flow.ports[1]);
        if (q < p) std::swap(p, q);
    }
    // The words of struct flow_keys from its member `basic` on: protocol; tags and VLANs; ports; addresses.
    const std::array<std::uint64_t, 6> keys{std::uint64_t(ports ? flow.protocol : 0) << 16,
                                            0,
                                            0,
                                            std::uint64_t(p) << 32 | std::uint64_t(q) << 48,
                                            std::uint64_t(a) << 32,
                                            b};
    std::uint64_t seed = s.sysctls.of(Sysctl::MultipathHashSeed);
    if (seed == 0) seed = s.policy.seed;
    const std::uint64_t key = seed << 32 | seed;
    const auto out = std::uint32_t(sipHash(keys, key, key));
    return (out == 0 ? 1 : out) >> 1;
}

std::size_t pathFor(const RoutePaths& paths, std::uint32_t hash, std::uint32_t source) {
    std::size_t best = 0;
    int bestScore = -1;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (paths[i].bound < 0) continue;
        const int score = (source != 0 && paths[i].source == source ? 2 : 0) + (hash <= paths[i].bound ? 1 : 0);
        if (score > bestScore) best = i, bestScore = score;
    }
    return best;
}

bool usesInterface(const System& s, const Route& route, std::uint32_t interface) {
    if (route.type == RouteType::Unicast) return route.interface == interface;
    if (route.type != RouteType::Multipath) return false;
    const auto& paths = s.policy.paths[route.interface];
    return std::any_of(paths.begin(), paths.end(), [&](const RoutePath& p) { return p.interface == interface; });
}

RouteChoice choose(const System& s, const Flow& flow, std::uint32_t interface) {
    RouteChoice choice;
    bool mainAsked = false;
    const auto askMain = [&] {
        mainAsked = true;
        return lookUp(s, s.routes, flow, interface, choice);
    };
    for (std::size_t i = 0; i < s.policy.rules.size(); ++i) {
        const RouteRule& rule = s.policy.rules[i];
        // Of equal priorities the older one is asked first, and "main" was there before any.
        if (!mainAsked && rule.priority >= RouteRule::kMainPriority && askMain()) return choice;
        if (!matches(rule, flow)) continue;
        choice.rule = std::uint16_t(std::min<std::size_t>(i + 1, 0xffff));
        if (rule.type != RouteType::Unicast) {
            choice.refusal = rule.type;
            return choice;
        }
        const RouteTable* asked = table(s, rule.table);
        if (asked && lookUp(s, *asked, flow, interface, choice)) return choice;
        choice.rule = 0;
    }
    if (!mainAsked && askMain()) return choice;
    if (const RouteTable* last = table(s, kDefaultTable)) lookUp(s, *last, flow, interface, choice);
    return choice;
}

bool addRule(System& s, RouteRule rule) {
    auto& rules = s.policy.rules;
    if (std::find(rules.begin(), rules.end(), rule) != rules.end()) return false;
    rules.insert(std::upper_bound(rules.begin(), rules.end(), rule,
                                  [](const RouteRule& a, const RouteRule& b) { return a.priority < b.priority; }),
                 std::move(rule));
    s.extras |= System::kPolicy;
    return true;
}

std::uint32_t nextPriority(const System& s) {
    const std::uint32_t lowest = s.policy.rules.empty()
                                     ? RouteRule::kMainPriority
                                     : std::min(s.policy.rules.front().priority, RouteRule::kMainPriority);
    return lowest > 1 ? lowest - 1 : 1;
}

bool removeRule(System& s, const RouteRule& wanted, const RuleMask& mask) {
    auto& rules = s.policy.rules;
    const auto at = std::find_if(rules.begin(), rules.end(), [&](const RouteRule& r) {
        if (mask.priority && r.priority != wanted.priority) return false;
        if (mask.from && (r.from != wanted.from || r.fromLength != wanted.fromLength)) return false;
        if (mask.to && (r.to != wanted.to || r.toLength != wanted.toLength)) return false;
        if (mask.in && r.inName != wanted.inName) return false;
        return !mask.action || (r.type == wanted.type && (r.type != RouteType::Unicast || r.table == wanted.table));
    });
    if (at == rules.end()) return false;
    rules.erase(at);
    return true;
}

const RouteTable* table(const System& s, std::uint32_t number) {
    if (number == kMainTable) return &s.routes;
    const auto at = placeOf(s.policy.tables, number);
    return at == s.policy.tables.end() || at->first != number ? nullptr : &at->second;
}

RouteTable& makeTable(System& s, std::uint32_t number) {
    if (number == kMainTable) return s.routes;
    if (number == kDefaultTable) s.extras |= System::kPolicy; // it is asked last without a rule of its own
    auto& tables = s.policy.tables;
    const auto at = placeOf(tables, number);
    return at != tables.end() && at->first == number ? at->second : tables.insert(at, {number, RouteTable()})->second;
}

std::uint32_t addPaths(System& s, RoutePaths paths) {
    rebalance(paths);
    s.extras |= System::kPolicy;
    auto& all = s.policy.paths;
    const auto at = std::find_if(all.begin(), all.end(), [](const RoutePaths& p) { return p.empty(); });
    if (at != all.end()) {
        *at = std::move(paths);
        return std::uint32_t(at - all.begin());
    }
    all.push_back(std::move(paths));
    return std::uint32_t(all.size() - 1);
}

void removePaths(System& s, std::uint32_t index) { s.policy.paths[index].clear(); }

void setDead(System& s, std::uint32_t interface, bool dead) {
    for (RoutePaths& paths : s.policy.paths)
        for (RoutePath& p : paths)
            if (p.interface == interface) p.dead = dead;
    for (RoutePaths& paths : s.policy.paths)
        if (std::any_of(paths.begin(), paths.end(), [](const RoutePath& p) { return !p.dead; })) rebalance(paths);
    if (!dead) return;
    eachTable(s, [&](std::uint32_t, RouteTable& rows) {
        const auto all = rows.rows();
        for (const Route& r : all) {
            if (r.type != RouteType::Multipath) continue;
            const auto& paths = s.policy.paths[r.interface];
            if (std::any_of(paths.begin(), paths.end(), [](const RoutePath& p) { return !p.dead; })) continue;
            rows.remove(r);
            removePaths(s, r.interface);
        }
    });
}

std::uint32_t tableOf(const System& s, const Destination& d) {
    if (d.rule != 0) return s.policy.rules[d.rule - 1].table == kMainTable ? 0 : s.policy.rules[d.rule - 1].table;
    const RouteTable* last = d.route ? table(s, kDefaultTable) : nullptr;
    const bool inLast =
        last && std::any_of(last->rows().begin(), last->rows().end(), [&](const Route& r) { return &r == d.route; });
    return inLast ? kDefaultTable : 0;
}

std::uint32_t viaOf(const System& s, const Destination& d) {
    if (!d.route) return 0;
    return d.path == 0 ? d.route->via : s.policy.paths[d.route->interface][d.path - 1u].via;
}

void noteRule(Context& c, const Flow& flow, const Destination& d) {
    const auto& rules = c.system().policy.rules;
    if (rules.empty() || (!d.route && d.rule == 0)) return; // there was no choice, or nothing matched
    decisions::RuleMatched matched{.destination = wire::IpAddress::v4(flow.destination),
                                   .source = flow.source ? wire::IpAddress::v4(flow.source) : wire::IpAddress(),
                                   .priority = RouteRule::kMainPriority,
                                   .table = tableOf(c.system(), d)};
    if (flow.in != kLoopback) matched.in = c.interface(flow.in).id;
    if (d.rule != 0) {
        matched.priority = rules[d.rule - 1u].priority;
        matched.type = rules[d.rule - 1u].type;
    } else if (matched.table == kDefaultTable) {
        matched.priority = RouteRule::kDefaultPriority;
    }
    c.decide(matched);
}

void notePath(Context& c, const Flow& flow, const Destination& d) {
    if (d.path == 0) return;
    const System& s = c.system();
    const RoutePaths& paths = s.policy.paths[d.route->interface];
    const std::uint32_t via = viaOf(s, d), hashed = hash(s, flow);
    const auto by = pathFor(paths, hashed, 0) != d.path - 1u         ? decisions::PathBy::Source
                    : s.sysctls.of(Sysctl::MultipathHashPolicy) == 1 ? decisions::PathBy::Ports
                                                                     : decisions::PathBy::Addresses;
    c.decide(decisions::PathHashed{.destination = wire::IpAddress::v4(flow.destination),
                                   .row = {wire::IpAddress::v4(d.route->network), d.route->length},
                                   .via = via ? wire::IpAddress::v4(via) : wire::IpAddress(),
                                   .interface = c.interface(d.interface).id,
                                   .hash = hashed,
                                   .paths = std::uint32_t(paths.size()),
                                   .table = tableOf(s, d),
                                   .by = by});
}

} // namespace sim::stack::route_policy
