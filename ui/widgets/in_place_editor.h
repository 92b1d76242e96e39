// A line edit that opens over something, takes one answer and says at the same place why it will not do.
#pragma once

#include <QFrame>
#include <QString>

#include <functional>

class QLabel;
class QLineEdit;

namespace ui::widgets {

/// InPlaceEditor is a field over the place that it edits.
class InPlaceEditor : public QFrame {
    Q_OBJECT
public:
    /// The editor is hidden until open().
    explicit InPlaceEditor(QWidget* parent);

    /// commit gets the text and returns why it is refused; empty: accepted, and the editor closes.
    using Commit = std::function<QString(const QString&)>;
    /// open shows the editor over place (in the parent's coordinates); closed is called when it goes, however.
    /// keepOnLeave: a good answer counts, too, when the focus goes elsewhere instead of Enter being pressed.
    void open(const QRect& place, const QString& text, Commit commit, std::function<void()> closed = {},
              bool keepOnLeave = true);
    bool isOpen() const { return isVisible(); }
    /// dismiss closes the editor without an answer.
    void dismiss() { finish(); }
    /// commitPending takes the answer as Enter does, where leaving keeps it; why it was refused, and then it stays
    /// open.
    QString commitPending();
    QLineEdit* lineEdit() const { return mEdit; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    /// What the line edit leaves over must not reach what lies below: there it would mean something else.
    void keyPressEvent(QKeyEvent* event) override;

private:
    void tryCommit();
    void finish();
    QLineEdit* mEdit;
    QLabel* mError;
    Commit mCommit;
    bool mKeepOnLeave = true;
    std::function<void()> mClosed;
};

} // namespace ui::widgets
