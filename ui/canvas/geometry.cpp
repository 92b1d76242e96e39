#include "ui/canvas/geometry.h"

#include "ui/shared/theme.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QHash>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace ui::canvas {

using namespace model::lab;

QFont nameFont() {
    QFont font = QGuiApplication::font();
    font.setPixelSize(12);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont addressFont() {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setStyleHint(QFont::Monospace);
    font.setPixelSize(10);
    return font;
}

QString addressText(const Node& node) {
    QStringList parts;
    for (const Port& port : node.ports) {
        if (port.dhcp && port.addresses.empty()) parts << QStringLiteral("dhcp");
        for (const auto& prefix : port.addresses)
            parts << QString::fromStdString(prefix.address.toString());
    }
    // More than two do not fit under a tile; the inspector has them all.
    if (parts.size() > 2) return parts.mid(0, 2).join(QStringLiteral(" · ")) + QStringLiteral(" …");
    return parts.join(QStringLiteral(" · "));
}

namespace {

/// exitFrom is the distance from the centre of a rectangle's owner at which a ray leaves the rectangle; 0: never
/// inside.
double exitFrom(const QRectF& rect, QPointF from, QPointF direction) {
    if (rect.isEmpty()) return 0;
    double enter = 0, leave = 1e9;
    const double starts[2] = {from.x(), from.y()}, steps[2] = {direction.x(), direction.y()};
    const double lows[2] = {rect.left(), rect.top()}, highs[2] = {rect.right(), rect.bottom()};
    for (int i = 0; i < 2; ++i) {
        if (std::abs(steps[i]) < 1e-9) {
            if (starts[i] < lows[i] || starts[i] > highs[i]) return 0;
            continue;
        }
        double t1 = (lows[i] - starts[i]) / steps[i], t2 = (highs[i] - starts[i]) / steps[i];
        if (t1 > t2) std::swap(t1, t2);
        enter = std::max(enter, t1);
        leave = std::min(leave, t2);
    }
    return leave >= enter ? leave : 0;
}

/// markDistance is where the mark of a port stands: at its usual distance, or just past the words that would hide it.
double markDistance(const NodeShape& node, QPointF direction, double length) {
    double distance = kPortDistance;
    const QRectF words = node.nameRect.united(node.addressRect).adjusted(-2, 0, 2, 1);
    const double past = exitFrom(words, node.centre, direction);
    if (past > 0 && past + 6 > distance) {
        const QPointF at = node.centre + direction * distance;
        if (words.adjusted(-6, -6, 6, 6).contains(at)) distance = past + 7;
    }
    return std::min(distance, length * 0.46);
}

std::uint64_t nextRevision() {
    static std::uint64_t last = 0;
    return ++last;
}

template <class Id>
int indexIn(const std::vector<int>& index, Id id) {
    return id.value < index.size() ? index[id.value] : -1;
}

template <class Id>
void remember(std::vector<int>& index, Id id, std::size_t at) {
    if (id.value >= index.size()) index.resize(id.value + 1, -1);
    index[id.value] = static_cast<int>(at);
}

} // namespace

void CanvasGeometry::rebuild(const Lab& lab, const std::set<NodeId>& moved, QPointF offset) {
    mRevision = nextRevision();
    mNodes.clear();
    mLinks.clear();
    mNodeIndex.clear();
    mLinkIndex.clear();
    mBounds = QRectF();
    const QFontMetricsF nameMetrics(nameFont()), addressMetrics(addressFont());
    const auto widthOf = [](const QFontMetricsF& metrics, const QString& text, QHash<QString, double>& known) {
        auto found = known.constFind(text);
        if (found == known.constEnd()) found = known.insert(text, metrics.horizontalAdvance(text));
        return *found;
    };
    if (mNameWidths.size() > 50000) mNameWidths.clear();
    if (mAddressWidths.size() > 50000) mAddressWidths.clear();
    mNodes.reserve(lab.nodes.size());
    for (const Node& node : lab.nodes) {
        NodeShape shape;
        shape.id = node.id;
        shape.kind = node.kind;
        shape.centre = node.at + (moved.count(node.id) ? offset : QPointF());
        shape.tile = QRectF(shape.centre.x() - kTile / 2, shape.centre.y() - kTile / 2, kTile, kTile);
        shape.name = node.name;
        shape.address = addressText(node);
        shape.automatic = std::all_of(node.ports.begin(), node.ports.end(),
                                      [](const Port& p) { return p.automatic || (p.addresses.empty() && !p.dhcp); });
        const double nameWidth = widthOf(nameMetrics, shape.name, mNameWidths) + 6;
        shape.nameRect =
            QRectF(shape.centre.x() - nameWidth / 2, shape.tile.bottom() + 5, nameWidth, nameMetrics.height());
        if (!shape.address.isEmpty()) {
            const double width = widthOf(addressMetrics, shape.address, mAddressWidths) + 6;
            shape.addressRect =
                QRectF(shape.centre.x() - width / 2, shape.nameRect.bottom(), width, addressMetrics.height() + 1);
        }
        mBounds |= shape.tile.united(shape.nameRect).united(shape.addressRect);
        remember(mNodeIndex, shape.id, mNodes.size());
        mNodes.push_back(std::move(shape));
    }
    for (const Area& area : lab.areas)
        mBounds |= QRectF(area.x, area.y, area.width, area.height);
    for (const Note& note : lab.notes)
        mBounds |= QRectF(note.at, QSizeF(180, 40));

    // Ports minus cables, without looking for every port through all cables.
    for (std::size_t i = 0; i < lab.nodes.size(); ++i)
        for (const Port& port : lab.nodes[i].ports)
            mNodes[i].freePorts += port.tunnel ? 0 : 1;
    for (const Link& link : lab.links)
        for (const NodeId end : {link.a.node, link.b.node})
            if (const int at = indexIn(mNodeIndex, end); at >= 0) --mNodes[static_cast<std::size_t>(at)].freePorts;

    // Cables between the same two nodes lie side by side.
    QHash<quint64, int> count, seen;
    const auto pair = [](const Link& link) {
        const auto low = std::min(link.a.node, link.b.node).value, high = std::max(link.a.node, link.b.node).value;
        return quint64{low} << 32 | high;
    };
    for (const Link& link : lab.links)
        ++count[pair(link)];
    mLinks.reserve(lab.links.size());
    for (const Link& link : lab.links) {
        const NodeShape *a = node(link.a.node), *b = node(link.b.node);
        if (!a || !b) continue;
        LinkShape shape;
        shape.id = link.id;
        shape.a = a->id;
        shape.b = b->id;
        shape.portA = link.a.port;
        shape.portB = link.b.port;
        const PortState state = link.up ? PortState::Up : PortState::Down;
        shape.states = {state, state};
        const int all = count.value(pair(link)), nth = seen[pair(link)]++;
        shape.lane = 14.0 * (nth - (all - 1) / 2.0);
        place(shape);
        remember(mLinkIndex, shape.id, mLinks.size());
        mLinks.push_back(std::move(shape));
    }
}

void CanvasGeometry::place(LinkShape& shape) const {
    const NodeShape &a = *node(shape.a), &b = *node(shape.b);
    const QPointF between = b.centre - a.centre;
    const double length = std::hypot(between.x(), between.y());
    const QPointF direction = length > 0 ? between / length : QPointF(1, 0);
    QPointF side(-direction.y(), direction.x());
    if (b.id < a.id) side = -side; // so that a cable drawn the other way keeps its lane
    const QPointF shift = side * shape.lane;
    shape.path = QLineF(a.centre + shift, b.centre + shift);
    const double half = kTile / 2;
    const double reach = half / std::max({std::abs(direction.x()), std::abs(direction.y()), 1e-6});
    shape.edgeA = a.centre + shift + direction * std::min(reach, length / 2);
    shape.edgeB = b.centre + shift - direction * std::min(reach, length / 2);
    const double outA = markDistance(a, direction, length), outB = markDistance(b, -direction, length);
    shape.markA = a.centre + shift + direction * outA;
    shape.markB = b.centre + shift - direction * outB;
    // As far under the tiles as their round corners are cut off.
    const QPointF under = direction * std::min(kTileRadius / 2, length / 4);
    shape.drawn = QLineF(outA > kPortDistance ? shape.markA : shape.edgeA - under,
                         outB > kPortDistance ? shape.markB : shape.edgeB + under);
}

void CanvasGeometry::move(const std::set<NodeId>& moved, QPointF by) {
    mRevision = nextRevision();
    std::vector<bool> touched(mNodes.size());
    for (const NodeId id : moved) {
        const int at = indexIn(mNodeIndex, id);
        if (at < 0) continue;
        touched[static_cast<std::size_t>(at)] = true;
        NodeShape& shape = mNodes[static_cast<std::size_t>(at)];
        shape.centre += by;
        shape.tile.translate(by);
        shape.nameRect.translate(by);
        if (!shape.addressRect.isNull()) shape.addressRect.translate(by);
    }
    for (LinkShape& link : mLinks)
        if (touched[static_cast<std::size_t>(mNodeIndex[link.a.value])] ||
            touched[static_cast<std::size_t>(mNodeIndex[link.b.value])])
            place(link);
}

void CanvasGeometry::setStates(const std::map<LinkId, EndStates>& states) {
    for (const auto& [id, state] : states) {
        const int at = indexIn(mLinkIndex, id);
        if (at >= 0) mLinks[static_cast<std::size_t>(at)].states = state;
    }
}

const NodeShape* CanvasGeometry::node(NodeId id) const {
    const int at = indexIn(mNodeIndex, id);
    return at < 0 ? nullptr : &mNodes[static_cast<std::size_t>(at)];
}

const LinkShape* CanvasGeometry::link(LinkId id) const {
    const int at = indexIn(mLinkIndex, id);
    return at < 0 ? nullptr : &mLinks[static_cast<std::size_t>(at)];
}

QRectF CanvasGeometry::tile(NodeId id) const {
    const NodeShape* shape = node(id);
    return shape ? shape->tile : QRectF();
}

QPointF CanvasGeometry::along(LinkId id, NodeId from, double t) const {
    const LinkShape* shape = link(id);
    if (!shape) return {};
    const QPointF start = from == shape->b ? shape->edgeB : shape->edgeA;
    const QPointF end = from == shape->b ? shape->edgeA : shape->edgeB;
    return start + (end - start) * t;
}

} // namespace ui::canvas
