#include "model/io/path.h"

#include <QStringDecoder>

namespace model::io {

namespace {
constexpr char16_t kEscaped = 0xdc00; // + the byte, which is 0x80 or above
}

QString pathFromBytes(const QByteArray& bytes) {
    QString path;
    for (qsizetype i = 0; i < bytes.size();) {
        const auto lead = uchar(bytes[i]);
        const qsizetype length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        QStringDecoder utf8(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
        const QString character = utf8(bytes.mid(i, length));
        if (lead < 0x80 ||
            (i + length <= bytes.size() && !utf8.hasError() && !character.contains(QChar::ReplacementCharacter))) {
            path += character;
            i += length;
        } else if (i + length <= bytes.size() && bytes.mid(i, length) == QByteArray("\xef\xbf\xbd")) {
            path += QChar(QChar::ReplacementCharacter); // the name really has it
            i += length;
        } else {
            path += QChar(char16_t(kEscaped + lead));
            ++i;
        }
    }
    return path;
}

QByteArray pathBytes(const QString& path) {
    QByteArray bytes;
    qsizetype from = 0;
    for (qsizetype i = 0; i < path.size(); ++i) {
        const char16_t unit = path[i].unicode();
        const bool pair = i > 0 && path[i - 1].isHighSurrogate();
        if (unit < kEscaped + 0x80 || unit > kEscaped + 0xff || pair) continue;
        bytes += QStringView(path).mid(from, i - from).toUtf8();
        bytes += char(unit - kEscaped);
        from = i + 1;
    }
    return bytes + QStringView(path).mid(from).toUtf8();
}

} // namespace model::io
