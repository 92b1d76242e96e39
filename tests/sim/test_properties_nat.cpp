// Translation seen from outside: whatever leaves, two flows never look alike, and each answer reaches who asked.
#include "tests/fuzz/repair.h"
#include "tests/sim/invariants.h"
#include "tests/support/networks.h"

#include "sim/wire/ethernet.h"
#include "sim/wire/icmp.h"
#include "sim/wire/ipv4.h"

#include <QtTest>

#include <map>

using namespace std::chrono_literals;
using namespace support;
using namespace sim;

namespace {

constexpr std::uint32_t kHosts = 40;
constexpr std::uint32_t kInside = 0x0a00'0000, kOutside = 0x0505'0505;
const auto kRouterMac = wire::MacAddress::fromNumber(0x02'00'00'00'01'00);
const auto kWorldMac = wire::MacAddress::fromNumber(0x02'00'00'00'02'00);

wire::MacAddress macOf(std::uint32_t host) { return wire::MacAddress::fromNumber(0x02'00'00'00'00'00 | host); }

/// Flow is what a packet says of itself: addresses and ports, or the identifier of an echo in both places.
struct Flow {
    std::uint8_t protocol = 17;
    std::uint32_t from = 0, to = 0;
    std::uint16_t fromPort = 0, toPort = 0;
    auto operator<=>(const Flow&) const = default;
    Flow answered() const { return {protocol, to, from, toPort, fromPort}; }
};

std::vector<std::uint8_t> packetOf(const Flow& f, const wire::MacAddress& to, const wire::MacAddress& from,
                                   bool answer) {
    std::vector<std::uint8_t> frame(14 + 20 + 28);
    wire::EthernetView(frame.data()).set(to, from, wire::EtherType::Ipv4);
    wire::Ipv4Header header;
    header.protocol = f.protocol;
    header.source = f.from;
    header.destination = f.to;
    header.totalLength = std::uint16_t(frame.size() - 14);
    header.write(&frame[14]);
    std::uint8_t* const p = &frame[34];
    if (f.protocol == 1) {
        p[0] = answer ? 0 : 8;
        wire::put16(p + 4, f.fromPort);
    } else {
        wire::put16(p, f.fromPort);
        wire::put16(p + 2, f.toPort);
        if (f.protocol == 17) wire::put16(p + 4, 28);
        if (f.protocol == 6) {
            p[12] = 0x50;
            p[13] = answer ? 0x12 : 0x02;
        }
    }
    fuzz::repair(frame);
    return frame;
}

std::optional<Flow> flowOf(std::span<const std::uint8_t> frame) {
    if (frame.size() < 42 || wire::get16(&frame[12]) != 0x0800) return std::nullopt;
    Flow f{frame[23], wire::get32(&frame[26]), wire::get32(&frame[30]), 0, 0};
    if (f.protocol == 1) {
        if (frame[34] != 0 && frame[34] != 8) return std::nullopt;
        f.fromPort = f.toPort = wire::get16(&frame[38]);
    } else {
        f.fromPort = wire::get16(&frame[34]);
        f.toPort = wire::get16(&frame[36]);
    }
    return f;
}

/// Street is hosts behind one NAT router or two, one behind the other, and the world as the test plays it.
struct Street {
    devices::Network network;
    trace::TraceLog log;
    kernel::InterfaceId inside, outside;
    std::size_t seen = 0;

    Street(std::uint64_t seed, int routers) : network(seed) {
        config::DeviceConfig end;
        end.ipStack = false;
        end.name = "lan";
        end.interfaces = {{.name = "eth0", .mac = wire::MacAddress::fromNumber(0x020000009901)}};
        const auto lan = network.addDevice(end);
        end.name = "world";
        end.interfaces[0].mac = wire::MacAddress::fromNumber(0x020000009902);
        const auto world = network.addDevice(end);
        kernel::InterfaceId before = network.findInterface(lan, "eth0");
        for (int r = 0; r < routers; ++r) {
            const bool first = r == 0, last = r + 1 == routers;
            config::DeviceConfig c;
            c.name = "nat" + std::to_string(r);
            c.forwarding = true;
            c.sourceNat = config::SourceNatConfig{"wan0"};
            const auto mac = [&](int k) {
                return wire::MacAddress::fromNumber(std::uint64_t(0x020000000100 + 16 * r + k));
            };
            c.interfaces = {
                {.name = "lan0", .mac = mac(0), .addresses = {first ? prefix("10.0.0.1/16") : prefix("100.64.0.1/24")}},
                {.name = "wan0", .mac = mac(1), .addresses = {last ? prefix("5.5.5.5/24") : prefix("100.64.0.2/24")}}};
            const auto next = *wire::IpAddress::parse(last ? "5.5.5.1" : "100.64.0.1");
            c.routes = {{.destination = prefix("0.0.0.0/0"), .via = next}};
            c.neighbours = {{next, last ? kWorldMac : mac(16)}};
            if (first)
                for (std::uint32_t h = 0; h < kHosts; ++h)
                    c.neighbours.push_back({wire::IpAddress::v4(kInside + 256 + h), macOf(h)});
            else
                c.neighbours.push_back({*wire::IpAddress::parse("100.64.0.2"), mac(-15)});
            const auto id = network.addDevice(c);
            network.connect(before, network.findInterface(id, "lan0"));
            if (first) inside = network.findInterface(id, "lan0");
            before = network.findInterface(id, "wan0");
        }
        outside = before;
        network.connect(before, network.findInterface(world, "eth0"));
    }

    /// passes lets a packet in at one end and gives what leaves by an interface for it.
    std::optional<Flow> passes(kernel::InterfaceId in, std::vector<std::uint8_t> frame, kernel::InterfaceId out) {
        network.inject(in, frame, &log);
        network.runUntil(network.now() + 5ms, &log);
        std::optional<Flow> found;
        for (; seen < log.frames().size(); ++seen)
            if (log.frames()[seen].from == out) found = flowOf(log.bytes(log.frames()[seen]));
        return found;
    }
    std::optional<Flow> asks(const Flow& f) {
        return passes(inside, packetOf(f, kRouterMac, macOf(f.from - kInside - 256), false), outside);
    }
    std::optional<Flow> answers(const Flow& f) {
        const auto mac = network.device(network.deviceOf(outside)).system.interfaces.back().mac;
        return passes(outside, packetOf(f, mac, kWorldMac, true), inside);
    }
};

} // namespace

class TestPropertiesNat : public QObject {
    Q_OBJECT
private slots:
    void manyHosts_equalPorts_neverShareAMapping_data() {
        QTest::addColumn<int>("routers");
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 3; ++seed) {
            QTest::addRow("one router, seed %d", seed) << 1 << seed;
            QTest::addRow("two routers, seed %d", seed) << 2 << seed;
        }
    }
    void manyHosts_equalPorts_neverShareAMapping() {
        QFETCH(int, routers);
        QFETCH(int, seed);
        Street street(std::uint64_t(seed), routers);
        kernel::Rng random(std::uint64_t(seed), 5);
        struct Asked {
            Flow by;
            kernel::SimTime at{0};
        };
        std::map<Flow, Asked> mapped; // what left, and whose it was
        constexpr std::uint16_t kPorts[] = {1, 2, 511, 600, 1023, 5000, 40'000, 65'535};
        int left = 0, changed = 0;
        for (int n = 0; n < 2500; ++n) {
            Flow f;
            f.protocol = random.below(3) == 0 ? 1 : random.below(2) ? 17 : 6;
            f.from = kInside + 256 + std::uint32_t(random.below(kHosts));
            f.to = 0x0808'0800 + std::uint32_t(random.below(3));
            f.fromPort = kPorts[random.below(std::size(kPorts))];
            f.toPort = f.protocol == 1 ? f.fromPort : std::uint16_t(80 + random.below(2));
            const auto out = street.asks(f);
            QVERIFY2(out, "a packet that had every reason to leave did not");
            QCOMPARE(out->from, kOutside);
            QCOMPARE(out->to, f.to);
            ++left;
            changed += out->fromPort != f.fromPort;
            Asked& asked = mapped[*out];
            // The shortest of the time-outs is 30 s; within that a mapping belongs to one flow.
            if (asked.at != 0s && street.network.now() - asked.at < 29s)
                QVERIFY2(asked.by == f, "two flows share what they look like outside");
            asked = {f, street.network.now()};

            // An answer to this one, or to one of the last half minute, comes to who asked.
            auto pick = mapped.find(*out);
            if (random.below(2)) std::advance(pick = mapped.begin(), std::ptrdiff_t(random.below(mapped.size())));
            if (street.network.now() - pick->second.at < 29s) {
                const auto in = street.answers(pick->first.answered());
                QVERIFY2(in, "an answer did not come through");
                QVERIFY2(*in == pick->second.by.answered(), "an answer reached somebody else");
                pick->second.at = street.network.now();
            }
            if (random.below(40) == 0)
                street.network.runUntil(street.network.now() + std::chrono::seconds(random.below(90)));
            if (n % 8 == 0) {
                const auto why = invariants::violation(street.network);
                QVERIFY2(why.empty(), why.c_str());
            }
        }
        QVERIFY(left > 2000 && changed > 500); // the test is about collisions
    }

    void fewPorts_allTaken_furtherFlowsAreDropped() {
        Street street(9, 1);
        std::map<Flow, Flow> mapped;
        int dropped = 0;
        for (std::uint32_t host = 0; host < 3; ++host)
            for (std::uint16_t port = 1; port <= 511; ++port) {
                const Flow f{17, kInside + 256 + host, 0x0808'0808, port, 53};
                const auto out = street.asks(f);
                if (!out) {
                    ++dropped;
                    continue;
                }
                QVERIFY(out->fromPort >= 1 && out->fromPort <= 511); // low ports stay low
                QVERIFY2(mapped.insert({*out, f}).second, "two flows share what they look like outside");
            }
        QCOMPARE(mapped.size() + std::size_t(dropped), std::size_t(3 * 511));
        QVERIFY(mapped.size() <= 511 && dropped >= 2 * 511);
        auto why = invariants::violation(street.network);
        QVERIFY2(why.empty(), why.c_str());
        for (const auto& [out, by] : mapped) {
            const auto in = street.answers(out.answered());
            QVERIFY(in && *in == by.answered());
        }
        street.network.runUntil(street.network.now() + 300s);
        QVERIFY(street.asks({17, kInside + 256, 0x0808'0808, 1, 53})); // time makes room
        why = invariants::violation(street.network);
        QVERIFY2(why.empty(), why.c_str());
    }
};

QTEST_APPLESS_MAIN(TestPropertiesNat)
#include "test_properties_nat.moc"
