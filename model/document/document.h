// The open lab: its value, its undo stack, its file. Views listen to changed() and never edit by themselves.
#pragma once

#include "model/io/problem.h"
#include "model/lab/lab.h"

#include <QObject>
#include <QUndoStack>

#include <memory>

namespace model::document {

/// Change says what a step did, so that views need not look at everything. Several flags may be set.
struct Change {
    enum Flag : unsigned {
        Moved = 1,      ///< positions of nodes, notes or areas: a running simulation does not mind
        Names = 2,      ///< a node, or the lab, is called otherwise
        Settings = 4,   ///< what nodes or links are configured as
        Structure = 8,  ///< something was added or removed
        Everything = 15 ///< another lab was opened
    };
    unsigned flags = 0;
    std::vector<lab::NodeId> nodes;
    std::vector<lab::LinkId> links;
    /// affectsRun tells whether what the simulation would do may be different now.
    bool affectsRun() const { return flags & (Names | Settings | Structure); }
};

class Document : public QObject {
    Q_OBJECT
public:
    explicit Document(QObject* parent = nullptr);
    ~Document() override;

    const lab::Lab& lab() const { return mLab; }
    QUndoStack& undoStack() { return mUndoStack; }
    /// path is empty for a lab that was never saved.
    const QString& path() const { return mPath; }
    bool isModified() const { return !mUndoStack.isClean(); }
    /// isReadOnly: the file is of a newer version of the program than this one.
    bool isReadOnly() const { return mReadOnly; }
    /// warnings are what was odd about the file that was opened: unknown keys, a newer version.
    const std::vector<io::Problem>& warnings() const { return mWarnings; }

    /// clear begins a new, empty lab.
    void clear();
    /// open replaces the lab by the one in the file; on failure nothing changes and problem says why.
    bool open(const QString& path, io::Problem* problem);
    /// openText is open for a text that is no file (a built-in lab); the document has no path then.
    bool openText(const QByteArray& text, const QString& name, io::Problem* problem);
    /// save writes whole or not at all (QSaveFile); it changes only the lines of what was edited.
    bool save(const QString& path, io::Problem* problem);

    /// newNodeId and newLinkId were never given out before in this document.
    lab::NodeId newNodeId();
    lab::LinkId newLinkId();

    /// apply puts another value in the place of the lab and tells the views; for commands only.
    void apply(lab::Lab lab, const Change& change);

signals:
    void changed(const model::document::Change& change);
    void pathChanged(const QString& path);

private:
    struct Source; // the text the lab was read from, for saving with small changes
    void adopt(lab::Lab lab, std::unique_ptr<Source> source, const QString& path);
    lab::Lab mLab;
    QUndoStack mUndoStack;
    QString mPath;
    bool mReadOnly = false;
    std::vector<io::Problem> mWarnings;
    std::unique_ptr<Source> mSource;
    std::uint32_t mNextNode = 1, mNextLink = 1;
};

} // namespace model::document
