// DNS messages: literal bytes, names, and what a parser must refuse.
#include "frames.h"

#include "sim/wire/dns.h"

#include <QTest>

using sim::wire::DnsMessage;
using sim::wire::DnsRecord;
using sim::wire::IpAddress;
namespace dns = sim::wire::dns;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// payload is the DNS message of a whole frame of UDP.
Bytes payload(std::string_view frame) {
    const auto bytes = frames::bytes(frame);
    return {bytes.begin() + 14 + 20 + 8, bytes.end()};
}

DnsMessage everything() {
    DnsMessage m;
    m.id = 0x1234;
    m.response = m.authoritative = m.recursionDesired = m.recursionAvailable = true;
    m.questions.push_back({.name = "www.example.org"});
    m.answers.push_back({.name = "www.example.org", .type = dns::kCname, .ttl = 60, .target = "example.org"});
    m.answers.push_back({.name = "example.org", .type = dns::kA, .ttl = 60, .address = IpAddress::v4(0x01020304)});
    m.answers.push_back(
        {.name = "example.org", .type = dns::kAaaa, .ttl = 60, .address = *IpAddress::parse("2001:db8::8")});
    m.answers.push_back(
        {.name = "example.org", .type = dns::kMx, .ttl = 60, .target = "mail.example.org", .priority = 10});
    m.answers.push_back({.name = "_http._tcp.example.org",
                         .type = dns::kSrv,
                         .ttl = 1,
                         .target = "a",
                         .priority = 1,
                         .weight = 2,
                         .port = 80});
    m.answers.push_back({.name = "example.org", .type = dns::kTxt, .ttl = 60, .texts = {"one", ""}});
    m.answers.push_back({.name = "odd\\.label.org", .type = dns::kPtr, .ttl = 60, .target = ""});
    m.authorities.push_back({.name = "org",
                             .type = dns::kSoa,
                             .ttl = 9,
                             .target = "ns.org",
                             .mailbox = "root.org",
                             .soa = {1, 2, 3, 4, 5}});
    m.authorities.push_back({.name = "org", .type = dns::kNs, .ttl = 9, .target = "ns.org"});
    m.additionals.push_back({.name = "", .type = 41, .klass = 1232, .ttl = 0, .data = {0, 1, 0, 0}});
    return m;
}

} // namespace

class TestDns : public QObject {
    Q_OBJECT

private slots:
    void query_emitted_isThatOfLinux() {
        DnsMessage m;
        m.id = 0x46b6;
        m.recursionDesired = true;
        m.questions.push_back({.name = "google.com"});
        QCOMPARE(m.write(), payload(frames::kDnsQuery));
    }

    void answer_emitted_isThatOfDnsmasq() {
        DnsMessage m;
        m.id = 0x46b6;
        m.response = m.authoritative = m.recursionDesired = m.recursionAvailable = true;
        m.questions.push_back({.name = "google.com"});
        m.answers.push_back({.name = "google.com", .ttl = 300, .address = IpAddress::v4(0x08080808)});
        QCOMPARE(m.write(), payload(frames::kDnsAnswer));
        QCOMPARE(m.write().size() + 14 + 20 + 8, std::size_t(86));
    }

    void capturedFrames_parsedAndEmitted_areTheSameBytes_data() {
        QTest::addColumn<QByteArray>("frame");
        const auto row = [](const char* name, std::string_view frame) {
            QTest::newRow(name) << QByteArray(frame.data(), qsizetype(frame.size()));
        };
        row("query", frames::kDnsQuery);
        row("answer", frames::kDnsAnswer);
        row("alias", frames::kDnsCname);
        row("no such name", frames::kDnsNoSuchName);
        row("AAAA query", frames::kDnsAaaaQuery);
    }
    void capturedFrames_parsedAndEmitted_areTheSameBytes() {
        QFETCH(QByteArray, frame);
        const auto bytes = payload({frame.constData(), std::size_t(frame.size())});
        const auto m = DnsMessage::parse(bytes);
        QVERIFY(m);
        QCOMPARE(m->write(), bytes);
    }

    void aliasAnswer_parsed_hasBothRecords() {
        const auto m = DnsMessage::parse(payload(frames::kDnsCname));
        QVERIFY(m);
        QCOMPARE(m->answers.size(), std::size_t(2));
        QCOMPARE(m->answers[0].name, std::string("www.google.com"));
        QCOMPARE(m->answers[0].type, dns::kCname);
        QCOMPARE(m->answers[0].target, std::string("google.com"));
        QCOMPARE(m->answers[1].address.toString(), std::string("8.8.8.8"));
        QCOMPARE(m->answers[1].ttl, 300u);
    }

    void allRecordTypes_emittedAndParsed_areEqual() {
        const auto m = everything();
        const auto back = DnsMessage::parse(m.write());
        QVERIFY(back);
        QVERIFY(*back == m);
    }

    void everyPrefix_parsed_isRefused() {
        const auto bytes = everything().write();
        for (std::size_t n = 0; n < bytes.size(); ++n)
            QVERIFY2(!DnsMessage::parse(std::span(bytes).first(n)), std::to_string(n).c_str());
        auto longer = bytes;
        longer.push_back(0);
        QVERIFY(!DnsMessage::parse(longer));
    }

    void everyByteChanged_parsed_neverBreaksTheRoundTrip() {
        const auto bytes = everything().write();
        int accepted = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            for (const std::uint8_t value : {0x00, 0x01, 0x3f, 0x40, 0x80, 0xc0, 0xff}) {
                auto changed = bytes;
                changed[i] = value;
                const auto m = DnsMessage::parse(changed);
                if (!m) continue;
                ++accepted;
                const auto again = DnsMessage::parse(m->write());
                QVERIFY(again);
                QVERIFY(*again == *m);
            }
        QVERIFY(accepted > 100);
    }

    void capturedMessages_cutOrWithAnyByteChanged_areReadSafely() {
        for (const auto& frame : {frames::kDnsQuery, frames::kDnsAnswer, frames::kDnsCname, frames::kDnsNoSuchName,
                                  frames::kDnsAaaaQuery}) {
            const auto bytes = payload(frame);
            for (std::size_t n = 0; n < bytes.size(); ++n)
                QVERIFY(!DnsMessage::parse(std::span(bytes).first(n)));
            for (std::size_t i = 0; i < bytes.size(); ++i)
                for (int value = 0; value < 256; ++value) {
                    auto changed = bytes;
                    changed[i] = std::uint8_t(value);
                    const auto m = DnsMessage::parse(changed);
                    if (m) QVERIFY(*DnsMessage::parse(m->write()) == *m);
                }
        }
    }

    void pointers_toThemselvesForwardsOrInCircles_areRefused_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("itself") << QByteArray::fromHex("c00c");
        QTest::newRow("forwards") << QByteArray::fromHex("c00e0161");
        QTest::newRow("circle") << QByteArray::fromHex("0161c00c");
        QTest::newRow("header") << QByteArray::fromHex("c000");
        QTest::newRow("reserved length") << QByteArray::fromHex("4061");
    }
    void pointers_toThemselvesForwardsOrInCircles_areRefused() {
        QFETCH(QByteArray, name);
        Bytes bytes{0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
        bytes.insert(bytes.end(), name.begin(), name.end());
        for (const std::uint8_t b : {0, 1, 0, 1})
            bytes.push_back(b);
        QVERIFY(!DnsMessage::parse(bytes));
    }

    void names_ofTooLongLabelsOrTooManyOrEmptyOnes_areInvalid() {
        QVERIFY(dns::validName("a.b"));
        QVERIFY(dns::validName(""));
        QVERIFY(dns::validName(std::string(63, 'a')));
        QVERIFY(!dns::validName(std::string(64, 'a')));
        QVERIFY(!dns::validName("a..b"));
        QVERIFY(!dns::validName(".a"));
        QVERIFY(!dns::validName("a\\"));
        std::string name = "a";
        while (name.size() < 253)
            name += ".a";
        QCOMPARE(name.size(), std::size_t(253));
        QVERIFY(dns::validName(name));
        QVERIFY(!dns::validName(name + ".a"));
    }

    void names_inOtherCase_areTheSame() {
        QVERIFY(dns::sameName("Google.COM", "google.com"));
        QVERIFY(!dns::sameName("google.com", "google.co"));
    }
};

QTEST_APPLESS_MAIN(TestDns)
#include "test_dns.moc"
