// WireGuard and VXLAN on small networks: who talks to whom when, what is refused, and what a copy of the run does.
#include "sim/decisions/all.h"
#include "sim/devices/network.h"
#include "sim/devices/tables.h"
#include "sim/dissect/dissect.h"
#include "sim/wire/bytes.h"
#include "sim/wire/wireguard.h"

#include "tests/support/networks.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace sim;
using namespace std::chrono_literals;
using namespace support;
using kernel::SimTime;
using trace::DecisionKind;
using trace::DropReason;
using trace::kindOf;

namespace {

crypto::Key privateOf(const char* name) { return crypto::derivedPrivateKey(1, name); }
crypto::Key publicOf(const char* name) { return crypto::publicKey(privateOf(name)); }

/// Seen is a WireGuard message that somebody sent.
struct Seen {
    SimTime time;
    std::string from;
    int type;
    std::uint32_t payload;
};

/// Pair is a client 192.0.2.1 and a gateway 192.0.2.2 on a cable of 1 ms, with 10.0.0.12 and 10.0.0.1 inside.
struct Pair {
    config::DeviceConfig client, gateway;
    devices::Network network{1};
    trace::TraceLog log;
    kernel::DeviceId a, b;
    kernel::ChannelId cable;

    Pair() {
        client.name = "client";
        gateway.name = "gateway";
        client.interfaces.resize(2);
        client.interfaces[0] = {.name = "eth0", .mac = mac(0x020000000001), .addresses = {prefix("192.0.2.1/24")}};
        client.interfaces[1] = {
            .name = "wg0", .kind = config::InterfaceKind::Tunnel, .addresses = {prefix("10.0.0.12/8")}};
        client.interfaces[1].wireguard =
            config::WireguardConfig{.privateKey = privateOf("client"), .listenPort = 40001};
        client.interfaces[1].wireguard->peers = {{.name = "gateway",
                                                  .publicKey = publicOf("gateway"),
                                                  .endpoint = ip("192.0.2.2"),
                                                  .allowedIps = {prefix("10.0.0.0/8")}}};
        gateway.interfaces.resize(2);
        gateway.interfaces[0] = {.name = "eth0", .mac = mac(0x020000000002), .addresses = {prefix("192.0.2.2/24")}};
        gateway.interfaces[1] = {
            .name = "wg0", .kind = config::InterfaceKind::Tunnel, .addresses = {prefix("10.0.0.1/8")}};
        gateway.interfaces[1].wireguard =
            config::WireguardConfig{.privateKey = privateOf("gateway"), .listenPort = 51820};
        gateway.interfaces[1].wireguard->peers = {
            {.name = "client", .publicKey = publicOf("client"), .allowedIps = {prefix("10.0.0.12/32")}}};
    }
    config::WireguardConfig& ofClient() { return *client.interfaces[1].wireguard; }
    config::WireguardConfig& ofGateway() { return *gateway.interfaces[1].wireguard; }
    void build() {
        a = network.addDevice(client);
        b = network.addDevice(gateway);
        cable = plug(network, {a}, {b});
    }
    void ping(SimTime at, int count = 1, SimTime interval = 1s, kernel::DeviceId from = {}) {
        network.runUntil(at, &log);
        const bool toClient = from.valid() && from == b;
        network.apply(at, from.valid() ? from : a,
                      config::Ping{.target = toClient ? "10.0.0.12" : "10.0.0.1", .count = count, .interval = interval},
                      &log);
    }
    void run(SimTime until) { network.runUntil(until, &log); }
    const stack::Wireguard& wg(kernel::DeviceId d) const { return network.device(d).system.wireguards.at(0); }
    const stack::WireguardPeer& peer(kernel::DeviceId d) const { return wg(d).peers.at(0); }
    bool done(std::size_t program = 0) const {
        const auto rows = devices::applicationTable(network, a);
        return program < rows.size() && rows[program].ok;
    }
    std::vector<Seen> messages(SimTime since = 0s) const {
        std::vector<Seen> out;
        for (const auto& f : log.frames()) {
            const auto bytes = log.bytes(f);
            if (f.sent < since || !f.to.valid() || !f.from.valid() || bytes.size() < 46 ||
                wire::get16(&bytes[12]) != 0x800 || bytes[23] != 17)
                continue;
            out.push_back(
                {f.sent, network.deviceName(network.deviceOf(f.from)), bytes[42], std::uint32_t(bytes.size() - 42)});
        }
        return out;
    }
    int count(DecisionKind kind, SimTime since = 0s) const {
        int n = 0;
        for (const auto& r : log.records())
            n += r.kind == trace::RecordKind::Decision && r.decision() == kind && r.time >= since;
        return n;
    }
    int dropped(DropReason why) const { return int(network.counters().dropped[std::size_t(why)]); }
};

} // namespace

class TestVpn : public QObject {
    Q_OBJECT
private slots:
    void ping_firstOne_shakesHandsOnceAndArrives() {
        Pair p;
        p.build();
        p.ping(0s);
        p.run(1s);
        QVERIFY(p.done());
        const auto seen = p.messages();
        QCOMPARE(seen.size(), std::size_t(4));
        QCOMPARE(seen[0].type, 1);
        QCOMPARE(seen[0].payload, 148u);
        QCOMPARE(seen[1].type, 2);
        QCOMPARE(seen[1].payload, 92u);
        QCOMPARE(seen[2].type, 4);
        QCOMPARE(seen[2].payload, 128u); // 84 padded to 96, and 32
        QCOMPARE(seen[3].from, std::string("gateway"));
        QCOMPARE(p.peer(p.a).sent, 148u + 128u);
        QCOMPARE(p.peer(p.a).received, 92u + 128u);
        QCOMPARE(p.peer(p.b).endpoint->address, 0xc0000201u);
        QCOMPARE(p.peer(p.b).endpoint->port, 40001);
        QVERIFY(p.peer(p.a).current->initiator);
        QCOMPARE(p.peer(p.a).current->send, p.peer(p.b).current->receive);
        QCOMPARE(p.peer(p.a).current->receive, p.peer(p.b).current->send);
    }

    void presharedKey_sameOrNot_decides() {
        for (const bool same : {true, false}) {
            Pair p;
            p.ofClient().peers[0].presharedKey = privateOf("secret");
            if (same) p.ofGateway().peers[0].presharedKey = privateOf("secret");
            p.build();
            p.ping(0s);
            p.run(4s);
            QCOMPARE(p.done(), same);
            QCOMPARE(p.dropped(DropReason::TunnelKeyRejected), same ? 0 : 1);
        }
    }

    void handshake_strangersKey_isNotAnswered() {
        Pair p;
        p.ofClient().privateKey = privateOf("stranger");
        p.build();
        p.ping(0s);
        p.run(4s);
        QCOMPARE(p.messages().size(), std::size_t(1));
        QCOMPARE(p.dropped(DropReason::TunnelKeyRejected), 1);
    }

    void silence_nobodyAnswers_triesFor90SecondsAndGivesUp() {
        Pair p;
        p.build();
        p.network.apply(0s, {}, config::SetLink{p.cable, false}, &p.log);
        p.ping(0s);
        p.run(89s);
        const int tries = p.count(kindOf<decisions::TunnelHandshakeBegun>);
        QVERIFY2(tries >= 17 && tries <= 18, qPrintable(QString::number(tries)));
        QCOMPARE(p.dropped(DropReason::TunnelNoHandshake), 0);
        p.run(130s);
        QVERIFY(p.count(kindOf<decisions::TunnelHandshakeBegun>) <= 20);
        QCOMPARE(p.dropped(DropReason::TunnelNoHandshake), 1);
        QVERIFY(p.peer(p.a).staged.empty());
    }

    void retry_everyHandshake_comesAfterFiveSecondsAndJitter() {
        Pair p;
        p.ofClient().privateKey = privateOf("stranger");
        p.build();
        p.ping(0s);
        p.run(40s);
        const auto seen = p.messages();
        QVERIFY(seen.size() >= 7);
        for (std::size_t i = 1; i < seen.size(); ++i) {
            const auto gap = seen[i].time - seen[i - 1].time;
            QVERIFY(gap >= 5s - 10ms && gap <= 5334ms);
        }
    }

    void keepalive_nothingToSay_comesTenSecondsLater() {
        Pair p;
        p.build();
        p.ping(0s);
        p.run(30s);
        const auto late = p.messages(1s);
        QCOMPARE(late.size(), std::size_t(1));
        QCOMPARE(late[0].from, std::string("client")); // it got the answer and was silent since
        QCOMPARE(late[0].payload, 32u);
        QVERIFY(late[0].time >= 10s && late[0].time <= 10100ms);
    }

    void persistentKeepalive_noTraffic_beginsByItselfAndKeepsTheInterval() {
        Pair p;
        p.ofClient().peers[0].persistentKeepalive = 25s;
        p.build();
        p.run(80s);
        const auto seen = p.messages();
        QCOMPARE(seen[0].type, 1);
        QVERIFY(seen[0].time < 10ms);
        std::vector<SimTime> mine;
        for (const auto& s : seen)
            if (s.type == 4 && s.from == "client") mine.push_back(s.time);
        QCOMPARE(mine.size(), std::size_t(4)); // at 0, 25, 50, 75 s
        for (std::size_t i = 1; i < mine.size(); ++i)
            QVERIFY(mine[i] - mine[i - 1] == 25s);
    }

    void session_busyFor120Seconds_isRenewedByItsInitiator() {
        Pair p;
        p.build();
        p.ping(0s, 250, 1s);
        p.run(119s);
        QCOMPARE(p.count(kindOf<decisions::TunnelHandshakeBegun>), 1);
        p.run(130s);
        QCOMPARE(p.count(kindOf<decisions::TunnelHandshakeBegun>), 2);
        for (const auto& s : p.messages(100s))
            if (s.type == 1) QCOMPARE(s.from, std::string("client"));
        p.run(260s);
        QCOMPARE(p.count(kindOf<decisions::TunnelHandshakeBegun>), 3);
        QVERIFY(p.done()); // no ping was lost over it
        QCOMPARE(devices::applicationTable(p.network, p.a)[0].result, std::string("250 sent, 250 received"));
    }

    void session_idleFor200Seconds_isNotUsedAgain() {
        Pair p;
        p.build();
        p.ping(0s);
        p.ping(200s);
        p.run(201s);
        QVERIFY(p.done(1));
        QCOMPARE(p.count(kindOf<decisions::TunnelHandshakeBegun>), 2);
    }

    void session_forgottenAfterNineMinutes_leavesNoKeys() {
        Pair p;
        p.build();
        p.ping(0s);
        p.run(545s);
        QVERIFY(!p.peer(p.a).current);
        QVERIFY(!p.peer(p.b).current);
    }

    void silence_afterSomethingWasSent_asksForANewHandshakeAfter15Seconds() {
        Pair p;
        p.build();
        p.ping(0s);
        p.run(5s);
        p.network.apply(5s, {}, config::SetLink{p.cable, false}, &p.log);
        p.ping(6s);
        p.run(20s);
        const auto begun = [&](kernel::DeviceId who) {
            return std::count_if(p.log.records().begin(), p.log.records().end(), [&](const trace::Record& r) {
                return r.decided<decisions::TunnelHandshakeBegun>() && r.device == who && r.time > 1s;
            });
        };
        QCOMPARE(begun(p.a), 0);
        QCOMPARE(begun(p.b), 1); // it answered a ping, and never heard again
        p.run(22s);
        QCOMPARE(begun(p.a), 1);
    }

    void peer_comesFromElsewhere_isAnsweredThere() {
        Pair p;
        p.client.interfaces[0].addresses.push_back(prefix("192.0.2.77/24"));
        p.build();
        p.ping(0s);
        p.run(1s);
        QCOMPARE(p.peer(p.b).endpoint->address, 0xc0000201u);
        // The client's own packets now leave from its second address.
        auto& there = const_cast<stack::WireguardPeer&>(p.peer(p.a));
        there.endpoint->from = 0xc000024d;
        p.ping(2s);
        p.run(3s);
        QVERIFY(p.done(1));
        QCOMPARE(p.peer(p.b).endpoint->address, 0xc000024du);
        QCOMPARE(p.count(kindOf<decisions::TunnelRoamed>), 1);
    }

    void replay_sameMessageTwice_isDroppedOnce() {
        Pair p;
        p.build();
        p.ping(0s);
        p.run(1s);
        QByteArray message;
        for (const auto& f : p.log.frames()) {
            const auto bytes = p.log.bytes(f);
            if (bytes.size() > 60 && f.to.valid() && wire::get16(&bytes[12]) == 0x800 && bytes[42] == 4 &&
                p.network.deviceOf(f.to) == p.b)
                message = QByteArray(reinterpret_cast<const char*>(bytes.data()) + 42, qsizetype(bytes.size()) - 42);
        }
        QVERIFY(!message.isEmpty());
        const auto before = p.peer(p.b).received;
        inject(p, message);
        QCOMPARE(p.dropped(DropReason::TunnelReplay), 1);
        QCOMPARE(p.peer(p.b).received, before);
        message[20] = char(message[20] ^ 1);
        inject(p, message);
        QCOMPARE(p.dropped(DropReason::TunnelKeyRejected), 1);
        message[4] = char(message[4] ^ 1);
        inject(p, message);
        QCOMPARE(p.dropped(DropReason::TunnelNoSession), 1);
    }

    void messages_cutOrMadeUp_areDropped() {
        Pair p;
        p.build();
        p.ping(0s);
        p.run(1s);
        int wrong = 0;
        for (int type = 0; type < 8; ++type)
            for (int length : {0, 3, 4, 31, 32, 33, 63, 64, 91, 92, 93, 147, 148, 149, 1400}) {
                QByteArray message(length, char(type * 31 + length));
                for (int i = 0; i < std::min(length, 4); ++i)
                    message[i] = char(i == 0 ? type : 0);
                inject(p, message);
                ++wrong;
            }
        int refused = 0;
        for (const auto why :
             {DropReason::TunnelMessageError, DropReason::TunnelKeyRejected, DropReason::TunnelNoSession})
            refused += p.dropped(why);
        QCOMPARE(refused, wrong);
        p.ping(2s);
        p.run(3s);
        QVERIFY(p.done(1));
    }

    void allowedIps_innerSourceOfSomebodyElse_isDropped() {
        Pair p;
        p.ofGateway().peers[0].allowedIps = {prefix("10.0.0.13/32")};
        p.build();
        p.ping(0s);
        p.run(1s);
        QVERIFY(!p.done());
        QCOMPARE(p.dropped(DropReason::TunnelSourceNotAllowed), 1);
    }

    void allowedIps_nobodyHasTheDestination_hostUnreachable() {
        Pair p;
        p.ofClient().peers[0].allowedIps = {prefix("10.0.0.2/32")};
        p.build();
        p.ping(0s);
        p.run(1s);
        QCOMPARE(p.dropped(DropReason::TunnelNoPeer), 1);
        QCOMPARE(p.messages().size(), std::size_t(0));
        const auto rows = devices::applicationTable(p.network, p.a);
        QVERIFY2(rows[0].result.find("Host Unreachable") != std::string::npos, rows[0].result.c_str());
    }

    void allowedIps_samePrefixTwice_belongsToTheLast() {
        Pair p;
        auto second = p.ofClient().peers[0];
        second.publicKey = publicOf("nobody");
        p.ofClient().peers.insert(p.ofClient().peers.begin(), second);
        p.build();
        p.ping(0s);
        p.run(1s);
        QVERIFY(p.done());
        QCOMPARE(p.wg(p.a).allowed.rows().size(), std::size_t(1));
    }

    void underLoad_firstHandshake_needsACookie() {
        Pair p;
        p.ofGateway().underLoad = true;
        p.build();
        p.ping(0s);
        p.run(6s);
        const auto seen = p.messages();
        QCOMPARE(seen[0].type, 1);
        QCOMPARE(seen[1].type, 3);
        QCOMPARE(seen[1].payload, 64u);
        QCOMPARE(seen[2].type, 1); // again after 5 s, with the cookie's MAC
        QCOMPARE(seen[3].type, 2);
        QVERIFY(p.done());
        QCOMPARE(p.count(kindOf<decisions::TunnelCookie>), 1);
    }

    void userspace_outerPackets_haveDfAndNoDscp() {
        for (const bool userspace : {false, true}) {
            Pair p;
            p.ofClient().userspace = userspace;
            p.build();
            p.ping(0s);
            p.run(1s);
            for (const auto& f : p.log.frames()) {
                const auto bytes = p.log.bytes(f);
                if (!f.from.valid() || p.network.deviceOf(f.from) != p.a || bytes.size() < 60 ||
                    wire::get16(&bytes[12]) != 0x800)
                    continue;
                QCOMPARE(bool(bytes[20] & 0x40), userspace);
                QCOMPARE(int(bytes[15]), bytes[42] == 1 && !userspace ? 0x88 : 0);
            }
        }
    }

    void defaultRoute_intoTheTunnel_doesNotCatchTheTunnelsOwnPackets() {
        Pair p;
        p.client.routes = {{.destination = prefix("0.0.0.0/0"), .interface = "wg0"},
                           {.destination = prefix("192.0.2.2/32"), .interface = "wg0"}};
        p.ofClient().peers[0].allowedIps = {prefix("0.0.0.0/0")};
        p.build();
        p.ping(0s);
        p.run(1s);
        QVERIFY(p.done());
    }

    void loop_twoTunnelsIntoEachOther_endsWithAReason() {
        Pair p;
        p.client.interfaces.push_back({.name = "wg1", .kind = config::InterfaceKind::Tunnel});
        p.client.interfaces[2].wireguard =
            config::WireguardConfig{.privateKey = privateOf("second"), .listenPort = 40002};
        p.client.interfaces[2].wireguard->peers = {
            {.publicKey = publicOf("x"), .endpoint = ip("10.9.9.9"), .allowedIps = {prefix("0.0.0.0/0")}}};
        p.ofClient().peers[0].endpoint = ip("172.16.0.1");
        p.client.routes = {{.destination = prefix("172.16.0.0/12"), .interface = "wg1"}};
        p.build();
        p.ping(0s);
        p.run(200s);
        QCOMPARE(p.messages().size(), std::size_t(0));
    }

    void copy_inTheMiddleOfAHandshake_goesOnTheSame() {
        Pair p;
        p.build();
        p.ping(0s);
        p.run(2500us);
        devices::Network copy = p.network;
        trace::TraceLog log2 = p.log;
        p.run(150s);
        copy.runUntil(150s, &log2);
        QCOMPARE(log2.records().size(), p.log.records().size());
        QVERIFY(std::equal(p.log.frames().begin(), p.log.frames().end(), log2.frames().begin(),
                           [&](const auto& x, const auto& y) {
                               const auto a = p.log.bytes(x), b = log2.bytes(y);
                               return std::equal(a.begin(), a.end(), b.begin(), b.end());
                           }));
    }

    void wrappedFrame_dissected_showsBothLayers() {
        Pair p;
        p.build();
        p.ping(0s);
        p.run(1s);
        int shown = 0;
        for (std::uint32_t i = 0; i < p.log.frames().size(); ++i) {
            const auto& f = p.log.frames()[i];
            const auto bytes = p.log.bytes(f);
            if (!f.from.valid() || !f.to.valid() || bytes.size() < 60 || wire::get16(&bytes[12]) != 0x800) continue;
            const auto inside = p.log.wrapped(i);
            const auto tree = inside == trace::kNoIndex ? dissect::dissect(bytes)
                                                        : dissect::dissect(bytes, wire::LinkType::Ethernet,
                                                                           p.log.bytes(p.log.frames()[inside]));
            const auto ping = std::find_if(tree.children.begin(), tree.children.end(),
                                           [](const auto& n) { return n.filter() == "icmp"; });
            QCOMPARE(ping != tree.children.end(), bytes[42] == 4); // not in handshakes
            if (ping == tree.children.end()) continue;
            ++shown;
            QCOMPARE(ping->range.offset, 42u + 16 + 20); // outer headers, WireGuard's, the inner IP header
            QCOMPARE(ping->range.length, 8u);            // its header; the data is a field of its own
        }
        QCOMPARE(shown, 2);
    }

    void secrets_ofAHandshake_standInTheLogAndGoWithIt() {
        Pair p;
        p.build();
        p.ping(0s);
        p.run(1s);
        QStringList lines;
        p.log.secrets([&](const std::string& l) { lines << QString::fromStdString(l); });
        QCOMPARE(lines.size(), 6); // three from each end
        QVERIFY(lines[0].startsWith("LOCAL_STATIC_PRIVATE_KEY = "));
        p.log.truncate(0);
        p.log.secrets([&](const std::string&) { QFAIL("a key of what never happened"); });
        QCOMPARE(p.log.frames().size(), std::size_t(0));
    }

    void vxlan_ping_learnsBothEndsAndUsesOnePortEachFlow() {
        Pair p;
        for (auto* d : {&p.client, &p.gateway}) {
            auto& i = d->interfaces[1];
            i.kind = config::InterfaceKind::Vxlan;
            i.wireguard.reset();
            i.mac = mac(d == &p.client ? 0x0200000000a1 : 0x0200000000b1);
            i.vxlan = {.vni = 42, .remote = ip(d == &p.client ? "192.0.2.2" : "192.0.2.1")};
        }
        p.build();
        QCOMPARE(p.network.device(p.a).system.interfaces[2].mtu, 1450);
        p.ping(0s, 3);
        p.run(5s);
        QVERIFY(p.done());
        const auto& table = p.network.device(p.a).system.vxlans.at(0).table;
        QCOMPARE(table.size(), std::size_t(1));
        QCOMPARE(table[table.find({0x0200000000b1})].remote, 0xc0000202u);
        std::set<int> ports;
        for (const auto& f : p.log.frames()) {
            const auto bytes = p.log.bytes(f);
            if (!f.from.valid() || !f.to.valid() || bytes.size() < 60 || wire::get16(&bytes[12]) != 0x800) continue;
            QCOMPARE(wire::get16(&bytes[36]), 4789);
            QVERIFY(!(bytes[20] & 0x40));
            ports.insert(wire::get16(&bytes[34]));
        }
        QCOMPARE(ports.size(), std::size_t(2)); // ARP, and the pings both ways
        p.run(400s);
        QVERIFY(devices::macTable(p.network, p.a).empty());
    }

private:
    /// inject lets a datagram with that payload arrive at the gateway's WireGuard, as if the client had sent it.
    void inject(Pair& p, const QByteArray& payload) {
        auto& device = const_cast<devices::Device&>(p.network.device(p.b));
        kernel::EventQueue queue;
        kernel::FramePool frames;
        std::vector<link::Port> ports(p.network.interfaceCount());
        std::vector<link::Channel> channels;
        std::uint32_t flying = 0, running = 0;
        auto& counters = const_cast<trace::Counters&>(p.network.counters());
        std::vector<link::FaultInjector> faults;
        stack::World world{queue,  frames,  ports,           channels, faults, counters,
                           flying, running, p.network.now(), 1,        nullptr};
        stack::Context c(world, p.b, device.system);
        const auto frame = frames.allocate(std::uint32_t(42 + payload.size()));
        const auto bytes = frames.bytes(frame);
        std::copy(payload.begin(), payload.end(), bytes.begin() + 42);
        stack::wireguard::input(c, 0, {0xc0000201, 40001, 0xc0000202}, bytes.subspan(42), frame);
        QCOMPARE(frames.liveCount(), std::size_t(0));
    }
};

QTEST_APPLESS_MAIN(TestVpn)
#include "test_vpn.moc"
