// Our frames against those of the Linux kernel, scenario by scenario.
#include "tests/conformance/agreement.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace conformance;

class TestGolden : public QObject {
    Q_OBJECT
private slots:
    /// Each golden file is a scenario; its lab lies one folder up.
    void scenario_run_agreesWithLinux_data() {
        QTest::addColumn<QString>("path");
        const QDir folder(QStringLiteral(SOURCE_DIR "/tests/conformance/golden"));
        for (const QFileInfo& file : folder.entryInfoList({"*.txt"}, QDir::Files, QDir::Name))
            QTest::newRow(qPrintable(file.completeBaseName())) << file.filePath();
    }

    void scenario_run_agreesWithLinux() {
        const QString name = QString::fromLatin1(QTest::currentDataTag());
        QFETCH(QString, path);
        const QString folder = QStringLiteral(SOURCE_DIR "/tests/conformance/");
        const auto golden = readGolden(path);
        QVERIFY2(golden, "the golden file is missing");
        QTemporaryDir scratch;
        const QString capture = scratch.filePath("capture.pcapng");
        QStringList arguments{"run", folder + name + ".lab.yaml", "--pcap", capture};
        if (!golden->until.isEmpty()) arguments << "--until" << golden->until;
        QProcess program;
        program.start(PACKETARIUM_PROGRAM, arguments);
        QVERIFY2(program.waitForFinished(120'000), "the program did not end");
        QVERIFY2(program.exitCode() == 0, program.readAllStandardError().constData());

        QString why;
        const auto ours = readCapture(capture, golden->rules, &why);
        QVERIFY2(ours, qPrintable(why));
        const Agreement agreement = compare(*golden, *ours);
        qInfo("%-20s %d / %d", qPrintable(name), agreement.agree, agreement.frames);
        QVERIFY2(agreement.agree * 100 >= agreement.frames * golden->level, qPrintable(agreement.firstDifference));
    }

    void goldenAgainstItself_comparedAfterChanges_saysWhatIsDifferent() {
        const auto golden = readGolden(QStringLiteral(SOURCE_DIR "/tests/conformance/golden/web-home.txt"));
        QVERIFY(golden);
        QCOMPARE(compare(*golden, golden->lines).agree, 164);
        QCOMPARE(compare(*golden, golden->lines).frames, 164);

        LinesOf renamed = golden->lines; // other names for the same random values agree
        for (QStringList& lines : renamed)
            lines.replaceInStrings(QStringLiteral(" e2>"), QStringLiteral(" e77>"))
                .replaceInStrings(QStringLiteral(">e2 "), QStringLiteral(">e77 "));
        QCOMPARE(compare(*golden, renamed).agree, 164);

        LinesOf merged = golden->lines; // one name for two of them does not
        for (QStringList& lines : merged)
            lines.replaceInStrings(QStringLiteral(" e2>"), QStringLiteral(" e1>"))
                .replaceInStrings(QStringLiteral(">e2 "), QStringLiteral(">e1 "));
        QVERIFY(compare(*golden, merged).agree < 164);

        LinesOf lost = golden->lines;
        lost["desk.eth0"].removeAt(4);
        QCOMPARE(compare(*golden, lost).agree, 163);
        QVERIFY(compare(*golden, lost).firstDifference.startsWith(QLatin1String("desk.eth0, frame 5")));

        LinesOf swapped = golden->lines;
        swapped["desk.eth0"].swapItemsAt(0, 1);
        QCOMPARE(compare(*golden, swapped).frames, 164);
        QCOMPARE(compare(*golden, swapped).agree, 163);

        LinesOf changed = golden->lines;
        changed["isp1.eth0"][3].replace(QLatin1String("ttl=6"), QLatin1String("ttl=5"));
        QCOMPARE(compare(*golden, changed).agree, 163);
    }
};

QTEST_GUILESS_MAIN(TestGolden)
#include "test_golden.moc"
