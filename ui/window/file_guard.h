// Watches over the open lab's file: what other programs do to it, what a crash would lose, and what a newer format
// means.
#pragma once

#include "model/document/document.h"
#include "model/document/recovery.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include <optional>

class QWidget;

namespace ui::widgets {
class Banners;
}

namespace ui::window {

/// FileGuard says in banners what has become of the file, and asks whoever saves when that would replace another's
/// work.
class FileGuard final : public QObject {
    Q_OBJECT
public:
    FileGuard(model::document::Document& document, widgets::Banners& banners, QWidget* window);

    /// look compares the file with what is known of it, and says so.
    void look();
    /// Answer is what somebody decided who saves over a file that is another by now.
    enum class Answer : std::uint8_t { Save, Reload, SaveElsewhere, Cancel };
    /// ask asks when saving needs a decision; Save at once when it needs none. accepted is what of the file may be lost
    /// then.
    Answer ask(std::optional<QByteArray>* accepted);
    /// offerAbandoned offers what a crash has left behind.
    void offerAbandoned();
    /// setName is how the lab is called on the screen.
    void setName(const QString& name);
    /// discard: the unsaved changes are not wanted.
    void discard() { mRecovery.discard(); }

signals:
    void reloadWanted();
    void saveWanted();
    void saveElsewhereWanted();
    void saveCopyWanted();
    /// restored: a recovery copy is in the document now.
    void restored(const QString& name);
    /// restoreWanted asks whether the open lab may go; whoever connects says so in allowed.
    void restoreWanted(bool* allowed);

private:
    void onOpened();
    void watch();
    void showDifference();
    void offer(const model::document::Abandoned& copy, const QString& key);

    model::document::Document& mDocument;
    widgets::Banners& mBanners;
    QWidget* mWindow;
    model::document::Recovery mRecovery;
    QFileSystemWatcher mWatcher;
    QTimer mSoon;
    QString mName;
    QByteArray mAccepted; ///< what the file held when somebody said "Keep mine"
    bool mKept = false;
};

} // namespace ui::window
