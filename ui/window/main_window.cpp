#include "ui/window/main_window.h"

#include "ui/canvas/canvas_view.h"
#include "ui/docks/inspector.h"
#include "ui/docks/palette.h"
#include "ui/shared/action_registry.h"
#include "ui/shared/icons.h"
#include "ui/shared/theme.h"
#include "ui/widgets/banners.h"
#include "ui/widgets/plain_label.h"
#include "ui/window/canvas_host.h"
#include "ui/window/shortcuts_page.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QScreen>
#include <QScrollArea>
#include <QSettings>
#include <QSlider>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>

namespace ui::window {

namespace {

/// hintPage is an empty dock: one sentence that says what it will show and how to get there.
QWidget* hintPage(const QString& text) {
    auto* label = widgets::plainLabel(text);
    label->setObjectName(QStringLiteral("hint"));
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    label->setContentsMargins(24, 28, 24, 16);
    return label;
}

QTabWidget* flatTabs(const QString& name) {
    auto* tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    tabs->setAccessibleName(name);
    tabs->tabBar()->setExpanding(false);
    tabs->tabBar()->setDrawBase(false);
    tabs->tabBar()->setElideMode(Qt::ElideRight);
    return tabs;
}

QSplitter* thinSplitter(Qt::Orientation orientation) {
    auto* splitter = new QSplitter(orientation);
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    return splitter;
}

/// ownsKey tells the plain keys that mean something to a widget itself. The window's shortcuts (Space, arrows, Home,
/// End) would come first otherwise, and buttons, trees and sliders could not be used by keyboard alone.
bool ownsKey(const QObject* widget, int key) {
    const bool across = key == Qt::Key_Left || key == Qt::Key_Right;
    const bool ends = key == Qt::Key_Home || key == Qt::Key_End;
    if (qobject_cast<const QAbstractButton*>(widget)) return key == Qt::Key_Space;
    if (qobject_cast<const QComboBox*>(widget)) return key == Qt::Key_Space || ends;
    if (qobject_cast<const QTabBar*>(widget) || qobject_cast<const QAbstractSlider*>(widget)) return across || ends;
    if (qobject_cast<const QTreeView*>(widget)) return across || ends || key == Qt::Key_Space;
    if (qobject_cast<const QAbstractItemView*>(widget)) return ends;
    if (qobject_cast<const QMenu*>(widget)) return true;
    return false;
}

} // namespace

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent) {
    setWindowIcon(QIcon(QStringLiteral(":/icons/packetarium.svg")));
    setObjectName(QStringLiteral("mainWindow"));
    mActions = new shared::ActionRegistry(this);
    mCanvas = new canvas::CanvasView(mDocument, mSelection);
    buildLayout();
    mGuard = new FileGuard(mDocument, *mBanners, this);
    mShortcuts = new ShortcutsPage(*mActions, this);
    buildFileActions();
    buildEditActions();
    buildViewActions();
    buildLabActions();
    buildPlayActions();
    buildHelpActions();
    buildMenus();
    buildToolBar();

    connect(&mDocument, &model::document::Document::changed, mActions, &shared::ActionRegistry::refresh);
    connect(&mSelection, &shared::Selection::changed, mActions, &shared::ActionRegistry::refresh);
    connect(&mDocument.undoStack(), &QUndoStack::cleanChanged, this, &MainWindow::updateTitle);
    connect(&mDocument.undoStack(), &QUndoStack::indexChanged, mActions, &shared::ActionRegistry::refresh);
    connect(&mDocument, &model::document::Document::pathChanged, this, &MainWindow::updateTitle);
    connect(mCanvas, &canvas::CanvasView::playRequested, this,
            [this] { mActions->action(QStringLiteral("play.toggle"))->trigger(); });
    connect(mCanvas, &canvas::CanvasView::openRequested, this, [this] {
        showRight(RightTab::Inspector);
        mInspector->focusFirst();
    });
    connect(mCanvas, &canvas::CanvasView::contextMenuRequested, this, &MainWindow::showContextMenu);
    connect(mCanvas, &canvas::CanvasView::runRequested, this, &MainWindow::runOn);
    connect(mCanvas, &canvas::CanvasView::cableToggleRequested, this, &MainWindow::toggleCable);
    connect(mInspector, &docks::Inspector::revealRequested, mCanvas, &canvas::CanvasView::reveal);
    connect(mPalette, &docks::Palette::chosen, mCanvas, [this](model::lab::Kind kind) { mCanvas->addAtCentre(kind); });
    mActions->setMayEdit([this] { return !mDocument.isReadOnly(); });
    connectGuard();
    qApp->installEventFilter(this);
    updateTitle();
    // The frame that the window manager puts round it needs room too: what lies below the screen cannot be reached.
    const QSize room = screen() ? screen()->availableSize() - QSize(16, 48) : QSize(1440, 900);
    resize(QSize(1440, 900).boundedTo(room));
}

MainWindow::~MainWindow() {
    // The undo stack tells that it is empty as it goes, when what listens is half gone already.
    mDocument.undoStack().disconnect();
}

void MainWindow::buildLayout() {
    mCanvasHost = new CanvasHost(mCanvas);
    mCanvasHost->setMinimumSize(360, 200);
    mPalette = new docks::Palette;
    mPalette->setMinimumWidth(150);
    mInspector = new docks::Inspector(mDocument, mSelection);

    auto* tables = new QWidget;
    tables->setObjectName(QStringLiteral("panel"));
    tables->setAttribute(Qt::WA_StyledBackground);
    mTables = new QVBoxLayout(tables);
    mTables->setContentsMargins(0, 0, 0, 0);
    mTables->setSpacing(0);
    mTablesHint =
        hintPage(tr("Select a device on the canvas: its routing table, ARP table and NAT mappings are shown here."));
    mTables->addWidget(mTablesHint);
    mTables->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(tables);
    mRight = flatTabs(tr("Device"));
    mRight->addTab(scroll, tr("Tables"));
    mRight->addTab(mInspector, tr("Inspector"));
    mRight->setMinimumWidth(300);

    mUpper = thinSplitter(Qt::Horizontal);
    mUpper->addWidget(mPalette);
    mUpper->addWidget(mCanvasHost);
    mUpper->addWidget(mRight);
    mUpper->setStretchFactor(1, 3);
    mUpper->setStretchFactor(2, 1);
    mUpper->setSizes({172, 900, 364});

    mLowerTabs = flatTabs(tr("Run"));
    mLowerHint = hintPage(tr("Press Space: every frame of the run is listed here, one line each."));
    mLowerTabs->addTab(mLowerHint, tr("Events"));
    mPacketPanel = hintPage(tr("Select an event, or an envelope on a cable: its fields and bytes are shown here."));
    mLower = thinSplitter(Qt::Horizontal);
    mLower->addWidget(mLowerTabs);
    mLower->addWidget(mPacketPanel);
    mLower->setStretchFactor(0, 1);
    mLower->setSizes({830, 610});
    mLower->setMinimumHeight(120);

    auto* below = new QWidget;
    below->setObjectName(QStringLiteral("panel"));
    below->setAttribute(Qt::WA_StyledBackground);
    mTransportPlace = new QVBoxLayout(below);
    mTransportPlace->setContentsMargins(0, 0, 0, 0);
    mTransportPlace->setSpacing(0);
    auto* line = new QFrame;
    line->setObjectName(QStringLiteral("hairline"));
    mTransportPlace->addWidget(line);
    mTransportPlace->addWidget(mLower, 1);

    mOuter = thinSplitter(Qt::Vertical);
    mOuter->addWidget(mUpper);
    mOuter->addWidget(below);
    // A smaller window takes from both halves.
    mOuter->setStretchFactor(0, 3);
    mOuter->setStretchFactor(1, 2);
    mOuter->setSizes({500, 328});
    auto* centre = new QWidget;
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    mBanners = new widgets::Banners;
    column->addWidget(mBanners);
    column->addWidget(mOuter, 1);
    setCentralWidget(centre);
    setTabOrder(mPalette, mCanvas);
    setTabOrder(mCanvas, mRight);
}

void MainWindow::setTransportBar(QWidget* bar) {
    delete mTransport;
    mTransport = bar;
    bar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    mTransportPlace->insertWidget(0, bar);
}

void MainWindow::setStoryLine(QWidget* story) { mCanvasHost->setStoryLine(story); }

void MainWindow::setNotice(QWidget* notice) { mCanvasHost->setNotice(notice); }

int MainWindow::addLowerTab(const QString& title, QWidget* widget) {
    if (mLowerHint) {
        mLowerTabs->removeTab(0);
        delete mLowerHint;
        mLowerHint = nullptr;
    }
    return mLowerTabs->addTab(widget, title);
}

void MainWindow::setPacketPanel(QWidget* panel) {
    delete mLower->replaceWidget(1, panel);
    mPacketPanel = panel;
    panel->show();
}

void MainWindow::addRightDock(QWidget* dock) {
    mTablesHint->hide();
    mTables->insertWidget(mTables->count() - 1, dock);
}

void MainWindow::showRight(RightTab tab) { mRight->setCurrentIndex(static_cast<int>(tab)); }

void MainWindow::setHint(const QString& text) { mCanvasHost->setHint(text); }

void MainWindow::restoreLayout() {
    QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    mOuter->restoreState(settings.value(QStringLiteral("window/outer")).toByteArray());
    mUpper->restoreState(settings.value(QStringLiteral("window/upper")).toByteArray());
    mLower->restoreState(settings.value(QStringLiteral("window/lower")).toByteArray());
    for (const char* id : {"view.palette", "view.right", "view.lower"})
        if (!settings.value(QStringLiteral("window/") + QLatin1String(id), true).toBool())
            mActions->action(QLatin1String(id))->trigger();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!confirmLoss()) {
        event->ignore();
        return;
    }
    mGuard->discard();
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/outer"), mOuter->saveState());
    settings.setValue(QStringLiteral("window/upper"), mUpper->saveState());
    settings.setValue(QStringLiteral("window/lower"), mLower->saveState());
    for (const char* id : {"view.palette", "view.right", "view.lower"})
        settings.setValue(QStringLiteral("window/") + QLatin1String(id),
                          mActions->action(QLatin1String(id))->isChecked());
    QMainWindow::closeEvent(event);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    // Who scrolls a form means the form: no value changes because it happens to lie under the pointer.
    if (event->type() == QEvent::Wheel) {
        const auto* widget = qobject_cast<const QWidget*>(watched);
        const bool closedList = qobject_cast<const QComboBox*>(widget) != nullptr;
        const bool idle = widget && !widget->hasFocus() &&
                          (qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QSlider*>(widget));
        if (closedList || idle) {
            event->ignore();
            return true;
        }
    }
    if (event->type() == QEvent::ShortcutOverride) {
        auto* key = static_cast<QKeyEvent*>(event);
        if ((key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier && ownsKey(watched, key->key())) {
            event->accept();
            return true;
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (!mFitPending) return;
    mFitPending = false;
    // The layout has its sizes only after this event.
    QTimer::singleShot(0, this, [this] {
        mCanvas->fit();
        mCanvas->setFocus();
    });
}

} // namespace ui::window
