// What survives a crash, what another program did to the file, and the difference between two texts.
#include "model/commands/commands.h"
#include "model/document/line_diff.h"
#include "model/document/recovery.h"
#include "tests/model/file_text.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

using namespace model;
using document::Document;
using document::OnDisk;
using document::Recovery;

using tests::get;
using tests::put;

namespace {

const QByteArray kLab = "packetarium: 1\n# mine\nname: Small\nnodes:\n  a:\n    kind: host\n    at: [10, 20]\n";

void nudge(Document& d) { commands::moveNodes(d, {d.lab().nodes.front().id}, {1, 0}); }

} // namespace

class TestRecovery : public QObject {
    Q_OBJECT
private slots:
    void init() {
        mFolder.emplace();
        qputenv("XDG_STATE_HOME", mFolder->filePath("state").toUtf8());
        mPath = mFolder->filePath("a.lab.yaml");
        put(mPath, kLab);
    }
    void cleanup() {
        QThreadPool::globalInstance()->waitForDone();
        mFolder.reset();
    }

    void labWithAByteOrderMark_crashed_isOfferedWithIt() {
        const QByteArray marked = "\xef\xbb\xbf" + kLab;
        put(mPath, marked);
        {
            Document document;
            Recovery recovery(document);
            QVERIFY(document.open(mPath, nullptr));
            nudge(document);
            QVERIFY(recovery.writeNow());
        }
        const auto copies = Recovery::abandoned();
        QCOMPARE(copies.size(), 1u);
        QCOMPARE(copies[0].base, marked);
        Document document;
        QVERIFY(document.restore(copies[0].text, copies[0].path, copies[0].base, nullptr));
        QCOMPARE(document.onDisk(), OnDisk::Same);
    }

    void copy_withoutAFolder_isNotSaidToBeKept() {
        put(mFolder->filePath("state"), "a file");
        Document document;
        Recovery recovery(document);
        QVERIFY(document.open(mPath, nullptr));
        nudge(document);
        QVERIFY(!recovery.writeNow()); // whoever holds the only copy must not delete it now
    }

    void editedLab_crashed_isOfferedWithItsChangesAndComments() {
        {
            Document document;
            Recovery recovery(document);
            recovery.setName("a.lab.yaml");
            QVERIFY(document.open(mPath, nullptr));
            nudge(document);
            recovery.writeNow();
            QVERIFY(Recovery::abandoned().empty()); // somebody works on it
        }
        const auto copies = Recovery::abandoned();
        QCOMPARE(copies.size(), 1u);
        QCOMPARE(copies[0].path, mPath);
        QCOMPARE(copies[0].name, QStringLiteral("a.lab.yaml"));
        QCOMPARE(copies[0].base, kLab);
        QCOMPARE(copies[0].text, QByteArray(kLab).replace("[10, 20]", "[11, 20]"));
        QCOMPARE(QFile::permissions(copies[0].file) & 0x77, QFile::Permissions());
        Document document;
        QVERIFY(document.restore(copies[0].text, copies[0].path, copies[0].base, nullptr));
        QVERIFY(document.isModified());
        QCOMPARE(document.onDisk(), OnDisk::Same);
        QVERIFY(document.save(mPath, nullptr));
        QCOMPARE(get(mPath), copies[0].text);
        Recovery::forget(copies[0]);
        QVERIFY(QDir(mFolder->filePath("state/packetarium/recovery")).isEmpty());
    }

    void edit_made_isKeptWithinASecond() {
        Document document;
        Recovery recovery(document);
        QVERIFY(document.open(mPath, nullptr));
        nudge(document);
        const QDir folder(mFolder->filePath("state/packetarium/recovery"));
        QTRY_COMPARE_WITH_TIMEOUT(folder.entryList({"*.json"}, QDir::Files).size(), 1, 5000);
        // Undone, saved or discarded: nothing is left to be lost.
        document.undoStack().undo();
        QTRY_VERIFY(folder.entryList({"*.json"}, QDir::Files).isEmpty());
        nudge(document);
        recovery.writeNow();
        QVERIFY(!folder.isEmpty());
        QVERIFY(document.save(mPath, nullptr));
        QVERIFY(folder.isEmpty());
        nudge(document);
        recovery.writeNow();
        recovery.discard();
        QVERIFY(folder.isEmpty());
    }

    void newLab_neverSaved_isKeptAsWell() {
        {
            Document document;
            Recovery recovery(document);
            commands::addNode(document, lab::Kind::Host, {0, 0});
            recovery.writeNow();
        }
        const auto copies = Recovery::abandoned();
        QCOMPARE(copies.size(), 1u);
        QCOMPARE(copies[0].path, QString());
        QVERIFY(copies[0].text.contains("host"));
        Recovery::forget(copies[0]);
    }

    void stateFolder_unwritable_isSaid() {
        qputenv("XDG_STATE_HOME", "/proc/nowhere");
        Document document;
        Recovery recovery(document);
        QSignalSpy failed(&recovery, &Recovery::failed);
        QVERIFY(document.open(mPath, nullptr));
        nudge(document);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 5000);
    }

    void file_changedByAnother_isNotReplacedUnasked() {
        Document document;
        QVERIFY(document.open(mPath, nullptr));
        QCOMPARE(document.onDisk(), OnDisk::Same);
        nudge(document);
        put(mPath, kLab + "about: theirs\n");
        QCOMPARE(document.onDisk(), OnDisk::Changed);
        io::Problem problem;
        QVERIFY(!document.save(mPath, &problem));
        QVERIFY(problem.message.contains("another program"));
        QVERIFY(!problem.hint.isEmpty());
        QCOMPARE(get(mPath), kLab + "about: theirs\n");
        QVERIFY(!document.save(mPath, &problem, document::Over::Known, kLab + "about: theirs as it was before\n"));
        QVERIFY(document.save(mPath, &problem, document::Over::Known, kLab + "about: theirs\n"));
        put(mPath, "");
        QVERIFY(!document.save(mPath, &problem));
        QVERIFY(document.save(mPath, &problem, document::Over::Known, QByteArray()));
        put(mPath, kLab + "about: again\n");
        QVERIFY(document.save(mPath, &problem, document::Over::Anything));
        QCOMPARE(document.onDisk(), OnDisk::Same);
        QFile::remove(mPath);
        QCOMPARE(document.onDisk(), OnDisk::Missing);
        document.clear();
        QCOMPARE(document.onDisk(), OnDisk::NoFile);
    }

    void folder_vanished_isKnown() {
        const QString deep = mFolder->filePath("deep/a.lab.yaml");
        QVERIFY(QDir(mFolder->path()).mkdir("deep"));
        put(deep, kLab);
        Document document;
        QVERIFY(document.open(deep, nullptr));
        QVERIFY(QDir(mFolder->filePath("deep")).removeRecursively());
        QCOMPARE(document.onDisk(), OnDisk::FolderMissing);
        io::Problem problem;
        QVERIFY(!document.save(deep, &problem));
        QVERIFY(document.save(mFolder->filePath("b.lab.yaml"), &problem));
        QCOMPARE(get(mFolder->filePath("b.lab.yaml")), kLab);
    }

    void readOnlyLab_edited_staysAsItIsAndSaysSo() {
        put(mPath, "packetarium: 7\nhologram: 3\nnodes:\n  a: {kind: host}\n");
        Document document;
        QVERIFY(document.open(mPath, nullptr));
        QSignalSpy refused(&document, &Document::refused);
        const lab::Lab before = document.lab();
        nudge(document);
        commands::addNode(document, lab::Kind::Host, {0, 0});
        commands::remove(document, {document.lab().nodes.front().id}, {});
        QCOMPARE(refused.size(), 3);
        QVERIFY(document.lab() == before);
        const QString copy = mFolder->filePath("copy.lab.yaml");
        io::Problem problem;
        QVERIFY(document.saveCopy(copy, &problem));
        QVERIFY(get(copy).startsWith("packetarium: 1\n"));
        QVERIFY(document.open(copy, &problem));
        QVERIFY(!document.isReadOnly());
    }

    void texts_compared_showWhatDiffers() {
        using Kind = document::DiffLine::Kind;
        const auto lines = document::lineDiff("a\nb\nc\nd\n", "a\nx\nc\nd\ne\n");
        const std::vector<document::DiffLine> expected{{Kind::Same, "a"}, {Kind::Removed, "b"}, {Kind::Added, "x"},
                                                       {Kind::Same, "c"}, {Kind::Same, "d"},    {Kind::Added, "e"}};
        QVERIFY(lines == expected);
        QVERIFY(document::lineDiff("", "").empty());
        QString large, other;
        for (int i = 0; i < 3000; ++i)
            large += QString::number(i) + '\n', other += QString::number(i * 7 % 3001) + '\n';
        // Whatever it says, each text can be read out of it.
        for (const QString& text : {large, large + "end\n", "begin\n" + large}) {
            QString before, after;
            for (const auto& line : document::lineDiff(text, other)) {
                if (line.kind != Kind::Added) before += line.text + '\n';
                if (line.kind != Kind::Removed) after += line.text + '\n';
            }
            QCOMPARE(before, text);
            QCOMPARE(after, other);
        }
    }

private:
    std::optional<QTemporaryDir> mFolder;
    QString mPath;
};

QTEST_GUILESS_MAIN(TestRecovery)
#include "test_recovery.moc"
