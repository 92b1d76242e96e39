// JSON, as far as the schema needs it: Values (model/io/value.h) written as JSON, and the phrases of JSON Schema.
#pragma once

#include "model/io/value.h"

#include <initializer_list>

namespace model::io::json {

/// text is a value as JSON, with two spaces a level and a line end at the end.
QString text(const Value& value);

Value number(std::uint64_t n);
/// object is a map of the keys and values given in turn.
Value object(std::initializer_list<std::pair<const char*, Value>> entries);
/// typed is {"type": …}; several types have spaces between.
Value typed(const char* types);
/// matching is a string that a regular expression matches, and says when it does not.
Value matching(const QString& pattern);
Value reference(const QString& id);
Value anyOf(std::vector<Value> forms);
Value orNull(Value schema);
Value listOf(Value items);
/// mapOf is an object whose keys match a pattern and whose values match a schema.
Value mapOf(const QString& keyPattern, Value values);
Value words(const std::vector<QString>& words);
Value constant(Value value);
/// needs is {HOW: [{required: [a]}, {required: [b]}]}: "oneOf", "anyOf" of these keys.
Value needs(const char* how, const char* a, const char* b);

/// link is a group's name as model/KEYS.md links to it.
QString link(const QString& id);

} // namespace model::io::json
