#include "ui/canvas/network_painter.h"

#include "model/lab/kinds.h"
#include "ui/app/icons.h"

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

} // namespace

void NetworkPainter::paintGrid(QPainter& painter, const QRectF& visible, double scale, const app::Colors& colors,
                               bool crisp) {
    painter.fillRect(visible, colors.canvas);
    double step = kGrid;
    while (step * scale < 14)
        step *= 2; // dots that touch would be a grey wall
    std::vector<QPointF> dots;
    const double left = std::floor(visible.left() / step) * step, top = std::floor(visible.top() / step) * step;
    for (double y = top; y <= visible.bottom(); y += step)
        for (double x = left; x <= visible.right(); x += step)
            dots.emplace_back(x, y);
    painter.setRenderHint(QPainter::Antialiasing, true);
    if (crisp) {
        const double ratio = painter.device()->devicePixelRatioF();
        const double width = 2.0 * std::max(1.0, scale * 0.8) * ratio;
        QPixmap dot(static_cast<int>(std::ceil(width)) + 2, static_cast<int>(std::ceil(width)) + 2);
        dot.fill(Qt::transparent);
        {
            QPainter p(&dot);
            p.setRenderHint(QPainter::Antialiasing);
            p.setPen(Qt::NoPen);
            p.setBrush(colors.dot);
            p.drawEllipse(QRectF(dot.rect()).center(), width / 2, width / 2);
        }
        const QTransform toView = painter.transform();
        std::vector<QPainter::PixmapFragment> fragments;
        fragments.reserve(dots.size());
        for (const QPointF& at : dots) {
            const QPointF p = toView.map(at);
            fragments.push_back(QPainter::PixmapFragment::create(QPointF(std::round(p.x()), std::round(p.y())),
                                                                 dot.rect(), 1 / ratio, 1 / ratio));
        }
        painter.save();
        painter.resetTransform();
        painter.drawPixmapFragments(fragments.data(), static_cast<int>(fragments.size()), dot);
        painter.restore();
        return;
    }
    painter.setPen(pen(colors.dot, 2.0 / std::max(scale, 0.5)));
    painter.drawPoints(dots.data(), static_cast<int>(dots.size()));
}

void NetworkPainter::paint(QPainter& painter, const Lab& lab, const CanvasGeometry& geometry, const app::Colors& colors,
                           const Marks& marks) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, true);
    const double wordScale = wordSize(geometry.scale());
    if (mWordScale != wordScale || mWordInk != colors.ink.rgb() || mWords.size() > 8000) mWords.clear();
    if (mTileScale != geometry.scale() || mWordInk != colors.ink.rgb()) mTiles.clear();
    mWordScale = wordScale;
    mTileScale = geometry.scale();
    mWordInk = colors.ink.rgb();
    paintAreas(painter, lab, colors, geometry.scale());
    paintLinks(painter, geometry, colors, marks);
    if (geometry.scale() >= kWordsFrom) {
        paintNotes(painter, lab, colors);
        paintWords(painter, geometry, colors, marks);
    }
    paintTiles(painter, geometry, colors, marks);
    if (geometry.scale() >= kWordsFrom) paintFreePorts(painter, geometry, colors, marks);
    if (geometry.scale() >= kMarksFrom)
        for (const LinkShape& link : geometry.links()) {
            const QRectF box = QRectF(link.markA, link.markB).normalized().adjusted(-8, -8, 8, 8);
            if (!geometry.visible.isNull() && !geometry.visible.intersects(box)) continue;
            paintPortMark(painter, link.markA, link.states.a, colors, geometry.scale());
            paintPortMark(painter, link.markB, link.states.b, colors, geometry.scale());
        }
}

void NetworkPainter::paintAreas(QPainter& painter, const Lab& lab, const app::Colors& colors, double scale) const {
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

void NetworkPainter::paintNotes(QPainter& painter, const Lab& lab, const app::Colors& colors) const {
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

void NetworkPainter::paintLinks(QPainter& painter, const CanvasGeometry& geometry, const app::Colors& colors,
                                const Marks& marks) const {
    std::vector<QLineF> whole, broken, chosen, hovered;
    for (const LinkShape& link : geometry.links()) {
        const QLineF& line = link.drawn;
        const QRectF box = QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2);
        if (!geometry.visible.isNull() && !geometry.visible.intersects(box)) continue;
        if (marks.links && marks.links->count(link.id)) chosen.push_back(line);
        if (link.id == marks.hoverLink) hovered.push_back(line);
        const bool dead = link.states.a == PortState::Down || link.states.b == PortState::Down;
        (dead ? broken : whole).push_back(line);
    }
    const double thin = geometry.scale() < kWordsFrom ? 1.4 / geometry.scale() : 2.0;
    QColor glow = colors.accent;
    glow.setAlpha(60);
    painter.setPen(pen(glow, 9));
    painter.drawLines(hovered.data(), static_cast<int>(hovered.size()));
    painter.setPen(pen(colors.cable, thin));
    painter.drawLines(whole.data(), static_cast<int>(whole.size()));
    QPen dashed = pen(colors.cable, thin);
    dashed.setDashPattern({2.5, 3.0});
    dashed.setCapStyle(Qt::FlatCap);
    painter.setPen(dashed);
    painter.drawLines(broken.data(), static_cast<int>(broken.size()));
    painter.setPen(pen(colors.accent, std::max(3.0, thin)));
    painter.drawLines(chosen.data(), static_cast<int>(chosen.size()));
}

void NetworkPainter::paintTile(QPainter& painter, const QRectF& tile, Kind kind, const app::Colors& colors,
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
    app::paintIcon(painter, iconName(kind), selected ? colors.accent : colors.ink, icon);
}

void NetworkPainter::paintTiles(QPainter& painter, const CanvasGeometry& geometry, const app::Colors& colors,
                                const Marks& marks) {
    const double scale = geometry.scale();
    const double ratio = painter.device() ? painter.device()->devicePixelRatioF() : 1.0;
    const QTransform toView = painter.transform();
    if (mCached) painter.resetTransform();
    for (const NodeShape& node : geometry.nodes()) {
        if (!geometry.visible.isNull() && !geometry.visible.intersects(node.tile.adjusted(-4, -4, 4, 4))) continue;
        const bool selected = marks.nodes && marks.nodes->count(node.id);
        const bool hovered = node.id == marks.hover;
        // A lab has many tiles of few looks: each look is drawn once for the zoom and copied from then on.
        if (!mCached || selected || hovered) {
            if (mCached) painter.setTransform(toView);
            paintTile(painter, node.tile, node.kind, colors, selected, hovered, scale);
            if (mCached) painter.resetTransform();
            continue;
        }
        const QRectF area = node.tile.adjusted(-2, -2, 2, 2);
        QPixmap& look = mTiles[static_cast<int>(node.kind)];
        if (look.isNull()) {
            look = QPixmap((area.size() * scale * ratio).toSize() + QSize(2, 2));
            look.fill(Qt::transparent);
            look.setDevicePixelRatio(ratio);
            QPainter p(&look);
            p.setRenderHint(QPainter::Antialiasing);
            p.scale(scale, scale);
            p.translate(-area.topLeft());
            paintTile(p, node.tile, node.kind, colors, false, false, scale);
        }
        const QPointF at = toView.map(area.topLeft());
        painter.drawPixmap(QPointF(std::round(at.x() * ratio) / ratio, std::round(at.y() * ratio) / ratio), look);
    }
    painter.setTransform(toView);
}

void NetworkPainter::paintFreePorts(QPainter& painter, const CanvasGeometry& geometry, const app::Colors& colors,
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
            const double angle = (i % 2 ? 1 : -1) * ((i + 1) / 2) * 0.33;
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

void NetworkPainter::paintWords(QPainter& painter, const CanvasGeometry& geometry, const app::Colors& colors,
                                const Marks& marks) {
    const double scale = geometry.scale();
    const double grow = mCached ? wordSize(scale) / scale : 1.0;
    for (const NodeShape& node : geometry.nodes()) {
        const QRectF box = node.nameRect.united(node.addressRect);
        if (!geometry.visible.isNull() && !geometry.visible.intersects(box)) continue;
        const QPointF top(node.centre.x(), node.nameRect.top());
        if (node.id != marks.hideName)
            paintWord(painter, node.name, top, nameFont(), colors.ink, colors.canvas, scale, grow);
        if (!node.address.isEmpty())
            paintWord(painter, node.address, top + QPointF(0, node.nameRect.height() * grow), addressFont(), colors.dim,
                      colors.canvas, scale, grow);
    }
}

void NetworkPainter::paintWord(QPainter& painter, const QString& text, QPointF top, const QFont& font,
                               const QColor& ink, const QColor& halo, double scale, double grow) {
    const QFontMetricsF metrics(font);
    const double width = metrics.horizontalAdvance(text);
    // The word in its own coordinates, with its upper middle at the origin.
    const auto draw = [&](QPainter& p) {
        const QPointF base(-width / 2, metrics.ascent());
        p.setFont(font);
        if (mCached) {
            // Twelve copies round a ring: quicker than stroking outlines, and the same to the eye.
            p.setPen(halo);
            for (int i = 0; i < 12; ++i) {
                const double angle = i * M_PI / 6, reach = i % 2 ? 2.2 : 1.4;
                p.drawText(base + QPointF(std::cos(angle), std::sin(angle)) * reach, text);
            }
        } else {
            QPainterPath path;
            path.addText(base, font, text);
            p.strokePath(path, pen(halo, 4.5));
        }
        p.setPen(ink);
        p.drawText(base, text);
    };
    if (!mCached) {
        painter.save();
        painter.translate(top);
        draw(painter);
        painter.restore();
        return;
    }
    const double ratio = painter.device() ? painter.device()->devicePixelRatioF() : 1.0;
    const double size = scale * grow;
    const QRectF area = QRectF(-width / 2, 0, width, metrics.height()).adjusted(-4, -3, 4, 3);
    QPixmap& word = mWords[text + QChar(font.pixelSize())];
    if (word.isNull()) {
        word = QPixmap((area.size() * size * ratio).toSize() + QSize(2, 2));
        word.fill(Qt::transparent);
        word.setDevicePixelRatio(ratio);
        QPainter p(&word);
        p.setRenderHint(QPainter::Antialiasing);
        p.scale(size, size);
        p.translate(-area.topLeft());
        draw(p);
    }
    const QPointF at = painter.transform().map(top) + area.topLeft() * size;
    painter.save();
    painter.resetTransform();
    painter.drawPixmap(QPointF(std::round(at.x() * ratio) / ratio, std::round(at.y() * ratio) / ratio), word);
    painter.restore();
}

void NetworkPainter::paintPortMark(QPainter& painter, QPointF at, PortState state, const app::Colors& colors,
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
