// Nodes: what their descriptions need besides the plain types.
#include "model/io/described_parts.h"
#include "model/io/filter_words.h"
#include "model/io/port_codecs.h"
#include "model/io/route_codecs.h"
#include "model/io/rule_codecs.h"
#include "model/io/script.h"
#include "model/io/sysctl_codecs.h"
#include "model/io/texts.h"
#include "model/lab/kinds.h"

#include <set>

namespace model::io {

namespace {

using lab::Node;

std::optional<lab::Nat> usualService(lab::Kind kind, const lab::Nat*) { return lab::defaultNat(kind); }
std::optional<lab::DnsServer> usualService(lab::Kind kind, const lab::DnsServer*) {
    return lab::defaultDnsServer(kind);
}
std::optional<lab::WebServer> usualService(lab::Kind kind, const lab::WebServer*) {
    return lab::defaultWebServer(kind);
}
std::optional<lab::Rip> usualService(lab::Kind, const lab::Rip*) { return std::nullopt; }

std::optional<lab::Nat>& serviceOf(Node& node, const lab::Nat*) { return node.nat; }
std::optional<lab::DnsServer>& serviceOf(Node& node, const lab::DnsServer*) { return node.dnsServer; }
std::optional<lab::WebServer>& serviceOf(Node& node, const lab::WebServer*) { return node.webServer; }
std::optional<lab::Rip>& serviceOf(Node& node, const lab::Rip*) { return node.rip; }

/// kCanBeTrue tells whether a service runs without being told more.
template <class T>
constexpr bool kCanBeTrue = !std::is_same_v<T, lab::Nat>;

lab::Kind readKind(const YamlNode& yaml) {
    const QString word = asText(yaml, Texts::tr("the kind of the node"));
    if (const auto kind = lab::kindFromWord(word)) return *kind;
    QStringList words;
    for (const auto kind : lab::allKinds())
        words << lab::kindWord(kind);
    const QString guess = closest(word, words);
    fail(yaml, Texts::tr("There is no kind of node called \"%1\".").arg(shown(word)),
         (guess.isEmpty() ? QString() : guess + u' ') +
             Texts::tr("The kinds are: %1.").arg(words.join(QLatin1String(", "))));
}

} // namespace

template <>
struct Codec<lab::NodeKind> {
    static void read(Reading&, const YamlNode& yaml, const lab::NodeKind&, const QString&, lab::Kind& kind) {
        kind = readKind(yaml);
    }
    static Value write(const lab::NodeKind&, lab::Kind kind) { return Value::word(lab::kindWord(kind)); }
    static std::vector<QString> list() {
        std::vector<QString> words;
        for (const auto kind : lab::allKinds())
            words.push_back(lab::kindWord(kind));
        return words;
    }
    static Value schema(const lab::NodeKind&) { return json::words(list()); }
    static QString word(const lab::NodeKind&) {
        QStringList words;
        for (const auto& w : list())
            words << w;
        return words.join(QLatin1String(", "));
    }
};

template <class T>
struct Codec<lab::Service<T>> {
    static constexpr bool kWholeMember = true;
    static void read(Reading& reading, const YamlNode& yaml, const lab::Service<T>&, const QString& what,
                     std::optional<T>& service) {
        if (yaml.type == YamlNode::Type::Scalar) {
            if constexpr (!kCanBeTrue<T>) {
                if (!yaml.plain || yaml.text != QLatin1String("false"))
                    fail(yaml, Texts::tr("\"nat\" is false, or says which interface is outside."),
                         Texts::tr("Write \"nat: {outside: wan0}\"."));
                service.reset();
            } else if (asBool(yaml, what)) {
                service = GroupIo<T>::usual();
            } else {
                service.reset();
            }
            return;
        }
        T read = GroupIo<T>::usual();
        GroupIo<T>::read(reading, yaml, read);
        service = std::move(read);
    }
    static void clear(Node& node) {
        const T* which = nullptr;
        serviceOf(node, which) = usualService(node.kind, which);
    }
    /// write says what differs from what the kind runs by itself; false turns that off.
    static std::optional<Value> write(const lab::Service<T>&, const std::optional<T>& service, const Node& node,
                                      const Writing& writing) {
        if (service == usualService(node.kind, static_cast<const T*>(nullptr))) return std::nullopt;
        return service ? GroupIo<T>::write(*service, writing) : truth(false);
    }
    static Value schema(const lab::Service<T>&) {
        const Value group = json::reference(QLatin1String(lab::Keys<T>::kId));
        return json::anyOf({kCanBeTrue<T> ? json::typed("boolean") : json::constant(truth(false)), group});
    }
    static QString word(const lab::Service<T>&) {
        return (kCanBeTrue<T> ? QStringLiteral("true, false or %1") : QStringLiteral("false or %1"))
            .arg(json::link(QLatin1String(lab::Keys<T>::kId)));
    }
};

template <>
struct Codec<lab::DhcpPools> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::DhcpPools&, const QString& what,
                     std::vector<lab::DhcpPool>& pools) {
        pools.clear();
        if (yaml.type == YamlNode::Type::Sequence) {
            for (const auto& item : yaml.items)
                GroupIo<lab::DhcpPool>::read(reading, item, pools.emplace_back());
        } else if (yaml.type == YamlNode::Type::Map) {
            GroupIo<lab::DhcpPool>::read(reading, yaml, pools.emplace_back());
        } else if (asBool(yaml, what)) {
            pools.emplace_back();
        }
    }
    static Value write(const lab::DhcpPools&, const std::vector<lab::DhcpPool>& pools, const Node&,
                       const Writing& writing) {
        if (pools.size() == 1) return GroupIo<lab::DhcpPool>::write(pools.front(), writing);
        Value list = Value::blockList();
        for (const auto& pool : pools) {
            Value one = GroupIo<lab::DhcpPool>::write(pool, writing);
            list.items.push_back(one.type == Value::Type::Map ? std::move(one) : Value::flowMap());
        }
        return list;
    }
    static Value schema(const lab::DhcpPools&) {
        const Value pool = json::reference(QStringLiteral("dhcpPool"));
        return json::anyOf({json::typed("boolean"), pool, json::listOf(pool)});
    }
    static QString word(const lab::DhcpPools&) {
        return QStringLiteral("true, false, %1 or a list").arg(json::link(QStringLiteral("dhcpPool")));
    }
};

template <>
struct Codec<lab::ForwardLine> {
    /// read reads "tcp 8080 to 192.168.0.5:80"; without a port at the end it stays the same.
    static void read(Reading&, const YamlNode& yaml, const lab::ForwardLine&, const QString& what,
                     lab::PortForward& forward) {
        const QString text = asText(yaml, what);
        const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
        const auto refuse = [&](const QString& message) {
            fail(yaml, message, Texts::tr("Write it like \"tcp 8080 to 192.168.0.5:80\"."));
        };
        forward.tcp = words.value(0) == QLatin1String("tcp");
        if (words.size() != 4 || words[2] != QLatin1String("to") || (!forward.tcp && words[0] != QLatin1String("udp")))
            refuse(Texts::tr("\"%1\" is not a port forward.").arg(shown(text)));
        const auto port = [&](const QString& word) {
            const auto n = Texts::tr("\"%1\" is not a port.");
            bool good = false;
            const auto number = word.toUInt(&good);
            if (!good || number < 1 || number > 65'535 || word != QString::number(number)) refuse(n.arg(shown(word)));
            return std::uint16_t(number);
        };
        forward.port = port(words[1]);
        const auto colon = words[3].indexOf(u':');
        const QString host = words[3].left(colon);
        const auto address = sim::wire::IpAddress::parse(host.toStdString());
        if (!address || !address->isV4()) refuse(Texts::tr("\"%1\" is not an IPv4 address.").arg(shown(host)));
        forward.to = *address;
        forward.toPort = colon < 0 ? forward.port : port(words[3].mid(colon + 1));
    }
    static Value write(const lab::ForwardLine&, const lab::PortForward& f) {
        const QString to = latin(f.to.toString());
        return Value::word(QStringLiteral("%1 %2 to %3")
                               .arg(f.tcp ? QLatin1String("tcp") : QLatin1String("udp"))
                               .arg(f.port)
                               .arg(f.toPort == f.port ? to : QStringLiteral("%1:%2").arg(to).arg(f.toPort)));
    }
    static Value schema(const lab::ForwardLine&) {
        return json::matching(
            QStringLiteral("^ *(tcp|udp) +%1 +to +%2(:%1)? *$").arg(patterns::port(), patterns::ipv4()));
    }
    static QString word(const lab::ForwardLine&) { return QStringLiteral("\"tcp N to ADDRESS:PORT\""); }
};

template <>
struct Codec<lab::ListenerMap> {
    static void read(Reading&, const YamlNode& yaml, const lab::ListenerMap&, const QString&,
                     std::vector<lab::Listener>& listeners) {
        asMap(yaml, Texts::tr("ports with their scripts"));
        listeners.clear();
        for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
            const YamlNode& key = yaml.keys[i];
            const QStringList words = key.text.split(u' ', Qt::SkipEmptyParts);
            lab::Listener listener;
            listener.tcp = words.value(0) == QLatin1String("tcp");
            if (words.size() != 2 || (!listener.tcp && words[0] != QLatin1String("udp")))
                fail(key, Texts::tr("\"%1\" is not a port to listen on.").arg(shown(key.text)),
                     Texts::tr("Write \"tcp 80\" or \"udp 7\"."));
            listener.port = std::uint16_t(
                asWhole(pieceOf(key, key.text.indexOf(words[1]), words[1]), Texts::tr("A port number"), 1, 65535));
            for (const auto& other : listeners)
                if (other.tcp == listener.tcp && other.port == listener.port)
                    fail(key, Texts::tr("%1 has a script already.").arg(key.text), Texts::tr("Leave one of them out."));
            QString problem;
            const auto script = parseScript(asText(yaml.items[i], Texts::tr("a script")), &problem);
            if (!script) fail(yaml.items[i], problem, Texts::tr("Write it like \"recv 10, send 10, close\"."));
            listener.script = *script;
            listeners.push_back(std::move(listener));
        }
    }
    static Value write(const lab::ListenerMap&, const std::vector<lab::Listener>& listeners) {
        Value map;
        for (const auto& l : listeners)
            map.add(QStringLiteral("%1 %2").arg(l.tcp ? QLatin1String("tcp") : QLatin1String("udp")).arg(l.port),
                    Value::word(latin(sim::config::text(l.script))));
        return map;
    }
    static Value schema(const lab::ListenerMap&) {
        return json::mapOf(QStringLiteral("^ *(tcp|udp) +%1 *$").arg(patterns::port()),
                           json::matching(QStringLiteral("^ *(send|recv|drain|echo|sleep|shut|close|rst|rcvbuf|nodelay|"
                                                         "keepalive|join|backlog)( [^,]*)?(,.*)?$")));
    }
    static QString word(const lab::ListenerMap&) { return QStringLiteral("map: \"tcp N\" or \"udp N\" to a script"); }
};

template <>
struct Codec<lab::FilterLines> {
    static void read(Reading& reading, const YamlNode& yaml, const lab::FilterLines&, const QString&,
                     QStringList& rules) {
        rules.clear();
        for (const auto& line : asList(yaml, Texts::tr("filter rules")).items) {
            const QString text = asText(line, Texts::tr("a filter rule")).simplified();
            QString problem;
            const auto parsed = parseFilter(text, &problem);
            // In a list in brackets a comma begins the next rule.
            static const QStringList kStates{QStringLiteral("new"), QStringLiteral("established"),
                                             QStringLiteral("related"), QStringLiteral("invalid")};
            const bool torn = !parsed && yaml.flow && kStates.contains(text.section(u' ', 0, 0));
            if (!parsed)
                fail(line, problem,
                     torn ? Texts::tr("The comma before \"%1\" began another rule: put the rule before it in quotes, "
                                      "\"accept forward state established,related\".")
                                .arg(text.left(40))
                          : Texts::tr("Rules are like \"drop tcp to port 80\", \"accept forward state "
                                      "established,related\" or \"policy input drop\"."));
            if (const auto* rule = std::get_if<sim::stack::FilterRule>(&*parsed))
                for (const auto& name : {rule->in, rule->out})
                    if (!name.empty() && name != "lo" && !reading.node->port(QString::fromStdString(name)))
                        fail(line, Texts::tr("The rule's interface \"%1\" does not exist.").arg(shown(latin(name))),
                             Texts::tr("Name one of the node's interfaces after \"in\" or \"out\"."));
            rules << text;
        }
    }
    static Value write(const lab::FilterLines&, const QStringList& rules) {
        Value list = Value::blockList();
        for (const auto& rule : rules)
            list.items.push_back(Value::word(rule));
        return list;
    }
    static Value schema(const lab::FilterLines&) {
        const QString ports = QStringLiteral("%1(-%1)?").arg(patterns::port());
        const QString network = QStringLiteral("(%1|%2)").arg(patterns::prefixV4(), patterns::ipv4());
        const QString term =
            QStringLiteral("(input|forward|output|tcp|udp|icmp|(from|to) +port +%1|(from|to) +%2|(in|out) +\\S+|state "
                           "+(new|established|related|invalid)(,(new|established|related|invalid))*|with "
                           "+((net|host|prot|port)-unreachable|(net|host|admin)-prohibited))")
                .arg(ports, network);
        return json::listOf(json::matching(
            QStringLiteral("^ *((accept|drop|reject|reset)( +%1)*|policy +(input|forward|output) +(accept|drop)) *$")
                .arg(term)));
    }
    static QString word(const lab::FilterLines&) { return QStringLiteral("list: rule or policy"); }
};

template <>
struct Codec<lab::PortRange> {
    static void read(Reading&, const YamlNode& yaml, const lab::PortRange&, const QString&,
                     std::pair<std::uint16_t, std::uint16_t>& range) {
        const QString text = asWord(yaml, Texts::tr("a range of ports"));
        const auto dash = text.indexOf(u'-');
        if (dash < 0)
            fail(yaml, Texts::tr("\"%1\" is not a range of ports.").arg(shown(text)),
                 Texts::tr("Write it like 49152-65535."));
        const auto low = asWhole(pieceOf(yaml, 0, text.left(dash).trimmed()), Texts::tr("A port number"), 1, 65535);
        const auto high =
            asWhole(pieceOf(yaml, dash + 1, text.mid(dash + 1).trimmed()), Texts::tr("A port number"), 1, 65535);
        if (low > high)
            fail(yaml, Texts::tr("The range \"%1\" ends before it begins.").arg(shown(text)),
                 Texts::tr("Write the smaller number first."));
        range = {std::uint16_t(low), std::uint16_t(high)};
    }
    static Value write(const lab::PortRange&, const std::pair<std::uint16_t, std::uint16_t>& range) {
        return Value::literal(QStringLiteral("%1-%2").arg(range.first).arg(range.second));
    }
    static Value schema(const lab::PortRange&) {
        return json::matching(QStringLiteral("^ *%1 *- *%1 *$").arg(patterns::port()));
    }
    static QString word(const lab::PortRange&) { return QStringLiteral("range of ports"); }
};

template <>
struct Codec<lab::AgentName> {
    static void read(Reading&, const YamlNode& yaml, const lab::AgentName&, const QString& what, QString& name) {
        name = asText(yaml, what, 200);
        if (name.isEmpty()) name = latin(Node{}.userAgent);
        // It becomes a line of every request; a line end in it would begin another.
        for (const QChar c : name)
            if (c < u' ' || c > u'~')
                fail(yaml, Texts::tr("The browser's name for itself holds plain ASCII characters only."),
                     Texts::tr("Write one like Packetarium/0.1."));
    }
    static Value write(const lab::AgentName&, const QString& name) { return Value::word(name); }
    static Value schema(const lab::AgentName&) { return json::matching(QStringLiteral("^[ -~]{0,200}$")); }
    static QString word(const lab::AgentName&) { return QStringLiteral("text"); }
};

template <>
struct Rules<Node> : AnyRules<Node> {
    /// begin sets what the kind decides, for the keys that are not there.
    static void begin(Reading&, const YamlNode& yaml, Node& node) {
        if (const auto* kind = value(yaml, "kind")) node.kind = readKind(*kind);
        if (!value(yaml, "interfaces") && !value(yaml, "ports")) node.ports = lab::defaultPorts(node.kind);
        node.nat = lab::defaultNat(node.kind);
        node.dnsServer = lab::defaultDnsServer(node.kind);
        node.webServer = lab::defaultWebServer(node.kind);
    }
    static void finish(Reading&, const YamlNode& yaml, Node& node) {
        if (const auto* relay = value(yaml, "dhcp-relay"); relay && !node.dhcpServer.empty())
            fail(*relay, Texts::tr("A node is a DHCP server or a relay, not both."),
                 Texts::tr("Leave one of them out."));
        std::set<std::uint32_t> tables;
        for (const auto& route : node.routes)
            tables.insert(route.table);
        constexpr std::size_t kMostTables = 1000;
        if (tables.size() > kMostTables)
            fail(*value(yaml, "routes"), Texts::tr("A node has at most %1 routing tables.").arg(kMostTables),
                 Texts::tr("Put more routes into one table."));
        for (const auto& setting : node.sysctl)
            if (setting.which == sim::config::Sysctl::IpForward && node.forwarding &&
                *node.forwarding != (setting.value != 0))
                fail(*value(yaml, "sysctl"), Texts::tr("\"forwarding\" and \"ip_forward\" say the opposite."),
                     Texts::tr("Both mean the same: leave one of them out."));
    }
    static void shape(Value&, const Node&) {}
    static std::vector<Value> shorthand() { return {json::typed("null")}; }
};

template struct GroupIo<lab::Nat>;
template struct GroupIo<Node>;

void addNodeGroups(std::vector<GroupInfo>& groups) {
    groups.push_back(groupInfo<Node>());
    groups.push_back(portGroup());
    addTunnelGroups(groups);
    groups.push_back(routeGroup());
    groups.push_back(groupInfo<lab::Nat>());
    addDnsGroups(groups);
    addWebGroups(groups);
    addDhcpGroups(groups);
}

} // namespace model::io
