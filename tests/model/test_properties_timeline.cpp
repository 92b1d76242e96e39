// Time goes both ways in every lab: whoever looks back and forth while a run is recorded, and however it is cut into
// slices, sees the bytes and the tables of one run straight through. Cables are made bad, so that timers have work.
#include "tests/model/all_labs.h"
#include "tests/sim/invariants.h"
#include "tests/support/places.h"

#include "sim/devices/tables.h"
#include "sim/kernel/rng.h"
#include "sim/trace/pcap.h"
#include "sim/trace/tap.h"

#include <QtTest>

using namespace std::chrono_literals;
using namespace sim;

namespace {

constexpr kernel::SimTime kUntil = 12s;

model::network::Built badLab(const QString& path, std::uint64_t seed) {
    QFile file(path);
    model::io::ReadLab read;
    model::io::Problem problem;
    if (!file.open(QIODevice::ReadOnly) || !model::io::readLab(file.readAll(), path, &read, &problem))
        qFatal("%s", qPrintable(problem.toString()));
    kernel::Rng random(seed, 21);
    for (auto& link : read.lab.links) {
        if (random.below(2)) continue;
        link.impairment = {.loss = std::uint32_t(random.below(60'000)),
                           .corrupt = std::uint32_t(random.below(5'000)),
                           .duplicate = std::uint32_t(random.below(60'000)),
                           .reorder = std::uint32_t(random.below(60'000)),
                           .jitter = std::chrono::microseconds(random.below(3000))};
    }
    return model::network::build(read.lab, seed);
}

QByteArray capture(const replay::Timeline& t) {
    std::vector<trace::CaptureInterface> interfaces;
    for (std::uint32_t i = 0; i < t.start().interfaceCount(); ++i)
        interfaces.push_back({{i}, t.start().portName({i}), t.start().isLoopback({i})});
    QByteArray bytes;
    trace::writePcapng(t.log(), interfaces, [&](std::span<const std::uint8_t> part) {
        bytes.append(reinterpret_cast<const char*>(part.data()), qsizetype(part.size()));
    });
    return bytes;
}

/// fingerprint is what people can see of a state, as text.
std::string fingerprint(const devices::Network& n) {
    std::string t =
        std::to_string(n.now().count()) + '/' + std::to_string(n.eventNo()) + '/' + std::to_string(n.framesHeld());
    for (std::uint32_t d = 0; d < n.deviceCount(); ++d) {
        using namespace devices;
        for (const auto& r : interfaceTable(n, {d}))
            t += ' ' + r.key + std::to_string(r.rxBytes) + ',' + std::to_string(r.txBytes);
        for (const auto& r : routingTable(n, {d}))
            t += ' ' + r.key;
        for (const auto& r : neighbourTable(n, {d}))
            t += ' ' + r.key + r.mac.toString() + r.state + std::to_string(r.updated.count());
        for (const auto& r : natTable(n, {d}))
            t += ' ' + r.key + r.state + std::to_string(r.outsidePort);
        for (const auto& r : macTable(n, {d}))
            t += ' ' + r.key + r.port;
        for (const auto& r : socketTable(n, {d}))
            t += ' ' + r.key + r.state + std::to_string(r.receiveQueue) + ',' + std::to_string(r.sendQueue);
        for (const auto& r : dnsCacheTable(n, {d}))
            t += ' ' + r.key;
        for (const auto& r : leaseTable(n, {d}))
            t += ' ' + r.key;
        for (const auto& r : tunnelPeerTable(n, {d}))
            t += ' ' + r.key;
        for (const auto& r : applicationTable(n, {d}))
            t += ' ' + r.key + r.state + r.result;
    }
    return t;
}

} // namespace

class TestPropertiesTimeline : public QObject {
    Q_OBJECT
private slots:
    /// What a tap writes during a run that nobody records is what a capture made of the log holds, byte for byte.
    void everyLab_tapped_capturesWhatTheLogDoes() {
        for (const QString& path : tests::labFiles()) {
            auto built = badLab(path, 3);
            const devices::Network start = built.network;
            replay::Timeline timeline(std::move(built.network), built.stimuli);
            timeline.extend(kUntil, 20'000, replay::Timeline::Stop::AtTime);

            std::vector<trace::CaptureInterface> interfaces;
            for (std::uint32_t i = 0; i < start.interfaceCount(); ++i)
                interfaces.push_back({{i}, start.portName({i}), start.isLoopback({i})});
            QByteArray together;
            std::vector<QByteArray> single(interfaces.size());
            const auto appendTo = [](QByteArray& to) {
                return trace::keeping([&to](std::span<const std::uint8_t> part) {
                    to.append(reinterpret_cast<const char*>(part.data()), qsizetype(part.size()));
                });
            };
            trace::Tap all(interfaces, appendTo(together));
            trace::Tap each(interfaces, [&](const trace::CaptureInterface& i) { return appendTo(single[i.id.value]); });
            for (trace::Tap* tap : {&all, &each}) {
                replay::Run run{start};
                while (run.network.eventNo() < timeline.latest().eventNo())
                    run.step(timeline.stimuli(), nullptr, tap);
                tap->flush();
                QCOMPARE(fingerprint(run.network), fingerprint(timeline.stateAfter(run.network.eventNo())));
            }
            QVERIFY2(together == capture(timeline), qPrintable(path));
            for (const auto& i : interfaces) {
                QByteArray expected;
                trace::writePcap(timeline.log(), i, [&](std::span<const std::uint8_t> part) {
                    expected.append(reinterpret_cast<const char*>(part.data()), qsizetype(part.size()));
                });
                QVERIFY2(single[i.id.value] == expected, qPrintable(path + u' ' + QString::fromStdString(i.name)));
            }
        }
    }

    void badCables_lookedBackAndForth_sameRun_data() {
        QTest::addColumn<QString>("path");
        for (const QString& path : tests::labFiles())
            QTest::newRow(qPrintable(path.section('/', -2))) << path;
    }
    void badCables_lookedBackAndForth_sameRun() {
        QFETCH(QString, path);
        const auto seed = std::uint64_t(1 + path.size());
        auto built = badLab(path, seed);
        replay::Timeline straight(built.network, built.stimuli), seeking(built.network, built.stimuli);
        straight.extend(kUntil, 40'000, replay::Timeline::Stop::AtTime);

        kernel::Rng random(seed, 5);
        std::vector<std::pair<kernel::SimTime, std::string>> seen;
        while (seeking.latest().eventNo() < straight.latest().eventNo()) {
            const auto left = straight.latest().eventNo() - seeking.latest().eventNo();
            seeking.extend(kUntil, std::min<std::uint64_t>(left, 1 + random.below(3000)),
                           replay::Timeline::Stop::AtTime);
            const auto at =
                kernel::SimTime(std::int64_t(random.below(std::uint64_t(seeking.recordedUntil().count()) + 1)));
            const auto state = seeking.stateAt(at);
            const auto why = invariants::violation(state);
            QVERIFY2(why.empty(), why.c_str());
            if (at < seeking.recordedUntil()) seen.push_back({at, fingerprint(state)});
            const auto event = random.below(seeking.latest().eventNo() + 1);
            QCOMPARE(seeking.stateAfter(event).eventNo(), event);
        }
        QCOMPARE(seeking.latest().eventNo(), straight.latest().eventNo());
        QVERIFY(capture(seeking) == capture(straight));
        QCOMPARE(seeking.log().records().size(), straight.log().records().size());
        QCOMPARE(fingerprint(seeking.latest()), fingerprint(straight.latest()));
        for (const auto& [at, was] : seen)
            QCOMPARE(fingerprint(straight.stateAt(at)), was);

        // One step after the other from a moment in the middle leads where the run led.
        auto walking = straight.stateAfter(straight.latest().eventNo() / 2);
        const auto later = std::min(straight.latest().eventNo(), walking.eventNo() + 200);
        bool stimulus = false;
        for (const auto& s : straight.stimuli())
            stimulus |= s.at >= walking.now();
        if (!stimulus) {
            while (walking.eventNo() < later)
                QVERIFY(walking.step());
            QCOMPARE(fingerprint(walking), fingerprint(straight.stateAfter(later)));
        }
    }

    void badCables_twoSeeds_differ() {
        const QString path = support::source("resources/labs/home.lab.yaml");
        auto one = badLab(path, 1), two = badLab(path, 2);
        replay::Timeline a(std::move(one.network), std::move(one.stimuli)),
            b(std::move(two.network), std::move(two.stimuli));
        a.extend(2s);
        b.extend(2s);
        QVERIFY(capture(a) != capture(b));
    }
};

QTEST_GUILESS_MAIN(TestPropertiesTimeline)
#include "test_properties_timeline.moc"
