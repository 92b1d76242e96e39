// The current moment in one or two sentences, over the lower edge of the canvas. Can be folded away.
#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace ui::run {
class PlaybackController;
}

namespace ui::docks {

/// StoryLine tells the current moment, with links.
class StoryLine final : public QFrame {
    Q_OBJECT
public:
    explicit StoryLine(run::PlaybackController& controller, QWidget* parent = nullptr);
    /// toPlainText is what is told, without links.
    QString toPlainText() const { return mPlain; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

signals:
    /// linkClicked: "device:3", "route:3" …, as in rows::html.
    void linkClicked(const QString& link);

private:
    void refresh();
    void setFolded(bool folded);

    run::PlaybackController& mController;
    QLabel* mText;
    QToolButton* mFold;
    QString mPlain;
    bool mFolded = false;
};

} // namespace ui::docks
