#include "model/io/script.h"

#include "model/io/quantities.h"
#include "model/io/texts.h"

#include <QStringList>

#include <array>

namespace model::io {

namespace {

using sim::link::FaultKind;
using sim::link::FaultWhat;

constexpr std::array kWhats = {"any", "arp", "icmp", "udp", "tcp", "syn", "fin", "data"};
constexpr std::array kKinds = {"drop", "duplicate", "corrupt", "hold"};

template <class Words>
int indexOf(const Words& words, const QString& word) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (word == QLatin1String(words[i])) return int(i);
    return -1;
}

template <class Words>
QString listed(const Words& words) {
    QStringList list;
    for (const char* word : words)
        list << QLatin1String(word);
    return list.join(QLatin1String(", "));
}

/// readCounts reads "4", "1,3" or "1-11"; empty when it is none of these.
std::vector<std::uint32_t> readCounts(const QString& text) {
    std::vector<std::uint32_t> counts;
    for (const QString& part : text.split(u',')) {
        const auto dash = part.indexOf(u'-');
        const auto first = parseWhole(dash < 0 ? part : part.left(dash));
        const auto last = dash < 0 ? first : parseWhole(part.mid(dash + 1));
        if (!first || !last || *first < 1 || *last < *first || *last > 1'000'000) return {};
        if (counts.size() + (*last - *first) > 10'000) return {};
        for (auto n = *first; n <= *last; ++n)
            counts.push_back(std::uint32_t(n));
    }
    return counts;
}

QString countsText(const std::vector<std::uint32_t>& counts) {
    QStringList parts;
    for (std::size_t i = 0; i < counts.size();) {
        std::size_t end = i + 1;
        while (end < counts.size() && counts[end] == counts[end - 1] + 1)
            ++end;
        parts << (end - i > 1 ? QStringLiteral("%1-%2").arg(counts[i]).arg(counts[end - 1])
                              : QString::number(counts[i]));
        i = end;
    }
    return parts.join(u',');
}

} // namespace

std::optional<sim::config::Script> parseScript(const QString& text, QString* problem) {
    std::string wrong;
    if (auto script = sim::config::parseScript(text.toStdString(), &wrong)) return script;
    *problem =
        Texts::tr(
            "\"%1\" is not a step of a script; steps are send N, send NxTIMES, recv N, drain, echo, "
            "sleep 300ms, shut, close, rst, rcvbuf N, nodelay, keepalive 1s, join GROUP and backlog N, with commas "
            "between.")
            .arg(QString::fromStdString(wrong).left(40));
    return std::nullopt;
}

std::optional<FaultText> parseFault(const QString& text, QString* problem) {
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    const auto refuse = [&](const QString& message) {
        *problem = message;
        return std::nullopt;
    };
    FaultText out;
    const int kind = indexOf(kKinds, words.value(0));
    if (kind < 0)
        return refuse(
            Texts::tr("A cable cannot \"%1\" frames; it can %2.").arg(words.value(0).left(40), listed(kKinds)));
    out.fault.kind = FaultKind(kind);
    const int what = indexOf(kWhats, words.value(1));
    if (what < 0)
        return refuse(
            Texts::tr("\"%1\" is not a kind of frame; the kinds are %2.").arg(words.value(1).left(40), listed(kWhats)));
    out.fault.what = FaultWhat(what);
    out.fault.nth = readCounts(words.value(2));
    if (out.fault.nth.empty())
        return refuse(Texts::tr("\"%1\" does not say which ones: 4, or 1,3, or 1-11.").arg(words.value(2).left(40)));
    if (words.value(3) != QLatin1String("from") || words.size() < 5)
        return refuse(Texts::tr("The fault does not say who sends the frames."));
    out.from = words[4];
    const bool hold = out.fault.kind == FaultKind::Hold;
    if (words.size() != (hold ? 7 : 5) || (hold && words[5] != QLatin1String("by")))
        return refuse(hold ? Texts::tr("\"hold\" needs to know for how long: \"by 30ms\".")
                           : Texts::tr("After the sender nothing can follow."));
    if (hold) {
        const auto time = parseTime(words[6]);
        if (!time || *time > std::chrono::hours(1))
            return refuse(Texts::tr("\"%1\" is not a time up to 3600s.").arg(words[6].left(40)));
        out.fault.hold = *time;
    }
    return out;
}

QString formatFault(const sim::link::Fault& fault, const QString& from) {
    QString text = QLatin1String(kKinds[std::size_t(fault.kind)]) + u' ' +
                   QLatin1String(kWhats[std::size_t(fault.what)]) + u' ' + countsText(fault.nth) +
                   QStringLiteral(" from ") + from;
    if (fault.kind == FaultKind::Hold) text += QStringLiteral(" by ") + formatTime(fault.hold);
    return text;
}

std::optional<std::uint32_t> parseChance(const QString& text) {
    if (!text.endsWith(u'%')) return std::nullopt;
    const QString number = text.chopped(1).trimmed();
    const auto dot = number.indexOf(u'.');
    const auto whole = parseWhole(dot < 0 ? number : number.left(dot));
    if (!whole || *whole > 100) return std::nullopt;
    std::uint64_t parts = 0;
    if (dot >= 0) {
        const QString digits = number.mid(dot + 1);
        if (digits.isEmpty() || digits.size() > 4) return std::nullopt;
        for (const QChar c : digits.leftJustified(4, u'0')) {
            if (c < u'0' || c > u'9') return std::nullopt;
            parts = parts * 10 + std::uint64_t(c.unicode() - u'0');
        }
    }
    const std::uint64_t chance = *whole * 10'000 + parts;
    if (chance > 1'000'000) return std::nullopt;
    return std::uint32_t(chance);
}

QString formatChance(std::uint32_t partsPerMillion) {
    QString text = QString::number(partsPerMillion / 10'000);
    if (const auto rest = partsPerMillion % 10'000) {
        QString digits = QString::number(rest).rightJustified(4, u'0');
        while (digits.endsWith(u'0'))
            digits.chop(1);
        text += u'.' + digits;
    }
    return text + u'%';
}

} // namespace model::io
