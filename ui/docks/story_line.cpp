#include "ui/docks/story_line.h"

#include "ui/rows/words.h"
#include "ui/run/controller.h"
#include "ui/shared/icons.h"
#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QToolButton>

#include <algorithm>

namespace ui::docks {

namespace {
constexpr std::size_t kMostSentences = 2;
const QString kFoldedKey = QStringLiteral("story/folded");
} // namespace

StoryLine::StoryLine(run::PlaybackController& controller, QWidget* parent) : QFrame(parent), mController(controller) {
    setObjectName(QStringLiteral("card"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 9, 8, 9);
    mText = widgets::plainLabel();
    mText->setWordWrap(true);
    mText->setTextFormat(Qt::RichText);
    mText->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    mText->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * 1.15);
    mText->setFont(font);
    layout->addWidget(mText, 1);
    mFold = new QToolButton;
    mFold->setObjectName(QStringLiteral("small"));
    mFold->setFocusPolicy(Qt::TabFocus);
    layout->addWidget(mFold, 0, Qt::AlignTop);
    connect(mFold, &QToolButton::clicked, this, [this] { setFolded(!mFolded); });
    connect(mText, &QLabel::linkActivated, this, &StoryLine::linkClicked);
    connect(&controller, &run::PlaybackController::momentChanged, this, &StoryLine::refresh);
    connect(&controller, &run::PlaybackController::rebuilt, this, &StoryLine::refresh);
    connect(&shared::Theme::instance(), &shared::Theme::changed, this, &StoryLine::refresh);
    setFolded(QSettings().value(kFoldedKey, false).toBool());
}

void StoryLine::setFolded(bool folded) {
    mFolded = folded;
    QSettings().setValue(kFoldedKey, folded);
    mFold->setIcon(shared::icon(folded ? QStringLiteral("chevron-right") : QStringLiteral("chevron-down")));
    mFold->setToolTip(folded ? tr("Tell the story") : tr("Fold the story away"));
    mFold->setAccessibleName(mFold->toolTip());
    refresh();
}

int StoryLine::heightForWidth(int width) const {
    const auto margins = layout()->contentsMargins();
    const int room = width - margins.left() - margins.right() - mFold->sizeHint().width() - layout()->spacing();
    return margins.top() + margins.bottom() + std::max(mText->heightForWidth(std::max(80, room)) + 3, 22);
}

void StoryLine::refresh() {
    const auto& moment = mController.moment();
    QStringList plain, html;
    if (mController.momentRecord() >= 0)
        for (std::size_t i = 0; i < std::min(kMostSentences, moment.sentences.size()); ++i) {
            plain << rows::plain(moment.sentences[i]);
            html << rows::html(moment.sentences[i]);
        }
    mPlain = plain.join(u' ');
    if (mFolded)
        mText->setText(QStringLiteral("<span style='color:%1'>%2</span>")
                           .arg(shared::Theme::instance().colors().dim.name(), tr("Story")));
    else
        mText->setText(html.join(u' '));
    // In a small window one sentence that can be read is better than two of which half is cut.
    if (!mFolded && html.size() > 1 && parentWidget() &&
        heightForWidth(parentWidget()->width() - 28) > parentWidget()->height() / 3)
        mText->setText(html.first());
    mText->setAccessibleName(mPlain);
    setVisible(!mPlain.isEmpty());
    // The host lays the line out anew when it asks for a layout.
    if (isVisible()) QApplication::postEvent(this, new QEvent(QEvent::LayoutRequest));
}

} // namespace ui::docks
