#include "ui/shared/selection.h"

#include "model/document/document.h"

namespace ui::shared {

Selection::Selection(model::document::Document& document, QObject* parent) : QObject(parent), mDocument(document) {
    connect(&document, &model::document::Document::changed, this, &Selection::forgetMissing);
}

void Selection::set(std::set<model::lab::NodeId> nodes, std::set<model::lab::LinkId> links) {
    if (nodes == mNodes && links == mLinks) return;
    mNodes = std::move(nodes);
    mLinks = std::move(links);
    emit changed();
}

void Selection::toggle(model::lab::NodeId node) {
    if (!mNodes.erase(node)) mNodes.insert(node);
    emit changed();
}

void Selection::toggle(model::lab::LinkId link) {
    if (!mLinks.erase(link)) mLinks.insert(link);
    emit changed();
}

void Selection::setCurrentRecord(qint64 record) {
    if (record == mCurrentRecord) return;
    mCurrentRecord = record;
    emit currentRecordChanged(record);
}

void Selection::forgetMissing(const model::document::Change& change) {
    if (!(change.flags & model::document::Change::Structure)) return;
    const auto& lab = mDocument.lab();
    const auto before = mNodes.size() + mLinks.size();
    std::erase_if(mNodes, [&](model::lab::NodeId id) { return !lab.node(id); });
    std::erase_if(mLinks, [&](model::lab::LinkId id) { return !lab.link(id); });
    if (mNodes.size() + mLinks.size() != before) emit changed();
}

} // namespace ui::shared
