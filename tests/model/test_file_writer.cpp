// Files that are written whole or not at all, whatever stands in their place and however the disk fails.
#include "model/io/file_writer.h"
#include "model/io/lab_file.h"
#include "model/io/path.h"
#include "tests/model/file_text.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using model::io::FileWriter;

using tests::get;
using tests::put;

namespace {

bool write(FileWriter& file, const QByteArray& text) { return file.open() && file.write(text) && file.commit(); }

struct ::stat statOf(const QString& path) {
    struct ::stat info {};
    ::stat(model::io::pathBytes(path).constData(), &info);
    return info;
}

/// Limited lets files grow to so many bytes and no further, as a full disk does.
class Limited {
public:
    explicit Limited(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &mBefore);
        const rlimit now{bytes, mBefore.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~Limited() { ::setrlimit(RLIMIT_FSIZE, &mBefore); }
    Limited(const Limited&) = delete;
    Limited& operator=(const Limited&) = delete;

private:
    rlimit mBefore{};
};

} // namespace

class TestFileWriter : public QObject {
    Q_OBJECT
private slots:
    void init() {
        mFolder.emplace();
        qputenv("XDG_STATE_HOME", mFolder->filePath("state").toUtf8());
        mPath = mFolder->filePath("a.lab.yaml");
    }
    void cleanup() { mFolder.reset(); }

    void newFile_written_hasTheUmasksModeAndNothingStaysBeside() {
        const mode_t before = ::umask(027);
        FileWriter file(mPath);
        const bool good = write(file, "text");
        ::umask(before);
        QVERIFY(good);
        QCOMPARE(get(mPath), QByteArray("text"));
        QCOMPARE(int(statOf(mPath).st_mode & 07777), 0640);
        QCOMPARE(QDir(mFolder->path()).entryList(QDir::Files | QDir::Hidden), QStringList{"a.lab.yaml"});
    }

    void secret_written_isItsOwnersAlone() {
        FileWriter file(mPath, FileWriter::Access::Secret);
        QVERIFY(write(file, "key"));
        QCOMPARE(int(statOf(mPath).st_mode & 07777), 0600);
        put(mPath, "old");
        QFile::setPermissions(mPath, QFile::Permissions(0x6444));
        FileWriter again(mPath, FileWriter::Access::Secret);
        QVERIFY(write(again, "key"));
        QCOMPARE(int(statOf(mPath).st_mode & 07777), 0600);
    }

    void fullDisk_smallText_isAnErrorAndTheFileStays() {
        put(mPath, "old");
        FileWriter file(mPath);
        {
            const Limited limited(2);
            QVERIFY(!write(file, "longer than two bytes"));
        }
        QCOMPARE(file.error(), QStringLiteral("File too large"));
        QVERIFY(file.hint().contains("as it was before"));
        QCOMPARE(get(mPath), QByteArray("old"));
        QCOMPARE(QDir(mFolder->path()).entryList(QDir::Files | QDir::Hidden), QStringList{"a.lab.yaml"});
    }

    void oldFile_replaced_keepsItsMode() {
        put(mPath, "old");
        ::chmod(mPath.toUtf8().constData(), 0751);
        FileWriter file(mPath);
        QVERIFY(write(file, "new"));
        QCOMPARE(get(mPath), QByteArray("new"));
        QCOMPARE(int(statOf(mPath).st_mode & 07777), 0751);
    }

    void hardLink_written_staysOne() {
        put(mPath, "old and longer");
        const QString other = mFolder->filePath("other");
        QCOMPARE(::link(mPath.toUtf8().constData(), other.toUtf8().constData()), 0);
        FileWriter file(mPath);
        QVERIFY(write(file, "new"));
        QCOMPARE(get(other), QByteArray("new"));
        QCOMPARE(statOf(mPath).st_ino, statOf(other).st_ino);
        QVERIFY(QDir(mFolder->filePath("state/packetarium")).isEmpty());
    }

    void hardLink_fullDisk_staysAsItWas() {
        put(mPath, "old");
        const QString other = mFolder->filePath("other");
        QCOMPARE(::link(mPath.toUtf8().constData(), other.toUtf8().constData()), 0);
        FileWriter file(mPath);
        QVERIFY(file.open());
        QVERIFY(file.write(QByteArray(100, 'n')));
        {
            const Limited limited(50);
            QVERIFY(!file.commit());
        }
        QCOMPARE(get(other), QByteArray("old"));
    }

    void symbolicLink_written_leadsToTheNewText() {
        QVERIFY(QDir(mFolder->path()).mkdir("deep"));
        const QString target = mFolder->filePath("deep/real");
        put(target, "old");
        QVERIFY(QFile::link(QStringLiteral("deep/real"), mPath));
        FileWriter file(mPath);
        QVERIFY(write(file, "new"));
        QVERIFY(QFileInfo(mPath).isSymLink());
        QCOMPARE(get(target), QByteArray("new"));
        // One that leads nowhere yet makes the file where it points.
        const QString dangling = mFolder->filePath("dangling");
        QVERIFY(QFile::link(QStringLiteral("deep/later"), dangling));
        FileWriter later(dangling);
        QVERIFY(write(later, "text"));
        QCOMPARE(get(mFolder->filePath("deep/later")), QByteArray("text"));
    }

    void folderWithoutPermission_ownFileInIt_isOverwrittenInPlace() {
        if (::geteuid() == 0 && ::setresuid(65534, 65534, 0) != 0) QFAIL("cannot become another user");
        struct Back {
            ~Back() {
                if (::setresuid(0, 0, 0) != 0) qFatal("still somebody else");
            }
        };
        std::optional<Back> back;
        if (::geteuid() == 65534) back.emplace();
        QTemporaryDir mine;
        QVERIFY(mine.isValid());
        qputenv("XDG_STATE_HOME", mine.path().toUtf8());
        const QString folder = mine.filePath("closed"), path = folder + "/a.lab.yaml";
        QVERIFY(QDir().mkdir(folder));
        put(path, "old text");
        ::chmod(folder.toUtf8().constData(), 0555);
        const auto before = statOf(path).st_ino;
        FileWriter file(path);
        QVERIFY2(write(file, "new"), qPrintable(file.error()));
        QCOMPARE(get(path), QByteArray("new"));
        QCOMPARE(statOf(path).st_ino, before);
        FileWriter other(folder + "/b.lab.yaml");
        QVERIFY(!other.open());
        QCOMPARE(other.error(), QStringLiteral("Permission denied"));
        ::chmod(folder.toUtf8().constData(), 0755);
    }

    void fifo_written_staysAFifo() {
        QCOMPARE(::mkfifo(mPath.toUtf8().constData(), 0600), 0);
        const int reader = ::open(mPath.toUtf8().constData(), O_RDONLY | O_NONBLOCK);
        FileWriter file(mPath);
        QVERIFY(write(file, "through"));
        QCOMPARE(file.kind(), FileWriter::Kind::Stream);
        char text[32] = {};
        QCOMPARE(int(::read(reader, text, sizeof(text))), 7);
        ::close(reader);
        QVERIFY(S_ISFIFO(statOf(mPath).st_mode));
    }

    void socket_written_hearsIt() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const QByteArray name = mPath.toUtf8();
        std::copy(name.begin(), name.end(), address.sun_path);
        const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
        QCOMPARE(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
        FileWriter early(mPath);
        QVERIFY(!early.open());
        QCOMPARE(early.error(), QStringLiteral("Connection refused"));
        QCOMPARE(::listen(listener, 1), 0);
        FileWriter file(mPath);
        QVERIFY(write(file, "through"));
        const int connection = ::accept(listener, nullptr, nullptr);
        char text[32] = {};
        QCOMPARE(int(::read(connection, text, sizeof(text))), 7);
        ::close(connection);
        ::close(listener);
        QVERIFY(S_ISSOCK(statOf(mPath).st_mode));
    }

    void device_written_staysADevice() {
        FileWriter file("/dev/null");
        QVERIFY(write(file, "gone"));
        QVERIFY(S_ISCHR(statOf("/dev/null").st_mode));
        FileWriter full("/dev/full");
        QVERIFY(!write(full, "no room"));
        QCOMPARE(full.error(), QStringLiteral("No space left on device"));
    }

    void placeThatCannotBe_opened_isSaid() {
        QVERIFY(QDir(mFolder->path()).mkdir("folder"));
        const std::pair<QString, QString> places[] = {{mFolder->path(), "Is a directory"},
                                                      {mFolder->filePath("no/such/place"), "No such file or directory"},
                                                      {mFolder->filePath("new/"), "No such file or directory"},
                                                      {mFolder->filePath("folder/"), "Is a directory"},
                                                      {QString(), "No such file or directory"}};
        for (const auto& [place, why] : places) {
            FileWriter file(place);
            QVERIFY2(!file.open(), qPrintable(place));
            QVERIFY(!file.hint().isEmpty());
            if (place != mFolder->filePath("new/")) QCOMPARE(file.error(), why);
        }
    }

    void writer_leftBeforeCommit_changesNothing() {
        put(mPath, "old");
        {
            FileWriter file(mPath);
            QVERIFY(file.open() && file.write(QByteArray("half")));
        }
        QCOMPARE(get(mPath), QByteArray("old"));
        QCOMPARE(QDir(mFolder->path()).entryList(QDir::Files | QDir::Hidden), QStringList{"a.lab.yaml"});
    }

    void sameFile_byOtherNames_isFound() {
        put(mPath, "x");
        const QString link = mFolder->filePath("link"), hard = mFolder->filePath("hard");
        QVERIFY(QFile::link(mPath, link));
        QCOMPARE(::link(mPath.toUtf8().constData(), hard.toUtf8().constData()), 0);
        QVERIFY(FileWriter::sameFile(mPath, link));
        QVERIFY(FileWriter::sameFile(hard, link));
        QVERIFY(FileWriter::sameFile(mFolder->filePath("new"), mFolder->filePath("./new")));
        QVERIFY(!FileWriter::sameFile(mFolder->filePath("new"), mPath));
    }

    void nameThatIsNotUtf8_keepsItsBytes() {
        for (const QByteArray& bytes :
             {QByteArray("caf\xe9.lab.yaml"), QByteArray("a\xff\xfe/b"), QByteArray("\xc3\xa9\xf0\x9f\x90\xa7"),
              QByteArray("\xef\xbf\xbd"), QByteArray("\xed\xb2\x80"), QByteArray("\xc3"), QByteArray("\xf0\x9f")})
            QCOMPARE(model::io::pathBytes(model::io::pathFromBytes(bytes)).toHex(), bytes.toHex());
        const QString path = mFolder->path() + model::io::pathFromBytes("/caf\xe9.lab.yaml");
        FileWriter file(path);
        QVERIFY(write(file, "packetarium: 1\n"));
        QByteArray text;
        model::io::Problem problem;
        QVERIFY(model::io::readBytes(path, &text, &problem));
        QCOMPARE(text, QByteArray("packetarium: 1\n"));
        ::unlink(model::io::pathBytes(path).constData()); // Qt could not
    }

private:
    std::optional<QTemporaryDir> mFolder;
    QString mPath;
};

QTEST_GUILESS_MAIN(TestFileWriter)
#include "test_file_writer.moc"
