// RIP and groups: bytes as ripd and Linux sent them, and routers that learn and forget over simulated time.
#include "sim/decisions/all.h"
#include "sim/devices/device.h"
#include "sim/devices/network.h"
#include "sim/devices/tables.h"
#include "sim/wire/bytes.h"
#include "sim/wire/igmp.h"
#include "sim/wire/rip.h"
#include "tests/sim/frames.h"
#include "tests/support/networks.h"
#include "tests/support/packets.h"

#include <QTest>

using namespace sim;
using namespace std::chrono_literals;
using namespace support;
using config::DeviceConfig;
using devices::Network;
using kernel::DeviceId;
using trace::DecisionKind;
using trace::kindOf;
using wire::IpAddress;
using wire::RipMessage;

namespace {

config::RipConfig quick() {
    config::RipConfig c;
    c.update = 5s;
    c.timeout = 15s;
    c.garbage = 10s;
    return c;
}

/// Sent is one RIP message on a cable.
struct Sent {
    kernel::SimTime time{0};
    RipMessage rip;
    std::string to;
    int ttl = 0;
};

/// Triangle is r1, r2 and r3, each with a cable to both others; r1 and r3 have a network of their own (10.0.1, 10.0.3).
struct Triangle {
    Network network{4};
    trace::TraceLog log;
    DeviceId r1, r2, r3, far;
    kernel::ChannelId direct; ///< between r1 and r3

    explicit Triangle(config::RipConfig rip = quick()) {
        r1 = add("r1",
                 {interface("lan", 0x11, "10.0.1.254/24"), interface("e2", 0x12, "10.0.12.1/24"),
                  interface("e3", 0x13, "10.0.13.1/24")},
                 rip);
        r2 = add("r2", {interface("e1", 0x21, "10.0.12.2/24"), interface("e3", 0x23, "10.0.23.2/24")}, rip);
        r3 = add("r3",
                 {interface("lan", 0x31, "10.0.3.254/24"), interface("e1", 0x32, "10.0.13.3/24"),
                  interface("e2", 0x33, "10.0.23.3/24")},
                 rip);
        plug(network, {r1, "e2"}, {r2, "e1"});
        direct = plug(network, {r1, "e3"}, {r3, "e1"});
        plug(network, {r2, "e3"}, {r3, "e2"});
        for (const auto& [router, number] : {std::pair(r1, 1), std::pair(r3, 9)}) {
            far = network.addDevice(
                host("h" + std::to_string(number), std::uint64_t(number), number == 1 ? "10.0.1.1/24" : "10.0.3.9/24"));
            plug(network, {router, "lan"}, {far});
        }
    }
    DeviceId add(const char* name, std::vector<config::InterfaceConfig> interfaces, const config::RipConfig& rip) {
        DeviceConfig c = support::router(name, std::move(interfaces));
        c.rip = rip;
        return network.addDevice(c);
    }
    void run(kernel::SimTime until) { network.runUntil(until, &log); }
    void apply(const config::Action& action) { network.apply(network.now(), {}, action, &log); }
    /// route is a router's row for a network: "10.0.13.3 rip 20", or empty.
    std::string route(DeviceId d, const char* destination) const {
        for (const auto& r : devices::routingTable(network, d))
            if (r.destination.toString() == destination)
                return r.via.toString() + ' ' + r.protocol + ' ' + std::to_string(r.metric);
        return {};
    }
    std::vector<Sent> sentBy(DeviceId d, const char* port) const {
        std::vector<Sent> out;
        for (const auto& f : log.frames()) {
            const Packet p(log.bytes(f));
            if (f.from != network.findInterface(d, port) || !p.udp) continue;
            if (const auto m = RipMessage::parse(p.payload))
                out.push_back({f.sent, *m, IpAddress::v4(p.ip->destination()).toString(), p.ip->ttl()});
        }
        return out;
    }
    std::vector<std::vector<std::uint8_t>> igmp(DeviceId d, const char* port) const {
        std::vector<std::vector<std::uint8_t>> out;
        for (const auto& f : log.frames()) {
            const Packet p(log.bytes(f));
            if (f.from == network.findInterface(d, port) && p.is({support::igmp()})) out.push_back(p.bytes);
        }
        return out;
    }
    int count(DecisionKind kind) const { return int(support::count(log, kind)); }
};

} // namespace

class TestRip : public QObject {
    Q_OBJECT

private slots:
    void responseOfRipd_readAndWritten_isTheSameBytes() {
        const auto frame = frames::bytes(frames::kRip);
        const std::vector<std::uint8_t> bytes(frame.begin() + 42, frame.end());
        const auto m = RipMessage::parse(bytes);
        QVERIFY(m);
        QCOMPARE(int(m->command), 2);
        QVERIFY(!m->entries.empty());
        QVERIFY(m->write() == bytes);
    }

    void wholeTableRequest_written_isThatOfRfc2453() {
        QVERIFY(RipMessage::wholeTable().write() == frames::bytes("010200000000000000000000000000000000000000000010"));
        QVERIFY(RipMessage::wholeTable().asksForEverything());
    }

    void anyPrefixOrChangedByte_parsed_neverReadsPastTheEnd() {
        const auto frame = frames::bytes(frames::kRip);
        const std::vector<std::uint8_t> whole(frame.begin() + 42, frame.end());
        for (std::size_t n = 0; n <= whole.size(); ++n) {
            const std::vector<std::uint8_t> part(whole.begin(), whole.begin() + std::ptrdiff_t(n));
            const auto m = RipMessage::parse(part);
            QCOMPARE(m.has_value(), n >= 4 && (n - 4) % 20 == 0);
            if (m) QVERIFY(m->write() == part);
        }
        for (std::size_t i = 0; i < whole.size(); ++i) {
            auto bytes = whole;
            bytes[i] ^= 0xff;
            QVERIFY(RipMessage::parse(bytes));
        }
    }

    void groups_asMacs_loseTheirUpperBits() {
        QCOMPARE(wire::groupMac(ip("224.0.0.9").toV4()).toString(), std::string("01:00:5e:00:00:09"));
        QCOMPARE(wire::groupMac(ip("239.255.1.2").toV4()).toString(), std::string("01:00:5e:7f:01:02"));
    }

    void routers_started_askAndLearnAtOnce() {
        Triangle t;
        QVERIFY(!t.network.quiet());
        t.run(1100ms);
        const auto first = t.sentBy(t.r1, "e2").front();
        QCOMPARE(first.to, std::string("224.0.0.9"));
        QCOMPARE(first.ttl, 1);
        QVERIFY(first.rip.asksForEverything());
        QVERIFY(t.count(kindOf<decisions::RipLearned>) > 0);
        t.run(20s);
        QCOMPARE(t.route(t.r1, "10.0.3.0/24"), std::string("10.0.13.3 rip 20"));
        QCOMPARE(t.route(t.r1, "10.0.13.0/24"), std::string(" kernel 0"));
        QCOMPARE(t.route(t.r2, "10.0.1.0/24"), std::string("10.0.12.1 rip 20"));
        QCOMPARE(t.route(t.r3, "10.0.1.0/24"), std::string("10.0.13.1 rip 20"));
        QVERIFY(t.network.quiet());
    }

    void running_reportsTheirGroupTwiceWithRouterAlert() {
        Triangle t;
        t.run(4s);
        const auto reports = t.igmp(t.r1, "e2");
        QCOMPARE(reports.size(), std::size_t(2));
        const auto& b = reports[0];
        QVERIFY(std::equal(b.begin(), b.begin() + 6, frames::bytes("01005e000016").begin()));
        QCOMPARE(b.size(), std::size_t(54));
        QCOMPARE(int(b[14]), 0x46);
        QCOMPARE(int(b[15]), 0xc0);
        QCOMPARE(int(b[22]), 1);
        QCOMPARE(wire::get32(&b[34]), 0x9404'0000u);
        // A change to "exclude nobody" of 224.0.0.9.
        QVERIFY(
            (std::vector<std::uint8_t>(b.begin() + 38, b.end()) == frames::bytes("2200f9f40000000104000000e0000009")));
        QCOMPARE(wire::checksum(std::span(b).subspan(14, 24)), std::uint16_t(0));
    }

    void groupNobodyJoined_datagramComes_isDropped() {
        Triangle t;
        t.run(3s);
        int dropped = 0;
        for (const auto& r : t.log.records())
            dropped += r.kind == trace::RecordKind::Dropped &&
                       r.dropReason() == trace::DropReason::MulticastNotJoined && r.device == t.far;
        QVERIFY(dropped > 0); // the host hears the updates of its router and does not care
    }

    void neighbour_toldByUpdates_neverHearsWhatItTold() {
        Triangle t;
        t.run(40s);
        for (const auto& s : t.sentBy(t.r3, "e1"))
            if (s.rip.command == RipMessage::kResponse)
                for (const auto& e : s.rip.entries)
                    QVERIFY(e.network != ip("10.0.1.0").toV4() && e.network != ip("10.0.13.0").toV4());
    }

    void poisonedReverse_toldByUpdates_hearsItsOwnRoutesAsUnreachable() {
        auto rip = quick();
        rip.poisonedReverse = true;
        Triangle t(rip);
        t.run(40s);
        int poisoned = 0;
        for (const auto& s : t.sentBy(t.r3, "e1"))
            for (const auto& e : s.rip.entries)
                if (e.network == ip("10.0.1.0").toV4()) {
                    QCOMPARE(e.metric, 16u);
                    ++poisoned;
                }
        QVERIFY(poisoned > 0);
        QCOMPARE(t.route(t.r1, "10.0.3.0/24"), std::string("10.0.13.3 rip 20"));
    }

    void splitHorizon_off_tellsANeighbourItsOwnRoutesAsFrrDoes() {
        auto rip = quick();
        rip.splitHorizon = false;
        Triangle t(rip);
        t.run(40s);
        int learned = 0, connected = 0;
        for (const auto& s : t.sentBy(t.r3, "e1"))
            for (const auto& e : s.rip.entries) {
                if (e.network == ip("10.0.1.0").toV4()) { // with r1 as the next hop, who told it
                    QCOMPARE(e.metric, 2u);
                    QCOMPARE(e.nextHop, ip("10.0.13.1").toV4());
                    ++learned;
                }
                if (e.network == ip("10.0.13.0").toV4()) {
                    QCOMPARE(e.metric, 1u);
                    ++connected;
                }
            }
        QVERIFY(learned > 0 && connected > 0);
        QCOMPARE(t.route(t.r1, "10.0.3.0/24"), std::string("10.0.13.3 rip 20"));
    }

    void updates_over40Seconds_comeAtTheirPeriodWithJitter() {
        Triangle t;
        t.run(60s);
        std::vector<kernel::SimTime> times;
        for (const auto& s : t.sentBy(t.r2, "e1"))
            if (s.to == "224.0.0.9" && s.rip.command == RipMessage::kResponse && s.rip.entries.size() >= 2 &&
                s.time > 12s)
                times.push_back(s.time);
        QVERIFY(times.size() >= 6 && times.size() <= 16);
        for (std::size_t i = 1; i < times.size(); ++i)
            QVERIFY(times[i] - times[i - 1] >= 2900ms && times[i] - times[i - 1] <= 8100ms);
    }

    void wiresCut_unnoticed_routeTimesOutAndAnotherIsFound() {
        Triangle t;
        t.run(20s);
        t.apply(config::Cut{t.direct, true});
        t.run(28s);
        QCOMPARE(t.route(t.r1, "10.0.3.0/24"), std::string("10.0.13.3 rip 20"));
        t.run(55s);
        QCOMPARE(t.route(t.r1, "10.0.3.0/24"), std::string("10.0.12.2 rip 20"));
        QCOMPARE(t.route(t.r3, "10.0.1.0/24"), std::string("10.0.23.2 rip 20"));
        QVERIFY(t.count(kindOf<decisions::RipLost>) >= 2);
    }

    void cablePulled_noticed_routeIsGoneAtOnceAndAnotherFoundSoon() {
        Triangle t;
        t.run(20s);
        t.apply(config::SetLink{t.direct, false});
        QCOMPARE(t.route(t.r1, "10.0.3.0/24"), std::string());
        t.run(30s);
        QCOMPARE(t.route(t.r1, "10.0.3.0/24"), std::string("10.0.12.2 rip 20"));
        t.apply(config::SetLink{t.direct, true});
        t.run(50s);
        QCOMPARE(t.route(t.r1, "10.0.3.0/24"), std::string("10.0.13.3 rip 20"));
    }

    void networkGone_countingUp_endsAtInfinity() {
        Triangle t;
        t.run(20s);
        t.apply(config::SetLink{t.network.channelOf(t.network.findInterface(t.r3, "lan")), false});
        t.run(60s);
        for (const auto router : {t.r1, t.r2})
            QCOMPARE(t.route(router, "10.0.3.0/24"), std::string());
        for (const auto router : {t.r1, t.r2, t.r3})
            for (const auto* port : {"e1", "e2", "e3"})
                if (t.network.findInterface(router, port).valid())
                    for (const auto& s : t.sentBy(router, port))
                        for (const auto& e : s.rip.entries)
                            QVERIFY(e.metric <= 16);
        // When the time of garbage collection is over, nobody speaks of it any more.
        t.run(100s);
        for (const auto& s : t.sentBy(t.r1, "e2"))
            for (const auto& e : s.rip.entries)
                QVERIFY(s.time < 90s || e.network != ip("10.0.3.0").toV4());
    }

    void passiveInterface_hears_butDoesNotSpeak() {
        auto rip = quick();
        rip.passive = {"e2"};
        Triangle t(rip); // e2 of r1 towards r2, and of r3 towards r2
        t.run(30s);
        for (const auto& s : t.sentBy(t.r1, "e2"))
            QCOMPARE(int(s.rip.command), 1);
        QVERIFY(!t.route(t.r1, "10.0.23.0/24").empty());
        QCOMPARE(t.route(t.r2, "10.0.1.0/24"), std::string());
    }

    void staticAndDefault_redistributed_areLearned() {
        Network network(2);
        DeviceConfig a;
        a.name = "a";
        a.interfaces = {interface("eth0", 1, "10.0.0.1/24"), interface("eth1", 2, "172.16.0.1/24")};
        a.routes = {{.destination = prefix("192.168.0.0/16"), .via = ip("172.16.0.2"), .interface = {}}};
        a.rip = quick();
        a.rip->networks = {prefix("10.0.0.0/8")};
        a.rip->redistributeStatic = a.rip->redistributeConnected = a.rip->defaultOriginate = true;
        const auto from = network.addDevice(a);
        DeviceConfig b;
        b.name = "b";
        b.interfaces = {interface("eth0", 3, "10.0.0.2/24")};
        b.rip = quick();
        const auto to = network.addDevice(b);
        DeviceConfig c;
        c.name = "c";
        c.interfaces = {interface("eth0", 4, "172.16.0.2/24")};
        const auto other = network.addDevice(c);
        plug(network, {from}, {to});
        plug(network, {from, "eth1"}, {other});
        network.runUntil(15s);
        for (const char* address : {"192.168.3.4", "172.16.0.9", "8.8.8.8"}) {
            const auto* route = network.device(to).system.routes.lookup(ip(address).toV4());
            QVERIFY2(route && route->via == ip("10.0.0.1").toV4(), address);
        }
    }
};

QTEST_APPLESS_MAIN(TestRip)
#include "test_rip.moc"
