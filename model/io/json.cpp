#include "model/io/json.h"

#include <QStringList>

namespace model::io::json {

namespace {

QString quoted(const QString& text) {
    QString out = QStringLiteral("\"");
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\')
            out += u'\\', out += c;
        else if (c == u'\n')
            out += QLatin1String("\\n");
        else if (c.unicode() < 0x20 || c.unicode() == 0x7f)
            out += QStringLiteral("\\u%1").arg(int(c.unicode()), 4, 16, QLatin1Char('0'));
        else
            out += c;
    }
    return out + u'"';
}

bool isShort(const Value& value) {
    if (value.type == Value::Type::Scalar) return true;
    for (const auto& item : value.items)
        if (item.type != Value::Type::Scalar) return false;
    return value.items.size() < 2 || (value.type == Value::Type::Sequence && value.items.size() < 8);
}

void append(QString& out, const Value& value, int indent) {
    if (value.type == Value::Type::Scalar) {
        out += value.style == Value::Text::Literal ? value.text : quoted(value.text);
        return;
    }
    const bool map = value.type == Value::Type::Map;
    const bool oneLine = isShort(value);
    out += map ? u'{' : u'[';
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (i > 0) out += oneLine ? QLatin1String(", ") : QLatin1String(",");
        if (!oneLine) out += u'\n' + QString(indent + 2, u' ');
        if (map) out += quoted(value.keys[i]) + QLatin1String(": ");
        append(out, value.items[i], indent + 2);
    }
    if (!oneLine) out += u'\n' + QString(indent, u' ');
    out += map ? u'}' : u']';
}

} // namespace

QString text(const Value& value) {
    QString out;
    append(out, value, 0);
    return out + u'\n';
}

Value number(std::uint64_t n) { return Value::literal(QString::number(n)); }

Value object(std::initializer_list<std::pair<const char*, Value>> entries) {
    Value v;
    for (const auto& [key, value] : entries)
        v.add(QLatin1String(key), value);
    return v;
}

Value typed(const char* types) {
    std::vector<Value> names;
    for (const auto& name : QString::fromLatin1(types).split(u' '))
        names.push_back(Value::word(name));
    return object({{"type", names.size() == 1 ? names.front() : Value::flowList(names)}});
}

Value matching(const QString& pattern) {
    return object({{"type", Value::word(QStringLiteral("string"))}, {"pattern", Value::word(pattern)}});
}

Value reference(const QString& id) { return object({{"$ref", Value::word(QStringLiteral("#/$defs/") + id)}}); }

Value anyOf(std::vector<Value> forms) {
    if (forms.size() == 1) return std::move(forms.front());
    return object({{"anyOf", Value::flowList(std::move(forms))}});
}

Value orNull(Value schema) {
    for (std::size_t i = 0; i < schema.keys.size(); ++i)
        if (schema.keys[i] == QLatin1String("type") && schema.items[i].type == Value::Type::Scalar) {
            schema.items[i] = Value::flowList({schema.items[i], Value::word(QStringLiteral("null"))});
            return schema;
        }
    return anyOf({std::move(schema), typed("null")});
}

Value listOf(Value items) {
    return object({{"type", Value::word(QStringLiteral("array"))}, {"items", std::move(items)}});
}

Value mapOf(const QString& keyPattern, Value values) {
    return object({{"type", Value::word(QStringLiteral("object"))},
                   {"propertyNames", object({{"pattern", Value::word(keyPattern)}})},
                   {"additionalProperties", std::move(values)}});
}

Value words(const std::vector<QString>& words) {
    std::vector<Value> items;
    for (const auto& word : words)
        items.push_back(Value::word(word));
    return object({{"enum", Value::flowList(std::move(items))}});
}

Value constant(Value value) { return object({{"const", std::move(value)}}); }

Value needs(const char* how, const char* a, const char* b) {
    const auto one = [](const char* key) {
        return object({{"required", Value::flowList({Value::word(QLatin1String(key))})}});
    };
    return object({{how, Value::flowList({one(a), one(b)})}});
}

QString link(const QString& id) { return QStringLiteral("[%1](#%2)").arg(id, id.toLower()); }

} // namespace model::io::json
