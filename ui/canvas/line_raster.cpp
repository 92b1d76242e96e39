#include "ui/canvas/line_raster.h"

#include <algorithm>
#include <cmath>

namespace ui::canvas {

namespace {

/// Target is the image as rows of pixels. Along: the direction in which a line is longer; across: the other one.
struct Target {
    QRgb* bits;
    std::ptrdiff_t along, across; ///< from one pixel to the next, in pixels
    int lengthAlong, lengthAcross;
};

inline void blend(QRgb& pixel, QRgb color, int coverage) { // coverage: 0 … 256
    const quint32 rest = static_cast<quint32>(256 - coverage), part = static_cast<quint32>(coverage);
    const quint32 outer = ((pixel & 0xff00ffU) * rest + (color & 0xff00ffU) * part) >> 8;
    const quint32 inner = ((pixel >> 8 & 0xffU) * rest + (color >> 8 & 0xffU) * part) >> 8;
    pixel = 0xff000000U | (outer & 0xff00ffU) | (inner & 0xffU) << 8;
}

/// drawStraight draws along a row or a column, as most cables of a tidy lab run: no two pixels of a row differ but the
/// first and the last.
void drawStraight(const Target& target, double a0, double a1, double c, QRgb color, double width) {
    const int first = std::max(0, static_cast<int>(std::floor(a0)));
    const int last = std::min(target.lengthAlong - 1, static_cast<int>(std::ceil(a1)) - 1);
    if (first > last) return;
    const double low = c - width / 2, high = c + width / 2;
    const double shareFirst = std::min(a1, first + 1.0) - std::max(a0, static_cast<double>(first));
    const double shareLast = std::min(a1, last + 1.0) - std::max(a0, static_cast<double>(last));
    const int lastAcross = std::min(target.lengthAcross - 1, static_cast<int>(std::ceil(high)) - 1);
    for (int row = std::max(0, static_cast<int>(std::floor(low))); row <= lastAcross; ++row) {
        const double covered = 256 * (std::min(high, row + 1.0) - std::max(low, static_cast<double>(row)));
        const int whole = static_cast<int>(covered);
        QRgb* pixel = target.bits + first * target.along + row * target.across;
        blend(*pixel, color, static_cast<int>(covered * shareFirst));
        for (int a = first + 1; a < last; ++a) {
            pixel += target.along;
            if (whole == 256)
                *pixel = color;
            else
                blend(*pixel, color, whole);
        }
        if (last > first) blend(*(pixel + target.along), color, static_cast<int>(covered * shareLast));
    }
}

/// drawOne draws from (a0, c0) to (a1, c1), where a goes along and a0 <= a1. For every pixel along the way the line is
/// a bar across, whose share of each pixel it touches is how much of that pixel it covers.
void drawOne(const Target& target, double a0, double c0, double a1, double c1, QRgb color, double width) {
    const double length = a1 - a0;
    if (length <= 0) return;
    const double slope = (c1 - c0) / length;
    if (slope == 0) {
        drawStraight(target, a0, a1, c0, color, width);
        return;
    }
    const double half = width / 2 * std::sqrt(1 + slope * slope);
    const int first = std::max(0, static_cast<int>(std::floor(a0)));
    const int last = std::min(target.lengthAlong - 1, static_cast<int>(std::ceil(a1)) - 1);
    for (int a = first; a <= last; ++a) {
        const double from = std::max(a0, static_cast<double>(a)), to = std::min(a1, a + 1.0);
        const double share = to - from; // less than 1 at the two ends
        const double middle = c0 + ((from + to) / 2 - a0) * slope;
        const double low = middle - half, high = middle + half;
        const int firstAcross = std::max(0, static_cast<int>(std::floor(low)));
        const int lastAcross = std::min(target.lengthAcross - 1, static_cast<int>(std::ceil(high)) - 1);
        QRgb* pixel = target.bits + a * target.along + firstAcross * target.across;
        for (int c = firstAcross; c <= lastAcross; ++c, pixel += target.across) {
            const double covered = std::min(high, c + 1.0) - std::max(low, static_cast<double>(c));
            blend(*pixel, color, static_cast<int>(covered * share * 256));
        }
    }
}

} // namespace

void drawThinLines(QImage& image, std::span<const QLineF> lines, const QColor& color, double width) {
    Q_ASSERT(image.format() == QImage::Format_RGB32);
    auto* bits = reinterpret_cast<QRgb*>(image.bits());
    const std::ptrdiff_t row = image.bytesPerLine() / 4;
    const Target flat{bits, 1, row, image.width(), image.height()};
    const Target steep{bits, row, 1, image.height(), image.width()};
    const QRgb rgb = color.rgb();
    for (const QLineF& line : lines) {
        const double x1 = line.x1(), y1 = line.y1(), x2 = line.x2(), y2 = line.y2();
        if (std::max(x1, x2) < -4 || std::min(x1, x2) > image.width() + 4 || std::max(y1, y2) < -4 ||
            std::min(y1, y2) > image.height() + 4)
            continue;
        if (std::abs(x2 - x1) >= std::abs(y2 - y1))
            x1 <= x2 ? drawOne(flat, x1, y1, x2, y2, rgb, width) : drawOne(flat, x2, y2, x1, y1, rgb, width);
        else
            y1 <= y2 ? drawOne(steep, y1, x1, y2, x2, rgb, width) : drawOne(steep, y2, x2, y1, x1, rgb, width);
    }
}

} // namespace ui::canvas
