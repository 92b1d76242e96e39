// Fields of a form: a label, an input, and below it at once what is wrong with what was typed.
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

#include <functional>

class QKeyEvent;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace ui::widgets {

/// Field holds one value as text. What is wrong is marked while it is typed and never applied; what is right is
/// applied once, when editing finishes (Enter, or the focus goes elsewhere).
class Field : public QWidget {
    Q_OBJECT
public:
    /// Check says in a sentence what is wrong with a text; empty: nothing.
    using Check = std::function<QString(const QString&)>;
    /// Commit applies a text and says why it was refused; empty: it was applied.
    using Commit = std::function<QString(const QString&)>;

    /// lines: 0 is a line edit; more makes an edit of several lines, grown to what it holds, at least so many.
    Field(const QString& name, const QString& label, int lines = 0, QWidget* parent = nullptr);

    void setCheck(Check check) { mCheck = std::move(check); }
    void setCommit(Commit commit) { mCommit = std::move(commit); }
    /// setPlaceholder is the value that holds when nothing is given, shown greyed.
    void setPlaceholder(const QString& text);
    void setMonospaced();
    /// setValue shows a value from the document; it leaves alone what somebody is typing, and what cannot be read.
    void setValue(const QString& value);
    QString text() const;
    QString label() const { return mLabel; }
    bool isWrong() const { return mWrong; }
    /// isPending: what stands here is not in the document.
    bool isPending() const { return mDirty; }
    /// commitPending applies what is right now, as Enter does.
    void commitPending() { finish(); }
    /// revert goes back to the document's value.
    void revert();
    /// setPending puts a text in as if somebody had just typed it.
    void setPending(const QString& text);
    QString message() const;
    /// input is the widget that takes the focus.
    QWidget* input() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void onEdited();
    void finish();
    void setWrong(const QString& message);
    void growToText();
    void fill(const QString& text);
    bool undoIsOurs(const QKeyEvent& key) const;

    QLineEdit* mLine = nullptr;
    QPlainTextEdit* mLines = nullptr;
    QLabel* mMessage;
    QString mValue, mLabel;
    Check mCheck;
    Commit mCommit;
    int mMinLines;
    bool mWrong = false;
    bool mDirty = false;
    bool mFilling = false;
};

} // namespace ui::widgets
