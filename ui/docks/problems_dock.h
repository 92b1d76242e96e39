// What in the lab will not work as its maker hopes, as a list; a click shows the place.
#pragma once

#include <QWidget>

class QLabel;
class QListWidget;

namespace ui::window {
class MainWindow;
}
namespace ui::run {
class PlaybackController;
}

namespace ui::docks {

class ProblemsDock : public QWidget {
    Q_OBJECT
public:
    ProblemsDock(window::MainWindow& window, run::PlaybackController& controller);
    QListWidget* list() const { return mList; }

signals:
    void countChanged(int problems);

private:
    void refresh();

    window::MainWindow& mWindow;
    run::PlaybackController& mController;
    QListWidget* mList;
    QLabel* mHint;
};

} // namespace ui::docks
