// The open lab: its value, its undo stack, its file. Views listen to changed() and never edit by themselves.
#pragma once

#include "model/io/problem.h"
#include "model/lab/lab.h"

#include <QByteArray>
#include <QObject>
#include <QUndoStack>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

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

/// OnDisk is what has become of the file since it was read or saved here.
enum class OnDisk : std::uint8_t {
    NoFile, ///< the lab was never saved
    Same,
    Changed,      ///< it holds something else now
    Missing,      ///< it was removed or renamed
    FolderMissing ///< with the folder that it stood in
};

/// Over says what a save may replace.
enum class Over : std::uint8_t {
    Known,   ///< the file as it was read or saved here; another program's work is not replaced
    Anything ///< somebody was asked
};

/// Document is a lab with its file, its undo stack and its recovery copy; views show it and learn of each change.
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
    /// isReadOnly: the file is of a newer version of the program than this one, and nothing is changed in it.
    bool isReadOnly() const { return mReadOnly; }
    /// warnings are what was odd about the file that was opened: unknown keys, a newer version.
    const std::vector<io::Problem>& warnings() const { return mWarnings; }

    /// clear begins a new, empty lab, whose devices get their addresses by themselves.
    void clear();
    /// open replaces the lab by the one in the file; on failure nothing changes and problem says why.
    bool open(const QString& path, io::Problem* problem);
    /// openText is open for a text that is no file (a built-in lab); the document has no path then.
    bool openText(const QByteArray& text, const QString& name, io::Problem* problem);
    /// restore opens a recovery copy: text is the lab as it was, unsaved; path its file, if any, and base what that
    /// file held when it was read. The document is modified then.
    bool restore(const QByteArray& text, const QString& path, const QByteArray& base, io::Problem* problem);
    /// save writes whole or not at all; it changes only the lines of what was edited. Over the document's own path it
    /// replaces only what it knows and what somebody has accepted to lose, unless told otherwise.
    bool save(const QString& path, io::Problem* problem, Over over = Over::Known,
              const std::optional<QByteArray>& accepted = {});
    /// saveCopy writes the lab in the format of this program, without what of a newer format it cannot carry.
    bool saveCopy(const QString& path, io::Problem* problem) const;
    /// text is what save would write now; base what was read or saved last (empty: nothing yet).
    QByteArray text() const;
    /// textLater is text as it is now, to be made by another thread.
    std::function<QByteArray()> textLater() const;
    const QByteArray& base() const { return mBase; }
    /// onDisk looks at the file; on is what it holds now, when it can be read.
    OnDisk onDisk(QByteArray* on = nullptr) const;
    /// setUnsaved makes the document count as modified although nothing was edited: its file holds something else.
    void setUnsaved() { mUndoStack.resetClean(); }

    /// newNodeId and newLinkId were never given out before in this document.
    lab::NodeId newNodeId();
    lab::LinkId newLinkId();

    /// push does a step that can be undone; not in a lab that is read-only.
    void push(std::unique_ptr<QUndoCommand> step);
    /// apply puts another value in the place of the lab and tells the views; for commands only.
    void apply(lab::Lab lab, const Change& change);

signals:
    void changed(const model::document::Change& change);
    void pathChanged(const QString& path);
    /// saved: the file holds what is open here.
    void saved();
    /// refused: somebody tried to change a lab that is read-only.
    void refused();

private:
    struct Source; // the text the lab was read from, for saving with small changes
    bool mayReplace(const QString& path, const std::optional<QByteArray>& accepted, io::Problem* problem) const;
    static bool write(const QString& path, const QByteArray& text, io::Problem* problem,
                      const std::function<bool()>& mayReplace = {});
    void adopt(lab::Lab lab, std::shared_ptr<const Source> source, const QString& path);
    lab::Lab mLab;
    QUndoStack mUndoStack;
    QString mPath;
    bool mReadOnly = false;
    std::vector<io::Problem> mWarnings;
    std::shared_ptr<const Source> mSource;
    QByteArray mBase; ///< what the file held when it was read or saved
    std::uint32_t mNextNode = 1, mNextLink = 1;
};

} // namespace model::document
