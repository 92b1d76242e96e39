// Rules about ways: what the steps of the run send is followed from table to table, there and back.
#include "model/check/rules.h"
#include "model/check/texts.h"
#include "model/io/action_words.h"
#include "model/lab/kinds.h"
#include "model/network/network_builder.h"

#include <QUrl>

#include <algorithm>

namespace model::check {

namespace {

using Severity = Finding::Severity;
using sim::stack::FilterRule;
using sim::wire::IpAddress;

constexpr std::size_t kMostSteps = 500, kMostHops = 64;

/// Way is how far a packet gets by the tables as they are configured.
struct Way {
    enum class End : std::uint8_t { Arrived, NoRoute, Unknown };
    struct Hop {
        std::size_t node = 0;
        int mtu = 0; ///< of the interface that it leaves by
        QString port;
    };
    End end = End::Unknown;
    std::size_t at = 0;       ///< the node where it ends
    std::uint32_t source = 0; ///< as it is then: NAT may have changed it
    std::vector<Hop> hops;
};

bool knows(const lab::Node& node) {
    // What a daemon or a lease will add to the table is not known before the run.
    return !node.rip &&
           std::none_of(node.ports.begin(), node.ports.end(), [](const lab::Port& p) { return p.dhcp.has_value(); });
}

/// neighbour is the node behind an address on the segment of a port; none: nobody there has it.
std::optional<std::size_t> neighbour(const Rules& r, Place out, std::uint32_t address) {
    const auto found = r.byAddress.find(IpAddress::v4(address));
    if (found == r.byAddress.end()) return std::nullopt;
    for (const auto& w : found->second)
        if (w.place.node != out.node && r.segments.of(w.place) == r.segments.of(out)) return w.place.node;
    return std::nullopt;
}

bool local(const sim::stack::System& s, std::uint32_t address) {
    return address >> 24 == 127 || s.localAddresses.contains(address);
}

/// follow sends a packet from a node, by the tables.
Way follow(Rules& r, std::size_t from, std::uint32_t source, std::uint32_t to) {
    Way way;
    way.at = from;
    way.source = source;
    while (way.hops.size() < kMostHops) {
        const auto& system = r.devices.system(way.at);
        const lab::Node& node = r.lab.nodes[way.at];
        if (!system.ip) return way;
        if (local(system, to)) {
            // A forwarded port goes on to a host that only NAT knows.
            way.end = node.nat && !node.nat->forwards.empty() ? Way::End::Unknown : Way::End::Arrived;
            return way;
        }
        if (!way.hops.empty() && !lab::forwards(node)) return way;
        if (!system.policy.rules.empty()) return way; // who asks which table is not only the destination's to say
        const sim::stack::Route* row = system.routes.lookup(to);
        if (!row) {
            way.end = knows(node) ? Way::End::NoRoute : Way::End::Unknown;
            return way;
        }
        if (row->type != sim::stack::RouteType::Unicast) return way;
        const auto& out = system.interfaces[row->interface];
        const auto name = QString::fromStdString(out.name);
        const auto port =
            std::find_if(node.ports.begin(), node.ports.end(), [&](const lab::Port& p) { return p.name == name; });
        if (port == node.ports.end() || port->tunnel) return way;
        if (way.source == 0) way.source = row->source;
        if (node.nat && node.nat->outside == name && !out.addresses.empty() && !way.hops.empty())
            way.source = out.addresses.front().address.toV4();
        const auto next = neighbour(r, {way.at, std::size_t(port - node.ports.begin())},
                                    sim::stack::RouteTable::hopOf(*row).via ? row->via : to);
        way.hops.push_back({way.at, out.mtu, name});
        if (!next) return way;
        way.at = *next;
    }
    return way;
}

/// dropsErrors tells whether a chain of a filter drops "fragmentation needed"; a rule that asks for more than the
/// protocol and the state is taken to let it pass.
bool dropsErrors(const sim::stack::System& s, FilterRule::Chain chain) {
    for (const FilterRule& rule : s.firewall.rules) {
        if (rule.chain != chain || (rule.protocol != 0 && rule.protocol != 1)) continue;
        if (rule.states != 0 && !(rule.states & FilterRule::kRelated)) continue;
        const bool special =
            !rule.from.address.isNone() || !rule.to.address.isNone() || !rule.in.empty() || !rule.out.empty();
        if (special && rule.verdict != FilterRule::Verdict::Accept) continue;
        return rule.verdict != FilterRule::Verdict::Accept;
    }
    return !s.firewall.accept[std::size_t(chain)];
}

/// filteredErrors looks whether the sender of a way would hear that a packet is too long for it.
void filteredErrors(Rules& r, const Way& way, std::uint32_t to, std::set<std::pair<std::size_t, std::size_t>>& said) {
    if (way.end != Way::End::Arrived || way.hops.size() < 2) return;
    const auto narrow = std::find_if(way.hops.begin() + 1, way.hops.end(),
                                     [&](const Way::Hop& h) { return h.mtu < way.hops.front().mtu; });
    if (narrow == way.hops.end()) return;
    // The error comes from the narrow place, back by the same routers.
    for (auto hop = way.hops.begin(); hop <= narrow; ++hop) {
        const auto chain = hop == way.hops.begin() ? FilterRule::Chain::Input
                           : hop == narrow         ? FilterRule::Chain::Output
                                                   : FilterRule::Chain::Forward;
        if (!dropsErrors(r.devices.system(hop->node), chain) || !said.insert({hop->node, narrow->node}).second)
            continue;
        const lab::Node& filter = r.lab.nodes[hop->node];
        r.find(Severity::Warning, "icmp-filtered", &filter, {},
               Texts::tr("%1 drops ICMP, and on the way from %2 to %3 the port %4:%5 carries only %6 bytes: %2 never "
                         "learns that its "
                         "packets are too long, and what is large hangs.")
                   .arg(filter.name, r.lab.nodes[way.hops.front().node].name, text(to), r.lab.nodes[narrow->node].name,
                        narrow->port)
                   .arg(narrow->mtu),
               Texts::tr("Let ICMP errors pass: \"accept input icmp\", or state related, before the rule that drops."));
        return;
    }
}

/// addressOf is the IPv4 address that a step's target means; 0: not known before the run.
std::uint32_t addressOf(const lab::Lab& lab, const std::string& target) {
    if (const auto address = IpAddress::parse(target)) return address->isV4() ? address->toV4() : 0;
    const QString name = QString::fromStdString(target);
    for (const auto& node : lab.nodes)
        if (node.dnsServer)
            for (const auto& record : node.dnsServer->records)
                if (record.name.compare(name, Qt::CaseInsensitive) == 0 && record.address.isV4())
                    return record.address.toV4();
    return 0;
}

/// Talk is what a step sends to whom.
struct Talk {
    std::size_t node = 0;
    std::uint32_t to = 0;
    bool tcp = false;
};

std::vector<Talk> talksOf(const lab::Lab& lab) {
    std::vector<Talk> talks;
    std::map<lab::NodeId, std::size_t> places;
    for (std::size_t n = 0; n < lab.nodes.size(); ++n)
        places[lab.nodes[n].id] = n;
    for (const auto& step : lab.run) {
        if (talks.size() == kMostSteps) break;
        const auto at = places.find(step.on);
        const auto action = at == places.end() ? std::nullopt : io::parseAction(step.action);
        if (!action) continue;
        Talk talk{at->second};
        if (const auto* ping = std::get_if<sim::config::Ping>(&*action)) talk.to = addressOf(lab, ping->target);
        if (const auto* trace = std::get_if<sim::config::Traceroute>(&*action)) talk.to = addressOf(lab, trace->target);
        if (const auto* converse = std::get_if<sim::config::SocketScript>(&*action))
            talk.to = addressOf(lab, converse->host), talk.tcp = converse->tcp;
        if (const auto* browse = std::get_if<sim::config::Browse>(&*action))
            talk.to = addressOf(lab, QUrl(QString::fromStdString(browse->url)).host().toStdString()), talk.tcp = true;
        if (talk.to != 0) talks.push_back(talk);
    }
    return talks;
}

/// changed are the nodes whose tables the run changes: how they are configured does not tell how they will be.
std::set<lab::NodeId> changedNodes(const lab::Lab& lab) {
    std::set<lab::NodeId> out;
    for (const auto& step : lab.run)
        if (step.action.startsWith(QLatin1String("route ")) || step.action.startsWith(QLatin1String("address ")) ||
            step.action.startsWith(QLatin1String("rule ")) || step.action.startsWith(QLatin1String("sysctl ")))
            out.insert(step.on);
    return out;
}

} // namespace

void pathsOfRun(Rules& r) {
    const auto changed = changedNodes(r.lab);
    std::set<std::pair<std::size_t, std::uint32_t>> said; // who has no way, to where
    std::set<std::pair<std::size_t, std::size_t>> filtered;
    for (const Talk& talk : talksOf(r.lab)) {
        const Way there = follow(r, talk.node, 0, talk.to);
        if (there.end != Way::End::Arrived || there.hops.empty()) continue;
        const Way back = follow(r, there.at, talk.to, there.source);
        if (talk.tcp) {
            filteredErrors(r, there, talk.to, filtered);
            filteredErrors(r, back, there.source, filtered);
        }
        if (back.end != Way::End::NoRoute || changed.contains(r.lab.nodes[back.at].id)) continue;
        if (!said.insert({back.at, there.source}).second) continue;
        const lab::Node& here = r.lab.nodes[back.at];
        const QString& asker = r.lab.nodes[talk.node].name;
        const bool own = back.at == there.at;
        r.find(Severity::Warning, "no-way-back", &here, {},
               own ? Texts::tr("%1 has no route to %2: what %3 sends there arrives, and the replies cannot be sent.")
                         .arg(here.name, text(there.source), asker)
                   : Texts::tr("%1 has no route to %2: what %3 sends to %4 arrives, and the replies end here.")
                         .arg(here.name, text(there.source), asker, r.lab.nodes[there.at].name),
               Texts::tr("Give %1 a gateway, or a route to %2.").arg(here.name, text(there.source)));
    }
}

void relays(Rules& r) {
    for (std::size_t n = 0; n < r.lab.nodes.size(); ++n) {
        const lab::Node& relay = r.lab.nodes[n];
        for (const auto& server : relay.dhcpRelay) {
            const auto owner = r.byAddress.find(server);
            if (owner == r.byAddress.end() || owner->second.front().place.node == n) continue;
            const std::size_t at = owner->second.front().place.node;
            for (std::size_t p = 0; p < relay.ports.size(); ++p) {
                // The server answers the relay's address on the clients' side (giaddr).
                const auto& addresses = relay.ports[p].addresses;
                const bool clients = std::any_of(r.lab.nodes.begin(), r.lab.nodes.end(), [&](const lab::Node& other) {
                    const auto o = std::size_t(&other - r.lab.nodes.data());
                    for (std::size_t q = 0; q < other.ports.size(); ++q)
                        if (o != n && other.ports[q].dhcp && r.segments.cabled({o, q}) &&
                            r.segments.of({o, q}) == r.segments.of({n, p}))
                            return true;
                    return false;
                });
                if (!clients || addresses.empty() || !addresses.front().address.isV4()) continue;
                const std::uint32_t giaddr = addresses.front().address.toV4();
                const Way way = follow(r, at, server.toV4(), giaddr);
                if (way.end != Way::End::NoRoute) continue;
                const lab::Node& lost = r.lab.nodes[way.at];
                r.find(Severity::Warning, "dhcp-no-way-to-relay", &lost, {},
                       Texts::tr(
                           "%1 has no route to %2, where the relay %3 stands: the DHCP replies of %4 cannot be sent.")
                           .arg(lost.name, text(giaddr), relay.name, r.lab.nodes[at].name),
                       Texts::tr("Give %1 a gateway, or a route to the network of the clients.").arg(lost.name));
            }
        }
    }
}

} // namespace model::check
