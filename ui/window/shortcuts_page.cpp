#include "ui/window/shortcuts_page.h"

#include "ui/shared/action_registry.h"
#include "ui/shared/theme.h"
#include "ui/widgets/closed_text.h"

#include <QTextBrowser>
#include <QVBoxLayout>

namespace ui::window {

ShortcutsPage::ShortcutsPage(const shared::ActionRegistry& actions, QWidget* parent)
    : QDialog(parent), mActions(actions) {
    setWindowTitle(tr("Keyboard shortcuts"));
    resize(560, 620);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 14, 8, 14);
    mText = new widgets::ClosedText(this);
    mText->setAccessibleName(windowTitle());
    layout->addWidget(mText);
    connect(&shared::Theme::instance(), &shared::Theme::changed, this, [this] {
        if (isVisible()) fill();
    });
}

void ShortcutsPage::fill() {
    const shared::Colors& c = shared::Theme::instance().colors();
    const QHash<QString, QString> titles = {{QStringLiteral("file"), tr("File")}, {QStringLiteral("edit"), tr("Edit")},
                                            {QStringLiteral("view"), tr("View")}, {QStringLiteral("lab"), tr("Lab")},
                                            {QStringLiteral("play"), tr("Play")}, {QStringLiteral("help"), tr("Help")}};
    QString html = QStringLiteral("<table cellspacing='0' cellpadding='3' width='100%'>");
    const auto row = [&](const QString& key, const QString& what) {
        html += QStringLiteral("<tr><td width='170' style='white-space:nowrap'><b>%1</b></td><td>%2</td></tr>")
                    .arg(key, what);
    };
    const auto heading = [&](const QString& text) {
        html += QStringLiteral("<tr><td colspan='2'><div style='color:%1; margin-top:12px'><b>%2</b></div></td></tr>")
                    .arg(c.dim.name(), text);
    };
    for (const QString& menu : mActions.menus()) {
        bool headed = false;
        for (const QString& id : mActions.ids(menu)) {
            if (id.isEmpty()) continue;
            const QAction* action = mActions.action(id);
            if (action->shortcuts().isEmpty()) continue;
            if (!headed) heading(titles.value(menu, menu).toHtmlEscaped());
            headed = true;
            QStringList keys;
            for (const QKeySequence& key : action->shortcuts())
                keys << key.toString(QKeySequence::NativeText).toHtmlEscaped();
            row(keys.join(tr(" or ")), mActions.tip(id).toHtmlEscaped());
        }
    }
    heading(tr("On the canvas"));
    row(tr("Tab"), tr("Select the next device; Shift+Tab the one before"));
    row(tr("Arrow keys"), tr("Move what is selected; with Shift in larger steps"));
    row(tr("Enter"), tr("Settings of what is selected"));
    row(tr("Ctrl+wheel"), tr("Zoom at the pointer"));
    row(tr("Middle drag, Space drag"), tr("Move the view"));
    row(tr("Alt while dragging"), tr("Do not snap to the grid"));
    row(tr("Esc"), tr("Leave the tool; select nothing"));
    html += QStringLiteral("</table>");
    mText->setHtml(html);
}

} // namespace ui::window
