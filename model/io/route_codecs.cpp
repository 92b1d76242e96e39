// Routes: in one line, as "ip route add" takes them, or as a map.
#include "model/io/route_codecs.h"

#include "model/io/described_parts.h"
#include "model/io/texts.h"

namespace model::io {

std::vector<YamlNode> wordsOf(const YamlNode& yaml) {
    std::vector<YamlNode> words;
    for (qsizetype i = 0; i < yaml.text.size();) {
        while (i < yaml.text.size() && yaml.text[i] == u' ')
            ++i;
        const qsizetype begin = i;
        while (i < yaml.text.size() && yaml.text[i] != u' ')
            ++i;
        if (i > begin) words.push_back(pieceOf(yaml, begin, yaml.text.mid(begin, i - begin)));
    }
    return words;
}

std::uint32_t asTable(const YamlNode& yaml) {
    const QString text = asWord(yaml, Texts::tr("a routing table"));
    if (text == QLatin1String("main")) return sim::stack::kMainTable;
    if (text == QLatin1String("default")) return sim::stack::kDefaultTable;
    if (text == QLatin1String("local") || text == QString::number(sim::stack::kLocalTable))
        fail(yaml,
             Texts::tr("The table \"local\" is asked before all rules, and holds the node's own addresses alone."),
             Texts::tr("Take another number, such as 100."));
    return std::uint32_t(asWhole(yaml, Texts::tr("The number of a routing table"), 1, 0xffff'ffff));
}

namespace {

/// routeKind is the kind that a word names, or none.
std::optional<lab::Route::Kind> routeKind(const QString& word) {
    for (std::size_t i = 0; i < std::size(lab::kRouteKinds); ++i)
        if (word == QLatin1String(lab::kRouteKinds[i])) return lab::Route::Kind(i);
    return std::nullopt;
}

sim::wire::Prefix asDestination(const YamlNode& yaml) {
    if (yaml.type == YamlNode::Type::Scalar && yaml.text == QLatin1String("default"))
        return {sim::wire::IpAddress::v4(0), 0};
    const QString text = asWord(yaml, Texts::tr("a route's destination"));
    if (const auto host = sim::wire::IpAddress::parse(text.toStdString()))
        return {*host, std::uint8_t(host->isV4() ? 32 : 128)};
    return asNetwork(yaml, Texts::tr("A route's destination"), lab::Family::Any);
}

QString destinationText(const sim::wire::Prefix& to) {
    const bool all = to.length == 0 && to.address.isV4() && to.address.toV4() == 0;
    return all ? QStringLiteral("default") : latin(to.toString());
}

std::uint32_t asWeight(const YamlNode& yaml) { return std::uint32_t(asWhole(yaml, Texts::tr("A weight"), 1, 256)); }

/// readHop reads a next hop of a list: ADDRESS [dev D] [weight N].
lab::NextHop readHop(const YamlNode& yaml) {
    const QString hint = Texts::tr("Write it like \"192.168.0.1 dev eth0 weight 3\".");
    const QString text = asText(yaml, Texts::tr("a gateway"));
    YamlNode line = yaml;
    line.text = text;
    const auto words = wordsOf(line);
    if (words.empty()) fail(yaml, Texts::tr("A next hop needs an address."), hint);
    lab::NextHop hop;
    hop.via = asAddress(words[0], Texts::tr("A gateway"));
    for (std::size_t i = 1; i < words.size(); i += 2) {
        const QString& word = words[i].text;
        if (i + 1 >= words.size())
            fail(words[i], Texts::tr("After \"%1\" something is missing.").arg(shown(word)), hint);
        if (word == QLatin1String("dev"))
            hop.dev = words[i + 1].text;
        else if (word == QLatin1String("weight"))
            hop.weight = asWeight(words[i + 1]);
        else
            fail(words[i], Texts::tr("A next hop has no \"%1\".").arg(shown(word)), hint);
    }
    return hop;
}

QString hopText(const lab::NextHop& hop) {
    QString text = hop.via.isNone() ? QString() : latin(hop.via.toString());
    if (!hop.dev.isEmpty()) text += QStringLiteral(" dev ") + hop.dev;
    if (hop.weight != 1) text += QStringLiteral(" weight ") + QString::number(hop.weight);
    return text;
}

/// HopReader collects next hops as they come, word by word.
class HopReader {
public:
    /// next begins another one, unless nothing has been said of this one yet.
    void next() {
        if (mHops.back() != lab::NextHop{}) mHops.emplace_back();
    }
    void via(const sim::wire::IpAddress& address) {
        if (!mHops.back().via.isNone()) mHops.emplace_back();
        mHops.back().via = address;
    }
    void dev(const QString& name) { mHops.back().dev = name; }
    void weight(std::uint32_t n) { mHops.back().weight = n; }
    /// finish gives them to a route.
    void finish(lab::Route& route) {
        if (mHops.size() > 1) {
            route.hops = mHops;
        } else {
            route.via = mHops.front().via;
            route.dev = mHops.front().dev;
        }
    }

private:
    std::vector<lab::NextHop> mHops{1};
};

/// readRouteText reads what "ip route add" reads: [KIND] TO [via A] [dev D] [src A] [table T] [metric N] [onlink], and
/// several next hops, with or without "nexthop": via A [dev D] [weight N] via B …
void readRouteText(const YamlNode& yaml, lab::Route& route) {
    const QString hint =
        Texts::tr("Write it like \"10.0.0.0/8 via 192.168.0.1 dev eth0 metric 100\" or \"default via 192.168.0.1\".");
    const auto words = wordsOf(yaml);
    std::size_t i = 0;
    if (!words.empty())
        if (const auto kind = routeKind(words[0].text)) route.kind = *kind, ++i;
    if (i >= words.size()) fail(yaml, Texts::tr("A route needs a destination."), hint);
    route.to = asDestination(words[i++]);
    HopReader hops;
    for (; i < words.size(); i += 2) {
        const QString& word = words[i].text;
        if (word == QLatin1String("onlink") || word == QLatin1String("nexthop")) {
            if (word == QLatin1String("onlink"))
                route.onlink = true;
            else
                hops.next();
            --i; // it stands alone
            continue;
        }
        if (i + 1 >= words.size())
            fail(words[i], Texts::tr("After \"%1\" something is missing.").arg(shown(word)), hint);
        const YamlNode& argument = words[i + 1];
        if (word == QLatin1String("via"))
            hops.via(asAddress(argument, Texts::tr("A gateway")));
        else if (word == QLatin1String("dev"))
            hops.dev(argument.text);
        else if (word == QLatin1String("weight"))
            hops.weight(asWeight(argument));
        else if (word == QLatin1String("src"))
            route.src = asIpv4(argument, Texts::tr("A source address"));
        else if (word == QLatin1String("table"))
            route.table = asTable(argument);
        else if (word == QLatin1String("metric"))
            route.metric = std::uint32_t(asWhole(argument, Texts::tr("A metric"), 0, 0xffff'ffff));
        else
            fail(words[i], Texts::tr("A route has no \"%1\".").arg(shown(word)), hint);
    }
    hops.finish(route);
}

/// routeProblem says what of a route contradicts itself; empty: nothing.
QString routeProblem(const lab::Route& route) {
    constexpr std::size_t kMostHops = 64;
    if (route.hops.size() > kMostHops) return Texts::tr("A route has at most %1 next hops.").arg(kMostHops);
    if (!route.hops.empty() && route.kind != lab::Route::Kind::Unicast)
        return Texts::tr("A route that refuses has no next hops.");
    for (const auto& hop : route.hops)
        if (hop.via.isNone() && hop.dev.isEmpty())
            return Texts::tr("A next hop needs \"via\" and a gateway, or \"dev\" and an interface.");
    return {};
}

} // namespace

QString routeText(const lab::Route& route) {
    QString text = destinationText(route.to);
    if (route.kind != lab::Route::Kind::Unicast)
        text = QLatin1String(lab::kRouteKinds[std::size_t(route.kind)]) + u' ' + text;
    if (!route.via.isNone()) text += QStringLiteral(" via ") + latin(route.via.toString());
    if (!route.dev.isEmpty()) text += QStringLiteral(" dev ") + route.dev;
    for (const auto& hop : route.hops)
        text += (hop.via.isNone() ? QStringLiteral(" nexthop") : QStringLiteral(" via ")) + hopText(hop);
    if (!route.src.isNone()) text += QStringLiteral(" src ") + latin(route.src.toString());
    if (route.table != sim::stack::kMainTable)
        text += QStringLiteral(" table ") + latin(sim::config::tableText(route.table));
    if (route.metric != 0) text += QStringLiteral(" metric ") + QString::number(route.metric);
    if (route.onlink) text += QStringLiteral(" onlink");
    return text;
}

template <>
struct Codec<lab::RouteDestination> {
    static void read(Reading&, const YamlNode& yaml, const lab::RouteDestination&, const QString&,
                     sim::wire::Prefix& to) {
        to = asDestination(yaml);
    }
    static Value write(const lab::RouteDestination&, const sim::wire::Prefix& to) {
        return Value::word(destinationText(to));
    }
    static Value schema(const lab::RouteDestination&) {
        return json::matching(
            patterns::whole(QStringLiteral("(default|%1|%2)").arg(patterns::address(), patterns::prefix())));
    }
    static QString word(const lab::RouteDestination&) { return QStringLiteral("network/length, address or default"); }
};

template <>
struct Codec<lab::RouteVia> {
    using Hops = std::tuple<sim::wire::IpAddress&, std::vector<lab::NextHop>&>;
    static void read(Reading&, const YamlNode& yaml, const lab::RouteVia&, const QString& what, Hops& hops) {
        auto& [via, several] = hops;
        via = {};
        several.clear();
        if (yaml.type != YamlNode::Type::Sequence) {
            via = asAddress(yaml, what);
            return;
        }
        for (const auto& item : yaml.items)
            several.push_back(readHop(item));
        if (several.size() < 2)
            fail(yaml, Texts::tr("A list of gateways has two or more."), Texts::tr("Write one without brackets."));
    }
    static Value write(const lab::RouteVia&,
                       const std::tuple<const sim::wire::IpAddress&, const std::vector<lab::NextHop>&>& hops) {
        const auto& [via, several] = hops;
        if (several.empty()) return Value::word(latin(via.toString()));
        std::vector<Value> items;
        for (const auto& hop : several)
            items.push_back(Value::word(hopText(hop).trimmed()));
        return Value::flowList(std::move(items));
    }
    static Value schema(const lab::RouteVia&) {
        Value list = json::listOf(json::matching(
            QStringLiteral("^ *%1( +(dev +\\S+|weight +[1-9][0-9]{0,2}))* *$").arg(patterns::address())));
        list.add(QStringLiteral("minItems"), json::number(2));
        return json::anyOf({json::reference(QStringLiteral("address")), std::move(list)});
    }
    static QString word(const lab::RouteVia&) { return QStringLiteral("address, or a list"); }
};

template <>
struct Codec<lab::RouteTableName> {
    static void read(Reading&, const YamlNode& yaml, const lab::RouteTableName&, const QString&, std::uint32_t& table) {
        table = asTable(yaml);
    }
    static Value write(const lab::RouteTableName&, std::uint32_t table) {
        return Value::literal(latin(sim::config::tableText(table)));
    }
    static Value schema(const lab::RouteTableName&) {
        Value number = json::typed("integer");
        number.add(QStringLiteral("minimum"), json::number(1));
        number.add(QStringLiteral("maximum"), json::number(0xffff'ffff));
        return json::anyOf({std::move(number), json::words({QStringLiteral("main"), QStringLiteral("default")})});
    }
    static QString word(const lab::RouteTableName&) { return QStringLiteral("number, main or default"); }
};

template <>
struct Rules<lab::Route> : AnyRules<lab::Route> {
    static void finish(Reading&, const YamlNode& yaml, lab::Route& route) {
        if (const auto* dev = value(yaml, "dev"); dev && !route.hops.empty())
            fail(*dev, Texts::tr("Of several next hops each has an interface of its own."),
                 Texts::tr("Write it behind the gateway: \"via: [10.0.0.1 dev eth0, 10.1.0.1 dev eth1]\"."));
    }
    static std::vector<Value> shorthand() {
        return {json::matching(
            QStringLiteral(
                "^ *((unicast|unreachable|prohibit|blackhole) +)?(default|%1|%2)( +(via +%1|dev +\\S+|weight "
                "+[1-9][0-9]{0,2}|nexthop|src +%3|table +([1-9][0-9]{0,9}|main|default)|metric "
                "+(0|[1-9][0-9]{0,9})|onlink))* *$")
                .arg(patterns::address(), patterns::prefix(), patterns::ipv4()))};
    }
};

void Codec<lab::RouteLine>::read(Reading& reading, const YamlNode& yaml, const lab::RouteLine&, const QString&,
                                 lab::Route& route) {
    if (yaml.type == YamlNode::Type::Scalar)
        readRouteText(yaml, route);
    else
        GroupIo<lab::Route>::read(reading, yaml, route);
    const lab::Node& node = *reading.node;
    const auto exists = [&](const QString& dev) {
        if (dev.isEmpty() || node.port(dev) || dev == QLatin1String("lo")) return;
        QStringList ports;
        for (const auto& port : node.ports)
            ports << port.name;
        const auto* at = yaml.type == YamlNode::Type::Map ? value(yaml, "dev") : nullptr;
        fail(at ? *at : yaml, Texts::tr("The route's interface \"%1\" does not exist.").arg(shown(dev)),
             Texts::tr("The interfaces are: %1.").arg(ports.join(QLatin1String(", "))));
    };
    exists(route.dev);
    for (const auto& hop : route.hops)
        exists(hop.dev);
    if (const QString problem = routeProblem(route); !problem.isEmpty()) fail(yaml, problem);
    if (route.kind == lab::Route::Kind::Unicast && route.via.isNone() && route.dev.isEmpty() && route.hops.empty())
        fail(yaml, Texts::tr("The route does not say where to."),
             Texts::tr("Add \"via\" and a gateway, or \"dev\" and an interface."));
}

Value Codec<lab::RouteLine>::write(const lab::RouteLine&, const lab::Route& route, const lab::Node&,
                                   const Writing& writing) {
    return withLongForm(Value::word(routeText(route)), GroupIo<lab::Route>::write(route, writing));
}

bool parseRoute(const QString& text, lab::Route* route, QString* problem) {
    YamlNode yaml;
    yaml.type = YamlNode::Type::Scalar;
    yaml.plain = true;
    yaml.text = text;
    try {
        readRouteText(yaml, *route);
        if (const QString wrong = routeProblem(*route); !wrong.isEmpty()) fail(yaml, wrong);
    } catch (const ReadError& error) {
        *problem = error.hint.isEmpty() ? error.message : error.message + u' ' + error.hint;
        return false;
    }
    return true;
}

sim::config::RouteConfig routeConfig(const lab::Route& r) {
    sim::config::RouteConfig config;
    config.destination = r.to;
    config.via = r.via;
    config.interface = r.dev.toStdString();
    config.metric = r.metric;
    config.kind = sim::config::RouteConfig::Kind(r.kind);
    config.onlink = r.onlink;
    config.source = r.src;
    config.table = r.table;
    if (r.hops.empty()) return config;
    config.via = r.hops.front().via;
    config.interface = r.hops.front().dev.toStdString();
    config.weight = r.hops.front().weight;
    for (std::size_t i = 1; i < r.hops.size(); ++i)
        config.others.push_back({r.hops[i].via, r.hops[i].dev.toStdString(), r.hops[i].weight});
    return config;
}
static_assert(int(lab::Route::Kind::Blackhole) == int(sim::config::RouteConfig::Kind::Blackhole));

template struct GroupIo<lab::Route>;
GroupInfo routeGroup() { return groupInfo<lab::Route>(); }

} // namespace model::io
