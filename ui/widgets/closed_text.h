// A text with markup that loads nothing.
#pragma once

#include <QImage>
#include <QTextBrowser>

namespace ui::widgets {

/// ClosedText shows what it is given and asks nobody for more: a page of a lab must not reach for the real world.
class ClosedText : public QTextBrowser {
public:
    explicit ClosedText(QWidget* parent = nullptr) : QTextBrowser(parent) {
        setOpenLinks(false);
        setOpenExternalLinks(false);
    }
    /// loadResource gives nothing. For a picture it must be an empty picture: Qt opens a file of that name by itself
    /// when it is given none.
    QVariant loadResource(int type, const QUrl&) override {
        if (type != QTextDocument::ImageResource) return QByteArray();
        QImage nothing(1, 1, QImage::Format_ARGB32_Premultiplied);
        nothing.fill(Qt::transparent);
        return nothing;
    }
};

} // namespace ui::widgets
