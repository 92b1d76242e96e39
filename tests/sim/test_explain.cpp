// What happened in a run, told in sentences: records put into a log by hand, so that the words alone are tested.
#include "sim/decisions/all.h"
#include "sim/explain/explain.h"
#include "sim/trace/drop_reason.h"
#include "sim/wire/bytes.h"
#include "tests/sim/frames.h"
#include "tests/support/networks.h"

#include <QRegularExpression>
#include <QTest>

#include <set>

using namespace sim;
using namespace support;
using sim::trace::Decision;
using sim::wire::IpAddress;
using sim::wire::MacAddress;

namespace {

QString text(const explain::Sentence& s) { return QString::fromStdString(s.toString()); }

QStringList texts(const explain::Moment& m) {
    QStringList out;
    for (const auto& s : m.sentences)
        out << text(s);
    return out;
}

} // namespace

class TestExplain : public QObject {
    Q_OBJECT

    /// Home is a desktop, a switch, a home router and the first router of an ISP, with an empty log.
    struct Home {
        devices::Network network;
        trace::TraceLog log;
        kernel::DeviceId desktop, sw, home, isp;
        kernel::EventNo event = 0;

        Home() {
            config::DeviceConfig d;
            d.name = "desktop";
            d.interfaces = {interface("eth0", 1, "192.168.0.5/24")};
            desktop = network.addDevice(d);
            config::DeviceConfig s;
            s.name = "sw1";
            s.bridge = true;
            s.ipStack = false;
            s.interfaces = {interface("p1", 0x51), interface("p2", 0x52)};
            sw = network.addDevice(s);
            config::DeviceConfig h;
            h.name = "home";
            h.forwarding = true;
            h.interfaces = {interface("lan0", 3, "192.168.0.1/24"), interface("wan0", 4, "5.5.5.5/24")};
            home = network.addDevice(h);
            config::DeviceConfig i;
            i.name = "isp1";
            i.forwarding = true;
            i.interfaces = {interface("eth0", 0x10, "5.5.5.1/24")};
            isp = network.addDevice(i);
            network.connect(port(desktop, "eth0"), port(sw, "p1"));
            network.connect(port(sw, "p2"), port(home, "lan0"));
            network.connect(port(home, "wan0"), port(isp, "eth0"));
        }
        kernel::InterfaceId port(kernel::DeviceId device, const char* name) const {
            return network.findInterface(device, name);
        }
        void begin() {
            ++event;
            log.beginEvent(kernel::SimTime(std::int64_t(event) * 1000), event, event - 1);
        }
        std::uint32_t send(kernel::DeviceId from, const char* out, kernel::DeviceId to, const char* in,
                           const std::vector<std::uint8_t>& bytes, std::uint32_t parent = trace::kNoIndex) {
            trace::FrameTrace frame;
            frame.from = port(from, out);
            frame.to = port(to, in);
            frame.parent = parent;
            return log.frameSent(from, frame, bytes);
        }
        void decide(kernel::DeviceId device, const Decision& d) { log.decided(device, d); }
        QStringList last() const { return texts(explain::momentAt(network, log, log.records().size() - 1)); }
    };

private slots:
    void arp_asked_isAQuestionToEveryone() {
        Home h;
        h.begin();
        h.decide(h.desktop, decisions::NeighbourUnknown{.nextHop = *IpAddress::parse("192.168.0.1")});
        h.send(h.desktop, "eth0", h.sw, "p1", frames::bytes(frames::kArpRequest));
        QCOMPARE(h.last(),
                 (QStringList{"desktop broadcasts: who has 192.168.0.1?",
                              "desktop does not know the MAC of 192.168.0.1 yet: the packet waits for ARP."}));
    }

    void arp_answeredThroughASwitch_namesTheOneWhoAsked() {
        Home h;
        h.begin();
        h.send(h.home, "lan0", h.sw, "p2", frames::bytes(frames::kArpReply));
        QCOMPARE(h.last(), QStringList{"home replies to desktop: 192.168.0.1 is at 00:00:00:00:00:03."});
    }

    void switch_forwarding_isToldShortly() {
        Home h;
        h.begin();
        const auto frame = h.send(h.desktop, "eth0", h.sw, "p1", frames::bytes(frames::kSyn));
        h.begin();
        h.log.frameReceived(h.sw, frame);
        h.decide(h.sw,
                 decisions::BridgeForwarded{.destination = MacAddress::fromNumber(3), .port = h.port(h.sw, "p2")});
        h.send(h.sw, "p2", h.home, "lan0", frames::bytes(frames::kSyn), frame);
        QCOMPARE(h.last(), QStringList{"sw1 forwards it to home."});

        h.begin();
        h.decide(h.sw, decisions::BridgeFlooded{.destination = MacAddress::fromNumber(3), .ports = 1});
        QCOMPARE(h.last(),
                 QStringList{"sw1 floods it to every other port: it has not learned yet where 00:00:00:00:00:03 is."});
        h.begin();
        h.decide(h.sw, decisions::BridgeFlooded{.destination = MacAddress::broadcast(), .ports = 1});
        QCOMPARE(h.last(), QStringList{"sw1 floods it to every other port: it is for everyone."});
        h.begin();
        h.decide(h.sw, decisions::BridgeFlooded{.destination = MacAddress::fromNumber(3), .ports = 1, .hub = true});
        QCOMPARE(h.last(), QStringList{"sw1 is a hub and repeats it on every other port."});
    }

    void switch_ofAMachineThatMoved_saysWhereItWas() {
        Home h;
        const auto frame = frames::bytes(frames::kSyn);
        const auto mac = MacAddress::fromNumber(std::uint64_t(wire::get16(&frame[6])) << 32 | wire::get32(&frame[8]));
        h.begin();
        h.decide(h.sw, decisions::BridgeMoved{.mac = mac, .port = h.port(h.sw, "p2"), .before = h.port(h.sw, "p1")});
        QCOMPARE(h.last(), QStringList{QString("sw1 learns that %1 is behind p2 now, and no longer behind p1.")
                                           .arg(QString::fromStdString(mac.toString()))});
    }

    void router_forwardingWithNat_saysWhatThenWhy() {
        Home h;
        h.begin();
        const auto inside = h.send(h.sw, "p2", h.home, "lan0", frames::bytes(frames::kSyn));
        h.begin();
        h.log.frameReceived(h.home, inside);
        h.decide(h.home, decisions::RouteChosen{.destination = *IpAddress::parse("8.8.8.8"),
                                                .row = *wire::Prefix::parse("0.0.0.0/0"),
                                                .via = *IpAddress::parse("5.5.5.1"),
                                                .interface = h.port(h.home, "wan0")});
        h.decide(h.home, decisions::NatCreated{.inside = {*IpAddress::parse("192.168.0.5"), 61010},
                                               .outside = {*IpAddress::parse("5.5.5.5"), 61010}});
        auto outside = frames::bytes(frames::kSyn);
        outside[5] = 0x10, outside[11] = 0x04, outside[22] = 63;
        for (std::size_t i = 26; i < 30; ++i)
            outside[i] = 5;
        h.send(h.home, "wan0", h.isp, "eth0", outside, inside);
        QCOMPARE(h.last(),
                 (QStringList{"home forwards the SYN to isp1.",
                              "Only the default route matches 8.8.8.8: via 5.5.5.1 on wan0.",
                              "The private source 192.168.0.5:61010 became 5.5.5.5:61010 by the new NAT mapping."}));
        const auto moment = explain::momentAt(h.network, h.log, h.log.records().size() - 1);
        QCOMPARE(moment.device, h.home);
        QCOMPARE(moment.lastRecord - moment.firstRecord, 4u);
        QCOMPARE(moment.sentences[1].arguments[1].kind, explain::Argument::Kind::Route);
        QCOMPARE(moment.sentences[1].arguments[1].device, h.home);
    }

    void ownFrame_sent_saysWhatItIsFor_data() {
        QTest::addColumn<QString>("hex");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, std::string_view hex, const char* sentence) {
            QTest::newRow(name) << QString::fromLatin1(hex.data(), qsizetype(hex.size()))
                                << QString::fromUtf8(sentence);
        };
        row("dns", frames::kDnsQuery, "desktop queries 192.168.0.1: what is the address of google.com?");
        row("dns answer", frames::kDnsAnswer, "desktop responds to 192.168.0.5: google.com is 8.8.8.8.");
        row("no such name", frames::kDnsNoSuchName,
            "desktop responds to 192.168.0.5: there is no such name as nosuch.com.");
        row("syn", frames::kSyn, "desktop opens a connection to 8.8.8.8:80 (SYN).");
        row("syn-ack", frames::kSynAck, "desktop accepts the connection from 192.168.0.5:61010 (SYN, ACK).");
        row("ack", frames::kAck, "desktop acknowledges what 8.8.8.8:80 sent (ACK).");
        row("get", frames::kGet, "desktop requests from 8.8.8.8: GET / HTTP/1.1.");
        row("page", frames::kPage, "desktop responds to 192.168.0.5: HTTP/1.1 200 OK.");
        row("fin", frames::kFin, "desktop has nothing more to send to 8.8.8.8:80 (FIN).");
        row("ttl", frames::kTtlExceeded,
            "desktop tells 10.0.1.1 by ICMP: time-to-live exceeded (Time to live exceeded in transit).");
        row("rip", frames::kRip, "desktop advertises its routes to 10.0.12.2 (RIP).");
    }
    void ownFrame_sent_saysWhatItIsFor() {
        QFETCH(QString, hex);
        QFETCH(QString, sentence);
        Home h;
        h.begin();
        h.send(h.desktop, "eth0", h.sw, "p1", frames::bytes(hex.toStdString()));
        QCOMPARE(h.last(), QStringList{sentence});
    }

    void igmpReport_sent_saysWhetherItJoinsLeavesOrStays() {
        constexpr std::size_t kRecordType = 46; // RFC 3376 4.2.12
        const auto told = [](std::uint8_t type) {
            auto bytes = frames::bytes(frames::kIgmpReport);
            bytes[kRecordType] = type;
            Home h;
            h.begin();
            h.send(h.desktop, "eth0", h.sw, "p1", bytes);
            return h.last();
        };
        QCOMPARE(told(2), QStringList{"desktop reports to routers that it is in the group 224.0.0.9 (IGMP)."});
        QCOMPARE(told(3), QStringList{"desktop reports to routers that it leaves the group 224.0.0.9 (IGMP)."});
        QCOMPARE(told(4), QStringList{"desktop reports to routers that it joins the group 224.0.0.9 (IGMP)."});
    }

    void waitingFrame_sentAfterTheAnswer_saysThatItHadToWait() {
        Home h;
        h.begin();
        const auto answer = h.send(h.sw, "p1", h.desktop, "eth0", frames::bytes(frames::kArpReply));
        h.begin();
        h.log.frameReceived(h.desktop, answer);
        h.decide(h.desktop, decisions::NeighbourLearned{.address = *IpAddress::parse("192.168.0.1"),
                                                        .mac = MacAddress::fromNumber(3)});
        h.send(h.desktop, "eth0", h.sw, "p1", frames::bytes(frames::kDnsQuery));
        QCOMPARE(h.last(), (QStringList{"desktop can now send the DNS query, which had to wait, to 192.168.0.1.",
                                        "desktop learns that 192.168.0.1 is at 00:00:00:00:00:03."}));
    }

    void deliveryAlone_told_isBetterThanNothing() {
        Home h;
        h.begin();
        h.decide(h.desktop,
                 decisions::SocketDelivered{.local = {{}, 61010}, .remote = {*IpAddress::parse("8.8.8.8"), 80}});
        QCOMPARE(h.last(), QStringList{"desktop delivers what came from 8.8.8.8:80 to the program on port 61010."});
        h.decide(h.desktop,
                 decisions::PageArrived{.url = h.log.intern("http://google.com/"), .bytes = 200, .ok = true});
        QCOMPARE(h.last(),
                 QStringList{"The page has arrived: http://google.com/ (200 bytes), in the browser of desktop."});
    }

    void everyReason_dropped_hasItsSentence() {
        Home h;
        std::set<QString> seen;
        for (int reason = 1; reason < int(trace::DropReason::Count); ++reason) {
            h.begin();
            h.log.dropped(h.home, trace::DropReason(reason));
            const auto sentence = text(explain::explain(h.network, h.log, h.log.records().back()));
            QVERIFY2(!sentence.isEmpty() && !sentence.contains('%'), qPrintable(sentence));
            QVERIFY2(seen.insert(sentence).second, qPrintable(sentence));
        }
    }

    void templates_listed_holdWhatIsTold() {
        const auto all = explain::allTemplates();
        QVERIFY(all.size() > 100);
        const std::set<std::string> known(all.begin(), all.end());
        Home h;
        h.begin();
        h.send(h.desktop, "eth0", h.sw, "p1", frames::bytes(frames::kSyn));
        QVERIFY(known.contains(explain::explain(h.network, h.log, h.log.records().back()).text));
        h.log.dropped(h.home, trace::DropReason::Martian);
        QVERIFY(known.contains(explain::explain(h.network, h.log, h.log.records().back()).text));
    }
};

QTEST_APPLESS_MAIN(TestExplain)
#include "test_explain.moc"
