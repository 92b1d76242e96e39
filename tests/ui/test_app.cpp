// The window: its actions, and the inspector's fields.
#include "model/commands/commands.h"
#include "ui/canvas/canvas_view.h"
#include "ui/docks/inspector.h"
#include "ui/docks/palette.h"
#include "ui/shared/action_registry.h"
#include "ui/shared/theme.h"
#include "ui/widgets/field.h"
#include "ui/window/main_window.h"
#include "ui/window/shortcuts_page.h"

#include <QApplication>
#include <QFile>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>

#include <cmath>

using namespace model::lab;
using ui::widgets::Field;
using ui::window::MainWindow;

namespace {

void actionsIn(const QMenu* menu, QSet<QAction*>& all) {
    for (QAction* action : menu->actions()) {
        all.insert(action);
        if (action->menu()) actionsIn(action->menu(), all);
    }
}

Field* field(MainWindow& window, const char* name) { return window.inspector().findChild<Field*>(QLatin1String(name)); }

/// type writes into a field as a hand does and ends with Enter.
void type(Field* into, const QString& text) {
    into->input()->setFocus();
    if (auto* line = qobject_cast<QLineEdit*>(into->input())) {
        line->selectAll();
        QTest::keyClicks(line, text);
        QTest::keyClick(line, Qt::Key_Return);
    } else {
        auto* lines = qobject_cast<QPlainTextEdit*>(into->input());
        lines->selectAll();
        QTest::keyClicks(lines, text);
        QTest::keyClick(lines, Qt::Key_Return, Qt::ControlModifier);
    }
}

double contrast(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& c) {
        const auto f = [](double v) { return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * f(c.redF()) + 0.7152 * f(c.greenF()) + 0.0722 * f(c.blueF());
    };
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

} // namespace

class TestApp : public QObject {
    Q_OBJECT
private slots:
    void init() {
        QSettings().clear();
        mWindow = std::make_unique<MainWindow>();
        mWindow->resize(1280, 720);
        mWindow->show();
        QVERIFY(QTest::qWaitForWindowExposed(mWindow.get()));
    }
    void cleanup() { mWindow.reset(); }

    void registry_everyAction_hasTextAndTipAndAShortcutOfItsOwn() {
        auto& actions = mWindow->actions();
        QMap<QString, QString> seen;
        QVERIFY(actions.allIds().size() > 30);
        for (const QString& id : actions.allIds()) {
            const QAction* action = actions.action(id);
            QVERIFY2(!action->text().isEmpty(), qPrintable(id));
            QVERIFY2(!actions.tip(id).isEmpty(), qPrintable(id));
            QVERIFY2(action->toolTip().contains(actions.tip(id).toHtmlEscaped()), qPrintable(id));
            for (const QKeySequence& key : action->shortcuts()) {
                const QString text = key.toString();
                QVERIFY2(!seen.contains(text), qPrintable(text + " " + seen.value(text) + " " + id));
                seen.insert(text, id);
            }
            if (!action->shortcuts().isEmpty())
                QVERIFY2(
                    action->toolTip().contains(action->shortcut().toString(QKeySequence::NativeText).toHtmlEscaped()),
                    qPrintable(id));
        }
        for (const char* key : {"Ctrl+N", "Ctrl+O", "Ctrl+S", "Ctrl+Shift+S", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y",
                                "Ctrl+X", "Ctrl+C", "Ctrl+V", "Ctrl+D",       "Ctrl+A", "Del",          "F2",
                                "F",      "Ctrl+0", "Space",  "Left",         "Right",  "Home",         "End",
                                "C",      "V"})
            QVERIFY2(seen.contains(QLatin1String(key)), key);
    }

    void registry_everyAction_isInAMenuAndOnTheShortcutsPage() {
        QSet<QAction*> all;
        for (QAction* top : mWindow->menuBar()->actions())
            actionsIn(top->menu(), all);
        auto& actions = mWindow->actions();
        auto* page = mWindow->findChild<ui::window::ShortcutsPage*>();
        page->fill();
        const QString text = page->findChild<QTextBrowser*>()->toPlainText();
        for (const QString& id : actions.allIds()) {
            QVERIFY2(all.contains(actions.action(id)), qPrintable(id));
            if (!actions.action(id)->shortcuts().isEmpty()) QVERIFY2(text.contains(actions.tip(id)), qPrintable(id));
        }
    }

    void emptyLab_nothingChosen_disablesWhatNeedsAChoice() {
        auto& actions = mWindow->actions();
        for (const char* id : {"edit.undo", "edit.cut", "edit.copy", "edit.delete", "edit.rename"})
            QVERIFY2(!actions.action(QLatin1String(id))->isEnabled(), id);
        mWindow->canvas().addAtCentre(Kind::Host);
        for (const char* id : {"edit.undo", "edit.cut", "edit.copy", "edit.delete", "edit.rename"})
            QVERIFY2(actions.action(QLatin1String(id))->isEnabled(), id);
    }

    void palette_searchAndEnter_addsTheMatch() {
        auto* search = mWindow->palette().search();
        QTest::keyClicks(search, QStringLiteral("swit"));
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(lab().nodes.size(), std::size_t(1));
        QCOMPARE(lab().nodes[0].kind, Kind::Switch);
    }

    void hostChosen_badAddressTyped_isMarkedAndNotApplied() {
        addHost();
        const int before = steps();
        Field* address = field(*mWindow, "port.0.addresses");
        QVERIFY(address);
        for (const char* bad : {"192.168.0.5", "192.168.0.256/24", "hello", "192.168.0.0/24", "192.168.0.255/24",
                                "010.0.0.1/8", "1.2.3.4/33"}) {
            type(address, QLatin1String(bad));
            QVERIFY2(address->isWrong(), bad);
            QVERIFY2(!address->message().isEmpty(), bad);
            QVERIFY2(lab().nodes[0].ports[0].addresses.empty(), bad);
        }
        QCOMPARE(steps(), before);
    }

    void hostChosen_goodAddressTyped_isOneUndoStep() {
        addHost();
        const int before = steps();
        Field* address = field(*mWindow, "port.0.addresses");
        type(address, QStringLiteral("192.168.0.5/24"));
        QVERIFY(!address->isWrong());
        QCOMPARE(steps(), before + 1);
        QCOMPARE(lab().nodes[0].ports[0].addresses.at(0).toString(), std::string("192.168.0.5/24"));
        mWindow->document().undoStack().undo();
        QVERIFY(lab().nodes[0].ports[0].addresses.empty());
        QCOMPARE(address->text(), QString());
    }

    void addressTyped_asPeopleWriteIt_isUnderstoodOrAnswered() {
        addHost();
        Field* address = field(*mWindow, "port.0.addresses");
        type(address, QStringLiteral("192.168.0.6 255.255.255.0"));
        QVERIFY(!address->isWrong());
        QCOMPARE(lab().nodes[0].ports[0].addresses.at(0).toString(), std::string("192.168.0.6/24"));
        type(address, QStringLiteral("10.0.0.1 255.255.128.0, 10.9.0.1/16"));
        QCOMPARE(lab().nodes[0].ports[0].addresses.size(), std::size_t(2));
        QCOMPARE(lab().nodes[0].ports[0].addresses.at(0).toString(), std::string("10.0.0.1/17"));
        for (const char* wrong : {"192.168.0.300", "192.168.0.300/24", "10.0.0.01/8"}) {
            type(address, QString::fromLatin1(wrong));
            QVERIFY2(address->isWrong(), wrong);
            QVERIFY2(address->message().contains(QStringLiteral("0 to 255")), qPrintable(address->message()));
        }
        type(address, QStringLiteral("192.168.0.6 255.0.255.0")); // no netmask: an address without a length
        QVERIFY(address->isWrong());
        Field* mac = field(*mWindow, "port.0.mac");
        type(mac, QStringLiteral("0000.0000.00ab"));
        QCOMPARE(lab().nodes[0].ports[0].mac->toString(), std::string("00:00:00:00:00:ab"));
    }

    void addressTyped_tabKey_appliesToo() {
        addHost();
        auto* input = qobject_cast<QLineEdit*>(field(*mWindow, "port.0.addresses")->input());
        mWindow->activateWindow();
        input->setFocus();
        QTRY_VERIFY(input->hasFocus());
        QTest::keyClicks(input, QStringLiteral("10.0.0.1/8"));
        QTest::keyClick(input, Qt::Key_Tab);
        QCOMPARE(lab().nodes[0].ports[0].addresses.size(), std::size_t(1));
    }

    void hostChosen_otherFields_reachTheLab() {
        addHost();
        type(field(*mWindow, "node.gateway"), QStringLiteral("192.168.0.1"));
        type(field(*mWindow, "node.dns"), QStringLiteral("192.168.0.1, 1.1.1.1"));
        type(field(*mWindow, "port.0.mac"), QStringLiteral("00:00:00:00:00:01"));
        type(field(*mWindow, "port.0.mtu"), QStringLiteral("1400"));
        type(field(*mWindow, "node.routes"), QStringLiteral("10.0.0.0/8 via 192.168.0.9 metric 5"));
        type(field(*mWindow, "node.run"), QStringLiteral("browse http://google.com/"));
        const Node& node = lab().nodes[0];
        QCOMPARE(node.gateway->toString(), std::string("192.168.0.1"));
        QCOMPARE(node.dns.size(), std::size_t(2));
        QCOMPARE(node.ports[0].mac->toString(), std::string("00:00:00:00:00:01"));
        QCOMPARE(*node.ports[0].mtu, 1400);
        QCOMPARE(node.routes.at(0).via.toString(), std::string("192.168.0.9"));
        QCOMPARE(node.routes.at(0).metric, 5u);
        QCOMPARE(lab().run.size(), std::size_t(1));
        QCOMPARE(lab().run[0].action, QStringLiteral("browse http://google.com/"));
        type(field(*mWindow, "node.run"), QStringLiteral("dance"));
        QVERIFY(field(*mWindow, "node.run")->isWrong());
        QCOMPARE(lab().run[0].action, QStringLiteral("browse http://google.com/"));
    }

    void macOfTheLab_notGiven_isShownGreyedAndStays() {
        addHost();
        auto* input = qobject_cast<QLineEdit*>(field(*mWindow, "port.0.mac")->input());
        QCOMPARE(input->text(), QString());
        QVERIFY(sim::wire::MacAddress::parse(input->placeholderText().toStdString()).has_value());
    }

    void linkChosen_delayTyped_isOneUndoStep() {
        auto& document = mWindow->document();
        const NodeId a = model::commands::addNode(document, Kind::Host, {0, 0}),
                     b = model::commands::addNode(document, Kind::Host, {200, 0});
        LinkId link;
        QVERIFY(model::commands::addLink(document, {a, {}}, {b, {}}, &link).isEmpty());
        mWindow->selection().select(link);
        const int before = steps();
        type(field(*mWindow, "link.delay"), QStringLiteral("4ms"));
        QCOMPARE(steps(), before + 1);
        QCOMPARE(lab().links[0].delay->count(), std::int64_t(4'000'000));
        type(field(*mWindow, "link.rate"), QStringLiteral("fast"));
        QVERIFY(field(*mWindow, "link.rate")->isWrong());
        QVERIFY(!lab().links[0].rate);
    }

    void missingFile_open_saysWhereAndKeepsTheLab() {
        addHost();
        QVERIFY(!mWindow->openFile(QStringLiteral("/nowhere/at-all.lab.yaml")));
        auto* box = mWindow->findChild<QMessageBox*>(QStringLiteral("problemDialog"));
        QVERIFY(box);
        QVERIFY(box->informativeText().contains(QStringLiteral("/nowhere/at-all.lab.yaml")));
        box->close();
        QCOMPARE(lab().nodes.size(), std::size_t(1));
    }

    void homeExample_open_titlesTheWindowAndMarksChanges() {
        QVERIFY(mWindow->openExample(QStringLiteral(":/labs/home.lab.yaml")));
        QCOMPARE(mWindow->windowTitle(), QStringLiteral("home.lab.yaml[*] — Packetarium"));
        QVERIFY(!mWindow->isWindowModified());
        QVERIFY(lab().nodes.size() >= 6);
        mWindow->canvas().addAtCentre(Kind::Host);
        QVERIFY(mWindow->isWindowModified());
        mWindow->document().undoStack().undo();
        QVERIFY(!mWindow->isWindowModified());
    }

    void bothThemes_textOnItsSurfaces_canBeRead() {
        for (const bool dark : {false, true}) {
            const auto& c = ui::shared::Theme::colors(dark);
            for (const QColor& surface : {c.panel, c.canvas, c.accentTint, c.newTint, c.changedTint}) {
                QVERIFY(contrast(c.ink, surface) >= 4.5);
                QVERIFY2(contrast(c.dim, surface) >= 4.5, qPrintable(surface.name()));
            }
            QVERIFY(contrast(c.accent, c.panel) >= 4.5);
            QVERIFY(contrast(c.accentInk, c.accent) >= 4.5);
            QVERIFY(contrast(c.error, c.panel) >= 4.5);
            QVERIFY(contrast(c.warning, c.panel) >= 4.5);
        }
    }

private:
    void addHost() {
        mWindow->canvas().addAtCentre(Kind::Host);
        mWindow->showRight(MainWindow::RightTab::Inspector);
    }
    const Lab& lab() { return mWindow->document().lab(); }
    int steps() { return mWindow->document().undoStack().count(); }
    std::unique_ptr<MainWindow> mWindow;
};

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Packetarium"));
    QApplication::setApplicationName(QStringLiteral("PacketariumTest"));
    ui::shared::Theme::instance().install();
    TestApp test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_app.moc"
