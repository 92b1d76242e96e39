// Opening and saving, and what is said when it does not work.
#include "model/io/lab_file.h"
#include "ui/canvas/canvas_view.h"
#include "ui/docks/inspector.h"
#include "ui/shared/action_registry.h"
#include "ui/widgets/in_place_editor.h"
#include "ui/widgets/plain_label.h"
#include "ui/window/main_window.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QTimer>
#include <QToolTip>

namespace ui::window {

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

/// isSample tells the labs that came with the program, where it was installed: they stay as they are.
bool isSample(const QString& path) {
    const QString labs =
        QDir(QCoreApplication::applicationDirPath() + QStringLiteral("/../share/packetarium/labs")).canonicalPath();
    return !labs.isEmpty() && QFileInfo(path).absoluteDir().canonicalPath() == labs;
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
    mGuard->setName(shownName());
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
    // A dialog that opens and saves has no business deleting or renaming.
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a lab"), folder, filter(), nullptr, QFileDialog::ReadOnly);
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

bool MainWindow::openStandardInput() {
    model::io::Problem problem;
    QByteArray text;
    if (!model::io::readBytes(QStringLiteral("-"), &text, &problem, model::io::Streams::Allowed) ||
        !mDocument.openText(text, tr("standard input"), &problem)) {
        showProblem(tr("This lab cannot be opened"), problem);
        return false;
    }
    afterOpen({});
    return true;
}

void MainWindow::commitPending() {
    mCanvas->editor().commitPending();
    mInspector->commitPending();
}

bool MainWindow::goOnWithout(const QString& question, const QString& go) {
    commitPending();
    QStringList pending = mInspector->unreadable();
    if (const QString refusal = mCanvas->editor().commitPending(); !refusal.isEmpty())
        pending.prepend(tr("%1: \"%2\". %3")
                            .arg(mCanvas->editor().accessibleName(), mCanvas->editor().lineEdit()->text(), refusal));
    if (pending.isEmpty()) return true;
    QMessageBox box(QMessageBox::NoIcon, tr("Unreadable text"), question, QMessageBox::NoButton, this);
    box.setObjectName(QStringLiteral("unreadableDialog"));
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(widgets::plainTip(pending.join(QStringLiteral("\n\n"))));
    const QAbstractButton* without = box.addButton(go, QMessageBox::DestructiveRole);
    auto* show = box.addButton(tr("Show it"), QMessageBox::RejectRole);
    box.setDefaultButton(show);
    box.setEscapeButton(show);
    box.exec();
    if (box.clickedButton() == without) return true;
    if (!mCanvas->editor().isOpen()) {
        showRight(RightTab::Inspector);
        mInspector->showUnreadable();
    }
    return false;
}

bool MainWindow::save() {
    if (!goOnWithout(tr("Save without it?"), tr("Save without it"))) return false;
    if (mDocument.path().isEmpty() || isSample(mDocument.path())) return saveAs();
    for (;;) {
        std::optional<QByteArray> accepted;
        switch (mGuard->ask(&accepted)) {
        case FileGuard::Answer::Save: break;
        case FileGuard::Answer::SaveElsewhere: return saveAs();
        case FileGuard::Answer::Reload: reload(); return false;
        case FileGuard::Answer::Cancel: return false;
        }
        if (saveTo(mDocument.path(), &accepted)) return true;
        // Written by another program just now: that has to be asked about, too.
        if (!changedSince(accepted)) return false;
    }
}

bool MainWindow::confirmReload() {
    if (!mDocument.isModified()) return true;
    QMessageBox box(QMessageBox::NoIcon, tr("Reload"), tr("Reload %1?").arg(shownName()), QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("reloadDialog"));
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(tr("The unsaved changes here would be lost."));
    const QAbstractButton* go = box.addButton(tr("Reload"), QMessageBox::DestructiveRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == go;
}

void MainWindow::reload() {
    const QString path = mDocument.path();
    const auto selected = mSelection.node();
    const auto* node = mDocument.lab().node(selected);
    const QString name = node ? node->name : QString();
    if (!openFile(path)) return;
    if (const auto* again = mDocument.lab().node(name)) mSelection.select(again->id);
}

QString MainWindow::askPlace(const QString& title, const QString& suggestion) {
    QFileDialog dialog(this, title, suggestion, filter());
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setOption(QFileDialog::ReadOnly); // it deletes and renames nothing
    // The dialog completes a bare name by itself, so that it also asks before it replaces the file of that name.
    dialog.setDefaultSuffix(QStringLiteral("lab.yaml"));
    dialog.selectFile(suggestion);
    if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) return {};
    return dialog.selectedFiles().first();
}

bool MainWindow::saveAs() {
    if (!goOnWithout(tr("Save without it?"), tr("Save without it"))) return false;
    QString suggestion = mDocument.path();
    const bool gone = !suggestion.isEmpty() && !QFileInfo(QFileInfo(suggestion).absolutePath()).isDir();
    if (suggestion.isEmpty() || gone || isSample(suggestion)) {
        const QString name = !suggestion.isEmpty()    ? QFileInfo(suggestion).fileName()
                             : mExampleName.isEmpty() ? QStringLiteral("untitled.lab.yaml")
                                                      : mExampleName;
        QString folder = QSettings().value(kFolderKey, QDir::homePath()).toString();
        if (!QFileInfo(folder).isDir() || isSample(folder + u'/')) folder = QDir::homePath();
        suggestion = QDir(folder).filePath(name);
    }
    const QString path = askPlace(tr("Save the lab"), suggestion);
    return !path.isEmpty() && saveTo(path, nullptr);
}

bool MainWindow::changedSince(const std::optional<QByteArray>& accepted) const {
    QByteArray now;
    return mDocument.onDisk(&now) == model::document::OnDisk::Changed && !(accepted && now == *accepted);
}

bool MainWindow::saveTo(const QString& path, const std::optional<QByteArray>* accepted) {
    using model::document::Over;
    model::io::Problem problem;
    if (!mDocument.save(path, &problem, accepted ? Over::Known : Over::Anything, accepted ? *accepted : std::nullopt)) {
        if (accepted && changedSince(*accepted)) return false; // save asks
        showProblem(tr("The lab was not saved"), problem);
        return false;
    }
    rememberRecent(path);
    mExampleName.clear();
    updateTitle();
    return true;
}

void MainWindow::saveCopy() {
    QStringList lost;
    for (const auto& warning : mDocument.warnings())
        lost << (warning.line ? tr("Line %1: %2").arg(warning.line).arg(warning.message) : warning.message);
    QMessageBox box(QMessageBox::NoIcon, tr("Save a copy in format 1"),
                    tr("The copy holds what this version shows. It cannot carry:"), QMessageBox::Cancel, this);
    box.setTextFormat(Qt::PlainText);
    box.setInformativeText(widgets::plainTip(
        lost.isEmpty() ? tr("Nothing that this version knows of; comments are left out.") : lost.join(u'\n')));
    const QAbstractButton* go = box.addButton(tr("Save a copy…"), QMessageBox::AcceptRole);
    box.exec();
    if (box.clickedButton() != go) return;
    const QFileInfo file(mDocument.path());
    const QString path =
        askPlace(tr("Save a copy"), QDir(file.absolutePath()).filePath(tr("copy of %1").arg(file.fileName())));
    model::io::Problem problem;
    if (!path.isEmpty() && !mDocument.saveCopy(path, &problem)) showProblem(tr("The copy was not saved"), problem);
}

void MainWindow::connectGuard() {
    connect(mGuard, &FileGuard::reloadWanted, this, [this] {
        if (confirmReload()) reload();
    });
    connect(mGuard, &FileGuard::saveWanted, this, [this] {
        // The notice has said that the file is gone: nobody is asked twice.
        const std::optional<QByteArray> nothing;
        if (!goOnWithout(tr("Save without it?"), tr("Save without it"))) return;
        if (!saveTo(mDocument.path(), &nothing) && changedSince(nothing)) save();
    });
    connect(mGuard, &FileGuard::saveElsewhereWanted, this, &MainWindow::saveAs);
    connect(mGuard, &FileGuard::saveCopyWanted, this, &MainWindow::saveCopy);
    connect(mGuard, &FileGuard::restoreWanted, this, [this](bool* allowed) { *allowed = confirmLoss(); });
    connect(mGuard, &FileGuard::restored, this, [this](const QString& name) {
        setHint({});
        afterOpen(mDocument.path().isEmpty() ? name : QString());
    });
    connect(&mDocument, &model::document::Document::refused, this, [this] {
        QToolTip::showText(QCursor::pos(), tr("This lab was made by a newer version and is read-only here."), this);
    });
}

bool MainWindow::confirmLoss() {
    commitPending();
    const bool unread = !mInspector->unreadable().isEmpty();
    if (!mDocument.isModified()) return !unread || goOnWithout(tr("Go on without it?"), tr("Go on without it"));
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

} // namespace ui::window
