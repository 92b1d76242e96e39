// What an administrator and a cable do during a run, from the words of a lab to what the network is afterwards.
#include "model/network/network_builder.h"
#include "sim/decisions/all.h"
#include "sim/devices/tables.h"
#include "sim/replay/timeline.h"
#include "sim/wire/bytes.h"
#include "tests/model/lab_text.h"

#include <QtTest>

#include <algorithm>

using namespace std::chrono_literals;
using sim::devices::Network;

namespace {

/// ran is the network of two hosts and a router between them after 30 s of these steps.
Network ran(const QByteArray& steps, const QByteArray& more = {}) {
    const auto lab = tests::readOk("packetarium: 1\nnodes:\n"
                                   "  a: {interfaces: {eth0: 10.0.1.1/24}, gateway: 10.0.1.254" +
                                   more +
                                   "}\n"
                                   "  r: {kind: router, interfaces: {e1: 10.0.1.254/24, e2: 10.0.2.254/24}, "
                                   "routes: [10.0.9.0/24 via 10.0.2.2]}\n"
                                   "  b: {interfaces: {eth0: 10.0.2.2/24}, gateway: 10.0.2.254, "
                                   "listen: {tcp 80: \"sleep 20s, send 5, close\"}}\n"
                                   "links: [[a:eth0, r:e1], [r:e2, b:eth0]]\nrun:\n" +
                                   steps)
                         .lab;
    auto built = model::network::build(lab);
    if (!built.problems.empty()) qFatal("%s", qPrintable(built.problems.front().toString()));
    sim::replay::Timeline timeline(std::move(built.network), built.stimuli);
    timeline.extend(30s);
    return timeline.stateAt(30s);
}

std::vector<std::string> results(const Network& n, const char* device) {
    std::vector<std::string> out;
    for (const auto& row : sim::devices::applicationTable(n, n.findDevice(device)))
        out.push_back(row.state);
    return out;
}

std::vector<std::string> routes(const Network& n, const char* device) {
    std::vector<std::string> out;
    for (const auto& row : sim::devices::routingTable(n, n.findDevice(device)))
        if (row.interface != "lo") out.push_back(row.destination.toString());
    std::sort(out.begin(), out.end());
    return out;
}

using Words = std::vector<std::string>;

} // namespace

class TestAdministration : public QObject {
    Q_OBJECT
private slots:
    void interface_down_takesItsRoutesAlongAndUpBringsBackTheConnectedOne() {
        QCOMPARE(routes(ran("- {at: 0s, on: a, do: ping 10.0.2.2 count 1}\n"), "r"),
                 (Words{"10.0.1.0/24", "10.0.2.0/24", "10.0.9.0/24"}));
        const auto down =
            ran("- {at: 1s, on: r, do: interface e2 down}\n- {at: 2s, on: a, do: ping 10.0.2.2 count 1}\n");
        QCOMPARE(routes(down, "r"), Words{"10.0.1.0/24"});
        QCOMPARE(results(down, "a"), Words{"failed"});
        const auto up = ran("- {at: 1s, on: r, do: interface e2 down}\n- {at: 2s, on: r, do: interface e2 up}\n"
                            "- {at: 3s, on: a, do: ping 10.0.2.2 count 1}\n");
        QCOMPARE(routes(up, "r"), (Words{"10.0.1.0/24", "10.0.2.0/24"}));
        QCOMPARE(results(up, "a"), Words{"done"});
    }

    void interface_thatIsNot_isRefused() {
        const auto n = ran("- {at: 1s, on: r, do: interface e7 down}\n- {at: 2s, on: a, do: ping 10.0.2.2 count 1}\n");
        QCOMPARE(results(n, "a"), Words{"done"});
    }

    void mac_changed_isAnnouncedWhenAskedFor() {
        const QByteArray ping = "- {at: 1s, on: a, do: ping 10.0.1.254 count 1}\n";
        const auto quiet = ran(ping + "- {at: 3s, on: a, do: mac 02:00:00:00:00:99 dev eth0}\n");
        const auto told = ran(ping + "- {at: 3s, on: a, do: mac 02:00:00:00:00:99 dev eth0 arp-notify}\n");
        const auto macAtRouter = [](const Network& n) {
            const auto rows = sim::devices::neighbourTable(n, n.findDevice("r"));
            return rows.empty() ? std::string() : rows.front().mac.toString();
        };
        QVERIFY(macAtRouter(quiet) != "02:00:00:00:00:99");
        QCOMPARE(macAtRouter(told), std::string("02:00:00:00:00:99"));
        QCOMPARE(quiet.interface(quiet.findInterface(quiet.findDevice("a"), "eth0")).mac.toString(),
                 std::string("02:00:00:00:00:99"));
    }

    void firewallRule_deleted_letsThroughAgain() {
        const QByteArray drop = "- {at: 1s, on: r, do: firewall drop forward icmp}\n";
        const QByteArray ping = "- {at: 3s, on: a, do: ping 10.0.2.2 count 1}\n";
        QCOMPARE(results(ran(drop + ping), "a"), Words{"failed"});
        QCOMPARE(results(ran(drop + "- {at: 2s, on: r, do: firewall del drop forward icmp}\n" + ping), "a"),
                 Words{"done"});
        QCOMPARE(results(ran(drop + "- {at: 2s, on: r, do: firewall del drop forward tcp}\n" + ping), "a"),
                 Words{"failed"});
    }

    void cable_changedDuringTheRun_hasItsNewDelayAndLoss() {
        const auto slow = ran("- {at: 1s, do: link a:eth0 delay 50ms rate 10Mbit/s}\n");
        const auto& channel = slow.channel({0});
        QCOMPARE(channel.delay, sim::kernel::SimTime(50ms));
        QCOMPARE(channel.rate, std::uint64_t(10'000'000));
        const QByteArray ping = "- {at: 2s, on: a, do: ping 10.0.1.254 count 1}\n";
        QCOMPARE(results(ran("- {at: 1s, do: link a:eth0 loss 100%}\n" + ping), "a"), Words{"failed"});
        QCOMPARE(
            results(ran("- {at: 1s, do: link a:eth0 loss 100%}\n- {at: 1500ms, do: link r:e1 loss 0%}\n" + ping), "a"),
            Words{"done"});
    }

    void deadline_passed_endsBrowserAndScript() {
        // The server accepts and says nothing for 20 s.
        const auto n = ran("- {at: 1s, on: a, do: browse http://10.0.2.2/ deadline 2s}\n"
                           "- {at: 1s, on: a, do: \"tcp 10.0.2.2 80 deadline 3s recv 5\"}\n"
                           "- {at: 1s, on: a, do: \"tcp 10.0.2.2 80 deadline 29s recv 5\"}\n");
        QCOMPARE(results(n, "a"), (Words{"failed", "failed", "done"}));
        const auto rows = sim::devices::applicationTable(n, n.findDevice("a"));
        QCOMPARE(rows[0].result, std::string("no page within 2 s"));
    }

    void ping_withAnId_sendsIt() {
        const auto lab = tests::readOk("packetarium: 1\nnodes:\n  a: {interfaces: {eth0: 10.0.1.1/24}}\n"
                                       "  b: {interfaces: {eth0: 10.0.1.2/24}}\nlinks: [[a:eth0, b:eth0]]\nrun:\n"
                                       "- {at: 0s, on: a, do: ping 10.0.1.2 count 1 id 4660}\n")
                             .lab;
        auto built = model::network::build(lab);
        sim::replay::Timeline timeline(std::move(built.network), built.stimuli);
        timeline.extend(5s);
        int seen = 0;
        for (const auto& frame : timeline.log().frames()) {
            const auto bytes = timeline.log().bytes(frame);
            if (bytes.size() > 40 && bytes[12] == 8 && bytes[13] == 0) { // IPv4: the echo's identifier stands at 38
                QCOMPARE(int(sim::wire::get16(&bytes[38])), 4660);
                ++seen;
            }
        }
        QCOMPARE(seen, 2);
    }

    void hub_everyFrame_goesOutOfAllOtherPorts() {
        const auto lab =
            tests::readOk("packetarium: 1\nnodes:\n  a: {interfaces: {eth0: 10.0.1.1/24}}\n"
                          "  b: {interfaces: {eth0: 10.0.1.2/24}}\n  c: {interfaces: {eth0: 10.0.1.3/24}}\n"
                          "  h: {kind: hub}\nlinks: [[a:eth0, h:p1], [b:eth0, h:p2], [c:eth0, h:p3]]\nrun:\n"
                          "- {at: 0s, on: a, do: ping 10.0.1.2 count 3}\n")
                .lab;
        auto built = model::network::build(lab);
        sim::replay::Timeline timeline(std::move(built.network), built.stimuli);
        timeline.extend(4s);
        const auto n = timeline.stateAt(4s);
        const auto received = [&](const char* host) {
            return n.interface(n.findInterface(n.findDevice(host), "eth0")).rxFrames;
        };
        QCOMPARE(received("b"), std::uint64_t(4)); // the ARP request and three echoes
        QCOMPARE(received("c"), std::uint64_t(8)); // all of both
        QVERIFY(sim::devices::macTable(n, n.findDevice("h")).empty());
        // It repeats because it is a hub, and not because it has not learned anything yet.
        int repeated = 0;
        for (const auto& record : timeline.log().records()) {
            if (record.kind != sim::trace::RecordKind::Decision ||
                record.decision() != sim::trace::kindOf<sim::decisions::BridgeFlooded>)
                continue;
            QVERIFY(timeline.log().decision(record.index).as<sim::decisions::BridgeFlooded>().hub);
            ++repeated;
        }
        QCOMPARE(repeated, 8);
    }
};

QTEST_APPLESS_MAIN(TestAdministration)
#include "test_administration.moc"
