// A run that never ends by itself is noticed and named; one that has much to do is not.
#include "model/io/lab_file.h"
#include "model/network/network_builder.h"
#include "sim/explain/storm.h"
#include "sim/replay/timeline.h"

#include <QtTest>

using namespace std::chrono_literals;

namespace {

/// run plays a lab for so long, or for so many events, and looks for a storm as it goes, as whoever runs it does.
struct Run {
    std::optional<sim::explain::Storm> storm;
    sim::kernel::SimTime end{0};
    std::uint64_t frames = 0;
    std::string port;
    bool returned = false; ///< the frame that was named did come back to its device and leave it again

    Run(const QByteArray& text, sim::kernel::SimTime until, std::uint64_t events = UINT64_MAX) {
        model::io::ReadLab read;
        model::io::Problem problem;
        if (!model::io::readLab("packetarium: 1\n" + text, QStringLiteral("t.lab.yaml"), &read, &problem))
            qFatal("%s", qPrintable(problem.toString()));
        auto built = model::network::build(read.lab);
        for (const auto& p : built.problems)
            qWarning("%s", qPrintable(p.toString()));
        sim::replay::Timeline timeline(std::move(built.network), std::move(built.stimuli));
        bool done = false;
        for (std::uint64_t n = 0; !done && !storm && n < events; n += 10'000) {
            done = timeline.extend(until, 10'000);
            storm = sim::explain::storm(timeline.log(), timeline.latest());
        }
        end = timeline.latest().now();
        frames = timeline.log().frames().size();
        if (storm) port = timeline.latest().portName(storm->port);
        if (storm) returned = cameBack(timeline, *storm);
    }
    static bool cameBack(const sim::replay::Timeline& timeline, const sim::explain::Storm& storm) {
        const auto all = timeline.log().frames();
        for (std::uint32_t last = std::uint32_t(all.size()); last-- > storm.frame + 1;) {
            if (timeline.latest().deviceOf(all[last].from) != storm.device) continue;
            for (std::uint32_t f = all[last].parent; f != sim::trace::kNoIndex && f >= storm.frame; f = all[f].parent)
                if (f == storm.frame) return true;
        }
        return false;
    }
    QString name() const {
        return storm ? QString::fromStdString(storm->kind + ' ' + storm->name) : QStringLiteral("none");
    }
};

constexpr auto kRing =
    "nodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n"
    "  sw1: {kind: switch}\n  sw2: {kind: switch}\n  sw3: {kind: switch}\n"
    "links:\n  - [a:eth0, sw1:p1]\n  - [sw1:p2, sw2:p1]\n  - [sw2:p2, sw3:p1]\n  - [sw3:p2, sw1:p3]\n";
constexpr auto kPing = "run:\n  - {at: 0s, on: a, do: ping 10.0.0.9}\n";

/// twoHosts are a and b with something between them; a is 10.0.0.1, b 10.0.0.2.
QByteArray twoHosts(const char* link, const char* step, const char* listen) {
    return QByteArray("nodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n  b: {kind: host, interfaces: "
                      "{eth0: 10.0.0.2/24}, listen: {") +
           listen + "}}\nlinks:\n  - {ends: [a:eth0, b:eth0], " + link + "}\nrun:\n  - {at: 0s, on: a, do: \"" + step +
           "\"}\n";
}

} // namespace

class TestStorm : public QObject {
    Q_OBJECT
private slots:
    /// One ring multiplies nothing: each frame goes round by itself, once in three milliseconds and a bit.
    void ringOfSwitches_oneBroadcast_isAStormOfThatSwitch() {
        const Run r(QByteArray(kRing) + kPing, 1min);
        QVERIFY2(r.name().startsWith("switch sw"), qPrintable(r.name()));
        QVERIFY(r.storm->rounds >= 1000);
        QVERIFY2(r.end > 3s && r.end < 10s, qPrintable(QString::number(r.end.count())));
        QVERIFY(r.storm->span <= 1s && r.storm->span > 990ms);
        QVERIFY2(r.port.starts_with("sw"), r.port.c_str());
        QVERIFY(r.returned);
    }

    /// Two rings share a cable: each round makes more frames of each, until the cables are full.
    void ringsOfSwitches_oneBroadcast_areAStormBeforeAMillionFrames() {
        const Run r(QByteArray(kRing) + "  - [sw1:p4, sw2:p4]\n  - [sw2:p5, sw3:p5]\n" + kPing, 1min);
        QVERIFY2(r.name().startsWith("switch sw"), qPrintable(r.name()));
        QVERIFY(r.storm->frames >= 50'000);
        QVERIFY(r.returned);
        QVERIFY2(r.frames < 1'000'000, qPrintable(QString::number(r.frames)));
    }

    void twoEchoes_oneDatagram_areAStorm() {
        const Run r(twoHosts("delay: 1ms", "udp 10.0.0.2 7 send 10, echo", "udp 7: echo"), 1h);
        QCOMPARE(r.name(), QStringLiteral("host a"));
        QVERIFY2(r.end < 15s, qPrintable(QString::number(r.end.count())));
        // One there, one back, each 1 ms and 672 ns long (84 bytes at 1 Gbit/s).
        QCOMPARE(r.storm->frames, 500u);
    }

    void twoEchoesFarApart_oneDatagram_areTheStormNotTheirRouters() {
        const Run r(
            "nodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}, gateway: 10.0.0.254}\n  sw: {kind: switch}\n"
            "  r: {kind: router, interfaces: {eth0: 10.0.0.254/24, eth1: 10.0.1.254/24}}\n"
            "  b: {kind: host, interfaces: {eth0: 10.0.1.2/24}, gateway: 10.0.1.254, listen: {udp 7: echo}}\n"
            "links:\n  - [a:eth0, sw:p1]\n  - [sw:p2, r:eth0]\n  - [r:eth1, b:eth0]\n"
            "run:\n  - {at: 0s, on: a, do: \"udp 10.0.1.2 7 send 10, echo\"}\n",
            1h);
        QVERIFY2(r.name() == "host a" || r.name() == "host b", qPrintable(r.name()));
    }

    /// Forwarders that ask each other: a new number and a new port each time, and the same question.
    void twoForwarders_eachAskingTheOther_areAStormOrEnd() {
        const Run r("nodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}, dns: 10.0.0.2}\n  sw: {kind: switch}\n"
                    "  n1: {kind: dns-server, interfaces: {eth0: 10.0.0.2/24}, dns-server: {forward: 10.0.0.3}}\n"
                    "  n2: {kind: dns-server, interfaces: {eth0: 10.0.0.3/24}, dns-server: {forward: 10.0.0.2}}\n"
                    "links:\n  - [a:eth0, sw:p1]\n  - [n1:eth0, sw:p2]\n  - [n2:eth0, sw:p3]\n"
                    "run:\n  - {at: 0s, on: a, do: resolve google.com}\n",
                    10min, 3'000'000);
        QVERIFY2(r.storm || r.end == 10min, qPrintable(QString("%1 frames, %2 ns").arg(r.frames).arg(r.end.count())));
    }

    void honestWork_muchOfIt_isNoStorm_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("30 MB by TCP") << twoHosts("delay: 50us", "tcp 10.0.0.2 9 send 30000000, close",
                                                  "tcp 9: \"drain, close\"");
        QTest::newRow("TCP with losses") << twoHosts("delay: 1ms, loss: 2%, reorder: 2%, rate: 100Mbit/s",
                                                     "tcp 10.0.0.2 9 send 5000000, close", "tcp 9: \"drain, close\"");
        QTest::newRow("many pings") << twoHosts("delay: 10us", "ping 10.0.0.2 count 20000 interval 1ms", "");
        QTest::newRow("datagrams all alike")
            << twoHosts("delay: 10us, queue: 100MB", "udp 10.0.0.2 7 send 10x200000", "udp 7: \"recv 10\"");
        QTest::newRow("datagrams sent back")
            << twoHosts("delay: 10us, queue: 100MB", "udp 10.0.0.2 7 send 10x100000", "udp 7: echo");
        QTest::newRow("nobody listens") << twoHosts("delay: 10us, queue: 100MB", "udp 10.0.0.2 7 send 10x100000", "");
    }
    void honestWork_muchOfIt_isNoStorm() {
        QFETCH(QByteArray, text);
        const Run r(text, 5min, 3'000'000);
        QCOMPARE(r.name(), QStringLiteral("none"));
        QVERIFY2(r.frames > 4000, qPrintable(QString::number(r.frames)));
    }

    /// A packet goes round in a loop of routes until its TTL is used up: much, but it ends.
    void loopOfRoutes_manyPackets_isNoStorm() {
        const Run r("nodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}, gateway: 10.0.0.254}\n"
                    "  r: {kind: router, interfaces: {eth0: 10.0.0.254/24, eth1: 10.0.1.1/24}, gateway: 10.0.1.2}\n"
                    "  q: {kind: router, interfaces: {eth0: 10.0.1.2/24}, gateway: 10.0.1.1}\n"
                    "links:\n  - [a:eth0, r:eth0]\n  - [r:eth1, q:eth0]\n"
                    "run:\n  - {at: 0s, on: a, do: ping 8.8.8.8 count 1000 interval 1ms ttl 255}\n",
                    1min);
        QCOMPARE(r.name(), QStringLiteral("none"));
        QVERIFY(r.frames > 100'000);
    }

    void emptyLog_asked_isNoStorm() {
        const Run r("nodes: {a: {kind: host}}\n", 1s);
        QVERIFY(!r.storm);
        QVERIFY(!sim::explain::busiest({}, sim::devices::Network()));
    }
};

QTEST_GUILESS_MAIN(TestStorm)
#include "test_storm.moc"
