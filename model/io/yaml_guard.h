// What is refused before a YAML parser sees it: a file may be anything, and a parser's time and memory have no bound.
#pragma once

#include "model/io/problem.h"

#include <QByteArray>

#include <cstddef>

namespace model::io {

/// guardText tells whether the text is harmless to parse: UTF-8, no control characters, no tabs that indent, not too
/// much of anything. Otherwise problem has message and hint, and offset is the place.
bool guardText(const QByteArray& text, Problem* problem, std::size_t* offset);

} // namespace model::io
