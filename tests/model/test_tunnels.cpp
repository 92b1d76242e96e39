// Tunnels in lab files: what is read, refused, saved, and what becomes of them in the simulated network.
#include "tests/model/lab_text.h"

#include "model/check/check.h"
#include "model/commands/commands.h"
#include "model/lab/kinds.h"
#include "model/network/network_builder.h"
#include "model/network/tunnel_builder.h"
#include "sim/devices/tables.h"

#include <QtTest>

using namespace model;
using namespace tests;
using namespace std::chrono_literals;

namespace {

constexpr const char* kLab = R"(packetarium: 1
nodes:
  desk:
    kind: host
    at: [0, 0]
    interfaces:
      eth0: 192.0.2.1/24
      vpn0:
        address: 10.0.0.12/8
        wireguard: # to the office
          private-key: AM27OGxdQHF9eF/Helk0GrJwltbz52xa0LO16YGY7Us=
          peers:
            - {node: gw, endpoint: 192.0.2.2:51820, allowed-ips: [10.0.0.0/8, 172.16.0.0/12], persistent-keepalive: 25s}
  gw:
    kind: vpn-endpoint
    at: [160, 0]
    interfaces:
      eth0: 192.0.2.2/24
      wg0: {address: 10.0.0.1/8, wireguard: {listen-port: 51820, under-load: true, peers: [{public-key: dm7fOXIKTbW/onA4ippdg42/OZYj0dabS2VBhlcGXT0=, allowed-ips: 10.0.0.12/32}]}}
      vx0: {mac: "02:00:00:00:00:09", vxlan: {vni: 42, remote: 192.0.2.1, port: 8472}}
links:
  - [desk:eth0, gw:eth0]
)";

QByteArray onPort(const char* settings) {
    return QByteArray("packetarium: 1\nnodes:\n  a:\n    interfaces:\n      x: ") + settings + "\n";
}

} // namespace

class TestTunnels : public QObject {
    Q_OBJECT
private slots:
    void tunnels_read_haveEverySetting() {
        const auto lab = readOk(kLab).lab;
        const auto& vpn = *lab.nodes[0].port(QStringLiteral("vpn0"));
        QVERIFY(vpn.tunnel && vpn.wireguard && !vpn.vxlan);
        QCOMPARE(sim::crypto::toBase64(*vpn.wireguard->privateKey), "AM27OGxdQHF9eF/Helk0GrJwltbz52xa0LO16YGY7Us=");
        QVERIFY(!vpn.wireguard->listenPort);
        const auto& peer = vpn.wireguard->peers.at(0);
        QCOMPARE(peer.node, QStringLiteral("gw"));
        QCOMPARE(peer.endpoint.toString(), "192.0.2.2");
        QCOMPARE(peer.endpointPort, 51820);
        QCOMPARE(peer.allowedIps.size(), std::size_t(2));
        QVERIFY(peer.persistentKeepalive == 25s);
        const auto& wg = *lab.nodes[1].port(QStringLiteral("wg0"))->wireguard;
        QCOMPARE(*wg.listenPort, 51820);
        QVERIFY(wg.underLoad && !wg.userspace);
        const auto& vx = *lab.nodes[1].port(QStringLiteral("vx0"));
        QVERIFY(vx.tunnel);
        QCOMPARE(vx.vxlan->vni, 42u);
        QCOMPARE(*vx.vxlan->port, 8472);
    }

    void badTunnel_read_isRefusedWithItsPlace_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("what");
        const auto row = [](const char* name, const char* settings, int column, const char* what) {
            QTest::newRow(name) << onPort(settings) << QStringLiteral("t.yaml:5:%1").arg(column)
                                << QString::fromLatin1(what);
        };
        row("key", "{wireguard: {private-key: abc}}", 36, "44 characters");
        row("endpoint", "{wireguard: {peers: [{node: b, endpoint: 1.2.3.4}]}}", 51, "not an endpoint");
        row("endpointPort", "{wireguard: {peers: [{node: b, endpoint: 1.2.3.4:70000}]}}", 51, "not an endpoint");
        row("noKey", "{wireguard: {peers: [{endpoint: 1.2.3.4:5}]}}", 31, "neither");
        row("bothKeys", "{wireguard: {peers: [{node: b, public-key: dm7fOXIKTbW/onA4ippdg42/OZYj0dabS2VBhlcGXT0=}]}}",
            31, "too");
        row("allowed", "{wireguard: {peers: [{node: b, allowed-ips: 10.0.0.1/8}]}}", 54, "not a network");
        row("keepalive", "{wireguard: {peers: [{node: b, persistent-keepalive: 1500ms}]}}", 63,
            "whole number of seconds");
        row("port", "{wireguard: {listen-port: 0}}", 36, "port");
        row("vni", "{vxlan: {vni: 16777216}}", 24, "VNI");
        row("noVni", "{vxlan: {remote: 1.2.3.4}}", 18, "number of its network");
        row("remote", "{vxlan: {vni: 1, remote: \"::1\"}}", 35, "IPv4");
        row("both", "{wireguard: {}, vxlan: {vni: 1}}", 33, "not of both");
    }
    void badTunnel_read_isRefusedWithItsPlace() {
        QFETCH(QByteArray, text);
        QFETCH(QString, where);
        QFETCH(QString, what);
        io::ReadLab read;
        io::Problem problem;
        QVERIFY(!io::readLab(text, QStringLiteral("t.yaml"), &read, &problem));
        QVERIFY2(problem.toString().startsWith(where), qPrintable(problem.toString()));
        QVERIFY2(problem.message.contains(what), qPrintable(problem.message));
        QVERIFY(!problem.hint.isEmpty());
    }

    void tunnels_writtenAndRead_areEqual() {
        const auto lab = readOk(kLab).lab;
        const QByteArray text = io::writeLab(lab);
        QVERIFY2(readOk(text).lab == lab, text.constData());
        QCOMPARE(io::patchLab(kLab, lab, lab), QByteArray(kLab));
    }

    void peerChanged_saved_changesItsLine() {
        const auto before = readOk(kLab).lab;
        auto now = before;
        now.nodes[0].ports[1].wireguard->peers[0].persistentKeepalive = 0s;
        QCOMPARE(changedLines(kLab, io::patchLab(kLab, before, now)).size(), 2);
        now = before;
        now.nodes[1].ports[2].vxlan->vni = 43;
        const auto changed = changedLines(kLab, io::patchLab(kLab, before, now));
        QCOMPARE(changed.size(), 2);
        QVERIFY(changed[1].contains("vni: 43"));
    }

    void nodeRenamed_peersThatNameIt_followIt() {
        document::Document document;
        io::Problem problem;
        QVERIFY(document.openText(kLab, QStringLiteral("t"), &problem));
        const auto gw = document.lab().node(QStringLiteral("gw"))->id;
        QVERIFY(commands::rename(document, gw, QStringLiteral("office")).isEmpty());
        QCOMPARE(document.lab().nodes[0].ports[1].wireguard->peers[0].node, QStringLiteral("office"));
    }

    void host_joinsTheVpn_reachesWhatIsInsideAndLeavesAgain() {
        document::Document document;
        io::Problem problem;
        const QByteArray text = "packetarium: 1\nnodes:\n  a: {interfaces: {eth0: 192.0.2.1/24}}\n"
                                "  gw: {kind: vpn-endpoint, interfaces: {eth0: 192.0.2.2/24, wg0: {address: "
                                "10.0.0.1/8, wireguard: {listen-port: 51820}}}}\n"
                                "links:\n  - [a:eth0, gw:eth0]\nrun:\n  - {at: 0s, on: a, do: ping 10.0.0.1 count 1}\n";
        QVERIFY2(document.openText(text, QStringLiteral("t"), &problem), qPrintable(problem.toString()));
        const auto before = document.lab();
        const auto a = before.node(QStringLiteral("a"))->id;
        QVERIFY(commands::setVpnClient(document, a, true).isEmpty());
        QVERIFY(commands::isVpnClient(document.lab(), a));
        auto built = network::build(document.lab());
        for (const auto& s : built.stimuli)
            built.network.apply(s.at, s.device, s.action);
        built.network.runUntil(2s);
        QVERIFY(sim::devices::applicationTable(built.network, built.network.findDevice("a")).at(0).ok);
        QVERIFY(commands::setVpnClient(document, a, false).isEmpty());
        QVERIFY(document.lab() == before);
        document.undoStack().undo();
        QVERIFY(commands::isVpnClient(document.lab(), a));

        QVERIFY(document.openText("packetarium: 1\nnodes:\n  a: {}\n", QStringLiteral("t"), &problem));
        QVERIFY(!commands::setVpnClient(document, document.lab().nodes[0].id, true).isEmpty());
    }

    void peerThatIsNowhere_checked_isFound() {
        const auto findings = check::check(readOk(onPort("{wireguard: {peers: [{node: nobody}]}}")).lab);
        QCOMPARE(findings.size(), std::size_t(1));
        QCOMPARE(findings[0].code, QStringLiteral("tunnel-peer-missing"));
    }

    void vpnEndpoint_new_hasACardForItsTunnels() {
        const auto ports = lab::defaultPorts(lab::Kind::VpnEndpoint);
        QCOMPARE(ports.size(), std::size_t(2));
        QVERIFY(ports[1].tunnel && *ports[1].wireguard->listenPort == 51820);
        QVERIFY(lab::available(lab::Kind::VpnEndpoint));
    }

    void peersByNode_built_haveTheKeyOfThatNode() {
        const auto lab = readOk(kLab).lab;
        const auto built = network::build(lab);
        const auto desk = built.network.findDevice("desk"), gw = built.network.findDevice("gw");
        const auto rows = sim::devices::tunnelPeerTable(built.network, desk);
        QCOMPARE(rows.size(), std::size_t(1));
        QCOMPARE(rows[0].peer, "gw");
        const auto& wg0 = *lab.nodes[1].port(QStringLiteral("wg0"));
        QCOMPARE(rows[0].publicKey,
                 sim::crypto::toBase64(sim::crypto::publicKey(network::privateKeyOf(1, lab.nodes[1], wg0))));
        QCOMPARE(sim::devices::tunnelPeerTable(built.network, gw).at(0).publicKey,
                 "dm7fOXIKTbW/onA4ippdg42/OZYj0dabS2VBhlcGXT0=");
        for (const auto& row : sim::devices::interfaceTable(built.network, gw)) {
            if (row.name == "wg0") QCOMPARE(row.mtu, 1420);
            if (row.name == "vx0") QCOMPARE(row.mtu, 1450);
            if (row.name == "vx0") QCOMPARE(row.mac.toString(), "02:00:00:00:00:09");
        }
        // Another seed makes other keys, and both ends agree on them.
        const auto other = network::build(lab, 7);
        QVERIFY(sim::devices::tunnelPeerTable(other.network, desk).at(0).publicKey != rows[0].publicKey);
    }
};

QTEST_APPLESS_MAIN(TestTunnels)
#include "test_tunnels.moc"
