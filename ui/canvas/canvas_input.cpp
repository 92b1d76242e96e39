// The canvas under hand: mouse, keys, drops. What can be done with them is in the tools.
#include "model/commands/commands.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/overlay.h"
#include "ui/canvas/tools.h"
#include "ui/shared/selection.h"
#include "ui/widgets/in_place_editor.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QMouseEvent>
#include <QScrollBar>

namespace ui::canvas {

using namespace model::lab;

namespace {
const QString kLabMime = QStringLiteral("application/x-packetarium-nodes");

bool isArrow(int key) {
    return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
}
} // namespace

void CanvasView::setTool(ToolKind kind) {
    std::unique_ptr<Tool> tool;
    switch (kind) {
    case ToolKind::Cable: tool = std::make_unique<CableTool>(*this); break;
    case ToolKind::Ping: tool = std::make_unique<PingTool>(*this); break;
    case ToolKind::Browse: tool = std::make_unique<BrowseTool>(*this); break;
    case ToolKind::Pull: tool = std::make_unique<PullTool>(*this); break;
    case ToolKind::Place:
    case ToolKind::Select:
        kind = ToolKind::Select;
        tool = std::make_unique<SelectTool>(*this);
        break;
    }
    installTool(std::move(tool), kind);
}

void CanvasView::setPlacing(Kind kind) { installTool(std::make_unique<PlaceTool>(*this, kind), ToolKind::Place); }

void CanvasView::installTool(std::unique_ptr<Tool> tool, ToolKind kind) {
    if (mToolKind == ToolKind::Select || mTool->escape()) viewport()->update();
    mTool = std::move(tool);
    mToolKind = kind;
    setHover({});
    updateCursor();
    viewport()->update();
    emit toolChanged(kind);
}

void CanvasView::updateCursor() {
    viewport()->setCursor(mPanning ? Qt::ClosedHandCursor : mSpaceDown ? Qt::OpenHandCursor : mTool->cursor());
}

void CanvasView::mousePressEvent(QMouseEvent* event) {
    mTag->hide();
    const bool pan = event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && mSpaceDown);
    if (pan) {
        mPanning = true;
        mSpaceUsed = mSpaceDown;
        mPanFrom = event->pos();
        updateCursor();
        return;
    }
    Pointer pointer = pointerAt(event->pos());
    pointer.button = event->button();
    pointer.modifiers = event->modifiers();
    if (mOverlay && event->button() == Qt::LeftButton && mToolKind == ToolKind::Select) {
        const qint64 record = mOverlay->recordAt(pointer.scene, mGeometry);
        if (record >= 0) {
            mSelection.setCurrentRecord(record);
            return;
        }
    }
    mTool->press(pointer);
}

void CanvasView::mouseMoveEvent(QMouseEvent* event) {
    if (mPanning) {
        const QPoint by = event->pos() - mPanFrom;
        mPanFrom = event->pos();
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - by.x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - by.y());
        return;
    }
    Pointer pointer = pointerAt(event->pos());
    pointer.modifiers = event->modifiers();
    mTool->move(pointer);
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event) {
    if (mPanning) {
        mPanning = false;
        updateCursor();
        return;
    }
    Pointer pointer = pointerAt(event->pos());
    pointer.button = event->button();
    pointer.modifiers = event->modifiers();
    mTool->release(pointer);
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event) {
    Pointer pointer = pointerAt(event->pos());
    pointer.button = event->button();
    pointer.modifiers = event->modifiers();
    if (mToolKind == ToolKind::Select)
        mTool->doubleClick(pointer);
    else
        mTool->press(pointer);
}

void CanvasView::contextMenuEvent(QContextMenuEvent* event) {
    if (event->reason() == QContextMenuEvent::Keyboard) {
        const NodeShape* shape = mGeometry.node(mSelection.node());
        const QPoint at = shape ? mapFromScene(shape->centre) : viewport()->rect().center();
        emit contextMenuRequested(viewport()->mapToGlobal(at), mSelection.node(), mSelection.link());
        return;
    }
    const Pointer pointer = pointerAt(event->pos());
    if (pointer.node.value && !mSelection.contains(pointer.node)) mSelection.select(pointer.node);
    if (pointer.link.value && !mSelection.contains(pointer.link)) mSelection.select(pointer.link);
    if (!pointer.node.value && !pointer.link.value) mSelection.clear();
    emit contextMenuRequested(event->globalPos(), pointer.node, pointer.link);
}

bool CanvasView::event(QEvent* event) {
    // Window-wide shortcuts come before keys; these two belong to the canvas while it has the focus.
    if (event->type() == QEvent::ShortcutOverride) {
        auto* key = static_cast<QKeyEvent*>(event);
        const bool plain = !(key->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier));
        if ((key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier) ||
            (plain && isArrow(key->key()) && mNudging && !mSelection.nodes().empty())) {
            event->accept();
            return true;
        }
    }
    return QGraphicsView::event(event);
}

void CanvasView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) {
        if (!event->isAutoRepeat()) {
            mSpaceDown = true;
            mSpaceUsed = false;
            updateCursor();
        }
        return;
    }
    if (event->key() == Qt::Key_Escape) {
        if (!mTool->escape() && mToolKind != ToolKind::Select) setTool(ToolKind::Select);
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (!mSelection.isEmpty()) emit openRequested();
        return;
    }
    if (isArrow(event->key()) && nudge(event)) return;
    QWidget::keyPressEvent(event); // NOLINT(bugprone-parent-virtual-call): QGraphicsView would scroll by the arrow keys
}

void CanvasView::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat() && mSpaceDown) {
        mSpaceDown = false;
        updateCursor();
        if (!mSpaceUsed) emit playRequested();
        return;
    }
    QWidget::keyReleaseEvent(event); // NOLINT(bugprone-parent-virtual-call): as keyPressEvent
}

void CanvasView::focusOutEvent(QFocusEvent* event) {
    mSpaceDown = false;
    updateCursor();
    QGraphicsView::focusOutEvent(event);
    viewport()->update();
}

bool CanvasView::nudge(QKeyEvent* event) {
    if (!mNudging || mSelection.nodes().empty()) return false;
    const double step = event->modifiers() & Qt::ShiftModifier ? kGrid : 2;
    QPointF by;
    if (event->key() == Qt::Key_Left) by = {-step, 0};
    if (event->key() == Qt::Key_Right) by = {step, 0};
    if (event->key() == Qt::Key_Up) by = {0, -step};
    if (event->key() == Qt::Key_Down) by = {0, step};
    // All nudges of one selection are one step: nobody wants to undo twenty key presses.
    static int lastMerge = 0;
    if (!mNudgeStep) mNudgeStep = ++lastMerge;
    const auto& nodes = mSelection.nodes();
    model::commands::moveNodes(mDocument, {nodes.begin(), nodes.end()}, by, mNudgeStep);
    return true;
}

bool CanvasView::focusNextPrevChild(bool next) {
    // Tab walks through the nodes, in the order of the lab, and then on to the next widget.
    const auto& nodes = mDocument.lab().nodes;
    int at = next ? -1 : static_cast<int>(nodes.size());
    if (const NodeId chosen = mSelection.node(); chosen.value)
        for (std::size_t i = 0; i < nodes.size(); ++i)
            if (nodes[i].id == chosen) at = static_cast<int>(i);
    at += next ? 1 : -1;
    if (!hasFocus() || at < 0 || at >= static_cast<int>(nodes.size())) return QGraphicsView::focusNextPrevChild(next);
    mSelection.select(nodes[static_cast<std::size_t>(at)].id);
    reveal(nodes[static_cast<std::size_t>(at)].id);
    return true;
}

void CanvasView::dragEnterEvent(QDragEnterEvent* event) {
    if (!event->mimeData()->hasFormat(QLatin1String(kKindMime))) return;
    mDropKind = static_cast<Kind>(event->mimeData()->data(QLatin1String(kKindMime)).toInt());
    mDropping = true;
    event->acceptProposedAction();
}

void CanvasView::dragMoveEvent(QDragMoveEvent* event) {
    if (!mDropping) return;
    mDropAt = placeFor(viewportTransform().inverted().map(event->position()), event->modifiers());
    event->acceptProposedAction();
    viewport()->update();
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent*) {
    mDropping = false;
    viewport()->update();
}

void CanvasView::dropEvent(QDropEvent* event) {
    if (!event->mimeData()->hasFormat(QLatin1String(kKindMime))) return;
    mDropping = false;
    const Kind kind = static_cast<Kind>(event->mimeData()->data(QLatin1String(kKindMime)).toInt());
    const QPointF at = placeFor(viewportTransform().inverted().map(event->position()), event->modifiers());
    event->acceptProposedAction();
    mSelection.select(model::commands::addNode(mDocument, kind, at));
    setFocus();
    if (event->modifiers() & Qt::ShiftModifier) setPlacing(kind);
    viewport()->update();
}

void CanvasView::addAtCentre(Kind kind) {
    QPointF at = placeFor(visibleCentre(), Qt::NoModifier);
    // Beside what is there: a row to the right, then the next row.
    const QPointF first = at;
    for (int tries = 1; tries < 60; ++tries) {
        const QRectF room(at.x() - kTile, at.y() - kTile, 2 * kTile, 2 * kTile);
        if (mScene->nodesIn(room).empty()) break;
        const int row = tries / 6;
        at = first + QPointF((tries % 6) * 120.0, row * 120.0);
    }
    const NodeId made = model::commands::addNode(mDocument, kind, at);
    mSelection.select(made);
    reveal(made);
}

void CanvasView::renameInPlace(NodeId id) {
    const NodeShape* shape = mGeometry.node(id);
    if (!shape) return;
    reveal(id);
    mRenaming = id;
    invalidateStill();
    const QRectF place = viewportTransform().mapRect(shape->nameRect);
    const int width = std::max(130, static_cast<int>(place.width()) + 40);
    mEditor->setAccessibleName(tr("Name of the node"));
    mEditor->open(
        QRect(static_cast<int>(place.center().x()) - width / 2, static_cast<int>(place.top()) - 4, width, 26),
        shape->name, [this, id](const QString& name) { return model::commands::rename(mDocument, id, name.trimmed()); },
        [this] {
            mRenaming = {};
            invalidateStill();
            if (!QApplication::focusWidget() || mEditor->isAncestorOf(QApplication::focusWidget())) setFocus();
        });
}

void CanvasView::deleteSelection() {
    if (mSelection.isEmpty()) return;
    const std::vector<NodeId> nodes(mSelection.nodes().begin(), mSelection.nodes().end());
    const std::vector<LinkId> links(mSelection.links().begin(), mSelection.links().end());
    mSelection.clear();
    model::commands::remove(mDocument, nodes, links);
}

void CanvasView::selectAll() {
    std::set<NodeId> nodes;
    std::set<LinkId> links;
    for (const Node& node : mDocument.lab().nodes)
        nodes.insert(node.id);
    for (const Link& link : mDocument.lab().links)
        links.insert(link.id);
    mSelection.set(std::move(nodes), std::move(links));
}

void CanvasView::copySelection() {
    const std::vector<NodeId> nodes(mSelection.nodes().begin(), mSelection.nodes().end());
    if (nodes.empty()) return;
    const QByteArray text = model::commands::copy(mDocument.lab(), nodes);
    auto* mime = new QMimeData;
    mime->setData(kLabMime, text);
    mime->setText(QString::fromUtf8(text)); // readable where people paste it: a mail, an editor
    QApplication::clipboard()->setMimeData(mime);
}

void CanvasView::paste() {
    const QMimeData* mime = QApplication::clipboard()->mimeData();
    if (!mime) return;
    const QByteArray text = mime->hasFormat(kLabMime) ? mime->data(kLabMime) : mime->text().toUtf8();
    if (text.isEmpty()) return;
    const auto made = model::commands::paste(mDocument, text, QPointF(40, 40));
    if (made.empty())
        showError(tr("There is nothing on the clipboard that can be put here."), viewport()->rect().center());
    else
        mSelection.set({made.begin(), made.end()});
}

void CanvasView::duplicateSelection() {
    const std::vector<NodeId> nodes(mSelection.nodes().begin(), mSelection.nodes().end());
    if (nodes.empty()) return;
    const auto made = model::commands::duplicate(mDocument, nodes, QPointF(40, 40));
    mSelection.set({made.begin(), made.end()});
}

} // namespace ui::canvas
