// What a host should do, asked at the host: Play has nothing to play where no node does anything.
#include "model/document/document.h"
#include "model/io/action_words.h"
#include "model/lab/kinds.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/tools.h"
#include "ui/shared/selection.h"
#include "ui/widgets/in_place_editor.h"

#include <QLineEdit>

#include <algorithm>

namespace ui::canvas {

using namespace model::lab;

namespace {

/// suggestion is what somebody might want a node to do: open the page of a server, or else ping whoever has an address.
QString suggestion(const Lab& lab, const Node& node) {
    if (const QString server = firstServer(lab); !server.isEmpty() && !node.webServer)
        return QStringLiteral("browse http://") + server;
    for (const Node& other : lab.nodes)
        if (const QString address = firstAddress(other); other.id != node.id && !address.isEmpty())
            return QStringLiteral("ping ") + address;
    return QStringLiteral("ping ");
}

} // namespace

void CanvasView::askAction() {
    const Lab& lab = document().lab();
    const auto acts = [](const Node& n) { return canAct(n); };
    const Node* node = lab.node(selection().node());
    if (!node || !canAct(*node)) {
        const auto host =
            std::find_if(lab.nodes.begin(), lab.nodes.end(), [](const Node& n) { return n.kind == Kind::Host; });
        const auto any = host != lab.nodes.end() ? host : std::find_if(lab.nodes.begin(), lab.nodes.end(), acts);
        if (any == lab.nodes.end())
            return showError(tr("Nothing here can send anything yet: drag a host from the palette."),
                             viewport()->rect().center());
        node = &*any;
        selection().select(node->id);
        reveal(node->id);
    }
    const NodeShape* shape = geometry().node(node->id);
    if (!shape) return;
    editor().setAccessibleName(tr("What %1 should do").arg(node->name));
    editor().lineEdit()->setPlaceholderText(tr("ping 10.0.0.2, browse http://10.0.0.2/ …"));
    editor().open(
        QRect(mapFromScene(shape->tile.bottomLeft() + QPointF(0, 6)), QSize(260, 28)), suggestion(lab, *node),
        [this, id = node->id](const QString& text) {
            QString problem;
            const QString action = text.simplified();
            if (!model::io::parseAction(action, &problem)) return problem;
            emit runRequested(id, action);
            return QString();
        },
        [this] { editor().lineEdit()->setPlaceholderText({}); }, false);
    editor().lineEdit()->end(false); // a suggestion is gone on with more often than replaced
}

} // namespace ui::canvas
