#include "tests/support/places.h"

namespace support {

QString source(const QString& path) {
    return path.isEmpty() ? QStringLiteral(SOURCE_DIR) : QStringLiteral(SOURCE_DIR "/") + path;
}

QString program() { return buildFolder() + QStringLiteral("/packetarium"); }
QString cmakeProgram() { return QStringLiteral(CMAKE_PROGRAM); }
QString buildFolder() { return QStringLiteral(BUILD_DIR); }

} // namespace support
