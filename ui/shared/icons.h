// The program's own line icons, tinted from the theme.
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace ui::shared {

/// icon gives resources/icons/NAME.svg as an icon that follows the theme: ink, accent when checked, grey when disabled.
QIcon icon(const QString& name);
/// iconOn is icon in one fixed colour role: white or dark, whatever reads on the accent colour.
QIcon iconOnAccent(const QString& name);
/// iconPixmap draws the icon in one colour; size is in device-independent pixels.
QPixmap iconPixmap(const QString& name, const QColor& color, double size, double devicePixelRatio);
/// paintIcon draws the icon as vectors into target (for exports and for any zoom).
void paintIcon(QPainter& painter, const QString& name, const QColor& color, const QRectF& target);

} // namespace ui::shared
