// A lab file from a stranger costs bounded time and memory, whatever it holds: each is read, or refused with a sentence.
#include "model/build/network_builder.h"
#include "model/check/check.h"
#include "model/io/lab_file.h"
#include "sim/replay/timeline.h"

#include <QTemporaryDir>
#include <QtTest>

namespace {

const QByteArray kHead = "packetarium: 1\n";

/// refusal reads a text and gives the message; empty when it was read.
QString refusal(const QByteArray& text) {
    model::io::ReadLab read;
    model::io::Problem problem;
    return model::io::readLab(text, QStringLiteral("t.lab.yaml"), &read, &problem) ? QString() : problem.message;
}

} // namespace

class TestLabBounds : public QObject {
    Q_OBJECT
private slots:
    void hugeText_read_isRefusedWithASentence_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("lists in lists") << kHead + "about: " + QByteArray(1'000'000, '[');
        QTest::newRow("closed lists in lists") << kHead + "about: " + QByteArray(100'000, '[') + QByteArray(100'000, ']');
        QTest::newRow("maps in maps") << kHead + "about: " + QByteArray("{a: ").repeated(100'000);
        QByteArray stairs = kHead;
        for (int depth = 0; depth < 2000; ++depth) stairs += QByteArray(depth, ' ') + "a:\n";
        QTest::newRow("blocks in blocks") << stairs;
        QByteArray dashes = kHead + "about:\n  " + QByteArray("- ").repeated(100'000);
        QTest::newRow("dashes") << dashes;
        QByteArray nodes = kHead + "nodes:\n";
        for (int i = 0; i < 500'000; ++i) nodes += "  n" + QByteArray::number(i) + ": {}\n";
        QTest::newRow("half a million nodes") << nodes;
        nodes = kHead + "nodes:\n";
        for (int i = 0; i < 50'001; ++i) nodes += "  n" + QByteArray::number(i) + ": {}\n";
        QTest::newRow("more nodes than a lab can have") << nodes;
        QTest::newRow("a list of a million numbers") << kHead + "about: [" + QByteArray("1, ").repeated(1'000'000) + "1]\n";
        QTest::newRow("40 MB of text") << kHead + "about: " + QByteArray(40'000'000, 'x');
        QTest::newRow("a million lines") << kHead + QByteArray("# nothing\n").repeated(1'000'000);
        QTest::newRow("an alias bomb") << kHead + "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nabout: *c\n";
        QTest::newRow("itself") << kHead + "about: &a [*a]\n";
        QTest::newRow("merge keys") << kHead + "a: &a {b: 1}\nnodes: {<<: *a}\n";
        QTest::newRow("nothing but quotes") << kHead + QByteArray(1'000'000, '"');
        QTest::newRow("zero bytes") << kHead + QByteArray(1000, '\0');
        QTest::newRow("no UTF-8") << kHead + "name: \"\xff\xfe\xc0\x80\"\n";
        QTest::newRow("a mark that ends nowhere") << kHead + "nodes: {a: {kind: host";
    }
    void hugeText_read_isRefusedWithASentence() {
        QFETCH(QByteArray, text);
        const QString message = refusal(text);
        QVERIFY(!message.isEmpty());
        QVERIFY2(message.size() < 400, qPrintable(message.left(500)));
    }

    void absurdValue_read_isRefusedWithASentence_data() {
        QTest::addColumn<QByteArray>("text");
        const auto link = [](const char* rest) {
            return kHead + "nodes: {a: {kind: host}, b: {kind: host}}\nlinks:\n  - {ends: [a:eth0, b:eth0], " + rest + "}\n";
        };
        const auto node = [](const char* rest) { return kHead + "nodes: {a: {kind: host, " + rest + "}}\n"; };
        const auto run = [](const char* rest) { return kHead + "nodes: {a: {kind: host}}\nrun:\n  - {on: a, " + rest + "}\n"; };
        QTest::newRow("rate 0") << link("rate: 0bit/s");
        QTest::newRow("rate below 0") << link("rate: -1bit/s");
        QTest::newRow("rate of 2^63") << link("rate: 9223372036854775808Tbit/s");
        QTest::newRow("delay of a year") << link("delay: 525600min");
        QTest::newRow("delay of 2^64 s") << link("delay: 18446744073709551616s");
        QTest::newRow("queue of 2^63") << link("queue: 9223372036854775808GB");
        QTest::newRow("loss of 1000 %") << link("loss: 1000%");
        QTest::newRow("MTU 1") << node("interfaces: {eth0: {mtu: 1}}");
        QTest::newRow("MTU of 2^31") << node("interfaces: {eth0: {mtu: 2147483648}}");
        QTest::newRow("prefix of 33 bits") << node("interfaces: {eth0: 10.0.0.1/33}");
        QTest::newRow("prefix of -1 bits") << node("interfaces: {eth0: 10.0.0.1/-1}");
        QTest::newRow("half a million ports") << kHead + "nodes: {a: {kind: switch, ports: 500000}}\n";
        QTest::newRow("ports below 0") << kHead + "nodes: {a: {kind: switch, ports: -1}}\n";
        QTest::newRow("a place beyond all") << node("at: [1e999, 0]");
        QTest::newRow("a place that is no number") << node("at: [.nan, 0]");
        QTest::newRow("run in a year") << run("at: 525600min, do: ping 1.2.3.4");
        QTest::newRow("run before the start") << run("at: -1s, do: ping 1.2.3.4");
        QTest::newRow("version of 2^64") << QByteArray("packetarium: 18446744073709551616\n");
    }
    void absurdValue_read_isRefusedWithASentence() {
        QFETCH(QByteArray, text);
        QVERIFY2(!refusal(text).isEmpty(), text.constData());
    }

    /// What may be odd and still be a lab: it is checked, built and run without complaint of the machine.
    void oddLab_builtAndRun_survives_data() {
        QTest::addColumn<QByteArray>("text");
        const auto two = [](const char* a, const char* b, const char* step) {
            return kHead + "nodes:\n  a: {kind: host, interfaces: {eth0: " + a + "}, gateway: 10.0.0.1}\n  b: {kind: host, interfaces: {eth0: " + b +
                   "}}\nlinks:\n  - {ends: [a:eth0, b:eth0], rate: 1bit/s, delay: 1h}\nrun:\n  - {at: 24h, on: a, do: " + step + "}\n";
        };
        QTest::newRow("the whole Internet is near") << two("0.0.0.1/0", "255.255.255.254/0", "ping 255.255.255.254");
        QTest::newRow("one address twice") << two("10.0.0.1/32", "10.0.0.1/32", "ping 10.0.0.1 size 65507");
        QTest::newRow("endless ping") << two("10.0.0.1/8", "10.0.0.2/8", "ping 10.0.0.2 count 2147483647 interval 1ns");
        QTest::newRow("endless sending") << two("10.0.0.1/8", "10.0.0.2/8", "tcp 10.0.0.2 80 send 1000000x1000");
        QTest::newRow("group as an address") << two("224.0.0.1/4", "10.0.0.2/8", "ping 224.0.0.1");
    }
    void oddLab_builtAndRun_survives() {
        QFETCH(QByteArray, text);
        model::io::ReadLab read;
        model::io::Problem problem;
        if (!model::io::readLab(text, QStringLiteral("t.lab.yaml"), &read, &problem)) {
            QVERIFY(!problem.message.isEmpty());
            return;
        }
        (void)model::check::check(read.lab);
        auto built = model::build::build(read.lab);
        sim::replay::Timeline timeline(std::move(built.network), std::move(built.stimuli));
        timeline.extend(std::chrono::hours(25), 20'000);
    }

    void hundredMegabytes_opened_areNotReadIn() {
        QTemporaryDir folder;
        QFile file(folder.filePath("big.lab.yaml"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(100'000'000));
        file.close();
        QByteArray text;
        model::io::Problem problem;
        QVERIFY(!model::io::readBytes(file.fileName(), &text, &problem));
        QVERIFY(!problem.message.isEmpty());
        QVERIFY(text.size() < 20'000'000);
    }
};

QTEST_GUILESS_MAIN(TestLabBounds)
#include "test_lab_bounds.moc"
