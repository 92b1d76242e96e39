// All colours of the window, light and dark, and the style made from them. Nothing else in ui names a colour.
#pragma once

#include "sim/dissect/protocol.h"

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>

#include <cstdint>

namespace ui::shared {

/// Colors is one complete set; every text colour has a contrast of at least 4.5:1 on the surfaces it is used on.
struct Colors {
    QColor bg;          ///< behind the panels
    QColor panel;       ///< docks, bars, menus
    QColor line;        ///< hairlines between panels
    QColor ink;         ///< text
    QColor dim;         ///< secondary text
    QColor canvas, dot; ///< the drawing surface and its grid
    QColor tile, tileLine, cable;
    QColor accent;     ///< selection, links, the chosen tool
    QColor accentInk;  ///< text on accent
    QColor accentTint; ///< selected rows
    QColor hover;
    QColor newBar, newTint;              ///< a row that the moment added
    QColor changedBar, changedTint;      ///< a row that the moment changed
    QColor up, down, blocked, unplugged; ///< states of a port
    QColor error, warning;               ///< text and outlines of what is wrong
    QColor area;                         ///< tint of an area on the canvas, translucent
    QColor shadow;                       ///< translucent
};

/// Darkness is what the user chose in the View menu.
enum class Darkness : std::uint8_t { System, Light, Dark };

/// Theme holds the colours in force and keeps the application's palette and style sheet in step with them.
class Theme : public QObject {
    Q_OBJECT
public:
    static Theme& instance();

    static const Colors& colors(bool dark);
    /// protocolColor is the same in light and dark; the set can be told apart by colour-blind people.
    static QColor protocolColor(sim::dissect::Protocol protocol);
    /// inkOn is the text colour, dark or white, that reads better on a filled shape of the given colour.
    static QColor inkOn(const QColor& fill);

    const Colors& colors() const { return colors(mDark); }
    bool isDark() const { return mDark; }
    Darkness darkness() const { return mDarkness; }
    /// setDarkness applies the choice to the whole application and saves it in QSettings.
    void setDarkness(Darkness darkness);
    /// install sets style, palette and style sheet; call it once, after the QApplication is made.
    void install();

    /// monospaced is the system's fixed font at the size of the interface font, times scale.
    static QFont monospaced(double scale = 1.0);
    /// heading is the interface font in semibold.
    static QFont heading(double scale = 1.0);

signals:
    void changed();

private:
    Theme() = default;
    void apply();
    QPalette palette() const;
    QString styleSheet() const;

    Darkness mDarkness = Darkness::System;
    bool mDark = false;
    bool mSystemDark = false;
    bool mInstalled = false;
};

} // namespace ui::shared
