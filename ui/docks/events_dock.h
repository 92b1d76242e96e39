// The event list: one line for each frame, drop and decision worth telling, with a filter line above.
#pragma once

#include <QWidget>

#include <vector>

class QLabel;
class QLineEdit;
class QTableView;

namespace model::document {
class Document;
}
namespace ui::shared {
class Selection;
}
namespace ui::rows {
class EventModel;
}
namespace ui::run {
class PlaybackController;
}

namespace ui::docks {

/// EventsDock is the event list with its filter.
class EventsDock : public QWidget {
    Q_OBJECT
public:
    EventsDock(const model::document::Document& document, shared::Selection& selection,
               run::PlaybackController& controller);

    rows::EventModel& model() { return *mModel; }
    QLineEdit* filterLine() const { return mFilter; }
    QTableView* view() const { return mView; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitColumns();
    void applyFilter();
    void followCursor();
    void updateHint();
    /// widenNumbers gives the No. column room for the largest number.
    void widenNumbers();

    const model::document::Document& mDocument;
    shared::Selection& mSelection;
    run::PlaybackController& mController;
    rows::EventModel* mModel;
    QLineEdit* mFilter;
    QLabel* mWrong;
    QLabel* mHint;
    QTableView* mView;
    std::vector<int> mWidths; ///< of the columns before Info, when they are shown
    bool mFollowing = false;
};

} // namespace ui::docks
