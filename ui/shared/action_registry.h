// The one registry of user actions: menus, toolbar, context menus and the page of shortcuts are made from it.
#pragma once

#include <QAction>
#include <QHash>
#include <QList>
#include <QObject>

#include <functional>

class QMenu;

namespace ui::shared {

/// ActionSpec is everything there is to know about an action, in one place.
struct ActionSpec {
    QString id;                    ///< "edit.undo": menu, dot, word; never shown
    QString text;                  ///< as in the menu, with its mnemonic
    QString icon;                  ///< name of a file in resources/icons, without .svg; may be empty
    QList<QKeySequence> shortcuts; ///< the first one is shown
    QString tip;                   ///< one sentence; the shortcut is added by itself
    bool checkable = false;
    std::function<bool()> enabled; ///< empty: always
    bool edits = false;            ///< changes the lab: not where that is read-only
};

/// ActionRegistry holds every action of the user once; menus, toolbar and help come from it.
class ActionRegistry : public QObject {
    Q_OBJECT
public:
    explicit ActionRegistry(QWidget* window);

    /// add makes an action in a menu ("file", "edit", …); run is called when it is triggered (may be empty).
    QAction* add(const QString& menu, const ActionSpec& spec, const std::function<void()>& run = {});
    /// addSeparator starts a new group in a menu.
    void addSeparator(const QString& menu);
    /// action is never null: an unknown id is a programming error and stops a debug build.
    QAction* action(const QString& id) const;
    /// setEnabledRule replaces the rule of an action, for whoever plugs it in later.
    void setEnabledRule(const QString& id, std::function<bool()> rule);

    /// setMayEdit is asked before anything that changes the lab is offered.
    void setMayEdit(std::function<bool()> rule) { mMayEdit = std::move(rule); }

    /// fillMenu puts the actions of one menu, in the order of their making, into a QMenu.
    void fillMenu(const QString& menu, QMenu* target) const;
    /// ids lists all actions of a menu in order; an empty id stands for a separator.
    QStringList ids(const QString& menu) const { return mMenus.value(menu); }
    QStringList menus() const { return mMenuOrder; }
    QStringList allIds() const;
    QString tip(const QString& id) const;

public slots:
    /// refresh asks every enabled rule again.
    void refresh();

private:
    struct Entry {
        ActionSpec spec;
        QAction* action = nullptr;
    };
    bool isEnabled(const ActionSpec& spec) const {
        return (!spec.enabled || spec.enabled()) && (!spec.edits || !mMayEdit || mMayEdit());
    }

    QWidget* mWindow;
    std::function<bool()> mMayEdit;
    QHash<QString, Entry> mEntries;
    QHash<QString, QStringList> mMenus;
    QStringList mMenuOrder;
};

} // namespace ui::shared
