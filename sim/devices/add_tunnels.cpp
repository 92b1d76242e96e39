#include "sim/devices/add_tunnels.h"

#include "sim/stack/ip.h"

#include <algorithm>

namespace sim::devices {

using stack::Interface;

namespace {

std::uint32_t interfaceOf(const stack::System& s, const std::string& name) {
    const auto at =
        std::find_if(s.interfaces.begin(), s.interfaces.end(), [&](const Interface& i) { return i.name == name; });
    return std::uint32_t(at - s.interfaces.begin());
}

/// socketOf opens the UDP port of a tunnel; none when it is taken.
kernel::SocketId socketOf(stack::Context& c, std::uint32_t interface, std::uint16_t port) {
    const auto socket = stack::udp::open(c, {}, 0, port);
    if (socket) c.system().udp.sockets[socket->value].tunnel = interface;
    return socket.value_or(kernel::SocketId{});
}

void addWireguard(stack::Context& c, std::uint32_t interface, const config::WireguardConfig& config) {
    auto& all = c.system().wireguards;
    stack::Wireguard w;
    w.interface = interface;
    w.socket = socketOf(c, interface, config.listenPort);
    if (!w.socket.valid()) return; // as with Linux, the device stays down then
    w.privateKey = crypto::clamped(config.privateKey);
    w.userspace = config.userspace;
    w.alwaysUnderLoad = config.underLoad;
    for (const auto& peer : config.peers) {
        const auto number = std::uint32_t(w.peers.size());
        stack::WireguardPeer p;
        p.publicKey = peer.publicKey;
        p.preshared = peer.presharedKey;
        p.name = peer.name.empty() ? crypto::toBase64(peer.publicKey).substr(0, 8) + "…" : peer.name;
        if (peer.endpoint.isV4()) p.endpoint = stack::Endpoint{peer.endpoint.toV4(), peer.endpointPort, 0};
        p.persistentKeepalive = peer.persistentKeepalive;
        for (const auto& prefix : peer.allowedIps) {
            if (!prefix.address.isV4()) continue;
            stack::Route row;
            row.network = prefix.network().address.toV4();
            row.length = prefix.length;
            // A prefix belongs to one peer: to the last that was given it.
            const auto rows = w.allowed.rows();
            for (const auto& old : rows)
                if (old.network == row.network && old.length == row.length) w.allowed.remove(old);
            row.interface = number;
            w.allowed.add(row);
        }
        w.peers.push_back(std::move(p));
    }
    c.interface(interface).tunnel = std::uint32_t(all.size());
    all.push_back(std::move(w));
    stack::wireguard::start(c, std::uint32_t(all.size() - 1));
}

void addVxlan(stack::Context& c, std::uint32_t interface, const config::InterfaceConfig& config) {
    auto& all = c.system().vxlans;
    stack::Vxlan v;
    v.interface = interface;
    v.vni = config.vxlan.vni;
    v.remote = config.vxlan.remote.toV4();
    v.local = config.vxlan.local.toV4();
    v.port = config.vxlan.port;
    // Tunnels with the same port share its socket, and are told apart by their VNIs.
    const bool shared = std::any_of(all.begin(), all.end(), [&](const stack::Vxlan& o) { return o.port == v.port; });
    if (!shared && !socketOf(c, interface, v.port).valid()) return;
    if (config.mtu <= 0 && v.remote != 0) {
        const auto d = stack::ip::findOuterRoute(c, stack::Flow{.destination = v.remote}, interface);
        if (d.kind == stack::Destination::Kind::Unicast)
            c.interface(interface).mtu = c.interface(d.interface).mtu - stack::Vxlan::kOverhead;
    }
    c.interface(interface).tunnel = std::uint32_t(all.size());
    all.push_back(std::move(v));
}

} // namespace

void addTunnels(stack::Context& c, const config::DeviceConfig& config) {
    for (const auto& i : config.interfaces)
        if (i.kind == config::InterfaceKind::Tunnel && i.wireguard)
            addWireguard(c, interfaceOf(c.system(), i.name), *i.wireguard);
    for (const auto& i : config.interfaces)
        if (i.kind == config::InterfaceKind::Vxlan) addVxlan(c, interfaceOf(c.system(), i.name), i);
}

} // namespace sim::devices
