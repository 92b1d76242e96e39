#include "model/plan/plan.h"

#include "model/plan/addresses.h"
#include "model/plan/networks.h"
#include "model/plan/paths.h"
#include "model/plan/texts.h"

#include <algorithm>

namespace model::plan {

const Given* Plan::find(std::size_t node, const QString& key, const QString& port) const {
    const auto found = std::find_if(given.begin(), given.end(), [&](const Given& g) {
        return g.node == node && key == QLatin1String(g.key) && port == g.port;
    });
    return found == given.end() ? nullptr : &*found;
}

bool isAutomatic(const lab::Lab& lab) {
    return std::any_of(lab.nodes.begin(), lab.nodes.end(), [](const lab::Node& node) {
        return std::any_of(node.ports.begin(), node.ports.end(),
                           [&](const lab::Port& p) { return p.automatic && isHere(node, p); });
    });
}

Plan planOf(const lab::Lab& lab) {
    Plan plan{Segments(lab), {}, {}, {}, {}, {}, {}};
    if (!isAutomatic(lab)) return plan;
    plan.networks = networksOf(lab, plan.segments);
    findDhcp(lab, plan);
    giveAddresses(lab, plan);
    givePaths(lab, plan);
    return plan;
}

lab::Lab planned(lab::Lab lab, const Plan& plan) {
    for (std::size_t n = 0; n < lab.nodes.size(); ++n) {
        lab::Node& node = lab.nodes[n];
        for (std::size_t p = 0; p < node.ports.size(); ++p) {
            lab::Port& port = node.ports[p];
            if (!port.automatic || !isHere(node, port)) continue;
            // Without a cable a port has none: a router's would draw packets to where nobody is.
            port.addresses.clear();
            if (const auto given = plan.addresses.find({n, p}); given != plan.addresses.end())
                port.addresses = {given->second};
            else if (plan.byDhcp.contains({n, p}) && !port.dhcp)
                port.dhcp.emplace();
        }
    }
    for (const auto& [n, mine] : plan.nodes) {
        lab::Node& node = lab.nodes[n];
        if (mine.gateway) node.gateway = mine.gateway;
        if (!mine.dns.empty()) node.dns = mine.dns;
        if (mine.hosts) node.hosts.assign(1, {}); // "hosts: lab"
        if (!mine.routes.empty()) node.routes = mine.routes;
    }
    return lab;
}

lab::Lab planned(const lab::Lab& lab) { return isAutomatic(lab) ? planned(lab, planOf(lab)) : lab; }

lab::Lab settled(lab::Lab lab) {
    if (!isAutomatic(lab)) return lab;
    // Paths change no address.
    Plan plan{Segments(lab), {}, {}, {}, {}, {}, {}};
    plan.networks = networksOf(lab, plan.segments);
    findDhcp(lab, plan);
    giveAddresses(lab, plan);
    for (std::size_t n = 0; n < lab.nodes.size(); ++n) {
        lab::Node& node = lab.nodes[n];
        for (std::size_t p = 0; p < node.ports.size(); ++p) {
            lab::Port& port = node.ports[p];
            // One without a cable keeps what it had, for when the cable comes back.
            if (!port.automatic || !isHere(node, port) || !plan.segments.cabled({n, p})) continue;
            port.addresses.clear();
            if (const auto given = plan.addresses.find({n, p}); given != plan.addresses.end())
                port.addresses = {given->second};
        }
    }
    return lab;
}

QString sentenceOf(const lab::Lab& lab, const Plan& plan, const Given& given) {
    const auto& node = lab.nodes[given.node];
    const QString& other = lab.nodes[given.other].name;
    const auto network = [&] {
        for (std::size_t p = 0; p < node.ports.size(); ++p)
            if (const auto at = plan.addresses.find({given.node, p});
                at != plan.addresses.end() && node.ports[p].name == given.port)
                return text(at->second.network());
        return QString();
    };
    switch (given.cause) {
    case Cause::Network: return Texts::tr("automatic: from %1, the network of this segment").arg(network());
    case Cause::NewNetwork: return Texts::tr("automatic: from %1, which was chosen for this segment").arg(network());
    case Cause::Dhcp: return Texts::tr("automatic: %1 gives addresses by DHCP in this segment").arg(other);
    case Cause::Gateway: return Texts::tr("automatic: router %1 is this segment's gateway").arg(other);
    case Cause::Exit: return Texts::tr("automatic: what is not in this lab is behind %1").arg(other);
    case Cause::NearNameServer: return Texts::tr("automatic: %1 is a DNS server in this segment").arg(other);
    case Cause::NameServer: return Texts::tr("automatic: %1 is the nearest DNS server").arg(other);
    case Cause::Names: return Texts::tr("automatic: the names of all nodes of this lab");
    case Cause::ShortestPaths: return Texts::tr("automatic: the shortest paths to the other networks of this lab");
    }
    return {};
}

} // namespace model::plan
