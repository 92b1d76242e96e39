#include "model/document/line_diff.h"

#include <algorithm>
#include <cstdint>

namespace model::document {

namespace {

constexpr std::int64_t kMostCells = 4'000'000;

QStringList linesOf(const QString& text) {
    QStringList lines = text.split(u'\n');
    if (!lines.isEmpty() && lines.back().isEmpty()) lines.removeLast();
    return lines;
}

} // namespace

std::vector<DiffLine> lineDiff(const QString& before, const QString& after) {
    using Kind = DiffLine::Kind;
    const QStringList a = linesOf(before), b = linesOf(after);
    qsizetype begin = 0, endA = a.size(), endB = b.size();
    while (begin < endA && begin < endB && a[begin] == b[begin])
        ++begin;
    while (endA > begin && endB > begin && a[endA - 1] == b[endB - 1])
        --endA, --endB;
    std::vector<DiffLine> lines;
    for (qsizetype i = 0; i < begin; ++i)
        lines.push_back({Kind::Same, a[i]});
    const qsizetype rows = endA - begin, columns = endB - begin;
    if (std::int64_t(rows) * columns > kMostCells) {
        for (qsizetype i = begin; i < endA; ++i)
            lines.push_back({Kind::Removed, a[i]});
        for (qsizetype i = begin; i < endB; ++i)
            lines.push_back({Kind::Added, b[i]});
    } else {
        // The longest common subsequence of what is left of both, from the end.
        const auto width = std::size_t(columns) + 1;
        std::vector<std::uint32_t> longest((std::size_t(rows) + 1) * width, 0);
        const auto at = [&](qsizetype i, qsizetype j) -> std::uint32_t& {
            return longest[std::size_t(i) * width + std::size_t(j)];
        };
        for (qsizetype i = rows - 1; i >= 0; --i)
            for (qsizetype j = columns - 1; j >= 0; --j)
                at(i, j) = a[begin + i] == b[begin + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
        qsizetype i = 0, j = 0;
        while (i < rows || j < columns) {
            if (i < rows && j < columns && a[begin + i] == b[begin + j]) {
                lines.push_back({Kind::Same, a[begin + i]});
                ++i, ++j;
            } else if (j == columns || (i < rows && at(i + 1, j) >= at(i, j + 1))) {
                lines.push_back({Kind::Removed, a[begin + i++]});
            } else {
                lines.push_back({Kind::Added, b[begin + j++]});
            }
        }
    }
    for (qsizetype i = endA; i < a.size(); ++i)
        lines.push_back({Kind::Same, a[i]});
    return lines;
}

} // namespace model::document
