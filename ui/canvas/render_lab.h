// The picture of a lab without a window: for files, mails and teaching material.
#pragma once

#include "model/lab/lab.h"

#include <QRectF>

class QPainter;

namespace ui::canvas {

/// labBounds is what the lab covers on the canvas, with a margin, in canvas units (pixels at 100 %).
QRectF labBounds(const model::lab::Lab& lab);
/// renderLab draws the whole lab, as large as fits and centred, into target; it needs a QGuiApplication (for fonts).
void renderLab(QPainter& painter, const model::lab::Lab& lab, const QRectF& target, bool dark);

} // namespace ui::canvas
