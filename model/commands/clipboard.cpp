// Copy, paste and duplicate: a copied part of a lab is a small lab, and travels as the YAML of one.
#include "model/commands/commands.h"
#include "model/commands/swap_command.h"
#include "model/commands/texts.h"
#include "model/io/lab_file.h"
#include "model/lab/kinds.h"

#include <map>
#include <set>

namespace model::commands {

namespace {

/// part is the chosen nodes and the cables between them.
lab::Lab part(const lab::Lab& lab, const std::vector<lab::NodeId>& nodes) {
    const std::set<lab::NodeId> chosen(nodes.begin(), nodes.end());
    lab::Lab out;
    for (const auto& node : lab.nodes)
        if (chosen.contains(node.id)) out.nodes.push_back(node);
    for (const auto& link : lab.links)
        if (chosen.contains(link.a.node) && chosen.contains(link.b.node)) out.links.push_back(link);
    return out;
}

/// copyName is the name with the next free number: desktop → desktop2, sw1 → sw2.
QString copyName(const std::set<QString>& taken, const QString& name) {
    if (!taken.contains(name)) return name;
    QString base = name;
    while (base.size() > 1 && base.back().isDigit())
        base.chop(1);
    for (int i = 2;; ++i) {
        const QString number = QString::number(i);
        QString next = base.left(63 - number.size()) + number;
        if (!taken.contains(next)) return next;
    }
}

std::vector<lab::NodeId> insert(document::Document& document, lab::Lab what, QPointF offset, const QString& text) {
    if (what.nodes.empty()) return {};
    lab::Lab lab = document.lab();
    std::set<QString> taken;
    std::set<sim::wire::MacAddress> macs;
    for (const auto& node : lab.nodes) {
        taken.insert(node.name);
        for (const auto& port : node.ports)
            if (port.mac) macs.insert(*port.mac);
    }
    std::map<lab::NodeId, lab::NodeId> ids;
    std::vector<lab::NodeId> made;
    document::Change change;
    change.flags = document::Change::Structure;
    for (auto& node : what.nodes) {
        const lab::NodeId old = node.id;
        node.id = document.newNodeId();
        node.name = copyName(taken, node.name);
        node.at += offset;
        // Two cards never share a MAC: a copy whose original is here gets one of its own.
        // Nor an address that the plan gave.
        for (auto& port : node.ports) {
            if (port.mac && !macs.insert(*port.mac).second) port.mac.reset();
            if (port.automatic) port.addresses.clear();
            lab::addressPort(node, port, lab.addressing);
        }
        taken.insert(node.name);
        ids[old] = node.id;
        made.push_back(node.id);
        lab.nodes.push_back(node);
    }
    for (auto& link : what.links) {
        link.id = document.newLinkId();
        link.a.node = ids[link.a.node];
        link.b.node = ids[link.b.node];
        change.links.push_back(link.id);
        lab.links.push_back(link);
    }
    change.nodes = made;
    push(document, std::move(lab), std::move(change), text);
    return made;
}

} // namespace

std::vector<lab::NodeId> duplicate(document::Document& document, const std::vector<lab::NodeId>& nodes,
                                   QPointF offset) {
    return insert(document, part(document.lab(), nodes), offset, Texts::tr("Duplicate"));
}

QByteArray copy(const lab::Lab& lab, const std::vector<lab::NodeId>& nodes) { return io::writeLab(part(lab, nodes)); }

std::vector<lab::NodeId> paste(document::Document& document, const QByteArray& text, QPointF offset) {
    io::ReadLab read;
    io::Problem problem;
    // The clipboard may hold anything; what is no lab is not pasted.
    if (!io::readLab(text, QString(), &read, &problem)) return {};
    return insert(document, std::move(read.lab), offset, Texts::tr("Paste"));
}

} // namespace model::commands
