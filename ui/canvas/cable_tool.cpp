#include "model/commands/commands.h"
#include "model/document/document.h"
#include "model/lab/kinds.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/tools.h"
#include "ui/shared/icons.h"
#include "ui/shared/selection.h"
#include "ui/shared/theme.h"

#include <QApplication>
#include <QMenu>
#include <QUndoStack>

namespace ui::canvas {

using namespace model::lab;

namespace {

std::vector<const Port*> freePorts(const Lab& lab, const Node& node) {
    std::vector<const Port*> ports;
    for (const Port& port : node.ports)
        if (!port.tunnel && !lab.linkAt(node.id, port.name)) ports.push_back(&port);
    return ports;
}

} // namespace

template <class Then>
void CableTool::choosePort(NodeId id, const Pointer& pointer, Then then) {
    const Lab& lab = mView.document().lab();
    const Node* node = lab.node(id);
    if (!node) return;
    const auto ports = freePorts(lab, *node);
    if (ports.empty() && !growsPorts(node->kind)) {
        mView.showError(CanvasView::tr("%1 has no free port.").arg(node->name), pointer.view);
        return;
    }
    // The ports of a switch are all alike: nobody wants to be asked.
    if (ports.size() < 2 || bridges(node->kind)) {
        then(ports.empty() ? QString() : ports.front()->name);
        return;
    }
    auto* menu = new QMenu(&mView);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setAccessibleName(CanvasView::tr("Free ports of %1").arg(node->name));
    for (const Port* port : ports) {
        QString text = port->name;
        if (!port->addresses.empty())
            text += QStringLiteral("\t") + QString::fromStdString(port->addresses.front().toString());
        QObject::connect(menu->addAction(text), &QAction::triggered, &mView, [then, name = port->name] { then(name); });
    }
    menu->setActiveAction(menu->actions().first());
    menu->popup(pointer.global);
}

void CableTool::press(const Pointer& pointer) {
    if (pointer.button != Qt::LeftButton) return;
    mPressed = pointer.node;
    mPressedAt = pointer.view;
    mEnd = pointer.scene;
    mDragging = false;
}

void CableTool::move(const Pointer& pointer) {
    mEnd = pointer.scene;
    mOver = pointer.node;
    mView.setHover(pointer.node);
    const bool far = (pointer.view - mPressedAt).manhattanLength() >= QApplication::startDragDistance();
    if (mPressed.value && !mFrom.value && far && pointer.node != mPressed) {
        mDragging = true;
        begin(mPressed, QString());
    }
    if (mFrom.value) mView.refreshOverlay();
}

void CableTool::release(const Pointer& pointer) {
    if (pointer.button != Qt::LeftButton) return;
    const NodeId pressed = mPressed;
    mPressed = {};
    if (mDragging) {
        mDragging = false;
        if (pointer.node.value && pointer.node != mFrom)
            choosePort(pointer.node, pointer,
                       [this, to = pointer.node, at = pointer.view](const QString& port) { finish(to, port, at); });
        else if (!pointer.node.value)
            offerKinds(pointer);
        else
            escape();
        return;
    }
    if (!pointer.node.value || pointer.node != pressed) {
        if (!pointer.node.value && mFrom.value) escape(); // a click on empty ground lets the cable go
        return;
    }
    const NodeId node = pointer.node;
    if (!mFrom.value)
        choosePort(node, pointer, [this, node](const QString& port) { begin(node, port); });
    else if (node != mFrom)
        choosePort(node, pointer, [this, node, at = pointer.view](const QString& port) { finish(node, port, at); });
}

void CableTool::begin(NodeId node, const QString& port) {
    mFrom = node;
    mFromPort = port;
    if (const NodeShape* shape = mView.geometry().node(node); shape && !mDragging) mEnd = shape->centre;
    mView.refreshOverlay();
}

void CableTool::offerKinds(const Pointer& pointer) {
    const Lab& lab = mView.document().lab();
    const Node* from = lab.node(mFrom);
    if (!from) return;
    if (mFromPort.isEmpty() && freePorts(lab, *from).empty() && !growsPorts(from->kind)) {
        mView.showError(CanvasView::tr("%1 has no free port.").arg(from->name), pointer.view);
        escape();
        return;
    }
    auto* menu = new QMenu(&mView);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setAccessibleName(CanvasView::tr("What %1 is connected to").arg(from->name));
    const auto place = [view = &mView, end = LinkEnd{mFrom, mFromPort}, at = pointer.view,
                        where = mView.placeFor(pointer.scene, pointer.modifiers)](Kind kind) {
        QUndoStack& steps = view->document().undoStack();
        steps.beginMacro(CanvasView::tr("Add %1 with its cable").arg(kindTitle(kind)));
        const NodeId made = model::commands::addNode(view->document(), kind, where);
        const QString error = model::commands::addLink(view->document(), end, {made, QString()});
        steps.endMacro();
        view->selection().select(made);
        if (!error.isEmpty()) view->showError(error, at);
    };
    for (const Kind kind : allKinds())
        if (available(kind))
            QObject::connect(menu->addAction(shared::icon(iconName(kind)), kindTitle(kind)), &QAction::triggered,
                             &mView, [place, kind] { place(kind); });
    QObject::connect(menu, &QMenu::aboutToHide, &mView, [this] { escape(); });
    menu->setActiveAction(menu->actions().first());
    menu->popup(pointer.global);
}

void CableTool::finish(NodeId node, const QString& port, QPoint viewPos) {
    const LinkEnd from{mFrom, mFromPort}, to{node, port};
    escape();
    const QString error = model::commands::addLink(mView.document(), from, to);
    if (!error.isEmpty()) mView.showError(error, viewPos);
}

bool CableTool::escape() {
    const bool busy = mFrom.value != 0;
    mFrom = {};
    mFromPort.clear();
    mDragging = false;
    mPressed = {};
    mView.refreshOverlay();
    return busy;
}

void CableTool::paint(QPainter& painter) {
    const NodeShape* from = mFrom.value ? mView.geometry().node(mFrom) : nullptr;
    if (!from) return;
    const auto& colors = shared::Theme::instance().colors();
    const NodeShape* over = mOver.value && mOver != mFrom ? mView.geometry().node(mOver) : nullptr;
    const QPointF end = over ? over->centre : mEnd;
    const QLineF line(from->centre, end);
    if (line.length() < kTile / 2) return;
    const QPointF start = line.pointAt(std::min(1.0, kPortDistance / line.length()));
    painter.setPen(QPen(colors.accent, 2, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(start, over ? line.pointAt(std::max(0.0, 1 - kPortDistance / line.length())) : end);
    NetworkPainter::paintPortMark(painter, start, PortState::Unplugged, colors, mView.zoom());
    if (!mFromPort.isEmpty()) {
        painter.setFont(addressFont());
        painter.setPen(colors.accent);
        painter.drawText(start + QPointF(8, -8), mFromPort);
    }
}

} // namespace ui::canvas
