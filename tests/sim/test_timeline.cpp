// Time goes both ways: a run is a pure function of network and stimuli, wherever one looks into it.
#include "sim/devices/tables.h"
#include "sim/replay/timeline.h"
#include "sim/trace/pcap.h"

#include "tests/support/networks.h"

#include <QtTest>

using namespace std::chrono_literals;
using namespace support;
using sim::config::DeviceConfig;
using sim::devices::Network;
using sim::kernel::DeviceId;
using sim::kernel::SimTime;
using sim::replay::Stimulus;
using sim::replay::Timeline;
using sim::wire::IpAddress;
using sim::wire::MacAddress;
using sim::wire::Prefix;

namespace {

/// aliceAndServer is alice - switch - server, with a page on the server.
Network aliceAndServer(std::uint64_t seed = 7) {
    Network n(seed);
    const auto alice = n.addDevice(host("alice", 0x020000000001, "10.0.0.1/24"));
    auto config = host("server", 0x020000000002, "10.0.0.2/24");
    config.httpServer = {.port = 80, .pages = {{.path = "/", .body = std::string(20'000, 'x')}}};
    const auto server = n.addDevice(config);
    const auto bridge = n.addDevice(support::bridge("sw", 2, 0x020000000011));
    plug(n, {alice}, {bridge, "p1"});
    plug(n, {server}, {bridge, "p2"});
    return n;
}

std::vector<Stimulus> browse() { return {{0s, DeviceId{0}, sim::config::Browse{"http://10.0.0.2/"}}}; }

QByteArray capture(const Timeline& t) {
    std::vector<sim::trace::CaptureInterface> interfaces;
    for (std::uint32_t i = 0; i < t.start().interfaceCount(); ++i)
        interfaces.push_back({{i}, t.start().portName({i}), t.start().isLoopback({i})});
    QByteArray bytes;
    sim::trace::writePcapng(t.log(), interfaces, [&](std::span<const std::uint8_t> part) {
        bytes.append(reinterpret_cast<const char*>(part.data()), qsizetype(part.size()));
    });
    return bytes;
}

/// fingerprint is everything people can see of a state, as text.
std::string fingerprint(const Network& n) {
    std::string text = std::to_string(n.now().count()) + '/' + std::to_string(n.eventNo());
    for (std::uint32_t d = 0; d < n.deviceCount(); ++d) {
        for (const auto& r : sim::devices::neighbourTable(n, {d}))
            text += ' ' + r.key + r.mac.toString() + r.state + std::to_string(r.updated.count());
        for (const auto& r : sim::devices::socketTable(n, {d}))
            text += ' ' + r.key + r.state + std::to_string(r.receiveQueue) + ',' + std::to_string(r.sendQueue);
        for (const auto& r : sim::devices::macTable(n, {d}))
            text += ' ' + r.key + r.port;
        for (const auto& r : sim::devices::interfaceTable(n, {d}))
            text += ' ' + r.key + std::to_string(r.rxBytes) + ',' + std::to_string(r.txBytes);
        for (const auto& r : sim::devices::applicationTable(n, {d}))
            text += ' ' + r.key + r.state + r.result;
    }
    return text;
}

} // namespace

class TestTimeline : public QObject {
    Q_OBJECT
private slots:
    void twoRuns_sameSeed_sameBytes() {
        Timeline a(aliceAndServer(), browse()), b(aliceAndServer(), browse());
        QVERIFY(a.extend(sim::kernel::kNever));
        QVERIFY(b.extend(sim::kernel::kNever));
        QVERIFY(a.log().frames().size() > 20);
        QCOMPARE(capture(a), capture(b));
    }

    void twoRuns_otherSeed_otherBytes() {
        Timeline a(aliceAndServer(1), browse()), b(aliceAndServer(2), browse());
        a.extend(sim::kernel::kNever);
        b.extend(sim::kernel::kNever);
        QVERIFY(capture(a) != capture(b));
    }

    void page_wholeRun_arrives() {
        Timeline t(aliceAndServer(), browse());
        t.extend(sim::kernel::kNever);
        const auto page = sim::devices::pageOf(t.latest(), {0});
        QCOMPARE(page.status, 200);
        QCOMPARE(page.body.size(), std::size_t(20'000));
    }

    void seek_anyMoment_equalsTheStateRunThere() {
        Timeline t(aliceAndServer(), browse());
        t.extend(sim::kernel::kNever);
        const SimTime end = t.recordedUntil();
        QVERIFY(end > 0s);
        // Forwards, backwards and across checkpoints: always what a fresh run gives.
        for (const int percent : {90, 10, 50, 0, 100, 49, 51, 5}) {
            const SimTime when = end * percent / 100;
            Timeline fresh(aliceAndServer(), browse());
            fresh.extend(when);
            Network direct = fresh.latest();
            direct.runUntil(when);
            QCOMPARE(fingerprint(t.stateAt(when)), fingerprint(direct));
        }
    }

    void seek_backAndForthWhileRecording_sameBytes() {
        Timeline plain(aliceAndServer(), browse()), sought(aliceAndServer(), browse());
        plain.extend(sim::kernel::kNever);
        while (!sought.extend(sim::kernel::kNever, 7)) {
            (void)sought.stateAt(sought.recordedUntil() / 3);
            (void)sought.stateAfter(sought.log().records().back().event / 2);
        }
        QCOMPARE(capture(plain), capture(sought));
    }

    void stateAfter_everyEvent_isReachedAgain() {
        Timeline t(aliceAndServer(), browse());
        t.extend(sim::kernel::kNever);
        std::vector<std::string> forward;
        for (std::uint64_t e = 0; e <= t.latest().eventNo(); ++e)
            forward.push_back(fingerprint(t.stateAfter(e)));
        for (std::uint64_t e = t.latest().eventNo() + 1; e-- > 0;)
            QCOMPARE(fingerprint(t.stateAfter(e)), forward[e]);
    }

    void insert_inTheMiddle_equalsARunThatHadItFromTheStart() {
        Timeline t(aliceAndServer(), browse());
        t.extend(sim::kernel::kNever);
        const Stimulus ping{5ms, DeviceId{0}, sim::config::Ping{.target = "10.0.0.2", .count = 2}};
        t.insert(ping);
        QVERIFY(t.recordedUntil() <= 5ms);
        t.extend(sim::kernel::kNever);
        auto stimuli = browse();
        stimuli.push_back(ping);
        Timeline whole(aliceAndServer(), stimuli);
        whole.extend(sim::kernel::kNever);
        QCOMPARE(capture(t), capture(whole));
        QCOMPARE(fingerprint(t.latest()), fingerprint(whole.latest()));
    }

    void observed_orNot_theNetworkDoesTheSame() {
        Network plain = aliceAndServer(), observed = aliceAndServer();
        sim::trace::TraceLog log;
        plain.apply(0s, {0}, sim::config::Browse{"http://10.0.0.2/"});
        observed.apply(0s, {0}, sim::config::Browse{"http://10.0.0.2/"}, &log);
        plain.runUntil(10s);
        observed.runUntil(10s, &log);
        QCOMPARE(fingerprint(plain), fingerprint(observed));
    }

    void checkpoints_tensOfThousandsOfFramesOnTheWay_takeNoMoreThanTheLog() {
        // A datagram each microsecond on a cable of 50 ms: 50,000 of them are on the way at once.
        Network n(1);
        auto config = host("source", 0x020000000001, "10.0.0.1/24");
        config.udpSources = {
            {.destination = IpAddress::v4(0x0a00'0002), .count = 100'000, .payload = 64, .interval = 1us}};
        config.neighbours = {{IpAddress::v4(0x0a00'0002), MacAddress::fromNumber(0x020000000002)}};
        const auto source = n.addDevice(config);
        config = host("sink", 0x020000000002, "10.0.0.2/24");
        config.udpSink.emplace();
        const auto sink = n.addDevice(config);
        plug(n, {source}, {sink}, {.delay = 50ms});
        Timeline t(std::move(n), {});
        t.extend(1s, UINT64_MAX, Timeline::Stop::AtTime);
        QVERIFY(t.log().frames().size() >= 100'000);
        QVERIFY(t.checkpointCount() > 2);
        QVERIFY2(t.checkpointBytes() < t.log().memoryBytes(),
                 qPrintable(QString::number(double(t.memoryBytes()) / double(t.log().memoryBytes()))));
    }

    void cablePulled_duringTheDownload_isARecordWithAReason() {
        auto stimuli = browse();
        stimuli.push_back({9ms, {}, sim::config::SetLink{{0}, false}});
        Timeline t(aliceAndServer(), stimuli);
        t.extend(20s);
        const auto& dropped = t.latest().counters().dropped;
        QVERIFY(dropped[std::size_t(sim::trace::DropReason::LinkDown)] > 0);
        QCOMPARE(sim::devices::pageOf(t.latest(), {0}).status, 0);
    }
};

QTEST_GUILESS_MAIN(TestTimeline)
#include "test_timeline.moc"
