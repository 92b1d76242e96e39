#include "ui/rows/table_model.h"

#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <algorithm>
#include <unordered_map>

namespace ui::rows {

void TableModel::setRows(const std::vector<TableRow>& before, std::vector<TableRow> now,
                         const std::vector<std::string>& decided) {
    std::unordered_map<std::string, const TableRow*> old;
    for (const auto& row : before)
        old.emplace(row.key, &row);
    std::vector<Row> rows;
    mAdded = mChanged = mGone = 0;
    for (auto& row : now) {
        Row shown;
        const auto it = old.find(row.key);
        if (it == old.end()) {
            shown.mark = RowMark::New;
            ++mAdded;
        } else {
            bool differs = false;
            QStringList was;
            for (int c = 0; c < row.cells.size(); ++c) {
                const QString& last = it->second->cells.value(c);
                const bool other = last != row.cells[c] && !ages(mTable, c);
                differs = differs || other;
                was << (other ? last : QString());
            }
            if (differs) {
                shown.mark = RowMark::Changed;
                shown.old = was;
                ++mChanged;
            }
            old.erase(it);
        }
        shown.decided = std::find(decided.begin(), decided.end(), row.key) != decided.end();
        shown.cells = std::move(row.cells);
        rows.push_back(std::move(shown));
    }
    for (const auto& row : before) {
        if (!old.count(row.key)) continue;
        Row shown;
        shown.cells = row.cells;
        shown.mark = RowMark::Gone;
        ++mGone;
        rows.push_back(std::move(shown));
    }
    if (rows == mRows) return;
    if (rows.size() == mRows.size()) {
        mRows = std::move(rows);
        if (!mRows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    mRows = std::move(rows);
    endResetModel();
}

QString TableModel::summary() const {
    QStringList parts;
    if (mAdded) parts << QStringLiteral("+%1").arg(mAdded);
    if (mChanged) parts << QStringLiteral("~%1").arg(mChanged);
    if (mGone) parts << QStringLiteral("−%1").arg(mGone);
    return parts.join(u' ');
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Row& row = mRows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return row.cells.value(index.column());
    case Qt::FontRole: return shared::Theme::monospaced(0.88);
    case Qt::ToolTipRole: {
        const QString old = row.old.value(index.column());
        if (!old.isEmpty()) return widgets::plainTip(tr("%1 → %2").arg(old, row.cells.value(index.column())));
        return widgets::plainTip(row.cells.value(index.column()));
    }
    case Qt::AccessibleDescriptionRole:
        return row.mark == RowMark::New       ? tr("new row")
               : row.mark == RowMark::Changed ? tr("changed row")
               : row.mark == RowMark::Gone    ? tr("row that is gone")
                                              : QString();
    case MarkRole: return static_cast<int>(row.mark);
    case OldTextRole: return row.old.value(index.column());
    case DecidedRole: return row.decided;
    default: return {};
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::DisplayRole) return tableHeadings(mTable).value(section);
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    return {};
}

} // namespace ui::rows
