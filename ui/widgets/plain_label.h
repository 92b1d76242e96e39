// Labels and tips that show words as they are. A lab's words must never be read as rich text: an <img> in them would
// make Qt open a file.
#pragma once

#include <QLabel>
#include <QTextDocument>

namespace ui::widgets {

/// plainLabel makes a label that knows no markup.
inline QLabel* plainLabel(const QString& text = {}, QWidget* parent = nullptr) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    return label;
}
inline QLabel* plainLabel(QWidget* parent) { return plainLabel(QString(), parent); }

/// plainTip is a text for a tool tip, or a box that takes rich text if it looks like it, which is to be shown as it is.
inline QString plainTip(const QString& text) {
    return text.isEmpty() ? text : Qt::convertFromPlainText(text, Qt::WhiteSpaceNormal);
}

} // namespace ui::widgets
