// Checks: each finds what it is for, and nothing in a lab that is well.
#include "model/check/check.h"
#include "model/io/action_words.h"
#include "tests/model/lab_text.h"

#include <QtTest>

using namespace model;
using namespace tests;

namespace {

QStringList found(const QByteArray& text) {
    QStringList out;
    for (const auto& finding : check::check(readOk(text).lab))
        out << finding.code + QStringLiteral(": ") + finding.message;
    return out;
}

/// lan is two hosts on a switch, with what a test adds to host a, host b and the rest of the lab.
QByteArray lan(const QByteArray& a, const QByteArray& b, const QByteArray& rest = {}) {
    return "packetarium: 1\nnodes:\n  a:\n    " + a + "\n  b:\n    " + b + "\n  s: {kind: switch}\n" + rest +
           "\nlinks:\n  - [a:eth0, s:p1]\n  - [b:eth0, s:p2]\n";
}

const QByteArray kA = "interfaces: {eth0: 10.0.0.1/24}";
const QByteArray kB = "interfaces: {eth0: 10.0.0.2/24}";

} // namespace

class TestCheck : public QObject {
    Q_OBJECT
private slots:
    void shippedLabs_checked_areWell();
    void labs_checked_findWhatIsWrong_data();
    void labs_checked_findWhatIsWrong();
    void findings_checked_pointAtTheirPlace();
};

void TestCheck::shippedLabs_checked_areWell() {
    for (const auto& name : {"resources/labs/home.lab.yaml",
                             "resources/labs/localhost.lab.yaml",
                             "resources/labs/ping.lab.yaml",
                             "resources/labs/pulled-cable.lab.yaml",
                             "resources/labs/dhcp.lab.yaml",
                             "resources/labs/routing.lab.yaml",
                             "resources/labs/home-rip.lab.yaml",
                             "resources/labs/arp-no-answer.lab.yaml",
                             "resources/labs/no-route.lab.yaml",
                             "resources/labs/traceroute.lab.yaml",
                             "resources/labs/path-mtu.lab.yaml",
                             "resources/labs/vpn.lab.yaml",
                             "resources/labs/no-such-name.lab.yaml",
                             "resources/labs/names.lab.yaml",
                             "resources/labs/dns-hierarchy.lab.yaml",
                             "resources/labs/web-page.lab.yaml",
                             "resources/labs/server-down.lab.yaml",
                             "resources/labs/port-closed.lab.yaml",
                             "resources/labs/vpn-default-route.lab.yaml",
                             "resources/labs/vpn-layer2.lab.yaml",
                             "tests/conformance/web-home.lab.yaml"})
        QCOMPARE(found(fileText(QLatin1String(name))), QStringList());
}

void TestCheck::labs_checked_findWhatIsWrong_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char* name, const QByteArray& text, const QStringList& expected) {
        QTest::newRow(name) << text << expected;
    };
    row("well", lan(kA, kB), {});
    row("dhcpServed", lan("interfaces: {eth0: dhcp}", kB + "\n    dhcp-server: true"), {});
    row("dhcpAlone", lan("interfaces: {eth0: dhcp}", kB),
        {QStringLiteral("dhcp-no-server: a:eth0 wants an address by DHCP, but nobody on its cable gives any.")});
    row("dhcpPoolElsewhere", lan(kA, kB + "\n    dhcp-server: {pool: 10.9.0.1-10.9.0.9}"),
        {QStringLiteral("dhcp-pool-unused: The DHCP server on b has no interface in the network of its pool.")});
    row("dhcpRouterElsewhere", lan(kA, kB + "\n    dhcp-server: {pool: 10.0.0.100-10.0.0.110, router: 192.168.9.1}"),
        {QStringLiteral("dhcp-router-outside: The DHCP server on b names 192.168.9.1 as router, which is not in "
                        "10.0.0.0/24: its clients refuse "
                        "the default route.")});
    row("aliasLoop",
        lan(kA, kB + "\n    dns-server: {records: {a.lan: CNAME b.lan, B.lan: CNAME c.lan., c.lan: CNAME b.lan, x.lan: "
                     "CNAME x.lan}}"),
        {QStringLiteral("dns-alias-loop: The aliases on the DNS server b lead in a loop: b.lan → c.lan → b.lan."),
         QStringLiteral("dns-alias-loop: The aliases on the DNS server b lead in a loop: x.lan → x.lan.")});
    row("aliasesWithoutALoop",
        lan(kA, kB + "\n    dns-server: {records: {a.lan: CNAME b.lan, b.lan: CNAME c.lan, c.lan: 10.0.0.1, d.lan: "
                     "CNAME b.lan}}"),
        {});
    row("redirectLoop",
        lan(kA, kB + "\n    web-server: {pages: {/: {redirect: /1}, /1: {redirect: /2}, /2: {redirect: /1}, /3: "
                     "{redirect: /4}, /4: here}}"),
        {QStringLiteral("web-redirect-loop: The redirects of the web server b lead in a loop: /1 → /2 → /1.")});
    row("pageTooSmallForItsType",
        lan(kA, kB + "\n    web-server: {pages: {/a.png: {size: 69B}, /b.png: {size: 70B}, /c: {size: 40B, type: "
                     "image/svg+xml}, "
                     "/d.txt: {size: 1B}, /e.zip: {size: 1B, type: application/zip}}}"),
        {QStringLiteral(
             "web-page-too-small: The page /a.png of the web server b has 69 bytes, too few for a file of type "
             "image/png: plain text is sent."),
         QStringLiteral("web-page-too-small: The page /c of the web server b has 40 bytes, too few for a file of type "
                        "image/svg+xml: plain text is sent.")});
    row("duplicate", lan(kA, "interfaces: {eth0: 10.0.0.1/24}"),
        {QStringLiteral("duplicate-address: a:eth0 and b:eth0 both have the address 10.0.0.1.")});
    row("duplicateElsewhere",
        lan("interfaces: {eth0: 5.5.5.5/24}", "interfaces: {eth0: 5.5.5.6/24}",
            "  c: {interfaces: {eth0: 5.5.5.5/24}}"),
        {QStringLiteral("duplicate-address: a:eth0 and c:eth0 both have the address 5.5.5.5."),
         QStringLiteral("unplugged-port: c:eth0 has an address but no cable.")});
    row("privateElsewhere", lan(kA, kB, "  c: {interfaces: {eth0: 10.0.0.1/24}}"),
        {QStringLiteral("unplugged-port: c:eth0 has an address but no cable.")});
    row("sameMac",
        lan("interfaces: {eth0: {mac: \"02:00:00:00:00:01\", address: 10.0.0.1/24}}",
            "interfaces: {eth0: {mac: \"02:00:00:00:00:01\", address: 10.0.0.2/24}}"),
        {QStringLiteral("mac-duplicate: a:eth0 and b:eth0 have the same MAC address, 02:00:00:00:00:01.")});
    row("network", lan("interfaces: {eth0: 10.0.0.0/24}", kB),
        {QStringLiteral("address-is-network-or-broadcast: a:eth0 has 10.0.0.0/24, which names the network itself.")});
    row("broadcast", lan("interfaces: {eth0: 10.0.0.255/24}", kB),
        {QStringLiteral("address-is-network-or-broadcast: a:eth0 has 10.0.0.255/24, which is the broadcast address of "
                        "its network.")});
    row("pointToPoint", lan("interfaces: {eth0: 10.0.0.0/31}", "interfaces: {eth0: 10.0.0.1/31}"), {});
    row("multicast", lan("interfaces: {eth0: 224.0.0.5/24}", "{}"),
        {QStringLiteral("address-not-usable: a:eth0 has 224.0.0.5, which no network interface can have.")});
    row("mixed", lan(kA, "interfaces: {eth0: 10.0.1.2/24}"),
        {QStringLiteral(
            "mixed-subnets: b:eth0 is in 10.0.1.0/24, and nobody else on its cable is: a:eth0 is in 10.0.0.0/24.")});
    row("gatewayFar", lan(kA + "\n    gateway: 10.0.1.1", kB),
        {QStringLiteral("gateway-not-on-link: The gateway of a, 10.0.1.1, is in no network of its own.")});
    row("gatewayNobody", lan(kA + "\n    gateway: 10.0.0.9", kB),
        {QStringLiteral("gateway-does-not-exist: The gateway of a, 10.0.0.9, is nobody's address.")});
    row("gatewaySelf", lan(kA + "\n    gateway: 10.0.0.1", kB),
        {QStringLiteral("gateway-is-self: The gateway of a is a itself.")});
    row("noDns", lan(kA, kB, "run: [{at: 0s, on: a, do: browse http://x.com/}]"),
        {QStringLiteral("no-dns-server: a will look up a name, but has no DNS server.")});
    row("noDnsNeeded", lan(kA, kB, "run: [{at: 0s, on: a, do: browse http://10.0.0.2:80/}]"), {});
    row("dnsNobody", lan(kA + "\n    dns: 10.0.0.9", kB),
        {QStringLiteral("dns-server-unreachable: a asks 10.0.0.9 for names, which is nobody's address.")});
    row("dnsNoServer", lan(kA + "\n    dns: 10.0.0.2", kB),
        {QStringLiteral("dns-server-unreachable: a asks 10.0.0.2 for names, but no DNS server runs there.")});
    row("dnsForward", lan(kA + "\n    dns-server: {forward: 9.9.9.9}", kB),
        {QStringLiteral(
            "dns-server-unreachable: The DNS server on a asks 9.9.9.9 for names, which is nobody's address.")});
    row("natMissing", lan(kA + "\n    kind: router\n    nat: {outside: wan7}", kB),
        {QStringLiteral("nat-outside-missing: Address translation on a names wan7 as outside, which does not exist.")});
    row("natIdle", lan(kA + "\n    nat: {outside: eth0}", kB),
        {QStringLiteral("nat-without-forwarding: a translates addresses but does not forward packets.")});
    row("ring", lan(kA, kB, "  t: {kind: switch}") + "  - [s:p3, t:p1]\n  - [s:p4, t:p2]\n",
        {QStringLiteral("switch-ring: The cable between s:p4 and t:p2 closes a ring of switches, and no spanning tree "
                        "breaks it: the "
                        "first broadcast loops for ever.")});
    row("twoSwitches", lan(kA, kB, "  t: {kind: switch}") + "  - [s:p3, t:p1]\n", {});
    row("largeFramesBehindASwitch",
        lan("interfaces: {eth0: {address: 10.0.0.1/24, mtu: 9000}}",
            "interfaces: {eth0: {address: 10.0.0.2/24, mtu: 9000}}"),
        {QStringLiteral(
            "mtu-unequal: s:p1 has an MTU of 1500 bytes, and a:eth0 on the same segment one of 9000: longer frames are "
            "dropped without a word.")});
    row("twoPortsInOneNetwork", lan("interfaces: {eth0: 10.0.0.1/24, eth1: 10.0.0.3/24}", kB) + "  - [a:eth1, s:p3]\n",
        {QStringLiteral("ports-in-one-network: a:eth0 and a:eth1 are both in 10.0.0.0/24: what is sent there leaves by "
                        "eth0 alone, and "
                        "either answers ARP for both addresses.")});
    row("poolTooSmall",
        lan("interfaces: {eth0: dhcp}", kB + "\n    dhcp-server: {pool: 10.0.0.100-10.0.0.100}",
            "  c: {interfaces: {eth0: dhcp}}") +
            "  - [c:eth0, s:p3]\n",
        {QStringLiteral("dhcp-pool-too-small: The DHCP server on b has fewer addresses (1) than clients (2): who comes "
                        "last gets none.")});
    row("poolLargeEnough", lan("interfaces: {eth0: dhcp}", kB + "\n    dhcp-server: {pool: 10.0.0.100-10.0.0.100}"),
        {});
    row("routeRefused", lan(kA + "\n    routes: [10.9.0.0/16 via 10.8.0.1]", kB),
        {QStringLiteral(
            "route-refused: a will refuse \"route add 10.9.0.0/16 via 10.8.0.1\": Nexthop has invalid gateway.")});
    row("routeTwice", lan(kA + "\n    gateway: 10.0.0.2\n    routes: [default via 10.0.0.2]", kB),
        {QStringLiteral(
            "route-refused: a will refuse \"route add default via 10.0.0.2\": RTNETLINK answers: File exists.")});
    row("stepRefused",
        lan(kA, kB,
            "run: [{at: 0s, on: a, do: address add 10.0.0.1/24 dev eth0}, {at: 1s, on: a, do: route add 10.4.0.0/16 "
            "dev eth7}]"),
        {QStringLiteral(
             "address-refused: a will refuse \"address add 10.0.0.1/24 dev eth0\": ipv4: Address already assigned."),
         QStringLiteral("route-refused: a will refuse \"route add 10.4.0.0/16 dev eth7\": Cannot find device.")});
    row("addressOfOneHost",
        lan("interfaces: {eth0: 203.0.113.5/32}\n    routes: [10.0.0.2/32 dev eth0, default via 10.0.0.2]",
            kB + "\n    routes: [203.0.113.5/32 dev eth0]"),
        {});
    row("onlinkGateway",
        lan("interfaces: {eth0: 203.0.113.5/32}\n    routes: [default via 10.0.0.2 dev eth0 onlink]",
            kB + "\n    routes: [203.0.113.5/32 dev eth0]"),
        {});
    row("secondaryAddress", lan("interfaces: {eth0: [10.0.0.1/24, 10.0.0.3/24, 172.16.0.1/24]}", kB), {});
    row("dhcpWithAGateway", lan("interfaces: {eth0: dhcp}\n    gateway: 10.0.0.2", kB + "\n    dhcp-server: true"), {});
    row("noWayBack",
        lan("interfaces: {eth0: 10.0.1.1/8}", "interfaces: {eth0: 10.0.0.2/24}",
            "run: [{at: 0s, on: a, do: ping 10.0.0.2}]"),
        {QStringLiteral(
             "mixed-subnets: b:eth0 is in 10.0.0.0/24, and nobody else on its cable is: a:eth0 is in 10.0.0.0/8."),
         QStringLiteral(
             "no-way-back: b has no route to 10.0.1.1: what a sends there arrives, and the replies cannot be sent.")});
    row("relayWithoutAWayBack",
        "packetarium: 1\nnodes:\n  pc: {interfaces: {eth0: dhcp}}\n  r: {kind: router, interfaces: {eth0: "
        "192.168.10.1/24, eth1: 10.0.0.1/24}, "
        "dhcp-relay: 10.0.0.9}\n  d: {interfaces: {eth0: 10.0.0.9/24}, dhcp-server: {pool: "
        "192.168.10.100-192.168.10.120, network: 192.168.10.0/24}}\n"
        "links: [[pc:eth0, r:eth0], [r:eth1, d:eth0]]\n",
        {QStringLiteral("dhcp-no-way-to-relay: d has no route to 192.168.10.1, where the relay r stands: the DHCP "
                        "replies of d cannot be sent.")});
    row("errorsFiltered",
        "packetarium: 1\nnodes:\n  pc: {interfaces: {eth0: 10.1.0.2/24}, gateway: 10.1.0.1}\n  r1: {kind: router, "
        "interfaces: {eth0: 10.1.0.1/24, "
        "eth1: {address: 10.2.0.1/24, mtu: 1300}}, gateway: 10.2.0.2}\n  r2: {kind: router, interfaces: {eth0: "
        "{address: 10.2.0.2/24, mtu: 1300}, "
        "eth1: 10.3.0.1/24}, gateway: 10.2.0.1}\n  www: {kind: web-server, interfaces: {eth0: 10.3.0.2/24}, gateway: "
        "10.3.0.1, firewall: [drop input icmp]}\n"
        "links: [[pc:eth0, r1:eth0], [r1:eth1, r2:eth0], [r2:eth1, www:eth0]]\nrun: [{at: 0s, on: pc, do: browse "
        "http://10.3.0.2/}]\n",
        {QStringLiteral("icmp-filtered: www drops ICMP, and on the way from www to 10.1.0.2 the port r2:eth0 carries "
                        "only 1300 bytes: www never "
                        "learns that its packets are too long, and what is large hangs.")});
    row("stepUnknown", lan(kA, kB, "run: [{at: 0s, on: a, do: dance 10.0.0.2}]"),
        {QStringLiteral("run-step-invalid: \"dance\" is nothing a node can do; it can %1.")
             .arg(model::io::actionVerbs().join(QLatin1String(", ")))});
    row("stepNoCable", lan(kA, kB, "run: [{at: 0s, do: unplug s:p7}]"),
        {QStringLiteral("run-step-invalid: There is no cable in s:p7.")});
    row("stepOnSwitch", lan(kA, kB, "run: [{at: 0s, on: s, do: ping 10.0.0.1}]"),
        {QStringLiteral("run-step-invalid: s is a switch, which has no IP stack here, and cannot ping.")});
    row("stepHttps", lan(kA, kB, "run: [{at: 0s, on: a, do: browse https://10.0.0.2/}]"),
        {QStringLiteral(
            "run-step-invalid: The browser here speaks plain HTTP only: \"https://10.0.0.2/\" begins with https.")});
}

void TestCheck::labs_checked_findWhatIsWrong() {
    QFETCH(QByteArray, text);
    QFETCH(QStringList, expected);
    QCOMPARE(found(text), expected);
}

void TestCheck::findings_checked_pointAtTheirPlace() {
    const auto lab = readOk(lan(kA, "interfaces: {eth0: 10.0.0.1/24}")).lab;
    const auto findings = check::check(lab);
    QCOMPARE(findings.size(), 1u);
    QCOMPARE(findings[0].severity, check::Finding::Severity::Error);
    QCOMPARE(findings[0].node, lab.nodes[1].id);
    QCOMPARE(findings[0].port, QStringLiteral("eth0"));
    QVERIFY(!findings[0].hint.isEmpty());
}

QTEST_GUILESS_MAIN(TestCheck)
#include "test_check.moc"
