// Names over simulated networks: zones, walks from the root, caches, TCP, search lists.
#include "sim/apps/dns_cache.h"
#include "sim/apps/dns_local.h"
#include "sim/decisions/all.h"
#include "sim/devices/device.h"
#include "sim/devices/network.h"
#include "sim/devices/tables.h"
#include "sim/wire/bytes.h"
#include "sim/wire/dns_text.h"

#include "tests/support/networks.h"
#include "tests/support/packets.h"

#include <QTest>

using namespace sim;
using namespace std::chrono_literals;
using namespace support;
using config::DeviceConfig;
using config::DnsServerConfig;
using config::DnsZoneConfig;
using trace::DecisionKind;
using trace::kindOf;
using wire::DnsMessage;
using wire::DnsRecord;
using wire::IpAddress;
namespace dns = wire::dns;

namespace {

DnsRecord record(const char* name, const char* data, std::uint32_t ttl = 300) {
    std::string why;
    auto r = dns::parseData(data, why);
    if (!r) qFatal("%s", why.c_str());
    r->name = name;
    r->ttl = ttl;
    return *r;
}

DnsZoneConfig zone(const char* name, std::vector<DnsRecord> records,
                   const char* soa = "SOA ns.x root.x 1 7200 900 1209600 60") {
    records.insert(records.begin(), record(name, soa));
    return {name, std::move(records)};
}

/// Lan is a switch with hosts 10.0.0.N on it.
struct Lan {
    devices::Network network{7};
    trace::TraceLog log;
    kernel::DeviceId bridge;
    int ports = 0;
    std::size_t from = 0; ///< frames before this one are not looked at

    Lan() { bridge = network.addDevice(support::bridge("switch", 9, 0x100)); }
    kernel::DeviceId add(int n, DeviceConfig d = {}) {
        d.name = "h" + std::to_string(n);
        d.interfaces = {interface("eth0", std::uint64_t(n), ("10.0.0." + std::to_string(n) + "/24").c_str())};
        const auto id = network.addDevice(d);
        network.connect(network.findInterface(id, "eth0"),
                        network.findInterface(bridge, "p" + std::to_string(++ports)));
        return id;
    }
    kernel::DeviceId addServer(int n, DnsServerConfig config) {
        DeviceConfig d;
        d.dnsServer = std::move(config);
        return add(n, std::move(d));
    }
    kernel::DeviceId addClient(int n, std::vector<IpAddress> servers) {
        DeviceConfig d;
        d.dns = std::move(servers);
        return add(n, std::move(d));
    }
    std::string run(kernel::DeviceId on, const config::Resolve& what, kernel::SimTime span = 60s) {
        network.apply(network.now(), on, what, &log);
        network.runUntil(network.now() + span, &log);
        return devices::applicationTable(network, on).back().result;
    }
    /// asked are the names in questions to 10.0.0.N, as they first left somebody.
    std::vector<std::string> asked(int n) const {
        std::vector<std::string> names;
        for (std::size_t i = from; i < log.frames().size(); ++i) {
            const auto& f = log.frames()[i];
            const Packet p(log.bytes(f));
            if (!p.is({udp(), toPort(53), to("10.0.0." + std::to_string(n))})) continue;
            const auto m = DnsMessage::parse(p.payload);
            if (m && network.deviceOf(f.from) != bridge)
                names.push_back(m->questions.at(0).name + ' ' + dns::typeName(m->questions.at(0).type));
        }
        return names;
    }
    int count(DecisionKind kind) const { return int(support::count(log, kind)); }
    bool usedTcp() const {
        return std::any_of(log.frames().begin(), log.frames().end(), [&](const auto& f) {
            return Packet(log.bytes(f)).is({tcp(), toPort(53)});
        });
    }
};

using Names = std::vector<std::string>;

DnsMessage answerOf(const DnsServerConfig& config, const char* name, std::uint16_t type = dns::kA) {
    DnsMessage answer;
    apps::answerFromZones(config, {.name = name, .type = type}, answer);
    return answer;
}

DnsServerConfig rootServer() {
    return {.zones = {zone(
                "", {record("", "NS a.root"), record("com", "NS a.gtld.net"), record("a.gtld.net", "10.0.0.12")})}};
}
DnsServerConfig comServer() {
    return {.zones = {zone("com", {record("com", "NS a.gtld.net"), record("google.com", "NS ns1.google.com"),
                                   record("ns1.google.com", "10.0.0.13"), record("far.com", "NS ns1.google.com"),
                                   record("loop.com", "NS ns.loop2.com"), record("loop2.com", "NS ns.loop.com"),
                                   record("lame.com", "NS a.gtld.net")})}};
}
DnsServerConfig googleServer() {
    return {
        .zones = {zone("google.com",
                       {record("google.com", "8.8.8.8"), record("www.google.com", "CNAME google.com"),
                        record("ns1.google.com", "10.0.0.13"), record("a.google.com", "CNAME b.google.com"),
                        record("b.google.com", "CNAME a.google.com"), record("far.google.com", "CNAME www.far.com")}),
                  zone("far.com", {record("www.far.com", "9.9.9.9")})}};
}

/// World is a client, its recursive resolver 10.0.0.53, and the servers of the root, com and google.com.
struct World : Lan {
    kernel::DeviceId client;
    World() {
        client = addClient(5, {ip("10.0.0.53")});
        addServer(53, {.roots = {ip("10.0.0.11")}});
        addServer(11, rootServer());
        addServer(12, comServer());
        addServer(13, googleServer());
    }
};

} // namespace

class TestNames : public QObject {
    Q_OBJECT

private slots:
    void zone_askedForDelegatedName_refersWithGlueAndWithoutAuthority() {
        const auto m = answerOf(comServer(), "www.google.com");
        QVERIFY(!m.authoritative);
        QVERIFY(m.answers.empty());
        QCOMPARE(m.rcode, dns::kNoError);
        QCOMPARE(m.authorities.size(), std::size_t(1));
        QCOMPARE(m.authorities[0].name, std::string("google.com"));
        QCOMPARE(m.additionals.size(), std::size_t(1));
        QCOMPARE(m.additionals[0].address.toString(), std::string("10.0.0.13"));
        // The name servers of the delegation itself are asked for below the cut, too.
        QVERIFY(!answerOf(comServer(), "google.com", dns::kNs).authoritative);
    }

    void wildcard_asked_answersAsInRfc4592() {
        // The zone of RFC 4592 2.2.1, and its examples.
        const DnsServerConfig config{
            .zones = {zone("example",
                           {record("example", "NS ns.example.com"), record("*.example", "TXT \"this is a wildcard\""),
                            record("*.example", "MX 10 host1.example"),
                            record("sub.*.example", "TXT \"not a wildcard\""), record("host1.example", "192.0.2.1"),
                            record("_ssh._tcp.host1.example", "SRV 0 0 22 host1.example"),
                            record("subdel.example", "NS ns.example.com")})}};
        const auto texts = [&](const char* name, std::uint16_t type) {
            return answerOf(config, name, type).answers.size();
        };
        QCOMPARE(texts("host3.example", dns::kMx), std::size_t(1));
        QCOMPARE(answerOf(config, "host3.example", dns::kMx).answers[0].name, std::string("host3.example"));
        QCOMPARE(texts("host3.example", dns::kA), std::size_t(0)); // no data, but the name is there
        QCOMPARE(answerOf(config, "host3.example").rcode, dns::kNoError);
        QCOMPARE(texts("foo.bar.example", dns::kTxt), std::size_t(1));
        QCOMPARE(texts("host1.example", dns::kMx), std::size_t(0)); // exists: no wildcard
        QCOMPARE(texts("sub.*.example", dns::kMx), std::size_t(0));
        QCOMPARE(answerOf(config, "_telnet._tcp.host1.example", dns::kSrv).rcode, dns::kNoSuchName);
        QVERIFY(!answerOf(config, "host.subdel.example").authoritative);
        QCOMPARE(texts("ghost.*.example", dns::kMx), std::size_t(0));
        QCOMPARE(answerOf(config, "ghost.*.example", dns::kMx).rcode, dns::kNoSuchName);
        // _tcp.host1.example has no records, only names below it (an empty non-terminal).
        QCOMPARE(answerOf(config, "_tcp.host1.example").rcode, dns::kNoError);
        QVERIFY(answerOf(config, "_tcp.host1.example").answers.empty());
    }

    void zone_withoutSuchNameOrRecord_tellsItsSoa() {
        for (const auto& m :
             {answerOf(googleServer(), "nosuch.google.com"), answerOf(googleServer(), "google.com", dns::kAaaa)}) {
            QVERIFY(m.authoritative);
            QVERIFY(m.answers.empty());
            QCOMPARE(m.authorities.size(), std::size_t(1));
            QCOMPARE(m.authorities[0].type, dns::kSoa);
            QCOMPARE(m.authorities[0].ttl, 60u); // the minimum, RFC 2308 3
        }
        QCOMPARE(answerOf(googleServer(), "nosuch.google.com").rcode, dns::kNoSuchName);
        QCOMPARE(answerOf(googleServer(), "google.com", dns::kAaaa).rcode, dns::kNoError);
        QCOMPARE(answerOf(googleServer(), "GOOGLE.com").answers.size(), std::size_t(1));
    }

    void resolverWithRoots_asked_walksDownAndRemembersTheWay() {
        World w;
        QCOMPARE(w.run(w.client, {"www.google.com", {}, {}}), std::string("www.google.com is 8.8.8.8"));
        QCOMPARE(w.asked(11), Names{"www.google.com A"});
        QCOMPARE(w.asked(12), Names{"www.google.com A"});
        QCOMPARE(w.asked(13), Names{"www.google.com A"});
        QCOMPARE(w.count(kindOf<decisions::NameReferred>), 4); // said by two servers, heard by one resolver
        QCOMPARE(w.run(w.client, {"ns1.google.com", {dns::kAaaa}, {}}),
                 std::string("ns1.google.com has no IPv6 address"));
        QCOMPARE(w.asked(11).size(), std::size_t(1));
        QCOMPARE(w.asked(12).size(), std::size_t(1));
        QCOMPARE(w.run(w.client, {"www.google.com", {}, {}}), std::string("www.google.com is 8.8.8.8"));
        QCOMPARE(w.asked(13), (Names{"www.google.com A", "ns1.google.com AAAA"}));
        QVERIFY(w.network.quiet());
    }

    void referralWithoutGlue_followed_looksUpTheServerFirst() {
        World w;
        QCOMPARE(w.run(w.client, {"www.far.com", {}, {}}), std::string("www.far.com is 9.9.9.9"));
        QCOMPARE(w.asked(13).back(), std::string("www.far.com A"));
        QCOMPARE(w.run(w.client, {"far.google.com", {}, {}}), std::string("far.google.com is 9.9.9.9"));
    }

    void aliasesInACircle_asked_failAndEnd() {
        World w;
        QCOMPARE(w.run(w.client, {"a.google.com", {}, {}}),
                 std::string("a.google.com cannot be resolved: the DNS server failed"));
        QVERIFY(w.asked(13).size() <= 4);
        QVERIFY(w.network.quiet());
    }

    void serversThatNeedEachOther_asked_failAndEnd() {
        World w;
        QCOMPARE(w.run(w.client, {"www.loop.com", {}, {}}),
                 std::string("www.loop.com cannot be resolved: the DNS server failed"));
        QVERIFY(w.asked(12).size() < 40);
        QCOMPARE(w.run(w.client, {"www.lame.com", {}, {}}),
                 std::string("www.lame.com cannot be resolved: the DNS server failed"));
        QVERIFY(w.network.quiet());
    }

    void silentServer_asked_isTriedThreeTimesWithLongerWaits() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.53")});
        lan.addServer(53, {.roots = {ip("10.0.0.11"), ip("10.0.0.12")}});
        lan.add(11); // nobody listens there: port unreachable
        lan.addServer(12, rootServer());
        QCOMPARE(lan.run(client, {"a.gtld.net", {}, {}}), std::string("a.gtld.net is 10.0.0.12"));
        QCOMPARE(lan.asked(11).size(), std::size_t(1));
        QCOMPARE(lan.asked(12).size(), std::size_t(1));
    }

    void noSuchName_withSoa_isKeptForItsMinimumOnly() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.53")});
        lan.addServer(53, {.forward = {ip("10.0.0.13")}});
        lan.addServer(13, googleServer());
        for (int i = 0; i < 2; ++i)
            QCOMPARE(lan.run(client, {"nosuch.google.com", {}, {}}, 20s),
                     std::string("there is no such name: nosuch.google.com"));
        QCOMPARE(lan.asked(13).size(), std::size_t(1));
        QCOMPARE(lan.count(kindOf<decisions::NameNegative>), 1);
        // It holds for every type (RFC 2308 5).
        QCOMPARE(lan.run(client, {"nosuch.google.com", {dns::kAaaa}, {}}, 21s),
                 std::string("there is no such name: nosuch.google.com"));
        QCOMPARE(lan.asked(13).size(), std::size_t(1));
        QCOMPARE(lan.run(client, {"nosuch.google.com", {}, {}}, 20s),
                 std::string("there is no such name: nosuch.google.com"));
        QCOMPARE(lan.asked(13).size(), std::size_t(2));
    }

    void answerTooLongForUdp_asked_comesByTcp() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.53")});
        std::vector<config::DnsRecordConfig> many;
        for (int i = 1; i <= 40; ++i)
            many.push_back({"many.com", IpAddress::v4(0x0102'0300u + unsigned(i)), 300});
        lan.addServer(13, {.records = std::move(many)});
        lan.addServer(53, {.forward = {ip("10.0.0.13")}});
        const std::string result = lan.run(client, {"many.com", {}, {}});
        // The order is dnsmasq's: it has turned them while it took them in, and once more for the answer that was cut
        // off.
        QVERIFY2(result.starts_with(
                     "many.com is 1.2.3.21, 1.2.3.11, 1.2.3.22, 1.2.3.6, 1.2.3.23, 1.2.3.12, 1.2.3.24, 1.2.3.2, "),
                 result.c_str());
        QCOMPARE(std::count(result.begin(), result.end(), ','), 39);
        QVERIFY(lan.usedTcp());
        QCOMPARE(lan.count(kindOf<decisions::NameTruncated>), 1);
        QVERIFY(lan.network.quiet());
    }

    void answerThatFitsWithEdns_asked_comesByUdp() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.13")});
        const std::string text =
            "TXT \"" + std::string(250, 'a') + "\" \"" + std::string(250, 'b') + "\" \"" + std::string(250, 'c') + "\"";
        std::string larger = "TXT";
        for (char c = 'a'; c < 'g'; ++c)
            larger += " \"" + std::string(250, c) + '"';
        lan.addServer(13, {.zones = {zone("x", {record("t.x", text.c_str()), record("l.x", larger.c_str())})}});
        QCOMPARE(lan.run(client, {"t.x", {dns::kTxt}, {}}), "t.x " + text);
        QVERIFY(!lan.usedTcp());
        QCOMPARE(lan.run(client, {"l.x", {dns::kTxt}, {}}), "l.x " + larger);
        QVERIFY(lan.usedTcp());
    }

    void nameWithFewDots_asked_isTriedBelowTheSearchDomainsFirst() {
        Lan lan;
        DeviceConfig d;
        d.dns = {ip("10.0.0.13")};
        d.search = {"lab.x", "x"};
        const auto client = lan.add(5, d);
        lan.addServer(13, {.zones = {zone("x", {record("web.x", "1.2.3.4"), record("a.b.x", "1.2.3.5")})}});
        QCOMPARE(lan.run(client, {"web", {}, {}}), std::string("web is 1.2.3.4"));
        QCOMPARE(lan.asked(13), (Names{"web.lab.x A", "web.x A"}));
        lan.from = lan.log.frames().size();
        QCOMPARE(lan.run(client, {"a.b.x", {}, {}}), std::string("a.b.x is 1.2.3.5"));
        QCOMPARE(lan.asked(13), (Names{"a.b.x A"}));
        lan.from = lan.log.frames().size();
        QCOMPARE(lan.run(client, {"web.", {}, {}}),
                 std::string("web cannot be resolved: the DNS server refuses the query"));
        QCOMPARE(lan.asked(13), (Names{"web A", "web A"}));
        lan.from = lan.log.frames().size();
        QCOMPARE(lan.run(client, {"no.b.x", {}, {}}), std::string("there is no such name: no.b.x"));
        QCOMPARE(lan.asked(13), (Names{"no.b.x A", "no.b.x.lab.x A", "no.b.x.x A"}));
    }

    void bothFamilies_asked_leaveFromOneSocketAndAreWaitedFor() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.13")});
        lan.addServer(13, {.records = {{"g.com", ip("8.8.8.8"), 300}, {"g.com", ip("2001:db8::8"), 300}}});
        QCOMPARE(lan.run(client, {"g.com", {dns::kA, dns::kAaaa}, {}}), std::string("g.com is 8.8.8.8, 2001:db8::8"));
        QCOMPARE(lan.asked(13), (Names{"g.com A", "g.com AAAA"}));
    }

    void severalAddresses_asked_takeTurnsAsWithDnsmasq() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.13")}), other = lan.addClient(6, {ip("10.0.0.53")});
        lan.addServer(13, {.records = {{"four.com", ip("9.9.9.1"), 300},
                                       {"four.com", ip("9.9.9.2"), 300},
                                       {"four.com", ip("9.9.9.3"), 300},
                                       {"four.com", ip("9.9.9.4"), 300},
                                       {"four.com", ip("2001:db8::1"), 300},
                                       {"four.com", ip("2001:db8::2"), 300}},
                           .others = {record("alias.com", "CNAME four.com")}});
        lan.addServer(53, {.forward = {ip("10.0.0.13")}});
        const auto ask = [&](kernel::DeviceId who, const char* name, std::uint16_t type = dns::kA) {
            const auto result = lan.run(who, {name, {type}, {}}, 1s);
            return result.substr(result.find(" is ") + 4);
        };
        // dnsmasq 2.90: with its own records the first becomes the last, for each family apart, by an alias as well.
        QCOMPARE(ask(client, "four.com"), std::string("9.9.9.1, 9.9.9.3, 9.9.9.2, 9.9.9.4"));
        QCOMPARE(ask(client, "four.com"), std::string("9.9.9.3, 9.9.9.2, 9.9.9.4, 9.9.9.1"));
        QCOMPARE(ask(client, "four.com", dns::kAaaa), std::string("2001:db8::1, 2001:db8::2"));
        QCOMPARE(ask(client, "four.com", dns::kAaaa), std::string("2001:db8::2, 2001:db8::1"));
        QCOMPARE(ask(client, "alias.com"), std::string("9.9.9.2, 9.9.9.4, 9.9.9.1, 9.9.9.3"));
        QCOMPARE(ask(client, "four.com"), std::string("9.9.9.4, 9.9.9.1, 9.9.9.3, 9.9.9.2"));
        // From the cache the last becomes the first.
        QCOMPARE(ask(other, "four.com"), std::string("9.9.9.1, 9.9.9.3, 9.9.9.2, 9.9.9.4"));
        QCOMPARE(ask(other, "four.com"), std::string("9.9.9.1, 9.9.9.3, 9.9.9.2, 9.9.9.4"));
        QCOMPARE(ask(other, "four.com"), std::string("9.9.9.4, 9.9.9.1, 9.9.9.3, 9.9.9.2"));
        QCOMPARE(ask(other, "four.com"), std::string("9.9.9.2, 9.9.9.4, 9.9.9.1, 9.9.9.3"));
    }

    void firstServerNotThere_asked_secondIsAskedWhenArpHasFailed() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.99"), ip("10.0.0.13")});
        lan.addServer(13, googleServer());
        QCOMPARE(lan.run(client, {"google.com", {}, {}}, 3s), std::string());
        lan.network.runUntil(3200ms, &lan.log);
        QCOMPARE(devices::applicationTable(lan.network, client).back().result, std::string("google.com is 8.8.8.8"));
        QCOMPARE(lan.count(kindOf<decisions::NameServerLame>), 1);
    }

    void onlyServerNotThere_asked_givesUpAfterTwoFailuresOfArp() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.99")});
        QCOMPARE(lan.run(client, {"google.com", {}, {}}, 6s), std::string());
        lan.network.runUntil(6400ms, &lan.log);
        QCOMPARE(devices::applicationTable(lan.network, client).back().result,
                 std::string("google.com cannot be resolved: no DNS server responds"));
    }

    void bothFamilies_refusedByTheFirst_areAskedOfTheSecondByTheSameSocket() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.12"), ip("10.0.0.13")});
        lan.addServer(12, {}); // knows nothing and nobody: REFUSED
        lan.addServer(13, {.records = {{"b.com", ip("9.9.9.9"), 300}, {"b.com", ip("2001:db8::9"), 300}}});
        QCOMPARE(lan.run(client, {"b.com", {dns::kA, dns::kAaaa}, {}}), std::string("b.com is 9.9.9.9, 2001:db8::9"));
        QCOMPARE(lan.asked(12), (Names{"b.com A", "b.com AAAA"}));
        QCOMPARE(lan.asked(13), (Names{"b.com A", "b.com AAAA"}));
        QVERIFY(lan.network.now() < 61s);
    }

    void aliasesOfOneServerInALoop_asked_areToldAsThat() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.13")});
        lan.addServer(13, {.localDomains = {"lan"},
                           .others = {record("a.lan", "CNAME b.lan"), record("b.lan", "CNAME a.lan"),
                                      record("x.lan", "CNAME x.lan")}});
        QCOMPARE(lan.run(client, {"a.lan", {}, {}}),
                 std::string("a.lan cannot be resolved: its aliases lead in a loop (a.lan → b.lan → a.lan)"));
        QCOMPARE(lan.run(client, {"x.lan", {}, {}}),
                 std::string("x.lan cannot be resolved: its aliases lead in a loop (x.lan → x.lan)"));
        QCOMPARE(lan.count(kindOf<decisions::NameAlias>), 2);
    }

    void forwarderWithoutARouteUpstream_asked_refusesAtOnce() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.53")});
        lan.addServer(53, {.forward = {ip("9.9.9.9")}});
        QCOMPARE(lan.run(client, {"a.com", {}, {}}, 100ms),
                 std::string("a.com cannot be resolved: the DNS server refuses the query"));
    }

    void digAtAClosedPort_isToldThreeTimes() {
        Lan lan;
        const auto client = lan.addClient(5, {});
        lan.addClient(9, {}); // no server there
        QCOMPARE(lan.run(client, {"a.com", {}, ip("10.0.0.9")}, 100ms),
                 std::string("no program at 10.0.0.9 responds to DNS queries: connection refused"));
        QCOMPARE(lan.asked(9).size(), std::size_t(3));
    }

    void severalUpstreams_asked_firstAllThenTheOneThatAnswered() {
        Lan lan;
        const auto client = lan.addClient(5, {ip("10.0.0.53")});
        lan.addServer(53, {.forward = {ip("10.0.0.12"), ip("10.0.0.13")}});
        lan.add(12);
        lan.addServer(13, {.records = {{"a.com", ip("1.1.1.1"), 300}, {"b.com", ip("1.1.1.2"), 300}}});
        QCOMPARE(lan.run(client, {"a.com", {}, {}}, 2s), std::string("a.com is 1.1.1.1"));
        QCOMPARE(lan.asked(12).size(), std::size_t(1));
        QCOMPARE(lan.run(client, {"b.com", {}, {}}, 2s), std::string("b.com is 1.1.1.2"));
        QCOMPARE(lan.asked(12).size(), std::size_t(1));
        QCOMPARE(lan.asked(13).size(), std::size_t(2));
    }

    void recordsOfAllTypes_asked_areToldAsDigDoes() {
        Lan lan;
        const auto client = lan.addClient(5, {});
        lan.addServer(13, {.records = {{"mail.x", ip("1.2.3.4"), 300}},
                           .others = {record("x", "MX 10 mail.x"), record("_sip._tcp.x", "SRV 1 2 5060 mail.x"),
                                      record("w.x", "CNAME mail.x")}});
        const auto ask = [&](const char* name, std::uint16_t type) {
            return lan.run(client, {name, {type}, ip("10.0.0.13")});
        };
        QCOMPARE(ask("x", dns::kMx), std::string("x MX 10 mail.x"));
        QCOMPARE(ask("_sip._tcp.x", dns::kSrv), std::string("_sip._tcp.x SRV 1 2 5060 mail.x"));
        QCOMPARE(ask("w.x", dns::kA), std::string("w.x CNAME mail.x; mail.x A 1.2.3.4"));
        QCOMPARE(ask("1.2.3.4", dns::kPtr), std::string("4.3.2.1.in-addr.arpa PTR mail.x"));
        QCOMPARE(ask("mail.x", dns::kTxt), std::string("mail.x: the server refuses the query")); // as dnsmasq does
        QCOMPARE(ask("y", dns::kA), std::string("y: the server refuses the query"));
    }

    void recordsOfDnsmasq_asked_areAnsweredDeniedOrRefused() {
        // What dnsmasq 2.90 answers by these records without a server to ask: an answer, rcode 0 or 3, or - (REFUSED).
        const config::DnsServerConfig plain{
            .records = {{"mail.x", ip("1.2.3.4"), 300}, {"single", ip("1.2.3.5"), 300}},
            .others = {record("x", "MX 10 mail.x"), record("m", "MX 10 mail.x"), record("t.x", "TXT \"hello\"")}};
        auto needed = plain, local = plain;
        needed.domainNeeded = true;
        local.localDomains = {"x"};
        const auto told = [](const config::DnsServerConfig& config, const char* name) {
            std::string out;
            for (const auto type : {dns::kA, dns::kAaaa, dns::kMx, dns::kTxt}) {
                wire::DnsMessage answer;
                const bool said = apps::answerFromRecords(config, {.name = name, .type = type}, answer);
                out += !said ? '-' : !answer.answers.empty() ? '!' : char('0' + answer.rcode);
            }
            return out;
        };
        const auto all = [&](const char* name) {
            return told(plain, name) + ' ' + told(needed, name) + ' ' + told(local, name);
        };
        QCOMPARE(all("mail.x"), std::string("!--- !--- !000"));
        QCOMPARE(all("single"), std::string("!--- !0-- !---"));
        QCOMPARE(all("x"), std::string("--!- 00!- 00!0"));
        QCOMPARE(all("m"), std::string("--!- 00!- --!-"));
        QCOMPARE(all("t.x"), std::string("---! ---! 000!"));
        QCOMPARE(all("y"), std::string("---- 33-- ----"));
        QCOMPARE(all("y.x"), std::string("---- ---- 3333"));
    }

    void cache_full_forgetsWhatWasUsedLeastRecently() {
        apps::DnsCache cache(2);
        cache.store(0s, {record("a", "1.1.1.1")});
        cache.store(1s, {record("b", "1.1.1.2")});
        QVERIFY(cache.find(2s, "A", dns::kA));
        cache.store(3s, {record("c", "1.1.1.3")});
        QVERIFY(cache.find(4s, "a", dns::kA));
        QVERIFY(!cache.find(4s, "b", dns::kA));
        QVERIFY(!cache.find(300s, "a", dns::kA));
        QVERIFY(cache.find(300s, "c", dns::kA));
        QCOMPARE(apps::DnsCache::aged({record("c", "1.1.1.3")}, 3s, 13900ms)[0].ttl, 290u);
    }

    void texts_ofRecords_areReadAndWrittenAlike() {
        for (const char* text : {"8.8.8.8", "2001:db8::8", "CNAME google.com", "MX 10 mail.x", "NS ns.x", "PTR a.x",
                                 "SRV 0 5 80 w.x", "TXT \"a b\" \"c\\\"d\"", "SOA ns.x root.x 1 2 3 4 5"}) {
            QCOMPARE(dns::recordText(record("x", text)), std::string(text));
        }
        std::string why;
        for (const char* bad : {"", "8.8.8", "CNAME", "CNAME a b", "MX mail.x", "MX 70000 mail.x", "NONE x",
                                "TXT \"open", "SOA a b 1 2 3 4", "A 2001:db8::8", "CNAME a..b"}) {
            why.clear();
            QVERIFY2(!dns::parseData(bad, why), bad);
            QVERIFY(!why.empty());
        }
        QCOMPARE(dns::reverseName(ip("1.2.3.4")), std::string("4.3.2.1.in-addr.arpa"));
        QVERIFY(dns::inDomain("a.Com", "com") && !dns::inDomain("acom", "com") && dns::inDomain("a", ""));
    }
};

QTEST_APPLESS_MAIN(TestNames)
#include "test_names.moc"
