#include "model/commands/swap_command.h"

#include "model/plan/plan.h"

#include <algorithm>
#include <map>
#include <set>

namespace model::commands {

SwapCommand::SwapCommand(document::Document& document, const lab::Lab& after, document::Change change,
                         const QString& text, int mergeId)
    : QUndoCommand(text), mDocument(document), mChange(std::move(change)), mMergeId(mergeId),
      mNodes(difference(document.lab().nodes, after.nodes)), mLinks(difference(document.lab().links, after.links)) {
    Rest before = rest(document.lab()), now = rest(after);
    if (!(before == now)) mRest.emplace(std::move(before), std::move(now));
}

template <class T>
std::vector<SwapCommand::Entry<T>> SwapCommand::difference(const std::vector<T>& before, const std::vector<T>& after) {
    std::vector<Entry<T>> entries;
    std::map<std::uint32_t, std::size_t> places;
    for (std::size_t i = 0; i < before.size(); ++i)
        places[before[i].id.value] = i;
    for (std::size_t i = 0; i < after.size(); ++i) {
        const auto found = places.find(after[i].id.value);
        if (found == places.end()) {
            entries.push_back({std::nullopt, std::pair(i, after[i])});
            continue;
        }
        if (!(before[found->second] == after[i]))
            entries.push_back({std::pair(found->second, before[found->second]), std::pair(i, after[i])});
        places.erase(found);
    }
    for (const auto& [id, place] : places)
        entries.push_back({std::pair(place, before[place]), std::nullopt});
    return entries;
}

template <class T>
void SwapCommand::put(std::vector<T>& list, const std::vector<Entry<T>>& entries, bool after) {
    std::set<std::uint32_t> leaving;
    std::map<std::size_t, const T*> coming;
    for (const auto& entry : entries) {
        const auto& from = after ? entry.before : entry.after;
        const auto& to = after ? entry.after : entry.before;
        if (from) leaving.insert(from->second.id.value);
        if (to) coming[to->first] = &to->second;
    }
    std::erase_if(list, [&](const T& thing) { return leaving.contains(thing.id.value); });
    // Places are those in the list as it will be, so that putting things in from the first to the last is right.
    std::vector<T> whole;
    whole.reserve(list.size() + coming.size());
    auto stay = list.begin();
    for (const auto& [place, thing] : coming) {
        while (whole.size() < place && stay != list.end())
            whole.push_back(std::move(*stay++));
        whole.push_back(*thing);
    }
    std::move(stay, list.end(), std::back_inserter(whole));
    list = std::move(whole);
}

template <class T>
void SwapCommand::merge(std::vector<Entry<T>>& first, const std::vector<Entry<T>>& second) {
    for (const auto& entry : second) {
        const auto same = std::find_if(first.begin(), first.end(), [&](const Entry<T>& e) {
            return e.after && entry.before && e.after->second.id == entry.before->second.id;
        });
        if (same != first.end())
            same->after = entry.after;
        else
            first.push_back(entry);
    }
}

SwapCommand::Rest SwapCommand::rest(const lab::Lab& lab) {
    return {lab.name, lab.about, lab.seed, lab.addressing, lab.notes, lab.areas, lab.run, lab.expect};
}

void SwapCommand::swap(bool after) {
    lab::Lab lab = mDocument.lab();
    put(lab.nodes, mNodes, after);
    put(lab.links, mLinks, after);
    if (mRest) {
        const Rest& to = after ? mRest->second : mRest->first;
        lab.name = to.name;
        lab.about = to.about;
        lab.seed = to.seed;
        lab.addressing = to.addressing;
        lab.notes = to.notes;
        lab.areas = to.areas;
        lab.run = to.run;
        lab.expect = to.expect;
    }
    mDocument.apply(std::move(lab), mChange);
}

bool SwapCommand::mergeWith(const QUndoCommand* other) {
    const auto* next = dynamic_cast<const SwapCommand*>(other);
    if (!next || mMergeId == 0 || next->mMergeId != mMergeId || next->mChange.nodes != mChange.nodes || mRest ||
        next->mRest)
        return false;
    merge(mNodes, next->mNodes);
    merge(mLinks, next->mLinks);
    if (changesNothing()) setObsolete(true);
    return true;
}

bool SwapCommand::changesNothing() const {
    const auto same = [](const auto& entry) { return entry.before == entry.after; };
    return std::all_of(mNodes.begin(), mNodes.end(), same) && std::all_of(mLinks.begin(), mLinks.end(), same) && !mRest;
}

void push(document::Document& document, lab::Lab after, document::Change change, const QString& text, int mergeId) {
    if (change.flags & (document::Change::Settings | document::Change::Structure) && plan::isAutomatic(after)) {
        lab::Lab settled = plan::settled(after);
        for (std::size_t n = 0; n < after.nodes.size(); ++n) {
            if (after.nodes[n] == settled.nodes[n]) continue;
            change.flags |= document::Change::Settings;
            if (std::find(change.nodes.begin(), change.nodes.end(), after.nodes[n].id) == change.nodes.end())
                change.nodes.push_back(after.nodes[n].id);
        }
        after = std::move(settled);
    }
    auto command = std::make_unique<SwapCommand>(document, after, std::move(change), text, mergeId);
    if (!command->changesNothing()) document.push(std::move(command));
}

} // namespace model::commands
