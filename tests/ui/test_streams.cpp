// The program in a pipeline: standard streams, FIFOs and devices, signals, and outputs that are the same.
#include "tests/support/places.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

struct Result {
    int code = -1;
    QByteArray out, errors;
};

const QString kHome = support::source("resources/labs/home.lab.yaml");

/// shell runs a line with $P and $LAB set in an empty folder; code is that of the last command, or of what the line
/// sets.
Result shell(const QString& line, const QString& folder, const QByteArray& input = {}) {
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("P", support::program());
    environment.insert("LAB", kHome);
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(folder);
    process.start("bash", {"-c", line});
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(120'000)) return {-1, {}, "did not end"};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// A run that goes on for hours of virtual time and minutes of ours, and tells a story.
const char kLong[] = "packetarium: 1\nnodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n"
                     "  b: {kind: host, interfaces: {eth0: 10.0.0.2/24}}\nlinks: [[a:eth0, b:eth0]]\n"
                     "run: [{at: 0s, on: a, do: ping 10.0.0.2 count 65535 interval 50ms}]\n";

} // namespace

class TestStreams : public QObject {
    Q_OBJECT
private slots:
    void init() { mFolder.emplace(); }

    void line_run_endsAsAPipelineExpects_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("errors");
        const auto row = [](const char* name, const char* line, int code, const char* errors = "") {
            QTest::newRow(name) << line << code << errors;
        };
        row("capture to a pipe",
            "$P run $LAB --pcap - 2>story | head -c 4 | od -An -tx1 | grep -q '0a 0d 0d 0a' && grep -q 'page has "
            "arrived' story",
            0);
        row("state to a pipe", "$P run $LAB --state - 2>/dev/null | grep -q '^\\[desktop\\] ip route'", 0);
        row("picture to a pipe", "$P render $LAB - --format svg | grep -q '<svg'", 0);
        row("picture without a format", "$P render $LAB -", 2, "--format svg or --format png");
        row("lab from a pipe", "cat $LAB | $P run - | grep -q 'page has arrived'", 0);
        row("lab from a substitution", "$P check <(cat $LAB)", 0);
        row("lab from a pipe, linted", "cat $LAB | $P lint - | grep -q 'standard input: fine'", 0);
        row("broken lab from a pipe", "echo 'nodes: [' | $P run -", 2, "standard input:");
        row("two outputs to -", "$P run $LAB --pcap - --state -", 2, "already that of --pcap");
        row("capture to the name of standard output",
            "$P run $LAB --pcap /dev/stdout 2>story >got; grep -q 'page has arrived' story && ! grep -aq 'virtual "
            "time' got",
            0);
        row("two names of standard output", "$P run $LAB --pcap - --state /dev/fd/1", 2, "already that of --pcap");
        row("json and the name of standard output", "$P run $LAB --json --pcap /dev/stdout", 2, "another output's");
        row("output where the story goes", "$P run $LAB --pcap got >got", 2, "leads to the same file");
        row("json and an output to -", "$P run $LAB --json --pcap -", 2, "another output's");
        row("folder to -", "$P run $LAB --pcap-dir -", 2, "not a folder");
        row("output that is the lab",
            "cp $LAB a.lab.yaml; $P run a.lab.yaml --pcap ./a.lab.yaml; r=$?; cmp $LAB a.lab.yaml && exit $r", 2,
            "the lab itself");
        row("output that is a link to the lab",
            "cp $LAB a.lab.yaml; ln -s a.lab.yaml b; $P run a.lab.yaml --state b; r=$?; cmp $LAB a.lab.yaml && exit $r",
            2, "the lab itself");
        row("two equal outputs", "$P run $LAB --pcap x --state ./x", 2, "writes to the same file");
        row("an output of the folder is another", "$P run $LAB --state desktop.eth0.pcap --pcap-dir .", 2,
            "writes to the same file");
        row("two outputs to a device", "$P run $LAB --pcap /dev/null --state /dev/null >/dev/null && test -c /dev/null",
            0);
        row("empty name", "$P run $LAB --pcap ''", 2, "No file is named");
        row("fifo",
            "mkfifo f; cat f >got & $P run $LAB --pcap f >/dev/null && wait && test -p f && head -c 4 got | od -An "
            "-tx1 | grep -q '0a 0d 0d 0a'",
            0);
        row("reader of a fifo that leaves",
            "mkfifo f; head -c 4 f >/dev/null & $P run $LAB --pcap f >/dev/null; r=$?; test $r -eq 141 -o $r -eq 0 && "
            "test -p f",
            0);
        row("descriptor", "$P run $LAB --state /dev/fd/3 3>got >/dev/null && grep -q '^\\[desktop\\]' got", 0);
        row("full disk for a file", "$P run $LAB --pcap /dev/full", 2, "No space left on device");
        row("full disk for the story", "$P run $LAB >/dev/full", 2, "No space left on device");
        row("full disk for help", "$P --help >/dev/full", 2, "No space left on device");
        row("full disk for lint", "$P lint $LAB >/dev/full", 2, "No space left on device");
        row("limit on files", "ulimit -f 1; $P run $LAB --pcap x >/dev/null; r=$?; test -z \"$(ls -A)\" && exit $r", 2,
            "File too large");
        row("closed output", "$P run $LAB >&-", 2, "Bad file descriptor");
        row("closed input", "$P run $LAB <&- >/dev/null", 0);
        row("closed errors", "$P run $LAB 2>&- >/dev/null", 0);
        row("closed output, state to a file", "$P run $LAB --state s >&-; r=$?; grep -q '^\\[desktop\\]' s && exit $r",
            2);
        row("reader that leaves", "set -o pipefail; $P run $LAB | head -1 >/dev/null; test $? -eq 141 -o $? -eq 0", 0);
        row("keys are secret",
            "umask 0; $P run ${LAB%home.lab.yaml}vpn.lab.yaml --wireguard-keylog k >/dev/null 2>&1; test "
            "$(stat -c %a k) = 600 && test -s k",
            0);
        row("name that is not UTF-8",
            "n=$(printf 'caf\\xe9.lab.yaml'); cp $LAB \"$n\"; $P check \"$n\" && $P run \"$n\" --state \"$n.txt\" "
            ">/dev/null && test -s \"$n.txt\" && rm *",
            0);
        row("unknown command", "$P rnu $LAB", 2, "hint: ");
        row("unknown word", "$P bogus", 2, "There is no command \"bogus\"");
        row("help", "$P help | grep -q 'render'", 0);
        row("help of a command", "$P help run | grep -q -e '--pcap-dir'", 0);
        row("help of no command", "$P help rum", 2, "Did you mean \"run\"?");
        row("no such lab for the window", "$P nosuch.lab.yaml", 2, "There is no such file");
        row("negative seed", "$P run $LAB --seed -1", 2, "hint: ");
        row("no frames", "$P run $LAB --most-frames 0", 2, "hint: ");
        row("one frame", "$P run $LAB --most-frames 1", 2, "hint: ");
        row("scale that is no number", "$P render $LAB x.png --scale nan", 2, "hint: ");
        row("unknown interface", "$P run $LAB --pcap x --only desktop:eth7", 2, "desktop:eth0");
        row("only without a capture", "$P run $LAB --only desktop:eth0", 2, "Add --pcap");
    }
    void line_run_endsAsAPipelineExpects() {
        QFETCH(QString, line);
        QFETCH(int, code);
        QFETCH(QString, errors);
        const auto r = shell(line, mFolder->path());
        QVERIFY2(r.code == code,
                 QByteArray("exit code " + QByteArray::number(r.code) + ": " + r.out.left(300) + r.errors.left(600))
                     .constData());
        QVERIFY2(QString::fromUtf8(r.errors).contains(errors), r.errors.constData());
        QVERIFY2(!r.errors.contains("Aborted") && !r.errors.contains("Segmentation"), r.errors.constData());
        for (const QString& left : QDir(mFolder->path()).entryList(QDir::Files | QDir::Hidden))
            QVERIFY2(!left.startsWith('.'), qPrintable(left));
    }

    void signal_duringARun_endsItInOrderAndKeepsWhatWas_data() {
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("code");
        QTest::newRow("INT") << SIGINT << 130;
        QTest::newRow("TERM") << SIGTERM << 143;
        QTest::newRow("HUP") << SIGHUP << 129;
    }
    void signal_duringARun_endsItInOrderAndKeepsWhatWas() {
        QFETCH(int, number);
        QFETCH(int, code);
        QFile lab(mFolder->filePath("long.lab.yaml"));
        QVERIFY(lab.open(QIODevice::WriteOnly));
        lab.write(kLong);
        lab.close();
        // The story says that the run goes on; then comes the signal.
        QProcess process;
        process.setWorkingDirectory(mFolder->path());
        process.start(support::program(),
                      {"run", "long.lab.yaml", "--pcap", "all.pcapng", "--state", "state", "--most-memory", "4GB"});
        QVERIFY(process.waitForReadyRead(60'000));
        ::kill(pid_t(process.processId()), number);
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), code);
        QVERIFY(process.readAllStandardError().contains("Interrupted: the run was stopped at "));
        QVERIFY(process.readAllStandardOutput().contains("a: ping 10.0.0.2"));
        QCOMPARE(contents(mFolder->filePath("all.pcapng")).left(4).toHex(), "0a0d0d0a");
        QVERIFY(contents(mFolder->filePath("state")).contains("[a] ip route"));
    }

    void fifoThatNobodyReads_interrupted_ends() {
        const auto r = shell("mkfifo f; $P run $LAB --pcap f & p=$!; until grep -q 'Name.*packetarium' /proc/$p/status "
                             "&& grep -q fifo /proc/$p/wchan /proc/$p/stack "
                             "2>/dev/null || grep -q '^State:.S' /proc/$p/status; do :; done; kill -TERM $p; wait $p",
                             mFolder->path());
        QCOMPARE(r.code, 143);
    }

    void readerThatTakesNothing_interrupted_isNotWaitedFor_data() {
        QTest::addColumn<QString>("output");
        QTest::newRow("capture") << "--pcap f >/dev/null";
        QTest::newRow("story") << ">f";
    }
    void readerThatTakesNothing_interrupted_isNotWaitedFor() {
        QFETCH(QString, output);
        QFile lab(mFolder->filePath("long.lab.yaml"));
        QVERIFY(lab.open(QIODevice::WriteOnly));
        lab.write(kLong);
        lab.close();
        const QByteArray fifo = mFolder->filePath("f").toUtf8();
        QCOMPARE(::mkfifo(fifo.constData(), 0600), 0);
        const int reader = ::open(fifo.constData(), O_RDWR | O_NONBLOCK); // and takes nothing
        QProcess process;
        process.setWorkingDirectory(mFolder->path());
        process.start("bash", {"-c", "exec " + support::program() + " run long.lab.yaml " + output});
        QVERIFY(process.waitForStarted());
        const auto waiting = [reader] {
            int bytes = 0;
            ::ioctl(reader, FIONREAD, &bytes);
            return bytes;
        };
        QTRY_VERIFY_WITH_TIMEOUT(waiting() >= 60'000, 60'000);
        ::kill(pid_t(process.processId()), SIGTERM);
        QVERIFY(process.waitForFinished(60'000));
        ::close(reader);
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 143);
    }

    void nohup_hangUp_isIgnored() {
        const auto r = shell("trap '' HUP; $P run $LAB >story & p=$!; kill -HUP $p; wait $p; r=$?; grep -q 'page has "
                             "arrived' story && exit $r",
                             mFolder->path());
        QCOMPARE(r.code, 0);
    }

    void homeLab_captured_isReadableAndHoldsOneEndOfEachCable() {
        const auto r =
            shell("$P run $LAB --pcap one >/dev/null 2>notes; $P run $LAB --pcap both --both-ends >/dev/null 2>&1; "
                  "$P run $LAB --pcap single --only home:wan0 >/dev/null 2>quiet; "
                  "for f in one both single; do tshark -r $f 2>/dev/null | wc -l; done; tshark -r single -Y "
                  "tcp.analysis.retransmission 2>/dev/null | wc -l; "
                  "capinfos -E both | tail -1; grep -c retransmission notes; wc -c <quiet",
                  mFolder->path());
        const auto lines = r.out.split('\n');
        QVERIFY2(lines.size() >= 7, (r.out + r.errors).constData());
        QCOMPARE(lines[0].toInt() * 2, lines[1].toInt());
        QVERIFY(lines[2].toInt() > 10);
        QCOMPARE(lines[3].toInt(), 0);
        QVERIFY2(lines[4].contains("Ethernet"), lines[4].constData());
        QCOMPARE(lines[5].toInt(), 1);
        QCOMPARE(lines[6].toInt(), 0);
    }

    void everySample_captured_hasOneLinkType() {
        // tcpdump reads no other; capinfos calls two of them "Per packet".
        const auto r = shell("for lab in \"${LAB%/*}\"/*.lab.yaml; do $P run $lab --pcap x >/dev/null 2>&1; echo $lab "
                             "$(capinfos -E x | tail -1); done",
                             mFolder->path());
        const auto lines = r.out.trimmed().split('\n');
        QVERIFY2(lines.size() > 20, (r.out + r.errors).constData());
        for (const auto& line : lines)
            QVERIFY2(line.endsWith(": Ethernet"), line.constData());
    }

    void tunnel_capturedWithItsCables_saysThatTcpdumpReadsNoTwoLinkTypes() {
        const auto r = shell("lab=${LAB%/*}/vpn.lab.yaml; for o in '' --both-ends '--only desktop:vpn0'; do $P run "
                             "$lab --pcap x $o 2>&1 >/dev/null | grep -c 'two link types'; done; "
                             "$P run $LAB --pcap x --both-ends 2>&1 >/dev/null | grep -c 'two link types'",
                             mFolder->path());
        QCOMPARE(r.out, QByteArray("0\n1\n0\n0\n"));
    }

    void homeLab_capturedWithComments_tellsTheStoryInThem() {
        const auto r = shell("$P run $LAB --pcap x --comments >/dev/null 2>&1; tshark -r x -T fields -e frame.comment "
                             "2>/dev/null | head -1",
                             mFolder->path());
        QVERIFY2(r.out.contains("desktop starts: browse http://google.com/."), r.out.constData());
    }

    void labWithControlCharacters_drawn_isXml() {
        QFile lab(mFolder->filePath("a.lab.yaml"));
        QVERIFY(lab.open(QIODevice::WriteOnly));
        lab.write("packetarium: 1\nname: \"a\\x01b\\e\"\nabout: \"\\uFFFE\"\nnotes:\n  - {at: [0, 0], text: \"x\\bz "
                  "<b>&amp;\"}\n");
        lab.close();
        QCOMPARE(shell("$P render a.lab.yaml a.svg", mFolder->path()).code, 0);
        QXmlStreamReader xml(contents(mFolder->filePath("a.svg")));
        while (!xml.atEnd())
            xml.readNext();
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    }

private:
    std::optional<QTemporaryDir> mFolder;
};

QTEST_GUILESS_MAIN(TestStreams)
#include "test_streams.moc"
