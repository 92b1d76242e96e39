// The open file in the window: what is being typed, what other programs do, what a newer format means, what a crash
// left.
#include "model/commands/commands.h"
#include "model/document/recovery.h"
#include "tests/model/file_text.h"
#include "ui/docks/inspector.h"
#include "ui/shared/action_registry.h"
#include "ui/shared/theme.h"
#include "ui/widgets/banners.h"
#include "ui/widgets/field.h"
#include "ui/window/main_window.h"
#include "ui/window/run_window.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QWheelEvent>

using ui::widgets::Field;
using ui::window::MainWindow;

using tests::get;
using tests::put;

namespace {

const QByteArray kLab = "packetarium: 1\nnodes:\n  a:\n    kind: host\n    at: [10, 20]\n    interfaces:\n      eth0: "
                        "{address: 10.0.0.1/24}\n"
                        "  b:\n    kind: home-router\n    at: [200, 20]\nlinks:\n  - [a:eth0, b:lan0]\n";

/// answer presses a button of the next dialog, by its text, and keeps what the dialog said.
void answer(const QString& button, QString* said = nullptr) {
    QTimer::singleShot(0, qApp, [button, said] {
        auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        if (!box) return answer(button, said);
        if (said) *said = box->text() + '\n' + box->informativeText();
        for (auto* b : box->buttons())
            if (b->text().remove('&').startsWith(button)) return b->click();
        qWarning("no button %s", qPrintable(button));
        box->reject();
    });
}

} // namespace

class TestOpenFile : public QObject {
    Q_OBJECT
private slots:
    void init() {
        QSettings().clear();
        mFolder.emplace();
        qputenv("XDG_STATE_HOME", mFolder->filePath("state").toUtf8());
        mPath = mFolder->filePath("a.lab.yaml");
        put(mPath, kLab);
        mWindow = std::make_unique<MainWindow>();
        mWindow->resize(1280, 720);
        mWindow->show();
        QVERIFY(QTest::qWaitForWindowExposed(mWindow.get()));
        QVERIFY(mWindow->openFile(mPath));
        choose("a");
    }
    void cleanup() {
        mWindow.reset();
        mFolder.reset();
    }

    void field_beingTyped_isSavedWithTheLab() {
        typeAddress("10.0.0.7/24");
        mWindow->actions().action("file.save")->trigger();
        QVERIFY2(get(mPath).contains("address: 10.0.0.7/24"), get(mPath).constData());
        QVERIFY(!mWindow->document().isModified());
    }

    void field_beingTyped_isTakenByPlayAndKeptByTheQuestionAtTheEnd() {
        typeAddress("10.0.0.8/24");
        mWindow->actions().action("play.toggle")->setEnabled(true);
        mWindow->actions().action("play.toggle")->trigger();
        QVERIFY(mWindow->document().isModified());
        typeAddress("10.0.0.9/24");
        answer("Save");
        QVERIFY(mWindow->close());
        QVERIFY2(get(mPath).contains("10.0.0.9/24"), get(mPath).constData());
    }

    void textThatCannotBeRead_saved_isAskedAboutAndStays() {
        typeAddress("10.0.0.300/24");
        QString said;
        answer("Show it", &said);
        mWindow->actions().action("file.save")->trigger();
        QVERIFY2(said.contains("10.0.0.300/24"), qPrintable(said));
        QCOMPARE(get(mPath), kLab);
        QCOMPARE(address()->text(), QStringLiteral("10.0.0.300/24"));
        QVERIFY(address()->isWrong());
        // It stays while another node is looked at, and is asked about as long as it is there.
        choose("b");
        choose("a");
        QCOMPARE(address()->text(), QStringLiteral("10.0.0.300/24"));
        QVERIFY(address()->isWrong());
        choose("b");
        model::commands::rename(mWindow->document(), mWindow->document().lab().node("a")->id, "anna");
        answer("Save without it");
        mWindow->actions().action("file.save")->trigger();
        QVERIFY(get(mPath).contains("anna"));
        QVERIFY(get(mPath).contains("10.0.0.1/24"));
    }

    void textThatCannotBeRead_closed_isAskedAbout() {
        typeAddress("nonsense");
        QString said;
        answer("Show it", &said);
        QVERIFY(!mWindow->close());
        QVERIFY2(said.contains("nonsense"), qPrintable(said));
    }

    void enter_thenUndo_isTheDocuments() {
        typeAddress("10.0.0.7/24");
        QTest::keyClick(address()->input(), Qt::Key_Return);
        QCOMPARE(mWindow->document().undoStack().count(), 1);
        QVERIFY(address()->input()->hasFocus());
        QTest::keyClick(address()->input(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(mWindow->document().undoStack().index(), 0);
        QCOMPARE(address()->text(), QStringLiteral("10.0.0.1/24"));
        QTest::keyClick(address()->input(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(address()->text(), QStringLiteral("10.0.0.7/24"));
    }

    void wheel_overAnyInput_changesNothing() {
        choose("b");
        auto* nat = mWindow->inspector().findChild<QComboBox*>("node.nat");
        QVERIFY(nat);
        const int before = nat->currentIndex();
        for (const bool focused : {false, true}) {
            if (focused) nat->setFocus();
            for (const int turn : {-120, 120, 120}) {
                QWheelEvent event(QPointF(5, 5), nat->mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, turn),
                                  Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
                QApplication::sendEvent(nat, &event);
            }
            QCOMPARE(nat->currentIndex(), before);
        }
        QVERIFY(!mWindow->document().isModified());
    }

    void file_changedByAnother_isNoticedAtOnceAndAskedAboutAtSave() {
        const QByteArray theirs = QByteArray(kLab).replace("[10, 20]", "[50, 50]");
        put(mPath, theirs);
        QTRY_VERIFY(mWindow->banners().has("disk"));
        QCOMPARE(mWindow->banners().title("disk"), QStringLiteral("a.lab.yaml was changed by another program."));
        nudge();
        QString said;
        answer("Cancel", &said);
        mWindow->actions().action("file.save")->trigger();
        QVERIFY2(said.contains("changed by another program"), qPrintable(said));
        QCOMPARE(get(mPath), theirs);
        answer("Keep mine");
        mWindow->actions().action("file.save")->trigger();
        QVERIFY(get(mPath).contains("[11, 20]"));
        QTRY_VERIFY(!mWindow->banners().has("disk"));
    }

    void file_replacedByAnEditor_canBeReloaded() {
        const QByteArray theirs = QByteArray(kLab).replace("[10, 20]", "[50, 50]");
        put(mPath + ".new", theirs);
        QVERIFY(QFile::remove(mPath) && QFile::rename(mPath + ".new", mPath));
        QTRY_VERIFY(mWindow->banners().has("disk"));
        press("Reload");
        QTRY_COMPARE(mWindow->document().lab().node("a")->at, QPointF(50, 50));
        QVERIFY(!mWindow->banners().has("disk"));
        // Changes that nobody has saved are not lost by one click.
        nudge();
        put(mPath, kLab);
        QTRY_VERIFY(mWindow->banners().has("disk"));
        QString said;
        answer("Cancel", &said);
        press("Reload");
        QTRY_VERIFY(said.contains("unsaved changes"));
        QVERIFY(mWindow->document().isModified());
        mWindow->document().undoStack().undo();
        put(mPath, theirs);
        QTRY_VERIFY(!mWindow->banners().has("disk"));
        // Another change is seen as well.
        put(mPath, kLab);
        QTRY_VERIFY(mWindow->banners().has("disk"));
    }

    void file_removed_isNoticedAndCanBeSavedAgain() {
        QVERIFY(QFile::remove(mPath));
        QTRY_VERIFY(mWindow->banners().has("disk"));
        QVERIFY(mWindow->document().isModified()); // closing now asks
        press("Save it again");                    // and nothing else is asked
        QTRY_COMPARE(get(mPath), kLab);
        QTRY_VERIFY(!mWindow->banners().has("disk"));
    }

    void newerFormat_opened_hasABannerAndCannotBeEdited() {
        put(mPath, "packetarium: 9\nhologram: 3\nnodes:\n  a: {kind: host, at: [10, 20]}\n");
        QVERIFY(mWindow->openFile(mPath));
        QVERIFY(mWindow->banners().title("newer").contains("newer version"));
        for (const char* id : {"file.save", "edit.paste", "edit.delete", "tool.cable"}) {
            mWindow->actions().refresh();
            QVERIFY2(!mWindow->actions().action(id)->isEnabled(), id);
        }
        QVERIFY(mWindow->actions().action("file.saveCopy")->isEnabled());
        choose("a");
        auto* name = mWindow->inspector().findChild<Field*>("node.name");
        QVERIFY(name && !name->input()->isEnabled());
        QString said;
        answer("Cancel", &said);
        mWindow->actions().action("file.saveCopy")->trigger();
        QVERIFY2(said.contains("hologram"), qPrintable(said));
        put(mPath, kLab);
        QVERIFY(mWindow->openFile(mPath));
        QVERIFY(!mWindow->banners().has("newer"));
        QVERIFY(mWindow->actions().action("file.save")->isEnabled());
    }

    void crash_before_isOfferedAndRestored() {
        {
            model::document::Document document;
            model::document::Recovery recovery(document);
            recovery.setName("a.lab.yaml");
            QVERIFY(document.open(mPath, nullptr));
            model::commands::moveNodes(document, {document.lab().node("a")->id}, {90, 0});
            recovery.writeNow();
        }
        mWindow->offerRecovery();
        QVERIFY(mWindow->banners().title("abandoned0").contains("a.lab.yaml"));
        press("Restore");
        QTRY_COMPARE(mWindow->document().lab().node("a")->at, QPointF(100, 20));
        QVERIFY(mWindow->document().isModified());
        QCOMPARE(mWindow->document().path(), mPath);
        QVERIFY(model::document::Recovery::abandoned().empty());
        mWindow->actions().action("file.save")->trigger();
        QVERIFY(get(mPath).contains("[100, 20]"));
    }

private:
    void choose(const char* name) { mWindow->selection().select(mWindow->document().lab().node(name)->id); }
    Field* address() { return mWindow->inspector().findChild<Field*>("port.0.addresses"); }
    void typeAddress(const QString& text) {
        mWindow->showRight(MainWindow::RightTab::Inspector);
        QApplication::setActiveWindow(mWindow.get());
        auto* line = qobject_cast<QLineEdit*>(address()->input());
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, text);
    }
    void nudge() { model::commands::moveNodes(mWindow->document(), {mWindow->document().lab().node("a")->id}, {1, 0}); }
    void press(const QString& text) {
        QPushButton* found = nullptr;
        const auto look = [&] {
            for (auto* button : mWindow->banners().findChildren<QPushButton*>())
                if (button->text() == text && button->isVisible()) found = button;
            return found != nullptr;
        };
        QTRY_VERIFY2(look(), qPrintable("no button " + text));
        found->click();
    }
    std::optional<QTemporaryDir> mFolder;
    QString mPath;
    std::unique_ptr<MainWindow> mWindow;
};

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    ui::window::setApplicationNames();
    QApplication::setApplicationName(QStringLiteral("PacketariumOpenFileTest"));
    ui::shared::Theme::instance().install();
    TestOpenFile test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_open_file.moc"
