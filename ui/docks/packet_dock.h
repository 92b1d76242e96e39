// The chosen frame: its fields and bytes, and why it is as it is.
#pragma once

#include "sim/dissect/dissect.h"

#include <QTabWidget>

class QLabel;
class QStackedWidget;
class QTextBrowser;
class QTreeWidget;
class QTreeWidgetItem;

namespace ui::shared {
class Selection;
}
namespace ui::run {
class PlaybackController;
}

namespace ui::docks {

class HexView;

/// PacketDock shows the selection's current record. Choosing a field marks its bytes, choosing a byte its field.
class PacketDock : public QTabWidget {
    Q_OBJECT
public:
    PacketDock(shared::Selection& selection, run::PlaybackController& controller);

    QTreeWidget* tree() const { return mTree; }
    HexView* hex() const { return mHex; }
    QTextBrowser* why() const { return mWhy; }

signals:
    /// linkClicked: "device:3", "route:3" …, as in rows::html.
    void linkClicked(const QString& link);

private:
    void refresh();
    void showFrame(std::uint32_t frame);
    void tellWhy(qint64 record);
    void addField(QTreeWidgetItem* parent, const sim::dissect::FieldNode& node, int depth);

    shared::Selection& mSelection;
    run::PlaybackController& mController;
    QStackedWidget* mPages;
    QTreeWidget* mTree;
    HexView* mHex;
    QTextBrowser* mWhy;
    std::uint32_t mFrame = 0xffff'ffff;
    std::vector<QString> mOpen; ///< protocols whose fields stay open from frame to frame
    bool mFilling = false;
};

} // namespace ui::docks
