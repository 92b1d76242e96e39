#include "model/network/tunnel_builder.h"

namespace model::network {

namespace config = sim::config;

sim::crypto::Key privateKeyOf(std::uint64_t seed, const lab::Node& node, const lab::Port& port) {
    if (port.wireguard && port.wireguard->privateKey) return *port.wireguard->privateKey;
    return sim::crypto::derivedPrivateKey(seed, (node.name + u':' + port.name).toStdString());
}

std::pair<const lab::Node*, const lab::Port*> peerPort(const lab::Lab& lab, const QString& peer) {
    const auto colon = peer.indexOf(u':');
    const lab::Node* node = lab.node(colon < 0 ? peer : peer.left(colon));
    if (!node) return {};
    const lab::Port* found = nullptr;
    for (const auto& port : node->ports) {
        if (!port.wireguard || (colon >= 0 && port.name != peer.mid(colon + 1))) continue;
        if (found) return {node, nullptr};
        found = &port;
    }
    return {node, found};
}

void addTunnel(const lab::Lab& lab, std::uint64_t seed, const lab::Node& node, const lab::Port& port,
               config::InterfaceConfig& config) {
    if (port.vxlan) {
        config.kind = config::InterfaceKind::Vxlan;
        config.vxlan = {port.vxlan->vni, port.vxlan->remote, port.vxlan->local, port.vxlan->port.value_or(4789)};
        return;
    }
    config.kind = config::InterfaceKind::Tunnel;
    if (!port.wireguard) return;
    config::WireguardConfig w;
    w.privateKey = privateKeyOf(seed, node, port);
    w.listenPort = port.wireguard->listenPort.value_or(0);
    w.userspace = port.wireguard->userspace;
    w.underLoad = port.wireguard->underLoad;
    for (const auto& peer : port.wireguard->peers) {
        config::WireguardPeerConfig p;
        if (peer.publicKey) {
            p.publicKey = *peer.publicKey;
        } else {
            const auto [there, card] = peerPort(lab, peer.node);
            if (!card) continue; // the check says so
            p.publicKey = sim::crypto::publicKey(sim::crypto::clamped(privateKeyOf(seed, *there, *card)));
            p.name = there->name.toStdString();
        }
        if (peer.presharedKey) p.presharedKey = *peer.presharedKey;
        p.endpoint = peer.endpoint;
        p.endpointPort = peer.endpointPort;
        p.allowedIps = peer.allowedIps;
        p.persistentKeepalive = peer.persistentKeepalive;
        w.peers.push_back(std::move(p));
    }
    config.wireguard = std::move(w);
}

} // namespace model::network
