// The tables of all nodes at the end of a run, compared row by row: the rows of a table have no order.
#pragma once

#include <QHash>
#include <QMap>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

#include <functional>

namespace conformance {

/// Tables maps a title ("desk ip route") to its rows, words apart by single blanks.
using Tables = QMap<QString, QStringList>;

/// TableReader collects the lines of a text of tables.
class TableReader {
public:
    void line(const QString& line) {
        if (line.startsWith(u'[')) {
            mTitle = line.mid(1).replace(QLatin1String("] "), QLatin1String(" "));
            mTables[mTitle];
        } else if (QStringList& rows = mTables[mTitle]; line.startsWith(u' ') && !rows.isEmpty()) {
            rows.last() += u' ' + line.simplified(); // the second line of a row of the route cache
        } else if (!line.trimmed().isEmpty()) {
            rows << line.simplified();
        }
    }
    const Tables& tables() const { return mTables; }

private:
    QString mTitle;
    Tables mTables;
};

inline Tables readTables(const QString& text) {
    TableReader reader;
    for (const QString& line : text.split(u'\n', Qt::SkipEmptyParts))
        reader.line(line);
    return reader.tables();
}

/// nameRandom writes the names of random values instead of their numbers: ports (":49152", "sport=49152") and echo
/// identifiers ("id=7").
inline Tables nameRandom(const Tables& tables, const std::function<QString(char, uint)>& name) {
    static const QRegularExpression random(QStringLiteral("((?<=:)|(?<=port=))\\d{4,5}\\b|(?<= id=)\\d+\\b"));
    Tables out;
    for (auto table = tables.constBegin(); table != tables.constEnd(); ++table) {
        const bool ports =
            table.key().endsWith(QLatin1String(" sockets")) || table.key().endsWith(QLatin1String(" conntrack"));
        for (const QString& row : table.value()) {
            QString named;
            qsizetype last = 0;
            for (auto it = random.globalMatch(row); ports && it.hasNext();) {
                const auto match = it.next();
                named += QStringView(row).mid(last, match.capturedStart() - last);
                const bool echo = match.capturedStart() > 2 && row[match.capturedStart() - 2] == u'd';
                named += name(echo ? 'i' : 'e', match.captured().toUInt());
                last = match.capturedEnd();
            }
            out[table.key()] << named + row.mid(last);
        }
        out[table.key()];
    }
    return out;
}

/// TableRules are what one scenario's tables want otherwise than the others'.
struct TableRules {
    QStringList without; ///< rows that match are left out
    QStringList aged;    ///< "NODE ADDRESS": confirmed so long ago that only chance says whether it is STALE by now
    QStringList
        anywhere; ///< ports whose servers' own addresses are not compared: which of them is not the lab's to say
};

/// TableRow is a row as it is compared.
struct TableRow {
    QString whole, shape; ///< shape: random names blanked
    QStringList names;
};

inline QList<TableRow> tableRows(const QString& title, const QStringList& rows, const TableRules& rules) {
    static const QRegularExpression name(QStringLiteral("(?<=[:=])[ei]\\d+\\b"));
    QList<TableRow> out;
    for (const QString& row : rows) {
        bool leave = row.contains(QLatin1String(" [::]:")); // sockets of IPv6, which we do not have
        for (const QString& pattern : rules.without)
            leave = leave || QRegularExpression(pattern).match(title + u' ' + row).hasMatch();
        if (leave) continue;
        TableRow r{row, row, {}};
        for (auto it = name.globalMatch(row); it.hasNext();)
            r.names << it.next().captured();
        r.shape.replace(name, QStringLiteral("*"));
        for (const QString& aged : rules.aged)
            if (title == aged.section(u' ', 0, 0) + " ip neigh" && row.startsWith(aged.section(u' ', 1, 1) + u' '))
                r.shape.replace(QRegularExpression("(REACHABLE|STALE|DELAY)$"), "aged");
        for (const QString& port : rules.anywhere)
            r.shape.replace(QRegularExpression("\\S+:" + port + " 0\\.0\\.0\\.0:\\*$"), "server " + port);
        out << r;
    }
    return out;
}

/// TableOutcome tells how many tables agree, and shows those that do not.
struct TableOutcome {
    int agree = 0, tables = 0;
    QString differences;
};

/// Pairing joins random names one to one: pair is false when one of them is joined to another already.
using Pairing = std::function<bool(const QStringList& golden, const QStringList& ours)>;

inline TableOutcome compareTables(const Tables& golden, const Tables& ours, const TableRules& rules,
                                  const Pairing& pair) {
    TableOutcome out;
    QStringList titles = golden.keys() + ours.keys();
    titles.sort();
    titles.removeDuplicates();
    for (const QString& title : titles) {
        QList<TableRow> a = tableRows(title, golden.value(title), rules),
                        b = tableRows(title, ours.value(title), rules);
        if (a.isEmpty() && b.isEmpty()) continue;
        ++out.tables;
        QList<TableRow> missing;
        for (const TableRow& row : a) {
            qsizetype found = -1;
            for (qsizetype i = 0; i < b.size() && found < 0; ++i)
                if (b[i].shape == row.shape && pair(row.names, b[i].names)) found = i;
            if (found < 0)
                missing << row;
            else
                b.removeAt(found);
        }
        if (missing.isEmpty() && b.isEmpty()) {
            ++out.agree;
            continue;
        }
        out.differences += u'[' + title + "]\n";
        for (const TableRow& row : missing)
            out.differences += "  Linux: " + row.whole + u'\n';
        for (const TableRow& row : b)
            out.differences += "  ours:  " + row.whole + u'\n';
    }
    return out;
}

} // namespace conformance
