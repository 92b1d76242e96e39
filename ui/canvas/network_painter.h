// Draws the still network. The view, the exported picture and the drag image all draw with it.
#pragma once

#include "ui/canvas/geometry.h"
#include "ui/canvas/word_sprites.h"
#include "ui/shared/theme.h"

#include <QHash>
#include <QPixmap>

#include <vector>

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

/// NetworkPainter draws the still network: on the canvas, into a picture, into an SVG.
class NetworkPainter {
public:
    /// crisp: tiles, words and marks are copied from pixmaps, for the screen; otherwise everything is drawn as vectors
    /// (SVG, printing).
    explicit NetworkPainter(bool crisp) : mCached(crisp) {}

    /// paint draws into a painter whose transform already maps the scene; scale is that transform's (1 = 100 %).
    void paint(QPainter& painter, const model::lab::Lab& lab, const CanvasGeometry& geometry,
               const shared::Colors& colors, const Marks& marks);
    /// unfinished tells that the last picture has words of another zoom, or lacks some: paint it once more.
    bool unfinished() const { return mWords.behind(); }
    /// paintGrid fills visible with the canvas colour and its dots.
    /// crisp: dots are copied from a pixmap, which is many times quicker than drawing them.
    static void paintGrid(QPainter& painter, const QRectF& visible, double scale, const shared::Colors& colors,
                          bool crisp = false);
    static void paintTile(QPainter& painter, const QRectF& tile, model::lab::Kind kind, const shared::Colors& colors,
                          bool selected, bool hovered, double scale);
    static void paintPortMark(QPainter& painter, QPointF at, PortState state, const shared::Colors& colors,
                              double scale);

private:
    void paintAreas(QPainter& painter, const model::lab::Lab& lab, const shared::Colors& colors, double scale) const;
    void paintNotes(QPainter& painter, const model::lab::Lab& lab, const shared::Colors& colors) const;
    void paintLinks(QPainter& painter, const shared::Colors& colors, const Marks& marks) const;
    void paintTiles(QPainter& painter, const shared::Colors& colors, const Marks& marks);
    void paintFreePorts(QPainter& painter, const CanvasGeometry& geometry, const shared::Colors& colors,
                        const Marks& marks) const;
    void paintWords(QPainter& painter, const shared::Colors& colors, const Marks& marks);
    void paintPortMarks(QPainter& painter, const shared::Colors& colors);
    void findVisible(const CanvasGeometry& geometry);
    void forgetLooks(double scale, double ratio, const shared::Colors& colors);

    bool mCached;
    std::vector<const NodeShape*> mNodes; // those in sight, while painting
    std::vector<const LinkShape*> mLinks;
    WordSprites mWords;
    QHash<int, QPixmap> mTiles, mMarks; // by kind and state, at mScale
    double mScale = 0, mRatio = 0;
    QRgb mInk = 0;
};

} // namespace ui::canvas
