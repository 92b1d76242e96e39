#include "model/document/recovery.h"

#include "model/io/file_writer.h"
#include "model/io/lab_file.h"
#include "model/io/path.h"
#include "model/io/state_folder.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QStringDecoder>
#include <QThreadPool>

#include <atomic>
#include <functional>

#include <fcntl.h>
#include <mutex>
#include <sys/file.h>
#include <unistd.h>

namespace model::document {

namespace {

constexpr int kDelay = 400; // ms after the first edit: with the writing, well within a second

/// folder is where the copies are; empty when there can be none.
QString folder() {
    const QString state = io::stateFolder();
    if (state.isEmpty()) return {};
    const QString copies = state + QStringLiteral("/recovery");
    return QDir().mkpath(copies) ? copies : QString();
}

/// lockFile takes a lock that ends with the process, however that ends; null: another process has it.
std::shared_ptr<void> lockFile(const QString& path) {
    const int fd = ::open(io::pathBytes(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return nullptr;
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return nullptr;
    }
    return {new int(fd), [](void* p) {
                ::close(*static_cast<int*>(p));
                delete static_cast<int*>(p);
            }};
}

QString lockOf(const QString& copy) { return copy.chopped(5) + QStringLiteral(".lock"); }

/// textOf keeps a byte order mark, too: what is read again is what was written.
QString decoded(const QByteArray& bytes) {
    QStringDecoder utf8(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    return utf8(bytes);
}

/// Snapshot is what a copy is made of: values, which a thread can work on.
struct Snapshot {
    QByteArray base, path;
    QString name;
    std::function<QByteArray()> text;
};

} // namespace

/// Writer is shared with the thread that writes; one of the two may go before the other.
struct Recovery::Writer {
    std::mutex writing; ///< held while the copy is written or removed
    QString file;
    std::shared_ptr<void> lock;
    std::uint64_t wanted = 0, done = 0; ///< numbers of snapshots, under the mutex
    bool busy = false;                  ///< of the window's thread alone

    /// keep writes a snapshot unless a later one, or none, is wanted by now; empty, or why it could not.
    QString keep(std::uint64_t number, const Snapshot& snapshot) {
        const QByteArray text = snapshot.text();
        const QJsonObject copy{{"base", decoded(snapshot.base)},
                               {"name", snapshot.name},
                               {"path", QString::fromLatin1(snapshot.path.toBase64())},
                               {"text", decoded(text)},
                               {"when", QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs)}};
        const std::lock_guard guard(writing);
        if (number != wanted) return {};
        if (file.isEmpty() && !begin())
            return tr("%1 cannot be written").arg(QStringLiteral("$XDG_STATE_HOME/packetarium/recovery"));
        io::FileWriter out(file, io::FileWriter::Access::Secret);
        if (out.open() && out.write(QJsonDocument(copy).toJson(QJsonDocument::Compact)) && out.commit()) return {};
        return out.error();
    }
    bool begin() {
        static std::atomic<int> number{0};
        const QString where = folder();
        if (where.isEmpty()) return false;
        const QString name = QStringLiteral("%1/%2-%3-%4.json")
                                 .arg(where)
                                 .arg(QDateTime::currentMSecsSinceEpoch())
                                 .arg(QCoreApplication::applicationPid())
                                 .arg(number++);
        lock = lockFile(lockOf(name));
        if (!lock) return false;
        file = name;
        return true;
    }
    void remove() {
        const std::lock_guard guard(writing);
        ++wanted;
        if (file.isEmpty()) return;
        QFile::remove(file);
        QFile::remove(lockOf(file));
        lock.reset();
        file.clear();
    }
};

Recovery::Recovery(Document& document, QObject* parent)
    : QObject(parent), mDocument(document), mWriter(std::make_shared<Writer>()) {
    mTimer.setSingleShot(true);
    mTimer.setInterval(kDelay);
    connect(&mTimer, &QTimer::timeout, this, [this] {
        if (mWriter->busy) {
            mTimer.start(); // that of before is still being written
            return;
        }
        auto writer = mWriter;
        auto snapshot = std::make_shared<Snapshot>(
            Snapshot{mDocument.base(), io::pathBytes(mDocument.path()), mName, mDocument.textLater()});
        std::uint64_t number = 0;
        {
            const std::lock_guard guard(writer->writing);
            number = ++writer->wanted;
        }
        writer->busy = true;
        const QPointer<Recovery> self(this);
        QThreadPool::globalInstance()->start([writer, snapshot, number, self] {
            const QString why = writer->keep(number, *snapshot);
            QMetaObject::invokeMethod(
                qApp,
                [writer, self, why] {
                    writer->busy = false;
                    if (!self || why.isEmpty() || self->mFailed) return;
                    self->mFailed = true;
                    emit self->failed(why);
                },
                Qt::QueuedConnection);
        });
    });
    connect(&document, &Document::changed, this, &Recovery::onChanged);
    connect(&document.undoStack(), &QUndoStack::cleanChanged, this, &Recovery::onChanged);
    connect(&document.undoStack(), &QUndoStack::indexChanged, this, &Recovery::onChanged);
}

Recovery::~Recovery() = default; // a copy that is there stays: whoever discards the changes says so

void Recovery::onChanged() {
    if (!mDocument.isModified())
        discard();
    else if (!mTimer.isActive())
        mTimer.start(); // and not anew with each edit: somebody who goes on for minutes wants a copy, too
}

void Recovery::discard() {
    mTimer.stop();
    mWriter->remove();
}

bool Recovery::writeNow() {
    mTimer.stop();
    std::uint64_t number = 0;
    {
        const std::lock_guard guard(mWriter->writing);
        number = ++mWriter->wanted;
    }
    return mWriter->keep(number, {mDocument.base(), io::pathBytes(mDocument.path()), mName, mDocument.textLater()})
        .isEmpty();
}

std::vector<Abandoned> Recovery::abandoned() {
    std::vector<Abandoned> found;
    const QString where = folder();
    if (where.isEmpty()) return found;
    for (const QString& name :
         QDir(where).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name | QDir::Reversed)) {
        Abandoned copy;
        copy.file = where + u'/' + name;
        copy.claim = lockFile(lockOf(copy.file));
        if (!copy.claim) continue;
        QFile file(copy.file);
        if (!file.open(QIODevice::ReadOnly)) continue;
        const auto json = QJsonDocument::fromJson(file.readAll()).object();
        copy.path = io::pathFromBytes(QByteArray::fromBase64(json["path"].toString().toLatin1()));
        copy.name = json["name"].toString();
        copy.when = QDateTime::fromString(json["when"].toString(), Qt::ISODateWithMs).toLocalTime();
        copy.base = json["base"].toString().toUtf8();
        copy.text = json["text"].toString().toUtf8();
        // What was saved after all needs no offer.
        io::Problem problem;
        QByteArray saved;
        const bool same = !copy.path.isEmpty() && io::readBytes(copy.path, &saved, &problem) && saved == copy.text;
        if (copy.text.isEmpty() || same)
            forget(copy);
        else
            found.push_back(std::move(copy));
    }
    return found;
}

void Recovery::forget(const Abandoned& copy) {
    QFile::remove(copy.file);
    QFile::remove(lockOf(copy.file));
}

} // namespace model::document
