// The line of time under the canvas: what happened when, in protocol colours, and a handle to drag.
#pragma once

#include <QPixmap>
#include <QWidget>

#include <vector>

namespace ui::run {
class PlaybackController;
}

namespace ui::docks {

/// Scrubber shows the run in play time, so that a burst of frames has as much room as it takes to watch.
class Scrubber : public QWidget {
    Q_OBJECT
public:
    explicit Scrubber(run::PlaybackController& controller, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {400, 40}; }
    QSize minimumSizeHint() const override { return {120, 36}; }
    /// xOf is where a position in play time stands, in pixels.
    double xOf(double position) const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent*) override { mDirty = true; }

private:
    void count();
    void paintBars();
    double positionAt(double x) const;

    run::PlaybackController& mController;
    struct Bin {
        int protocol = 0;
        double bytes = 0;
        bool dropped = false;
    };
    std::vector<Bin> mBins; ///< one for every few pixels; counted when the run grows or the width changes
    QPixmap mBars;
    bool mDirty = true;
};

} // namespace ui::docks
