// The command line from outside: the program started as people and scripts start it.
#include "tests/support/places.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

namespace {

struct Result {
    int code = -1;
    QString out, errors;
};

Result execute(const QStringList& arguments) {
    QProcess process;
    process.start(support::program(), arguments);
    if (!process.waitForFinished(120'000)) return {-1, {}, "did not end"};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2,
            QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
}

QString lab(const char* name) { return support::source("resources/labs/%1.lab.yaml").arg(QLatin1String(name)); }

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestCli : public QObject {
    Q_OBJECT
private slots:
    void home_run_tellsTheStoryToThePage() {
        const auto r = execute({"run", lab("home")});
        QCOMPARE(r.code, 0);
        QVERIFY2(r.out.contains("desktop broadcasts: who has 192.168.0.1?"), qPrintable(r.out));
        QVERIFY2(r.out.contains("home forwards the SYN to"), qPrintable(r.out));
        QVERIFY2(r.out.contains("Only the default route matches 8.8.8.8: via 192.168.0.1 on eth0."), qPrintable(r.out));
        QVERIFY2(r.out.contains("by the new NAT mapping."), qPrintable(r.out));
        QVERIFY2(r.out.contains("The page has arrived: http://google.com/"), qPrintable(r.out));
        static const QRegularExpression line(QStringLiteral("^ *\\d+\\.\\d{3} \\d{3} \\d{3}  \\S+ +\\S"));
        QVERIFY(line.match(r.out.section('\n', 0, 0)).hasMatch());
    }

    void ringOfSwitches_run_isStoppedAndNamed() {
        QTemporaryDir folder;
        QFile file(folder.filePath("ring.lab.yaml"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("packetarium: 1\nnodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n"
                   "  sw1: {kind: switch}\n  sw2: {kind: switch}\n  sw3: {kind: switch}\n"
                   "links:\n  - [a:eth0, sw1:p1]\n  - [sw1:p2, sw2:p1]\n  - [sw2:p2, sw3:p1]\n  - [sw3:p2, sw1:p3]\n"
                   "run:\n  - {at: 0s, on: a, do: ping 10.0.0.9}\n");
        file.close();
        const QString capture = folder.filePath("all.pcapng");
        const auto r = execute({"run", file.fileName(), "--pcap", capture});
        QCOMPARE(r.code, 1);
        static const QRegularExpression sentence(
            QStringLiteral("storm on switch sw[123]: [\\d,]+ frames in [\\d.]+ s; the run was stopped at [\\d. ]+ s of "
                           "virtual time, and what was recorded is kept\\."));
        QVERIFY2(sentence.match(r.errors).hasMatch(), qPrintable(r.errors));
        QVERIFY2(r.errors.contains(
                     QRegularExpression(QStringLiteral("The same frame has left sw[123] 1,000 times, each because"))),
                 qPrintable(r.errors));
        QVERIFY(r.out.count('\n') < 1000);
        QVERIFY(QFileInfo(capture).size() > 100'000);
        // Who wants to see more of it says so; then the last resort ends it, and has its own words.
        const auto more = execute({"run", file.fileName(), "--through-storms", "--most-frames", "20000"});
        QCOMPARE(more.code, 1);
        QVERIFY2(more.errors.contains(QRegularExpression(
                     QStringLiteral("The run has come to 2\\d,\\d{3} frames; the run was stopped at"))),
                 qPrintable(more.errors));
        QVERIFY2(more.errors.contains("Most came from switch sw"), qPrintable(more.errors));
        QVERIFY2(!more.errors.contains("storm on"), qPrintable(more.errors));
        QCOMPARE(execute({"run", file.fileName(), "--until", "1s"}).code, 0);
    }

    void twoThatAnswerEachOtherForEver_run_isStoppedAndNamed() {
        QTemporaryDir folder;
        QFile file(folder.filePath("echo.lab.yaml"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("packetarium: 1\nnodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}, listen: {udp 7: echo}}\n"
                   "  b: {kind: host, interfaces: {eth0: 10.0.0.2/24}, listen: {udp 7: echo}}\n"
                   "links:\n  - [a:eth0, b:eth0]\nrun:\n  - {at: 0s, on: a, do: \"udp 10.0.0.2 7 send 10, echo\"}\n");
        file.close();
        const auto r = execute({"run", file.fileName()});
        QCOMPARE(r.code, 1);
        QVERIFY2(r.errors.contains("storm on host a: 500 frames in 1 s"), qPrintable(r.errors));
    }

    void longTransfer_run_isNoStormAndEndsAtTheBoundOfMemory() {
        QTemporaryDir folder;
        QFile file(folder.filePath("bulk.lab.yaml"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            "packetarium: 1\nnodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n"
            "  b: {kind: host, interfaces: {eth0: 10.0.0.2/24}, listen: {tcp 9: drain}}\n"
            "links:\n  - [a:eth0, b:eth0]\nrun:\n  - {at: 0s, on: a, do: \"tcp 10.0.0.2 9 send 200000000, close\"}\n");
        file.close();
        const auto whole = execute({"run", file.fileName(), "--json"});
        QCOMPARE(whole.code, 0);
        QCOMPARE(whole.errors, QString());
        const auto cut = execute({"run", file.fileName(), "--most-memory", "100MB", "--json"});
        QCOMPARE(cut.code, 1);
        static const QRegularExpression full(QStringLiteral("The (recording has come to|program takes) 1[0-3]\\d MB "));
        QVERIFY2(cut.errors.contains(full), qPrintable(cut.errors));
        QVERIFY2(cut.errors.contains("--most-memory 400MB records more"), qPrintable(cut.errors));
        QVERIFY(QJsonDocument::fromJson(cut.out.toUtf8()).object()["frames"].toInteger() > 5000);
        QCOMPARE(execute({"run", file.fileName(), "--most-memory", "much"}).code, 2);
        QCOMPARE(execute({"run", file.fileName(), "--most-memory", "99MB"}).code, 2);
    }

    void home_runWithJson_givesTablesAndResults() {
        const auto r = execute({"run", lab("home"), "--json"});
        QCOMPARE(r.code, 0);
        const auto report = QJsonDocument::fromJson(r.out.toUtf8()).object();
        const auto applications = report["applications"].toArray();
        QVERIFY(!applications.isEmpty());
        for (const QJsonValue a : applications)
            QVERIFY2(a.toObject()["ok"].toBool(), qPrintable(r.out));
        QVERIFY(report["quiet"].toBool());
        QVERIFY(report["end_ns"].toInteger() > 0);
        const auto desktop = report["nodes"].toObject()["desktop"].toObject();
        bool defaultRoute = false, router = false;
        for (const QJsonValue row : desktop["routes"].toArray())
            defaultRoute = defaultRoute || (row["destination"] == "0.0.0.0/0" && row["via"] == "192.168.0.1");
        for (const QJsonValue row : desktop["neighbours"].toArray())
            router = router || (row["address"] == "192.168.0.1" && row["mac"] == "00:00:00:00:00:03");
        QVERIFY2(defaultRoute && router, qPrintable(r.out));
        QCOMPARE(desktop["page"].toObject()["status"].toInt(), 200);
        qint64 frames = 0;
        for (const QJsonValue link : report["links"].toArray())
            frames += link["a_to_b"]["frames"].toInteger() + link["b_to_a"]["frames"].toInteger();
        QCOMPARE(frames, report["frames"].toInteger());
    }

    void home_captured_writesOnePcapPerInterface() {
        QTemporaryDir scratch;
        const QString all = scratch.filePath("all.pcapng"), folder = scratch.filePath("new/folder");
        QCOMPARE(execute({"run", lab("home"), "--pcap", all, "--pcap-dir", folder}).code, 0);
        QCOMPARE(contents(all).left(4).toHex(), "0a0d0d0a");
        QVERIFY(contents(all).contains("desktop:eth0"));
        const auto desktop = contents(folder + "/desktop.eth0.pcap");
        QCOMPARE(desktop.left(4).toHex(), "4d3cb2a1");
        QVERIFY(desktop.contains("GET / HTTP/1.1"));
        // What left by a cable arrived at its other end.
        QVERIFY(QDir(folder).exists("home.lan0.pcap"));
        QCOMPARE(contents(folder + "/desktop.lo.pcap").size(), 24);
    }

    void home_runWithState_writesTheTablesAsTheToolsDo() {
        QTemporaryDir scratch;
        const QString file = scratch.filePath("state.txt");
        QCOMPARE(execute({"run", lab("home"), "--until", "1s", "--state", file}).code, 0);
        const QString state = QString::fromUtf8(contents(file));
        for (const char* expected : {"[desktop] ip addr\nlo               UNKNOWN        127.0.0.1/8\n",
                                     "[desktop] ip route\ndefault via 192.168.0.1 dev eth0\n",
                                     "192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.5\n",
                                     "[home] conntrack\ntcp      6 TIME_WAIT src=192.168.0.5", "[ASSURED] mark=0\n",
                                     "TIME-WAIT 0      0      192.168.0.5:"})
            QVERIFY2(state.contains(QLatin1String(expected)),
                     qPrintable(QLatin1String(expected) + QLatin1String("\n--- in\n") + state));
        QCOMPARE(execute({"run", lab("home"), "--state", scratch.filePath("no/such/folder")}).code, 2);
    }

    void runUntil_given_endsThere() {
        const auto r = execute({"run", lab("home"), "--until", "1ms", "--json"});
        QCOMPARE(r.code, 0);
        const auto report = QJsonDocument::fromJson(r.out.toUtf8()).object();
        QCOMPARE(report["end_ns"].toInteger(), 1'000'000);
        const auto wrong = execute({"run", lab("home"), "--until", "soon"});
        QCOMPARE(wrong.code, 2);
        QVERIFY(wrong.errors.contains("--until"));
    }

    void sameSeed_run_givesTheSameAndAnotherSeedAnother() {
        const auto run = [](const char* seed) { return execute({"run", lab("home"), "--seed", seed}).out; };
        const QString seven = run("7");
        QCOMPARE(run("7"), seven);
        QVERIFY(run("8") != seven);
    }

    void badFile_run_givesOneMessageAndTwo_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("exists");
        QTest::newRow("missing") << QByteArray() << false;
        QTest::newRow("empty") << QByteArray() << true;
        QTest::newRow("binary") << QByteArray("\x7f"
                                              "ELF\0\0\xff\xfe\0",
                                              9)
                                << true;
        QTest::newRow("no yaml") << QByteArray("nodes: [a, {b: ") << true;
        QTest::newRow("unknown kind") << QByteArray("packetarium: 1\nnodes:\n  a:\n    kind: toaster\n") << true;
        QTest::newRow("no such port")
            << QByteArray(
                   "packetarium: 1\nnodes:\n  a: {kind: host}\n  b: {kind: host}\nlinks:\n  - [a:eth0, b:eth7]\n")
            << true;
    }
    void badFile_run_givesOneMessageAndTwo() {
        QFETCH(QByteArray, text);
        QFETCH(bool, exists);
        QTemporaryDir scratch;
        const QString path = scratch.filePath("bad.lab.yaml"), capture = scratch.filePath("out.pcapng");
        if (exists) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
        }
        const auto r = execute({"run", path, "--pcap", capture});
        QCOMPARE(r.code, 2);
        QVERIFY2(r.errors.startsWith(path), qPrintable(r.errors));
        QVERIFY2(r.errors.count('\n') <= 2, qPrintable(r.errors));
        QVERIFY(r.out.isEmpty());
        QVERIFY(!QFile::exists(capture));
        QCOMPARE(execute({"check", path}).code, 2);
        QCOMPARE(execute({"render", path, scratch.filePath("out.svg")}).code, 2);
    }

    void placeThatCannotBeWritten_given_isSaidAndLeavesNothing() {
        QTemporaryDir scratch;
        const auto r = execute({"run", lab("home"), "--pcap", scratch.filePath("no/such/folder/out.pcapng")});
        QCOMPARE(r.code, 2);
        QVERIFY2(r.errors.contains("cannot be written"), qPrintable(r.errors));
        QVERIFY(QDir(scratch.path()).isEmpty());
    }

    void wrongArguments_given_areExplained() {
        QCOMPARE(execute({"run"}).code, 2);
        QCOMPARE(execute({"run", lab("home"), "--no-such-option"}).code, 2);
        const auto help = execute({"--help"});
        QCOMPARE(help.code, 0);
        for (const char* word : {"run", "render", "check", "lint"})
            QVERIFY2(help.out.contains(word), word);
        QVERIFY(execute({"run", "--help"}).out.contains("--pcap-dir"));
        QVERIFY(execute({"run", "--help"}).out.contains("--state"));
        QVERIFY(execute({"--version"}).out.contains("0.1"));
    }

    void home_exported_isJsonWithWhatTheFileLeavesOut() {
        const auto r = execute({"export", lab("home"), "--json"});
        QCOMPARE(r.code, 0);
        const auto nodes = QJsonDocument::fromJson(r.out.toUtf8()).object()["nodes"].toObject();
        const auto home = nodes["home"].toObject();
        QCOMPARE(home["forwarding"].toBool(), true);
        QCOMPARE(home["nat"].toObject()["outside"].toString(), "wan0");
        QCOMPARE(home["cards"].toArray()[0].toObject()["addresses"].toArray()[0].toString(), "192.168.0.1/24");
        QCOMPARE(home["cards"].toArray()[0].toObject()["mac"].toString(), "00:00:00:00:00:03");
        QCOMPARE(execute({"export", "no/such.lab.yaml", "--json"}).code, 2);
    }

    void home_exportedAsCsv_hasTheTablesOfThatMoment() {
        const auto begin = execute({"export", lab("home"), "--csv"});
        QCOMPARE(begin.code, 0);
        QVERIFY2(begin.out.startsWith("node,table,row,column,value\r\n"), qPrintable(begin.out.left(100)));
        QVERIFY(begin.out.contains("home,interfaces,wan0,mtu,1500\r\n"));
        QVERIFY(!begin.out.contains(",neighbours,"));
        const auto later = execute({"export", lab("home"), "--csv", "--until", "2s"});
        QCOMPARE(later.code, 0);
        QVERIFY(later.out.contains("home,neighbours,5.5.5.1 wan0,address,5.5.5.1\r\n"));
    }

    void export_withoutOneFormat_isRefused() {
        QCOMPARE(execute({"export", lab("home")}).code, 2);
        QCOMPARE(execute({"export", lab("home"), "--json", "--csv"}).code, 2);
        QCOMPARE(execute({"export", lab("home"), "--json", "--until", "2s"}).code, 2);
        QCOMPARE(execute({"export", lab("home"), "--csv", "--until", "soon"}).code, 2);
    }

    void lab_checked_isFine() {
        const auto r = execute({"check", lab("home"), lab("localhost")});
        QVERIFY2(r.code == 0, qPrintable(r.out + r.errors));
    }

    void lab_rendered_isAPicture() {
        QTemporaryDir scratch;
        const QString png = scratch.filePath("home.png"), svg = scratch.filePath("home.svg");
        QVERIFY2(execute({"render", lab("home"), png}).code == 0, "png");
        QVERIFY2(execute({"render", lab("home"), svg, "--dark"}).code == 0, "svg");
        QCOMPARE(contents(png).left(8).toHex(), "89504e470d0a1a0a");
        QVERIFY(contents(png).size() > 4000);
        QVERIFY(contents(svg).contains("<svg") && contents(svg).contains("desktop"));
        QCOMPARE(execute({"render", lab("home"), scratch.filePath("home.doc")}).code, 2);
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "test_cli.moc"
