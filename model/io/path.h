// File names: the file system knows bytes, QString knows Unicode, and not every name is UTF-8.
#pragma once

#include <QByteArray>
#include <QString>

namespace model::io {

/// pathFromBytes gives the name of a file as text; bytes that are not UTF-8 become lone surrogates (U+DC80 to U+DCFF,
/// as Python's surrogateescape does), so that pathBytes gives the same bytes back.
QString pathFromBytes(const QByteArray& bytes);
/// pathBytes is the name as open(2) wants it: UTF-8, and the bytes that pathFromBytes could not read.
QByteArray pathBytes(const QString& path);

} // namespace model::io
