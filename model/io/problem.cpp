#include "model/io/problem.h"

#include <QCoreApplication>

namespace model::io {

QString Problem::toString() const {
    QString text;
    if (!file.isEmpty()) text += file + u':';
    if (line > 0) text += QString::number(line) + u':';
    if (line > 0 && column > 0) text += QString::number(column) + u':';
    if (!text.isEmpty()) text += u' ';
    text += message;
    if (!hint.isEmpty()) text += u'\n' + QCoreApplication::translate("model::io::Problem", "hint: %1").arg(hint);
    return text;
}

} // namespace model::io
