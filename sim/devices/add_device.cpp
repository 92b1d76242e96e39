// Network::addDevice: from configuration to a running device.
#include "sim/devices/network.h"

#include "sim/apps/make.h"
#include "sim/devices/add_tunnels.h"
#include "sim/devices/make_route.h"
#include "sim/devices/make_rule.h"
#include "sim/devices/set_sysctl.h"
#include "sim/stack/interface_address.h"
#include "sim/stack/ip.h"

#include <algorithm>

namespace sim::devices {

using stack::Interface;
using stack::InterfaceType;
using stack::System;

namespace {

/// kPathSeed is the purpose of the random number that decides which of several next hops a flow takes.
constexpr std::uint64_t kPathSeed = 0x6669'625f'6d70;

/// addAddresses gives the interfaces their addresses one after the other, as ip(8) would, which can refuse one.
void addAddresses(System& s, std::uint32_t i, const std::vector<wire::Prefix>& addresses) {
    for (const auto& p : addresses)
        if (const auto error = stack::address::insert(s, i, p); error != stack::ConfigError::None)
            s.refusals.push_back({error, "address add " + p.toString() + " dev " + s.interfaces[i].name, p.address});
}

} // namespace

kernel::DeviceId Network::addDevice(std::shared_ptr<const config::DeviceConfig> config) {
    const kernel::DeviceId id = addDevice(*config);
    mDevices[id.value].write().config = std::move(config);
    return id;
}

kernel::DeviceId Network::addDevice(const config::DeviceConfig& config) {
    const kernel::DeviceId id{std::uint32_t(mDevices.size())};
    mDevices.emplace_back(std::in_place);
    Device& d = mDevices.back().write();
    d.name = config.name;
    d.system.rng = kernel::Rng(mSeed, id.value);
    const kernel::InterfaceId first{std::uint32_t(mPorts.size())};
    const std::size_t interfaces = config.interfaces.size() + std::size_t(config.ipStack && !config.bridge);
    for (std::uint32_t i = 0; i < interfaces; ++i)
        mPorts.push_back({id, i, {}, 0});
    stack::World w = world(nullptr, nullptr);
    configure(w, id, first, config);
    startServices(w, id, config);
    return id;
}

/// configure makes of a device's system what its configuration says, whatever it was; its first interface is `first`.
void Network::configure(stack::World& w, kernel::DeviceId id, kernel::InterfaceId first,
                        const config::DeviceConfig& config) {
    Device& d = mDevices[id.value].write();
    System& s = d.system;
    s = [&s] { // random numbers go on
        System fresh;
        fresh.rng = s.rng;
        return fresh;
    }();
    s.name = config.name;
    s.ip = config.ipStack && !config.bridge;
    if (config.forwarding) stack::sysctl::forward(s, true);
    s.nextIpId = s.rng.next16();
    // Drawn at each start, and not from the stream that other things are drawn from.
    s.policy.seed = kernel::Rng(mSeed, id.value, kPathSeed + std::uint64_t(w.now.count())).next32();
    s.portRange = config.portRange;
    s.tcp.congestion = config.congestion;
    s.dnsServers = config.dns;
    s.search = config.search;
    s.ndots = config.ndots;
    s.hosts = config.hosts;
    s.userAgent = config.userAgent;
    s.neighbours.reachableTime = std::chrono::milliseconds(15'000 + s.rng.below(30'000));
    if (config.bridge) s.bridge.emplace().learning = config.learning;

    const auto addInterface = [&](Interface i) {
        i.id = {first.value + std::uint32_t(s.interfaces.size())};
        s.interfaces.push_back(std::move(i));
    };
    if (s.ip) {
        Interface lo;
        lo.name = "lo";
        lo.type = InterfaceType::Loopback;
        lo.mtu = 65'536;
        addInterface(std::move(lo));
        addAddresses(s, stack::kLoopback, {{wire::IpAddress::v4(0x7f00'0001), 8}});
        addAddresses(s, stack::kLoopback, config.loopback);
    }
    bool dhcp = false;
    for (const config::InterfaceConfig& c : config.interfaces) {
        Interface i;
        i.name = c.name;
        i.type = c.kind == config::InterfaceKind::Tunnel  ? InterfaceType::Tunnel
                 : c.kind == config::InterfaceKind::Vxlan ? InterfaceType::Vxlan
                                                          : InterfaceType::Ethernet;
        i.up = c.up;
        i.mtu = c.mtu > 0 ? c.mtu : c.wireguard ? 1420 : 1500;
        i.mac = c.mac;
        i.dhcp = c.dhcp.has_value();
        dhcp = dhcp || i.dhcp;
        addInterface(std::move(i));
        addAddresses(s, std::uint32_t(s.interfaces.size() - 1), c.addresses);
    }
    if (!s.ip) return;
    setSysctls(s, config.sysctl);
    addConfiguredRules(s, config.rules);
    for (const config::RouteConfig& r : config.routes)
        addConfiguredRoute(s, r, dhcp);
    stack::Context c(w, id, s);
    if (!s.refusals.empty()) c.schedule(w.now, kernel::EventKind::Configured, 0);
    if (config.sourceNat) {
        s.tracking = true;
        s.conntrack.outside = interfaceIndex(s, config.sourceNat->outside);
        s.conntrack.forwards = config.sourceNat->forwards;
        s.conntrack.hairpin = config.sourceNat->hairpin;
    }
    for (const auto& rule : config.filterRules)
        stack::firewall::add(c, rule);
    for (const auto& policy : config.filterPolicies)
        stack::firewall::setPolicy(c, policy);
    for (const config::NeighbourConfig& n : config.neighbours)
        if (const auto to = stack::ip::findRoute(c, n.address.toV4()); to.kind == stack::Destination::Kind::Unicast)
            stack::neighbour::addPermanent(c, to.interface, n.address.toV4(), n.mac);
    addTunnels(c, config);
}

/// startServices starts the programs of a device, in the places that they had if they ran there before.
void Network::startServices(stack::World& w, kernel::DeviceId id, const config::DeviceConfig& config) {
    if (!device(id).system.ip) return;
    auto services = apps::makeServices(config, device(id).apps);
    for (std::uint32_t i = 0; i < services.size(); ++i) {
        auto& apps = mDevices[id.value].write().apps;
        if (i < apps.size())
            apps[i] = std::move(services[i]);
        else
            apps.push_back(std::move(services[i]));
        startProgram(w, id, {i});
    }
}

} // namespace sim::devices
