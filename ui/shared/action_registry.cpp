#include "ui/shared/action_registry.h"

#include "ui/shared/icons.h"

#include <QMenu>

namespace ui::shared {

ActionRegistry::ActionRegistry(QWidget* window) : QObject(window), mWindow(window) {}

QAction* ActionRegistry::add(const QString& menu, const ActionSpec& spec, const std::function<void()>& run) {
    Q_ASSERT(!mEntries.contains(spec.id));
    auto* action = new QAction(spec.text, this);
    action->setObjectName(spec.id);
    if (!spec.icon.isEmpty()) action->setIcon(icon(spec.icon));
    action->setShortcuts(spec.shortcuts);
    action->setCheckable(spec.checkable);
    QString tip = spec.tip.toHtmlEscaped();
    if (!spec.shortcuts.isEmpty())
        tip = QStringLiteral("%1 <span style='font-weight:600'>(%2)</span>")
                  .arg(tip, spec.shortcuts.first().toString(QKeySequence::NativeText).toHtmlEscaped());
    action->setToolTip(QStringLiteral("<span>%1</span>").arg(tip));
    action->setStatusTip(spec.tip);
    if (run) connect(action, &QAction::triggered, this, run);
    // An action belongs to the window, too, so that its shortcut works while no menu holds it.
    mWindow->addAction(action);
    mEntries.insert(spec.id, Entry{spec, action});
    if (!mMenus.contains(menu)) mMenuOrder << menu;
    mMenus[menu] << spec.id;
    action->setEnabled(isEnabled(spec));
    return action;
}

void ActionRegistry::addSeparator(const QString& menu) { mMenus[menu] << QString(); }

QAction* ActionRegistry::action(const QString& id) const {
    const auto found = mEntries.constFind(id);
    Q_ASSERT_X(found != mEntries.constEnd(), "ActionRegistry", qPrintable(id));
    return found->action;
}

void ActionRegistry::setEnabledRule(const QString& id, std::function<bool()> rule) {
    Q_ASSERT(mEntries.contains(id));
    Entry& entry = mEntries[id];
    entry.spec.enabled = std::move(rule);
    entry.action->setEnabled(isEnabled(entry.spec));
}

void ActionRegistry::fillMenu(const QString& menu, QMenu* target) const {
    for (const QString& id : mMenus.value(menu)) {
        if (id.isEmpty())
            target->addSeparator();
        else
            target->addAction(action(id));
    }
}

QStringList ActionRegistry::allIds() const {
    QStringList all;
    for (const QString& menu : mMenuOrder)
        for (const QString& id : mMenus.value(menu))
            if (!id.isEmpty()) all << id;
    return all;
}

QString ActionRegistry::tip(const QString& id) const { return mEntries.value(id).spec.tip; }

void ActionRegistry::refresh() {
    for (const Entry& entry : std::as_const(mEntries))
        if (entry.spec.enabled || entry.spec.edits) entry.action->setEnabled(isEnabled(entry.spec));
}

} // namespace ui::shared
