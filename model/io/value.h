// A value to be written as YAML: what the writer makes of a lab, and what the patcher compares.
#pragma once

#include <QString>

#include <cstdint>
#include <memory>
#include <vector>

namespace model::io {

/// Value is a value of YAML or JSON that is to be written: a scalar, a list or a map that keeps its order.
struct Value {
    enum class Type { Scalar, Sequence, Map };
    enum class Text { Word, Literal, Quoted }; ///< Word: quoted where YAML needs it; Literal: a number, never quoted
    Type type = Type::Map;
    Text style = Text::Word;
    bool flow = false;         ///< in brackets, on one line
    QString text;              ///< of a scalar
    std::vector<QString> keys; ///< of a map, as many as items
    std::vector<Value> items;
    std::vector<std::uint32_t> ids;         ///< as many as items, or none: says which items of two labs are the same
    std::shared_ptr<const Value> longForm;  ///< the same said at length, as a file may have it
    std::shared_ptr<const Value> shortForm; ///< the same said shortly, as a file may have it

    static Value word(const QString& text);
    static Value literal(const QString& text);
    static Value quoted(const QString& text);
    static Value flowList(std::vector<Value> items = {});
    static Value flowMap();
    static Value blockList();
    void add(const QString& key, Value value);
    bool operator==(const Value& other) const;
};

/// scalarText is a scalar as it stands on one line; inFlow: between brackets; quote: ' or " or 0 for as needed.
QString scalarText(const Value& scalar, bool inFlow, char16_t quote = 0);
/// keyText is a key, quoted where needed.
QString keyText(const QString& key, bool inFlow);
/// inlineText is any value on one line.
QString inlineText(const Value& value, bool inFlow);
/// isInline tells whether a value stands on the line of its key.
bool isInline(const Value& value);
/// literalText is "|" and the indented lines of a text of several lines; empty when that form cannot hold the text.
QString literalText(const QString& text, int indent);
/// blockText is the lines of a block map or list, each ended by \n.
QString blockText(const Value& value, int indent);
/// entryText is the lines of one "key: value", each ended by \n.
QString entryText(const QString& key, const Value& value, int indent);

} // namespace model::io
