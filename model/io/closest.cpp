#include "model/io/closest.h"

#include <QCoreApplication>

#include <algorithm>
#include <vector>

namespace model::io {

namespace {

/// distance is the number of letters to add, drop, change or swap to make one word of the other (small words only).
int distance(const QString& a, const QString& b) {
    std::vector<int> before(std::size_t(b.size()) + 1), row(before.size()), earlier;
    for (std::size_t j = 0; j < before.size(); ++j)
        before[j] = int(j);
    for (qsizetype i = 0; i < a.size(); ++i) {
        row[0] = int(i) + 1;
        for (qsizetype j = 0; j < b.size(); ++j) {
            const auto k = std::size_t(j);
            row[k + 1] = std::min({before[k + 1] + 1, row[k] + 1, before[k] + (a[i] != b[j])});
            if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j])
                row[k + 1] = std::min(row[k + 1], earlier[k - 1] + 1);
        }
        earlier = before;
        before = row;
    }
    return before.back();
}

} // namespace

QString closest(const QString& word, const QStringList& words) {
    if (word.size() > 40) return {};
    QString best;
    int bestDistance = std::max(1, int(word.size()) / 3) + 1;
    for (const auto& candidate : words) {
        if (candidate.size() > 40) continue;
        const int d = distance(word.toLower(), candidate.toLower());
        if (d < bestDistance) bestDistance = d, best = candidate;
    }
    return best.isEmpty() ? QString()
                          : QCoreApplication::translate("model::io::Reader", "Did you mean \"%1\"?").arg(best);
}

} // namespace model::io
