#include "ui/playback/envelope_overlay.h"

#include "ui/app/theme.h"
#include "ui/itemmodels/words.h"
#include "ui/playback/controller.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace ui::playback {

using canvas::CanvasGeometry;
using sim::trace::FrameTrace;
using sim::trace::kNoIndex;
using sim::trace::Record;
using sim::trace::RecordKind;

namespace {

// Envelopes keep their size when the canvas is zoomed, within reason: they must be readable at a glance.
constexpr double kWidth = 42, kHeight = 24, kHalo = 2.5;
constexpr double kLoopWidth = 34, kLoopHeight = 32;
constexpr double kRingMs = 420, kFallMs = 750, kTagMs = 1600;
constexpr std::size_t kMostFlying = 4000, kMostWithTail = 150;
constexpr std::size_t kMostHistory = 400; // records looked at for rings and falls

double envelopeScale(const CanvasGeometry& geometry) { return std::clamp(geometry.scale() * 1.1, 0.5, 1.25); }

} // namespace

const sim::dissect::Summary& EnvelopeOverlay::summary(std::uint32_t frame) const {
    const auto it = mSummaries.constFind(frame);
    if (it != mSummaries.constEnd()) return *it;
    if (mSummaries.size() > 20000) mSummaries.clear();
    return *mSummaries.insert(frame, itemmodels::summaryOf(mController.log(), frame));
}

bool EnvelopeOverlay::placeOf(const FrameTrace& frame, double part, const CanvasGeometry& geometry, QPointF* at) const {
    const auto& network = mController.timeline().start();
    if (!frame.from.valid()) return false;
    const auto from = mController.nodeOf(network.deviceOf(frame.from));
    const auto link = mController.linkOf(network.channelOf(frame.from));
    if (!geometry.link(link) || !geometry.node(from)) return false;
    // The whole envelope stands outside the tiles at both ends of its way.
    const QLineF way(geometry.along(link, from, 0), geometry.along(link, from, 1));
    const double inset = std::min(0.35, 24.0 / std::max(1.0, way.length()));
    *at = geometry.along(link, from, inset + (1 - 2 * inset) * part);
    return true;
}

bool EnvelopeOverlay::placeLoop(std::uint32_t frame, double part, const CanvasGeometry& geometry, Flying* one) const {
    const auto& network = mController.timeline().start();
    const auto from = mController.log().frames()[frame].from;
    if (!from.valid() || !network.isLoopback(from)) return false;
    const auto* node = geometry.node(mController.nodeOf(network.deviceOf(from)));
    if (!node) return false;
    // An arc out of the tile and back into it.
    const double angle = M_PI * (1.0 - part);
    one->frame = frame;
    one->loop = true;
    one->from = QPointF(node->centre.x(), node->tile.top() + 4);
    one->at = one->from + QPointF(std::cos(angle) * kLoopWidth, -std::sin(angle) * kLoopHeight);
    return true;
}

std::vector<EnvelopeOverlay::Flying> EnvelopeOverlay::flying(const CanvasGeometry& geometry) const {
    std::vector<Flying> found;
    if (!mController.started()) return found;
    const auto& log = mController.log();
    const Place& place = mController.place();
    for (const std::uint32_t index : log.inFlight(place.time, kMostFlying)) {
        const FrameTrace& frame = log.frames()[index];
        if (frame.event > place.event || frame.arrive <= frame.depart) continue;
        const double part = static_cast<double>((place.time - frame.depart).count()) /
                            static_cast<double>((frame.arrive - frame.depart).count());
        Flying one;
        one.frame = index;
        if (!placeLoop(index, part, geometry, &one)) {
            if (!placeOf(frame, part, geometry, &one.at)) continue;
            placeOf(frame, std::max(0.0, part - 0.4), geometry, &one.from);
        }
        found.push_back(one);
    }
    double progress = 0;
    const std::uint32_t still = mController.paceMap().loopFrame(place.position, &progress);
    Flying one;
    if (still != kNoIndex && log.frames()[still].event <= place.event && placeLoop(still, progress, geometry, &one))
        found.push_back(one);
    return found;
}

const QPixmap& EnvelopeOverlay::envelope(const sim::dissect::Summary& s, double ratio, bool chosen) {
    const bool dark = app::Theme::instance().isDark();
    const bool inside = s.protocol == sim::dissect::Protocol::Vpn;
    const QString key = QStringLiteral("%1/%2/%3/%4/%5")
                            .arg(static_cast<int>(s.protocol))
                            .arg(itemmodels::text(s.word))
                            .arg(ratio)
                            .arg(dark)
                            .arg(chosen);
    const auto it = mPictures.constFind(key);
    if (it != mPictures.constEnd()) return *it;
    if (mPictures.size() > 300) mPictures.clear();

    const auto& colors = app::Theme::instance().colors();
    const QSizeF size(kWidth + 4 * kHalo, kHeight + 4 * kHalo);
    QPixmap picture((size * ratio).toSize());
    picture.fill(Qt::transparent);
    QPainter p(&picture);
    p.scale(ratio, ratio); // a ratio below 1 is one that a pixmap would not take
    p.setRenderHint(QPainter::Antialiasing);
    const QRectF body(2 * kHalo, 2 * kHalo, kWidth, kHeight);
    const QColor fill = itemmodels::protocolColor(s.protocol);
    QColor halo = chosen ? colors.accent : colors.canvas;
    p.setPen(Qt::NoPen);
    p.setBrush(halo);
    p.drawRoundedRect(body.adjusted(-kHalo, -kHalo, kHalo, kHalo), 6, 6);
    if (chosen) {
        p.setBrush(colors.canvas);
        p.drawRoundedRect(body.adjusted(-1, -1, 1, 1), 5, 5);
    }
    p.setBrush(fill);
    p.drawRoundedRect(body, 4, 4);
    const QColor ink = app::Theme::inkOn(fill);
    QColor flap = ink;
    flap.setAlpha(95);
    p.setPen(QPen(flap, 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    p.setBrush(Qt::NoBrush);
    p.drawPolyline(QPolygonF{body.topLeft() + QPointF(2.5, 2), QPointF(body.center().x(), body.top() + 8.5),
                             body.topRight() + QPointF(-2.5, 2)});
    if (inside) p.drawRoundedRect(body.adjusted(4, 4, -4, -4), 3, 3);
    QFont font = app::Theme::heading();
    font.setPixelSize(s.word.size() > 4 ? 10 : 11);
    font.setWeight(QFont::Bold);
    p.setFont(font);
    p.setPen(ink);
    p.drawText(body.adjusted(0, 3.5, 0, 1.5), Qt::AlignCenter, itemmodels::text(s.word));
    p.end();
    return *mPictures.insert(key, picture);
}

void EnvelopeOverlay::paint(QPainter& painter, const CanvasGeometry& geometry) {
    if (!mController.started()) return;
    paintHistory(painter, geometry);
    const auto all = flying(geometry);
    if (all.empty()) return;
    const auto& log = mController.log();
    const double scale = envelopeScale(geometry) / geometry.scale();
    const qint64 chosen = mController.momentRecord();
    const auto chosenEvent = chosen < 0 ? 0 : log.records()[static_cast<std::size_t>(chosen)].event;

    if (!mReduced && all.size() <= kMostWithTail) {
        for (const Flying& one : all) {
            QColor color = itemmodels::protocolColor(summary(one.frame).protocol);
            if (one.loop) {
                QPen pen(color, 2.0 * scale, Qt::DotLine, Qt::RoundCap);
                painter.setPen(pen);
                painter.setBrush(Qt::NoBrush);
                painter.drawArc(
                    QRectF(one.from.x() - kLoopWidth, one.from.y() - kLoopHeight, 2 * kLoopWidth, 2 * kLoopHeight), 0,
                    180 * 16);
                continue;
            }
            QLinearGradient fade(one.from, one.at);
            QColor end = color;
            end.setAlpha(0);
            color.setAlpha(120);
            fade.setColorAt(0, end);
            fade.setColorAt(1, color);
            painter.setPen(QPen(QBrush(fade), 9 * scale, Qt::SolidLine, Qt::RoundCap));
            painter.drawLine(one.from, one.at);
        }
    }
    // Pictures are mapped by hand and put on whole pixels, so that words stay sharp.
    painter.setWorldMatrixEnabled(false);
    const double ratio = painter.device()->devicePixelRatioF();
    const double size = envelopeScale(geometry);
    const double cached = std::round(ratio * size * 8) / 8;
    QHash<const QPixmap*, QVector<QPainter::PixmapFragment>> batches;
    const bool many = all.size() > 60;
    for (const Flying& one : all) {
        const QPixmap& picture = envelope(summary(one.frame), cached, log.frames()[one.frame].event == chosenEvent);
        const QPointF at = geometry.toView.map(one.at);
        const QSizeF shown = QSizeF(picture.size()) / ratio;
        if (!many) {
            const QPointF corner(std::round((at.x() - shown.width() / 2) * ratio) / ratio,
                                 std::round((at.y() - shown.height() / 2) * ratio) / ratio);
            painter.drawPixmap(QRectF(corner, shown), picture, QRectF(QPointF(0, 0), QSizeF(picture.size())));
        } else {
            batches[&picture].append(QPainter::PixmapFragment::create(at, QRectF(QPointF(0, 0), QSizeF(picture.size())),
                                                                      1 / ratio, 1 / ratio));
        }
        if (one.loop) {
            painter.setFont(app::Theme::monospaced(0.95));
            painter.setPen(app::Theme::instance().colors().dim);
            painter.drawText(geometry.toView.map(one.from + QPointF(38, -20)), QStringLiteral("lo"));
        }
    }
    for (auto it = batches.cbegin(); it != batches.cend(); ++it)
        painter.drawPixmapFragments(it->constData(), static_cast<int>(it->size()), *it.key());
    painter.setWorldMatrixEnabled(true);
}

void EnvelopeOverlay::paintHistory(QPainter& painter, const CanvasGeometry& geometry) {
    const auto& log = mController.log();
    const auto& pace = mController.paceMap();
    const auto& network = mController.timeline().start();
    const Place& place = mController.place();
    const auto& colors = app::Theme::instance().colors();
    const double scale = envelopeScale(geometry) / geometry.scale();
    std::size_t i = log.firstOfEvent(place.event + 1);
    for (std::size_t seen = 0; i > 0 && seen < kMostHistory; ++seen) {
        const Record& record = log.records()[--i];
        const double age = place.position - pace.positionOf(record.time, record.event);
        if (age > kTagMs) break;
        if (record.kind == RecordKind::Dropped && !itemmodels::isNoise(record))
            paintDrop(painter, geometry, record, age);
        if (record.kind != RecordKind::FrameReceived || mReduced || age > kRingMs) continue;
        const auto* node = geometry.node(mController.nodeOf(record.device));
        if (!node) continue;
        const FrameTrace& frame = log.frames()[record.index];
        if (frame.from.valid() && network.isLoopback(frame.from)) continue;
        // One ring that grows and fades at the tile where the frame arrived.
        const double part = std::clamp(age / kRingMs, 0.0, 1.0);
        QColor color = itemmodels::protocolColor(summary(record.index).protocol);
        color.setAlphaF(static_cast<float>(0.75 * (1 - part)));
        painter.setPen(QPen(color, 2.5 * scale));
        painter.setBrush(Qt::NoBrush);
        const double grow = 3 + 9 * part;
        painter.drawRoundedRect(node->tile.adjusted(-grow, -grow, grow, grow), canvas::kTileRadius + grow,
                                canvas::kTileRadius + grow);
    }
    // The node whose moment it is.
    if (const auto* node = geometry.node(mController.nodeOf(mController.moment().device));
        node && mController.momentRecord() >= 0) {
        QColor color = colors.accent;
        color.setAlpha(150);
        painter.setPen(QPen(color, 1.6 * scale));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(node->tile.adjusted(-4, -4, 4, 4), canvas::kTileRadius + 4, canvas::kTileRadius + 4);
    }
}

void EnvelopeOverlay::paintDrop(QPainter& painter, const CanvasGeometry& geometry, const Record& record, double age) {
    const auto& log = mController.log();
    const auto& colors = app::Theme::instance().colors();
    const auto* node = geometry.node(mController.nodeOf(record.device));
    // Beside the tile, so that it does not fall over icon and name.
    QPointF at = node ? node->centre + QPointF(canvas::kTile / 2 + 30, -22) : QPointF();
    bool placed = node != nullptr;
    const std::uint32_t index = record.index != kNoIndex ? record.index : record.frame;
    if (index != kNoIndex && log.frames()[index].lost != sim::trace::DropReason::NotDropped)
        placed = placeOf(log.frames()[index], 0.45, geometry, &at) || placed;
    if (!placed) return;
    const double part = mReduced ? 0.0 : std::clamp(age / kFallMs, 0.0, 1.0);
    painter.save();
    painter.resetTransform();
    const QPointF view = geometry.toView.map(at) + QPointF(0, 46 * part * part);
    const double ratio = painter.device()->devicePixelRatioF();
    if (index != kNoIndex && part < 1) {
        const QPixmap& picture = envelope(summary(index), ratio, false);
        painter.setOpacity(1 - 0.8 * part);
        painter.translate(view);
        painter.rotate(14 * part);
        const QSizeF shown = QSizeF(picture.size()) / ratio;
        painter.drawPixmap(QRectF(QPointF(-shown.width() / 2, -shown.height() / 2), shown), picture,
                           QRectF(QPointF(0, 0), QSizeF(picture.size())));
        painter.setPen(QPen(colors.error, 2.5, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(-7, -7), QPointF(7, 7));
        painter.drawLine(QPointF(-7, 7), QPointF(7, -7));
        painter.resetTransform();
        painter.setOpacity(1);
    }
    const QString why = QStringLiteral("✕ ") + itemmodels::dropText(record.dropReason());
    painter.setFont(app::Theme::heading(0.9));
    const QRectF words = painter.fontMetrics().boundingRect(why);
    QRectF tag(0, 0, words.width() + 16, words.height() + 6);
    tag.moveCenter(geometry.toView.map(at) + QPointF(0, -26));
    painter.setPen(QPen(colors.error, 1));
    painter.setBrush(colors.panel);
    painter.drawRoundedRect(tag, 6, 6);
    painter.setPen(colors.error);
    painter.drawText(tag, Qt::AlignCenter, why);
    painter.restore();
}

qint64 EnvelopeOverlay::recordAt(QPointF point, const CanvasGeometry& geometry) const {
    const double scale = envelopeScale(geometry) / geometry.scale();
    const QSizeF half(kWidth * scale / 2, kHeight * scale / 2);
    const auto all = flying(geometry);
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
        const QPointF d = point - it->at;
        if (std::abs(d.x()) <= half.width() && std::abs(d.y()) <= half.height())
            return mController.log().frames()[it->frame].sentRecord;
    }
    return -1;
}

QString EnvelopeOverlay::toolTipAt(QPointF point, const CanvasGeometry& geometry) const {
    const qint64 record = recordAt(point, geometry);
    if (record < 0) return {};
    const auto& s = summary(mController.log().records()[static_cast<std::size_t>(record)].index);
    return QCoreApplication::translate("ui::playback", "%1: %2 → %3\n%4")
        .arg(itemmodels::text(s.protocolName), itemmodels::text(s.source), itemmodels::text(s.destination),
             itemmodels::text(s.info));
}

} // namespace ui::playback
