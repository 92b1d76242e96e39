// Holds the canvas and lays over its lower edge what belongs there: the story line, or a first hint.
#pragma once

#include <QPointer>
#include <QWidget>

class QFrame;
class QLabel;

namespace ui::canvas {
class CanvasView;
}

namespace ui::app {

class CanvasHost : public QWidget {
    Q_OBJECT
public:
    explicit CanvasHost(canvas::CanvasView* view, QWidget* parent = nullptr);
    /// setStoryLine takes the widget over; it lies over the lower edge while it is visible.
    void setStoryLine(QWidget* story);
    /// setHint shows one sentence in the place of the story line; empty hides it.
    void setHint(const QString& text);
    QString hint() const;

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void arrange();
    canvas::CanvasView* mView;
    QPointer<QWidget> mStory;
    QFrame* mHintCard;
    QLabel* mHint;
};

} // namespace ui::app
