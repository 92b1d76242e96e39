// One table of a device at the moment shown, compared with the moment before.
#pragma once

#include "ui/rows/table_rows.h"

#include <QAbstractTableModel>

namespace ui::rows {

/// RowMark says what the moment did to a row.
enum class RowMark : std::uint8_t { Same, New, Changed, Gone };

/// TableModel is one table of a device at the cursor, with what the moment changed.
class TableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { MarkRole = Qt::UserRole + 1, OldTextRole, DecidedRole };

    explicit TableModel(const Description& table, QObject* parent = nullptr)
        : QAbstractTableModel(parent), mTable(table) {}

    const Description& table() const { return mTable; }
    /// setRows shows now, marked where it differs from before; rows that are gone stay for this moment.
    void setRows(const std::vector<TableRow>& before, std::vector<TableRow> now,
                 const std::vector<std::string>& decided = {});
    int added() const { return mAdded; }
    int changed() const { return mChanged; }
    int gone() const { return mGone; }
    /// summary is "+1 ~1" or nothing.
    QString summary() const;

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(mRows.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(mTable.shownColumns().size());
    }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QStringList cells;
        QStringList old; ///< empty where nothing changed
        RowMark mark = RowMark::Same;
        bool decided = false;
        bool operator==(const Row&) const = default;
    };
    const Description& mTable;
    std::vector<Row> mRows;
    int mAdded = 0, mChanged = 0, mGone = 0;
};

} // namespace ui::rows
