// What a user starts on a node: the programs that end by themselves.
#include "model/io/action_options.h"
#include "model/io/action_words.h"
#include "model/io/script.h"
#include "model/io/texts.h"
#include "sim/wire/dns_text.h"

#include <QUrl>

namespace model::io {

namespace {

using sim::config::Action;
using sim::config::Browse;
using sim::config::Ping;
using sim::config::Resolve;
using sim::config::SocketScript;
using sim::config::Traceroute;
using sim::stack::PathMtu;

QString text(const std::string& s) { return QString::fromStdString(s); }

/// readUrl completes "google.com" to "http://google.com/"; empty when it is not the address of a page.
QString readUrl(QString url, QString* problem) {
    if (url.startsWith(QLatin1String("https:"), Qt::CaseInsensitive)) {
        *problem = Texts::tr("The browser here speaks plain HTTP only: \"%1\" begins with https.").arg(url);
        return {};
    }
    if (!url.contains(QLatin1String("://"))) url.prepend(QLatin1String("http://"));
    const QUrl read(url, QUrl::StrictMode);
    if (!read.isValid() || read.scheme() != QLatin1String("http") || read.host().isEmpty() ||
        !read.userInfo().isEmpty()) {
        *problem = Texts::tr("\"%1\" is not the address of a page; write one like http://google.com/.").arg(url);
        return {};
    }
    if (read.path().isEmpty()) url += u'/';
    return url;
}

/// readTarget reads the name or address behind the verb; empty with a problem.
std::string readTarget(const ActionText& text, QString* problem) {
    const QString target = text.word(1);
    if (target.isEmpty())
        *problem = Texts::tr("%1 needs a name or an address.").arg(text.verb());
    else if (!isTarget(target))
        *problem = Texts::tr("\"%1\" is neither a name nor an address.").arg(target.left(60));
    else
        return target.toStdString();
    return {};
}

// --- browse ---

using B = Option<Browse>;
constexpr std::array<B, 2> kBrowseOptions{
    {{"deadline", B::Span{&Browse::deadline}}, {"ipv4", B::Flag{&Browse::ipv4Only}}}};
constexpr auto kBrowseWords = wordsOf(kBrowseOptions);

std::optional<Action> readBrowse(const ActionText& text, QString* problem) {
    if (text.words.size() < 2) {
        *problem = Texts::tr("browse needs an address such as http://google.com/.");
        return std::nullopt;
    }
    const QString url = readUrl(text.word(1), problem);
    if (url.isEmpty()) return std::nullopt;
    Browse browse;
    browse.url = url.toStdString();
    if (!readOptions(text.words, 2, kBrowseOptions, browse, problem)) return std::nullopt;
    return browse;
}

QString describeBrowse(const Action& action) {
    const auto* a = std::get_if<Browse>(&action);
    return a ? QStringLiteral("browse ") + text(a->url) + formatOptions(*a, kBrowseOptions, Browse{}) : QString();
}

// --- ping ---

using P = Option<Ping>;
constexpr std::array<P, 12> kPingOptions{{
    {"count", P::Number{&Ping::count, 1, 65'535}},
    {"interval", P::Span{&Ping::interval}},
    {"size", P::Number{&Ping::size, 0, 65'507}},
    {"ttl", P::Number{&Ping::ttl, 1, 255}},
    {"deadline", P::Span{&Ping::deadline}},
    {"from",
     P::Name{&Ping::from, QT_TRANSLATE_NOOP("model::io::ActionOptions", "an interface or an address of the node")}},
    {"fragment",
     P::Choice{[](Ping& a) { a.pathMtu = PathMtu::Dont; }, [](const Ping& a) { return a.pathMtu == PathMtu::Dont; }}},
    {"dont-fragment",
     P::Choice{[](Ping& a) { a.pathMtu = PathMtu::Do; }, [](const Ping& a) { return a.pathMtu == PathMtu::Do; }}},
    {"broadcast", P::Flag{&Ping::broadcast}},
    {"id", P::Number{&Ping::id, 1, 65'535}},
    {"numeric", P::Flag{&Ping::numeric}},
    {"ipv4", P::Flag{&Ping::ipv4Only}},
}};
constexpr auto kPingWords = wordsOf(kPingOptions);

std::optional<Action> readPing(const ActionText& text, QString* problem) {
    Ping ping{readTarget(text, problem)};
    if (ping.target.empty() || !readOptions(text.words, 2, kPingOptions, ping, problem)) return std::nullopt;
    return ping;
}

QString describePing(const Action& action) {
    const auto* a = std::get_if<Ping>(&action);
    return a ? QStringLiteral("ping ") + text(a->target) + formatOptions(*a, kPingOptions, Ping{}) : QString();
}

// --- traceroute ---

using T = Option<Traceroute>;
template <Traceroute::With kWith>
constexpr T::Choice with() {
    return {[](Traceroute& a) { a.with = kWith; }, [](const Traceroute& a) { return a.with == kWith; }};
}
constexpr std::array<T, 10> kTracerouteOptions{{
    {"udp", with<Traceroute::With::Udp>()},
    {"icmp", with<Traceroute::With::Icmp>()},
    {"tcp", with<Traceroute::With::Tcp>()},
    {"port", T::Number{&Traceroute::port, 1, 65'535}},
    {"size", T::Number{&Traceroute::size, 28, 65'000}},
    {"first", T::Number{&Traceroute::firstHop, 1, 255}},
    {"hops", T::Number{&Traceroute::maxHops, 1, 255}},
    {"queries", T::Number{&Traceroute::queries, 1, 10}},
    {"wait", T::Span{&Traceroute::wait}},
    {"ipv4", T::Flag{&Traceroute::ipv4Only}},
}};
constexpr auto kTracerouteWords = wordsOf(kTracerouteOptions);

std::optional<Action> readTraceroute(const ActionText& text, QString* problem) {
    Traceroute trace{readTarget(text, problem)};
    if (trace.target.empty() || !readOptions(text.words, 2, kTracerouteOptions, trace, problem)) return std::nullopt;
    if (trace.firstHop > trace.maxHops) {
        *problem = Texts::tr("traceroute: the first hop lies behind the last one.");
        return std::nullopt;
    }
    return trace;
}

QString describeTraceroute(const Action& action) {
    const auto* a = std::get_if<Traceroute>(&action);
    return a ? QStringLiteral("traceroute ") + text(a->target) + formatOptions(*a, kTracerouteOptions, Traceroute{})
             : QString();
}

// --- resolve ---

std::optional<Action> readResolve(const ActionText& text, QString* problem) {
    namespace dns = sim::wire::dns;
    Resolve action{readTarget(text, problem), {}, {}};
    if (action.name.empty()) return std::nullopt;
    bool addresses = true;
    for (qsizetype i = 2; i < text.words.size(); ++i) {
        const QString& word = text.words[i];
        if (word == QLatin1String("at")) {
            const auto server = sim::wire::IpAddress::parse(text.word(i + 1).toStdString());
            if (server && server->isV4() && i + 2 == text.words.size()) {
                action.server = *server;
                break;
            }
            *problem = Texts::tr("After \"at\" comes the IPv4 address of a DNS server, and nothing more.");
            return std::nullopt;
        }
        const auto type = dns::typeFromName(word.toStdString());
        if (!type) {
            *problem = Texts::tr("There is no record type \"%1\"; write one like A, AAAA, MX, NS, PTR, SOA, SRV, TXT.")
                           .arg(word.left(40));
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

QString describeResolve(const Action& action) {
    return std::holds_alternative<Resolve>(action) ? text(sim::config::describe(action)) : QString();
}

constexpr const char* kResolveWords[] = {"at"};

// --- tcp, udp ---

std::optional<Action> readSocketScript(const ActionText& text, QString* problem) {
    SocketScript action;
    action.tcp = text.verb() == QLatin1String("tcp");
    const QString form = Texts::tr("Write it like \"%1 10.0.0.2 80 send 10, drain, close\".").arg(text.verb());
    const auto readPort = [&](const QString& word) -> std::uint16_t {
        const auto port = parseWhole(word);
        if (port && *port >= 1 && *port <= 65'535) return std::uint16_t(*port);
        *problem = word.isEmpty() ? Texts::tr("A port is missing. %1").arg(form)
                                  : Texts::tr("\"%1\" is not a port. %2").arg(word.left(40), form);
        return 0;
    };
    if (!isTarget(text.word(1))) {
        *problem = text.words.size() < 2
                       ? Texts::tr("%1 needs a name or an address. %2").arg(text.verb(), form)
                       : Texts::tr("\"%1\" is neither a name nor an address.").arg(text.word(1).left(60));
        return std::nullopt;
    }
    action.host = text.word(1).toStdString();
    if ((action.port = readPort(text.word(2))) == 0) return std::nullopt;
    qsizetype script = 3;
    if (text.word(script) == QLatin1String("from")) {
        if ((action.localPort = readPort(text.word(script + 1))) == 0) return std::nullopt;
        script += 2;
    }
    if (text.word(script) == QLatin1String("deadline")) {
        const auto time = parseTime(text.word(script + 1));
        if (!time || *time < std::chrono::milliseconds(1) || *time > std::chrono::hours(1)) {
            *problem = Texts::tr("%1: the deadline goes from 1ms to 3600s, and is not \"%2\".")
                           .arg(text.verb(), text.word(script + 1).left(40));
            return std::nullopt;
        }
        action.deadline = *time;
        script += 2;
    }
    const auto steps = parseScript(text.words.mid(script).join(u' '), problem);
    if (!steps) return std::nullopt;
    action.script = *steps;
    return action;
}

QString describeSocketScript(const Action& action) {
    const auto* a = std::get_if<SocketScript>(&action);
    if (!a) return {};
    QString out = QLatin1String(a->tcp ? "tcp " : "udp ") + text(a->host) + u' ' + QString::number(a->port);
    if (a->localPort) out += QStringLiteral(" from %1").arg(a->localPort);
    if (a->deadline != sim::kernel::SimTime::zero()) out += QStringLiteral(" deadline ") + formatTime(a->deadline);
    return out + u' ' + text(sim::config::text(a->script));
}

constexpr const char* kSocketScriptWords[] = {"from", "deadline"};

constexpr auto kOnHost = ActionWord::Who::Host;
constexpr ActionWord kProbeActions[] = {
    {"browse", "browse URL [deadline T] [ipv4]", "browse http://google.com/", kOnHost, readBrowse, describeBrowse,
     kBrowseWords},
    {"ping",
     "ping TARGET [count N] [interval T] [size N] [ttl N] [deadline T] [from ADDRESS or INTERFACE] "
     "[fragment | dont-fragment] [broadcast] [id N] [numeric] [ipv4]",
     "ping 8.8.8.8 count 3 interval 500ms", kOnHost, readPing, describePing, kPingWords},
    {"traceroute",
     "traceroute TARGET [udp | icmp | tcp] [port N] [size N] [first N] [hops N] [queries N] [wait T] [ipv4]",
     "traceroute 8.8.8.8 icmp", kOnHost, readTraceroute, describeTraceroute, kTracerouteWords},
    {"resolve", "resolve NAME [A] [AAAA], resolve NAME TYPE [at SERVER]", "resolve google.com MX at 1.1.1.1", kOnHost,
     readResolve, describeResolve, kResolveWords},
    {"tcp", "tcp HOST PORT [from PORT] [deadline T] SCRIPT", "tcp 10.0.0.2 80 send 10, drain, close", kOnHost,
     readSocketScript, describeSocketScript, kSocketScriptWords},
    {"udp", "udp HOST PORT [from PORT] [deadline T] SCRIPT", "udp 10.0.0.2 9 send 10, recv 10", kOnHost,
     readSocketScript, nullptr, kSocketScriptWords},
};

} // namespace

std::span<const ActionWord> probeActions() { return kProbeActions; }

} // namespace model::io
