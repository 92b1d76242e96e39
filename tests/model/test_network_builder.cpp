// The builder: a lab becomes a network with the same names, cables and run.
#include "model/io/action_words.h"
#include "model/network/network_builder.h"
#include "model/network/run_step.h"
#include "tests/model/lab_text.h"

#include <QtTest>

using namespace model;
using namespace tests;
using namespace std::chrono_literals;

class TestNetworkBuilder : public QObject {
    Q_OBJECT
private slots:
    void homeLab_built_hasItsDevicesAndCables();
    void cable_built_hasItsSettings();
    void steps_built_becomeStimuliInOrder();
    void badSteps_built_areProblemsAndTheRestRuns();
    void portsWithoutMac_get_derivedOnes();
    void derivedMac_taken_isAnother();
    void actions_parsed_areExact();
    void badActions_parsed_areRefused_data();
    void badActions_parsed_areRefused();
};

void TestNetworkBuilder::homeLab_built_hasItsDevicesAndCables() {
    const auto lab = readOk(fileText(QStringLiteral("resources/labs/home.lab.yaml"))).lab;
    const auto built = network::build(lab);
    QVERIFY(built.problems.empty());
    QCOMPARE(built.network.deviceCount(), 10u);
    QCOMPARE(built.network.channelCount(), 9u);
    QCOMPARE(built.devices.size(), 10u);
    QCOMPARE(built.channels.size(), 9u);
    const auto home = built.network.findDevice("home");
    QCOMPARE(home, built.devices.at(lab.node(QStringLiteral("home"))->id));
    QVERIFY(built.network.findInterface(home, "wan0").valid());
    const auto [a, b] = built.network.endsOf(built.channels.at(lab.links[3].id));
    QCOMPARE(built.network.portName(a), std::string("home:wan0"));
    QCOMPARE(built.network.portName(b), std::string("isp1:eth0"));
}

void TestNetworkBuilder::cable_built_hasItsSettings() {
    const auto lab = readOk("packetarium: 1\nnodes: {a: {}, b: {}, c: {kind: switch}}\nlinks:\n- {ends: [a:eth0, "
                            "c:p1], up: false}\n- {ends: [b:eth0, c:p2], delay: 7ms, rate: 10Mbit/s}\n")
                         .lab;
    const auto built = network::build(lab);
    QVERIFY(!built.network.channelUp(built.channels.at({1})));
    QVERIFY(built.network.channelUp(built.channels.at({2})));
}

void TestNetworkBuilder::steps_built_becomeStimuliInOrder() {
    const auto lab = readOk("packetarium: 1\nnodes: {a: {}, b: {}}\nlinks: [[a:eth0, b:eth0]]\nrun:\n"
                            "- {at: 2s, do: plug a:eth0}\n- {at: 0s, on: b, do: ping 10.0.0.1 count 2}\n- {at: 1s, do: "
                            "unplug b:eth0}\n")
                         .lab;
    const auto built = network::build(lab);
    QCOMPARE(built.problems.size(), 0u);
    QCOMPARE(built.stimuli.size(), 3u);
    QCOMPARE(built.stimuli[0].at, sim::kernel::SimTime(0));
    QCOMPARE(built.stimuli[0].device, built.devices.at({2}));
    QCOMPARE(std::get<sim::config::Ping>(built.stimuli[0].action).count, 2);
    const auto pull = std::get<sim::config::SetLink>(built.stimuli[1].action);
    QVERIFY(!pull.up && pull.channel == built.channels.at({1}));
    QCOMPARE(built.stimuli[2].at, sim::kernel::SimTime(2s));
    QVERIFY(std::get<sim::config::SetLink>(built.stimuli[2].action).up);
}

void TestNetworkBuilder::badSteps_built_areProblemsAndTheRestRuns() {
    const auto lab = readOk("packetarium: 1\nnodes: {a: {}, b: {}}\nrun:\n- {at: 0s, on: a, do: dance}\n- {at: 0s, do: "
                            "unplug a:eth0}\n- {at: 0s, on: a, do: resolve x.y}\n")
                         .lab;
    const auto built = network::build(lab);
    QCOMPARE(built.problems.size(), 2u);
    QCOMPARE(built.problems[1].message, QStringLiteral("There is no cable in a:eth0."));
    QCOMPARE(built.stimuli.size(), 1u);
    QCOMPARE(std::get<sim::config::Resolve>(built.stimuli[0].action).name, std::string("x.y"));
}

void TestNetworkBuilder::portsWithoutMac_get_derivedOnes() {
    const auto lab =
        readOk(
            "packetarium: 1\nnodes: {a: {}, b: {kind: switch}, c: {interfaces: {x: {mac: \"02:aa:00:00:00:01\"}}}}\n")
            .lab;
    QCOMPARE(network::defaultMac(lab, {1}, QStringLiteral("eth0")).toString(), std::string("02:00:00:01:00:01"));
    QCOMPARE(network::defaultMac(lab, {2}, QStringLiteral("p3")).toString(), std::string("02:00:00:02:00:03"));
}

void TestNetworkBuilder::derivedMac_taken_isAnother() {
    const auto lab = readOk("packetarium: 1\nnodes: {a: {}, b: {interfaces: {x: {mac: \"02:00:00:01:00:01\"}}}}\n").lab;
    QCOMPARE(network::defaultMac(lab, {1}, QStringLiteral("eth0")).toString(), std::string("02:10:00:01:00:01"));
}

void TestNetworkBuilder::actions_parsed_areExact() {
    using namespace sim::config;
    QCOMPARE(std::get<Browse>(*io::parseAction(QStringLiteral("browse http://google.com/"))).url,
             std::string("http://google.com/"));
    QCOMPARE(std::get<Browse>(*io::parseAction(QStringLiteral("browse google.com"))).url,
             std::string("http://google.com/"));
    QCOMPARE(std::get<Browse>(*io::parseAction(QStringLiteral("browse http://10.0.0.1:8080/x?y=1"))).url,
             std::string("http://10.0.0.1:8080/x?y=1"));
    const auto ping =
        std::get<Ping>(*io::parseAction(QStringLiteral("ping  8.8.8.8 count 3 interval 200ms size 1472 ttl 5")));
    QCOMPARE(ping.target, std::string("8.8.8.8"));
    QCOMPARE(ping.count, 3);
    QCOMPARE(ping.interval, sim::kernel::SimTime(200ms));
    QCOMPARE(ping.size, 1472);
    QCOMPARE(ping.ttl, 5);
    QVERIFY(ping.pathMtu == sim::stack::PathMtu::Want);
    QVERIFY(std::get<Ping>(*io::parseAction(QStringLiteral("ping 8.8.8.8 fragment"))).pathMtu ==
            sim::stack::PathMtu::Dont);
    const auto bound =
        std::get<Ping>(*io::parseAction(QStringLiteral("ping 10.0.0.9 from eth1 deadline 2s dont-fragment broadcast")));
    QCOMPARE(bound.from, std::string("eth1"));
    QCOMPARE(bound.deadline, sim::kernel::SimTime(2s));
    QVERIFY(bound.pathMtu == sim::stack::PathMtu::Do && bound.broadcast);
    const auto dhcp =
        std::get<sim::config::DhcpCommand>(*io::parseAction(QStringLiteral("dhcp request 10.7.7.7 eth1")));
    QVERIFY(dhcp.word == sim::config::DhcpCommand::Word::Request);
    QCOMPARE(dhcp.request.toString(), std::string("10.7.7.7"));
    QCOMPARE(dhcp.interface, std::string("eth1"));
    const auto trace = std::get<Traceroute>(
        *io::parseAction(QStringLiteral("traceroute z tcp port 443 first 2 hops 9 wait 500ms size 1400")));
    QVERIFY(trace.with == Traceroute::With::Tcp);
    QCOMPARE(trace.port, 443);
    QCOMPARE(trace.firstHop, 2);
    QCOMPARE(trace.maxHops, 9);
    QCOMPARE(trace.wait, sim::kernel::SimTime(500ms));
    QCOMPARE(trace.size, 1400);
    const auto order = [](const char* text) {
        return std::get<Administer>(*io::parseAction(QString::fromLatin1(text))).order;
    };
    QVERIFY(std::get<SetNeighbour>(order("neighbour 10.1.0.2 stale")).to == SetNeighbour::To::Stale);
    QVERIFY(std::get<SetNeighbour>(order("neighbour 10.1.0.2 00:00:00:00:00:09")).to == SetNeighbour::To::Permanent);
    QCOMPARE(std::get<ForgetMac>(order("forget 00:00:00:00:00:02")).mac.number(), std::uint64_t(2));
    QVERIFY(std::holds_alternative<FlushRoutes>(order("flush routes")));
    const auto way = std::get<ChangeRoute>(order("route add 10.0.0.0/8 via 1.2.3.4 metric 7"));
    QVERIFY(way.add && way.route.metric == 7 && way.route.via.toString() == "1.2.3.4");
    QVERIFY(!std::get<ChangeRoute>(order("route del default")).add);
    QCOMPARE(std::get<ChangeAddress>(order("address add 10.0.0.5/24 dev eth0")).interface, std::string("eth0"));
    using sim::stack::FilterRule;
    const auto rule = [&](const char* text) { return std::get<FilterRule>(std::get<AddFilter>(order(text)).line); };
    const auto reject =
        rule("firewall reject forward udp from 10.0.0.0/8 to 8.8.8.8 to port 53-54 in eth0 with admin-prohibited");
    QVERIFY(reject.verdict == FilterRule::Verdict::Reject && reject.chain == FilterRule::Chain::Forward);
    QCOMPARE(int(reject.rejectCode), 13);
    QCOMPARE(int(reject.protocol), 17);
    QCOMPARE(reject.from.toString(), std::string("10.0.0.0/8"));
    QCOMPARE(reject.to.toString(), std::string("8.8.8.8/32"));
    QCOMPARE(int(reject.toPortLow), 53);
    QCOMPARE(int(reject.toPortHigh), 54);
    QCOMPARE(reject.in, std::string("eth0"));
    QCOMPARE(int(rule("firewall accept input state established,related").states),
             FilterRule::kEstablished | FilterRule::kRelated);
    QVERIFY(!std::get<sim::stack::FilterPolicy>(std::get<AddFilter>(order("firewall policy input drop")).line).accept);
    QCOMPARE(std::get<Traceroute>(*io::parseAction(QStringLiteral("traceroute google.com"))).target,
             std::string("google.com"));
    QCOMPARE(std::get<Resolve>(*io::parseAction(QStringLiteral("resolve google.com"))).name, std::string("google.com"));
}

void TestNetworkBuilder::badActions_parsed_areRefused_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* text, const char* message) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(message);
    };
    const QString words = io::actionVerbs().join(QLatin1String(", "));
    for (const char* text : {"", "reboot"})
        QTest::newRow(*text ? text : "nothing")
            << QString::fromLatin1(text)
            << QStringLiteral("\"%1\" is nothing a node can do; it can %2.").arg(QLatin1String(text), words);
    row("ping", "ping needs a name or an address.");
    row("ping a/b", "\"a/b\" is neither a name nor an address.");
    row("ping a count 0", "ping: count goes from 1 to 65535, and is not \"0\".");
    row("ping a count", "ping: count goes from 1 to 65535, and is not \"\".");
    row("ping a speed 3",
        "ping does not know \"speed\"; it knows count, interval, size, ttl, deadline, from, fragment, "
        "dont-fragment, broadcast, id, numeric and ipv4.");
    row("ping a from", "ping: after \"from\" comes an interface or an address of the node.");
    row("traceroute a first 9 hops 3", "traceroute: the first hop lies behind the last one.");
    row("traceroute a sctp",
        "traceroute does not know \"sctp\"; it knows udp, icmp, tcp, port, size, first, hops, queries, wait and ipv4.");
    row("flush dns", "Only routes can be flushed: \"flush routes\".");
    row("firewall allow tcp",
        "A filter rule begins with accept, drop, reject, reset or policy, not with \"allow\". Write it like \"drop tcp "
        "to "
        "port 80\", \"accept forward state established,related\", \"reject udp to port 9 with admin-prohibited\" or "
        "\"policy input drop\".");
    row("firewall reset udp", "Only TCP can be reset: \"reset tcp to port 9\".");
    row("firewall drop to port 80", "Only tcp and udp have ports: \"drop to port 80\".");
    row("firewall policy tcp drop",
        "\"policy tcp drop\" is not a policy; a chain is input, forward or output, and accepts or drops.");
    row("route add 10.0.0.0/8",
        "The route does not say where to. Add \"via\" and a gateway, or \"dev\" and an interface.");
    row("route 10.0.0.0/8", "After \"route\" comes \"add\" or \"del\".");
    row("address add 10.0.0.5",
        "\"address add 10.0.0.5\" is not a change of an address; write \"address add 10.0.0.5/24 dev eth0\".");
    row("forget p1", "\"forget p1\" names no MAC address to forget; write \"forget 00:00:00:00:00:02\".");
    row("ping a interval 0", "ping: the interval goes from 1ms to 3600s, and is not \"0\".");
    row("browse", "browse needs an address such as http://google.com/.");
    row("browse ftp://a/", "\"ftp://a/\" is not the address of a page; write one like http://google.com/.");
    row("browse http://", "\"http://\" is not the address of a page; write one like http://google.com/.");
    row("browse a b", "browse does not know \"b\"; it knows deadline and ipv4.");
    row("browse a ipv4 b", "browse does not know \"b\"; it knows deadline and ipv4.");
    row("resolve a MX AAAA", "Only A and AAAA are asked for together: \"resolve google.com A AAAA\".");
    row("resolve a at b", "After \"at\" comes the IPv4 address of a DNS server, and nothing more.");
    row("resolve a b", "There is no record type \"b\"; write one like A, AAAA, MX, NS, PTR, SOA, SRV, TXT.");
}

void TestNetworkBuilder::badActions_parsed_areRefused() {
    QFETCH(QString, text);
    QFETCH(QString, message);
    QString problem;
    QVERIFY(!io::parseAction(text, &problem));
    QCOMPARE(problem, message);
}

QTEST_GUILESS_MAIN(TestNetworkBuilder)
#include "test_network_builder.moc"
