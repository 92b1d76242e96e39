// Addresses as one builds a lab: what commands give, keep and take back, and another network for a segment.
#include "model/commands/commands.h"
#include "model/network/network_builder.h"
#include "model/plan/plan.h"
#include "model/plan/renumber.h"
#include "tests/model/lab_text.h"
#include "tests/model/random_automatic_lab.h"

#include <QtTest>

using namespace model;
using namespace tests;

namespace {

QString text(const sim::wire::Prefix& p) { return QString::fromStdString(p.toString()); }
sim::wire::Prefix prefix(const char* text) { return *sim::wire::Prefix::parse(text); }

/// portText is a port's address as a file has it.
QString portText(const lab::Lab& lab, const char* node, const char* port = "eth0") {
    const lab::Port* p = lab.node(QLatin1String(node))->port(QLatin1String(port));
    if (!p) return QStringLiteral("no such port");
    QStringList out;
    if (p->automatic) out << QStringLiteral("auto");
    if (p->dhcp) out << QStringLiteral("dhcp");
    for (const auto& a : p->addresses)
        out << text(a);
    return out.join(u' ');
}

const char* kOffice = "packetarium: 1\n"
                      "nodes:\n"
                      "  pc:\n"
                      "    interfaces: {eth0: 192.168.0.5/24}\n"
                      "    gateway: 192.168.0.1\n"
                      "    dns: [192.168.0.2, 8.8.8.8]\n"
                      "    routes: [10.0.0.0/8 via 192.168.0.3, 192.168.0.64/26 via 192.168.0.3]\n"
                      "    hosts: {192.168.0.2: files, 10.9.9.9: far}\n"
                      "    neighbours: {192.168.0.2: \"00:00:00:00:00:02\"}\n"
                      "    firewall: [drop from 192.168.0.0/24, drop tcp from 192.168.0.77/32 to port 80]\n"
                      "  files:\n"
                      "    interfaces: {eth0: {mac: \"00:00:00:00:00:02\", address: 192.168.0.2/24}}\n"
                      "    dns-server: {records: {files.lan: 192.168.0.2, out: 8.8.8.8}}\n"
                      "  home:\n"
                      "    kind: home-router\n"
                      "    interfaces: {lan0: 192.168.0.1/24, wan0: 5.5.5.5/24}\n"
                      "    nat: {outside: wan0, forward: tcp 8080 to 192.168.0.5:80}\n"
                      "    dhcp-server: {pool: 192.168.0.100-192.168.0.110, dns: 192.168.0.2}\n"
                      "  sw: {kind: switch}\n"
                      "links: [[pc:eth0, sw:p1], [files:eth0, sw:p2], [home:lan0, sw:p3]]\n"
                      "run:\n"
                      "  - {at: 0s, on: pc, do: ping 192.168.0.2 count 3}\n"
                      "  - {at: 1s, on: pc, do: \"browse http://192.168.0.2:80/a/192.168.0.2\"}\n"
                      "  - {at: 2s, on: pc, do: route add 10.1.0.0/16 via 192.168.0.3}\n"
                      "  - {at: 2s, on: pc, do: address add 192.168.0.9/24 dev eth0}\n"
                      "  - {at: 3s, on: pc, do: ping 8.8.8.8}\n"
                      "expect:\n"
                      "  - pc pings 192.168.0.2\n"
                      "  - no frame of host 192.168.0.20 is seen on home:wan0\n";

} // namespace

class TestAddressing : public QObject {
    Q_OBJECT
private slots:
    void newLab_saved_saysAutomatic();
    void devices_placedAndCabled_haveAddresses();
    void homeRouter_cabled_turnsHostsToDhcp();
    void dhcpLab_placed_hostsAskAndOthersArePlanned();
    void manualLab_placed_hasNoAddresses();
    void copies_pasted_haveAddressesOfTheirOwn();
    void typedAddress_replaces_andOthersFollow();
    void addressing_changed_portsWithoutGetOne();
    void everyCommand_undone_isTheSameBytes();
    void segment_renumbered_everythingFollows();
    void segment_renumberedToASmallerOne_fits();
    void segment_renumbered_sameNetworkElsewhereStays();
    void segment_thatCannotBe_saysWhy();
    void randomLabs_renumbered_stillAgree();
};

void TestAddressing::newLab_saved_saysAutomatic() {
    document::Document document;
    document.clear();
    QVERIFY(document.text().startsWith("packetarium: 1\naddresses: automatic\n"));
    QVERIFY(!document.isModified());
}

void TestAddressing::devices_placedAndCabled_haveAddresses() {
    document::Document document;
    document.clear();
    const auto a = commands::addNode(document, lab::Kind::Host, {}),
               b = commands::addNode(document, lab::Kind::Host, {}),
               sw = commands::addNode(document, lab::Kind::Switch, {}),
               r = commands::addNode(document, lab::Kind::Router, {});
    QCOMPARE(portText(document.lab(), "host1"), QStringLiteral("auto"));
    QCOMPARE(portText(document.lab(), "sw1", "p1"), QString());
    QCOMPARE(commands::addLink(document, {a, {}}, {sw, {}}), QString());
    QCOMPARE(portText(document.lab(), "host1"), QStringLiteral("auto 192.168.1.10/24"));
    QCOMPARE(commands::addLink(document, {sw, {}}, {r, {}}), QString());
    QCOMPARE(portText(document.lab(), "r1"), QStringLiteral("auto 192.168.1.1/24"));
    QCOMPARE(commands::addLink(document, {b, {}}, {r, {}}), QString());
    QCOMPARE(portText(document.lab(), "host2"), QStringLiteral("auto 192.168.2.10/24"));
    QCOMPARE(portText(document.lab(), "host1"), QStringLiteral("auto 192.168.1.10/24"));
    // A port that a cable makes is as those that the node began with.
    for (int i = 0; i < 3; ++i)
        QCOMPARE(commands::addLink(document, {commands::addNode(document, lab::Kind::Host, {}), {}}, {r, {}}),
                 QString());
    QCOMPARE(portText(document.lab(), "r1", "eth4"), QStringLiteral("auto 192.168.5.1/24"));
    const auto net = network::build(document.lab());
    QVERIFY(net.problems.empty());
    // A cable that goes leaves the address for when it comes back.
    const auto link = document.lab().linkAt(a, QStringLiteral("eth0"))->id;
    commands::remove(document, {}, {link});
    QCOMPARE(portText(document.lab(), "host1"), QStringLiteral("auto 192.168.1.10/24"));
}

void TestAddressing::homeRouter_cabled_turnsHostsToDhcp() {
    document::Document document;
    document.clear();
    const auto a = commands::addNode(document, lab::Kind::Host, {}),
               w = commands::addNode(document, lab::Kind::WebServer, {}),
               sw = commands::addNode(document, lab::Kind::Switch, {}),
               home = commands::addNode(document, lab::Kind::HomeRouter, {});
    for (const auto id : {a, w})
        QCOMPARE(commands::addLink(document, {id, {}}, {sw, {}}), QString());
    const auto before = document.text();
    QCOMPARE(portText(document.lab(), "home1", "lan0"), QStringLiteral("auto"));
    QCOMPARE(commands::addLink(document, {home, QStringLiteral("lan0")}, {sw, {}}), QString());
    QCOMPARE(portText(document.lab(), "home1", "lan0"), QStringLiteral("auto 192.168.1.1/24"));
    QCOMPARE(portText(document.lab(), "host1"), QStringLiteral("auto"));
    QCOMPARE(portText(document.lab(), "web1"), QStringLiteral("auto 192.168.1.11/24"));
    QVERIFY(plan::planned(document.lab()).nodes[0].ports[0].dhcp);
    document.undoStack().undo();
    QCOMPARE(document.text(), before);
}

void TestAddressing::dhcpLab_placed_hostsAskAndOthersArePlanned() {
    document::Document document;
    document.clear();
    commands::setAddressing(document, lab::Addressing::Dhcp);
    commands::addNode(document, lab::Kind::Host, {});
    commands::addNode(document, lab::Kind::WebServer, {});
    commands::addNode(document, lab::Kind::VpnEndpoint, {});
    QCOMPARE(portText(document.lab(), "host1"), QStringLiteral("dhcp"));
    QCOMPARE(portText(document.lab(), "web1"), QStringLiteral("auto"));
    QCOMPARE(portText(document.lab(), "vpn1"), QStringLiteral("auto"));
    QCOMPARE(portText(document.lab(), "vpn1", "wg0"), QStringLiteral("10.0.0.1/8"));
}

void TestAddressing::manualLab_placed_hasNoAddresses() {
    document::Document document;
    QVERIFY(document.openText("packetarium: 1\n", QStringLiteral("t"), nullptr));
    commands::addNode(document, lab::Kind::Host, {});
    commands::addNode(document, lab::Kind::HomeRouter, {});
    QCOMPARE(portText(document.lab(), "host1"), QString());
    QCOMPARE(portText(document.lab(), "home1", "lan0"), QStringLiteral("192.168.0.1/24"));
    QVERIFY(!document.text().contains("addresses"));
}

void TestAddressing::copies_pasted_haveAddressesOfTheirOwn() {
    document::Document document;
    QVERIFY(document.openText("packetarium: 1\naddresses: automatic\nnodes:\n  a: {interfaces: {eth0: auto "
                              "192.168.1.10/24}}\n  b: {interfaces: {eth0: auto 192.168.1.11/24}}\nlinks: [[a:eth0, "
                              "b:eth0]]\n",
                              QStringLiteral("t"), nullptr));
    const auto copied = commands::copy(document.lab(), {document.lab().nodes[0].id, document.lab().nodes[1].id});
    QCOMPARE(commands::paste(document, copied, {10, 10}).size(), std::size_t(2));
    QCOMPARE(portText(document.lab(), "a2"), QStringLiteral("auto 192.168.2.10/24"));
    QCOMPARE(portText(document.lab(), "b2"), QStringLiteral("auto 192.168.2.11/24"));
    QCOMPARE(portText(document.lab(), "a"), QStringLiteral("auto 192.168.1.10/24"));
    // What says nothing is as what is placed here.
    commands::paste(document, "packetarium: 1\nnodes: {c: {}, d: {interfaces: {eth0: 10.0.0.1/8}}}\n", {});
    QCOMPARE(portText(document.lab(), "c"), QStringLiteral("auto"));
    QCOMPARE(portText(document.lab(), "d"), QStringLiteral("10.0.0.1/8"));
}

void TestAddressing::typedAddress_replaces_andOthersFollow() {
    document::Document document;
    QVERIFY(document.openText("packetarium: 1\nnodes:\n  a: {interfaces: {eth0: auto 192.168.1.10/24}}   # here\n  b: "
                              "{interfaces: {eth0: auto 192.168.1.11/24}}\nlinks: [[a:eth0, b:eth0]]\n",
                              QStringLiteral("t"), nullptr));
    const auto before = document.text();
    auto a = document.lab().nodes[0];
    a.ports[0].automatic = false;
    a.ports[0].addresses = {prefix("10.1.0.1/16")};
    QCOMPARE(commands::setNode(document, a, QStringLiteral("x")), QString());
    QCOMPARE(portText(document.lab(), "a"), QStringLiteral("10.1.0.1/16"));
    QCOMPARE(portText(document.lab(), "b"), QStringLiteral("auto 10.1.0.11/16"));
    QVERIFY(document.text().contains("10.1.0.1/16}}   # here"));
    document.undoStack().undo();
    QCOMPARE(document.text(), before);
}

void TestAddressing::addressing_changed_portsWithoutGetOne() {
    document::Document document;
    QVERIFY(document.openText("packetarium: 1\nnodes: {a: {}, b: {interfaces: {eth0: 10.0.0.1/8}}, c: {kind: switch}}\n"
                              "links: [[a:eth0, b:eth0]]\n",
                              QStringLiteral("t"), nullptr));
    const auto before = document.text();
    commands::setAddressing(document, lab::Addressing::Automatic);
    QCOMPARE(portText(document.lab(), "a"), QStringLiteral("auto 10.0.0.10/8"));
    QCOMPARE(portText(document.lab(), "b"), QStringLiteral("10.0.0.1/8"));
    QCOMPARE(document.undoStack().undoText(), QStringLiteral("Automatic addresses"));
    document.undoStack().undo();
    QCOMPARE(document.text(), before);
}

void TestAddressing::everyCommand_undone_isTheSameBytes() {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        Random random(seed);
        document::Document document;
        QVERIFY(
            document.openText(io::writeLab(plan::settled(randomAutomaticLab(random))), QStringLiteral("t"), nullptr));
        const auto first = document.text();
        const lab::Lab was = document.lab();
        const auto any = [&] {
            return document.lab().nodes[std::size_t(below(random, int(document.lab().nodes.size())))];
        };
        for (int step = 0; step < 25 && !document.lab().nodes.empty(); ++step) {
            switch (below(random, 8)) {
            case 0: commands::addNode(document, lab::allKinds()[std::size_t(below(random, 8))], {1, 2}); break;
            case 1:
            case 2: commands::addLink(document, {any().id, {}}, {any().id, {}}); break;
            case 3: commands::remove(document, {any().id}, {}); break;
            case 4: commands::duplicate(document, {any().id, any().id}, {10, 10}); break;
            case 5: {
                auto node = any();
                node.ports.front().automatic =
                    !lab::bridges(node.kind) && below(random, 2) && !node.ports.front().tunnel;
                node.ports.front().addresses.clear();
                if (!node.ports.front().automatic && !lab::bridges(node.kind) && below(random, 2))
                    node.ports.front().addresses = {prefix("172.20.0.9/16")};
                commands::setNode(document, node, QStringLiteral("x"));
                break;
            }
            case 6: {
                const auto node = any();
                commands::renumber(document, {node.id, node.ports.front().name},
                                   {sim::wire::IpAddress::v4(0x0a14'0000u + 256u * unsigned(below(random, 250))), 24});
                break;
            }
            default: commands::setAddressing(document, lab::Addressing(below(random, 3)));
            }
            QVERIFY2(plan::settled(document.lab()) == document.lab(),
                     qPrintable(QStringLiteral("%1 %2").arg(seed).arg(step)));
        }
        const lab::Lab last = document.lab();
        const auto lastText = document.text();
        while (document.undoStack().canUndo())
            document.undoStack().undo();
        QVERIFY(document.lab() == was);
        QCOMPARE(document.text(), first);
        while (document.undoStack().canRedo())
            document.undoStack().redo();
        QVERIFY(document.lab() == last);
        QCOMPARE(document.text(), lastText);
    }
}

void TestAddressing::segment_renumbered_everythingFollows() {
    document::Document document;
    QVERIFY(document.openText(kOffice, QStringLiteral("t"), nullptr));
    const auto pc = document.lab().nodes[0].id;
    QCOMPARE(commands::renumber(document, {pc, QStringLiteral("eth0")}, prefix("10.7.0.0/16")), QString());
    QByteArray wanted = kOffice;
    wanted.replace("192.168.0.64/26", "KEEP");
    for (const char* host : {"5/24", "2/24", "1/24", "9/24"})
        wanted.replace("192.168.0." + QByteArray(host), "10.7.0." + QByteArray(host).replace("/24", "/16"));
    wanted.replace("192.168.0.0/24", "10.7.0.0/16").replace("192.168.0.", "10.7.0.").replace("KEEP", "10.7.0.64/26");
    QCOMPARE(document.text(), wanted);
    QCOMPARE(document.undoStack().count(), 1);
    document.undoStack().undo();
    QCOMPARE(document.text(), QByteArray(kOffice));
}

void TestAddressing::segment_renumberedToASmallerOne_fits() {
    QString problem;
    auto lab = readOk(kOffice).lab;
    lab.nodes[1].ports[0].addresses = {prefix("192.168.0.200/24")};
    const auto now = plan::renumbered(lab, plan::Segments(lab).of({0, 0}), prefix("10.0.9.16/29"), &problem);
    QVERIFY2(now, qPrintable(problem));
    QCOMPARE(portText(*now, "pc"), QStringLiteral("10.0.9.21/29"));
    QCOMPARE(portText(*now, "home", "lan0"), QStringLiteral("10.0.9.17/29"));
    QCOMPARE(portText(*now, "files"), QStringLiteral("10.0.9.18/29")); // has no place of its own: the next free
    QVERIFY(now->nodes[2].dhcpServer.front().first.isNone());
}

void TestAddressing::segment_renumbered_sameNetworkElsewhereStays() {
    QByteArray text = kOffice;
    text.replace("  sw: {", "  other: {interfaces: {eth0: 192.168.0.5/24}, gateway: 192.168.0.1}\n  sw: {");
    const auto lab = readOk(text).lab;
    QString problem;
    const auto now = plan::renumbered(lab, plan::Segments(lab).of({0, 0}), prefix("10.7.0.0/24"), &problem);
    QVERIFY(now);
    QCOMPARE(now->node(QStringLiteral("other"))->gateway->toString(), std::string("192.168.0.1"));
    QCOMPARE(portText(*now, "other"), QStringLiteral("192.168.0.5/24"));
    QCOMPARE(now->node(QStringLiteral("pc"))->gateway->toString(), std::string("10.7.0.1"));
    QCOMPARE(now->run[0].action, QStringLiteral("ping 10.7.0.2 count 3"));
    QCOMPARE(now->expect, lab.expect);
}

void TestAddressing::segment_thatCannotBe_saysWhy() {
    QByteArray text = kOffice;
    text.replace("  sw: {", "  lone: {}\n  sw: {");
    const auto lab = readOk(text).lab;
    const plan::Segments segments(lab);
    const auto why = [&](plan::Place place, const char* network) {
        QString problem;
        plan::renumbered(lab, segments.of(place), prefix(network), &problem);
        return problem;
    };
    QCOMPARE(why({0, 0}, "5.5.0.0/16"), QStringLiteral("5.5.0.0/16 is in use elsewhere in this lab, as 5.5.5.0/24."));
    QCOMPARE(why({0, 0}, "10.0.0.0/30"),
             QStringLiteral("10.0.0.0/30 has too few addresses for all ports of the segment."));
    QCOMPARE(why({0, 0}, "2001:db8::/64"),
             QStringLiteral("A segment's network is an IPv4 network of a length from 8 to 30."));
    QCOMPARE(why({3, 0}, "10.0.0.0/24"), QStringLiteral("No port of the segment has an address yet."));
}

void TestAddressing::randomLabs_renumbered_stillAgree() {
    for (unsigned seed = 1; seed <= 100; ++seed) {
        Random random(seed);
        const auto lab = plan::settled(randomAutomaticLab(random));
        const plan::Segments segments(lab);
        const auto segment = std::size_t(below(random, int(segments.count())));
        QString problem;
        const auto now = plan::renumbered(lab, segment, prefix("172.16.5.0/24"), &problem);
        if (!now) continue;
        for (std::size_t n = 0; n < lab.nodes.size(); ++n)
            for (std::size_t p = 0; p < lab.nodes[n].ports.size(); ++p) {
                const auto &before = lab.nodes[n].ports[p], &after = now->nodes[n].ports[p];
                if (segments.of({n, p}) != segment || before.addresses.empty()) {
                    QVERIFY(before == after);
                    continue;
                }
                QVERIFY(after.automatic);
                QCOMPARE(text(after.addresses.front().network()), QStringLiteral("172.16.5.0/24"));
                QCOMPARE(after.addresses.front().address.toV4() & 255, before.addresses.front().address.toV4() & 255);
            }
    }
}

QTEST_GUILESS_MAIN(TestAddressing)
#include "test_addressing.moc"
