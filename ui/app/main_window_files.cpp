// Opening and saving, and what is said when it does not work.
#include "ui/app/action_registry.h"
#include "ui/app/main_window.h"
#include "ui/canvas/canvas_view.h"
#include "ui/widgets/plain_label.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QTimer>

namespace ui::app {

namespace {

const QString kRecentKey = QStringLiteral("files/recent");
const QString kFolderKey = QStringLiteral("files/folder");

QString filter() { return MainWindow::tr("Lab files (*.lab.yaml *.yaml *.yml);;All files (*)"); }

/// titleOf is the name a lab gives itself, read without opening it; its file's name when it has none.
QString titleOf(const QString& path) {
    QFile file(path);
    if (file.open(QIODevice::ReadOnly))
        while (!file.atEnd()) {
            const QByteArray line = file.readLine(500);
            if (!line.startsWith("name:")) continue;
            QString name = QString::fromUtf8(line.mid(5)).trimmed();
            if (name.size() > 1 && (name.startsWith(QLatin1Char('"')) || name.startsWith(QLatin1Char('\''))))
                name = name.mid(1, name.size() - 2);
            if (!name.isEmpty()) return name;
        }
    return QFileInfo(path).fileName();
}

} // namespace

QString MainWindow::shownName() const {
    if (!mDocument.path().isEmpty()) return QFileInfo(mDocument.path()).fileName();
    if (!mExampleName.isEmpty()) return mExampleName;
    return tr("untitled");
}

void MainWindow::updateTitle() {
    setWindowTitle(tr("%1[*] — Packetarium").arg(shownName()) +
                   (mDocument.isReadOnly() ? tr(" (read-only)") : QString()));
    setWindowModified(mDocument.isModified());
}

void MainWindow::afterOpen(const QString& name) {
    mExampleName = name;
    mSelection.clear();
    mSelection.setCurrentRecord(-1);
    mCanvas->setTool(canvas::ToolKind::Select);
    // An empty lab is there to be built, any other to be watched.
    showRight(mDocument.lab().nodes.empty() ? RightTab::Inspector : RightTab::Tables);
    updateTitle();
    mActions->refresh();
    if (isVisible())
        QTimer::singleShot(0, mCanvas, [this] { mCanvas->fit(); });
    else
        mFitPending = true;
    emit labOpened();
}

void MainWindow::newLab() {
    if (!confirmLoss()) return;
    mDocument.clear();
    setHint({});
    afterOpen({});
}

void MainWindow::chooseAndOpen() {
    if (!confirmLoss()) return;
    const QString folder = QSettings().value(kFolderKey, QDir::homePath()).toString();
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a lab"), folder, filter());
    if (!path.isEmpty()) openFile(path);
}

bool MainWindow::openFile(const QString& path) {
    model::io::Problem problem;
    if (!mDocument.open(path, &problem)) {
        showProblem(tr("This lab cannot be opened"), problem);
        return false;
    }
    rememberRecent(path);
    setHint({});
    afterOpen({});
    return true;
}

bool MainWindow::openExample(const QString& resource) {
    model::io::Problem problem;
    QFile file(resource);
    const QString name = QFileInfo(resource).fileName();
    if (!file.open(QIODevice::ReadOnly)) {
        problem.message = tr("The example %1 is not part of this program.").arg(name);
        problem.hint = tr("File > Examples lists those that are.");
        showProblem(tr("This example cannot be opened"), problem);
        return false;
    }
    if (!mDocument.openText(file.readAll(), name, &problem)) {
        showProblem(tr("This example cannot be opened"), problem);
        return false;
    }
    afterOpen(name);
    return true;
}

bool MainWindow::save() {
    if (mDocument.path().isEmpty()) return saveAs();
    return saveTo(mDocument.path());
}

bool MainWindow::saveAs() {
    QString suggestion = mDocument.path();
    if (suggestion.isEmpty()) {
        QString name = mExampleName.isEmpty() ? QStringLiteral("untitled.lab.yaml") : mExampleName;
        suggestion = QDir(QSettings().value(kFolderKey, QDir::homePath()).toString()).filePath(name);
    }
    QFileDialog dialog(this, tr("Save the lab"), suggestion, filter());
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    // The dialog completes a bare name by itself, so that it also asks before it replaces the file of that name.
    dialog.setDefaultSuffix(QStringLiteral("lab.yaml"));
    dialog.selectFile(suggestion);
    if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) return false;
    return saveTo(dialog.selectedFiles().first());
}

bool MainWindow::saveTo(const QString& path) {
    model::io::Problem problem;
    if (!mDocument.save(path, &problem)) {
        showProblem(tr("The lab was not saved"), problem);
        return false;
    }
    rememberRecent(path);
    mExampleName.clear();
    updateTitle();
    return true;
}

bool MainWindow::confirmLoss() {
    if (!mDocument.isModified()) return true;
    QMessageBox box(QMessageBox::NoIcon, tr("Unsaved changes"), tr("Save the changes in %1?").arg(shownName()),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    box.setInformativeText(tr("Without saving they are lost."));
    box.setTextFormat(Qt::PlainText);
    box.setDefaultButton(QMessageBox::Save);
    switch (box.exec()) {
    case QMessageBox::Save: return save();
    case QMessageBox::Discard: return true;
    default: return false;
    }
}

void MainWindow::fillRecent(QMenu* menu) {
    menu->clear();
    const QStringList paths = QSettings().value(kRecentKey).toStringList();
    for (const QString& path : paths) {
        QAction* action = menu->addAction(QDir::toNativeSeparators(path), this, [this, path] {
            if (confirmLoss()) openFile(path);
        });
        action->setEnabled(QFileInfo::exists(path));
    }
    if (paths.isEmpty()) menu->addAction(tr("Nothing yet"))->setEnabled(false);
}

void MainWindow::fillExamples(QMenu* menu) {
    menu->clear();
    const QDir labs(QStringLiteral(":/labs"));
    for (const QString& name : labs.entryList({QStringLiteral("*.lab.yaml")}, QDir::Files, QDir::Name)) {
        const QString path = labs.filePath(name);
        menu->addAction(titleOf(path), this, [this, path] {
            if (confirmLoss()) openExample(path);
        });
    }
    if (menu->isEmpty()) menu->addAction(tr("None"))->setEnabled(false);
}

void MainWindow::rememberRecent(const QString& path) {
    QSettings settings;
    const QString full = QFileInfo(path).absoluteFilePath();
    QStringList paths = settings.value(kRecentKey).toStringList();
    paths.removeAll(full);
    paths.prepend(full);
    settings.setValue(kRecentKey, QStringList(paths.mid(0, 8)));
    settings.setValue(kFolderKey, QFileInfo(full).absolutePath());
}

void MainWindow::showProblem(const QString& title, const model::io::Problem& problem) {
    auto* box = new QMessageBox(QMessageBox::NoIcon, title, problem.message, QMessageBox::Ok, this);
    box->setObjectName(QStringLiteral("problemDialog"));
    QString place = problem.file;
    if (problem.line > 0) place += tr(", line %1").arg(problem.line);
    if (problem.column > 0) place += tr(", column %1").arg(problem.column);
    QStringList more;
    if (!place.isEmpty()) more << place;
    if (!problem.hint.isEmpty()) more << problem.hint;
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(widgets::plainTip(more.join(QStringLiteral("\n\n"))));
    box->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace ui::app
