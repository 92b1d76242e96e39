// The canvas under hand: every gesture becomes the step that it should, and can be undone.
#include "model/commands/commands.h"
#include "model/document/document.h"
#include "model/lab/kinds.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/overlay.h"
#include "ui/canvas/render_lab.h"
#include "ui/shared/selection.h"
#include "ui/widgets/in_place_editor.h"

#include <QApplication>
#include <QDropEvent>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace model::lab;
using ui::canvas::CanvasView;
using ui::canvas::ToolKind;

namespace {

struct Bench {
    model::document::Document document;
    ui::shared::Selection selection{document};
    CanvasView view{document, selection};

    Bench() {
        view.resize(800, 600);
        view.show();
        [[maybe_unused]] const bool shown = QTest::qWaitForWindowExposed(&view);
        view.setZoom(1.0, QPoint(400, 300));
        view.centerOn(0, 0);
    }
    NodeId add(Kind kind, double x, double y) { return model::commands::addNode(document, kind, QPointF(x, y)); }
    QPoint at(QPointF scene) { return view.viewportTransform().map(scene).toPoint(); }
    QPoint at(NodeId node) { return at(view.geometry().tile(node).center()); }
    void click(QPoint p, Qt::KeyboardModifiers m = {}) { QTest::mouseClick(view.viewport(), Qt::LeftButton, m, p); }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers m = {}) {
        QTest::mousePress(view.viewport(), Qt::LeftButton, m, from);
        for (int i = 1; i <= 5; ++i)
            move(from + (to - from) * i / 5, Qt::LeftButton, m);
        QTest::mouseRelease(view.viewport(), Qt::LeftButton, m, to);
    }
    void move(QPoint p, Qt::MouseButtons buttons = {}, Qt::KeyboardModifiers m = {}) {
        QMouseEvent event(QEvent::MouseMove, p, view.viewport()->mapToGlobal(p), Qt::NoButton, buttons, m);
        QCoreApplication::sendEvent(view.viewport(), &event);
    }
    void drop(Kind kind, QPoint p, Qt::KeyboardModifiers m = {}) {
        QMimeData mime;
        mime.setData(QLatin1String(ui::canvas::kKindMime), QByteArray::number(static_cast<int>(kind)));
        QDragEnterEvent enter(p, Qt::CopyAction, &mime, Qt::LeftButton, m);
        QCoreApplication::sendEvent(view.viewport(), &enter);
        QDragMoveEvent over(p, Qt::CopyAction, &mime, Qt::LeftButton, m);
        QCoreApplication::sendEvent(view.viewport(), &over);
        QDropEvent drop(p, Qt::CopyAction, &mime, Qt::LeftButton, m);
        QCoreApplication::sendEvent(view.viewport(), &drop);
    }
    const Lab& lab() { return document.lab(); }
    int steps() { return document.undoStack().count(); }
};

class CountingOverlay : public ui::canvas::Overlay {
public:
    void paint(QPainter&, const ui::canvas::CanvasGeometry& geometry) override {
        ++paints;
        nodes = static_cast<int>(geometry.nodes().size());
    }
    qint64 recordAt(QPointF p, const ui::canvas::CanvasGeometry&) const override {
        return QRectF(195, -5, 10, 10).contains(p) ? 7 : -1;
    }
    int paints = 0, nodes = 0;
};

} // namespace

class TestCanvas : public QObject {
    Q_OBJECT
private slots:
    void emptyLab_dropFromPalette_addsNodeThereAndUndoRemovesIt() {
        Bench b;
        b.drop(Kind::Router, b.at(QPointF(103, -58)));
        QCOMPARE(b.lab().nodes.size(), std::size_t(1));
        QCOMPARE(b.lab().nodes[0].kind, Kind::Router);
        QCOMPARE(b.lab().nodes[0].at, QPointF(100, -60)); // the grid is 20 and holds from 6 away
        QVERIFY(b.selection.contains(b.lab().nodes[0].id));
        b.document.undoStack().undo();
        QVERIFY(b.lab().nodes.empty());
        QVERIFY(b.selection.isEmpty());
    }

    void palette_shiftDrop_keepsPlacingUntilEscape() {
        Bench b;
        b.drop(Kind::Host, b.at(QPointF(0, 0)), Qt::ShiftModifier);
        QCOMPARE(b.view.tool(), ToolKind::Place);
        b.click(b.at(QPointF(120, 0)));
        b.click(b.at(QPointF(240, 0)));
        QCOMPARE(b.lab().nodes.size(), std::size_t(3));
        QTest::keyClick(&b.view, Qt::Key_Escape);
        QCOMPARE(b.view.tool(), ToolKind::Select);
        b.click(b.at(QPointF(0, 150)));
        QCOMPARE(b.lab().nodes.size(), std::size_t(3));
    }

    void twoHosts_cableToolClickClick_linksFirstFreePorts() {
        Bench b;
        const NodeId one = b.add(Kind::Host, -100, 0), two = b.add(Kind::Host, 100, 0);
        b.view.setTool(ToolKind::Cable);
        b.click(b.at(one));
        b.move(b.at(QPointF(0, 0)));
        b.click(b.at(two));
        QCOMPARE(b.lab().links.size(), std::size_t(1));
        QCOMPARE(b.lab().links[0].a, (LinkEnd{one, QStringLiteral("eth0")}));
        QCOMPARE(b.lab().links[0].b, (LinkEnd{two, QStringLiteral("eth0")}));
        QCOMPARE(b.view.tool(), ToolKind::Cable); // sticky
        b.document.undoStack().undo();
        QVERIFY(b.lab().links.empty());
    }

    void hostAndSwitch_cableToolDrag_linksThem() {
        Bench b;
        const NodeId host = b.add(Kind::Host, -100, 0), sw = b.add(Kind::Switch, 100, 0);
        b.view.setTool(ToolKind::Cable);
        b.drag(b.at(host), b.at(sw));
        QCOMPARE(b.lab().links.size(), std::size_t(1));
        QCOMPARE(b.lab().links[0].b, (LinkEnd{sw, QStringLiteral("p1")}));
    }

    void host_cableDroppedOnEmptyGround_offersWhatToPlaceThere() {
        Bench b;
        const NodeId host = b.add(Kind::Host, -100, 0);
        const int before = b.steps();
        b.view.setTool(ToolKind::Cable);
        b.drag(b.at(host), b.at(QPointF(120, 40)));
        auto* menu = b.view.findChild<QMenu*>();
        QVERIFY(menu);
        QCOMPARE(b.lab().nodes.size(), std::size_t(1));
        QCOMPARE(b.steps(), before);
        for (QAction* action : menu->actions())
            if (action->text() == model::lab::kindTitle(Kind::Router)) action->trigger();
        menu->close();
        QCOMPARE(b.lab().nodes.size(), std::size_t(2));
        QCOMPARE(b.lab().links.size(), std::size_t(1));
        QCOMPARE(b.lab().links[0].a.node, host);
        QCOMPARE(b.lab().nodes[1].kind, Kind::Router);
        QCOMPARE(b.steps(), before + 1);
        b.document.undoStack().undo();
        QCOMPARE(b.lab().nodes.size(), std::size_t(1));
        QVERIFY(b.lab().links.empty());
        b.drag(b.at(host), b.at(QPointF(120, 40)));
        b.view.findChildren<QMenu*>().last()->close(); // thought better of
        QCOMPARE(b.lab().nodes.size(), std::size_t(1));
    }

    void homeRouter_cableToolClick_offersItsFreePorts() {
        Bench b;
        const NodeId home = b.add(Kind::HomeRouter, -100, 0), host = b.add(Kind::Host, 100, 0);
        b.view.setTool(ToolKind::Cable);
        b.click(b.at(home));
        auto* menu = b.view.findChild<QMenu*>();
        QVERIFY(menu);
        QCOMPARE(menu->actions().size(), 2);
        menu->actions().at(1)->trigger(); // wan0
        menu->close();
        b.click(b.at(host));
        QCOMPARE(b.lab().links.size(), std::size_t(1));
        QCOMPARE(b.lab().links[0].a, (LinkEnd{home, QStringLiteral("wan0")}));
    }

    void hostWithoutFreePort_cableTool_saysSoAndChangesNothing() {
        Bench b;
        const NodeId one = b.add(Kind::Host, -100, 0), two = b.add(Kind::Host, 100, 0),
                     three = b.add(Kind::Host, 0, 100);
        QVERIFY(model::commands::addLink(b.document, {one, {}}, {two, {}}).isEmpty());
        b.view.setTool(ToolKind::Cable);
        b.drag(b.at(three), b.at(one));
        QCOMPARE(b.lab().links.size(), std::size_t(1));
        const auto tags = b.view.viewport()->findChildren<QLabel*>(QStringLiteral("tag"));
        bool said = false;
        for (const QLabel* tag : tags)
            said = said || (tag->isVisible() && tag->text().contains(QStringLiteral("port")));
        QVERIFY(said);
    }

    void cableBegun_escape_leavesCableThenTool() {
        Bench b;
        const NodeId one = b.add(Kind::Host, -100, 0), two = b.add(Kind::Host, 100, 0);
        b.view.setTool(ToolKind::Cable);
        b.click(b.at(one));
        QTest::keyClick(&b.view, Qt::Key_Escape);
        QCOMPARE(b.view.tool(), ToolKind::Cable);
        b.click(b.at(two)); // begins a new cable, does not end the old one
        QVERIFY(b.lab().links.empty());
        QTest::keyClick(&b.view, Qt::Key_Escape);
        QTest::keyClick(&b.view, Qt::Key_Escape);
        QCOMPARE(b.view.tool(), ToolKind::Select);
    }

    void node_drag_isOneUndoStepAndSnaps() {
        Bench b;
        const NodeId host = b.add(Kind::Host, 0, 0);
        const int before = b.steps();
        b.drag(b.at(host), b.at(host) + QPoint(83, 41));
        QCOMPARE(b.lab().node(host)->at, QPointF(80, 40));
        QCOMPARE(b.steps(), before + 1);
        b.document.undoStack().undo();
        QCOMPARE(b.lab().node(host)->at, QPointF(0, 0));
    }

    void node_altDrag_doesNotSnap() {
        Bench b;
        const NodeId host = b.add(Kind::Host, 0, 0);
        b.drag(b.at(host), b.at(host) + QPoint(83, 41), Qt::AltModifier);
        QCOMPARE(b.lab().node(host)->at, QPointF(83, 41));
    }

    void rubberBand_aroundTwo_selectsThemAndDragMovesBoth() {
        Bench b;
        const NodeId one = b.add(Kind::Host, -60, 0), two = b.add(Kind::Host, 60, 0), far = b.add(Kind::Host, 260, 0);
        b.drag(b.at(QPointF(-120, -80)), b.at(QPointF(120, 90)));
        QVERIFY(b.selection.contains(one) && b.selection.contains(two) && !b.selection.contains(far));
        b.drag(b.at(one), b.at(one) + QPoint(0, 100));
        QCOMPARE(b.lab().node(one)->at, QPointF(-60, 100));
        QCOMPARE(b.lab().node(two)->at, QPointF(60, 100));
        QCOMPARE(b.lab().node(far)->at, QPointF(260, 0));
    }

    void selectedNode_renameInPlace_renames() {
        Bench b;
        const NodeId host = b.add(Kind::Host, 0, 0);
        b.view.renameInPlace(host);
        QLineEdit* edit = b.view.editor().lineEdit();
        QSignalSpy opened(&b.view, &CanvasView::openRequested);
        QVERIFY(b.view.editor().isOpen());
        edit->setText(QStringLiteral("desktop"));
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(!b.view.editor().isOpen());
        QCOMPARE(b.lab().node(host)->name, QStringLiteral("desktop"));
        QCOMPARE(opened.count(), 0); // Enter was for the editor, not for the canvas below
        b.view.renameInPlace(host);
        edit->setText(QStringLiteral("other"));
        b.view.zoomBy(1.5);
        QVERIFY(!b.view.editor().isOpen());
        QCOMPARE(b.lab().node(host)->name, QStringLiteral("desktop"));
    }

    void renameInPlace_nameOfAnother_isRefusedThere() {
        Bench b;
        const NodeId one = b.add(Kind::Host, 0, 0), two = b.add(Kind::Host, 150, 0);
        const QString before = b.lab().node(two)->name;
        b.view.renameInPlace(two);
        b.view.editor().lineEdit()->setText(b.lab().node(one)->name);
        QTest::keyClick(b.view.editor().lineEdit(), Qt::Key_Return);
        QVERIFY(b.view.editor().isOpen());
        QVERIFY(b.view.editor().findChild<QLabel*>(QStringLiteral("tag"))->isVisible());
        QTest::keyClick(b.view.editor().lineEdit(), Qt::Key_Escape);
        QCOMPARE(b.lab().node(two)->name, before);
    }

    void selectedNodes_delete_takesTheirCablesAndUndoBringsAllBack() {
        Bench b;
        const NodeId one = b.add(Kind::Host, -100, 0), two = b.add(Kind::Host, 100, 0);
        QVERIFY(model::commands::addLink(b.document, {one, {}}, {two, {}}).isEmpty());
        b.click(b.at(one));
        b.view.deleteSelection();
        QCOMPARE(b.lab().nodes.size(), std::size_t(1));
        QVERIFY(b.lab().links.empty());
        b.document.undoStack().undo();
        QCOMPARE(b.lab().nodes.size(), std::size_t(2));
        QCOMPARE(b.lab().links.size(), std::size_t(1));
    }

    void cable_click_selectsIt() {
        Bench b;
        const NodeId one = b.add(Kind::Host, -100, 0), two = b.add(Kind::Host, 100, 0);
        LinkId made;
        QVERIFY(model::commands::addLink(b.document, {one, {}}, {two, {}}, &made).isEmpty());
        b.click(b.at(QPointF(0, 2)));
        QCOMPARE(b.selection.link(), made);
    }

    void anyPlace_ctrlWheel_keepsThePointUnderTheCursor() {
        Bench b;
        b.add(Kind::Host, 0, 0);
        const QPointF cursor(613, 127);
        const QPointF before = b.view.viewportTransform().inverted().map(cursor);
        for (const int delta : {120, 120, 120, -120, 240}) {
            QWheelEvent wheel(cursor, b.view.viewport()->mapToGlobal(cursor), QPoint(), QPoint(0, delta), Qt::NoButton,
                              Qt::ControlModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(b.view.viewport(), &wheel);
        }
        QVERIFY(b.view.zoom() > 1.5);
        const QPointF after = b.view.viewportTransform().map(before);
        QVERIFY2(QLineF(after, cursor).length() < 4.0,
                 qPrintable(QStringLiteral("%1 %2").arg(after.x()).arg(after.y())));
    }

    void wideLab_fit_showsAllOfIt() {
        Bench b;
        b.add(Kind::Host, -3000, -500);
        b.add(Kind::Host, 2000, 900);
        b.view.fit();
        const QRectF shown = b.view.viewportTransform().mapRect(b.view.geometry().bounds());
        QVERIFY(QRectF(b.view.viewport()->rect()).contains(shown));
    }

    void spaceKey_tappedAlone_asksToPlayButNotAfterADrag() {
        Bench b;
        QSignalSpy play(&b.view, &CanvasView::playRequested);
        b.view.setFocus();
        QTest::keyClick(&b.view, Qt::Key_Space);
        QCOMPARE(play.count(), 1);
        const QPointF before = b.view.visibleCentre();
        QTest::keyPress(&b.view, Qt::Key_Space);
        b.drag(QPoint(300, 300), QPoint(350, 320));
        QTest::keyRelease(&b.view, Qt::Key_Space);
        QCOMPARE(play.count(), 1);
        QCOMPARE(before - b.view.visibleCentre(), QPointF(50, 20));
    }

    void selectedNode_arrowKeys_nudgeAsOneStep() {
        Bench b;
        const NodeId host = b.add(Kind::Host, 0, 0);
        b.selection.select(host);
        const int before = b.steps();
        b.view.setFocus();
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(&b.view, Qt::Key_Right);
        QTest::keyClick(&b.view, Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(b.lab().node(host)->at, QPointF(6, 20));
        QCOMPARE(b.steps(), before + 1);
        b.view.setNudging(false);
        QTest::keyClick(&b.view, Qt::Key_Right);
        QCOMPARE(b.lab().node(host)->at, QPointF(6, 20));
    }

    void canvas_tabKey_walksThroughTheNodes() {
        Bench b;
        const NodeId one = b.add(Kind::Host, -100, 0), two = b.add(Kind::Host, 100, 0);
        b.selection.clear();
        b.view.activateWindow();
        b.view.setFocus();
        QTRY_VERIFY(b.view.hasFocus());
        QTest::keyClick(&b.view, Qt::Key_Tab);
        QCOMPARE(b.selection.node(), one);
        QTest::keyClick(&b.view, Qt::Key_Tab);
        QCOMPARE(b.selection.node(), two);
        QTest::keyClick(&b.view, Qt::Key_Backtab);
        QCOMPARE(b.selection.node(), one);
    }

    void overlay_refreshAndClick_paintsAndChoosesTheRecord() {
        Bench b;
        b.add(Kind::Host, 0, 0);
        CountingOverlay overlay;
        b.view.setOverlay(&overlay);
        QTRY_VERIFY(overlay.paints > 0);
        QCOMPARE(overlay.nodes, 1);
        b.click(b.at(QPointF(200, 0)));
        QCOMPARE(b.selection.currentRecord(), qint64(7));
        b.view.setOverlay(nullptr);
    }

    void copiedPair_paste_bringsTheCableAlong() {
        Bench b;
        const NodeId one = b.add(Kind::Host, -100, 0), two = b.add(Kind::Host, 100, 0);
        QVERIFY(model::commands::addLink(b.document, {one, {}}, {two, {}}).isEmpty());
        b.view.selectAll();
        b.view.copySelection();
        b.view.paste();
        QCOMPARE(b.lab().nodes.size(), std::size_t(4));
        QCOMPARE(b.lab().links.size(), std::size_t(2));
        QCOMPARE(b.selection.nodes().size(), std::size_t(2));
        QVERIFY(!b.selection.contains(one));
    }

    void pingTool_twoClicks_asksTheFirstToPingTheSecond() {
        Bench b;
        const NodeId one = b.add(Kind::Host, -100, 0), two = b.add(Kind::Host, 100, 0);
        Node changed = *b.lab().node(two);
        changed.ports[0].addresses = {*sim::wire::Prefix::parse("192.168.0.6/24")};
        QVERIFY(model::commands::setNode(b.document, changed, QStringLiteral("x")).isEmpty());
        QSignalSpy run(&b.view, &CanvasView::runRequested);
        b.view.setTool(ToolKind::Ping);
        b.click(b.at(one));
        b.click(b.at(two));
        QCOMPARE(run.count(), 1);
        QCOMPARE(run[0][0].value<NodeId>(), one);
        QCOMPARE(run[0][1].toString(), QStringLiteral("ping 192.168.0.6"));
        QTRY_COMPARE(b.view.tool(), ToolKind::Select);
    }

    void browseTool_badThenGoodPage_refusesThenAsksTheHost() {
        Bench b;
        const NodeId host = b.add(Kind::Host, 0, 0), sw = b.add(Kind::Switch, 150, 0);
        QSignalSpy run(&b.view, &CanvasView::runRequested);
        b.view.setTool(ToolKind::Browse);
        b.click(b.at(sw));
        QVERIFY(!b.view.editor().isOpen());
        b.click(b.at(host));
        QLineEdit* edit = b.view.editor().lineEdit();
        edit->setText(QStringLiteral("gopher://x/"));
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(b.view.editor().isOpen());
        QCOMPARE(run.count(), 0);
        edit->setText(QStringLiteral("http://google.com/"));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(run.count(), 1);
        QCOMPARE(run[0][0].value<NodeId>(), host);
        QCOMPARE(run[0][1].toString(), QStringLiteral("browse http://google.com/"));
        QTRY_COMPARE(b.view.tool(), ToolKind::Select);
    }

    void twoNodes_renderLab_drawsTilesAndCableInBothThemes() {
        Bench b;
        const NodeId one = b.add(Kind::Host, 0, 0), two = b.add(Kind::Host, 200, 0);
        QVERIFY(model::commands::addLink(b.document, {one, {}}, {two, {}}).isEmpty());
        for (const bool dark : {false, true}) {
            const QRectF bounds = ui::canvas::labBounds(b.lab());
            QImage image(bounds.size().toSize(), QImage::Format_RGB32);
            image.fill(Qt::magenta);
            QPainter painter(&image);
            ui::canvas::renderLab(painter, b.lab(), QRectF(QPointF(), QSizeF(image.size())), dark);
            painter.end();
            const auto& colors = ui::shared::Theme::colors(dark);
            const QPointF origin = -bounds.topLeft();
            const auto pixel = [&](double x, double y) { return image.pixelColor((origin + QPointF(x, y)).toPoint()); };
            QCOMPARE(pixel(100, 0).rgb(), colors.cable.rgb()); // the middle of the cable
            QCOMPARE(pixel(-20, 20).rgb(), colors.tile.rgb()); // inside the first tile, beside its icon
            QCOMPARE(pixel(40, 0).rgb(), colors.up.rgb());     // its port's mark
        }
    }
};

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    TestCanvas test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_canvas.moc"
