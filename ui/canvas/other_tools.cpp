#include "model/commands/commands.h"
#include "model/lab/kinds.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/tools.h"
#include "ui/shared/selection.h"
#include "ui/shared/theme.h"
#include "ui/widgets/in_place_editor.h"

#include <QTimer>

namespace ui::canvas {

using namespace model::lab;

namespace {

/// leaveLater goes back to the Select tool when the present call has returned: it deletes the tool that calls it.
void leaveLater(CanvasView& view) {
    QTimer::singleShot(0, &view, [&view] { view.setTool(ToolKind::Select); });
}

} // namespace

bool canAct(const Node& node) { return !bridges(node.kind); }

QString firstAddress(const Node& node) {
    for (const Port& port : node.ports)
        if (!port.addresses.empty()) return QString::fromStdString(port.addresses.front().address.toString());
    return {};
}

void PlaceTool::press(const Pointer& pointer) {
    if (pointer.button != Qt::LeftButton) return;
    const NodeId made =
        model::commands::addNode(mView.document(), mKind, mView.placeFor(pointer.scene, pointer.modifiers));
    mView.selection().select(made);
}

void PlaceTool::move(const Pointer& pointer) {
    mAt = mView.placeFor(pointer.scene, pointer.modifiers);
    mShown = true;
    mView.refreshOverlay();
}

void PlaceTool::paint(QPainter& painter) {
    if (!mShown) return;
    painter.setOpacity(0.6);
    const QRectF tile(mAt.x() - kTile / 2, mAt.y() - kTile / 2, kTile, kTile);
    NetworkPainter::paintTile(painter, tile, mKind, shared::Theme::instance().colors(), false, true, mView.zoom());
    painter.setOpacity(1);
}

void PingTool::press(const Pointer& pointer) {
    if (pointer.button != Qt::LeftButton) return;
    const Lab& lab = mView.document().lab();
    const Node* node = lab.node(pointer.node);
    if (!node) {
        escape();
        return;
    }
    if (!mFrom.value) {
        if (!canAct(*node))
            mView.showError(CanvasView::tr("%1 has no programs to ping with.").arg(node->name), pointer.view);
        else
            mFrom = node->id;
        mEnd = pointer.scene;
        mView.refreshOverlay();
        return;
    }
    const QString target = firstAddress(*node);
    if (target.isEmpty()) {
        mView.showError(CanvasView::tr("%1 has no address to ping.").arg(node->name), pointer.view);
        return;
    }
    const NodeId from = mFrom;
    escape();
    emit mView.runRequested(from, QStringLiteral("ping ") + target);
    leaveLater(mView);
}

void PingTool::move(const Pointer& pointer) {
    mEnd = pointer.scene;
    mView.setHover(pointer.node);
    if (mFrom.value) mView.refreshOverlay();
}

bool PingTool::escape() {
    const bool busy = mFrom.value != 0;
    mFrom = {};
    mView.refreshOverlay();
    return busy;
}

void PingTool::paint(QPainter& painter) {
    const NodeShape* from = mFrom.value ? mView.geometry().node(mFrom) : nullptr;
    if (!from) return;
    QPen pen(shared::Theme::protocolColor(sim::dissect::Protocol::Icmp), 2, Qt::DashLine, Qt::RoundCap);
    painter.setPen(pen);
    painter.drawLine(from->centre, mEnd);
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(from->centre, kTile * 0.66, kTile * 0.66);
}

QString firstServer(const Lab& lab) {
    for (const Node& server : lab.nodes) {
        if (!server.webServer) continue;
        for (const Port& port : server.ports)
            for (const auto& prefix : port.addresses) {
                for (const Node& node : lab.nodes)
                    if (node.dnsServer)
                        for (const DnsRecord& record : node.dnsServer->records)
                            if (record.address == prefix.address) return record.name + QLatin1Char('/');
                return QString::fromStdString(prefix.address.toString()) + QLatin1Char('/');
            }
    }
    return {};
}

void BrowseTool::press(const Pointer& pointer) {
    if (pointer.button != Qt::LeftButton) return;
    const Node* node = mView.document().lab().node(pointer.node);
    if (!node) return;
    if (!canAct(*node)) {
        mView.showError(CanvasView::tr("%1 has no browser.").arg(node->name), pointer.view);
        return;
    }
    const QString page = QStringLiteral("http://") + firstServer(mView.document().lab());
    const NodeShape* shape = mView.geometry().node(node->id);
    const QPoint at = mView.mapFromScene(shape->tile.bottomLeft() + QPointF(0, 6));
    mView.editor().setAccessibleName(CanvasView::tr("Page to open"));
    mView.editor().open(
        QRect(at, QSize(230, 28)), page,
        [&view = mView, id = node->id](const QString& text) {
            const QString url = text.trimmed();
            if (!url.startsWith(QLatin1String("http://")) || url.size() < 8)
                return CanvasView::tr("A page looks like http://google.com/");
            emit view.runRequested(id, QStringLiteral("browse ") + url);
            leaveLater(view);
            return QString();
        },
        {}, false);
}

void BrowseTool::move(const Pointer& pointer) { mView.setHover(pointer.node); }

void PullTool::press(const Pointer& pointer) {
    if (pointer.button != Qt::LeftButton) return;
    if (pointer.link.value)
        emit mView.cableToggleRequested(pointer.link);
    else
        mView.showError(CanvasView::tr("Click a cable to unplug it, or to plug it in again."), pointer.view);
}

void PullTool::move(const Pointer& pointer) { mView.setHover({}, pointer.link); }

} // namespace ui::canvas
