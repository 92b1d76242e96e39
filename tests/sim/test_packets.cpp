// The vocabulary of tests/support says what is not so, and nothing of what is.
#include "tests/sim/frames.h"
#include "tests/support/packets.h"

#include <QTest>

using namespace support;

class TestPackets : public QObject {
    Q_OBJECT
private slots:
    void frames_asTheyAre_differInNothing() {
        const auto of = [](std::string_view hex) { return frames::bytes(hex); };
        QCOMPARE(
            Packet(of(frames::kSyn))
                .differs({tcp(), tcp(2), ttl(64), from("192.168.0.5"), to("8.8.8.8"), fromPort(61010), toPort(80)}),
            std::string());
        QCOMPARE(Packet(of(frames::kDnsQuery)).differs({udp(), ttl(64), fromPort(58888), toPort(53)}), std::string());
        QCOMPARE(Packet(of(frames::kTtlExceeded)).differs({icmp(11), from("10.0.1.254")}), std::string());
        QVERIFY(Packet(of(frames::kIgmpReport)).is({igmp(), ttl(1)}));
        QVERIFY(Packet(of(frames::kArpRequest)).arp);
    }
    void frame_otherwise_isSaidInEveryPoint() {
        const Packet p(frames::bytes(frames::kSyn));
        QCOMPARE(
            p.differs({ttl(63), udp(), toPort(80), tcp(18), to("8.8.4.4")}),
            std::string("TTL is 64, not 63; not UDP; TCP flags is 2, not 18; destination is 8.8.8.8, not 8.8.4.4"));
        QVERIFY(!p.is({icmp(8)}) && !p.is({fromPort(1)}) && !p.is({from("1.1.1.1")}) && !p.is({igmp()}));
        QVERIFY(!Packet(frames::bytes(frames::kArpRequest)).is({ttl(64)}));
        QVERIFY(!Packet(std::vector<std::uint8_t>(5)).is({tcp()}));
    }
};

QTEST_GUILESS_MAIN(TestPackets)
#include "test_packets.moc"
