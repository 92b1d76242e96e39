// What in the lab will not work as its maker hopes, as a list; a click shows the place.
#pragma once

#include <QWidget>

class QLabel;
class QListWidget;

namespace ui::app {
class MainWindow;
}
namespace ui::playback {
class PlaybackController;
}

namespace ui::docks {

class ProblemsDock : public QWidget {
    Q_OBJECT
public:
    ProblemsDock(app::MainWindow& window, playback::PlaybackController& controller);
    QListWidget* list() const { return mList; }

signals:
    void countChanged(int problems);

private:
    void refresh();

    app::MainWindow& mWindow;
    playback::PlaybackController& mController;
    QListWidget* mList;
    QLabel* mHint;
};

} // namespace ui::docks
