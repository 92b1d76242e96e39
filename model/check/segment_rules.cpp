// Rules about cables and switches: rings, MTUs, two ports in one network, pools.
#include "model/check/rules.h"
#include "model/check/texts.h"
#include "model/lab/kinds.h"
#include "model/network/network_builder.h"
#include "model/plan/groups.h"

#include <algorithm>

namespace model::check {

namespace {

using Severity = Finding::Severity;
using sim::wire::IpAddress;
using sim::wire::Prefix;

constexpr int kEthernetMtu = 1500;

} // namespace

void switchRings(Rules& r) {
    std::map<lab::NodeId, std::size_t> places;
    for (std::size_t n = 0; n < r.lab.nodes.size(); ++n)
        if (lab::bridges(r.lab.nodes[n].kind)) places[r.lab.nodes[n].id] = n;
    plan::Groups groups(r.lab.nodes.size());
    for (const auto& link : r.lab.links) {
        const auto a = places.find(link.a.node), b = places.find(link.b.node);
        if (!link.up || a == places.end() || b == places.end() || groups.join(a->second, b->second)) continue;
        const lab::Node& here = r.lab.nodes[a->second];
        r.find(Severity::Warning, "switch-ring", &here, link.a.port,
               Texts::tr("The cable between %1:%2 and %3:%4 closes a ring of switches, and no spanning tree breaks it: "
                         "the first "
                         "broadcast loops for ever.")
                   .arg(here.name, link.a.port, r.lab.nodes[b->second].name, link.b.port),
               Texts::tr("Unplug one cable of the ring, or put a router into it."));
    }
}

void unequalMtus(Rules& r) {
    struct Extremes {
        Place smallest, largest;
        int low = 0, high = 0;
    };
    std::map<std::size_t, Extremes> segments;
    for (std::size_t n = 0; n < r.lab.nodes.size(); ++n)
        for (std::size_t p = 0; p < r.lab.nodes[n].ports.size(); ++p) {
            const Place place{n, p};
            const lab::Port& port = r.port(place);
            if (port.tunnel || !r.segments.cabled(place)) continue;
            const int mtu = port.mtu.value_or(kEthernetMtu);
            const auto [at, isNew] = segments.emplace(r.segments.of(place), Extremes{place, place, mtu, mtu});
            Extremes& e = at->second;
            if (mtu < e.low) e.smallest = place, e.low = mtu;
            // A switch sends nothing of its own: only what a host sends can be too long.
            if (mtu > e.high) e.largest = place, e.high = mtu;
        }
    for (const auto& [segment, e] : segments) {
        if (e.low == e.high || lab::bridges(r.node(e.largest).kind)) continue;
        r.find(Severity::Warning, "mtu-unequal", &r.node(e.smallest), r.port(e.smallest).name,
               Texts::tr("%1 has an MTU of %2 bytes, and %3 on the same segment one of %4: longer frames are dropped "
                         "without a word.")
                   .arg(r.title(e.smallest))
                   .arg(e.low)
                   .arg(r.title(e.largest))
                   .arg(e.high),
               Texts::tr("Give all ports of a segment the same MTU, those of its switches too."));
    }
}

void portsInOneNetwork(Rules& r) {
    for (std::size_t n = 0; n < r.lab.nodes.size(); ++n) {
        std::map<Prefix, std::size_t> first; // network → port
        for (std::size_t p = 0; p < r.lab.nodes[n].ports.size(); ++p) {
            const Place place{n, p};
            for (const auto& prefix : r.port(place).addresses) {
                if (!prefix.address.isV4() || prefix.length == 32) continue;
                const auto [at, isNew] = first.emplace(prefix.network(), p);
                if (isNew || at->second == p) continue;
                r.find(Severity::Warning, "ports-in-one-network", &r.node(place), r.port(place).name,
                       Texts::tr("%1 and %2 are both in %3: what is sent there leaves by %4 alone, and either answers "
                                 "ARP for both "
                                 "addresses.")
                           .arg(r.title({n, at->second}), r.title(place),
                                QString::fromStdString(prefix.network().toString()), r.port({n, at->second}).name),
                       Texts::tr("Give each port a network of its own."));
                break;
            }
        }
    }
}

namespace {

/// clientsOf counts the ports of a segment that want an address by DHCP, without those that a pool reserves one for.
std::size_t clientsOf(const Rules& r, std::size_t segment, const std::set<std::uint64_t>& reserved) {
    std::size_t count = 0;
    for (std::size_t n = 0; n < r.lab.nodes.size(); ++n)
        for (std::size_t p = 0; p < r.lab.nodes[n].ports.size(); ++p) {
            const lab::Port& port = r.lab.nodes[n].ports[p];
            if (!port.dhcp || !port.addresses.empty() || !r.segments.cabled({n, p}) || r.segments.of({n, p}) != segment)
                continue;
            count += !(port.mac && reserved.contains(port.mac->number()));
        }
    return count;
}

/// segmentsServed are those whose clients a server reaches with addresses of a network: its own, and those of relays.
std::set<std::size_t> segmentsServed(const Rules& r, std::size_t server, const IpAddress& first) {
    std::set<std::size_t> out;
    const auto add = [&](std::size_t n) {
        for (std::size_t p = 0; p < r.lab.nodes[n].ports.size(); ++p)
            for (const auto& prefix : r.lab.nodes[n].ports[p].addresses)
                if (prefix.contains(first)) out.insert(r.segments.of({n, p}));
    };
    add(server);
    for (std::size_t n = 0; n < r.lab.nodes.size(); ++n)
        for (const auto& to : r.lab.nodes[n].dhcpRelay)
            for (const auto& port : r.lab.nodes[server].ports)
                for (const auto& prefix : port.addresses)
                    if (prefix.address == to) add(n);
    return out;
}

} // namespace

void poolSizes(Rules& r) {
    for (std::size_t n = 0; n < r.lab.nodes.size(); ++n) {
        if (r.lab.nodes[n].dhcpServer.empty()) continue;
        std::map<std::set<std::size_t>, std::uint64_t> sizes; // of all pools for the same segments
        std::set<std::uint64_t> reserved;
        for (const auto& pool : network::deviceConfig(r.lab, n).dhcpServer) {
            const std::uint32_t first = pool.first.toV4(), last = pool.last.toV4();
            std::set<std::uint32_t> taken; // reserved for somebody, or somebody's already
            const auto take = [&](const IpAddress& a) {
                if (a.isV4() && a.toV4() >= first && a.toV4() <= last) taken.insert(a.toV4());
            };
            for (const auto& x : pool.reservations) {
                take(x.address);
                reserved.insert(x.mac.number());
            }
            for (auto at = r.byAddress.lower_bound(pool.first); at != r.byAddress.end() && at->first <= pool.last; ++at)
                take(at->first);
            sizes[segmentsServed(r, n, pool.first)] += std::uint64_t(last) - first + 1 - taken.size();
        }
        for (const auto& [served, size] : sizes) {
            std::size_t clients = 0;
            for (const auto segment : served)
                clients += clientsOf(r, segment, reserved);
            if (clients <= size) continue;
            r.find(
                Severity::Warning, "dhcp-pool-too-small", &r.lab.nodes[n], {},
                Texts::tr("The DHCP server on %1 has fewer addresses (%2) than clients (%3): who comes last gets none.")
                    .arg(r.lab.nodes[n].name)
                    .arg(size)
                    .arg(clients),
                Texts::tr("Make the pool larger, or give some of them an address of their own."));
        }
    }
}

} // namespace model::check
