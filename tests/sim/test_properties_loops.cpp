// Whatever goes round and round comes to an end, or is bounded by the cables it goes round on.
#include "tests/sim/invariants.h"
#include "tests/support/networks.h"

#include "sim/devices/tables.h"

#include <QtTest>

using namespace std::chrono_literals;
using namespace support;
using namespace sim;

namespace {

/// finish lets a network run to its end, which must come within so many events, and looks at it now and then.
std::string finish(devices::Network& network, std::uint64_t mostEvents, kernel::SimTime until) {
    for (std::uint64_t n = 0; network.nextEventTime() <= until; ++n) {
        if (n > mostEvents) return "it does not end";
        network.step();
        if (n % 32 == 0)
            if (auto why = invariants::violation(network); !why.empty()) return why;
    }
    return invariants::violation(network);
}

crypto::Key keyOf(std::uint8_t n) {
    crypto::Key k{};
    k[0] = std::uint8_t(n * 8);
    k[31] = 0x40;
    return k;
}

config::InterfaceConfig wireguardTo(const std::string& name, const std::string& address, const std::string& endpoint,
                                    std::uint8_t key) {
    config::InterfaceConfig i{.name = name, .kind = config::InterfaceKind::Tunnel, .addresses = {prefix(address)}};
    i.wireguard = config::WireguardConfig{.privateKey = keyOf(key), .listenPort = std::uint16_t(51'820 + key)};
    i.wireguard->peers = {
        {.publicKey = keyOf(std::uint8_t(key + 50)), .endpoint = ip(endpoint), .allowedIps = {prefix("0.0.0.0/0")}}};
    return i;
}

config::InterfaceConfig vxlanTo(const std::string& name, const std::string& address, const std::string& remote,
                                std::uint32_t vni) {
    config::InterfaceConfig i{
        .name = name, .kind = config::InterfaceKind::Vxlan, .mac = mac(200 + vni), .addresses = {prefix(address)}};
    i.vxlan = {.vni = vni, .remote = ip(remote)};
    return i;
}

/// sentInto is how many frames one end of a cable has sent into it.
std::uint64_t sentInto(const devices::Network& network, kernel::ChannelId cable, int end) {
    return network.interface(network.channel(cable).ends[end]).txFrames;
}

} // namespace

class TestPropertiesLoops : public QObject {
    Q_OBJECT
private slots:
    /// Routers in random graphs with random routes, some of which translate: a packet dies with its TTL all the same.
    void randomRoutesWithNat_anyPacket_diesWithItsTtl() {
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            kernel::Rng random(seed, 77);
            devices::Network network(seed);
            constexpr std::uint32_t kRouters = 6;
            std::vector<config::DeviceConfig> configs(kRouters);
            std::vector<std::vector<wire::IpAddress>> next(kRouters);
            std::vector<std::pair<std::uint32_t, std::uint32_t>> cables;
            for (std::uint32_t i = 1; i < kRouters; ++i)
                cables.push_back({std::uint32_t(random.below(i)), i});
            for (int extra = 0; extra < 4; ++extra) {
                const auto a = std::uint32_t(random.below(kRouters)), b = std::uint32_t(random.below(kRouters));
                if (a != b) cables.push_back({a, b});
            }
            for (std::size_t k = 0; k < cables.size(); ++k)
                for (const bool second : {false, true}) {
                    const auto me = second ? cables[k].second : cables[k].first;
                    const auto net = "10.1." + std::to_string(k) + '.';
                    configs[me].interfaces.push_back({.name = "c" + std::to_string(k),
                                                      .mac = mac(2 * k + second + 1),
                                                      .addresses = {prefix(net + (second ? "2/24" : "1/24"))}});
                    next[me].push_back(ip(net + (second ? "1" : "2")));
                }
            for (std::uint32_t i = 0; i < kRouters; ++i) {
                auto& c = configs[i];
                c.name = "r" + std::to_string(i);
                c.forwarding = true;
                if (random.below(2))
                    c.sourceNat = config::SourceNatConfig{c.interfaces[random.below(c.interfaces.size())].name};
                for (int target = 0; target < 8; ++target)
                    c.routes.push_back(
                        {.destination = {wire::IpAddress::v4(std::uint32_t(0xc633'6400 + target * 16)), 28},
                         .via = next[i][random.below(next[i].size())]});
                c.routes.push_back({.destination = prefix("0.0.0.0/0"), .via = next[i].front()});
                network.addDevice(c);
            }
            for (std::size_t k = 0; k < cables.size(); ++k)
                network.connect(network.findInterface({cables[k].first}, "c" + std::to_string(k)),
                                network.findInterface({cables[k].second}, "c" + std::to_string(k)));
            for (int target = 0; target < 8; ++target)
                network.apply(0s, {std::uint32_t(random.below(kRouters))},
                              config::Ping{.target = "198.51.100." + std::to_string(target * 16 + 1),
                                           .count = 1,
                                           .size = target % 2 ? 56 : 3000});
            // A packet or a fragment crosses 64 links at most, and so does the error that each may cause.
            const auto why = finish(network, 200'000, 300s);
            QVERIFY2(why.empty(), (std::to_string(seed) + ": " + why).c_str());
            std::uint64_t frames = 0;
            for (std::uint32_t k = 0; k < network.channelCount(); ++k)
                frames += sentInto(network, {k}, 0) + sentInto(network, {k}, 1);
            QVERIFY2(frames <= 8 * 3 * (64 + 64) + 8 * 64 * 64, qPrintable(QString::number(frames)));
        }
    }

    void tunnelRoutedIntoItself_used_ends_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("WireGuard by itself") << 0;
        QTest::newRow("two WireGuards, each by the other") << 1;
        QTest::newRow("VXLAN by itself") << 2;
        QTest::newRow("two VXLANs, each by the other") << 3;
        QTest::newRow("WireGuard by VXLAN by WireGuard") << 4;
        QTest::newRow("eight VXLANs in a ring") << 5;
    }
    void tunnelRoutedIntoItself_used_ends() {
        QFETCH(int, kind);
        devices::Network network(3);
        config::DeviceConfig a;
        a.name = "a";
        a.forwarding = true;
        a.interfaces = {interface("eth0", 1, "192.0.2.1/24")};
        const auto route = [&](const std::string& to, const std::string& by) {
            a.routes.push_back({.destination = prefix(to), .interface = by});
        };
        switch (kind) {
        case 0: a.interfaces.push_back(wireguardTo("t0", "10.0.0.1/24", "10.0.0.9", 1)); break;
        case 1:
            a.interfaces.push_back(wireguardTo("t0", "10.0.0.1/24", "10.0.1.9", 1));
            a.interfaces.push_back(wireguardTo("t1", "10.0.1.1/24", "10.0.0.9", 2));
            break;
        case 2: a.interfaces.push_back(vxlanTo("t0", "10.0.0.1/24", "10.0.0.9", 1)); break;
        case 3:
            a.interfaces.push_back(vxlanTo("t0", "10.0.0.1/24", "10.0.1.9", 1));
            a.interfaces.push_back(vxlanTo("t1", "10.0.1.1/24", "10.0.0.9", 2));
            break;
        case 4:
            a.interfaces.push_back(wireguardTo("t0", "10.0.0.1/24", "10.0.1.9", 1));
            a.interfaces.push_back(vxlanTo("t1", "10.0.1.1/24", "10.0.0.9", 2));
            break;
        default:
            for (int i = 0; i < 8; ++i)
                a.interfaces.push_back(vxlanTo("t" + std::to_string(i), "10.0." + std::to_string(i) + ".1/24",
                                               "10.0." + std::to_string((i + 1) % 8) + ".9", std::uint32_t(i)));
        }
        // Everything is somewhere on a tunnel, and its neighbours are known, so that nothing waits for ARP.
        for (const auto& i : a.interfaces)
            if (i.kind == config::InterfaceKind::Vxlan)
                a.neighbours.push_back({ip(i.addresses[0].address.toString().substr(0, 7) + "9"), mac(99)});
        route("172.16.0.0/12", "t0");
        network.addDevice(a);
        config::DeviceConfig b;
        b.name = "b";
        b.interfaces = {interface("eth0", 2, "192.0.2.2/24")};
        b.routes = {{.destination = prefix("0.0.0.0/0"), .via = ip("192.0.2.1")}};
        network.addDevice(b);
        network.connect(network.findInterface({0}, "eth0"), network.findInterface({1}, "eth0"));
        for (const char* target : {"10.0.0.9", "10.0.0.255", "172.16.1.1"}) {
            network.apply(
                network.now(), {0},
                config::Ping{.target = target, .count = 3, .interval = 100ms, .size = 1200, .broadcast = true});
            network.apply(network.now(), {1}, config::Ping{.target = target, .count = 3, .interval = 100ms});
        }
        const auto why = finish(network, 20'000, 200s);
        QVERIFY2(why.empty(), why.c_str());
        QVERIFY(sentInto(network, {0}, 0) < 1000);
    }

    /// Switches in a ring without spanning tree: a storm, as on Linux. It fills the cables and no more, and it stops
    /// when the ring is cut.
    void ringOfSwitches_oneBroadcast_isBoundedByTheCables() {
        devices::Network network(1);
        config::DeviceConfig h;
        h.name = "a";
        h.interfaces = {interface("eth0", 1, "10.0.0.1/24")};
        network.addDevice(h);
        for (int i = 0; i < 3; ++i) {
            config::DeviceConfig s;
            s.name = "sw" + std::to_string(i);
            s.bridge = true;
            for (int p = 0; p < 4; ++p)
                s.interfaces.push_back(interface("p" + std::to_string(p), std::uint64_t(16 * i + p + 16)));
            network.addDevice(s);
        }
        const auto port = [&](std::uint32_t device, const char* name) { return network.findInterface({device}, name); };
        const config::ChannelConfig slow{.rate = 10'000'000, .delay = 100us, .queueBytes = 20'000};
        network.connect(port(0, "eth0"), port(1, "p0"), slow);
        network.connect(port(1, "p1"), port(2, "p0"), slow);
        network.connect(port(2, "p1"), port(3, "p0"), slow);
        const auto ring = network.connect(port(3, "p1"), port(1, "p2"), slow);
        network.connect(port(2, "p2"), port(3, "p2"), slow); // a second ring: each round doubles
        network.connect(port(1, "p3"), port(3, "p3"), slow);
        network.apply(0s, {0}, config::Ping{.target = "10.0.0.9", .count = 1});
        std::uint64_t n = 0;
        while (network.now() < 2s && network.step()) {
            if (++n % 2000) continue;
            const auto why = invariants::violation(network);
            QVERIFY2(why.empty(), why.c_str());
        }
        QVERIFY2(network.now() >= 2s, "the storm has ended by itself");
        for (std::uint32_t k = 0; k < network.channelCount(); ++k)
            for (const int end : {0, 1}) {
                const auto& channel = network.channel({k});
                const auto frames = sentInto(network, {k}, end);
                // 10 Mbit/s take 84 bytes and more in 67.2 us, however many want to go.
                QVERIFY2(frames <= std::uint64_t(2s / 67200ns) + 300, qPrintable(QString::number(frames)));
                QVERIFY(channel.dropped[end] > 0 || k == 0);
            }
        // 20 kB wait at each of twelve ports, and as much is on the way: nothing else may be kept.
        QVERIFY2(network.framesHeld() < 12 * (20'000 / 42 + 10), qPrintable(QString::number(network.framesHeld())));
        for (std::uint32_t k = 1; k < network.channelCount(); ++k)
            network.apply(2s, {}, config::SetLink{{k}, false});
        (void)ring;
        network.runUntil(10s);
        QVERIFY(network.nextEventTime() > 10s);
        QCOMPARE(network.framesOnTheWay(), 0u);
        const auto why = invariants::violation(network);
        QVERIFY2(why.empty(), why.c_str());
    }
};

QTEST_APPLESS_MAIN(TestPropertiesLoops)
#include "test_properties_loops.moc"
