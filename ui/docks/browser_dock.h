// The page that arrived at a device, as its browser shows it. Nothing is ever loaded from outside.
#pragma once

#include <QWidget>

class QLabel;
class QTextBrowser;

namespace ui::shared {
class Selection;
}
namespace ui::run {
class PlaybackController;
}

namespace ui::docks {

/// BrowserDock shows the page that the selected node's browser has.
class BrowserDock : public QWidget {
    Q_OBJECT
public:
    BrowserDock(shared::Selection& selection, run::PlaybackController& controller);
    QTextBrowser* page() const { return mPage; }

signals:
    /// pageArrived: at this moment a page appeared that was not there before.
    void pageArrived();

private:
    void refresh();

    shared::Selection& mSelection;
    run::PlaybackController& mController;
    QLabel* mAddress;
    QTextBrowser* mPage;
    QString mShown;
};

} // namespace ui::docks
