#include "model/io/yaml_tree.h"

#include "model/io/texts.h"
#include "model/io/yaml_guard.h"

#include <QSet>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>

namespace model::io {

namespace {

struct Refused {
    std::size_t offset;
    QString message, hint;
};

/// Finder knows where things end: the parser tells only where they begin.
class Finder {
public:
    explicit Finder(const QByteArray& text) : mText(text), mSize(std::size_t(text.size())) {}

    char at(std::size_t i) const { return i < mSize ? mText[qsizetype(i)] : '\0'; }
    std::size_t clamp(int position) const { return std::min(std::size_t(std::max(position, 0)), mSize); }
    static bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

    std::size_t quotedEnd(std::size_t begin) const {
        const char quote = at(begin);
        for (std::size_t i = begin + 1; i < mSize; ++i) {
            if (quote == '"' && at(i) == '\\')
                ++i;
            else if (at(i) == quote) {
                if (quote == '\'' && at(i + 1) == quote)
                    ++i;
                else
                    return i + 1;
            }
        }
        return mSize;
    }

    /// plainEnd walks the value along the text: white space is folded, everything else stands there as it is.
    std::size_t plainEnd(std::size_t begin, const std::string& value) const {
        std::size_t i = begin;
        for (std::size_t v = 0; v < value.size();) {
            if (isSpace(value[v])) {
                while (v < value.size() && isSpace(value[v]))
                    ++v;
                while (i < mSize && isSpace(at(i)))
                    ++i;
            } else {
                if (at(i) != value[v]) return i;
                ++i, ++v;
            }
        }
        return i;
    }

    std::size_t literalEnd(std::size_t begin) const {
        std::size_t line = begin, end = begin;
        while (line < mSize && at(line) != '\n')
            ++line;
        end = line > begin && at(line - 1) == '\r' ? line - 1 : line;
        std::size_t indent = 0;
        while (line < mSize) {
            std::size_t i = ++line;
            while (i < mSize && at(i) == ' ')
                ++i;
            const std::size_t spaces = i - line;
            std::size_t stop = i;
            while (stop < mSize && at(stop) != '\n')
                ++stop;
            const std::size_t last = stop > i && at(stop - 1) == '\r' ? stop - 1 : stop;
            if (last > i) { // not blank
                if (indent == 0) indent = spaces;
                if (spaces < indent || indent == 0) break;
                end = last;
            }
            line = stop;
        }
        return end;
    }

    /// flowEnd is where the bracket closes, given where the last thing inside ends.
    std::size_t flowEnd(std::size_t from, char close) const {
        for (std::size_t i = from; i < mSize; ++i) {
            if (at(i) == close) return i + 1;
            if (at(i) == '#')
                while (i < mSize && at(i) != '\n')
                    ++i;
        }
        return mSize;
    }

private:
    const QByteArray& mText;
    std::size_t mSize;
};

/// Builder turns the parser's events into the tree, and refuses what a lab file needs not.
class Builder : public YAML::EventHandler {
public:
    explicit Builder(const QByteArray& text) : mFind(text) {}

    YamlNode root;
    bool hasRoot = false;

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        YamlNode node = start(mark, anchor, "?");
        const char c = mFind.at(node.begin);
        node.end = node.begin;
        if (c == '~')
            node.end += 1;
        else if ((c == 'n' || c == 'N') && isNullWord(node.begin))
            node.end += 4;
        else
            node.begin = node.end = lastEnd(node.begin);
        add(std::move(node));
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuseAnchor(mFind.clamp(mark.pos)); }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        YamlNode node = start(mark, anchor, tag);
        node.type = YamlNode::Type::Scalar;
        const char c = mFind.at(node.begin);
        node.plain = tag == "?" || tag.empty();
        if (!node.plain && (c == '|' || c == '>')) {
            node.literal = true;
            node.end = mFind.literalEnd(node.begin);
        } else if (!node.plain) {
            node.end = mFind.quotedEnd(node.begin);
        } else {
            node.end = mFind.plainEnd(node.begin, value);
        }
        node.text = QString::fromStdString(value);
        add(std::move(node));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, YamlNode::Type::Sequence, '[');
    }
    void OnSequenceEnd() override { close(']'); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, YamlNode::Type::Map, '{');
    }
    void OnMapEnd() override { close('}'); }

private:
    struct Frame {
        YamlNode node;
        std::optional<YamlNode> key; ///< waits for its value
        QSet<QString> seen;
    };

    YamlNode start(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) {
        YamlNode node;
        node.begin = mFind.clamp(mark.pos);
        const char c = mFind.at(node.begin);
        if (anchor != 0 || c == '&') refuseAnchor(node.begin);
        if (c == '!' || !(tag.empty() || tag == "?" || tag == "!"))
            throw Refused{node.begin, Texts::tr("A lab file has no YAML tags."),
                          Texts::tr("Take away the word that begins with \"!\".")};
        if (++mCount > kMaxNodes)
            throw Refused{node.begin, Texts::tr("The file holds more than %1 values.").arg(kMaxNodes),
                          Texts::tr("Labs of that size need another tool.")};
        return node;
    }

    [[noreturn]] static void refuseAnchor(std::size_t at) {
        throw Refused{at, Texts::tr("A lab file has no YAML anchors and aliases (& and *)."),
                      Texts::tr("Write the value out at each place; quote a text that begins with & or *.")};
    }

    bool isNullWord(std::size_t i) const {
        const char word[] = {mFind.at(i), mFind.at(i + 1), mFind.at(i + 2), mFind.at(i + 3), '\0'};
        const std::string_view w = word;
        return w == "null" || w == "Null" || w == "NULL";
    }

    /// lastEnd is where a value that is not written would stand: after the colon of its key.
    std::size_t lastEnd(std::size_t otherwise) const {
        if (mStack.empty() || !mStack.back().key) return otherwise;
        std::size_t i = mStack.back().key->end;
        while (i < otherwise && mFind.at(i) == ' ')
            ++i;
        return mFind.at(i) == ':' ? i + 1 : i;
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Type type,
              char bracket) {
        Frame frame;
        frame.node = start(mark, anchor, tag);
        frame.node.type = type;
        frame.node.flow = mFind.at(frame.node.begin) == bracket;
        if (int(mStack.size()) >= kMaxDepth)
            throw Refused{frame.node.begin, Texts::tr("The file is nested deeper than %1 levels.").arg(kMaxDepth),
                          Texts::tr("Nothing in a lab needs that; look for a bracket too many.")};
        mStack.push_back(std::move(frame));
    }

    void close(char bracket) {
        YamlNode node = std::move(mStack.back().node);
        mStack.pop_back();
        if (!node.items.empty()) {
            node.end = std::max(node.items.back().end, node.keys.empty() ? 0 : node.keys.back().end);
            if (!node.flow) node.begin = node.keys.empty() ? node.items.front().begin : node.keys.front().begin;
        } else {
            node.end = node.begin + (node.flow ? 1 : 0);
        }
        if (node.flow) node.end = mFind.flowEnd(node.end, bracket);
        add(std::move(node));
    }

    void add(YamlNode node) {
        if (mStack.empty()) {
            root = std::move(node);
            hasRoot = true;
            return;
        }
        Frame& frame = mStack.back();
        if (frame.node.type == YamlNode::Type::Sequence) {
            frame.node.items.push_back(std::move(node));
        } else if (frame.key) {
            frame.node.keys.push_back(std::move(*frame.key));
            frame.node.items.push_back(std::move(node));
            frame.key.reset();
        } else {
            if (node.type != YamlNode::Type::Scalar)
                throw Refused{node.begin, Texts::tr("A key must be a word."),
                              Texts::tr("Something before the colon is not plain text.")};
            if (node.plain && node.text == QLatin1String("<<"))
                throw Refused{node.begin, Texts::tr("A lab file has no YAML merge keys (<<)."),
                              Texts::tr("Write the values out at each place.")};
            if (frame.seen.contains(node.text))
                throw Refused{node.begin,
                              Texts::tr("The key \"%1\" stands here for the second time.").arg(node.text.left(60)),
                              Texts::tr("Give it another name, or take one of the two away.")};
            frame.seen.insert(node.text);
            frame.key = std::move(node);
        }
    }

    Finder mFind;
    std::vector<Frame> mStack;
    std::size_t mCount = 0;
};

/// Bytes lets the parser read the text without a copy.
class Bytes : public std::streambuf {
public:
    explicit Bytes(const QByteArray& text) {
        char* data = const_cast<char*>(text.constData()); // a streambuf for reading does not write
        setg(data, data, data + text.size());
    }
};

} // namespace

int YamlNode::find(const QString& key) const {
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (keys[i].text == key) return int(i);
    return -1;
}

void setPlace(Problem& problem, const QByteArray& text, std::size_t offset) {
    const auto end = std::min(qsizetype(offset), text.size());
    const auto before = QByteArrayView(text).first(end);
    const auto lineStart = before.lastIndexOf('\n') + 1;
    problem.line = int(std::count(before.begin(), before.end(), '\n')) + 1;
    problem.column = 1;
    for (auto i = lineStart; i < end; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) ++problem.column;
}

bool parseYaml(const QByteArray& text, YamlNode* tree, Problem* problem) {
    std::size_t offset = 0;
    if (!guardText(text, problem, &offset)) {
        if (offset > 0) setPlace(*problem, text, offset);
        return false;
    }
    try {
        Bytes bytes(text);
        std::istream stream(&bytes);
        YAML::Parser parser(stream);
        Builder builder(text);
        if (!parser.HandleNextDocument(builder) || !builder.hasRoot) {
            problem->message = Texts::tr("The file holds nothing but comments.");
            problem->hint = Texts::tr("A lab file begins with \"packetarium: 1\".");
            return false;
        }
        Builder second(text);
        const std::size_t firstEnd = builder.root.end;
        *tree = std::move(builder.root);
        if (parser.HandleNextDocument(second)) {
            const qsizetype dashes = text.indexOf("\n---", qsizetype(firstEnd));
            throw Refused{dashes >= 0 ? std::size_t(dashes) + 1 : second.root.begin,
                          Texts::tr("The file holds more than one YAML document."),
                          Texts::tr("Keep one lab in a file; take away the line \"---\".")};
        }
        return true;
    } catch (const Refused& refused) {
        problem->message = refused.message;
        problem->hint = refused.hint;
        setPlace(*problem, text, refused.offset);
    } catch (const YAML::Exception& error) {
        problem->message = Texts::tr("This is not valid YAML: %1.").arg(QString::fromStdString(error.msg));
        problem->hint = Texts::tr("Look at indentation, quotes, colons and brackets here and in the line above.");
        if (!error.mark.is_null()) setPlace(*problem, text, std::size_t(std::max(error.mark.pos, 0)));
    } catch (const std::exception& error) {
        problem->message = Texts::tr("The file cannot be read: %1.").arg(QString::fromUtf8(error.what()));
    }
    return false;
}

} // namespace model::io
