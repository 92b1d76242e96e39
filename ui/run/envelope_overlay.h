// The frames in flight at the cursor, painted as envelopes over the still network.
#pragma once

#include "sim/dissect/dissect.h"
#include "sim/trace/trace_log.h"
#include "ui/canvas/overlay.h"

#include <QHash>
#include <QPixmap>

#include <vector>

namespace ui::run {

class PlaybackController;

/// EnvelopeOverlay draws what moves: envelopes with a tail, a ring where a frame arrived, the fall of what was dropped.
/// Pictures are cached by protocol and word; where many fly they are smaller, and one batched draw each, or marks in
/// their colour that go into the picture of the network.
class EnvelopeOverlay : public canvas::Overlay {
public:
    explicit EnvelopeOverlay(const PlaybackController& controller) : mController(controller) {}

    const canvas::SmallMarks* smallMarks(const canvas::CanvasGeometry& geometry, double ratio) override;
    void paint(QPainter& painter, const canvas::CanvasGeometry& geometry) override;
    qint64 recordAt(QPointF point, const canvas::CanvasGeometry& geometry) const override;
    QString toolTipAt(QPointF point, const canvas::CanvasGeometry& geometry) const override;

    /// setReducedMotion leaves out tails, rings and falls.
    void setReducedMotion(bool on) { mReduced = on; }
    /// forgetRun: frames have other numbers from now on.
    void forgetRun() {
        mLookOf.clear();
        mColourOf.clear();
        mAirOf = {};
        mWaysOf = 0;
    }

private:
    struct Flying {
        std::uint32_t frame = 0;
        QPointF at;
        QPointF from; ///< where its tail ends
        bool chosen = false;
        bool loop = false;
    };
    /// Look is what can be told apart in the air: many frames share a few looks.
    struct Look {
        sim::dissect::Protocol protocol = sim::dissect::Protocol::Other;
        QString word;
    };
    /// Way is where the frames of an interface go: from the edge of one tile to that of the other.
    struct Way {
        QPointF start, along;
        bool drawn = false;
        sim::kernel::InterfaceId to; ///< the other end of the cable when the run began
    };
    void layWays(const canvas::CanvasGeometry& geometry) const;
    /// movedWay is that of a frame on a cable that was moved during the run: from the middle of one tile to the other.
    Way movedWay(const sim::trace::FrameTrace& frame, const canvas::CanvasGeometry& geometry) const;
    /// air is what flies at the cursor, looked up once a moment.
    const std::vector<Flying>& air(const canvas::CanvasGeometry& geometry);
    /// colourOf is the protocol of a frame: all that a mark shows of it.
    sim::dissect::Protocol colourOf(std::uint32_t frame);
    std::vector<Flying> flying(const canvas::CanvasGeometry& geometry) const;
    /// placeOf is where a frame is at a part of its way; false when its cable is not on the canvas. from, when wanted,
    /// is where it was a moment ago.
    bool placeOf(const sim::trace::FrameTrace& frame, double part, const canvas::CanvasGeometry& geometry, QPointF* at,
                 QPointF* from = nullptr) const;
    /// isBehind tells whether a frame would lie almost wholly under the one before it on the same way. lastSlots, empty
    /// at first, is for it alone, from one frame in the air to the next.
    bool isBehind(const sim::trace::FrameTrace& frame, const canvas::CanvasGeometry& geometry,
                  std::vector<qint64>& lastSlots) const;
    /// placeLoop puts a frame that goes round the loopback on its arc; false for any other.
    bool placeLoop(std::uint32_t frame, double part, const canvas::CanvasGeometry& geometry, Flying* one) const;
    /// lookOf is the number of a frame's look; a frame is read once in a run.
    std::uint16_t lookOf(std::uint32_t frame);
    /// picture is a look at a size in pixels for each unit of it; chosen: of the moment at the cursor.
    QPixmap picture(std::uint16_t look, double ratio, bool chosen);
    void paintTails(QPainter& painter, const std::vector<Flying>& all, double scale);
    void paintEnvelopes(QPainter& painter, const canvas::CanvasGeometry& geometry, const std::vector<Flying>& all);
    void paintHistory(QPainter& painter, const canvas::CanvasGeometry& geometry, std::size_t inFlight);
    void paintDrop(QPainter& painter, const canvas::CanvasGeometry& geometry, const sim::trace::Record& record,
                   double age);

    const PlaybackController& mController;
    mutable std::vector<Way> mWays;    // by interface
    mutable std::uint64_t mWaysOf = 0; // the revision of the geometry they were laid in
    std::vector<Look> mLooks;
    QHash<QString, std::uint16_t> mLookNumbers; // by protocol and word
    std::vector<std::uint16_t> mLookOf;         // by frame, one more than the number of its look; 0: not read yet
    std::vector<std::uint8_t> mColourOf;        // by frame, one more than its protocol; 0: not read yet
    /// AirOf is what mAir depends on.
    struct AirOf {
        std::uint64_t geometry = 0;
        double scale = 0;
        sim::kernel::SimTime time{-1};
        sim::kernel::EventNo event = 0;
        qint64 moment = -1;
        double position = -1;
        std::size_t frames = 0;
        bool operator==(const AirOf&) const = default;
    };
    std::vector<Flying> mAir;
    AirOf mAirOf;
    canvas::SmallMarks mMarks;
    QHash<quint64, QPixmap> mPictures; // by look, size and being chosen
    bool mDark = false;
    bool mReduced = false;
};

} // namespace ui::run
