#include "model/io/state_folder.h"

#include "model/io/path.h"

#include <QDir>

#include <cerrno>
#include <sys/stat.h>

namespace model::io {

QString stateFolder() {
    // A path that is not absolute is to be ignored, says the specification.
    QString base = qEnvironmentVariable("XDG_STATE_HOME");
    if (!base.startsWith(u'/')) base = QDir::homePath() + QStringLiteral("/.local/state");
    const QString folder = base + QStringLiteral("/packetarium");
    if (!QDir().mkpath(base)) return {};
    if (::mkdir(pathBytes(folder).constData(), 0700) != 0 && errno != EEXIST) return {};
    return QDir(folder).exists() ? folder : QString();
}

} // namespace model::io
