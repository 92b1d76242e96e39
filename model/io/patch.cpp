#include "model/io/patch.h"

#include "model/io/lab_file.h"
#include "model/io/lab_value.h"

#include <QHash>

#include <algorithm>
#include <optional>

namespace model::io {

namespace {

struct Edit {
    std::size_t begin, end; ///< bytes of the old text
    QString text;           ///< with \n; the file's own line ends are put in at the end
};

/// Slot is where an entry of a map or an item of a list stands: of a map from its key to the end of its value.
struct Slot {
    std::size_t begin, end;
};

class Patcher {
public:
    explicit Patcher(const QByteArray& text) : mText(text), mSize(std::size_t(text.size())) {}

    /// patch returns false, and leaves no edits, when the value must be replaced as a whole.
    bool patch(const YamlNode& yaml, const Value& before, const Value& now) {
        if (before == now) return true;
        const Value& b = like(yaml, before);
        const Value& n = like(yaml, now);
        const std::size_t edits = mEdits.size();
        const bool done = yaml.type == YamlNode::Type::Map        ? patchMap(yaml, b, n)
                          : yaml.type == YamlNode::Type::Sequence ? patchList(yaml, b, n)
                                                                  : false;
        if (!done) mEdits.resize(edits);
        return done;
    }

    QByteArray result() {
        std::stable_sort(mEdits.begin(), mEdits.end(), [](const Edit& x, const Edit& y) { return x.begin < y.begin; });
        const bool crlf = mText.contains("\r\n");
        QByteArray out;
        std::size_t at = 0;
        for (const auto& edit : mEdits) {
            if (edit.begin < at) continue; // overlaps: the check that follows every patch finds out
            out += mText.mid(qsizetype(at), qsizetype(edit.begin - at));
            QByteArray text = edit.text.toUtf8();
            if (crlf) text.replace("\n", "\r\n");
            out += text;
            at = edit.end;
        }
        return out + mText.mid(qsizetype(at));
    }

private:
    using Type = Value::Type;

    char at(std::size_t i) const { return i < mSize ? mText[qsizetype(i)] : '\0'; }
    std::size_t lineStart(std::size_t i) const {
        while (i > 0 && at(i - 1) != '\n')
            --i;
        return i;
    }
    /// afterLine is where the next line begins.
    std::size_t afterLine(std::size_t i) const {
        while (i < mSize && at(i) != '\n')
            ++i;
        return i < mSize ? i + 1 : i;
    }
    int column(std::size_t i) const { return int(i - lineStart(i)); }
    bool firstOnLine(std::size_t i) const {
        for (std::size_t k = lineStart(i); k < i; ++k)
            if (at(k) != ' ') return false;
        return true;
    }

    bool lastOnLine(std::size_t i) const {
        while (at(i) == ' ' || at(i) == '\r')
            ++i;
        return i >= mSize || at(i) == '\n';
    }

    /// like is the form of a value that the file has, where there are two: a link with settings or without.
    static const Value& like(const YamlNode& yaml, const Value& v) {
        const auto fits = [&](const Value& x) {
            return (yaml.type == YamlNode::Type::Map && x.type == Type::Map) ||
                   (yaml.type == YamlNode::Type::Sequence && x.type == Type::Sequence) ||
                   (yaml.type == YamlNode::Type::Scalar && x.type == Type::Scalar);
        };
        if (fits(v)) return v;
        if (v.longForm && fits(*v.longForm)) return *v.longForm;
        return v.shortForm && yaml.type != YamlNode::Type::Null ? like(yaml, *v.shortForm) : v;
    }

    // --- maps ---

    bool patchMap(const YamlNode& yaml, const Value& before, const Value& now) {
        if (before.type != Type::Map || now.type != Type::Map) return false;
        QHash<QString, std::size_t> inBefore, inYaml;
        QHash<std::uint32_t, std::size_t> byId;
        for (std::size_t i = 0; i < before.keys.size(); ++i) {
            inBefore.insert(before.keys[i], i);
            if (!before.ids.empty()) byId.insert(before.ids[i], i);
        }
        for (std::size_t i = 0; i < yaml.keys.size(); ++i)
            inYaml.insert(yaml.keys[i].text, i);

        std::vector<bool> gone(yaml.keys.size(), false), kept(before.keys.size(), false);
        std::vector<std::pair<std::optional<std::size_t>, std::size_t>>
            added; // after which of the file's, which of now
        std::optional<std::size_t> last;
        for (std::size_t i = 0; i < now.keys.size(); ++i) {
            std::optional<std::size_t> b;
            if (now.ids.empty()) {
                if (const auto found = inBefore.constFind(now.keys[i]); found != inBefore.constEnd()) b = *found;
            } else if (const auto found = byId.constFind(now.ids[i]); found != byId.constEnd()) {
                b = *found;
            }
            if (b) kept[*b] = true;
            const auto y = inYaml.constFind(b ? before.keys[*b] : now.keys[i]);
            // A key that the file has though it says what goes without saying is a key to change, not one to add.
            if (y == inYaml.constEnd() || (!b && !now.ids.empty())) {
                if (!b || !(before.items[*b] == now.items[i]) || before.keys[*b] != now.keys[i])
                    added.emplace_back(last, i);
                continue;
            }
            if (last && *y < *last && !now.ids.empty()) return false; // nodes changed places
            if (!last || *y > *last) last = *y;
            if (b && before.keys[*b] != now.keys[i])
                mEdits.push_back({yaml.keys[*y].begin, yaml.keys[*y].end, keyText(now.keys[i], yaml.flow)});
            const YamlNode& item = yaml.items[*y];
            if (b && before.items[*b] == now.items[i]) continue;
            if (!b || !patch(item, before.items[*b], now.items[i])) replaceEntry(yaml, *y, like(item, now.items[i]));
        }
        for (std::size_t i = 0; i < before.keys.size(); ++i)
            if (const auto y = inYaml.constFind(before.keys[i]); !kept[i] && y != inYaml.constEnd()) gone[*y] = true;

        std::vector<Slot> places;
        for (std::size_t i = 0; i < yaml.keys.size(); ++i)
            places.push_back({yaml.keys[i].begin, std::max(yaml.items[i].end, yaml.keys[i].end)});
        std::vector<std::pair<std::optional<std::size_t>, QString>> texts;
        const int indent = places.empty() ? 0 : column(places.front().begin);
        for (const auto& [after, i] : added)
            texts.emplace_back(after, yaml.flow ? keyText(now.keys[i], true) + QLatin1String(": ") +
                                                      inlineText(now.items[i], true)
                                                : entryText(now.keys[i], now.items[i], indent));
        return addAndRemove(yaml, places, gone, texts);
    }

    /// replaceEntry writes the value of a key anew.
    void replaceEntry(const YamlNode& map, std::size_t index, const Value& now) {
        const YamlNode& key = map.keys[index];
        const YamlNode& old = map.items[index];
        const bool block = !old.flow && !old.items.empty();
        std::size_t colon = key.end;
        while (colon < mSize && at(colon) != ':')
            ++colon;
        ++colon;
        const std::size_t begin = old.type == YamlNode::Type::Null && old.begin == old.end ? colon : old.begin;
        const std::size_t end = std::max(begin, old.end);
        const int indent = column(key.begin) + 2;
        if (map.flow || isInline(now)) {
            QString text;
            if (now.type == Type::Scalar && !map.flow && (old.literal || lastOnLine(end)))
                text = literalText(now.text, indent);
            const char16_t quote =
                old.type == YamlNode::Type::Scalar && !old.plain && !old.literal ? char16_t(at(old.begin)) : u'\0';
            if (text.isEmpty())
                text = now.type == Type::Scalar ? scalarText(now, map.flow, quote) : inlineText(now, map.flow);
            if (block)
                mEdits.push_back({colon, end, u' ' + text});
            else
                mEdits.push_back({begin, end, begin == colon ? u' ' + text : text});
            return;
        }
        QString lines = blockText(now, indent);
        lines.chop(1);
        if (block && firstOnLine(old.begin)) {
            // Items of a list may stand under their key without more indentation; they are written with it.
            mEdits.push_back(
                {lineStart(block && old.keys.empty() ? dash(old.items.front().begin).value_or(old.begin) : old.begin),
                 end, lines});
        } else if (block) {
            const std::size_t first = old.keys.empty() ? dash(old.items.front().begin).value_or(old.begin) : old.begin;
            mEdits.push_back({lineStart(first) > colon ? lineStart(first) : colon, end,
                              lineStart(first) > colon ? lines : u'\n' + lines});
        } else {
            mEdits.push_back({colon, end, u'\n' + lines});
        }
    }

    // --- lists ---

    bool patchList(const YamlNode& yaml, const Value& before, const Value& now) {
        if (before.type != Type::Sequence || now.type != Type::Sequence || before.items.size() != yaml.items.size())
            return false;
        const std::size_t oldSize = before.items.size(), newSize = now.items.size();
        std::vector<std::optional<std::size_t>> partner(newSize); // which old item a new one was
        if (!before.ids.empty() || !now.ids.empty()) {
            QHash<std::uint32_t, std::size_t> byId;
            for (std::size_t i = 0; i < before.ids.size(); ++i)
                byId.insert(before.ids[i], i);
            for (std::size_t i = 0; i < now.ids.size(); ++i)
                if (const auto found = byId.constFind(now.ids[i]); found != byId.constEnd()) partner[i] = *found;
        } else {
            pairByContent(before, now, partner);
        }
        std::vector<bool> gone(oldSize, true);
        std::vector<std::pair<std::optional<std::size_t>, QString>> texts;
        std::vector<Slot> places;
        for (const auto& item : yaml.items) {
            const auto begin = yaml.flow ? std::optional(item.begin) : dash(item.begin);
            if (!begin) return false;
            places.push_back({*begin, item.end});
        }
        const int indent = places.empty() ? 0 : column(places.front().begin);
        std::optional<std::size_t> last;
        for (std::size_t i = 0; i < newSize; ++i) {
            if (!partner[i]) {
                texts.emplace_back(last, yaml.flow ? inlineText(now.items[i], true)
                                                   : QString(indent, u' ') + QLatin1String("- ") +
                                                         inlineText(now.items[i], false) + u'\n');
                continue;
            }
            const std::size_t p = *partner[i];
            if (last && p <= *last) return false;
            last = p;
            gone[p] = false;
            const YamlNode& item = yaml.items[p];
            if (before.items[p] == now.items[i] || patch(item, before.items[p], now.items[i])) continue;
            if (!yaml.flow && item.type != YamlNode::Type::Scalar && !item.flow && item.begin == item.end) return false;
            const char16_t quote =
                item.type == YamlNode::Type::Scalar && !item.plain && !item.literal ? char16_t(at(item.begin)) : u'\0';
            const Value& v = now.items[i];
            mEdits.push_back({item.begin, item.end,
                              v.type == Type::Scalar ? scalarText(v, yaml.flow, quote) : inlineText(v, yaml.flow)});
        }
        return addAndRemove(yaml, places, gone, texts);
    }

    /// pairByContent pairs equal items at both ends of the lists, and what is between in its order.
    static void pairByContent(const Value& before, const Value& now, std::vector<std::optional<std::size_t>>& partner) {
        const std::size_t oldSize = before.items.size(), newSize = now.items.size();
        std::size_t head = 0, tail = 0;
        while (head < oldSize && head < newSize && before.items[head] == now.items[head])
            partner[head] = head, ++head;
        while (tail < oldSize - head && tail < newSize - head &&
               before.items[oldSize - 1 - tail] == now.items[newSize - 1 - tail]) {
            partner[newSize - 1 - tail] = oldSize - 1 - tail;
            ++tail;
        }
        std::size_t o = head;
        for (std::size_t i = head; i < newSize - tail && o < oldSize - tail; ++i) {
            // Where items were taken away, look on for the one that is equal before changing another into it.
            std::size_t equal = o;
            while (equal < oldSize - tail && !(before.items[equal] == now.items[i]))
                ++equal;
            if (equal < oldSize - tail)
                partner[i] = equal, o = equal + 1;
            else if (newSize - tail - i >= oldSize - tail - o)
                partner[i] = o++;
            else if (oldSize - tail - o > 0)
                partner[i] = o++;
        }
    }

    std::optional<std::size_t> dash(std::size_t itemBegin) const {
        std::size_t i = itemBegin;
        while (i > 0 && at(i - 1) == ' ')
            --i;
        if (i == 0 || at(i - 1) != '-' || !firstOnLine(i - 1)) return std::nullopt;
        return i - 1;
    }

    // --- both ---

    /// addAndRemove takes entries out and puts new ones in; texts are lines, or pieces between commas in brackets.
    bool addAndRemove(const YamlNode& yaml, const std::vector<Slot>& places, const std::vector<bool>& gone,
                      const std::vector<std::pair<std::optional<std::size_t>, QString>>& texts) {
        const bool any = std::find(gone.begin(), gone.end(), true) != gone.end();
        if (!any && texts.empty()) return true;
        const auto firstKept = std::size_t(std::find(gone.begin(), gone.end(), false) - gone.begin());
        if (firstKept == gone.size()) return false; // nothing to hold on to
        // "- key: value" begins in the middle of a line, which is not to be cut.
        for (std::size_t i = 0; i < places.size() && !yaml.flow; ++i)
            if (gone[i] && !firstOnLine(places[i].begin)) return false;
        for (const auto& [after, text] : texts) {
            std::optional<std::size_t> anchor = after;
            while (anchor && gone[*anchor])
                anchor = *anchor > 0 ? std::optional(*anchor - 1) : std::nullopt;
            if (yaml.flow) {
                if (anchor)
                    mEdits.push_back({places[*anchor].end, places[*anchor].end, QLatin1String(", ") + text});
                else
                    mEdits.push_back({places[firstKept].begin, places[firstKept].begin, text + QLatin1String(", ")});
            } else if (anchor) {
                insertLines(afterLine(places[*anchor].end), text);
            } else if (firstOnLine(places[firstKept].begin)) {
                insertLines(aboveComments(places[firstKept].begin), text);
            } else {
                return false;
            }
        }
        if (!yaml.flow) {
            for (std::size_t i = 0; i < places.size(); ++i)
                if (gone[i]) mEdits.push_back({lineStart(places[i].begin), afterLine(places[i].end), {}});
            return true;
        }
        std::size_t lastKept = places.size() - 1;
        while (gone[lastKept])
            --lastKept;
        for (std::size_t i = 0; i < lastKept; ++i)
            if (gone[i]) mEdits.push_back({places[i].begin, places[i + 1].begin, {}});
        if (lastKept + 1 < places.size()) mEdits.push_back({places[lastKept].end, places.back().end, {}});
        return true;
    }

    /// aboveComments is the beginning of the line of an entry, or of the comment that stands right above it.
    std::size_t aboveComments(std::size_t begin) const {
        std::size_t start = lineStart(begin);
        while (start > 0) {
            const std::size_t line = lineStart(start - 1);
            std::size_t i = line;
            while (at(i) == ' ')
                ++i;
            if (at(i) != '#' || i - line != begin - lineStart(begin)) break;
            start = line;
        }
        return start;
    }

    void insertLines(std::size_t position, QString lines) {
        if (position == mSize && mSize > 0 && at(mSize - 1) != '\n') {
            lines.chop(1);
            lines.prepend(u'\n');
        }
        mEdits.push_back({position, position, lines});
    }

    const QByteArray& mText;
    std::size_t mSize;
    std::vector<Edit> mEdits;
};

} // namespace

QByteArray patchText(const QByteArray& text, const YamlNode& tree, const Value& before, const Value& now) {
    Patcher patcher(text);
    if (!patcher.patch(tree, before, now)) return {};
    return patcher.result();
}

QByteArray patchLab(const QByteArray& bytes, const lab::Lab& before, const lab::Lab& now) {
    const bool marked = bytes.startsWith("\xef\xbb\xbf");
    const QByteArray text = marked ? bytes.mid(3) : bytes;
    if (before == now) return bytes;
    YamlNode tree;
    Problem problem;
    if (!parseYaml(text, &tree, &problem)) return writeLab(now);
    const QByteArray patched = patchText(text, tree, labValue(before), labValue(now));
    // A file that says something else than the lab would be the worst of all: what was written is read again.
    ReadLab read;
    if (patched.isEmpty() || !readLab(patched, {}, &read, &problem) || !(numbered(read.lab) == numbered(now))) {
        QByteArray whole = writeLab(now);
        if (text.contains("\r\n")) whole.replace("\n", "\r\n");
        return whole;
    }
    return marked ? QByteArray("\xef\xbb\xbf") + patched : patched;
}

} // namespace model::io
