// A tool: what the pointer does on the canvas while it is chosen.
#pragma once

#include "model/lab/lab.h"

#include <QCursor>
#include <QPainter>
#include <QPointF>

class QKeyEvent;

namespace ui::canvas {

class CanvasView;

/// ToolKind is what the mouse does on the canvas.
enum class ToolKind : std::uint8_t { Select, Cable, Place, Ping, Browse, Pull };

/// Pointer is a mouse event as tools see it: in the scene, with what lies under it.
struct Pointer {
    QPointF scene;
    QPoint view; ///< in pixels of the viewport
    QPoint global;
    Qt::MouseButton button = Qt::NoButton;
    Qt::KeyboardModifiers modifiers;
    model::lab::NodeId node;
    bool onWords = false; ///< on the words under the tile, not on the tile
    model::lab::LinkId link;
};

/// Tool is one of the ways to work. A tool edits through model/commands only.
class Tool {
public:
    explicit Tool(CanvasView& view) : mView(view) {}
    virtual ~Tool() = default;
    Tool(const Tool&) = delete;
    Tool& operator=(const Tool&) = delete;

    virtual void press(const Pointer&) {}
    virtual void move(const Pointer&) {}
    virtual void release(const Pointer&) {}
    virtual void doubleClick(const Pointer&) {}
    /// escape leaves what was begun; false when there was nothing, and the tool itself shall be left.
    virtual bool escape() { return false; }
    /// paint draws what is being done, above everything, in scene coordinates.
    virtual void paint(QPainter&) {}
    virtual QCursor cursor() const { return Qt::ArrowCursor; }

protected:
    CanvasView& mView;
};

} // namespace ui::canvas
