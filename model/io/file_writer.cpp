// The order of steps is that of rename(2)'s promise: write, fsync, rename, fsync the folder. Qt 6.4's QSaveFile loses
// the error of the last buffer that it writes on commit, and puts the file that it cut short in the place of the good
// one.
#include "model/io/file_writer.h"

#include "model/io/path.h"
#include "model/io/state_folder.h"
#include "model/io/write_all.h"

#include <QDir>
#include <QFileInfo>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace model::io {

namespace {

/// behindLinks follows symbolic links to the file that is meant, which need not exist yet.
QByteArray behindLinks(QByteArray path) {
    for (int links = 0; links < 40; ++links) {
        char to[PATH_MAX];
        const ssize_t length = ::readlink(path.constData(), to, sizeof(to));
        if (length < 0) break;
        const QByteArray target(to, length);
        path = target.startsWith('/') ? target : path.left(path.lastIndexOf('/') + 1) + target;
    }
    return path;
}

QByteArray folderOf(const QByteArray& path) {
    const auto slash = path.lastIndexOf('/');
    return slash < 0 ? QByteArray(".") : slash == 0 ? QByteArray("/") : path.left(slash);
}

/// flushed is fsync where that means something: some file systems have no such thing.
bool flushed(int fd) { return ::fsync(fd) == 0 || errno == EINVAL || errno == ENOSYS || errno == EROFS; }

/// copyAll copies what stands in one open file over the beginning of another.
bool copyAll(int from, int to) {
    std::vector<char> piece(1 << 20);
    for (off_t at = 0;;) {
        const ssize_t n = ::pread(from, piece.data(), piece.size(), at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        if (n == 0) return ::lseek(to, 0, SEEK_SET) == 0;
        for (ssize_t done = 0; done < n;) {
            const ssize_t m = ::pwrite(to, piece.data() + done, std::size_t(n - done), at + done);
            if (m < 0 && errno == EINTR) continue;
            if (m < 0) return false;
            done += m;
        }
        at += n;
    }
}

int openSocket(const QByteArray& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (std::size_t(path.size()) >= sizeof(address.sun_path)) return errno = ENAMETOOLONG, -1;
    std::copy(path.begin(), path.end(), address.sun_path);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
    const int error = errno;
    ::close(fd);
    errno = error;
    return -1;
}

} // namespace

FileWriter::~FileWriter() { discard(); }

void FileWriter::discard() {
    if (mFd >= 0 && mKind != Kind::StandardOutput) ::close(mFd);
    mFd = -1;
    if (!mTemporary.isEmpty()) ::unlink(mTemporary.constData());
    mTemporary.clear();
}

bool FileWriter::fail(int error) {
    if (!failed()) mError = error;
    discard();
    return false;
}

bool FileWriter::open() {
    if (isStandardOutput(mPath)) {
        mKind = Kind::StandardOutput;
        mFd = STDOUT_FILENO;
        return ::fcntl(mFd, F_GETFD) >= 0 || fail(EBADF);
    }
    if (mPath.isEmpty()) return fail(ENOENT);
    mTarget = behindLinks(pathBytes(mPath));
    struct ::stat there {};
    const bool exists = ::stat(pathBytes(mPath).constData(), &there) == 0;
    if (!exists && errno != ENOENT) return fail(errno);
    if (exists && S_ISDIR(there.st_mode)) return fail(EISDIR);
    // /dev/fd/3 leads to an open file: that is written to, even where it is an ordinary one.
    const bool descriptor = mTarget.startsWith("/dev/") || mTarget.startsWith("/proc/") ||
                            pathBytes(mPath).startsWith("/dev/") || pathBytes(mPath).startsWith("/proc/");
    if (exists && (!S_ISREG(there.st_mode) || (descriptor && !mTarget.startsWith("/dev/shm/")))) {
        mKind = Kind::Stream;
        mFd = S_ISSOCK(there.st_mode)
                  ? openSocket(mTarget)
                  : ::open(pathBytes(mPath).constData(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_APPEND);
        return mFd >= 0 || fail(errno);
    }
    if (mTarget.endsWith('/')) return fail(EISDIR);
    if (exists && ::access(mTarget.constData(), W_OK) != 0) return fail(errno);
    // By another name it would still be what it was.
    if (exists && there.st_nlink > 1) mInPlace = true;
    if (!mInPlace && openBeside()) {
        if (!exists || takeOver(there, mFd)) return true;
        discard();
        mInPlace = true; // the new file could not be made like the old one
    } else if (!mInPlace) {
        const int error = errno;
        if (!exists || (error != EACCES && error != EPERM && error != EROFS)) return fail(error);
        mInPlace = true;
    }
    return openAside();
}

bool FileWriter::openBeside() {
    const auto slash = mTarget.lastIndexOf('/');
    mTemporary = mTarget.left(slash + 1) + '.' + mTarget.mid(slash + 1).left(200) + ".XXXXXX";
    mFd = ::mkostemp(mTemporary.data(), O_CLOEXEC);
    if (mFd < 0) {
        mTemporary.clear();
        return false;
    }
    if (mAccess == Access::Ordinary) {
        // mkstemp gives 600; what the umask allows can only be asked by setting it.
        const mode_t mask = ::umask(077);
        ::umask(mask);
        ::fchmod(mFd, 0666 & ~mask);
    }
    return true;
}

bool FileWriter::openAside() {
    QString folder = stateFolder();
    if (folder.isEmpty()) folder = QDir::tempPath();
    mTemporary =
        pathBytes(folder) + "/replacing-" + QByteArray(mTarget.mid(mTarget.lastIndexOf('/') + 1).left(200)) + ".XXXXXX";
    mFd = ::mkostemp(mTemporary.data(), O_CLOEXEC);
    if (mFd >= 0) return true;
    mTemporary.clear();
    return fail(errno);
}

bool FileWriter::takeOver(const struct ::stat& old, int fd) const {
    struct ::stat now {};
    if (::fstat(fd, &now) != 0) return false;
    if ((now.st_uid != old.st_uid || now.st_gid != old.st_gid) && ::fchown(fd, old.st_uid, old.st_gid) != 0)
        return false;
    if (::fchmod(fd, mAccess == Access::Secret ? 0600 : old.st_mode & 07777) != 0) return false;
    std::vector<char> names(64 << 10);
    const ssize_t length = ::listxattr(mTarget.constData(), names.data(), names.size());
    for (ssize_t i = 0; i < length; i += ssize_t(std::char_traits<char>::length(&names[std::size_t(i)])) + 1) {
        const char* name = &names[std::size_t(i)];
        if (std::string_view(name) == "security.selinux") continue; // the system's business
        std::vector<char> value(64 << 10);
        const ssize_t size = ::getxattr(mTarget.constData(), name, value.data(), value.size());
        if (size < 0 || ::fsetxattr(fd, name, value.data(), std::size_t(size), 0) != 0) return false;
    }
    return true;
}

bool FileWriter::write(std::span<const std::uint8_t> bytes) {
    if (failed() || mFd < 0) return false;
    mSettled = false;
    const int error = writeAll(mFd, bytes.data(), bytes.size());
    return error == 0 || fail(error);
}

bool FileWriter::settle() {
    if (failed() || mFd < 0) return false;
    if (mKind == Kind::File && !mSettled && !flushed(mFd)) return fail(errno);
    mSettled = true;
    return true;
}

bool FileWriter::commit() {
    if (!settle()) return false;
    if (mKind != Kind::File) {
        if (mKind == Kind::Stream && ::close(std::exchange(mFd, -1)) != 0 && errno != EINTR) return fail(errno);
        mFd = -1;
        return true;
    }
    if (mInPlace) return overwrite();
    // NFS and quotas tell of a full disk only here.
    if (::close(std::exchange(mFd, -1)) != 0 && errno != EINTR) return fail(errno);
    if (::rename(mTemporary.constData(), mTarget.constData()) != 0) return fail(errno);
    mTemporary.clear();
    const int folder = ::open(folderOf(mTarget).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        ::fsync(folder);
        ::close(folder);
    }
    return true;
}

bool FileWriter::overwrite() {
    struct ::stat fresh {};
    const int fd = ::open(mTarget.constData(), O_RDWR | O_CLOEXEC);
    struct ::stat old {};
    if (fd < 0 || ::fstat(mFd, &fresh) != 0 || ::fstat(fd, &old) != 0) {
        const int error = errno;
        if (fd >= 0) ::close(fd);
        return fail(error);
    }
    const auto closed = [fd](bool good) {
        const int error = errno;
        const bool shut = ::close(fd) == 0 || errno == EINTR;
        if (!good) errno = error;
        return good && shut;
    };
    // Room first: once it is there, writing over what stands there needs no more.
    const int room = fresh.st_size > old.st_size ? ::posix_fallocate(fd, 0, fresh.st_size) : 0;
    if (room != 0 && room != EOPNOTSUPP && room != EINVAL) {
        if (::ftruncate(fd, old.st_size) != 0)
            mWhy = tr("%1, and the file could not be set back").arg(qt_error_string(room));
        closed(true);
        return fail(room);
    }
    if (closed(copyAll(mFd, fd) && ::ftruncate(fd, fresh.st_size) == 0 && flushed(fd))) {
        discard();
        return true;
    }
    mError = errno;
    mWhy = tr("%1; the file may be incomplete now").arg(qt_error_string(mError));
    mHint = tr("What was to be written is in %1.").arg(pathFromBytes(mTemporary));
    mTemporary.clear(); // that copy is all that is left
    discard();
    return false;
}

bool FileWriter::readerGone() const { return mError == EPIPE; }

bool FileWriter::interrupted() const { return mError == EINTR; }

QString FileWriter::error() const {
    if (interrupted()) return tr("interrupted while its reader took nothing");
    return mWhy.isEmpty() ? qt_error_string(mError) : mWhy;
}

QString FileWriter::hint() const {
    if (!mHint.isEmpty()) return mHint;
    const bool there = QFileInfo::exists(mPath);
    const QString kept = mKind == Kind::File && there ? tr(" The file is as it was before.") : QString();
    switch (mError) {
    case ENOSPC:
    case EDQUOT: return tr("Make room there, or choose a place on another disk.") + kept;
    case EFBIG:
        return tr("A limit on the size of files is set (ulimit -f); choose a place without one, or write less.") + kept;
    case EACCES:
    case EPERM: return tr("Check who may write there, or choose another place.") + kept;
    case EROFS: return tr("That disk is read-only; choose another place.") + kept;
    case ENOENT:
    case ENOTDIR: return tr("Check that the folder exists.");
    case EISDIR: return tr("This is a folder: give the name of a file.");
    case ENXIO:
    case ECONNREFUSED: return tr("Nothing reads at the other end; start the reader first.");
    case EPIPE: return tr("The reader has closed the pipe.");
    case EINTR: return tr("What it had taken until then is all that it gets.");
    default: return tr("Choose another place, or try again.") + kept;
    }
}

bool FileWriter::isStandardOutput(const QString& path) {
    for (const char* name : {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})
        if (path == QLatin1String(name)) return true;
    return false;
}

bool FileWriter::sameFile(const QString& a, const QString& b) {
    const QByteArray first = pathBytes(a), second = pathBytes(b);
    struct ::stat one {
    }, other{};
    const bool here = ::stat(first.constData(), &one) == 0, there = ::stat(second.constData(), &other) == 0;
    if (here != there) return false;
    if (here) return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    const auto place = [](const QByteArray& path) {
        const QByteArray file = behindLinks(path);
        char whole[PATH_MAX];
        const QByteArray folder = ::realpath(folderOf(file).constData(), whole) ? QByteArray(whole) : folderOf(file);
        return folder + '/' + file.mid(file.lastIndexOf('/') + 1);
    };
    return place(first) == place(second);
}

} // namespace model::io
