#include "ui/window/install.h"

#include "model/document/document.h"
#include "ui/canvas/canvas_view.h"
#include "ui/docks/browser_dock.h"
#include "ui/docks/events_dock.h"
#include "ui/docks/packet_dock.h"
#include "ui/docks/problems_dock.h"
#include "ui/docks/run_notice.h"
#include "ui/docks/story_line.h"
#include "ui/docks/tables_dock.h"
#include "ui/docks/transport_bar.h"
#include "ui/run/controller.h"
#include "ui/run/envelope_overlay.h"
#include "ui/shared/action_registry.h"
#include "ui/shared/theme.h"
#include "ui/window/export_menu.h"
#include "ui/window/main_window.h"

#include <QSettings>
#include <QTabWidget>

namespace ui::window {

namespace {

// A canvas with more links shows the lab's own states: asking every cable at every moment would cost too much.
constexpr std::size_t kMostLinks = 2000;
const QString kReducedKey = QStringLiteral("view/reducedMotion");

/// OverlayHolder ties the overlay's life to the window's.
struct OverlayHolder : QObject {
    OverlayHolder(MainWindow& w, const run::PlaybackController& controller)
        : QObject(&w), window(w), overlay(controller) {
        window.canvas().setOverlay(&overlay);
    }
    MainWindow& window;
    run::EnvelopeOverlay overlay;
};

void connectActions(MainWindow& window, run::PlaybackController& c) {
    auto& actions = window.actions();
    const auto bind = [&](const char* id, auto slot, std::function<bool()> rule) {
        QObject::connect(actions.action(QLatin1String(id)), &QAction::triggered, &c, slot);
        actions.setEnabledRule(QLatin1String(id), std::move(rule));
    };
    const auto any = [&c] { return c.hasRun(); };
    const auto past = [&c] { return c.started(); };
    const auto future = [&c] { return c.hasRun() && !c.atEnd(); };
    // Where nothing happens by itself, Play asks what should.
    bind(
        "play.toggle",
        [&window, &c] {
            c.prepare();
            if (c.log().records().empty())
                window.canvas().askAction();
            else
                c.toggle();
        },
        [] { return true; });
    bind(
        "play.forward", [&c] { c.stepForward(); }, future);
    bind(
        "play.back", [&c] { c.stepBack(); }, past);
    bind(
        "play.start",
        [&c] {
            c.pause();
            c.toStart();
        },
        past);
    bind(
        "play.end", [&c] { c.toEnd(); }, future);
    bind(
        "play.faster", [&c] { c.setSpeed(c.speed() * 2); }, [&c] { return c.speed() < 8; });
    bind(
        "play.slower", [&c] { c.setSpeed(c.speed() / 2); }, [&c] { return c.speed() > 0.25; });
    bind(
        "play.reset", [&c] { c.reset(); }, any);
    for (const QString& id : actions.ids(QStringLiteral("record"))) {
        const int megabytes = id.section(u'.', 1).toInt();
        QAction* action = actions.action(id);
        action->setChecked(megabytes == c.mostMemory());
        QObject::connect(action, &QAction::triggered, &c, [&c, megabytes] { c.setMostMemory(megabytes); });
        QObject::connect(&c, &run::PlaybackController::noticeChanged, action,
                         [&c, action, megabytes] { action->setChecked(megabytes == c.mostMemory()); });
    }
}

void showPorts(MainWindow& window, const run::PlaybackController& c) {
    std::map<model::lab::LinkId, canvas::EndStates> states;
    if (c.started() && c.channels().size() <= kMostLinks)
        for (const auto& [link, channel] : c.channels()) {
            const auto state = c.stateNow().channelUp(channel) ? canvas::PortState::Up : canvas::PortState::Down;
            states[link] = {state, state};
        }
    window.canvas().setPortStates(std::move(states));
}

} // namespace

run::PlaybackController& install(MainWindow& window) {
    auto& document = window.document();
    auto& selection = window.selection();
    auto* controller = new run::PlaybackController(document, selection, &window);
    auto& c = *controller;
    auto* holder = new OverlayHolder(window, c);

    auto* tables = new docks::TablesDock(document, selection, c);
    window.addRightDock(tables);
    auto* events = new docks::EventsDock(document, selection, c);
    window.addLowerTab(MainWindow::tr("Events"), events);
    auto* browser = new docks::BrowserDock(selection, c);
    window.addLowerTab(MainWindow::tr("Browser"), browser);
    // The page is what the run was for: the first time it arrives while playing, it is shown.
    QObject::connect(browser, &docks::BrowserDock::pageArrived, &window,
                     [&window, &c, browser, events, shown = false]() mutable {
                         if (!c.isPlaying() || shown || window.lowerTabs()->currentWidget() != events) return;
                         shown = true;
                         window.lowerTabs()->setCurrentWidget(browser);
                     });
    auto* problems = new docks::ProblemsDock(document, selection, c);
    const int problemsTab = window.addLowerTab(MainWindow::tr("Problems"), problems);
    const auto countProblems = [&window, problemsTab](int count) {
        window.lowerTabs()->setTabText(problemsTab,
                                       count ? MainWindow::tr("Problems (%1)").arg(count) : MainWindow::tr("Problems"));
    };
    QObject::connect(problems, &docks::ProblemsDock::countChanged, &window, countProblems);
    countProblems(0);
    QObject::connect(problems, &docks::ProblemsDock::placeClicked, &window, [&window](model::lab::NodeId node) {
        if (node.value) window.canvas().reveal(node);
        window.showRight(MainWindow::RightTab::Inspector);
    });
    auto* packet = new docks::PacketDock(selection, c);
    window.setPacketPanel(packet);
    auto* story = new docks::StoryLine(c);
    window.setStoryLine(story);
    story->hide();
    auto* notice = new docks::RunNotice(c);
    window.setNotice(notice);
    window.setTransportBar(new docks::TransportBar(window.actions(), c));

    addExportMenu(window, c);

    const auto follow = [&window, &c, tables](const QString& link) {
        const QString what = link.section(u':', 0, 0);
        const auto node = c.nodeOf(sim::kernel::DeviceId{link.section(u':', 1).toUInt()});
        if (!node.value) return;
        window.selection().select(node);
        window.canvas().reveal(node);
        if (what == u"device") return;
        window.showRight(MainWindow::RightTab::Tables);
        tables->reveal(what == u"nat" ? "nat" : what == u"neighbour" ? "neighbours" : "routes");
    };
    QObject::connect(story, &docks::StoryLine::linkClicked, &window, follow);
    QObject::connect(packet, &docks::PacketDock::linkClicked, &window, follow);
    QObject::connect(notice, &docks::RunNotice::linkClicked, &window, follow);

    QObject::connect(&c, &run::PlaybackController::moved, &window, [&window] { window.canvas().refreshOverlay(); });
    QObject::connect(&c, &run::PlaybackController::momentChanged, &window, [&window, &c] { showPorts(window, c); });
    QObject::connect(&c, &run::PlaybackController::stateChanged, &window, [&window, &c] {
        window.canvas().setNudging(!c.started());
        if (c.started()) window.setHint({}); // nobody needs to be told how to begin any more
    });
    const auto forget = [holder] { holder->overlay.forgetRun(); };
    QObject::connect(&c, &run::PlaybackController::rebuilt, &window, forget);
    QObject::connect(&c, &run::PlaybackController::cut, &window, forget);

    connectActions(window, c);
    window.setRunHandler([&c](model::lab::NodeId node, const QString& action) { c.act(node, action); });
    window.setCableHandler([&c](model::lab::LinkId link) { c.toggleCable(link); });
    QAction* reduced = window.actions().action(QStringLiteral("view.reducedMotion"));
    QObject::connect(reduced, &QAction::toggled, holder, [holder](bool on) {
        QSettings().setValue(kReducedKey, on);
        holder->overlay.setReducedMotion(on);
        holder->window.canvas().refreshOverlay();
    });
    reduced->setChecked(QSettings().value(kReducedKey, false).toBool());
    return c;
}

} // namespace ui::window
