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

Document::Document(QObject* parent) : QObject(parent) {}
Document::~Document() = default;

void Document::clear() {
    mWarnings.clear();
    mReadOnly = false;
    adopt({}, nullptr, {});
}

bool Document::open(const QString& path, io::Problem* problem) {
    io::Problem own;
    if (!problem) problem = &own;
    QByteArray text;
    io::ReadLab read;
    if (!io::readBytes(path, &text, problem) || !io::readLab(text, path, &read, problem)) return false;
    mReadOnly = read.newer;
    mWarnings = std::move(read.warnings);
    auto source = std::make_unique<Source>(Source{text, read.lab});
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
    auto source = std::make_unique<Source>(Source{text, read.lab});
    adopt(std::move(read.lab), std::move(source), {});
    return true;
}

bool Document::save(const QString& path, io::Problem* problem) {
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
    const QByteArray text = mSource ? io::patchLab(mSource->text, mSource->lab, mLab) : io::writeLab(mLab);
    io::FileWriter file(path);
    if (!file.open() || !file.write(text) || !file.commit()) {
        problem->message = tr("The lab could not be saved: %1.").arg(file.error());
        problem->hint = file.hint();
        return false;
    }
    mSource = std::make_unique<Source>(Source{text, mLab});
    mUndoStack.setClean();
    if (mPath != path) {
        mPath = path;
        emit pathChanged(mPath);
    }
    return true;
}

lab::NodeId Document::newNodeId() { return {mNextNode++}; }
lab::LinkId Document::newLinkId() { return {mNextLink++}; }

void Document::apply(lab::Lab lab, const Change& change) {
    mLab = std::move(lab);
    emit changed(change);
}

void Document::adopt(lab::Lab lab, std::unique_ptr<Source> source, const QString& path) {
    // Commands of the lab before refer to nothing in this one.
    mUndoStack.clear();
    mLab = std::move(lab);
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
