// Headers and addresses: literal bytes made elsewhere, there and back, checksums, and what a parser must refuse.
#include "sim/kernel/rng.h"
#include "sim/wire/address.h"
#include "sim/wire/arp.h"
#include "sim/wire/checksum.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/http.h"
#include "sim/wire/icmp.h"
#include "sim/wire/ipv4.h"
#include "sim/wire/tcp.h"
#include "sim/wire/udp.h"

#include <QTest>

using namespace sim::wire;
using sim::kernel::Rng;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes(const char* hex) {
    const auto b = QByteArray::fromHex(hex);
    return {b.begin(), b.end()};
}
QByteArray hex(std::span<const std::uint8_t> b) {
    return QByteArray(reinterpret_cast<const char*>(b.data()), qsizetype(b.size())).toHex();
}
constexpr std::array<std::uint8_t, 8> kAddresses{192, 168, 0, 5, 8, 8, 8, 8};

/// slowSum is RFC 1071's definition, word by word.
std::uint16_t slowSum(std::span<const std::uint8_t> b) {
    std::uint32_t s = 0;
    for (std::size_t i = 0; i < b.size(); i += 2)
        s += std::uint32_t(b[i] << 8) + (i + 1 < b.size() ? b[i + 1] : 0);
    while (s >> 16)
        s = (s & 0xffff) + (s >> 16);
    return std::uint16_t(~s);
}

TcpHeader dataSegment() {
    TcpHeader h;
    h.sourcePort = 40000;
    h.destinationPort = 80;
    h.sequence = 1;
    h.acknowledgment = 2;
    h.flags = TcpFlags::kAck;
    h.window = 502;
    h.options.timestamps = true;
    h.options.tsValue = 5;
    h.options.tsEcho = 6;
    return h;
}
Bytes emitted(const TcpHeader& h, std::string_view payload = {}) {
    Bytes segment(h.size() + payload.size());
    std::copy(payload.begin(), payload.end(), segment.begin() + std::ptrdiff_t(h.size()));
    h.write(segment, kAddresses);
    return segment;
}

} // namespace

class TestWire : public QObject {
    Q_OBJECT
private slots:
    void ethernet_header_hasDestinationFirst() {
        Bytes frame(14);
        EthernetView::parse(frame)->set(MacAddress::broadcast(), MacAddress::fromNumber(0x0000'0000'0001),
                                        EtherType::Arp);
        QCOMPARE(hex(frame), QByteArray("ffffffffffff0000000000010806"));
        const auto view = *EthernetView::parse(frame);
        QVERIFY(view.destination().isBroadcast());
        QCOMPARE(view.source().number(), std::uint64_t(1));
        QCOMPARE(view.etherType(), std::uint16_t(0x0806));
        frame.pop_back();
        QVERIFY(!EthernetView::parse(frame));
    }
    void arp_request_isThatOfRfc826() {
        ArpPacket p;
        p.senderMac = MacAddress::fromNumber(1);
        p.sender = *IpAddress::parse("192.168.0.5");
        p.target = *IpAddress::parse("192.168.0.1");
        std::array<std::uint8_t, 28> b{};
        p.write(b);
        QCOMPARE(hex(b), QByteArray("0001080006040001000000000001c0a80005000000000000c0a80001"));
        QCOMPARE(ArpPacket::parse(b), std::optional(p));
        for (const std::size_t at : {1u, 2u, 4u, 5u}) {
            auto other = b;
            other[at] ^= 1;
            QVERIFY2(!ArpPacket::parse(other), qPrintable(QString("byte %1").arg(at)));
        }
        QVERIFY(!ArpPacket::parse(std::span(b).first(27)));
    }
    void ipv4_header_hasItsChecksum() {
        Ipv4Header h;
        h.tos = 0xc0;
        h.totalLength = 84;
        h.id = 0xbeef;
        h.dontFragment = true;
        h.protocol = 1;
        h.source = 0xc0a80005;
        h.destination = 0x08080808;
        Bytes b(84);
        h.write(b.data());
        QCOMPARE(hex(std::span(b).first(20)), QByteArray("45c00054beef40004001aa3cc0a8000508080808"));
        auto v = *Ipv4View::parse(b);
        QVERIFY(v.checksumOk() && v.dontFragment() && !v.isFragment());
        v.decrementTtl();
        v.setSource(0x05050505);
        v.setDestination(0xffffffff);
        QVERIFY(v.checksumOk());
        QCOMPARE(v.ttl(), std::uint8_t(63));
    }
    void ipv4_fragment_saysSo() {
        Ipv4Header h;
        h.totalLength = 1396;
        h.id = 7;
        h.ttl = 63;
        h.protocol = 17;
        h.moreFragments = true;
        h.fragmentOffset = 172;
        h.source = 0x0a000001;
        h.destination = 0x0a000002;
        Bytes b(1396);
        h.write(b.data());
        QCOMPARE(hex(std::span(b).first(20)), QByteArray("45000574000720ac3f1141c40a0000010a000002"));
        const auto v = *Ipv4View::parse(b);
        QVERIFY(v.isFragment() && v.moreFragments() && !v.dontFragment());
        QCOMPARE(v.fragmentOffset(), std::uint16_t(172));
    }
    void ipv4_wrongLengths_areRefused_data() {
        QTest::addColumn<int>("at");
        QTest::addColumn<int>("value");
        QTest::newRow("version 6") << 0 << 0x65;
        QTest::newRow("header of 16 bytes") << 0 << 0x44;
        QTest::newRow("header longer than the packet") << 0 << 0x4f;
        QTest::newRow("longer than what came") << 3 << 29;
        QTest::newRow("shorter than its header") << 3 << 19;
    }
    void ipv4_wrongLengths_areRefused() {
        QFETCH(int, at);
        QFETCH(int, value);
        Bytes b(28);
        Ipv4Header h;
        h.totalLength = 28;
        h.write(b.data());
        QVERIFY(Ipv4View::parse(b).has_value());
        b[std::size_t(at)] = std::uint8_t(value);
        QVERIFY(!Ipv4View::parse(b));
    }
    void icmp_echo_hasItsChecksumOverOddBytes() {
        auto b = bytes("0000000012340001000102030405060708");
        emitIcmp(b, 8, 0, 0x12340001);
        QCOMPARE(hex(b), QByteArray("0800d1ba12340001000102030405060708"));
        auto v = *IcmpView::parse(b);
        QVERIFY(v.checksumOk() && !v.isError());
        v.setIdentifier(0xffff);
        QVERIFY(v.checksumOk());
        auto error = bytes("00000000000000004500");
        emitIcmp(error, 3, 4, 1400);
        QCOMPARE(hex(error), QByteArray("0304b283000005784500"));
        QVERIFY(IcmpView::parse(error)->isError());
        QVERIFY(!IcmpView::parse(std::span(error).first(7)));
    }
    void udp_datagram_hasItsChecksum() {
        auto b = bytes("0000000000000000616263");
        emitUdp(b, 40000, 53, kAddresses);
        QCOMPARE(hex(b), QByteArray("9c400035000bce42616263"));
        QVERIFY(UdpView::parse(b)->checksumOk(kAddresses));
        b[10] ^= 1;
        QVERIFY(!UdpView::parse(b)->checksumOk(kAddresses));
        b[6] = b[7] = 0;
        QVERIFY(UdpView::parse(b)->checksumOk(kAddresses)); // the sender gave none
    }
    void udp_wrongLength_isRefused() {
        auto b = bytes("9c400035000bce42616263");
        b[5] = 12;
        QVERIFY(!UdpView::parse(b));
        b[5] = 7;
        QVERIFY(!UdpView::parse(b));
        b[5] = 9; // padding behind it is not part of it
        QCOMPARE(UdpView::parse(b)->payload().size(), std::size_t(1));
    }
    void tcp_syn_hasLinuxsOptionsInLinuxsOrder() {
        TcpHeader h;
        h.sourcePort = 40000;
        h.destinationPort = 80;
        h.sequence = 0xdeadbeef;
        h.flags = TcpFlags::kSyn;
        h.window = 64240;
        h.options.mss = 1460;
        h.options.sackPermitted = true;
        h.options.timestamps = true;
        h.options.tsValue = 0x01020304;
        h.options.windowScale = 7;
        const auto b = emitted(h);
        QCOMPARE(hex(b),
                 QByteArray("9c400050deadbeef00000000a002faf03e1e0000020405b40402080a010203040000000001030307"));
        QCOMPARE(TcpHeader::parse(b)->header.options, h.options);
    }
    void tcp_dataSackAndPlainSyn_areLiteral() {
        auto h = dataSegment();
        h.flags |= TcpFlags::kPsh;
        const auto data = emitted(h, "GET /");
        QCOMPARE(hex(data), QByteArray("9c4000500000000100000002801801f63cf900000101080a0000000500000006474554202f"));
        QCOMPARE(TcpHeader::parse(data)->payload.size(), std::size_t(5));
        h = dataSegment();
        h.options.sackCount = 1;
        h.options.sack[0] = {1000, 2448};
        QCOMPARE(
            hex(emitted(h)),
            QByteArray("9c4000500000000100000002b01001f6c3dc00000101080a00000005000000060101050a000003e800000990"));
        TcpHeader syn;
        syn.sourcePort = 40000;
        syn.destinationPort = 80;
        syn.sequence = 1;
        syn.flags = TcpFlags::kSyn;
        syn.window = 64240;
        syn.options.mss = 1460;
        syn.options.sackPermitted = true;
        QCOMPARE(hex(emitted(syn)), QByteArray("9c40005000000001000000007002faf01ae00000020405b401010402"));
    }
    void tcp_randomHeaders_comeBackAsTheyWere() {
        Rng rng(11, 0);
        for (int i = 0; i < 2000; ++i) {
            TcpHeader h;
            h.sourcePort = rng.next16();
            h.destinationPort = rng.next16();
            h.sequence = rng.next32();
            h.acknowledgment = rng.next32();
            h.flags = std::uint8_t(rng.below(64));
            h.window = rng.next16();
            if (rng.below(2)) h.options.mss = rng.next16();
            if (rng.below(2)) h.options.windowScale = std::uint8_t(rng.below(15));
            h.options.sackPermitted = rng.below(2);
            if ((h.options.timestamps = rng.below(2)))
                h.options.tsValue = rng.next32(), h.options.tsEcho = rng.next32();
            if (!h.options.mss && !h.options.windowScale && !h.options.sackPermitted) {
                h.options.sackCount = std::uint8_t(rng.below(h.options.timestamps ? 4 : 5));
                for (std::size_t k = 0; k < h.options.sackCount; ++k)
                    h.options.sack[k] = {rng.next32(), rng.next32()};
            }
            const std::string payload(rng.below(40), 'x');
            const auto b = emitted(h, payload);
            QCOMPARE(b.size() % 4, payload.size() % 4);
            QVERIFY(TcpHeader::checksumOk(b, kAddresses));
            const auto back = TcpHeader::parse(b);
            QVERIFY(back.has_value());
            QVERIFY(back->header.options == h.options);
            QCOMPARE(back->header.sequence, h.sequence);
            QCOMPARE(back->header.acknowledgment, h.acknowledgment);
            QCOMPARE(back->header.flags, h.flags);
            QCOMPARE(back->payload.size(), payload.size());
        }
    }
    void tcp_malformed_isRefusedOrReadSoFar() {
        auto b = emitted(dataSegment());
        QVERIFY(!TcpHeader::parse(std::span(b).first(19)));
        auto longer = b;
        longer[12] = 0xf0;
        QVERIFY(!TcpHeader::parse(longer));
        longer[12] = 0x40;
        QVERIFY(!TcpHeader::parse(longer));
        for (const int length : {0, 1, 9, 11, 200}) { // of the timestamps option
            auto odd = b;
            odd[23] = std::uint8_t(length);
            const auto parsed = TcpHeader::parse(odd);
            QVERIFY(parsed.has_value());
            QVERIFY2(!parsed->header.options.timestamps, qPrintable(QString::number(length)));
        }
    }
    void anyBytes_givenToEveryParser_areSurvived() {
        Rng rng(12, 0);
        std::size_t read = 0;
        for (int i = 0; i < 20'000; ++i) {
            Bytes b(rng.below(80));
            for (auto& x : b)
                x = std::uint8_t(rng.next());
            if (b.size() > 20 && rng.below(2)) b[0] = 0x45;
            if (const auto ip = Ipv4View::parse(b)) read += Ipv4View(*ip).payload().size();
            if (const auto segment = TcpHeader::parse(b)) read += segment->payload.size();
            if (const auto datagram = UdpView::parse(b)) read += datagram->payload().size();
            if (const auto message = IcmpView::parse(b)) read += message->body().size();
            read += ArpPacket::parse(b).has_value();
        }
        QVERIFY(read > 0);
    }
    void checksum_anyBytes_isThatOfTheDefinition() {
        Rng rng(13, 0);
        for (int i = 0; i < 3000; ++i) {
            Bytes b(rng.below(100));
            for (auto& x : b)
                x = rng.below(4) ? std::uint8_t(rng.next()) : 0xff;
            QCOMPARE(checksum(b), slowSum(b));
            const std::size_t half = b.size() / 4 * 2;
            QCOMPARE(Sum().add(std::span(b).first(half)).add(std::span(b).subspan(half)).finish(), slowSum(b));
        }
        QCOMPARE(checksum(bytes("45000073000040004011"
                                "0000"
                                "c0a80001c0a800c7")),
                 std::uint16_t(0xb861));
    }
    void checksum_updatedWord_isThatOfTheChangedBytes() {
        Rng rng(14, 0);
        for (int i = 0; i < 5000; ++i) {
            Bytes b(20);
            for (auto& x : b)
                x = rng.below(3) ? std::uint8_t(rng.next()) : rng.below(2) ? 0xff : 0;
            b[0] |= 1; // of all-zero bytes alone the sum could be written in two ways
            const auto sum = slowSum(b);
            const auto at = 2 + 2 * rng.below(8);
            const auto after = rng.below(3) ? rng.next32() : rng.below(2) ? 0 : 0xffff'ffff;
            const auto before = get32(&b[at]);
            put32(&b[at], after);
            QCOMPARE(updated32(sum, before, after), slowSum(b));
        }
    }
    void ipv4_text_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("good");
        for (const char* good : {"0.0.0.0", "255.255.255.255", "192.168.0.5", "127.1.2.3"})
            QTest::newRow(good) << QString(good) << true;
        for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "010.0.0.1", "1.2.3.04", "00.0.0.0", "1..2.3",
                                "1.2.3.4 ", " 1.2.3.4", "0x7f.0.0.1", "1.2.3.-4", "+1.2.3.4", "1.2.3.4/24",
                                "3232235525", "1.2.3.1000", "a.b.c.d", ".1.2.3"})
            QTest::newRow(bad) << QString(bad) << false;
    }
    void ipv4_text() {
        QFETCH(QString, text);
        QFETCH(bool, good);
        const auto a = IpAddress::parse(text.toStdString());
        QCOMPARE(a.has_value(), good);
        if (a) QCOMPARE(QString::fromStdString(a->toString()), text);
    }
    void ipv6_text_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("canonical"); // empty: refused
        const auto row = [](const char* text, const char* canonical) {
            QTest::newRow(text) << QString(text) << QString(canonical);
        };
        row("::", "::");
        row("::1", "::1");
        row("1::", "1::");
        row("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
        row("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1");
        row("::ffff:1.2.3.4", "::ffff:102:304");
        row("fe80::200:ff:fe00:0001", "fe80::200:ff:fe00:1");
        row("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0");
        for (const char* bad : {":", ":::", "1:2", "1::2::3", "12345::", "::g", "1:2:3:4:5:6:7:8:9",
                                "1:2:3:4:5:6:7:8::", ":1::", "::1:", "::1%eth0", "1.2.3.4::", "::1.2.3", "[::1]"})
            row(bad, "");
    }
    void ipv6_text() {
        QFETCH(QString, text);
        QFETCH(QString, canonical);
        const auto a = IpAddress::parse(text.toStdString());
        QCOMPARE(a ? QString::fromStdString(a->toString()) : QString(), canonical);
    }
    void mac_text_isReadInThreeWaysAndNoOther() {
        QCOMPARE(MacAddress::parse("00:1A:2b:3c:4d:5e")->toString(), std::string("00:1a:2b:3c:4d:5e"));
        QCOMPARE(MacAddress::parse("00-00-00-00-00-01")->number(), std::uint64_t(1));
        QCOMPARE(MacAddress::parse("001A.2b3c.4D5e")->toString(), std::string("00:1a:2b:3c:4d:5e"));
        for (const char* bad :
             {"001A.2b3c.4D5", "001A.2b3c-4D5e", "0.01A2b3c.4D5e", "001A.2b3c.4Dxe", "00.1A.2b.3c.4d"})
            QVERIFY2(!MacAddress::parse(bad), bad);
        for (const char* bad : {"", "00:00:00:00:00", "00:00:00:00:00:0g", "00:00-00:00:00:01", "0:0:0:0:0:1",
                                "000000000001", "00:00:00:00:00:01 "})
            QVERIFY2(!MacAddress::parse(bad), bad);
        QVERIFY(MacAddress::fromNumber(0x0100'5e00'0001).isGroup());
    }
    void prefix_parts_areThoseOfRfc4632() {
        const auto p = *Prefix::parse("192.168.0.5/24");
        QCOMPARE(p.network().toString(), std::string("192.168.0.0/24"));
        QCOMPARE(p.broadcast().toString(), std::string("192.168.0.255"));
        QVERIFY(p.contains(*IpAddress::parse("192.168.0.200")));
        QVERIFY(!p.contains(*IpAddress::parse("192.168.1.5")));
        QVERIFY(!p.contains(*IpAddress::parse("::1")));
        QVERIFY(Prefix::parse("0.0.0.0/0")->contains(*IpAddress::parse("255.1.2.3")));
        QVERIFY(Prefix::parse("1.2.3.4/31")->broadcast().isNone());
        QCOMPARE(Prefix::parse("10.1.2.3/8")->broadcast().toString(), std::string("10.255.255.255"));
        for (const char* bad : {"1.2.3.4", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/08", "1.2.3.4/-1", "1.2.3.4/+8", "::/129",
                                "/8", "1.2.3.4/8 "})
            QVERIFY2(!Prefix::parse(bad), bad);
    }
    void url_parts_areFoundOrRefused() {
        std::string why;
        QCOMPARE(HttpUrl::parse("http://google.com", why)->path, std::string("/"));
        QCOMPARE(HttpUrl::parse("http://127.0.0.1:8080/a?b=c", why)->toString(),
                 std::string("http://127.0.0.1:8080/a?b=c"));
        QVERIFY(!HttpUrl::parse("https://google.com/", why));
        QVERIFY(!why.empty());
        QVERIFY(!HttpUrl::parse("http://", why));
        QVERIFY(!HttpUrl::parse("http://a:99999/", why));
    }
    void response_cutAnywhere_isTheSame() {
        const std::string text = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello";
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            HttpResponse r;
            r.feed(std::string_view(text).substr(0, cut));
            QCOMPARE(r.complete(), cut == text.size());
            r.feed(std::string_view(text).substr(cut));
            QVERIFY(r.complete());
            QCOMPARE(r.status(), 200);
            QCOMPARE(r.body(), std::string("hello"));
        }
        HttpResponse bad;
        bad.feed("SSH-2.0-OpenSSH\r\n\r\n");
        QVERIFY(bad.bad());
    }
};

QTEST_APPLESS_MAIN(TestWire)
#include "test_wire.moc"
