// The event list: one line for each frame, drop and decision worth telling, with a filter line above.
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QTableView;

namespace ui::app {
class MainWindow;
}
namespace ui::itemmodels {
class EventModel;
}
namespace ui::playback {
class PlaybackController;
}

namespace ui::docks {

class EventsDock : public QWidget {
    Q_OBJECT
public:
    EventsDock(app::MainWindow& window, playback::PlaybackController& controller);

    itemmodels::EventModel& model() { return *mModel; }
    QLineEdit* filterLine() const { return mFilter; }
    QTableView* view() const { return mView; }

private:
    void applyFilter();
    void followCursor();
    void updateHint();

    app::MainWindow& mWindow;
    playback::PlaybackController& mController;
    itemmodels::EventModel* mModel;
    QLineEdit* mFilter;
    QLabel* mWrong;
    QLabel* mHint;
    QTableView* mView;
    bool mFollowing = false;
};

} // namespace ui::docks
