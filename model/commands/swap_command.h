// The one command class: it holds what a step changes, by id and value, and puts one side or the other into the lab.
#pragma once

#include "model/document/document.h"

#include <QUndoCommand>

#include <optional>
#include <utility>
#include <vector>

namespace model::commands {

/// SwapCommand changes the lab of a document from one value to another. It keeps only what differs.
class SwapCommand : public QUndoCommand {
public:
    /// mergeId: consecutive commands with the same one, not 0, and the same nodes become one.
    SwapCommand(document::Document& document, const lab::Lab& after, document::Change change, const QString& text,
                int mergeId = 0);

    void redo() override { swap(true); }
    void undo() override { swap(false); }
    int id() const override { return mMergeId == 0 ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override;
    /// changesNothing: both sides are equal.
    bool changesNothing() const;

private:
    /// Slot is one side of a changed thing: where it stands in its list, and its value.
    template <class T>
    using Slot = std::optional<std::pair<std::size_t, T>>;
    template <class T>
    struct Entry {
        Slot<T> before, after;
    };
    /// Rest is everything of a lab but nodes and links: small, and swapped as a whole.
    struct Rest {
        QString name, about;
        std::uint64_t seed = 1;
        lab::Addressing addressing = lab::Addressing::Manual;
        std::vector<lab::Note> notes;
        std::vector<lab::Area> areas;
        std::vector<lab::RunStep> run;
        QStringList expect;
        bool operator==(const Rest&) const = default;
    };

    template <class T>
    static std::vector<Entry<T>> difference(const std::vector<T>& before, const std::vector<T>& after);
    template <class T>
    static void put(std::vector<T>& list, const std::vector<Entry<T>>& entries, bool after);
    template <class T>
    static void merge(std::vector<Entry<T>>& first, const std::vector<Entry<T>>& second);
    static Rest rest(const lab::Lab& lab);
    void swap(bool after);

    document::Document& mDocument;
    document::Change mChange;
    int mMergeId;
    std::vector<Entry<lab::Node>> mNodes;
    std::vector<Entry<lab::Link>> mLinks;
    std::optional<std::pair<Rest, Rest>> mRest;
};

/// push pushes a step that has the values of automatic addresses in it (model/plan): what it changes of them is
/// undone with it. A step that changes nothing is none: undo should always do something that one sees.
void push(document::Document& document, lab::Lab after, document::Change change, const QString& text, int mergeId = 0);

} // namespace model::commands
