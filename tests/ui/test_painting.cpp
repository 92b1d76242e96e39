// What the canvas paints fast must be what it would paint slowly.
#include "model/commands/commands.h"
#include "model/document/document.h"
#include "model/lab/kinds.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/line_raster.h"
#include "ui/canvas/mark_raster.h"
#include "ui/canvas/word_sprites.h"
#include "ui/shared/selection.h"

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QTest>

#include <map>

using namespace model::lab;
using namespace ui::canvas;

namespace {

QImage paper(int width, int height) {
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(Qt::white);
    return image;
}

/// ink is how much of an image is black, in pixels.
double ink(const QImage& image) {
    double sum = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            sum += 255 - qRed(image.pixel(x, y));
    return sum / 255;
}

/// manyHosts is a lab with more words in sight than are made for one frame.
void manyHosts(model::document::Document& document) {
    Lab lab;
    for (std::uint32_t i = 0; i < 200; ++i) {
        Node node = makeNode(Kind::Host, QStringLiteral("host%1").arg(i), QPointF(i % 20 * 80, i / 20 * 90));
        node.id = NodeId{i + 1};
        lab.nodes.push_back(node);
    }
    document.apply(lab, {model::document::Change::Everything, {}, {}});
}

} // namespace

class TestPainting : public QObject {
    Q_OBJECT
private slots:
    void smallMarks_overOneAnotherAndTheEdges_areRectanglesWithARim() {
        QImage image(6, 5, QImage::Format_RGB32);
        image.fill(0xff000000);
        ui::canvas::SmallMarks marks;
        marks.size = {4, 3};
        marks.rim = 1;
        marks.looks = {{0x00ff00, 0xffffff}, {0x0000ff, 0x888888}};
        marks.places = {{0, 0, 0}, {-2, 1, 1}, {4, 3, 1}, {-4, 0, 1}, {0, 5, 1}, {90, -90, 0}};
        ui::canvas::drawSmallMarks(image, marks);
        const char* expected[] = {"wwww..", "ddgw..", "bdww..", "dd..dd", "....db"};
        const std::map<QRgb, char> names{
            {0xff000000, '.'}, {0xffffffff, 'w'}, {0xff00ff00, 'g'}, {0xff888888, 'd'}, {0xff0000ff, 'b'}};
        for (int y = 0; y < 5; ++y) {
            QByteArray row;
            for (int x = 0; x < 6; ++x)
                row += names.at(image.pixel(x, y));
            QCOMPARE(row, QByteArray(expected[y]));
        }
    }

    void thinLine_alongARow_coversItsPixelsByTheirShare() {
        QImage image = paper(20, 8);
        const std::vector<QLineF> lines{{2.0, 4.0, 10.5, 4.0}};
        drawThinLines(image, lines, Qt::black, 2.0);
        for (int x = 2; x < 10; ++x) {
            QCOMPARE(qRed(image.pixel(x, 3)), 0);
            QCOMPARE(qRed(image.pixel(x, 4)), 0);
            QCOMPARE(qRed(image.pixel(x, 2)), 255);
            QCOMPARE(qRed(image.pixel(x, 5)), 255);
        }
        QVERIFY(std::abs(qRed(image.pixel(10, 3)) - 127) <= 1); // half of it
        QCOMPARE(qRed(image.pixel(1, 3)), 255);
        QCOMPARE(qRed(image.pixel(11, 3)), 255);
    }

    void thinLine_anyDirection_hasTheInkOfItsLengthTimesItsWidth() {
        for (int degrees = 0; degrees < 360; degrees += 7) {
            QImage image = paper(100, 100);
            QLineF line = QLineF::fromPolar(40, degrees).translated(50.3, 49.6);
            drawThinLines(image, std::vector<QLineF>{line}, Qt::black, 1.4);
            const double wanted = 40 * 1.4, found = ink(image);
            QVERIFY2(std::abs(found - wanted) < 2.5, qPrintable(QStringLiteral("%1°: %2").arg(degrees).arg(found)));
        }
    }

    void thinLine_beyondTheEdges_paintsWhatIsInside() {
        QImage image = paper(10, 10);
        drawThinLines(image,
                      std::vector<QLineF>{{-1e6, 5, 1e6, 5},
                                          {5, -1e6, 5, 1e6},
                                          {-50, -50, 60, 60},
                                          {100, 100, 200, 120},
                                          {-3, -3, -2, -2},
                                          {4, 4, 4, 4}},
                      Qt::black, 3.0);
        QCOMPARE(qRed(image.pixel(0, 5)), 0);
        QCOMPARE(qRed(image.pixel(9, 5)), 0);
        QCOMPARE(qRed(image.pixel(5, 0)), 0);
        QCOMPARE(qRed(image.pixel(5, 9)), 0);
        QCOMPARE(qRed(image.pixel(0, 9)), 255);
    }

    void words_moreThanAFrameMakes_areAllThereAFewFramesLater() {
        WordSprites words;
        const WordLook look{QApplication::font(), Qt::black, Qt::white};
        const int count = 2 * WordSprites::kPerFrame + 10;
        const auto frame = [&](double size) {
            QImage image = paper(400, 20 * count);
            QPainter painter(&image);
            words.begin(size, 1.0);
            for (int i = 0; i < count; ++i)
                words.paint(painter, QStringLiteral("word%1").arg(i), QPointF(200, 20 * i), look, 0);
            return image;
        };
        frame(1.0);
        QVERIFY(words.behind());
        frame(1.0);
        QVERIFY(words.behind());
        const QImage complete = frame(1.0);
        QVERIFY(!words.behind());
        // Another zoom: what there is will do for a moment, and is exact when the zoom rests.
        const QImage changing = frame(1.2);
        QVERIFY(words.behind());
        QVERIFY(ink(changing) > 0.9 * ink(complete));
        for (int i = 0; i < 3; ++i)
            frame(1.2);
        QVERIFY(!words.behind());
        QVERIFY(ink(frame(1.2)) > 1.1 * ink(complete));
    }

    void manyHosts_zoomedAndLeftAlone_looksAsIfNeverZoomed() {
        model::document::Document document;
        ui::shared::Selection selection(document);
        manyHosts(document);
        const auto settled = [](CanvasView& view) {
            view.resize(1400, 800);
            view.show();
            QImage last, now = view.grab().toImage();
            do {
                last = now;
                now = view.grab().toImage();
            } while (now != last);
            return now;
        };
        CanvasView plain(document, selection), zoomed(document, selection);
        plain.setZoom(0.9, {700, 400});
        const QImage wanted = settled(plain);
        settled(zoomed);
        for (const double zoom : {0.8, 0.5, 0.7, 0.9}) {
            zoomed.setZoom(zoom, {700, 400});
            zoomed.grab();
        }
        zoomed.centerOn(plain.mapToScene(plain.viewport()->rect().center()));
        plain.centerOn(plain.mapToScene(plain.viewport()->rect().center()));
        QCOMPARE(zoomed.viewportTransform(), plain.viewportTransform());
        QCOMPARE(settled(zoomed), settled(plain));
        QVERIFY(ink(wanted) > 1000);
    }

    void geometry_movedNodes_isAsIfBuiltThere() {
        model::document::Document document;
        const auto a = model::commands::addNode(document, Kind::Host, {0, 0});
        const auto b = model::commands::addNode(document, Kind::Switch, {200, 40});
        const auto c = model::commands::addNode(document, Kind::Host, {400, 300});
        QVERIFY(model::commands::addLink(document, {a, {}}, {b, {}}).isEmpty());
        QVERIFY(model::commands::addLink(document, {b, {}}, {c, {}}).isEmpty());
        CanvasGeometry moved, built;
        moved.rebuild(document.lab());
        const auto before = moved.revision();
        moved.move({a, b}, {60, -20});
        moved.move({a, b}, {20, 100});
        built.rebuild(document.lab(), {a, b}, {80, 80});
        QVERIFY(moved.revision() != before && moved.revision() != built.revision());
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(moved.nodes()[i].tile, built.nodes()[i].tile);
            QCOMPARE(moved.nodes()[i].nameRect, built.nodes()[i].nameRect);
            QCOMPARE(moved.nodes()[i].addressRect, built.nodes()[i].addressRect);
        }
        for (std::size_t i = 0; i < 2; ++i) {
            QCOMPARE(moved.links()[i].path, built.links()[i].path);
            QCOMPARE(moved.links()[i].drawn, built.links()[i].drawn);
            QCOMPARE(moved.links()[i].markA, built.links()[i].markA);
            QCOMPARE(moved.links()[i].edgeB, built.links()[i].edgeB);
        }
    }
};

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    TestPainting test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_painting.moc"
