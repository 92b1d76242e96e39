// Help > Keyboard shortcuts: made from the registry, so that it cannot be out of date.
#pragma once

#include <QDialog>

class QTextBrowser;

namespace ui::shared {
class ActionRegistry;
}

namespace ui::window {

/// ShortcutsPage lists gestures and shortcuts.
class ShortcutsPage : public QDialog {
    Q_OBJECT
public:
    ShortcutsPage(const shared::ActionRegistry& actions, QWidget* parent);
    /// fill writes the page anew.
    void fill();

private:
    const shared::ActionRegistry& mActions;
    QTextBrowser* mText;
};

} // namespace ui::window
