#include "ui/canvas/canvas_view.h"

#include "model/document/document.h"
#include "ui/canvas/overlay.h"
#include "ui/canvas/tools.h"
#include "ui/shared/selection.h"
#include "ui/shared/theme.h"
#include "ui/widgets/in_place_editor.h"
#include "ui/widgets/plain_label.h"

#include <QAccessible>
#include <QLabel>
#include <QPaintEvent>
#include <QScrollBar>
#include <QTimer>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>
#include <cstring>

namespace ui::canvas {

using namespace model::lab;

CanvasView::CanvasView(model::document::Document& document, shared::Selection& selection, QWidget* parent)
    : QGraphicsView(parent), mDocument(document), mSelection(selection), mScene(new CanvasScene(this)) {
    setScene(mScene);
    setObjectName(QStringLiteral("canvas"));
    setAccessibleName(tr("Canvas"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
    setTransformationAnchor(QGraphicsView::NoAnchor);
    setResizeAnchor(QGraphicsView::NoAnchor);
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);

    mTag = widgets::plainLabel(viewport());
    mTag->setObjectName(QStringLiteral("tag"));
    mTag->setAttribute(Qt::WA_TransparentForMouseEvents);
    mTag->hide();
    mTagTimer = new QTimer(this);
    mTagTimer->setSingleShot(true);
    connect(mTagTimer, &QTimer::timeout, mTag, &QWidget::hide);
    mEditor = new widgets::InPlaceEditor(viewport());

    connect(&document, &model::document::Document::changed, this, &CanvasView::onDocumentChanged);
    connect(&selection, &shared::Selection::changed, this, &CanvasView::onSelectionChanged);
    connect(&shared::Theme::instance(), &shared::Theme::changed, this, &CanvasView::invalidateStill);
    mTool = std::make_unique<SelectTool>(*this);
    rebuild();
    centerOn(mGeometry.bounds().center());
}

CanvasView::~CanvasView() = default;

void CanvasView::setOverlay(Overlay* overlay) {
    mOverlay = overlay;
    viewport()->update();
}

void CanvasView::setPortStates(std::map<LinkId, EndStates> states) {
    if (states == mPortStates) return;
    mPortStates = std::move(states);
    rebuild();
}

void CanvasView::onDocumentChanged(const model::document::Change& change) {
    if (change.flags & model::document::Change::Everything && change.flags == model::document::Change::Everything) {
        mDragOffset = {};
        mPortStates.clear();
    }
    rebuild();
}

void CanvasView::onSelectionChanged() {
    mNudgeStep = 0;
    invalidateStill();
    const Node* node = mDocument.lab().node(mSelection.node());
    const Link* link = mDocument.lab().link(mSelection.link());
    const auto name = [this](NodeId id) {
        return mDocument.lab().node(id) ? mDocument.lab().node(id)->name : QString();
    };
    QString said = node   ? tr("%1, %2").arg(node->name, addressText(*node))
                   : link ? tr("Cable from %1 to %2").arg(name(link->a.node), name(link->b.node))
                          : tr("%n node(s) selected", nullptr, static_cast<int>(mSelection.nodes().size()));
    setAccessibleDescription(said);
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

void CanvasView::rebuild() {
    mGeometry.rebuild(mDocument.lab(), mDragOffset.isNull() ? std::set<NodeId>{} : mSelection.nodes(), mDragOffset);
    mGeometry.setStates(mPortStates);
    mScene->sync(mGeometry);
    invalidateStill();
}

void CanvasView::invalidateStill() {
    mStillDirty = true;
    viewport()->update();
}

void CanvasView::paintStill() {
    const double ratio = devicePixelRatioF();
    const QSize size = viewport()->size() * ratio;
    if (mStill.size() != size) mStill = QImage(size, QImage::Format_RGB32);
    mStill.setDevicePixelRatio(ratio);
    QPainter painter(&mStill);
    painter.setTransform(mGeometry.toView);
    const auto& colors = shared::Theme::instance().colors();
    NetworkPainter::paintGrid(painter, mGeometry.visible, mGeometry.scale(), colors, true);
    Marks marks;
    marks.nodes = &mSelection.nodes();
    marks.links = &mSelection.links();
    marks.hover = mHover;
    marks.hoverLink = mHoverLink;
    marks.hideName = mRenaming;
    mPainter.paint(painter, mDocument.lab(), mGeometry, colors, marks);
    // What has not had its turn yet is painted in the frames that follow.
    mStillDirty = mPainter.unfinished();
    if (mStillDirty) QTimer::singleShot(0, viewport(), qOverload<>(&QWidget::update));
}

void CanvasView::paintEvent(QPaintEvent*) {
    const QTransform now = viewportTransform();
    const QRectF visible = now.inverted().mapRect(QRectF(viewport()->rect()));
    if (mStillDirty || now != mGeometry.toView || mStill.size() != viewport()->size() * devicePixelRatioF()) {
        mGeometry.toView = now;
        mGeometry.visible = visible;
        paintStill();
    }
    QPainter painter(viewport());
    const SmallMarks* small = mOverlay ? mOverlay->smallMarks(mGeometry, devicePixelRatioF()) : nullptr;
    if (small && !small->places.empty()) {
        if (mMarked.size() != mStill.size()) mMarked = QImage(mStill.size(), mStill.format());
        mMarked.setDevicePixelRatio(mStill.devicePixelRatio());
        std::memcpy(mMarked.bits(), mStill.constBits(), static_cast<std::size_t>(mStill.sizeInBytes()));
        drawSmallMarks(mMarked, *small);
        painter.drawImage(0, 0, mMarked);
    } else {
        painter.drawImage(0, 0, mStill);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.setTransform(now);
    if (mOverlay) {
        painter.save();
        mOverlay->paint(painter, mGeometry);
        painter.restore();
    }
    mTool->paint(painter);
    if (mDropping) {
        painter.setOpacity(0.65);
        NetworkPainter::paintTile(painter, QRectF(mDropAt.x() - kTile / 2, mDropAt.y() - kTile / 2, kTile, kTile),
                                  mDropKind, shared::Theme::instance().colors(), false, true, zoom());
        painter.setOpacity(1);
    }
    if (mDocument.lab().nodes.empty() && !mDropping) {
        painter.resetTransform();
        painter.setFont(shared::Theme::heading(1.15));
        painter.setPen(shared::Theme::instance().colors().dim);
        const QRect middle = viewport()->rect().adjusted(20, mTopInset, -20, -mBottomInset);
        painter.drawText(
            middle, Qt::AlignCenter | Qt::TextWordWrap,
            tr("Drag a device here from the left, or double-click one.\nConnect devices with the Cable tool (C)."));
    }
    if (hasFocus() && mSelection.isEmpty()) {
        painter.resetTransform();
        QColor ring = shared::Theme::instance().colors().accent;
        ring.setAlpha(110);
        painter.setPen(QPen(ring, 2));
        painter.setBrush(Qt::NoBrush);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.drawLine(0, 0, viewport()->width(), 0);
    }
}

void CanvasView::resizeEvent(QResizeEvent* event) {
    QGraphicsView::resizeEvent(event);
    invalidateStill();
}

void CanvasView::scrollContentsBy(int, int) {
    // The base class would move the pixels of the viewport; everything is painted anew instead.
    mEditor->dismiss(); // it would stay where it is while its node moves away
    viewport()->update();
    // QGraphicsView works out its own scroll offset in there, so it must still be told.
    QGraphicsView::scrollContentsBy(0, 0);
}

void CanvasView::setZoom(double zoom, QPoint anchor) {
    zoom = std::clamp(zoom, 0.10, 4.0);
    const QPointF held = viewportTransform().inverted().map(QPointF(anchor));
    setTransform(QTransform::fromScale(zoom, zoom));
    const QPointF now = viewportTransform().map(held);
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() + qRound(now.x() - anchor.x()));
    verticalScrollBar()->setValue(verticalScrollBar()->value() + qRound(now.y() - anchor.y()));
    mEditor->dismiss();
    invalidateStill();
    emit zoomChanged(zoom);
}

void CanvasView::zoomBy(double factor) { setZoom(zoom() * factor, viewport()->rect().center()); }

void CanvasView::fit() {
    const QRectF bounds = mGeometry.bounds();
    if (bounds.isEmpty()) {
        setZoom(1, viewport()->rect().center());
        return;
    }
    const QRectF room = QRectF(viewport()->rect()).adjusted(28, 28 + mTopInset, -28, -28 - mBottomInset);
    if (room.width() < 40 || room.height() < 40) return;
    const double wanted = std::min({room.width() / bounds.width(), room.height() / bounds.height(), 1.25});
    // A little smaller than 100 % only blurs; a lab that nearly fits stays sharp.
    setZoom(wanted > 1.0 && wanted < 1.1 ? 1.0 : wanted, viewport()->rect().center());
    const QPointF off = viewportTransform().map(bounds.center()) - room.center();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() + qRound(off.x()));
    verticalScrollBar()->setValue(verticalScrollBar()->value() + qRound(off.y()));
    mFitted = stand();
}

void CanvasView::setInsets(int top, int bottom) {
    const bool otherTop = top != mTopInset;
    mTopInset = top;
    mBottomInset = bottom;
    if (!otherTop || stand() != mFitted) return;
    if (top == 0 || viewportTransform().mapRect(mGeometry.bounds()).top() < top) fit();
}

void CanvasView::reveal(NodeId id) {
    const NodeShape* shape = mGeometry.node(id);
    if (!shape) return;
    const QRectF there = viewportTransform().mapRect(shape->tile | shape->nameRect).adjusted(-16, -16, 16, 16);
    const QRectF room = QRectF(viewport()->rect()).adjusted(0, mTopInset, 0, -mBottomInset);
    double dx = 0, dy = 0;
    if (there.left() < room.left())
        dx = there.left() - room.left();
    else if (there.right() > room.right())
        dx = there.right() - room.right();
    if (there.top() < room.top())
        dy = there.top() - room.top();
    else if (there.bottom() > room.bottom())
        dy = there.bottom() - room.bottom();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() + qRound(dx));
    verticalScrollBar()->setValue(verticalScrollBar()->value() + qRound(dy));
}

QPointF CanvasView::visibleCentre() const {
    return viewportTransform().inverted().map(
        QPointF(viewport()->rect().adjusted(0, mTopInset, 0, -mBottomInset).center()));
}

void CanvasView::wheelEvent(QWheelEvent* event) {
    if (event->modifiers() & Qt::ControlModifier) {
        const double steps = event->angleDelta().y() / 120.0;
        setZoom(zoom() * std::pow(1.15, steps), event->position().toPoint());
    } else {
        QPoint by = event->pixelDelta().isNull() ? event->angleDelta() / 2 : event->pixelDelta();
        if (event->modifiers() & Qt::ShiftModifier) by = QPoint(by.y(), by.x());
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - by.x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - by.y());
    }
    event->accept();
}

void CanvasView::showError(const QString& text, QPoint viewPos) {
    mTag->setText(text);
    mTag->adjustSize();
    QPoint at = viewPos + QPoint(14, 14);
    at.setX(std::clamp(at.x(), 4, std::max(4, viewport()->width() - mTag->width() - 4)));
    at.setY(std::clamp(at.y(), 4, std::max(4, viewport()->height() - mTag->height() - 4)));
    mTag->move(at);
    mTag->show();
    mTag->raise();
    mTagTimer->start(3500);
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void CanvasView::setHover(NodeId node, LinkId link) {
    if (node == mHover && link == mHoverLink) return;
    mHover = node;
    mHoverLink = link;
    invalidateStill();
}

void CanvasView::setDragOffset(QPointF offset) {
    if (offset == mDragOffset) return;
    // The items stay where they are until the drag is a step: nobody looks for what is under the pointer meanwhile.
    mGeometry.move(mSelection.nodes(), offset - mDragOffset);
    mDragOffset = offset;
    invalidateStill();
}

QPointF CanvasView::snapped(QPointF point, Qt::KeyboardModifiers modifiers) const {
    if (modifiers & Qt::AltModifier) return {std::round(point.x()), std::round(point.y())};
    const auto soft = [](double v) {
        const double line = std::round(v / kGrid) * kGrid;
        return std::abs(line - v) <= 6 ? line : std::round(v);
    };
    return {soft(point.x()), soft(point.y())};
}

QPointF CanvasView::placeFor(QPointF point, Qt::KeyboardModifiers modifiers) const {
    if (modifiers & Qt::AltModifier) return snapped(point, modifiers);
    return {std::round(point.x() / kGrid) * kGrid, std::round(point.y() / kGrid) * kGrid};
}

Pointer CanvasView::pointerAt(QPoint viewPos) const {
    Pointer pointer;
    pointer.view = viewPos;
    pointer.global = viewport()->mapToGlobal(viewPos);
    pointer.scene = viewportTransform().inverted().map(QPointF(viewPos));
    pointer.node = mScene->nodeAt(pointer.scene, &pointer.onWords);
    if (!pointer.node.value) pointer.link = mScene->linkAt(pointer.scene, 5 / zoom());
    return pointer;
}

bool CanvasView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip && mOverlay) {
        auto* help = static_cast<QHelpEvent*>(event);
        const QString text = mOverlay->toolTipAt(viewportTransform().inverted().map(QPointF(help->pos())), mGeometry);
        if (!text.isEmpty()) {
            QToolTip::showText(help->globalPos(), widgets::plainTip(text), viewport());
            return true;
        }
    }
    return QGraphicsView::viewportEvent(event);
}

} // namespace ui::canvas
