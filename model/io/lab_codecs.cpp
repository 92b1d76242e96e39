// Labs, cables and steps: what their descriptions need besides the plain types.
#include "model/io/lab_value.h"

#include "model/io/action_words.h"
#include "model/io/described_parts.h"
#include "model/io/lab_file.h"
#include "model/io/lab_places.h"
#include "model/io/plain_codecs.h"
#include "model/io/quantities.h"
#include "model/io/script.h"
#include "model/io/texts.h"
#include "model/lab/kinds.h"
#include "model/lab/lab_keys.h"

namespace model::io {

namespace {

using lab::Link;
using lab::LinkEnd;

/// kMaxPorts bounds what "ports: 1024" on every node can make of a small file.
constexpr std::size_t kMaxPorts = 200'000;
constexpr std::size_t kMaxLabNodes = 50'000;

QString endText(const LinkEnd& end, const Writing& writing) {
    return writing.names.value(end.node.value) + u':' + end.port;
}

LinkEnd readEnd(Reading& reading, const YamlNode& yaml) {
    LabPlaces& places = *reading.places;
    const QString text = asWord(yaml, Texts::tr("one end of a cable, such as desktop:eth0"));
    const auto colon = text.indexOf(u':');
    if (colon <= 0 || colon + 1 == text.size())
        fail(yaml, Texts::tr("\"%1\" does not name a port.").arg(shown(text)),
             Texts::tr("Write NODE:PORT without a space, such as desktop:eth0."));
    const QString portName = text.mid(colon + 1);
    const lab::Node& node = places.node(yaml, text.left(colon));
    const lab::Port* port = node.port(portName);
    if (!port) {
        QStringList names;
        for (const auto& p : node.ports)
            if (!p.tunnel && names.size() < 16) names << p.name;
        fail(yaml, Texts::tr("%1 has no port called \"%2\".").arg(node.name, shown(portName)),
             names.isEmpty() ? Texts::tr("It has no ports at all.")
                             : Texts::tr("Its ports are: %1.").arg(names.join(QLatin1String(", "))));
    }
    if (port->tunnel)
        fail(yaml, Texts::tr("%1 is a virtual interface and takes no cable.").arg(text),
             Texts::tr("Take the cable away, or \"kind: tunnel\" from the interface."));
    const auto used = places.cables.constFind(text);
    if (used != places.cables.constEnd()) {
        Problem first;
        setPlace(first, reading.text, *used);
        fail(yaml, Texts::tr("%1 already has a cable.").arg(text),
             Texts::tr("The other cable is in line %1; a port takes one.").arg(first.line));
    }
    places.cables.insert(text, yaml.begin);
    return {node.id, portName};
}

sim::link::Fault readFault(Reading& reading, const YamlNode& yaml, const Link& link) {
    QString problem;
    const auto fault = parseFault(asText(yaml, Texts::tr("a fault")), &problem);
    if (!fault) fail(yaml, problem, Texts::tr("Write it like \"drop data 4 from b\"."));
    sim::link::Fault out = fault->fault;
    const auto name = [&](const LinkEnd& end) { return reading.places->lab.node(end.node)->name; };
    const auto named = [&](const LinkEnd& end) {
        return fault->from == name(end) || fault->from == name(end) + u':' + end.port;
    };
    if (!named(link.a) && !named(link.b))
        fail(yaml, Texts::tr("\"%1\" is at neither end of the cable.").arg(shown(fault->from)),
             Texts::tr("The ends are %1 and %2.").arg(name(link.a), name(link.b)));
    out.end = named(link.a) ? 0 : 1;
    return out;
}

} // namespace

const lab::Node& LabPlaces::node(const YamlNode& at, const QString& name) const {
    const auto found = nodes.constFind(name);
    if (found != nodes.constEnd()) return lab.nodes[*found];
    const QStringList names = nodes.size() <= 2000 ? QStringList(nodes.keys()) : QStringList();
    const QString guess = closest(name, names);
    fail(at, Texts::tr("There is no node called \"%1\".").arg(shown(name)),
         guess.isEmpty() ? Texts::tr("Nodes are listed under \"nodes:\".") : guess);
}

template <>
struct Codec<lab::FormatVersion> {
    static void read(Reading&, const YamlNode&, const lab::FormatVersion&, const QString&, std::uint64_t&) {
        // readLab has read it before anything else.
    }
    static void clear(lab::Lab&) {}
    static Value write(const lab::FormatVersion&, std::uint64_t) {
        return Value::literal(QString::number(kFormatVersion));
    }
    static Value schema(const lab::FormatVersion&) {
        return Codec<lab::Whole>::schema({1, std::uint64_t(kFormatVersion)});
    }
    static QString word(const lab::FormatVersion&) { return QString::number(kFormatVersion); }
};

template <>
struct Codec<lab::NodeMap> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::NodeMap&, const QString&,
                     std::vector<lab::Node>& nodes) {
        if (yaml.type == YamlNode::Type::Null) return;
        asMap(yaml, Texts::tr("nodes"));
        if (yaml.keys.size() > kMaxLabNodes)
            fail(yaml.keys[kMaxLabNodes], Texts::tr("The lab has more than %1 nodes.").arg(kMaxLabNodes),
                 Texts::tr("Labs of that size need another tool."));
        nodes.reserve(yaml.keys.size());
        std::size_t ports = 0;
        for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
            const YamlNode& key = yaml.keys[i];
            const QString problem = lab::nameProblem(key.text);
            if (!problem.isEmpty()) fail(key, problem, Texts::tr("Give the node a name like host1."));
            lab::Node& node = nodes.emplace_back();
            node.id = lab::NodeId{std::uint32_t(i) + 1};
            node.name = key.text;
            const std::size_t column = i % 6, row = i / 6;
            node.at = QPointF(80 + 160 * double(column),
                              80 + 160 * double(row)); // where it stands when the file does not say
            static const YamlNode kNothing{.type = YamlNode::Type::Map};
            const YamlNode& item = yaml.items[i];
            reading.node = &node;
            GroupIo<lab::Node>::read(reading, item.type == YamlNode::Type::Null ? kNothing : item, node);
            reading.node = nullptr;
            ports += node.ports.size();
            if (ports > kMaxPorts)
                fail(key, Texts::tr("The lab has more than %1 ports.").arg(kMaxPorts),
                     Texts::tr("Labs of that size need another tool."));
            reading.places->nodes.insert(node.name, i);
        }
    }
    static std::optional<Value> write(const lab::NodeMap&, const std::vector<lab::Node>& nodes, const lab::Lab&,
                                      const Writing& writing) {
        Value map;
        for (const auto& node : nodes) {
            map.add(node.name, GroupIo<lab::Node>::write(node, writing));
            map.ids.push_back(node.id.value);
        }
        return map;
    }
    static Value schema(const lab::NodeMap&) {
        return json::orNull(json::mapOf(patterns::whole(QStringLiteral("(?=.{1,63}$)") + patterns::name()),
                                        json::reference(QStringLiteral("node"))));
    }
    static QString word(const lab::NodeMap&) {
        return QStringLiteral("map: name to %1").arg(json::link(QStringLiteral("node")));
    }
};

template <>
struct Codec<lab::LinkEnds> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::LinkEnds&, const QString&,
                     std::tuple<LinkEnd&, LinkEnd&>& ends) {
        if (yaml.type != YamlNode::Type::Sequence || yaml.items.size() != 2)
            fail(yaml, Texts::tr("A cable has two ends."), Texts::tr("Write [desktop:eth0, sw1:p1]."));
        auto& [a, b] = ends;
        a = readEnd(reading, yaml.items[0]);
        b = readEnd(reading, yaml.items[1]);
        if (a.node == b.node)
            fail(yaml.items[1], Texts::tr("Both ends of the cable are at the same node."),
                 Texts::tr("A cable joins two nodes."));
    }
    static Value write(const lab::LinkEnds&, const std::tuple<const LinkEnd&, const LinkEnd&>& ends, const Link&,
                       const Writing& writing) {
        return Value::flowList(
            {Value::word(endText(std::get<0>(ends), writing)), Value::word(endText(std::get<1>(ends), writing))});
    }
    static Value schema(const lab::LinkEnds&) { return json::reference(QStringLiteral("ends")); }
    static QString word(const lab::LinkEnds&) { return QStringLiteral("[NODE:PORT, NODE:PORT]"); }
};

template <>
struct Codec<lab::FaultList> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::FaultList&, const QString&,
                     std::vector<sim::link::Fault>& faults, Link& link) {
        faults.clear();
        oneOrMany(yaml, [&](const YamlNode& fault) { faults.push_back(readFault(reading, fault, link)); });
    }
    static Value write(const lab::FaultList&, const std::vector<sim::link::Fault>& faults, const Link& link,
                       const Writing& writing) {
        std::vector<Value> items;
        for (const auto& f : faults)
            items.push_back(Value::word(formatFault(f, writing.names.value((f.end ? link.b : link.a).node.value))));
        return alone(std::move(items));
    }
    static Value schema(const lab::FaultList&) {
        const Value fault = json::matching(
            QStringLiteral(
                "^ *((drop|duplicate|corrupt) +(any|arp|icmp|udp|tcp|syn|fin|data) +[0-9][0-9,-]* +from +\\S+|"
                "hold +(any|arp|icmp|udp|tcp|syn|fin|data) +[0-9][0-9,-]* +from +\\S+ +by +%1) *$")
                .arg(patterns::duration()));
        return json::anyOf({fault, json::listOf(fault)});
    }
    static QString word(const lab::FaultList&) { return QStringLiteral("fault, or a list"); }
};

template <>
struct Rules<Link> : AnyRules<Link> {
    static void shape(Value& map, const Link&) {
        map.flow = true;
        if (map.items.size() == 1) map = withLongForm(Value(map.items.front()), map);
    }
    static std::vector<Value> shorthand() { return {json::reference(QStringLiteral("ends"))}; }
};

template <>
struct Codec<lab::LinkList> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::LinkList&, const QString&,
                     std::vector<Link>& links, lab::Lab&) {
        if (yaml.type == YamlNode::Type::Null) return;
        for (const auto& item : asList(yaml, Texts::tr("cables")).items) {
            Link link;
            link.id = lab::LinkId{std::uint32_t(links.size()) + 1};
            if (item.type == YamlNode::Type::Map && (item.flow || item.find(QStringLiteral("ends")) >= 0)) {
                GroupIo<Link>::read(reading, item, link);
            } else {
                auto ends = std::tie(link.a, link.b);
                Codec<lab::LinkEnds>::read(reading, item, {}, {}, ends);
            }
            links.push_back(std::move(link));
        }
    }
    static Value write(const lab::LinkList&, const std::vector<Link>& links, const lab::Lab&, const Writing& writing) {
        Value list = Value::blockList();
        for (const auto& link : links) {
            list.items.push_back(GroupIo<Link>::write(link, writing));
            list.ids.push_back(link.id.value);
        }
        return list;
    }
    static Value schema(const lab::LinkList&) {
        return json::orNull(json::listOf(json::reference(QStringLiteral("link"))));
    }
    static QString word(const lab::LinkList&) {
        return QStringLiteral("list: %1").arg(json::link(QStringLiteral("link")));
    }
};

template <>
struct Rules<lab::Area> : AnyRules<lab::Area> {
    static void finish(Reading&, const YamlNode& yaml, lab::Area& area) {
        if (area.width <= 0 || area.height <= 0)
            fail(*value(yaml, "size"), Texts::tr("An area must have a size above zero."),
                 Texts::tr("Write [width, height]."));
    }
};

template <>
struct Codec<lab::NodeName> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::NodeName&, const QString& what,
                     lab::NodeId& id) {
        id = reading.places->node(yaml, asWord(yaml, what)).id;
    }
    static Value write(const lab::NodeName&, lab::NodeId id, const lab::RunStep&, const Writing& writing) {
        return Value::word(writing.names.value(id.value));
    }
    static Value schema(const lab::NodeName&) { return json::matching(patterns::whole(patterns::name())); }
    static QString word(const lab::NodeName&) { return QStringLiteral("node"); }
};

template <>
struct Codec<lab::ActionText> {
    static void read(Reading&, const YamlNode& yaml, const lab::ActionText&, const QString& what, QString& action) {
        action = asText(yaml, what).simplified();
    }
    static Value write(const lab::ActionText&, const QString& action) { return Value::word(action); }
    static Value schema(const lab::ActionText&) { return json::reference(QStringLiteral("action")); }
    static QString word(const lab::ActionText&) { return QStringLiteral("action"); }
};

template <>
struct Rules<lab::RunStep> : AnyRules<lab::RunStep> {
    static void finish(Reading&, const YamlNode& yaml, lab::RunStep& step) {
        if (step.on == lab::NodeId{} && !namesCable(step.action))
            fail(yaml, Texts::tr("The step does not say which node does it."),
                 Texts::tr("Add \"on:\" and the name of a node."));
    }
};

template <>
struct Rules<lab::Lab> : AnyRules<lab::Lab> {
    /// finish bounds what "hosts: lab" on every node can make of a small file.
    static void finish(Reading&, const YamlNode& yaml, lab::Lab& lab) {
        constexpr std::size_t kMost = 1000;
        if (lab.nodes.size() <= kMost) return;
        for (std::size_t i = 0; i < lab.nodes.size(); ++i)
            if (const auto& hosts = lab.nodes[i].hosts; !hosts.empty() && hosts.front().first.empty())
                fail(*value(value(yaml, "nodes")->items[i], "hosts"),
                     Texts::tr("\"hosts: lab\" names the nodes of a lab of at most %1; this one has %2.")
                         .arg(kMost)
                         .arg(lab.nodes.size()),
                     Texts::tr("Write the addresses and names that this node needs."));
    }
    static void shape(Value&, const lab::Lab&) {}
};

template struct GroupIo<lab::Lab>;
template struct GroupIo<Link>;
template struct GroupIo<lab::Area>;
template struct GroupIo<lab::Note>;
template struct GroupIo<lab::RunStep>;

void addLabGroups(std::vector<GroupInfo>& groups) {
    groups.push_back(groupInfo<lab::Lab>());
    groups.push_back(groupInfo<Link>());
    groups.push_back(groupInfo<lab::RunStep>());
    groups.push_back(groupInfo<lab::Area>());
    groups.push_back(groupInfo<lab::Note>());
}

std::vector<GroupInfo> allGroups() {
    std::vector<GroupInfo> groups;
    addLabGroups(groups);
    addNodeGroups(groups);
    return groups;
}

Value labValue(const lab::Lab& lab) {
    Writing writing;
    for (const auto& node : lab.nodes)
        writing.names.insert(node.id.value, node.name);
    return GroupIo<lab::Lab>::write(lab, writing);
}

QByteArray writeLab(const lab::Lab& lab) { return blockText(labValue(lab), 0).toUtf8(); }

} // namespace model::io
