// The descriptions of keys: what is generated from them is checked in, and what they say is true.
#include "tests/model/file_text.h"
#include "tests/model/lab_text.h"
#include "tests/support/places.h"

#include "model/io/action_words.h"
#include "model/io/described.h"
#include "model/io/schema.h"
#include "model/network/network_builder.h"

#include <QJsonDocument>
#include <QtTest>

using namespace model;
using namespace tests;

namespace {

/// compare compares a checked-in file with what is generated, or writes it when PACKETARIUM_WRITE_GENERATED is set.
void compare(const QString& name, const QByteArray& text) {
    const QString path = support::source(name);
    if (qEnvironmentVariableIsSet("PACKETARIUM_WRITE_GENERATED")) return put(path, text);
    if (get(path) == text) return;
    const auto mine = get(path).split('\n'), made = text.split('\n');
    qsizetype line = 0;
    while (line < mine.size() && line < made.size() && mine[line] == made[line])
        ++line;
    QFAIL(qPrintable(QStringLiteral("%1 is not what model/lab/*_keys.h describe, from line %2 on: \"%3\". Make it anew "
                                    "with PACKETARIUM_WRITE_GENERATED=1 build/dev/tests/test_keys, and read the "
                                    "difference before you commit it.")
                         .arg(name)
                         .arg(line + 1)
                         .arg(QString::fromUtf8(made.value(line)))));
}

/// labWith is a lab in which a key of a group has a value.
QString labWith(const QString& group, const QString& key, const QString& value) {
    const QString entry = key + QStringLiteral(": ") + value;
    const QString hosts = QStringLiteral("packetarium: 1\nnodes: {desktop: {}, b: {}, sw1: {kind: switch}, gw: "
                                         "{interfaces: {eth0: {}, wg0: {wireguard: {}}}}}\n");
    const auto node = [&](const QString& kind, const QString& text) {
        return QStringLiteral("packetarium: 1\nnodes:\n  gw: {interfaces: {wg0: {wireguard: }}}\n  a: {kind: %1, %2}\n")
            .arg(kind, text);
    };
    const auto router = [&](const QString& text) {
        const bool named = group == QLatin1String("node") && key == QLatin1String("interfaces");
        return node(QStringLiteral("router"),
                    named ? text : QStringLiteral("interfaces: {eth0: {}, lan0: {}, wan0: {}}, ") + text);
    };
    if (group == QLatin1String("lab"))
        return key == QLatin1String("packetarium") ? entry + u'\n'
               : key == QLatin1String("nodes")     ? QStringLiteral("packetarium: 1\n") + entry + u'\n'
                                                   : hosts + entry + u'\n';
    if (group == QLatin1String("link"))
        return hosts +
               QStringLiteral("links: [{%1%2}]\n")
                   .arg(key == QLatin1String("ends") ? QString() : QStringLiteral("ends: [desktop:eth0, b:eth0], "),
                        entry);
    if (group == QLatin1String("step"))
        return hosts + QStringLiteral("run: [{%1%2%3}]\n")
                           .arg(key == QLatin1String("on") ? QString() : QStringLiteral("on: b, "),
                                key == QLatin1String("do") ? QString() : QStringLiteral("do: ping 1.2.3.4, "), entry);
    if (group == QLatin1String("area") || group == QLatin1String("note")) {
        const QStringList parts = group == QLatin1String("area")
                                      ? QStringList{QStringLiteral("at: [0, 0]"), QStringLiteral("size: [1, 1]")}
                                      : QStringList{QStringLiteral("at: [0, 0]"), QStringLiteral("text: x")};
        QString map = entry;
        for (const auto& part : parts)
            if (!part.startsWith(key + u':')) map += QStringLiteral(", ") + part;
        return hosts + QStringLiteral("%1s: [{%2}]\n").arg(group, map);
    }
    if (group == QLatin1String("node"))
        return key == QLatin1String("ports")  ? node(QStringLiteral("switch"), entry)
               : key == QLatin1String("kind") ? QStringLiteral("packetarium: 1\nnodes: {a: {%1}}\n").arg(entry)
                                              : router(entry);
    const auto rest = [&](const char* key1, const QString& text) {
        return router(QStringLiteral("%1: {%2}").arg(QLatin1String(key1), text));
    };
    const auto in = [&](const char* name, const QString& more = {}) {
        return node(QStringLiteral("router"),
                    QStringLiteral("interfaces: {wg0: {%1: {%2%3}}}").arg(QLatin1String(name), entry, more));
    };
    if (group == QLatin1String("interface"))
        return node(QStringLiteral("router"),
                    QStringLiteral("interfaces: {eth0: {%1%2}}")
                        .arg(entry, key == QLatin1String("hostname") || key == QLatin1String("check")
                                        ? QStringLiteral(", address: dhcp")
                                        : QString()));
    if (group == QLatin1String("wireguard")) return in("wireguard");
    if (group == QLatin1String("vxlan"))
        return in("vxlan", key == QLatin1String("vni") ? QString() : QStringLiteral(", vni: 1"));
    if (group == QLatin1String("peer")) {
        const bool names = key == QLatin1String("node") || key == QLatin1String("public-key");
        return node(QStringLiteral("router"), QStringLiteral("interfaces: {wg0: {wireguard: {peers: [{%1%2}]}}}")
                                                  .arg(entry, names ? QString() : QStringLiteral(", node: gw")));
    }
    if (group == QLatin1String("route"))
        return router(QStringLiteral("routes: [{%1%2%3}]")
                          .arg(entry, key == QLatin1String("to") ? QString() : QStringLiteral(", to: default"),
                               key == QLatin1String("via") ? QString() : QStringLiteral(", via: 10.0.0.1")));
    if (group == QLatin1String("nat"))
        return rest("nat", entry + (key == QLatin1String("outside") ? QString() : QStringLiteral(", outside: wan0")));
    if (group == QLatin1String("dnsServer")) return rest("dns-server", entry);
    if (group == QLatin1String("zone"))
        return rest("dns-server", QStringLiteral("zones: {example.com: {%1}}").arg(entry));
    if (group == QLatin1String("record")) {
        QString map = entry;
        if (key != QLatin1String("name")) map += QStringLiteral(", name: a.b");
        if (key != QLatin1String("address") && key != QLatin1String("data"))
            map += QStringLiteral(", address: 1.2.3.4");
        return rest("dns-server", QStringLiteral("records: [{%1}]").arg(map));
    }
    if (group == QLatin1String("webServer")) return rest("web-server", entry);
    if (group == QLatin1String("webHost")) return rest("web-server", QStringLiteral("hosts: {a.b: {%1}}").arg(entry));
    if (group == QLatin1String("page")) return rest("web-server", QStringLiteral("pages: {/: {%1}}").arg(entry));
    if (group == QLatin1String("dhcpPool")) return rest("dhcp-server", entry);
    if (group == QLatin1String("reservation"))
        return rest(
            "dhcp-server",
            QStringLiteral("reservations: {\"00:00:00:00:00:09\": {%1%2}}")
                .arg(entry, key == QLatin1String("address") ? QString() : QStringLiteral(", address: 1.2.3.4")));
    if (group == QLatin1String("rip")) return rest("rip", entry);
    return {};
}

} // namespace

class TestKeys : public QObject {
    Q_OBJECT
private slots:
    void schema_generated_isTheCheckedInFile();
    void tables_generated_areTheCheckedInFile();
    void fuzzWords_generated_areTheCheckedInFile();
    void everyKey_described_saysWhatAFormNeeds();
    void hostsOfTheLab_built_areTheNamesOfAllNodes();
    void hostsOfALargeLab_read_areRefused();
    void keysOfAForm_set_areReadAsInAFile();
    void everyExample_read_isTakenAndWrittenAlike_data();
    void everyExample_read_isTakenAndWrittenAlike();
};

void TestKeys::schema_generated_isTheCheckedInFile() {
    const QByteArray text = io::schemaText(io::actionVerbs(io::Verbs::Read)).toUtf8();
    QVERIFY(!QJsonDocument::fromJson(text).isNull());
    compare(QStringLiteral("resources/lab.schema.json"), text);
}

void TestKeys::tables_generated_areTheCheckedInFile() {
    compare(QStringLiteral("model/KEYS.md"), io::keysText().toUtf8());
}

void TestKeys::fuzzWords_generated_areTheCheckedInFile() {
    QStringList words = io::keyWords();
    // What stands in actions and scripts, and what readers of YAML stumble over.
    for (const auto& line : get(support::source("tests/fuzz/lab.words")).split('\n'))
        if (!line.isEmpty()) words << QString::fromUtf8(line);
    words << io::actionVerbs(io::Verbs::Read);
    words.sort();
    words.removeDuplicates();
    QByteArray text = "# Words of lab files, for fuzz_lab -dict=. Made by tests/model/test_keys.\n";
    for (QString word : words) {
        QByteArray bytes;
        for (const char c : word.toUtf8())
            if (c == '"' || c == '\\')
                bytes += '\\', bytes += c;
            else if (c < ' ')
                bytes += "\\x" + QByteArray(1, c).toHex();
            else
                bytes += c;
        text += '"' + bytes + "\"\n";
    }
    compare(QStringLiteral("tests/fuzz/lab.dict"), text);
}

void TestKeys::everyKey_described_saysWhatAFormNeeds() {
    const auto groups = io::allGroups();
    QCOMPARE(groups.size(), std::size_t(21));
    std::size_t keys = 0;
    for (const auto& group : groups) {
        QVERIFY2(group.about.endsWith(u'.') || group.about.endsWith(u'…'), qPrintable(group.id));
        for (const auto& key : group.keys) {
            const QByteArray name = (group.id + u'.' + key.name).toUtf8();
            QVERIFY2(key.about.endsWith(u'.'), name);
            QVERIFY2(!key.example.isEmpty() && !key.type.isEmpty(), name);
            ++keys;
        }
    }
    QVERIFY(keys > 100);
}

void TestKeys::hostsOfTheLab_built_areTheNamesOfAllNodes() {
    const auto read =
        readOk("packetarium: 1\nnodes:\n  a: {hosts: lab}\n  b: {interfaces: {eth0: [10.0.0.2/8, "
               "\"fd00::2/64\"], eth1: 10.1.0.2/16}}\n  c: {hosts: {10.0.0.9: [files, files.lan], 10.0.0.2: b}}\n");
    using Rows = std::vector<std::pair<std::string, sim::wire::IpAddress>>;
    const auto ip = [](const char* text) { return *sim::wire::IpAddress::parse(text); };
    const auto a = network::deviceConfig(read.lab, 0), c = network::deviceConfig(read.lab, 2);
    QVERIFY((a.hosts == Rows{{"b", ip("10.0.0.2")}, {"b", ip("10.1.0.2")}}));
    QVERIFY((c.hosts == Rows{{"files", ip("10.0.0.9")}, {"files.lan", ip("10.0.0.9")}, {"b", ip("10.0.0.2")}}));
    const QByteArray written = io::writeLab(read.lab);
    QVERIFY2(written.contains("    hosts: lab\n"), written);
    QVERIFY2(written.contains("    hosts: {10.0.0.9: [files, files.lan], 10.0.0.2: b}\n"), written);
}

void TestKeys::hostsOfALargeLab_read_areRefused() {
    QByteArray text = "packetarium: 1\nnodes:\n  a: {hosts: lab}\n";
    for (int i = 0; i < 1000; ++i)
        text += "  n" + QByteArray::number(i) + ": {}\n";
    io::ReadLab read;
    io::Problem problem;
    QVERIFY(!io::readLab(text, QStringLiteral("t.yaml"), &read, &problem));
    QCOMPARE(problem.line, 3);
    QCOMPARE(problem.message,
             QStringLiteral("\"hosts: lab\" names the nodes of a lab of at most 1000; this one has 1001."));
}

void TestKeys::keysOfAForm_set_areReadAsInAFile() {
    auto lab = readOk("packetarium: 1\nnodes:\n  a: {interfaces: {eth0: dhcp}, dns: 10.0.0.1}\n  b: {}\n"
                      "links:\n  - [a:eth0, b:eth0]\n")
                   .lab;
    const auto set = [&](auto& owner, const char* key, const char* text, const lab::Node* node = nullptr) {
        io::Problem problem;
        return io::setValueText(lab, node, owner, QLatin1String(key), QString::fromUtf8(text), &problem)
                   ? QString()
                   : problem.message;
    };
    lab::Link& link = lab.links[0];
    QCOMPARE(set(link, "delay", "4 ms"), QString());
    QCOMPARE(io::valueText(lab, link, QStringLiteral("delay")), QStringLiteral("4ms"));
    QCOMPARE(set(link, "delay", "fast"), QStringLiteral("A delay is a time, not \"fast\"."));
    QCOMPARE(io::valueText(lab, link, QStringLiteral("delay")), QStringLiteral("4ms"));
    QCOMPARE(set(link, "faults", "drop data 4 from b"), QString());
    QCOMPARE(io::valueText(lab, link, QStringLiteral("faults")), QStringLiteral("drop data 4 from b"));
    QCOMPARE(set(link, "delay", ""), QString());
    QVERIFY(!link.delay);

    lab::Node& a = lab.nodes[0];
    QCOMPARE(set(a, "dns", "[10.0.0.2, 10.0.0.3]"), QString());
    QCOMPARE(io::valueText(lab, a, QStringLiteral("dns")), QStringLiteral("[10.0.0.2, 10.0.0.3]"));
    QCOMPARE(set(a, "routes", "[10.0.0.0/8 dev eth7]", &lab.nodes[0]),
             QStringLiteral("The route's interface \"eth7\" does not exist."));
    QCOMPARE(set(a, "rip", "{timers: [5s, 30s, 20s]}", &lab.nodes[0]), QString());
    QCOMPARE(a.rip->timeout, sim::kernel::SimTime(std::chrono::seconds(30)));
    QCOMPARE(set(a.ports[0], "hostname", "pc"), QString());
    QCOMPARE(set(a.ports[0], "hostname", ""), QString());
    QVERIFY(a.ports[0].dhcp && a.ports[0].dhcp->hostName.isEmpty());
}

void TestKeys::everyExample_read_isTakenAndWrittenAlike_data() {
    QTest::addColumn<QString>("text");
    for (const auto& group : io::allGroups())
        for (const auto& key : group.keys)
            QTest::newRow(qPrintable(group.id + u'.' + key.name)) << labWith(group.id, key.name, key.example);
}

void TestKeys::everyExample_read_isTakenAndWrittenAlike() {
    QFETCH(QString, text);
    QVERIFY(!text.isEmpty());
    const auto read = readOk(text.toUtf8());
    QVERIFY2(read.warnings.empty(), qPrintable(text));
    const QByteArray written = io::writeLab(read.lab);
    QVERIFY2(lab::numbered(readOk(written).lab) == lab::numbered(read.lab), written);
    QVERIFY2(QTest::currentDataTag() == QByteArray("lab.packetarium") || written != "packetarium: 1\n", written);
}

QTEST_MAIN(TestKeys)
#include "test_keys.moc"
