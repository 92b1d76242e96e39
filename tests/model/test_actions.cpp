// Actions of a run: each is described once, and what is written is what is read.
#include "model/io/action_words.h"

#include <QTest>

using model::io::ActionWord;

class TestActions : public QObject {
    Q_OBJECT
private slots:
    void everyExample_read_isAnAction() {
        QCOMPARE(model::io::actionVerbs().size(), qsizetype(24));
        for (const ActionWord& word : model::io::actionWords()) {
            QString problem;
            const auto cable = [](const QString& port, QString*) -> std::optional<sim::kernel::ChannelId> {
                return sim::kernel::ChannelId{port == QLatin1String("desktop:eth0") ? 7u : 8u};
            };
            const QString example = QLatin1String(word.example);
            const auto freePort = [](const QString&, QString*) -> std::optional<sim::kernel::InterfaceId> {
                return sim::kernel::InterfaceId{3};
            };
            const auto interfaceAt = [](const QString&) { return sim::kernel::InterfaceId{2}; };
            const auto action = model::io::readAction({example.split(u' '), cable, freePort, interfaceAt}, &problem);
            QVERIFY2(action, qPrintable(example + ": " + problem));
            QVERIFY2(example.startsWith(QLatin1String(word.verb) + u' '), word.example);
            QVERIFY2(QLatin1String(word.form).startsWith(QLatin1String(word.verb)), word.form);
            QCOMPARE(model::io::actionWord(example), &word);
            // What names a cable needs a lab.
            QCOMPARE(model::io::parseAction(example).has_value(), word.who != ActionWord::Who::Cable);
            QCOMPARE(model::io::namesCable(example), word.who == ActionWord::Who::Cable);
        }
    }

    void formerVerb_read_isTheSameAction() {
        int former = 0;
        for (const ActionWord& word : model::io::actionWords()) {
            if (!word.former) continue;
            ++former;
            const auto cable = [](const QString&, QString*) { return std::optional(sim::kernel::ChannelId{7}); };
            QStringList words = QString::fromLatin1(word.example).split(u' ');
            const auto now = model::io::readAction({words, cable}, nullptr);
            words[0] = QLatin1String(word.former);
            const auto before = model::io::readAction({words, cable}, nullptr);
            QVERIFY(now && before);
            QCOMPARE(before->index(), now->index());
            QVERIFY(!model::io::actionVerbs().contains(words[0]));
        }
        QCOMPARE(former, 1); // mend
        const auto repair = model::io::readAction(
            {{"mend", "a:eth0"}, [](const QString&, QString*) { return std::optional(sim::kernel::ChannelId{7}); }},
            nullptr);
        QVERIFY(repair && !std::get<sim::config::Cut>(*repair).cut);
    }

    void action_written_isReadAsTheSame_data() {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"browse http://google.com/",
              "browse http://10.0.0.1:8080/x?y=1 deadline 2500ms ipv4",
              "ping 8.8.8.8",
              "ping pc count 3 interval 200ms size 1472 ttl 5 deadline 2s from eth1 dont-fragment broadcast id 77 ipv4",
              "ping 8.8.8.8 fragment",
              "ping pc numeric ipv4",
              "traceroute z tcp port 443 size 1400 first 2 hops 9 queries 3 wait 500ms ipv4",
              "traceroute z icmp",
              "traceroute z",
              "resolve google.com",
              "resolve google.com A AAAA",
              "resolve google.com MX at 1.1.1.1",
              "tcp 10.0.0.2 80 from 4000 send 10x3, recv 5, drain, close",
              "udp 10.0.0.2 9 echo",
              "udp 10.0.0.2 9 join 239.1.2.3, recv",
              "tcp 10.0.0.2 80 deadline 5s drain",
              "dhcp renew",
              "dhcp release eth0",
              "dhcp request 10.7.7.7 eth1",
              "neighbour 10.1.0.2 stale",
              "neighbour 10.1.0.2 gone",
              "neighbour 10.1.0.2 00:00:00:00:00:09",
              "forget 00:00:00:00:00:02",
              "flush routes",
              "firewall drop tcp to port 80",
              "firewall policy input drop",
              "route add 10.0.0.0/8 via 1.2.3.4 metric 7",
              "route del default",
              "interface eth0 down",
              "interface eth0 up",
              "mac 02:00:00:00:00:09 dev eth0",
              "mac 02:00:00:00:00:09 dev eth0 arp-notify",
              "firewall del drop tcp to port 80",
              "power off",
              "power on",
              "power restart",
              "route add 10.0.0.0/8 via 1.2.3.4 weight 3 via 1.2.3.5 dev eth1 src 10.9.9.9 table 100 metric 7",
              "rule add from 10.0.0.0/8 lookup 100 priority 5",
              "rule add to 10.9.9.9 iif eth0 prohibit",
              "rule del priority 5",
              "sysctl rp_filter=1",
              "sysctl eth0.proxy_arp=0",
              "sysctl proxy_delay=0",
              "sysctl ip_forward=1",
              "address add 10.0.0.5/24 dev eth0",
              "address del 10.0.0.5/24 dev eth0"})
            QTest::newRow(text) << QString::fromLatin1(text);
    }
    void action_written_isReadAsTheSame() {
        QFETCH(QString, text);
        const auto action = model::io::parseAction(text);
        QVERIFY(action);
        QCOMPARE(model::io::formatAction(*action), text);
        const auto again = model::io::parseAction(model::io::formatAction(*action));
        QVERIFY(again && *again == *action);
    }

    void everyVerbOfANode_written_isCovered() {
        // Each verb that a node can do is written by its own description, but udp, which tcp's writes.
        for (const ActionWord& word : model::io::actionWords())
            QVERIFY2(word.describe || word.who == ActionWord::Who::Cable || word.verb == QLatin1String("udp"),
                     word.verb);
    }

    void renamedNode_inAnAction_isRenamedInPortsAlone() {
        using model::io::renamePorts;
        QCOMPARE(renamePorts("unplug a:eth0", "a", "b"), QString("unplug b:eth0"));
        QCOMPARE(renamePorts("unplug ab:eth0", "a", "b"), QString("unplug ab:eth0"));
        QCOMPARE(renamePorts("move a:eth0 to a:eth1", "a", "b"), QString("move b:eth0 to b:eth1"));
        QCOMPARE(renamePorts("ping a", "a", "b"), QString("ping a"));
    }
};

QTEST_APPLESS_MAIN(TestActions)
#include "test_actions.moc"
