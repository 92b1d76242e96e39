// What is generated from the descriptions of keys: the JSON Schema for editors, the tables of model/KEYS.md, words for
// fuzzing. tests/model/test_keys compares the checked-in files with these.
#pragma once

#include <QString>
#include <QStringList>

namespace model::io {

/// schemaText is resources/lab.schema.json; verbs begin the actions of steps.
QString schemaText(const QStringList& verbs);
/// keysText is model/KEYS.md.
QString keysText();
/// keyWords are the keys, words and examples of a lab file, sorted, each once.
QStringList keyWords();

} // namespace model::io
