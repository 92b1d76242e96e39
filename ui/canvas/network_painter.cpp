#include "ui/canvas/network_painter.h"

#include "model/lab/kinds.h"
#include "ui/canvas/line_raster.h"
#include "ui/shared/icons.h"

#include <QImage>
#include <QPaintDevice>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace ui::canvas {

using namespace model::lab;

namespace {

constexpr double kWordsFrom = 0.35;   ///< smaller than this nobody can read them
constexpr double kWordsShrink = 0.88; ///< their size on the screen stops shrinking here
constexpr double kIconsFrom = 0.16;
constexpr double kMarksFrom = 0.22;

/// wordSize is the scale at which words are drawn: they shrink less than tiles do, being read and not recognised.
double wordSize(double scale) { return scale * std::clamp(kWordsShrink / scale, 1.0, 1.7); }

QPen pen(const QColor& color, double width, Qt::PenStyle style = Qt::SolidLine) {
    return QPen(color, width, style, Qt::RoundCap, Qt::RoundJoin);
}

/// drawCables draws whole cables; their ends lie under tiles and marks. For the screen it goes past the painter, which
/// would make a polygon of each.
void drawCables(QPainter& painter, std::vector<QLineF>& lines, const QColor& color, double width, bool screen) {
    auto* image = screen ? dynamic_cast<QImage*>(painter.device()) : nullptr;
    const QTransform toImage = painter.deviceTransform();
    if (!image || image->format() != QImage::Format_RGB32 || width * toImage.m11() > 4) {
        painter.setPen(pen(color, width));
        painter.drawLines(lines.data(), static_cast<int>(lines.size()));
        return;
    }
    for (QLineF& line : lines)
        line = toImage.map(line);
    drawThinLines(*image, lines, color, width * toImage.m11());
}

} // namespace

void NetworkPainter::paintGrid(QPainter& painter, const QRectF& visible, double scale, const shared::Colors& colors,
                               bool crisp) {
    painter.fillRect(visible, colors.canvas);
    double step = kGrid;
    while (step * scale < 14)
        step *= 2; // dots that touch would be a grey wall
    const double left = std::floor(visible.left() / step) * step, top = std::floor(visible.top() / step) * step;
    painter.setRenderHint(QPainter::Antialiasing, true);
    if (crisp) {
        // One row of dots, copied to every line of the grid.
        const double ratio = painter.device()->devicePixelRatioF();
        const double width = 2.0 * std::max(1.0, scale * 0.8) * ratio;
        const int side = static_cast<int>(std::ceil(width)) + 2;
        const QTransform toView = painter.transform();
        QPixmap row(static_cast<int>(std::ceil(visible.width() * scale * ratio)) + 2 * side, side);
        row.fill(Qt::transparent);
        const double start = toView.map(visible.topLeft()).x() * ratio - side;
        {
            QPainter p(&row);
            p.setRenderHint(QPainter::Antialiasing);
            p.setPen(Qt::NoPen);
            p.setBrush(colors.dot);
            for (double x = left; x <= visible.right(); x += step)
                p.drawEllipse(QPointF(std::round(toView.map(QPointF(x, top)).x() * ratio - start), side / 2.0),
                              width / 2, width / 2);
        }
        row.setDevicePixelRatio(ratio);
        painter.save();
        painter.resetTransform();
        for (double y = top; y <= visible.bottom(); y += step) {
            const double at = std::round(toView.map(QPointF(left, y)).y() * ratio - side / 2.0) / ratio;
            painter.drawPixmap(QPointF(start / ratio, at), row);
        }
        painter.restore();
        return;
    }
    std::vector<QPointF> dots;
    for (double y = top; y <= visible.bottom(); y += step)
        for (double x = left; x <= visible.right(); x += step)
            dots.emplace_back(x, y);
    painter.setPen(pen(colors.dot, 2.0 / std::max(scale, 0.5)));
    painter.drawPoints(dots.data(), static_cast<int>(dots.size()));
}

void NetworkPainter::findVisible(const CanvasGeometry& geometry) {
    const QRectF& seen = geometry.visible;
    const bool all = seen.isNull();
    // Marks of a node may reach out by 10 pixels, whatever the zoom.
    const double out = 10 / std::max(0.05, geometry.scale());
    const QRectF near = seen.adjusted(-out, -out, out, out);
    mNodes.clear();
    for (const NodeShape& node : geometry.nodes())
        if (all || near.intersects(node.tile) || near.intersects(node.nameRect) || near.intersects(node.addressRect))
            mNodes.push_back(&node);
    mLinks.clear();
    for (const LinkShape& link : geometry.links()) {
        const QPointF a = link.path.p1(), b = link.path.p2();
        if (all || (std::max(a.x(), b.x()) >= near.left() && std::min(a.x(), b.x()) <= near.right() &&
                    std::max(a.y(), b.y()) >= near.top() && std::min(a.y(), b.y()) <= near.bottom()))
            mLinks.push_back(&link);
    }
}

void NetworkPainter::forgetLooks(double scale, double ratio, const shared::Colors& colors) {
    const bool same = mInk == colors.ink.rgb() && mRatio == ratio;
    if (!same || mScale != scale) {
        mTiles.clear();
        mMarks.clear();
    }
    if (!same) mWords.clear();
    mScale = scale;
    mRatio = ratio;
    mInk = colors.ink.rgb();
}

void NetworkPainter::paint(QPainter& painter, const Lab& lab, const CanvasGeometry& geometry,
                           const shared::Colors& colors, const Marks& marks) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, true);
    forgetLooks(geometry.scale(), painter.device() ? painter.device()->devicePixelRatioF() : 1.0, colors);
    findVisible(geometry);
    mWords.begin(wordSize(geometry.scale()), mRatio);
    paintAreas(painter, lab, colors, geometry.scale());
    paintLinks(painter, colors, marks);
    if (geometry.scale() >= kWordsFrom) {
        paintNotes(painter, lab, colors);
        paintWords(painter, colors, marks);
    }
    paintTiles(painter, colors, marks);
    if (geometry.scale() >= kWordsFrom) paintFreePorts(painter, geometry, colors, marks);
    if (geometry.scale() >= kMarksFrom) paintPortMarks(painter, colors);
}

void NetworkPainter::paintAreas(QPainter& painter, const Lab& lab, const shared::Colors& colors, double scale) const {
    for (const Area& area : lab.areas) {
        const QRectF rect(area.x, area.y, area.width, area.height);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.area);
        painter.drawRoundedRect(rect, 14, 14);
        if (scale < kWordsFrom) continue;
        painter.setPen(colors.dim);
        QFont font = nameFont();
        font.setPixelSize(12);
        painter.setFont(font);
        painter.drawText(rect.adjusted(16, 12, -12, -8), Qt::AlignLeft | Qt::AlignTop | Qt::TextSingleLine,
                         area.caption);
    }
    painter.setBrush(Qt::NoBrush);
}

void NetworkPainter::paintNotes(QPainter& painter, const Lab& lab, const shared::Colors& colors) const {
    for (const Note& note : lab.notes) {
        QFont font = nameFont();
        font.setWeight(QFont::Normal);
        painter.setFont(font);
        const QRectF box = painter.boundingRect(QRectF(note.at, QSizeF(240, 1000)), Qt::TextWordWrap, note.text);
        painter.setPen(pen(colors.changedBar, 3));
        painter.drawLine(box.topLeft() + QPointF(-9, 1), box.bottomLeft() + QPointF(-9, -1));
        painter.setPen(colors.ink);
        painter.drawText(box, Qt::TextWordWrap, note.text);
    }
}

void NetworkPainter::paintLinks(QPainter& painter, const shared::Colors& colors, const Marks& marks) const {
    std::vector<QLineF> whole, broken, chosen, hovered;
    for (const LinkShape* link : mLinks) {
        const QLineF& line = link->drawn;
        if (link->id == marks.hoverLink) hovered.push_back(line);
        const bool dead = link->states.a == PortState::Down || link->states.b == PortState::Down;
        const bool picked = marks.links && marks.links->count(link->id);
        if (picked) chosen.push_back(line);
        if (dead || !picked) (dead ? broken : whole).push_back(line);
    }
    const double thin = mScale < kWordsFrom ? 1.4 / mScale : 2.0;
    QColor glow = colors.accent;
    glow.setAlpha(60);
    painter.setPen(pen(glow, 9));
    painter.drawLines(hovered.data(), static_cast<int>(hovered.size()));
    drawCables(painter, whole, colors.cable, thin, mCached);
    QPen dashed = pen(colors.cable, thin);
    dashed.setDashPattern({2.5, 3.0});
    dashed.setCapStyle(Qt::FlatCap);
    painter.setPen(dashed);
    painter.drawLines(broken.data(), static_cast<int>(broken.size()));
    drawCables(painter, chosen, colors.accent, std::max(3.0, thin), mCached);
}

void NetworkPainter::paintTile(QPainter& painter, const QRectF& tile, Kind kind, const shared::Colors& colors,
                               bool selected, bool hovered, double scale) {
    const double line = scale < kWordsFrom ? 1.2 / scale : 1.3;
    painter.setBrush(colors.tile);
    if (selected)
        painter.setPen(pen(colors.accent, std::max(2.5, line * 1.6)));
    else if (hovered)
        painter.setPen(pen(colors.accent, std::max(1.6, line)));
    else
        painter.setPen(pen(colors.tileLine, line));
    const double inset = 0.65;
    painter.drawRoundedRect(tile.adjusted(inset, inset, -inset, -inset), kTileRadius, kTileRadius);
    painter.setBrush(Qt::NoBrush);
    if (scale < kIconsFrom) return;
    const QRectF icon(tile.center().x() - 16, tile.center().y() - 16, 32, 32);
    shared::paintIcon(painter, iconName(kind), selected ? colors.accent : colors.ink, icon);
}

void NetworkPainter::paintTiles(QPainter& painter, const shared::Colors& colors, const Marks& marks) {
    const QTransform toView = painter.transform();
    if (mCached) painter.resetTransform();
    // The outline of a chosen tile may be wider than the tile's own.
    const double out = 2 + 1 / std::max(0.05, mScale);
    for (const NodeShape* node : mNodes) {
        const bool selected = marks.nodes && marks.nodes->count(node->id);
        const bool hovered = node->id == marks.hover;
        if (!mCached) {
            paintTile(painter, node->tile, node->kind, colors, selected, hovered, mScale);
            continue;
        }
        // A lab has many tiles of few looks: each look is drawn once for the zoom and copied from then on.
        QPixmap& look = mTiles[static_cast<int>(node->kind) * 4 + selected * 2 + hovered];
        const QRectF area = node->tile.adjusted(-out, -out, out, out);
        if (look.isNull()) {
            look = QPixmap((area.size() * mScale * mRatio).toSize() + QSize(2, 2));
            look.fill(Qt::transparent);
            look.setDevicePixelRatio(mRatio);
            QPainter p(&look);
            p.setRenderHint(QPainter::Antialiasing);
            p.scale(mScale, mScale);
            p.translate(-area.topLeft());
            paintTile(p, node->tile, node->kind, colors, selected, hovered, mScale);
        }
        const QPointF at = toView.map(area.topLeft());
        painter.drawPixmap(QPointF(std::round(at.x() * mRatio) / mRatio, std::round(at.y() * mRatio) / mRatio), look);
    }
    painter.setTransform(toView);
}

void NetworkPainter::paintPortMarks(QPainter& painter, const shared::Colors& colors) {
    if (!mCached) {
        for (const LinkShape* link : mLinks) {
            paintPortMark(painter, link->markA, link->states.a, colors, mScale);
            paintPortMark(painter, link->markB, link->states.b, colors, mScale);
        }
        return;
    }
    const QTransform toView = painter.transform();
    painter.resetTransform();
    const double half = 7 * std::max(1.0, 0.6 / mScale); // canvas units round the middle
    const double side = std::ceil(2 * half * mScale * mRatio);
    const auto put = [&](QPointF mark, PortState state) {
        QPixmap& look = mMarks[static_cast<int>(state)];
        if (look.isNull()) {
            look = QPixmap(static_cast<int>(side), static_cast<int>(side));
            look.fill(Qt::transparent);
            QPainter p(&look);
            p.setRenderHint(QPainter::Antialiasing);
            p.translate(side / 2, side / 2);
            p.scale(mScale * mRatio, mScale * mRatio);
            paintPortMark(p, {}, state, colors, mScale);
            p.end();
            look.setDevicePixelRatio(mRatio);
        }
        const QPointF at = toView.map(mark) * mRatio - QPointF(side / 2, side / 2);
        painter.drawPixmap(QPointF(std::round(at.x()), std::round(at.y())) / mRatio, look);
    };
    for (const LinkShape* link : mLinks) {
        put(link->markA, link->states.a);
        put(link->markB, link->states.b);
    }
    painter.setTransform(toView);
}

void NetworkPainter::paintFreePorts(QPainter& painter, const CanvasGeometry& geometry, const shared::Colors& colors,
                                    const Marks& marks) const {
    // Only of the node at hand: a ring for every port of every switch would be noise.
    const NodeId chosen = marks.nodes && marks.nodes->size() == 1 ? *marks.nodes->begin() : NodeId{};
    for (const NodeId id : {chosen, marks.hover}) {
        const NodeShape* node = geometry.node(id);
        if (!node) continue;
        std::vector<QPointF> taken;
        for (const LinkShape& link : geometry.links()) {
            if (link.a == id) taken.push_back(link.markA);
            if (link.b == id) taken.push_back(link.markB);
        }
        // Along an arc over the tile, from its middle outwards, wherever no cable leaves.
        int left = std::min(node->freePorts, 8);
        for (int i = 0; left > 0 && i < 11; ++i) {
            const int outwards = (i + 1) / 2;
            const double angle = (i % 2 ? 1 : -1) * outwards * 0.33;
            const QPointF at = node->centre + QPointF(std::sin(angle), -std::cos(angle)) * kPortDistance;
            bool clear = true;
            for (const QPointF& mark : taken)
                clear = clear && QLineF(at, mark).length() > 11;
            if (!clear) continue;
            paintPortMark(painter, at, PortState::Unplugged, colors, geometry.scale());
            --left;
        }
    }
}

void NetworkPainter::paintWords(QPainter& painter, const shared::Colors& colors, const Marks& marks) {
    const double grow = mCached ? wordSize(mScale) / mScale : 1.0;
    const WordLook name{nameFont(), colors.ink, colors.canvas}, typed{addressFont(), colors.dim, colors.canvas};
    WordLook automatic = typed; // slanted: nobody typed it
    automatic.font.setItalic(true);
    const QTransform toView = painter.transform();
    if (mCached) painter.resetTransform();
    for (const NodeShape* node : mNodes) {
        const QPointF top(node->centre.x(), node->nameRect.top());
        const QPointF below = top + QPointF(0, node->nameRect.height() * grow);
        const WordLook& address = node->automatic ? automatic : typed;
        if (mCached) {
            if (node->id != marks.hideName) mWords.paint(painter, node->name, toView.map(top), name, 0);
            if (!node->address.isEmpty())
                mWords.paint(painter, node->address, toView.map(below), address, node->automatic ? 2 : 1);
        } else {
            if (node->id != marks.hideName) paintOutlined(painter, node->name, top, name);
            if (!node->address.isEmpty()) paintOutlined(painter, node->address, below, address);
        }
    }
    painter.setTransform(toView);
}

void NetworkPainter::paintPortMark(QPainter& painter, QPointF at, PortState state, const shared::Colors& colors,
                                   double scale) {
    const double grow = scale < 0.6 ? 0.6 / scale : 1.0;
    painter.setPen(QPen(colors.canvas, 1.5 * grow));
    switch (state) {
    case PortState::Up:
        painter.setBrush(colors.up);
        painter.drawEllipse(at, 4.5 * grow, 4.5 * grow);
        break;
    case PortState::Down:
        painter.setBrush(colors.down);
        painter.drawRect(QRectF(at.x() - 4.5 * grow, at.y() - 4.5 * grow, 9 * grow, 9 * grow));
        break;
    case PortState::Blocked: {
        painter.setBrush(colors.blocked);
        const QPointF corners[3] = {at + QPointF(0, -5.5) * grow, at + QPointF(5.5, 4.5) * grow,
                                    at + QPointF(-5.5, 4.5) * grow};
        painter.drawPolygon(corners, 3);
        break;
    }
    case PortState::Unplugged:
        painter.setBrush(colors.canvas);
        painter.setPen(QPen(colors.unplugged, 1.6 * grow));
        painter.drawEllipse(at, 3.6 * grow, 3.6 * grow);
        break;
    }
    painter.setBrush(Qt::NoBrush);
}

} // namespace ui::canvas
