#include "ui/window/export_menu.h"

#include "model/document/document.h"
#include "model/export/format.h"
#include "model/io/file_writer.h"
#include "ui/run/controller.h"
#include "ui/shared/action_registry.h"
#include "ui/window/main_window.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>

namespace ui::window {

namespace {

using model::exports::Format;

/// Words gives the strings of this file to translators.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(ui::window)
};

QString words(const char* text) { return QCoreApplication::translate("export", text); }

/// write writes a format to a file; false: the user has been told why not.
bool write(MainWindow& window, run::PlaybackController& controller, const Format& format, const QString& path) {
    model::io::FileWriter writer(path);
    if (writer.open())
        format.write({window.document().lab(), controller.stateNow()},
                     [&](const QByteArray& piece) { writer.write(piece); });
    if (!writer.failed() && writer.commit()) return true;
    auto* box = new QMessageBox(QMessageBox::Warning, Words::tr("Not exported"),
                                Words::tr("%1: %2").arg(path.toHtmlEscaped(), writer.error().toHtmlEscaped()),
                                QMessageBox::Ok, &window);
    box->setInformativeText(writer.hint());
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
    return false;
}

void exportAs(MainWindow& window, run::PlaybackController& controller, const Format& format) {
    window.commitPending();
    const QString ending = QLatin1String(format.ending);
    const QFileInfo lab(window.document().path());
    const QString base = lab.fileName().isEmpty() ? Words::tr("untitled") : lab.fileName().section(u'.', 0, 0);
    auto* dialog = new QFileDialog(&window, Words::tr("Export"), {}, QStringLiteral("*.") + ending);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::ReadOnly); // it deletes and renames nothing
    dialog->setDefaultSuffix(ending);
    dialog->selectFile(base + u'.' + ending);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QFileDialog::fileSelected, &window,
                     [&window, &controller, &format](const QString& path) { write(window, controller, format, path); });
    dialog->open();
}

} // namespace

void addExportMenu(MainWindow& window, run::PlaybackController& controller) {
    const QString name = QStringLiteral("export");
    auto& actions = window.actions();
    for (const Format* format : model::exports::formats())
        actions.add(
            name,
            {name + u'.' + QLatin1String(format->id), words(format->title), {}, {}, words(format->about), false, {}},
            [&window, &controller, format] { exportAs(window, controller, *format); });
    auto* file = window.findChild<QMenu*>(QStringLiteral("file"));
    auto* menu = new QMenu(Words::tr("&Export"), file);
    menu->setObjectName(name);
    actions.fillMenu(name, menu);
    QAction* const quit = actions.action(QStringLiteral("file.quit"));
    file->insertMenu(quit, menu);
    file->insertSeparator(quit);
}

} // namespace ui::window
