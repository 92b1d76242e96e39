// The time bar: transport buttons, virtual time, the scrubber, pace and speed.
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace ui::shared {
class ActionRegistry;
}
namespace ui::run {
class PlaybackController;
}

namespace ui::docks {

class Scrubber;

/// TransportBar has the buttons and the clock of the playback.
class TransportBar : public QWidget {
    Q_OBJECT
public:
    TransportBar(shared::ActionRegistry& actions, run::PlaybackController& controller);
    Scrubber* scrubber() const { return mScrubber; }
    /// timeText is the virtual time as it is shown.
    QString timeText() const;

private:
    QToolButton* button(const char* actionId);
    void refreshState();
    void refreshTime();

    shared::ActionRegistry& mActions;
    run::PlaybackController& mController;
    QToolButton* mPlay = nullptr;
    QLabel* mTime;
    Scrubber* mScrubber;
    QToolButton* mPace;
    QComboBox* mSpeed;
};

} // namespace ui::docks
