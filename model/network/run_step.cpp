#include "model/network/run_step.h"

#include "model/io/quantities.h"
#include "model/io/script.h"
#include "model/network/network_builder.h"
#include "model/network/order_words.h"
#include "model/network/probe_words.h"
#include "sim/wire/dns_text.h"

#include <QCoreApplication>
#include <QUrl>

namespace model::network {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::network::RunStep)
};

bool isTarget(const QString& text) {
    if (text.isEmpty() || text.size() > 253) return false;
    for (const QChar c : text)
        if (!c.isLetterOrNumber() && !QStringLiteral("-_.:").contains(c)) return false;
    return true;
}

/// readUrl completes "google.com" to "http://google.com/"; empty when it is no address of a page.
QString readUrl(QString text, QString* problem) {
    if (text.startsWith(QLatin1String("https:"), Qt::CaseInsensitive)) {
        *problem = Texts::tr("The browser here speaks plain HTTP only: \"%1\" begins with https.").arg(text);
        return {};
    }
    if (!text.contains(QLatin1String("://"))) text.prepend(QLatin1String("http://"));
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.scheme() != QLatin1String("http") || url.host().isEmpty() || !url.userInfo().isEmpty()) {
        *problem = Texts::tr("\"%1\" is no address of a page; write one like http://google.com/.").arg(text);
        return {};
    }
    if (url.path().isEmpty()) text += u'/';
    return text;
}

/// readConverse reads "tcp HOST PORT [from PORT] SCRIPT".
std::optional<sim::config::Action> readConverse(const QStringList& words, QString* problem) {
    sim::config::Converse action;
    action.tcp = words[0] == QLatin1String("tcp");
    const QString form = Texts::tr("Write it like \"%1 10.0.0.2 80 send 10, drain, close\".").arg(words[0]);
    const auto readPort = [&](const QString& word) -> std::uint16_t {
        const auto port = io::parseWhole(word);
        if (port && *port >= 1 && *port <= 65'535) return std::uint16_t(*port);
        *problem = word.isEmpty() ? Texts::tr("A port is missing. %1").arg(form)
                                  : Texts::tr("\"%1\" is no port. %2").arg(word.left(40), form);
        return 0;
    };
    if (!isTarget(words.value(1))) {
        *problem = words.size() < 2 ? Texts::tr("%1 needs a name or an address. %2").arg(words[0], form)
                                    : Texts::tr("\"%1\" is no name and no address.").arg(words[1].left(60));
        return std::nullopt;
    }
    action.host = words[1].toStdString();
    if ((action.port = readPort(words.value(2))) == 0) return std::nullopt;
    qsizetype script = 3;
    if (words.value(3) == QLatin1String("from")) {
        if ((action.localPort = readPort(words.value(4))) == 0) return std::nullopt;
        script = 5;
    }
    const auto steps = io::parseScript(words.mid(script).join(u' '), problem);
    if (!steps) return std::nullopt;
    action.script = *steps;
    return action;
}

std::optional<sim::config::Action> readDhcp(const QStringList& words, QString* problem) {
    using Word = sim::config::DhcpCommand::Word;
    sim::config::DhcpCommand command;
    const QString verb = words.value(1);
    if (verb == QLatin1String("renew"))
        command.word = Word::Renew;
    else if (verb == QLatin1String("release"))
        command.word = Word::Release;
    else if (verb == QLatin1String("request"))
        command.word = Word::Request;
    else {
        *problem = Texts::tr("dhcp knows renew, release and request, and not \"%1\".").arg(verb.left(40));
        return std::nullopt;
    }
    for (qsizetype i = 2; i < words.size(); ++i) {
        const auto address = sim::wire::IpAddress::parse(words[i].toStdString());
        if (command.word == Word::Request && address && address->isV4() && command.request.isNone()) {
            command.request = *address;
        } else if (!address && command.interface.empty() && isTarget(words[i])) {
            command.interface = words[i].toStdString();
        } else {
            *problem = Texts::tr("dhcp %1 does not know what \"%2\" is for.").arg(verb, words[i].left(40));
            return std::nullopt;
        }
    }
    return command;
}

/// readResolve reads "resolve NAME [TYPE…] [at SERVER]".
std::optional<sim::config::Action> readResolve(const QStringList& words, QString* problem) {
    namespace dns = sim::wire::dns;
    sim::config::Resolve action{words[1].toStdString(), {}, {}};
    bool addresses = true;
    for (qsizetype i = 2; i < words.size(); ++i) {
        if (words[i] == QLatin1String("at")) {
            const auto server = sim::wire::IpAddress::parse(words.value(i + 1).toStdString());
            if (server && server->isV4() && i + 2 == words.size()) {
                action.server = *server;
                break;
            }
            *problem = Texts::tr("After \"at\" comes the IPv4 address of a DNS server, and nothing more.");
            return std::nullopt;
        }
        const auto type = dns::typeFromName(words[i].toStdString());
        if (!type) {
            *problem = Texts::tr("There is no record type \"%1\"; write one like A, AAAA, MX, NS, PTR, SOA, SRV, TXT.")
                           .arg(words[i].left(40));
            return std::nullopt;
        }
        action.types.push_back(*type);
        addresses = addresses && (*type == dns::kA || *type == dns::kAaaa);
    }
    if (action.types.size() > 1 && (!addresses || action.types.size() > 2 || !action.server.isNone())) {
        *problem = Texts::tr("Only A and AAAA are asked for together: \"resolve google.com A AAAA\".");
        return std::nullopt;
    }
    return action;
}

} // namespace

QStringList actionWords() {
    return {QStringLiteral("browse"),  QStringLiteral("ping"),   QStringLiteral("traceroute"),
            QStringLiteral("resolve"), QStringLiteral("tcp"),    QStringLiteral("udp"),
            QStringLiteral("plug"),    QStringLiteral("unplug"), QStringLiteral("cut"),
            QStringLiteral("mend"),    QStringLiteral("dhcp"),   QStringLiteral("neighbour"),
            QStringLiteral("forget"),  QStringLiteral("flush"),  QStringLiteral("firewall"),
            QStringLiteral("route"),   QStringLiteral("address")};
}

std::optional<sim::config::Action> parseAction(const QString& text, QString* problem) {
    QString ignored;
    if (!problem) problem = &ignored;
    problem->clear();
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    const QString verb = words.value(0), target = words.value(1);
    if (verb == QLatin1String("tcp") || verb == QLatin1String("udp")) return readConverse(words, problem);
    if (verb == QLatin1String("dhcp")) return readDhcp(words, problem);
    const bool browse = verb == QLatin1String("browse"), ping = verb == QLatin1String("ping"),
               traceroute = verb == QLatin1String("traceroute"), resolve = verb == QLatin1String("resolve");
    if (isOrder(verb)) {
        const auto order = readOrder(words, problem);
        return order ? std::optional<sim::config::Action>(sim::config::Administer{*order}) : std::nullopt;
    }
    if (!browse && !ping && !traceroute && !resolve) {
        *problem = Texts::tr("\"%1\" is nothing a node can do; it can %2.")
                       .arg(verb.left(40), actionWords().join(QLatin1String(", ")));
        return std::nullopt;
    }
    if (target.isEmpty()) {
        *problem = browse ? Texts::tr("browse needs an address such as http://google.com/.")
                          : Texts::tr("%1 needs a name or an address.").arg(verb);
        return std::nullopt;
    }
    if (browse) {
        const QString url = readUrl(target, problem);
        if (url.isEmpty()) return std::nullopt;
        const bool ipv4Only = words.value(2) == QLatin1String("ipv4");
        if (words.size() > (ipv4Only ? 3 : 2)) {
            *problem = Texts::tr("After the address only \"ipv4\" can follow, and not \"%1\".")
                           .arg(words[ipv4Only ? 3 : 2].left(40));
            return std::nullopt;
        }
        return sim::config::Browse{url.toStdString(), ipv4Only};
    }
    if (!isTarget(target)) {
        *problem = Texts::tr("\"%1\" is no name and no address.").arg(target.left(60));
        return std::nullopt;
    }
    if (ping) {
        sim::config::Ping action{target.toStdString()};
        if (!readPingOptions(words, action, problem)) return std::nullopt;
        return action;
    }
    if (traceroute) {
        sim::config::Traceroute action{target.toStdString()};
        if (!readTracerouteOptions(words, action, problem)) return std::nullopt;
        return action;
    }
    return readResolve(words, problem);
}

std::optional<lab::LinkEnd> portOf(const lab::Lab& lab, const QString& text) {
    const auto colon = text.indexOf(u':');
    const lab::Node* node = colon > 0 ? lab.node(text.left(colon)) : nullptr;
    if (!node || !node->port(text.mid(colon + 1))) return std::nullopt;
    return lab::LinkEnd{node->id, text.mid(colon + 1)};
}

std::optional<sim::config::Action> stepAction(const lab::Lab& lab, const lab::RunStep& step,
                                              const std::map<lab::LinkId, sim::kernel::ChannelId>& channels,
                                              QString* problem) {
    const QStringList words = step.action.split(u' ', Qt::SkipEmptyParts);
    const QString verb = words.value(0);
    if (!lab::isCableStep(step.action)) return parseAction(step.action, problem);
    const auto end = words.size() == 2 ? portOf(lab, words[1]) : std::nullopt;
    if (!end) {
        *problem = Texts::tr("\"%1\" needs a port, such as desktop:eth0.").arg(step.action.left(60));
        return std::nullopt;
    }
    const lab::Link* link = lab.linkAt(end->node, end->port);
    const auto channel = link ? channels.find(link->id) : channels.end();
    if (channel == channels.end()) {
        *problem = Texts::tr("There is no cable in %1.").arg(words[1]);
        return std::nullopt;
    }
    if (verb == QLatin1String("cut") || verb == QLatin1String("mend"))
        return sim::config::Cut{channel->second, verb == QLatin1String("cut")};
    return sim::config::SetLink{channel->second, verb == QLatin1String("plug")};
}

} // namespace model::network
