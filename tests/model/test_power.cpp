// Machines that are switched off and on during a run, and cables that are moved.
#include "model/check/check.h"
#include "model/network/network_builder.h"
#include "sim/decisions/all.h"
#include "sim/devices/tables.h"
#include "sim/explain/explain.h"
#include "sim/replay/timeline.h"
#include "tests/model/lab_text.h"
#include "tests/sim/invariants.h"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace std::chrono_literals;
using sim::devices::Network;
using sim::replay::Timeline;

namespace {

/// timelineOf runs a lab for 30 s; after every event, no frame may be lost track of.
Timeline timelineOf(const QByteArray& text) {
    auto built = model::network::build(tests::readOk(text).lab);
    if (!built.problems.empty()) qFatal("%s", qPrintable(built.problems.front().toString()));
    sim::replay::Run run{built.network, 0};
    while (run.nextTime(built.stimuli) <= 30s) {
        run.step(built.stimuli, nullptr);
        if (const auto why = invariants::violation(run.network); !why.empty())
            qFatal("event %llu: %s", static_cast<unsigned long long>(run.network.eventNo()), why.c_str());
    }
    Timeline timeline(std::move(built.network), built.stimuli);
    timeline.extend(30s, UINT64_MAX, Timeline::Stop::AtTime);
    return timeline;
}

/// lan is two hosts on a switch, with steps.
Timeline lan(const QByteArray& steps, const QByteArray& moreOfB = {}) {
    return timelineOf("packetarium: 1\nnodes:\n"
                      "  a: {interfaces: {eth0: 10.0.0.1/24}}\n"
                      "  b: {interfaces: {eth0: 10.0.0.2/24, eth1: 10.0.1.2/24}" +
                      moreOfB +
                      "}\n"
                      "  sw: {kind: switch}\n"
                      "links: [[a:eth0, sw:p1], [sw:p2, b:eth0]]\nrun:\n" +
                      steps);
}

sim::kernel::DeviceId deviceOf(const Network& n, const char* name) { return n.findDevice(name); }

std::vector<std::string> results(const Timeline& t, const char* device) {
    std::vector<std::string> out;
    for (const auto& row : sim::devices::applicationTable(t.latest(), deviceOf(t.latest(), device)))
        out.push_back(row.state + ": " + row.result);
    return out;
}

/// sentences are those of the decisions of a kind.
template <class D>
QStringList sentences(const Timeline& t) {
    QStringList out;
    for (const auto& record : t.log().records())
        if (record.decided<D>())
            out << QString::fromStdString(sim::explain::explain(t.start(), t.log(), record).toString());
    return out;
}

using Words = std::vector<std::string>;

} // namespace

class TestPower : public QObject {
    Q_OBJECT
private slots:
    void machine_switchedOff_losesItsTablesAndSocketsAndProgrammes() {
        const auto t = lan("- {at: 0s, on: a, do: ping 10.0.0.2 count 1}\n"
                           "- {at: 1s, on: b, do: ping 10.0.0.1 count 20}\n"
                           "- {at: 3500ms, on: b, do: power off}\n",
                           ", listen: {tcp 80: drain}");
        const Network& n = t.latest();
        const auto b = deviceOf(n, "b");
        QVERIFY(!n.device(b).on);
        QVERIFY(sim::devices::neighbourTable(n, b).empty());
        QVERIFY(sim::devices::routingTable(n, b).empty());
        QVERIFY(sim::devices::socketTable(n, b).empty());
        for (const auto& row : sim::devices::interfaceTable(n, b)) {
            QCOMPARE(row.state, std::string("down"));
            QVERIFY(row.addresses.empty());
        }
        QCOMPARE(results(t, "b"), Words{"failed: the power went off"});
        QVERIFY(t.quiet());
        QCOMPARE(sentences<sim::decisions::PowerSet>(t),
                 QStringList{"b is switched off: its connections and everything it has learned are gone."});
    }

    void cablesOfAMachine_switchedOffAndOn_loseTheirLinkAndHaveItAgain() {
        const auto t = timelineOf("packetarium: 1\nnodes:\n"
                                  "  a: {interfaces: {eth0: 10.0.0.1/24}}\n"
                                  "  b: {interfaces: {eth0: 10.0.0.2/24}}\n"
                                  "links: [[a:eth0, b:eth0]]\nrun:\n"
                                  "- {at: 0s, on: a, do: ping 10.0.0.2 count 1}\n"
                                  "- {at: 2s, on: b, do: power off}\n"
                                  "- {at: 3s, do: unplug a:eth0}\n"
                                  "- {at: 4s, do: plug a:eth0}\n"
                                  "- {at: 5s, on: a, do: ping 10.0.0.2 count 1 deadline 1s}\n"
                                  "- {at: 7s, on: b, do: power on}\n"
                                  "- {at: 8s, on: a, do: ping 10.0.0.2 count 1}\n");
        const auto at = [&](sim::kernel::SimTime time) { return t.stateAt(time); };
        const auto neighbours = [&](sim::kernel::SimTime time) {
            const Network n = at(time);
            return sim::devices::neighbourTable(n, deviceOf(n, "a")).size();
        };
        QVERIFY(at(1s).channelUp({0}));
        QCOMPARE(neighbours(1s), std::size_t(1));
        QVERIFY(!at(2500ms).channelUp({0}));
        QVERIFY(at(2500ms).channelPlugged({0}));
        QCOMPARE(neighbours(2500ms), std::size_t(0)); // carrier lost: they are gone
        QVERIFY(!at(4500ms).channelUp({0}));          // plugged in, but the other end has no power
        QVERIFY(at(7500ms).channelUp({0}));
        const Words outcome = results(t, "a");
        QVERIFY(outcome[0].starts_with("done") && outcome[1].starts_with("failed") && outcome[2].starts_with("done"));
    }

    void configuration_changedByHand_isAsInTheLabAfterARestart() {
        const auto t = lan("- {at: 1s, on: b, do: address add 10.9.9.9/24 dev eth0}\n"
                           "- {at: 1s, on: b, do: route add 10.7.0.0/16 via 10.0.0.1}\n"
                           "- {at: 1s, on: b, do: firewall drop input icmp}\n"
                           "- {at: 1s, on: b, do: interface eth1 down}\n"
                           "- {at: 1s, on: b, do: mac 02:00:00:00:00:77 dev eth0}\n"
                           "- {at: 2s, on: b, do: power restart}\n"
                           "- {at: 3s, on: a, do: ping 10.0.0.2 count 1}\n");
        const Network &before = t.start(), &n = t.latest();
        const auto b = deviceOf(n, "b");
        const auto now = sim::devices::interfaceTable(n, b), then = sim::devices::interfaceTable(before, b);
        for (std::size_t i = 0; i < now.size(); ++i) {
            QCOMPARE(now[i].addresses, then[i].addresses);
            QCOMPARE(now[i].mac, then[i].mac);
            QCOMPARE(now[i].state, then[i].state);
        }
        QCOMPARE(sim::devices::routingTable(n, b).size(), sim::devices::routingTable(before, b).size());
        QVERIFY(results(t, "a")[0].starts_with("done"));
        QCOMPARE(sentences<sim::decisions::PowerSet>(t),
                 QStringList{"b is restarted: its connections and everything it has learned are gone, and it starts as "
                             "it is configured."});
    }

    void steps_whileAMachineIsOff_sayThatPlainly() {
        const auto t = lan("- {at: 1s, on: b, do: power on}\n"
                           "- {at: 2s, on: b, do: power off}\n"
                           "- {at: 3s, on: b, do: ping 10.0.0.1}\n"
                           "- {at: 3s, on: b, do: address add 10.9.9.9/24 dev eth0}\n"
                           "- {at: 3s, on: b, do: power restart}\n");
        QCOMPARE(sentences<sim::decisions::PowerPrevents>(t),
                 (QStringList{"b is on already: nothing comes of \"power on\".",
                              "b is switched off: nothing comes of \"ping 10.0.0.1\".",
                              "b is switched off: nothing comes of \"address add 10.9.9.9/24 dev eth0\".",
                              "b is switched off: nothing comes of \"power restart\"."}));
        QVERIFY(results(t, "b").empty());
        const auto findings =
            model::check::check(tests::readOk("packetarium: 1\nnodes: {a: {interfaces: {eth0: 10.0.0.1/24}}}\nrun:\n"
                                              "- {at: 1s, on: a, do: power off}\n- {at: 2s, on: a, do: ping 10.0.0.9}\n"
                                              "- {at: 3s, on: a, do: power on}\n- {at: 4s, on: a, do: ping 10.0.0.9}\n")
                                    .lab);
        const auto count = std::count_if(findings.begin(), findings.end(),
                                         [](const auto& f) { return f.code == "step-without-power"; });
        QCOMPARE(count, std::ptrdiff_t(1));
        QVERIFY(
            std::none_of(findings.begin(), findings.end(), [](const auto& f) { return f.code == "no-dns-server"; }));
    }

    void switch_restarted_hasForgottenWhoIsWhere() {
        const auto t = lan("- {at: 0s, on: a, do: ping 10.0.0.2 count 1}\n"
                           "- {at: 2s, on: sw, do: power off}\n- {at: 3s, on: sw, do: power on}\n");
        const Network full = t.stateAt(1s), empty = t.stateAt(4s);
        QCOMPARE(sim::devices::macTable(full, deviceOf(full, "sw")).size(), std::size_t(2));
        QVERIFY(sim::devices::macTable(empty, deviceOf(empty, "sw")).empty());
    }

    void leases_ofARestartedServer_areThereAgain() {
        const auto t = timelineOf("packetarium: 1\nnodes:\n"
                                  "  a: {interfaces: {eth0: dhcp}}\n"
                                  "  s: {interfaces: {eth0: 10.0.0.1/24}, dhcp-server: {range: 10.0.0.50-10.0.0.60}}\n"
                                  "  sw: {kind: switch}\n"
                                  "links: [[a:eth0, sw:p1], [sw:p2, s:eth0]]\nrun:\n"
                                  "- {at: 10s, on: s, do: power off}\n- {at: 12s, on: s, do: power on}\n"
                                  "- {at: 14s, on: a, do: power restart}\n");
        const Network off = t.stateAt(11s), then = t.stateAt(9s);
        const Network& now = t.latest();
        const auto leased = [](const Network& n) {
            std::vector<std::string> out;
            for (const auto& row : sim::devices::leaseTable(n, n.findDevice("s")))
                out.push_back(row.address.toString());
            return out;
        };
        QCOMPARE(leased(then).size(), std::size_t(1));
        QCOMPARE(leased(off), leased(then)); // a file
        QCOMPARE(leased(now), leased(then));
        // The client begins with a DISCOVER, and is given what it had.
        const auto& iface = now.interface(now.findInterface(now.findDevice("a"), "eth0"));
        QCOMPARE(iface.addresses.size(), std::size_t(1));
        QCOMPARE(iface.addresses[0].address.toString(), leased(then)[0]);
    }

    void machine_restartedInTheMiddleOfAll_losesNoFrameAndRepeatsNoSecret() {
        const auto t = timelineOf(
            "packetarium: 1\nnodes:\n"
            "  a: {interfaces: {eth0: 10.0.1.1/24, vpn0: {address: 10.9.0.1/24, wireguard: {listen-port: 51820, peers: "
            "[{node: b, endpoint: \"10.0.2.2:51820\", "
            "allowed-ips: 10.9.0.2/32}]}}}, "
            "gateway: 10.0.1.254}\n"
            "  r: {kind: router, interfaces: {e1: 10.0.1.254/24, e2: {address: 10.0.2.254/24, mtu: 1000}}, rip: {}}\n"
            "  b: {interfaces: {eth0: 10.0.2.2/24, vpn0: {address: 10.9.0.2/24, wireguard: {listen-port: 51820, peers: "
            "[{node: a, endpoint: \"10.0.1.1:51820\", "
            "allowed-ips: 10.9.0.1/32}]}}}, "
            "gateway: 10.0.2.254, listen: {tcp 80: \"send 300000, close\"}}\n"
            "links: [[a:eth0, r:e1], [r:e2, b:eth0]]\nrun:\n"
            "- {at: 0s, on: a, do: \"tcp 10.0.2.2 80 drain\"}\n"
            "- {at: 0s, on: a, do: ping 10.0.2.9 count 9 size 1400 interval 3ms fragment}\n"
            "- {at: 0s, on: a, do: ping 127.0.0.1 count 9 interval 1ms}\n"
            "- {at: 0s, on: a, do: ping 10.9.0.2 count 3}\n"
            "- {at: 6ms, on: a, do: power restart}\n- {at: 9ms, on: r, do: power restart}\n"
            "- {at: 12ms, on: b, do: power restart}\n"
            "- {at: 2s, on: a, do: \"tcp 10.0.2.2 80 drain\"}\n"
            "- {at: 2030ms, on: b, do: power restart}\n");
        std::set<std::uint32_t> numbers; // of SYNs from a
        for (const auto& frame : t.log().frames()) {
            const auto bytes = t.log().bytes(frame);
            if (bytes.size() >= 54 && bytes[12] == 8 && bytes[13] == 0 && bytes[23] == 6 && bytes[47] == 2 &&
                bytes[29] == 1)
                numbers.insert(std::uint32_t(bytes[38]) << 24 | std::uint32_t(bytes[39]) << 16 |
                               std::uint32_t(bytes[40]) << 8 | bytes[41]);
        }
        QVERIFY(numbers.size() >= 2);
    }

    void frames_countedByACable_surviveARestart() {
        const auto t = lan("- {at: 0s, on: b, do: ping 10.0.0.1 count 2}\n- {at: 5s, on: b, do: power restart}\n"
                           "- {at: 6s, on: b, do: ping 10.0.0.1 count 1}\n");
        const Network& n = t.latest();
        const auto eth0 = n.findInterface(n.findDevice("b"), "eth0");
        const auto& channel = n.channel(n.channelOf(eth0));
        const int end = channel.ends[0] == eth0 ? 0 : 1;
        std::uint64_t sent = 0;
        for (const auto& frame : t.log().frames())
            sent += frame.from == eth0;
        QCOMPARE(channel.before[end].frames + n.interface(eth0).txFrames, sent);
        QVERIFY(n.interface(eth0).txFrames < sent);
    }

    // --- cables that are moved ---

    void cable_moved_carriesToAndFromItsNewPort() {
        const auto t = lan("- {at: 0s, on: a, do: ping 10.0.0.2 count 1}\n"
                           "- {at: 2s, do: move b:eth0 to b:eth1}\n"
                           "- {at: 3s, on: a, do: address add 10.0.1.1/24 dev eth0}\n"
                           "- {at: 4s, on: a, do: ping 10.0.1.2 count 1}\n"
                           "- {at: 5s, on: a, do: ping 10.0.0.9 count 1 deadline 1s}\n"
                           "- {at: 10s, do: unplug b:eth1}\n- {at: 11s, do: plug sw:p2}\n"
                           "- {at: 12s, do: move b:eth1 to b:eth0}\n"
                           "- {at: 13s, on: a, do: ping 10.0.0.2 count 1}\n");
        const Words outcome = results(t, "a");
        QVERIFY(outcome[0].starts_with("done"));
        QVERIFY(outcome[1].starts_with("done"));
        QVERIFY(outcome[2].starts_with("failed"));
        QVERIFY(outcome[3].starts_with("done"));
        QCOMPARE(sentences<sim::decisions::LinkMoved>(t),
                 (QStringList{"The cable at b:eth0 is moved to b:eth1.", "The cable at b:eth1 is moved to b:eth0."}));
        const Network between = t.stateAt(3s);
        const auto b = between.findDevice("b");
        QVERIFY(!between.channelOf(between.findInterface(b, "eth0")).valid());
        QCOMPARE(between.portName(between.endsOf({1}).second), std::string("b:eth1"));
        QVERIFY(sim::devices::macTable(between, between.findDevice("sw")).size() <= 1); // b's MAC went with its link
        // What each interface has sent is counted as the cable's only while it was in it.
        const Network& n = t.latest();
        std::uint64_t sent = 0;
        for (const auto& frame : t.log().frames())
            sent += n.deviceOf(frame.from) == b && !n.isLoopback(frame.from);
        QCOMPARE(n.channel({1}).before[1].frames + n.interface(n.channel({1}).ends[1]).txFrames, sent);
    }

    void cable_movedToAnotherSwitchPort_isLearnedThere() {
        const auto t = lan("- {at: 0s, on: a, do: ping 10.0.0.2 count 1}\n"
                           "- {at: 2s, do: move sw:p2 to sw:p3}\n"
                           "- {at: 3s, on: a, do: ping 10.0.0.2 count 1}\n");
        QVERIFY(results(t, "a")[1].starts_with("done"));
        const auto rows = sim::devices::macTable(t.latest(), t.latest().findDevice("sw"));
        QVERIFY(std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.port == "p3"; }));
        QVERIFY(std::none_of(rows.begin(), rows.end(), [](const auto& row) { return row.port == "p2"; }));
    }

    void move_thatCannotBe_isRefusedBeforeTheRun_data() {
        QTest::addColumn<QByteArray>("step");
        QTest::addColumn<QString>("problem");
        QTest::newRow("taken") << QByteArray("move a:eth0 to sw:p2") << "There is a cable in sw:p2 already.";
        QTest::newRow("no cable") << QByteArray("move b:eth1 to sw:p3") << "There is no cable in b:eth1.";
        QTest::newRow("no port") << QByteArray("move a:eth0 to sw:p9")
                                 << "\"move a:eth0 to sw:p9\" needs a port, such as desktop:eth0.";
        QTest::newRow("form")
            << QByteArray("move a:eth0 sw:p3")
            << "\"move a:eth0 sw:p3\" does not say from where to where; write \"move a:eth0 to a:eth1\".";
    }
    void move_thatCannotBe_isRefusedBeforeTheRun() {
        QFETCH(QByteArray, step);
        QFETCH(QString, problem);
        const auto lab = tests::readOk("packetarium: 1\nnodes:\n"
                                       "  a: {interfaces: {eth0: 10.0.0.1/24}}\n"
                                       "  b: {interfaces: {eth0: 10.0.0.2/24, eth1: 10.0.1.2/24}}\n"
                                       "  sw: {kind: switch}\n"
                                       "links: [[a:eth0, sw:p1], [sw:p2, b:eth0]]\nrun:\n- {at: 1s, do: " +
                                       step + "}\n")
                             .lab;
        const auto built = model::network::build(lab);
        QCOMPARE(built.problems.size(), std::size_t(1));
        QCOMPARE(built.problems[0].message, problem);
        const auto findings = model::check::check(lab);
        QVERIFY(std::any_of(findings.begin(), findings.end(), [&](const auto& f) { return f.message == problem; }));
    }
};

QTEST_APPLESS_MAIN(TestPower)
#include "test_power.moc"
