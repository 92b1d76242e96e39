// Captures of the labs that come with the program, as Wireshark's engine sees them.
#include "tests/support/places.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace {

struct Result {
    int code = -1;
    QByteArray out, errors;
};

Result execute(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    Result r;
    if (!process.waitForStarted(20'000)) return {-1, {}, "could not be started"};
    if (!process.waitForFinished(200'000)) return {-1, {}, "did not end"};
    r.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    r.out = process.readAllStandardOutput();
    r.errors = process.readAllStandardError();
    return r;
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// tshark lists what a display filter finds in a capture, with every checksum verified. Each segment is taken by
/// itself: the capture holds it once for every interface it passed, which looks like retransmission otherwise.
Result tshark(const QString& capture, const QString& filter, const QStringList& more = {}) {
    Result result = execute("tshark", QStringList{"-n", "-r", capture, "-o", "ip.check_checksum:TRUE", "-o",
                                                  "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o",
                                                  "tcp.desegment_tcp_streams:FALSE", "-o",
                                                  "tcp.analyze_sequence_numbers:FALSE", "-Y", filter} +
                                          more);
    // A remark of tshark's about its user, not about the capture.
    if (result.errors.startsWith("Running as user \"root\""))
        result.errors = result.errors.mid(result.errors.indexOf('\n') + 1);
    return result;
}

} // namespace

class TestCaptures : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        const auto version = execute("tshark", {"--version"});
        QVERIFY2(version.code == 0, "tshark is not installed: apt-get install tshark (./check installs it)");
        QVERIFY(mScratch.isValid());
    }

    /// Every lab that comes with the program, and every scenario.
    void lab_captured_isWholeForWireshark_data() {
        QTest::addColumn<QString>("lab");
        for (const char* folder : {"resources/labs", "tests/conformance"})
            for (const QFileInfo& file :
                 QDir(support::source(folder)).entryInfoList({"*.lab.yaml"}, QDir::Files, QDir::Name))
                QTest::newRow(qPrintable(file.fileName().section(u'.', 0, 0))) << file.filePath();
    }
    void lab_captured_isWholeForWireshark() {
        QFETCH(QString, lab);
        const QString capture = mScratch.filePath(QString::fromLatin1(QTest::currentDataTag()) + ".pcapng");
        const auto run = execute(support::program(), {"run", lab, "--until", "40s", "--pcap", capture, "--both-ends"});
        QVERIFY2(run.code == 0, run.errors.constData());
        QVERIFY2(QFileInfo(capture).size() > 600, "the capture is all but empty");
        // A quoted packet that was cut short cannot have a good checksum: of ICMP only its own counts.
        const auto bad =
            tshark(capture, "_ws.malformed || ip.checksum.status == \"Bad\" || icmp.checksum.status == \"Bad\" || "
                            "(!icmp && (_ws.expert.severity == error || tcp.checksum.status == \"Bad\" || "
                            "udp.checksum.status == \"Bad\"))");
        QVERIFY2(bad.code == 0 && bad.errors.isEmpty(), bad.errors.constData());
        QCOMPARE(bad.out, QByteArray());
    }

    void lab_runTwice_givesTheSameBytes_data() {
        QTest::addColumn<QString>("lab");
        for (const char* name : {"home", "home-rip", "vpn-layer2", "web-page"})
            QTest::newRow(name) << support::source("resources/labs/%1.lab.yaml").arg(QLatin1String(name));
    }
    void lab_runTwice_givesTheSameBytes() {
        QFETCH(QString, lab);
        const QString a = mScratch.filePath("a.pcapng"), b = mScratch.filePath("b.pcapng");
        const auto first = execute(support::program(), {"run", lab, "--pcap", a, "--json"});
        const auto second = execute(support::program(), {"run", lab, "--pcap", b, "--json"});
        QCOMPARE(first.code, 0);
        QVERIFY(!contents(a).isEmpty());
        QVERIFY(contents(a) == contents(b));
        QCOMPARE(first.out, second.out);
    }

    void wireguard_capturedWithItsKeys_isReadByWireshark() {
        const QString capture = mScratch.filePath("vpn.pcapng"), keys = mScratch.filePath("vpn.keys");
        const QString lab = support::source("tests/conformance/vpn-wg-kernel.lab.yaml");
        const auto run = execute(support::program(), {"run", lab, "--pcap", capture, "--wireguard-keylog", keys});
        QVERIFY2(run.code == 0, run.errors.constData());
        const auto count = [&](const QString& filter, const QStringList& more) {
            return tshark(capture, filter, more).out.count('\n');
        };
        const QStringList with{"-o", "wg.keylog_file:" + keys};
        const QString outside = "frame.interface_name == \"home:wan0\" && wg";
        QVERIFY(count(outside, {}) > 12);
        QCOMPARE(count(outside + " && (tcp || icmp)", {}), 0); // nobody outside can read it
        QVERIFY(count(outside + " && tcp.port == 80 && ip.addr == 10.200.0.80", with) >= 8);
        QVERIFY(count(outside + " && http.response.code == 200", with) >= 1);
        QCOMPARE(count(outside + " && wg.type == 4 && !wg.keepalive && !(tcp || icmp)", with), 0);
        QCOMPARE(count("_ws.malformed || _ws.expert.severity == error", with), 0);
    }

    void vpnLab_capturedWithItsKeys_showsThePageInside() {
        const QString capture = mScratch.filePath("story3.pcapng"), keys = mScratch.filePath("story3.keys");
        const QString lab = support::source("resources/labs/vpn.lab.yaml");
        QCOMPARE(execute(support::program(), {"run", lab, "--pcap", capture, "--wireguard-keylog", keys}).code, 0);
        const QString outside = "frame.interface_name == \"home:wan0\" && ip.addr == 10.9.9.9";
        QCOMPARE(tshark(capture, outside).out.count('\n'), 0);
        QVERIFY(tshark(capture, outside + " && http.response.code == 200", {"-o", "wg.keylog_file:" + keys})
                    .out.count('\n') >= 1);
    }

    void localhost_captured_touchesNoInterfaceButLoopback() {
        const QString capture = mScratch.filePath("localhost.pcapng");
        QCOMPARE(execute(support::program(),
                         {"run", support::source("resources/labs/localhost.lab.yaml"), "--pcap", capture})
                     .code,
                 0);
        const auto interfaces = tshark(capture, "frame", {"-T", "fields", "-e", "frame.interface_name"});
        const auto names = interfaces.out.split('\n');
        QVERIFY(names.size() > 9);
        for (const auto& name : names)
            QVERIFY2(name.isEmpty() || name.endsWith(":lo"), name.constData());
    }

    void home_captured_tellsStoryOne() {
        const QString capture = mScratch.filePath("story.pcapng");
        QCOMPARE(
            execute(support::program(), {"run", support::source("resources/labs/home.lab.yaml"), "--pcap", capture})
                .code,
            0);
        const auto count = [&](const char* filter) { return tshark(capture, filter).out.count('\n'); };
        QVERIFY(count("frame.interface_name == \"desktop:eth0\" && arp.opcode == 1 && arp.dst.proto_ipv4 == "
                      "192.168.0.1 && eth.dst == ff:ff:ff:ff:ff:ff") >= 1);
        QVERIFY(count("frame.interface_name == \"desktop:eth0\" && dns.a == 8.8.8.8") >= 1);
        QVERIFY(count("frame.interface_name == \"desktop:eth0\" && tcp.flags.syn == 1 && ip.src == 192.168.0.5 && "
                      "ip.dst == 8.8.8.8 && eth.dst == 00:00:00:00:00:03") >= 1);
        QVERIFY(count("frame.interface_name == \"home:wan0\" && tcp.flags.syn == 1 && ip.src == 5.5.5.5 && ip.dst == "
                      "8.8.8.8") >= 1);
        QCOMPARE(count("frame.interface_name == \"home:wan0\" && ip.addr == 192.168.0.5"), 0);
        QVERIFY(count("frame.interface_name == \"desktop:eth0\" && http.response.code == 200") >= 1);
    }

private:
    QTemporaryDir mScratch;
};

QTEST_GUILESS_MAIN(TestCaptures)
#include "test_captures.moc"
