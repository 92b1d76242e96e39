#include "model/network/probe_words.h"

#include "model/io/quantities.h"

#include <QCoreApplication>

namespace model::network {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(model::network::ProbeWords)
};

using Ping = sim::config::Ping;
using Traceroute = sim::config::Traceroute;

/// Number is an option that takes a whole number within bounds.
struct Number {
    const char* word;
    int* value;
    std::uint64_t least, most;
};
/// Span is an option that takes a time.
struct Span {
    const char* word;
    sim::kernel::SimTime* value;
};

/// readOption reads "word argument" when word is one of the numbers or spans. known tells whether it was.
bool readOption(const QString& verb, const QString& word, const QString& argument, const std::vector<Number>& numbers,
                const std::vector<Span>& spans, bool* known, QString* problem) {
    *known = true;
    for (const auto& span : spans) {
        if (word != QLatin1String(span.word)) continue;
        const auto time = io::parseTime(argument);
        if (!time || *time < std::chrono::milliseconds(1) || *time > std::chrono::hours(1)) {
            *problem = Texts::tr("%1: the %2 goes from 1ms to 3600s, and is not \"%3\".").arg(verb, word, argument);
            return false;
        }
        *span.value = *time;
        return true;
    }
    for (const auto& number : numbers) {
        if (word != QLatin1String(number.word)) continue;
        const auto value = io::parseWhole(argument);
        if (!value || *value < number.least || *value > number.most) {
            *problem = Texts::tr("%1: %2 goes from %3 to %4, and is not \"%5\".")
                           .arg(verb, word)
                           .arg(number.least)
                           .arg(number.most)
                           .arg(argument);
            return false;
        }
        *number.value = int(*value);
        return true;
    }
    *known = false;
    return true;
}

} // namespace

bool readPingOptions(const QStringList& words, Ping& ping, QString* problem) {
    const std::vector<Number> numbers{
        {"count", &ping.count, 1, 65'535}, {"size", &ping.size, 0, 65'507}, {"ttl", &ping.ttl, 1, 255}};
    const std::vector<Span> spans{{"interval", &ping.interval}, {"deadline", &ping.deadline}};
    for (qsizetype i = 2; i < words.size(); ++i) {
        const QString& word = words[i];
        if (word == QLatin1String("fragment")) {
            ping.pathMtu = sim::stack::PathMtu::Dont;
            continue;
        }
        if (word == QLatin1String("dont-fragment")) {
            ping.pathMtu = sim::stack::PathMtu::Do;
            continue;
        }
        if (word == QLatin1String("ipv4")) {
            ping.ipv4Only = true;
            continue;
        }
        if (word == QLatin1String("broadcast")) {
            ping.broadcast = true;
            continue;
        }
        const QString argument = i + 1 < words.size() ? words[i + 1] : QString();
        if (word == QLatin1String("from")) {
            if (argument.isEmpty()) {
                *problem = Texts::tr("ping: after \"from\" comes an interface or an address of the node.");
                return false;
            }
            ping.from = argument.toStdString();
            ++i;
            continue;
        }
        bool known = false;
        if (!readOption(words[0], word, argument, numbers, spans, &known, problem)) return false;
        if (!known) {
            *problem =
                Texts::tr("ping does not know \"%1\"; it knows count, interval, size, ttl, deadline, from, fragment, "
                          "dont-fragment, broadcast and ipv4.")
                    .arg(word);
            return false;
        }
        ++i;
    }
    return true;
}

bool readTracerouteOptions(const QStringList& words, Traceroute& trace, QString* problem) {
    const std::vector<Number> numbers{{"port", &trace.port, 1, 65'535},
                                      {"size", &trace.size, 28, 65'000},
                                      {"first", &trace.firstHop, 1, 255},
                                      {"hops", &trace.maxHops, 1, 255},
                                      {"queries", &trace.queries, 1, 10}};
    const std::vector<Span> spans{{"wait", &trace.wait}};
    for (qsizetype i = 2; i < words.size(); ++i) {
        const QString& word = words[i];
        if (word == QLatin1String("ipv4")) {
            trace.ipv4Only = true;
            continue;
        }
        if (word == QLatin1String("udp") || word == QLatin1String("icmp") || word == QLatin1String("tcp")) {
            trace.with = word == QLatin1String("udp")    ? Traceroute::With::Udp
                         : word == QLatin1String("icmp") ? Traceroute::With::Icmp
                                                         : Traceroute::With::Tcp;
            continue;
        }
        bool known = false;
        const QString argument = i + 1 < words.size() ? words[i + 1] : QString();
        if (!readOption(words[0], word, argument, numbers, spans, &known, problem)) return false;
        if (!known) {
            *problem = Texts::tr("traceroute does not know \"%1\"; it knows udp, icmp, tcp, port, size, first, hops, "
                                 "queries, wait and ipv4.")
                           .arg(word);
            return false;
        }
        ++i;
    }
    if (trace.firstHop > trace.maxHops) {
        *problem = Texts::tr("traceroute: the first hop lies behind the last one.");
        return false;
    }
    return true;
}

} // namespace model::network
