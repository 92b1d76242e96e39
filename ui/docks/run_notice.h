// What is to be said about a run that does not end by itself: a storm, and the bound of the recording.
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace ui::run {
class PlaybackController;
}

namespace ui::docks {

/// RunNotice shows itself while there is a storm, or the recording was stopped or is full, unless it was put away.
class RunNotice final : public QFrame {
    Q_OBJECT
public:
    explicit RunNotice(run::PlaybackController& controller, QWidget* parent = nullptr);
    /// title and text are what is said: in a few words, and in sentences.
    QString title() const;
    QString text() const;

signals:
    /// linkClicked: "device:3", the device that is at the centre of it, as in rows::html.
    void linkClicked(const QString& link);

private:
    /// Saying is what the notice is about.
    enum class Saying : std::uint8_t { Nothing, Storm, Stopped, Full };
    Saying saying() const;
    void refresh();
    void paintIcon();
    void showFrame();
    void act();
    /// moreMemory is the next larger bound of the recording in MB.
    int moreMemory() const;

    run::PlaybackController& mController;
    QLabel *mIcon, *mTitle, *mText;
    QPushButton *mShow, *mAct;
    QToolButton* mClose;
    Saying mPutAway = Saying::Nothing;
};

} // namespace ui::docks
