// Frames from real machines told as people read them, and any bytes at all told without a crash.
#include "sim/dissect/dissect.h"
#include "sim/dissect/protocol_of.h"
#include "tests/sim/frames.h"

#include <QRegularExpression>
#include <QTest>

using namespace sim::dissect;

namespace {

bool anyMalformed(const FieldNode& node) {
    if (node.malformed) return true;
    for (const auto& child : node.children)
        if (anyMalformed(child)) return true;
    return false;
}

/// soundness says what is wrong with a tree; empty when all fields lie inside their parents and hold what their types
/// say.
QString soundness(const FieldNode& node, std::size_t frameLength) {
    if (std::size_t(node.range.offset) + node.range.length > frameLength)
        return QString::fromStdString("outside the frame: " + node.name);
    if (node.field && !std::holds_alternative<std::monostate>(node.value) && !isOfType(node.value, node.field->type))
        return QString::fromStdString("a value of another type: " + node.name);
    for (const auto& child : node.children) {
        if (child.range.offset < node.range.offset ||
            child.range.offset + child.range.length > node.range.offset + node.range.length)
            return QString::fromStdString("outside its parent " + node.name + ": " + child.name);
        if (const auto below = soundness(child, frameLength); !below.isEmpty()) return below;
    }
    return {};
}

QString field(std::string_view frame, std::string_view filter) {
    const auto bytes = frames::bytes(frame);
    const auto tree = dissect(bytes);
    const auto* node = tree.find(filter);
    return node ? QString::fromStdString(node->display) : QStringLiteral("(none)");
}

ByteRange place(std::string_view frame, std::string_view filter) {
    const auto bytes = frames::bytes(frame);
    const auto tree = dissect(bytes);
    const auto* node = tree.find(filter);
    return node ? node->range : ByteRange{};
}

} // namespace

class TestDissect : public QObject {
    Q_OBJECT
private slots:
    void frame_summarized_readsAsPeopleExpect_data() {
        QTest::addColumn<QString>("hex");
        QTest::addColumn<QString>("columns");
        const auto row = [](const char* name, std::string_view hex, const char* columns) {
            QTest::newRow(name) << QString::fromLatin1(hex.data(), qsizetype(hex.size())) << QString::fromUtf8(columns);
        };
        row("arp request", frames::kArpRequest,
            "ARP|ARP|00:00:00:00:00:01|ff:ff:ff:ff:ff:ff|Who has 192.168.0.1? Tell 192.168.0.5");
        row("arp reply", frames::kArpReply,
            "ARP|ARP|00:00:00:00:00:03|00:00:00:00:00:01|192.168.0.1 is at 00:00:00:00:00:03");
        row("dns query", frames::kDnsQuery, "DNS|DNS|192.168.0.5|192.168.0.1|Standard query 0x46b6 A google.com");
        row("dns answer", frames::kDnsAnswer,
            "DNS|DNS|192.168.0.1|192.168.0.5|Standard query response 0x46b6 A google.com A 8.8.8.8");
        row("dns cname", frames::kDnsCname,
            "DNS|DNS|192.168.0.1|192.168.0.5|Standard query response 0x38f4 A www.google.com CNAME google.com A "
            "8.8.8.8");
        row("dns no such name", frames::kDnsNoSuchName,
            "DNS|DNS|192.168.0.1|192.168.0.5|Standard query response 0x8961 No such name A nosuch.com");
        row("dns aaaa", frames::kDnsAaaaQuery, "DNS|DNS|192.168.0.5|192.168.0.1|Standard query 0x383a AAAA google.com");
        row("syn", frames::kSyn,
            "TCP|SYN|192.168.0.5|8.8.8.8|61010 → 80 [SYN] Seq=277235106 Win=64240 Len=0 MSS=1460 SACK_PERM "
            "TSval=1659366316 TSecr=0 WS=128");
        row("syn-ack", frames::kSynAck,
            "TCP|S+A|8.8.8.8|192.168.0.5|80 → 61010 [SYN, ACK] Seq=2206149959 Ack=277235107 Win=65160 Len=0 MSS=1460 "
            "SACK_PERM "
            "TSval=1131664652 TSecr=1659366316 WS=128");
        row("fin", frames::kFin,
            "TCP|FIN|192.168.0.5|8.8.8.8|61010 → 80 [FIN, ACK] Seq=277235173 Ack=2206150225 Win=501 Len=0 "
            "TSval=1659366408 TSecr=1131664689");
        row("get", frames::kGet, "HTTP|GET|192.168.0.5|8.8.8.8|GET / HTTP/1.1");
        row("page", frames::kPage, "HTTP|200|8.8.8.8|192.168.0.5|HTTP/1.1 200 OK  (text/html)");
        row("ttl", frames::kTtlExceeded,
            "ICMP|TTL|10.0.1.254|10.0.1.1|Time-to-live exceeded (Time to live exceeded in transit)");
        row("port unreachable", frames::kPortUnreachable,
            "ICMP|ICMP|10.0.4.9|10.0.1.1|Destination unreachable (Port unreachable)");
        row("vxlan", frames::kVxlan, "VXLAN|VXLAN|192.0.2.1|198.51.100.2|VXLAN network 42");
        row("dhcp", frames::kDhcpDiscover,
            "DHCP|DHCP|0.0.0.0|255.255.255.255|DHCP Discover - Transaction ID 0x721a9177");
        row("rip", frames::kRip, "RIPv2|RIP|10.0.12.1|10.0.12.2|Response, 2 routes");
        row("igmp report", frames::kIgmpReport,
            "IGMPv3|IGMP|10.0.3.254|224.0.0.22|Membership Report / Join group 224.0.0.9 for any sources");
        row("lldp", frames::kLldp,
            "LLDP|LLDP|02:00:00:00:00:07|01:80:c2:00:00:0e|MA/02:00:00:00:00:07 IN/eth1 120 SysN=sw1");
    }
    void frame_summarized_readsAsPeopleExpect() {
        QFETCH(QString, hex);
        QFETCH(QString, columns);
        const auto s = summarize(frames::bytes(hex.toStdString()));
        const auto text =
            QString::fromStdString(s.protocolName + "|" + s.word + "|" + s.source + "|" + s.destination + "|" + s.info);
        QCOMPARE(text, columns);
        QVERIFY2(s.word.size() <= 5, s.word.c_str());
    }

    void pingAndPong_summarized_haveTheirWords() {
        const auto ping = summarize(frames::bytes(frames::kPing)), pong = summarize(frames::bytes(frames::kPong));
        QCOMPARE(ping.word, "PING");
        QCOMPARE(pong.word, "PONG");
        QVERIFY(QString::fromStdString(ping.info).contains(
            QRegularExpression("^Echo \\(ping\\) request id=0x[0-9a-f]{4}, seq=1, ttl=64$")));
        QCOMPARE(summarize(frames::bytes(frames::kReset)).word, "RST");
    }

    void syn_dissected_hasFieldsAtTheirPlaces() {
        QCOMPARE(field(frames::kSyn, "eth.type"), "0x0800 (IPv4)");
        QCOMPARE(field(frames::kSyn, "ip.ttl"), "64");
        QCOMPARE(place(frames::kSyn, "ip.ttl"), (ByteRange{22, 1}));
        QCOMPARE(field(frames::kSyn, "ip.src"), "192.168.0.5");
        QCOMPARE(place(frames::kSyn, "ip.src"), (ByteRange{26, 4}));
        QCOMPARE(field(frames::kSyn, "ip.flags.df"), "Set");
        QCOMPARE(place(frames::kSyn, "tcp"), (ByteRange{34, 40}));
        QCOMPARE(place(frames::kSyn, "tcp.checksum"), (ByteRange{50, 2}));
        QCOMPARE(field(frames::kSyn, "tcp.options.mss_val"), "1460 bytes");
        QCOMPARE(place(frames::kSyn, "tcp.options.mss_val"), (ByteRange{54, 4}));
        QCOMPARE(field(frames::kSyn, "tcp.options.wscale.shift"), "7 (multiply by 128)");
        QCOMPARE(field(frames::kSack, "tcp.options.sack_le"), "1626147611");
    }

    void igmpReport_dissected_hasWiresharksFields() {
        QCOMPARE(field(frames::kIgmpReport, "igmp.version"), "3");
        QCOMPARE(field(frames::kIgmpReport, "igmp.type"), "Membership Report (0x22)");
        QCOMPARE(place(frames::kIgmpReport, "igmp.type"), (ByteRange{38, 1}));
        QCOMPARE(field(frames::kIgmpReport, "igmp.num_grp_recs"), "1");
        QCOMPARE(field(frames::kIgmpReport, "igmp.record_type"), "Change To Exclude Mode (4)");
        QCOMPARE(field(frames::kIgmpReport, "igmp.maddr"), "224.0.0.9");
        QCOMPARE(place(frames::kIgmpReport, "igmp.maddr"), (ByteRange{50, 4}));
    }

    void lldp_dissected_saysWhoIsThere() {
        const auto tree = dissect(frames::bytes(frames::kLldp));
        QCOMPARE(tree.mac("lldp.chassis.id.mac"), sim::wire::MacAddress::parse("02:00:00:00:00:07"));
        QCOMPARE(tree.find("lldp.chassis.subtype")->valueName, "MAC address");
        QCOMPARE(field(frames::kLldp, "lldp.port.id"), "eth1");
        QCOMPARE(place(frames::kLldp, "lldp.port.id"), (ByteRange{26, 4}));
        QVERIFY(tree.number("lldp.time_to_live") == 120u);
        QCOMPARE(field(frames::kLldp, "lldp.tlv.system.name"), "sw1");
        QVERIFY(tree.flag("lldp.tlv.system_cap.router") == true);
        QVERIFY(tree.flag("lldp.tlv.enable_system_cap.router") == false);
        QVERIFY(tree.address("lldp.mgn.addr.ip4") == sim::wire::IpAddress::v4(0xc0a80001));
        QVERIFY(tree.number("lldp.mgn.interface.number") == 2u);
        // The name is 3 bytes long; 255 reach past the end of the frame.
        std::string frame(frames::kLldp);
        frame.replace(2 * 46, 2, "ff");
        QVERIFY(anyMalformed(*dissect(frames::bytes(frame)).find("lldp")));
    }

    void checksums_rightOrWrong_areToldApart() {
        QCOMPARE(field(frames::kArpRequest, "ip.checksum"), "(none)");
        QCOMPARE(field(frames::kAck, "ip.checksum"), "0x203d (correct)");
        QCOMPARE(field(frames::kAck, "tcp.checksum"), "0x472a (correct)");
        std::string bad(frames::kDnsQuery);
        bad.replace(2 * 24, 4, "1b9f"); // the header checksum of this frame is 0x1b9e
        QCOMPARE(field(bad, "ip.checksum"), "0x1b9f (incorrect, should be 0x1b9e)");
        QCOMPARE(field(frames::kDnsQuery, "ip.checksum"), "0x1b9e (correct)");
    }

    void icmpError_dissected_carriesTheQuoteInside() {
        const auto bytes = frames::bytes(frames::kTtlExceeded);
        const auto tree = dissect(bytes);
        const auto* icmp = tree.find("icmp");
        QVERIFY(icmp);
        const auto* quotedIp = icmp->find("ip.ttl");
        QVERIFY(quotedIp);
        QCOMPARE(quotedIp->display, "1");
        QCOMPARE(quotedIp->range, (ByteRange{50, 1}));
        QCOMPARE(icmp->find("udp.dstport")->display, "33434");
        QCOMPARE(tree.find("ip.ttl")->display, "64");
    }

    void nameWithPointerLoop_dissected_ends() {
        // A query whose name points at itself: c0 0c at offset 12 of the message.
        std::string frame(frames::kDnsQuery);
        frame.replace(2 * 54, 4, "c00c");
        const auto bytes = frames::bytes(frame);
        const auto tree = dissect(bytes);
        QVERIFY(anyMalformed(*tree.find("dns")));
        QCOMPARE(soundness(tree, bytes.size()), "");
    }

    void ipFrameWithoutEthernet_dissected_startsAtIp() {
        auto bytes = frames::bytes(frames::kDnsQuery);
        bytes.erase(bytes.begin(), bytes.begin() + 14);
        QCOMPARE(dissect(bytes, sim::wire::LinkType::RawIp).children.front().filter(), "ip");
        QCOMPARE(summarize(bytes, sim::wire::LinkType::RawIp).info, "Standard query 0x46b6 A google.com");
    }

    void realFrame_dissected_hasNothingMalformed() {
        for (const auto hex : frames::kAll) {
            const auto bytes = frames::bytes(hex);
            const auto tree = dissect(bytes);
            // A capture on the sending machine shows TCP and UDP checksums that its hardware fills in later.
            if (anyMalformed(tree)) {
                const auto* tcp = tree.find("tcp.checksum");
                const auto* udp = tree.find("udp.checksum");
                QVERIFY2((tcp && tcp->malformed) || (udp && udp->malformed), std::string(hex).c_str());
            }
            QCOMPARE(soundness(tree, bytes.size()), "");
        }
    }

    void everyPrefix_dissected_staysInsideTheFrame() {
        for (const auto hex : frames::kAll) {
            const auto whole = frames::bytes(hex);
            for (std::size_t n = 0; n <= whole.size(); ++n) {
                // A vector of its own: a read past the end is a read outside the allocation.
                const std::vector<std::uint8_t> bytes(whole.begin(), whole.begin() + std::ptrdiff_t(n));
                const auto tree = dissect(bytes);
                if (const auto wrong = soundness(tree, n); !wrong.isEmpty()) QFAIL(qPrintable(wrong));
                QCOMPARE(summarize(bytes).length, std::uint32_t(n));
                const std::vector<std::uint8_t> ip(bytes.begin() + std::ptrdiff_t(std::min<std::size_t>(n, 14)),
                                                   bytes.end());
                if (const auto wrong = soundness(dissect(ip, sim::wire::LinkType::RawIp), ip.size()); !wrong.isEmpty())
                    QFAIL(qPrintable(wrong));
                QCOMPARE(protocolOf(bytes), summarize(bytes).protocol);
                QCOMPARE(protocolOf(ip, sim::wire::LinkType::RawIp),
                         summarize(ip, sim::wire::LinkType::RawIp).protocol);
            }
        }
    }

    void everyByteMutation_dissected_staysInsideTheFrame() {
        for (const auto hex : frames::kAll) {
            auto bytes = frames::bytes(hex);
            const std::size_t headers = std::min<std::size_t>(bytes.size(), 160);
            for (std::size_t at = 0; at < headers; ++at) {
                const auto old = bytes[at];
                for (int value = 0; value < 256; value += at < 58 ? 1 : 15) {
                    bytes[at] = std::uint8_t(value);
                    const auto tree = dissect(bytes);
                    if (const auto wrong = soundness(tree, bytes.size()); !wrong.isEmpty()) QFAIL(qPrintable(wrong));
                    const auto s = summarize(bytes);
                    if (protocolOf(bytes) != s.protocol) QFAIL(std::string(hex).c_str());
                    if (s.word.empty() || s.word.size() > 5 || s.info.empty()) QFAIL(std::string(hex).c_str());
                }
                bytes[at] = old;
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestDissect)
#include "test_dissect.moc"
