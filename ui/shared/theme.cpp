#include "ui/shared/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QProxyStyle>
#include <QSettings>

#include <cmath>

namespace ui::shared {

namespace {

const QString kDarknessKey = QStringLiteral("view/darkness");

Colors lightColors() {
    Colors c;
    c.bg = QColor(0xF3F4F6);
    c.panel = QColor(0xFFFFFF);
    c.line = QColor(0xDFE3E8);
    c.ink = QColor(0x1B2430);
    c.dim = QColor(0x5F6A78);
    c.canvas = QColor(0xFAFBFC);
    c.dot = QColor(0xD9DEE5);
    c.tile = QColor(0xFFFFFF);
    c.tileLine = QColor(0xC9D0D9);
    c.cable = QColor(0x98A3B0);
    c.accent = QColor(0x0A66C2);
    c.accentInk = QColor(0xFFFFFF);
    c.accentTint = QColor(0xE8F1FB);
    c.hover = QColor(0xEEF1F4);
    c.newBar = QColor(0x2E9E5B);
    c.newTint = QColor(0xE6F6EC);
    c.changedBar = QColor(0xE0A100);
    c.changedTint = QColor(0xFFF4DA);
    c.up = QColor(0x2E9E5B);
    c.down = QColor(0xD64545);
    c.blocked = QColor(0xE09600);
    c.unplugged = QColor(0x98A3B0);
    c.error = QColor(0xB3261E);
    c.warning = QColor(0x8A5A00);
    c.area = QColor(0x0A, 0x66, 0xC2, 11);
    c.shadow = QColor(0x10, 0x20, 0x30, 26);
    return c;
}

Colors darkColors() {
    Colors c;
    c.bg = QColor(0x14181D);
    c.panel = QColor(0x1B2027);
    c.line = QColor(0x2B323B);
    c.ink = QColor(0xE6EAEF);
    c.dim = QColor(0x93A0AE);
    c.canvas = QColor(0x171B21);
    c.dot = QColor(0x2A313A);
    c.tile = QColor(0x222933);
    c.tileLine = QColor(0x3A4450);
    c.cable = QColor(0x6C7886);
    c.accent = QColor(0x5AA9F8);
    c.accentInk = QColor(0x0D1622);
    c.accentTint = QColor(0x1E3247);
    c.hover = QColor(0x242B34);
    c.newBar = QColor(0x2E9E5B);
    c.newTint = QColor(0x173524);
    c.changedBar = QColor(0xE0A100);
    c.changedTint = QColor(0x3A3117);
    c.up = QColor(0x3BB26B);
    c.down = QColor(0xE35D5D);
    c.blocked = QColor(0xE7A92B);
    c.unplugged = QColor(0x6C7886);
    c.error = QColor(0xFF8A80);
    c.warning = QColor(0xF0BE5A);
    c.area = QColor(0x5A, 0xA9, 0xF8, 15);
    c.shadow = QColor(0, 0, 0, 90);
    return c;
}

/// QuietStyle is Fusion without the small pictures on the buttons of dialogs.
class QuietStyle final : public QProxyStyle {
public:
    QuietStyle() : QProxyStyle(QStringLiteral("Fusion")) {}
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override {
        if (hint == SH_DialogButtonBox_ButtonsHaveIcons) return 0;
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
};

double luminance(const QColor& color) {
    const auto linear = [](double v) { return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

const Colors& Theme::colors(bool dark) {
    static const Colors light = lightColors();
    static const Colors night = darkColors();
    return dark ? night : light;
}

QColor Theme::protocolColor(sim::dissect::Protocol protocol) {
    using sim::dissect::Protocol;
    switch (protocol) {
    case Protocol::Arp: return QColor(0xE69F00);
    case Protocol::Dns: return QColor(0x009E73);
    case Protocol::Tcp: return QColor(0x0072B2);
    case Protocol::Http: return QColor(0xD55E00);
    case Protocol::Icmp: return QColor(0xCC79A7);
    case Protocol::Udp: return QColor(0x56B4E9);
    case Protocol::Vpn: return QColor(0x7A5BB5);
    case Protocol::Routing: return QColor(0x8C6D31);
    case Protocol::Dhcp: return QColor(0x3B8EA5);
    case Protocol::Other: break;
    }
    return QColor(0x7A8794);
}

QColor Theme::inkOn(const QColor& fill) {
    const double light = luminance(fill);
    const QColor dark(0x10161E);
    const double onWhite = 1.05 / (light + 0.05);
    const double onDark = (light + 0.05) / (luminance(dark) + 0.05);
    // White is what the eye expects on a saturated colour; it gives way only where it cannot be read.
    return onWhite >= 3.6 || onWhite > onDark ? QColor(Qt::white) : dark;
}

void Theme::install() {
    // Asked before our own palette hides it. Qt 6.4 has no other way to learn it without a desktop's library.
    mSystemDark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    const QString saved = QSettings().value(kDarknessKey).toString();
    mDarkness = saved == QLatin1String("dark")    ? Darkness::Dark
                : saved == QLatin1String("light") ? Darkness::Light
                                                  : Darkness::System;
    QApplication::setStyle(new QuietStyle);
    mInstalled = true;
    apply();
}

void Theme::setDarkness(Darkness darkness) {
    mDarkness = darkness;
    const char* word = darkness == Darkness::Dark ? "dark" : darkness == Darkness::Light ? "light" : "system";
    QSettings().setValue(kDarknessKey, QString::fromLatin1(word));
    apply();
}

void Theme::apply() {
    mDark = mDarkness == Darkness::Dark || (mDarkness == Darkness::System && mSystemDark);
    if (mInstalled) {
        QApplication::setPalette(palette());
        qApp->setStyleSheet(styleSheet());
    }
    emit changed();
}

QFont Theme::monospaced(double scale) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(QApplication::font().pointSizeF() * scale);
    font.setStyleHint(QFont::Monospace);
    return font;
}

QFont Theme::heading(double scale) {
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * scale);
    font.setWeight(QFont::DemiBold);
    return font;
}

QPalette Theme::palette() const {
    const Colors& c = colors();
    QPalette p;
    p.setColor(QPalette::Window, c.panel);
    p.setColor(QPalette::WindowText, c.ink);
    p.setColor(QPalette::Base, c.panel);
    p.setColor(QPalette::AlternateBase, c.hover);
    p.setColor(QPalette::Text, c.ink);
    p.setColor(QPalette::PlaceholderText, c.dim);
    p.setColor(QPalette::Button, c.panel);
    p.setColor(QPalette::ButtonText, c.ink);
    p.setColor(QPalette::BrightText, c.error);
    p.setColor(QPalette::ToolTipBase, c.panel);
    p.setColor(QPalette::ToolTipText, c.ink);
    p.setColor(QPalette::Highlight, c.accent);
    p.setColor(QPalette::HighlightedText, c.accentInk);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::LinkVisited, c.accent);
    p.setColor(QPalette::Light, c.hover);
    p.setColor(QPalette::Midlight, c.hover);
    p.setColor(QPalette::Mid, c.line);
    p.setColor(QPalette::Dark, c.tileLine);
    p.setColor(QPalette::Shadow, c.shadow);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, c.unplugged);
    return p;
}

QString Theme::styleSheet() const {
    const Colors& c = colors();
    // Object names in here are the vocabulary that widgets use to look right: "card", "hint", "sectionTitle" …
    QString css = QStringLiteral(R"(
QMainWindow, QDialog { background: @panel; }
QMenuBar { background: @panel; border-bottom: 1px solid @line; padding: 2px 6px; }
QMenuBar::item { padding: 4px 10px; border-radius: 6px; background: transparent; color: @ink; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @panel; border: 1px solid @line; padding: 5px; }
QMenu::item { padding: 5px 26px 5px 10px; border-radius: 5px; color: @ink; }
QMenu::item:selected { background: @accentTint; color: @ink; }
QMenu::item:disabled { color: @unplugged; }
QMenu::separator { height: 1px; background: @line; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }
QToolTip { background: @panel; color: @ink; border: 1px solid @line; padding: 4px 6px; }
QToolBar { background: @panel; border: 0; border-bottom: 1px solid @line; padding: 5px 10px; spacing: 4px; }
QToolBar::separator { background: @line; width: 1px; margin: 6px 7px; }
QToolButton { border: 0; border-radius: 7px; padding: 5px 9px; color: @ink; background: transparent; }
QToolButton:hover { background: @hover; }
QToolButton:pressed { background: @accentTint; }
QToolButton:checked { background: @accentTint; color: @accent; font-weight: 600; }
QToolButton:disabled { color: @unplugged; }
QToolButton:focus { border: 1px solid @accent; padding: 4px 8px; }
QToolButton::menu-indicator { image: none; }
QToolButton#quiet { color: @dim; }
QToolButton#small { padding: 2px; border-radius: 5px; }
QToolButton#primary { background: @accent; color: @accentInk; }
QToolButton#primary:hover { background: @accent; }
QToolButton#primary:disabled { background: @line; }
QPushButton { border: 1px solid @tileLine; border-radius: 7px; padding: 5px 14px; background: @panel; color: @ink; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @accentTint; }
QPushButton:default { border-color: @accent; color: @accent; }
QPushButton:focus { border-color: @accent; background: @accentTint; outline: 0; }
QPushButton:disabled { color: @unplugged; border-color: @line; }
QPushButton#link { border: 0; padding: 3px 6px; color: @accent; text-align: left; background: transparent; }
QPushButton#link:hover { background: @accentTint; border-radius: 5px; }
QPushButton#link:focus { background: @accentTint; }
QAbstractScrollArea { border: 0; background: @panel; }
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QComboBox {
  border: 1px solid @line; border-radius: 7px; padding: 4px 8px; background: @panel; color: @ink;
  selection-background-color: @accent; selection-color: @accentInk; }
QLineEdit:hover, QComboBox:hover, QPlainTextEdit:hover { border-color: @tileLine; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QComboBox:focus { border-color: @accent; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] { border-color: @error; }
QLineEdit:disabled { color: @unplugged; background: @bg; }
QComboBox::drop-down { border: 0; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/arrow-down.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @line; padding: 3px; outline: 0;
  selection-background-color: @accentTint; selection-color: @ink; }
QCheckBox { spacing: 8px; color: @ink; }
QTextBrowser { border: 0; padding: 0; }
QHeaderView { background: @panel; border: 0; }
QHeaderView::section { background: @panel; color: @dim; border: 0; padding: 4px 4px 4px 8px; font-weight: 600; }
QTableView, QTreeView, QListView { background: @panel; border: 0; outline: 0; gridline-color: transparent;
  selection-background-color: @accentTint; selection-color: @ink; }
QTableView::item, QTreeView::item, QListView::item { padding: 2px 6px; }
#paletteList::item { padding: 2px 0; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected { background: @accentTint; color: @ink; }
QTabWidget::pane { border: 0; }
QTabBar { qproperty-drawBase: 0; background: @panel; }
QTabBar::tab { padding: 7px 10px 6px 10px; margin: 0 1px; color: @dim; border: 0; border-bottom: 2px solid transparent; background: transparent; }
QTabBar::tab:hover { color: @ink; }
QTabBar::tab:selected { color: @ink; border-bottom: 2px solid @accent; font-weight: 600; }
QTabBar::tab:focus { color: @accent; }
QSplitter::handle { background: @line; }
QSplitter::handle:hover { background: @tileLine; }
QScrollBar:vertical { width: 10px; background: transparent; margin: 0; }
QScrollBar:horizontal { height: 10px; background: transparent; margin: 0; }
QScrollBar::handle { background: @tileLine; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: @cable; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: transparent; width: 0; height: 0; }
QLabel#hint { color: @dim; }
QLabel#sectionTitle { font-weight: 600; color: @ink; }
QLabel#category { color: @dim; font-weight: 600; }
QLabel#fieldLabel { color: @dim; }
QLabel#wrong { color: @error; }
QLabel#tag { background: @panel; color: @error; border: 1px solid @error; border-radius: 6px; padding: 3px 8px; }
QFrame#card { background: @panel; border: 1px solid @line; border-radius: 10px; }
QFrame#banner { background: @changedTint; border: 0; border-bottom: 1px solid @line; }
QFrame#hairline { background: @line; border: 0; max-height: 1px; min-height: 1px; }
QWidget#panel, QWidget#transport { background: @panel; }
QStatusBar { background: @panel; }
)");
    const std::pair<const char*, QColor> names[] = {{"@accentTint", c.accentTint},
                                                    {"@accentInk", c.accentInk},
                                                    {"@changedTint", c.changedTint},
                                                    {"@accent", c.accent},
                                                    {"@panel", c.panel},
                                                    {"@line", c.line},
                                                    {"@ink", c.ink},
                                                    {"@dim", c.dim},
                                                    {"@hover", c.hover},
                                                    {"@tileLine", c.tileLine},
                                                    {"@unplugged", c.unplugged},
                                                    {"@error", c.error},
                                                    {"@bg", c.bg},
                                                    {"@cable", c.cable}};
    for (const auto& [name, color] : names)
        css.replace(QLatin1String(name), color.name());
    return css;
}

} // namespace ui::shared
