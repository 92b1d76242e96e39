// Holds the canvas and lays over its edges what belongs there: the story line or a first hint below, a notice above.
#pragma once

#include <QPointer>
#include <QWidget>

class QFrame;
class QLabel;

namespace ui::canvas {
class CanvasView;
}

namespace ui::window {

/// CanvasHost is the canvas with what lies over it.
class CanvasHost : public QWidget {
    Q_OBJECT
public:
    explicit CanvasHost(canvas::CanvasView* view, QWidget* parent = nullptr);
    /// setStoryLine takes the widget over; it lies over the lower edge while it is visible.
    void setStoryLine(QWidget* story);
    /// setNotice takes the widget over; it lies over the upper edge while it is visible.
    void setNotice(QWidget* notice);
    /// setHint shows one sentence in the place of the story line; empty hides it.
    void setHint(const QString& text);
    QString hint() const;

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void arrange();
    canvas::CanvasView* mView;
    QPointer<QWidget> mStory, mNotice;
    QFrame* mHintCard;
    QLabel* mHint;
};

} // namespace ui::window
