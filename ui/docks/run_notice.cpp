#include "ui/docks/run_notice.h"

#include "ui/run/controller.h"
#include "ui/shared/icons.h"
#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <QAccessible>
#include <QApplication>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QToolButton>

namespace ui::docks {

namespace {

constexpr int kIcon = 20;

QString memoryText(int megabytes) {
    return megabytes % 1000 ? RunNotice::tr("%1 MB").arg(megabytes) : RunNotice::tr("%1 GB").arg(megabytes / 1000);
}

/// momentText is a moment of the run in seconds, as exact as one can drag: "3.214".
QString momentText(sim::kernel::SimTime time) { return QString::number(double(time.count()) / 1e9, 'f', 3); }

} // namespace

RunNotice::RunNotice(run::PlaybackController& controller, QWidget* parent) : QFrame(parent), mController(controller) {
    setObjectName(QStringLiteral("card"));
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(14, 9, 8, 11);
    layout->setHorizontalSpacing(8);
    layout->setVerticalSpacing(2);
    mIcon = widgets::plainLabel();
    mIcon->setFixedSize(kIcon + 4, kIcon);
    mTitle = widgets::plainLabel();
    mTitle->setFont(shared::Theme::heading());
    mTitle->setWordWrap(true);
    mText = widgets::plainLabel();
    mText->setObjectName(QStringLiteral("hint"));
    mText->setWordWrap(true);
    mShow = new QPushButton(tr("Show the frame"));
    mShow->setToolTip(tr("Select a frame of the loop, and the device that it left"));
    mAct = new QPushButton;
    mClose = new QToolButton;
    mClose->setObjectName(QStringLiteral("small"));
    mClose->setIcon(shared::icon(QStringLiteral("close")));
    mClose->setToolTip(tr("Put this notice away"));
    mClose->setAccessibleName(mClose->toolTip());
    // Space goes on to play and to pause.
    for (QAbstractButton* button : {static_cast<QAbstractButton*>(mShow), static_cast<QAbstractButton*>(mAct),
                                    static_cast<QAbstractButton*>(mClose)})
        button->setFocusPolicy(Qt::TabFocus);
    layout->addWidget(mIcon, 0, 0, Qt::AlignTop);
    layout->addWidget(mTitle, 0, 1);
    layout->addWidget(mText, 1, 1);
    layout->addWidget(mShow, 0, 2, 2, 1, Qt::AlignVCenter);
    layout->addWidget(mAct, 0, 3, 2, 1, Qt::AlignVCenter);
    layout->addWidget(mClose, 0, 4, Qt::AlignTop);
    layout->setColumnStretch(1, 1);
    connect(mShow, &QPushButton::clicked, this, &RunNotice::showFrame);
    connect(mAct, &QPushButton::clicked, this, &RunNotice::act);
    connect(mClose, &QToolButton::clicked, this, [this] {
        mPutAway = saying();
        refresh();
    });
    connect(&controller, &run::PlaybackController::noticeChanged, this, &RunNotice::refresh);
    connect(&shared::Theme::instance(), &shared::Theme::changed, this, &RunNotice::paintIcon);
    hide();
}

QString RunNotice::title() const { return mTitle->text(); }
QString RunNotice::text() const { return mText->text(); }

RunNotice::Saying RunNotice::saying() const {
    if (mController.isStopped()) return Saying::Stopped;
    if (mController.full()) return Saying::Full;
    return mController.storm() ? Saying::Storm : Saying::Nothing;
}

int RunNotice::moreMemory() const { return mController.mostMemory() * 2; }

void RunNotice::paintIcon() {
    mIcon->setPixmap(shared::iconPixmap(QStringLiteral("warning"), shared::Theme::instance().colors().warning, kIcon,
                                        devicePixelRatioF()));
}

void RunNotice::refresh() {
    const Saying now = saying();
    if (now != mPutAway) mPutAway = Saying::Nothing;
    const bool wanted = now != Saying::Nothing && mPutAway != now;
    if (!wanted) {
        hide();
        return;
    }
    const auto& storm = mController.storm();
    const QString until = momentText(mController.timeline().recordedUntil());
    QString title, text;
    if (storm) {
        title = run::stormText(*storm, locale());
        title[0] = title[0].toUpper();
        text = run::stormMeaning(*storm, locale());
    }
    if (now == Saying::Stopped) {
        if (!storm) title = tr("Recording was stopped");
        text = tr("Nothing is recorded after %1 s; time up to there can be dragged.").arg(until);
    } else if (now == Saying::Full) {
        if (!storm)
            title = mController.outOfMemory() ? tr("The machine has no memory left") : tr("The recording is full");
        const bool none = mController.outOfMemory();
        const bool counted = mController.timeline().memoryBytes() >= std::size_t(mController.mostMemory()) * 1'000'000;
        const QString what = none ? tr("There is no memory left for the recording: the run ends at %1 s, and time up "
                                       "to there can be dragged.")
                                        .arg(until)
                             : counted ? tr("The recording takes %1 of memory, its bound: the run ends at %2 s, and "
                                            "time up to there can be dragged.")
                                             .arg(memoryText(mController.mostMemory()), until)
                                       : tr("The program takes as much memory as the bound of %1 lets it: the run ends "
                                            "at %2 s, and time up to there can be dragged.")
                                             .arg(memoryText(mController.mostMemory()), until);
        text = what + u' ' +
               (none ? tr("Close other programs, or let the menu Play, Record at most, end it earlier.")
                     : tr("The menu Play, Record at most, moves the bound."));
        if (!storm)
            if (const auto most = sim::explain::busiest(mController.log(), mController.timeline().latest()))
                text += u' ' + tr("Most came from %1.").arg(run::senderText(*most, locale()));
    }
    mShow->setVisible(storm.has_value());
    mAct->setText(now == Saying::Storm     ? tr("Stop recording")
                  : now == Saying::Stopped ? tr("Go on")
                                           : tr("Record up to %1").arg(memoryText(moreMemory())));
    mAct->setVisible(now != Saying::Full || !mController.outOfMemory());
    mAct->setToolTip(now == Saying::Storm ? tr("Let the run end where it is recorded up to")
                                          : tr("Record what follows"));
    const bool other = title != mTitle->text() || text != mText->text() || isHidden();
    mTitle->setText(title);
    mText->setText(text);
    paintIcon();
    setAccessibleName(title);
    setAccessibleDescription(text);
    const bool fresh = isHidden();
    show();
    // The host lays the notice out anew when it asks for a layout.
    if (other) QApplication::postEvent(this, new QEvent(QEvent::LayoutRequest));
    if (!fresh) return;
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void RunNotice::showFrame() {
    const auto& storm = mController.storm();
    const auto& log = mController.log();
    if (!storm || storm->frame >= log.frames().size()) return;
    const auto device = storm->device;
    mController.choose(log.frames()[storm->frame].sentRecord);
    emit linkClicked(QStringLiteral("device:%1").arg(device.value));
}

void RunNotice::act() {
    switch (saying()) {
    case Saying::Storm: mController.stop(); break;
    case Saying::Stopped: mController.goOn(); break;
    case Saying::Full: mController.setMostMemory(moreMemory()); break;
    case Saying::Nothing: break;
    }
}

} // namespace ui::docks
