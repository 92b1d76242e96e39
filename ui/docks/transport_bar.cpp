#include "ui/docks/transport_bar.h"

#include "ui/docks/scrubber.h"
#include "ui/rows/words.h"
#include "ui/run/controller.h"
#include "ui/shared/action_registry.h"
#include "ui/shared/icons.h"
#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <QActionGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

namespace ui::docks {

using run::Pace;
using run::PlaybackController;

namespace {
constexpr double kSpeeds[] = {0.25, 0.5, 1, 2, 4, 8};
}

TransportBar::TransportBar(shared::ActionRegistry& actions, PlaybackController& controller)
    : mActions(actions), mController(controller) {
    setObjectName(QStringLiteral("transport"));
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 14, 4);
    layout->setSpacing(4);
    for (const char* id : {"play.start", "play.back"})
        layout->addWidget(button(id));
    mPlay = new QToolButton;
    mPlay->setObjectName(QStringLiteral("primary"));
    mPlay->setIconSize(QSize(18, 18));
    mPlay->setFixedSize(44, 30);
    mPlay->setFocusPolicy(Qt::TabFocus);
    QAction* toggle = actions.action(QStringLiteral("play.toggle"));
    connect(mPlay, &QToolButton::clicked, toggle, &QAction::trigger);
    layout->addWidget(mPlay);
    layout->addWidget(button("play.forward"));
    layout->addSpacing(8);
    mTime = widgets::plainLabel();
    mTime->setFont(shared::Theme::monospaced(1.05));
    mTime->setAccessibleName(tr("Virtual time"));
    mTime->setMinimumWidth(QFontMetrics(mTime->font()).horizontalAdvance(QStringLiteral("00.000 000 000 s")));
    mTime->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(mTime);
    layout->addSpacing(8);
    mScrubber = new Scrubber(controller);
    layout->addWidget(mScrubber, 1);
    layout->addSpacing(8);

    mPace = new QToolButton;
    mPace->setObjectName(QStringLiteral("quiet"));
    mPace->setPopupMode(QToolButton::InstantPopup);
    mPace->setFocusPolicy(Qt::TabFocus);
    mPace->setToolTip(tr("How virtual time passes while playing"));
    auto* menu = new QMenu(mPace);
    auto* group = new QActionGroup(menu);
    const std::pair<Pace, QString> paces[] = {{Pace::Comfortable, tr("comfortable pace")},
                                              {Pace::Slow, tr("1 s shows 1 ms")},
                                              {Pace::RealTime, tr("real time")}};
    for (const auto& [pace, name] : paces) {
        QAction* action = menu->addAction(name);
        action->setCheckable(true);
        action->setChecked(pace == controller.pace());
        group->addAction(action);
        connect(action, &QAction::triggered, &controller, [this, p = pace] { mController.setPace(p); });
    }
    mPace->setMenu(menu);
    layout->addWidget(mPace);
    mSpeed = new QComboBox;
    mSpeed->setAccessibleName(tr("Speed"));
    mSpeed->setToolTip(tr("Speed (%1 and %2)").arg(QStringLiteral("["), QStringLiteral("]")));
    mSpeed->setFocusPolicy(Qt::TabFocus);
    for (const double speed : kSpeeds)
        mSpeed->addItem(QStringLiteral("%1×").arg(speed), speed);
    connect(mSpeed, &QComboBox::activated, this,
            [this](int index) { mController.setSpeed(mSpeed->itemData(index).toDouble()); });
    layout->addWidget(mSpeed);
    connect(&controller, &PlaybackController::moved, this, &TransportBar::refreshTime);
    connect(&controller, &PlaybackController::stateChanged, this, &TransportBar::refreshState);
    connect(&shared::Theme::instance(), &shared::Theme::changed, this, &TransportBar::refreshState);
    refreshState();
    refreshTime();
}

QToolButton* TransportBar::button(const char* actionId) {
    auto* made = new QToolButton;
    made->setDefaultAction(mActions.action(QLatin1String(actionId)));
    made->setToolTip(mActions.tip(QLatin1String(actionId)));
    made->setIconSize(QSize(18, 18));
    made->setFocusPolicy(Qt::TabFocus);
    made->setToolButtonStyle(Qt::ToolButtonIconOnly);
    return made;
}

QString TransportBar::timeText() const { return mTime->text(); }

void TransportBar::refreshTime() { mTime->setText(tr("%1 s").arg(rows::momentText(mController.time()))); }

void TransportBar::refreshState() {
    const bool playing = mController.isPlaying();
    QAction* toggle = mActions.action(QStringLiteral("play.toggle"));
    toggle->setText(playing ? tr("&Pause") : tr("&Play"));
    toggle->setIcon(shared::icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
    mPlay->setIcon(shared::iconOnAccent(playing ? QStringLiteral("pause") : QStringLiteral("play")));
    mPlay->setAccessibleName(playing ? tr("Pause") : tr("Play"));
    mPlay->setToolTip(mActions.tip(QStringLiteral("play.toggle")));
    mPlay->setEnabled(toggle->isEnabled());
    mSpeed->setCurrentIndex(std::max(0, mSpeed->findData(mController.speed())));
    mPace->setText(mPace->menu()->actions().at(static_cast<int>(mController.pace()))->text());
    mActions.refresh();
}

} // namespace ui::docks
