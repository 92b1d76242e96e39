// The window: one document, one selection, one registry of actions, and the places where docks plug in.
#pragma once

#include "model/document/document.h"
#include "model/io/problem.h"
#include "ui/shared/selection.h"
#include "ui/window/file_guard.h"

#include <QMainWindow>

#include <functional>
#include <optional>

class QLabel;
class QMenu;
class QSplitter;
class QTabWidget;
class QToolButton;
class QVBoxLayout;

namespace ui::shared {
class ActionRegistry;
}

namespace ui::canvas {
class CanvasView;
}
namespace ui::widgets {
class Banners;
}
namespace ui::docks {
class Inspector;
class Palette;
} // namespace ui::docks

namespace ui::window {

class CanvasHost;
class ShortcutsPage;

/// MainWindow owns everything in it. Whoever adds a dock gets the document, the selection, the actions and the canvas
/// from here; docks do not know one another.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    model::document::Document& document() { return mDocument; }
    shared::Selection& selection() { return mSelection; }
    shared::ActionRegistry& actions() { return *mActions; }
    canvas::CanvasView& canvas() { return *mCanvas; }
    docks::Inspector& inspector() { return *mInspector; }
    docks::Palette& palette() { return *mPalette; }

    // Where to plug in. The window takes each widget over.
    /// setTransportBar: the full width between canvas and lower half.
    void setTransportBar(QWidget* bar);
    /// setStoryLine: over the lower edge of the canvas, while it is visible.
    void setStoryLine(QWidget* story);
    /// setNotice: over the upper edge of the canvas, while it is visible.
    void setNotice(QWidget* notice);
    /// addLowerTab: a tab of the lower left; the first one takes the place of the hint. Returns its index.
    int addLowerTab(const QString& title, QWidget* widget);
    QTabWidget* lowerTabs() const { return mLowerTabs; }
    /// setPacketPanel: the lower right.
    void setPacketPanel(QWidget* panel);
    /// addRightDock: one below the other in the Tables tab on the right; each brings its own heading.
    void addRightDock(QWidget* dock);
    enum class RightTab : std::uint8_t { Tables, Inspector };
    void showRight(RightTab tab);

    /// setHint shows one sentence over the canvas until the play action is triggered; empty hides it.
    void setHint(const QString& text);
    /// setRunHandler decides what the Ping and Browse tools do; without one they add to the run of the lab.
    void setRunHandler(std::function<void(model::lab::NodeId, const QString&)> handler) {
        mRunHandler = std::move(handler);
    }
    /// setCableHandler decides what the Pull tool does; without one it edits the cable.
    void setCableHandler(std::function<void(model::lab::LinkId)> handler) { mCableHandler = std::move(handler); }

    /// openFile and openExample show a dialog with message, place and hint when they fail; the open lab stays then.
    bool openFile(const QString& path);
    bool openExample(const QString& resource);
    /// confirmLoss asks to save when there are changes; false: the user wants to stay.
    bool confirmLoss();
    /// commitPending puts what was typed and not yet taken into the lab; what cannot be read stays where it is, marked.
    void commitPending();
    /// offerRecovery offers what an earlier crash has left behind.
    void offerRecovery() { mGuard->offerAbandoned(); }
    /// openStandardInput opens a lab that another program writes; it has no file then.
    bool openStandardInput();
    widgets::Banners& banners() { return *mBanners; }
    void restoreLayout();

signals:
    /// labOpened: another lab is in the document now.
    void labOpened();

protected:
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildLayout();
    // main_window_actions.cpp
    void buildFileActions();
    void buildEditActions();
    void buildViewActions();
    void buildLabActions();
    void buildAddressActions();
    void buildPlayActions();
    void buildHelpActions();
    void buildMenus();
    void buildToolBar();
    void showContextMenu(QPoint global, model::lab::NodeId node, model::lab::LinkId link);
    void runOn(model::lab::NodeId node, const QString& action);
    void toggleCable(model::lab::LinkId link);
    // main_window_files.cpp
    void newLab();
    void chooseAndOpen();
    bool save();
    bool saveAs();
    /// confirmReload asks whether the unsaved changes may go.
    bool confirmReload();
    /// saveTo saves over what is known of the file and what was accepted to be lost; null: over anything.
    bool saveTo(const QString& path, const std::optional<QByteArray>* accepted);
    /// changedSince: the file holds something that was neither read here nor accepted to be lost.
    bool changedSince(const std::optional<QByteArray>& accepted) const;
    void saveCopy();
    /// goOnWithout asks what to do about what cannot be read; true: save without it.
    bool goOnWithout(const QString& question, const QString& go);
    QString askPlace(const QString& title, const QString& suggestion);
    void reload();
    void connectGuard();
    void fillRecent(QMenu* menu);
    void fillExamples(QMenu* menu);
    void rememberRecent(const QString& path);
    void showProblem(const QString& title, const model::io::Problem& problem);
    void afterOpen(const QString& shownName);
    void updateTitle();
    QString shownName() const;

    model::document::Document mDocument;
    shared::Selection mSelection{mDocument};
    shared::ActionRegistry* mActions = nullptr;
    canvas::CanvasView* mCanvas = nullptr;
    CanvasHost* mCanvasHost = nullptr;
    docks::Inspector* mInspector = nullptr;
    docks::Palette* mPalette = nullptr;
    QSplitter* mOuter = nullptr;
    QSplitter* mUpper = nullptr;
    QSplitter* mLower = nullptr;
    QTabWidget* mRight = nullptr;
    QTabWidget* mLowerTabs = nullptr;
    QVBoxLayout* mTables = nullptr;
    QWidget* mTablesHint = nullptr;
    QVBoxLayout* mTransportPlace = nullptr;
    QWidget* mTransport = nullptr;
    QWidget* mLowerHint = nullptr;
    QWidget* mPacketPanel = nullptr;
    ShortcutsPage* mShortcuts = nullptr;
    widgets::Banners* mBanners = nullptr;
    FileGuard* mGuard = nullptr;
    QString mExampleName; ///< what the title says of a lab that is no file
    std::function<void(model::lab::NodeId, const QString&)> mRunHandler;
    std::function<void(model::lab::LinkId)> mCableHandler;
    bool mFitPending = true;
};

} // namespace ui::window
