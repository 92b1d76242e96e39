// Addresses, routes, carrier, and what cannot be sent: what Linux 6.18 did with the same commands (ip(8), ping(8),
// ss(8)).
#include "sim/config/script.h"
#include "sim/decisions/all.h"
#include "sim/devices/network.h"
#include "sim/devices/tables.h"
#include "sim/explain/explain.h"
#include "sim/stack/next_hop.h"

#include "tests/support/networks.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace sim;
using namespace sim::stack;
using namespace std::chrono_literals;
using namespace support;
using trace::DropReason;
using wire::IpAddress;
using wire::Prefix;

namespace {

config::RouteConfig route(const char* to, const char* via = nullptr, const char* dev = "", bool onlink = false) {
    config::RouteConfig r;
    r.destination = prefix(to);
    if (via) r.via = ip(via);
    r.interface = dev;
    r.onlink = onlink;
    return r;
}

/// Lan is host a (eth0, and whatever else a test configures) on a switch with b, each by a cable of 1 ms.
struct Lan {
    devices::Network network{3};
    trace::TraceLog log;
    kernel::DeviceId a, b, sw;
    kernel::ChannelId cableA, cableB;

    explicit Lan(config::DeviceConfig left = {}, config::DeviceConfig right = {}) {
        left.name = "a";
        if (left.interfaces.empty()) left.interfaces = {interface("eth0", 1, {"192.168.1.10/24"})};
        right.name = "b";
        if (right.interfaces.empty()) right.interfaces = {interface("eth0", 2, {"192.168.1.20/24"})};
        config::DeviceConfig s;
        s.name = "sw";
        s.bridge = true;
        s.interfaces = {interface("p1", 0x51), interface("p2", 0x52)};
        a = network.addDevice(left);
        b = network.addDevice(right);
        sw = network.addDevice(s);
        cableA = plug(network, {a}, {sw, "p1"});
        cableB = plug(network, {b}, {sw, "p2"});
    }
    const System& system(kernel::DeviceId id) const { return network.device(id).system; }
    void apply(kernel::DeviceId on, const config::Action& action) { network.apply(network.now(), on, action, &log); }
    void run(kernel::SimTime time) { network.runUntil(network.now() + time, &log); }
    devices::ApplicationRow ping(kernel::DeviceId from, const char* to, kernel::SimTime time = 2s) {
        apply(from, config::Ping{.target = to, .count = 1, .deadline = 1s});
        run(time);
        return devices::applicationTable(network, from).back();
    }
    void routeAdd(const config::RouteConfig& r) {
        apply(a, config::Administer{config::ChangeRoute{true, r, r.destination.toString()}});
    }
    void routeDel(const config::RouteConfig& r) {
        apply(a, config::Administer{config::ChangeRoute{false, r, r.destination.toString()}});
    }
    void address(bool add, const char* prefix, const char* dev = "eth0") {
        apply(a, config::Administer{config::ChangeAddress{add, support::prefix(prefix), dev}});
    }
    /// refused is why the latest command was refused; None when it was not.
    ConfigError refused() const {
        const auto& r = log.records().back();
        if (!r.decided<decisions::ConfigRefused>()) return ConfigError::None;
        return log.decision(r.index).as<decisions::ConfigRefused>().error;
    }
    QStringList rows() const {
        QStringList out;
        for (const auto& r : devices::routingTable(network, a))
            if (r.kind != "local") {
                QString text = QString::fromStdString(r.destination.toString());
                if (!r.via.isNone()) text += " via " + QString::fromStdString(r.via.toString());
                text += " dev " + QString::fromStdString(r.interface);
                if (!r.source.isNone()) text += " src " + QString::fromStdString(r.source.toString());
                out << text;
            }
        return out;
    }
    QStringList told() const {
        QStringList out;
        for (const auto& r : log.records())
            out << QString::fromStdString(explain::explain(network, log, r).toString());
        return out;
    }
    std::size_t dropped(DropReason why) const { return network.counters().dropped[std::size_t(why)]; }
};

/// routerB is b as a router into 10.0.0.0/24, where nobody is; behindB is a, which knows that.
config::DeviceConfig routerB() {
    config::DeviceConfig d;
    d.forwarding = true;
    d.interfaces = {interface("eth0", 2, {"192.168.1.20/24"}), interface("eth1", 3, {"10.0.0.1/24"})};
    return d;
}
config::DeviceConfig behindB() {
    config::DeviceConfig d;
    d.interfaces = {interface("eth0", 1, {"192.168.1.10/24"})};
    d.routes = {route("10.0.0.0/24", "192.168.1.20")};
    return d;
}

} // namespace

class TestRoutes : public QObject {
    Q_OBJECT
private slots:
    void routes_added_areRefusedAsTheKernelDoes_data() {
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("via");
        QTest::addColumn<QString>("dev");
        QTest::addColumn<bool>("onlink");
        QTest::addColumn<int>("error");
        const auto row = [](const char* name, const char* to, const char* via, const char* dev, bool onlink,
                            ConfigError e) { QTest::newRow(name) << to << via << dev << onlink << int(e); };
        row("farHop", "10.1.0.0/16", "10.9.9.9", "", false, ConfigError::InvalidGateway);
        row("farHopByInterface", "10.1.0.0/16", "10.9.9.9", "eth0", false, ConfigError::InvalidGateway);
        row("ownAddress", "10.1.0.0/16", "192.168.1.10", "", false, ConfigError::None);
        row("loopback", "10.1.0.0/16", "127.0.0.1", "", false, ConfigError::None);
        row("broadcast", "10.1.0.0/16", "192.168.1.255", "", false, ConfigError::InvalidGateway);
        row("networkAddress", "10.1.0.0/16", "192.168.1.0", "", false, ConfigError::None);
        row("group", "10.1.0.0/16", "224.0.0.1", "", false, ConfigError::InvalidGateway);
        row("noSuchInterface", "10.1.0.0/16", "", "eth7", false, ConfigError::NoDevice);
        row("connectedAgain", "192.168.1.0/24", "", "eth0", false, ConfigError::FileExists);
        row("hostRoute", "192.168.1.1/32", "", "eth0", false, ConfigError::None);
        row("onlink", "10.1.0.0/16", "10.9.9.9", "eth0", true, ConfigError::None);
        row("onlinkWithoutInterface", "10.1.0.0/16", "10.9.9.9", "", true, ConfigError::OnlinkNeedsDevice);
        row("onlinkOwnAddress", "10.1.0.0/16", "192.168.1.10", "eth0", true, ConfigError::InvalidGateway);
        row("behindARouter", "10.1.0.0/16", "172.16.0.1", "", false,
            ConfigError::InvalidGateway); // 172.16/12 is via 192.168.1.1
        row("behindAHostRoute", "10.1.0.0/16", "192.0.2.1", "", false, ConfigError::None); // 192.0.2.1/32 is dev eth0
    }
    void routes_added_areRefusedAsTheKernelDoes() {
        QFETCH(QString, to);
        QFETCH(QString, via);
        QFETCH(QString, dev);
        QFETCH(bool, onlink);
        QFETCH(int, error);
        Lan lan;
        lan.routeAdd(route("172.16.0.0/12", "192.168.1.1"));
        lan.routeAdd(route("192.0.2.1/32", nullptr, "eth0"));
        const auto before = lan.rows();
        lan.routeAdd(route(to.toUtf8(), via.isEmpty() ? nullptr : via.toUtf8().constData(), dev.toUtf8(), onlink));
        QCOMPARE(int(lan.refused()), error);
        QCOMPARE(lan.rows().size(), before.size() + (error == 0));
    }

    void secondDefault_added_isRefusedUnlessItsMetricDiffers() {
        Lan lan;
        lan.routeAdd(route("0.0.0.0/0", "192.168.1.1"));
        lan.routeAdd(route("0.0.0.0/0", "192.168.1.2"));
        QCOMPARE(lan.refused(), ConfigError::FileExists);
        QVERIFY(lan.told().back().contains("RTNETLINK answers: File exists"));
        auto other = route("0.0.0.0/0", "192.168.1.2");
        other.metric = 5;
        lan.routeAdd(other);
        QCOMPARE(lan.refused(), ConfigError::None);
        lan.routeDel(route("0.0.0.0/0", "192.168.1.3"));
        QCOMPARE(lan.refused(), ConfigError::NoSuchProcess);
        lan.routeDel(other);
        QCOMPARE(lan.rows(),
                 QStringList({"0.0.0.0/0 via 192.168.1.1 dev eth0", "192.168.1.0/24 dev eth0 src 192.168.1.10"}));
    }

    void addresses_changed_areRefusedAsTheKernelDoes() {
        Lan lan;
        lan.address(true, "192.168.1.10/24");
        QCOMPARE(lan.refused(), ConfigError::AddressAssigned);
        lan.address(false, "192.168.1.99/24");
        QCOMPARE(lan.refused(), ConfigError::AddressNotFound);
        lan.address(false, "192.168.1.10/16");
        QCOMPARE(lan.refused(), ConfigError::AddressNotFound);
        lan.address(true, "192.168.1.10/16");
        QCOMPARE(lan.refused(), ConfigError::None);
        lan.address(true, "10.0.0.1/24", "eth7");
        QCOMPARE(lan.refused(), ConfigError::NoDevice);
        QVERIFY(lan.told().back().contains("Cannot find device \"eth7\""));
    }

    void primaryAddress_removed_promotesTheFirstSecondary() {
        Lan lan;
        lan.routeAdd(route("0.0.0.0/0", "192.168.1.1"));
        for (const char* more : {"192.168.1.77/24", "10.50.0.1/32", "192.168.1.78/24"})
            lan.address(true, more);
        QCOMPARE(lan.rows(),
                 QStringList({"0.0.0.0/0 via 192.168.1.1 dev eth0", "192.168.1.0/24 dev eth0 src 192.168.1.10"}));
        lan.address(false, "192.168.1.10/24");
        QCOMPARE(lan.rows(),
                 QStringList({"0.0.0.0/0 via 192.168.1.1 dev eth0", "192.168.1.0/24 dev eth0 src 192.168.1.77"}));
        std::vector<Prefix> left;
        for (const char* p : {"10.50.0.1/32", "192.168.1.77/24", "192.168.1.78/24"})
            left.push_back(prefix(p));
        QVERIFY(lan.system(lan.a).interfaces[1].addresses == left);
        QCOMPARE(lan.system(lan.a).routes.rows().back().source,
                 0xc0a8'014du); // the default route speaks as 192.168.1.77, too
    }

    void routeOfTheFile_refused_isRecordedAtTheStart() {
        config::DeviceConfig left;
        left.routes = {route("10.1.0.0/16", "10.9.9.9")};
        Lan lan(left);
        lan.run(1ms);
        QCOMPARE(lan.refused(), ConfigError::InvalidGateway);
        QCOMPARE(lan.told().back(), QString("a refuses \"route add 10.1.0.0/16 via 10.9.9.9\": Nexthop has invalid "
                                            "gateway (10.9.9.9 is not the address of a "
                                            "neighbour in a directly connected network)."));
    }

    void gatewayBehindAHostRoute_used_worksWithAnAddressOfOneHost() {
        config::DeviceConfig left, right;
        left.interfaces = {interface("eth0", 1, {"203.0.113.51/32"})};
        left.routes = {route("192.0.2.1/32", nullptr, "eth0"), route("0.0.0.0/0", "192.0.2.1")};
        right.interfaces = {interface("eth0", 2, {"192.0.2.1/24"})};
        right.loopback = {prefix("8.8.8.8/32")};
        right.routes = {route("203.0.113.51/32", nullptr, "eth0")};
        Lan lan(left, right);
        QCOMPARE(QString::fromStdString(lan.ping(lan.a, "8.8.8.8").result), QString("1 sent, 1 received"));
    }

    void hopThatIsTheHostItself_used_isLookedThrough() {
        Lan lan;
        lan.routeAdd(route("10.2.0.0/16", "192.168.1.10"));
        lan.apply(lan.a, config::Ping{.target = "10.2.3.4", .count = 1});
        const auto neighbours = devices::neighbourTable(lan.network, lan.a);
        QCOMPARE(neighbours.size(), std::size_t(1));
        QCOMPARE(neighbours[0].address, ip("10.2.3.4")); // and not the "next hop"
    }

    void addressOfAConnection_removed_isNotSentFromAnyMore() {
        config::DeviceConfig right;
        right.listeners = {{true, 80, *config::parseScript("recv 10, sleep 60s", nullptr)}};
        Lan lan({}, right);
        lan.apply(lan.a, config::SocketScript{.tcp = true,
                                              .host = "192.168.1.20",
                                              .port = 80,
                                              .script = *config::parseScript("send 10, sleep 1s, send 10", nullptr)});
        lan.run(500ms);
        lan.address(true, "192.168.1.77/24");
        lan.address(false, "192.168.1.10/24");
        const auto before = lan.log.frames().size();
        lan.run(5s);
        for (std::size_t i = before; i < lan.log.frames().size(); ++i) {
            const auto bytes = lan.log.bytes(lan.log.frames()[i]);
            const bool fromGone =
                bytes.size() > 30 && bytes[12] == 8 && bytes[13] == 0 && bytes[26] == 192 && bytes[29] == 10;
            QVERIFY(!fromGone);
        }
        QVERIFY(lan.told().contains(
            "a cannot send 192.168.1.20 a segment of their connection: 192.168.1.10 is not an address of a any more."));
        QCOMPARE(QString::fromStdString(lan.ping(lan.a, "192.168.1.20").result), QString("1 sent, 1 received"));
    }

    void carrier_lost_evictsNeighboursAndMacs() {
        Lan lan;
        lan.ping(lan.a, "192.168.1.20");
        QCOMPARE(devices::neighbourTable(lan.network, lan.a).size(), std::size_t(1));
        QCOMPARE(devices::macTable(lan.network, lan.sw).size(), std::size_t(2));
        lan.apply({}, config::SetLink{lan.cableA, false});
        QCOMPARE(devices::neighbourTable(lan.network, lan.a).size(), std::size_t(0));
        QCOMPARE(devices::neighbourTable(lan.network, lan.b).size(), std::size_t(1)); // its own cable is in
        QCOMPARE(devices::macTable(lan.network, lan.sw).size(), std::size_t(1));
        QCOMPARE(lan.rows(), QStringList({"192.168.1.0/24 dev eth0 src 192.168.1.10"}));
        QVERIFY(lan.told().contains("a forgets the neighbour it knew on eth0: the interface has lost its carrier."));
        QVERIFY(lan.told().contains("sw forgets the MAC it had learned at p1: the port has lost its carrier."));

        lan.apply(lan.a, config::Ping{.target = "192.168.1.20", .count = 1});
        const auto begun = lan.network.now();
        while (lan.network.now() < begun + 10s &&
               devices::applicationTable(lan.network, lan.a).back().state == "running")
            lan.run(100ms);
        QVERIFY(lan.told().contains("a is told by 192.168.1.10 about ping 1: Destination Host Unreachable."));
        QVERIFY(lan.network.now() - begun >= 3s && lan.network.now() - begun < 3300ms);

        lan.apply({}, config::SetLink{lan.cableA, true});
        QCOMPARE(QString::fromStdString(lan.ping(lan.a, "192.168.1.20").result), QString("1 sent, 1 received"));
    }

    void packetWaitingForAnAnswer_carrierLost_isLostByTheCable() {
        Lan lan;
        lan.apply(lan.a, config::Ping{.target = "192.168.1.99", .count = 1});
        lan.run(500ms);
        lan.apply({}, config::SetLink{lan.cableA, false});
        QCOMPARE(lan.dropped(DropReason::LinkDown), std::size_t(1));
        QCOMPARE(lan.dropped(DropReason::NeighbourFailed), std::size_t(0));
        QVERIFY(lan.told().filter("forgets the neighbour").isEmpty()); // it knew none
    }

    void permanentNeighbour_carrierLost_stays() {
        config::DeviceConfig left;
        left.neighbours = {{ip("192.168.1.20"), wire::MacAddress::fromNumber(2)}};
        Lan lan(left);
        lan.apply({}, config::SetLink{lan.cableA, false});
        QCOMPARE(devices::neighbourTable(lan.network, lan.a).size(), std::size_t(1));
    }

    void frameLongerThanThePort_arriving_isDroppedUnseen() {
        config::DeviceConfig left, right;
        left.interfaces = {interface("eth0", 1, {"192.168.1.10/24"}, 1600)};
        right.interfaces = {interface("eth0", 2, {"192.168.1.20/24"}, 1600)};
        Lan lan(left, right); // between them a switch whose ports have an MTU of 1500
        // 1504 bytes of IP are the last that a port of 1500 lets through: it has room for a VLAN tag.
        lan.apply(lan.a, config::Ping{.target = "192.168.1.20", .count = 1, .size = 1476, .deadline = 1s});
        lan.run(2s);
        QCOMPARE(QString::fromStdString(devices::applicationTable(lan.network, lan.a).back().result),
                 QString("1 sent, 1 received"));
        lan.apply(lan.a, config::Ping{.target = "192.168.1.20", .count = 1, .size = 1477, .deadline = 1s});
        lan.run(2s);
        QCOMPARE(QString::fromStdString(devices::applicationTable(lan.network, lan.a).back().result),
                 QString("1 sent, 0 received"));
        QCOMPARE(lan.dropped(DropReason::MtuExceeded), std::size_t(1));
    }

    void pingWithoutAWayBack_arriving_isToldAsThat() {
        config::DeviceConfig left, right;
        left.interfaces = {interface("eth0", 1, {"10.10.0.1/8"})};
        right.interfaces = {interface("eth0", 2, {"10.0.0.2/16"})};
        Lan lan(left, right);
        lan.ping(lan.a, "10.0.0.2");
        QVERIFY(lan.told().contains(
            "b cannot reply to the ping from 10.10.0.1: no route to 10.10.0.1, and no default gateway."));
        QCOMPARE(lan.dropped(DropReason::NoRoute), std::size_t(0)); // the ping itself was not dropped
    }

    void synWithoutAWayBack_arriving_makesNoSocketAndNoTimer() {
        config::DeviceConfig left, right;
        left.interfaces = {interface("eth0", 1, {"10.10.0.1/8"})};
        right.interfaces = {interface("eth0", 2, {"10.0.0.2/16"})};
        right.listeners = {{true, 80, *config::parseScript("close", nullptr)}};
        Lan lan(left, right);
        lan.apply(lan.a,
                  config::SocketScript{
                      .tcp = true, .host = "10.0.0.2", .port = 80, .script = *config::parseScript("close", nullptr)});
        lan.run(500ms);
        QVERIFY(lan.told().contains(
            "b cannot reply to the SYN from 10.10.0.1: no route to 10.10.0.1, and no default gateway."));
        std::size_t sockets = 0;
        for (const auto& s : lan.system(lan.b).tcp.sockets)
            sockets += s.used;
        QCOMPARE(sockets, std::size_t(1)); // the listener
    }

    void udpListener_sendingFirst_hasNoDestination() {
        config::DeviceConfig right;
        right.listeners = {{false, 9, *config::parseScript("send 5", nullptr)},
                           {false, 10, *config::parseScript("recv 5, send 7", nullptr)}};
        Lan lan({}, right);
        lan.apply(lan.a, config::SocketScript{.tcp = false,
                                              .host = "192.168.1.20",
                                              .port = 10,
                                              .script = *config::parseScript("send 5, recv", nullptr)});
        lan.run(1s);
        QCOMPARE(QString::fromStdString(devices::applicationTable(lan.network, lan.a).back().result),
                 QString("recv: 7 bytes"));
    }

    void zeroAddress_pinged_isThisHost() {
        Lan lan;
        QCOMPARE(QString::fromStdString(lan.ping(lan.a, "0.0.0.0").result), QString("1 sent, 1 received"));
        QVERIFY(lan.told().contains(QRegularExpression("^a receives the reply from 127\\.0\\.0\\.1 to ping 1 .*")));
    }

    void broadcastPing_arriving_isNotAnsweredByDefault() {
        Lan lan;
        lan.apply(lan.a, config::Ping{.target = "192.168.1.255", .count = 1, .deadline = 1s, .broadcast = true});
        lan.run(2s);
        QVERIFY(lan.told().contains("b ignores the ping: pings to a broadcast or multicast address get no reply "
                                    "(icmp_echo_ignore_broadcasts)."));
    }

    void broadcastOfAnotherNetworkOfARouter_arriving_isForItselfAndGoesNoFurther() {
        Lan lan(behindB(), routerB());
        lan.apply(lan.a, config::Ping{.target = "10.0.0.255", .count = 1, .deadline = 1s, .broadcast = true});
        lan.run(2s);
        QVERIFY(lan.told().contains("b ignores the ping: pings to a broadcast or multicast address get no reply "
                                    "(icmp_echo_ignore_broadcasts)."));
        QCOMPARE(lan.dropped(DropReason::RouteUnreachable), std::size_t(0));
    }

    void packetsWaitingForNobody_givenUp_areCountedAndNamed() {
        Lan lan(behindB(), routerB());
        lan.ping(lan.a, "10.0.0.9", 5s);
        QVERIFY(lan.told().contains("Nobody replies for 10.0.0.9: b drops the packet that waited."));
        lan.apply(lan.a, config::Ping{.target = "10.0.0.8", .count = 1, .size = 3000, .deadline = 1s});
        lan.run(5s);
        QVERIFY(lan.told().contains("Nobody replies for 10.0.0.8: b drops the 3 packets that waited."));
        // The first of them begins with the ICMP header of a ping, and is neither a ping nor an ICMP error.
        QCOMPARE(lan.told().filter("b drops the fragment: no ARP reply came from the next hop.").size(), 3);
    }

    void neighbourUnheardOf_givenUp_hasNoPacketsToCount() {
        Lan lan;
        lan.ping(lan.a, "192.168.1.20");
        lan.apply({}, config::SetLink{lan.cableB, false});
        lan.run(40s);
        lan.ping(lan.a, "192.168.1.20", 30s);
        QCOMPARE(lan.told().filter("Nobody replies for 192.168.1.20: a forgets its MAC.").size(), 1);
        QVERIFY(lan.told().filter(" 0 ").filter("packets").isEmpty());
    }

    void groupLeftWithoutAnAddress_reported_isNoMartian() {
        config::DeviceConfig left;
        left.forwarding = true;
        left.rip = config::RipConfig{};
        Lan lan(left);
        lan.run(3s);
        lan.address(false, "192.168.1.10/24");
        lan.run(3s);
        QVERIFY(!lan.told().filter("a reports to routers that it leaves the group 224.0.0.9").isEmpty());
        QCOMPARE(lan.dropped(DropReason::Martian), std::size_t(0));
    }

    void datagramOfOneByte_sent_isOneByte() {
        Lan lan;
        lan.ping(lan.a, "192.168.1.20");
        lan.apply(lan.a, config::SocketScript{.tcp = false,
                                              .host = "192.168.1.20",
                                              .port = 9,
                                              .script = {{.op = config::ScriptStep::Op::Send, .amount = 1}}});
        lan.run(1s);
        QCOMPARE(lan.told().filter("a datagram of 1 byte.").size(), 1);
    }

    void broadcastAddress_connectedTo_isRefusedAsTheKernelDoes() {
        Lan lan;
        const auto result = [&](const config::Action& action) {
            lan.apply(lan.a, action);
            lan.run(1s);
            return QString::fromStdString(devices::applicationTable(lan.network, lan.a).back().result);
        };
        const config::Script send{{.op = config::ScriptStep::Op::Send, .amount = 10}};
        QCOMPARE(result(config::SocketScript{.tcp = true, .host = "192.168.1.255", .port = 80, .script = send}),
                 QString("connect: network is unreachable (ENETUNREACH)"));
        QCOMPARE(result(config::SocketScript{.tcp = false, .host = "192.168.1.255", .port = 80, .script = send}),
                 QString("connect: permission denied (EACCES)"));
        QCOMPARE(result(config::Browse{"http://192.168.1.255/", false}),
                 QString("192.168.1.255 is a broadcast address"));
    }

    void prohibitedDestination_browsed_isRefusedByTheRoute() {
        config::DeviceConfig left;
        left.routes = {route("10.0.0.0/8")};
        left.routes[0].kind = config::RouteConfig::Kind::Prohibit;
        Lan lan(left);
        lan.apply(lan.a, config::Browse{"http://10.0.0.1/", false});
        lan.run(1s);
        QCOMPARE(QString::fromStdString(devices::applicationTable(lan.network, lan.a).back().result),
                 QString("10.0.0.1 is unreachable: the route refuses it"));
    }

    void answerFromAnotherAddress_arriving_belongsToNoConnection() {
        config::DeviceConfig right;
        right.interfaces = {interface("eth0", 2, {"192.168.1.20/24", "192.168.1.21/24"})};
        Lan lan({}, right);
        lan.ping(lan.a, "192.168.1.20");
        // A SYN to 192.168.1.20, and a SYN-ACK for it that comes from 192.168.1.21.
        lan.apply(lan.a, config::SocketScript{.tcp = true,
                                              .host = "192.168.1.99",
                                              .port = 80,
                                              .localPort = 40000,
                                              .script = *config::parseScript("close", nullptr)});
        std::vector<std::uint8_t> frame(54);
        const std::uint8_t head[] = {0,    0,  0,   0,   0,    1,    0,    0,    0,    0,    0, 2, 8,   0,
                                     0x45, 0,  0,   40,  0,    0,    0x40, 0,    64,   6,    0, 0, 192, 168,
                                     1,    21, 192, 168, 1,    10,   0,    80,   0x9c, 0x40, 0, 0, 0,   1,
                                     0,    0,  0,   1,   0x50, 0x12, 0xff, 0xff, 0,    0,    0, 0};
        std::copy(std::begin(head), std::end(head), frame.begin());
        wire::put16(&frame[24], wire::checksum(std::span(frame).subspan(14, 20)));
        std::vector<std::uint8_t> pseudo(frame.begin() + 26, frame.begin() + 34);
        pseudo.insert(pseudo.end(), {0, 6, 0, 20});
        pseudo.insert(pseudo.end(), frame.begin() + 34, frame.end());
        wire::put16(&frame[50], wire::checksum(pseudo));
        lan.network.inject(lan.network.findInterface(lan.a, "eth0"), frame, &lan.log);
        lan.run(1ms);
        QVERIFY(lan.told().contains(
            "The reply comes from 192.168.1.21, but a had sent to 192.168.1.99: there is no such connection."));
    }

    void duplicatedFrame_captured_standsOnceAtTheSender() {
        devices::Network network{3};
        config::DeviceConfig left, right;
        left.name = "a";
        left.interfaces = {interface("eth0", 1, {"192.168.1.10/24"})};
        right.name = "b";
        right.interfaces = {interface("eth0", 2, {"192.168.1.20/24"})};
        const auto a = network.addDevice(left), b = network.addDevice(right);
        config::ChannelConfig cable;
        cable.impairment.duplicate = 1'000'000; // of a million
        plug(network, {a}, {b}, cable);
        trace::TraceLog log;
        network.apply(0s, a, config::Ping{.target = "192.168.1.20", .count = 1, .deadline = 1s}, &log);
        network.runUntil(5ms, &log);
        std::size_t sent = 0, received = 0;
        for (const auto& r : log.records()) {
            if (r.kind == trace::RecordKind::FrameSent && r.device == a && !log.frames()[r.index].copy) ++sent;
            if (r.kind == trace::RecordKind::FrameReceived && r.device == b) ++received;
        }
        QVERIFY(sent > 0);
        QCOMPARE(received, 2 * sent);
    }
};

QTEST_GUILESS_MAIN(TestRoutes)
#include "test_routes.moc"
