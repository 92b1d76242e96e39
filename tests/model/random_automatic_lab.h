// Random labs whose addresses are all automatic: routers and switches in a tree with some rings of routers, and hosts.
#pragma once

#include "model/lab/kinds.h"
#include "tests/model/random_lab.h"

namespace tests {

inline lab::Node& addAutomatic(lab::Lab& lab, lab::Kind kind) {
    lab::Node node = lab::makeNode(kind, lab::freeName(lab, lab::baseName(kind)), {});
    node.id = lab::NodeId{1};
    for (const auto& other : lab.nodes)
        node.id.value = std::max(node.id.value, other.id.value + 1);
    node.ports.resize(1);
    if (!lab::bridges(kind)) node.ports.front().automatic = true;
    lab.nodes.push_back(std::move(node));
    return lab.nodes.back();
}

/// cable joins two nodes, by new ports where all have a cable.
inline void cable(lab::Lab& lab, lab::NodeId a, lab::NodeId b) {
    const auto end = [&](lab::NodeId id) {
        lab::Node& node =
            *std::find_if(lab.nodes.begin(), lab.nodes.end(), [&](const lab::Node& n) { return n.id == id; });
        for (const auto& port : node.ports)
            if (!lab.linkAt(id, port.name)) return lab::LinkEnd{id, port.name};
        lab::Port port;
        port.name = lab::nextPortName(node);
        port.automatic = !lab::bridges(node.kind);
        node.ports.push_back(port);
        return lab::LinkEnd{id, port.name};
    };
    lab::Link link;
    link.id = lab::LinkId{1};
    for (const auto& other : lab.links)
        link.id.value = std::max(link.id.value, other.id.value + 1);
    link.a = end(a);
    link.b = end(b);
    lab.links.push_back(link);
}

/// randomAutomaticLab is connected, and no ring of it is of switches alone.
inline lab::Lab randomAutomaticLab(Random& random) {
    lab::Lab lab;
    lab.addressing = lab::Addressing::Automatic;
    std::vector<lab::NodeId> inner, routers;
    for (int n = 2 + below(random, 7); n > 0; --n) {
        const bool router = inner.empty() || below(random, 2);
        const lab::Kind other = below(random, 4) ? lab::Kind::Switch : lab::Kind::Hub;
        const lab::NodeId id = addAutomatic(lab, router ? lab::Kind::Router : other).id;
        if (!inner.empty()) cable(lab, inner[std::size_t(below(random, int(inner.size())))], id);
        inner.push_back(id);
        if (router) routers.push_back(id);
    }
    for (int n = below(random, 3); n > 0 && routers.size() > 1; --n) {
        const auto a = routers[std::size_t(below(random, int(routers.size())))],
                   b = routers[std::size_t(below(random, int(routers.size())))];
        if (a != b) cable(lab, a, b);
    }
    for (int n = 2 + below(random, 6); n > 0; --n) {
        const lab::Kind kinds[] = {lab::Kind::Host, lab::Kind::WebServer, lab::Kind::DnsServer};
        const lab::NodeId id = addAutomatic(lab, kinds[below(random, 6) % 4 % 3]).id;
        cable(lab, inner[std::size_t(below(random, int(inner.size())))], id);
    }
    // The file may have them in any order.
    std::shuffle(lab.nodes.begin(), lab.nodes.end(), random);
    return lab;
}

} // namespace tests
