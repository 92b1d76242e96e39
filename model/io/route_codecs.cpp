// Routes: in one line, as "ip route add" takes them, or as a map.
#include "model/io/route_codecs.h"

#include "model/io/described_parts.h"
#include "model/io/texts.h"

namespace model::io {

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
        if (i > begin) words.push_back(pieceOf(yaml, begin, yaml.text.mid(begin, i - begin)));
    }
    std::size_t i = 0;
    if (!words.empty())
        if (const auto kind = routeKind(words[0].text)) route.kind = *kind, ++i;
    if (i >= words.size()) fail(yaml, Texts::tr("A route needs a destination."), hint);
    route.to = asDestination(words[i++]);
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

QString routeText(const lab::Route& route) {
    QString text = destinationText(route.to);
    if (route.kind != lab::Route::Kind::Unicast)
        text = QLatin1String(lab::kRouteKinds[std::size_t(route.kind)]) + u' ' + text;
    if (!route.via.isNone()) text += QStringLiteral(" via ") + latin(route.via.toString());
    if (!route.dev.isEmpty()) text += QStringLiteral(" dev ") + route.dev;
    if (route.metric != 0) text += QStringLiteral(" metric ") + QString::number(route.metric);
    if (route.onlink) text += QStringLiteral(" onlink");
    return text;
}

} // namespace

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
struct Rules<lab::Route> : AnyRules<lab::Route> {
    static std::vector<Value> shorthand() {
        return {json::matching(
            QStringLiteral(
                "^ *((unicast|unreachable|prohibit|blackhole) +)?(default|%1|%2)( +(via +%1|dev +\\S+|metric "
                "+(0|[1-9][0-9]{0,9})|onlink))* *$")
                .arg(patterns::address(), patterns::prefix()))};
    }
};

void Codec<lab::RouteLine>::read(Reading& reading, const YamlNode& yaml, const lab::RouteLine&, const QString&,
                                 lab::Route& route) {
    if (yaml.type == YamlNode::Type::Scalar)
        readRouteText(yaml, route);
    else
        GroupIo<lab::Route>::read(reading, yaml, route);
    const lab::Node& node = *reading.node;
    if (!route.dev.isEmpty() && !node.port(route.dev) && route.dev != QLatin1String("lo")) {
        QStringList ports;
        for (const auto& port : node.ports)
            ports << port.name;
        const auto* dev = yaml.type == YamlNode::Type::Map ? value(yaml, "dev") : nullptr;
        fail(dev ? *dev : yaml, Texts::tr("The route's interface \"%1\" does not exist.").arg(shown(route.dev)),
             Texts::tr("The interfaces are: %1.").arg(ports.join(QLatin1String(", "))));
    }
    if (route.kind == lab::Route::Kind::Unicast && route.via.isNone() && route.dev.isEmpty())
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
    return config;
}
static_assert(int(lab::Route::Kind::Blackhole) == int(sim::config::RouteConfig::Kind::Blackhole));

template struct GroupIo<lab::Route>;
GroupInfo routeGroup() { return groupInfo<lab::Route>(); }

} // namespace model::io
