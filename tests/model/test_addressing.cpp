// Addresses as one builds a lab: what commands give, keep and take back.
#include "model/commands/commands.h"
#include "model/network/network_builder.h"
#include "model/plan/plan.h"
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
            switch (below(random, 7)) {
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

QTEST_GUILESS_MAIN(TestAddressing)
#include "test_addressing.moc"
