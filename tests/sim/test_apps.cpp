// Programs on small networks: what they put on the wire, and how they end.
#include "sim/apps/http_server.h"
#include "sim/apps/udp_load.h"
#include "sim/decisions/all.h"
#include "sim/devices/device.h"
#include "sim/devices/network.h"
#include "sim/devices/tables.h"
#include "sim/wire/bytes.h"
#include "sim/wire/dns.h"
#include "sim/wire/http.h"

#include "tests/support/networks.h"
#include "tests/support/packets.h"

#include <QTest>

#include <memory>

using namespace sim;
using namespace std::chrono_literals;
using namespace support;
using config::DeviceConfig;
using devices::Network;
using kernel::DeviceId;
using trace::DecisionKind;
using trace::kindOf;
using wire::IpAddress;

namespace {

/// Lab is desk 192.168.0.5 — server 192.168.0.1, which serves pages and names.
struct Lab {
    Network network{7};
    trace::TraceLog log;
    DeviceId desk, server;
    kernel::ChannelId cable;

    explicit Lab(std::string body = std::string(200, 'x'), bool web = true, config::DnsServerConfig names = records()) {
        DeviceConfig d;
        d.name = "desk";
        d.interfaces = {interface("eth0", 1, "192.168.0.5/24")};
        d.dns = {ip("192.168.0.1")};
        d.hosts = {{"printer", ip("192.168.0.1")}};
        d.userAgent = "sim";
        desk = network.addDevice(d);
        DeviceConfig s;
        s.name = "server";
        s.interfaces = {interface("eth0", 3, "192.168.0.1/24")};
        if (web) s.httpServer = config::HttpServerConfig{80, {{"/", std::move(body), "text/html"}}};
        s.dnsServer = std::move(names);
        server = network.addDevice(s);
        cable = plug(network, {desk}, {server});
    }
    static config::DnsServerConfig records() {
        return {.records = {{"google.com", ip("192.168.0.1"), 300}}, .localDomains = {"com"}};
    }

    devices::ApplicationRow run(const config::Action& action, kernel::SimTime span = 200s) {
        network.apply(network.now(), desk, action, &log);
        network.runUntil(network.now() + span, &log);
        const auto rows = devices::applicationTable(network, desk);
        return rows.empty() ? devices::ApplicationRow{} : rows.back();
    }
    auto decisions(DecisionKind kind) const { return support::decisions(log, kind); }
    /// udp are the payloads of all datagrams to a port, in their order on the cable.
    std::vector<std::vector<std::uint8_t>> udp(std::uint16_t port,
                                               std::vector<kernel::SimTime>* times = nullptr) const {
        std::vector<std::vector<std::uint8_t>> found;
        for (const auto& f : log.frames()) {
            const Packet p(log.bytes(f));
            if (!p.udp || p.udp->destinationPort() != port) continue;
            found.emplace_back(p.payload.begin(), p.payload.end());
            if (times) times->push_back(f.sent);
        }
        return found;
    }
    std::string tcpText(std::uint16_t port) const {
        std::string text;
        for (const auto& f : log.frames()) {
            const Packet p(log.bytes(f));
            if (p.tcp && p.tcp->destinationPort == port) text.append(p.payload.begin(), p.payload.end());
        }
        return text;
    }
};

} // namespace

class TestApps : public QObject {
    Q_OBJECT

private slots:
    void serverWithPage_browsedByAddress_showsIt() {
        Lab lab;
        const auto row = lab.run(config::Browse{"http://192.168.0.1/"});
        QCOMPARE(row.result, std::string("200 OK, 200 bytes"));
        QVERIFY(row.ok);
        QCOMPARE(row.state, std::string("done"));
        const auto page = devices::pageOf(lab.network, lab.desk);
        QCOMPARE(page.body, std::string(200, 'x'));
        QCOMPARE(page.status, 200);
        QCOMPARE(page.url, std::string("http://192.168.0.1/"));
        QVERIFY(lab.udp(53).empty());
        QCOMPARE(lab.decisions(kindOf<decisions::NameIsAddress>).size(), std::size_t(1));
        QVERIFY(lab.network.quiet());
    }

    void serverWithPage_browsedByName_sendsExactlyThatRequest() {
        Lab lab;
        QCOMPARE(lab.run(config::Browse{"http://google.com/"}).result, std::string("200 OK, 200 bytes"));
        QCOMPARE(lab.tcpText(80),
                 std::string("GET / HTTP/1.1\r\nHost: google.com\r\nUser-Agent: sim\r\nAccept: */*\r\n\r\n"));
        QCOMPARE(lab.tcpText(80).size(), std::size_t(66));
        QCOMPARE(lab.udp(53).size(), std::size_t(2)); // A and AAAA, as getaddrinfo asks
        const auto names = lab.decisions(kindOf<decisions::NameAuthoritative>);
        QCOMPARE(names.size(), std::size_t(2));
        QVERIFY(names[1].as<decisions::NameAuthoritative>().address.isNone());
        QCOMPARE(names[0].as<decisions::NameAuthoritative>().address, ip("192.168.0.1"));
        QCOMPARE(lab.decisions(kindOf<decisions::PageArrived>).size(), std::size_t(1));
        QCOMPARE(lab.decisions(kindOf<decisions::HttpResponse>)[0].as<decisions::HttpResponse>().bytes, 200u);
    }

    void largePage_browsed_arrivesWhole() {
        std::string body(3'000'000, 'a');
        for (std::size_t i = 0; i < body.size(); ++i)
            body[i] = char('a' + i % 23);
        Lab lab(body);
        QCOMPARE(lab.run(config::Browse{"http://192.168.0.1/"}).result, std::string("200 OK, 3000000 bytes"));
        QCOMPARE(devices::pageOf(lab.network, lab.desk).body, body.substr(0, wire::HttpResponse::kLongestBody));
    }

    void unknownPath_browsed_shows404() {
        Lab lab;
        const auto row = lab.run(config::Browse{"http://192.168.0.1/nothing"});
        QVERIFY2(row.result.starts_with("404 Not Found, "), row.result.c_str());
        QVERIFY(row.ok);
        QCOMPARE(devices::pageOf(lab.network, lab.desk).status, 404);
    }

    void requests_givenToTheServer_areAnswered_data() {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("closes");
        const QByteArray head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n";
        QTest::newRow("page") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n") << head + "hello" << false;
        QTest::newRow("bare newlines") << QByteArray("GET / HTTP/1.1\nHost: a\n\n") << head + "hello" << false;
        QTest::newRow("head") << QByteArray("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n") << head << false;
        QTest::newRow("query") << QByteArray("GET /?q=1 HTTP/1.1\r\nHost: a\r\n\r\n") << head + "hello" << false;
        QTest::newRow("whole address") << QByteArray("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n") << head + "hello"
                                       << false;
        QTest::newRow("two at once") << QByteArray(
                                            "GET / HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
                                     << head + "hello" + head << false;
        QTest::newRow("close")
            << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n")
            << QByteArray(
                   "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
            << true;
        QTest::newRow("old version") << QByteArray("GET / HTTP/1.0\r\n\r\n") << QByteArray("HTTP/1.1 200 OK") << true;
        QTest::newRow("unknown path") << QByteArray("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
                                      << QByteArray("HTTP/1.1 404 Not Found") << false;
        QTest::newRow("method") << QByteArray("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                                << QByteArray("HTTP/1.1 405 Method Not Allowed") << false;
        QTest::newRow("no host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << QByteArray("HTTP/1.1 400 Bad Request")
                                 << true;
        QTest::newRow("no request") << QByteArray("hello\r\n\r\n") << QByteArray("HTTP/1.1 400 Bad Request") << true;
        QTest::newRow("other protocol") << QByteArray("GET / SIP/2.0\r\n\r\n") << QByteArray("HTTP/1.1 400 Bad Request")
                                        << true;
        QTest::newRow("other version") << QByteArray("GET / HTTP/2.0\r\n\r\n") << QByteArray("HTTP/1.1 505 ") << true;
        QTest::newRow("bad length") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n")
                                    << QByteArray("HTTP/1.1 400 Bad Request") << true;
        QTest::newRow("too long") << "GET / HTTP/1.1\r\nA: " + QByteArray(70'000, 'a') << QByteArray("HTTP/1.1 431 ")
                                  << true;
        QTest::newRow("unfinished") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n") << QByteArray() << false;
    }
    void requests_givenToTheServer_areAnswered() {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, answer);
        QFETCH(bool, closes);
        const apps::HttpServer server({80, {{"/", "hello", "text/html"}}});
        for (const bool atOnce : {true, false}) {
            apps::HttpServer::Connection connection;
            QByteArray out;
            const auto take = [&] {
                while (!connection.closing && server.next(connection)) {
                    out += QByteArray::fromStdString(connection.out);
                    connection.out.clear();
                }
            };
            for (const char c : request) {
                connection.in += c;
                if (!atOnce) take();
            }
            take();
            if (answer.contains("\r\n\r\n")) QCOMPARE(out, answer);
            QVERIFY2(out.startsWith(answer), out);
            QCOMPARE(out.isEmpty(), answer.isEmpty());
            QCOMPARE(connection.closing, closes);
        }
    }

    void noServer_browsed_isRefused() {
        Lab lab({}, false);
        const auto row = lab.run(config::Browse{"http://192.168.0.1:8080/"});
        QCOMPARE(row.result, std::string("connection refused by 192.168.0.1 port 8080"));
        QVERIFY(!row.ok);
        QCOMPARE(devices::pageOf(lab.network, lab.desk).error, row.result);
    }

    void noRoute_browsed_failsWithoutAFrame() {
        Lab lab;
        QCOMPARE(lab.run(config::Browse{"http://9.9.9.9/"}).result,
                 std::string("9.9.9.9 is unreachable: there is no route to it, and no default gateway"));
        QVERIFY(lab.log.frames().empty());
    }

    void nobodyThere_browsed_isUnreachable() {
        Lab lab;
        QCOMPARE(lab.run(config::Browse{"http://192.168.0.77/"}).result,
                 std::string("192.168.0.77 is unreachable: nobody there replies"));
    }

    void cablePulled_browsed_failsInTheEnd() {
        Lab lab;
        QVERIFY(lab.run(config::Browse{"http://192.168.0.1/"}).ok);
        lab.network.apply(lab.network.now(), lab.desk, config::SetLink{lab.cable, false});
        const auto row = lab.run(config::Browse{"http://192.168.0.1/"}, 300s);
        QCOMPARE(row.state, std::string("failed"));
        QVERIFY2(row.result.find("192.168.0.1") != std::string::npos, row.result.c_str());
    }

    void wrongAddresses_browsed_failWithASentence() {
        Lab lab;
        for (const char* url : {"https://google.com/", "ftp://x/", "google.com", "http://", "http://a:0/",
                                "http://a:99999/", "http:///x", "http://a b/", ""}) {
            const auto row = lab.run(config::Browse{url}, 1s);
            QCOMPARE(row.state, std::string("failed"));
            QVERIFY(row.result.size() > 20);
        }
        QVERIFY(lab.log.frames().empty());
    }

    void ownWebServer_browsedByLocalhost_usesNoInterfaceButLo() {
        Network network(1);
        trace::TraceLog log;
        DeviceConfig d;
        d.name = "desk";
        d.interfaces = {interface("eth0", 1, "192.168.0.5/24")};
        d.httpServer = config::HttpServerConfig{80, {{"/", "hello", "text/plain"}}};
        const auto desk = network.addDevice(d);
        network.apply(0s, desk, config::Browse{"http://localhost/"}, &log);
        network.runUntil(10s, &log);
        QCOMPARE(devices::applicationTable(network, desk).back().result, std::string("200 OK, 5 bytes"));
        QCOMPARE(log.frames().size(), std::size_t(10));
        for (const auto& f : log.frames())
            QVERIFY(network.isLoopback(f.from));
    }

    void names_resolved_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("result");
        QTest::addColumn<int>("queries");
        QTest::newRow("known") << "google.com"
                               << "google.com is 192.168.0.1" << 1;
        QTest::newRow("other case") << "GOOGLE.com"
                                    << "GOOGLE.com is 192.168.0.1" << 1;
        QTest::newRow("hosts file") << "printer"
                                    << "printer is 192.168.0.1" << 0;
        QTest::newRow("address") << "1.2.3.4"
                                 << "1.2.3.4 is 1.2.3.4" << 0;
        QTest::newRow("no such name") << "nosuch.com"
                                      << "there is no such name: nosuch.com" << 1;
        QTest::newRow("refused") << "other.org"
                                 << "other.org cannot be resolved: the DNS server refuses the query" << 2;
        QTest::newRow("no name") << "a..b"
                                 << "\"a..b\" cannot be a name of a host" << 0;
    }
    void names_resolved() {
        QFETCH(QString, name);
        QFETCH(QString, result);
        QFETCH(int, queries);
        Lab lab;
        QCOMPARE(QString::fromStdString(lab.run(config::Resolve{name.toStdString()}).result), result);
        QCOMPARE(int(lab.udp(53).size()), queries);
    }

    void silentServer_resolved_asksTwiceWithTheSameIdFiveSecondsApart() {
        Lab lab({}, false, {.forward = {ip("192.168.0.99")}});
        const auto row = lab.run(config::Resolve{"google.com"});
        QCOMPARE(row.result, std::string("google.com cannot be resolved: no DNS server responds"));
        std::vector<kernel::SimTime> times;
        const auto queries = lab.udp(53, &times);
        QCOMPARE(queries.size(), std::size_t(2));
        QCOMPARE(queries[0], queries[1]);
        QVERIFY(times[1] - times[0] >= 4990ms && times[1] - times[0] <= 5s);
        QCOMPARE(lab.decisions(kindOf<decisions::NameFailed>)[0].as<decisions::NameFailed>().rcode,
                 decisions::NameFailed::kNoAnswer);
    }

    void forwarder_askedTwice_answersTheSecondFromItsCache() {
        Network network(3);
        trace::TraceLog log;
        DeviceConfig d;
        d.name = "desk";
        d.interfaces = {interface("eth0", 1, "192.168.0.5/24")};
        d.dns = {ip("192.168.0.1")};
        const auto desk = network.addDevice(d);
        DeviceConfig h;
        h.name = "home";
        h.interfaces = {interface("lan0", 3, "192.168.0.1/24"), interface("wan0", 4, "5.5.5.5/24")};
        h.dnsServer = config::DnsServerConfig{.forward = {ip("5.5.5.1")}};
        const auto home = network.addDevice(h);
        DeviceConfig n;
        n.name = "ns";
        n.interfaces = {interface("eth0", 5, "5.5.5.1/24")};
        n.dnsServer = config::DnsServerConfig{.records = {{"google.com", ip("8.8.8.8"), 300}}};
        const auto ns = network.addDevice(n);
        plug(network, {desk}, {home, "lan0"});
        plug(network, {home, "wan0"}, {ns});
        network.apply(0s, desk, config::Resolve{"google.com"}, &log);
        network.runUntil(1500ms, &log);
        network.apply(1500ms, desk, config::Resolve{"google.com"}, &log);
        network.runUntil(10s, &log);
        for (const auto& row : devices::applicationTable(network, desk))
            QCOMPARE(row.result, std::string("google.com is 8.8.8.8"));

        std::vector<wire::DnsMessage> toHome, toNs, fromHome;
        for (const auto& f : log.frames()) {
            const auto b = log.bytes(f);
            if (b.size() < 42 || b[12] != 8 || b[13] != 0) continue;
            const auto m = wire::DnsMessage::parse(std::span(b).subspan(42));
            QVERIFY(m);
            if (network.portName(f.from) == "desk:eth0") toHome.push_back(*m);
            if (network.portName(f.from) == "home:lan0") fromHome.push_back(*m);
            if (network.portName(f.from) == "home:wan0") toNs.push_back(*m);
        }
        QCOMPARE(toHome.size(), std::size_t(2));
        QCOMPARE(toNs.size(), std::size_t(1));
        QVERIFY(toNs[0].id != toHome[0].id);
        QCOMPARE(fromHome.size(), std::size_t(2));
        QVERIFY(fromHome[0].authoritative && fromHome[0].recursionAvailable && fromHome[0].recursionDesired);
        QCOMPARE(fromHome[0].answers[0].ttl, 300u);
        QVERIFY(!fromHome[1].authoritative && fromHome[1].recursionAvailable);
        QCOMPARE(fromHome[1].answers[0].ttl, 299u);
        const auto cache = devices::dnsCacheTable(network, home);
        QCOMPARE(cache.size(), std::size_t(1));
        QCOMPARE(cache[0].data, std::string("8.8.8.8"));
        QVERIFY(devices::dnsCacheTable(network, ns)[0].authoritative);
        network.runUntil(301s);
        QVERIFY(devices::dnsCacheTable(network, home).empty());
    }

    void host_pinged_answersFourTimes() {
        Lab lab;
        const auto row = lab.run(config::Ping{.target = "google.com"});
        QCOMPARE(row.result, std::string("4 sent, 4 received"));
        QCOMPARE(lab.decisions(kindOf<decisions::PingReply>).size(), std::size_t(4));
        QCOMPARE(lab.decisions(kindOf<decisions::PingReply>)[3].as<decisions::PingReply>().sequence, 4u);
    }

    void nobodyThere_pinged_saysHostUnreachable() {
        Lab lab;
        const auto row = lab.run(config::Ping{.target = "192.168.0.77"});
        QVERIFY(!row.ok);
        QCOMPARE(row.result, std::string("4 sent, 0 received (Destination Host Unreachable, says 192.168.0.5)"));
    }

    void noRoute_pinged_failsAtOnce() {
        Lab lab;
        QCOMPARE(lab.run(config::Ping{.target = "9.9.9.9"}).result,
                 std::string("9.9.9.9 is unreachable: there is no route to it, and no default gateway"));
    }

    void neighbour_traced_isOneHopAway() {
        Lab lab;
        QCOMPARE(lab.run(config::Traceroute{.target = "192.168.0.1"}).result,
                 std::string("192.168.0.1 reached in 1 hop"));
        const auto probes = lab.udp(33434);
        QCOMPARE(probes.size(), std::size_t(1));
        QCOMPARE(probes[0].size(), std::size_t(32));
    }

    void source_runs_sinkCountsEveryDatagram() {
        Network network(1);
        DeviceConfig a, b;
        a.name = "a";
        a.interfaces = {interface("eth0", 1, "10.0.0.1/24")};
        a.udpSources = {{.destination = ip("10.0.0.2"), .count = 1000, .payload = 64, .interval = 10us}};
        b.name = "b";
        b.interfaces = {interface("eth0", 2, "10.0.0.2/24")};
        b.udpSink = config::UdpSinkConfig{};
        const auto source = network.addDevice(a), sink = network.addDevice(b);
        plug(network, {source}, {sink});
        network.runUntil(1s);
        const auto& program = *network.device(sink).apps.at(0).as<apps::UdpSink>();
        QCOMPARE(program.received, std::uint64_t(1000));
        QCOMPARE(program.bytes, std::uint64_t(64'000));
        QVERIFY(network.quiet());
    }

    void copyOfARunningNetwork_continued_endsTheSame() {
        Lab lab;
        lab.network.apply(0s, lab.desk, config::Browse{"http://google.com/"});
        while (lab.network.now() < 5ms && lab.network.step()) {
        }
        Network copy = lab.network;
        lab.network.runUntil(100s);
        copy.runUntil(100s);
        QCOMPARE(devices::applicationTable(copy, lab.desk).back().result, std::string("200 OK, 200 bytes"));
        QCOMPARE(copy.eventNo(), lab.network.eventNo());
        QCOMPARE(copy.now(), lab.network.now());
    }

    void response_inPieces_isReadAlike_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
                                << QByteArray("hello");
        QTest::newRow("chunks")
            << QByteArray(
                   "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n")
            << QByteArray("hello");
        QTest::newRow("end") << QByteArray("HTTP/1.0 200 OK\n\nhello") << QByteArray("hello");
        QTest::newRow("interim") << QByteArray("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
                                 << QByteArray();
    }
    void response_inPieces_isReadAlike() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, body);
        for (int piece = 1; piece <= text.size(); ++piece) {
            wire::HttpResponse r;
            for (int at = 0; at < text.size(); at += piece)
                r.feed(text.mid(at, piece).toStdString());
            r.endOfStream();
            QVERIFY(r.complete());
            QCOMPARE(QByteArray::fromStdString(r.body()), body);
        }
    }

    void brokenResponses_areBad() {
        for (const char* text :
             {"", "HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
              "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
            wire::HttpResponse r;
            r.feed(text);
            r.endOfStream();
            QVERIFY2(r.bad(), text);
        }
    }
};

QTEST_APPLESS_MAIN(TestApps)
#include "test_apps.moc"
