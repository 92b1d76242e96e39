// The time bar: transport buttons, virtual time, the scrubber, pace and speed.
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace ui::app {
class MainWindow;
}
namespace ui::playback {
class PlaybackController;
}

namespace ui::widgets {

class Scrubber;

class TransportBar : public QWidget {
    Q_OBJECT
public:
    TransportBar(app::MainWindow& window, playback::PlaybackController& controller);
    Scrubber* scrubber() const { return mScrubber; }
    /// timeText is the virtual time as it is shown.
    QString timeText() const;

private:
    QToolButton* button(const char* actionId);
    void refreshState();
    void refreshTime();

    app::MainWindow& mWindow;
    playback::PlaybackController& mController;
    QToolButton* mPlay = nullptr;
    QLabel* mTime;
    Scrubber* mScrubber;
    QToolButton* mPace;
    QComboBox* mSpeed;
};

} // namespace ui::widgets
