// The scene behind the canvas: an item for each node and cable, for finding what lies under the pointer.
#pragma once

#include "ui/canvas/geometry.h"

#include <QGraphicsItem>
#include <QGraphicsScene>

#include <map>

namespace ui::canvas {

/// NodeItem covers a tile and its words. It draws nothing: the still picture does.
class NodeItem final : public QGraphicsItem {
public:
    enum { Type = UserType + 1 };
    explicit NodeItem(model::lab::NodeId id) : mId(id) { setZValue(1); }
    int type() const override { return Type; }
    model::lab::NodeId id() const { return mId; }
    void setShape(const NodeShape& shape);
    QRectF boundingRect() const override { return mTile | mWords; }
    QPainterPath shape() const override;
    bool isOnWords(QPointF scenePos) const { return mWords.contains(scenePos); }
    bool touches(const QRectF& rect) const { return mTile.intersects(rect) || mWords.intersects(rect); }
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override {}

private:
    model::lab::NodeId mId;
    QRectF mTile, mWords;
};

/// LinkItem covers a cable, a little wider than it is drawn.
class LinkItem final : public QGraphicsItem {
public:
    enum { Type = UserType + 2 };
    explicit LinkItem(model::lab::LinkId id) : mId(id) {}
    int type() const override { return Type; }
    model::lab::LinkId id() const { return mId; }
    void setShape(const LinkShape& shape);
    bool isInside(const QRectF& rect) const { return rect.contains(mLine.p1()) && rect.contains(mLine.p2()); }
    QRectF boundingRect() const override { return mBounds; }
    QPainterPath shape() const override;
    void paint(QPainter*, const QStyleOptionGraphicsItem*, QWidget*) override {}

private:
    model::lab::LinkId mId;
    QLineF mLine;
    QRectF mBounds;
};

/// CanvasScene is the lab as items, which follow the document.
class CanvasScene : public QGraphicsScene {
    Q_OBJECT
public:
    explicit CanvasScene(QObject* parent = nullptr);

    /// sync makes, moves and removes items so that they lie where the geometry says.
    void sync(const CanvasGeometry& geometry);

    /// nodeAt and linkAt give what lies under a point of the scene; none: nothing does. reach is in scene units.
    model::lab::NodeId nodeAt(QPointF point, bool* onWords = nullptr) const;
    model::lab::LinkId linkAt(QPointF point, double reach = 6.0) const;
    std::set<model::lab::NodeId> nodesIn(const QRectF& rect) const;
    std::set<model::lab::LinkId> linksIn(const QRectF& rect) const;

private:
    std::map<model::lab::NodeId, NodeItem*> mNodes;
    std::map<model::lab::LinkId, LinkItem*> mLinks;
};

} // namespace ui::canvas
