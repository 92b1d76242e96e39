// Sources look as clang-format makes them look.
#include "tests/support/places.h"

#include <QDirIterator>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

class TestFormat : public QObject {
    Q_OBJECT
private slots:
    void everySource_formatted_staysAsItIs() {
        const QString program = QStandardPaths::findExecutable(QStringLiteral("clang-format-14"));
        QVERIFY2(!program.isEmpty(), "clang-format-14 is missing: apt-get install clang-format-14");
        const QDir root(support::source());
        QStringList files;
        for (const QString folder : {"sim", "model", "ui", "tests"}) {
            QDirIterator it(root.filePath(folder), {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
            while (it.hasNext())
                files << it.next();
        }
        QVERIFY(files.size() > 400);
        QProcess process;
        process.start(program, QStringList{"--dry-run", "--Werror", "--ferror-limit=3"} + files);
        QVERIFY(process.waitForFinished(120'000));
        QVERIFY2(process.exitCode() == 0, "run clang-format-14 -i on:\n" + process.readAllStandardError().left(4000));
    }
};

QTEST_APPLESS_MAIN(TestFormat)
#include "test_format.moc"
