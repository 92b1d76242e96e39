#include "ui/canvas/word_sprites.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <QStaticText>

#include <cmath>

namespace ui::canvas {

namespace {
constexpr qsizetype kMostSprites = 20'000; // some 50 MB
}

void paintOutlined(QPainter& painter, const QString& text, QPointF top, const WordLook& look) {
    const QFontMetricsF metrics(look.font);
    const QPointF base = top + QPointF(-metrics.horizontalAdvance(text) / 2, metrics.ascent());
    QPainterPath path;
    path.addText(base, look.font, text);
    painter.strokePath(path, QPen(look.halo, 4.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setFont(look.font);
    painter.setPen(look.ink);
    painter.drawText(base, text);
}

void WordSprites::begin(double size, double ratio) {
    mPatient = size != mSize && mSeen > kPerFrame;
    mSeen = 0;
    mSize = size;
    mRatio = ratio;
    mLeft = kPerFrame;
    mBehind = false;
    if (mSprites[0].size() + mSprites[1].size() + mSprites[2].size() > kMostSprites) clear();
}

void WordSprites::clear() {
    for (auto& sprites : mSprites)
        sprites.clear();
}

void WordSprites::make(Sprite& sprite, const QString& text, const WordLook& look) const {
    QStaticText word(text);
    word.setTextFormat(Qt::PlainText);
    word.setPerformanceHint(QStaticText::AggressiveCaching);
    word.prepare(QTransform::fromScale(mSize, mSize), look.font);
    const double width = word.size().width();
    const QRectF area = QRectF(-width / 2, 0, width, word.size().height()).adjusted(-4, -3, 4, 3);
    sprite.picture = QPixmap((area.size() * mSize * mRatio).toSize() + QSize(2, 2));
    sprite.picture.fill(Qt::transparent);
    sprite.picture.setDevicePixelRatio(mRatio);
    sprite.size = mSize;
    sprite.left = area.left() * mSize;
    sprite.up = area.top() * mSize;
    QPainter p(&sprite.picture);
    p.setRenderHint(QPainter::Antialiasing);
    p.scale(mSize, mSize);
    p.translate(-area.topLeft());
    p.setFont(look.font);
    const QPointF corner(-width / 2, 0);
    // Twelve copies round a ring: quicker than stroking outlines, and the same to the eye.
    p.setPen(look.halo);
    for (int i = 0; i < 12; ++i) {
        const double angle = i * M_PI / 6, reach = i % 2 ? 2.2 : 1.4;
        p.drawStaticText(corner + QPointF(std::cos(angle), std::sin(angle)) * reach, word);
    }
    p.setPen(look.ink);
    p.drawStaticText(corner, word);
}

void WordSprites::paint(QPainter& painter, const QString& text, QPointF top, const WordLook& look, int number) {
    ++mSeen;
    auto& sprites = mSprites[number];
    auto found = sprites.find(text);
    const bool usable = found != sprites.end() && found->size < mSize * 1.35 && found->size > mSize * 0.75;
    if (!usable || found->size != mSize) {
        if (mLeft > 0 && !(usable && mPatient)) {
            --mLeft;
            if (found == sprites.end()) found = sprites.insert(text, {});
            make(*found, text, look);
        } else {
            mBehind = true;
            if (!usable) return;
        }
    }
    const QPointF at = top + QPointF(found->left, found->up);
    painter.drawPixmap(QPointF(std::round(at.x() * mRatio), std::round(at.y() * mRatio)) / mRatio, found->picture);
}

} // namespace ui::canvas
