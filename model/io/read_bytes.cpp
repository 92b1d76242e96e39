#include "model/io/lab_file.h"
#include "model/io/path.h"
#include "model/io/texts.h"
#include "model/io/yaml_tree.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace model::io {

namespace {

/// Opened closes what it opened.
struct Opened {
    explicit Opened(int descriptor, bool ours) : fd(descriptor), own(ours) {}
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    ~Opened() {
        if (own && fd >= 0) ::close(fd);
    }
    int fd;
    bool own;
};

} // namespace

bool readBytes(const QString& path, QByteArray* text, Problem* problem, Streams streams) {
    const bool input = streams == Streams::Allowed && path == QLatin1String("-");
    *problem = Problem{};
    problem->file = input ? Texts::tr("standard input") : path;
    const auto refuse = [&](const QString& message, const QString& hint) {
        problem->message = message;
        problem->hint = hint;
        return false;
    };
    const auto unreadable = [&] {
        return refuse(Texts::tr("The file cannot be read: %1.").arg(qt_error_string(errno)),
                      Texts::tr("Check who may read it."));
    };
    // Whoever opens a FIFO without this waits for somebody to write to it.
    const int wait = streams == Streams::Allowed ? 0 : O_NONBLOCK;
    const Opened file(
        input ? STDIN_FILENO : ::open(pathBytes(path).constData(), O_RDONLY | O_CLOEXEC | O_NOCTTY | wait), !input);
    problem->missing = file.fd < 0 && (errno == ENOENT || errno == ENOTDIR);
    if (problem->missing)
        return refuse(Texts::tr("There is no such file."), Texts::tr("Check the name and the folder."));
    struct stat info {};
    if (file.fd < 0 || ::fstat(file.fd, &info) != 0) return unreadable();
    if (S_ISDIR(info.st_mode))
        return refuse(Texts::tr("This is a folder, not a file."), Texts::tr("Choose a file that ends in .lab.yaml."));
    // A device has no end, and a pipe may have none.
    if (!S_ISREG(info.st_mode) && (streams == Streams::Refused || S_ISBLK(info.st_mode)))
        return refuse(Texts::tr("This is not an ordinary file."), Texts::tr("Choose a file that ends in .lab.yaml."));
    const auto tooLarge = [&] {
        return refuse(Texts::tr("The file is larger than 16 MB."),
                      Texts::tr("A lab file is a few kilobytes of text; is this the right file?"));
    };
    if (S_ISREG(info.st_mode) && info.st_size > off_t(kMaxFileBytes)) return tooLarge();
    text->clear();
    for (char piece[1 << 16];;) {
        const ssize_t n = ::read(file.fd, piece, sizeof(piece));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return unreadable();
        if (n == 0) return true;
        text->append(piece, n);
        if (text->size() > qsizetype(kMaxFileBytes)) return tooLarge();
    }
}

} // namespace model::io
