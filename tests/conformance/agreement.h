// How far two sets of lines agree: frames in order on every interface, random names paired one to one over all of them.
#pragma once

#include "tests/conformance/capture_lines.h"
#include "tests/conformance/final_tables.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <vector>

namespace conformance {

/// Golden is what the Linux kernel sent in a scenario: tests/conformance/golden/NAME.txt.
struct Golden {
    Rules rules;
    LinesOf lines;
    Tables tables; ///< of all nodes at the end; empty: not compared
    TableRules tableRules;
    int level = 100;    ///< percent of frames that must agree; less where two runs of Linux do not agree either
    QStringList unseen; ///< nodes that stand for something else in the recording: nobody captured there
    QString until;      ///< how long to run, for networks that would go on for ever

    /// take reads what stands behind "# rule".
    void take(const QString& rule) {
        if (rule.startsWith(QLatin1String("ephemeral-from "))) rules.ephemeralFrom = rule.mid(15).toInt();
        if (rule.startsWith(QLatin1String("until "))) until = rule.mid(6);
        if (rule.startsWith(QLatin1String("level "))) level = rule.mid(6).toInt();
        if (rule.startsWith(QLatin1String("unseen "))) unseen << rule.mid(7);
        if (rule.startsWith(QLatin1String("without "))) tableRules.without << rule.mid(8);
        if (rule.startsWith(QLatin1String("aged "))) tableRules.aged << rule.mid(5);
        if (rule.startsWith(QLatin1String("anywhere "))) tableRules.anywhere << rule.mid(9);
        rules.window = rules.window || rule == QLatin1String("window");
        rules.once = rules.once || rule == QLatin1String("once");
        rules.unordered = rules.unordered || rule == QLatin1String("unordered");
    }
};

/// readGolden reads a golden file: "# rule …" lines, then "== NODE.IFACE" sections.
inline std::optional<Golden> readGolden(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
    Golden golden;
    QString section;
    TableReader tables;
    for (const QString& line : QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts)) {
        if (line.startsWith(QLatin1String("# rule "))) {
            const QString rule = line.mid(7).trimmed();
            golden.take(rule);
        } else if (line.startsWith(QLatin1String("== "))) {
            section = line.mid(3);
            if (section != QLatin1String("tables")) golden.lines[section];
        } else if (section == QLatin1String("tables")) {
            tables.line(line);
        } else if (!line.startsWith(u'#')) {
            golden.lines[section] << line;
        }
    }
    golden.tables = tables.tables();
    return golden;
}

/// Agreement is the outcome of a comparison.
struct Agreement {
    int agree = 0, frames = 0;
    QString firstDifference; ///< empty when all agree
    TableOutcome tables;
    bool whole() const { return agree == frames; }
};

class Comparison {
public:
    /// compare adds one interface to the outcome.
    void compare(const QString& interface, const QStringList& golden, const QStringList& ours, bool unordered) {
        std::vector<Line> a = shapes(golden), b = shapes(ours);
        mOutcome.frames += int(std::max(a.size(), b.size()));
        if (unordered) {
            const auto byShape = [](const Line& x, const Line& y) { return x.shape < y.shape; };
            std::stable_sort(a.begin(), a.end(), byShape);
            std::stable_sort(b.begin(), b.end(), byShape);
        }
        std::size_t i = 0, j = 0;
        for (const auto& [x, y] : common(a, b)) {
            if (x != i || y != j) differ(interface, a, i, x, b, j, y);
            if (unordered || pair(a[x].names, b[y].names))
                ++mOutcome.agree;
            else
                differ(interface, a, x, x + 1, b, y, y + 1);
            i = x + 1, j = y + 1;
        }
        if (i != a.size() || j != b.size()) differ(interface, a, i, a.size(), b, j, b.size());
    }
    /// compareTables adds the tables; random names must belong together as those in the frames do.
    void compareTables(const Golden& golden, const Tables& ours) {
        mOutcome.tables =
            conformance::compareTables(golden.tables, ours, golden.tableRules,
                                       [this](const QStringList& a, const QStringList& b) { return pair(a, b); });
    }
    const Agreement& outcome() const { return mOutcome; }

private:
    struct Line {
        QString whole, shape; ///< shape: random names blanked
        QStringList names;
    };

    static std::vector<Line> shapes(const QStringList& lines) {
        static const QRegularExpression name(QStringLiteral("(?<![\\w.:])([eqif])\\d+(?![\\w.:])"));
        std::vector<Line> out;
        for (QString line : lines) {
            line.replace(QLatin1String(" PSH "), QLatin1String(" ")); // depends on how the kernel cut what was written
            Line l{line, {}, {}};
            qsizetype last = 0;
            auto it = name.globalMatch(line);
            while (it.hasNext()) {
                const auto match = it.next();
                l.names << match.captured();
                l.shape += QStringView(line).mid(last, match.capturedStart() - last);
                l.shape += match.captured(1) + u'*';
                last = match.capturedEnd();
            }
            l.shape += QStringView(line).mid(last);
            out.push_back(std::move(l));
        }
        return out;
    }

    /// common is a longest common subsequence of the shapes, as pairs of indices.
    static std::vector<std::pair<std::size_t, std::size_t>> common(const std::vector<Line>& a,
                                                                   const std::vector<Line>& b) {
        std::size_t begin = 0, endA = a.size(), endB = b.size();
        while (begin < endA && begin < endB && a[begin].shape == b[begin].shape)
            ++begin;
        while (endA > begin && endB > begin && a[endA - 1].shape == b[endB - 1].shape)
            --endA, --endB;
        std::vector<std::pair<std::size_t, std::size_t>> out;
        for (std::size_t i = 0; i < begin; ++i)
            out.push_back({i, i});
        const std::size_t n = endA - begin, m = endB - begin;
        std::vector<quint32> best((n + 1) * (m + 1), 0);
        const auto at = [&](std::size_t i, std::size_t j) -> quint32& { return best[i * (m + 1) + j]; };
        for (std::size_t i = n; i-- > 0;)
            for (std::size_t j = m; j-- > 0;)
                at(i, j) = a[begin + i].shape == b[begin + j].shape ? at(i + 1, j + 1) + 1
                                                                    : std::max(at(i + 1, j), at(i, j + 1));
        for (std::size_t i = 0, j = 0; i < n && j < m;) {
            if (a[begin + i].shape == b[begin + j].shape)
                out.push_back({begin + i++, begin + j++});
            else if (at(i + 1, j) >= at(i, j + 1))
                ++i;
            else
                ++j;
        }
        for (std::size_t k = 0; endA + k < a.size(); ++k)
            out.push_back({endA + k, endB + k});
        return out;
    }

    /// pair joins the names of two lines one to one; false when one of them is joined to another already.
    bool pair(const QStringList& a, const QStringList& b) {
        for (int i = 0; i < a.size(); ++i)
            if (mThere.value(a[i], b[i]) != b[i] || mBack.value(b[i], a[i]) != a[i]) return false;
        for (int i = 0; i < a.size(); ++i)
            mThere[a[i]] = b[i], mBack[b[i]] = a[i];
        return true;
    }

    void differ(const QString& interface, const std::vector<Line>& a, std::size_t i, std::size_t untilI,
                const std::vector<Line>& b, std::size_t j, std::size_t untilJ) {
        if (!mOutcome.firstDifference.isEmpty()) return;
        mOutcome.firstDifference =
            QStringLiteral("%1, frame %2\n  Linux: %3\n  ours:  %4")
                .arg(interface)
                .arg(i + 1)
                .arg(i < untilI ? a[i].whole : QStringLiteral("-"), j < untilJ ? b[j].whole : QStringLiteral("-"));
    }

    Agreement mOutcome;
    QHash<QString, QString> mThere, mBack;
};

/// compare gives how far ours agrees with golden, over all interfaces of either, and over the tables if golden has any.
inline Agreement compare(const Golden& golden, const LinesOf& ours, const Tables& tables = {}) {
    const auto seen = [&golden](const QString& node) { return !golden.unseen.contains(node); };
    QSet<QString> interfaces;
    for (const QString& name : golden.lines.keys() + ours.keys())
        if (seen(name.section(u'.', 0, 0))) interfaces.insert(name);
    QStringList sorted(interfaces.begin(), interfaces.end());
    sorted.sort();
    Comparison comparison;
    for (const QString& name : sorted)
        comparison.compare(name, golden.lines.value(name), ours.value(name), golden.rules.unordered);
    Tables compared;
    for (auto it = tables.constBegin(); it != tables.constEnd(); ++it)
        if (seen(it.key().section(u' ', 0, 0))) compared[it.key()] = it.value();
    if (!golden.tables.isEmpty()) comparison.compareTables(golden, compared);
    return comparison.outcome();
}

} // namespace conformance
