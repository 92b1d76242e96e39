// How connections begin and end beside the usual way: TIME-WAIT and new SYNs, half-open ends, simultaneous opens, Fast
// Open, and what all that tells ARP. The other end is this test, segment by segment.
#include "sim/decisions/all.h"
#include "sim/devices/network.h"
#include "sim/devices/tables.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/ipv4.h"
#include "sim/wire/tcp.h"

#include "tests/support/networks.h"
#include "tests/support/packets.h"

#include <QTest>

using namespace sim;
using namespace std::chrono_literals;
using namespace support;
using wire::IpAddress;
using wire::TcpFlags;
using wire::TcpHeader;

namespace {

constexpr std::uint8_t kSyn = TcpFlags::kSyn, kAck = TcpFlags::kAck, kFin = TcpFlags::kFin, kRst = TcpFlags::kRst;
constexpr std::uint32_t kHere = 0x0a00'0001, kThere = 0x0a00'0002;

config::Script script(const char* text) {
    std::string wrong;
    return *config::parseScript(text, &wrong);
}

/// Got is a segment that the host sent.
struct Got {
    TcpHeader h;
    std::uint16_t id = 0;
    std::size_t payload = 0;
    kernel::SimTime at{0};
};

/// Lab is a host 10.0.0.2 with a program on port 80, and a wire to this test, 10.0.0.1.
struct Lab {
    devices::Network network{7};
    trace::TraceLog log;
    kernel::DeviceId host;
    kernel::InterfaceId eth0;
    std::size_t seen = 0;
    std::uint32_t stamp = 1000; ///< the value of our timestamps
    std::uint32_t echo = 0;     ///< the latest of the host's

    explicit Lab(const char* program = "drain, close") {
        config::DeviceConfig d;
        d.name = "host";
        d.interfaces = {interface("eth0", 2, "10.0.0.2/24")};
        d.neighbours = {{ip("10.0.0.1"), mac(1)}};
        d.listeners = {{true, 80, script(program)}};
        host = network.addDevice(d);
        config::DeviceConfig wire;
        wire.name = "wire";
        wire.ipStack = false;
        wire.interfaces = {interface("eth0", 1)};
        const auto other = network.addDevice(wire);
        eth0 = network.findInterface(host, "eth0");
        network.connect(eth0, network.findInterface(other, "eth0"));
        network.runUntil(0s, &log);
    }

    /// say lets a segment arrive from 10.0.0.1 and gives what the host sends within a millisecond.
    std::vector<Got> say(std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgment,
                         std::size_t payload = 0, std::uint16_t port = 5001, std::uint16_t to = 80) {
        TcpHeader h;
        h.sourcePort = port;
        h.destinationPort = to;
        h.sequence = sequence;
        h.acknowledgment = acknowledgment;
        h.flags = flags;
        h.window = 64'240;
        if (!(flags & kRst)) {
            h.options.timestamps = true;
            h.options.tsValue = stamp;
            h.options.tsEcho = flags & kAck ? echo : 0;
        }
        if (flags & kSyn) {
            h.options.mss = 1460;
            h.options.sackPermitted = true;
            h.options.windowScale = 7;
        }
        std::vector<std::uint8_t> frame(34 + h.size() + payload, 'x');
        wire::EthernetView(frame.data()).set(mac(2), mac(1), wire::EtherType::Ipv4);
        wire::Ipv4Header{.protocol = 6,
                         .id = 1,
                         .totalLength = std::uint16_t(frame.size() - 14),
                         .dontFragment = true,
                         .source = kHere,
                         .destination = kThere}
            .write(&frame[14]);
        h.write(std::span(frame).subspan(34), wire::Ipv4View(&frame[14]).addresses());
        network.inject(eth0, frame, &log);
        return after(1ms);
    }
    /// after gives what the host has sent when some time has passed.
    std::vector<Got> after(kernel::SimTime span) {
        network.runUntil(network.now() + span, &log);
        std::vector<Got> out;
        for (; seen < log.frames().size(); ++seen) {
            const auto& f = log.frames()[seen];
            const Packet p(log.bytes(f));
            if (f.from != eth0 || !p.tcp) continue;
            out.push_back({*p.tcp, p.ip->id(), p.payload.size(), f.sent});
            if (p.tcp->options.timestamps) echo = p.tcp->options.tsValue;
        }
        return out;
    }
    std::string state(std::uint16_t remotePort = 5001) const {
        for (const auto& row : devices::socketTable(network, host))
            if (row.remotePort == remotePort) return row.state;
        return {};
    }
    /// timeWait plays a connection from port 5001 that the host closes first; our next number is 12.
    /// The result is the host's SYN-ACK.
    Got timeWait() {
        const Got answer = say(kSyn, 1, 0).at(0);
        const std::uint32_t theirs = answer.h.sequence;
        say(kAck, 2, theirs + 1);
        say(kAck, 2, theirs + 1, 9); // the program reads 9 bytes and closes
        say(kAck, 11, theirs + 2);
        say(kFin | kAck, 11, theirs + 2);
        return answer;
    }
};

} // namespace

class TestTcpEnds : public QObject {
    Q_OBJECT
private slots:
    void synReceived_listening_comesFromListen() {
        Lab lab;
        lab.say(kSyn, 1, 0);
        std::vector<std::string> states;
        for (const auto& r : lab.log.records())
            if (r.decided<decisions::TcpState>())
                states.push_back(lab.log.text(lab.log.decision(r.index).as<decisions::TcpState>().change));
        QCOMPARE(states, (std::vector<std::string>{"LISTEN → SYN_RECV"}));
    }

    void timeWait_synWithNewerTimestampAndOlderNumber_isANewConnection() {
        Lab lab("recv 9, close");
        const Got first = lab.timeWait();
        QCOMPARE(lab.state(), std::string("TIME_WAIT"));
        lab.stamp += 500;
        const auto out = lab.say(kSyn, 0x8000'0000, 0); // half the circle back
        QCOMPARE(out.size(), std::size_t(1));
        QCOMPARE(int(out[0].h.flags), int(kSyn | kAck));
        QCOMPARE(out[0].h.acknowledgment, 0x8000'0001u);
        // RFC 6191's caution, as Linux has it: beyond all that the old one sent (SYN, FIN) by a window.
        QCOMPARE(out[0].h.sequence, first.h.sequence + 2 + 65'537);
        QCOMPARE(lab.state(), std::string("SYN_RECV"));
    }

    void timeWait_synWithOlderTimestamp_isAnsweredOnceInHalfASecond() {
        Lab lab("recv 9, close");
        const Got first = lab.timeWait();
        lab.stamp -= 500;
        auto out = lab.say(kSyn, 100'000, 0);
        QCOMPARE(out.size(), std::size_t(1));
        QCOMPARE(int(out[0].h.flags), int(kAck));
        QCOMPARE(out[0].h.sequence, first.h.sequence + 2);
        QCOMPARE(out[0].h.acknowledgment, 12u);
        QCOMPARE(int(out[0].id), 0);
        QCOMPARE(lab.say(kSyn, 100'000, 0).size(), std::size_t(0));
        lab.after(600ms);
        QCOMPARE(lab.say(kSyn, 100'000, 0).size(), std::size_t(1));
        QCOMPARE(lab.state(), std::string("TIME_WAIT"));
    }

    void timeWait_finAgain_isAnsweredEachTimeAndWaitsAnew() {
        Lab lab("recv 9, close");
        const Got first = lab.timeWait();
        lab.after(50s);
        for (int i = 0; i < 2; ++i) {
            const auto out = lab.say(kFin | kAck, 11, first.h.sequence + 2);
            QCOMPARE(out.size(), std::size_t(1));
            QCOMPARE(int(out[0].h.flags), int(kAck));
            QCOMPARE(int(out[0].h.options.sackCount), 0);
        }
        lab.after(50s);
        QCOMPARE(lab.state(), std::string("TIME_WAIT"));
        lab.after(11s);
        QCOMPARE(lab.state(), std::string());
    }

    void timeWait_resetInSequence_isOver() {
        Lab lab("recv 9, close");
        lab.timeWait();
        lab.say(kRst, 13, 0); // not the number that is next
        QCOMPARE(lab.state(), std::string("TIME_WAIT"));
        QCOMPARE(lab.say(kRst, 12, 0).size(), std::size_t(0));
        QCOMPARE(lab.state(), std::string());
    }

    void timeWaitOfNobodyWhoListens_newSyn_isAcknowledgedOnly() {
        Lab lab;
        // The host connects, and closes first.
        lab.network.apply(lab.network.now(), lab.host,
                          config::SocketScript{true, "10.0.0.1", 7000, 5000, script("close")}, &lab.log);
        const auto syn = lab.after(1ms).at(0);
        lab.say(kSyn | kAck, 1, syn.h.sequence + 1, 0, 7000, 5000);
        lab.say(kFin | kAck, 2, syn.h.sequence + 2, 0, 7000, 5000);
        QCOMPARE(lab.state(7000), std::string("TIME_WAIT"));
        lab.stamp += 500;
        const auto out = lab.say(kSyn, 100'000, 0, 0, 7000, 5000);
        QCOMPARE(out.size(), std::size_t(1));
        QCOMPARE(int(out[0].h.flags), int(kAck));
    }

    void ownTimeWait_samePortAgain_beginsBeyondItAndEchoesItsTimestamp() {
        Lab lab;
        const config::SocketScript converse{true, "10.0.0.1", 7000, 5000, script("close")};
        lab.network.apply(lab.network.now(), lab.host, converse, &lab.log);
        const auto syn = lab.after(1ms).at(0);
        QCOMPARE(int(syn.h.window), 64'240);
        lab.say(kSyn | kAck, 1, syn.h.sequence + 1, 0, 7000, 5000);
        lab.say(kFin | kAck, 2, syn.h.sequence + 2, 0, 7000, 5000);
        lab.network.apply(lab.network.now(), lab.host, converse, &lab.log);
        const auto again = lab.after(1ms);
        QCOMPARE(again.size(), std::size_t(1));
        QCOMPARE(int(again[0].h.flags), int(kSyn));
        QCOMPARE(again[0].h.sequence, syn.h.sequence + 2 + 65'537);
        QCOMPARE(again[0].h.options.tsEcho, 1000u);
        QCOMPARE(int(again[0].h.window), 65'160);
        // While that one is there, the same again is refused.
        lab.network.apply(lab.network.now(), lab.host, converse, &lab.log);
        lab.after(1ms);
        QCOMPARE(devices::applicationTable(lab.network, lab.host).back().result,
                 std::string("connect: cannot assign requested address (EADDRNOTAVAIL)"));
    }

    void synSent_ackOfAnOldConnection_isResetAndTheSynGoesAgainAtOnce() {
        Lab lab;
        lab.network.apply(lab.network.now(), lab.host,
                          config::SocketScript{true, "10.0.0.1", 7000, 5000, script("close")}, &lab.log);
        const auto syn = lab.after(1ms).at(0);
        const auto out = lab.say(kAck, 500, 4711, 0, 7000, 5000);
        QCOMPARE(out.size(), std::size_t(1));
        QCOMPARE(int(out[0].h.flags), int(kRst));
        QCOMPARE(out[0].h.sequence, 4711u);
        QCOMPARE(int(out[0].id), 0);
        const auto again = lab.after(20ms); // two ticks of the timer, and what its wheel adds
        QCOMPARE(again.size(), std::size_t(1));
        QCOMPARE(int(again[0].h.flags), int(kSyn));
        QCOMPARE(again[0].h.sequence, syn.h.sequence);
        // A second one is reset, too, but the SYN has been sent again already.
        QCOMPARE(lab.say(kAck, 500, 4711, 0, 7000, 5000).size(), std::size_t(1));
        QCOMPARE(lab.after(500ms).size(), std::size_t(0));
        // A reset for what was never sent is not believed, and not answered.
        QCOMPARE(lab.say(kRst | kAck, 500, 4711, 0, 7000, 5000).size(), std::size_t(0));
        QCOMPARE(lab.state(7000), std::string("SYN_SENT"));
    }

    void bothOpen_synThenSynAck_areOneConnectionWithDuplicateSack() {
        Lab lab;
        lab.network.apply(lab.network.now(), lab.host,
                          config::SocketScript{true, "10.0.0.1", 7000, 5000, script("sleep 1s, close")}, &lab.log);
        const auto syn = lab.after(1ms).at(0);
        const auto answer = lab.say(kSyn, 1, 0, 0, 7000, 5000);
        QCOMPARE(answer.size(), std::size_t(1));
        QCOMPARE(int(answer[0].h.flags), int(kSyn | kAck));
        QCOMPARE(answer[0].h.sequence, syn.h.sequence);
        QCOMPARE(int(answer[0].h.window), 64'240);
        QCOMPARE(int(answer[0].id), int(syn.id) + 1);
        const auto ack = lab.say(kSyn | kAck, 1, syn.h.sequence + 1, 0, 7000, 5000);
        QCOMPARE(ack.size(), std::size_t(1));
        QCOMPARE(int(ack[0].h.flags), int(kAck));
        QCOMPARE(int(ack[0].h.options.sackCount), 1);
        QCOMPARE(ack[0].h.options.sack[0], (wire::SackBlock{1, 2}));
        QCOMPARE(lab.state(7000), std::string("ESTABLISHED"));
    }

    void isn_ofTheSamePortsLater_isFurtherOnByTheClock() {
        Lab lab;
        const auto one = lab.say(kSyn, 1, 0).at(0);
        lab.say(kRst, 2, 0);
        lab.after(10s);
        const auto two = lab.say(kSyn, 1, 0).at(0);
        const auto steps = two.h.sequence - one.h.sequence; // of 64 ns
        QVERIFY(steps > 156'250'000 && steps < 156'350'000);
        // Timestamps go on, too: milliseconds.
        QVERIFY(two.h.options.tsValue - one.h.options.tsValue >= 10'000 &&
                two.h.options.tsValue - one.h.options.tsValue < 10'010);
    }
};

QTEST_APPLESS_MAIN(TestTcpEnds)
#include "test_tcp_ends.moc"
