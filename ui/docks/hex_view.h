// Bytes as hexadecimal digits and characters, with one range marked.
#pragma once

#include "sim/dissect/dissect.h"

#include <QAbstractScrollArea>

#include <vector>

namespace ui::docks {

/// HexView shows bytes in hexadecimal and as text, with a range marked.
class HexView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit HexView(QWidget* parent = nullptr);
    void setBytes(std::vector<std::uint8_t> bytes);
    void mark(sim::dissect::ByteRange range);
    sim::dissect::ByteRange marked() const { return mMarked; }

signals:
    /// byteClicked gives the place of the byte under a click.
    void byteClicked(std::uint32_t offset);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    void updateBar();
    int rowHeight() const;
    /// columnOf is the left edge of a byte's digits, in pixels.
    double columnOf(int byte) const;
    double characterColumn(int byte) const;

    std::vector<std::uint8_t> mBytes;
    sim::dissect::ByteRange mMarked;
};

} // namespace ui::docks
