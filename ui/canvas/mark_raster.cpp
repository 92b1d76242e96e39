#include "ui/canvas/mark_raster.h"

#include <algorithm>
#include <cstring>

namespace ui::canvas {

void drawSmallMarks(QImage& image, const SmallMarks& marks) {
    const int wide = marks.size.width(), tall = marks.size.height();
    if (wide <= 0 || tall <= 0) return;
    // Of each look one row of the rim and one across the middle, to be copied.
    std::vector<QRgb> rows(marks.looks.size() * 2 * std::size_t(wide));
    for (std::size_t i = 0; i < marks.looks.size(); ++i) {
        QRgb* edge = &rows[i * 2 * std::size_t(wide)];
        std::fill_n(edge, 2 * wide, marks.looks[i].rim | 0xff000000u);
        for (int x = marks.rim; x < wide - marks.rim; ++x)
            edge[wide + x] = marks.looks[i].fill | 0xff000000u;
    }
    uchar* const bits = image.bits();
    const auto line = image.bytesPerLine();
    for (const SmallMarks::Place& place : marks.places) {
        const int left = std::max(place.x, 0), right = std::min(place.x + wide, image.width());
        const int top = std::max(place.y, 0), bottom = std::min(place.y + tall, image.height());
        if (left >= right) continue;
        const QRgb* const edge = &rows[std::size_t(place.look) * 2 * std::size_t(wide)] + (left - place.x);
        const std::size_t bytes = std::size_t(right - left) * sizeof(QRgb);
        for (int y = top; y < bottom; ++y) {
            const int row = y - place.y;
            const bool middle = row >= marks.rim && row < tall - marks.rim;
            std::memcpy(bits + y * line + left * qsizetype(sizeof(QRgb)), middle ? edge + wide : edge, bytes);
        }
    }
}

} // namespace ui::canvas
