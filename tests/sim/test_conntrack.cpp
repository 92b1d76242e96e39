// Connection tracking and source NAT, packet by packet. The literal packets and their checksums come from outside.
#include "sim/decisions/all.h"
#include "sim/stack/conntrack_tcp.h"
#include "sim/stack/context.h"
#include "sim/wire/tcp.h"
#include "sim/wire/udp.h"

#include <QTest>

#undef emit // headers are emitted here

using namespace sim;
using namespace sim::stack;
using namespace std::chrono_literals;
using trace::DecisionKind;
using trace::kindOf;
using wire::TcpFlags;

namespace {

constexpr std::uint32_t kLan = 1, kWan = 2;
constexpr std::uint32_t kDesk = 0xc0a80005, kOutside = 0x05050505, kGoogle = 0x08080808;

/// Router is a home router by hand: lan0 192.168.0.1/24, wan0 5.5.5.5/24 with masquerade.
struct Router {
    kernel::EventQueue queue;
    kernel::FramePool frames;
    std::vector<link::Port> ports;
    std::vector<link::Channel> channels;
    std::vector<link::FaultInjector> faults;
    trace::Counters counters;
    std::uint32_t framesInFlight = 0, appsRunning = 0;
    trace::TraceLog log;
    System system;
    World world{queue, frames, ports, channels, faults, counters, framesInFlight, appsRunning, 0s, 0, &log};

    Router() {
        system.name = "home";
        system.interfaces.resize(3);
        system.interfaces[0].addresses = {*wire::Prefix::parse("127.0.0.1/8")};
        system.interfaces[kLan].addresses = {*wire::Prefix::parse("192.168.0.1/24")};
        system.interfaces[kWan].addresses = {*wire::Prefix::parse("5.5.5.5/24")};
        system.tracking = true;
        system.conntrack.outside = kWan;
        system.rng = kernel::Rng(1, 2);
        log.beginEvent(0s, 1, 0);
    }
    Context context() { return Context(world, kernel::DeviceId{0}, system); }
    Track arrive(std::vector<std::uint8_t>& packet) {
        Context c = context();
        Track track;
        [&] { QVERIFY(conntrack::incoming(c, Track::kNone, packet, track)); }();
        return track;
    }
    /// pass lets a packet be forwarded out of an interface.
    Track pass(std::vector<std::uint8_t>& packet, std::uint32_t out) {
        Track track = arrive(packet);
        Context c = context();
        [&] { QVERIFY(conntrack::outgoing(c, out, packet, track)); }();
        return track;
    }
    QByteArray passed(const char* hex, std::uint32_t out) {
        const auto bytes = QByteArray::fromHex(hex);
        std::vector<std::uint8_t> packet(bytes.begin(), bytes.end());
        pass(packet, out);
        return QByteArray(reinterpret_cast<const char*>(packet.data()), qsizetype(packet.size())).toHex();
    }
    std::vector<DecisionKind> decisions() const {
        std::vector<DecisionKind> kinds;
        for (const auto& r : log.records())
            if (r.kind == trace::RecordKind::Decision) kinds.push_back(r.decision());
        return kinds;
    }
    const Connection& connection(const Track& t) const { return system.conntrack.connections[t.connection]; }
};

std::vector<std::uint8_t> segment(std::uint32_t from, std::uint16_t fromPort, std::uint32_t to, std::uint16_t toPort,
                                  std::uint8_t flags) {
    std::vector<std::uint8_t> p(40);
    wire::Ipv4Header ip;
    ip.protocol = 6;
    ip.totalLength = 40;
    ip.source = from;
    ip.destination = to;
    ip.write(p.data());
    wire::TcpHeader h;
    h.sourcePort = fromPort;
    h.destinationPort = toPort;
    h.flags = flags;
    h.write(std::span(p).subspan(20), wire::Ipv4View(p.data()).addresses());
    return p;
}

std::vector<std::uint8_t> datagram(std::uint32_t from, std::uint16_t fromPort, std::uint32_t to, std::uint16_t toPort) {
    std::vector<std::uint8_t> p(30, 0x61);
    wire::Ipv4Header ip;
    ip.protocol = 17;
    ip.totalLength = 30;
    ip.source = from;
    ip.destination = to;
    ip.write(p.data());
    wire::emitUdp(std::span(p).subspan(20), fromPort, toPort, wire::Ipv4View(p.data()).addresses());
    return p;
}

bool checksumsOk(std::vector<std::uint8_t>& p) {
    auto ip = *wire::Ipv4View::parse(p);
    if (!ip.checksumOk()) return false;
    if (ip.protocol() == 6) return wire::TcpHeader::checksumOk(ip.payload(), ip.addresses());
    return wire::UdpView::parse(ip.payload())->checksumOk(ip.addresses());
}

const char kSynInside[] = "45000028123440003f0658dfc0a80005080808089c400050000003e8000000005002faf043bc0000";
const char kSynOutside[] = "45000028123440003f060f8305050505080808089c400050000003e8000000005002faf0fa5f0000";
const char kUdpInside[] = "4500001f123440003f1158ddc0a800050808080814e90035000b559a616263";

} // namespace

class TestConntrack : public QObject {
    Q_OBJECT
private slots:
    void syn_leavesByWan_hasOutsideSourceSamePortAndGoodChecksums() {
        Router r;
        QCOMPARE(r.passed(kSynInside, kWan), QByteArray(kSynOutside));
        QCOMPARE(r.decisions(), std::vector{kindOf<decisions::NatCreated>});
    }
    void synAck_comesBack_goesToDesk() {
        Router r;
        r.passed(kSynInside, kWan);
        QCOMPARE(r.passed("45000028000040003d0623b7080808080505050500509c4000001388000003e95012faf0e6c60000", kLan),
                 QByteArray("45000028000040003d066d1308080808c0a8000500509c4000001388000003e95012faf030230000"));
        QCOMPARE(r.decisions(), (std::vector{kindOf<decisions::NatCreated>, kindOf<decisions::NatApplied>}));
    }
    void udp_translated_data() {
        QTest::addColumn<QByteArray>("inside");
        QTest::addColumn<QByteArray>("outside");
        QTest::newRow("with checksum") << QByteArray(kUdpInside)
                                       << QByteArray("4500001f123440003f110f81050505050808080814e90035000b0c3e616263");
        QTest::newRow("none stays none") << QByteArray("4500001f123440003f1158ddc0a800050808080814e90035000b0000616263")
                                         << QByteArray(
                                                "4500001f123440003f110f81050505050808080814e90035000b0000616263");
        QTest::newRow("0 becomes ffff") << QByteArray("4500001e123440003f1158dec0a800050808080814e90035000a495cd0a2")
                                        << QByteArray("4500001e123440003f110f82050505050808080814e90035000affffd0a2");
        QTest::newRow("echo") << QByteArray("45000020123440003f0158ecc0a800050808080808006e6d0007000168692121")
                              << QByteArray("45000020123440003f010f90050505050808080808006e6d0007000168692121");
    }
    void udp_translated() {
        QFETCH(QByteArray, inside);
        QFETCH(QByteArray, outside);
        Router r;
        QCOMPARE(r.passed(inside.constData(), kWan), outside);
    }
    void timeExceeded_quotesTranslatedDatagram_isTranslatedInsideAndOut() {
        Router r;
        r.passed(kUdpInside, kWan);
        QCOMPARE(
            r.passed("45c0003b007700003e015f7809090901050505050b000f36000000004500001f1234400001114d810505050508080808"
                     "14e90035000b0c3e616263",
                     kLan),
            QByteArray(
                "45c0003b007700003e01a8d409090901c0a800050b00c5d9000000004500001f12344000011196ddc0a8000508080808"
                "14e90035000b559a616263"));
    }
    void error_aboutNothingKnown_passesUntouched() {
        Router r;
        const QByteArray error =
            "45c0003b007700003e015f7809090901050505050b000f36000000004500001f1234400001114d8105050505"
            "0808080814e90035000b0c3e616263";
        QCOMPARE(r.passed(error.constData(), kLan), error);
    }
    void secondHost_samePort_getsAnotherPort() {
        Router r;
        auto first = segment(kDesk, 40000, kGoogle, 80, TcpFlags::kSyn),
             second = segment(kDesk + 1, 40000, kGoogle, 80, TcpFlags::kSyn);
        r.pass(first, kWan);
        const auto track = r.pass(second, kWan);
        const auto port = wire::get16(&second[20]);
        QVERIFY(port != 40000 && port >= 1024);
        QCOMPARE(wire::Ipv4View(second.data()).source(), kOutside);
        QVERIFY(checksumsOk(second));
        QCOMPARE(r.decisions(), (std::vector{kindOf<decisions::NatCreated>, kindOf<decisions::NatPortTaken>,
                                             kindOf<decisions::NatCreated>}));
        auto answer = segment(kGoogle, 80, kOutside, port, TcpFlags::kSyn | TcpFlags::kAck);
        const auto back = r.pass(answer, kLan);
        QCOMPARE(back.connection, track.connection);
        QCOMPARE(wire::Ipv4View(answer.data()).destination(), kDesk + 1);
        QCOMPARE(wire::get16(&answer[22]), std::uint16_t(40000));
        QVERIFY(checksumsOk(answer));
    }
    void ownQuery_leavesByWan_isTrackedNotTranslated() {
        Router r;
        auto query = datagram(kOutside, 5000, 0x01010101, 53);
        const auto before = query;
        const auto track = r.pass(query, kWan);
        QCOMPARE(query, before);
        QVERIFY(!r.connection(track).sourceNat);
        QVERIFY(r.decisions().empty());
    }
    void stranger_toOutsideAddress_isTrackedWhenDelivered() {
        Router r;
        auto syn = segment(kGoogle, 4000, kOutside, 22, TcpFlags::kSyn);
        auto track = r.arrive(syn);
        QVERIFY(track.fresh);
        QCOMPARE(wire::Ipv4View(syn.data()).destination(), kOutside);
        Context c = r.context();
        conntrack::delivered(c, track);
        QVERIFY(!track.fresh);
        QCOMPARE(r.system.conntrack.tuples.size(), std::size_t(2));
    }
    void handshakeDataClose_seenFromTheMiddle_goesThroughLinuxsStates() {
        Router r;
        struct Step {
            bool reply;
            std::uint8_t flags;
            TrackedTcp state;
            bool assured;
            kernel::SimTime timeout;
        };
        using F = TcpFlags;
        const Step steps[] = {
            {false, F::kSyn, TrackedTcp::SynSent, false, 120s},
            {true, F::kSyn | F::kAck, TrackedTcp::SynReceived, false, 60s},
            {false, F::kAck, TrackedTcp::Established, true, 432'000s},
            {false, F::kAck | F::kPsh, TrackedTcp::Established, true, 432'000s},
            {true, F::kAck | F::kPsh, TrackedTcp::Established, true, 432'000s},
            {false, F::kAck | F::kFin, TrackedTcp::FinWait, true, 120s},
            {true, F::kAck | F::kFin, TrackedTcp::LastAck, true, 30s},
            {false, F::kAck, TrackedTcp::TimeWait, true, 120s},
        };
        for (const Step& s : steps) {
            r.world.now += 1s;
            auto p =
                s.reply ? segment(kGoogle, 80, kOutside, 40000, s.flags) : segment(kDesk, 40000, kGoogle, 80, s.flags);
            const auto track = r.pass(p, s.reply ? kLan : kWan);
            QCOMPARE(track.reply, s.reply);
            const Connection& k = r.connection(track);
            QCOMPARE(conntrack::stateName(k.tcp), conntrack::stateName(s.state));
            QCOMPARE(k.assured, s.assured);
            QCOMPARE((k.expires - r.world.now).count(), s.timeout.count());
        }
        auto again = segment(kDesk, 40000, kGoogle, 80, F::kSyn);
        QVERIFY(r.arrive(again).fresh);
    }
    void reset_withoutConnection_isNotTracked() {
        Router r;
        auto rst = segment(kDesk, 40000, kGoogle, 80, TcpFlags::kRst);
        const auto track = r.arrive(rst);
        QVERIFY(!track.fresh);
        QCOMPARE(track.connection, Track::kNone);
    }
    void ack_withoutConnection_isPickedUp() {
        Router r;
        auto ack = segment(kDesk, 40000, kGoogle, 80, TcpFlags::kAck);
        const auto track = r.pass(ack, kWan);
        QCOMPARE(conntrack::stateName(r.connection(track).tcp), "ESTABLISHED");
        QCOMPARE(wire::Ipv4View(ack.data()).source(), kOutside);
    }
    void udpAnswer_laterThan30s_findsNoMapping() {
        Router r;
        auto query = datagram(kDesk, 5000, kGoogle, 53), soon = datagram(kGoogle, 53, kOutside, 5000), late = soon;
        r.pass(query, kWan);
        r.world.now = 29s;
        r.pass(soon, kLan);
        QCOMPARE(wire::Ipv4View(soon.data()).destination(), kDesk);
        r.world.now = 59s;
        const auto track = r.arrive(late);
        QVERIFY(track.fresh);
        QCOMPARE(wire::Ipv4View(late.data()).destination(), kOutside);
        QCOMPARE(r.system.conntrack.tuples.size(), std::size_t(0));
    }
    void udpStream_after2sWithAnswers_lives120s() {
        Router r;
        auto query = datagram(kDesk, 5000, kGoogle, 53), answer = datagram(kGoogle, 53, kOutside, 5000),
             more = datagram(kDesk, 5000, kGoogle, 53);
        r.pass(query, kWan);
        r.pass(answer, kLan);
        r.world.now = 3s;
        const auto track = r.pass(more, kWan);
        QVERIFY(r.connection(track).assured);
        QCOMPARE((r.connection(track).expires - 3s).count(), kernel::SimTime(120s).count());
    }
    void manyFlows_expired_leaveNothingBehind() {
        Router r;
        for (int i = 0; i < 3000; ++i) {
            r.world.now += 1s;
            auto p = datagram(kDesk, std::uint16_t(1024 + i), kGoogle, 53);
            r.pass(p, kWan);
        }
        QVERIFY2(r.system.conntrack.connections.size() < 100,
                 qPrintable(QString::number(r.system.conntrack.connections.size())));
    }
    void ports_allTaken_dropsInsteadOfMixing() {
        Router r;
        std::size_t refused = 0;
        for (std::uint32_t host = 0; host < 600; ++host) {
            auto p = datagram(kDesk + host, 100, kGoogle, 53);
            Track t = r.arrive(p);
            Context c = r.context();
            refused += !conntrack::outgoing(c, kWan, p, t);
        }
        QVERIFY(refused >= 600 - 511);
        QCOMPARE(r.system.conntrack.tuples.size(), 2 * (600 - refused));
    }
    void fragment_notTheFirst_hidesItsSender() {
        Router r;
        auto p = datagram(kDesk, 5000, kGoogle, 53);
        wire::put16(&p[6], 0x00b9);
        wire::put16(&p[10], 0);
        wire::put16(&p[10], wire::checksum(std::span(p).first(20)));
        const auto body = std::vector(p.begin() + 20, p.end());
        r.pass(p, kWan);
        QCOMPARE(wire::Ipv4View(p.data()).source(), kOutside);
        QVERIFY(wire::Ipv4View(p.data()).checksumOk());
        QCOMPARE(std::vector(p.begin() + 20, p.end()), body);
    }
    void pingToItself_overLoopback_isOneFlow() {
        Router r;
        auto echo = QByteArray::fromHex("4500001c000000004001"
                                        "7cde"
                                        "7f0000017f0000010800f7f800070000");
        std::vector<std::uint8_t> request(echo.begin(), echo.end()), reply = request;
        reply[20] = 0;
        r.pass(request, 0);
        const auto track = r.pass(reply, 0);
        QVERIFY(track.reply);
        QCOMPARE(r.system.conntrack.connections.size(), std::size_t(1));
    }
};

QTEST_APPLESS_MAIN(TestConntrack)
#include "test_conntrack.moc"
