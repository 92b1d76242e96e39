#include "ui/docks/scrubber.h"

#include "ui/rows/words.h"
#include "ui/run/controller.h"
#include "ui/shared/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace ui::docks {

using run::PlaybackController;

namespace {
constexpr int kSide = 9, kBinWidth = 4, kTrack = 4;
constexpr std::size_t kMostFrames = 20000; // beyond that every n-th frame gives a bin its colour
} // namespace

Scrubber::Scrubber(PlaybackController& controller, QWidget* parent) : QWidget(parent), mController(controller) {
    setAccessibleName(tr("Time"));
    setCursor(Qt::PointingHandCursor);
    setMouseTracking(true);
    const auto stale = [this] {
        mDirty = true;
        update();
    };
    connect(&controller, &PlaybackController::grown, this, stale);
    connect(&controller, &PlaybackController::rebuilt, this, stale);
    connect(&controller, &PlaybackController::cut, this, stale);
    connect(&controller, &PlaybackController::moved, this, qOverload<>(&QWidget::update));
    connect(&shared::Theme::instance(), &shared::Theme::changed, this, stale);
}

double Scrubber::xOf(double position) const {
    const double length = mController.paceMap().length();
    const double room = std::max(1, width() - 2 * kSide);
    return kSide + (length > 0 ? std::clamp(position / length, 0.0, 1.0) * room : 0.0);
}

double Scrubber::positionAt(double x) const {
    const double room = std::max(1, width() - 2 * kSide);
    return std::clamp((x - kSide) / room, 0.0, 1.0) * mController.paceMap().length();
}

void Scrubber::count() {
    const auto& log = mController.log();
    const auto& frames = log.frames();
    mBins.assign(static_cast<std::size_t>(std::max(1, (width() - 2 * kSide) / kBinWidth + 1)), {});
    std::vector<std::array<std::uint32_t, 10>> kinds(mBins.size());
    const std::size_t each = frames.size() / kMostFrames + 1;
    const auto bin = [&](sim::kernel::SimTime time, sim::kernel::EventNo event) {
        const double x = xOf(mController.paceMap().positionOf(time, event)) - kSide;
        return std::min(mBins.size() - 1, static_cast<std::size_t>(std::max(0.0, x) / kBinWidth));
    };
    for (std::size_t i = 0; i < frames.size(); i += each) {
        const std::size_t at = bin(frames[i].sent, frames[i].event);
        mBins[at].bytes += frames[i].length;
        const auto protocol = rows::protocolOf(log, static_cast<std::uint32_t>(i));
        // What carries most gives the colour: an ACK beside a page is not what one looks for.
        kinds[at][static_cast<std::size_t>(protocol)] += frames[i].length;
    }
    for (std::size_t i = 0; i < mBins.size(); ++i)
        mBins[i].protocol = static_cast<int>(std::max_element(kinds[i].begin(), kinds[i].end()) - kinds[i].begin());
    if (log.records().size() < 200000)
        for (const auto& record : log.records())
            if (record.kind == sim::trace::RecordKind::Dropped && !rows::isNoise(record))
                mBins[bin(record.time, record.event)].dropped = true;
}

void Scrubber::paintBars() {
    count();
    const double ratio = devicePixelRatioF();
    mBars = QPixmap(size() * ratio);
    mBars.setDevicePixelRatio(ratio);
    mBars.fill(Qt::transparent);
    QPainter p(&mBars);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(Qt::NoPen);
    const double floor = height() - 14;
    for (std::size_t i = 0; i < mBins.size(); ++i) {
        if (!mBins[i].bytes && !mBins[i].dropped) continue;
        const double tall = std::min(floor - 5, 4.0 + 4.4 * std::log2(1.0 + mBins[i].bytes / 64.0));
        const double x = kSide + static_cast<double>(i) * kBinWidth;
        p.setBrush(shared::Theme::protocolColor(static_cast<sim::dissect::Protocol>(mBins[i].protocol)));
        p.drawRoundedRect(QRectF(x, floor - tall, 3, tall), 1, 1);
        if (!mBins[i].dropped) continue;
        p.setBrush(shared::Theme::instance().colors().error);
        p.drawEllipse(QPointF(x + 1.5, floor - tall - 4), 2, 2);
    }
    mDirty = false;
}

void Scrubber::paintEvent(QPaintEvent*) {
    if (mDirty) paintBars();
    const auto& colors = shared::Theme::instance().colors();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const double x = mController.started() ? xOf(mController.place().position) : kSide;
    // What lies in the future is dimmed, not hidden.
    p.setClipRect(QRectF(0, 0, x, height()));
    p.drawPixmap(0, 0, mBars);
    p.setClipRect(QRectF(x, 0, width() - x, height()));
    p.setOpacity(0.42);
    p.drawPixmap(0, 0, mBars);
    p.setOpacity(1);
    p.setClipping(false);
    p.setPen(Qt::NoPen);
    const double y = height() - 9;
    p.setBrush(colors.line);
    p.drawRoundedRect(QRectF(kSide, y - kTrack / 2.0, width() - 2 * kSide, kTrack), 2, 2);
    p.setBrush(colors.accent);
    p.drawRoundedRect(QRectF(kSide, y - kTrack / 2.0, x - kSide, kTrack), 2, 2);
    p.setPen(QPen(colors.panel, 2));
    p.drawEllipse(QPointF(x, y), 6.5, 6.5);
}

void Scrubber::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    mController.pause();
    mController.seekPosition(positionAt(event->position().x()));
}

void Scrubber::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) {
        mController.seekPosition(positionAt(event->position().x()));
    } else if (!mController.log().records().empty()) {
        const auto place = mController.paceMap().at(positionAt(event->position().x()), mController.log());
        QToolTip::showText(event->globalPosition().toPoint(), tr("%1 s").arg(rows::momentText(place.time)), this);
    }
}

void Scrubber::mouseReleaseEvent(QMouseEvent*) {}

} // namespace ui::docks
