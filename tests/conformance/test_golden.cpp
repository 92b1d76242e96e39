// Our frames against those of the Linux kernel, scenario by scenario.
#include "tests/conformance/agreement.h"
#include "tests/support/places.h"

#include <QCoreApplication>
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
        const QDir folder(support::source("tests/conformance/golden"));
        for (const QFileInfo& file : folder.entryInfoList({"*.txt"}, QDir::Files, QDir::Name))
            QTest::newRow(qPrintable(file.completeBaseName())) << file.filePath();
    }

    void scenario_run_agreesWithLinux() {
        const QString name = QString::fromLatin1(QTest::currentDataTag());
        QFETCH(QString, path);
        const QString folder = support::source("tests/conformance/");
        const auto golden = readGolden(path);
        QVERIFY2(golden, "the golden file is missing");
        QTemporaryDir scratch;
        const QString capture = scratch.filePath("capture.pcapng");
        const QString state = scratch.filePath("state.txt");
        QStringList arguments{"run", folder + name + ".lab.yaml", "--pcap", capture, "--both-ends", "--state", state};
        if (!golden->until.isEmpty()) arguments << "--until" << golden->until;
        QProcess program;
        program.start(support::program(), arguments);
        QVERIFY2(program.waitForFinished(120'000), "the program did not end");
        QVERIFY2(program.exitCode() == 0, program.readAllStandardError().constData());

        QString why;
        Writer writer(golden->rules);
        const auto ours = readCapture(capture, writer, &why);
        QVERIFY2(ours, qPrintable(why));
        QFile file(state);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const Tables tables = nameRandom(readTables(QString::fromUtf8(file.readAll())),
                                         [&](char kind, uint value) { return writer.nameOf(kind, value); });
        const Agreement agreement = compare(*golden, *ours, tables);
        mSummary << QStringLiteral("%1 %2 / %3 %4 / %5")
                        .arg(name, -20)
                        .arg(agreement.agree, 6)
                        .arg(agreement.frames, -6)
                        .arg(agreement.tables.agree, 6)
                        .arg(agreement.tables.tables);
        QVERIFY2(agreement.agree * 100 >= agreement.frames * golden->level, qPrintable(agreement.firstDifference));
        QVERIFY2(agreement.tables.differences.isEmpty(),
                 qPrintable("the tables differ\n" + agreement.tables.differences));
    }

    void goldenAgainstItself_comparedAfterChanges_saysWhatIsDifferent() {
        const auto golden = readGolden(support::source("tests/conformance/golden/web-home.txt"));
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

    void tables_comparedAfterChanges_countWhatDiffers() {
        const Tables golden =
            readTables(QStringLiteral("[a] sockets\n"
                                      "LISTEN    0      16      0.0.0.0:80  0.0.0.0:*\n"
                                      "TIME-WAIT 0      0      10.0.0.1:80 10.0.0.2:e1\n\n"
                                      "[a] ip neigh\n10.0.0.2 dev e1 lladdr 00:00:00:00:00:02 REACHABLE\n\n"
                                      "[a] route cache\n10.0.4.9 via 10.0.0.2 dev e1\n    cache mtu 1400\n"));
        QCOMPARE(golden.size(), 3);
        QCOMPARE(golden["a route cache"], QStringList{"10.0.4.9 via 10.0.0.2 dev e1 cache mtu 1400"});
        const auto agree = [&](const Tables& ours, const TableRules& rules = {}) {
            Comparison comparison;
            Golden g;
            g.tables = golden, g.tableRules = rules;
            comparison.compareTables(g, ours);
            return comparison.outcome().tables.agree;
        };
        QCOMPARE(agree(golden), 3);
        Tables other = golden; // rows have no order, and a random port another name
        other["a sockets"] = {golden["a sockets"][1], golden["a sockets"][0]};
        other["a sockets"].replaceInStrings(QStringLiteral(":e1"), QStringLiteral(":e9"));
        QCOMPARE(agree(other), 3);
        other["a ip neigh"].replaceInStrings(QStringLiteral("REACHABLE"), QStringLiteral("STALE"));
        QCOMPARE(agree(other), 2);
        QCOMPARE(agree(other, {{}, {"a 10.0.0.2"}}), 3);
        other["a sockets"].removeLast();
        QCOMPARE(agree(other, {{}, {"a 10.0.0.2"}}), 2);
        QCOMPARE(agree(other, {{"a sockets LISTEN"}, {"a 10.0.0.2"}}), 3);
        other["a conntrack"] << "udp 17";
        QCOMPARE(agree(other, {{"a sockets LISTEN"}, {"a 10.0.0.2"}}), 3);
        const Tables ours = readTables(QStringLiteral("[a] sockets\nUNCONN 0 0 0.0.0.0:51001 0.0.0.0:*\n"));
        QCOMPARE(
            nameRandom(ours, [](char kind, uint n) { return QChar(kind) + QString::number(n - 51000); })["a sockets"],
            QStringList{"UNCONN 0 0 0.0.0.0:e1 0.0.0.0:*"});
    }

    /// How far all scenarios agree, in one look.
    void cleanupTestCase() {
        qInfo("%-20s %8s %14s", "scenario", "frames", "tables");
        for (const QString& line : mSummary)
            qInfo("%s", qPrintable(line));
    }

private:
    QStringList mSummary;
};

namespace {

/// printLines writes the interfaces of a capture and the tables of a text as a golden file has them, for recording one.
int printLines(const QStringList& arguments) {
    Golden golden;
    for (const QString& rule : arguments.mid(2))
        golden.take(rule);
    Writer writer(golden.rules);
    QString why;
    const auto lines = readCapture(arguments.value(0), writer, &why);
    QFile state(arguments.value(1));
    if (!lines || !state.open(QIODevice::ReadOnly)) {
        fprintf(stderr, "%s\n", lines ? "the tables cannot be read" : qPrintable(why));
        return 2;
    }
    for (auto it = lines->constBegin(); it != lines->constEnd(); ++it)
        printf("== %s\n%s\n\n", qPrintable(it.key()), qPrintable(it.value().join(u'\n')));
    printf("== tables\n");
    const Tables tables = nameRandom(readTables(QString::fromUtf8(state.readAll())),
                                     [&](char kind, uint value) { return writer.nameOf(kind, value); });
    bool first = true;
    for (auto it = tables.constBegin(); it != tables.constEnd(); ++it) {
        printf("%s[%s] %s\n%s\n", first ? "" : "\n", qPrintable(it.key().section(u' ', 0, 0)),
               qPrintable(it.key().section(u' ', 1)), qPrintable(it.value().join(u'\n')));
        first = false;
    }
    return 0;
}

} // namespace

// "test_golden --lines CAPTURE TABLES [RULE…]" is not a test: tests/conformance/record makes golden files with it.
int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.value(1) == QLatin1String("--lines")) return printLines(arguments.mid(2));
    TestGolden test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_golden.moc"
