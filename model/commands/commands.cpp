#include "model/commands/commands.h"

#include "model/commands/swap_command.h"
#include "model/commands/texts.h"
#include "model/io/action_words.h"
#include "model/lab/kinds.h"
#include "model/plan/renumber.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace model::commands {

namespace {

using document::Change;
using document::Document;

/// onGrid keeps a place to a hundredth of a unit, so that files do not fill with digits nobody sees.
QPointF onGrid(QPointF p) { return {std::round(p.x() * 100) / 100, std::round(p.y() * 100) / 100}; }

lab::Node* findNode(lab::Lab& lab, lab::NodeId id) {
    const auto found = std::find_if(lab.nodes.begin(), lab.nodes.end(), [&](const lab::Node& n) { return n.id == id; });
    return found == lab.nodes.end() ? nullptr : &*found;
}

QString title(const lab::Lab& lab, const lab::LinkEnd& end) {
    const auto* node = lab.node(end.node);
    return (node ? node->name : QString()) + u':' + end.port;
}

/// choosePort fills in an empty port name: the first without a cable, or a new one where the kind has them.
ErrorText choosePort(lab::Lab& lab, lab::LinkEnd& end) {
    lab::Node* node = findNode(lab, end.node);
    if (!node) return Texts::tr("That node is gone.");
    if (!end.port.isEmpty()) {
        const lab::Port* port = node->port(end.port);
        if (!port) return Texts::tr("%1 has no port called %2.").arg(node->name, end.port);
        if (port->tunnel) return Texts::tr("%1 is a virtual interface and takes no cable.").arg(title(lab, end));
        if (lab.linkAt(end.node, end.port)) return Texts::tr("%1 already has a cable.").arg(title(lab, end));
        return {};
    }
    int ports = 0;
    QString only;
    for (const auto& port : node->ports) {
        if (port.tunnel) continue;
        ++ports;
        only = port.name;
        if (lab.linkAt(end.node, port.name)) continue;
        end.port = port.name;
        return {};
    }
    constexpr std::size_t kMostPorts = 1024;
    if (lab::growsPorts(node->kind) && node->ports.size() < kMostPorts) {
        lab::Port port;
        port.name = lab::nextPortName(*node);
        lab::addressPort(*node, port, lab.addressing);
        end.port = port.name;
        node->ports.push_back(port);
        return {};
    }
    if (ports == 0) return Texts::tr("%1 has no port for a cable.").arg(node->name);
    if (ports == 1) return Texts::tr("%1:%2 already has a cable.").arg(node->name, only);
    return Texts::tr("All ports of %1 already have a cable.").arg(node->name);
}

/// settingsProblem says why a node's settings cannot be what they are.
ErrorText settingsProblem(const lab::Node& node) {
    std::set<QString> names;
    for (const auto& port : node.ports) {
        QString problem = lab::portNameProblem(port.name);
        if (!problem.isEmpty()) return problem;
        if (!names.insert(port.name).second) return Texts::tr("%1 has two ports called %2.").arg(node.name, port.name);
        if (port.mtu && (*port.mtu < 68 || *port.mtu > 65535))
            return Texts::tr("The MTU of %1:%2 goes from 68 to 65535.").arg(node.name, port.name);
        if (port.mac && (port.mac->isGroup() || port.mac->isZero()))
            return Texts::tr("The MAC address of %1:%2 is not that of a single interface.").arg(node.name, port.name);
    }
    for (const auto& route : node.routes) {
        if (!route.dev.isEmpty() && !names.contains(route.dev) && route.dev != QLatin1String("lo"))
            return Texts::tr("A route of %1 goes by %2, which does not exist.").arg(node.name, route.dev);
        for (const auto& hop : route.hops)
            if (!hop.dev.isEmpty() && !names.contains(hop.dev) && hop.dev != QLatin1String("lo"))
                return Texts::tr("A route of %1 goes by %2, which does not exist.").arg(node.name, hop.dev);
        if (route.kind == lab::Route::Kind::Unicast && route.via.isNone() && route.dev.isEmpty() && route.hops.empty())
            return Texts::tr("A route of %1 does not say where to.").arg(node.name);
    }
    const auto elsewhere = [&](const std::string& name) {
        return !name.empty() && name != "lo" && !names.contains(QString::fromStdString(name));
    };
    for (const auto& rule : node.rules)
        if (elsewhere(rule.in))
            return Texts::tr("A routing rule of %1 asks for %2, which does not exist.")
                .arg(node.name, QString::fromStdString(rule.in));
    for (const auto& setting : node.sysctl)
        if (setting.scope != "all" && setting.scope != "default" && elsewhere(setting.scope))
            return Texts::tr("A setting of %1 is about %2, which does not exist.")
                .arg(node.name, QString::fromStdString(setting.scope));
    if (node.portRange.first < 1 || node.portRange.first > node.portRange.second)
        return Texts::tr("Ephemeral ports of %1 go from 1 to 65535, the smaller first.").arg(node.name);
    if (node.webServer) {
        std::set<QString> paths;
        if (node.webServer->port == 0) return Texts::tr("A web server's port goes from 1 to 65535.");
        for (const auto& page : node.webServer->pages) {
            if (!page.path.startsWith(u'/') || page.path.contains(u' '))
                return Texts::tr("The path of a page begins with \"/\" and has no spaces.");
            if (!paths.insert(page.path).second) return Texts::tr("There are two pages called %1.").arg(page.path);
        }
    }
    return {};
}

/// withAddresses is a node after an edit, whose new ports begin with what the lab says.
lab::Node withAddresses(lab::Node node, const lab::Node& before, lab::Addressing addressing) {
    if (node.ports.size() > before.ports.size())
        for (auto& port : node.ports)
            if (!before.port(port.name)) lab::addressPort(node, port, addressing);
    return node;
}

Change structure(std::vector<lab::NodeId> nodes, std::vector<lab::LinkId> links) {
    return {Change::Structure, std::move(nodes), std::move(links)};
}

} // namespace

lab::NodeId addNode(Document& document, lab::Kind kind, QPointF at) {
    lab::Lab lab = document.lab();
    lab::Node node = lab::makeNode(kind, lab::freeName(lab, lab::baseName(kind)), onGrid(at));
    node.id = document.newNodeId();
    for (auto& port : node.ports) {
        // What a home router begins with is what people type who type addresses.
        if (lab.addressing != lab::Addressing::Manual && !port.tunnel) port.addresses.clear();
        lab::addressPort(node, port, lab.addressing);
    }
    const QString text = Texts::tr("Add %1").arg(node.name);
    lab.nodes.push_back(node);
    push(document, lab, structure({node.id}, {}), text);
    return node.id;
}

ErrorText addLink(Document& document, lab::LinkEnd a, lab::LinkEnd b, lab::LinkId* made) {
    if (a.node == b.node) return Texts::tr("A cable joins two nodes.");
    lab::Lab lab = document.lab();
    for (auto* end : {&a, &b})
        if (ErrorText error = choosePort(lab, *end); !error.isEmpty()) return error;
    lab::Link link;
    link.id = document.newLinkId();
    link.a = a;
    link.b = b;
    lab.links.push_back(link);
    push(document, lab, structure({a.node, b.node}, {link.id}),
         Texts::tr("Connect %1 and %2").arg(title(lab, a), title(lab, b)));
    if (made) *made = link.id;
    return {};
}

void remove(Document& document, const std::vector<lab::NodeId>& nodes, const std::vector<lab::LinkId>& links) {
    lab::Lab lab = document.lab();
    const std::set<lab::NodeId> gone(nodes.begin(), nodes.end());
    std::set<lab::LinkId> cut(links.begin(), links.end());
    for (const auto& link : lab.links)
        if (gone.contains(link.a.node) || gone.contains(link.b.node)) cut.insert(link.id);
    QString text = Texts::tr("Delete");
    if (gone.size() == 1 && lab.node(*gone.begin()))
        text = Texts::tr("Delete %1").arg(lab.node(*gone.begin())->name);
    else if (gone.empty() && cut.size() == 1)
        text = Texts::tr("Delete cable");
    std::erase_if(lab.nodes, [&](const lab::Node& n) { return gone.contains(n.id); });
    std::erase_if(lab.links, [&](const lab::Link& l) { return cut.contains(l.id); });
    std::erase_if(lab.run, [&](const lab::RunStep& s) { return gone.contains(s.on); });
    push(document, lab, structure(nodes, {cut.begin(), cut.end()}), text);
}

void moveNodes(Document& document, const std::vector<lab::NodeId>& nodes, QPointF delta, int mergeId) {
    lab::Lab lab = document.lab();
    constexpr double kFar = 1e6;
    for (const auto id : nodes)
        if (auto* node = findNode(lab, id)) {
            const QPointF at = onGrid(node->at + delta);
            node->at = {std::clamp(at.x(), -kFar, kFar), std::clamp(at.y(), -kFar, kFar)};
        }
    const auto* first = nodes.empty() ? nullptr : lab.node(nodes.front());
    const QString text = nodes.size() == 1 && first ? Texts::tr("Move %1").arg(first->name)
                                                    : Texts::tr("Move %n nodes", nullptr, int(nodes.size()));
    push(document, lab, {Change::Moved, nodes, {}}, text, mergeId);
}

ErrorText rename(Document& document, lab::NodeId id, const QString& wanted) {
    lab::Lab lab = document.lab();
    const QString name = wanted.trimmed();
    lab::Node* node = findNode(lab, id);
    if (!node) return Texts::tr("That node is gone.");
    if (node->name == name) return {};
    if (QString problem = lab::nameProblem(name); !problem.isEmpty()) return problem;
    if (lab.node(name)) return Texts::tr("There is a %1 already.").arg(name);
    const QString text = Texts::tr("Rename %1 to %2").arg(node->name, name);
    // Cables and "on:" hold ids; only actions of cables and the peers of tunnels hold a name within their text.
    for (auto& step : lab.run)
        step.action = io::renamePorts(step.action, node->name, name);
    for (auto& other : lab.nodes)
        for (auto& port : other.ports)
            if (port.wireguard)
                for (auto& peer : port.wireguard->peers)
                    if (peer.node == node->name || peer.node.startsWith(node->name + u':'))
                        peer.node = name + peer.node.mid(node->name.size());
    node->name = name;
    push(document, lab, {Change::Names, {id}, {}}, text);
    return {};
}

ErrorText setNode(Document& document, const lab::Node& edited, const QString& text) {
    lab::Lab lab = document.lab();
    lab::Node* node = findNode(lab, edited.id);
    if (!node) return Texts::tr("That node is gone.");
    const lab::Node wanted = withAddresses(edited, *node, lab.addressing);
    Change change{Change::Settings, {wanted.id}, {}};
    if (wanted.name != node->name) {
        if (QString problem = lab::nameProblem(wanted.name); !problem.isEmpty()) return problem;
        if (lab.node(wanted.name)) return Texts::tr("There is a %1 already.").arg(wanted.name);
        change.flags |= Change::Names;
    }
    if (ErrorText problem = settingsProblem(wanted); !problem.isEmpty()) return problem;
    // A port that took another name keeps its cable; one that is gone, or became virtual, must have none.
    const bool renamedOne = wanted.ports.size() == node->ports.size();
    for (auto& link : lab.links)
        for (auto* end : {&link.a, &link.b}) {
            if (end->node != wanted.id) continue;
            const lab::Port* port = wanted.port(end->port);
            if (const lab::Port* before = node->port(end->port); !port && renamedOne && before) {
                const auto place = std::size_t(before - node->ports.data());
                if (place < wanted.ports.size() && !node->port(wanted.ports[place].name)) {
                    port = &wanted.ports[place];
                    end->port = port->name;
                    change.links.push_back(link.id);
                }
            }
            if (!port) return Texts::tr("%1 has a cable; take that away first.").arg(title(lab, *end));
            if (port->tunnel)
                return Texts::tr("%1 has a cable, and a virtual interface takes none.").arg(title(lab, *end));
        }
    if (wanted.ports.size() != node->ports.size()) change.flags |= Change::Structure;
    *node = wanted;
    push(document, lab, std::move(change), text);
    return {};
}

ErrorText setLink(Document& document, const lab::Link& wanted, const QString& text) {
    lab::Lab lab = document.lab();
    const auto place =
        std::find_if(lab.links.begin(), lab.links.end(), [&](const lab::Link& l) { return l.id == wanted.id; });
    if (place == lab.links.end()) return Texts::tr("That cable is gone.");
    if (wanted.delay && (wanted.delay->count() < 0 || *wanted.delay > std::chrono::hours(1)))
        return Texts::tr("A delay goes from 0 to 3600s.");
    if (wanted.rate && (*wanted.rate < 1 || *wanted.rate > 1'000'000'000'000))
        return Texts::tr("A rate goes from 1bit/s to 1Tbit/s.");
    if (wanted.queue && (*wanted.queue < 1 || *wanted.queue > 1'000'000'000))
        return Texts::tr("A queue goes from 1B to 1GB.");
    if (wanted.a.node == wanted.b.node) return Texts::tr("A cable joins two nodes.");
    const lab::Link old = *place;
    lab.links.erase(place);
    Change change{Change::Settings, {}, {wanted.id}};
    for (auto end : {wanted.a, wanted.b}) {
        if (end.port.isEmpty()) return Texts::tr("Say which port the cable goes to.");
        if (ErrorText error = choosePort(lab, end); !error.isEmpty()) return error;
    }
    if (old.a != wanted.a || old.b != wanted.b) change.flags |= Change::Structure;
    lab = document.lab();
    *std::find_if(lab.links.begin(), lab.links.end(), [&](const lab::Link& l) { return l.id == wanted.id; }) = wanted;
    push(document, lab, std::move(change), text);
    return {};
}

void setRun(Document& document, const std::vector<lab::RunStep>& run) {
    lab::Lab lab = document.lab();
    lab.run = run;
    push(document, lab, {Change::Settings, {}, {}}, Texts::tr("Change the run"));
}

void setAbout(Document& document, const QString& name, const QString& about) {
    lab::Lab lab = document.lab();
    lab.name = name;
    lab.about = about;
    push(document, lab, {Change::Names, {}, {}}, Texts::tr("Describe the lab"));
}

void setAddressing(Document& document, lab::Addressing addressing) {
    lab::Lab lab = document.lab();
    lab.addressing = addressing;
    std::vector<lab::NodeId> nodes;
    for (auto& node : lab.nodes) {
        const lab::Node before = node;
        for (auto& port : node.ports)
            lab::addressPort(node, port, addressing);
        if (!(node == before)) nodes.push_back(node.id);
    }
    static constexpr const char* kTitles[] = {QT_TRANSLATE_NOOP("model::commands", "Addresses by hand"),
                                              QT_TRANSLATE_NOOP("model::commands", "Addresses by DHCP"),
                                              QT_TRANSLATE_NOOP("model::commands", "Automatic addresses")};
    push(document, lab, {Change::Settings, std::move(nodes), {}}, Texts::tr(kTitles[std::size_t(addressing)]));
}

ErrorText renumber(Document& document, const lab::LinkEnd& port, const sim::wire::Prefix& network) {
    const lab::Lab& before = document.lab();
    const plan::Segments segments(before);
    for (std::size_t n = 0; n < before.nodes.size(); ++n)
        for (std::size_t p = 0; p < before.nodes[n].ports.size(); ++p) {
            if (before.nodes[n].id != port.node || before.nodes[n].ports[p].name != port.port) continue;
            QString problem;
            const auto after = plan::renumbered(before, segments.of({n, p}), network, &problem);
            if (!after) return problem;
            Change change{Change::Settings, {}, {}};
            for (std::size_t i = 0; i < before.nodes.size(); ++i)
                if (!(before.nodes[i] == after->nodes[i])) change.nodes.push_back(before.nodes[i].id);
            push(document, *after, std::move(change),
                 Texts::tr("Renumber the segment of %1 to %2")
                     .arg(title(before, port), QString::fromStdString(network.network().toString())));
            return {};
        }
    return Texts::tr("That port is gone.");
}

} // namespace model::commands
