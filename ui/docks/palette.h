// The palette: every kind of node that can be put on the canvas, by category, with a search.
#pragma once

#include "model/lab/lab.h"

#include <QListWidget>
#include <QWidget>

class QLineEdit;

namespace ui::docks {

/// PaletteList is the list itself: entries can be dragged; headings cannot be chosen.
class PaletteList : public QListWidget {
    Q_OBJECT
public:
    explicit PaletteList(QWidget* parent = nullptr);
    /// addHeading and addKind fill the list in order.
    void addHeading(const QString& text);
    void addKind(model::lab::Kind kind);
    /// filter shows the entries whose title or description holds all words of the text, and their headings.
    void filter(const QString& text);
    /// kindOf is the kind of an entry; a heading has none.
    static std::optional<model::lab::Kind> kindOf(const QListWidgetItem* item);

signals:
    /// chosen: Enter or a double-click.
    void chosen(model::lab::Kind kind);

protected:
    void startDrag(Qt::DropActions actions) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void restyle();
};

/// Palette offers what can be placed on the canvas.
class Palette : public QWidget {
    Q_OBJECT
public:
    explicit Palette(QWidget* parent = nullptr);
    PaletteList* list() const { return mList; }
    QLineEdit* search() const { return mSearch; }

signals:
    void chosen(model::lab::Kind kind);

private:
    QLineEdit* mSearch;
    PaletteList* mList;
};

} // namespace ui::docks
