// What a misspelt word may have been meant to be.
#pragma once

#include <QString>
#include <QStringList>

namespace model::io {

/// closest is "Did you mean …?" for a misspelt word, or empty when none of the words is near enough.
QString closest(const QString& word, const QStringList& words);

} // namespace model::io
