// Straight lines put into an image directly: what a picture of ten thousand cables spends its time on otherwise.
#pragma once

#include <QColor>
#include <QImage>
#include <QLineF>

#include <span>

namespace ui::canvas {

/// drawThinLines draws antialiased lines of up to 4 pixels width with flat ends. Coordinates and width are pixels of
/// the image, whose format is RGB32; color is opaque.
void drawThinLines(QImage& image, std::span<const QLineF> lines, const QColor& color, double width);

} // namespace ui::canvas
