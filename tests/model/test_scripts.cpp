// Words of scripts whose effect is seen from outside: groups that are joined, listeners with a backlog.
#include "model/network/network_builder.h"
#include "sim/devices/tables.h"
#include "sim/replay/timeline.h"
#include "sim/wire/bytes.h"
#include "tests/model/lab_text.h"

#include <QtTest>

#include <algorithm>

using namespace std::chrono_literals;
using sim::devices::Network;
using sim::kernel::SimTime;
using sim::replay::Timeline;

namespace {

Timeline timelineOf(const QByteArray& text) {
    auto built = model::network::build(tests::readOk(text).lab);
    if (!built.problems.empty()) qFatal("%s", qPrintable(built.problems.front().toString()));
    Timeline timeline(std::move(built.network), built.stimuli);
    timeline.extend(60s, UINT64_MAX, Timeline::Stop::AtTime);
    return timeline;
}

std::vector<std::string> results(const Timeline& t, const char* device) {
    std::vector<std::string> out;
    for (const auto& row : sim::devices::applicationTable(t.latest(), t.latest().findDevice(device)))
        out.push_back(row.state + ": " + row.result);
    return out;
}

/// Report is an IGMPv3 report with one record.
struct Report {
    SimTime at;
    int type;
    std::uint32_t group;
};

std::vector<Report> reports(const Timeline& t) {
    std::vector<Report> out;
    for (std::size_t i = 0; i < t.log().frames().size(); ++i) {
        const auto& frame = t.log().frames()[i];
        const auto b = t.log().bytes(frame);
        if (b.size() < 54 || b[12] != 8 || b[13] != 0 || b[23] != 2 || b[38] != 0x22) continue;
        // To every router, by TTL 1 and with the router alert option, one record.
        if (sim::wire::get32(&b[30]) != 0xe000'0016 || b[22] != 1 || sim::wire::get32(&b[34]) != 0x9404'0000) continue;
        out.push_back({frame.sent, int(b[46]), sim::wire::get32(&b[50])});
    }
    return out;
}

using Words = std::vector<std::string>;

/// two is two hosts on one cable that can send to groups, with what a listens for and the steps.
QByteArray two(const QByteArray& listens, const QByteArray& steps,
               const QByteArray& routes = "[224.0.0.0/4 dev eth0]") {
    return "packetarium: 1\nnodes:\n  a: {interfaces: {eth0: 10.0.0.1/24}, routes: " + routes + ", listen: {" +
           listens +
           "}}\n  b: {interfaces: {eth0: 10.0.0.2/24}, routes: [224.0.0.0/4 dev eth0]}\n"
           "links: [[a:eth0, b:eth0]]\nrun:\n" +
           steps;
}

} // namespace

class TestScripts : public QObject {
    Q_OBJECT
private slots:
    void group_joined_isReportedTwiceAndLeftAtTheClose() {
        const auto t = timelineOf(two("udp 5000: \"join 239.1.2.3, recv, sleep 5s, close\"",
                                      "- {at: 3s, on: b, do: \"udp 239.1.2.3 5000 send 100\"}\n"));
        const auto seen = reports(t);
        QCOMPARE(seen.size(), std::size_t(4));
        for (std::size_t i = 0; i < 4; ++i) {
            QCOMPARE(seen[i].type, i < 2 ? 4 : 3); // changed to exclude nobody, and to include nobody
            QCOMPARE(seen[i].group, 0xef01'0203u);
        }
        QVERIFY(seen[0].at < SimTime(20ms));
        QVERIFY(seen[1].at - seen[0].at <= SimTime(1s));
        QVERIFY(seen[2].at >= SimTime(8s) && seen[2].at < SimTime(8020ms));
        QVERIFY(seen[3].at - seen[2].at <= SimTime(1s));
    }

    void groupWithoutARoute_joined_isNoDevice() {
        const auto t = timelineOf(two("tcp 9: drain",
                                      "- {at: 0s, on: a, do: \"udp 10.0.0.2 5000 join 239.1.2.3\"}\n"
                                      "- {at: 0s, on: b, do: \"udp 10.0.0.1 5000 join 239.1.2.3, join 239.1.2.3\"}\n"
                                      "- {at: 0s, on: b, do: \"tcp 10.0.0.1 9 join 239.1.2.3\"}\n",
                                      "[]"));
        QCOMPARE(results(t, "a"), Words{"failed: join 239.1.2.3: no such device (ENODEV)"});
        QCOMPARE(results(t, "b"), (Words{"failed: join 239.1.2.3: address already in use (EADDRINUSE)",
                                         "failed: join 239.1.2.3: protocol error (EPROTO)"}));
    }

    void backlogOf1_fiveClients_twoWaitAndTheOthersSynsAreDropped() {
        QByteArray steps;
        for (int i = 0; i < 5; ++i)
            steps += "- {at: " + QByteArray::number(i * 100) + "ms, on: b, do: \"tcp 10.0.0.1 80 from " +
                     QByteArray::number(5001 + i) + " send 10, drain\"}\n";
        const auto t = timelineOf(two("tcp 80: \"backlog 1, recv 10, sleep 3s, send 7, close\"", steps));
        const Network then = t.stateAt(900ms);
        const auto sockets = sim::devices::socketTable(then, then.findDevice("a"));
        int established = 0;
        for (const auto& row : sockets) {
            if (row.state == "LISTEN") QCOMPARE(int(row.backlog), 1);
            established += row.state == "ESTABLISHED";
        }
        QCOMPARE(established, 3); // one is served, and two wait
        const auto dropped = t.latest().counters().dropped[std::size_t(sim::trace::DropReason::ListenQueueFull)];
        QVERIFY(dropped >= 2);
        std::size_t syns[5] = {};
        for (std::size_t i = 0; i < t.log().frames().size(); ++i) {
            const auto b = t.log().bytes(t.log().frames()[i]);
            if (b.size() >= 54 && b[23] == 6 && b[47] == 2) ++syns[sim::wire::get16(&b[34]) - 5001];
        }
        QCOMPARE(syns[0] + syns[1] + syns[2], std::size_t(3));
        QVERIFY(syns[3] > 1 && syns[4] > syns[3]);
        for (const auto& result : results(t, "b"))
            QCOMPARE(result, std::string("done: drain: 7 bytes, end of stream"));
    }

    void backlog_withinAScript_isRefusedAsListenWouldBe() {
        const auto t = timelineOf(two("tcp 80: drain", "- {at: 0s, on: b, do: \"tcp 10.0.0.1 80 backlog 5\"}\n"));
        QCOMPARE(results(t, "b"), Words{"failed: backlog 5: invalid argument (EINVAL)"});
    }
};

QTEST_APPLESS_MAIN(TestScripts)
#include "test_scripts.moc"
