// The tables of one device at the moment shown, with what the moment changed.
#pragma once

#include "model/lab/lab.h"
#include "ui/itemmodels/table_rows.h"

#include <QWidget>

#include <array>

class QComboBox;
class QLabel;
class QTableView;

namespace ui::app {
class MainWindow;
}
namespace ui::itemmodels {
class TableModel;
}
namespace ui::playback {
class PlaybackController;
}

namespace ui::docks {

/// TablesDock follows the chosen node, or the node of the current moment while none is chosen.
class TablesDock : public QWidget {
    Q_OBJECT
public:
    TablesDock(app::MainWindow& window, playback::PlaybackController& controller);

    model::lab::NodeId node() const { return mNode; }
    const itemmodels::TableModel& model(itemmodels::TableKind kind) const;
    /// reveal scrolls to a table.
    void reveal(itemmodels::TableKind kind);

private:
    void resizeEvent(QResizeEvent* event) override;

    struct Section {
        QWidget* whole = nullptr;
        QLabel* summary = nullptr;
        QLabel* empty = nullptr;
        QTableView* view = nullptr;
        itemmodels::TableModel* model = nullptr;
    };
    void buildSection(itemmodels::TableKind kind);
    void fillChooser();
    void refresh();
    void layoutColumns(Section& section);

    app::MainWindow& mWindow;
    playback::PlaybackController& mController;
    QComboBox* mChooser;
    QLabel* mHint;
    std::array<Section, itemmodels::kTableKinds> mSections;
    model::lab::NodeId mNode;
    bool mLater = false;
};

} // namespace ui::docks
