#include "ui/run/envelope_overlay.h"

#include "ui/rows/words.h"
#include "ui/run/controller.h"
#include "ui/shared/theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ui::run {

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
constexpr std::size_t kMostFlying = 50'000, kMostWithTail = 150;
constexpr std::size_t kMostHistory = 400; // records looked at for rings and falls
constexpr int kMostDrops = 40;
constexpr std::size_t kMostPainted = 60; // as many are painted one by one
constexpr double kApart =
    6; // pixels between two on one way: closer ones would show nothing but the rims of those above
constexpr double kWordFrom = 0.4; // smaller than this nobody can read it

/// envelopeScale keeps a few envelopes readable at any zoom; where thousands fly they would only hide one another.
double envelopeScale(const CanvasGeometry& geometry, std::size_t inFlight) {
    return std::clamp(geometry.scale() * 1.1, inFlight > kMostWithTail ? 0.2 : 0.5, 1.25);
}

/// pictureScale is the size of envelopes in pixels of the screen, rounded so that few pictures are needed.
double pictureScale(const CanvasGeometry& geometry, std::size_t inFlight, double ratio) {
    return std::round(ratio * envelopeScale(geometry, inFlight) * 16) / 16;
}

/// areMarks tells whether so many so small envelopes are put into the picture of the network as marks without a word.
bool areMarks(std::size_t inFlight, double size) { return inFlight > kMostPainted && size < kWordFrom; }

} // namespace

std::uint16_t EnvelopeOverlay::lookOf(std::uint32_t frame) {
    if (frame >= mLookOf.size()) mLookOf.resize(mController.log().frames().size(), 0);
    if (const std::uint16_t known = mLookOf[frame]) return static_cast<std::uint16_t>(known - 1);
    const auto summary = rows::summaryOf(mController.log(), frame);
    const QString word = rows::text(summary.word);
    const QString key = QChar(static_cast<char16_t>(u'a' + static_cast<int>(summary.protocol))) + word;
    auto found = mLookNumbers.constFind(key);
    if (found == mLookNumbers.constEnd()) {
        if (mLooks.size() > 1000) { // a run can make up words
            mLooks.clear();
            mLookNumbers.clear();
            mPictures.clear();
            std::fill(mLookOf.begin(), mLookOf.end(), std::uint16_t{0});
        }
        found = mLookNumbers.insert(key, static_cast<std::uint16_t>(mLooks.size()));
        mLooks.push_back({summary.protocol, word});
    }
    mLookOf[frame] = static_cast<std::uint16_t>(*found + 1);
    return *found;
}

sim::dissect::Protocol EnvelopeOverlay::colourOf(std::uint32_t frame) {
    if (frame >= mColourOf.size()) mColourOf.resize(mController.log().frames().size(), 0);
    if (!mColourOf[frame])
        mColourOf[frame] = static_cast<std::uint8_t>(1 + static_cast<int>(rows::protocolOf(mController.log(), frame)));
    return static_cast<sim::dissect::Protocol>(mColourOf[frame] - 1);
}

const std::vector<EnvelopeOverlay::Flying>& EnvelopeOverlay::air(const CanvasGeometry& geometry) {
    const Place& place = mController.place();
    const AirOf now{geometry.revision(),
                    geometry.scale(),
                    mController.started() ? place.time : sim::kernel::SimTime{-1},
                    place.event,
                    mController.momentRecord(),
                    place.position,
                    mController.log().frames().size()};
    if (now == mAirOf) return mAir;
    mAir = flying(geometry);
    mAirOf = now;
    return mAir;
}

const canvas::SmallMarks* EnvelopeOverlay::smallMarks(const CanvasGeometry& geometry, double ratio) {
    if (!mController.started()) return nullptr;
    const auto& all = air(geometry);
    const double size = pictureScale(geometry, all.size(), ratio);
    if (!areMarks(all.size(), size)) return nullptr;
    constexpr std::uint32_t kProtocols = 10;
    const auto& colors = shared::Theme::instance().colors();
    mMarks.rim = size < 0.25 ? 1 : 2;
    mMarks.size = QSize(qRound(kWidth * size) + 2 * mMarks.rim, qRound(kHeight * size) + 2 * mMarks.rim);
    mMarks.looks.clear();
    for (const QColor& rim : {colors.canvas, colors.accent})
        for (std::uint32_t i = 0; i < kProtocols; ++i)
            mMarks.looks.push_back(
                {shared::Theme::protocolColor(static_cast<sim::dissect::Protocol>(i)).rgb(), rim.rgb()});
    mMarks.places.clear();
    mMarks.places.reserve(all.size());
    const double halfWide = mMarks.size.width() / 2.0, halfTall = mMarks.size.height() / 2.0;
    const QRectF seen = geometry.visible.adjusted(-kWidth, -kHeight, kWidth, kHeight);
    std::vector<canvas::SmallMarks::Place> chosen; // lie on top
    for (const Flying& one : all) {
        if (!seen.contains(one.at)) continue;
        const QPointF at = geometry.toView.map(one.at) * ratio;
        const auto look = static_cast<std::uint32_t>(colourOf(one.frame)) + (one.chosen ? kProtocols : 0);
        (one.chosen ? chosen : mMarks.places).push_back({qRound(at.x() - halfWide), qRound(at.y() - halfTall), look});
    }
    mMarks.places.insert(mMarks.places.end(), chosen.begin(), chosen.end());
    return &mMarks;
}

void EnvelopeOverlay::layWays(const CanvasGeometry& geometry) const {
    const auto& network = mController.timeline().start();
    if (mWaysOf == geometry.revision() && mWays.size() == network.interfaceCount()) return;
    mWaysOf = geometry.revision();
    mWays.assign(network.interfaceCount(), {});
    for (std::uint32_t i = 0; i < mWays.size(); ++i) {
        const sim::kernel::InterfaceId from{i};
        const auto node = mController.nodeOf(network.deviceOf(from));
        const auto channel = network.channelOf(from);
        const auto* link = geometry.link(mController.linkOf(channel));
        if (!link || !geometry.node(node)) continue;
        const auto [a, b] = network.endsOf(channel);
        const QPointF start = node == link->b ? link->edgeB : link->edgeA;
        const QPointF way = (node == link->b ? link->edgeA : link->edgeB) - start;
        // The whole envelope stands outside the tiles at both ends of its way.
        const double inset = std::min(0.35, 24.0 / std::max(1.0, std::hypot(way.x(), way.y())));
        mWays[i] = {start + way * inset, way * (1 - 2 * inset), true, a == from ? b : a};
    }
}

EnvelopeOverlay::Way EnvelopeOverlay::movedWay(const FrameTrace& frame, const CanvasGeometry& geometry) const {
    const auto& network = mController.timeline().start();
    if (!frame.to.valid() || network.interface(frame.from).type != sim::stack::InterfaceType::Ethernet) return {};
    const auto* start = geometry.node(mController.nodeOf(network.deviceOf(frame.from)));
    const auto* end = geometry.node(mController.nodeOf(network.deviceOf(frame.to)));
    if (!start || !end || start == end) return {};
    return {start->centre, end->centre - start->centre, true, frame.to};
}

bool EnvelopeOverlay::placeOf(const FrameTrace& frame, double part, const CanvasGeometry& geometry, QPointF* at,
                              QPointF* from) const {
    layWays(geometry);
    if (!frame.from.valid() || frame.from.value >= mWays.size()) return false;
    const Way& laid = mWays[frame.from.value];
    const Way way = frame.to == laid.to ? laid : movedWay(frame, geometry);
    if (!way.drawn) return false;
    *at = way.start + way.along * part;
    if (from) *from = way.start + way.along * std::max(0.0, part - 0.4);
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

bool EnvelopeOverlay::isBehind(const FrameTrace& frame, const CanvasGeometry& geometry,
                               std::vector<qint64>& lastSlots) const {
    layWays(geometry);
    if (!frame.from.valid() || frame.from.value >= mWays.size()) return false;
    const double pixels =
        std::hypot(mWays[frame.from.value].along.x(), mWays[frame.from.value].along.y()) * geometry.scale();
    const auto flight = static_cast<double>((frame.arrive - frame.depart).count());
    // By when it left, and not by where it is: so the same frames are seen all along their way.
    const auto slot = static_cast<qint64>(static_cast<double>(frame.depart.count()) /
                                          std::max(1.0, flight * kApart / std::max(pixels, 1.0)));
    lastSlots.resize(mWays.size(), -1);
    return std::exchange(lastSlots[frame.from.value], slot) == slot;
}

std::vector<EnvelopeOverlay::Flying> EnvelopeOverlay::flying(const CanvasGeometry& geometry) const {
    std::vector<Flying> found;
    if (!mController.started()) return found;
    const auto& log = mController.log();
    const Place& place = mController.place();
    const qint64 moment = mController.momentRecord();
    const auto chosen = moment < 0 ? 0 : log.records()[static_cast<std::size_t>(moment)].event;
    std::vector<qint64> lastSlots;
    for (const std::uint32_t index : log.inFlight(place.time, kMostFlying)) {
        const FrameTrace& frame = log.frames()[index];
        if (frame.event > place.event || frame.arrive <= frame.depart) continue;
        if (isBehind(frame, geometry, lastSlots) && frame.event != chosen) continue;
        const double part = static_cast<double>((place.time - frame.depart).count()) /
                            static_cast<double>((frame.arrive - frame.depart).count());
        Flying one;
        one.frame = index;
        if (!placeOf(frame, part, geometry, &one.at, &one.from) && !placeLoop(index, part, geometry, &one)) continue;
        one.chosen = frame.event == chosen;
        found.push_back(one);
    }
    double progress = 0;
    const std::uint32_t still = mController.paceMap().loopFrame(place.position, &progress);
    Flying one;
    if (still != kNoIndex && log.frames()[still].event <= place.event && placeLoop(still, progress, geometry, &one)) {
        one.chosen = log.frames()[still].event == chosen;
        found.push_back(one);
    }
    return found;
}

QPixmap EnvelopeOverlay::picture(std::uint16_t number, double ratio, bool chosen) {
    const bool dark = shared::Theme::instance().isDark();
    if (dark != mDark || mPictures.size() > 300) mPictures.clear();
    mDark = dark;
    const Look& s = mLooks[number];
    QPixmap& picture = mPictures[quint64{number} << 32 | static_cast<quint64>(ratio * 1024) << 1 | (chosen ? 1 : 0)];
    if (!picture.isNull()) return picture;
    const bool inside = s.protocol == sim::dissect::Protocol::Vpn;
    const auto& colors = shared::Theme::instance().colors();
    const QSizeF size(kWidth + 4 * kHalo, kHeight + 4 * kHalo);
    picture = QPixmap((size * ratio).toSize());
    picture.fill(Qt::transparent);
    QPainter p(&picture);
    p.scale(ratio, ratio); // a ratio below 1 is one that a pixmap would not take
    p.setRenderHint(QPainter::Antialiasing);
    const QRectF body(2 * kHalo, 2 * kHalo, kWidth, kHeight);
    const QColor fill = shared::Theme::protocolColor(s.protocol);
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
    const QColor ink = shared::Theme::inkOn(fill);
    QColor flap = ink;
    flap.setAlpha(95);
    p.setPen(QPen(flap, 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    p.setBrush(Qt::NoBrush);
    p.drawPolyline(QPolygonF{body.topLeft() + QPointF(2.5, 2), QPointF(body.center().x(), body.top() + 8.5),
                             body.topRight() + QPointF(-2.5, 2)});
    if (inside) p.drawRoundedRect(body.adjusted(4, 4, -4, -4), 3, 3);
    QFont font = shared::Theme::heading();
    font.setPixelSize(s.word.size() > 4 ? 10 : 11);
    font.setWeight(QFont::Bold);
    p.setFont(font);
    p.setPen(ink);
    p.drawText(body.adjusted(0, 3.5, 0, 1.5), Qt::AlignCenter, s.word);
    return picture;
}

void EnvelopeOverlay::paint(QPainter& painter, const CanvasGeometry& geometry) {
    if (!mController.started()) return;
    const auto& all = air(geometry);
    paintHistory(painter, geometry, all.size());
    if (all.empty() || areMarks(all.size(), pictureScale(geometry, all.size(), painter.device()->devicePixelRatioF())))
        return;
    if (!mReduced && all.size() <= kMostWithTail)
        paintTails(painter, all, envelopeScale(geometry, all.size()) / geometry.scale());
    paintEnvelopes(painter, geometry, all);
}

void EnvelopeOverlay::paintTails(QPainter& painter, const std::vector<Flying>& all, double scale) {
    for (const Flying& one : all) {
        QColor color = shared::Theme::protocolColor(mLooks[lookOf(one.frame)].protocol);
        if (one.loop) {
            painter.setPen(QPen(color, 2.0 * scale, Qt::DotLine, Qt::RoundCap));
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

void EnvelopeOverlay::paintEnvelopes(QPainter& painter, const CanvasGeometry& geometry,
                                     const std::vector<Flying>& all) {
    // Pictures are mapped by hand and put on whole pixels, so that words stay sharp.
    painter.setWorldMatrixEnabled(false);
    const double ratio = painter.device()->devicePixelRatioF();
    const double size = envelopeScale(geometry, all.size());
    const double cached = pictureScale(geometry, all.size(), ratio);
    const double reach = kWidth * size; // what is farther out cannot be seen
    const QRectF seen = geometry.toView.mapRect(geometry.visible).adjusted(-reach, -reach, reach, reach);
    struct Batch {
        QPixmap shape;
        std::vector<QPainter::PixmapFragment> places;
    };
    std::vector<Batch> batches; // by look and being chosen
    const bool many = all.size() > kMostPainted;
    for (const Flying& one : all) {
        const QPointF at = geometry.toView.map(one.at);
        if (!seen.contains(at)) continue;
        const std::uint16_t look = lookOf(one.frame);
        const std::size_t number = 2 * std::size_t{look} + (one.chosen ? 1 : 0);
        if (number >= batches.size()) batches.resize(number + 1);
        Batch& batch = batches[number];
        if (batch.shape.isNull()) batch.shape = picture(look, cached, one.chosen);
        const QRectF whole(QPointF(0, 0), QSizeF(batch.shape.size()));
        if (many) {
            batch.places.push_back(QPainter::PixmapFragment::create(at, whole, 1 / ratio, 1 / ratio));
        } else {
            const QSizeF shown = whole.size() / ratio;
            const QPointF corner(std::round((at.x() - shown.width() / 2) * ratio) / ratio,
                                 std::round((at.y() - shown.height() / 2) * ratio) / ratio);
            painter.drawPixmap(QRectF(corner, shown), batch.shape, whole);
        }
        if (one.loop) {
            painter.setFont(shared::Theme::monospaced(0.95));
            painter.setPen(shared::Theme::instance().colors().dim);
            painter.drawText(geometry.toView.map(one.from + QPointF(38, -20)), QStringLiteral("lo"));
        }
    }
    for (const Batch& batch : batches)
        if (!batch.places.empty())
            painter.drawPixmapFragments(batch.places.data(), static_cast<int>(batch.places.size()), batch.shape);
    painter.setWorldMatrixEnabled(true);
}

void EnvelopeOverlay::paintHistory(QPainter& painter, const CanvasGeometry& geometry, std::size_t inFlight) {
    const auto& log = mController.log();
    const auto& pace = mController.paceMap();
    const auto& network = mController.timeline().start();
    const Place& place = mController.place();
    const auto& colors = shared::Theme::instance().colors();
    const double scale = envelopeScale(geometry, inFlight) / geometry.scale();
    // Where much arrives at once, the rings of the last instant would only flicker.
    const bool rings = !mReduced && inFlight <= kMostWithTail;
    int drops = 0;
    std::size_t i = log.firstOfEvent(place.event + 1);
    for (std::size_t seen = 0; i > 0 && seen < kMostHistory; ++seen) {
        const Record& record = log.records()[--i];
        const double age = place.position - pace.positionOf(record.time, record.event);
        if (age > kTagMs) break;
        if (record.kind == RecordKind::Dropped && !rows::isNoise(record) && drops++ < kMostDrops)
            paintDrop(painter, geometry, record, age);
        if (record.kind != RecordKind::FrameReceived || !rings || age > kRingMs) continue;
        const auto* node = geometry.node(mController.nodeOf(record.device));
        if (!node) continue;
        const FrameTrace& frame = log.frames()[record.index];
        if (frame.from.valid() && network.isLoopback(frame.from)) continue;
        // One ring that grows and fades at the tile where the frame arrived.
        const double part = std::clamp(age / kRingMs, 0.0, 1.0);
        QColor color = shared::Theme::protocolColor(mLooks[lookOf(record.index)].protocol);
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
    const auto& colors = shared::Theme::instance().colors();
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
        const QPixmap shape = picture(lookOf(index), ratio, false);
        painter.setOpacity(1 - 0.8 * part);
        painter.translate(view);
        painter.rotate(14 * part);
        const QSizeF shown = QSizeF(shape.size()) / ratio;
        painter.drawPixmap(QRectF(QPointF(-shown.width() / 2, -shown.height() / 2), shown), shape,
                           QRectF(QPointF(0, 0), QSizeF(shape.size())));
        painter.setPen(QPen(colors.error, 2.5, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(-7, -7), QPointF(7, 7));
        painter.drawLine(QPointF(-7, 7), QPointF(7, -7));
        painter.resetTransform();
        painter.setOpacity(1);
    }
    const QString why = QStringLiteral("✕ ") + rows::dropText(record.dropReason());
    painter.setFont(shared::Theme::heading(0.9));
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
    const auto all = flying(geometry);
    const double scale = envelopeScale(geometry, all.size()) / geometry.scale();
    const QSizeF half(kWidth * scale / 2, kHeight * scale / 2);
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
    const auto s =
        rows::summaryOf(mController.log(), mController.log().records()[static_cast<std::size_t>(record)].index);
    return QCoreApplication::translate("ui::run", "%1: %2 → %3\n%4")
        .arg(rows::text(s.protocolName), rows::text(s.source), rows::text(s.destination), rows::text(s.info));
}

} // namespace ui::run
