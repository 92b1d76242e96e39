#include "model/io/filter_words.h"

#include "model/io/quantities.h"
#include "model/io/texts.h"

#include <QStringList>

namespace model::io {

namespace {

using sim::stack::FilterPolicy;
using sim::stack::FilterRule;

bool readChain(const QString& word, FilterRule::Chain& chain) {
    static const QStringList kChains{QStringLiteral("input"), QStringLiteral("forward"), QStringLiteral("output")};
    const auto i = kChains.indexOf(word);
    if (i < 0) return false;
    chain = FilterRule::Chain(i);
    return true;
}

bool readPorts(const QString& word, std::uint16_t& low, std::uint16_t& high) {
    const QStringList ends = word.split(u'-');
    const auto a = parseWhole(ends.value(0)), b = parseWhole(ends.size() > 1 ? ends[1] : ends[0]);
    if (!a || !b || ends.size() > 2 || *a < 1 || *b > 65'535 || *a > *b) return false;
    low = std::uint16_t(*a);
    high = std::uint16_t(*b);
    return true;
}

bool readPrefix(const QString& word, sim::wire::Prefix& prefix) {
    if (const auto host = sim::wire::IpAddress::parse(word.toStdString()); host && host->isV4()) {
        prefix = {*host, 32};
        return true;
    }
    const auto net = sim::wire::Prefix::parse(word.toStdString());
    if (!net || !net->address.isV4()) return false;
    prefix = net->network();
    return true;
}

bool readStates(const QString& word, std::uint8_t& states) {
    static const QStringList kStates{QStringLiteral("new"), QStringLiteral("established"), QStringLiteral("related"),
                                     QStringLiteral("invalid")};
    for (const QString& state : word.split(u',')) {
        const auto i = kStates.indexOf(state);
        if (i < 0) return false;
        states |= std::uint8_t(1 << i);
    }
    return true;
}

/// readRejection reads what follows "with".
bool readRejection(const QString& word, FilterRule& rule) {
    static const std::pair<const char*, int> kCodes[] = {
        {"net-unreachable", 0}, {"host-unreachable", 1}, {"prot-unreachable", 2}, {"port-unreachable", 3},
        {"net-prohibited", 9},  {"host-prohibited", 10}, {"admin-prohibited", 13}};
    for (const auto& [name, code] : kCodes)
        if (word == QLatin1String(name)) {
            rule.rejectCode = std::uint8_t(code);
            return true;
        }
    return false;
}

/// readTerm reads one condition from words[i] on and moves i behind it; false when it makes no sense.
bool readTerm(const QStringList& words, qsizetype& i, FilterRule& rule) {
    const QString& word = words[i];
    const QString next = words.value(i + 1), third = words.value(i + 2);
    if (readChain(word, rule.chain)) return ++i, true;
    if (word == QLatin1String("tcp") || word == QLatin1String("udp") || word == QLatin1String("icmp")) {
        rule.protocol = word == QLatin1String("tcp") ? 6 : word == QLatin1String("udp") ? 17 : 1;
        return ++i, true;
    }
    const bool from = word == QLatin1String("from");
    if (from || word == QLatin1String("to")) {
        if (next == QLatin1String("port")) {
            i += 3;
            return from ? readPorts(third, rule.fromPortLow, rule.fromPortHigh)
                        : readPorts(third, rule.toPortLow, rule.toPortHigh);
        }
        i += 2;
        return readPrefix(next, from ? rule.from : rule.to);
    }
    i += 2;
    if (word == QLatin1String("in")) return !next.isEmpty() && (rule.in = next.toStdString(), true);
    if (word == QLatin1String("out")) return !next.isEmpty() && (rule.out = next.toStdString(), true);
    if (word == QLatin1String("state")) return readStates(next, rule.states);
    if (word == QLatin1String("with")) return rule.verdict == FilterRule::Verdict::Reject && readRejection(next, rule);
    return false;
}

} // namespace

std::optional<FilterLine> parseFilter(const QString& text, QString* problem) {
    const QString form = Texts::tr(
        "Write it like \"drop tcp to port 80\", \"accept forward state established,related\", \"reject udp to port 9 "
        "with admin-prohibited\" or \"policy input drop\".");
    const QStringList words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    static const QStringList kVerdicts{QStringLiteral("accept"), QStringLiteral("drop"), QStringLiteral("reject"),
                                       QStringLiteral("reset")};
    if (words.value(0) == QLatin1String("policy")) {
        FilterPolicy policy;
        const auto verdict = kVerdicts.indexOf(words.value(2));
        if (words.size() == 3 && readChain(words[1], policy.chain) && (verdict == 0 || verdict == 1)) {
            policy.accept = verdict == 0;
            return policy;
        }
        *problem = Texts::tr("\"%1\" is not a policy; a chain is input, forward or output, and accepts or drops.")
                       .arg(text.left(60));
        return std::nullopt;
    }
    FilterRule rule;
    const auto verdict = kVerdicts.indexOf(words.value(0));
    if (verdict < 0) {
        *problem = Texts::tr("A filter rule begins with accept, drop, reject, reset or policy, not with \"%1\". %2")
                       .arg(words.value(0).left(40), form);
        return std::nullopt;
    }
    rule.verdict = FilterRule::Verdict(verdict);
    for (qsizetype i = 1; i < words.size();) {
        const qsizetype begin = i;
        if (!readTerm(words, i, rule)) {
            *problem = Texts::tr("The filter rule makes no sense at \"%1\". %2")
                           .arg(words.mid(begin, 3).join(u' ').left(40), form);
            return std::nullopt;
        }
    }
    if (rule.verdict == FilterRule::Verdict::Reset && rule.protocol != 6) {
        *problem = Texts::tr("Only TCP can be reset: \"reset tcp to port 9\".");
        return std::nullopt;
    }
    const bool ports = rule.fromPortLow != 0 || rule.toPortLow != 0;
    if (ports && rule.protocol != 6 && rule.protocol != 17) {
        *problem = Texts::tr("Only tcp and udp have ports: \"%1\".").arg(text.left(60));
        return std::nullopt;
    }
    rule.text = words.join(u' ').toStdString();
    return rule;
}

} // namespace model::io
