// A run in the window: cursor, tables, event list and their filter, on the labs that come with the program.
#include "sim/decisions/nat.h"
#include "ui/canvas/canvas_view.h"
#include "ui/docks/browser_dock.h"
#include "ui/docks/events_dock.h"
#include "ui/docks/hex_view.h"
#include "ui/docks/packet_dock.h"
#include "ui/docks/scrubber.h"
#include "ui/docks/story_line.h"
#include "ui/docks/tables_dock.h"
#include "ui/docks/transport_bar.h"
#include "ui/rows/event_filter.h"
#include "ui/rows/event_model.h"
#include "ui/rows/table_model.h"
#include "ui/rows/table_rows.h"
#include "ui/rows/words.h"
#include "ui/run/controller.h"
#include "ui/shared/action_registry.h"
#include "ui/shared/theme.h"
#include "ui/widgets/in_place_editor.h"
#include "ui/window/install.h"
#include "ui/window/main_window.h"

#include "model/io/lab_file.h"
#include "model/network/network_builder.h"
#include "tests/sim/frames.h"
#include "tests/support/places.h"

#include <QAction>
#include <QDir>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QTreeWidget>

#include <set>

using namespace ui::rows;
using ui::run::PlaybackController;
using ui::window::MainWindow;

namespace {

const QString kHome = support::source("resources/labs/home.lab.yaml");
const QString kLocalhost = support::source("resources/labs/localhost.lab.yaml");

/// recorded waits until the whole run is in the log.
bool recorded(PlaybackController& c) {
    c.prepare();
    for (int i = 0; i < 10000 && !c.timeline().quiet(); ++i)
        QCoreApplication::processEvents();
    QCoreApplication::processEvents();
    return c.timeline().quiet();
}

std::vector<std::vector<TableRow>> allTables(PlaybackController& c) {
    std::vector<std::vector<TableRow>> all;
    for (std::uint32_t i = 0; i < c.timeline().start().deviceCount(); ++i)
        for (const auto* table : shownTables())
            all.push_back(tableRows(c.stateNow(), sim::kernel::DeviceId{i}, *table, c.time()));
    return all;
}

QFileInfoList allLabs() {
    return QDir(support::source("resources/labs")).entryInfoList({QStringLiteral("*.lab.yaml")});
}

/// runOf is the run of a lab, not begun.
sim::replay::Timeline runOf(const QFileInfo& file) {
    model::io::ReadLab read;
    model::io::Problem problem;
    QFile text(file.filePath());
    if (!text.open(QIODevice::ReadOnly) || !model::io::readLab(text.readAll(), file.fileName(), &read, &problem))
        qFatal("%s", qPrintable(problem.toString()));
    auto built = model::network::build(read.lab);
    return {std::move(built.network), std::move(built.stimuli)};
}

TableRow row(const char* key, QStringList cells) { return {key, std::move(cells)}; }

} // namespace

class TestPlayback : public QObject {
    Q_OBJECT
private slots:
    void init() {
        QSettings().clear();
        mWindow = std::make_unique<MainWindow>();
        mController = &ui::window::install(*mWindow);
        mWindow->resize(1280, 720);
        mWindow->show();
        QVERIFY(QTest::qWaitForWindowExposed(mWindow.get()));
        QVERIFY(mWindow->openFile(kHome));
        QVERIFY(recorded(*mController));
    }
    void cleanup() { mWindow.reset(); }

    void homeOpened_nothingPlayed_showsTheStartAndTheWholeRunAhead() {
        QVERIFY(!mController->started());
        QCOMPARE(mController->time().count(), 0);
        QVERIFY(mController->log().frames().size() > 50);
        QVERIFY(mController->paceMap().length() > 10'000);
    }

    void labWhereNothingHappens_played_asksAHostWhatItShouldDo() {
        model::io::Problem problem;
        QVERIFY(mWindow->document().openText(
            "packetarium: 1\nnodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n"
            "  b: {kind: host, interfaces: {eth0: 10.0.0.2/24}}\nlinks: [[a:eth0, b:eth0]]\n",
            QStringLiteral("quiet"), &problem));
        QAction* play = mWindow->actions().action("play.toggle");
        QVERIFY(play->isEnabled());
        play->trigger();
        auto& editor = mWindow->canvas().editor();
        QVERIFY(editor.isOpen());
        QCOMPARE(editor.lineEdit()->text(), QStringLiteral("ping 10.0.0.2"));
        editor.lineEdit()->setText(QStringLiteral("dance"));
        QTest::keyClick(editor.lineEdit(), Qt::Key_Return);
        QVERIFY(editor.isOpen());
        editor.lineEdit()->setText(QStringLiteral("ping 10.0.0.2 count 1"));
        QTest::keyClick(editor.lineEdit(), Qt::Key_Return);
        QVERIFY(!editor.isOpen());
        QCOMPARE(mWindow->document().lab().run.size(), std::size_t(1));
        QVERIFY(mController->isPlaying());
        QVERIFY(!mController->log().records().empty());
    }

    void stepped_backOverTheSameWay_showsTheSameTables() {
        std::vector<std::vector<std::vector<TableRow>>> seen;
        std::vector<QString> told;
        auto* story = mWindow->findChild<ui::docks::StoryLine*>();
        for (int i = 0; i < 40; ++i) {
            mController->stepForward();
            seen.push_back(allTables(*mController));
            told.push_back(story->toPlainText());
        }
        for (int i = 38; i >= 0; --i) {
            mController->stepBack();
            QCOMPARE(story->toPlainText(), told[static_cast<std::size_t>(i)]);
            QVERIFY2(allTables(*mController) == seen[static_cast<std::size_t>(i)], qPrintable(QString::number(i)));
        }
        mController->stepBack();
        QVERIFY(!mController->started());
        QVERIFY(story->isHidden());
    }

    void stepForward_firstMoment_isTheBrowser() {
        mController->stepForward();
        auto* story = mWindow->findChild<ui::docks::StoryLine*>();
        QVERIFY2(story->toPlainText().contains(QStringLiteral("browse http://google.com/")),
                 qPrintable(story->toPlainText()));
    }

    void playing_longEnough_reachesTheEndAndStops() {
        mController->play();
        QVERIFY(mController->isPlaying());
        double last = -1;
        for (int i = 0; i < 100'000 && mController->isPlaying(); ++i) {
            mController->advance(100);
            QVERIFY(mController->place().position >= last);
            last = mController->place().position;
        }
        QVERIFY(!mController->isPlaying());
        QVERIFY(mController->atEnd());
        QCOMPARE(mController->eventNo(), mController->log().records().back().event);
        auto* browser = mWindow->findChild<ui::docks::BrowserDock*>();
        QVERIFY(browser->page()->toPlainText().contains(QStringLiteral("You made it.")));
    }

    void scrubber_pressedInTheMiddleAndAtTheStart_seeksBothWays() {
        auto* scrubber = mWindow->findChild<ui::docks::TransportBar*>()->scrubber();
        const double middle = mController->paceMap().length() / 2;
        const int y = scrubber->height() / 2;
        QTest::mouseClick(scrubber, Qt::LeftButton, {}, QPoint(static_cast<int>(scrubber->xOf(middle)), y));
        QVERIFY(std::abs(mController->place().position - middle) < mController->paceMap().length() / 50);
        const auto then = mController->time();
        QVERIFY(then.count() > 0);
        QTest::mouseClick(scrubber, Qt::LeftButton, {}, QPoint(static_cast<int>(scrubber->xOf(middle / 4)), y));
        QVERIFY(mController->time() < then);
        QTest::mouseClick(scrubber, Qt::LeftButton, {}, QPoint(0, y));
        QVERIFY(!mController->started());
    }

    void playing_moreEventsInATickThanAnyoneReads_tellsTheMomentFewTimesAndWhenPaused() {
        mController->setPace(ui::run::Pace::RealTime);
        mController->setSpeed(8);
        mController->play();
        QSignalSpy told(mController, &PlaybackController::momentChanged),
            moved(mController, &PlaybackController::moved);
        // Ticks of 15 ms pass 120 ms of the run each: the whole page is fetched in half a dozen of them.
        for (int i = 0; i < 6; ++i)
            mController->advance(15);
        QCOMPARE(moved.count(), 6);
        QVERIFY2(told.count() < 5, qPrintable(QString::number(told.count())));
        mController->pause();
        const auto& records = mController->log().records();
        const auto moment = records[static_cast<std::size_t>(mController->momentRecord())];
        // Nothing worth telling lies between the moment that is told and the cursor.
        for (std::size_t i = mController->log().firstOfEvent(moment.event + 1);
             i < mController->log().firstOfEvent(mController->eventNo() + 1); ++i)
            QVERIFY(records[i].kind != sim::trace::RecordKind::FrameSent);
    }

    void paceMap_everyRecord_isWhereItsPositionSays() {
        const auto& log = mController->log();
        double last = 0;
        for (const auto& record : log.records()) {
            const double position = mController->paceMap().positionOf(record.time, record.event);
            QVERIFY(position >= last);
            last = position;
            const auto place = mController->paceMap().at(position, log);
            QVERIFY(std::abs((place.time - record.time).count()) <= 2);
        }
    }

    void paceMap_grownInPieces_isTheMapOfTheWholeRun() {
        for (const QFileInfo& file : allLabs()) {
            auto timeline = runOf(file);
            ui::run::PaceMap pieces, whole;
            for (int i = 0; i < 3000 && !timeline.extend(std::chrono::minutes(2), 1 + i % 7); ++i)
                pieces.grow(timeline.log());
            pieces.grow(timeline.log());
            whole.grow(timeline.log());
            QVERIFY2(std::abs(pieces.length() - whole.length()) < 1e-6 * whole.length() + 1e-9,
                     qPrintable(file.fileName()));
            for (const auto& record : timeline.log().records()) {
                const double position = whole.positionOf(record.time, record.event);
                QVERIFY2(std::abs(pieces.positionOf(record.time, record.event) - position) < 1e-3,
                         qPrintable(file.fileName()));
                const auto place = whole.at(position, timeline.log());
                QCOMPARE(place.time.count(), record.time.count());
            }
        }
    }

    void frames_ofAllLabs_haveTheColourOfTheirSummary() {
        std::set<sim::dissect::Protocol> seen;
        for (const QFileInfo& file : allLabs()) {
            auto timeline = runOf(file);
            (void)timeline.extend(std::chrono::minutes(1), 20'000);
            const auto& log = timeline.log();
            for (std::uint32_t i = 0; i < log.frames().size(); ++i) {
                const auto protocol = summaryOf(log, i).protocol;
                if (protocolOf(log, i) != protocol)
                    QFAIL(qPrintable(file.fileName() + QStringLiteral(", frame %1").arg(i)));
                seen.insert(protocol);
            }
        }
        QVERIFY(seen.size() >= 9);
    }

    void localhost_played_givesEveryFrameRoundTheLoopbackItsOwnTime() {
        QVERIFY(mWindow->openFile(kLocalhost));
        QVERIFY(recorded(*mController));
        const auto& log = mController->log();
        QVERIFY(!log.frames().empty());
        QVERIFY(mController->paceMap().length() >= static_cast<double>(log.frames().size()) * 300);
        for (const auto& frame : log.frames())
            QVERIFY(mController->timeline().start().isLoopback(frame.from));
    }

    void eventList_wholeRun_hasARowForEveryFrameAndFollowsTheCursor() {
        auto* events = mWindow->findChild<ui::docks::EventsDock*>();
        auto& model = events->model();
        int frames = 0;
        for (int i = 0; i < model.rowCount(); ++i) {
            const auto& record = mController->log().records()[static_cast<std::size_t>(model.recordOf(i))];
            frames += record.kind == sim::trace::RecordKind::FrameSent;
        }
        QCOMPARE(frames, static_cast<int>(mController->log().frames().size()));
        QCOMPARE(model.totalRows(), model.rowCount());
        events->view()->selectRow(20);
        const qint64 record = model.recordOf(20);
        QCOMPARE(mWindow->selection().currentRecord(), record);
        QCOMPARE(mController->eventNo(), mController->log().records()[static_cast<std::size_t>(record)].event);
        mController->toEnd();
        QVERIFY(events->view()->currentIndex().row() > 20);
    }

    void filter_typed_showsOnlyWhatMatches() {
        auto* events = mWindow->findChild<ui::docks::EventsDock*>();
        auto& model = events->model();
        const int all = model.rowCount();
        events->filterLine()->setText(QStringLiteral("dns"));
        const int dns = model.rowCount();
        QVERIFY(dns > 3 && dns < all);
        for (int i = 0; i < dns; ++i)
            QCOMPARE(model.index(i, EventModel::Protocol).data().toString(), QStringLiteral("DNS"));
        events->filterLine()->setText(QStringLiteral("arp || dns"));
        const int both = model.rowCount();
        QVERIFY(both > dns);
        events->filterLine()->setText(QStringLiteral("dns && ip.addr == 1.1.1.1"));
        QVERIFY(model.rowCount() > 0 && model.rowCount() < dns);
        events->filterLine()->setText(QStringLiteral("tcp.port == 80"));
        QVERIFY(model.rowCount() > 10);
        // What makes no sense is marked and changes nothing.
        const int before = model.rowCount();
        events->filterLine()->setText(QStringLiteral("tcp.port =="));
        QCOMPARE(model.rowCount(), before);
        QCOMPARE(events->filterLine()->property("wrong").toBool(), true);
        events->filterLine()->clear();
        QCOMPARE(model.rowCount(), all);
        QCOMPARE(events->filterLine()->property("wrong").toBool(), false);
    }

    void filterLanguage_terms_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("right");
        QTest::addColumn<bool>("matches");
        QTest::newRow("empty") << "" << true << true;
        QTest::newRow("protocol") << "UDP" << true << true;
        QTest::newRow("other protocol") << "tcp" << true << false;
        QTest::newRow("not") << "!tcp" << true << true;
        QTest::newRow("and binds tighter") << "udp || tcp && arp" << true << true;
        QTest::newRow("either end") << "udp.port == 53" << true << true;
        QTest::newRow("part of a number") << "udp.port == 5" << true << false;
        QTest::newRow("part of an address") << "ip.addr == 10.0.0" << true << false;
        QTest::newRow("address") << "ip.addr == 192.168.0.1" << true << true;
        QTest::newRow("is not") << "ip.src != 192.168.0.5" << true << false;
        QTest::newRow("MAC address") << "eth.addr == 00:00:00:00:00:03" << true << true;
        QTest::newRow("number in hexadecimal") << "ip.proto == 0x11" << true << true;
        QTest::newRow("name of a number") << "ip.proto == udp" << true << true;
        QTest::newRow("name of a type") << "dns.qry.type == A" << true << true;
        QTest::newRow("another name") << "dns.qry.type == AAAA" << true << false;
        QTest::newRow("flag") << "dns.flags.response == false" << true << true;
        QTest::newRow("flag that is set") << "ip.flags.df == Set" << true << true;
        QTest::newRow("number whose words say more") << "ip.hdr_len == 20" << true << true;
        QTest::newRow("bytes of a number") << "dns.id == 0x46b6" << true << true;
        QTest::newRow("text") << "dns.qry.name == \"google.com\"" << true << true;
        QTest::newRow("beginning of a text") << "dns.qry.name == google" << true << false;
        QTest::newRow("field of another protocol") << "wg.type == 4" << true << false;
        QTest::newRow("protocol that was added") << "igmp" << true << false;
        QTest::newRow("unknown field") << "ip.colour == 3" << false << false;
        QTest::newRow("name with dots") << "dns.google" << true << false;
        QTest::newRow("words") << "hello world" << true << true;
        QTest::newRow("other words") << "goodbye" << true << false;
        QTest::newRow("field") << "udp.srcport" << true << true;
        QTest::newRow("no value") << "ip.src ==" << false << false;
        QTest::newRow("no field") << "colour == red" << false << false;
        QTest::newRow("one equals sign") << "ip.src = 10.0.0.1" << false << false;
        QTest::newRow("missing term") << "arp &&" << false << false;
        QTest::newRow("single bar") << "arp | dns" << false << false;
    }
    void filterLanguage_terms() {
        QFETCH(QString, text);
        QFETCH(bool, right);
        QFETCH(bool, matches);
        // A DNS query for google.com, from 192.168.0.5:58888 to 192.168.0.1:53.
        const auto tree = sim::dissect::dissect(frames::bytes(frames::kDnsQuery));
        FilterSubject subject;
        subject.line = QStringLiteral("1 0.000 Hello World");
        subject.protocol = QStringLiteral("dns");
        subject.tree = [&]() -> const sim::dissect::FieldNode& { return tree; };
        EventFilter filter;
        QString problem;
        QCOMPARE(filter.parse(text, &problem), right);
        if (right)
            QCOMPARE(filter.matches(subject), matches);
        else
            QVERIFY(!problem.isEmpty());
    }

    void tableModel_rowsOfTwoMoments_marksWhatDiffers() {
        TableModel model(*sim::tables::find("neighbours"));
        model.setRows({row("a", {"10.0.0.1", "?", "INCOMPLETE", "1 ms"}), row("b", {"10.0.0.2", "x", "STALE", "1 s"}),
                       row("c", {"10.0.0.3", "y", "REACHABLE", "1 s"})},
                      {row("a", {"10.0.0.1", "aa", "REACHABLE", "now"}),
                       row("c", {"10.0.0.3", "y", "REACHABLE", "2 s"}),
                       row("d", {"10.0.0.4", "z", "REACHABLE", "now"})},
                      {"c"});
        QCOMPARE(model.rowCount(), 4);
        const auto mark = [&](int r) {
            return static_cast<RowMark>(model.index(r, 0).data(TableModel::MarkRole).toInt());
        };
        QCOMPARE(mark(0), RowMark::Changed);
        QCOMPARE(model.index(0, 2).data(TableModel::OldTextRole).toString(), QStringLiteral("INCOMPLETE"));
        QCOMPARE(model.index(0, 0).data(TableModel::OldTextRole).toString(), QString());
        QCOMPARE(mark(1), RowMark::Same); // only its age differs
        QCOMPARE(model.index(1, 0).data(TableModel::DecidedRole).toBool(), true);
        QCOMPARE(mark(2), RowMark::New);
        QCOMPARE(mark(3), RowMark::Gone);
        QCOMPARE(model.index(3, 0).data().toString(), QStringLiteral("10.0.0.2"));
        QCOMPARE(model.summary(), QStringLiteral("+1 ~1 −1"));
    }

    void tablesDock_natCreated_marksTheNewMapping() {
        auto* tables = mWindow->findChild<ui::docks::TablesDock*>();
        const auto& log = mController->log();
        for (std::size_t i = 0; i < log.records().size(); ++i) {
            const auto& record = log.records()[i];
            if (!record.decided<sim::decisions::NatCreated>()) continue;
            mController->seekRecord(static_cast<qint64>(i));
            QCOMPARE(mWindow->document().lab().node(tables->node())->name, QStringLiteral("home"));
            const auto& nat = tables->model("nat");
            QVERIFY(nat.added() >= 1);
            QVERIFY(nat.index(0, 0).data().toString().startsWith(QStringLiteral("192.168.0.5:")));
            QVERIFY(nat.index(0, 1).data().toString().startsWith(QStringLiteral("5.5.5.5:")));
            return;
        }
        QFAIL("the home lab translates addresses");
    }

    void packetPanel_fieldChosen_marksItsBytesAndTheReverse() {
        auto* packet = mWindow->findChild<ui::docks::PacketDock*>();
        mController->seekRecord(mController->log().frames()[0].sentRecord);
        QTreeWidget* tree = packet->tree();
        QVERIFY(tree->topLevelItemCount() >= 2);
        tree->setCurrentItem(tree->topLevelItem(0)->child(0)); // the destination MAC
        QCOMPARE(packet->hex()->marked().offset, 0u);
        QCOMPARE(packet->hex()->marked().length, 6u);
        emit packet->hex()->byteClicked(7); // in the source MAC
        QCOMPARE(packet->hex()->marked().offset, 6u);
        QCOMPARE(packet->hex()->marked().length, 6u);
    }

    void ping_askedForDuringTheRun_isDoneAndForgottenByReset() {
        for (int i = 0; i < 5; ++i)
            mController->stepForward();
        const auto at = mController->time();
        const auto before = mController->log().frames().size();
        const auto laptop = mWindow->document().lab().node(QStringLiteral("laptop"))->id;
        emit mWindow->canvas().runRequested(laptop, QStringLiteral("ping 192.168.0.1 count 1"));
        QVERIFY(mController->isPlaying());
        QCOMPARE(mController->time(), at);
        QVERIFY(recorded(*mController));
        QVERIFY(mController->log().frames().size() > before);
        QVERIFY(!mWindow->document().isModified());
        mController->reset();
        QVERIFY(recorded(*mController));
        QCOMPARE(mController->log().frames().size(), before);
    }

    void crowdedCable_envelopesUponOneAnother_showTheirColourAndNotOnlyTheirRims() {
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("crowd.lab.yaml")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("packetarium: 1\nnodes:\n  a: {kind: host, at: [0, 0], interfaces: {eth0: 10.0.0.1/24}}\n"
                   "  b: {kind: host, at: [480, 0], interfaces: {eth0: 10.0.0.2/24}, listen: {tcp 9: drain}}\n"
                   "links:\n  - {ends: [a:eth0, b:eth0], delay: 10ms}\nrun:\n  - {at: 0s, on: a, do: \"tcp 10.0.0.2 9 "
                   "send 8000000, close\"}\n");
        file.close();
        QVERIFY(mWindow->openFile(file.fileName()));
        QVERIFY(recorded(*mController));
        const auto& log = mController->log();
        std::size_t most = 0;
        std::uint32_t there = 0;
        for (std::uint32_t i = 0; i < log.frameCount(); i += 50)
            if (const auto count = log.inFlight(log.frames()[i].depart).size(); count > most) {
                most = count;
                there = i;
            }
        QVERIFY(most > 300);
        mController->seekRecord(log.frames()[there].sentRecord);
        auto& canvas = mWindow->canvas();
        const QImage image = canvas.viewport()->grab().toImage();
        const auto& link = canvas.geometry().links().front();
        const QLineF cable(canvas.viewportTransform().map(link.edgeA), canvas.viewportTransform().map(link.edgeB));
        const QRgb wanted = ui::shared::Theme::protocolColor(sim::dissect::Protocol::Tcp).rgb();
        int samples = 0, coloured = 0;
        for (double part = 0.2; part < 0.8; part += 1 / cable.length()) {
            ++samples;
            coloured +=
                image.pixel((cable.pointAt(part) * image.devicePixelRatioF() + QPointF(0, 6)).toPoint()) == wanted;
        }
        QVERIFY2(coloured > samples / 3, qPrintable(QStringLiteral("%1 of %2").arg(coloured).arg(samples)));
    }

    void cable_pulledDuringTheRun_isNoEditAndShowsAtItsEnds() {
        for (int i = 0; i < 5; ++i)
            mController->stepForward();
        const auto link = mWindow->document().lab().links.back().id;
        emit mWindow->canvas().cableToggleRequested(link);
        QVERIFY(!mWindow->document().isModified());
        QVERIFY(recorded(*mController));
        mController->toEnd();
        QVERIFY(!mController->stateNow().channelUp(mController->channels().at(link)));
        QVERIFY(mWindow->canvas().geometry().link(link)->states.a == ui::canvas::PortState::Down);
        mController->toStart();
        QVERIFY(mWindow->canvas().geometry().link(link)->states.a == ui::canvas::PortState::Up);
    }

private:
    std::unique_ptr<MainWindow> mWindow;
    PlaybackController* mController = nullptr;
};

QTEST_MAIN(TestPlayback)
#include "test_playback.moc"
