// The canvas: shows the lab, and lets people change it by hand.
#pragma once

#include "model/lab/lab.h"
#include "ui/canvas/canvas_scene.h"
#include "ui/canvas/geometry.h"
#include "ui/canvas/network_painter.h"
#include "ui/canvas/tool.h"

#include <QGraphicsView>
#include <QImage>
#include <QPointer>
#include <QScrollBar>

#include <map>
#include <memory>

class QLabel;
class QTimer;

namespace model::document {
class Document;
struct Change;
} // namespace model::document
namespace ui::shared {
class Selection;
}
namespace ui::widgets {
class InPlaceEditor;
}

namespace ui::canvas {

class Overlay;

/// kKindMime marks a drag from the palette; its data is the number of the Kind in decimal.
inline const char* const kKindMime = "application/x-packetarium-kind";

/// CanvasView draws the still network into an image once and copies it at every frame; what moves is the overlay's.
class CanvasView : public QGraphicsView {
    Q_OBJECT
public:
    CanvasView(model::document::Document& document, shared::Selection& selection, QWidget* parent = nullptr);
    ~CanvasView() override;

    model::document::Document& document() const { return mDocument; }
    shared::Selection& selection() const { return mSelection; }
    /// geometry is where everything is right now; valid until the next event.
    const CanvasGeometry& geometry() const { return mGeometry; }
    CanvasScene& canvasScene() const { return *mScene; }

    /// setOverlay gives what is painted above the still network; the view does not own it. Null: nothing.
    void setOverlay(Overlay* overlay);
    /// refreshOverlay repaints the overlay at the next frame; the still network is only copied.
    void refreshOverlay() { viewport()->update(); }
    /// setPortStates shows what a run says of the cables in the place of the lab's own; an empty map ends it.
    void setPortStates(std::map<model::lab::LinkId, EndStates> states);
    /// setNudging lets arrow keys move the selected nodes (true at first); during a run they step through time instead.
    void setNudging(bool on) { mNudging = on; }
    /// setInsets keeps pixels at the upper and the lower edge free when the lab is fitted, for what lies over the
    /// canvas there. A lab that stands as it was fitted is fitted again when another upper edge would cover it.
    void setInsets(int top, int bottom);

    ToolKind tool() const { return mToolKind; }
    void setTool(ToolKind kind);
    /// setPlacing chooses the Place tool for a kind of node: every click puts one more.
    void setPlacing(model::lab::Kind kind);

    double zoom() const { return transform().m11(); }
    /// setZoom keeps the point of the scene under anchor (in viewport pixels) where it is. Clipped to 10 % … 400 %.
    void setZoom(double zoom, QPoint anchor);
    void zoomBy(double factor);
    /// fit shows the whole lab, never larger than 125 %.
    void fit();
    /// reveal scrolls, as little as possible, so that a node can be seen.
    void reveal(model::lab::NodeId node);
    QPointF visibleCentre() const;

    /// addAtCentre puts a node into the middle of what is seen, beside what is there already.
    void addAtCentre(model::lab::Kind kind);
    void renameInPlace(model::lab::NodeId node);
    /// askAction asks at the selected host, or else at the first one, what it should do, and lets it (runRequested).
    void askAction();
    void deleteSelection();
    void selectAll();
    void copySelection();
    void paste();
    void duplicateSelection();
    /// showError says at the pointer why something was not done.
    void showError(const QString& text, QPoint viewPos);
    /// editor is the one line edit that tools open over the canvas.
    widgets::InPlaceEditor& editor() { return *mEditor; }

    // For tools.
    void setHover(model::lab::NodeId node, model::lab::LinkId link = {});
    void setDragOffset(QPointF offset); ///< of the selected nodes, not a step yet
    QPointF snapped(QPointF point, Qt::KeyboardModifiers modifiers) const;
    /// placeFor is the grid point nearest to point, where a new node goes; with Alt it is point itself.
    QPointF placeFor(QPointF point, Qt::KeyboardModifiers modifiers) const;
    Pointer pointerAt(QPoint viewPos) const;

signals:
    void toolChanged(ui::canvas::ToolKind kind);
    void zoomChanged(double zoom);
    /// openRequested: a node or a link was double-clicked.
    void openRequested();
    /// playRequested: Space was pressed and let go without a drag.
    void playRequested();
    /// runRequested: a tool wants a node to do something ("ping 8.8.8.8"), now or at the beginning of the run.
    void runRequested(model::lab::NodeId on, const QString& action);
    /// cableToggleRequested: a cable shall be pulled, or plugged in again.
    void cableToggleRequested(model::lab::LinkId link);
    void contextMenuRequested(QPoint global, model::lab::NodeId node, model::lab::LinkId link);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void onDocumentChanged(const model::document::Change& change);
    void onSelectionChanged();
    void rebuild();
    void invalidateStill();
    void paintStill();
    bool nudge(QKeyEvent* event);
    void installTool(std::unique_ptr<Tool> tool, ToolKind kind);
    void updateCursor();

    model::document::Document& mDocument;
    shared::Selection& mSelection;
    CanvasScene* mScene;
    CanvasGeometry mGeometry;
    NetworkPainter mPainter{true};
    QImage mStill;
    QImage mMarked; ///< mStill with the overlay's marks
    bool mStillDirty = true;
    Overlay* mOverlay = nullptr;
    std::map<model::lab::LinkId, EndStates> mPortStates;

    std::unique_ptr<Tool> mTool;
    ToolKind mToolKind = ToolKind::Select;
    model::lab::NodeId mHover, mRenaming;
    model::lab::LinkId mHoverLink;
    QPointF mDragOffset;
    int mNudgeStep = 0;

    bool mNudging = true;
    int mTopInset = 0, mBottomInset = 0;
    /// Stand is where the view stands: its scale and both scroll bars.
    struct Stand {
        double zoom = 0;
        int x = 0, y = 0;
        bool operator==(const Stand&) const = default;
    };
    Stand stand() const { return {zoom(), horizontalScrollBar()->value(), verticalScrollBar()->value()}; }
    Stand mFitted; ///< as fit left it
    bool mSpaceDown = false, mSpaceUsed = false, mPanning = false;
    QPoint mPanFrom;
    bool mDropping = false;
    QPointF mDropAt;
    model::lab::Kind mDropKind = model::lab::Kind::Host;

    QLabel* mTag;
    QTimer* mTagTimer;
    widgets::InPlaceEditor* mEditor;
};

} // namespace ui::canvas
