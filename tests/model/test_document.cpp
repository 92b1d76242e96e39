// The document: opening, saving, and undo and redo of everything that can be done.
#include "model/commands/commands.h"
#include "model/lab/kinds.h"
#include "tests/model/lab_text.h"

#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <functional>

using namespace model;
using namespace tests;
using namespace std::chrono_literals;
using document::Change;
using document::Document;

namespace {

void openSmall(Document& document) {
    io::Problem problem;
    if (!document.openText(kSmall, QStringLiteral("t.yaml"), &problem)) qFatal("%s", qPrintable(problem.toString()));
}

lab::NodeId idOf(const Document& document, const char* name) { return document.lab().node(QLatin1String(name))->id; }

void write(const QString& path, const QByteArray& text) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("%s", qPrintable(path));
}

QByteArray read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestDocument : public QObject {
    Q_OBJECT
private slots:
    void everyCommand_undoneAndRedone_restoresEqualLabs_data();
    void everyCommand_undoneAndRedone_restoresEqualLabs();
    void manyCommands_undoneAll_giveTheFirstLab();
    void newNodes_added_getUniqueNames();
    void link_withoutPortNames_takesFreePorts();
    void impossibleLinks_added_areRefusedInASentence();
    void drag_moves_becomeOneStep();
    void twoDrags_move_stayTwoSteps();
    void dragBack_toTheBeginning_leavesNoStep();
    void node_renamed_isFollowedByCablesAndSteps();
    void badNames_renamed_areRefused();
    void nodeRemoved_takesCablesAndSteps();
    void portRenamed_keepsItsCable();
    void settings_impossible_areRefused();
    void copied_pasted_isNewAndConnected();
    void rubbish_pasted_isNothing();
    void changes_done_sayWhatChanged();
    void saved_thenOpened_isTheSameLab();
    void undoneToTheSavedStep_isUnmodified();
    void failedSave_leavesTheOldFileWhole();
    void badFile_opened_changesNothing();
    void newerFile_opened_isReadOnly();
    void clear_afterUndoSteps_isEmptyAndClean();
};

using Step = std::function<void(Document&)>;

void TestDocument::everyCommand_undoneAndRedone_restoresEqualLabs_data() {
    QTest::addColumn<Step>("step");
    const auto row = [](const char* name, Step step) { QTest::newRow(name) << step; };
    row("addNode", [](Document& d) { commands::addNode(d, lab::Kind::Router, {1, 2}); });
    row("addLink", [](Document& d) {
        commands::addLink(d, {commands::addNode(d, lab::Kind::Host, {}), {}}, {idOf(d, "sw1"), {}});
    });
    row("removeNode", [](Document& d) { commands::remove(d, {idOf(d, "anna")}, {}); });
    row("removeSwitch", [](Document& d) { commands::remove(d, {idOf(d, "sw1")}, {}); });
    row("removeLink", [](Document& d) { commands::remove(d, {}, {d.lab().links[0].id}); });
    row("removeAll", [](Document& d) { commands::remove(d, {idOf(d, "anna"), idOf(d, "ben"), idOf(d, "sw1")}, {}); });
    row("move", [](Document& d) { commands::moveNodes(d, {idOf(d, "anna"), idOf(d, "sw1")}, {5, -7}); });
    row("rename",
        [](Document& d) { QCOMPARE(commands::rename(d, idOf(d, "anna"), QStringLiteral("zoe")), QString()); });
    row("setNode", [](Document& d) {
        auto node = *d.lab().node(QStringLiteral("ben"));
        node.gateway = sim::wire::IpAddress::parse("192.168.0.254");
        node.ports[0].mtu = 900;
        QCOMPARE(commands::setNode(d, node, QStringLiteral("Set")), QString());
    });
    row("setLink", [](Document& d) {
        auto link = d.lab().links[0];
        link.delay = 7ms;
        link.up = false;
        QCOMPARE(commands::setLink(d, link, QStringLiteral("Set")), QString());
    });
    row("setRun", [](Document& d) { commands::setRun(d, {{1s, idOf(d, "ben"), QStringLiteral("ping 192.168.0.1")}}); });
    row("setAbout", [](Document& d) { commands::setAbout(d, QStringLiteral("N"), QStringLiteral("A")); });
    row("duplicate", [](Document& d) { commands::duplicate(d, {idOf(d, "anna"), idOf(d, "sw1")}, {10, 10}); });
    row("paste", [](Document& d) { commands::paste(d, commands::copy(d.lab(), {idOf(d, "ben")}), {10, 10}); });
}

void TestDocument::everyCommand_undoneAndRedone_restoresEqualLabs() {
    QFETCH(Step, step);
    Document document;
    openSmall(document);
    const lab::Lab before = document.lab();
    step(document);
    const lab::Lab after = document.lab();
    QVERIFY(!(before == after));
    QVERIFY(document.isModified());
    while (document.undoStack().canUndo())
        document.undoStack().undo();
    QVERIFY(document.lab() == before);
    while (document.undoStack().canRedo())
        document.undoStack().redo();
    QVERIFY(document.lab() == after);
}

void TestDocument::manyCommands_undoneAll_giveTheFirstLab() {
    Document document;
    openSmall(document);
    const lab::Lab before = document.lab();
    std::vector<lab::Lab> history;
    for (int i = 0; i < 60; ++i) {
        history.push_back(document.lab());
        const auto& nodes = document.lab().nodes;
        const auto id = nodes.empty() ? lab::NodeId{} : nodes[std::size_t(i * 7) % nodes.size()].id;
        const int index = document.undoStack().index();
        switch (i % 6) {
        case 0:
        case 1: commands::addNode(document, lab::allKinds()[std::size_t(i) % 7], QPointF(i, i)); break;
        case 2: commands::addLink(document, {id, {}}, {nodes.back().id, {}}); break;
        case 3: commands::moveNodes(document, {id}, {1, 1}); break;
        case 4: commands::rename(document, id, QStringLiteral("n%1").arg(i)); break;
        case 5: commands::remove(document, {id}, {}); break;
        }
        if (document.undoStack().index() == index) history.pop_back(); // refused
    }
    while (document.undoStack().canUndo()) {
        document.undoStack().undo();
        QVERIFY(document.lab() == history.back());
        history.pop_back();
    }
    QVERIFY(document.lab() == before);
}

void TestDocument::newNodes_added_getUniqueNames() {
    Document document;
    const auto a = commands::addNode(document, lab::Kind::Host, {0, 0});
    const auto b = commands::addNode(document, lab::Kind::Host, {0, 0});
    const auto c = commands::addNode(document, lab::Kind::HomeRouter, {0, 0});
    QCOMPARE(document.lab().node(a)->name, QStringLiteral("host1"));
    QCOMPARE(document.lab().node(b)->name, QStringLiteral("host2"));
    QCOMPARE(document.lab().node(c)->name, QStringLiteral("home1"));
    QVERIFY(document.lab().node(a)->ports[0].addresses.empty());
    QCOMPARE(document.lab().node(c)->nat->outside, QStringLiteral("wan0"));
    commands::remove(document, {a}, {});
    const auto d = commands::addNode(document, lab::Kind::Host, {0, 0});
    QCOMPARE(document.lab().node(d)->name, QStringLiteral("host1"));
    QVERIFY(d != a);
}

void TestDocument::link_withoutPortNames_takesFreePorts() {
    Document document;
    openSmall(document);
    const auto host = commands::addNode(document, lab::Kind::Host, {});
    lab::LinkId made;
    QCOMPARE(commands::addLink(document, {host, {}}, {idOf(document, "sw1"), {}}, &made), QString());
    QCOMPARE(document.lab().link(made)->a.port, QStringLiteral("eth0"));
    QCOMPARE(document.lab().link(made)->b.port, QStringLiteral("p3"));
    for (int i = 0; i < 6; ++i)
        QCOMPARE(commands::addLink(document, {commands::addNode(document, lab::Kind::Host, {}), {}},
                                   {idOf(document, "sw1"), {}}, &made),
                 QString());
    QCOMPARE(document.lab().link(made)->b.port, QStringLiteral("p9"));
    QCOMPARE(document.lab().node(QStringLiteral("sw1"))->ports.size(), 9u);
    document.undoStack().undo();
    QCOMPARE(document.lab().node(QStringLiteral("sw1"))->ports.size(), 8u);
}

void TestDocument::impossibleLinks_added_areRefusedInASentence() {
    Document document;
    openSmall(document);
    const auto anna = idOf(document, "anna"), ben = idOf(document, "ben"), sw1 = idOf(document, "sw1");
    QCOMPARE(commands::addLink(document, {anna, QStringLiteral("eth0")}, {sw1, {}}),
             QStringLiteral("anna:eth0 already has a cable."));
    QCOMPARE(commands::addLink(document, {sw1, {}}, {ben, {}}), QStringLiteral("ben:eth0 already has a cable."));
    QCOMPARE(commands::addLink(document, {anna, QStringLiteral("eth9")}, {sw1, {}}),
             QStringLiteral("anna has no port called eth9."));
    QCOMPARE(commands::addLink(document, {sw1, {}}, {sw1, {}}), QStringLiteral("A cable joins two nodes."));
    QCOMPARE(commands::addLink(document, {{99}, {}}, {sw1, {}}), QStringLiteral("That node is gone."));
    QVERIFY(!document.isModified());
}

void TestDocument::drag_moves_becomeOneStep() {
    Document document;
    openSmall(document);
    for (int i = 0; i < 10; ++i)
        commands::moveNodes(document, {idOf(document, "anna")}, {1, 2}, 5);
    QCOMPARE(document.undoStack().count(), 1);
    QCOMPARE(document.lab().node(QStringLiteral("anna"))->at, QPointF(90, 100));
    document.undoStack().undo();
    QCOMPARE(document.lab().node(QStringLiteral("anna"))->at, QPointF(80, 80));
}

void TestDocument::twoDrags_move_stayTwoSteps() {
    Document document;
    openSmall(document);
    commands::moveNodes(document, {idOf(document, "anna")}, {1, 2}, 5);
    commands::moveNodes(document, {idOf(document, "anna")}, {1, 2}, 6);
    commands::moveNodes(document, {idOf(document, "ben")}, {1, 2}, 6);
    commands::moveNodes(document, {idOf(document, "ben")}, {1, 2});
    commands::moveNodes(document, {idOf(document, "ben")}, {1, 2});
    QCOMPARE(document.undoStack().count(), 5);
}

void TestDocument::dragBack_toTheBeginning_leavesNoStep() {
    Document document;
    openSmall(document);
    commands::moveNodes(document, {idOf(document, "anna")}, {1, 2}, 5);
    commands::moveNodes(document, {idOf(document, "anna")}, {-1, -2}, 5);
    QCOMPARE(document.undoStack().count(), 0);
    commands::moveNodes(document, {idOf(document, "anna")}, {0, 0}, 7);
    QCOMPARE(document.undoStack().count(), 0);
}

void TestDocument::node_renamed_isFollowedByCablesAndSteps() {
    Document document;
    openSmall(document);
    commands::setRun(document, {{0s, idOf(document, "anna"), QStringLiteral("ping 192.168.0.2")},
                                {1s, {}, QStringLiteral("unplug anna:eth0")}});
    QCOMPARE(commands::rename(document, idOf(document, "anna"), QStringLiteral(" zoe ")), QString());
    const QByteArray text = io::writeLab(document.lab());
    QVERIFY2(text.contains("[zoe:eth0, sw1:p1]") && text.contains("on: zoe, do: ping") &&
                 text.contains("do: unplug zoe:eth0") && !text.contains("anna"),
             text.constData());
}

void TestDocument::badNames_renamed_areRefused() {
    Document document;
    openSmall(document);
    const auto anna = idOf(document, "anna");
    QCOMPARE(commands::rename(document, anna, QStringLiteral("ben")), QStringLiteral("There is a ben already."));
    QCOMPARE(commands::rename(document, anna, QString()), QStringLiteral("A node needs a name."));
    QCOMPARE(commands::rename(document, anna, QStringLiteral("a:b")),
             QStringLiteral("A name holds letters, digits, \".\", \"-\" and \"_\", nothing else."));
    QCOMPARE(commands::rename(document, anna, QStringLiteral("9a")), QStringLiteral("A name begins with a letter."));
    QCOMPARE(commands::rename(document, anna, QStringLiteral("yes")),
             QStringLiteral("\"yes\" means something else in YAML and cannot be a name."));
    QCOMPARE(commands::rename(document, anna, QStringLiteral("anna")), QString());
    QVERIFY(!document.isModified());
}

void TestDocument::nodeRemoved_takesCablesAndSteps() {
    Document document;
    openSmall(document);
    commands::remove(document, {idOf(document, "anna")}, {});
    QCOMPARE(document.lab().nodes.size(), 2u);
    QCOMPARE(document.lab().links.size(), 1u);
    QVERIFY(document.lab().run.empty());
    QCOMPARE(document.undoStack().undoText(), QStringLiteral("Delete anna"));
}

void TestDocument::portRenamed_keepsItsCable() {
    Document document;
    openSmall(document);
    auto node = *document.lab().node(QStringLiteral("anna"));
    node.ports[0].name = QStringLiteral("lan9");
    QCOMPARE(commands::setNode(document, node, QStringLiteral("Rename port")), QString());
    QCOMPARE(document.lab().links[0].a.port, QStringLiteral("lan9"));
}

void TestDocument::settings_impossible_areRefused() {
    Document document;
    openSmall(document);
    const auto anna = *document.lab().node(QStringLiteral("anna"));
    auto node = anna;
    node.ports.clear();
    QCOMPARE(commands::setNode(document, node, {}), QStringLiteral("anna:eth0 has a cable; take that away first."));
    node = anna;
    node.ports[0].mtu = 67;
    QCOMPARE(commands::setNode(document, node, {}), QStringLiteral("The MTU of anna:eth0 goes from 68 to 65535."));
    node = anna;
    node.ports.push_back(node.ports[0]);
    QCOMPARE(commands::setNode(document, node, {}), QStringLiteral("anna has two ports called eth0."));
    auto link = document.lab().links[0];
    link.b.port = QStringLiteral("p2");
    QCOMPARE(commands::setLink(document, link, {}), QStringLiteral("sw1:p2 already has a cable."));
    link = document.lab().links[0];
    link.rate = 0;
    QCOMPARE(commands::setLink(document, link, {}), QStringLiteral("A rate goes from 1bit/s to 1Tbit/s."));
    QVERIFY(!document.isModified());
}

void TestDocument::copied_pasted_isNewAndConnected() {
    Document document;
    openSmall(document);
    const QByteArray text = commands::copy(document.lab(), {idOf(document, "anna"), idOf(document, "sw1")});
    const auto made = commands::paste(document, text, {40, 40});
    QCOMPARE(made.size(), 2u);
    QCOMPARE(document.lab().node(made[0])->name, QStringLiteral("anna2"));
    QCOMPARE(document.lab().node(made[1])->name, QStringLiteral("sw2"));
    QCOMPARE(document.lab().node(made[0])->at, QPointF(120, 120));
    QVERIFY(!document.lab().node(made[0])->ports[0].mac); // the original's MAC is its own
    QCOMPARE(document.lab().links.size(), 3u);
    QCOMPARE(document.lab().links[2].a.node, made[0]);
    QCOMPARE(document.lab().links[2].b.node, made[1]);
}

void TestDocument::rubbish_pasted_isNothing() {
    Document document;
    openSmall(document);
    QVERIFY(commands::paste(document, "hello: [", {}).empty());
    QVERIFY(commands::paste(document, QByteArray(1000, '\0'), {}).empty());
    QVERIFY(!document.isModified());
}

void TestDocument::changes_done_sayWhatChanged() {
    Document document;
    openSmall(document);
    std::vector<Change> seen;
    connect(&document, &Document::changed, this, [&](const Change& change) { seen.push_back(change); });
    const auto anna = idOf(document, "anna");
    commands::moveNodes(document, {anna}, {1, 1});
    commands::rename(document, anna, QStringLiteral("x"));
    document.undoStack().undo();
    commands::remove(document, {anna}, {});
    QCOMPARE(seen.size(), 4u);
    QCOMPARE(seen[0].flags, unsigned(Change::Moved));
    QVERIFY(!seen[0].affectsRun());
    QCOMPARE(seen[1].flags, unsigned(Change::Names));
    QCOMPARE(seen[2].flags, unsigned(Change::Names));
    QCOMPARE(seen[3].flags, unsigned(Change::Structure));
    QCOMPARE(seen[3].links.size(), 1u);
    QVERIFY(seen[3].affectsRun());
}

void TestDocument::saved_thenOpened_isTheSameLab() {
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("x.lab.yaml"));
    write(path, kSmall);
    Document document;
    io::Problem problem;
    QVERIFY(document.open(path, &problem));
    QCOMPARE(read(path), QByteArray(kSmall)); // opening writes nothing
    commands::moveNodes(document, {idOf(document, "anna")}, {20, 0});
    QVERIFY(document.save(path, &problem));
    QCOMPARE(changedLines(kSmall, read(path)).size(), 2);
    commands::rename(document, idOf(document, "ben"), QStringLiteral("bob"));
    commands::addLink(document, {commands::addNode(document, lab::Kind::Host, {7, 8}), {}},
                      {idOf(document, "sw1"), {}});
    QVERIFY(document.save(path, &problem));
    QVERIFY(read(path).contains("    colour: red           # not known to this version\n"));
    Document again;
    QVERIFY(again.open(path, &problem));
    QVERIFY(lab::numbered(again.lab()) == lab::numbered(document.lab()));
    QCOMPARE(again.path(), path);
}

void TestDocument::undoneToTheSavedStep_isUnmodified() {
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("new.lab.yaml"));
    Document document;
    QSignalSpy paths(&document, &Document::pathChanged);
    commands::addNode(document, lab::Kind::Host, {});
    io::Problem problem;
    QVERIFY(document.save(path, &problem));
    QCOMPARE(paths.size(), 1);
    QVERIFY(!document.isModified());
    commands::addNode(document, lab::Kind::Host, {});
    QVERIFY(document.isModified());
    document.undoStack().undo();
    QVERIFY(!document.isModified());
    QCOMPARE(read(path), QByteArray("packetarium: 1\nnodes:\n  host1:\n    kind: host\n    at: [0, 0]\n"));
}

void TestDocument::failedSave_leavesTheOldFileWhole() {
    Document document;
    openSmall(document);
    commands::moveNodes(document, {idOf(document, "anna")}, {1, 1});
    io::Problem problem;
    QVERIFY(!document.save(QStringLiteral("/nowhere/x.lab.yaml"), &problem));
    QVERIFY(problem.toString().startsWith(QStringLiteral("/nowhere/x.lab.yaml: The lab could not be saved: ")));
    QVERIFY(document.isModified());
    // A file that cannot be put in place, for a folder of its name is there: what is in it stays.
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("x.lab.yaml"));
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("x.lab.yaml")));
    write(path + QStringLiteral("/old"), "old");
    QVERIFY(!document.save(path, &problem));
    QCOMPARE(read(path + QStringLiteral("/old")), QByteArray("old"));
    QCOMPARE(document.path(), QString());
    // A device is never replaced by a file.
    QVERIFY(!document.save(QStringLiteral("/dev/null"), &problem));
    QCOMPARE(problem.message, QStringLiteral("The lab could not be saved: this is not an ordinary file."));
}

void TestDocument::badFile_opened_changesNothing() {
    Document document;
    openSmall(document);
    commands::moveNodes(document, {idOf(document, "anna")}, {1, 1});
    const lab::Lab before = document.lab();
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("bad.lab.yaml"));
    write(path, "packetarium: 1\nnodes: [\n");
    io::Problem problem;
    QSignalSpy changes(&document, &Document::changed);
    QVERIFY(!document.open(path, &problem));
    QVERIFY(problem.line > 0);
    QVERIFY(document.lab() == before);
    QVERIFY(document.isModified());
    QCOMPARE(document.undoStack().count(), 1);
    QCOMPARE(changes.size(), 0);
}

void TestDocument::newerFile_opened_isReadOnly() {
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("new.lab.yaml"));
    write(path, "packetarium: 7\nname: Later\nhologram: yes\n");
    Document document;
    io::Problem problem;
    QVERIFY(document.open(path, &problem));
    QVERIFY(document.isReadOnly());
    QCOMPARE(document.warnings().size(), 2u);
    QVERIFY(!document.save(path, &problem));
    QCOMPARE(read(path), QByteArray("packetarium: 7\nname: Later\nhologram: yes\n"));
    document.clear();
    QVERIFY(!document.isReadOnly());
}

void TestDocument::clear_afterUndoSteps_isEmptyAndClean() {
    Document document;
    openSmall(document);
    commands::moveNodes(document, {idOf(document, "anna")}, {1, 1});
    const auto used = idOf(document, "sw1");
    document.clear();
    QVERIFY(document.lab().nodes.empty() && document.lab().name.isEmpty());
    QVERIFY(document.lab().addressing == lab::Addressing::Automatic); // as a new lab has them
    QVERIFY(!document.isModified());
    QVERIFY(!document.undoStack().canUndo());
    QVERIFY(commands::addNode(document, lab::Kind::Host, {}) > used); // ids are never given out twice
}

QTEST_GUILESS_MAIN(TestDocument)
#include "test_document.moc"
