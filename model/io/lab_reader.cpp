#include "model/io/lab_file.h"

#include "model/io/action_words.h"
#include "model/io/node_reader.h"
#include "model/io/quantities.h"
#include "model/io/script.h"
#include "model/lab/kinds.h"

#include <QCoreApplication>

#include <QHash>

namespace model::io {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::io::Reader)
};

/// kMaxPorts bounds what "ports: 1024" on every node can make of a small file.
constexpr std::size_t kMaxPorts = 200'000;
constexpr std::size_t kMaxLabNodes = 50'000;

/// LabReader reads one file; it throws ReadError at the first problem.
class LabReader {
public:
    LabReader(Reading& reading, lab::Lab& lab) : mReading(reading), mLab(lab) {}

    bool read(const YamlNode& root) {
        asMap(root, Texts::tr("a lab"));
        readVersion(root);
        mReading.knowKeys(root,
                          {QStringLiteral("packetarium"), QStringLiteral("name"), QStringLiteral("about"),
                           QStringLiteral("seed"), QStringLiteral("nodes"), QStringLiteral("links"),
                           QStringLiteral("areas"), QStringLiteral("notes"), QStringLiteral("run"),
                           QStringLiteral("expect")},
                          Texts::tr("a lab"));
        if (const auto* v = value(root, "name")) mLab.name = asText(*v, Texts::tr("the lab's name"), 1000);
        if (const auto* v = value(root, "about")) mLab.about = asText(*v, Texts::tr("what the lab is about"));
        if (const auto* v = value(root, "seed"))
            mLab.seed = asWhole(*v, Texts::tr("The seed"), 1, 0x7fff'ffff'ffff'ffff);
        if (const auto* v = present(root, "nodes")) readNodes(*v);
        if (const auto* v = present(root, "links"))
            for (const auto& link : asList(*v, Texts::tr("cables")).items)
                readLink(link);
        if (const auto* v = present(root, "areas"))
            for (const auto& area : asList(*v, Texts::tr("areas")).items)
                readArea(area);
        if (const auto* v = present(root, "notes"))
            for (const auto& note : asList(*v, Texts::tr("notes")).items)
                readNote(note);
        if (const auto* v = present(root, "run"))
            for (const auto& step : asList(*v, Texts::tr("steps")).items)
                readStep(step);
        if (const auto* v = present(root, "expect"))
            for (const auto& line : asList(*v, Texts::tr("expectations")).items)
                mLab.expect << asText(line, Texts::tr("an expectation"));
        return mReading.newer;
    }

private:
    /// present is a value that is there and not empty: "links:" with nothing under it is no mistake.
    static const YamlNode* present(const YamlNode& map, const char* key) {
        const auto* v = value(map, key);
        return v && v->type != YamlNode::Type::Null ? v : nullptr;
    }

    void readVersion(const YamlNode& root) {
        const auto* version = value(root, "packetarium");
        if (!version)
            fail(root, Texts::tr("This is no lab file: the key \"packetarium\" is missing."),
                 Texts::tr("A lab file begins with \"packetarium: 1\"."));
        const auto number = asWhole(*version, Texts::tr("The version of the format"), 1, 1'000'000);
        mReading.newer = number > std::uint64_t(kFormatVersion);
        if (mReading.newer)
            mReading.warn(
                *version,
                Texts::tr("This lab was made by a newer version of Packetarium (format %1, this one knows %2).")
                    .arg(number)
                    .arg(kFormatVersion),
                Texts::tr("It opens read-only, and things that this version does not know are left out."));
    }

    void readNodes(const YamlNode& nodes) {
        asMap(nodes, Texts::tr("nodes"));
        if (nodes.keys.size() > kMaxLabNodes)
            fail(nodes.keys[kMaxLabNodes], Texts::tr("The lab has more than %1 nodes.").arg(kMaxLabNodes),
                 Texts::tr("Labs of that size need another tool."));
        mLab.nodes.reserve(nodes.keys.size());
        std::size_t ports = 0;
        for (std::size_t i = 0; i < nodes.keys.size(); ++i) {
            const YamlNode& key = nodes.keys[i];
            const QString problem = lab::nameProblem(key.text);
            if (!problem.isEmpty()) fail(key, problem, Texts::tr("Give the node a name like host1."));
            lab::Node node;
            node.id = lab::NodeId{std::uint32_t(i) + 1};
            node.name = key.text;
            const std::size_t column = i % 6, row = i / 6;
            node.at = QPointF(80 + 160 * double(column),
                              80 + 160 * double(row)); // where it stands when the file does not say
            readNode(mReading, nodes.items[i], node);
            ports += node.ports.size();
            if (ports > kMaxPorts)
                fail(key, Texts::tr("The lab has more than %1 ports.").arg(kMaxPorts),
                     Texts::tr("Labs of that size need another tool."));
            mNodes.insert(node.name, i);
            mLab.nodes.push_back(std::move(node));
        }
    }

    lab::Node& findNode(const YamlNode& at, const QString& name) {
        const auto found = mNodes.constFind(name);
        if (found != mNodes.constEnd()) return mLab.nodes[*found];
        const QStringList names = mNodes.size() <= 2000 ? QStringList(mNodes.keys()) : QStringList();
        const QString guess = closest(name, names);
        fail(at, Texts::tr("There is no node called \"%1\".").arg(shown(name)),
             guess.isEmpty() ? Texts::tr("Nodes are listed under \"nodes:\".") : guess);
    }

    lab::LinkEnd readEnd(const YamlNode& yaml) {
        const QString text = asWord(yaml, Texts::tr("one end of a cable, such as desktop:eth0"));
        const auto colon = text.indexOf(u':');
        if (colon <= 0 || colon + 1 == text.size())
            fail(yaml, Texts::tr("\"%1\" does not name a port.").arg(shown(text)),
                 Texts::tr("Write NODE:PORT without a space, such as desktop:eth0."));
        const QString portName = text.mid(colon + 1);
        lab::Node& node = findNode(yaml, text.left(colon));
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
            fail(yaml, Texts::tr("%1 is a virtual card and takes no cable.").arg(text),
                 Texts::tr("Take the cable away, or \"kind: tunnel\" from the interface."));
        const auto used = mCables.constFind(text);
        if (used != mCables.constEnd()) {
            Problem first;
            setPlace(first, mReading.text, *used);
            fail(yaml, Texts::tr("%1 already has a cable.").arg(text),
                 Texts::tr("The other cable is in line %1; a port takes one.").arg(first.line));
        }
        mCables.insert(text, yaml.begin);
        return {node.id, portName};
    }

    void readLink(const YamlNode& yaml) {
        const YamlNode* ends = &yaml;
        lab::Link link;
        if (yaml.type == YamlNode::Type::Map && (yaml.flow || yaml.find(QStringLiteral("ends")) >= 0)) {
            mReading.knowKeys(yaml,
                              {QStringLiteral("ends"), QStringLiteral("delay"), QStringLiteral("rate"),
                               QStringLiteral("queue"), QStringLiteral("up"), QStringLiteral("loss"),
                               QStringLiteral("corrupt"), QStringLiteral("duplicate"), QStringLiteral("reorder"),
                               QStringLiteral("jitter"), QStringLiteral("coalesce"), QStringLiteral("faults")},
                              Texts::tr("a cable"));
            ends = value(yaml, "ends");
            if (!ends)
                fail(yaml, Texts::tr("The cable has no ends."), Texts::tr("Write {ends: [desktop:eth0, sw1:p1]}."));
            if (const auto* v = value(yaml, "delay"))
                link.delay = asTime(*v, Texts::tr("A delay"), std::chrono::hours(1));
            if (const auto* v = value(yaml, "rate")) {
                const auto rate = parseRate(asWord(*v, Texts::tr("a rate")));
                if (!rate)
                    fail(*v, Texts::tr("\"%1\" is no rate.").arg(shown(v->text)),
                         Texts::tr("Write it with its unit: 100Mbit/s, 1Gbit/s, 10kbit/s."));
                if (*rate < 1 || *rate > 1'000'000'000'000)
                    fail(*v, Texts::tr("A cable cannot have a rate of %1.").arg(shown(v->text)),
                         Texts::tr("Rates go from 1bit/s to 1Tbit/s; a cable that carries nothing has \"up: false\"."));
                link.rate = *rate;
            }
            if (const auto* v = value(yaml, "queue")) {
                const auto bytes = parseBytes(asWord(*v, Texts::tr("a size")));
                if (!bytes)
                    fail(*v, Texts::tr("\"%1\" is no size.").arg(shown(v->text)),
                         Texts::tr("Write it like 64kB or 100000."));
                if (*bytes < 1 || *bytes > 1'000'000'000)
                    fail(*v, Texts::tr("A queue cannot hold %1.").arg(shown(v->text)),
                         Texts::tr("Sizes go from 1B to 1GB."));
                link.queue = std::uint32_t(*bytes);
            }
            readImpairment(yaml, link.impairment);
            if (const auto* v = value(yaml, "up")) link.up = asBool(*v, Texts::tr("\"up\""));
        }
        if (ends->type != YamlNode::Type::Sequence || ends->items.size() != 2)
            fail(*ends, Texts::tr("A cable has two ends."), Texts::tr("Write [desktop:eth0, sw1:p1]."));
        link.a = readEnd(ends->items[0]);
        link.b = readEnd(ends->items[1]);
        if (link.a.node == link.b.node)
            fail(ends->items[1], Texts::tr("Both ends of the cable are at the same node."),
                 Texts::tr("A cable joins two nodes."));
        if (yaml.type == YamlNode::Type::Map)
            if (const auto* v = value(yaml, "faults"))
                oneOrMany(*v, [&](const YamlNode& fault) { link.faults.push_back(readFault(fault, link)); });
        link.id = lab::LinkId{std::uint32_t(mLab.links.size()) + 1};
        mLab.links.push_back(std::move(link));
    }

    void readImpairment(const YamlNode& yaml, sim::link::Impairment& impairment) {
        const auto chance = [&](const char* key, std::uint32_t* to) {
            const auto* v = value(yaml, key);
            if (!v) return;
            const auto parts = parseChance(asWord(*v, Texts::tr("a chance")));
            if (!parts)
                fail(*v, Texts::tr("\"%1\" is no chance from 0% to 100%.").arg(shown(v->text)),
                     Texts::tr("Write it like 1% or 0.05%."));
            *to = *parts;
        };
        chance("loss", &impairment.loss);
        chance("corrupt", &impairment.corrupt);
        chance("duplicate", &impairment.duplicate);
        chance("reorder", &impairment.reorder);
        if (const auto* v = value(yaml, "jitter"))
            impairment.jitter = asTime(*v, Texts::tr("A jitter"), std::chrono::hours(1));
        if (const auto* v = value(yaml, "coalesce"))
            impairment.coalesce = asTime(*v, Texts::tr("The time to wait for more"), std::chrono::seconds(1));
    }

    sim::link::Fault readFault(const YamlNode& yaml, const lab::Link& link) {
        QString problem;
        const auto fault = parseFault(asText(yaml, Texts::tr("a fault")), &problem);
        if (!fault) fail(yaml, problem, Texts::tr("Write it like \"drop data 4 from b\"."));
        sim::link::Fault out = fault->fault;
        const auto named = [&](const lab::LinkEnd& end) {
            const QString node = mLab.node(end.node)->name;
            return fault->from == node || fault->from == node + u':' + end.port;
        };
        if (!named(link.a) && !named(link.b))
            fail(yaml, Texts::tr("\"%1\" is at neither end of the cable.").arg(shown(fault->from)),
                 Texts::tr("The ends are %1 and %2.").arg(mLab.node(link.a.node)->name, mLab.node(link.b.node)->name));
        out.end = named(link.a) ? 0 : 1;
        return out;
    }

    void readArea(const YamlNode& yaml) {
        asMap(yaml, Texts::tr("an area"));
        mReading.knowKeys(yaml, {QStringLiteral("caption"), QStringLiteral("at"), QStringLiteral("size")},
                          Texts::tr("an area"));
        lab::Area area;
        if (const auto* v = value(yaml, "caption")) area.caption = asText(*v, Texts::tr("a caption"));
        const auto* at = value(yaml, "at");
        const auto* size = value(yaml, "size");
        if (!at || !size)
            fail(yaml, Texts::tr("An area needs a place and a size."),
                 Texts::tr("Write {caption: Home, at: [0, 0], size: [320, 240]}."));
        std::tie(area.x, area.y) = asPair(*at, Texts::tr("A place"));
        std::tie(area.width, area.height) = asPair(*size, Texts::tr("A size"));
        if (area.width <= 0 || area.height <= 0)
            fail(*size, Texts::tr("An area must have a size above zero."), Texts::tr("Write [width, height]."));
        mLab.areas.push_back(area);
    }

    void readNote(const YamlNode& yaml) {
        asMap(yaml, Texts::tr("a note"));
        mReading.knowKeys(yaml, {QStringLiteral("text"), QStringLiteral("at")}, Texts::tr("a note"));
        const auto* at = value(yaml, "at");
        const auto* text = value(yaml, "text");
        if (!at || !text)
            fail(yaml, Texts::tr("A note needs a text and a place."),
                 Texts::tr("Write {at: [80, 40], text: \"Look here\"}."));
        const auto [x, y] = asPair(*at, Texts::tr("A place"));
        mLab.notes.push_back({asText(*text, Texts::tr("a text")), QPointF(x, y)});
    }

    void readStep(const YamlNode& yaml) {
        asMap(yaml, Texts::tr("a step"));
        mReading.knowKeys(yaml, {QStringLiteral("at"), QStringLiteral("on"), QStringLiteral("do")},
                          Texts::tr("a step"));
        lab::RunStep step;
        const auto* what = value(yaml, "do");
        if (!what)
            fail(yaml, Texts::tr("The step does not say what to do."),
                 Texts::tr("Write {at: 0s, on: desktop, do: ping 192.168.0.1}."));
        step.action = asText(*what, Texts::tr("what to do")).simplified();
        if (const auto* v = value(yaml, "at")) step.at = asTime(*v, Texts::tr("A moment"), std::chrono::hours(24));
        if (const auto* v = value(yaml, "on"))
            step.on = findNode(*v, asWord(*v, Texts::tr("the name of a node"))).id;
        else if (!namesCable(step.action))
            fail(yaml, Texts::tr("The step does not say which node does it."),
                 Texts::tr("Add \"on:\" and the name of a node."));
        mLab.run.push_back(std::move(step));
    }

    Reading& mReading;
    lab::Lab& mLab;
    QHash<QString, std::size_t> mNodes;
    QHash<QString, std::size_t> mCables; ///< port → offset of the end that took it
};

} // namespace

bool readLab(const QByteArray& bytes, const QString& file, ReadLab* result, Problem* problem) {
    const QByteArray text = bytes.startsWith("\xef\xbb\xbf") ? bytes.mid(3) : bytes;
    *problem = Problem{};
    problem->file = file;
    YamlNode root;
    if (!parseYaml(text, &root, problem)) return false;
    ReadLab read;
    Reading reading{text, file, read.warnings};
    try {
        read.newer = LabReader(reading, read.lab).read(root);
    } catch (const ReadError& error) {
        problem->message = error.message;
        problem->hint = error.hint;
        if (reading.newer)
            problem->hint = Texts::tr("The file was made by a newer version of Packetarium; that version can read it.");
        setPlace(*problem, text, error.offset);
        return false;
    }
    *result = std::move(read);
    return true;
}

} // namespace model::io
