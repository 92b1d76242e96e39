// The tools of the canvas.
#pragma once

#include "model/lab/lab.h"
#include "ui/canvas/tool.h"

#include <QRectF>

#include <set>

namespace ui::canvas {

/// SelectTool chooses, moves, and opens what is double-clicked; on empty ground it draws a rubber band.
class SelectTool final : public Tool {
public:
    using Tool::Tool;
    void press(const Pointer& pointer) override;
    void move(const Pointer& pointer) override;
    void release(const Pointer& pointer) override;
    void doubleClick(const Pointer& pointer) override;
    bool escape() override;
    void paint(QPainter& painter) override;

private:
    enum class Doing : std::uint8_t { Nothing, Pressed, Dragging, Band };
    QPointF dragDelta(const Pointer& pointer) const;
    Doing mDoing = Doing::Nothing;
    QPointF mFrom;
    QPoint mFromView;
    QPointF mGrabbedAt; // the grabbed node's own place: that is what snaps
    model::lab::NodeId mGrabbed;
    bool mSelectOnRelease = false;
    QRectF mBand;
    std::set<model::lab::NodeId> mNodesBefore;
    std::set<model::lab::LinkId> mLinksBefore;
};

/// CableTool draws cables from port to port until it is left with Esc.
class CableTool final : public Tool {
public:
    using Tool::Tool;
    void press(const Pointer& pointer) override;
    void move(const Pointer& pointer) override;
    void release(const Pointer& pointer) override;
    bool escape() override;
    void paint(QPainter& painter) override;
    QCursor cursor() const override { return Qt::CrossCursor; }

private:
    /// choosePort calls then with a free port of the node: the only one, or the one picked from a menu at the pointer.
    template <class Then>
    void choosePort(model::lab::NodeId node, const Pointer& pointer, Then then);
    /// offerKinds asks at the pointer what the cable shall lead to, and puts it there; Esc lets the cable go.
    void offerKinds(const Pointer& pointer);
    void begin(model::lab::NodeId node, const QString& port);
    void finish(model::lab::NodeId node, const QString& port, QPoint viewPos);

    model::lab::NodeId mFrom;
    QString mFromPort;
    model::lab::NodeId mPressed;
    QPoint mPressedAt;
    QPointF mEnd;
    model::lab::NodeId mOver;
    bool mDragging = false;
};

/// PlaceTool puts another node at every click.
class PlaceTool final : public Tool {
public:
    PlaceTool(CanvasView& view, model::lab::Kind kind) : Tool(view), mKind(kind) {}
    void press(const Pointer& pointer) override;
    void move(const Pointer& pointer) override;
    void paint(QPainter& painter) override;
    QCursor cursor() const override { return Qt::CrossCursor; }

private:
    model::lab::Kind mKind;
    QPointF mAt;
    bool mShown = false;
};

/// PingTool takes two clicks: who pings, and whom.
class PingTool final : public Tool {
public:
    using Tool::Tool;
    void press(const Pointer& pointer) override;
    void move(const Pointer& pointer) override;
    bool escape() override;
    void paint(QPainter& painter) override;
    QCursor cursor() const override { return Qt::PointingHandCursor; }

private:
    model::lab::NodeId mFrom;
    QPointF mEnd;
};

/// BrowseTool asks, at the host that was clicked, for the page its browser shall open.
class BrowseTool final : public Tool {
public:
    using Tool::Tool;
    void press(const Pointer& pointer) override;
    void move(const Pointer& pointer) override;
    QCursor cursor() const override { return Qt::PointingHandCursor; }
};

/// PullTool pulls the cable that is clicked, or plugs it in again.
class PullTool final : public Tool {
public:
    using Tool::Tool;
    void press(const Pointer& pointer) override;
    void move(const Pointer& pointer) override;
    QCursor cursor() const override { return Qt::PointingHandCursor; }
};

/// canAct tells whether a node of this kind runs programs that people start: ping, a browser.
bool canAct(const model::lab::Node& node);
/// firstAddress is the first address that a node has, without its length; empty when it has none.
QString firstAddress(const model::lab::Node& node);
/// firstServer is "google.com/", the first web server by the name that a DNS server of the lab gives it, or else by its
/// address; empty when there is none.
QString firstServer(const model::lab::Lab& lab);

} // namespace ui::canvas
