#include "model/lab/kinds.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <set>

namespace model::lab {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::lab::Kinds)
};

struct Row {
    Kind kind;
    const char* word;
    const char* title;
    const char* about;
    const char* base;
    bool available = true;
    bool forwards = false;     ///< packets that are for others
    bool bridges = false;      ///< frames from port to port, without an IP stack
    bool learns = false;       ///< which MAC is behind which port
    const char* ports = "eth"; ///< how the names of its ports begin
    int firstPort = 0, manyPorts = 1;
    bool grows = false; ///< one more port when a cable finds none free
};

constexpr std::array kRows{
    Row{Kind::Host, "host", QT_TRANSLATE_NOOP("model::lab::Kinds", "Host"),
        QT_TRANSLATE_NOOP("model::lab::Kinds", "A computer with a network interface, a browser and ping."), "host"},
    Row{Kind::WebServer, "web-server", QT_TRANSLATE_NOOP("model::lab::Kinds", "Web server"),
        QT_TRANSLATE_NOOP("model::lab::Kinds", "A computer that responds to HTTP requests on port 80."), "web"},
    Row{Kind::DnsServer, "dns-server", QT_TRANSLATE_NOOP("model::lab::Kinds", "DNS server"),
        QT_TRANSLATE_NOOP("model::lab::Kinds", "A computer that turns names into addresses."), "dns"},
    Row{Kind::Switch, "switch", QT_TRANSLATE_NOOP("model::lab::Kinds", "Switch"),
        QT_TRANSLATE_NOOP("model::lab::Kinds", "Joins cables into one network and learns who is behind which port."),
        "sw", true, false, true, true, "p", 1, 8, true},
    Row{Kind::Router, "router", QT_TRANSLATE_NOOP("model::lab::Kinds", "Router"),
        QT_TRANSLATE_NOOP("model::lab::Kinds", "Passes packets on between networks by its routing table."), "r", true,
        true, false, false, "eth", 0, 4, true},
    Row{Kind::HomeRouter, "home-router", QT_TRANSLATE_NOOP("model::lab::Kinds", "Home router"),
        QT_TRANSLATE_NOOP("model::lab::Kinds", "Joins a house to the internet and hides it behind one address (NAT)."),
        "home", true, true},
    Row{Kind::VpnEndpoint, "vpn-endpoint", QT_TRANSLATE_NOOP("model::lab::Kinds", "VPN endpoint"),
        QT_TRANSLATE_NOOP("model::lab::Kinds",
                          "The far end of tunnels (WireGuard): hosts join its network from anywhere."),
        "vpn", true, true, false, false, "eth", 0, 1, true},
    Row{Kind::Hub, "hub", QT_TRANSLATE_NOOP("model::lab::Kinds", "Hub"),
        QT_TRANSLATE_NOOP("model::lab::Kinds",
                          "Repeats every frame out of all other ports: everybody hears everything."),
        "hub", true, false, true, false, "p", 1, 4, true},
};

const Row& row(Kind kind) { return kRows[std::size_t(kind)]; }

QString portPrefix(Kind kind) { return QString::fromLatin1(row(kind).ports); }

bool isNameLetter(QChar c) { return c.isLetterOrNumber() || c == u'-' || c == u'_' || c == u'.'; }

} // namespace

std::span<const Kind> allKinds() {
    static constexpr std::array kKinds{Kind::Host,   Kind::WebServer, Kind::DnsServer,  Kind::Hub,
                                       Kind::Switch, Kind::Router,    Kind::HomeRouter, Kind::VpnEndpoint};
    return kKinds;
}

bool available(Kind kind) { return row(kind).available; }
QString kindWord(Kind kind) { return QString::fromLatin1(row(kind).word); }

std::optional<Kind> kindFromWord(const QString& word) {
    for (const auto& r : kRows)
        if (word == QLatin1String(r.word)) return r.kind;
    return std::nullopt;
}

QString kindTitle(Kind kind) { return Texts::tr(row(kind).title); }
QString kindAbout(Kind kind) { return Texts::tr(row(kind).about); }
QString baseName(Kind kind) { return QString::fromLatin1(row(kind).base); }
QString iconName(Kind kind) { return kindWord(kind); }
bool forwards(Kind kind) { return row(kind).forwards; }
bool bridges(Kind kind) { return row(kind).bridges; }
bool learns(Kind kind) { return row(kind).learns; }
bool forwards(const Node& node) {
    for (const auto& setting : node.sysctl)
        if (setting.which == sim::config::Sysctl::IpForward) return setting.value != 0;
    return node.forwarding.value_or(forwards(node.kind));
}

std::vector<Port> defaultPorts(Kind kind) {
    std::vector<Port> ports;
    const auto add = [&](const QString& name) {
        Port port;
        port.name = name;
        ports.push_back(port);
    };
    switch (kind) {
    case Kind::HomeRouter:
        add(QStringLiteral("lan0"));
        add(QStringLiteral("wan0"));
        break;
    case Kind::VpnEndpoint: {
        add(QStringLiteral("eth0"));
        add(QStringLiteral("wg0"));
        ports.back().tunnel = true;
        ports.back().addresses = {*sim::wire::Prefix::parse("10.0.0.1/8")};
        ports.back().wireguard.emplace().listenPort = 51820;
        break;
    }
    default:
        for (int i = 0; i < row(kind).manyPorts; ++i)
            add(portPrefix(kind) + QString::number(row(kind).firstPort + i));
    }
    return ports;
}

std::optional<Nat> defaultNat(Kind kind) {
    if (kind != Kind::HomeRouter) return std::nullopt;
    return Nat{QStringLiteral("wan0")};
}

std::optional<DnsServer> defaultDnsServer(Kind kind) {
    if (kind != Kind::DnsServer) return std::nullopt;
    return DnsServer{};
}

std::optional<WebServer> defaultWebServer(Kind kind) {
    if (kind != Kind::WebServer) return std::nullopt;
    return plainWebServer();
}

WebServer plainWebServer() {
    WebServer server;
    server.pages.push_back(
        {QStringLiteral("/"), QStringLiteral("<h1>It works</h1>\n<p>This page came over the wire.</p>\n")});
    return server;
}

bool growsPorts(Kind kind) { return row(kind).grows; }

QString nextPortName(const Node& node) {
    const QString prefix = portPrefix(node.kind);
    for (int i = row(node.kind).firstPort;; ++i) {
        QString name = prefix + QString::number(i);
        if (!node.port(name)) return name;
    }
}

void addressPort(const Node& node, Port& port, Addressing addressing) {
    if (addressing == Addressing::Manual || bridges(node.kind) || port.tunnel || port.automatic || port.dhcp ||
        !port.addresses.empty())
        return;
    if (addressing == Addressing::Dhcp && node.kind == Kind::Host)
        port.dhcp.emplace();
    else
        port.automatic = true;
}

Node makeNode(Kind kind, const QString& name, QPointF at) {
    Node node;
    node.name = name;
    node.kind = kind;
    node.at = at;
    node.ports = defaultPorts(kind);
    node.nat = defaultNat(kind);
    node.dnsServer = defaultDnsServer(kind);
    node.webServer = defaultWebServer(kind);
    // A new home router gives addresses, as those that one buys do.
    if (kind == Kind::HomeRouter) {
        node.ports.front().addresses = {*sim::wire::Prefix::parse("192.168.0.1/24")};
        node.dhcpServer.emplace_back();
    }
    return node;
}

QString freeName(const Lab& lab, const QString& base) {
    std::set<QString> taken;
    for (const auto& node : lab.nodes)
        taken.insert(node.name);
    for (int i = 1;; ++i) {
        QString name = base + QString::number(i);
        if (!taken.contains(name)) return name;
    }
}

namespace {

/// confusable says what is wrong with a name whose letters only look like others; empty: nothing.
QString confusable(const QString& name) {
    const QString plain = name.normalized(QString::NormalizationForm_KC);
    if (plain != name)
        return Texts::tr("A name holds letters that only look like others; \"%1\" is how it is written.").arg(plain);
    // Of these alphabets, letters of one pass for letters of another.
    QChar::Script only = QChar::Script_Common;
    for (const QChar c : name) {
        const auto script = c.script();
        if (script != QChar::Script_Latin && script != QChar::Script_Greek && script != QChar::Script_Cyrillic &&
            script != QChar::Script_Armenian && script != QChar::Script_Cherokee)
            continue;
        if (only != QChar::Script_Common && script != only)
            return Texts::tr(
                "A name has letters of one alphabet; some of these only look as if they were of the same.");
        only = script;
    }
    return {};
}

} // namespace

QString looks(const QString& name) {
    static const QString kLike =
        QStringLiteral("аa еe оo рp сc уy хx іi јj ѕs ԁd һh ԛq ԝw ӏl АA ВB ЕE КK МM НH ОO РP СC ТT ХX ІI ЈJ ЅS "
                       "οo νv αa ρp ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX");
    QString out = name;
    for (QChar& c : out) {
        if (c.unicode() < 0x80) continue;
        for (qsizetype i = 0; i + 1 < kLike.size(); i += 3)
            if (kLike[i] == c) {
                c = kLike[i + 1];
                break;
            }
    }
    return out;
}

QString nameProblem(const QString& name) {
    if (name.isEmpty()) return Texts::tr("A node needs a name.");
    if (name.size() > 63) return Texts::tr("A name has at most 63 characters.");
    if (!name.front().isLetter()) return Texts::tr("A name begins with a letter.");
    if (!std::all_of(name.begin(), name.end(), isNameLetter))
        return Texts::tr("A name holds letters, digits, \".\", \"-\" and \"_\", nothing else.");
    if (QString why = confusable(name); !why.isEmpty()) return why;
    static const std::set<QString> kTraps{QStringLiteral("yes"),  QStringLiteral("no"),   QStringLiteral("on"),
                                          QStringLiteral("off"),  QStringLiteral("true"), QStringLiteral("false"),
                                          QStringLiteral("null"), QStringLiteral("y"),    QStringLiteral("n")};
    if (kTraps.contains(name.toLower()))
        return Texts::tr("\"%1\" means something else in YAML and cannot be a name.").arg(name);
    return {};
}

QString portNameProblem(const QString& name) {
    if (name.isEmpty()) return Texts::tr("A port needs a name.");
    if (name.size() > 15) return Texts::tr("A port's name has at most 15 characters, as on Linux.");
    if (!name.front().isLetter() || !std::all_of(name.begin(), name.end(), isNameLetter))
        return Texts::tr("A port's name begins with a letter and holds letters, digits, \".\", \"-\" and \"_\".");
    if (QString why = confusable(name); !why.isEmpty()) return why;
    if (name == QLatin1String("lo")) return Texts::tr("Every node has its \"lo\" already.");
    return {};
}

} // namespace model::lab
