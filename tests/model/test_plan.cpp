// The address plan: what ports that say "auto" get, in cases that one can look over, and what holds in all.
#include "model/check/check.h"
#include "model/network/network_builder.h"
#include "model/plan/plan.h"
#include "sim/decisions/all.h"
#include "sim/replay/timeline.h"
#include "tests/model/all_labs.h"
#include "tests/model/lab_text.h"
#include "tests/model/random_automatic_lab.h"
#include "tests/support/networks.h"

#include <QtTest>

#include <chrono>

using namespace model;
using namespace tests;
using namespace std::chrono_literals;

namespace {

const char* kHome = "packetarium: 1\nnodes:\n"
                    "  pc: {interfaces: {eth0: auto}}\n"
                    "  web: {kind: web-server, interfaces: {eth0: auto}}\n"
                    "  sw: {kind: switch}\n"
                    "  home: {kind: home-router, interfaces: {lan0: auto, wan0: auto}, dhcp-server: true}\n"
                    "  isp: {kind: router, interfaces: {eth0: auto, eth1: auto}}\n"
                    "  far: {kind: web-server, interfaces: {eth0: auto}}\n"
                    "links: [[pc:eth0, sw:p1], [web:eth0, sw:p2], [home:lan0, sw:p3], [home:wan0, isp:eth0], "
                    "[isp:eth1, far:eth0]]\n";

/// on is two hosts and a router on a switch, with these addresses.
QByteArray on(const QByteArray& a, const QByteArray& b, const QByteArray& r, const QByteArray& more = {}) {
    return "packetarium: 1\nnodes:\n  a: {interfaces: {eth0: " + a + "}" + more + "}\n  b: {interfaces: {eth0: " + b +
           "}}\n  r: {kind: router, interfaces: {eth0: " + r +
           "}}\n  sw: {kind: switch}\nlinks: [[a:eth0, sw:p1], [b:eth0, sw:p2], [r:eth0, sw:p3]]\n";
}

QString text(const sim::wire::Prefix& p) { return QString::fromStdString(p.toString()); }

/// addresses are those of a lab as "node:port address", in the order of the file.
QStringList addresses(const lab::Lab& lab) {
    QStringList out;
    for (const auto& node : lab.nodes)
        for (const auto& port : node.ports) {
            if (port.addresses.empty() && !port.dhcp && !port.automatic) continue;
            QStringList all;
            for (const auto& prefix : port.addresses)
                all << text(prefix);
            if (port.dhcp) all << QStringLiteral("dhcp");
            out << node.name + u':' + port.name + u' ' + all.join(u' ');
        }
    return out;
}

QStringList addressesOf(const QByteArray& lab) { return addresses(plan::planned(readOk(lab).lab)); }

QStringList routes(const lab::Node& node) {
    QStringList out;
    for (const auto& r : node.routes)
        out << text(r.to) + QStringLiteral(" via ") + QString::fromStdString(r.via.toString());
    return out;
}

QString gateway(const lab::Lab& lab, const char* node) {
    const auto& g = lab.node(QLatin1String(node))->gateway;
    return g ? QString::fromStdString(g->toString()) : QString();
}

QStringList codes(const lab::Lab& lab) {
    QStringList out;
    for (const auto& f : check::check(lab))
        out << f.code;
    return out;
}

std::map<std::pair<std::uint32_t, QString>, QString> values(const lab::Lab& lab) {
    std::map<std::pair<std::uint32_t, QString>, QString> out;
    for (const auto& node : lab.nodes)
        for (const auto& port : node.ports)
            if (!port.addresses.empty()) out[{node.id.value, port.name}] = text(port.addresses.front());
    return out;
}

} // namespace

class TestPlan : public QObject {
    Q_OBJECT
private slots:
    void twoHosts_planned_areInOneNetworkAndKnowNames();
    void hostsAndRouter_planned_haveAGateway();
    void typedNetwork_planned_isFollowed();
    void valueBehindAuto_planned_isKept();
    void valueOfAnotherNetwork_planned_isReplaced();
    void valueTwice_planned_isOfTheFirst();
    void routersInARow_planned_haveRoutesBothWays();
    void home_planned_givesHostsDhcpAndServersAddresses();
    void routersBehindHome_planned_knowTheWayOut();
    void networksInUse_planned_areLeftOut();
    void pool_planned_isLeftOut();
    void typedSettings_planned_stay();
    void nameServer_planned_isTheNearest();
    void uncabledPort_planned_hasNone();
    void cannot_checked_isSaidWithItsPlace_data();
    void cannot_checked_isSaidWithItsPlace();
    void everyThing_given_saysWhereFrom();
    void autoInAFile_read_isWhatItSays();
    void autoInAFile_wrong_isRefused_data();
    void autoInAFile_wrong_isRefused();
    void sample_checked_hasNoFindings();
    void labsWithoutAuto_planned_areTheSame();
    void randomLabs_settled_areSoForGood();
    void randomLabs_planned_haveNoAddressTwice();
    void randomLabs_checked_haveNoFindings();
    void randomLabs_deviceAddedOrRemoved_othersKeepTheirs();
    void randomLabs_run_everyHostPingsEveryOtherByName();
    void largeLab_planned_isBounded();
};

void TestPlan::twoHosts_planned_areInOneNetworkAndKnowNames() {
    const auto lab = plan::planned(readOk("packetarium: 1\nnodes: {a: {interfaces: {eth0: auto}}, b: {interfaces: "
                                          "{eth0: auto}}}\nlinks: [[a:eth0, b:eth0]]\n")
                                       .lab);
    QCOMPARE(addresses(lab), (QStringList{"a:eth0 192.168.1.10/24", "b:eth0 192.168.1.11/24"}));
    QVERIFY(!lab.nodes[0].gateway);
    QVERIFY(lab.nodes[0].dns.empty());
    const auto hosts = network::deviceConfig(lab, 0).hosts;
    QCOMPARE(hosts.size(), std::size_t(2));
    QCOMPARE(hosts[1].first, std::string("b"));
    QCOMPARE(hosts[1].second.toString(), std::string("192.168.1.11"));
    QVERIFY(codes(lab).isEmpty());
}

void TestPlan::hostsAndRouter_planned_haveAGateway() {
    const auto lab = plan::planned(readOk(on("auto", "auto", "auto")).lab);
    QCOMPARE(addresses(lab).first(3),
             (QStringList{"a:eth0 192.168.1.10/24", "b:eth0 192.168.1.11/24", "r:eth0 192.168.1.1/24"}));
    QCOMPARE(gateway(lab, "a"), QStringLiteral("192.168.1.1"));
    QCOMPARE(gateway(lab, "r"), QString());
}

void TestPlan::typedNetwork_planned_isFollowed() {
    QCOMPARE(addressesOf(on("10.7.0.20/16", "auto", "auto")).first(3),
             (QStringList{"a:eth0 10.7.0.20/16", "b:eth0 10.7.0.10/16", "r:eth0 10.7.0.1/16"}));
    QCOMPARE(addressesOf(on("auto", "auto", "10.7.0.1/29")).first(3),
             (QStringList{"a:eth0 10.7.0.2/29", "b:eth0 10.7.0.3/29", "r:eth0 10.7.0.1/29"}));
    // The address that the next router would have is somebody's.
    QCOMPARE(addressesOf(on("192.168.0.1/24", "auto", "auto")).at(2), QStringLiteral("r:eth0 192.168.0.2/24"));
}

void TestPlan::valueBehindAuto_planned_isKept() {
    QCOMPARE(addressesOf(on("auto", "auto 192.168.7.44/24", "auto")).first(3),
             (QStringList{"a:eth0 192.168.7.10/24", "b:eth0 192.168.7.44/24", "r:eth0 192.168.7.1/24"}));
}

void TestPlan::valueOfAnotherNetwork_planned_isReplaced() {
    QCOMPARE(addressesOf(on("auto 192.168.1.10/24", "auto 192.168.1.11/24", "10.0.0.1/24")).first(3),
             (QStringList{"a:eth0 10.0.0.10/24", "b:eth0 10.0.0.11/24", "r:eth0 10.0.0.1/24"}));
    // Two networks of values: the one that more of the ports have.
    QCOMPARE(addressesOf(on("auto 192.168.1.10/24", "auto 192.168.2.10/24", "auto 192.168.2.1/24")).first(3),
             (QStringList{"a:eth0 192.168.2.11/24", "b:eth0 192.168.2.10/24", "r:eth0 192.168.2.1/24"}));
    // What is no address of a machine, and another length.
    QCOMPARE(addressesOf(on("auto 192.168.1.255/24", "auto 192.168.1.11/24", "auto 192.168.1.1/25")).first(3),
             (QStringList{"a:eth0 192.168.1.10/24", "b:eth0 192.168.1.11/24", "r:eth0 192.168.1.1/24"}));
}

void TestPlan::valueTwice_planned_isOfTheFirst() {
    QCOMPARE(addressesOf(on("auto 192.168.1.11/24", "auto 192.168.1.11/24", "auto")).first(2),
             (QStringList{"a:eth0 192.168.1.11/24", "b:eth0 192.168.1.10/24"}));
    QCOMPARE(addressesOf(on("auto 192.168.1.11/24", "192.168.1.11/24", "auto")).first(2),
             (QStringList{"a:eth0 192.168.1.10/24", "b:eth0 192.168.1.11/24"}));
}

void TestPlan::routersInARow_planned_haveRoutesBothWays() {
    const auto lab = plan::planned(readOk(fileText(QStringLiteral("resources/labs/automatic.lab.yaml"))).lab);
    QCOMPARE(addresses(lab),
             (QStringList{"anna:eth0 192.168.1.10/24", "bert:eth0 192.168.1.11/24", "carl:eth0 192.168.2.10/24",
                          "dora:eth0 192.168.2.11/24", "emil:eth0 192.168.3.10/24", "fritz:eth0 192.168.3.11/24",
                          "r1:eth0 192.168.1.1/24", "r1:eth1 192.168.4.1/24", "r2:eth0 192.168.2.1/24",
                          "r2:eth1 192.168.4.2/24", "r2:eth2 192.168.5.1/24", "r3:eth0 192.168.3.1/24",
                          "r3:eth1 192.168.5.2/24"}));
    QCOMPARE(routes(*lab.node("r1")), (QStringList{"192.168.2.0/24 via 192.168.4.2", "192.168.5.0/24 via 192.168.4.2",
                                                   "192.168.3.0/24 via 192.168.4.2"}));
    QCOMPARE(routes(*lab.node("r2")),
             (QStringList{"192.168.1.0/24 via 192.168.4.1", "192.168.3.0/24 via 192.168.5.2"}));
    QCOMPARE(gateway(lab, "emil"), QStringLiteral("192.168.3.1"));
    QCOMPARE(gateway(lab, "r2"), QString());
}

void TestPlan::home_planned_givesHostsDhcpAndServersAddresses() {
    const auto lab = plan::planned(readOk(kHome).lab);
    QCOMPARE(addresses(lab), (QStringList{"pc:eth0 dhcp", "web:eth0 192.168.1.10/24", "home:lan0 192.168.1.1/24",
                                          "home:wan0 192.168.2.1/24", "isp:eth0 192.168.2.2/24",
                                          "isp:eth1 192.168.3.1/24", "far:eth0 192.168.3.10/24"}));
    QCOMPARE(gateway(lab, "pc"), QString());
    QCOMPARE(gateway(lab, "web"), QStringLiteral("192.168.1.1"));
    // What translates sends to the outside; nobody there knows the inside.
    QCOMPARE(gateway(lab, "home"), QStringLiteral("192.168.2.2"));
    QVERIFY(lab.node("home")->routes.empty());
    QVERIFY(lab.node("isp")->routes.empty());
    QCOMPARE(gateway(lab, "isp"), QString());
    QCOMPARE(gateway(lab, "far"), QStringLiteral("192.168.3.1"));
    QVERIFY2(codes(lab).isEmpty(), qPrintable(codes(lab).join(u' ')));
    QVERIFY(plan::planned(lab) == lab);
    QVERIFY(plan::planned(plan::settled(readOk(kHome).lab)) == lab);
    // A value that the host had before the home router came is not written any more.
    QByteArray before = kHome;
    before.replace("pc: {interfaces: {eth0: auto}}", "pc: {interfaces: {eth0: auto 192.168.1.12/24}}");
    QCOMPARE(addresses(plan::settled(readOk(before).lab)).front(), QStringLiteral("pc:eth0 "));
}

void TestPlan::routersBehindHome_planned_knowTheWayOut() {
    QByteArray text = kHome;
    text.replace("  far:",
                 "  r2: {kind: router, interfaces: {eth0: auto, eth1: auto}}\n  back: {interfaces: {eth0: auto}}\n"
                 "  far:");
    text.replace("[isp:eth1, far:eth0]", "[isp:eth1, far:eth0], [r2:eth0, sw:p4], [r2:eth1, back:eth0]");
    const auto read = readOk(text).lab;
    const auto lab = plan::planned(read);
    QCOMPARE(gateway(lab, "r2"), QStringLiteral("192.168.1.1"));
    QCOMPARE(routes(*lab.node("r2")), QStringList("192.168.2.0/24 via 192.168.1.1")
                                          << "192.168.3.0/24 via 192.168.1.1");
    QCOMPARE(gateway(lab, "back"), QString::fromStdString(lab.node("r2")->ports[1].addresses[0].address.toString()));
    QCOMPARE(gateway(lab, "web"), QStringLiteral("192.168.1.1"));
    QCOMPARE(routes(*lab.node("home")), QStringList(QStringLiteral("192.168.4.0/24 via 192.168.1.2")));
    QVERIFY(lab.node("isp")->routes.empty());
    QVERIFY(plan::planned(lab) == lab);
    const auto plan = plan::planOf(read);
    const auto* way = plan.find(5, QStringLiteral("gateway"));
    QVERIFY(way);
    QCOMPARE(plan::sentenceOf(read, plan, *way), QStringLiteral("automatic: what is not in this lab is behind home"));
}

void TestPlan::networksInUse_planned_areLeftOut() {
    QByteArray text = "packetarium: 1\nnodes:\n"
                      "  a: {interfaces: {eth0: auto}}\n  b: {interfaces: {eth0: auto}}\n"
                      "  c: {interfaces: {eth0: 192.168.1.9/25}}\n"
                      "  d: {routes: [192.168.2.0/23 dev eth0, 0.0.0.0/1 dev eth0]}\n"
                      "  e: {loopback: 192.168.4.4/32, dhcp-server: {pool: 192.168.5.7-192.168.5.8}}\n"
                      "  f: {interfaces: {wg0: {address: 192.168.6.0/31, wireguard: {peers: [{node: a, allowed-ips: "
                      "[192.168.7.0/24, 0.0.0.0/0]}]}}}}\n"
                      "links: [[a:eth0, b:eth0]]\n";
    QCOMPARE(addressesOf(text).first(2), (QStringList{"a:eth0 192.168.8.10/24", "b:eth0 192.168.8.11/24"}));
    // When the first block is used up, the next one.
    text.replace("192.168.2.0/23", "192.168.0.0/16");
    QCOMPARE(addressesOf(text).front(), QStringLiteral("a:eth0 10.0.0.10/24"));
}

void TestPlan::pool_planned_isLeftOut() {
    const QByteArray pool = ", dhcp-server: {pool: 10.0.0.10-10.0.0.20, reservations: {\"00:00:00:00:00:09\": "
                            "10.0.0.21}}";
    QCOMPARE(addressesOf(on("10.0.0.9/24", "auto", "auto", pool)).first(3),
             (QStringList{"a:eth0 10.0.0.9/24", "b:eth0 10.0.0.22/24", "r:eth0 10.0.0.1/24"}));
    QCOMPARE(addressesOf(on("10.0.0.9/24", "auto 10.0.0.15/24", "auto", pool)).at(1),
             QStringLiteral("b:eth0 10.0.0.22/24"));
}

void TestPlan::typedSettings_planned_stay() {
    auto lab = plan::planned(
        readOk(on("auto", "auto", "auto", ", gateway: 192.168.1.77, dns: 192.168.1.78, hosts: {10.9.9.9: x}")).lab);
    QCOMPARE(gateway(lab, "a"), QStringLiteral("192.168.1.77"));
    QCOMPARE(lab.nodes[0].dns.front().toString(), std::string("192.168.1.78"));
    QCOMPARE(lab.nodes[0].hosts.front().first, std::string("x"));
    lab = plan::planned(readOk(on("auto", "auto", "auto", ", routes: [default via 192.168.1.5]")).lab);
    QCOMPARE(gateway(lab, "a"), QString());
    QByteArray sample = fileText(QStringLiteral("resources/labs/automatic.lab.yaml"));
    sample.replace("{eth0: auto, eth1: auto, eth2: auto}", "{eth0: auto, eth1: auto, eth2: auto}\n    rip: true");
    lab = plan::planned(readOk(sample).lab);
    QVERIFY(lab.node("r2")->routes.empty());
    QCOMPARE(lab.node("r1")->routes.size(), std::size_t(3));
}

void TestPlan::nameServer_planned_isTheNearest() {
    QByteArray sample = fileText(QStringLiteral("resources/labs/automatic.lab.yaml"));
    const auto dns = [](const lab::Lab& lab, const char* node) {
        const auto& servers = lab.node(QLatin1String(node))->dns;
        return servers.empty() ? QString() : QString::fromStdString(servers.front().toString());
    };
    sample.replace("kind: host\n    at: [720", "kind: dns-server\n    at: [720"); // emil
    auto lab = plan::planned(readOk(sample).lab);
    QCOMPARE(dns(lab, "anna"), QStringLiteral("192.168.3.10"));
    QCOMPARE(dns(lab, "emil"), QString());
    sample.replace("kind: host\n    at: [240", "kind: dns-server\n    at: [240"); // bert
    lab = plan::planned(readOk(sample).lab);
    QCOMPARE(dns(lab, "anna"), QStringLiteral("192.168.1.11"));
    QCOMPARE(dns(lab, "bert"), QStringLiteral("192.168.3.10"));
    QCOMPARE(dns(lab, "carl"), QStringLiteral("192.168.1.11"));
    QCOMPARE(dns(lab, "fritz"), QStringLiteral("192.168.3.10"));
}

void TestPlan::uncabledPort_planned_hasNone() {
    QByteArray text = on("auto", "auto 192.168.1.10/24", "auto");
    text.replace("[b:eth0, sw:p2], ", "");
    const auto read = readOk(text).lab;
    QCOMPARE(addresses(plan::planned(read)).first(2), (QStringList{"a:eth0 192.168.2.10/24", "b:eth0 "}));
    QCOMPARE(addresses(plan::settled(read)).at(1), QStringLiteral("b:eth0 192.168.1.10/24"));
    QVERIFY(codes(read).isEmpty());
}

void TestPlan::cannot_checked_isSaidWithItsPlace_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("port");
    QTest::newRow("full") << on("10.0.0.1/30", "auto", "auto") << "auto-network-full"
                          << "b:eth0";
    QTest::newRow("several") << on("10.0.0.1/24", "10.0.1.1/24", "auto") << "auto-several-networks"
                             << "r:eth0";
    QByteArray all = on("auto", "auto", "auto",
                        ", routes: [192.168.0.0/16 via 1.2.3.4, 10.0.0.0/8 via 1.2.3.4, "
                        "172.16.0.0/12 via 1.2.3.4]");
    QTest::newRow("none left") << all << "auto-no-network"
                               << "a:eth0";
}

void TestPlan::cannot_checked_isSaidWithItsPlace() {
    QFETCH(QByteArray, text);
    QFETCH(QString, code);
    QFETCH(QString, port);
    const auto lab = readOk(text).lab;
    const auto findings = check::check(lab);
    const auto found = std::find_if(findings.begin(), findings.end(), [&](const auto& f) {
        const auto* node = lab.node(f.node);
        return f.code == code && node && node->name + u':' + f.port == port;
    });
    QVERIFY(found != findings.end());
    QVERIFY(!found->hint.isEmpty());
    const auto path = check::pathOf(lab, *found);
    QCOMPARE(path.at(2), QStringLiteral("interfaces"));
}

void TestPlan::everyThing_given_saysWhereFrom() {
    const auto lab = readOk(kHome).lab;
    const auto plan = plan::planOf(lab);
    const auto says = [&](std::size_t node, const char* key, const char* port = "") {
        const auto* given = plan.find(node, QLatin1String(key), QLatin1String(port));
        return given ? plan::sentenceOf(lab, plan, *given) : QString();
    };
    QCOMPARE(says(0, "address", "eth0"), QStringLiteral("automatic: home gives addresses by DHCP in this segment"));
    QCOMPARE(says(1, "address", "eth0"),
             QStringLiteral("automatic: from 192.168.1.0/24, which was chosen for this segment"));
    QCOMPARE(says(1, "gateway"), QStringLiteral("automatic: router home is this segment's gateway"));
    QCOMPARE(says(1, "hosts"), QStringLiteral("automatic: the names of all nodes of this lab"));
    QCOMPARE(says(0, "gateway"), QString());
    for (const auto& given : plan.given)
        QVERIFY(plan::sentenceOf(lab, plan, given).startsWith(QLatin1String("automatic: ")));
}

void TestPlan::autoInAFile_read_isWhatItSays() {
    const QByteArray text = "packetarium: 1\naddresses: automatic\nnodes:\n  a:\n    interfaces:\n"
                            "      eth0: auto   # by plan\n      eth1: {address: auto 10.1.2.3/8, mtu: 1400}\n"
                            "      eth2: \"auto 10.1.2.4/8\"\n      eth3: dhcp\n";
    const auto read = readOk(text);
    const auto& ports = read.lab.nodes[0].ports;
    QVERIFY(read.lab.addressing == lab::Addressing::Automatic);
    QVERIFY(ports[0].automatic && ports[0].addresses.empty() && !ports[0].dhcp);
    QVERIFY(ports[1].automatic);
    QCOMPARE(::text(ports[1].addresses.front()), QStringLiteral("10.1.2.3/8"));
    QCOMPARE(::text(ports[2].addresses.front()), QStringLiteral("10.1.2.4/8"));
    QVERIFY(!ports[3].automatic);
    QCOMPARE(io::patchLab(text, read.lab, read.lab), text);
    QCOMPARE(readOk(io::writeLab(read.lab)).lab, read.lab);
    auto now = read.lab;
    now.nodes[0].ports[0].addresses = {*sim::wire::Prefix::parse("192.168.1.10/24")};
    now.nodes[0].ports[1].automatic = false;
    QCOMPARE(changedLines(text, io::patchLab(text, read.lab, now)),
             (QList<QByteArray>{"-      eth0: auto   # by plan", "-      eth1: {address: auto 10.1.2.3/8, mtu: 1400}",
                                "+      eth0: auto 192.168.1.10/24   # by plan",
                                "+      eth1: {address: 10.1.2.3/8, mtu: 1400}"}));
}

void TestPlan::autoInAFile_wrong_isRefused_data() {
    QTest::addColumn<QByteArray>("interface");
    QTest::addColumn<QString>("message");
    const QString wrong = QStringLiteral("\"%1\" is not an automatic address.");
    for (const char* bad : {"auto 192.168.1.300/24", "auto 192.168.1.3", "auto 2001:db8::1/64",
                            "auto 192.168.1.3/24 192.168.1.4/24", "auto dhcp"})
        QTest::newRow(bad) << QByteArray(bad) << wrong.arg(QLatin1String(bad));
    QTest::newRow("tunnel") << QByteArray("{kind: tunnel, address: auto}")
                            << QStringLiteral("A tunnel has no automatic address.");
    QTest::newRow("wireguard") << QByteArray("{address: auto, wireguard: {}}")
                               << QStringLiteral("A tunnel has no automatic address.");
}

void TestPlan::autoInAFile_wrong_isRefused() {
    QFETCH(QByteArray, interface);
    QFETCH(QString, message);
    io::ReadLab read;
    io::Problem problem;
    QVERIFY(!io::readLab("packetarium: 1\nnodes: {a: {interfaces: {eth0: " + interface + "}}}\n",
                         QStringLiteral("t.yaml"), &read, &problem));
    QCOMPARE(problem.message, message);
    QVERIFY(!problem.hint.isEmpty());
    QCOMPARE(problem.line, 2);
}

void TestPlan::sample_checked_hasNoFindings() {
    const auto lab = readOk(fileText(QStringLiteral("resources/labs/automatic.lab.yaml"))).lab;
    QVERIFY2(codes(lab).isEmpty(), qPrintable(codes(lab).join(u' ')));
    QVERIFY2(codes(plan::settled(lab)).isEmpty(), "settled");
}

void TestPlan::labsWithoutAuto_planned_areTheSame() {
    int looked = 0;
    for (const QString& path : labFiles()) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto lab = readOk(file.readAll()).lab;
        if (plan::isAutomatic(lab)) continue;
        QVERIFY(plan::planned(lab) == lab);
        QVERIFY(plan::settled(lab) == lab);
        ++looked;
    }
    QVERIFY(looked > 20);
}

void TestPlan::randomLabs_settled_areSoForGood() {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        Random random(seed);
        const auto lab = randomAutomaticLab(random);
        const auto settled = plan::settled(lab), planned = plan::planned(lab);
        QVERIFY2(plan::settled(settled) == settled, qPrintable(QString::number(seed)));
        QVERIFY2(plan::planned(settled) == planned, qPrintable(QString::number(seed)));
        QVERIFY2(plan::planned(planned) == planned, qPrintable(QString::number(seed)));
        QVERIFY2(readOk(io::writeLab(settled)).lab == lab::numbered(settled), qPrintable(QString::number(seed)));
    }
}

void TestPlan::randomLabs_planned_haveNoAddressTwice() {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        Random random(seed);
        const auto lab = plan::planned(randomAutomaticLab(random));
        const plan::Segments segments(lab);
        std::map<std::size_t, sim::wire::Prefix> networks;
        std::set<sim::wire::IpAddress> seen;
        std::set<sim::wire::Prefix> all;
        for (std::size_t n = 0; n < lab.nodes.size(); ++n)
            for (std::size_t p = 0; p < lab.nodes[n].ports.size(); ++p) {
                if (!lab.nodes[n].ports[p].automatic || !segments.cabled({n, p})) continue;
                QCOMPARE(lab.nodes[n].ports[p].addresses.size(), std::size_t(1));
                const auto prefix = lab.nodes[n].ports[p].addresses.front();
                QVERIFY(seen.insert(prefix.address).second);
                const auto [at, isNew] = networks.emplace(segments.of({n, p}), prefix.network());
                QVERIFY(at->second == prefix.network());
                if (isNew) QVERIFY(all.insert(prefix.network()).second);
                QVERIFY(prefix.address != prefix.network().address && prefix.address != prefix.broadcast());
            }
    }
}

void TestPlan::randomLabs_checked_haveNoFindings() {
    for (unsigned seed = 1; seed <= 100; ++seed) {
        Random random(seed);
        const auto found = codes(randomAutomaticLab(random));
        QVERIFY2(found.isEmpty(), qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(found.join(u' '))));
    }
}

void TestPlan::randomLabs_deviceAddedOrRemoved_othersKeepTheirs() {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        Random random(seed);
        auto lab = plan::settled(randomAutomaticLab(random));
        for (int edit = 0; edit < 12; ++edit) {
            const auto before = values(lab);
            std::set<std::uint32_t> gone;
            if (below(random, 2)) {
                const bool router = below(random, 3) == 0;
                const auto id = addAutomatic(lab, router ? lab::Kind::Router : lab::Kind::Host).id;
                for (int n = 1 + (router ? below(random, 2) : 0); n > 0; --n) {
                    const auto& other = lab.nodes[std::size_t(below(random, int(lab.nodes.size() - 1)))];
                    if (lab::bridges(other.kind) || lab::forwards(other)) cable(lab, other.id, id);
                }
            } else {
                const auto at = std::size_t(below(random, int(lab.nodes.size())));
                // Without its switch a segment comes apart, and its parts cannot all keep the network.
                if (lab::bridges(lab.nodes[at].kind) || lab.nodes.size() < 3) continue;
                const auto id = lab.nodes[at].id;
                gone.insert(id.value);
                lab.nodes.erase(lab.nodes.begin() + std::ptrdiff_t(at));
                std::erase_if(lab.links, [&](const lab::Link& l) { return l.a.node == id || l.b.node == id; });
            }
            lab = plan::settled(lab);
            const auto after = values(lab);
            for (const auto& [port, value] : before) {
                if (gone.contains(port.first)) continue;
                const auto now = after.find(port);
                QVERIFY2(now != after.end() && now->second == value,
                         qPrintable(QStringLiteral("seed %1, edit %2").arg(seed).arg(edit)));
            }
        }
    }
}

void TestPlan::randomLabs_run_everyHostPingsEveryOtherByName() {
    int pings = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        Random random(seed);
        auto lab = randomAutomaticLab(random);
        int many = 0;
        for (const auto& from : lab.nodes)
            for (const auto& to : lab.nodes) {
                if (lab::bridges(from.kind) || lab::bridges(to.kind) || from.id == to.id) continue;
                lab.run.push_back(
                    {std::chrono::milliseconds(50 * many++), from.id, QStringLiteral("ping %1 count 1").arg(to.name)});
            }
        auto built = network::build(lab);
        QVERIFY(built.problems.empty());
        sim::replay::Timeline timeline(std::move(built.network), std::move(built.stimuli));
        const auto end = std::chrono::milliseconds(50 * many) + 10s;
        timeline.extend(end);
        const auto replies = support::decisions(timeline.log(), sim::trace::kindOf<sim::decisions::PingReply>).size();
        QVERIFY2(replies == std::size_t(many),
                 qPrintable(QStringLiteral("seed %1: %2 of %3").arg(seed).arg(replies).arg(many)));
        pings += many;
    }
    QVERIFY(pings > 1000);
}

void TestPlan::largeLab_planned_isBounded() {
    // A chain of 2,000 routers: 4 million routes are too many, and the lab says so.
    lab::Lab lab;
    std::vector<lab::NodeId> ids;
    lab.nodes.reserve(2000);
    for (int i = 0; i < 2000; ++i) {
        lab::Node node;
        node.id = lab::NodeId{std::uint32_t(i + 1)};
        node.name = QStringLiteral("r%1").arg(i);
        node.kind = lab::Kind::Router;
        for (const char* name : {"eth0", "eth1"}) {
            lab::Port port;
            port.name = QLatin1String(name);
            port.automatic = true;
            node.ports.push_back(port);
        }
        lab.nodes.push_back(node);
        if (i > 0) {
            lab::Link link;
            link.id = lab::LinkId{std::uint32_t(i)};
            link.a = {lab::NodeId{std::uint32_t(i)}, QStringLiteral("eth1")};
            link.b = {node.id, QStringLiteral("eth0")};
            lab.links.push_back(link);
        }
    }
    const auto plan = plan::planOf(lab);
    QCOMPARE(plan.unmet.size(), std::size_t(1));
    QVERIFY(plan.unmet.front().why == plan::Unmet::Why::TooManyRoutes);
    QCOMPARE(plan.addresses.size(), std::size_t(2 * 1999));
    QVERIFY(plan.nodes.at(5).routes.empty());
}

QTEST_GUILESS_MAIN(TestPlan)
#include "test_plan.moc"
