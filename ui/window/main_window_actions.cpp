// Every user action of the window, and the menus and the toolbar made from them.
#include "model/commands/commands.h"
#include "ui/canvas/canvas_view.h"
#include "ui/shared/action_registry.h"
#include "ui/shared/icons.h"
#include "ui/shared/theme.h"
#include "ui/window/main_window.h"
#include "ui/window/shortcuts_page.h"

#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QSplitter>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>

namespace ui::window {

using canvas::ToolKind;
using model::lab::LinkId;
using model::lab::NodeId;

namespace {
QString id(const char* text) { return QLatin1String(text); }
QList<QKeySequence> keys(std::initializer_list<QKeySequence> list) { return list; }
} // namespace

void MainWindow::buildFileActions() {
    const QString menu = id("file");
    mActions->add(menu,
                  {id("file.new"),
                   tr("&New"),
                   id("new"),
                   keys({QKeySequence(Qt::CTRL | Qt::Key_N)}),
                   tr("New, empty lab"),
                   false,
                   {}},
                  [this] { newLab(); });
    mActions->add(menu,
                  {id("file.open"),
                   tr("&Open…"),
                   id("open"),
                   keys({QKeySequence(Qt::CTRL | Qt::Key_O)}),
                   tr("Open a lab file"),
                   false,
                   {}},
                  [this] { chooseAndOpen(); });
    mActions->addSeparator(menu);
    mActions->add(menu,
                  {id("file.save"),
                   tr("&Save"),
                   id("save"),
                   keys({QKeySequence(Qt::CTRL | Qt::Key_S)}),
                   tr("Save the lab in its file"),
                   false,
                   {},
                   true},
                  [this] { save(); });
    mActions->add(menu,
                  {id("file.saveAs"),
                   tr("Save &as…"),
                   {},
                   keys({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)}),
                   tr("Save the lab in another file"),
                   false,
                   {},
                   true},
                  [this] { saveAs(); });
    mActions->add(menu,
                  {id("file.saveCopy"),
                   tr("Save a &copy in format 1…"),
                   {},
                   {},
                   tr("Save what this version understands of a newer lab in another file"),
                   false,
                   [this] { return mDocument.isReadOnly(); }},
                  [this] { saveCopy(); });
    mActions->addSeparator(menu);
    mActions->add(menu,
                  {id("file.quit"),
                   tr("&Quit"),
                   {},
                   keys({QKeySequence(Qt::CTRL | Qt::Key_Q)}),
                   tr("Close the window"),
                   false,
                   {}},
                  [this] { close(); });
}

void MainWindow::buildEditActions() {
    const QString menu = id("edit");
    const auto someNodes = [this] { return !mSelection.nodes().empty(); };
    const auto something = [this] { return !mSelection.isEmpty(); };
    auto* undo =
        mActions->add(menu,
                      {id("edit.undo"), tr("&Undo"), id("undo"), keys({QKeySequence(Qt::CTRL | Qt::Key_Z)}),
                       tr("Undo the last change"), false, [this] { return mDocument.undoStack().canUndo(); }, true},
                      [this] { mDocument.undoStack().undo(); });
    auto* redo = mActions->add(
        menu,
        {id("edit.redo"), tr("&Redo"), id("redo"),
         keys({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)}),
         tr("Redo the change that was undone"), false, [this] { return mDocument.undoStack().canRedo(); }, true},
        [this] { mDocument.undoStack().redo(); });
    connect(&mDocument.undoStack(), &QUndoStack::undoTextChanged, undo,
            [undo](const QString& what) { undo->setText(what.isEmpty() ? tr("&Undo") : tr("&Undo: %1").arg(what)); });
    connect(&mDocument.undoStack(), &QUndoStack::redoTextChanged, redo,
            [redo](const QString& what) { redo->setText(what.isEmpty() ? tr("&Redo") : tr("&Redo: %1").arg(what)); });
    mActions->addSeparator(menu);
    mActions->add(menu,
                  {id("edit.cut"),
                   tr("Cu&t"),
                   {},
                   keys({QKeySequence(Qt::CTRL | Qt::Key_X)}),
                   tr("Move the selected devices to the clipboard"),
                   false,
                   someNodes,
                   true},
                  [this] {
                      mCanvas->copySelection();
                      mCanvas->deleteSelection();
                  });
    mActions->add(menu,
                  {id("edit.copy"),
                   tr("&Copy"),
                   {},
                   keys({QKeySequence(Qt::CTRL | Qt::Key_C)}),
                   tr("Copy the selected devices and the cables between them"),
                   false,
                   someNodes},
                  [this] { mCanvas->copySelection(); });
    mActions->add(menu,
                  {id("edit.paste"),
                   tr("&Paste"),
                   {},
                   keys({QKeySequence(Qt::CTRL | Qt::Key_V)}),
                   tr("Put what was copied on the canvas"),
                   false,
                   {},
                   true},
                  [this] { mCanvas->paste(); });
    mActions->add(menu,
                  {id("edit.duplicate"),
                   tr("&Duplicate"),
                   {},
                   keys({QKeySequence(Qt::CTRL | Qt::Key_D)}),
                   tr("Duplicate the selected devices"),
                   false,
                   someNodes,
                   true},
                  [this] { mCanvas->duplicateSelection(); });
    mActions->add(menu,
                  {id("edit.delete"), tr("De&lete"), id("delete"),
                   keys({QKeySequence(Qt::Key_Delete), QKeySequence(Qt::Key_Backspace)}), tr("Remove what is selected"),
                   false, something, true},
                  [this] { mCanvas->deleteSelection(); });
    mActions->addSeparator(menu);
    mActions->add(menu,
                  {id("edit.rename"),
                   tr("Re&name"),
                   {},
                   keys({QKeySequence(Qt::Key_F2)}),
                   tr("Rename the selected device"),
                   false,
                   [this] { return mSelection.node().value != 0; },
                   true},
                  [this] { mCanvas->renameInPlace(mSelection.node()); });
    mActions->add(menu,
                  {id("edit.selectAll"),
                   tr("Select &all"),
                   {},
                   keys({QKeySequence(Qt::CTRL | Qt::Key_A)}),
                   tr("Select everything on the canvas"),
                   false,
                   {}},
                  [this] { mCanvas->selectAll(); });
    mActions->add(menu,
                  {id("edit.settings"),
                   tr("&Settings"),
                   {},
                   keys({QKeySequence(Qt::ALT | Qt::Key_Return)}),
                   tr("Show the settings of what is selected"),
                   false,
                   something},
                  [this] { emit mCanvas->openRequested(); });
}

void MainWindow::buildViewActions() {
    const QString menu = id("view");
    mActions->add(
        menu,
        {id("view.fit"), tr("&Fit"), id("fit"), keys({QKeySequence(Qt::Key_F)}), tr("Show the whole lab"), false, {}},
        [this] { mCanvas->fit(); });
    mActions->add(menu,
                  {id("view.zoomIn"),
                   tr("Zoom &in"),
                   id("zoom-in"),
                   keys({QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)}),
                   tr("Zoom in"),
                   false,
                   {}},
                  [this] { mCanvas->zoomBy(1.25); });
    mActions->add(menu,
                  {id("view.zoomOut"),
                   tr("Zoom &out"),
                   id("zoom-out"),
                   keys({QKeySequence(Qt::CTRL | Qt::Key_Minus)}),
                   tr("See more"),
                   false,
                   {}},
                  [this] { mCanvas->zoomBy(0.8); });
    mActions->add(menu,
                  {id("view.zoom100"),
                   tr("&100 %"),
                   {},
                   keys({QKeySequence(Qt::CTRL | Qt::Key_0)}),
                   tr("Show everything in its own size"),
                   false,
                   {}},
                  [this] { mCanvas->setZoom(1.0, mCanvas->viewport()->rect().center()); });
    mActions->addSeparator(menu);
    const auto panel = [&](const char* name, const QString& text, QKeySequence key, const QString& tip,
                           QWidget* widget) {
        auto* action = mActions->add(menu, {id(name), text, {}, keys({key}), tip, true, {}});
        action->setChecked(true);
        connect(action, &QAction::toggled, widget, &QWidget::setVisible);
    };
    panel("view.palette", tr("&Palette"), QKeySequence(Qt::CTRL | Qt::Key_1), tr("Show or hide the palette"),
          mUpper->widget(0));
    panel("view.right", tr("&Tables and inspector"), QKeySequence(Qt::CTRL | Qt::Key_2),
          tr("Show or hide the right side"), mRight);
    panel("view.lower", tr("&Events and packet"), QKeySequence(Qt::CTRL | Qt::Key_3), tr("Show or hide the lower half"),
          mLower);
    mActions->add(menu, {id("view.reducedMotion"),
                         tr("&Reduced motion"),
                         {},
                         {},
                         tr("Show frames without tails, rings and falls"),
                         true,
                         {}});
    mActions->addSeparator(menu);
    auto* group = new QActionGroup(this);
    const auto darkness = [&](const char* name, const QString& text, const QString& tip, shared::Darkness value) {
        auto* action = mActions->add(menu, {id(name), text, {}, {}, tip, true, {}},
                                     [value] { shared::Theme::instance().setDarkness(value); });
        group->addAction(action);
        action->setChecked(shared::Theme::instance().darkness() == value);
    };
    darkness("view.system", tr("As the &system"), tr("Light or dark as the desktop is"), shared::Darkness::System);
    darkness("view.light", tr("&Light"), tr("Dark ink on light ground"), shared::Darkness::Light);
    darkness("view.dark", tr("&Dark"), tr("Light ink on dark ground"), shared::Darkness::Dark);
}

void MainWindow::buildLabActions() {
    const QString menu = id("lab");
    auto* group = new QActionGroup(this);
    std::vector<std::pair<ToolKind, QAction*>> tools;
    const auto tool = [&](const char* name, const QString& text, const char* icon, QKeySequence key, const QString& tip,
                          ToolKind kind) {
        auto* action = mActions->add(
            menu, {id(name), text, id(icon), keys({key}), tip, true, {}, kind == ToolKind::Cable}, [this, kind] {
                mCanvas->setTool(kind);
                mCanvas->setFocus();
            });
        group->addAction(action);
        tools.emplace_back(kind, action);
    };
    tool("tool.select", tr("&Select"), "select", QKeySequence(Qt::Key_V),
         tr("Select, move and open devices and cables"), ToolKind::Select);
    tool("tool.cable", tr("&Cable"), "cable", QKeySequence(Qt::Key_C),
         tr("Connect devices: click one, choose a port, click the other"), ToolKind::Cable);
    mActions->addSeparator(menu);
    tool("tool.ping", tr("&Ping"), "ping", QKeySequence(Qt::Key_P), tr("Ping: click who pings, then whom"),
         ToolKind::Ping);
    tool("tool.browse", tr("&Browse"), "browse", QKeySequence(Qt::Key_B),
         tr("Open a page: click the device whose browser shall do it"), ToolKind::Browse);
    tool("tool.pull", tr("&Unplug cable"), "unplug", QKeySequence(Qt::Key_U),
         tr("Click a cable to unplug it, or to plug it in again"), ToolKind::Pull);
    tools.front().second->setChecked(true);
    buildAddressActions();
    connect(mCanvas, &canvas::CanvasView::toolChanged, this, [tools](ToolKind kind) {
        if (kind == ToolKind::Place) kind = ToolKind::Select;
        for (const auto& [value, action] : tools)
            action->setChecked(value == kind);
    });
}

void MainWindow::buildAddressActions() {
    using model::lab::Addressing;
    auto* group = new QActionGroup(this);
    const auto choice = [&](const char* name, const QString& text, const QString& tip, Addressing value) {
        auto* action = mActions->add(id("addresses"),
                                     {id(name), text, {}, {}, tip, true, [this] { return !mDocument.isReadOnly(); }},
                                     [this, value] {
                                         if (mDocument.lab().addressing != value)
                                             model::commands::setAddressing(mDocument, value);
                                     });
        group->addAction(action);
        const auto show = [this, action, value] { action->setChecked(mDocument.lab().addressing == value); };
        connect(&mDocument, &model::document::Document::changed, action, show);
        show();
    };
    choice("addresses.automatic", tr("&Automatic"),
           tr("Devices get addresses, gateways, routes and names as they are connected"), Addressing::Automatic);
    choice("addresses.dhcp", tr("By &DHCP"), tr("Hosts ask a DHCP server; all else is automatic"), Addressing::Dhcp);
    choice("addresses.manual", tr("By &hand"), tr("New devices have no address until one is typed"),
           Addressing::Manual);
}

void MainWindow::buildPlayActions() {
    // What they do belongs to playback, which connects to them and sets their rules.
    const QString menu = id("play");
    const auto add = [&](const char* name, const QString& text, const char* icon, const QList<QKeySequence>& shortcuts,
                         const QString& tip) {
        return mActions->add(menu, {id(name), text, id(icon), shortcuts, tip, false, [] { return false; }});
    };
    auto* toggle = add("play.toggle", tr("&Play"), "play", keys({QKeySequence(Qt::Key_Space)}), tr("Play or pause"));
    connect(toggle, &QAction::triggered, this, [this] { setHint({}); });
    add("play.forward", tr("Step &forward"), "step-forward", keys({QKeySequence(Qt::Key_Right)}),
        tr("To the next event"));
    add("play.back", tr("Step &back"), "step-back", keys({QKeySequence(Qt::Key_Left)}), tr("To the event before"));
    add("play.start", tr("To the &start"), "reset", keys({QKeySequence(Qt::Key_Home)}),
        tr("To the beginning of the run"));
    add("play.end", tr("To the &end"), "end", keys({QKeySequence(Qt::Key_End)}), tr("To the end of what has run"));
    mActions->addSeparator(menu);
    add("play.faster", tr("F&aster"), "", keys({QKeySequence(Qt::Key_BracketRight)}), tr("Play twice as fast"));
    add("play.slower", tr("S&lower"), "", keys({QKeySequence(Qt::Key_BracketLeft)}), tr("Play half as fast"));
    mActions->addSeparator(menu);
    add("play.reset", tr("&Reset"), "", keys({QKeySequence(Qt::CTRL | Qt::Key_R)}),
        tr("Forget the run, with what was done during it, and begin anew"));
    // What stands in a field is what the user means to play.
    for (const QString& name : mActions->ids(menu))
        if (!name.isEmpty()) connect(mActions->action(name), &QAction::triggered, this, &MainWindow::commitPending);
    // How much memory a recording may take, in MB: "record.1000".
    auto* group = new QActionGroup(this);
    const QString tip = tr("A run ends where its recording takes so much memory");
    for (const int megabytes : {250, 500, 1000, 2000, 4000})
        group->addAction(mActions->add(
            id("record"), {id("record.") + QString::number(megabytes),
                           megabytes < 1000 ? tr("%1 MB").arg(megabytes) : tr("%1 GB").arg(megabytes / 1000),
                           {},
                           {},
                           tip,
                           true,
                           {}}));
}

void MainWindow::buildHelpActions() {
    const QString menu = id("help");
    mActions->add(menu,
                  {id("help.shortcuts"),
                   tr("&Keyboard shortcuts"),
                   {},
                   keys({QKeySequence(Qt::Key_F1)}),
                   tr("Everything that keys can do"),
                   false,
                   {}},
                  [this] {
                      mShortcuts->fill();
                      mShortcuts->show();
                      mShortcuts->raise();
                  });
    mActions->add(
        menu, {id("help.about"), tr("&About Packetarium"), {}, {}, tr("Version and licence"), false, {}}, [this] {
            auto* box = new QMessageBox(
                QMessageBox::NoIcon, tr("About Packetarium"),
                tr("<b>Packetarium %1</b><br>A terrarium for packets: true bytes, every decision visible.")
                    .arg(QApplication::applicationVersion()),
                QMessageBox::Ok, this);
            box->setInformativeText(tr("Free software under the GNU General Public License, version 3 or later."));
            box->setIconPixmap(windowIcon().pixmap(64, 64));
            box->setAttribute(Qt::WA_DeleteOnClose);
            box->open();
        });
}

void MainWindow::buildMenus() {
    const std::pair<const char*, QString> menus[] = {{"file", tr("&File")}, {"edit", tr("&Edit")},
                                                     {"view", tr("&View")}, {"lab", tr("&Lab")},
                                                     {"play", tr("&Play")}, {"help", tr("&Help")}};
    for (const auto& [name, title] : menus) {
        QMenu* menu = menuBar()->addMenu(title);
        menu->setObjectName(id(name));
        menu->setToolTipsVisible(false);
        mActions->fillMenu(id(name), menu);
        if (id(name) == id("lab")) mActions->fillMenu(id("addresses"), menu->addMenu(tr("&Addresses")));
        if (id(name) == id("play")) mActions->fillMenu(id("record"), menu->addMenu(tr("Record at &most")));
        if (id(name) != id("file")) continue;
        QAction* before = mActions->action(id("file.save"));
        auto* recent = new QMenu(tr("Open &recent"), menu);
        connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(recent); });
        auto* examples = new QMenu(tr("&Examples"), menu);
        connect(examples, &QMenu::aboutToShow, this, [this, examples] { fillExamples(examples); });
        menu->insertMenu(before, recent);
        menu->insertMenu(before, examples);
        menu->insertSeparator(before);
    }
}

void MainWindow::buildToolBar() {
    auto* bar = addToolBar(tr("Tools"));
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setAccessibleName(tr("Tools"));
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setIconSize(QSize(18, 18));
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    const auto add = [&](const char* name, bool iconOnly = false) {
        QAction* action = mActions->action(id(name));
        bar->addAction(action);
        auto* button = qobject_cast<QToolButton*>(bar->widgetForAction(action));
        button->setAccessibleName(action->text().remove(QLatin1Char('&')));
        button->setFocusPolicy(Qt::TabFocus);
        if (iconOnly) button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        return button;
    };
    for (const char* name : {"tool.select", "tool.cable"})
        add(name);
    bar->addSeparator();
    for (const char* name : {"tool.ping", "tool.browse", "tool.pull"})
        add(name);
    bar->addSeparator();
    add("edit.undo", true);
    add("edit.redo", true);
    auto* gap = new QWidget(bar);
    gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    gap->setAttribute(Qt::WA_TransparentForMouseEvents);
    bar->addWidget(gap);
    auto* fit = add("view.fit");
    fit->setObjectName(QStringLiteral("quiet"));
    auto* zoom = add("view.zoom100");
    zoom->setObjectName(QStringLiteral("quiet"));
    // The button shows the zoom in force; a click goes back to 100 %.
    const auto show = [zoom](double value) { zoom->setText(tr("%1 %").arg(qRound(value * 100))); };
    connect(mCanvas, &canvas::CanvasView::zoomChanged, zoom, show);
    show(mCanvas->zoom());
    zoom->setMinimumWidth(58);
}

void MainWindow::showContextMenu(QPoint global, NodeId node, LinkId link) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const char* name) { menu->addAction(mActions->action(id(name))); };
    if (node.value) {
        for (const char* name : {"edit.settings", "edit.rename"})
            add(name);
        menu->addSeparator();
        for (const char* name : {"edit.cut", "edit.copy", "edit.duplicate", "edit.delete"})
            add(name);
    } else if (link.value) {
        const auto* cable = mDocument.lab().link(link);
        add("edit.settings");
        menu->addAction(shared::icon(QStringLiteral("unplug")),
                        cable && cable->up ? tr("Pull cable") : tr("Plug in cable"), this,
                        [this, link] { toggleCable(link); });
        menu->addSeparator();
        add("edit.delete");
    } else {
        for (const char* name : {"edit.paste", "edit.selectAll"})
            add(name);
        menu->addSeparator();
        for (const char* name : {"tool.cable", "view.fit", "view.zoom100"})
            add(name);
    }
    menu->popup(global);
}

void MainWindow::runOn(NodeId node, const QString& action) {
    if (mRunHandler) {
        mRunHandler(node, action);
        return;
    }
    auto run = mDocument.lab().run;
    model::lab::RunStep step;
    step.on = node;
    step.action = action;
    run.push_back(step);
    model::commands::setRun(mDocument, run);
}

void MainWindow::toggleCable(LinkId link) {
    if (mCableHandler) {
        mCableHandler(link);
        return;
    }
    const auto* now = mDocument.lab().link(link);
    if (!now) return;
    auto changed = *now;
    changed.up = !changed.up;
    model::commands::setLink(mDocument, changed, changed.up ? tr("Plug in cable") : tr("Pull cable"));
}

} // namespace ui::window
