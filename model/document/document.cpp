#include "model/document/document.h"

#include "model/io/file_writer.h"
#include "model/io/lab_file.h"

#include <QFileInfo>

#include <algorithm>

namespace model::document {

/// Source is the text that the lab was read from or saved as, and the lab as it was then.
struct Document::Source {
    QByteArray text;
    lab::Lab lab;
};

namespace {
template <class Source>
QByteArray textOf(const Source* source, const lab::Lab& lab) {
    return source ? io::patchLab(source->text, source->lab, lab) : io::writeLab(lab);
}
} // namespace

Document::Document(QObject* parent) : QObject(parent) {}
Document::~Document() = default;

void Document::clear() {
    mWarnings.clear();
    mReadOnly = false;
    lab::Lab fresh;
    fresh.addressing = lab::Addressing::Automatic;
    adopt(std::move(fresh), nullptr, {});
}

bool Document::open(const QString& path, io::Problem* problem) {
    io::Problem own;
    if (!problem) problem = &own;
    QByteArray text;
    io::ReadLab read;
    if (!io::readBytes(path, &text, problem) || !io::readLab(text, path, &read, problem)) return false;
    mReadOnly = read.newer;
    mWarnings = std::move(read.warnings);
    auto source = std::make_shared<const Source>(Source{text, read.lab});
    adopt(std::move(read.lab), std::move(source), path);
    return true;
}

bool Document::openText(const QByteArray& text, const QString& name, io::Problem* problem) {
    io::Problem own;
    if (!problem) problem = &own;
    io::ReadLab read;
    if (!io::readLab(text, name, &read, problem)) return false;
    mReadOnly = read.newer;
    mWarnings = std::move(read.warnings);
    auto source = std::make_shared<const Source>(Source{text, read.lab});
    adopt(std::move(read.lab), std::move(source), {});
    return true;
}

bool Document::restore(const QByteArray& text, const QString& path, const QByteArray& base, io::Problem* problem) {
    io::Problem own;
    if (!problem) problem = &own;
    io::ReadLab read;
    if (!io::readLab(text, path, &read, problem)) return false;
    auto source = std::make_shared<const Source>(Source{text, read.lab});
    mReadOnly = false;
    mWarnings = std::move(read.warnings);
    adopt(std::move(read.lab), std::move(source), path);
    mBase = base;
    setUnsaved();
    return true;
}

QByteArray Document::text() const { return textOf(mSource.get(), mLab); }

std::function<QByteArray()> Document::textLater() const {
    return [source = mSource, lab = mLab] { return textOf(source.get(), lab); };
}

OnDisk Document::onDisk(QByteArray* on) const {
    if (mPath.isEmpty()) return OnDisk::NoFile;
    io::Problem problem;
    QByteArray now;
    if (!io::readBytes(mPath, &now, &problem)) {
        if (!problem.missing) return OnDisk::Changed; // a folder of that name, or nobody may read it any more
        return QFileInfo(QFileInfo(mPath).absolutePath()).isDir() ? OnDisk::Missing : OnDisk::FolderMissing;
    }
    if (on) *on = now;
    return now == mBase ? OnDisk::Same : OnDisk::Changed;
}

bool Document::mayReplace(const QString& path, const std::optional<QByteArray>& accepted, io::Problem* problem) const {
    QByteArray now;
    if (path != mPath || onDisk(&now) != OnDisk::Changed || (accepted && now == *accepted)) return true;
    problem->message = tr("The lab was not saved: another program has changed the file since it was read here.");
    problem->hint = tr("Reload it, or save here what is open all the same.");
    return false;
}

bool Document::save(const QString& path, io::Problem* problem, Over over, const std::optional<QByteArray>& accepted) {
    io::Problem own;
    if (!problem) problem = &own;
    *problem = {};
    problem->file = path;
    if (mReadOnly) {
        problem->message = tr("This lab was made by a newer version of Packetarium and is open read-only.");
        problem->hint = tr("Saving it here would lose what this version does not know; copy the file instead.");
        return false;
    }
    if (const QFileInfo there(path); there.exists() && !there.isFile()) {
        problem->message = tr("The lab could not be saved: this is not an ordinary file.");
        problem->hint = tr("Choose another name, such as home.lab.yaml.");
        return false;
    }
    const auto allowed = [&] { return over == Over::Anything || mayReplace(path, accepted, problem); };
    if (!allowed()) return false;
    const QByteArray text = this->text();
    if (!write(path, text, problem, allowed)) return false;
    mSource = std::make_shared<const Source>(Source{text, mLab});
    mBase = text;
    mUndoStack.setClean();
    if (mPath != path) {
        mPath = path;
        emit pathChanged(mPath);
    }
    emit saved();
    return true;
}

bool Document::saveCopy(const QString& path, io::Problem* problem) const {
    *problem = {};
    problem->file = path;
    return write(path, io::writeLab(mLab), problem);
}

bool Document::write(const QString& path, const QByteArray& text, io::Problem* problem,
                     const std::function<bool()>& mayReplace) {
    io::FileWriter file(path);
    const bool ready = file.open() && file.write(text) && file.settle();
    // The disk takes its time: another program may have come in between.
    if (ready && mayReplace && !mayReplace()) return false;
    if (ready && file.commit()) return true;
    problem->message = tr("The lab could not be saved: %1.").arg(file.error());
    problem->hint = file.hint();
    return false;
}

void Document::push(std::unique_ptr<QUndoCommand> step) {
    if (mReadOnly)
        emit refused();
    else
        mUndoStack.push(step.release());
}

lab::NodeId Document::newNodeId() { return {mNextNode++}; }
lab::LinkId Document::newLinkId() { return {mNextLink++}; }

void Document::apply(lab::Lab lab, const Change& change) {
    mLab = std::move(lab);
    emit changed(change);
}

void Document::adopt(lab::Lab lab, std::shared_ptr<const Source> source, const QString& path) {
    // Commands of the lab before refer to nothing in this one.
    mUndoStack.clear();
    mLab = std::move(lab);
    mBase = source ? source->text : QByteArray();
    mSource = std::move(source);
    for (const auto& node : mLab.nodes)
        mNextNode = std::max(mNextNode, node.id.value + 1);
    for (const auto& link : mLab.links)
        mNextLink = std::max(mNextLink, link.id.value + 1);
    Change change;
    change.flags = Change::Everything;
    const bool moved = mPath != path;
    mPath = path;
    emit changed(change);
    if (moved) emit pathChanged(mPath);
}

} // namespace model::document
