// The frames in flight at the cursor, painted as envelopes over the still network.
#pragma once

#include "sim/dissect/dissect.h"
#include "sim/trace/trace_log.h"
#include "ui/canvas/overlay.h"

#include <QHash>
#include <QPixmap>

#include <vector>

namespace ui::playback {

class PlaybackController;

/// EnvelopeOverlay draws what moves: envelopes with a tail, a ring where a frame arrived, the fall of what was dropped.
/// Pictures are cached by protocol and word; where many fly they are one batched draw each.
class EnvelopeOverlay : public canvas::Overlay {
public:
    explicit EnvelopeOverlay(const PlaybackController& controller) : mController(controller) {}

    void paint(QPainter& painter, const canvas::CanvasGeometry& geometry) override;
    qint64 recordAt(QPointF point, const canvas::CanvasGeometry& geometry) const override;
    QString toolTipAt(QPointF point, const canvas::CanvasGeometry& geometry) const override;

    /// setReducedMotion leaves out tails, rings and falls.
    void setReducedMotion(bool on) { mReduced = on; }
    /// forgetRun: frames have other numbers from now on.
    void forgetRun() { mSummaries.clear(); }

private:
    struct Flying {
        std::uint32_t frame = 0;
        QPointF at;
        QPointF from; ///< where its tail ends
        double angle = 0;
        bool loop = false;
    };
    std::vector<Flying> flying(const canvas::CanvasGeometry& geometry) const;
    /// placeOf is where a frame is at a part of its way; false when its cable is not on the canvas.
    bool placeOf(const sim::trace::FrameTrace& frame, double part, const canvas::CanvasGeometry& geometry,
                 QPointF* at) const;
    /// placeLoop puts a frame that goes round the loopback on its arc; false for any other.
    bool placeLoop(std::uint32_t frame, double part, const canvas::CanvasGeometry& geometry, Flying* one) const;
    const sim::dissect::Summary& summary(std::uint32_t frame) const;
    const QPixmap& envelope(const sim::dissect::Summary& summary, double ratio, bool chosen);
    void paintHistory(QPainter& painter, const canvas::CanvasGeometry& geometry);
    void paintDrop(QPainter& painter, const canvas::CanvasGeometry& geometry, const sim::trace::Record& record,
                   double age);

    const PlaybackController& mController;
    mutable QHash<quint32, sim::dissect::Summary> mSummaries;
    QHash<QString, QPixmap> mPictures;
    bool mReduced = false;
};

} // namespace ui::playback
