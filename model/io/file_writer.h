// Writing a file whole or not at all, whatever the file is: the one way in which the program writes.
#pragma once

#include <QByteArray>
#include <QCoreApplication>
#include <QString>

#include <cstdint>
#include <span>

struct stat;

namespace model::io {

/// FileWriter writes beside the file and puts the new one in its place when everything is on the disk; until then, and
/// when anything fails, the file stays as it was. Mode, owner, extended attributes and symbolic links are kept. A file
/// that has other hard links, or stands in a folder that may not be written, is overwritten in place, after the new
/// content was kept elsewhere. Devices, FIFOs and sockets are written to and never replaced. "-", or /dev/stdout, is
/// standard output.
class FileWriter {
    Q_DECLARE_TR_FUNCTIONS(model::io::FileWriter)
public:
    enum class Access : std::uint8_t { Ordinary, Secret }; ///< Secret: a new file is its owner's alone (mode 600)
    /// What stands at the path, and so how it is written.
    enum class Kind : std::uint8_t { File, Stream, StandardOutput };

    explicit FileWriter(QString path, Access access = Access::Ordinary) : mPath(std::move(path)), mAccess(access) {}
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;

    /// open finds out whether the file can be written, before anything is lost or computed; false: error() says why. A
    /// FIFO waits for its reader.
    bool open();
    /// write appends; false when it could not, and then for good.
    bool write(std::span<const std::uint8_t> bytes);
    bool write(const QByteArray& bytes) {
        return write({reinterpret_cast<const std::uint8_t*>(bytes.constData()), std::size_t(bytes.size())});
    }
    /// settle waits until what was written is on the disk, so that commit has little left to do between a last look at
    /// the file and its replacement; commit does it otherwise.
    bool settle();
    /// commit puts what was written in the place of the file; false when it could not, and the file is as before.
    bool commit();

    const QString& path() const { return mPath; }
    Kind kind() const { return mKind; }
    bool failed() const { return mError != 0 || !mWhy.isEmpty(); }
    /// readerGone: who read the pipe has closed it, which is no fault of ours.
    bool readerGone() const;
    /// interrupted: the program was told to end while whoever reads took nothing, or was not there yet.
    bool interrupted() const;
    /// error is why it failed, as the system words it: "No space left on device".
    QString error() const;
    /// hint is what to do about it.
    QString hint() const;

    /// isStandardOutput tells "-" and the names under which Linux has standard output as a file.
    static bool isStandardOutput(const QString& path);
    /// sameFile tells whether two paths lead to one file, by whatever names and links; also when it does not exist yet.
    static bool sameFile(const QString& a, const QString& b);

private:
    bool fail(int error);
    bool openBeside();
    bool openAside();
    bool takeOver(const struct ::stat& old, int fd) const;
    bool overwrite();
    void discard();

    QString mPath;
    Access mAccess;
    Kind mKind = Kind::File;
    QByteArray mTarget;    ///< the file itself, behind symbolic links
    QByteArray mTemporary; ///< what is written until commit; empty for streams
    int mFd = -1;
    bool mSettled = false;
    bool mInPlace = false; ///< the temporary file is copied over the target
    int mError = 0;        ///< errno
    QString mWhy, mHint;   ///< where errno does not say it
};

} // namespace model::io
