#include "model/commands/commands.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/tools.h"
#include "ui/shared/selection.h"
#include "ui/shared/theme.h"

#include <QApplication>

namespace ui::canvas {

using namespace model::lab;

void SelectTool::press(const Pointer& pointer) {
    if (pointer.button != Qt::LeftButton) return;
    auto& selection = mView.selection();
    const bool more = pointer.modifiers & (Qt::ControlModifier | Qt::ShiftModifier);
    mFrom = pointer.scene;
    mFromView = pointer.view;
    mSelectOnRelease = false;
    if (pointer.node.value) {
        if (more)
            selection.toggle(pointer.node);
        else if (!selection.contains(pointer.node))
            selection.select(pointer.node);
        else
            mSelectOnRelease = true; // one of several: a plain click chooses it alone, a drag moves all
        mGrabbed = pointer.node;
        const NodeShape* shape = mView.geometry().node(pointer.node);
        mGrabbedAt = shape ? shape->centre : pointer.scene;
        mDoing = selection.contains(pointer.node) ? Doing::Pressed : Doing::Nothing;
    } else if (pointer.link.value) {
        if (more)
            selection.toggle(pointer.link);
        else
            selection.select(pointer.link);
        mDoing = Doing::Nothing;
    } else {
        mNodesBefore = more ? selection.nodes() : std::set<NodeId>{};
        mLinksBefore = more ? selection.links() : std::set<LinkId>{};
        if (!more) selection.clear();
        mBand = QRectF();
        mDoing = Doing::Band;
    }
}

QPointF SelectTool::dragDelta(const Pointer& pointer) const {
    const QPointF wanted = mGrabbedAt + (pointer.scene - mFrom);
    return mView.snapped(wanted, pointer.modifiers) - mGrabbedAt;
}

void SelectTool::move(const Pointer& pointer) {
    switch (mDoing) {
    case Doing::Nothing: break;
    case Doing::Pressed:
        if ((pointer.view - mFromView).manhattanLength() < QApplication::startDragDistance() / 2 + 1) break;
        mDoing = Doing::Dragging;
        [[fallthrough]];
    case Doing::Dragging: mView.setDragOffset(dragDelta(pointer)); break;
    case Doing::Band: {
        mBand = QRectF(mFrom, pointer.scene).normalized();
        auto nodes = mView.canvasScene().nodesIn(mBand);
        auto links = mView.canvasScene().linksIn(mBand);
        nodes.insert(mNodesBefore.begin(), mNodesBefore.end());
        links.insert(mLinksBefore.begin(), mLinksBefore.end());
        mView.selection().set(std::move(nodes), std::move(links));
        mView.refreshOverlay();
        break;
    }
    }
}

void SelectTool::release(const Pointer& pointer) {
    if (pointer.button != Qt::LeftButton) return;
    const Doing was = mDoing;
    mDoing = Doing::Nothing;
    if (was == Doing::Dragging) {
        const QPointF delta = dragDelta(pointer);
        mView.setDragOffset({});
        const auto& nodes = mView.selection().nodes();
        if (!delta.isNull()) model::commands::moveNodes(mView.document(), {nodes.begin(), nodes.end()}, delta);
    } else if (was == Doing::Pressed && mSelectOnRelease) {
        mView.selection().select(mGrabbed);
    }
    mBand = QRectF();
    mView.refreshOverlay();
}

void SelectTool::doubleClick(const Pointer& pointer) {
    mDoing = Doing::Nothing;
    if (pointer.node.value && pointer.onWords) {
        mView.renameInPlace(pointer.node);
    } else if (pointer.node.value) {
        mView.selection().select(pointer.node);
        emit mView.openRequested();
    } else if (pointer.link.value) {
        mView.selection().select(pointer.link);
        emit mView.openRequested();
    }
}

bool SelectTool::escape() {
    const bool busy = mDoing != Doing::Nothing;
    if (mDoing == Doing::Dragging) mView.setDragOffset({});
    mDoing = Doing::Nothing;
    mBand = QRectF();
    if (!busy) mView.selection().clear();
    mView.refreshOverlay();
    return true;
}

void SelectTool::paint(QPainter& painter) {
    if (mDoing != Doing::Band || mBand.isNull()) return;
    const auto& colors = shared::Theme::instance().colors();
    QColor fill = colors.accent;
    fill.setAlpha(28);
    QPen pen(colors.accent, 1);
    pen.setCosmetic(true);
    painter.setPen(pen);
    painter.setBrush(fill);
    painter.drawRect(mBand);
}

} // namespace ui::canvas
