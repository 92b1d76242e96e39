// What a lab may not say: refused with place and hint, left out with a warning, or told of; and never taken for
// something else.
#include "model/check/check.h"
#include "model/io/lab_file.h"
#include "model/io/place_of.h"
#include "model/network/ipv4_part.h"
#include "model/network/network_builder.h"
#include "sim/devices/tables.h"
#include "sim/kernel/rng.h"
#include "tests/model/all_labs.h"

#include <QFile>
#include <QTest>

using namespace model;
using check::Finding;

namespace {

io::ReadLab readOk(const QByteArray& text) {
    io::ReadLab read;
    io::Problem problem;
    if (!io::readLab(text, "x.lab.yaml", &read, &problem)) qFatal("%s", qPrintable(problem.toString()));
    return read;
}

QByteArray labOf(const QByteArray& node, const QByteArray& step = "ping 10.0.0.2", const QByteArray& more = {}) {
    return "packetarium: 1\nnodes:\n  a: {interfaces: {eth0: {address: 10.0.0.1/24}}" + node +
           "}\n  b: {interfaces: {eth0: 10.0.0.2/24}}\n"
           "  s: {kind: switch}\nlinks:\n  - [a:eth0, s:p1]\n  - [b:eth0, s:p2]\nrun:\n  - {at: 0s, on: a, do: \"" +
           step + "\"}\n" + more;
}

const Finding* find(const std::vector<Finding>& findings, const char* code) {
    for (const auto& f : findings)
        if (f.code == QLatin1String(code)) return &f;
    return nullptr;
}

} // namespace

class TestRefusals : public QObject {
    Q_OBJECT
private slots:
    void setting_thatCannotBeMeant_isFound_data() {
        using Effect = Finding::Effect;
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("effect");
        const auto row = [](const char* name, const QByteArray& text, const char* code, Effect effect) {
            QTest::newRow(name) << text << QString(code) << int(effect);
        };
        row("loopback without an address", labOf(", loopback: 0.0.0.0/32"), "address-not-usable", Effect::Impossible);
        row("two policies", labOf(", firewall: [policy input drop, policy input accept]"), "policy-twice",
            Effect::Runs);
        row("pool with the network's address", labOf(", dhcp-server: {pool: 10.0.0.0-10.0.0.255}"),
            "dhcp-pool-unusable-address", Effect::Runs);
        row("relay to itself", labOf(", dhcp-relay: 10.0.0.1"), "dhcp-relay-to-itself", Effect::Runs);
        row("forwarder of itself", labOf(", dns-server: {forward: 127.0.0.1}"), "dns-forwards-to-itself", Effect::Runs);
        row("search list with one twice", labOf(", search: [a.com, a.com]"), "search-twice", Effect::Runs);
        row("count that would be clamped", labOf("", "ping 10.0.0.2 count 100000"), "run-step-invalid",
            Effect::Impossible);
        row("word misspelt", labOf("", "ping 10.0.0.2 cuont 3"), "run-step-invalid", Effect::Impossible);
        row("datagram too large", labOf("", "udp 10.0.0.2 9 send 70000"), "run-step-invalid", Effect::Impossible);
        row("renewal without a client", labOf("", "dhcp renew"), "run-step-invalid", Effect::Impossible);
        row("cable of no port", labOf("", "unplug a:eth9"), "run-step-invalid", Effect::Impossible);
        row("forgetting host", labOf("", "forget 00:00:00:00:00:02"), "run-step-invalid", Effect::Impossible);
        row("step of a switch", labOf("", "ping 10.0.0.2").replace("on: a", "on: s"), "run-step-invalid",
            Effect::Impossible);
        row("switch with a gateway", labOf("").replace("{kind: switch}", "{kind: switch, gateway: 10.0.0.1}"),
            "switch-without-stack", Effect::LeftOut);
        row("source that is not there", labOf("", "ping 10.0.0.2 from eth7"), "step-refused", Effect::Runs);
        row("device that is not there", labOf("", "address add 10.0.0.5/24 dev nosuch"), "route-refused", Effect::Runs);
        row("expectation of nobody", labOf("", "ping 10.0.0.2", "expect:\n  - zzz pings 9.9.9.9\n"),
            "expect-no-such-node", Effect::Runs);
        row("cable that stays unplugged", labOf("").replace("[a:eth0, s:p1]", "{ends: [a:eth0, s:p1], up: false}"),
            "cable-unplugged", Effect::Runs);
        row("IPv6 gateway", labOf(", gateway: \"2001:db8::1\""), "ipv6-not-simulated", Effect::LeftOut);
        row("IPv6 route", labOf(", routes: [\"2001:db8::/32 via 2001:db8::1\"]"), "ipv6-not-simulated",
            Effect::LeftOut);
        row("IPv6 blackhole", labOf(", routes: [\"blackhole ::/0\"]"), "ipv6-not-simulated", Effect::LeftOut);
        row("IPv6 resolver", labOf(", dns: \"2001:db8::1\""), "ipv6-not-simulated", Effect::LeftOut);
        row("IPv6 target", labOf("", "ping 2001:db8::2"), "ipv6-step", Effect::LeftOut);
        row("IPv6 page", labOf("", "browse http://[2001:db8::2]/x"), "ipv6-step", Effect::LeftOut);
        row("IPv6 page in capitals", labOf("", "browse HTTP://[2001:db8::2]/x"), "ipv6-step", Effect::LeftOut);
        row("IPv6 route in a step", labOf("", "route add ::/0 via 2001:db8::1"), "ipv6-step", Effect::LeftOut);
        row("IPv6 address in a step", labOf("", "address add 2001:db8::1/64 dev eth0"), "ipv6-step", Effect::LeftOut);
        row("IPv6 socket", labOf("", "tcp 2001:db8::2 80 send 10"), "ipv6-step", Effect::LeftOut);
    }
    void setting_thatCannotBeMeant_isFound() {
        QFETCH(QByteArray, text);
        QFETCH(QString, code);
        QFETCH(int, effect);
        const auto read = readOk(text);
        const auto findings = check::check(read.lab);
        const auto* finding = find(findings, code.toLatin1().constData());
        QVERIFY2(finding, qPrintable(code));
        QCOMPARE(int(finding->effect), effect);
        QVERIFY(!finding->hint.isEmpty());
        io::Problem problem;
        io::locate(text, check::pathOf(read.lab, *finding), &problem);
        QVERIFY2(problem.line > 2 && problem.column > 2, "without a place");
        network::build(read.lab); // whatever it says, it can be built
    }

    void goodLab_checked_hasNoFinding_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("plain") << labOf("");
        QTest::newRow("host route") << labOf(", routes: [192.0.2.1/32 dev eth0, default via 192.0.2.1]")
                                           .replace("10.0.0.1/24", "[10.0.0.1/24, 203.0.113.51/32]");
        QTest::newRow("secondary address")
            << labOf("").replace("address: 10.0.0.1/24", "address: [10.0.0.1/24, 10.0.0.7/24]");
        QTest::newRow("plugged in later")
            << labOf("", "plug a:eth0").replace("[a:eth0, s:p1]", "{ends: [a:eth0, s:p1], up: false}");
        QTest::newRow("expectation") << labOf("", "ping 10.0.0.2",
                                              "expect:\n  - a pings 10.0.0.2\n  - no frame is seen on a:eth0\n");
    }
    void goodLab_checked_hasNoFinding() {
        QFETCH(QByteArray, text);
        QStringList found;
        for (const auto& f : check::check(readOk(text).lab))
            found << f.code + ": " + f.message;
        QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
    }

    void ipv6OfEveryKind_built_changesNothing() {
        const QByteArray more = ", gateway: \"2001:db8::1\", routes: [\"2001:db8:1::/48 via 2001:db8::15\", "
                                "\"blackhole ::/0\", \"unreachable 2001:db8::/32\"], "
                                "loopback: \"2001:db8::9/128\", dns: [\"2001:db8::53\"], neighbours: {\"2001:db8::2\": "
                                "\"02:00:00:00:00:02\"}";
        const auto with =
            readOk(labOf(more).replace("address: 10.0.0.1/24", "address: [10.0.0.1/24, \"2001:db8::14/64\"]"));
        const auto without = readOk(labOf(""));
        const auto one = network::build(with.lab), other = network::build(without.lab);
        const auto rows = [](const sim::devices::Network& n) {
            QStringList list;
            for (const auto& r : sim::devices::routingTable(n, {0}))
                list << QString::fromStdString(r.destination.toString() + " " + r.via.toString() + " " + r.kind);
            for (const auto& r : sim::devices::neighbourTable(n, {0}))
                list << QString::fromStdString(r.address.toString());
            return list;
        };
        QVERIFY(!rows(one.network).isEmpty());
        QCOMPARE(rows(one.network), rows(other.network));
        lab::Node copy = with.lab.nodes.front();
        QCOMPARE(network::takeIpv6(&copy).size(), 8u);
        QCOMPARE(network::takeIpv6(&copy).size(), 0u);
    }

    void defaultRouteViaIpv6_checked_isNamedAsThat() {
        const auto read = readOk(labOf(", routes: [\"default via fe80::1 dev eth0\"]"));
        const auto findings = check::check(read.lab);
        QCOMPARE(find(findings, "ipv6-not-simulated")->message,
                 QString("IPv6 is not simulated yet: the route to default via fe80::1 of a is left out."));
    }

    void listInBrackets_withAComma_isToldToBeQuoted() {
        io::ReadLab read;
        io::Problem problem;
        QVERIFY(!io::readLab(labOf(", firewall: [accept forward state established,related, drop tcp]"), "x", &read,
                             &problem));
        QVERIFY2(problem.hint.contains("quotes"), qPrintable(problem.toString()));
    }

    void place_byPath_isThatOfTheValueOrTheNearest() {
        const QByteArray text =
            "packetarium: 1\nnodes:\n  a:\n    routes:\n      - 10.0.0.0/8 via 1.2.3.4\n      - default via 1.2.3.4\n";
        const auto at = [&](const QStringList& path) {
            io::Problem problem;
            io::locate(text, path, &problem);
            return QPoint(problem.line, problem.column);
        };
        QCOMPARE(at({"nodes", "a", "routes", "1"}), QPoint(6, 9));
        QCOMPARE(at({"nodes", "a", "gateway"}), QPoint(3, 3));
        QCOMPARE(at({"nodes", "b"}), QPoint(2, 1));
        QCOMPARE(at({}), QPoint(0, 0));
    }

    /// Labs changed by chance: whatever is refused has a place and a hint.
    void everyLab_changedByChance_isRefusedWithPlaceAndHint() {
        QList<QByteArray> texts;
        QByteArrayList words;
        for (const QString& path : tests::labFiles()) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::ReadOnly));
            texts << file.readAll();
            for (const QByteArray& line : texts.back().split('\n'))
                words << line.simplified().split(' ');
        }
        sim::kernel::Rng random(3, 1);
        const auto pick = [&](qsizetype n) { return qsizetype(random.below(std::uint64_t(n))); };
        const int rounds = qEnvironmentVariableIsSet("PACKETARIUM_THOROUGH") ? 20'000 : 2'000;
        int refused = 0;
        for (int i = 0; i < rounds; ++i) {
            QByteArray text = texts[pick(texts.size())];
            QByteArrayList lines = text.split('\n');
            switch (pick(4)) {
            case 0: lines.removeAt(pick(lines.size())); break;
            case 1: lines.insert(pick(lines.size()), lines[pick(lines.size())]); break;
            case 2: {
                QByteArray& line = lines[pick(lines.size())];
                const auto at = line.isEmpty() ? 0 : pick(line.size());
                line.insert(at, "[]{}:,\"'#-&*!|>%@`\x01\t "[pick(22)]);
                break;
            }
            default: {
                QByteArray& line = lines[pick(lines.size())];
                QByteArrayList parts = line.split(' ');
                parts[pick(parts.size())] = words[pick(words.size())];
                line = parts.join(' ');
            }
            }
            text = lines.join('\n');
            io::ReadLab read;
            io::Problem problem;
            if (!io::readLab(text, "x.lab.yaml", &read, &problem)) {
                ++refused;
                QVERIFY2(problem.line > 0 && !problem.hint.isEmpty(),
                         (problem.toString().toUtf8() + "\n" + text).constData());
                continue;
            }
            for (const auto& f : check::check(read.lab))
                QVERIFY2(!f.hint.isEmpty() && (!check::pathOf(read.lab, f).isEmpty()), qPrintable(f.code + f.message));
        }
        QVERIFY(refused > rounds / 10);
    }
};

QTEST_GUILESS_MAIN(TestRefusals)
#include "test_refusals.moc"
