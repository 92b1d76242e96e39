// A host as client of a VPN endpoint: a virtual card here, and a peer there, in one step.
#include "model/commands/commands.h"
#include "model/commands/swap_command.h"
#include "model/commands/texts.h"
#include "model/plan/plan.h"

#include <algorithm>
#include <set>

namespace model::commands {

namespace {

using lab::Node;
using lab::Port;

Port* wireguardOf(Node& node) {
    const auto at =
        std::find_if(node.ports.begin(), node.ports.end(), [](const Port& p) { return p.wireguard.has_value(); });
    return at == node.ports.end() ? nullptr : &*at;
}

/// outside is the address by which others reach a node.
sim::wire::IpAddress outside(const Node& node) {
    for (const auto& port : node.ports)
        for (const auto& prefix : port.addresses)
            if (!port.tunnel && prefix.address.isV4()) return prefix.address;
    return {};
}

/// freeInside is an address of the tunnel's network that no node of the lab has.
sim::wire::Prefix freeInside(const lab::Lab& lab, const sim::wire::Prefix& gateway) {
    std::set<std::uint32_t> taken;
    for (const auto& node : lab.nodes)
        for (const auto& port : node.ports)
            for (const auto& prefix : port.addresses)
                taken.insert(prefix.address.toV4());
    std::uint32_t address = gateway.network().address.toV4() + 12;
    while (taken.contains(address))
        ++address;
    return {sim::wire::IpAddress::v4(address), gateway.length};
}

} // namespace

bool isVpnClient(const lab::Lab& lab, lab::NodeId id) {
    const Node* node = lab.node(id);
    return node &&
           std::any_of(node->ports.begin(), node->ports.end(), [](const Port& p) { return p.wireguard.has_value(); });
}

ErrorText setVpnClient(document::Document& document, lab::NodeId id, bool on) {
    lab::Lab lab = plan::settled(document.lab()); // the endpoint's own address may be the plan's
    const auto me = std::find_if(lab.nodes.begin(), lab.nodes.end(), [&](const Node& n) { return n.id == id; });
    if (me == lab.nodes.end()) return Texts::tr("That node is gone.");
    document::Change change;
    change.flags = document::Change::Structure;
    if (!on) {
        std::erase_if(me->ports, [](const Port& p) { return p.wireguard.has_value(); });
        std::erase_if(me->routes, [&](const lab::Route& r) { return !r.dev.isEmpty() && !me->port(r.dev); });
        for (auto& node : lab.nodes)
            if (auto* card = wireguardOf(node))
                std::erase_if(card->wireguard->peers, [&](const lab::WireguardPeer& p) { return p.node == me->name; });
        change.nodes = {id};
        push(document, std::move(lab), std::move(change), Texts::tr("Leave the VPN"));
        return {};
    }
    if (isVpnClient(lab, id)) return {};
    const auto gateway = std::find_if(lab.nodes.begin(), lab.nodes.end(), [&](Node& n) {
        const auto* card = wireguardOf(n);
        return n.kind == lab::Kind::VpnEndpoint && n.id != id && card && !card->addresses.empty();
    });
    if (gateway == lab.nodes.end()) return Texts::tr("There is no VPN endpoint to connect to: place one first.");
    const auto there = outside(*gateway);
    if (there.isNone()) return Texts::tr("%1 has no address yet by which it can be reached.").arg(gateway->name);
    Port* far = wireguardOf(*gateway);
    Port card;
    for (int i = 0; card.name.isEmpty(); ++i)
        if (const auto name = QStringLiteral("vpn%1").arg(i); !me->port(name)) card.name = name;
    card.tunnel = true;
    card.addresses = {freeInside(lab, far->addresses.front())};
    lab::WireguardPeer peer;
    peer.node = gateway->name;
    peer.endpoint = there;
    peer.endpointPort = far->wireguard->listenPort.value_or(51820);
    peer.allowedIps = {far->addresses.front().network()};
    card.wireguard = lab::Wireguard{};
    card.wireguard->peers = {peer};
    lab::WireguardPeer back;
    back.node = me->name;
    back.allowedIps = {{card.addresses.front().address, 32}};
    far->wireguard->peers.push_back(back);
    me->ports.push_back(card);
    change.nodes = {id, gateway->id};
    const QString text = Texts::tr("Join the VPN of %1").arg(gateway->name);
    push(document, std::move(lab), std::move(change), text);
    return {};
}

} // namespace model::commands
