// Routing as a lab says it: kernel settings, routes with sources and several next hops, rules; what becomes of packets,
// and what the simulator says of it. What Linux 6.18 does with the same commands.
#include "model/io/lab_file.h"
#include "model/network/network_builder.h"
#include "sim/decisions/all.h"
#include "sim/devices/tables.h"
#include "sim/explain/explain.h"
#include "sim/replay/timeline.h"
#include "sim/tables/table.h"
#include "sim/wire/bytes.h"
#include "tests/model/lab_text.h"
#include "tests/support/networks.h"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace std::chrono_literals;
using namespace model;
using sim::devices::Network;
using sim::trace::DropReason;

namespace {

using Words = std::vector<std::string>;

/// Ran is a lab after some time.
struct Ran {
    sim::replay::Timeline timeline;
    Network network;

    Ran(Network n, std::vector<sim::replay::Stimulus> stimuli, sim::kernel::SimTime until)
        : timeline(std::move(n), std::move(stimuli)) {
        timeline.extend(until);
        network = timeline.stateAt(until);
    }
    Words results(const char* device) const {
        Words out;
        for (const auto& row : sim::devices::applicationTable(network, network.findDevice(device)))
            out.push_back(row.state);
        return out;
    }
    std::size_t dropped(DropReason why) const { return network.counters().dropped[std::size_t(why)]; }
    template <class D>
    std::vector<D> decided() const {
        std::vector<D> out;
        for (const auto& d : support::decisions(timeline.log(), sim::trace::kindOf<D>))
            out.push_back(d.template as<D>());
        return out;
    }
    /// told are all sentences about decisions of one kind.
    template <class D>
    Words told() const {
        Words out;
        for (const auto& r : timeline.log().records())
            if (r.decided<D>()) out.push_back(sim::explain::explain(network, timeline.log(), r).toString());
        return out;
    }
    /// marked are the rows of a table of a device that decided the first decision of a kind there.
    template <class D>
    Words marked(const char* device, const char* table) const {
        const auto id = network.findDevice(device);
        for (const auto& r : timeline.log().records())
            if (r.decided<D>() && r.device == id)
                return sim::tables::decidingRows(*sim::tables::find(table), network, id, timeline.log(),
                                                 timeline.log().decision(r.index));
        return {};
    }
    std::string mac(const char* device, const char* address) const {
        for (const auto& row : sim::devices::neighbourTable(network, network.findDevice(device)))
            if (row.address.toString() == address) return row.mac.toString();
        return "none";
    }
};

Ran ran(const QByteArray& lab, sim::kernel::SimTime until = 10s) {
    auto built = network::build(tests::readOk("packetarium: 1\nnodes:\n" + lab).lab);
    if (!built.problems.empty()) qFatal("%s", qPrintable(built.problems.front().toString()));
    return Ran(std::move(built.network), std::move(built.stimuli), until);
}

/// triangle is a host behind r, which reaches the server z by e2 and e3; z answers by e2.
Ran triangle(const QByteArray& ofR, const QByteArray& steps, const QByteArray& ofZ = {}) {
    return ran("  a: {interfaces: {eth0: 10.0.1.1/24}, gateway: 10.0.1.254}\n"
               "  r: {kind: router, interfaces: {lan: 10.0.1.254/24, e2: 10.0.12.1/24, e3: 10.0.13.1/24}, " +
               ofR +
               "}\n"
               "  z: {interfaces: {e2: 10.0.12.2/24, e3: 10.0.13.2/24}, loopback: [10.0.9.1/32, 10.0.9.2/32], "
               "routes: [10.0.1.0/24 via 10.0.12.1 src 10.0.9.1]" +
               ofZ +
               "}\n"
               "links: [[a:eth0, r:lan], [r:e2, z:e2], [r:e3, z:e3]]\nrun:\n" +
               steps);
}

/// lan is two hosts and a router with another network behind it.
Ran lan(const QByteArray& ofR, const QByteArray& steps, const QByteArray& ofA = {}, const QByteArray& ofB = {}) {
    return ran("  a: {interfaces: {eth0: {mac: \"00:00:00:00:00:01\", address: 10.0.1.1/16}}" + ofA +
               "}\n"
               "  r: {kind: router, interfaces: {e1: {mac: \"00:00:00:00:00:11\", address: 10.0.1.254/24}, "
               "e2: 10.0.2.254/24}" +
               ofR +
               "}\n"
               "  b: {interfaces: {eth0: 10.0.2.3/24}, gateway: 10.0.2.254" +
               ofB +
               "}\n"
               "links: [[a:eth0, r:e1], [r:e2, b:eth0]]\nrun:\n" +
               steps);
}

const QByteArray kPing = "- {at: 1s, on: a, do: ping 10.0.2.3 count 1 deadline 2s}\n";

/// problemOf is the message and hint of the first problem of a lab with that key of a router.
std::pair<QString, QString> problemOf(const QByteArray& key) {
    io::ReadLab read;
    io::Problem problem;
    const QByteArray text =
        "packetarium: 1\nnodes:\n  r: {kind: router, interfaces: {eth0: 10.0.0.1/24, eth1: 10.0.1.1/24}, " + key +
        "}\n";
    if (io::readLab(text, QStringLiteral("t.yaml"), &read, &problem)) return {};
    return {problem.message, problem.hint};
}

QByteArray writtenOf(const QByteArray& key) {
    const auto lab = tests::readOk("packetarium: 1\nnodes:\n  r: {kind: router, interfaces: {eth0: 10.0.0.1/24, eth1: "
                                   "10.0.1.1/24}, " +
                                   key + "}\n")
                         .lab;
    return io::writeLab(lab);
}

} // namespace

class TestRouting : public QObject {
    Q_OBJECT
private slots:
    // --- settings ---

    void sysctl_underAnyName_isTheSame() {
        for (const char* name : {"eth0.rp_filter", "conf.eth0.rp_filter", "net.ipv4.conf.eth0.rp_filter"}) {
            const QByteArray key = QByteArray("sysctl: {") + name + ": 2, net.ipv4.tcp_syn_retries: 3}";
            const QByteArray written = writtenOf(key);
            QVERIFY2(written.contains("sysctl: {eth0.rp_filter: 2, tcp_syn_retries: 3}\n"), written);
        }
        QVERIFY(writtenOf("sysctl: {net.ipv4.conf.all.rp_filter: 1}").contains("sysctl: {rp_filter: 1}\n"));
        QVERIFY(writtenOf("sysctl: {default.rp_filter: 1}").contains("sysctl: {default.rp_filter: 1}\n"));
    }

    void sysctl_unknownOrOutOfRange_isRefusedWithAHint() {
        auto [message, hint] = problemOf("sysctl: {rp_filtr: 1}");
        QCOMPARE(message, QStringLiteral("There is no setting \"rp_filtr\" here."));
        QVERIFY2(hint.startsWith(QStringLiteral("Did you mean \"rp_filter\"?")), qPrintable(hint));
        QCOMPARE(problemOf("sysctl: {rp_filter: 3}").first, QStringLiteral("The setting \"rp_filter\" cannot be 3."));
        QCOMPARE(problemOf("sysctl: {eth7.rp_filter: 1}").first,
                 QStringLiteral("The interface \"eth7\" of this setting does not exist."));
        QCOMPARE(problemOf("sysctl: {eth0.ip_forward: 1}").first,
                 QStringLiteral("\"ip_forward\" is a setting of the whole node."));
        QCOMPARE(problemOf("sysctl: {rp_filter: 1, net.ipv4.conf.all.rp_filter: 2}").first,
                 QStringLiteral("\"rp_filter\" is set twice."));
        QCOMPARE(problemOf("forwarding: true, sysctl: {ip_forward: 0}").first,
                 QStringLiteral("\"forwarding\" and \"ip_forward\" say the opposite."));
    }

    void ipForward_set_decidesLikeForwarding() {
        const QByteArray gateway = ", gateway: 10.0.1.254";
        QCOMPARE(lan("", kPing, ", routes: [10.0.2.0/24 via 10.0.1.254]").results("a"), Words{"done"});
        const auto off = lan(", sysctl: {ip_forward: 0}", kPing, ", routes: [10.0.2.0/24 via 10.0.1.254]");
        QCOMPARE(off.results("a"), Words{"failed"});
        QVERIFY(off.dropped(DropReason::NotForwarding) > 0);
        const auto later = lan(", sysctl: {ip_forward: 0}", "- {at: 500ms, on: r, do: sysctl ip_forward=1}\n" + kPing,
                               ", routes: [10.0.2.0/24 via 10.0.1.254]");
        QCOMPARE(later.results("a"), Words{"done"});
        QCOMPARE(later.told<sim::decisions::SysctlSet>(), Words{"On r, net.ipv4.ip_forward is 1 from now on."});
    }

    void rpFilter_strict_dropsWhatCameByAnotherWayThanBack() {
        // r answers a's network by e2 alone; the packet of z comes by e3.
        const QByteArray ping = "- {at: 500ms, on: z, do: ping 10.0.13.1 count 1}\n"
                                "- {at: 1s, on: z, do: ping 10.0.1.1 count 1 deadline 2s from 10.0.9.1}\n";
        const QByteArray routes = "routes: [10.0.9.0/24 via 10.0.12.2]";
        const auto with = [&](const QByteArray& sysctl) {
            return ran("  a: {interfaces: {eth0: 10.0.1.1/24}, gateway: 10.0.1.254}\n"
                       "  r: {kind: router, interfaces: {lan: 10.0.1.254/24, e2: 10.0.12.1/24, e3: 10.0.13.1/24}, " +
                       routes + sysctl +
                       "}\n"
                       "  z: {interfaces: {e2: 10.0.12.2/24, e3: 10.0.13.2/24}, loopback: [10.0.9.1/32], "
                       "routes: [10.0.1.0/24 via 10.0.13.1]}\n"
                       "links: [[a:eth0, r:lan], [r:e2, z:e2], [r:e3, z:e3]]\nrun:\n" +
                       ping);
        };
        QCOMPARE(with("").results("z"), (Words{"done", "done"}));
        QCOMPARE(with(", sysctl: {rp_filter: 2}").results("z"), (Words{"done", "done"}));
        const auto strict = with(", sysctl: {e3.rp_filter: 1}");
        QCOMPARE(strict.results("z"), (Words{"done", "failed"}));
        QCOMPARE(strict.dropped(DropReason::ReversePath), std::size_t(2));
        QVERIFY2(
            strict.told<sim::decisions::ReversePathFailed>().at(0) ==
                "The route of r back to 10.0.9.1 is 10.0.9.0/24 via 10.0.12.2, and this arrived on e3 (rp_filter).",
            strict.told<sim::decisions::ReversePathFailed>().at(0).c_str());
        QCOMPARE(strict.marked<sim::decisions::ReversePathFailed>("r", "routes"),
                 Words{"10.0.9.0/24 10.0.12.2 e2 0 static"});
        // The larger of "all" and the interface holds.
        QCOMPARE(with(", sysctl: {rp_filter: 1, e3.rp_filter: 2}").results("z"), (Words{"done", "done"}));
        QCOMPARE(with(", sysctl: {rp_filter: 1, e3.rp_filter: 0}").results("z"), (Words{"done", "failed"}));
    }

    void rpFilter_loose_dropsWhatHasNoWayBackAtAll() {
        const auto without = [&](const QByteArray& sysctl) {
            return ran("  a: {interfaces: {eth0: 10.0.1.1/24}, gateway: 10.0.1.254}\n"
                       "  r: {kind: router, interfaces: {lan: 10.0.1.254/24, e2: 10.0.12.1/24}" +
                       sysctl +
                       "}\n"
                       "  z: {interfaces: {e2: 10.0.12.2/24}, loopback: [10.0.9.1/32], gateway: 10.0.12.1}\n"
                       "links: [[a:eth0, r:lan], [r:e2, z:e2]]\nrun:\n"
                       "- {at: 500ms, on: z, do: ping 10.0.12.1 count 1}\n"
                       "- {at: 1s, on: z, do: ping 10.0.1.1 count 1 deadline 1s from 10.0.9.1}\n");
        };
        QCOMPARE(without("").dropped(DropReason::ReversePath), std::size_t(0));
        const auto loose = without(", sysctl: {rp_filter: 2}");
        QCOMPARE(loose.dropped(DropReason::ReversePath), std::size_t(1));
        QCOMPARE(loose.told<sim::decisions::ReversePathFailed>(),
                 Words{"r has no route back to 10.0.9.1 (rp_filter)."});
    }

    void arpIgnore_set_answersForAddressesOfThatInterfaceAlone() {
        const QByteArray ping = "- {at: 1s, on: a, do: ping 10.0.2.254 count 1 deadline 2s}\n";
        QCOMPARE(lan("", ping).mac("a", "10.0.2.254"), std::string("00:00:00:00:00:11"));
        const auto silent = lan(", sysctl: {arp_ignore: 1}", ping);
        QCOMPARE(silent.results("a"), Words{"failed"});
        QVERIFY(silent.dropped(DropReason::ArpIgnored) >= 2);
        QCOMPARE(silent.told<sim::decisions::ArpIgnored>().at(0),
                 std::string("10.0.2.254 is an address of r, but not one of e1 (arp_ignore 1)."));
        const QByteArray own = "- {at: 1s, on: a, do: ping 10.0.1.254 count 1 deadline 2s}\n";
        QCOMPARE(lan(", sysctl: {arp_ignore: 1}", own).results("a"), Words{"done"});
        QCOMPARE(lan(", sysctl: {e1.arp_ignore: 8}", own).results("a"), Words{"failed"});
        // a asks from 10.9.0.1, which is in no network of r: 2 wants asker and address in one.
        const QByteArray far = "- {at: 1s, on: a, do: ping 10.0.1.254 count 1 deadline 2s from 10.9.0.1}\n";
        QCOMPARE(lan(", sysctl: {arp_ignore: 1}, routes: [10.9.0.1/32 via 10.0.1.1]", far, ", loopback: 10.9.0.1/32")
                     .results("a"),
                 Words{"done"});
        QCOMPARE(lan(", sysctl: {arp_ignore: 2}, routes: [10.9.0.1/32 via 10.0.1.1]", far, ", loopback: 10.9.0.1/32")
                     .results("a"),
                 Words{"failed"});
    }

    void arpAnnounce_set_asksFromAnAddressOfTheNetwork() {
        const QByteArray ping = "- {at: 1s, on: a, do: ping 10.0.1.254 count 1 deadline 2s from 10.9.0.1}\n";
        const auto senderSeen = [&](const QByteArray& sysctl) {
            const auto r = lan(", routes: [10.9.0.1/32 via 10.0.1.1]", ping, ", loopback: 10.9.0.1/32" + sysctl);
            return std::pair(r.mac("r", "10.9.0.1") != "none", r.told<sim::decisions::ArpSourceChosen>());
        };
        QCOMPARE(senderSeen("").first, true);
        QCOMPARE(senderSeen(", sysctl: {arp_announce: 1}").first, false);
        QCOMPARE(senderSeen(", sysctl: {eth0.arp_announce: 2}").first, false);
        QCOMPARE(
            senderSeen(", sysctl: {arp_announce: 2}").second.at(0),
            std::string("a asks for 10.0.1.254 from 10.0.1.1, not from 10.9.0.1, the source of the packet that waits "
                        "(arp_announce)."));
    }

    void proxyArp_set_answersForWhatIsForwardedElsewhere() {
        QCOMPARE(lan("", kPing).results("a"), Words{"failed"});
        const auto proxied = lan(", sysctl: {e1.proxy_arp: 1, e1.proxy_delay: 0}", kPing);
        QCOMPARE(proxied.results("a"), Words{"done"});
        QCOMPARE(proxied.mac("a", "10.0.2.3"), std::string("00:00:00:00:00:11"));
        QCOMPARE(proxied.told<sim::decisions::ArpProxied>().at(0),
                 std::string("r replies for 10.0.2.3 itself, which it forwards out of another interface by 10.0.2.0/24 "
                             "(proxy_arp)."));
        QCOMPARE(proxied.marked<sim::decisions::ArpProxied>("r", "routes"), Words{"10.0.2.0/24  e2 0 kernel"});
        // Not without a route, and not for its own side.
        const auto none = lan(", sysctl: {proxy_arp: 1, e1.proxy_delay: 0}",
                              "- {at: 1s, on: a, do: ping 10.0.3.1 count 1 deadline 1s}\n"
                              "- {at: 3s, on: a, do: ping 10.0.1.9 count 1 deadline 1s}\n");
        QCOMPARE(none.results("a"), (Words{"failed", "failed"}));
        QCOMPARE(none.decided<sim::decisions::ArpProxied>().size(), std::size_t(0));
    }

    void proxyArp_withItsDelay_answersWithin800ms() {
        const auto proxied = lan(", sysctl: {e1.proxy_arp: 1}", kPing);
        QCOMPARE(proxied.results("a"), Words{"done"});
        const auto made = proxied.decided<sim::decisions::ArpProxied>();
        QCOMPARE(made.size(), std::size_t(2)); // it says when it hears the request that it will, and then it does
        QVERIFY(made[0].waits && !made[1].waits);
    }

    void acceptRedirects_off_keepsTheRoute() {
        // a's gateway is r, and b is on a's own link, behind another mask.
        const auto told = [](const QByteArray& sysctl) {
            return ran("  a: {interfaces: {eth0: 10.0.1.1/24}, gateway: 10.0.1.254" + sysctl +
                       "}\n"
                       "  r: {kind: router, interfaces: {e1: 10.0.1.254/24}, routes: [10.0.9.0/24 via 10.0.1.253]}\n"
                       "  s: {kind: router, interfaces: {e1: 10.0.1.253/24}, loopback: 10.0.9.1/32}\n"
                       "  sw: {kind: switch}\n"
                       "links: [[a:eth0, sw:p1], [r:e1, sw:p2], [s:e1, sw:p3]]\nrun:\n"
                       "- {at: 1s, on: a, do: ping 10.0.9.1 count 4}\n")
                .told<sim::decisions::RedirectHeard>();
        };
        const auto taken = told("");
        QVERIFY(std::any_of(taken.begin(), taken.end(), [](const auto& t) { return t.ends_with("and does."); }));
        // A host takes them as long as one of the two says so.
        const auto one = told(", sysctl: {eth0.accept_redirects: 0}");
        QVERIFY(std::any_of(one.begin(), one.end(), [](const auto& t) { return t.ends_with("and does."); }));
        const auto off = told(", sysctl: {accept_redirects: 0, eth0.accept_redirects: 0}");
        QVERIFY(!off.empty());
        for (const auto& t : off)
            QVERIFY2(t.ends_with("and accepts no redirects (accept_redirects)."), t.c_str());
    }

    void promoteSecondaries_off_takesThemAlong() {
        const auto addresses = [](const QByteArray& sysctl) {
            const auto r = ran("  a: {interfaces: {eth0: [10.0.1.1/24, 10.0.1.2/24, 10.7.0.1/16]}" + sysctl +
                               "}\n  b: {}\nlinks: [[a:eth0, b:eth0]]\nrun:\n"
                               "- {at: 1s, on: a, do: address del 10.0.1.1/24 dev eth0}\n");
            Words out;
            for (const auto& p :
                 r.network.interface(r.network.findInterface(r.network.findDevice("a"), "eth0")).addresses)
                out.push_back(p.toString());
            return out;
        };
        QCOMPARE(addresses(""), (Words{"10.7.0.1/16", "10.0.1.2/24"}));
        QCOMPARE(addresses(", sysctl: {promote_secondaries: 0}"), Words{"10.7.0.1/16"});
        QCOMPARE(addresses(", sysctl: {promote_secondaries: 0, eth0.promote_secondaries: 1}"),
                 (Words{"10.7.0.1/16", "10.0.1.2/24"}));
    }

    void echoIgnoreBroadcasts_off_answersFromTheOwnAddress() {
        const auto pinged = [](const QByteArray& sysctl) {
            return ran("  a: {interfaces: {eth0: 10.0.1.1/24}}\n  b: {interfaces: {eth0: 10.0.1.2/24}" + sysctl +
                       "}\nlinks: [[a:eth0, b:eth0]]\nrun:\n"
                       "- {at: 1s, on: a, do: ping 10.0.1.255 broadcast count 1 deadline 1s}\n");
        };
        QCOMPARE(pinged("").results("a"), Words{"failed"});
        QCOMPARE(pinged("").dropped(DropReason::EchoBroadcast), std::size_t(1));
        const auto answered = pinged(", sysctl: {icmp_echo_ignore_broadcasts: 0}");
        QCOMPARE(answered.results("a"), Words{"done"});
        const auto replies = answered.decided<sim::decisions::PingReply>();
        QCOMPARE(replies.size(), std::size_t(1));
        QCOMPARE(replies[0].from.toString(), std::string("10.0.1.2"));
    }

    void tcpSynRetries_one_givesUpAfterTheLinearOnes() {
        // 1 and tcp_syn_linear_timeouts 4: SYNs at 0, 1, 2, 3, 4, 5 s, and the end at 7 s.
        const auto r = ran("  a: {interfaces: {eth0: 10.0.1.1/24}, sysctl: {tcp_syn_retries: 1}, neighbours: "
                           "{10.0.1.2: \"00:00:00:00:00:99\"}}\n  b: {}\nlinks: [[a:eth0, b:eth0]]\nrun:\n"
                           "- {at: 1s, on: a, do: \"tcp 10.0.1.2 80 close\"}\n",
                           20s);
        QCOMPARE(r.results("a"), Words{"failed"});
        QCOMPARE(r.decided<sim::decisions::TcpRetransmit>().size(), std::size_t(5));
    }

    // --- routes ---

    void route_withSeveralNextHops_isReadInEveryForm() {
        const QByteArray line = "default via 10.0.0.2 weight 3 via 10.0.1.2 src 10.0.0.1 table 100 metric 7";
        for (const QByteArray& form :
             {line,
              QByteArray("default nexthop via 10.0.0.2 weight 3 nexthop via 10.0.1.2 src 10.0.0.1 table 100 metric 7"),
              QByteArray("{to: default, via: [10.0.0.2 weight 3, 10.0.1.2], src: 10.0.0.1, table: 100, metric: 7}")}) {
            const QByteArray written = writtenOf("routes: [" + form + "]");
            QVERIFY2(written.contains("- " + line + "\n"), written);
        }
        QVERIFY(writtenOf("routes: [default via 10.0.0.2 dev eth0 via 10.0.1.2 dev eth1]")
                    .contains("- default via 10.0.0.2 dev eth0 via 10.0.1.2 dev eth1\n"));
        QVERIFY(writtenOf("routes: [default nexthop dev eth0 nexthop dev eth1 weight 2]")
                    .contains("- default nexthop dev eth0 nexthop dev eth1 weight 2\n"));
    }

    void route_thatContradictsItself_isRefused() {
        QCOMPARE(problemOf("routes: [{to: default, via: [10.0.0.2, 10.0.1.2], dev: eth0}]").first,
                 QStringLiteral("Of several next hops each has an interface of its own."));
        QCOMPARE(problemOf("routes: [default via 10.0.0.2 dev eth9 via 10.0.1.2]").first,
                 QStringLiteral("The route's interface \"eth9\" does not exist."));
        QCOMPARE(problemOf("routes: [default via 10.0.0.2 weight 0 via 10.0.1.2]").first,
                 QStringLiteral("A weight cannot be 0."));
        QCOMPARE(problemOf("routes: [prohibit default via 10.0.0.2 via 10.0.1.2]").first,
                 QStringLiteral("A route that refuses has no next hops."));
        QVERIFY(problemOf("routes: [default via 10.0.0.2 table local]")
                    .first.startsWith(QStringLiteral("The table \"local\" is asked before all rules")));
    }

    void source_ofARoute_isUsedAndGoesWithItsAddress() {
        const QByteArray ofZ = ", routes: [10.0.1.0/24 via 10.0.12.1]";
        const auto with = [](const QByteArray& steps) {
            return ran(
                "  a: {interfaces: {eth0: 10.0.1.1/24}, loopback: 10.7.7.7/32, routes: [10.0.2.0/24 via "
                "10.0.1.254 src 10.7.7.7]}\n"
                "  r: {kind: router, interfaces: {e1: 10.0.1.254/24, e2: 10.0.2.254/24}, routes: [10.7.7.7/32 via "
                "10.0.1.1]}\n"
                "  b: {interfaces: {eth0: 10.0.2.3/24}, gateway: 10.0.2.254, listen: {udp 7: echo}}\n"
                "links: [[a:eth0, r:e1], [r:e2, b:eth0]]\nrun:\n" +
                steps);
        };
        const auto used = with("- {at: 1s, on: a, do: ping 10.0.2.3 count 1}\n"
                               "- {at: 2s, on: a, do: \"udp 10.0.2.3 7 send 5, recv\"}\n");
        QCOMPARE(used.results("a"), (Words{"done", "done"}));
        for (const auto& d : used.decided<sim::decisions::Delivered>())
            QVERIFY(d.source.toString() == "10.7.7.7" || d.destination.toString() == "10.7.7.7");
        const auto gone = with("- {at: 1s, on: a, do: address del 10.7.7.7/32 dev lo}\n"
                               "- {at: 2s, on: a, do: ping 10.0.2.3 count 1}\n");
        QCOMPARE(gone.results("a"), Words{"failed"});
        for (const auto& row : sim::devices::routingTable(gone.network, gone.network.findDevice("a")))
            QVERIFY(row.destination.toString() != "10.0.2.0/24");
        const auto refused = with("- {at: 1s, on: a, do: route add 10.9.0.0/16 via 10.0.1.254 src 10.8.8.8}\n");
        const auto told = refused.told<sim::decisions::ConfigRefused>();
        QCOMPARE(told, Words{"a refuses \"route add 10.9.0.0/16 via 10.0.1.254 src 10.8.8.8\": Error: Invalid prefsrc "
                             "address (10.8.8.8 is not an address of its own)."});
    }

    void equalCostPaths_bothUsed_andAFlowStays() {
        QByteArray steps;
        for (int i = 0; i < 16; ++i)
            steps += QStringLiteral("- {at: %1ms, on: a, do: \"udp 10.0.9.1 7 from %2 send 5, recv, send 5, recv\"}\n")
                         .arg(1000 + 100 * i)
                         .arg(5000 + i)
                         .toUtf8();
        const auto r =
            triangle("routes: [10.0.9.0/24 via 10.0.12.2 via 10.0.13.2], sysctl: {fib_multipath_hash_policy: 1}", steps,
                     ", listen: {udp 7: echo}");
        std::set<std::string> paths;
        const auto made = r.decided<sim::decisions::PathHashed>();
        QCOMPARE(made.size(), std::size_t(32));
        for (std::size_t i = 0; i < made.size(); ++i) {
            paths.insert(made[i].via.toString());
            QCOMPARE(made[i].paths, 2u);
            QVERIFY(made[i].by == sim::decisions::PathBy::Ports);
        }
        QCOMPARE(paths.size(), std::size_t(2));
        const auto id = r.network.findDevice("r");
        const auto sent = [&](const char* port) {
            return r.network.interface(r.network.findInterface(id, port)).txFrames;
        };
        QVERIFY(sent("e2") > 2 && sent("e3") > 2);
        // A flow's two datagrams went one way: each path has an even number of them, besides what ARP sent.
        std::map<std::string, int> each;
        for (const auto& d : made)
            ++each[d.via.toString()];
        for (const auto& [via, n] : each)
            QCOMPARE(n % 2, 0);
        const auto marked = r.marked<sim::decisions::PathHashed>("r", "routes");
        QCOMPARE(marked.size(), std::size_t(1));
        QVERIFY2(marked[0].starts_with("10.0.9.0/24 " + made[0].via.toString()), marked[0].c_str());
        QCOMPARE(r.marked<sim::decisions::RouteChosen>("r", "routes"), marked);
        const auto told = r.told<sim::decisions::PathHashed>();
        QCOMPARE(told[0], "r has 2 next hops for 10.0.9.1: the hash of addresses, protocol and ports chooses " +
                              made[0].via.toString() + ".");
    }

    void nextHop_onAnInterfaceThatGoesDown_isDeadAndComesBack() {
        const auto rows = [](const Ran& r) {
            Words out;
            for (const auto& row : sim::devices::routingTable(r.network, r.network.findDevice("r")))
                if (row.weight > 0)
                    out.push_back(row.via.toString() + " weight " + std::to_string(row.weight) +
                                  (row.dead ? " dead" : ""));
            return out;
        };
        const QByteArray route = "routes: [10.0.9.0/24 via 10.0.12.2 weight 3 via 10.0.13.2]";
        QCOMPARE(rows(triangle(route, "- {at: 1s, on: r, do: interface e3 down}\n")),
                 (Words{"10.0.12.2 weight 3", "10.0.13.2 weight 1 dead"}));
        QCOMPARE(
            rows(triangle(route, "- {at: 1s, on: r, do: interface e3 down}\n- {at: 2s, on: r, do: interface e3 up}\n")),
            (Words{"10.0.12.2 weight 3", "10.0.13.2 weight 1"}));
        QCOMPARE(
            rows(triangle(route, "- {at: 1s, on: r, do: interface e3 down}\n- {at: 2s, on: r, do: interface e2 down}\n"
                                 "- {at: 3s, on: r, do: interface e2 up}\n- {at: 3s, on: r, do: interface e3 up}\n")),
            Words{}); // with its last living path a route goes, and does not come back
        QCOMPARE(rows(triangle(route, "- {at: 1s, on: r, do: route del 10.0.9.0/24}\n")), Words{});
    }

    // --- rules ---

    void rule_read_isWrittenAsIpRuleTakesIt() {
        const QByteArray written = writtenOf(
            "rules: [pref 5 from 10.1.0.0/16 table 100, to 10.2.0.9 iif eth0 prohibit, from all unreachable]");
        QVERIFY2(written.contains("- from 10.1.0.0/16 lookup 100 priority 5\n"), written);
        QVERIFY2(written.contains("- to 10.2.0.9 iif eth0 prohibit\n"), written);
        QVERIFY2(written.contains("- unreachable\n"), written);
        QCOMPARE(problemOf("rules: [from 10.1.0.0/16]").first,
                 QStringLiteral("A routing rule needs \"lookup\" and a table, or says how it refuses."));
        QCOMPARE(problemOf("rules: [iif eth9 lookup 5]").first,
                 QStringLiteral("The rule's interface \"eth9\" does not exist."));
        QCOMPARE(problemOf("rules: [fwmark 7 lookup 5]").first, QStringLiteral("A routing rule has no \"fwmark\"."));
        QCOMPARE(problemOf("rules: [from 10.1.0.0/8 lookup 5]").first,
                 QStringLiteral("\"10.1.0.0/8\" is an address, not a network."));
    }

    void rules_withoutPriority_areAskedInTheirOrder() {
        const auto r = triangle("rules: [from 10.0.1.1 lookup 100, from 10.0.1.0/24 prohibit], "
                                "routes: [10.0.9.0/24 via 10.0.13.2 table 100]",
                                "- {at: 1s, on: a, do: ping 10.0.9.1 count 1}\n");
        QCOMPARE(r.results("a"), Words{"done"});
        Words rules;
        for (const auto& row : sim::devices::ruleTable(r.network, r.network.findDevice("r")))
            rules.push_back(std::to_string(row.priority) + ' ' + row.action + ' ' + row.table);
        QCOMPARE(rules, (Words{"0 lookup local", "32764 lookup 100", "32765 prohibit ", "32766 lookup main",
                               "32767 lookup default"}));
        QCOMPARE(r.told<sim::decisions::RuleMatched>().at(0),
                 std::string("Rule 32764 of r matches: the table 100 is asked about 10.0.9.1."));
        const Words marked = r.marked<sim::decisions::RuleMatched>("r", "rules");
        QCOMPARE(marked.size(), std::size_t(1));
        QVERIFY2(marked[0].starts_with("32764 10.0.1.1/32 "), marked[0].c_str());
        QCOMPARE(r.marked<sim::decisions::RouteChosen>("r", "routes"),
                 Words{"10.0.9.0/24 10.0.13.2 e3 0 static table 100"});
    }

    void rule_refusing_saysSoByIcmp() {
        const auto refused = [](const char* action) {
            return triangle(QByteArray("routes: [10.0.9.0/24 via 10.0.12.2], rules: [to 10.0.9.2 ") + action + "]",
                            "- {at: 1s, on: a, do: ping 10.0.9.2 count 1 deadline 1s}\n"
                            "- {at: 3s, on: a, do: ping 10.0.9.1 count 1}\n");
        };
        const auto code = [](const Ran& r) {
            const auto sent = r.decided<sim::decisions::IcmpSent>();
            return sent.empty() ? -1 : int(sent[0].code);
        };
        const auto prohibited = refused("prohibit"), unreachable = refused("unreachable"), hole = refused("blackhole");
        for (const auto* r : {&prohibited, &unreachable, &hole})
            QCOMPARE(r->results("a"), (Words{"failed", "done"}));
        QCOMPARE(code(prohibited), 13);
        QCOMPARE(code(unreachable), 0); // of a route it would be 1
        QCOMPARE(code(hole), -1);
        QCOMPARE(prohibited.dropped(DropReason::RouteProhibit), std::size_t(1));
        QCOMPARE(unreachable.dropped(DropReason::RouteUnreachable), std::size_t(1));
        QCOMPARE(hole.dropped(DropReason::RouteBlackhole), std::size_t(1));
        QCOMPARE(prohibited.told<sim::decisions::RuleMatched>().at(0),
                 std::string("Rule 32765 of r matches, and says prohibited."));
    }

    void rule_fromAnAddress_appliesToAConnectionFromThere() {
        // z answers from 10.0.13.2 by e3, though "main" leads by e2.
        const auto r = triangle("routes: [10.0.9.0/24 via 10.0.12.2]",
                                "- {at: 1s, on: a, do: \"tcp 10.0.13.2 80 send 3, drain, close\"}\n",
                                ", rules: [from 10.0.13.2 lookup 7], listen: {tcp 80: \"recv 3, send 3, close\"}");
        QCOMPARE(r.results("a"), Words{"done"});
        const auto z = r.network.findDevice("z");
        const auto before = r.network.interface(r.network.findInterface(z, "e2")).txFrames;
        QVERIFY(before > 0); // table 7 is empty: "main" decides
        const auto ruled =
            ran("  a: {interfaces: {eth0: 10.0.1.1/24}, gateway: 10.0.1.254}\n"
                "  r: {kind: router, interfaces: {lan: 10.0.1.254/24, e2: 10.0.12.1/24, e3: 10.0.13.1/24}}\n"
                "  z: {interfaces: {e2: 10.0.12.2/24, e3: 10.0.13.2/24}, "
                "routes: [10.0.1.0/24 via 10.0.12.1, 10.0.1.0/24 via 10.0.13.1 table 7], "
                "rules: [from 10.0.13.2 lookup 7], listen: {tcp 80: \"recv 3, send 3, close\"}}\n"
                "links: [[a:eth0, r:lan], [r:e2, z:e2], [r:e3, z:e3]]\nrun:\n"
                "- {at: 1s, on: a, do: \"tcp 10.0.13.2 80 send 3, drain, close\"}\n");
        QCOMPARE(ruled.results("a"), Words{"done"});
        QCOMPARE(ruled.network.interface(ruled.network.findInterface(ruled.network.findDevice("z"), "e2")).txFrames,
                 std::uint64_t(0));
    }

    void rule_addedDuringTheRun_isAskedFirst() {
        const QByteArray lab = "routes: [10.0.9.0/24 via 10.0.12.2]";
        const auto r = triangle(lab, "- {at: 1s, on: r, do: rule add from 10.0.1.0/24 prohibit}\n"
                                     "- {at: 2s, on: a, do: ping 10.0.9.1 count 1 deadline 1s}\n"
                                     "- {at: 4s, on: r, do: rule del from 10.0.1.0/24}\n"
                                     "- {at: 5s, on: a, do: ping 10.0.9.1 count 1 deadline 1s}\n"
                                     "- {at: 7s, on: r, do: rule del priority 5}\n");
        QCOMPARE(r.results("a"), (Words{"failed", "done"}));
        QCOMPARE(r.told<sim::decisions::RuleChanged>(),
                 (Words{"r has a new routing rule: \"from 10.0.1.0/24 prohibit\".",
                        "r no longer has the routing rule \"from 10.0.1.0/24\"."}));
        QCOMPARE(
            r.told<sim::decisions::ConfigRefused>(),
            Words{"r refuses \"rule del priority 5\": RTNETLINK answers: No such file or directory (no routing rule "
                  "says that)."});
    }
};

QTEST_MAIN(TestRouting)
#include "test_routing.moc"
