// Rules about what ip(8) would refuse: asked of the simulator itself, which sets up the device and lets the run's
// orders happen on it.
#include "model/check/rules.h"
#include "model/check/texts.h"
#include "model/io/action_words.h"
#include "model/lab/kinds.h"
#include "model/network/ipv4_part.h"
#include "model/network/network_builder.h"
#include "model/network/run_step.h"
#include "sim/decisions/administration.h"

#include <algorithm>

namespace model::check {

namespace {

using Severity = Finding::Severity;
using sim::stack::ConfigError;

/// obvious tells, without setting anything up, that nothing of a node can be refused.
bool obvious(const lab::Node& node) {
    const auto connected = [&](const sim::wire::IpAddress& hop) {
        return std::any_of(node.ports.begin(), node.ports.end(), [&](const lab::Port& p) {
            return std::any_of(p.addresses.begin(), p.addresses.end(), [&](const sim::wire::Prefix& x) {
                return x.length < 31 && x.contains(hop) && x.broadcast() != hop;
            });
        });
    };
    std::set<std::pair<sim::wire::Prefix, std::uint32_t>> rows;
    for (const auto& port : node.ports)
        for (std::size_t i = 0; i < port.addresses.size(); ++i) {
            if (std::find(port.addresses.begin(), port.addresses.begin() + std::ptrdiff_t(i), port.addresses[i]) !=
                port.addresses.begin() + std::ptrdiff_t(i))
                return false;
            rows.insert({port.addresses[i].network(), 0});
        }
    if (node.gateway && (!connected(*node.gateway) || !rows.insert({{sim::wire::IpAddress::v4(0), 0}, 0}).second))
        return false;
    const bool plain = node.rules.empty() && node.sysctl.empty();
    return plain && std::all_of(node.routes.begin(), node.routes.end(), [&](const lab::Route& route) {
               return route.hops.empty() && route.src.isNone() && route.table == sim::stack::kMainTable &&
                      route.dev.isEmpty() && connected(route.via) && rows.insert({route.to, route.metric}).second;
           });
}

QString hintFor(ConfigError error) {
    switch (error) {
    case ConfigError::InvalidGateway:
        return Texts::tr("A next hop is the address of a neighbour: in a network of one of its ports, or behind a "
                         "route with \"dev\".");
    case ConfigError::FileExists: return Texts::tr("Take the other row away first, or give this one another metric.");
    case ConfigError::NoSuchProcess: return Texts::tr("Look at its routing table at that moment.");
    case ConfigError::NoDevice: return Texts::tr("Name one of its interfaces.");
    case ConfigError::NoSuchRule: return Texts::tr("Write the rule as it was added.");
    case ConfigError::NoSuchSetting: return Texts::tr("Name \"all\", \"default\" or one of its interfaces.");
    case ConfigError::OnlinkNeedsDevice: return Texts::tr("Add \"dev\" and an interface.");
    case ConfigError::NoSuchFile: return Texts::tr("Look at its routing rules at that moment.");
    case ConfigError::InvalidSource: return Texts::tr("Behind \"src\" stands an address that the node has itself.");
    case ConfigError::AddressAssigned: return Texts::tr("Once is enough.");
    case ConfigError::AddressNotFound:
        return Texts::tr("Write the address with the length that it has on that interface.");
    case ConfigError::None: break;
    }
    return {};
}

void complain(Rules& r, Severity severity, const lab::Node& node, ConfigError error, const std::string& what,
              const QStringList& path) {
    const bool address = error == ConfigError::AddressAssigned || error == ConfigError::AddressNotFound;
    const bool setting = error == ConfigError::NoSuchSetting;
    r.find(severity,
           address   ? "address-refused"
           : setting ? "setting-refused"
                     : "route-refused",
           &node, {},
           Texts::tr("%1 will refuse \"%2\": %3.")
               .arg(node.name, QString::fromStdString(what), QString::fromLatin1(sim::stack::configErrorText(error))),
           hintFor(error));
    r.findings.back().path = path;
}

/// Order is a step of the run that changes addresses, routes, rules or settings.
struct Order {
    sim::kernel::SimTime at{0};
    sim::config::Action action;
    std::size_t step = 0;
};

/// ordersOf are those steps by node, in the order in which they happen.
std::map<lab::NodeId, std::vector<Order>> ordersOf(const lab::Lab& lab) {
    std::map<lab::NodeId, std::vector<Order>> orders;
    for (std::size_t i = 0; i < lab.run.size(); ++i) {
        const auto& step = lab.run[i];
        static const QStringList kVerbs{QStringLiteral("route"), QStringLiteral("address"), QStringLiteral("sysctl"),
                                        QStringLiteral("rule")};
        if (!kVerbs.contains(step.action.section(u' ', 0, 0)) || network::namesIpv6(step.action)) continue;
        if (auto action = io::parseAction(step.action)) orders[step.on].push_back({step.at, std::move(*action), i});
    }
    for (auto& [node, list] : orders)
        std::stable_sort(list.begin(), list.end(), [](const Order& a, const Order& b) { return a.at < b.at; });
    return orders;
}

/// pathOfRefused is where in the file a route or address of a node stands that was refused.
QStringList pathOfRefused(const lab::Node& node, const std::string& what, const sim::wire::IpAddress& about) {
    QStringList path{QStringLiteral("nodes"), node.name};
    const QString text = QString::fromStdString(what);
    if (text.startsWith(QLatin1String("address"))) return path << QStringLiteral("interfaces");
    if (text.startsWith(QLatin1String("rule"))) return path << QStringLiteral("rules");
    if (text.startsWith(QLatin1String("sysctl"))) return path << QStringLiteral("sysctl");
    for (std::size_t i = 0; i < node.routes.size(); ++i) {
        const auto& route = node.routes[i];
        const bool ours = route.hops.empty() || text.contains(QLatin1String(" nexthop"));
        const QString to =
            route.to.length == 0 ? QStringLiteral("default") : QString::fromStdString(route.to.toString());
        if (ours && text.contains(u' ' + to) &&
            (route.via.isNone() || about.isNone() || route.via == about ||
             text.contains(QString::fromStdString(route.via.toString()))))
            return path << QStringLiteral("routes") << QString::number(i);
    }
    return path << QStringLiteral("routes");
}

} // namespace

void refusals(Rules& r) {
    const auto orders = ordersOf(r.lab);
    for (std::size_t n = 0; n < r.lab.nodes.size(); ++n) {
        const lab::Node& node = r.lab.nodes[n];
        const auto its = orders.find(node.id);
        if (lab::bridges(node.kind) || (its == orders.end() && obvious(node))) continue;
        for (const auto& refusal : r.devices.system(n).refusals) {
            // What is wrong with the gateway has a rule of its own.
            const bool gateway = node.gateway && refusal.error == ConfigError::InvalidGateway &&
                                 refusal.about == *node.gateway &&
                                 refusal.what == "route add default via " + node.gateway->toString();
            if (!gateway)
                complain(r, Severity::Error, node, refusal.error, refusal.what,
                         pathOfRefused(node, refusal.what, refusal.about));
        }
        if (its == orders.end()) continue;
        const bool dhcp =
            std::any_of(node.ports.begin(), node.ports.end(), [](const lab::Port& p) { return p.dhcp.has_value(); });
        sim::devices::Network network = r.devices.network(n);
        sim::trace::TraceLog log;
        for (const Order& order : its->second) {
            const std::size_t first = log.recordCount();
            network.apply(network.now(), {0}, order.action, &log);
            for (std::size_t i = first; i < log.recordCount(); ++i) {
                const auto record = log.record(i);
                if (!record.decided<sim::decisions::ConfigRefused>()) continue;
                const auto d = log.decision(record.index).as<sim::decisions::ConfigRefused>();
                const auto error = d.error;
                // What a lease will bring is not known before.
                if (dhcp && error != ConfigError::NoDevice && error != ConfigError::OnlinkNeedsDevice) continue;
                complain(r, Severity::Warning, node, error, log.text(d.command),
                         {QStringLiteral("run"), QString::number(order.step), QStringLiteral("do")});
            }
        }
    }
}

} // namespace model::check
