// Small marks put into an image directly: what twenty thousand envelopes seen from afar spend their time on otherwise.
#pragma once

#include <QImage>
#include <QRgb>
#include <QSize>

#include <cstdint>
#include <vector>

namespace ui::canvas {

/// SmallMarks are rectangles of one size, each with a rim inside of it, in pixels of the image. Later ones cover
/// earlier ones.
struct SmallMarks {
    struct Look {
        QRgb fill = 0, rim = 0; ///< opaque
    };
    struct Place {
        int x = 0, y = 0; ///< upper left corner
        std::uint32_t look = 0;
    };
    QSize size;
    int rim = 0;
    std::vector<Look> looks;
    std::vector<Place> places;
};

/// drawSmallMarks draws what of the marks lies in the image, whose format is RGB32.
void drawSmallMarks(QImage& image, const SmallMarks& marks);

} // namespace ui::canvas
