// Rules and equal-cost paths: the hash, shares and choices are those of Linux 6.18 (conformance/golden/ecmp.txt was
// recorded there with net.ipv4.fib_multipath_hash_seed = 1).
#include "sim/stack/route_policy.h"
#include "sim/stack/system.h"

#include "tests/support/networks.h"

#include <QTest>

#include <map>

using namespace sim;
using namespace sim::stack;
using support::ip;

namespace {

std::uint32_t v4(const char* text) { return ip(text).toV4(); }

/// twoPaths is a system with a row of two next hops, by e2 (1) and e3 (2).
System twoPaths(std::uint32_t first, std::uint32_t second, std::uint32_t policy) {
    System s;
    s.interfaces.resize(3);
    s.interfaces[1].addresses = {support::prefix("10.0.12.1/24")};
    s.interfaces[2].addresses = {support::prefix("10.0.13.1/24")};
    s.sysctls.set(Sysctl::MultipathHashSeed, Sysctls::kAll, 1);
    s.sysctls.set(Sysctl::MultipathHashPolicy, Sysctls::kAll, policy);
    Route r;
    r.network = v4("10.0.9.0");
    r.length = 24;
    r.type = RouteType::Multipath;
    r.interface = route_policy::addPaths(s, {{.via = v4("10.0.12.2"), .interface = 1, .weight = first},
                                             {.via = v4("10.0.13.3"), .interface = 2, .weight = second}});
    s.routes.add(r);
    return s;
}

std::uint32_t out(const System& s, const Flow& flow) {
    return route_policy::choose(s, flow, RouteRule::kAny).hop.interface;
}

Flow forwarded(const char* from, const char* to, std::uint16_t port = 0) {
    Flow f{.destination = v4(to), .source = v4(from), .in = 1, .protocol = 17, .ports = {port, 7}, .forwarded = true};
    return f;
}

} // namespace

class TestRoutePolicy : public QObject {
    Q_OBJECT
private slots:
    void flows_hashed_takeThePathsThatLinuxChose() {
        const System byAddress = twoPaths(1, 1, 0), byPorts = twoPaths(1, 1, 1), weighed = twoPaths(3, 1, 1);
        const int recorded[] = {2, 1, 2, 1, 2, 2, 1, 2};
        for (int i = 0; i < 8; ++i)
            QCOMPARE(int(out(byAddress, forwarded("10.0.1.1", ("10.0.9." + std::to_string(i + 1)).c_str()))),
                     recorded[i]);
        for (const std::uint16_t port : {5001, 5002, 5003, 5004})
            QCOMPARE(int(out(byAddress, forwarded("10.0.1.1", "10.0.9.1", port))), 2);
        const int ports[] = {1, 1, 2, 1, 1, 1, 2, 2}, weights[] = {2, 1, 2, 1, 1, 1, 2, 1};
        for (std::uint16_t i = 0; i < 8; ++i) {
            QCOMPARE(int(out(byPorts, forwarded("10.0.1.1", "10.0.9.1", std::uint16_t(5011 + i)))), ports[i]);
            QCOMPARE(int(out(weighed, forwarded("10.0.1.1", "10.0.9.1", std::uint16_t(5021 + i)))), weights[i]);
        }
    }

    void hash_ofTheOtherDirection_isTheSame() {
        System s = twoPaths(1, 1, 1);
        for (std::uint16_t i = 1; i < 200; ++i) {
            const Flow there{.destination = 0x0a000900u + i,
                             .source = 0x0a000101,
                             .protocol = 6,
                             .ports = {std::uint16_t(i * 7), 80}};
            const Flow back{.destination = there.source,
                            .source = there.destination,
                            .protocol = 6,
                            .ports = {80, std::uint16_t(i * 7)}};
            QCOMPARE(route_policy::hash(s, there), route_policy::hash(s, back));
        }
    }

    void icmpError_hashedByAddress_goesTheWayOfWhatItQuotes() {
        const System s = twoPaths(1, 1, 0);
        for (std::uint32_t i = 1; i < 100; ++i) {
            const Flow packet{.destination = 0x0a000900u + i, .source = 0x0a000101};
            const Flow error{.destination = 0x0a000101, .source = 0x05050505, .hashed = {0x0a000101, 0x0a000900u + i}};
            QCOMPARE(route_policy::hash(s, error), route_policy::hash(s, packet));
        }
    }

    void weights_manyFlows_hold() {
        for (const auto& [first, second] : {std::pair(1u, 1u), std::pair(3u, 1u), std::pair(1u, 255u)}) {
            const System s = twoPaths(first, second, 1);
            int firsts = 0;
            constexpr int kFlows = 20'000;
            for (int i = 0; i < kFlows; ++i)
                firsts += out(s, forwarded("10.0.1.1", "10.0.9.1", std::uint16_t(1024 + i))) == 1;
            const double share = double(first) / (first + second), found = double(firsts) / kFlows;
            QVERIFY2(std::abs(found - share) < 0.01, qPrintable(QString::number(found)));
        }
    }

    void path_dead_isTakenByNobodyAndComesBack() {
        System s = twoPaths(1, 1, 1);
        const auto spread = [&] {
            std::map<std::uint32_t, int> paths;
            for (std::uint16_t i = 0; i < 100; ++i)
                ++paths[out(s, forwarded("10.0.1.1", "10.0.9.1", i))];
            return paths;
        };
        const auto before = spread();
        QCOMPARE(before.size(), std::size_t(2));
        route_policy::setDead(s, 2, true);
        QCOMPARE(spread(), (std::map<std::uint32_t, int>{{1, 100}}));
        route_policy::setDead(s, 2, false);
        QCOMPARE(spread(), before);
        route_policy::setDead(s, 1, true);
        route_policy::setDead(s, 2, true);
        QVERIFY(s.routes.rows().empty()); // without a living path the row goes
    }

    void ownPacket_withASource_takesThePathThatSendsFromThere() {
        System s = twoPaths(1, 1, 0);
        s.policy.paths[0][0].source = v4("10.0.12.1");
        s.policy.paths[0][1].source = v4("10.0.13.1");
        for (std::uint32_t i = 1; i < 50; ++i) {
            QCOMPARE(out(s, {.destination = 0x0a000900u + i, .source = v4("10.0.12.1")}), 1u);
            QCOMPARE(out(s, {.destination = 0x0a000900u + i, .source = v4("10.0.13.1")}), 2u);
        }
    }

    void rules_asked_goByPriorityAndFallThroughEmptyTables() {
        System s;
        s.interfaces.resize(3);
        const auto defaultBy = [](std::uint32_t interface) {
            Route r;
            r.interface = interface;
            return r;
        };
        s.routes.add(defaultBy(1));
        route_policy::makeTable(s, 100).add(defaultBy(2));
        RouteRule rule{.priority = 1000, .from = v4("10.1.0.0"), .fromLength = 16, .table = 100};
        QVERIFY(route_policy::addRule(s, rule));
        QVERIFY(!route_policy::addRule(s, rule));
        const Flow from{.destination = v4("9.9.9.9"), .source = v4("10.1.2.3")};
        QCOMPARE(out(s, from), 2u);
        QCOMPARE(out(s, {.destination = v4("9.9.9.9"), .source = v4("10.2.2.3")}), 1u);
        QCOMPARE(out(s, {.destination = v4("9.9.9.9")}), 1u); // a source that is not chosen yet is in no network

        route_policy::addRule(s, {.priority = 900, .from = v4("10.1.0.0"), .fromLength = 16, .table = 200});
        QCOMPARE(out(s, from), 2u); // table 200 is empty, so that the next rule is asked
        route_policy::addRule(s, {.priority = 800, .in = 2, .type = RouteType::Prohibit});
        QCOMPARE(out(s, from), 2u);
        Flow in = from;
        in.in = 2;
        QVERIFY(route_policy::choose(s, in, RouteRule::kAny).refusal == RouteType::Prohibit);
        QVERIFY(route_policy::removeRule(s, {.priority = 800}, {.priority = true}));
        QVERIFY(!route_policy::removeRule(s, {.priority = 800}, {.priority = true}));
        QCOMPARE(out(s, in), 2u);
        QCOMPARE(route_policy::nextPriority(s), 899u);
    }

    void mainTable_askedBeforeRulesOfItsPriority_winsOverThem() {
        System s;
        s.interfaces.resize(3);
        Route r;
        r.interface = 1;
        s.routes.add(r);
        r.interface = 2;
        route_policy::makeTable(s, 100).add(r);
        route_policy::addRule(s, {.priority = RouteRule::kMainPriority, .table = 100});
        QCOMPARE(out(s, {.destination = v4("9.9.9.9")}), 1u);
        route_policy::addRule(s, {.priority = RouteRule::kMainPriority - 1, .table = 100});
        QCOMPARE(out(s, {.destination = v4("9.9.9.9")}), 2u);
    }

    void defaultTable_withoutRules_isAskedLast() {
        System s;
        s.interfaces.resize(2);
        Route r;
        r.interface = 1;
        route_policy::makeTable(s, kDefaultTable).add(r);
        QCOMPARE(out(s, {.destination = v4("9.9.9.9")}), 1u);
        QVERIFY(s.extras & System::kPolicy);
    }
};

QTEST_APPLESS_MAIN(TestRoutePolicy)
#include "test_route_policy.moc"
