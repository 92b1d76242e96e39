#include "ui/shared/icons.h"

#include "ui/shared/theme.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include <memory>

namespace ui::shared {

namespace {

QByteArray svgText(const QString& name) {
    static QHash<QString, QByteArray> texts;
    const auto found = texts.constFind(name);
    if (found != texts.constEnd()) return *found;
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    QByteArray text;
    if (file.open(QIODevice::ReadOnly)) text = file.readAll();
    texts.insert(name, text);
    return text;
}

QSvgRenderer* renderer(const QString& name, const QColor& color) {
    static QHash<QString, std::shared_ptr<QSvgRenderer>> renderers;
    const QString key = name + color.name(QColor::HexArgb);
    auto& entry = renderers[key];
    if (!entry) {
        QByteArray text = svgText(name);
        text.replace("currentColor", color.name().toLatin1());
        entry = std::make_shared<QSvgRenderer>(text);
    }
    return entry.get();
}

/// ThemedEngine asks the theme at the moment of painting, so that nobody has to set icons anew after a change.
class ThemedEngine final : public QIconEngine {
public:
    ThemedEngine(QString name, bool onAccent) : mName(std::move(name)), mOnAccent(onAccent) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        paintIcon(*painter, mName, color(mode, state), rect);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap result(size);
        result.fill(Qt::transparent);
        QPainter painter(&result);
        paintIcon(painter, mName, color(mode, state), QRectF(QPointF(), QSizeF(size)));
        return result;
    }
    QIconEngine* clone() const override { return new ThemedEngine(mName, mOnAccent); }

private:
    QColor color(QIcon::Mode mode, QIcon::State state) const {
        const Colors& c = Theme::instance().colors();
        if (mode == QIcon::Disabled) return c.unplugged;
        if (mOnAccent) return c.accentInk;
        return state == QIcon::On ? c.accent : c.ink;
    }
    QString mName;
    bool mOnAccent;
};

} // namespace

QIcon icon(const QString& name) { return name.isEmpty() ? QIcon() : QIcon(new ThemedEngine(name, false)); }

QIcon iconOnAccent(const QString& name) { return QIcon(new ThemedEngine(name, true)); }

void paintIcon(QPainter& painter, const QString& name, const QColor& color, const QRectF& target) {
    renderer(name, color)->render(&painter, target);
}

QPixmap iconPixmap(const QString& name, const QColor& color, double size, double devicePixelRatio) {
    const int pixels = std::max(1, qRound(size * devicePixelRatio));
    QPixmap result(pixels, pixels);
    result.fill(Qt::transparent);
    QPainter painter(&result);
    paintIcon(painter, name, color, QRectF(0, 0, pixels, pixels));
    painter.end();
    result.setDevicePixelRatio(devicePixelRatio);
    return result;
}

} // namespace ui::shared
