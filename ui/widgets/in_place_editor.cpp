#include "ui/widgets/in_place_editor.h"
#include "ui/widgets/plain_label.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStyle>
#include <QVBoxLayout>

namespace ui::widgets {

InPlaceEditor::InPlaceEditor(QWidget* parent) : QFrame(parent) {
    hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    mEdit = new QLineEdit(this);
    mEdit->setObjectName(QStringLiteral("inPlaceEdit"));
    mEdit->installEventFilter(this);
    mError = widgets::plainLabel(this);
    mError->setObjectName(QStringLiteral("tag"));
    mError->setWordWrap(true);
    layout->addWidget(mEdit);
    layout->addWidget(mError);
    connect(mEdit, &QLineEdit::textEdited, this, [this] {
        mError->hide();
        mEdit->setProperty("wrong", false);
        mEdit->style()->unpolish(mEdit);
        mEdit->style()->polish(mEdit);
        adjustSize();
    });
}

void InPlaceEditor::open(const QRect& place, const QString& text, Commit commit, std::function<void()> closed,
                         bool keepOnLeave) {
    if (isVisible()) finish();
    mCommit = std::move(commit);
    mClosed = std::move(closed);
    mKeepOnLeave = keepOnLeave;
    mEdit->setText(text);
    mEdit->setAccessibleName(accessibleName());
    mEdit->setProperty("wrong", false);
    mEdit->style()->polish(mEdit);
    mEdit->setFixedWidth(place.width());
    mError->hide();
    mError->setMaximumWidth(std::max(place.width(), 240));
    adjustSize();
    move(place.topLeft());
    show();
    raise();
    mEdit->setFocus();
    mEdit->selectAll();
}

void InPlaceEditor::tryCommit() {
    if (!isVisible()) return;
    // Kept by value: a commit may open this editor anew, for the next thing.
    const Commit commit = mCommit;
    const QString error = commit ? commit(mEdit->text()) : QString();
    if (error.isEmpty()) {
        finish();
        return;
    }
    mError->setText(error);
    mError->show();
    mEdit->setProperty("wrong", true);
    mEdit->style()->unpolish(mEdit);
    mEdit->style()->polish(mEdit);
    mEdit->setAccessibleDescription(error);
    adjustSize();
}

QString InPlaceEditor::commitPending() {
    if (!isVisible() || !mKeepOnLeave || !mEdit->isModified()) return {};
    tryCommit();
    return isVisible() ? mError->text() : QString();
}

void InPlaceEditor::finish() {
    const auto closed = std::move(mClosed);
    mClosed = {};
    mCommit = {};
    // A hidden widget hands the focus to whatever comes next; it belongs to what lies below.
    if (mEdit->hasFocus()) parentWidget()->setFocus();
    hide();
    if (closed) closed();
}

void InPlaceEditor::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) tryCommit();
    event->accept();
}

bool InPlaceEditor::eventFilter(QObject* watched, QEvent* event) {
    if (watched == mEdit && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        finish();
        return true;
    }
    if (watched == mEdit && event->type() == QEvent::FocusOut && isVisible() && mCommit &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason) {
        // Leaving keeps a good answer and drops a bad one, as file managers do with names.
        const Commit commit = mCommit;
        if (mKeepOnLeave && mEdit->isModified()) commit(mEdit->text());
        finish();
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace ui::widgets
