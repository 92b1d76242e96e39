#include "ui/window/file_guard.h"

#include "model/io/lab_file.h"
#include "ui/widgets/banners.h"
#include "ui/widgets/difference_dialog.h"

#include <QFileInfo>
#include <QGuiApplication>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>

namespace ui::window {

using model::document::Document;
using model::document::OnDisk;
using model::document::Recovery;

namespace {

// Editors write in several steps; what is seen a moment later is whole.
constexpr int kSettle = 60; // ms
const QString kDisk = QStringLiteral("disk"), kNewer = QStringLiteral("newer"), kRecovery = QStringLiteral("recovery");

} // namespace

FileGuard::FileGuard(Document& document, widgets::Banners& banners, QWidget* window)
    : QObject(window), mDocument(document), mBanners(banners), mWindow(window), mRecovery(document, this) {
    mSoon.setSingleShot(true);
    mSoon.setInterval(kSettle);
    connect(&mSoon, &QTimer::timeout, this, &FileGuard::look);
    connect(&mWatcher, &QFileSystemWatcher::fileChanged, &mSoon, qOverload<>(&QTimer::start));
    connect(&mWatcher, &QFileSystemWatcher::directoryChanged, &mSoon, qOverload<>(&QTimer::start));
    // A folder that comes back is not told of, nor is anything on some network disks.
    connect(qGuiApp, &QGuiApplication::applicationStateChanged, this, [this](Qt::ApplicationState state) {
        if (state == Qt::ApplicationActive) mSoon.start();
    });
    connect(&document, &Document::changed, this, [this](const model::document::Change& change) {
        if (change.flags == model::document::Change::Everything) onOpened();
    });
    connect(&document, &Document::saved, this, &FileGuard::onOpened);
    connect(&mRecovery, &Recovery::failed, this, [this](const QString& why) {
        mBanners.set(kRecovery, {true,
                                 tr("No recovery copy can be kept: %1.").arg(why),
                                 tr("Save often: a crash would lose what is not saved."),
                                 {},
                                 true});
    });
}

void FileGuard::setName(const QString& name) {
    mName = name;
    mRecovery.setName(name);
}

void FileGuard::onOpened() {
    mKept = false;
    mAccepted.clear();
    mBanners.remove(kDisk);
    mBanners.remove(kNewer);
    watch();
    if (!mDocument.isReadOnly()) return;
    mBanners.set(
        kNewer,
        {true,
         tr("This lab was made by a newer version of Packetarium, and is read-only here."),
         tr("It can be played. What this version does not know is not shown, and would be lost if it were saved."),
         {{tr("Save a copy in format 1…"), [this] { emit saveCopyWanted(); }, false}},
         false});
}

void FileGuard::watch() {
    if (const QStringList all = mWatcher.files() + mWatcher.directories(); !all.isEmpty()) mWatcher.removePaths(all);
    if (mDocument.path().isEmpty()) return;
    const QFileInfo file(mDocument.path());
    // The folder, too: editors put another file in the place of this one.
    for (const QString& path : {file.absoluteFilePath(), file.absolutePath()})
        if (QFileInfo::exists(path)) mWatcher.addPath(path);
}

void FileGuard::look() {
    watch();
    QByteArray now;
    const OnDisk is = mDocument.onDisk(&now);
    if (is == OnDisk::NoFile || is == OnDisk::Same || (mKept && is == OnDisk::Changed && now == mAccepted)) {
        mBanners.remove(kDisk);
        return;
    }
    if (is != OnDisk::Changed) {
        mDocument.setUnsaved(); // nothing but this window has it now
        const bool folder = is == OnDisk::FolderMissing;
        mBanners.set(
            kDisk,
            {true,
             folder ? tr("The folder of %1 is gone.").arg(mName)
                    : tr("%1 was removed or renamed by another program.").arg(mName),
             tr("What is open here is whole."),
             folder ? std::vector<widgets::Banner::Act>{{tr("Save elsewhere…"), [this] { emit saveElsewhereWanted(); },
                                                         false}}
                    : std::vector<widgets::Banner::Act>{{tr("Save it again"), [this] { emit saveWanted(); }, false},
                                                        {tr("Save elsewhere…"), [this] { emit saveElsewhereWanted(); },
                                                         false}},
             true});
        return;
    }
    mBanners.set(kDisk, {true,
                         tr("%1 was changed by another program.").arg(mName),
                         mDocument.isModified() ? tr("There are unsaved changes here, too.")
                                                : tr("What is open here is as it was before."),
                         {{tr("Reload"), [this] { emit reloadWanted(); }, false},
                          {tr("Keep mine"),
                           [this, now] {
                               mKept = true;
                               mAccepted = now;
                               mDocument.setUnsaved();
                           }},
                          {tr("Show the difference…"), [this] { showDifference(); }, false}},
                         true});
}

void FileGuard::showDifference() {
    QByteArray now;
    mDocument.onDisk(&now);
    auto* dialog = new widgets::DifferenceDialog(tr("in the file"), QString::fromUtf8(now), tr("in this window"),
                                                 QString::fromUtf8(mDocument.text()), mWindow);
    dialog->open();
}

FileGuard::Answer FileGuard::ask(std::optional<QByteArray>* accepted) {
    for (;;) {
        QByteArray now;
        const OnDisk is = mDocument.onDisk(&now);
        accepted->reset();
        if (is == OnDisk::Changed) *accepted = now;
        if (is == OnDisk::NoFile || is == OnDisk::Same || (mKept && is == OnDisk::Changed && now == mAccepted))
            return Answer::Save;
        const QString what = is == OnDisk::Changed ? tr("%1 was changed by another program. Replace it?").arg(mName)
                             : is == OnDisk::Missing
                                 ? tr("%1 was removed or renamed by another program. Save it again?").arg(mName)
                                 : tr("The folder of %1 is gone. Save the lab elsewhere?").arg(mName);
        QMessageBox box(QMessageBox::NoIcon, tr("Save"), what, QMessageBox::Cancel, mWindow);
        box.setObjectName(QStringLiteral("saveConflict"));
        box.setTextFormat(Qt::PlainText);
        QAbstractButton *save = nullptr, *reload = nullptr, *difference = nullptr;
        if (is == OnDisk::Changed) {
            box.setInformativeText(
                mDocument.isModified()
                    ? tr("\"Keep mine\" loses what the other program wrote, \"Reload\" the unsaved changes here.")
                    : tr("\"Keep mine\" loses what the other program wrote."));
            save = box.addButton(tr("Keep mine"), QMessageBox::DestructiveRole);
            reload = box.addButton(tr("Reload"), QMessageBox::ResetRole);
            difference = box.addButton(tr("Show the difference…"), QMessageBox::ActionRole);
        } else if (is == OnDisk::Missing) {
            save = box.addButton(tr("Save it again"), QMessageBox::AcceptRole);
        }
        const QAbstractButton* elsewhere = box.addButton(tr("Save elsewhere…"), QMessageBox::AcceptRole);
        // Return must lose nothing: neither their work nor what is open here.
        box.setDefaultButton(QMessageBox::Cancel);
        box.setEscapeButton(QMessageBox::Cancel);
        box.exec();
        const QAbstractButton* chosen = box.clickedButton();
        if (chosen == elsewhere) return Answer::SaveElsewhere;
        if (reload && chosen == reload) return Answer::Reload;
        if (save && chosen == save) return Answer::Save;
        if (!difference || chosen != difference) return Answer::Cancel;
        widgets::DifferenceDialog dialog(tr("in the file"), QString::fromUtf8(now), tr("in this window"),
                                         QString::fromUtf8(mDocument.text()), mWindow);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.exec();
    }
}

void FileGuard::offerAbandoned() {
    int number = 0;
    for (const auto& copy : Recovery::abandoned())
        offer(copy, QStringLiteral("abandoned%1").arg(number++));
}

void FileGuard::offer(const model::document::Abandoned& copy, const QString& key) {
    const QString name = copy.name.isEmpty() ? tr("a lab without a name") : copy.name;
    const QString place = copy.path.isEmpty() ? tr("It was never saved.") : copy.path;
    mBanners.set(key, {true,
                       tr("Unsaved changes to %1 have been recovered.").arg(name),
                       tr("Packetarium ended unexpectedly, after %1. %2")
                           .arg(QLocale().toString(copy.when, QLocale::ShortFormat), place),
                       {{tr("Restore"),
                         [this, copy] {
                             bool allowed = true;
                             emit restoreWanted(&allowed);
                             model::io::Problem problem;
                             if (!allowed || !mDocument.restore(copy.text, copy.path, copy.base, &problem)) {
                                 offer(copy, QStringLiteral("abandoned-") + copy.file);
                                 return;
                             }
                             emit restored(copy.name);
                             // The old copy goes when there is another: until then it is the only one.
                             if (mRecovery.writeNow()) Recovery::forget(copy);
                             look();
                         }},
                        {tr("Show the difference…"),
                         [this, copy] {
                             QByteArray saved = copy.base;
                             model::io::Problem problem;
                             QByteArray now;
                             const bool there = !copy.path.isEmpty() && model::io::readBytes(copy.path, &now, &problem);
                             if (there) saved = now;
                             auto* dialog = new widgets::DifferenceDialog(
                                 there ? tr("in the file") : tr("before the changes"), QString::fromUtf8(saved),
                                 tr("in the unsaved changes"), QString::fromUtf8(copy.text), mWindow);
                             dialog->open();
                         },
                         false},
                        {tr("Discard"), [copy] { Recovery::forget(copy); }}},
                       true});
}

} // namespace ui::window
