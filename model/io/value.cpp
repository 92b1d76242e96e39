#include "model/io/value.h"

#include <QRegularExpression>

namespace model::io {

namespace {

QString doubleQuoted(const QString& text) {
    QString out = QStringLiteral("\"");
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\')
            out += u'\\', out += c;
        else if (c == u'\n')
            out += QLatin1String("\\n");
        else if (c == u'\t')
            out += QLatin1String("\\t");
        else if (c == u'\r')
            out += QLatin1String("\\r");
        else if (c.unicode() < 0x20 || (c.unicode() >= 0x7f && c.unicode() < 0xa0) || c == QChar(0x2028) ||
                 c == QChar(0x2029) || c == QChar(0xfeff))
            out += QStringLiteral("\\u%1").arg(int(c.unicode()), 4, 16, QLatin1Char('0'));
        else
            out += c;
    }
    return out + u'"';
}

/// isPlain tells whether a text may stand without quotes, and means a text to every reader of YAML.
bool isPlain(const QString& text, bool inFlow) {
    if (text.isEmpty() || text.size() > 4096) return false;
    static const QRegularExpression kTrap(
        QStringLiteral(
            "^(y|yes|n|no|on|off|true|false|null|~|<<|=|[-+.]?[0-9][0-9_.:eExXoOa-fA-F+-]*|[-+]?\\.(inf|nan))$"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression kDotted(QStringLiteral("^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$"));
    if (kTrap.match(text).hasMatch() && !kDotted.match(text).hasMatch()) return false;
    // In brackets yaml-cpp 0.7 takes every "?" for the sign of a key.
    const QString special = inFlow ? QStringLiteral(",[]{}?") : QString();
    if (QStringLiteral("-?:,[]{}#&*!|>'\"%@`= \t").contains(text.front())) return false;
    if (text.back() == u' ' || text.back() == u':') return false;
    if (text.startsWith(QLatin1String("---")) || text.startsWith(QLatin1String("..."))) return false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (c.unicode() < 0x20 || (c.unicode() >= 0x7f && c.unicode() < 0xa0) || c == QChar(0x2028) ||
            c == QChar(0x2029) || c == QChar(0xfeff))
            return false;
        if (special.contains(c)) return false;
        if (c == u':' && text[i + 1] == u' ') return false;
        if (c == u':' && inFlow && QStringLiteral(",[]{}").contains(text[i + 1])) return false;
        if (c == u'#' && text[i - 1] == u' ') return false;
    }
    return true;
}

} // namespace

Value Value::word(const QString& text) {
    Value v;
    v.type = Type::Scalar;
    v.text = text;
    return v;
}

Value Value::literal(const QString& text) {
    Value v = word(text);
    v.style = Text::Literal;
    return v;
}

Value Value::quoted(const QString& text) {
    Value v = word(text);
    v.style = Text::Quoted;
    return v;
}

Value Value::flowList(std::vector<Value> items) {
    Value v;
    v.type = Type::Sequence;
    v.flow = true;
    v.items = std::move(items);
    return v;
}

Value Value::flowMap() {
    Value v;
    v.flow = true;
    return v;
}

Value Value::blockList() {
    Value v;
    v.type = Type::Sequence;
    return v;
}

void Value::add(const QString& key, Value value) {
    keys.push_back(key);
    items.push_back(std::move(value));
}

bool Value::operator==(const Value& other) const {
    return type == other.type && text == other.text && keys == other.keys && items == other.items;
}

QString scalarText(const Value& scalar, bool inFlow, char16_t quote) {
    if (quote == u'\'' && !scalar.text.isEmpty()) {
        bool fits = true;
        for (const QChar c : scalar.text)
            fits = fits && c.isPrint();
        if (fits) return u'\'' + QString(scalar.text).replace(u'\'', QLatin1String("''")) + u'\'';
    }
    if (quote == u'"' || scalar.style == Value::Text::Quoted) return doubleQuoted(scalar.text);
    if (scalar.style == Value::Text::Literal || isPlain(scalar.text, inFlow)) return scalar.text;
    return doubleQuoted(scalar.text);
}

QString keyText(const QString& key, bool inFlow) {
    // "on" is a key of run steps, and every reader but those of YAML 1.1 takes it for the word that it is.
    return key == QLatin1String("on") ? key : scalarText(Value::word(key), inFlow);
}

QString inlineText(const Value& value, bool inFlow) {
    if (value.type == Value::Type::Scalar) return scalarText(value, inFlow);
    QString out(value.type == Value::Type::Map ? u'{' : u'[');
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (i > 0) out += QLatin1String(", ");
        if (value.type == Value::Type::Map) out += keyText(value.keys[i], true) + QLatin1String(": ");
        out += inlineText(value.items[i], true);
    }
    return out + (value.type == Value::Type::Map ? u'}' : u']');
}

bool isInline(const Value& value) { return value.type == Value::Type::Scalar || value.flow || value.items.empty(); }

QString literalText(const QString& text, int indent) {
    if (!text.contains(u'\n') || text.startsWith(u' ') || text.startsWith(u'\n') ||
        text.endsWith(QLatin1String("\n\n")))
        return {};
    const bool ended = text.endsWith(u'\n');
    QString out = ended ? QStringLiteral("|") : QStringLiteral("|-");
    const QString pad(indent, u' ');
    const auto lines = (ended ? text.chopped(1) : text).split(u'\n');
    for (const auto& line : lines) {
        // What an editor might take away unseen, or what YAML counts as indentation, is better quoted.
        if (line.startsWith(u'\t') || line.endsWith(u' ') || (line.trimmed().isEmpty() && !line.isEmpty())) return {};
        for (const QChar c : line)
            if ((c.unicode() < 0x20 && c != u'\t') || (c.unicode() >= 0x7f && c.unicode() < 0xa0) ||
                c == QChar(0x2028) || c == QChar(0x2029) || c == QChar(0xfeff))
                return {};
        if (line.trimmed().startsWith(u'\t')) return {};
        qsizetype i = 0;
        while (i < line.size() && line[i] == u' ')
            ++i;
        if (i < line.size() && line[i] == u'\t') return {};
        out += u'\n';
        if (!line.isEmpty()) out += pad + line;
    }
    if (lines.back().isEmpty()) return {};
    return out;
}

QString entryText(const QString& key, const Value& value, int indent) {
    QString out = QString(indent, u' ') + keyText(key, false) + u':';
    if (value.type == Value::Type::Scalar && value.style == Value::Text::Word) {
        const QString lines = literalText(value.text, indent + 2);
        if (!lines.isEmpty()) return out + u' ' + lines + u'\n';
    }
    if (isInline(value)) return out + u' ' + inlineText(value, false) + u'\n';
    return out + u'\n' + blockText(value, indent + 2);
}

QString blockText(const Value& value, int indent) {
    QString out;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (value.type == Value::Type::Map)
            out += entryText(value.keys[i], value.items[i], indent);
        else
            out += QString(indent, u' ') + QLatin1String("- ") + inlineText(value.items[i], false) + u'\n';
    }
    return out;
}

} // namespace model::io
