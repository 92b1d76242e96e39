// The rows of the event list: frames, drops and decisions worth a line. Words are made when a row is looked at.
#pragma once

#include "ui/rows/event_filter.h"

#include <QAbstractTableModel>
#include <QCache>
#include <QColor>
#include <QTimer>

#include <vector>

namespace ui::rows {

class RunView;

/// EventModel is the event list's rows, one for each frame, drop and event.
class EventModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Chip, No, Time, Delta, From, To, Source, Destination, Protocol, Length, Info, ColumnCount };

    explicit EventModel(const RunView& run, QObject* parent = nullptr);

    /// restart forgets all rows; grow adds the rows of records that are new.
    void restart();
    void grow();
    /// setFilter shows only what matches, of a long run bit by bit; false: the text makes no sense and nothing changes.
    bool setFilter(const QString& text, QString* problem);
    /// totalRows counts without the filter.
    int totalRows() const { return static_cast<int>(mAll.size()); }
    /// recordOf is the record of a row; rowOf is the row of a record, or of the last one before it; -1: none.
    qint64 recordOf(int row) const;
    int rowOf(qint64 record) const;
    /// refreshPast repaints what became past or future.
    void refreshPast();

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(mShown.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Line {
        QString cells[ColumnCount];
        QString protocol; ///< what it is about, as a word of the filter
        QColor chip;
        bool dropped = false, frame = false;
    };
    const Line& line(std::uint32_t row) const;
    Line makeLine(std::uint32_t row) const;
    bool accepts(std::uint32_t row) const;
    /// sift puts the next rows to the filter and shows those that match; it comes back by itself for the rest.
    void sift();

    const RunView& mRun;
    EventFilter mFilter;
    std::size_t mRead = 0;           // records looked at
    std::vector<std::uint32_t> mAll; // records that have a row
    std::size_t mSifted = 0;         // of mAll, rows that were put to the filter
    QTimer mMore;
    std::vector<std::uint32_t> mShown; // indices into mAll
    mutable QCache<std::uint32_t, Line> mLines{2000};
};

} // namespace ui::rows
