// Two texts line by line: what one has that the other has not.
#pragma once

#include <QString>
#include <QStringList>

#include <vector>

namespace model::document {

/// DiffLine is a line that both texts have, or only the one before (Removed) or the one after (Added).
struct DiffLine {
    enum class Kind : std::uint8_t { Same, Removed, Added };
    Kind kind = Kind::Same;
    QString text;
    bool operator==(const DiffLine&) const = default;
};

/// lineDiff gives all lines of both texts in order, with as many common ones as possible; of texts that differ in very
/// many lines, everything between the first and the last difference.
std::vector<DiffLine> lineDiff(const QString& before, const QString& after);

} // namespace model::document
