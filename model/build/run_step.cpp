#include "model/build/run_step.h"

#include "model/build/network_builder.h"
#include "model/io/quantities.h"

#include <QCoreApplication>
#include <QUrl>

namespace model::build {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::build::RunStep)
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

bool readPingOptions(const QStringList& words, sim::apps::Ping& ping, QString* problem) {
    for (qsizetype i = 2; i < words.size(); ++i) {
        const QString& word = words[i];
        if (word == QLatin1String("fragment")) {
            ping.dontFragment = false;
            continue;
        }
        const QString argument = i + 1 < words.size() ? words[++i] : QString();
        if (word == QLatin1String("interval")) {
            const auto time = io::parseTime(argument);
            if (!time || *time < std::chrono::milliseconds(1) || *time > std::chrono::hours(1)) {
                *problem = Texts::tr("ping: the interval goes from 1ms to 3600s, and is not \"%1\".").arg(argument);
                return false;
            }
            ping.interval = *time;
            continue;
        }
        int* number = word == QLatin1String("count")  ? &ping.count
                      : word == QLatin1String("size") ? &ping.size
                      : word == QLatin1String("ttl")  ? &ping.ttl
                                                      : nullptr;
        if (!number) {
            *problem =
                Texts::tr("ping does not know \"%1\"; it knows count, interval, size, ttl and fragment.").arg(word);
            return false;
        }
        const std::uint64_t least = number == &ping.size ? 0 : 1;
        const std::uint64_t most = number == &ping.count ? 100'000 : number == &ping.ttl ? 255 : 65'507;
        const auto value = io::parseWhole(argument);
        if (!value || *value < least || *value > most) {
            *problem = Texts::tr("ping: %1 goes from %2 to %3, and is not \"%4\".")
                           .arg(word)
                           .arg(least)
                           .arg(most)
                           .arg(argument);
            return false;
        }
        *number = int(*value);
    }
    return true;
}

} // namespace

QStringList actionWords() {
    return {QStringLiteral("browse"),  QStringLiteral("ping"), QStringLiteral("traceroute"),
            QStringLiteral("resolve"), QStringLiteral("plug"), QStringLiteral("unplug")};
}

std::optional<sim::apps::Action> parseAction(const QString& text, QString* problem) {
    QString ignored;
    if (!problem) problem = &ignored;
    problem->clear();
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    const QString verb = words.value(0), target = words.value(1);
    const bool browse = verb == QLatin1String("browse"), ping = verb == QLatin1String("ping"),
               traceroute = verb == QLatin1String("traceroute"), resolve = verb == QLatin1String("resolve");
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
        if (words.size() > 2) {
            *problem = Texts::tr("After the address nothing can follow: \"%1\".").arg(words[2]);
            return std::nullopt;
        }
        return sim::apps::Browse{url.toStdString()};
    }
    if (!isTarget(target)) {
        *problem = Texts::tr("\"%1\" is no name and no address.").arg(target.left(60));
        return std::nullopt;
    }
    if (ping) {
        sim::apps::Ping action{target.toStdString()};
        if (!readPingOptions(words, action, problem)) return std::nullopt;
        return action;
    }
    if (words.size() > 2) {
        *problem = Texts::tr("After the name nothing can follow: \"%1\".").arg(words[2]);
        return std::nullopt;
    }
    if (traceroute) return sim::apps::Traceroute{target.toStdString()};
    return sim::apps::Resolve{target.toStdString()};
}

std::optional<lab::LinkEnd> portOf(const lab::Lab& lab, const QString& text) {
    const auto colon = text.indexOf(u':');
    const lab::Node* node = colon > 0 ? lab.node(text.left(colon)) : nullptr;
    if (!node || !node->port(text.mid(colon + 1))) return std::nullopt;
    return lab::LinkEnd{node->id, text.mid(colon + 1)};
}

std::optional<sim::apps::Action> stepAction(const lab::Lab& lab, const lab::RunStep& step,
                                            const std::map<lab::LinkId, sim::kernel::ChannelId>& channels,
                                            QString* problem) {
    const QStringList words = step.action.split(u' ', Qt::SkipEmptyParts);
    const bool plug = words.value(0) == QLatin1String("plug");
    if (!plug && words.value(0) != QLatin1String("unplug")) return parseAction(step.action, problem);
    const auto end = words.size() == 2 ? portOf(lab, words[1]) : std::nullopt;
    if (!end) {
        *problem = Texts::tr("\"%1\" needs a port, such as desktop:eth0.").arg(step.action.left(60));
        return std::nullopt;
    }
    const lab::Link* link = lab.linkAt(end->node, end->port);
    const auto channel = link ? channels.find(link->id) : channels.end();
    if (channel == channels.end()) {
        *problem = Texts::tr("There is no cable in %1 to pull.").arg(words[1]);
        return std::nullopt;
    }
    return sim::apps::SetLink{channel->second, plug};
}

} // namespace model::build
