#include "model/io/node_reader.h"

#include "model/io/dns_reader.h"
#include "model/io/filter_words.h"
#include "model/io/quantities.h"
#include "model/io/script.h"
#include "model/io/service_reader.h"
#include "model/io/tunnel_reader.h"
#include "model/io/web_reader.h"
#include "model/lab/kinds.h"

#include <QCoreApplication>

namespace model::io {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::io::Reader)
};

using lab::Node;

QString quotedIfAny(const YamlNode& node) { return node.type == YamlNode::Type::Scalar ? node.text : QString(); }

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

void readPort(Reading& reading, const YamlNode& key, const YamlNode& yaml, Node& node) {
    const QString problem = lab::portNameProblem(key.text);
    if (!problem.isEmpty()) fail(key, problem, Texts::tr("Call it eth0, for example."));
    lab::Port* port = nullptr;
    for (auto& p : node.ports)
        if (p.name == key.text) port = &p;
    if (!port) {
        node.ports.emplace_back();
        port = &node.ports.back();
        port->name = key.text;
    }
    const auto readAddresses = [&](const YamlNode& addresses) {
        if (addresses.type == YamlNode::Type::Scalar && addresses.text == QLatin1String("dhcp")) {
            port->dhcp = lab::DhcpClient{};
            return;
        }
        oneOrMany(addresses, [&](const YamlNode& a) {
            port->addresses.push_back(asPrefix(a, Texts::tr("An interface's address")));
        });
    };
    if (yaml.type == YamlNode::Type::Null) return;
    if (yaml.type == YamlNode::Type::Scalar || yaml.type == YamlNode::Type::Sequence) return readAddresses(yaml);
    reading.knowKeys(yaml,
                     {QStringLiteral("kind"), QStringLiteral("mac"), QStringLiteral("address"), QStringLiteral("mtu"),
                      QStringLiteral("hostname"), QStringLiteral("check"), QStringLiteral("wireguard"),
                      QStringLiteral("vxlan")},
                     Texts::tr("an interface"));
    if (const auto* v = value(yaml, "mac")) port->mac = asMac(*v, Texts::tr("A MAC address"));
    if (const auto* v = value(yaml, "address")) readAddresses(*v);
    if (const auto* v = value(yaml, "mtu")) port->mtu = int(asWhole(*v, Texts::tr("An MTU"), 68, 65535));
    if (value(yaml, "hostname") || value(yaml, "check")) readDhcpClient(yaml, *port);
    if (const auto* v = value(yaml, "kind")) {
        const QString word = asText(*v, Texts::tr("the kind of the interface"));
        port->tunnel = word == QLatin1String("tunnel");
        if (!port->tunnel && word != QLatin1String("ethernet"))
            fail(*v, Texts::tr("There is no kind of interface called \"%1\".").arg(shown(word)),
                 Texts::tr("The kinds are: ethernet, tunnel."));
    }
    if (const auto* v = value(yaml, "wireguard")) port->wireguard = readWireguard(reading, *v);
    if (const auto* v = value(yaml, "vxlan")) {
        if (port->wireguard)
            fail(*v, Texts::tr("An interface is of WireGuard or of VXLAN, not of both."),
                 Texts::tr("Make two interfaces: a VXLAN's packets may go through a WireGuard."));
        port->vxlan = readVxlan(reading, *v);
    }
    if (port->wireguard || port->vxlan) {
        if (lab::bridges(node.kind))
            fail(yaml, Texts::tr("A switch has no tunnels."), Texts::tr("Put the tunnel on a host or a router."));
        port->tunnel = true;
    }
}

void readPorts(Reading& reading, const YamlNode& yaml, Node& node) {
    const auto* interfaces = value(yaml, "interfaces");
    const auto* count = value(yaml, "ports");
    if (count) {
        if (!lab::bridges(node.kind))
            fail(*count, Texts::tr("Only a switch has a number of ports."),
                 Texts::tr("Name the interfaces: \"interfaces: {eth0: {…}}\"."));
        const auto n = asWhole(*count, Texts::tr("The number of ports"), 1, 1024);
        for (std::uint64_t i = 1; i <= n; ++i) {
            node.ports.emplace_back();
            node.ports.back().name = QStringLiteral("p%1").arg(i);
        }
    }
    if (!interfaces && !count) node.ports = lab::defaultPorts(node.kind);
    if (!interfaces || interfaces->type == YamlNode::Type::Null) return;
    asMap(*interfaces, Texts::tr("interfaces"));
    if (interfaces->keys.size() > 1024)
        fail(*interfaces, Texts::tr("A node has at most 1024 interfaces."),
             Texts::tr("Spread them over several nodes."));
    for (std::size_t i = 0; i < interfaces->keys.size(); ++i)
        readPort(reading, interfaces->keys[i], interfaces->items[i], node);
}

lab::Route::Kind routeKind(const QString& word, bool* known) {
    using RouteKind = lab::Route::Kind;
    *known = true;
    if (word == QLatin1String("unreachable")) return RouteKind::Unreachable;
    if (word == QLatin1String("prohibit")) return RouteKind::Prohibit;
    if (word == QLatin1String("blackhole")) return RouteKind::Blackhole;
    *known = word == QLatin1String("unicast");
    return RouteKind::Unicast;
}

/// scalarAt makes a piece of a scalar look like a scalar of its own, so that a message points at it.
YamlNode scalarAt(const YamlNode& whole, qsizetype offset, const QString& text) {
    YamlNode node = whole;
    node.text = text;
    if (whole.plain) node.begin += std::size_t(offset);
    return node;
}

void readTo(const YamlNode& yaml, lab::Route& route) {
    if (quotedIfAny(yaml) == QLatin1String("default")) {
        route.to = {sim::wire::IpAddress::v4(0), 0};
        return;
    }
    const QString text = asWord(yaml, Texts::tr("a route's destination"));
    if (const auto host = sim::wire::IpAddress::parse(text.toStdString()))
        route.to = {*host, std::uint8_t(host->isV4() ? 32 : 128)};
    else
        route.to = asPrefix(yaml, Texts::tr("A route's destination"));
    if (route.to != route.to.network())
        fail(yaml, Texts::tr("\"%1\" is an address, not a network.").arg(shown(text)),
             Texts::tr("Write %1.").arg(QString::fromStdString(route.to.network().toString())));
}

/// readRouteText reads what "ip route add" reads: [KIND] TO [via A] [dev D] [metric N] [onlink].
void readRouteText(const YamlNode& yaml, lab::Route& route) {
    const QString hint =
        Texts::tr("Write it like \"10.0.0.0/8 via 192.168.0.1 dev eth0 metric 100\" or \"default via 192.168.0.1\".");
    std::vector<YamlNode> words;
    for (qsizetype i = 0; i < yaml.text.size();) {
        while (i < yaml.text.size() && yaml.text[i] == u' ')
            ++i;
        const qsizetype begin = i;
        while (i < yaml.text.size() && yaml.text[i] != u' ')
            ++i;
        if (i > begin) words.push_back(scalarAt(yaml, begin, yaml.text.mid(begin, i - begin)));
    }
    std::size_t i = 0;
    bool kind = false;
    if (!words.empty()) {
        const auto k = routeKind(words[0].text, &kind);
        if (kind) route.kind = k, ++i;
    }
    if (i >= words.size()) fail(yaml, Texts::tr("A route needs a destination."), hint);
    readTo(words[i++], route);
    for (; i < words.size(); i += 2) {
        const QString& word = words[i].text;
        if (word == QLatin1String("onlink")) {
            route.onlink = true;
            --i; // it stands alone
            continue;
        }
        if (i + 1 >= words.size())
            fail(words[i], Texts::tr("After \"%1\" something is missing.").arg(shown(word)), hint);
        const YamlNode& argument = words[i + 1];
        if (word == QLatin1String("via"))
            route.via = asAddress(argument, Texts::tr("A gateway"));
        else if (word == QLatin1String("dev"))
            route.dev = argument.text;
        else if (word == QLatin1String("metric"))
            route.metric = std::uint32_t(asWhole(argument, Texts::tr("A metric"), 0, 0xffff'ffff));
        else
            fail(words[i], Texts::tr("A route has no \"%1\".").arg(shown(word)), hint);
    }
}

void readRoute(Reading& reading, const YamlNode& yaml, Node& node) {
    lab::Route route;
    const YamlNode* dev = &yaml;
    if (yaml.type == YamlNode::Type::Scalar) {
        readRouteText(yaml, route);
    } else {
        asMap(yaml, Texts::tr("a route"));
        reading.knowKeys(yaml,
                         {QStringLiteral("to"), QStringLiteral("via"), QStringLiteral("dev"), QStringLiteral("metric"),
                          QStringLiteral("kind"), QStringLiteral("onlink")},
                         Texts::tr("a route"));
        const auto* to = value(yaml, "to");
        if (!to)
            fail(yaml, Texts::tr("A route needs a destination."),
                 Texts::tr("Write \"to: 10.0.0.0/8\" or \"to: default\"."));
        readTo(*to, route);
        if (const auto* v = value(yaml, "via")) route.via = asAddress(*v, Texts::tr("A gateway"));
        if (const auto* v = value(yaml, "dev")) dev = v, route.dev = asText(*v, Texts::tr("the name of an interface"));
        if (const auto* v = value(yaml, "metric"))
            route.metric = std::uint32_t(asWhole(*v, Texts::tr("A metric"), 0, 0xffff'ffff));
        if (const auto* v = value(yaml, "onlink")) route.onlink = asBool(*v, Texts::tr("\"onlink\""));
        if (const auto* v = value(yaml, "kind")) {
            bool known = false;
            route.kind = routeKind(asText(*v, Texts::tr("the kind of the route")), &known);
            if (!known)
                fail(*v, Texts::tr("There is no kind of route called \"%1\".").arg(shown(v->text)),
                     Texts::tr("The kinds are: unicast, unreachable, prohibit, blackhole."));
        }
    }
    if (!route.dev.isEmpty() && !node.port(route.dev) && route.dev != QLatin1String("lo")) {
        QStringList ports;
        for (const auto& port : node.ports)
            ports << port.name;
        fail(*dev, Texts::tr("The route's interface \"%1\" does not exist.").arg(shown(route.dev)),
             Texts::tr("The interfaces are: %1.").arg(ports.join(QLatin1String(", "))));
    }
    if (route.kind == lab::Route::Kind::Unicast && route.via.isNone() && route.dev.isEmpty())
        fail(yaml, Texts::tr("The route does not say where to."),
             Texts::tr("Add \"via\" and a gateway, or \"dev\" and an interface."));
    node.routes.push_back(route);
}

/// readForward reads "tcp 8080 to 192.168.0.5:80"; without a port at the end it stays the same.
lab::PortForward readForward(const YamlNode& yaml) {
    const QString text = asText(yaml, Texts::tr("a port forward"));
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    const auto refuse = [&](const QString& message) {
        fail(yaml, message, Texts::tr("Write it like \"tcp 8080 to 192.168.0.5:80\"."));
    };
    lab::PortForward forward;
    forward.tcp = words.value(0) == QLatin1String("tcp");
    if (words.size() != 4 || words[2] != QLatin1String("to") || (!forward.tcp && words[0] != QLatin1String("udp")))
        refuse(Texts::tr("\"%1\" is no port forward.").arg(shown(text)));
    const auto port = [&](const QString& word) {
        const auto n = parseWhole(word);
        if (!n || *n < 1 || *n > 65'535) refuse(Texts::tr("\"%1\" is no port.").arg(shown(word)));
        return std::uint16_t(n.value_or(0));
    };
    forward.port = port(words[1]);
    const auto colon = words[3].indexOf(u':');
    const auto address = sim::wire::IpAddress::parse(words[3].left(colon).toStdString());
    if (!address || !address->isV4()) refuse(Texts::tr("\"%1\" is no IPv4 address.").arg(shown(words[3].left(colon))));
    forward.to = *address;
    forward.toPort = colon < 0 ? forward.port : port(words[3].mid(colon + 1));
    return forward;
}

void readNat(Reading& reading, const YamlNode& yaml, Node& node) {
    if (yaml.type == YamlNode::Type::Scalar) {
        if (!yaml.plain || yaml.text != QLatin1String("false"))
            fail(yaml, Texts::tr("\"nat\" is false, or says which interface is outside."),
                 Texts::tr("Write \"nat: {outside: wan0}\"."));
        node.nat.reset();
        return;
    }
    asMap(yaml, Texts::tr("address translation"));
    reading.knowKeys(yaml, {QStringLiteral("outside"), QStringLiteral("forward"), QStringLiteral("hairpin")},
                     Texts::tr("address translation"));
    const auto* outside = value(yaml, "outside");
    if (!outside)
        fail(yaml, Texts::tr("Address translation needs to know which interface is outside."),
             Texts::tr("Write \"nat: {outside: wan0}\"."));
    node.nat = lab::Nat{asText(*outside, Texts::tr("the name of an interface"))};
    if (const auto* v = value(yaml, "hairpin")) node.nat->hairpin = asBool(*v, Texts::tr("\"hairpin\""));
    if (const auto* v = value(yaml, "forward"))
        oneOrMany(*v, [&](const YamlNode& f) { node.nat->forwards.push_back(readForward(f)); });
}

/// readListeners reads {tcp 80: "recv 10, send 10, close", udp 7: echo}.
void readListeners(const YamlNode& yaml, Node& node) {
    asMap(yaml, Texts::tr("ports with their scripts"));
    for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
        const YamlNode& key = yaml.keys[i];
        const QStringList words = key.text.split(u' ', Qt::SkipEmptyParts);
        lab::Listener listener;
        listener.tcp = words.value(0) == QLatin1String("tcp");
        if (words.size() != 2 || (!listener.tcp && words[0] != QLatin1String("udp")))
            fail(key, Texts::tr("\"%1\" is no port to listen on.").arg(shown(key.text)),
                 Texts::tr("Write \"tcp 80\" or \"udp 7\"."));
        listener.port = std::uint16_t(
            asWhole(scalarAt(key, key.text.indexOf(words[1]), words[1]), Texts::tr("A port number"), 1, 65535));
        for (const auto& other : node.listeners)
            if (other.tcp == listener.tcp && other.port == listener.port)
                fail(key, Texts::tr("%1 has a script already.").arg(key.text), Texts::tr("Leave one of them out."));
        QString problem;
        const auto script = parseScript(asText(yaml.items[i], Texts::tr("a script")), &problem);
        if (!script) fail(yaml.items[i], problem, Texts::tr("Write it like \"recv 10, send 10, close\"."));
        listener.script = *script;
        node.listeners.push_back(std::move(listener));
    }
}

void readFirewall(const YamlNode& yaml, Node& node) {
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
                if (!name.empty() && name != "lo" && !node.port(QString::fromStdString(name)))
                    fail(line,
                         Texts::tr("The rule's interface \"%1\" does not exist.")
                             .arg(shown(QString::fromStdString(name))),
                         Texts::tr("Name one of the node's interfaces after \"in\" or \"out\"."));
        node.firewall << text;
    }
}

void readNeighbours(const YamlNode& yaml, Node& node) {
    asMap(yaml, Texts::tr("neighbours"));
    for (std::size_t i = 0; i < yaml.keys.size(); ++i)
        node.neighbours.push_back(
            {asAddress(yaml.keys[i], Texts::tr("A neighbour")), asMac(yaml.items[i], Texts::tr("A MAC address"))});
}

void readPortRange(const YamlNode& yaml, Node& node) {
    const QString text = asWord(yaml, Texts::tr("a range of ports"));
    const auto dash = text.indexOf(u'-');
    if (dash < 0)
        fail(yaml, Texts::tr("\"%1\" is no range of ports.").arg(shown(text)), Texts::tr("Write it like 49152-65535."));
    const auto low = asWhole(scalarAt(yaml, 0, text.left(dash).trimmed()), Texts::tr("A port number"), 1, 65535);
    const auto high =
        asWhole(scalarAt(yaml, dash + 1, text.mid(dash + 1).trimmed()), Texts::tr("A port number"), 1, 65535);
    if (low > high)
        fail(yaml, Texts::tr("The range \"%1\" ends before it begins.").arg(shown(text)),
             Texts::tr("Write the smaller number first."));
    node.portRange = {int(low), int(high)};
}

} // namespace

bool parseRoute(const QString& text, lab::Route* route, QString* problem) {
    YamlNode yaml;
    yaml.type = YamlNode::Type::Scalar;
    yaml.plain = true;
    yaml.text = text;
    try {
        readRouteText(yaml, *route);
    } catch (const ReadError& error) {
        *problem = error.hint.isEmpty() ? error.message : error.message + u' ' + error.hint;
        return false;
    }
    return true;
}

void readNode(Reading& reading, const YamlNode& yaml, Node& node) {
    static const YamlNode kNothing = [] {
        YamlNode n;
        n.type = YamlNode::Type::Map;
        return n;
    }();
    const YamlNode& map = yaml.type == YamlNode::Type::Null ? kNothing : asMap(yaml, Texts::tr("a node"));
    reading.knowKeys(map,
                     {QStringLiteral("kind"),
                      QStringLiteral("at"),
                      QStringLiteral("interfaces"),
                      QStringLiteral("ports"),
                      QStringLiteral("gateway"),
                      QStringLiteral("routes"),
                      QStringLiteral("loopback"),
                      QStringLiteral("neighbours"),
                      QStringLiteral("firewall"),
                      QStringLiteral("dns"),
                      QStringLiteral("search"),
                      QStringLiteral("ndots"),
                      QStringLiteral("forwarding"),
                      QStringLiteral("nat"),
                      QStringLiteral("dns-server"),
                      QStringLiteral("web-server"),
                      QStringLiteral("ephemeral-ports"),
                      QStringLiteral("dhcp-server"),
                      QStringLiteral("dhcp-relay"),
                      QStringLiteral("rip"),
                      QStringLiteral("listen"),
                      QStringLiteral("congestion-control"),
                      QStringLiteral("user-agent")},
                     Texts::tr("a node"));
    if (const auto* v = value(map, "kind")) node.kind = readKind(*v);
    if (const auto* v = value(map, "at")) {
        const auto [x, y] = asPair(*v, Texts::tr("A place"));
        node.at = QPointF(x, y);
    }
    readPorts(reading, map, node);
    if (const auto* v = value(map, "gateway")) node.gateway = asAddress(*v, Texts::tr("A gateway"));
    if (const auto* v = value(map, "routes")) {
        for (const auto& route : asList(*v, Texts::tr("routes")).items)
            readRoute(reading, route, node);
    }
    if (const auto* v = value(map, "loopback"))
        oneOrMany(*v, [&](const YamlNode& a) { node.loopback.push_back(asPrefix(a, Texts::tr("An address of lo"))); });
    if (const auto* v = value(map, "neighbours")) readNeighbours(*v, node);
    if (const auto* v = value(map, "firewall")) readFirewall(*v, node);
    if (const auto* v = value(map, "forwarding")) node.forwarding = asBool(*v, Texts::tr("\"forwarding\""));
    node.nat = lab::defaultNat(node.kind);
    node.dnsServer = lab::defaultDnsServer(node.kind);
    node.webServer = lab::defaultWebServer(node.kind);
    if (const auto* v = value(map, "nat")) readNat(reading, *v, node);
    readNames(reading, map, node);
    if (const auto* v = value(map, "web-server")) readWebServer(reading, *v, node);
    if (const auto* v = value(map, "listen")) readListeners(*v, node);
    readServices(reading, map, node);
    if (const auto* v = value(map, "congestion-control")) {
        const QString word = asText(*v, Texts::tr("the congestion control"));
        for (std::size_t i = 0; i < lab::kCongestionWords.size(); ++i)
            if (word == QLatin1String(lab::kCongestionWords[i])) node.congestion = sim::stack::TcpCongestion(i);
        if (!node.congestion)
            fail(*v, Texts::tr("There is no congestion control called \"%1\".").arg(shown(word)),
                 Texts::tr("There are: cubic, reno, bbr."));
    }
    if (const auto* v = value(map, "ephemeral-ports")) readPortRange(*v, node);
    if (const auto* v = value(map, "user-agent")) {
        node.userAgent = asText(*v, Texts::tr("the browser's name for itself"), 200);
        // It becomes a line of every request; a line end in it would begin another.
        for (const QChar c : node.userAgent)
            if (c < u' ' || c > u'~')
                fail(*v, Texts::tr("The browser's name for itself holds plain ASCII characters only."),
                     Texts::tr("Write one like Packetarium/0.1."));
    }
}

sim::config::RouteConfig routeConfig(const lab::Route& r) {
    sim::config::RouteConfig config;
    config.destination = r.to;
    config.via = r.via;
    config.interface = r.dev.toStdString();
    config.metric = r.metric;
    config.kind = sim::config::RouteConfig::Kind(r.kind);
    config.onlink = r.onlink;
    return config;
}
static_assert(int(lab::Route::Kind::Blackhole) == int(sim::config::RouteConfig::Kind::Blackhole));

} // namespace model::io
