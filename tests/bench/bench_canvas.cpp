// The window's frames: the clock or the view is moved, a repaint asked for, and the event loop runs until the viewport
// was painted and flushed. --window measures the whole window with its docks instead of canvas and run alone.
#include "bench.h"
#include "grid_lab.h"

#include "model/document/document.h"
#include "model/io/lab_file.h"
#include "ui/canvas/canvas_view.h"
#include "ui/run/controller.h"
#include "ui/run/envelope_overlay.h"
#include "ui/shared/selection.h"
#include "ui/shared/theme.h"
#include "ui/window/install.h"
#include "ui/window/main_window.h"
#include "ui/window/run_window.h"

#include <QApplication>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <functional>
#include <memory>

namespace {

/// PaintCounter counts how often a widget was painted.
class PaintCounter : public QObject {
public:
    explicit PaintCounter(QObject* watched) { watched->installEventFilter(this); }
    int count = 0;
    bool eventFilter(QObject*, QEvent* event) override {
        count += event->type() == QEvent::Paint;
        return false;
    }
};

double middle(std::vector<double> values, std::size_t percent) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[std::min(values.size() - 1, values.size() * percent / 100)];
}

struct Frames {
    std::vector<double> wall, used; ///< milliseconds
};

/// measure runs frames, three of them beforehand to fill what is cached.
Frames measure(QWidget* viewport, int frames, const std::function<void(int)>& move) {
    PaintCounter painted(viewport);
    Frames result;
    for (int f = -3; f < frames; ++f) {
        const double wall = bench::now(), used = bench::cpu();
        const int before = painted.count;
        move(f + 3);
        viewport->update();
        while (painted.count == before)
            QApplication::processEvents();
        QApplication::processEvents();
        if (f < 0) continue;
        result.wall.push_back((bench::now() - wall) * 1000);
        result.used.push_back((bench::cpu() - used) * 1000);
    }
    return result;
}

/// wave goes from 0 to 1 and back, in so many frames.
double wave(int frame, int period) {
    const int at = frame % period;
    return 2.0 * (at <= period / 2 ? at : period - at) / period;
}

void mouse(QWidget* viewport, QEvent::Type type, QPointF at) {
    const bool move = type == QEvent::MouseMove;
    QMouseEvent event(type, at, viewport->mapToGlobal(at), move ? Qt::NoButton : Qt::LeftButton,
                      type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(viewport, &event);
}

int start(int& argc, char** argv) {
    QApplication application(argc, argv);
    ui::window::setApplicationNames();
    ui::shared::Theme::instance().install();
    ui::window::MainWindow window;
    ui::window::fillWindow(window, {});
    PaintCounter painted(window.canvas().viewport());
    while (!painted.count)
        application.processEvents();
    const double used = bench::cpu();
    // What the event loop still has to do before it waits: the run is recorded, the docks are filled.
    QTimer::singleShot(1000, &application, &QApplication::quit);
    application.exec();
    const double settled = bench::cpu();
    QTimer::singleShot(3000, &application, &QApplication::quit);
    application.exec();
    std::printf("{\"name\": \"canvas\", \"what\": \"start\", \"cpu_ms\": %.1f, \"cpu_settled_ms\": %.1f, "
                "\"cpu_idle_ms\": %.2f, \"rss_mib\": %.1f}\n",
                used * 1000, settled * 1000, (bench::cpu() - settled) * 1000, bench::rssMib());
    return 0;
}

/// storm opens a lab in which every broadcast becomes more of them, and goes to the end of the run again and again
/// until the recording is full. How long the event loop is away is what a click has to wait; so long takes a jump to
/// the end.
int storm(QApplication& application, int megabytes) {
    ui::window::MainWindow window;
    auto& controller = ui::window::install(window);
    window.resize(1600, 900);
    window.show();
    controller.setMostMemory(megabytes);
    model::io::Problem problem;
    const QByteArray lab =
        "packetarium: 1\nnodes:\n  a: {kind: host, interfaces: {eth0: 10.0.0.1/24}}\n  sw1: {kind: switch}\n"
        "  sw2: {kind: switch}\n  sw3: {kind: switch}\n  sw4: {kind: switch}\nlinks:\n  - [a:eth0, sw1:p1]\n"
        "  - [sw1:p2, sw2:p2]\n  - [sw1:p3, sw3:p2]\n  - [sw1:p4, sw4:p2]\n  - [sw2:p3, sw3:p3]\n"
        "  - [sw2:p4, sw4:p3]\n  - [sw3:p4, sw4:p4]\nrun:\n  - {at: 0s, on: a, do: ping 10.0.0.9}\n";
    if (!window.document().openText(lab, QStringLiteral("storm"), &problem)) return 1;
    controller.prepare();
    std::vector<double> away, jumps;
    double named = -1;
    const double begin = bench::now();
    while (!controller.full() && bench::now() - begin < 120) {
        for (int i = 0; i < 20; ++i) {
            const double at = bench::now();
            application.processEvents();
            away.push_back((bench::now() - at) * 1000);
            if (named < 0 && controller.storm()) named = bench::now() - begin;
        }
        const double at = bench::now();
        controller.toEnd();
        window.canvas().viewport()->repaint();
        jumps.push_back((bench::now() - at) * 1000);
    }
    std::printf("{\"name\": \"canvas\", \"what\": \"storm\", \"platform\": \"%s\", \"log_mb\": %zu, \"frames\": %zu, "
                "\"named_s\": %.2f, "
                "\"run_s\": %.1f, \"away_ms_median\": %.1f, \"away_ms_p95\": %.1f, \"away_ms_max\": %.1f, "
                "\"jump_ms_median\": %.1f, "
                "\"jump_ms_max\": %.1f, \"rss_mib\": %.1f}\n",
                qPrintable(QGuiApplication::platformName()), controller.timeline().memoryBytes() / 1'000'000,
                controller.log().frames().size(), named, bench::now() - begin, middle(away, 50), middle(away, 95),
                middle(away, 100), middle(jumps, 50), middle(jumps, 100), bench::rssMib());
    window.document().undoStack().setClean();
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const bench::Options o(argc, argv,
                           {{"nodes", "1000"},
                            {"envelopes", "5000"},
                            {"what", "play"},
                            {"frames", "120"},
                            {"window", "0"},
                            {"memory", "1000"},
                            {"picture", ""}});
    const auto nodes = unsigned(o.number("nodes")), envelopes = unsigned(o.number("envelopes"));
    const auto frames = int(o.number("frames"));
    const std::string what = o.text("what");
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    const QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    if (what == "start") return start(argc, argv);
    if (nodes < 2 || nodes > 20'000 || frames < 1) {
        std::fprintf(stderr, "--nodes: 2 to 20000; --frames: 1 or more\n");
        return 2;
    }

    QApplication application(argc, argv);
    ui::window::setApplicationNames();
    ui::shared::Theme::instance().install();
    if (what == "storm") return storm(application, int(o.number("memory")));
    using ui::canvas::CanvasView;
    using ui::run::PlaybackController;
    // Either the whole window, or canvas and run put together as ui/window/install does it.
    std::unique_ptr<ui::window::MainWindow> window;
    std::unique_ptr<model::document::Document> ownDocument;
    std::unique_ptr<ui::shared::Selection> ownSelection;
    std::unique_ptr<CanvasView> ownView;
    std::unique_ptr<PlaybackController> ownController;
    std::unique_ptr<ui::run::EnvelopeOverlay> overlay;
    model::document::Document* document = nullptr;
    ui::shared::Selection* selection = nullptr;
    CanvasView* view = nullptr;
    PlaybackController* controller = nullptr;
    if (o.flag("window")) {
        window = std::make_unique<ui::window::MainWindow>();
        controller = &ui::window::install(*window);
        window->show();
        document = &window->document();
        selection = &window->selection();
        view = &window->canvas();
        for (int i = 0; i < 3; ++i) {
            application.processEvents();
            window->resize(window->size() + QSize(1600, 900) - view->viewport()->size());
        }
    } else {
        ownDocument = std::make_unique<model::document::Document>();
        ownSelection = std::make_unique<ui::shared::Selection>(*ownDocument);
        ownView = std::make_unique<CanvasView>(*ownDocument, *ownSelection);
        ownController = std::make_unique<PlaybackController>(*ownDocument, *ownSelection);
        overlay = std::make_unique<ui::run::EnvelopeOverlay>(*ownController);
        document = ownDocument.get();
        selection = ownSelection.get();
        view = ownView.get();
        controller = ownController.get();
        view->setOverlay(overlay.get());
        QObject::connect(controller, &PlaybackController::moved, view, &CanvasView::refreshOverlay);
        QObject::connect(controller, &PlaybackController::stateChanged, view,
                         [view, controller] { view->setNudging(!controller->started()); });
        view->resize(1600, 900);
        view->show();
    }
    model::io::Problem problem;
    const bool still = what == "drag" || what == "select";
    const auto lab = bench::gridLab(nodes, still ? 0 : envelopes);
    double opened = bench::cpu();
    if (!document->openText(model::io::writeLab(lab), QStringLiteral("grid"), &problem)) {
        std::fprintf(stderr, "%s\n", qPrintable(problem.toString()));
        return 1;
    }
    application.processEvents();
    view->fit();
    application.processEvents();
    opened = bench::cpu() - opened;

    std::size_t flying = 0;
    double recorded = bench::cpu();
    if (!still) {
        controller->prepare();
        controller->play(); // before anybody asks for the run, only a part is recorded
        controller->pause();
        while (!controller->timeline().quiet())
            application.processEvents();
        application.processEvents();
        controller->seekPosition(controller->paceMap().positionOf(std::chrono::milliseconds(8000), 0));
        flying = controller->log().inFlight(controller->time()).size();
    }
    recorded = bench::cpu() - recorded;

    QWidget* viewport = view->viewport();
    const double zoom = view->zoom();
    Frames times;
    double select = 0;
    if (what == "play") {
        controller->play();
        times = measure(viewport, frames, [&](int) { controller->advance(16); });
    } else if (what == "pan") {
        const int x = view->horizontalScrollBar()->value(), y = view->verticalScrollBar()->value();
        times = measure(viewport, frames, [&](int f) {
            view->horizontalScrollBar()->setValue(x + qRound(wave(f, 40) * 300));
            view->verticalScrollBar()->setValue(y + qRound(wave(f, 26) * 120));
        });
    } else if (what == "zoom") {
        times = measure(viewport, frames, [&](int f) { view->setZoom(zoom * (1 + wave(f + 1, 30)), {800, 450}); });
    } else if (what == "drag" || what == "select") {
        const double before = bench::cpu();
        if (what == "drag") {
            view->selectAll();
            viewport->update();
            application.processEvents();
            select = bench::cpu() - before;
        }
        const QPointF at = view->viewportTransform().map(view->geometry().nodes()[nodes / 2].centre);
        mouse(viewport, QEvent::MouseButtonPress, what == "drag" ? at : QPointF(2, 2));
        times = measure(viewport, frames, [&](int f) {
            const double far = what == "drag" ? 40 : 850;
            mouse(viewport, QEvent::MouseMove,
                  (what == "drag" ? at : QPointF(2, 2)) + QPointF(5 + far * wave(f, 40), 5 + far * wave(f, 40)));
        });
    } else {
        std::fprintf(stderr, "--what: play, pan, zoom, drag, select, storm or start\n");
        return 2;
    }
    std::printf("{\"name\": \"canvas\", \"what\": \"%s\", \"platform\": \"%s\", \"window\": %d, \"nodes\": %u, "
                "\"envelopes\": %zu, "
                "\"frames\": %zu, \"ms_median\": %.2f, \"ms_p95\": %.2f, \"ms_max\": %.2f, \"cpu_ms_median\": %.2f, "
                "\"cpu_ms_p95\": %.2f, \"open_s\": %.2f, \"record_s\": %.2f, \"select_ms\": %.1f, \"selected\": %zu, "
                "\"rss_mib\": %.1f}\n",
                what.c_str(), qPrintable(QGuiApplication::platformName()), int(o.flag("window")), nodes, flying,
                times.wall.size(), middle(times.wall, 50), middle(times.wall, 95), middle(times.wall, 100),
                middle(times.used, 50), middle(times.used, 95), opened, recorded, select * 1000,
                selection->nodes().size(), bench::rssMib());
    if (!o.text("picture").empty())
        (window ? static_cast<QWidget*>(window.get()) : view)->grab().save(QString::fromStdString(o.text("picture")));
    if (window) window->document().undoStack().setClean();
    return 0;
}
