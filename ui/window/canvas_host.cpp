#include "ui/window/canvas_host.h"

#include "ui/canvas/canvas_view.h"
#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>

namespace ui::window {

namespace {
constexpr int kMargin = 14;
constexpr int kNoticeWidth = 780; // at most: longer lines are hard to read
constexpr int kStoryRoom = 58;    // two lines of the story and their frame
} // namespace

CanvasHost::CanvasHost(canvas::CanvasView* view, QWidget* parent) : QWidget(parent), mView(view) {
    view->setParent(this);
    mHintCard = new QFrame(this);
    mHintCard->setObjectName(QStringLiteral("card"));
    mHintCard->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* layout = new QHBoxLayout(mHintCard);
    layout->setContentsMargins(14, 9, 14, 9);
    mHint = widgets::plainLabel(mHintCard);
    mHint->setFont(shared::Theme::heading(1.1));
    layout->addWidget(mHint);
    mHintCard->hide();
}

void CanvasHost::setStoryLine(QWidget* story) {
    if (mStory) mStory->deleteLater();
    mStory = story;
    if (story) {
        story->setParent(this);
        story->installEventFilter(this);
        story->show();
    }
    arrange();
}

void CanvasHost::setNotice(QWidget* notice) {
    mNotice = notice;
    notice->setParent(this);
    notice->installEventFilter(this);
    arrange();
}

void CanvasHost::setHint(const QString& text) {
    mHint->setText(text);
    mHintCard->setVisible(!text.isEmpty());
    arrange();
}

QString CanvasHost::hint() const { return mHint->text(); }

void CanvasHost::arrange() {
    mView->setGeometry(rect());
    // Room for two lines of the story even before it begins: the lab is fitted once, when it is opened.
    int covered = mStory ? kStoryRoom + kMargin : 0;
    if (mStory && mStory->isVisibleTo(this)) {
        const int width = std::max(120, this->width() - 2 * kMargin);
        const int wanted = mStory->hasHeightForWidth() ? mStory->heightForWidth(width) : mStory->sizeHint().height();
        const int height = std::clamp(wanted, 24, std::max(24, this->height() / 3));
        mStory->setGeometry(kMargin, this->height() - height - kMargin, width, height);
        mStory->raise();
        covered = std::max(covered, height + kMargin);
    }
    if (mHintCard->isVisibleTo(this)) {
        mHintCard->adjustSize();
        const int below = mStory && mStory->isVisibleTo(this) ? height() - mStory->y() : 0;
        mHintCard->move((width() - mHintCard->width()) / 2, height() - below - mHintCard->height() - kMargin);
        mHintCard->raise();
        covered = std::max(covered, below + mHintCard->height() + kMargin);
    }
    int above = 0;
    if (mNotice && mNotice->isVisibleTo(this)) {
        const int width = std::min(kNoticeWidth, std::max(120, this->width() - 2 * kMargin));
        const int height = mNotice->hasHeightForWidth() ? mNotice->heightForWidth(width) : mNotice->sizeHint().height();
        mNotice->setGeometry((this->width() - width) / 2, kMargin, width, height);
        mNotice->raise();
        above = height + kMargin;
    }
    mView->setInsets(above, covered);
}

void CanvasHost::resizeEvent(QResizeEvent*) { arrange(); }

bool CanvasHost::eventFilter(QObject* watched, QEvent* event) {
    if ((watched == mStory || watched == mNotice) &&
        (event->type() == QEvent::LayoutRequest || event->type() == QEvent::ShowToParent ||
         event->type() == QEvent::HideToParent))
        arrange();
    return QWidget::eventFilter(watched, event);
}

} // namespace ui::window
