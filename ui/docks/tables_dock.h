// The tables of one device at the moment shown, with what the moment changed.
#pragma once

#include "model/lab/lab.h"
#include "ui/rows/table_rows.h"

#include <QWidget>

#include <array>

class QComboBox;
class QLabel;
class QTableView;

namespace model::document {
class Document;
}
namespace ui::shared {
class Selection;
}
namespace ui::rows {
class TableModel;
}
namespace ui::run {
class PlaybackController;
}

namespace ui::docks {

/// TablesDock follows the chosen node, or the node of the current moment while none is chosen.
class TablesDock : public QWidget {
    Q_OBJECT
public:
    TablesDock(const model::document::Document& document, shared::Selection& selection,
               run::PlaybackController& controller);

    model::lab::NodeId node() const { return mNode; }
    const rows::TableModel& model(rows::TableKind kind) const;
    /// reveal scrolls to a table.
    void reveal(rows::TableKind kind);

private:
    void resizeEvent(QResizeEvent* event) override;

    struct Section {
        QWidget* whole = nullptr;
        QLabel* summary = nullptr;
        QLabel* empty = nullptr;
        QTableView* view = nullptr;
        rows::TableModel* model = nullptr;
    };
    void buildSection(rows::TableKind kind);
    void fillChooser();
    void refresh();
    void layoutColumns(Section& section);

    const model::document::Document& mDocument;
    shared::Selection& mSelection;
    run::PlaybackController& mController;
    QComboBox* mChooser;
    QLabel* mHint;
    std::array<Section, rows::kTableKinds> mSections;
    model::lab::NodeId mNode;
    bool mLater = false;
};

} // namespace ui::docks
