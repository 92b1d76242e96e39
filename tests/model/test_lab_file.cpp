// Lab files: what is read, what is refused and where, and how little saving changes.
#include "tests/model/lab_text.h"
#include "tests/model/random_lab.h"

#include "model/io/quantities.h"
#include "model/lab/kinds.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace model;
using namespace tests;
using namespace std::chrono_literals;

namespace {

QByteArray head(const char* rest) { return QByteArray("packetarium: 1\n") + rest; }
QByteArray hosts(const char* rest) { return head("nodes:\n  a: {kind: host}\n  b: {kind: host}\n") + rest; }

/// edited reads a text, changes the lab, and gives the text as saved.
template <class F>
QByteArray edited(const QByteArray& text, F change) {
    const auto read = readOk(text);
    lab::Lab now = read.lab;
    change(now);
    const QByteArray saved = io::patchLab(text, read.lab, now);
    if (!(lab::numbered(readOk(saved).lab) == lab::numbered(now)))
        qFatal("saved as something else:\n%s", saved.constData());
    return saved;
}

using Lines = QList<QByteArray>;

} // namespace

class TestLabFile : public QObject {
    Q_OBJECT
private slots:
    void homeLab_read_hasTheCastOfTheStory();
    void shortAndLongForms_read_meanTheSame();
    void everyShippedLab_writtenAndRead_isEqual();
    void badText_read_isRefusedWithItsPlace_data();
    void badText_read_isRefusedWithItsPlace();
    void missingFile_read_isRefused();
    void unknownKeys_read_areWarnings();
    void newerVersion_read_isSaid();
    void hostileText_read_endsSoon_data();
    void hostileText_read_endsSoon();
    void quantities_parsed_areExact();
    void nothingChanged_saved_isTheSameBytes();
    void nodeMoved_saved_changesOneLine();
    void nodeRenamed_saved_changesTheLinesThatNameIt();
    void nodeAdded_saved_insertsItsLines();
    void nodeDeleted_saved_deletesItsLines();
    void deletionUndone_saved_putsItBackInItsPlace();
    void linkChanged_saved_keepsWhatItDoesNotKnow();
    void settingsChanged_saved_changeTheirLinesOnly();
    void crlfFile_saved_keepsItsLineEnds();
    void fileWithoutLastLineEnd_saved_isWhole();
    void jsonFile_saved_staysJson();
    void homeLab_editedInManyWays_changesFewLines();
    void randomLabs_writtenAndRead_areEqual();
    void randomEdits_saved_readBackEqual();
};

void TestLabFile::homeLab_read_hasTheCastOfTheStory() {
    const auto read = readOk(fileText(QStringLiteral("resources/labs/home.lab.yaml")));
    QVERIFY(read.warnings.empty());
    const auto* desktop = read.lab.node(QStringLiteral("desktop"));
    QVERIFY(desktop);
    QCOMPARE(desktop->ports[0].mac->toString(), std::string("00:00:00:00:00:01"));
    QCOMPARE(desktop->ports[0].addresses[0].toString(), std::string("192.168.0.5/24"));
    QCOMPARE(desktop->ports[1].addresses[0].toString(), std::string("10.0.0.12/8"));
    QVERIFY(desktop->ports[1].tunnel);
    const auto* home = read.lab.node(QStringLiteral("home"));
    QCOMPARE(home->port(QStringLiteral("lan0"))->mac->toString(), std::string("00:00:00:00:00:03"));
    QCOMPARE(home->nat->outside, QStringLiteral("wan0"));
    QCOMPARE(home->dnsServer->forward[0].toString(), std::string("1.1.1.1"));
    QCOMPARE(*read.lab.links[3].delay, sim::kernel::SimTime(4ms));
    QCOMPARE(*read.lab.links[3].rate, 100'000'000u);
    QCOMPARE(read.lab.run[0].action, QStringLiteral("browse http://google.com/"));
    QCOMPARE(read.lab.node(QStringLiteral("google"))->webServer->pages[0].path, QStringLiteral("/"));
}

void TestLabFile::shortAndLongForms_read_meanTheSame() {
    const auto brief =
        readOk(hosts("  c:\n    interfaces: {eth0: 10.0.0.1/8}\n    routes: [10.9.0.0/16 via 10.0.0.2 dev eth0 metric "
                     "7, unreachable 1.0.0.0/8]\n    dns: 10.0.0.3\n"
                     "    dns-server: {records: {x.y: 1.2.3.4}}\n    web-server: true\nlinks: [[a:eth0, b:eth0]]\n"));
    const auto full = readOk(hosts("  c:\n    kind: host\n    interfaces: {eth0: {address: [10.0.0.1/8]}}\n    "
                                   "routes:\n    - {to: 10.9.0.0/16, via: 10.0.0.2, dev: eth0, metric: 7}\n"
                                   "    - {to: 1.0.0.0/8, kind: unreachable}\n    dns: [10.0.0.3]\n    dns-server: "
                                   "{records: [{name: x.y, address: 1.2.3.4, ttl: 300}]}\n"
                                   "    web-server: {port: 80}\nlinks:\n- {ends: [a:eth0, b:eth0]}\n"));
    QVERIFY(brief.lab == full.lab);
    QCOMPARE(brief.lab.nodes[2].routes[0].metric, 7u);
}

void TestLabFile::everyShippedLab_writtenAndRead_isEqual() {
    for (const auto& name :
         {"resources/labs/home.lab.yaml", "resources/labs/localhost.lab.yaml", "resources/labs/ping.lab.yaml",
          "resources/labs/pulled-cable.lab.yaml", "resources/labs/dhcp.lab.yaml", "resources/labs/routing.lab.yaml",
          "resources/labs/home-rip.lab.yaml", "resources/labs/arp-no-answer.lab.yaml",
          "resources/labs/no-route.lab.yaml", "resources/labs/traceroute.lab.yaml", "resources/labs/path-mtu.lab.yaml",
          "resources/labs/duplicate-address.lab.yaml", "resources/labs/vpn.lab.yaml",
          "resources/labs/vpn-default-route.lab.yaml", "resources/labs/vpn-layer2.lab.yaml",
          "tests/conformance/unreach.lab.yaml", "tests/conformance/switch-flood.lab.yaml",
          "tests/conformance/web-home.lab.yaml"}) {
        const auto read = readOk(fileText(QLatin1String(name)));
        QVERIFY2(readOk(io::writeLab(read.lab)).lab == read.lab, name);
    }
}

void TestLabFile::badText_read_isRefusedWithItsPlace_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("hint");
    const auto row = [](const char* name, const QByteArray& text, const char* message, const char* hint) {
        QTest::newRow(name) << text << QString::fromUtf8(message) << QString::fromUtf8(hint);
    };
    row("empty", "", "t.yaml: The file is empty.", "packetarium: 1");
    row("blank", " \n\n", "t.yaml: The file is empty.", "");
    row("comment", "# no\n", "t.yaml: The file holds nothing but comments.", "");
    row("binary",
        QByteArray("\x7f"
                   "ELF\x02\x01\0\0",
                   8),
        "t.yaml: This is a binary file", "right file");
    row("nul", QByteArray("packetarium: 1\nname: a\0b\n", 25), "t.yaml:2:8: This is a binary file", "");
    row("latin1", "packetarium: 1\nname: caf\xe9\n", "t.yaml:2:10: This is not UTF-8 text.", "UTF-8");
    row("noVersion", "name: x\n", "t.yaml:1:1: This is not a lab file", "packetarium: 1");
    row("notAMap", "- 1\n", "t.yaml:1:3: Here should stand keys", "");
    row("versionText", "packetarium: one\n", "t.yaml:1:14: The version of the format is a whole number", "");
    row("duplicateKey", head("name: a\nseed: 1\nname: b\n"),
        "t.yaml:4:1: The key \"name\" stands here for the second time.", "");
    row("duplicateNode", head("nodes:\n  a: {}\n  b: {}\n  a: {}\n"), "t.yaml:5:3: The key \"a\"", "");
    row("octal", head("seed: 010\n"), "t.yaml:2:7: \"010\" begins with a zero", "without the zero");
    row("octalText", head("name: 010\n"), "t.yaml:2:7: YAML takes \"010\" for a number", "\"010\"");
    row("dnsData", hosts("  r: {dns-server: {records: {a.b: CNAME}}}\n"), "t.yaml:5:35: \"CNAME\" is not an address.",
        "");
    row("dnsDataType", hosts("  r: {dns-server: {records: {a.b: NONE x}}}\n"),
        "t.yaml:5:35: \"NONE x\" is not a DNS record: there is no record type \"NONE\".", "CNAME google.com");
    row("zoneOutside", hosts("  r: {dns-server: {zones: {a.b: {records: {www: 1.2.3.4}}}}}\n"),
        "t.yaml:5:43: www is not in the zone a.b.", "www.a.b");
    row("zoneSoa", hosts("  r: {dns-server: {zones: {a.b: {soa: x y}}}}\n"),
        "t.yaml:5:39: \"x y\" is not the data of a SOA record.", "1 7200");
    row("rootsAndForward", hosts("  r: {dns-server: {roots: 1.2.3.4, forward: 1.2.3.5}}\n"),
        "t.yaml:5:27: A DNS server asks others for everything, or begins at the root, not both.", "Leave");
    row("ndots", hosts("  r: {ndots: 16}\n"), "t.yaml:5:14: ", "");
    row("pageSize", hosts("  r: {web-server: {pages: {/: {size: 1TB}}}}\n"),
        "t.yaml:5:38: \"1TB\" is not a size of a page.", "1MB");
    row("pageRedirect", hosts("  r: {web-server: {pages: {/: {redirect: \"/a b\"}}}}\n"),
        "t.yaml:5:42: \"/a b\" cannot stand in a line of HTTP.", "ASCII");
    row("pageStatus", hosts("  r: {web-server: {pages: {/: {status: 301}}}}\n"),
        "t.yaml:5:40: A redirect needs to know where to.", "/new");
    row("dhcpRange", hosts("  r: {dhcp-server: {pool: 10.0.0.1}}\n"),
        "t.yaml:5:27: \"10.0.0.1\" is not a range of addresses.", "192.168.0.100-192.168.0.110");
    row("dhcpBackwards", hosts("  r: {dhcp-server: {pool: 10.0.0.9-10.0.0.1}}\n"),
        "t.yaml:5:27: The range \"10.0.0.9-10.0.0.1\" ends before it begins", "smaller");
    row("dhcpShortLease", hosts("  r: {dhcp-server: {lease: 5s}}\n"), "t.yaml:5:28: A lease lasts at least 2 minutes.",
        "2min");
    row("dhcpBoth", hosts("  r: {dhcp-server: true, dhcp-relay: 1.2.3.4}\n"),
        "t.yaml:5:38: A node is a DHCP server or a relay, not both.", "");
    row("dhcpCheckOnly", hosts("  r: {interfaces: {eth0: {check: true}}}\n"),
        "t.yaml:5:34: Only an interface that gets its address by DHCP has this.", "address: dhcp");
    row("ripTimers", hosts("  r: {kind: router, rip: {timers: [5s, 15s]}}\n"), "t.yaml:5:35: RIP has three timers.",
        "[30s, 180s, 120s]");
    row("ripPassive", hosts("  r: {kind: router, rip: {passive: lan}}\n"),
        "t.yaml:5:36: There is no interface \"lan\" to be passive.", "");
    row("ripRedistribute", hosts("  r: {kind: router, rip: {redistribute: ospf}}\n"),
        "t.yaml:5:41: RIP cannot redistribute \"ospf\".", "connected, static");
    row("yes", hosts("  r: {kind: router, forwarding: yes}\n"),
        "t.yaml:5:33: \"forwarding\" is true or false, not \"yes\".", "true or false");
    row("offName", head("name: Off\n"), "t.yaml:2:7: YAML takes \"Off\" for a truth value", "quotes");
    row("norway", head("nodes:\n  no: {kind: host}\n"), "t.yaml:3:3: \"no\" means something else in YAML", "");
    row("nullName", head("name: ~\n"), "t.yaml:2:7: YAML takes this word for \"nothing\"", "quotes");
    row("sexagesimalMac", head("nodes:\n  a:\n    interfaces: {eth0: {mac: 00:00:00:00:00:01}}\n"),
        "t.yaml:4:30: Some readers of YAML take 00:00:00:00:00:01 for a number to the base of 60.",
        "\"00:00:00:00:00:01\"");
    row("badMac", head("nodes:\n  a:\n    interfaces: {eth0: {mac: \"0:1\"}}\n"),
        "t.yaml:4:30: \"0:1\" is not a MAC address.", "");
    row("groupMac", head("nodes:\n  a:\n    interfaces: {eth0: {mac: \"01:00:5e:00:00:01\"}}\n"),
        "t.yaml:4:30: A MAC address cannot be", "even");
    row("tab", head("nodes:\n\ta: {}\n"), "t.yaml:3:1: A tab stands", "spaces");
    row("anchor", head("name: &x a\n"), "t.yaml:2:7: A lab file has no YAML anchors", "");
    row("alias", head("name: *x\n"), "t.yaml:2:7:", "");
    row("tag", head("name: !!str 5\n"), "t.yaml:2:7: A lab file has no YAML tags.", "");
    row("mergeKey", head("nodes:\n  a: {<<: {kind: host}}\n"), "t.yaml:3:7: A lab file has no YAML merge keys", "");
    row("twoDocuments", head("name: a\n---\nname: b\n"), "t.yaml:3:1: The file holds more than one YAML document.",
        "---");
    row("deep", head("notes: ") + QByteArray(40, '[') + QByteArray(40, ']'),
        "t.yaml:2:39: The file is nested deeper than 32 levels.", "bracket");
    row("manyValues", head("expect:\n") + QByteArray("- a\n").repeated(500'001),
        "t.yaml:499998:3: The file holds more than 500000 values.", "");
    row("unclosed", head("links: [a\n"), "t.yaml:", "brackets");
    row("badIndent", head("nodes:\n    a: {}\n  b: {}\n"), "t.yaml:4:3: This is not valid YAML", "indentation");
    row("unknownKind", head("nodes:\n  a: {kind: swich}\n"), "t.yaml:3:13: There is no kind of node called \"swich\".",
        "Did you mean \"switch\"? The kinds are: host, web-server, dns-server, hub, switch, router, home-router, "
        "vpn-endpoint.");
    row("badNodeName", head("nodes:\n  a b: {}\n"), "t.yaml:3:3: A name holds letters", "");
    row("digitNodeName", head("nodes:\n  10: {}\n"), "t.yaml:3:3: A name begins with a letter.", "");
    row("noSuchNode", hosts("links: [[a:eth0, c:eth0]]\n"), "t.yaml:5:18: There is no node called \"c\".",
        "Did you mean");
    row("noSuchPort", hosts("links:\n  - [a:eth0, b:eth7]\n"), "t.yaml:6:14: b has no port called \"eth7\".",
        "Its ports are: eth0.");
    row("twoCables", hosts("  c: {}\nlinks:\n  - [a:eth0, b:eth0]\n  - [c:eth0, a:eth0]\n"),
        "t.yaml:8:14: a:eth0 already has a cable.", "line 7");
    row("spaceInEnd", hosts("links:\n  - [a: eth0, b:eth0]\n"), "t.yaml:6:6: Here should stand one end of a cable", "");
    row("threeEnds", hosts("links: [[a:eth0, b:eth0, c:eth0]]\n"), "t.yaml:5:9: A cable has two ends.", "");
    row("loopCable", head("nodes:\n  s: {kind: switch}\nlinks: [[s:p1, s:p2]]\n"),
        "t.yaml:4:16: Both ends of the cable are at the same node.", "");
    row("tunnelCable", head("nodes:\n  a: {interfaces: {v0: {kind: tunnel}}}\n  b: {}\nlinks: [[b:eth0, a:v0]]\n"),
        "t.yaml:5:18: a:v0 is a virtual interface", "");
    row("noAddress", head("nodes:\n  a: {gateway: 192.168.0.300}\n"),
        "t.yaml:3:16: \"192.168.0.300\" is not an address.", "0 to 255");
    row("octalAddress", head("nodes:\n  a: {gateway: 192.168.0.010}\n"),
        "t.yaml:3:16: \"192.168.0.010\" is not an address.", "zeros");
    row("noLength", head("nodes:\n  a: {interfaces: {eth0: {address: 10.0.0.1}}}\n"),
        "t.yaml:3:36: An interface's address needs the length", "10.0.0.1/24");
    row("longLength", head("nodes:\n  a: {interfaces: {eth0: {address: 10.0.0.1/33}}}\n"),
        "t.yaml:3:36: \"10.0.0.1/33\" is not an address with a length.", "");
    row("addressIsList", head("nodes:\n  a: {gateway: [1.2.3.4]}\n"),
        "t.yaml:3:16: Here should stand a gateway, not a list.", "");
    row("rateZero", hosts("links: [{ends: [a:eth0, b:eth0], rate: 0bit/s}]\n"),
        "t.yaml:5:40: A cable cannot have a rate of 0bit/s.", "up: false");
    row("rateBare", hosts("links: [{ends: [a:eth0, b:eth0], rate: 100}]\n"), "t.yaml:5:40: \"100\" is not a rate.",
        "Mbit/s");
    row("delayYear", hosts("links: [{ends: [a:eth0, b:eth0], delay: 31536000s}]\n"),
        "t.yaml:5:41: A delay cannot be as long as 31536000s.", "3600s");
    row("delayBare", hosts("links: [{ends: [a:eth0, b:eth0], delay: 4}]\n"),
        "t.yaml:5:41: A delay is a time, not \"4\".", "4ms");
    row("delayNegative", hosts("links: [{ends: [a:eth0, b:eth0], delay: -4ms}]\n"), "t.yaml:5:41: A delay is a time",
        "");
    row("queueText", hosts("links: [{ends: [a:eth0, b:eth0], queue: big}]\n"), "t.yaml:5:41: \"big\" is not a size.",
        "64kB");
    row("mtuSmall", head("nodes:\n  a: {interfaces: {eth0: {mtu: 67}}}\n"), "t.yaml:3:32: An MTU cannot be 67.",
        "68 to 65535");
    row("mtuLarge", head("nodes:\n  a: {interfaces: {eth0: {mtu: 65536}}}\n"), "t.yaml:3:32: An MTU cannot be 65536.",
        "");
    row("hostRoute", head("nodes:\n  a: {routes: [10.1.0.0/8 via 1.2.3.4]}\n"),
        "t.yaml:3:16: \"10.1.0.0/8\" is an address, not a network.", "10.0.0.0/8");
    row("routeVia", head("nodes:\n  a: {routes: [10.0.0.0/8 via 1.2.3]}\n"),
        "t.yaml:3:31: \"1.2.3\" is not an address.", "");
    row("routeWord", head("nodes:\n  a:\n    routes:\n      - default by 1.2.3.4\n"),
        "t.yaml:5:17: A route has no \"by\".", "via");
    row("routeDev", head("nodes:\n  a: {routes: [10.0.0.0/8 dev eth9]}\n"),
        "t.yaml:3:16: The route's interface \"eth9\" does not exist.", "eth0");
    row("portRange", head("nodes:\n  a: {ephemeral-ports: 60000-50000}\n"),
        "t.yaml:3:24: The range \"60000-50000\" ends before it begins.", "");
    row("portsOfHost", head("nodes:\n  a: {ports: 4}\n"), "t.yaml:3:14: Only a switch has a number of ports.", "");
    row("pagePath", head("nodes:\n  a: {web-server: {pages: {index: x}}}\n"),
        "t.yaml:3:28: \"index\" is not the path of a page.", "");
    row("dnsName", head("nodes:\n  a: {dns-server: {records: {\"a b\": 1.2.3.4}}}\n"),
        "t.yaml:3:30: \"a b\" is not a name that DNS can hold.", "");
    row("farAway", head("nodes:\n  a: {at: [0, 1e9]}\n"), "t.yaml:3:15: A place is a number, not \"1e9\".", "");
    row("stepNobody", hosts("run: [{at: 0s, on: c, do: ping 1.2.3.4}]\n"),
        "t.yaml:5:20: There is no node called \"c\".", "");
    row("userAgent", head("nodes:\n  a: {user-agent: \"a\\r\\nX: y\"}\n"),
        "t.yaml:3:19: The browser's name for itself holds plain ASCII characters only.", "");
    row("longName", head("name: ") + QByteArray(1001, 'x'), "t.yaml:2:7: This text is too long for the lab's name.",
        "1000");
    row("newerKind", "packetarium: 2\nnodes:\n  a: {kind: toaster}\n",
        "t.yaml:3:13: There is no kind of node called \"toaster\".", "newer version");
    row("umlautColumn", head("nodes: {ä: {kind: ö}}\n"), "t.yaml:2:19: There is no kind of node called \"ö\".", "");
}

void TestLabFile::badText_read_isRefusedWithItsPlace() {
    QFETCH(QByteArray, text);
    QFETCH(QString, message);
    QFETCH(QString, hint);
    io::ReadLab read;
    io::Problem problem;
    QVERIFY(!io::readLab(text, QStringLiteral("t.yaml"), &read, &problem));
    QVERIFY2(problem.toString().startsWith(message), qPrintable(problem.toString()));
    QVERIFY2(problem.hint.contains(hint), qPrintable(problem.toString()));
    QVERIFY(read.lab == lab::Lab{});
}

void TestLabFile::missingFile_read_isRefused() {
    QByteArray text;
    io::Problem problem;
    QVERIFY(!io::readBytes(QStringLiteral("/nowhere/x.lab.yaml"), &text, &problem));
    QCOMPARE(problem.toString(),
             QStringLiteral("/nowhere/x.lab.yaml: There is no such file.\nhint: Check the name and the folder."));
    QVERIFY(!io::readBytes(QStringLiteral("/"), &text, &problem));
    QCOMPARE(problem.message, QStringLiteral("This is a folder, not a file."));
    QVERIFY(!io::readBytes(QStringLiteral("/dev/zero"), &text, &problem));
    QCOMPARE(problem.message, QStringLiteral("This is not an ordinary file."));
    QTemporaryDir folder;
    QFile huge(folder.filePath(QStringLiteral("huge")));
    QVERIFY(huge.open(QIODevice::WriteOnly) && huge.resize(17 * 1024 * 1024));
    huge.close();
    QVERIFY(!io::readBytes(huge.fileName(), &text, &problem));
    QCOMPARE(problem.message, QStringLiteral("The file is larger than 16 MB."));
}

void TestLabFile::unknownKeys_read_areWarnings() {
    const auto read = readOk(hosts("  c: {gatway: 1.2.3.4}\nfoo: {a: [1, 2]}\n"));
    QCOMPARE(read.warnings.size(), 2u);
    QCOMPARE(read.warnings[0].toString(),
             QStringLiteral(
                 "t.yaml:6:1: The key \"foo\" of a lab means nothing to this version.\nhint: It is kept "
                 "when the lab is saved. "
                 "Known here: packetarium, name, about, seed, addresses, nodes, links, areas, notes, run, expect."));
    QCOMPARE(read.warnings[1].toString(), QStringLiteral("t.yaml:5:7: The key \"gatway\" of a node means nothing to "
                                                         "this version.\nhint: Did you mean \"gateway\"?"));
}

void TestLabFile::newerVersion_read_isSaid() {
    const auto read = readOk("packetarium: 2\nname: Later\n");
    QVERIFY(read.newer);
    QCOMPARE(read.lab.name, QStringLiteral("Later"));
    QVERIFY(read.warnings[0].toString().startsWith(QStringLiteral(
        "t.yaml:1:14: This lab was made by a newer version of Packetarium (format 2, this one knows 1).")));
}

void TestLabFile::hostileText_read_endsSoon_data() {
    QTest::addColumn<QByteArray>("piece");
    for (const char* piece :
         {"[",     "{",      "- ",      "? ",    "a: ",   "\"a\" ", "'",   "[a,",       "{a: b,", "a\n",
          "- a\n", "a: b\n", "- - a\n", "#\n",   "a #\n", "[#\n",   "|\n", "- |\n",     "&a ",    "*a ",
          "!a ",   "%a\n",   "---\n",   "...\n", "\\",    "\"\\n",  ": ",  ":",         ",",      "x",
          "- ? ",  "[? ",    "[a ",     "ä",     " \n",   "-\n",    "?\n", "a:\n- b\n", ">\n a\n"})
        QTest::newRow(piece) << QByteArray(piece);
}

void TestLabFile::hostileText_read_endsSoon() {
    QFETCH(QByteArray, piece);
    // The test's own time limit is the judge of "soon"; here it matters that every text ends in one sentence.
    for (const QByteArray& start :
         {QByteArray(), QByteArray("packetarium: 1\nname: "), QByteArray("packetarium: 1\nlinks: [")}) {
        const QByteArray text = start + piece.repeated(1'000'000 / int(piece.size()));
        io::ReadLab read;
        io::Problem problem;
        if (!io::readLab(text, QStringLiteral("t.yaml"), &read, &problem)) QVERIFY(!problem.message.isEmpty());
    }
}

void TestLabFile::quantities_parsed_areExact() {
    QCOMPARE(io::parseTime(QStringLiteral("4ms"))->count(), 4'000'000);
    QCOMPARE(io::parseTime(QStringLiteral("1us"))->count(), 1'000);
    QCOMPARE(io::parseTime(QStringLiteral("2s"))->count(), 2'000'000'000);
    QCOMPARE(io::parseTime(QStringLiteral("1.5ms"))->count(), 1'500'000);
    QCOMPARE(io::parseTime(QStringLiteral("0"))->count(), 0);
    QVERIFY(!io::parseTime(QStringLiteral("0.5ns")));
    QVERIFY(!io::parseTime(QStringLiteral("1 fortnight")));
    QVERIFY(!io::parseTime(QStringLiteral("99999999999999999999s")));
    QCOMPARE(*io::parseRate(QStringLiteral("100Mbit/s")), 100'000'000u);
    QCOMPARE(*io::parseRate(QStringLiteral("2.5Gbit/s")), 2'500'000'000u);
    QCOMPARE(*io::parseRate(QStringLiteral("10kbit/s")), 10'000u);
    QCOMPARE(*io::parseBytes(QStringLiteral("64kB")), 64'000u);
    QCOMPARE(*io::parseBytes(QStringLiteral("64KiB")), 65'536u);
    QCOMPARE(*io::parseBytes(QStringLiteral("100000")), 100'000u);
    QVERIFY(!io::parseBytes(QStringLiteral("064")));
    QCOMPARE(io::formatTime(4ms), QStringLiteral("4ms"));
    QCOMPARE(io::formatTime(1500us), QStringLiteral("1500us"));
    QCOMPARE(io::formatRate(1'000'000'000), QStringLiteral("1Gbit/s"));
    QCOMPARE(io::formatBytes(1500), QStringLiteral("1500B"));
}

void TestLabFile::nothingChanged_saved_isTheSameBytes() {
    QCOMPARE(edited(kSmall, [](lab::Lab&) {}), QByteArray(kSmall));
}

void TestLabFile::nodeMoved_saved_changesOneLine() {
    const auto saved = edited(kSmall, [](lab::Lab& l) { l.nodes[0].at = QPointF(100, 80.5); });
    QCOMPARE(changedLines(kSmall, saved),
             (Lines{"-    at: [80, 80]          # left", "+    at: [100, 80.5]          # left"}));
}

void TestLabFile::nodeRenamed_saved_changesTheLinesThatNameIt() {
    const auto saved = edited(kSmall, [](lab::Lab& l) { l.nodes[0].name = QStringLiteral("anne"); });
    QCOMPARE(changedLines(kSmall, saved),
             (Lines{"-  anna:", "+  anne:", "-  - [anna:eth0, sw1:p1] # the first cable",
                    "+  - [anne:eth0, sw1:p1] # the first cable", "-- {at: 0s, on: anna, do: ping 192.168.0.2}",
                    "+- {at: 0s, on: anne, do: ping 192.168.0.2}"}));
}

void TestLabFile::nodeAdded_saved_insertsItsLines() {
    const auto saved = edited(kSmall, [](lab::Lab& l) {
        auto node = lab::makeNode(lab::Kind::Host, QStringLiteral("host1"), QPointF(10, 20));
        node.id = {9};
        l.nodes.push_back(node);
        lab::Link link;
        link.id = {9};
        link.a = {{9}, QStringLiteral("eth0")};
        link.b = {{3}, QStringLiteral("p3")};
        l.links.push_back(link);
    });
    QCOMPARE(changedLines(kSmall, saved),
             (Lines{"+  host1:", "+    kind: host", "+    at: [10, 20]", "+  - [host1:eth0, sw1:p3]"}));
}

void TestLabFile::nodeDeleted_saved_deletesItsLines() {
    const auto saved = edited(kSmall, [](lab::Lab& l) {
        l.nodes.erase(l.nodes.begin() + 1);
        l.links.erase(l.links.begin() + 1);
    });
    QCOMPARE(changedLines(kSmall, saved),
             (Lines{"-  ben:", "-    kind: host", "-    at: [320, 80]", "-    interfaces:", "-      eth0:",
                    "-        address: [192.168.0.2/24]", "-    dns: [192.168.0.254, 1.1.1.1]",
                    "-  - ends: [ben:eth0, sw1:p2]", "-    delay: 2ms", "-    label: blue"}));
}

void TestLabFile::deletionUndone_saved_putsItBackInItsPlace() {
    const auto read = readOk(kSmall);
    lab::Lab less = read.lab;
    less.nodes.erase(less.nodes.begin());
    less.links.erase(less.links.begin());
    less.run.clear();
    const QByteArray without = io::patchLab(kSmall, read.lab, less);
    const QByteArray back = io::patchLab(without, less, read.lab);
    QVERIFY(lab::numbered(readOk(back).lab) == read.lab);
    QVERIFY(back.contains("  # the second\n  ben:\n"));
}

void TestLabFile::linkChanged_saved_keepsWhatItDoesNotKnow() {
    const auto slower = edited(kSmall, [](lab::Lab& l) { l.links[1].delay = 5ms; });
    QCOMPARE(changedLines(kSmall, slower), (Lines{"-    delay: 2ms", "+    delay: 5ms"}));
    const auto plain = edited(kSmall, [](lab::Lab& l) { l.links[1].delay.reset(); });
    QCOMPARE(changedLines(kSmall, plain), (Lines{"-    delay: 2ms"}));
    const auto first = edited(kSmall, [](lab::Lab& l) { l.links[0].rate = 10'000'000; });
    QCOMPARE(changedLines(kSmall, first),
             (Lines{"-  - [anna:eth0, sw1:p1] # the first cable",
                    "+  - {ends: [anna:eth0, sw1:p1], rate: 10Mbit/s} # the first cable"}));
    const auto both = edited(kSmall, [](lab::Lab& l) { l.links[1].queue = 64'000; });
    QCOMPARE(changedLines(kSmall, both), (Lines{"+    queue: 64kB"}));
}

void TestLabFile::settingsChanged_saved_changeTheirLinesOnly() {
    using sim::wire::IpAddress;
    const auto gateway = edited(kSmall, [](lab::Lab& l) { l.nodes[1].gateway = IpAddress::parse("192.168.0.254"); });
    QCOMPARE(changedLines(kSmall, gateway), (Lines{"+    gateway: 192.168.0.254"}));
    const auto none = edited(kSmall, [](lab::Lab& l) { l.nodes[0].gateway.reset(); });
    QCOMPARE(changedLines(kSmall, none), (Lines{"-    gateway: 192.168.0.254"}));
    const auto dns = edited(kSmall, [](lab::Lab& l) { l.nodes[1].dns.erase(l.nodes[1].dns.begin()); });
    QCOMPARE(changedLines(kSmall, dns), (Lines{"-    dns: [192.168.0.254, 1.1.1.1]", "+    dns: [1.1.1.1]"}));
    const auto address =
        edited(kSmall, [](lab::Lab& l) { l.nodes[0].ports[0].addresses[0] = *sim::wire::Prefix::parse("10.0.0.1/8"); });
    QCOMPARE(changedLines(kSmall, address), (Lines{"-      eth0: {address: 192.168.0.1/24, mac: \"02:00:00:00:00:0a\"}",
                                                   "+      eth0: {address: 10.0.0.1/8, mac: \"02:00:00:00:00:0a\"}"}));
    const auto name = edited(kSmall, [](lab::Lab& l) { l.name = QStringLiteral("Larger: yes"); });
    QCOMPARE(changedLines(kSmall, name), (Lines{"-name: Small   # short", "+name: \"Larger: yes\"   # short"}));
    const auto web = edited(kSmall, [](lab::Lab& l) {
        l.nodes[1].webServer = lab::WebServer{8080, {{QStringLiteral("/"), QStringLiteral("<p>a</p>\n<p>b</p>\n")}}};
    });
    QCOMPARE(changedLines(kSmall, web), (Lines{"+    web-server:", "+      port: 8080", "+      pages:",
                                               "+        /: |", "+          <p>a</p>", "+          <p>b</p>"}));
    const auto run = edited(kSmall, [](lab::Lab& l) {
        l.run.push_back({1s, {2}, QStringLiteral("ping 192.168.0.1")});
    });
    QCOMPARE(changedLines(kSmall, run), (Lines{"+- {at: 1s, on: ben, do: ping 192.168.0.1}"}));
}

void TestLabFile::crlfFile_saved_keepsItsLineEnds() {
    const QByteArray text = QByteArray(kSmall).replace("\n", "\r\n");
    const auto saved = edited(text, [](lab::Lab& l) {
        l.nodes[0].at = QPointF(1, 2);
        l.nodes[1].gateway = sim::wire::IpAddress::parse("192.168.0.254");
        l.nodes[2].name = QStringLiteral("sw9");
    });
    QCOMPARE(saved.count('\n'), saved.count("\r\n"));
    QCOMPARE(changedLines(text, saved).size(), 2 + 1 + 2 + 2 + 2);
}

void TestLabFile::fileWithoutLastLineEnd_saved_isWhole() {
    const QByteArray text = "packetarium: 1\nnodes:\n  a: {kind: host, at: [0, 0]}";
    const auto saved = edited(text, [](lab::Lab& l) {
        auto node = lab::makeNode(lab::Kind::Host, QStringLiteral("b"), QPointF(10, 20));
        node.id = {2};
        l.nodes.push_back(node);
    });
    QCOMPARE(saved, text + "\n  b:\n    kind: host\n    at: [10, 20]");
}

void TestLabFile::jsonFile_saved_staysJson() {
    const QByteArray text = "{\"packetarium\": 1, \"nodes\": {\"a\": {\"kind\": \"host\", \"at\": [0, 0]},\n \"b\": "
                            "{\"at\": [5, 5]}}, \"links\": [[\"a:eth0\", \"b:eth0\"]]}\n";
    const auto saved = edited(text, [](lab::Lab& l) {
        l.nodes[0].at = QPointF(1, 2);
        l.nodes[1].name = QStringLiteral("c");
    });
    QCOMPARE(saved, QByteArray("{\"packetarium\": 1, \"nodes\": {\"a\": {\"kind\": \"host\", \"at\": [1, 2]},\n c: "
                               "{\"at\": [5, 5]}}, \"links\": [[\"a:eth0\", \"c:eth0\"]]}\n"));
}

void TestLabFile::homeLab_editedInManyWays_changesFewLines() {
    const QByteArray text = fileText(QStringLiteral("resources/labs/home.lab.yaml"));
    for (std::size_t i = 0; i < readOk(text).lab.nodes.size(); ++i) {
        const auto moved = edited(text, [&](lab::Lab& l) { l.nodes[i].at += QPointF(40, 0); });
        QCOMPARE(changedLines(text, moved).size(), 2);
        const auto gone = edited(text, [&](lab::Lab& l) {
            const auto id = l.nodes[i].id;
            l.nodes.erase(l.nodes.begin() + long(i));
            std::erase_if(l.links, [&](const auto& link) { return link.a.node == id || link.b.node == id; });
            std::erase_if(l.run, [&](const auto& step) { return step.on == id; });
        });
        for (const auto& line : changedLines(text, gone))
            QVERIFY2(line.startsWith('-'), line.constData());
    }
}

void TestLabFile::randomLabs_writtenAndRead_areEqual() {
    for (unsigned seed = 0; seed < 300; ++seed) {
        Random random(seed);
        const lab::Lab l = randomLab(random);
        const QByteArray text = io::writeLab(l);
        io::ReadLab read;
        io::Problem problem;
        QVERIFY2(io::readLab(text, QStringLiteral("t"), &read, &problem),
                 qPrintable(QString::number(seed) + problem.toString() + u'\n' + QString::fromUtf8(text)));
        QVERIFY2(lab::numbered(read.lab) == lab::numbered(l), text.constData());
        QVERIFY(read.warnings.empty());
    }
}

void TestLabFile::randomEdits_saved_readBackEqual() {
    int whole = 0;
    for (unsigned seed = 0; seed < 300; ++seed) {
        Random random(seed);
        const QByteArray text = seed % 3 == 0   ? QByteArray(kSmall)
                                : seed % 3 == 1 ? fileText(QStringLiteral("resources/labs/home.lab.yaml"))
                                                : "# mark\n" + io::writeLab(randomLab(random));
        const lab::Lab before = readOk(text).lab;
        lab::Lab now = before;
        std::uint32_t next = 1000;
        for (int i = below(random, 5); i >= 0; --i)
            randomEdit(random, now, next);
        const QByteArray saved = io::patchLab(text, before, now);
        QVERIFY2(lab::numbered(readOk(saved).lab) == lab::numbered(now), saved.constData());
        // The comment at the head is lost only when the file had to be written anew.
        if (!saved.startsWith('#') && !text.startsWith("packetarium")) {
            ++whole;
            qInfo("seed %u was written anew", seed);
        }
    }
    QCOMPARE(whole, 0);
}

QTEST_GUILESS_MAIN(TestLabFile)
#include "test_lab_file.moc"
