// Stories of all labs: what is read from headers is what the dissectors say, and a log that grows is told as a whole
// one.
#include "sim/explain/explain.h"
#include "sim/explain/facts.h"
#include "tests/model/all_labs.h"
#include "tests/support/places.h"

#include <QtTest>

using namespace sim;

namespace {

/// differs is what Facts say of a frame otherwise than the dissectors, whose words and tree are the definition.
QString differs(std::span<const std::uint8_t> bytes, wire::LinkType link) {
    trace::TraceLog log;
    log.beginEvent(kernel::SimTime{0}, 1, 0);
    const explain::Facts facts(log, log.frameSent({}, trace::FrameTrace{.link = link}, bytes));
    const auto& s = facts.summary();
    const auto say = [&](const char* what) {
        return QStringLiteral("%1: %2").arg(
            QLatin1String(what),
            QString::fromLatin1(
                QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())).toHex(' ')));
    };
    if (facts.protocol() != s.protocol) return say("protocol");
    constexpr const char* kTcpWords[] = {"", "SYN", "S+A", "FIN", "RST", "ACK", "DATA"};
    if (facts.transport() && facts.protocol() == dissect::Protocol::Tcp && kTcpWords[int(facts.tcp())] != s.word)
        return say("TCP");
    if (facts.transport() && (facts.isEcho() != (s.word == "PING") || facts.isEchoReply() != (s.word == "PONG")))
        return say("ping");
    if (facts.destination() != s.destination) return say("destination");
    if (facts.protocol() == dissect::Protocol::Http && facts.isHttp() != (s.protocolName == "HTTP")) return say("HTTP");
    if (facts.ip()) {
        if (facts.number("ip.id") != facts.ip()->id) return say("ip.id");
        if (facts.address("ip.dst") != wire::IpAddress::v4(facts.ip()->destination)) return say("ip.dst");
        if (facts.number("ip.len") != facts.ip()->length) return say("ip.len");
    }
    if (!facts.arp().empty() && !facts.has("arp.dst.proto_ipv4")) return say("ARP");
    if (const auto& t = facts.transport(); t && t->protocol != 1) {
        if (facts.number(t->protocol == 6 ? "tcp.dstport" : "udp.dstport") != t->destination) return say("port");
        const auto* payload = facts.tree().find("tcp.payload");
        if (t->protocol == 6 && payload && payload->range.length != t->payload.size()) return say("payload");
        if (t->protocol == 17 && facts.number("udp.length") != t->length) return say("length");
    }
    return {};
}

std::vector<std::string> linesOf(const explain::Moment& moment) {
    std::vector<std::string> lines{std::to_string(moment.event)};
    for (const auto& s : moment.sentences)
        lines.push_back(s.toString());
    return lines;
}

} // namespace

class TestStory : public QObject {
    Q_OBJECT
private slots:
    void framesOfAllLabs_readFromHeaders_sayWhatTheDissectorsSay() {
        const auto samples = tests::samples();
        QVERIFY(samples.size() > 100);
        for (const auto& sample : samples)
            QCOMPARE(differs(sample.bytes, sample.link), QString());
    }

    void framesOfAllLabs_cutAndChanged_sayWhatTheDissectorsSay() {
        std::uint32_t chance = 7;
        const auto next = [&] { return chance = chance * 1'664'525 + 1'013'904'223; };
        for (const auto& sample : tests::samples()) {
            for (int round = 0; round < 40; ++round) {
                auto bytes = sample.bytes;
                if (round % 4 == 0) bytes.resize((next() >> 8) % (bytes.size() + 1));
                // Headers are where it matters.
                if (!bytes.empty() && round % 4)
                    bytes[(next() >> 8) % std::min<std::size_t>(bytes.size(), 60)] = std::uint8_t(next() >> 16);
                QCOMPARE(differs(bytes, sample.link), QString());
            }
        }
    }

    void allLabs_toldInOneGo_everyMomentIsAsByItself() {
        for (const QString& path : tests::labFiles()) {
            const auto timeline = tests::runLab(path);
            explain::Story story(timeline.latest(), timeline.log());
            explain::Moment moment;
            std::size_t next = 0;
            while (story.next(moment)) {
                for (; next < moment.firstRecord; ++next)
                    QVERIFY(explain::momentAt(timeline.latest(), timeline.log(), next).sentences.empty());
                const auto alone = explain::momentAt(timeline.latest(), timeline.log(), moment.lastRecord - 1);
                QCOMPARE(alone.firstRecord, moment.firstRecord);
                QVERIFY2(linesOf(alone) == linesOf(moment), qPrintable(path));
                next = moment.lastRecord;
            }
        }
    }

    void logThatGrows_toldOnTheWay_givesTheSameStory() {
        const QString path = support::source("resources/labs/home.lab.yaml");
        auto built = tests::buildLab(path);
        replay::Timeline timeline(std::move(built.network), std::move(built.stimuli));
        explain::Story onTheWay(timeline.latest(), timeline.log());
        std::vector<std::vector<std::string>> told, whole;
        explain::Moment moment;
        for (bool done = false; !done;) {
            done = timeline.extend(std::chrono::minutes(3), 7);
            while (onTheWay.next(moment))
                told.push_back(linesOf(moment));
        }
        explain::Story after(timeline.latest(), timeline.log());
        while (after.next(moment))
            whole.push_back(linesOf(moment));
        QVERIFY(whole.size() > 30);
        QVERIFY(told == whole);
    }
};

QTEST_APPLESS_MAIN(TestStory)
#include "test_story.moc"
