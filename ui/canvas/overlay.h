// What is painted above the still network at every frame: envelopes in flight, rings, tags.
#pragma once

#include "ui/canvas/geometry.h"
#include "ui/canvas/mark_raster.h"

#include <QString>

class QPainter;

namespace ui::canvas {

/// Overlay paints above the still network, which is only blitted, so an overlay pays for what it draws itself.
/// Whoever owns one gives it to CanvasView::setOverlay and calls CanvasView::refreshOverlay when time has moved.
class Overlay {
public:
    virtual ~Overlay() = default;

    /// smallMarks are what is so small, and so many, that painting it would cost more than its pixels: the view puts
    /// them over the still network before paint is called. Null: there are none. ratio is pixels of the screen to one
    /// of the view.
    virtual const SmallMarks* smallMarks(const CanvasGeometry&, double /*ratio*/) { return nullptr; }

    /// paint gets a painter in scene coordinates (100 % = one unit a pixel). Many small things should be one
    /// drawPixmapFragments: reset the painter's transform and map with geometry.toView to keep pixmaps sharp.
    virtual void paint(QPainter& painter, const CanvasGeometry& geometry) = 0;

    /// recordAt is the index of the record whose picture lies under a point of the scene; -1: none.
    /// A click there makes it the current record of the selection.
    virtual qint64 recordAt(QPointF, const CanvasGeometry&) const { return -1; }
    /// toolTipAt is what the pointer is told about the picture under it; empty: nothing.
    virtual QString toolTipAt(QPointF, const CanvasGeometry&) const { return {}; }
};

} // namespace ui::canvas
