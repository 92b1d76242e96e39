// What survives a crash: a copy of an unsaved lab, kept beside nobody's work, in the program's own folder.
#pragma once

#include "model/document/document.h"

#include <QDateTime>
#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace model::document {

/// Abandoned is the copy of a lab whose program ended without saving or discarding it. As long as it is held, no other
/// window offers it.
struct Abandoned {
    QString file; ///< the copy
    QString path; ///< of the lab; empty: it was never saved
    QString name; ///< how the lab was called on the screen
    QDateTime when;
    QByteArray base; ///< what the lab's file held when it was read
    QByteArray text; ///< the lab, unsaved
    std::shared_ptr<void> claim;
};

/// Recovery keeps a copy of a document within a second of an edit, as long as the document is modified: written by a
/// thread of its own, readable by its owner alone, and gone when the lab was saved or its changes discarded.
class Recovery : public QObject {
    Q_OBJECT
public:
    explicit Recovery(Document& document, QObject* parent = nullptr);
    ~Recovery() override;

    /// setName is how the lab is called on the screen.
    void setName(const QString& name) { mName = name; }
    /// discard forgets the copy: the changes are not wanted.
    void discard();
    /// writeNow keeps a copy before this returns; false when it could not.
    bool writeNow();

    /// abandoned lists the copies that nobody works on any more, the newest first.
    static std::vector<Abandoned> abandoned();
    /// forget deletes one.
    static void forget(const Abandoned& copy);

signals:
    /// failed: no copy can be kept; why is said once.
    void failed(const QString& why);

private:
    struct Writer;
    void onChanged();

    Document& mDocument;
    QString mName;
    QTimer mTimer;
    std::shared_ptr<Writer> mWriter;
    bool mFailed = false;
};

} // namespace model::document
