// A lab file from a stranger costs bounded time and memory, whatever it holds: each is read, or refused with a
// sentence.
#include "model/check/check.h"
#include "model/io/lab_file.h"
#include "model/network/network_builder.h"
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
        QTest::newRow("closed lists in lists")
            << kHead + "about: " + QByteArray(100'000, '[') + QByteArray(100'000, ']');
        QTest::newRow("maps in maps") << kHead + "about: " + QByteArray("{a: ").repeated(100'000);
        QByteArray stairs = kHead;
        for (int depth = 0; depth < 2000; ++depth)
            stairs += QByteArray(depth, ' ') + "a:\n";
        QTest::newRow("blocks in blocks") << stairs;
        QByteArray dashes = kHead + "about:\n  " + QByteArray("- ").repeated(100'000);
        QTest::newRow("dashes") << dashes;
        QByteArray nodes = kHead + "nodes:\n";
        for (int i = 0; i < 500'000; ++i)
            nodes += "  n" + QByteArray::number(i) + ": {}\n";
        QTest::newRow("half a million nodes") << nodes;
        nodes = kHead + "nodes:\n";
        for (int i = 0; i < 50'001; ++i)
            nodes += "  n" + QByteArray::number(i) + ": {}\n";
        QTest::newRow("more nodes than a lab can have") << nodes;
        QTest::newRow("a list of a million numbers")
            << kHead + "about: [" + QByteArray("1, ").repeated(1'000'000) + "1]\n";
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

    void disguisedName_read_isRefusedWithItsPlace_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("bidi override") << QByteArray("a\u202eb");
        QTest::newRow("bidi isolate") << QByteArray("a\u2066b");
        QTest::newRow("zero width space") << QByteArray("a\u200bb");
        QTest::newRow("zero width joiner") << QByteArray("a\u200db");
        QTest::newRow("soft hyphen") << QByteArray("a\u00adb");
        QTest::newRow("no-break space") << QByteArray("a\u00a0b");
        QTest::newRow("NUL, escaped") << QByteArray("a\\0b");
        QTest::newRow("line end, escaped") << QByteArray("a\\nb");
        QTest::newRow("escape") << QByteArray("a\\e[31mb");
        QTest::newRow("combining accent") << QByteArray("e\u0301");
        QTest::newRow("a thousand accents") << "a" + QByteArray("\u0300").repeated(1000);
        QTest::newRow("full width letter") << QByteArray("\uff41");
        QTest::newRow("ligature") << QByteArray("o\ufb03ce");
        QTest::newRow("mathematical letter") << QByteArray("\xf0\x9d\x90\x9a");
        QTest::newRow("Cyrillic among Latin") << QByteArray("p\u0430ypal");
        QTest::newRow("Greek among Latin") << QByteArray("h\u03bfme");
        QTest::newRow("tag character") << QByteArray("a\xf3\xa0\x81\x81");
        QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf"
                                                       "a");
        QTest::newRow("emoji") << QByteArray("\xf0\x9f\x98\x80");
        QTest::newRow("lone surrogate, escaped") << QByteArray("a\\ud800");
        QTest::newRow("lone surrogate") << QByteArray("a\xed\xa0\x80");
        QTest::newRow("100 kB long") << QByteArray(100'000, 'a');
        QTest::newRow("64 letters") << QByteArray(64, 'a');
    }
    void disguisedName_read_isRefusedWithItsPlace() {
        QFETCH(QByteArray, name);
        for (const QByteArray& text :
             {kHead + "nodes: {\"" + name + "\": {kind: host}}\n",
              kHead + "nodes: {a: {kind: host, interfaces: {\"" + name + "\": 10.0.0.1/8}}}\n"}) {
            model::io::ReadLab read;
            model::io::Problem problem;
            QVERIFY(!model::io::readLab(text, QStringLiteral("t.lab.yaml"), &read, &problem));
            QCOMPARE(problem.line, 2);
            QVERIFY(problem.column >= 8);
            QVERIFY2(!problem.message.isEmpty() && problem.message.size() < 300 && !problem.hint.isEmpty(),
                     qPrintable(problem.toString()));
        }
    }

    void foreignNames_read_areNamesAndLookalikesAreWarnedOf() {
        const QByteArray text = kHead + "nodes: {büro: {kind: host}, дом: {kind: host}, 家: {kind: host}, "
                                        "\u0441\u043e\u0441\u043e: {kind: host}, coco: {kind: host}}\n";
        model::io::ReadLab read;
        model::io::Problem problem;
        QVERIFY2(model::io::readLab(text, QStringLiteral("t.lab.yaml"), &read, &problem),
                 qPrintable(problem.toString()));
        int alike = 0;
        for (const auto& f : model::check::check(read.lab))
            alike += f.code == QLatin1String("names-look-alike");
        QCOMPARE(alike, 1);
    }

    /// What goes in a circle in a lab ends by itself, or is a storm (test_storm); the program that runs it always ends.
    void circle_run_endsByItself_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("gateways")
            << kHead +
                   "nodes:\n  h: {kind: host, interfaces: {eth0: 10.0.0.9/24}, gateway: 10.0.0.1}\n"
                   "  a: {kind: router, interfaces: {eth0: 10.0.0.1/24, eth1: 10.0.1.1/24}, gateway: 10.0.1.2}\n"
                   "  b: {kind: router, interfaces: {eth0: 10.0.1.2/24}, gateway: 10.0.1.1}\n"
                   "links:\n  - [h:eth0, a:eth0]\n  - [a:eth1, b:eth0]\nrun:\n  - {on: h, do: ping 8.8.8.8 count 3}\n";
        QTest::newRow("names") << kHead + "nodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}, dns: 10.0.0.2}\n"
                                          "  s: {kind: dns-server, interfaces: {eth0: 10.0.0.2/24}, dns-server: "
                                          "{records: {a.com: CNAME b.com, b.com: CNAME a.com, c.com: CNAME c.com}}}\n"
                                          "links:\n  - [a:eth0, s:eth0]\nrun:\n  - {on: a, do: resolve a.com}\n  - "
                                          "{on: a, do: resolve c.com}\n";
        QTest::newRow("zones")
            << kHead +
                   "nodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}, dns: 10.0.0.3}\n  sw: {kind: switch}\n"
                   "  s: {kind: dns-server, interfaces: {eth0: 10.0.0.2/24}, dns-server: {zones: {.: {records: {com: "
                   "NS ns.net, net: NS ns.com}}}}}\n"
                   "  w: {kind: dns-server, interfaces: {eth0: 10.0.0.3/24}, dns-server: {roots: [10.0.0.2]}}\n"
                   "links:\n  - [a:eth0, sw:p1]\n  - [s:eth0, sw:p2]\n  - [w:eth0, sw:p3]\nrun:\n  - {on: a, do: "
                   "resolve a.com}\n";
        QTest::newRow("redirects")
            << kHead + "nodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n"
                       "  b: {kind: web-server, interfaces: {eth0: 10.0.0.2/24}, web-server: {pages: {/: {redirect: "
                       "/x}, /x: {redirect: /}}}}\n"
                       "links:\n  - [a:eth0, b:eth0]\nrun:\n  - {on: a, do: browse http://10.0.0.2/}\n";
        QTest::newRow("a page in itself")
            << kHead + "nodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n"
                       "  b: {kind: web-server, interfaces: {eth0: 10.0.0.2/24}, web-server: {pages: {/: '<img "
                       "src=/><iframe src=/></iframe>'}}}\n"
                       "links:\n  - [a:eth0, b:eth0]\nrun:\n  - {on: a, do: browse http://10.0.0.2/}\n";
        QTest::newRow("tunnels")
            << kHead + "nodes:\n  a:\n    kind: host\n    interfaces:\n      eth0: 10.0.0.1/24\n"
                       "      v0: {address: 10.1.0.1/24, vxlan: {vni: 1, remote: 10.1.0.2}}\n"
                       "      w0: {address: 10.2.0.1/24, wireguard: {peers: [{node: b, endpoint: 10.2.0.2:51820, "
                       "allowed-ips: 0.0.0.0/0}]}}\n"
                       "    gateway: 10.2.0.9\n  b:\n    kind: host\n    interfaces:\n      eth0: 10.0.0.2/24\n"
                       "      w0: {address: 10.2.0.2/24, wireguard: {listen-port: 51820, peers: [{node: a, "
                       "allowed-ips: 0.0.0.0/0}]}}\n"
                       "links:\n  - [a:eth0, b:eth0]\nrun:\n  - {on: a, do: ping 10.1.0.2}\n  - {on: a, do: ping "
                       "10.2.0.2}\n  - {on: a, do: ping 8.8.8.8}\n";
    }
    void circle_run_endsByItself() {
        QFETCH(QByteArray, text);
        model::io::ReadLab read;
        model::io::Problem problem;
        QVERIFY2(model::io::readLab(text, QStringLiteral("t.lab.yaml"), &read, &problem),
                 qPrintable(problem.toString()));
        (void)model::check::check(read.lab);
        auto built = model::network::build(read.lab);
        sim::replay::Timeline timeline(std::move(built.network), std::move(built.stimuli));
        QVERIFY(timeline.extend(std::chrono::minutes(10), 50'000));
        QVERIFY(timeline.quiet());
        QVERIFY(timeline.log().frames().size() < 5000);
    }

    void absurdValue_read_isRefusedWithASentence_data() {
        QTest::addColumn<QByteArray>("text");
        const auto link = [](const char* rest) {
            return kHead + "nodes: {a: {kind: host}, b: {kind: host}}\nlinks:\n  - {ends: [a:eth0, b:eth0], " + rest +
                   "}\n";
        };
        const auto node = [](const char* rest) { return kHead + "nodes: {a: {kind: host, " + rest + "}}\n"; };
        const auto run = [](const char* rest) {
            return kHead + "nodes: {a: {kind: host}}\nrun:\n  - {on: a, " + rest + "}\n";
        };
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
        QTest::newRow("a place of 1e308") << node("at: [1e308, 0]");
        QTest::newRow("delay that is no number") << link("delay: .nan");
        QTest::newRow("delay beyond all") << link("delay: 1e999s");
        QTest::newRow("jitter of a year") << link("jitter: 525600min");
        QTest::newRow("loss that is no number") << link("loss: nan%");
        QTest::newRow("queue of nothing") << link("queue: 0");
        QTest::newRow("fault of 10^20") << link("faults: drop data 1-99999999999999999999 from a");
        QTest::newRow("metric of 10^11") << node("routes: [default via 10.0.0.2 metric 99999999999]");
        QTest::newRow("pool of everything") << kHead + "nodes: {a: {kind: router, interfaces: {eth0: 10.0.0.1/8}, "
                                                       "dhcp-server: {pool: 0.0.0.2-255.255.255.254}}}\n";
        QTest::newRow("page of a terabyte")
            << kHead + "nodes: {a: {kind: web-server, web-server: {pages: {/: {size: 1000GB}}}}}\n";
        QTest::newRow("seed of 2^64") << kHead + "seed: 18446744073709551616\n";
        QTest::newRow("seed below 0") << kHead + "seed: -1\n";
        QTest::newRow("run in a year") << run("at: 525600min, do: ping 1.2.3.4");
        QTest::newRow("run before the start") << run("at: -1s, do: ping 1.2.3.4");
        QTest::newRow("version of 2^64") << QByteArray("packetarium: 18446744073709551616\n");
    }
    void absurdValue_read_isRefusedWithASentence() {
        QFETCH(QByteArray, text);
        model::io::ReadLab read;
        model::io::Problem problem;
        QVERIFY2(!model::io::readLab(text, QStringLiteral("t.lab.yaml"), &read, &problem), text.constData());
        const bool advice = !problem.hint.isEmpty() || problem.message.contains(QLatin1String("Write it like"));
        QVERIFY2(problem.line > 0 && problem.column > 0 && advice, qPrintable(problem.toString()));
    }

    /// What may be odd and still be a lab: it is checked, built and run without complaint of the machine.
    void oddLab_builtAndRun_survives_data() {
        QTest::addColumn<QByteArray>("text");
        const auto two = [](const char* a, const char* b, const char* step) {
            return kHead + "nodes:\n  a: {kind: host, interfaces: {eth0: " + a +
                   "}, gateway: 10.0.0.1}\n  b: {kind: host, interfaces: {eth0: " + b +
                   "}}\nlinks:\n  - {ends: [a:eth0, b:eth0], rate: 1bit/s, delay: 1h}\nrun:\n  - {at: 24h, on: a, "
                   "do: " +
                   step + "}\n";
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
        auto built = model::network::build(read.lab);
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
