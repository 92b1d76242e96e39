// The log of a run: what was appended is found again, truncate takes everything back, captures are as the formats say.
#include "sim/decisions/all.h"
#include "sim/trace/pcap.h"
#include "sim/trace/trace_log.h"

#include <QTest>

#include <optional>
#include <set>

using namespace sim;
using namespace sim::trace;
using kernel::DeviceId;
using kernel::InterfaceId;
using kernel::SimTime;

namespace {

std::uint32_t send(TraceLog& log, std::int64_t depart, std::int64_t arrive,
                   std::vector<std::uint8_t> bytes = {1, 2, 3, 4, 5}, std::uint32_t from = 0, std::uint32_t to = 1) {
    FrameTrace frame;
    frame.depart = SimTime(depart);
    frame.arrive = SimTime(arrive);
    frame.from = InterfaceId{from};
    frame.to = InterfaceId{to};
    return log.frameSent(DeviceId{0}, frame, bytes);
}

std::vector<std::uint8_t> written(const std::function<void(const ByteSink&)>& write) {
    std::vector<std::uint8_t> out;
    write([&](std::span<const std::uint8_t> piece) { out.insert(out.end(), piece.begin(), piece.end()); });
    return out;
}

QByteArray hex(const std::vector<std::uint8_t>& bytes) {
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())).toHex();
}

} // namespace

class TestTrace : public QObject {
    Q_OBJECT
private slots:
    void events_appended_areFoundByTimeAndNumber() {
        TraceLog log;
        for (kernel::EventNo e = 1; e <= 4; ++e) {
            log.beginEvent(SimTime(100 * std::int64_t(e / 2)), e, e - 1); // times 0, 100, 100, 200
            log.decided(DeviceId{0}, decisions::RoutesFlushed{});
            log.decided(DeviceId{0}, decisions::RoutesFlushed{});
        }
        QCOMPARE(log.firstAfter(SimTime(-1)), 0u);
        QCOMPARE(log.firstAfter(SimTime(0)), 2u);
        QCOMPARE(log.firstAfter(SimTime(100)), 6u);
        QCOMPARE(log.firstAfter(SimTime(200)), 8u);
        QCOMPARE(log.firstOfEvent(3), 4u);
        QCOMPARE(log.firstOfEvent(9), 8u);
        QCOMPARE(log.records()[4].cause, 2u);
    }

    void framesOfOneEvent_sent_knowTheFrameThatMadeThem() {
        TraceLog log;
        log.beginEvent(SimTime(0), 1, 0);
        const auto first = send(log, 0, 50);
        log.beginEvent(SimTime(50), 2, 1);
        log.frameReceived(DeviceId{1}, first);
        const auto second = send(log, 50, 90, {9});
        log.dropped(DeviceId{1}, DropReason::NoRoute);
        QCOMPARE(log.frames()[first].parent, kNoIndex);
        QCOMPARE(log.frames()[second].parent, first);
        QCOMPARE(log.frames()[second].sentRecord, 2u);
        QCOMPARE(log.records()[3].index, first);
        QCOMPARE(log.records()[3].dropReason(), DropReason::NoRoute);
        QCOMPARE(log.bytes(log.frames()[second]).size(), 1u);
        QCOMPARE(log.bytes(log.frames()[second])[0], 9);
    }

    void inFlight_askedAtAnyTime_isWhatCountingSays() {
        TraceLog log;
        std::uint64_t state = 7;
        const auto random = [&](std::uint64_t below) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            return std::int64_t((state >> 33) % below);
        };
        for (kernel::EventNo e = 1; e <= 2000; ++e) {
            log.beginEvent(SimTime(std::int64_t(e) * 10), e, 0);
            const auto depart = std::int64_t(e) * 10 + random(60);
            const auto index = send(log, depart, depart + (e % 100 ? random(300) : 15'000));
            if (e % 97 == 0 && index > 3) log.frameLost(index - 3, SimTime(std::int64_t(e) * 10), DropReason::LinkDown);
        }
        for (std::int64_t t = -5; t < 36'000; t += 137) {
            std::vector<std::uint32_t> expected;
            for (std::size_t i = 0; i < log.frames().size(); ++i)
                if (log.frames()[i].depart <= SimTime(t) && SimTime(t) < log.frames()[i].arrive)
                    expected.push_back(std::uint32_t(i));
            QCOMPARE(log.inFlight(SimTime(t)), expected);
            QCOMPARE(log.inFlight(SimTime(t), 2).size(), std::min<std::size_t>(2, expected.size()));
        }
    }

    void log_truncated_isAsItWasAfterThatEvent() {
        TraceLog log;
        log.beginEvent(SimTime(0), 1, 0);
        const auto frame = send(log, 0, 500);
        log.beginEvent(SimTime(10), 2, 0);
        send(log, 10, 20);
        const decisions::AppStarted d{.what = log.intern("later")};
        log.decided(DeviceId{0}, d);
        log.frameLost(frame, SimTime(10), DropReason::LinkDown);
        QCOMPARE(log.inFlight(SimTime(15)).size(), 1u);

        log.truncate(1);
        QCOMPARE(log.records().size(), 1u);
        QCOMPARE(log.frames().size(), 1u);
        QCOMPARE(log.frames()[frame].lost, DropReason::NotDropped);
        QCOMPARE(log.frames()[frame].arrive, SimTime(500));
        QCOMPARE(log.inFlight(SimTime(15)), std::vector<std::uint32_t>{frame});

        log.beginEvent(SimTime(12), 2, 0);
        const auto other = send(log, 12, 30, {7, 7});
        log.decided(DeviceId{0}, d);
        QCOMPARE(log.bytes(log.frames()[other])[1], 7);
        QCOMPARE(log.text(log.decision(log.records().back().index).as<decisions::AppStarted>().what), "later");
    }

    void records_ofManyEvents_areEachWhatWasAppended() {
        // More than two pieces of the log; some events are about several devices and frames, and some leave nothing.
        TraceLog log;
        std::vector<Record> expected;
        const auto append = [&](TraceLog& to, kernel::EventNo e) {
            to.beginEvent(SimTime(std::int64_t(e) * 7), e, e / 2);
            for (std::uint64_t i = 0; i < e % 4; ++i) {
                if (i == 2) to.setFrame(std::uint32_t(e));
                const DeviceId device{std::uint32_t(e % 3 ? 5'000'000 + i / 2 : 9)};
                to.decided(device, decisions::NeighbourFailed{.packets = std::uint32_t(e % 5)});
                expected.push_back({SimTime(std::int64_t(e) * 7), e, e / 2, RecordKind::Decision,
                                    std::uint8_t(kindOf<decisions::NeighbourFailed>), device, std::uint32_t(e % 5),
                                    i < 2 ? kNoIndex : std::uint32_t(e)});
            }
        };
        const auto compare = [&](const TraceLog& with) {
            QCOMPARE(with.recordCount(), expected.size());
            for (std::size_t i = 0; i < expected.size(); ++i) {
                const Record r = with.record(i), &x = expected[i];
                const bool same = r.time == x.time && r.event == x.event && r.cause == x.cause && r.kind == x.kind &&
                                  r.code == x.code && r.device == x.device && r.frame == x.frame &&
                                  with.decision(r.index).as<decisions::NeighbourFailed>().packets == x.index;
                QVERIFY2(same, std::to_string(i).c_str());
            }
        };
        for (kernel::EventNo e = 1; e <= 100'000; ++e)
            append(log, e);
        compare(log);
        // One of the two goes on otherwise, from the middle of a piece.
        TraceLog copy = log;
        copy.truncate(50'001);
        std::erase_if(expected, [](const Record& r) { return r.event > 50'001; });
        compare(copy);
        for (kernel::EventNo e = 60'000; e <= 120'000; ++e)
            append(copy, e);
        compare(copy);
        QCOMPARE(log.recordCount(), 150'000u);
        QCOMPARE(log.record(149'999).event, 99'999u);
    }

    void frames_sentBeforeTheLogBegan_areNobodysCause() {
        // Frame 77 is one of another log's: whoever began to record in the middle does not have it.
        TraceLog log;
        log.beginEvent(SimTime(0), 1, 0);
        log.frameReceived(DeviceId{1}, 77);
        log.frameLost(78, SimTime(0), DropReason::LinkDown);
        const auto first = send(log, 0, 50);
        QCOMPARE(log.frame(first).parent, kNoIndex);
        QCOMPARE(log.bytes(log.frame(first)).size(), 5u);
        log.truncate(0);
        QCOMPARE(log.frameCount(), 0u);
    }

    void frames_onTheWayForHours_arriveWhenTheyShould() {
        constexpr std::int64_t kHour = 3'600'000'000'000, kMost = 0xffff'fffe;
        TraceLog log;
        log.beginEvent(SimTime(10), 1, 0);
        for (const std::int64_t way : {kMost, kMost + 1, kHour})
            send(log, 20, 20 + way);
        QCOMPARE(log.frame(0).arrive, SimTime(20 + kMost));
        QCOMPARE(log.frame(1).arrive, SimTime(21 + kMost));
        QCOMPARE(log.frame(2).arrive, SimTime(20 + kHour));
        QCOMPARE(log.inFlight(SimTime(kHour)), std::vector<std::uint32_t>{2});
        // The cable is pulled before the last one has even departed.
        log.beginEvent(SimTime(15), 2, 0);
        log.frameLost(2, SimTime(15), DropReason::LinkDown);
        log.frameLost(1, SimTime(30), DropReason::LinkDown);
        QCOMPARE(log.frame(2).arrive, SimTime(15));
        QCOMPARE(log.frame(1).arrive, SimTime(30));
        QCOMPARE(log.inFlight(SimTime(30)), std::vector<std::uint32_t>{0});
        log.truncate(1);
        QCOMPARE(log.frame(2).arrive, SimTime(20 + kHour));
        QCOMPARE(log.frame(1).arrive, SimTime(21 + kMost));
        log.truncate(0);
        log.beginEvent(SimTime(10), 1, 0);
        QCOMPARE(log.frame(send(log, 20, 25)).arrive, SimTime(25));
    }

    void frames_changedOnTheirWay_keepTheirBytes() {
        // Hosts, routers (26 bytes change), NAT (up to 56), switches (none) and tunnels (other lengths), from a fixed
        // seed.
        TraceLog log;
        std::uint64_t state = 11;
        const auto random = [&](std::uint64_t below) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            return (state >> 33) % below;
        };
        std::vector<std::vector<std::uint8_t>> sent;
        std::optional<TraceLog> branch;
        std::size_t branchedAt = 0;
        bool truncated = false;
        for (kernel::EventNo e = 1; e <= 6000; ++e) {
            log.beginEvent(SimTime(std::int64_t(e)), e, 0);
            std::vector<std::uint8_t> bytes;
            if (sent.size() > 3 && random(5)) {
                const auto parent = std::uint32_t(sent.size() - 1 - random(std::min<std::size_t>(sent.size(), 9)));
                log.frameReceived(DeviceId{1}, parent);
                bytes = sent[parent];
                const std::size_t changes = random(4);
                const std::size_t within[] = {0, 26, 56, 2000};
                for (std::size_t i = 0; i < changes && !bytes.empty(); ++i)
                    bytes[random(std::min(bytes.size(), std::max<std::size_t>(within[changes], 1)))] =
                        std::uint8_t(random(256));
                if (random(20) == 0) bytes.resize(random(1500));
            } else {
                bytes.resize(random(3) ? random(1515) : random(60));
                for (auto& b : bytes)
                    b = std::uint8_t(random(256));
            }
            QCOMPARE(send(log, 0, 1, bytes), std::uint32_t(sent.size()));
            sent.push_back(bytes);
            if (e == 3000) {
                branch = log; // goes another way from here
                branchedAt = sent.size();
                branch->beginEvent(SimTime(std::int64_t(e) + 1), e + 1, 0);
                send(*branch, 0, 1, {4, 2});
            }
            if (e == 4000 && !truncated) {
                truncated = true;
                log.truncate(3500);
                QCOMPARE(log.frames().size(), 3500u); // one frame an event
                sent.resize(3500);
                e = 3500;
            }
        }
        QVERIFY(log.frames().size() > 4000);
        for (std::size_t i = 0; i < sent.size(); ++i)
            QCOMPARE(log.bytes(log.frames()[i]), sent[i]);
        QCOMPARE(branch->frames().size(), branchedAt + 1);
        for (std::size_t i = 0; i < branchedAt; ++i)
            QCOMPARE(branch->bytes(branch->frames()[i]), sent[i]);
        QCOMPARE(branch->bytes(branch->frames().back()), (std::vector<std::uint8_t>{4, 2}));
    }

    void packet_forwardedBySixteenRouters_isKeptOnce() {
        TraceLog log;
        std::vector<std::uint8_t> bytes(1442, 7);
        const auto before = [&] { return log.memoryBytes(); };
        const std::size_t empty = before();
        for (kernel::EventNo e = 1; e <= 16'000; ++e) {
            log.beginEvent(SimTime(std::int64_t(e)), e, 0);
            if (e % 16 != 1) log.frameReceived(DeviceId{1}, std::uint32_t(e - 2));
            bytes[5] = bytes[22] = std::uint8_t(e);
            send(log, 0, 1, bytes);
        }
        // 1,000 packets of 1,442 bytes and 16,000 times some 150 bytes; all bytes of all hops would be 23 MB.
        QVERIFY2(before() - empty < 6'000'000, std::to_string(before() - empty).c_str());
    }

    void steps_takenAgain_areTheSameDecision() {
        TraceLog log;
        log.beginEvent(SimTime(0), 1, 0);
        const Step::Fields fields{.code = 0,
                                  .prefixLength = 24,
                                  .hasVia = true,
                                  .hasSource = true,
                                  .hasPrefix = true,
                                  .number = 77,
                                  .iface = InterfaceId{5},
                                  .address = 0x08080808,
                                  .via = 0xc0a80001,
                                  .source = 0xc0a80005,
                                  .prefix = 0x08080800};
        log.taken<decisions::RouteChosen>(DeviceId{3}, fields);
        log.taken<decisions::RouteChosen>(DeviceId{4}, fields);
        QCOMPARE(log.records()[0].index, log.records()[1].index);
        QCOMPARE(log.records()[1].device, DeviceId{4});
        QVERIFY(log.records()[1].decided<decisions::RouteChosen>());
        const auto d = log.decision(log.records()[0].index).as<decisions::RouteChosen>();
        QCOMPARE(d.type, decisions::RouteType::Unicast);
        QCOMPARE(d.metric, 77u);
        QCOMPARE(d.interface, InterfaceId{5});
        QCOMPARE(d.destination.toString(), "8.8.8.8");
        QCOMPARE(d.via.toString(), "192.168.0.1");
        QCOMPARE(d.source.toString(), "192.168.0.5");
        QCOMPARE(d.row.toString(), "8.8.8.0/24");
        log.taken<decisions::Forwarded>(DeviceId{3}, {.number = 63, .iface = InterfaceId{5}, .address = 0x08080808});
        const auto f = log.decision(log.records()[2].index).as<decisions::Forwarded>();
        QCOMPARE(int(f.ttl), 63);
        QVERIFY(f.source.isNone());
    }

    void strings_interned_areKeptOnce() {
        TraceLog log;
        QCOMPARE(log.intern(""), TextId{});
        const auto a = log.intern("browse http://google.com/");
        QCOMPARE(log.intern("browse http://google.com/"), a);
        QVERIFY(log.intern("other") != a);
        const TraceLog copy = log;
        QCOMPARE(copy.text(a), "browse http://google.com/");
    }

    void reasons_named_areAllDifferent() {
        std::set<std::string_view> names;
        for (int i = 0; i < int(DropReason::Count); ++i)
            names.insert(name(DropReason(i)));
        QCOMPARE(names.size(), std::size_t(DropReason::Count));
        QCOMPARE(name(DropReason::NoRoute), "no-route");
        QCOMPARE(name(DropReason::TcpOldAck), "tcp-old-ack");
    }

    // The second interface is of another link type, and named only where it sees the frame.
    void pcapng_ofOneFrame_isTheseBytes() {
        TraceLog log;
        log.beginEvent(SimTime(0x1'0000'0002), 1, 0);
        const auto frame = send(log, 0, 0);
        log.beginEvent(SimTime(0x1'0000'0003), 2, 1);
        log.frameReceived(DeviceId{1}, frame);
        const CaptureInterface ports[] = {{InterfaceId{0}, "a:e0"},
                                          {InterfaceId{1}, "b:t0", false, sim::wire::LinkType::RawIp}};
        const auto file = written([&](const ByteSink& sink) { writePcapng(log, ports, sink); });
        QCOMPARE(hex(file), QByteArray("0a0d0d0a30000000"
                                       "4d3c2b1a01000000"
                                       "ffffffffffffffff"
                                       "04000b00"
                                       "5061636b657461726975"
                                       "6d00"
                                       "00000000"
                                       "30000000"
                                       "01000000"
                                       "28000000"
                                       "01000000"
                                       "00000400"
                                       "02000400613a6530"
                                       "0900010009000000"
                                       "00000000"
                                       "28000000"
                                       "06000000"
                                       "34000000"
                                       "00000000"
                                       "01000000"
                                       "02000000"
                                       "05000000"
                                       "05000000"
                                       "0102030405000000"
                                       "02000400"
                                       "02000000"
                                       "00000000"
                                       "34000000"
                                       "01000000"
                                       "28000000"
                                       "65000000"
                                       "00000400"
                                       "02000400623a7430"
                                       "0900010009000000"
                                       "00000000"
                                       "28000000"
                                       "06000000"
                                       "34000000"
                                       "01000000"
                                       "01000000"
                                       "03000000"
                                       "05000000"
                                       "05000000"
                                       "0102030405000000"
                                       "02000400"
                                       "01000000"
                                       "00000000"
                                       "34000000"));
    }

    void rawInterface_withoutFrames_isNotNamed() {
        TraceLog log;
        log.beginEvent(SimTime(7), 1, 0);
        send(log, 0, 0);
        const CaptureInterface ports[] = {{InterfaceId{0}, "a:e0"},
                                          {InterfaceId{5}, "b:t0", false, sim::wire::LinkType::RawIp}};
        const auto file = written([&](const ByteSink& sink) { writePcapng(log, ports, sink); });
        QVERIFY(hex(file).contains("613a6530"));
        QVERIFY(!hex(file).contains("623a7430"));
    }

    void loopbackFrame_captured_standsOnce() {
        TraceLog log;
        log.beginEvent(SimTime(5'000'000'007), 1, 0);
        const auto frame = send(log, 0, 0, {1, 2}, 3, 3);
        log.frameReceived(DeviceId{0}, frame);
        const auto file = written([&](const ByteSink& sink) { writePcap(log, {InterfaceId{3}, "a:lo", true}, sink); });
        QCOMPARE(hex(file), QByteArray("4d3cb2a102000400"
                                       "0000000000000000"
                                       "0000040001000000"
                                       "0500000007000000"
                                       "0200000002000000"
                                       "0102"));
    }
};

QTEST_APPLESS_MAIN(TestTrace)
#include "test_trace.moc"
