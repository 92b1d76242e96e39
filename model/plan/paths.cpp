#include "model/plan/paths.h"

#include "model/lab/kinds.h"
#include "model/plan/addresses.h"
#include "model/plan/networks.h"

#include <algorithm>
#include <set>

namespace model::plan {

namespace {

using sim::wire::IpAddress;
using sim::wire::Prefix;

constexpr auto kNone = std::size_t(-1);
/// What is done for labs of any size is bounded: routers by networks, and segments by the ways to look at.
constexpr std::size_t kMostRoutes = 500'000, kMostSteps = 20'000'000;
/// As in a file: "hosts: lab" on every node of a larger one would be too many rows.
constexpr std::size_t kMostNames = 1000;

/// Hop is an address by which a node stands in a segment.
struct Hop {
    std::size_t node = 0, segment = 0;
    Prefix address;
    bool outside = false; ///< of a node that translates: who comes from here does not get further
};

class Paths {
public:
    Paths(const lab::Lab& lab, Plan& plan)
        : mLab(lab), mPlan(plan), mRouters(plan.segments.count()), mServers(plan.segments.count()),
          mSegments(lab.nodes.size()), mAutomatic(lab.nodes.size()), mFound(plan.segments.count()),
          mSeenSegment(plan.segments.count(), 0), mSeenNode(lab.nodes.size(), 0) {
        collect();
    }

    void run() {
        const bool routes = routesFit();
        mFar = lookFits();
        for (std::size_t n = 0; n < mLab.nodes.size(); ++n) {
            if (mAutomatic[n].empty()) continue;
            const auto& node = mLab.nodes[n];
            NodePlan& mine = mPlan.nodes[n];
            addressesOf(n);
            if (wantsRoutes(n)) {
                if (routes) giveRoutes(n, mine);
            } else if (!isRouter(mLab, mPlan.segments, n) && !hasDefault(node) && !asksDhcp(n)) {
                giveGateway(n, mine);
            }
            if (node.dns.empty() && !isToldNames(n)) giveNameServer(n, mine);
            if (node.hosts.empty() && mLab.nodes.size() <= kMostNames) {
                mine.hosts = true;
                give(n, "hosts", Cause::Names, n);
            }
            if (!mine.routes.empty()) give(n, "routes", Cause::ShortestPaths, n);
        }
    }

private:
    /// Found is what a look around from a segment has found.
    struct Found {
        bool done = false;
        const Hop* gateway = nullptr;
        std::vector<const Hop*> servers; ///< the nearest DNS servers, two at most: one may be who asks
    };

    static bool isDefault(const lab::Route& route) {
        return route.to.length == 0 && route.table == lab::Route{}.table && route.kind == lab::Route::Kind::Unicast;
    }
    static bool hasDefault(const lab::Node& node) {
        return node.gateway || std::any_of(node.routes.begin(), node.routes.end(), isDefault);
    }
    static bool isOutside(const lab::Node& node, const lab::Port& port) {
        return node.nat && node.nat->outside == port.name;
    }

    /// collect finds who stands in which segment, routers and servers in the order of the file.
    void collect() {
        for (std::size_t n = 0; n < mLab.nodes.size(); ++n) {
            const auto& node = mLab.nodes[n];
            for (std::size_t p = 0; p < node.ports.size(); ++p) {
                const auto& port = node.ports[p];
                if (!isHere(node, port)) continue;
                if (port.automatic && mPlan.segments.cabled({n, p})) mAutomatic[n].push_back(p);
                if (!mPlan.segments.cabled({n, p})) continue;
                std::vector<Prefix> addresses = port.addresses;
                if (port.automatic) {
                    const auto given = mPlan.addresses.find({n, p});
                    addresses = given == mPlan.addresses.end() ? std::vector<Prefix>{} : std::vector{given->second};
                }
                for (const auto& address : addresses) {
                    if (!address.address.isV4()) continue;
                    const Hop hop{n, mPlan.segments.of({n, p}), address, isOutside(node, port)};
                    mSegments[n].push_back(hop);
                    if (lab::forwards(node)) mRouters[hop.segment].push_back(hop);
                    if (node.dnsServer) mServers[hop.segment].push_back(hop);
                }
            }
        }
    }

    void give(std::size_t n, const char* key, Cause cause, std::size_t other, const QString& port = {}) {
        mPlan.given.push_back({n, key, port, cause, other});
    }

    void addressesOf(std::size_t n) {
        for (const std::size_t p : mAutomatic[n]) {
            const QString& port = mLab.nodes[n].ports[p].name;
            if (const auto dhcp = mPlan.byDhcp.find({n, p}); dhcp != mPlan.byDhcp.end())
                give(n, "address", Cause::Dhcp, dhcp->second, port);
            else if (mPlan.addresses.contains({n, p}))
                give(n, "address", mPlan.networks[mPlan.segments.of({n, p})].typed ? Cause::Network : Cause::NewNetwork,
                     n, port);
        }
    }

    bool asksDhcp(std::size_t n) const {
        const auto& ports = mLab.nodes[n].ports;
        for (std::size_t p = 0; p < ports.size(); ++p)
            if ((ports[p].dhcp && ports[p].addresses.empty()) || mPlan.byDhcp.contains({n, p})) return true;
        return false;
    }

    /// isToldNames tells whether DHCP gives the node a name server.
    bool isToldNames(std::size_t n) const {
        const auto& ports = mLab.nodes[n].ports;
        for (std::size_t p = 0; p < ports.size(); ++p) {
            const auto dhcp = mPlan.byDhcp.find({n, p});
            if (dhcp == mPlan.byDhcp.end()) {
                if (ports[p].dhcp && ports[p].addresses.empty()) return true;
                continue;
            }
            const auto& server = mLab.nodes[dhcp->second];
            if (server.dnsServer || std::any_of(server.dhcpServer.begin(), server.dhcpServer.end(),
                                                [](const lab::DhcpPool& pool) { return !pool.dns.empty(); }))
                return true;
        }
        return false;
    }

    /// wantsRoutes tells the routers that are given static routes. One that translates finds the outside by its
    /// gateway, as one at home does, and is given those of the inside.
    bool wantsRoutes(std::size_t n) const {
        const auto& node = mLab.nodes[n];
        return isRouter(mLab, mPlan.segments, n) && node.routes.empty() && !node.rip;
    }

    bool routesFit() {
        std::size_t routers = 0, networks = 0, first = kNone;
        for (std::size_t n = 0; n < mLab.nodes.size(); ++n)
            if (!mAutomatic[n].empty() && wantsRoutes(n)) {
                ++routers;
                if (first == kNone) first = n;
            }
        for (const auto& segment : mRouters)
            networks += !segment.empty();
        if (routers * networks <= kMostRoutes) return true;
        mPlan.unmet.push_back({{first, mAutomatic[first].front()}, Unmet::Why::TooManyRoutes, {}, {}});
        return false;
    }

    bool lookFits() const {
        std::set<std::size_t> segments;
        std::size_t ways = 0;
        for (std::size_t n = 0; n < mLab.nodes.size(); ++n)
            for (const std::size_t p : mAutomatic[n])
                segments.insert(mPlan.segments.of({n, p}));
        for (const auto& segment : mRouters)
            ways += segment.size();
        return segments.size() * (ways + 1) <= kMostSteps;
    }

    /// expand goes from a segment to those behind its routers, as f says for each router: false leaves it out.
    template <class Router, class Segment>
    void expand(std::size_t segment, Router enter, Segment reach) {
        for (const Hop& router : mRouters[segment]) {
            if (mSeenNode[router.node] == mStamp || router.outside || !enter(router)) continue;
            mSeenNode[router.node] = mStamp;
            for (const Hop& far : mSegments[router.node]) {
                if (mSeenSegment[far.segment] == mStamp) continue;
                mSeenSegment[far.segment] = mStamp;
                reach(router, far.segment);
            }
        }
    }

    /// lookAround finds the router through which most segments are reached by the shortest paths, and the nearest DNS
    /// servers. Of equals, the first in the file.
    const Found& lookAround(std::size_t from) {
        Found& found = mFound[from];
        if (found.done) return found;
        found.done = true;
        ++mStamp;
        std::vector<std::pair<const Hop*, std::size_t>> reached; // by first router
        std::vector<std::pair<std::size_t, std::size_t>> queue;  // segment, index in reached
        const auto servers = [&](std::size_t segment) {
            for (const Hop& server : mServers[segment])
                if (found.servers.size() < 2) found.servers.push_back(&server);
        };
        mSeenSegment[from] = mStamp;
        servers(from);
        std::map<std::size_t, std::size_t> place; // in reached, of a router
        for (const Hop& router : mRouters[from])
            if (!router.outside && isRouter(mLab, mPlan.segments, router.node) &&
                place.emplace(router.node, reached.size()).second)
                reached.push_back({&router, 0});
        expand(
            from, [&](const Hop& router) { return place.contains(router.node); },
            [&](const Hop& router, std::size_t segment) {
                const std::size_t label = place[router.node];
                ++reached[label].second;
                queue.push_back({segment, label});
            });
        for (std::size_t i = 0; mFar && i < queue.size(); ++i) {
            const auto [segment, label] = queue[i];
            servers(segment);
            expand(
                segment, [](const Hop&) { return true; },
                [&, label = label](const Hop&, std::size_t next) {
                    ++reached[label].second;
                    queue.push_back({next, label});
                });
        }
        std::size_t most = 0;
        for (const auto& [router, count] : reached)
            if (!found.gateway || count > most) found.gateway = router, most = count;
        return found;
    }

    void giveGateway(std::size_t n, NodePlan& mine) {
        for (const Hop& here : mSegments[n]) {
            const Hop* gateway = lookAround(here.segment).gateway;
            if (!gateway || gateway->node == n || !here.address.contains(gateway->address.address)) continue;
            mine.gateway = gateway->address.address;
            give(n, "gateway", Cause::Gateway, gateway->node);
            return;
        }
    }

    void giveNameServer(std::size_t n, NodePlan& mine) {
        std::vector<std::size_t> segments;
        for (const std::size_t p : mAutomatic[n])
            segments.push_back(mPlan.segments.of({n, p}));
        const auto take = [&](const Hop& server, Cause cause) {
            mine.dns = {server.address.address};
            give(n, "dns", cause, server.node);
        };
        for (const std::size_t s : segments)
            for (const Hop& server : mServers[s])
                if (server.node != n) return take(server, Cause::NearNameServer);
        for (const std::size_t s : segments)
            for (const Hop* server : lookAround(s).servers)
                if (server->node != n) return take(*server, Cause::NameServer);
    }

    /// leadsTo tells whether the typed default routes from a node on come to another one.
    bool leadsTo(std::size_t from, std::size_t to) {
        if (mOwners.empty())
            for (const auto& hops : mSegments)
                for (const Hop& hop : hops)
                    mOwners.try_emplace(hop.address.address, hop.node);
        constexpr int kMostHops = 64;
        for (int i = 0; i < kMostHops; ++i) {
            if (from == to) return true;
            const auto& node = mLab.nodes[from];
            IpAddress via = node.gateway.value_or(IpAddress{});
            for (const auto& route : node.routes)
                if (via.isNone() && isDefault(route)) via = route.hops.empty() ? route.via : route.hops.front().via;
            const auto next = mOwners.find(via);
            if (next == mOwners.end()) return false;
            from = next->second;
        }
        return true; // a loop is no way out
    }

    /// isExit tells whether what is outside of the lab is behind a router, seen from the node.
    bool isExit(std::size_t router, std::size_t from) {
        const auto& node = mLab.nodes[router];
        return node.nat || (hasDefault(node) && !leadsTo(router, from));
    }

    void giveRoutes(std::size_t n, NodePlan& mine) {
        const auto& node = mLab.nodes[n];
        ++mStamp;
        std::set<Prefix> known; // networks that need no other route
        std::vector<std::pair<std::size_t, const Hop*>> queue;
        const Hop* exit = nullptr;
        std::size_t exitNode = 0;
        mSeenNode[n] = mStamp;
        for (const Hop& here : mSegments[n])
            mSeenSegment[here.segment] = mStamp;
        for (const auto& port : node.ports)
            for (const auto& prefix : port.addresses)
                if (!port.automatic) known.insert(prefix.network());
        for (const Hop& here : mSegments[n])
            known.insert(here.address.network());
        const auto route = [&](const Prefix& to, const Hop& via) {
            if (!to.address.isV4() || !known.insert(to.network()).second) return;
            lab::Route r;
            r.to = to.network();
            r.via = via.address.address;
            mine.routes.push_back(std::move(r));
        };
        const auto pass = [&](const Hop& router, const Hop& via) {
            if (!exit && isExit(router.node, n)) exit = &via, exitNode = router.node;
            // What no cable leads to: the network in a router's tunnel, and the addresses of its lo.
            for (const auto& port : mLab.nodes[router.node].ports)
                for (const auto& prefix : port.addresses)
                    if (port.tunnel) route(prefix, via);
            for (const auto& prefix : mLab.nodes[router.node].loopback)
                route(prefix, via);
        };
        const auto reach = [&](std::size_t segment, const Hop& via) {
            queue.push_back({segment, &via});
            if (const auto& network = mPlan.networks[segment].network) route(*network, via);
            for (const auto& network : mPlan.networks[segment].several)
                route(network, via);
        };
        for (const Hop& here : mSegments[n]) {
            if (here.outside) continue;
            expand(
                here.segment,
                [&](const Hop& router) {
                    if (!here.address.contains(router.address.address)) return false;
                    pass(router, router);
                    return true;
                },
                [&](const Hop& router, std::size_t segment) { reach(segment, router); });
        }
        for (std::size_t i = 0; i < queue.size(); ++i) {
            const auto [segment, via] = queue[i];
            expand(
                segment,
                [&, via = via](const Hop& router) {
                    pass(router, *via);
                    return true;
                },
                [&, via = via](const Hop&, std::size_t next) { reach(next, *via); });
        }
        if (node.gateway || asksDhcp(n)) return;
        if (node.nat) return giveOutsideGateway(n, mine);
        if (!exit) return;
        mine.gateway = exit->address.address;
        give(n, "gateway", Cause::Exit, exitNode);
    }

    /// giveOutsideGateway lets one that translates send to the outside, and nowhere else, what it knows no route to.
    void giveOutsideGateway(std::size_t n, NodePlan& mine) {
        for (const Hop& here : mSegments[n]) {
            if (!here.outside) continue;
            const Hop* gateway = lookAround(here.segment).gateway;
            if (!gateway || gateway->node == n || !here.address.contains(gateway->address.address)) continue;
            mine.gateway = gateway->address.address;
            give(n, "gateway", Cause::Gateway, gateway->node);
            return;
        }
    }

    const lab::Lab& mLab;
    Plan& mPlan;
    std::vector<std::vector<Hop>> mRouters, mServers; ///< by segment
    std::vector<std::vector<Hop>> mSegments;          ///< by node
    std::vector<std::vector<std::size_t>> mAutomatic; ///< by node: its ports that say auto and have a cable
    std::vector<Found> mFound;                        ///< by segment
    std::vector<std::uint32_t> mSeenSegment, mSeenNode;
    std::uint32_t mStamp = 0; ///< of what is seen in this round
    bool mFar = true;         ///< whether the lab is small enough to look beyond the next routers
    std::map<IpAddress, std::size_t> mOwners;
};

} // namespace

void givePaths(const lab::Lab& lab, Plan& plan) { Paths(lab, plan).run(); }

} // namespace model::plan
