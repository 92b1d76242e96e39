// One selection for the whole window: what is chosen anywhere is chosen everywhere.
#pragma once

#include "model/lab/lab.h"

#include <QObject>

#include <set>

namespace model::document {
class Document;
struct Change;
} // namespace model::document

namespace ui::shared {

/// Selection holds the chosen nodes, links and record. Views change it and listen to it; none keeps its own.
class Selection : public QObject {
    Q_OBJECT
public:
    /// The selection drops what disappears from the document.
    explicit Selection(model::document::Document& document, QObject* parent = nullptr);

    const std::set<model::lab::NodeId>& nodes() const { return mNodes; }
    const std::set<model::lab::LinkId>& links() const { return mLinks; }
    bool isEmpty() const { return mNodes.empty() && mLinks.empty(); }
    bool contains(model::lab::NodeId node) const { return mNodes.count(node) != 0; }
    bool contains(model::lab::LinkId link) const { return mLinks.count(link) != 0; }
    /// node is the one chosen node; none when several, or something else, is chosen.
    model::lab::NodeId node() const {
        return mNodes.size() == 1 && mLinks.empty() ? *mNodes.begin() : model::lab::NodeId{};
    }
    model::lab::LinkId link() const {
        return mLinks.size() == 1 && mNodes.empty() ? *mLinks.begin() : model::lab::LinkId{};
    }
    /// currentRecord is the index of the chosen record in the run's log; -1: none.
    qint64 currentRecord() const { return mCurrentRecord; }

    void set(std::set<model::lab::NodeId> nodes, std::set<model::lab::LinkId> links = {});
    void select(model::lab::NodeId node) { set({node}); }
    void select(model::lab::LinkId link) { set({}, {link}); }
    void toggle(model::lab::NodeId node);
    void toggle(model::lab::LinkId link);
    void clear() { set({}); }
    void setCurrentRecord(qint64 record);

signals:
    /// changed: other nodes or links are chosen.
    void changed();
    void currentRecordChanged(qint64 record);

private:
    void forgetMissing(const model::document::Change& change);

    model::document::Document& mDocument;
    std::set<model::lab::NodeId> mNodes;
    std::set<model::lab::LinkId> mLinks;
    qint64 mCurrentRecord = -1;
};

} // namespace ui::shared
