#include "ui/canvas/render_lab.h"

#include "ui/canvas/network_painter.h"

#include <QPainter>

namespace ui::canvas {

QRectF labBounds(const model::lab::Lab& lab) {
    CanvasGeometry geometry;
    geometry.rebuild(lab);
    const QRectF bounds = geometry.bounds().isEmpty() ? QRectF(0, 0, 400, 240) : geometry.bounds();
    return bounds.adjusted(-30, -30, 30, 30);
}

void renderLab(QPainter& painter, const model::lab::Lab& lab, const QRectF& target, bool dark) {
    const shared::Colors& colors = shared::Theme::colors(dark);
    CanvasGeometry geometry;
    geometry.rebuild(lab);
    const QRectF source = labBounds(lab);
    const double scale = std::min(target.width() / source.width(), target.height() / source.height());
    QTransform fit;
    fit.translate(target.center().x(), target.center().y());
    fit.scale(scale, scale);
    fit.translate(-source.center().x(), -source.center().y());
    geometry.toView = fit;
    geometry.visible = fit.inverted().mapRect(target);
    painter.save();
    painter.setClipRect(target);
    painter.setTransform(fit, true);
    NetworkPainter::paintGrid(painter, geometry.visible, scale, colors);
    NetworkPainter(false).paint(painter, lab, geometry, colors, {});
    painter.restore();
}

} // namespace ui::canvas
