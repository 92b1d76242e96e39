// Where everything of a lab is on the canvas. Painting, hit-testing and overlays ask here, so that they agree.
#pragma once

#include "model/lab/lab.h"

#include <QHash>
#include <QLineF>
#include <QRectF>
#include <QString>
#include <QTransform>

#include <map>
#include <set>
#include <vector>

namespace ui::canvas {

/// Sizes in canvas units: pixels at 100 %.
inline constexpr double kTile = 56.0;
inline constexpr double kTileRadius = 13.0;
inline constexpr double kPortDistance = 40.0; ///< from the centre of a tile to the mark of its port
inline constexpr double kGrid = 20.0;

/// PortState is what the mark at the end of a cable says; it has a shape and a colour of its own.
enum class PortState : std::uint8_t { Up, Down, Blocked, Unplugged };

/// EndStates are the states at the two ends of a link.
struct EndStates {
    PortState a = PortState::Up, b = PortState::Up;
    bool operator==(const EndStates&) const = default;
};

/// NodeShape is where the parts of a node are drawn.
struct NodeShape {
    model::lab::NodeId id;
    model::lab::Kind kind = model::lab::Kind::Host;
    QPointF centre;
    QRectF tile;
    QRectF nameRect;    ///< the words under the tile
    QRectF addressRect; ///< empty when there is no address to show
    QString name, address;
    bool automatic = false; ///< nobody typed the addresses: the plan gave them
    int freePorts = 0;      ///< ports that a cable could be put into
};

/// LinkShape is where a cable is drawn.
struct LinkShape {
    model::lab::LinkId id;
    model::lab::NodeId a, b;
    QLineF path;          ///< from the centre of a's tile to the centre of b's
    QPointF edgeA, edgeB; ///< where the path leaves the tiles
    QPointF markA, markB; ///< the port marks
    QLineF drawn; ///< the part of the path that is drawn: a cable does not run through the words of its own ends
    EndStates states;
    QString portA, portB;
    double lane = 0; ///< how far to the side, where several cables join the same two nodes
};

/// CanvasGeometry is made from a lab and the view's transform. All coordinates are those of the scene.
class CanvasGeometry {
public:
    CanvasGeometry() = default;
    /// rebuild computes everything anew. offset moves the given nodes, for a drag that is not a step yet.
    void rebuild(const model::lab::Lab& lab, const std::set<model::lab::NodeId>& moved = {}, QPointF offset = {});
    /// move shifts nodes with their cables and nothing else; it does not touch bounds. For every step of a drag.
    void move(const std::set<model::lab::NodeId>& moved, QPointF by);
    /// setStates puts the states that a running simulation reports in the place of the lab's own.
    void setStates(const std::map<model::lab::LinkId, EndStates>& states);

    const std::vector<NodeShape>& nodes() const { return mNodes; }
    const std::vector<LinkShape>& links() const { return mLinks; }
    /// node and link are null for what is not on the canvas.
    const NodeShape* node(model::lab::NodeId id) const;
    const LinkShape* link(model::lab::LinkId id) const;
    QRectF tile(model::lab::NodeId id) const;
    /// along is the point on a link at fraction t (0 … 1) of the way between the edges of its tiles, beginning at from.
    QPointF along(model::lab::LinkId link, model::lab::NodeId from, double t) const;
    /// bounds is what the nodes, their words and the areas cover.
    QRectF bounds() const { return mBounds; }

    /// revision is another number whenever something has another place in the scene; no two geometries share one.
    std::uint64_t revision() const { return mRevision; }

    /// toView maps the scene to the pixels of the viewport.
    QTransform toView;
    /// visible is the part of the scene that can be seen.
    QRectF visible;
    /// scale is 1 at 100 %.
    double scale() const { return toView.m11(); }

private:
    void place(LinkShape& shape) const;

    std::vector<NodeShape> mNodes;
    std::vector<LinkShape> mLinks;
    std::vector<int> mNodeIndex, mLinkIndex;            // by id, -1: none
    QHash<QString, double> mNameWidths, mAddressWidths; // measuring text is what a rebuild would spend its time on
    QRectF mBounds;
    std::uint64_t mRevision = 0;
};

/// nameFont and addressFont are the fonts of the words under a tile, in canvas units.
QFont nameFont();
QFont addressFont();
/// addressText is the line under a name: its addresses without their lengths, or nothing.
QString addressText(const model::lab::Node& node);

} // namespace ui::canvas
