// What the window says of a run that does not end by itself, and what can be done about it there.
#include "tests/sim/scarce_memory.h"
#include "tests/support/places.h"
#include "ui/canvas/canvas_view.h"
#include "ui/docks/run_notice.h"
#include "ui/rows/event_model.h"
#include "ui/run/controller.h"
#include "ui/shared/action_registry.h"
#include "ui/shared/selection.h"
#include "ui/window/install.h"
#include "ui/window/main_window.h"

#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <functional>

using ui::docks::RunNotice;
using ui::run::PlaybackController;
using ui::window::MainWindow;

namespace {

const QString kHome = support::source("resources/labs/home.lab.yaml");

constexpr auto kRing =
    "packetarium: 1\nnodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n"
    "  sw1: {kind: switch}\n  sw2: {kind: switch}\n  sw3: {kind: switch}\n"
    "links:\n  - [a:eth0, sw1:p1]\n  - [sw1:p2, sw2:p1]\n  - [sw2:p2, sw3:p1]\n  - [sw3:p2, sw1:p3]\n"
    "run:\n  - {at: 0s, on: a, do: ping 10.0.0.9}\n";
constexpr auto kBulk =
    "packetarium: 1\nnodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n"
    "  b: {kind: host, interfaces: {eth0: 10.0.0.2/24}, listen: {tcp 9: drain}}\n"
    "links:\n  - [a:eth0, b:eth0]\nrun:\n  - {at: 0s, on: a, do: \"tcp 10.0.0.2 9 send 40000000, close\"}\n";
constexpr auto kLong =
    "packetarium: 1\nnodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n"
    "  b: {kind: host, interfaces: {eth0: 10.0.0.2/24}, listen: {tcp 9: drain}}\n"
    "links:\n  - [a:eth0, b:eth0]\nrun:\n  - {at: 0s, on: a, do: \"tcp 10.0.0.2 9 send 400000000, close\"}\n";

} // namespace

class TestStormNotice : public QObject {
    Q_OBJECT
private slots:
    void init() {
        QSettings().clear();
        mWindow = std::make_unique<MainWindow>();
        mController = &ui::window::install(*mWindow);
        mNotice = mWindow->findChild<RunNotice*>();
        mWindow->resize(1280, 720);
        mWindow->show();
        QVERIFY(QTest::qWaitForWindowExposed(mWindow.get()));
        QVERIFY(mNotice && mNotice->isHidden());
    }
    void cleanup() { mWindow.reset(); }

    void ringOfSwitches_broadcast_isNamedOverTheCanvas() {
        open(kRing);
        QVERIFY(await([&] { return mNotice->isVisible(); }));
        static const QRegularExpression title(QStringLiteral("^Storm on switch sw[123]: [\\d,]+ frames in [\\d.]+ s$"));
        static const QRegularExpression text(
            QStringLiteral("^The same frame has left sw[123] 1,000 times, each because of the one before\\. "
                           "Look for a ring of switches"));
        QVERIFY2(title.match(mNotice->title()).hasMatch(), qPrintable(mNotice->title()));
        QVERIFY2(text.match(mNotice->text()).hasMatch(), qPrintable(mNotice->text()));
        QVERIFY(mNotice->parentWidget()->rect().contains(mNotice->geometry()));
        QVERIFY(mNotice->height() > 30 && mNotice->height() < 120);
        // It covers nothing: the lab, as it was fitted, gives way.
        pump(5);
        auto& canvas = mWindow->canvas();
        for (const auto& node : canvas.geometry().nodes()) {
            const QRect tile = canvas.viewportTransform().mapRect(node.tile).toAlignedRect();
            QVERIFY2(canvas.viewport()->rect().contains(tile) && !mNotice->geometry().intersects(tile),
                     qPrintable(node.name));
        }
        // A second of it is enough until somebody plays on.
        QVERIFY(await([&] { return mController->timeline().recordedUntil() > std::chrono::seconds(1); }));
        pump(300);
        QVERIFY(mController->timeline().recordedUntil() < std::chrono::seconds(20));
    }

    void storm_stopped_recordsNoMoreUntilItGoesOn() {
        open(kRing);
        QVERIFY(await([&] { return mNotice->isVisible(); }));
        click(QStringLiteral("Stop recording"));
        const auto recorded = mController->log().records().size();
        QVERIFY2(mNotice->text().startsWith(QStringLiteral("Nothing is recorded after ")), qPrintable(mNotice->text()));
        // Playing comes to the end of what is recorded, and stops there.
        mController->toEnd();
        mController->stepForward();
        mController->toEnd();
        pump(100);
        QCOMPARE(mController->log().records().size(), recorded);
        QVERIFY(mController->atEnd());
        click(QStringLiteral("Go on"));
        QVERIFY(await([&] { return mController->log().records().size() > recorded; }));
        QVERIFY(mNotice->title().startsWith(QStringLiteral("Storm on switch sw")));
    }

    void storm_frameAskedFor_isChosenWithItsSwitch() {
        open(kRing);
        QVERIFY(await([&] { return mNotice->isVisible(); }));
        const auto storm = *mController->storm();
        click(QStringLiteral("Show the frame"));
        const auto record = mWindow->selection().currentRecord();
        QVERIFY(record >= 0);
        QCOMPARE(mController->log().records()[std::size_t(record)].index, storm.frame);
        QCOMPARE(mWindow->selection().node(), mController->nodeOf(storm.device));
        QCOMPARE(mController->time(), mController->log().frames()[storm.frame].sent);
    }

    void storm_filtered_isSiftedBitByBit() {
        open(kRing);
        QVERIFY(await([&] { return mNotice->isVisible(); }));
        mController->stop();
        auto* model = mWindow->findChild<ui::rows::EventModel*>();
        const int all = model->totalRows();
        QVERIFY(all > 10'000);
        QCOMPARE(model->rowCount(), all);
        int arp = 0;
        for (int row = 0; row < all; ++row)
            arp += model->index(row, ui::rows::EventModel::Protocol).data() == QStringLiteral("ARP");
        QVERIFY(arp > 5000 && arp < all);
        QVERIFY(model->setFilter(QStringLiteral("arp"), nullptr));
        QVERIFY(model->rowCount() > 0 && model->rowCount() <= 2000);
        QVERIFY(await([&] { return model->rowCount() == arp; }));
        pump(20);
        QCOMPARE(model->rowCount(), arp);
        QVERIFY(model->setFilter(QString(), nullptr));
        QCOMPARE(model->rowCount(), all);
    }

    void storm_putAway_comesBackWhenThereIsMoreToSay() {
        open(kRing);
        QVERIFY(await([&] { return mNotice->isVisible(); }));
        QTest::mouseClick(mNotice->findChild<QToolButton*>(), Qt::LeftButton);
        QVERIFY(mNotice->isHidden());
        mController->toEnd();
        pump(300);
        QVERIFY(mNotice->isHidden());
        mController->stop();
        QVERIFY(mNotice->isVisible());
    }

    void storm_cablePulled_isForgotten() {
        open(kRing);
        QVERIFY(await([&] { return mNotice->isVisible(); }));
        mController->toEnd();
        emit mWindow->canvas().cableToggleRequested(mWindow->document().lab().links.back().id);
        QVERIFY(!mController->storm());
        QVERIFY(mNotice->isHidden());
        QVERIFY(await([&] { return mController->timeline().quiet(); }));
        QVERIFY(mNotice->isHidden());
    }

    void stormyLab_anotherOpened_nothingIsSaid() {
        open(kRing);
        QVERIFY(await([&] { return mNotice->isVisible(); }));
        QVERIFY(mWindow->openFile(kHome));
        mController->prepare();
        QVERIFY(mNotice->isHidden());
        QVERIFY(await([&] { return mController->timeline().quiet(); }));
        QVERIFY(mNotice->isHidden());
        QVERIFY(!mController->storm());
    }

    void longTransfer_boundOfMemory_saysWhereItEndsAndGoesOnWhenRaised() {
        mController->setMostMemory(20);
        open(kBulk);
        QVERIFY(await([&] { return mController->full(); }));
        QVERIFY(await([&] { return mNotice->isVisible(); }));
        QVERIFY(!mController->storm());
        QCOMPARE(mNotice->title(), QStringLiteral("The recording is full"));
        QVERIFY2(mNotice->text().startsWith(
                     QStringLiteral("The recording takes 20 MB of memory, its bound: the run ends at ")),
                 qPrintable(mNotice->text()));
        QVERIFY2(mNotice->text().contains(QStringLiteral("Most came from host ")), qPrintable(mNotice->text()));
        const auto recorded = mController->log().records().size();
        pump(50);
        QCOMPARE(mController->log().records().size(), recorded);
        click(QStringLiteral("Record up to 40 MB"));
        QCOMPARE(QSettings().value(QStringLiteral("recording/most-memory")).toInt(), 40);
        QVERIFY(await([&] { return mController->log().records().size() > recorded; }));
        // The menu has the same bound.
        mWindow->actions().action(QStringLiteral("record.1000"))->trigger();
        QCOMPARE(mController->mostMemory(), 1000);
        QVERIFY(await([&] { return mController->timeline().quiet(); }));
        QVERIFY(mNotice->isHidden());
    }

    void longTransfer_noMemoryLeft_isSaidAndTheLabStays() {
        const tests::ScarceMemory memory(12'000'000);
        open(kBulk);
        QVERIFY(await([&] { return mController->full(); }));
        QVERIFY(await([&] { return mNotice->isVisible(); }));
        QCOMPARE(mNotice->title(), QStringLiteral("The machine has no memory left"));
        QVERIFY2(
            mNotice->text().startsWith(QStringLiteral("There is no memory left for the recording: the run ends at ")),
            qPrintable(mNotice->text()));
        mController->play();
        mController->toEnd();
        QVERIFY(mController->stateNow().now() > sim::kernel::SimTime{0});
        mWindow.reset(); // what was taken goes back
    }

    void longTransfer_beforePlay_isRecordedUpTo100Megabytes() {
        mController->setMostMemory(1000);
        open(kLong);
        QVERIFY(await([&] { return mController->timeline().memoryBytes() >= 100'000'000; }));
        pump(200);
        const auto recorded = mController->timeline().memoryBytes();
        QVERIFY2(recorded < 110'000'000, qPrintable(QString::number(recorded)));
        QVERIFY(!mController->full() && mNotice->isHidden());
        mController->play();
        QVERIFY(await([&] { return mController->timeline().memoryBytes() > recorded + 1'000'000; }));
        mController->pause();
    }

private:
    void open(const char* lab) {
        QFile file(mFolder.filePath(QStringLiteral("run.lab.yaml")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(lab);
        file.close();
        QVERIFY(mWindow->openFile(file.fileName()));
        mController->prepare();
    }
    static bool await(const std::function<bool()>& done) {
        for (int i = 0; i < 200'000 && !done(); ++i)
            QCoreApplication::processEvents();
        return done();
    }
    static void pump(int times) {
        while (times-- > 0)
            QCoreApplication::processEvents();
    }
    void click(const QString& text) {
        for (auto* button : mNotice->findChildren<QPushButton*>())
            if (button->text() == text && button->isVisible()) {
                QTest::mouseClick(button, Qt::LeftButton);
                return;
            }
        QFAIL(qPrintable(text));
    }

    QTemporaryDir mFolder;
    std::unique_ptr<MainWindow> mWindow;
    PlaybackController* mController = nullptr;
    RunNotice* mNotice = nullptr;
};

QTEST_MAIN(TestStormNotice)
#include "test_storm_notice.moc"
