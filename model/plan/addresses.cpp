#include "model/plan/addresses.h"

#include "model/lab/kinds.h"
#include "model/plan/networks.h"
#include "model/plan/ranges.h"

#include <algorithm>
#include <set>

namespace model::plan {

namespace {

using sim::wire::IpAddress;
using sim::wire::Prefix;

/// withNetworks is a node as its DHCP server sees it: ports that say auto are in the network of their segment.
lab::Node withNetworks(const lab::Lab& lab, const Plan& plan, std::size_t n) {
    lab::Node node = lab.nodes[n];
    for (std::size_t p = 0; p < node.ports.size(); ++p) {
        lab::Port& port = node.ports[p];
        if (!port.automatic) continue;
        port.addresses.clear();
        const auto& network = plan.networks[plan.segments.of({n, p})].network;
        if (network && plan.segments.cabled({n, p})) port.addresses = {*network};
    }
    return node;
}

class Addresses {
public:
    Addresses(const lab::Lab& lab, Plan& plan) : mLab(lab), mPlan(plan), mNext(plan.networks.size()) {}

    void run() {
        takeTyped();
        keepValues();
        for (const bool routers : {true, false})
            for (std::size_t n = 0; n < mLab.nodes.size(); ++n)
                if (isRouter(mLab, mPlan.segments, n) == routers) giveNew(n, routers);
    }

private:
    /// Cursors is how far the search for free addresses of a network has come.
    struct Cursors {
        std::optional<std::uint32_t> router, host;
        bool wrapped = false; ///< host has begun anew from the first address
    };

    template <class F>
    void eachAutomatic(std::size_t n, F f) const {
        const auto& node = mLab.nodes[n];
        for (std::size_t p = 0; p < node.ports.size(); ++p)
            if (node.ports[p].automatic && isHere(node, node.ports[p])) f(Place{n, p}, node.ports[p]);
    }

    void takeTyped() {
        for (std::size_t n = 0; n < mLab.nodes.size(); ++n) {
            const auto& node = mLab.nodes[n];
            for (std::size_t p = 0; p < node.ports.size(); ++p)
                if (!node.ports[p].automatic)
                    for (const auto& prefix : node.ports[p].addresses) {
                        mUsed.insert(prefix.address.toV4());
                        mHere.insert({mPlan.segments.of({n, p}), prefix.address.toV4()});
                    }
            for (const auto& prefix : node.loopback)
                mUsed.insert(prefix.address.toV4());
            if (node.dhcpServer.empty()) continue;
            const lab::Node server = withNetworks(mLab, mPlan, n);
            for (const auto& pool : server.dhcpServer) {
                if (const auto range = rangeOf(pool, server); range && range->first <= range->last) mPools.add(*range);
                for (const auto& reservation : pool.reservations)
                    mUsed.insert(reservation.address.toV4());
            }
        }
    }

    /// keepValues lets every port have the address that it was given, if it is still one of its segment. A port without
    /// cable has none in a run, but nobody else gets what it will come back with.
    void keepValues() {
        for (std::size_t n = 0; n < mLab.nodes.size(); ++n)
            eachAutomatic(n, [&](Place place, const lab::Port& port) {
                if (!mPlan.segments.cabled(place)) {
                    if (!port.addresses.empty()) mUsed.insert(port.addresses.front().address.toV4());
                    return;
                }
                const std::size_t s = mPlan.segments.of(place);
                const auto& node = mLab.nodes[place.node];
                const auto& segment = mPlan.networks[s];
                if (segment.dhcp && node.kind == lab::Kind::Host && !lab::forwards(node)) {
                    mPlan.byDhcp[place] = *segment.dhcp;
                    return;
                }
                if (port.addresses.empty()) return;
                const Prefix value = port.addresses.front();
                const std::uint32_t address = value.address.toV4();
                const Prefix network = value.network();
                const bool ours = segment.network ? *segment.network == network
                                                  : std::find(segment.several.begin(), segment.several.end(),
                                                              network) != segment.several.end();
                if (!ours || !hostsOf(network).contains(address) || mPools.hit({address, address}) ||
                    !mHere.insert({s, address}).second)
                    return;
                mUsed.insert(address);
                mPlan.addresses[place] = value;
            });
    }

    bool isFree(std::uint32_t a) const { return !mUsed.contains(a) && !mPools.hit({a, a}); }

    /// nextFree is the next address for a router, from the first on, or for a host, from the tenth on; none when all
    /// are taken.
    std::optional<std::uint32_t> nextFree(std::size_t segment, const Prefix& network, bool router) {
        const Range hosts = hostsOf(network);
        Cursors& cursors = mNext[segment];
        auto& at = router ? cursors.router : cursors.host;
        if (!at) {
            constexpr std::uint32_t kFirstHost = 10;
            const std::uint32_t first = rangeOf(network).first + (network.length <= 27 ? kFirstHost : 2);
            at = router ? hosts.first : std::min(first, hosts.last);
        }
        while (true) {
            for (; *at <= hosts.last; ++*at) {
                if (const auto pool = mPools.hit({*at, *at})) { // no need to try each of its addresses
                    *at = std::min(pool->last, hosts.last);
                    continue;
                }
                if (isFree(*at)) return (*at)++;
            }
            if (router || cursors.wrapped) return std::nullopt;
            cursors.wrapped = true;
            at = hosts.first;
        }
    }

    /// sameHost is the address with the host part of a port's value, when that was one of another network.
    std::optional<std::uint32_t> sameHost(const lab::Port& port, const Prefix& network) const {
        if (port.addresses.empty() || port.addresses.front().network() == network) return std::nullopt;
        const Prefix& value = port.addresses.front();
        const std::uint32_t host = value.address.toV4() - rangeOf(value).first, first = rangeOf(network).first;
        if (host > hostsOf(network).last - first) return std::nullopt;
        const std::uint32_t address = first + host;
        return hostsOf(network).contains(address) && isFree(address) ? std::optional(address) : std::nullopt;
    }

    void giveNew(std::size_t n, bool router) {
        eachAutomatic(n, [&](Place place, const lab::Port&) {
            if (!mPlan.segments.cabled(place) || mPlan.addresses.contains(place) || mPlan.byDhcp.contains(place))
                return;
            const std::size_t s = mPlan.segments.of(place);
            const auto& segment = mPlan.networks[s];
            if (!segment.network) {
                if (segment.several.empty())
                    mPlan.unmet.push_back({place, Unmet::Why::NoNetworkLeft, {}, {}});
                else
                    mPlan.unmet.push_back({place, Unmet::Why::SeveralNetworks, segment.several[0], segment.several[1]});
                return;
            }
            // In another network it keeps its number, if it can.
            auto address = sameHost(mLab.nodes[n].ports[place.port], *segment.network);
            if (!address) address = nextFree(s, *segment.network, router);
            if (!address) {
                mPlan.unmet.push_back({place, Unmet::Why::NetworkFull, *segment.network, {}});
                return;
            }
            mUsed.insert(*address);
            mPlan.addresses[place] = {IpAddress::v4(*address), segment.network->length};
        });
    }

    const lab::Lab& mLab;
    Plan& mPlan;
    std::set<std::uint32_t> mUsed;                         ///< in the whole lab: nobody new gets it
    std::set<std::pair<std::size_t, std::uint32_t>> mHere; ///< by segment: nobody else there keeps it
    Ranges mPools;
    std::vector<Cursors> mNext; ///< by segment
};

} // namespace

void findDhcp(const lab::Lab& lab, Plan& plan) {
    for (std::size_t n = 0; n < lab.nodes.size(); ++n) {
        const auto& node = lab.nodes[n];
        if (node.kind != lab::Kind::HomeRouter || node.dhcpServer.empty()) continue;
        const lab::Node server = withNetworks(lab, plan, n);
        for (std::size_t p = 0; p < node.ports.size(); ++p) {
            if (!plan.segments.cabled({n, p}) || node.ports[p].tunnel ||
                (node.nat && node.nat->outside == node.ports[p].name))
                continue;
            auto& segment = plan.networks[plan.segments.of({n, p})];
            const bool gives = std::any_of(server.dhcpServer.begin(), server.dhcpServer.end(), [&](const auto& pool) {
                const auto range = rangeOf(pool, server);
                const auto& own = server.ports[p].addresses;
                return range && std::any_of(own.begin(), own.end(), [&](const Prefix& prefix) {
                           return prefix.contains(IpAddress::v4(range->first)) &&
                                  prefix.contains(IpAddress::v4(range->last));
                       });
            });
            if (gives && !segment.dhcp) segment.dhcp = n;
        }
    }
}

bool isRouter(const lab::Lab& lab, const Segments& segments, std::size_t n) {
    const auto& node = lab.nodes[n];
    if (lab::bridges(node.kind) || !lab::forwards(node)) return false;
    if (node.kind == lab::Kind::Router || node.kind == lab::Kind::HomeRouter) return true;
    // A VPN endpoint with one cable forwards between that and its tunnel: to the segment it is a host.
    std::size_t cables = 0;
    for (std::size_t p = 0; p < node.ports.size(); ++p)
        cables += isHere(node, node.ports[p]) && segments.cabled({n, p});
    return cables > 1;
}

void giveAddresses(const lab::Lab& lab, Plan& plan) { Addresses(lab, plan).run(); }

} // namespace model::plan
