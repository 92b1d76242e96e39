// IPv4 and ICMP: fragments, what may be said how often, redirects, and that nothing goes round for ever.
#include "sim/decisions/all.h"
#include "sim/devices/network.h"
#include "sim/devices/tables.h"
#include "sim/stack/context.h"
#include "sim/stack/fragment.h"
#include "sim/stack/ip.h"
#include "sim/stack/ip_options.h"

#include "tests/support/networks.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <set>

using namespace sim;
using namespace sim::stack;
using namespace std::chrono_literals;
using namespace support;
using trace::DecisionKind;
using trace::DropReason;
using trace::kindOf;
using wire::IpAddress;

namespace {

/// Bench is a host by hand, with lo and eth0 10.0.0.2/24.
struct Bench {
    kernel::EventQueue queue;
    kernel::FramePool frames;
    std::vector<link::Port> ports{{{0}, 0, {}, 0}, {{0}, 1, {}, 0}};
    std::vector<link::Channel> channels;
    std::vector<link::FaultInjector> faults;
    trace::Counters counters;
    std::uint32_t framesInFlight = 0, appsRunning = 0;
    trace::TraceLog log;
    System system;
    World world{queue, frames, ports, channels, faults, counters, framesInFlight, appsRunning, 0s, 0, &log};

    Bench() {
        system.ip = true;
        system.interfaces.resize(2);
        system.interfaces[0].name = "lo";
        system.interfaces[0].type = InterfaceType::Loopback;
        system.interfaces[0].mtu = 65'536;
        system.interfaces[1].name = "eth0";
        system.interfaces[1].id = {1};
        system.interfaces[1].addresses = {prefix("10.0.0.2/24")};
        system.localAddresses = {0x0a00'0002, 0x7f00'0001};
        log.beginEvent(0s, 1, 0);
    }
    Context context() { return Context(world, kernel::DeviceId{0}, system); }

    /// packet makes a whole frame whose payload counts up from 0.
    kernel::FrameSlot packet(std::size_t payload, bool dontFragment = false) {
        const auto slot = frames.allocate(std::uint32_t(34 + payload));
        const auto bytes = frames.bytes(slot);
        for (std::size_t i = 0; i < payload; ++i)
            bytes[34 + i] = std::uint8_t(i * 7 + i / 256);
        wire::Ipv4Header{.protocol = 17,
                         .id = 77,
                         .totalLength = std::uint16_t(20 + payload),
                         .dontFragment = dontFragment,
                         .source = 0x0a00'0001,
                         .destination = 0x0a00'0002}
            .write(&bytes[14]);
        return slot;
    }
    std::vector<kernel::FrameSlot> cut(kernel::FrameSlot whole, std::uint32_t mtu) {
        Context c = context();
        std::vector<kernel::FrameSlot> out;
        const auto size = std::uint32_t(frames.bytes(whole).size() - 34);
        for (std::uint32_t done = 0; done < size;)
            out.push_back(fragment::next(c, whole, mtu, done));
        return out;
    }
    kernel::FrameSlot add(kernel::FrameSlot fragment) {
        Context c = context();
        std::uint16_t largest = 0;
        return reassembly::add(c, fragment, false, largest);
    }
    std::uint64_t dropped(DropReason why) const { return counters.dropped[std::size_t(why)]; }
    wire::Ipv4View view(kernel::FrameSlot slot) { return wire::Ipv4View(frames.bytes(slot).data() + 14); }
};

/// Pair is a and z on one cable; z has the given filter.
struct Pair {
    devices::Network network{5};
    trace::TraceLog log;
    kernel::DeviceId a, z;
    explicit Pair(std::vector<FilterRule> rules, std::vector<FilterPolicy> policies) {
        config::DeviceConfig left, right;
        left.name = "a";
        left.interfaces = {interface("eth0", 1, "10.0.0.1/24")};
        right.name = "z";
        right.interfaces = {interface("eth0", 2, "10.0.0.2/24")};
        right.filterRules = std::move(rules);
        right.filterPolicies = std::move(policies);
        a = network.addDevice(left);
        z = network.addDevice(right);
        plug(network, {a}, {z});
    }
    devices::ApplicationRow ping(kernel::DeviceId from, const char* to) {
        network.apply(network.now(), from, config::Ping{.target = to, .count = 1, .deadline = 1s}, &log);
        network.runUntil(network.now() + 2s, &log);
        return devices::applicationTable(network, from).back();
    }
};

} // namespace

class TestIp : public QObject {
    Q_OBJECT
private slots:
    void ownAddresses_comingAndGoing_areThoseOfASet() {
        AddressSet own;
        std::set<std::uint32_t> expected, broadcasts;
        kernel::Rng rng(3, 0);
        const auto any = [&] { return 0x0a00'0000 + std::uint32_t(rng.below(100)) * 0x0001'0101u; };
        for (int i = 0; i < 5'000; ++i) {
            const auto a = any(), asked = any();
            if (rng.below(5) < 2) {
                own.insert(a);
                expected.insert(a);
            } else {
                own.erase(a);
                expected.erase(a);
            }
            if (rng.below(50) == 0) {
                own.clearBroadcasts();
                broadcasts.clear();
            } else if (rng.below(3) == 0) {
                own.insertBroadcast(asked);
                broadcasts.insert(asked);
            }
            for (const auto x : {a, asked}) {
                QCOMPARE(own.contains(x), expected.contains(x));
                QCOMPARE(own.isBroadcast(x), broadcasts.contains(x));
            }
        }
    }
    void packetOf3028_cutAt1400_hasLinuxsSizes() {
        Bench b;
        const auto pieces = b.cut(b.packet(3008), 1400);
        QCOMPARE(pieces.size(), std::size_t(3));
        const std::array<int, 3> lengths{1396, 1396, 276}, offsets{0, 172, 344};
        for (std::size_t i = 0; i < 3; ++i) {
            auto v = b.view(pieces[i]);
            QCOMPARE(int(v.totalLength()), lengths[i]);
            QCOMPARE(int(v.fragmentOffset()), offsets[i]);
            QCOMPARE(v.moreFragments(), i < 2);
            QVERIFY(v.checksumOk() && v.id() == 77);
        }
    }

    void fragmentOf1500_cutAt1400_leavesARunt() {
        Bench b;
        const auto first = b.cut(b.packet(3008), 1500).front();
        const auto pieces = b.cut(first, 1400);
        QCOMPARE(pieces.size(), std::size_t(2));
        QCOMPARE(int(b.view(pieces[0]).totalLength()), 1396);
        QCOMPARE(int(b.view(pieces[1]).totalLength()), 124);
        QCOMPARE(int(b.view(pieces[1]).fragmentOffset()), 172);
        QVERIFY(b.view(pieces[1]).moreFragments()); // it was not the last one before
    }

    void fragments_addedInEveryOrder_giveTheSamePacket() {
        std::array<std::size_t, 3> order{0, 1, 2};
        do {
            Bench b;
            const auto pieces = b.cut(b.packet(3008), 1400);
            QVERIFY(b.add(pieces[order[0]]) == kernel::kNoFrame);
            QVERIFY(b.add(pieces[order[1]]) == kernel::kNoFrame);
            const auto whole = b.add(pieces[order[2]]);
            QVERIFY(whole != kernel::kNoFrame);
            const auto expected = b.packet(3008);
            QVERIFY(std::ranges::equal(b.frames.bytes(whole).subspan(14), b.frames.bytes(expected).subspan(14)));
            QCOMPARE(b.system.reassembly.bytes, std::size_t(0));
            QCOMPARE(b.system.reassembly.queues.size(), std::size_t(0));
        } while (std::next_permutation(order.begin(), order.end()));
    }

    void duplicate_added_isIgnored_andOverlap_endsThePacket() {
        Bench b;
        const auto pieces = b.cut(b.packet(3008), 1400);
        b.frames.retain(pieces[0]);
        QVERIFY(b.add(pieces[0]) == kernel::kNoFrame);
        QVERIFY(b.add(pieces[0]) == kernel::kNoFrame);
        QCOMPARE(b.dropped(DropReason::FragmentDuplicate), std::uint64_t(1));
        QVERIFY(b.add(b.cut(b.packet(3008), 1300)[1]) == kernel::kNoFrame); // begins within the first piece
        QCOMPARE(b.dropped(DropReason::ReassemblyError), std::uint64_t(2)); // the fragment, and what was there
        QCOMPARE(b.system.reassembly.queues.size(), std::size_t(0));
        QCOMPARE(b.system.reassembly.bytes, std::size_t(0));
    }

    void strangersFragments_flooding_areBounded() {
        Bench b;
        for (std::uint32_t i = 0; i < 4000; ++i) {
            const auto piece = b.cut(b.packet(3008), 1400)[0];
            wire::put16(&b.frames.bytes(piece)[18], std::uint16_t(i));
            b.add(piece);
        }
        QVERIFY(b.system.reassembly.bytes <= Reassembly::kMostBytes);
        QVERIFY(b.dropped(DropReason::ReassemblyError) > 0);
    }

    void lastFragmentLost_30sLater_endsWithTimeExceeded() {
        devices::Network n(3);
        config::DeviceConfig a, z;
        a.name = "a";
        a.interfaces = {interface("eth0", 1, "10.0.0.1/24")};
        z.name = "z";
        z.interfaces = {interface("eth0", 2, "10.0.0.2/24", 1500)};
        const auto idA = n.addDevice(a), idZ = n.addDevice(z);
        config::ChannelConfig lossy;
        lossy.faults = {
            {.end = 0, .what = link::FaultWhat::Icmp, .nth = {4}}}; // a ping, then the last of three fragments
        plug(n, {idA}, {idZ}, lossy);
        trace::TraceLog log;
        n.apply(0s, idA, config::Ping{.target = "10.0.0.2", .count = 1}, &log);
        n.runUntil(1s, &log);
        n.apply(1s, idA, config::Ping{.target = "10.0.0.2", .count = 1, .interval = 60s, .size = 3000, .deadline = 40s},
                &log);
        n.runUntil(1100ms, &log);
        QCOMPARE(count(log, kindOf<decisions::FragmentKept>), std::size_t(2));
        n.runUntil(30s, &log);
        QCOMPARE(n.counters().dropped[std::size_t(DropReason::ReassemblyTimeout)], std::uint64_t(0));
        n.runUntil(32s, &log);
        QCOMPARE(n.counters().dropped[std::size_t(DropReason::ReassemblyTimeout)], std::uint64_t(2));
        const auto row = devices::applicationTable(n, idA).back();
        QVERIFY(row.result.find("Frag reassembly time exceeded") != std::string::npos);
    }

    void filterThatLetsAnswersIn_pinged_dropsAndItsOwnPingsWork() {
        FilterRule answers;
        answers.verdict = FilterRule::Verdict::Accept;
        answers.states = FilterRule::kEstablished | FilterRule::kRelated;
        answers.text = "accept state established,related";
        Pair p({answers}, {{FilterRule::Chain::Input, false}});
        QVERIFY(!p.ping(p.a, "10.0.0.2").ok);
        QCOMPARE(p.network.counters().dropped[std::size_t(DropReason::FilterDrop)], std::uint64_t(1));
        QVERIFY(p.ping(p.z, "10.0.0.1").ok);
        bool named = false;
        for (const auto& r : p.log.records())
            if (r.decided<decisions::FilterRuled>())
                named = named ||
                        p.log.text(p.log.decision(r.index).as<decisions::FilterRuled>().rule) == "policy input drop";
        QVERIFY(named);
    }

    void filterThatRejects_pinged_saysSoByIcmp() {
        FilterRule no;
        no.verdict = FilterRule::Verdict::Reject;
        no.rejectCode = 13;
        no.protocol = 1;
        no.text = "reject icmp with admin-prohibited";
        Pair p({no}, {});
        QCOMPARE(p.ping(p.a, "10.0.0.2").result, std::string("1 sent, 0 received (Packet filtered, says 10.0.0.2)"));
        QCOMPARE(p.network.counters().dropped[std::size_t(DropReason::FilterReject)], std::uint64_t(1));
    }

    void routeTakenAwayAndGivenBack_pinged_failsAndWorks() {
        Pair p({}, {});
        config::RouteConfig route;
        route.destination = prefix("10.0.0.0/24");
        route.interface = "eth0";
        const auto change = [&](bool add) {
            p.network.apply(p.network.now(), p.a,
                            config::Administer{config::ChangeRoute{add, route, "10.0.0.0/24 dev eth0"}}, &p.log);
        };
        QVERIFY(p.ping(p.a, "10.0.0.2").ok);
        change(false);
        QCOMPARE(p.ping(p.a, "10.0.0.2").result,
                 std::string("10.0.0.2 is unreachable: there is no route to it, and no default gateway"));
        change(true);
        QVERIFY(p.ping(p.a, "10.0.0.2").ok);
    }

    void permanentNeighbour_setAndTakenAway_isUsedAndAskedAnew() {
        Pair p({}, {});
        const auto set = [&](config::SetNeighbour::To to, int mac) {
            p.network.apply(p.network.now(), p.a,
                            config::Administer{config::SetNeighbour{*IpAddress::parse("10.0.0.2"), to,
                                                                    wire::MacAddress::fromNumber(std::uint64_t(mac))}},
                            &p.log);
        };
        set(config::SetNeighbour::To::Permanent, 9); // nobody has that MAC
        QVERIFY(!p.ping(p.a, "10.0.0.2").ok);
        QCOMPARE(devices::neighbourTable(p.network, p.a).front().state, std::string("PERMANENT"));
        set(config::SetNeighbour::To::Gone, 0);
        QVERIFY(p.ping(p.a, "10.0.0.2").ok);
        QCOMPARE(devices::neighbourTable(p.network, p.a).front().mac.toString(), std::string("00:00:00:00:00:02"));
    }

    void oneSender_provokingErrors_hearsSixAndThenOneASecond() {
        PeerTable peers;
        int heard = 0;
        for (int i = 0; i < 10; ++i)
            heard += peers.allowError(7, 0s);
        QCOMPARE(heard, 6);
        QVERIFY(!peers.allowError(7, 999ms));
        QVERIFY(peers.allowError(7, 1s));
        QVERIFY(peers.allowError(8, 1s)); // each has an allowance of its own
    }

    void senderWithoutRoute_everyHalfSecond_hearsThreeTimes() {
        PeerTable peers;
        int heard = 0;
        for (int i = 0; i < 14; ++i) {
            const auto at = 500ms * i;
            if (peers.allowRouteError(7, at)) heard += peers.allowError(7, at);
        }
        QCOMPARE(heard, 3);
    }

    void senderWhoIgnoresRedirects_isToldNineTimesAtDoublingIntervals() {
        PeerTable peers;
        std::vector<kernel::SimTime> told;
        for (kernel::SimTime at = 0s; at < 60s; at += 5ms)
            if (peers.allowRedirect(7, at)) told.push_back(at);
        QCOMPARE(told.size(), std::size_t(9));
        for (std::size_t i = 1; i < told.size(); ++i) {
            const auto gap = told[i] - told[i - 1];
            QVERIFY(gap > 20ms * (1 << i) && gap <= 20ms * (1 << i) + 5ms);
        }
        QVERIFY(peers.allowRedirect(7, 60s + 21s)); // after 20.48 s of silence it begins anew
    }

    void options_lookedThrough_areFineRoutedOrBad() {
        using What = ip::OptionVerdict::What;
        std::array<std::uint8_t, 24> header{0x46};
        const auto with = [&](std::array<std::uint8_t, 4> options) {
            std::copy(options.begin(), options.end(), header.begin() + 20);
            return ip::checkOptions(header);
        };
        QVERIFY(with({0x94, 4, 0, 0}).what == What::Fine); // router alert
        QVERIFY(with({1, 1, 1, 0}).what == What::Fine);
        QVERIFY(with({131, 3, 4, 0}).what == What::SourceRoute);
        QVERIFY(with({7, 9, 4, 0}).what == What::Bad); // longer than the header
        QCOMPARE(int(with({1, 7, 1, 0}).pointer), 21 + 0);
    }

    /// Routers in random graphs with random routes: whatever loops there are, a packet crosses at most 64 of them.
    void randomRoutes_anyPacket_diesWithItsTtl() {
        for (std::uint64_t seed = 1; seed <= 25; ++seed) {
            kernel::Rng random(seed, 99);
            devices::Network n(seed);
            constexpr std::uint32_t kRouters = 6;
            struct Cable {
                std::uint32_t a, b;
            };
            std::vector<Cable> cables;
            for (std::uint32_t i = 1; i < kRouters; ++i)
                cables.push_back({std::uint32_t(random.below(i)), i});
            for (int extra = 0; extra < 4; ++extra) {
                const auto a = std::uint32_t(random.below(kRouters)), b = std::uint32_t(random.below(kRouters));
                if (a != b) cables.push_back({a, b});
            }
            std::vector<config::DeviceConfig> configs(kRouters);
            std::vector<std::vector<IpAddress>> next(kRouters);
            const auto text = [](std::size_t cable, int host) {
                return "10.1." + std::to_string(cable) + '.' + std::to_string(host);
            };
            for (std::size_t k = 0; k < cables.size(); ++k) {
                const auto [a, b] = cables[k];
                configs[a].interfaces.push_back(
                    interface("c" + std::to_string(k), 2 * k + 1, (text(k, 1) + "/24").c_str()));
                configs[b].interfaces.push_back(
                    interface("c" + std::to_string(k), 2 * k + 2, (text(k, 2) + "/24").c_str()));
                next[a].push_back(*IpAddress::parse(text(k, 2)));
                next[b].push_back(*IpAddress::parse(text(k, 1)));
            }
            for (std::uint32_t i = 0; i < kRouters; ++i) {
                configs[i].name = "r" + std::to_string(i);
                configs[i].forwarding = true;
                for (int target = 0; target < 8; ++target) {
                    config::RouteConfig route;
                    route.destination = {IpAddress::v4(std::uint32_t(0xc633'6400 + target * 16)), 28};
                    route.via = next[i][random.below(std::uint32_t(next[i].size()))];
                    configs[i].routes.push_back(route);
                }
                // Whoever asks must be able to get an answer, or the errors would not come home.
                config::RouteConfig standard;
                standard.destination = {IpAddress::v4(0), 0};
                standard.via = next[i].front();
                configs[i].routes.push_back(standard);
                n.addDevice(configs[i]);
            }
            for (std::size_t k = 0; k < cables.size(); ++k)
                n.connect(n.findInterface({cables[k].a}, "c" + std::to_string(k)),
                          n.findInterface({cables[k].b}, "c" + std::to_string(k)), {.delay = 100us});
            trace::TraceLog log;
            for (int target = 0; target < 8; ++target)
                n.apply(0s, {std::uint32_t(random.below(kRouters))},
                        config::Ping{.target = IpAddress::v4(std::uint32_t(0xc633'6401 + target * 16)).toString(),
                                     .count = 1,
                                     .deadline = 1s},
                        &log);
            n.runUntil(20s, &log);
            QVERIFY(n.quiet());
            // 8 pings of at most 64 hops, an error of at most 64 for each, a redirect for each hop; and ARP.
            const auto packets =
                std::count_if(log.frames().begin(), log.frames().end(), [&](const trace::FrameTrace& f) {
                    const auto bytes = log.bytes(f);
                    return bytes.size() > 34 && bytes[12] == 8 && bytes[13] == 0;
                });
            QVERIFY2(packets <= 8 * (64 + 64) + 8 * 64 * 64, "more packets than their TTLs allow");
            for (const auto& f : log.frames()) {
                int hops = 0;
                for (auto p = f.parent; p != trace::kNoIndex; p = log.frames()[p].parent)
                    ++hops;
                QVERIFY(hops <= 64 * 8);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestIp)
#include "test_ip.moc"
