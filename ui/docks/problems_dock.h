// What in the lab will not work as its maker hopes, as a list; a click shows the place.
#pragma once

#include "model/lab/lab.h"

#include <QWidget>

class QLabel;
class QListWidget;

namespace model::document {
class Document;
}
namespace ui::shared {
class Selection;
}
namespace ui::run {
class PlaybackController;
}

namespace ui::docks {

/// ProblemsDock lists what the checks say of the lab.
class ProblemsDock : public QWidget {
    Q_OBJECT
public:
    ProblemsDock(const model::document::Document& document, shared::Selection& selection,
                 run::PlaybackController& controller);
    QListWidget* list() const { return mList; }

signals:
    /// placeClicked: a problem was clicked whose node (none: a cable) is selected now and wants to be seen.
    void placeClicked(model::lab::NodeId node);
    void countChanged(int problems);

private:
    void refresh();

    const model::document::Document& mDocument;
    shared::Selection& mSelection;
    run::PlaybackController& mController;
    QListWidget* mList;
    QLabel* mHint;
};

} // namespace ui::docks
