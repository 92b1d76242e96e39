// Routes computed for a whole network: every packet would arrive, by as few routers as a plain search finds.
#include "sim/devices/network.h"
#include "sim/devices/tables.h"
#include "sim/kernel/rng.h"

#include <QTest>

#include <map>

using namespace sim;
using config::DeviceConfig;
using kernel::DeviceId;

namespace {

DeviceConfig node(const std::string& name, bool forwarding) {
    DeviceConfig c;
    c.name = name;
    c.forwarding = forwarding;
    return c;
}

config::InterfaceConfig card(std::size_t number, std::uint32_t address, std::uint8_t length) {
    config::InterfaceConfig i;
    i.name = "eth" + std::to_string(number);
    i.mac = wire::MacAddress::fromNumber(0x0200'0000'0000 | address);
    if (address) i.addresses = {{wire::IpAddress::v4(address), length}};
    return i;
}

/// steps follows a packet by the routing tables, and gives how many routers it passed; -1 when it got lost.
int steps(const devices::Network& network, const std::map<std::uint32_t, std::uint32_t>& owner, std::uint32_t from,
          std::uint32_t address) {
    for (int n = 0; n < 64; ++n) {
        if (owner.at(address) == from) return n;
        const auto& s = network.device({from}).system;
        if (n > 0 && !s.forwarding) return -1;
        const auto* route = s.routes.lookup(address);
        if (!route || route->type != stack::RouteType::Unicast) return -1;
        from = owner.at(route->via ? route->via : address);
    }
    return -1;
}

} // namespace

class TestShortestRoutes : public QObject {
    Q_OBJECT
private slots:
    void randomNetworks_routed_everyPacketTakesTheShortestWay() {
        for (std::uint64_t seed = 1; seed <= 30; ++seed) {
            kernel::Rng random(seed, 3);
            const std::uint32_t count = 4 + random.below(14);
            std::vector<DeviceConfig> nodes;
            for (std::uint32_t i = 0; i < count; ++i)
                nodes.push_back(node("n" + std::to_string(i), random.below(4) != 0));
            std::vector<std::pair<std::uint32_t, std::uint32_t>> cables;
            std::map<std::uint32_t, std::uint32_t> owner;
            std::vector<std::uint32_t> known(count);
            for (std::uint32_t i = 1; i < count; ++i)
                cables.emplace_back(random.below(i), i);
            for (std::uint32_t i = 0; i < count; ++i)
                if (const auto a = random.below(count), b = random.below(count); a != b) cables.emplace_back(a, b);
            for (std::uint32_t c = 0; c < cables.size(); ++c)
                for (std::uint32_t end = 0; end < 2; ++end) {
                    const auto i = end ? cables[c].second : cables[c].first;
                    known[i] = (10u << 24) + 4 * c + 1 + end;
                    owner[known[i]] = i;
                    nodes[i].interfaces.push_back(card(nodes[i].interfaces.size(), known[i], 30));
                }
            devices::Network network(seed);
            for (const auto& n : nodes)
                network.addDevice(n);
            std::vector<std::size_t> used(count);
            for (const auto& [a, b] : cables) {
                const auto x = network.findInterface({a}, "eth" + std::to_string(used[a]++));
                const auto y = network.findInterface({b}, "eth" + std::to_string(used[b]++));
                network.connect(x, y);
            }
            network.addShortestRoutes();
            for (std::uint32_t from = 0; from < count; ++from) {
                // Distances to devices by nothing but trying again and again until no way gets shorter.
                std::vector<int> far(count, 1000);
                far[from] = 0;
                for (std::uint32_t again = 0; again < count; ++again)
                    for (const auto& [a, b] : cables) {
                        if (a == from || nodes[a].forwarding) far[b] = std::min(far[b], far[a] + 1);
                        if (b == from || nodes[b].forwarding) far[a] = std::min(far[a], far[b] + 1);
                    }
                for (const auto& [address, to] : owner) {
                    const int n = steps(network, owner, from, address);
                    if (to == from) continue;
                    // An address belongs to a cable: the way goes to the nearest router on that, and ends there or one
                    // step on.
                    const auto& cable = cables[((address & 0xffffff) - 1) / 4];
                    int nearest = 1000;
                    for (const auto end : {cable.first, cable.second})
                        if (end == from || nodes[end].forwarding) nearest = std::min(nearest, far[end]);
                    if (nearest == 1000) continue;
                    QVERIFY2(
                        n == nearest || n == nearest + 1,
                        qPrintable(
                            QString("seed %1: %2 to %3: %4 for %5").arg(seed).arg(from).arg(to).arg(n).arg(nearest)));
                }
            }
        }
    }

    void hostsBehindASwitch_routed_goByTheirRouter() {
        devices::Network network(1);
        auto a = node("a", false), r = node("r", true), b = node("b", false);
        DeviceConfig sw;
        sw.name = "sw";
        sw.bridge = true;
        sw.interfaces = {card(0, 0, 0), card(1, 0, 0)};
        a.interfaces = {card(0, 0x0a000002, 24)};
        r.interfaces = {card(0, 0x0a000001, 24), card(1, 0x0a000101, 24)};
        b.interfaces = {card(0, 0x0a000102, 24)};
        const auto ia = network.addDevice(a), is = network.addDevice(sw), ir = network.addDevice(r),
                   ib = network.addDevice(b);
        network.connect(network.findInterface(ia, "eth0"), network.findInterface(is, "eth0"));
        network.connect(network.findInterface(is, "eth1"), network.findInterface(ir, "eth0"));
        network.connect(network.findInterface(ir, "eth1"), network.findInterface(ib, "eth0"));
        network.addShortestRoutes();
        const auto* there = network.device(ia).system.routes.lookup(0x0a000102);
        const auto* back = network.device(ib).system.routes.lookup(0x0a000002);
        QVERIFY(there && back);
        QCOMPARE(there->via, 0x0a000001u);
        QCOMPARE(there->source, 0x0a000002u);
        QCOMPARE(back->via, 0x0a000101u);
        QCOMPARE(network.device(ir).system.routes.rows().size(), 2u); // on-link only
        QVERIFY(!network.device(ia).system.routes.lookup(0x08080808));
    }
};

QTEST_APPLESS_MAIN(TestShortestRoutes)
#include "test_shortest_routes.moc"
