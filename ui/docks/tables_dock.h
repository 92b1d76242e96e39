// The tables of one device at the moment shown, with what the moment changed.
#pragma once

#include "model/lab/lab.h"
#include "ui/rows/table_rows.h"

#include <QWidget>

#include <string_view>
#include <vector>

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
    const rows::TableModel& model(std::string_view table) const;
    /// reveal scrolls to a table.
    void reveal(std::string_view table);

private:
    void resizeEvent(QResizeEvent* event) override;

    struct Section {
        const rows::Description* table = nullptr;
        QWidget* whole = nullptr;
        QLabel* summary = nullptr;
        QLabel* empty = nullptr;
        QTableView* view = nullptr;
        rows::TableModel* model = nullptr;
    };
    void buildSection(const rows::Description& table);
    const Section& sectionOf(std::string_view table) const;
    void fillChooser();
    void refresh();
    void layoutColumns(Section& section);

    const model::document::Document& mDocument;
    shared::Selection& mSelection;
    run::PlaybackController& mController;
    QComboBox* mChooser;
    QLabel* mHint;
    std::vector<Section> mSections;
    model::lab::NodeId mNode;
    bool mLater = false;
};

} // namespace ui::docks
