// What checkpoints hold: they share what did not change, and what is counted is what the heap gives.
#include "sim/apps/app_context.h"
#include "sim/devices/tables.h"
#include "sim/kernel/cow.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/heap.h"
#include "sim/replay/timeline.h"
#include "tests/sim/scarce_memory.h"

#include <QtTest>

#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace std::chrono_literals;
using sim::config::DeviceConfig;
using sim::devices::Network;
using sim::kernel::DeviceId;
using sim::kernel::FramePool;
using sim::replay::Stimulus;
using sim::replay::Timeline;
using sim::wire::MacAddress;
using sim::wire::Prefix;

namespace {

/// heapBytes is what the C library says is in use.
std::size_t heapBytes() {
#ifdef __GLIBC__
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}

/// pairs is a network of so many pairs of hosts; the second of each has a page.
Network pairs(std::uint32_t count, std::size_t page) {
    Network n(3);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::string net = "10.0." + std::to_string(i) + ".";
        sim::kernel::DeviceId ends[2];
        for (std::uint32_t end = 0; end < 2; ++end) {
            DeviceConfig c;
            c.name = (end ? "server" : "client") + std::to_string(i);
            c.interfaces.push_back({.name = "eth0",
                                    .mac = MacAddress::fromNumber(0x020000000000 + 2 * i + end),
                                    .addresses = {*Prefix::parse(net + std::to_string(end + 1) + "/24")}});
            if (end) c.httpServer = {.port = 80, .pages = {{.path = "/", .body = std::string(page, 'x')}}};
            ends[end] = n.addDevice(c);
        }
        n.connect(n.findInterface(ends[0], "eth0"), n.findInterface(ends[1], "eth0"));
    }
    return n;
}

Stimulus ping(std::uint32_t pair, int count, std::chrono::nanoseconds at = 0s) {
    sim::config::Ping p;
    p.target = "10.0." + std::to_string(pair) + ".2";
    p.count = count;
    p.interval = 1ms;
    return {at, DeviceId{2 * pair}, p};
}

} // namespace

class TestCheckpoints : public QObject {
    Q_OBJECT
private slots:
    void pool_packedAndUnpacked_hasTheSameFrames() {
        FramePool pool;
        const auto a = pool.allocate(60), b = pool.allocate(1500), c = pool.allocate(9000), gone = pool.allocate(60);
        std::memset(pool.bytes(a).data(), 1, 60);
        std::memset(pool.bytes(b).data(), 2, 1500);
        std::memset(pool.bytes(c).data(), 3, 9000);
        pool.retain(b);
        pool.trace(b) = 77;
        pool.release(gone);
        FramePool back = pool.packed(nullptr);
        QCOMPARE(back.liveCount(), std::size_t(0)); // it cannot be used like this
        back.unpack();
        QCOMPARE(back.liveCount(), std::size_t(3));
        QCOMPARE(back.bytes(a).size(), std::size_t(60));
        QVERIFY(back.shared(b) && !back.shared(a));
        QCOMPARE(back.trace(b), 77u);
        for (const auto slot : {a, b, c})
            QVERIFY(std::equal(pool.bytes(slot).begin(), pool.bytes(slot).end(), back.bytes(slot).begin()));
        // Places that are free are given out again, and none of those that are taken.
        for (int i = 0; i < 600; ++i) {
            const auto fresh = back.allocate(60);
            QVERIFY(fresh != a && fresh != b && fresh != c);
        }
    }

    void pool_packedTwice_sharesWhatIsEqual() {
        FramePool pool;
        const auto small = pool.allocate(60), large = pool.allocate(1500);
        std::memset(pool.bytes(small).data(), 1, 60);
        std::memset(pool.bytes(large).data(), 1, 1500);
        const FramePool first = pool.packed(nullptr);
        QVERIFY(first.freshBytes() > 1560 && first.freshBytes() < 1560 + 400);
        QCOMPARE(pool.packed(&first).freshBytes(), std::size_t(0));
        pool.bytes(small)[0] = 9;
        const FramePool third = pool.packed(&first);
        QVERIFY(third.freshBytes() > 0 && third.freshBytes() < 400); // the large one is shared
    }

    void poolOfFreePlaces_packed_holdsNothingOfThem() {
        FramePool pool;
        std::vector<sim::kernel::FrameSlot> taken(10'000);
        for (auto& slot : taken)
            slot = pool.allocate(1400);
        for (const auto slot : taken)
            pool.release(slot);
        const std::uint64_t before = sim::kernel::allocatedBytes();
        const FramePool kept = pool.packed(nullptr);
        QVERIFY(sim::kernel::allocatedBytes() - before < 10'000);
        QCOMPARE(kept.freshBytes(), std::size_t(0));
    }

    void programs_oneRunsOn_onlyThatOneIsCopied() {
        struct Letters {
            std::string text;
            void start(sim::apps::AppContext&) {}
            void onNotice(sim::apps::AppContext&, const sim::stack::Notice&) {}
            void onTimer(sim::apps::AppContext&, std::uint16_t) {}
        };
        std::vector<sim::apps::App> list;
        for (int i = 0; i < 10; ++i)
            list.push_back(sim::apps::App::service(Letters{std::string(100'000, char('a' + i))}, "letters"));
        std::vector<sim::apps::App> copy = list;
        const std::uint64_t before = sim::kernel::copiedBytes();
        copy[3].writeAs<Letters>()->text[0] = '!';
        const std::uint64_t copied = sim::kernel::copiedBytes() - before;
        QVERIFY2(copied == 0 || (copied > 100'000 && copied < 110'000), qPrintable(QString::number(copied)));
        QCOMPARE(copy[3].copyBytes(), std::size_t(copied));
        QCOMPARE(list[2].id(), copy[2].id());
        QVERIFY(list[3].id() != copy[3].id());
        QCOMPARE(list[3].as<Letters>()->text[0], 'd');
        QCOMPARE(copy[3].what(), std::string("letters"));
    }

    void manyDevices_fewAreBusy_theOthersAreShared() {
        Timeline run(pairs(200, 200'000), {ping(0, 20'000)});
        QVERIFY(run.extend(sim::kernel::kNever));
        QVERIFY(run.checkpointCount() > 5);
        // 400 devices with 40 MB of pages stand in every checkpoint: what it has of its own is tens of kilobytes.
        const std::size_t each = run.checkpointBytes() / run.checkpointCount();
        QVERIFY2(each < 150'000, qPrintable(QString::number(each)));
        // A state in the middle is the same by a checkpoint as by running there.
        Network direct = pairs(200, 200'000);
        direct.apply(0s, DeviceId{0}, ping(0, 20'000).action);
        direct.runUntil(9s);
        const Network middle = run.stateAt(9s);
        QCOMPARE(middle.eventNo(), direct.eventNo());
        QCOMPARE(middle.interface({1}).rxBytes, direct.interface({1}).rxBytes);
    }

    void programsThatHaveEnded_otherGoOn_areShared() {
        std::vector<Stimulus> steps;
        for (int i = 0; i < 400; ++i)
            steps.push_back({std::chrono::milliseconds(i), DeviceId{0}, sim::config::Browse{"http://10.0.0.2/"}});
        steps.push_back(ping(0, 20'000, 2s));
        Timeline run(pairs(1, 20'000), steps); // 400 pages of 20 kB lie in one device
        QVERIFY(run.extend(sim::kernel::kNever));
        QVERIFY(run.checkpointCount() > 5);
        const std::size_t log = run.log().memoryBytes();
        QVERIFY2(run.checkpointBytes() < log,
                 qPrintable(QString("%1 of checkpoints, %2 of log").arg(run.checkpointBytes()).arg(log)));
    }

    void recording_counted_isWhatTheHeapGave() {
        if (heapBytes() == 0) QSKIP("the C library does not tell");
        if (sim::kernel::allocatedBytes() == 0) QSKIP("a sanitizer has its own operator new");
        std::vector<Stimulus> steps;
        for (std::uint32_t i = 0; i < 40; ++i)
            steps.push_back(ping(i, 4000));
        Network start = pairs(40, 1000);
        const std::size_t before = heapBytes();
        Timeline run(std::move(start), std::move(steps));
        QVERIFY(run.extend(sim::kernel::kNever));
        const auto held = double(heapBytes() - before), counted = double(run.memoryBytes());
        QVERIFY2(counted > 0.8 * held && counted < 1.2 * held,
                 qPrintable(QString("%1 counted, %2 held").arg(counted).arg(held)));
        run.setMostMemory(run.memoryBytes());
        while (run.thin()) {
        }
        QCOMPARE(run.checkpointCount(), std::size_t(2));
        const auto heldThen = double(heapBytes() - before), countedThen = double(run.memoryBytes());
        QVERIFY2(countedThen > 0.8 * heldThen && countedThen < 1.2 * heldThen,
                 qPrintable(QString("%1 counted, %2 held").arg(countedThen).arg(heldThen)));
    }

    void noMemoryLeft_recording_endsBeforeTheEventThatFoundNone() {
        tests::ScarceMemory memory(12'000'000);
        std::vector<Stimulus> steps;
        for (std::uint32_t i = 0; i < 40; ++i)
            steps.push_back(ping(i, 4000));
        Timeline run(pairs(40, 1000), steps);
        QVERIFY(run.extend(sim::kernel::kNever));
        QVERIFY(run.outOfMemory());
        QVERIFY(!run.quiet());
        const auto records = run.log().records();
        QVERIFY(records.size() > 50'000);
        QVERIFY(records.back().event <= run.latest().eventNo());
        QVERIFY(run.extend(sim::kernel::kNever)); // nothing more happens
        QCOMPARE(run.log().records().size(), records.size());
        // What it came to is what a run without a log comes to.
        Network direct = pairs(40, 1000);
        for (const auto& step : steps)
            direct.apply(step.at, step.device, step.action);
        while (direct.eventNo() < run.latest().eventNo())
            direct.step();
        QCOMPARE(run.latest().now(), direct.now());
        for (std::uint32_t i = 0; i < direct.interfaceCount(); ++i)
            QCOMPARE(run.latest().interface({i}).rxBytes, direct.interface({i}).rxBytes);
        QCOMPARE(run.stateAt(2s).eventNo(), run.stateAfter(run.stateAt(2s).eventNo()).eventNo());
    }

    void switchOfManyPorts_boundGiven_isLookedAtBetweenFloods() {
        Network n(3);
        DeviceConfig sw;
        sw.name = "sw";
        sw.bridge = true;
        for (std::uint32_t i = 0; i < 300; ++i)
            sw.interfaces.push_back(
                {.name = "p" + std::to_string(i), .mac = MacAddress::fromNumber(0x020000001000 + i)});
        const auto bridge = n.addDevice(sw);
        for (std::uint32_t i = 0; i < 300; ++i) {
            DeviceConfig c;
            c.name = "h" + std::to_string(i);
            c.interfaces.push_back({.name = "eth0",
                                    .mac = MacAddress::fromNumber(0x020000000000 + i),
                                    .addresses = {*Prefix::parse("10.0." + std::to_string(i / 200) + "." +
                                                                 std::to_string(1 + i % 200) + "/16")}});
            n.connect(n.findInterface(n.addDevice(c), "eth0"),
                      sim::kernel::InterfaceId{n.findInterface(bridge, "p" + std::to_string(i))});
        }
        std::vector<Stimulus> steps;
        for (std::uint32_t i = 0; i < 300; ++i) {
            sim::config::Ping p;
            p.target = "10.0.9.9"; // nobody: each asks by ARP
            steps.push_back({0s, DeviceId{1 + i}, p});
        }
        Timeline run(std::move(n), steps);
        run.setMostMemory(10'000'000);
        std::size_t before = 0, most = 0;
        while (!run.extend(1s, 2000)) {
            most = std::max(most, run.log().frameCount() - before);
            before = run.log().frameCount();
        }
        QVERIFY(before > 50'000);
        QVERIFY2(most < 1200, qPrintable(QString::number(most)));
    }

    void boundNear_recordingGoesOn_checkpointsTakeLess() {
        std::vector<Stimulus> steps;
        for (std::uint32_t i = 0; i < 40; ++i)
            steps.push_back(ping(i, 4000));
        Timeline wide(pairs(40, 1000), steps), tight(pairs(40, 1000), steps);
        QVERIFY(wide.extend(sim::kernel::kNever));
        tight.setMostMemory(wide.log().memoryBytes() * 5 / 4);
        while (!tight.extend(sim::kernel::kNever)) {
        } // it comes back in between
        QVERIFY(tight.checkpointCount() < wide.checkpointCount());
        QVERIFY(tight.memoryBytes() <= wide.log().memoryBytes() * 5 / 4);
        const auto at = wide.recordedUntil() / 2;
        QCOMPARE(tight.stateAt(at).eventNo(), wide.stateAt(at).eventNo());
        QCOMPARE(tight.stateAt(at).interface({1}).rxBytes, wide.stateAt(at).interface({1}).rxBytes);
    }
};

QTEST_APPLESS_MAIN(TestCheckpoints)
#include "test_checkpoints.moc"
