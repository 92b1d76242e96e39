#include "ui/widgets/banners.h"

#include "ui/shared/icons.h"
#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <QAccessible>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui::widgets {

namespace {
constexpr int kIcon = 18;
}

Banners::Banners(QWidget* parent) : QWidget(parent), mLayout(new QVBoxLayout(this)) {
    mLayout->setContentsMargins(0, 0, 0, 0);
    mLayout->setSpacing(0);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
}

void Banners::set(const QString& key, Banner banner) {
    remove(key);
    auto* frame = new QFrame(this);
    frame->setObjectName(QStringLiteral("banner"));
    frame->setAttribute(Qt::WA_StyledBackground);
    frame->setAccessibleName(banner.title);
    frame->setAccessibleDescription(banner.text);
    auto* row = new QHBoxLayout(frame);
    row->setContentsMargins(14, 8, 8, 8);
    row->setSpacing(8);
    auto* icon = plainLabel(frame);
    icon->setFixedSize(kIcon + 4, kIcon);
    const auto paint = [icon, warning = banner.warning] {
        const auto& colors = shared::Theme::instance().colors();
        icon->setPixmap(shared::iconPixmap(warning ? QStringLiteral("warning") : QStringLiteral("info"),
                                           warning ? colors.warning : colors.accent, kIcon, icon->devicePixelRatioF()));
    };
    paint();
    connect(&shared::Theme::instance(), &shared::Theme::changed, icon, paint);
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    auto* title = plainLabel(banner.title, frame);
    title->setObjectName(QStringLiteral("sectionTitle"));
    title->setWordWrap(true);
    auto* text = plainLabel(banner.text, frame);
    text->setObjectName(QStringLiteral("hint"));
    text->setWordWrap(true);
    text->setVisible(!banner.text.isEmpty());
    words->addWidget(title);
    words->addWidget(text);
    row->addWidget(icon, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    for (const auto& act : banner.acts) {
        auto* button = new QPushButton(act.text, frame);
        button->setFocusPolicy(Qt::TabFocus); // Space goes on to play and to pause
        row->addWidget(button, 0, Qt::AlignVCenter);
        // Queued: what is done may take the banner away, with the button.
        connect(
            button, &QPushButton::clicked, this,
            [this, key, act] {
                if (act.closes) remove(key);
                act.run();
            },
            Qt::QueuedConnection);
    }
    if (banner.closable) {
        auto* close = new QToolButton(frame);
        close->setObjectName(QStringLiteral("small"));
        close->setIcon(shared::icon(QStringLiteral("close")));
        close->setToolTip(tr("Put this notice away"));
        close->setAccessibleName(close->toolTip());
        close->setFocusPolicy(Qt::TabFocus);
        row->addWidget(close, 0, Qt::AlignTop);
        connect(
            close, &QToolButton::clicked, this, [this, key] { remove(key); }, Qt::QueuedConnection);
    }
    mLayout->addWidget(frame);
    mShown[key] = frame;
    QAccessibleEvent alert(frame, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void Banners::remove(const QString& key) {
    const auto found = mShown.find(key);
    if (found == mShown.end()) return;
    found->second->hide();
    found->second->deleteLater();
    mShown.erase(found);
}

QString Banners::title(const QString& key) const {
    const auto found = mShown.find(key);
    return found == mShown.end() ? QString() : found->second->accessibleName();
}

} // namespace ui::widgets
