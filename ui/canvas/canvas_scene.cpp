#include "ui/canvas/canvas_scene.h"

#include <QPainterPath>
#include <QPainterPathStroker>

namespace ui::canvas {

using namespace model::lab;

void NodeItem::setShape(const NodeShape& shape) {
    const QRectF words = shape.nameRect.united(shape.addressRect);
    if (shape.tile == mTile && words == mWords) return;
    prepareGeometryChange();
    mTile = shape.tile;
    mWords = words;
}

QPainterPath NodeItem::shape() const {
    QPainterPath path;
    path.addRoundedRect(mTile, kTileRadius, kTileRadius);
    path.addRect(mWords);
    return path;
}

void LinkItem::setShape(const LinkShape& shape) {
    const QLineF line = shape.path;
    if (line == mLine) return;
    prepareGeometryChange();
    mLine = line;
    mBounds = QRectF(line.p1(), line.p2()).normalized().adjusted(-6, -6, 6, 6);
}

QPainterPath LinkItem::shape() const {
    QPainterPath line;
    line.moveTo(mLine.p1());
    line.lineTo(mLine.p2());
    QPainterPathStroker stroker;
    stroker.setWidth(4);
    return stroker.createStroke(line);
}

CanvasScene::CanvasScene(QObject* parent) : QGraphicsScene(parent) {
    // Far larger than any lab, so that panning never meets an edge and zooming never recentres.
    setSceneRect(-100000, -100000, 200000, 200000);
}

void CanvasScene::sync(const CanvasGeometry& geometry) {
    std::erase_if(mNodes, [&](const auto& entry) {
        if (geometry.node(entry.first)) return false;
        delete entry.second;
        return true;
    });
    std::erase_if(mLinks, [&](const auto& entry) {
        if (geometry.link(entry.first)) return false;
        delete entry.second;
        return true;
    });
    for (const NodeShape& shape : geometry.nodes()) {
        NodeItem*& item = mNodes[shape.id];
        if (!item) addItem(item = new NodeItem(shape.id));
        item->setShape(shape);
    }
    for (const LinkShape& shape : geometry.links()) {
        LinkItem*& item = mLinks[shape.id];
        if (!item) addItem(item = new LinkItem(shape.id));
        item->setShape(shape);
    }
}

NodeId CanvasScene::nodeAt(QPointF point, bool* onWords) const {
    for (QGraphicsItem* item : items(point))
        if (auto* node = qgraphicsitem_cast<NodeItem*>(item)) {
            if (onWords) *onWords = node->isOnWords(point);
            return node->id();
        }
    if (onWords) *onWords = false;
    return {};
}

LinkId CanvasScene::linkAt(QPointF point, double reach) const {
    const QRectF near(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach);
    for (QGraphicsItem* item : items(near, Qt::IntersectsItemShape))
        if (auto* link = qgraphicsitem_cast<LinkItem*>(item)) return link->id();
    return {};
}

std::set<NodeId> CanvasScene::nodesIn(const QRectF& rect) const {
    std::set<NodeId> found;
    // By rectangles: asking a thousand items for their outlines at every move of a rubber band is slow.
    for (QGraphicsItem* item : items(rect, Qt::IntersectsItemBoundingRect))
        if (auto* node = qgraphicsitem_cast<NodeItem*>(item); node && node->touches(rect)) found.insert(node->id());
    return found;
}

std::set<LinkId> CanvasScene::linksIn(const QRectF& rect) const {
    std::set<LinkId> found;
    for (QGraphicsItem* item : items(rect, Qt::IntersectsItemBoundingRect))
        if (auto* link = qgraphicsitem_cast<LinkItem*>(item); link && link->isInside(rect)) found.insert(link->id());
    return found;
}

} // namespace ui::canvas
