#include "ui/widgets/field.h"

#include "ui/shared/theme.h"
#include "ui/widgets/plain_label.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStyle>
#include <QVBoxLayout>

namespace ui::widgets {

Field::Field(const QString& name, const QString& label, int lines, QWidget* parent)
    : QWidget(parent), mLabel(label), mMinLines(lines) {
    setObjectName(name);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    auto* caption = widgets::plainLabel(label, this);
    caption->setObjectName(QStringLiteral("fieldLabel"));
    layout->addWidget(caption);
    if (label.isEmpty()) caption->hide();
    if (lines == 0) {
        mLine = new QLineEdit(this);
        layout->addWidget(mLine);
        connect(mLine, &QLineEdit::textEdited, this, &Field::onEdited);
        connect(mLine, &QLineEdit::returnPressed, this, &Field::finish);
    } else {
        mLines = new QPlainTextEdit(this);
        mLines->setTabChangesFocus(true);
        mLines->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        mLines->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
        mLines->document()->setDocumentMargin(1);
        layout->addWidget(mLines);
        connect(mLines, &QPlainTextEdit::textChanged, this, [this] {
            growToText();
            if (!mFilling) onEdited();
        });
        growToText();
    }
    input()->setObjectName(name + QStringLiteral(".input"));
    input()->setAccessibleName(label);
    input()->installEventFilter(this);
    setFocusProxy(input());
    caption->setBuddy(input());
    mMessage = widgets::plainLabel(this);
    mMessage->setObjectName(QStringLiteral("wrong"));
    mMessage->setWordWrap(true);
    mMessage->hide();
    layout->addWidget(mMessage);
}

QWidget* Field::input() const { return mLine ? static_cast<QWidget*>(mLine) : mLines; }

QString Field::text() const { return mLine ? mLine->text() : mLines->toPlainText(); }

QString Field::message() const { return mWrong ? mMessage->text() : QString(); }

void Field::setPlaceholder(const QString& text) {
    if (mLine)
        mLine->setPlaceholderText(text);
    else
        mLines->setPlaceholderText(text);
}

void Field::setMonospaced() {
    input()->setFont(shared::Theme::monospaced(0.95));
    if (!mLines) return;
    mLines->setLineWrapMode(QPlainTextEdit::NoWrap); // a line is a value: it must look like one
    growToText();
}

void Field::setValue(const QString& value) {
    if (mDirty && (mWrong || input()->hasFocus())) return;
    mValue = value;
    mDirty = false;
    setWrong({});
    if (text() == value) return;
    fill(value);
    if (mLine) mLine->setCursorPosition(0);
}

void Field::revert() {
    mDirty = false;
    const QString before = mValue;
    setValue(before);
}

void Field::setPending(const QString& text) {
    fill(text);
    onEdited();
}

void Field::fill(const QString& text) {
    mFilling = true;
    if (mLine)
        mLine->setText(text);
    else
        mLines->setPlainText(text);
    mFilling = false;
}

void Field::growToText() {
    const int rows = std::clamp(static_cast<int>(mLines->document()->size().height()), mMinLines, 8);
    const QFontMetrics metrics(mLines->font());
    mLines->setFixedHeight(rows * metrics.lineSpacing() + 16);
}

void Field::onEdited() {
    mDirty = text() != mValue;
    setWrong(mDirty && mCheck ? mCheck(text()) : QString());
}

void Field::finish() {
    if (!mDirty || mWrong) return;
    mDirty = false;
    const QString given = text();
    const QString before = mValue;
    mValue = given;
    const QString error = mCommit ? mCommit(given) : QString();
    if (error.isEmpty()) {
        // Its letters cannot be taken back one by one any more.
        if (mLines) mLines->document()->clearUndoRedoStacks();
        return;
    }
    mValue = before;
    mDirty = true;
    setWrong(error);
}

void Field::setWrong(const QString& message) {
    const bool wrong = !message.isEmpty();
    mMessage->setText(message);
    mMessage->setVisible(wrong);
    input()->setAccessibleDescription(message);
    if (wrong == mWrong) return;
    mWrong = wrong;
    input()->setProperty("wrong", wrong);
    input()->style()->unpolish(input());
    input()->style()->polish(input());
}

bool Field::undoIsOurs(const QKeyEvent& key) const {
    const bool undo = key.matches(QKeySequence::Undo);
    const bool redo =
        key.matches(QKeySequence::Redo) || (key.key() == Qt::Key_Y && key.modifiers() == Qt::ControlModifier);
    if (!undo && !redo) return true;
    if (mDirty) return true;
    return redo && (mLine ? mLine->isRedoAvailable() : mLines->document()->isRedoAvailable());
}

bool Field::eventFilter(QObject* watched, QEvent* event) {
    if (watched == mLines && event->type() == QEvent::Resize) growToText();
    if (watched == input()) {
        if (event->type() == QEvent::FocusOut) {
            finish();
        } else if (event->type() == QEvent::ShortcutOverride) {
            // After Enter nothing is being typed any more: undo is the document's, and not that of these letters.
            if (!undoIsOurs(*static_cast<QKeyEvent*>(event))) {
                event->ignore();
                return true;
            }
        } else if (event->type() == QEvent::KeyPress) {
            auto* key = static_cast<QKeyEvent*>(event);
            if (key->key() == Qt::Key_Escape && mDirty) {
                revert();
                return true;
            }
            if (mLines && key->key() == Qt::Key_Return && key->modifiers() & Qt::ControlModifier) {
                finish();
                return true;
            }
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace ui::widgets
