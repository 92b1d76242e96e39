// The words under the tiles, as small pictures that are made once and copied from then on.
#pragma once

#include <QColor>
#include <QFont>
#include <QHash>
#include <QPixmap>
#include <QString>

class QPainter;

namespace ui::canvas {

/// WordLook is how a word is drawn: with a halo, so that no cable strikes through it.
struct WordLook {
    QFont font;
    QColor ink, halo;
};

/// paintOutlined draws a word as vectors, with the upper middle of its line at top.
void paintOutlined(QPainter& painter, const QString& text, QPointF top, const WordLook& look);

/// WordSprites makes only so many pictures for one frame. While the zoom changes, words show a picture of about the
/// right size, and are made anew when it rests; where there is none yet they wait. behind() asks for another frame
/// then.
class WordSprites {
public:
    /// kPerFrame words are made anew for one frame: about a millisecond. Most labs have fewer in sight.
    static constexpr int kPerFrame = 80;

    /// begin starts a frame. size is the scale of the words on the screen, ratio the pixels of a unit of it.
    void begin(double size, double ratio);
    /// paint puts a word at a place in the view. Each look has a number of its own, 0 or 1.
    void paint(QPainter& painter, const QString& text, QPointF top, const WordLook& look, int number);
    bool behind() const { return mBehind; }
    void clear();

private:
    struct Sprite {
        QPixmap picture;
        double size = 0;
        double up = 0, left = 0; ///< from its corner to the upper middle of the line, in the view
    };
    void make(Sprite& sprite, const QString& text, const WordLook& look) const;

    QHash<QString, Sprite> mSprites[3]; // by look
    double mSize = 0, mRatio = 1;
    int mLeft = 0, mSeen = 0;
    bool mPatient = false; // the zoom is changing, and too many words are in sight to follow it
    bool mBehind = false;
};

} // namespace ui::canvas
