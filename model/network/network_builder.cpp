#include "model/network/network_builder.h"

#include "model/io/filter_words.h"
#include "model/io/route_codecs.h"
#include "model/lab/kinds.h"
#include "model/network/ipv4_part.h"
#include "model/network/run_step.h"
#include "model/network/service_builder.h"
#include "model/network/texts.h"
#include "model/network/tunnel_builder.h"
#include "model/plan/plan.h"
#include "model/plan/ranges.h"

#include <algorithm>
#include <limits>
#include <set>

namespace model::network {

namespace {

namespace config = sim::config;
namespace devices = sim::devices;
using sim::wire::IpAddress;
using sim::wire::MacAddress;

/// MacPlan gives every port without a MAC one: 02 (locally administered), then the places of node and port in the lab.
class MacPlan {
public:
    explicit MacPlan(const lab::Lab& lab) {
        for (const auto& node : lab.nodes)
            for (const auto& port : node.ports)
                if (port.mac) mGiven.insert(port.mac->number());
    }
    MacAddress mac(std::size_t node, std::size_t port) const {
        constexpr std::uint64_t kLocal = 0x0200'0000'0000;
        std::uint64_t number = kLocal | std::uint64_t(node + 1) << 16 | std::uint64_t(port + 1);
        // The upper bytes are free for a second try, and each try is free for one port only.
        while (mGiven.contains(number))
            number += std::uint64_t{1} << 36;
        return MacAddress::fromNumber(number);
    }

private:
    std::set<std::uint64_t> mGiven;
};

/// hostsOf is the /etc/hosts of a lab: every node by its name, with the addresses that the file gives it.
std::vector<std::pair<std::string, IpAddress>> hostsOf(const lab::Lab& lab) {
    std::vector<std::pair<std::string, IpAddress>> hosts;
    for (const auto& node : lab.nodes)
        for (const auto& port : node.ports)
            for (const auto& prefix : port.addresses)
                if (prefix.address.isV4()) hosts.emplace_back(node.name.toStdString(), prefix.address);
    return hosts;
}

/// poolOf completes a pool: without a range it is the upper half of the network of the node's first inside interface.
std::optional<config::DhcpServerConfig> poolOf(const lab::DhcpPool& pool, const lab::Node& node) {
    config::DhcpServerConfig config;
    config.first = pool.first;
    config.last = pool.last;
    if (pool.first.isNone()) {
        const auto range = plan::rangeOf(pool, node);
        if (!range) return std::nullopt;
        config.first = IpAddress::v4(range->first);
        config.last = IpAddress::v4(range->last);
    }
    config.network = pool.network;
    if (pool.lease) config.leaseSeconds = std::uint32_t(*pool.lease / std::chrono::seconds(1));
    config.router = pool.router;
    config.dns = pool.dns;
    config.domain = pool.domain.toStdString();
    config.check = pool.ping;
    config.authoritative = pool.authoritative;
    for (const auto& r : pool.reservations)
        config.reservations.push_back({r.mac, r.address, r.name.toStdString()});
    return config;
}

void addServices(config::DeviceConfig& config, const lab::Node& node) {
    if (node.nat && node.port(node.nat->outside)) {
        config::SourceNatConfig nat{node.nat->outside.toStdString(), {}, node.nat->hairpin};
        for (const auto& f : node.nat->forwards)
            nat.forwards.push_back({std::uint8_t(f.tcp ? 6 : 17), f.port, f.to.toV4(), f.toPort});
        config.sourceNat = std::move(nat);
    }
    if (node.dnsServer) config.dnsServer = dnsServerConfig(*node.dnsServer);
    for (const auto& pool : node.dhcpServer)
        if (auto dhcp = poolOf(pool, node)) config.dhcpServer.push_back(std::move(*dhcp));
    if (node.webServer) config.httpServer = webServerConfig(*node.webServer);
}

config::DeviceConfig deviceConfig(const lab::Lab& lab, std::uint64_t seed, const lab::Node& node, std::size_t place,
                                  const MacPlan& macs) {
    config::DeviceConfig config;
    static_cast<config::HostSettings&>(config) = node;
    if (!node.hosts.empty() && node.hosts.front().first.empty()) config.hosts = hostsOf(lab); // "hosts: lab"
    config.name = node.name.toStdString();
    config.bridge = lab::bridges(node.kind);
    config.learning = lab::learns(node.kind);
    for (std::size_t i = 0; i < node.ports.size(); ++i) {
        const lab::Port& port = node.ports[i];
        config::InterfaceConfig interface;
        interface.name = port.name.toStdString();
        if (port.tunnel) addTunnel(lab, seed, node, port, interface);
        if (!port.tunnel || port.vxlan) interface.mac = port.mac.value_or(macs.mac(place, i));
        if (!config.bridge) interface.addresses = port.addresses;
        interface.mtu = port.mtu.value_or(0);
        if (port.dhcp && !port.tunnel && !config.bridge && port.addresses.empty())
            interface.dhcp = config::DhcpClientConfig{port.dhcp->hostName.toStdString(), port.dhcp->check, {}};
        config.interfaces.push_back(std::move(interface));
    }
    config.ipStack = !config.bridge;
    config.forwarding = lab::forwards(node);
    // The gateway is nothing but the default route that people have a word for.
    if (node.gateway) {
        const bool v4 = node.gateway->isV4();
        config::RouteConfig standard;
        standard.destination = {v4 ? IpAddress::v4(0) : IpAddress::v6({}), 0};
        standard.via = *node.gateway;
        config.routes.push_back(standard);
    }
    for (const auto& r : node.routes)
        config.routes.push_back(io::routeConfig(r));
    for (const auto& text : node.firewall) {
        QString problem;
        const auto line = io::parseFilter(text, &problem);
        if (!line) continue; // only a lab that was never a file can hold one
        if (const auto* rule = std::get_if<sim::stack::FilterRule>(&*line)) config.filterRules.push_back(*rule);
        if (const auto* policy = std::get_if<sim::stack::FilterPolicy>(&*line))
            config.filterPolicies.push_back(*policy);
    }
    addServices(config, node);
    return config;
}

config::ChannelConfig channelConfig(const lab::Link& link) {
    config::ChannelConfig config;
    if (link.delay) config.delay = *link.delay;
    if (link.rate) config.rate = *link.rate;
    if (link.queue) config.queueBytes = *link.queue;
    config.up = link.up;
    config.faults = link.faults;
    config.impairment = link.impairment;
    return config;
}

io::Problem problemOf(const QString& message, const QString& hint = {}) {
    io::Problem problem;
    problem.message = message;
    problem.hint = hint;
    return problem;
}

} // namespace

config::DeviceConfig deviceConfig(const lab::Lab& lab, std::size_t place) {
    return deviceConfig(lab, lab.seed, lab.nodes[place], place, MacPlan(lab::Lab{}));
}

MacAddress defaultMac(const lab::Lab& lab, lab::NodeId id, const QString& portName) {
    for (std::size_t n = 0; n < lab.nodes.size(); ++n) {
        if (lab.nodes[n].id != id) continue;
        const auto& ports = lab.nodes[n].ports;
        for (std::size_t p = 0; p < ports.size(); ++p)
            if (ports[p].name == portName) return MacPlan(lab).mac(n, p);
    }
    return {};
}

namespace {

Built buildPlanned(const lab::Lab& lab, std::uint64_t seed) {
    if (seed == 0) seed = lab.seed;
    Built built{devices::Network(seed), {}, {}, {}, {}};
    const MacPlan macs(lab);
    std::map<lab::NodeId, const lab::Node*> nodes;
    // All of them side by side, before any device: see Network::addDevice.
    const auto configs = std::make_shared<std::vector<sim::config::DeviceConfig>>();
    configs->reserve(lab.nodes.size());
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        nodes[lab.nodes[i].id] = &lab.nodes[i];
        lab::Node node = lab.nodes[i];
        takeIpv6(&node); // model/check says what that was
        configs->push_back(deviceConfig(lab, seed, node, i, macs));
    }
    for (std::size_t i = 0; i < lab.nodes.size(); ++i)
        built.devices[lab.nodes[i].id] =
            built.network.addDevice(std::shared_ptr<const sim::config::DeviceConfig>(configs, &(*configs)[i]));

    std::set<std::uint32_t> cabled;
    for (const auto& link : lab.links) {
        const auto interfaceOf = [&](const lab::LinkEnd& end) {
            const auto device = built.devices.find(end.node);
            if (device == built.devices.end()) return sim::kernel::InterfaceId{};
            const lab::Port* port = nodes[end.node]->port(end.port);
            if (!port || port->tunnel) return sim::kernel::InterfaceId{};
            return built.network.findInterface(device->second, end.port.toStdString());
        };
        const auto a = interfaceOf(link.a), b = interfaceOf(link.b);
        if (!a.valid() || !b.valid() || a == b || cabled.contains(a.value) || cabled.contains(b.value)) {
            built.problems.push_back(
                problemOf(Texts::tr("A cable was left out: one of its ports does not exist or has another cable.")));
            continue;
        }
        cabled.insert(a.value);
        cabled.insert(b.value);
        built.channels[link.id] = built.network.connect(a, b, channelConfig(link));
    }

    Cabling cabling(lab, built.channels, [&](const lab::LinkEnd& port) {
        return built.network.findInterface(built.devices.at(port.node), port.port.toStdString());
    });
    for (const std::size_t place : runOrder(lab)) {
        const auto& step = lab.run[place];
        if (namesIpv6(step.action)) continue;
        QString problem;
        const auto action = stepAction(lab, step, cabling, &problem);
        const auto device = built.devices.find(step.on);
        const bool needsDevice = action && sim::config::onDevice(*action);
        if (action && needsDevice && device == built.devices.end())
            problem = Texts::tr("\"%1\" needs a node to run on.").arg(step.action);
        if (!problem.isEmpty()) {
            built.problems.push_back(problemOf(problem));
            continue;
        }
        built.stimuli.push_back({step.at, needsDevice ? device->second : sim::kernel::DeviceId{}, *action});
    }
    return built;
}

} // namespace

Built build(const lab::Lab& lab, std::uint64_t seed) {
    return plan::isAutomatic(lab) ? buildPlanned(plan::planned(lab), seed) : buildPlanned(lab, seed);
}

} // namespace model::network
