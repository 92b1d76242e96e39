// Draws the still network. The view, the exported picture and the drag image all draw with it.
#pragma once

#include "ui/app/theme.h"
#include "ui/canvas/geometry.h"

#include <QHash>
#include <QPixmap>

class QPainter;

namespace ui::canvas {

/// Marks are the parts of the picture that are not in the lab.
struct Marks {
    const std::set<model::lab::NodeId>* nodes = nullptr; ///< selected
    const std::set<model::lab::LinkId>* links = nullptr;
    model::lab::NodeId hover; ///< the node a tool would act on
    model::lab::LinkId hoverLink;
    model::lab::NodeId hideName; ///< being renamed in place
};

class NetworkPainter {
public:
    /// crisp: words are cached as pixmaps for the screen; otherwise everything is drawn as vectors (SVG, printing).
    explicit NetworkPainter(bool crisp) : mCached(crisp) {}

    /// paint draws into a painter whose transform already maps the scene; scale is that transform's (1 = 100 %).
    void paint(QPainter& painter, const model::lab::Lab& lab, const CanvasGeometry& geometry, const app::Colors& colors,
               const Marks& marks);
    /// paintGrid fills visible with the canvas colour and its dots.
    /// crisp: dots are copied from a pixmap, which is many times quicker than drawing them.
    static void paintGrid(QPainter& painter, const QRectF& visible, double scale, const app::Colors& colors,
                          bool crisp = false);
    static void paintTile(QPainter& painter, const QRectF& tile, model::lab::Kind kind, const app::Colors& colors,
                          bool selected, bool hovered, double scale);
    static void paintPortMark(QPainter& painter, QPointF at, PortState state, const app::Colors& colors, double scale);

private:
    void paintAreas(QPainter& painter, const model::lab::Lab& lab, const app::Colors& colors, double scale) const;
    void paintNotes(QPainter& painter, const model::lab::Lab& lab, const app::Colors& colors) const;
    void paintLinks(QPainter& painter, const CanvasGeometry& geometry, const app::Colors& colors,
                    const Marks& marks) const;
    void paintTiles(QPainter& painter, const CanvasGeometry& geometry, const app::Colors& colors, const Marks& marks);
    void paintFreePorts(QPainter& painter, const CanvasGeometry& geometry, const app::Colors& colors,
                        const Marks& marks) const;
    void paintWords(QPainter& painter, const CanvasGeometry& geometry, const app::Colors& colors, const Marks& marks);
    void paintWord(QPainter& painter, const QString& text, QPointF top, const QFont& font, const QColor& ink,
                   const QColor& halo, double scale, double grow);

    bool mCached;
    QHash<QString, QPixmap> mWords; // by text and font, at mWordScale
    QHash<int, QPixmap> mTiles;     // by kind, at mTileScale
    double mWordScale = 0, mTileScale = 0;
    QRgb mWordInk = 0;
};

} // namespace ui::canvas
