#include "ui/docks/hex_view.h"

#include "ui/shared/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace ui::docks {

namespace {
constexpr int kPerRow = 16, kMargin = 12;
QFont hexFont() { return shared::Theme::monospaced(0.95); }
double digit() { return QFontMetricsF(hexFont()).horizontalAdvance(u'0'); }
} // namespace

HexView::HexView(QWidget* parent) : QAbstractScrollArea(parent) {
    setAccessibleName(tr("Bytes"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(QFrame::NoFrame);
    viewport()->setCursor(Qt::IBeamCursor);
}

int HexView::rowHeight() const { return QFontMetrics(hexFont()).height() + 4; }

double HexView::columnOf(int byte) const { return kMargin + digit() * (6 + byte * 3 + (byte >= 8 ? 1 : 0)); }

double HexView::characterColumn(int byte) const { return columnOf(kPerRow) + digit() * (1 + byte); }

void HexView::setBytes(std::vector<std::uint8_t> bytes) {
    mBytes = std::move(bytes);
    mMarked = {};
    updateBar();
    verticalScrollBar()->setValue(0);
    viewport()->update();
}

void HexView::mark(sim::dissect::ByteRange range) {
    mMarked = range;
    if (range.length) {
        const int top = static_cast<int>(range.offset / kPerRow) * rowHeight();
        auto* bar = verticalScrollBar();
        if (top < bar->value())
            bar->setValue(top);
        else if (top + rowHeight() > bar->value() + viewport()->height())
            bar->setValue(top + rowHeight() - viewport()->height());
    }
    viewport()->update();
}

void HexView::updateBar() {
    const int rows = static_cast<int>((mBytes.size() + kPerRow - 1) / kPerRow);
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(rowHeight());
    verticalScrollBar()->setRange(0, std::max(0, rows * rowHeight() + 8 - viewport()->height()));
}

void HexView::resizeEvent(QResizeEvent*) { updateBar(); }

void HexView::paintEvent(QPaintEvent*) {
    const auto& colors = shared::Theme::instance().colors();
    QPainter p(viewport());
    p.fillRect(viewport()->rect(), colors.panel);
    p.setFont(hexFont());
    const int height = rowHeight(), top = verticalScrollBar()->value();
    const int ascent = QFontMetrics(hexFont()).ascent() + 2;
    const auto count = static_cast<int>(mBytes.size());
    for (int row = top / height; row * kPerRow < count && row * height - top < viewport()->height(); ++row) {
        const int y = row * height - top;
        p.setPen(colors.dim);
        p.drawText(QPointF(kMargin, y + ascent), QStringLiteral("%1").arg(row * kPerRow, 4, 16, QLatin1Char('0')));
        for (int i = 0; i < kPerRow && row * kPerRow + i < count; ++i) {
            const auto offset = static_cast<std::uint32_t>(row * kPerRow + i);
            const bool in = offset >= mMarked.offset && offset - mMarked.offset < mMarked.length;
            const bool more = in && i + 1 < kPerRow && offset + 1 - mMarked.offset < mMarked.length;
            const auto byte = mBytes[offset];
            if (in) {
                const double width = more ? columnOf(i + 1) - columnOf(i) : 2 * digit();
                p.fillRect(QRectF(columnOf(i) - 1, y, width + (more ? 0 : 2), height), colors.accentTint);
                p.fillRect(QRectF(characterColumn(i), y, digit(), height), colors.accentTint);
            }
            p.setPen(in ? colors.accent : colors.ink);
            p.drawText(QPointF(columnOf(i), y + ascent), QStringLiteral("%1").arg(byte, 2, 16, QLatin1Char('0')));
            const bool shown = byte >= 32 && byte < 127;
            if (!in) p.setPen(shown ? colors.ink : colors.unplugged);
            p.drawText(QPointF(characterColumn(i), y + ascent),
                       shown ? QString(QLatin1Char(static_cast<char>(byte))) : QStringLiteral("·"));
        }
    }
}

void HexView::mousePressEvent(QMouseEvent* event) {
    const int row = (static_cast<int>(event->position().y()) + verticalScrollBar()->value()) / rowHeight();
    for (int i = 0; i < kPerRow; ++i) {
        const double x = event->position().x();
        const bool hit = (x >= columnOf(i) - digit() / 2 && x < columnOf(i) + digit() * 2.5) ||
                         (x >= characterColumn(i) && x < characterColumn(i) + digit());
        const int offset = row * kPerRow + i;
        if (hit && offset < static_cast<int>(mBytes.size())) {
            emit byteClicked(static_cast<std::uint32_t>(offset));
            return;
        }
    }
}

} // namespace ui::docks
