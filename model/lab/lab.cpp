#include "model/lab/lab.h"

#include <algorithm>
#include <map>

namespace model::lab {

const Port* Node::port(const QString& portName) const {
    const auto found = std::find_if(ports.begin(), ports.end(), [&](const Port& p) { return p.name == portName; });
    return found == ports.end() ? nullptr : &*found;
}

const Node* Lab::node(NodeId id) const {
    const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const Node& n) { return n.id == id; });
    return found == nodes.end() ? nullptr : &*found;
}

const Node* Lab::node(const QString& nodeName) const {
    const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const Node& n) { return n.name == nodeName; });
    return found == nodes.end() ? nullptr : &*found;
}

const Link* Lab::link(LinkId id) const {
    const auto found = std::find_if(links.begin(), links.end(), [&](const Link& l) { return l.id == id; });
    return found == links.end() ? nullptr : &*found;
}

const Link* Lab::linkAt(NodeId node, const QString& port) const {
    const LinkEnd end{node, port};
    const auto found =
        std::find_if(links.begin(), links.end(), [&](const Link& l) { return l.a == end || l.b == end; });
    return found == links.end() ? nullptr : &*found;
}

Lab numbered(Lab lab) {
    std::map<NodeId, NodeId> renamed{{NodeId{}, NodeId{}}};
    std::uint32_t next = 1;
    for (auto& node : lab.nodes) {
        renamed[node.id] = NodeId{next};
        node.id = NodeId{next++};
    }
    next = 1;
    for (auto& link : lab.links) {
        link.id = LinkId{next++};
        link.a.node = renamed[link.a.node];
        link.b.node = renamed[link.b.node];
    }
    for (auto& step : lab.run)
        step.on = renamed[step.on];
    return lab;
}

} // namespace model::lab
