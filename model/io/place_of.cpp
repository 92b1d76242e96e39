#include "model/io/place_of.h"

#include "model/io/yaml_tree.h"

namespace model::io {

void locate(const QByteArray& bytes, const QStringList& path, Problem* problem) {
    const QByteArray text = bytes.startsWith("\xef\xbb\xbf") ? bytes.mid(3) : bytes;
    YamlNode root;
    Problem unreadable;
    if (path.isEmpty() || !parseYaml(text, &root, &unreadable)) return;
    const YamlNode* at = &root;
    std::size_t begin = root.begin;
    for (const QString& part : path) {
        const int index = at->type == YamlNode::Type::Map ? at->find(part) : part.toInt();
        if (at->type == YamlNode::Type::Null || at->type == YamlNode::Type::Scalar || index < 0 ||
            std::size_t(index) >= at->items.size())
            break;
        // A value that begins on a line of its own is found at its key.
        const YamlNode& value = at->items[std::size_t(index)];
        const bool keyed = at->type == YamlNode::Type::Map;
        begin = keyed && value.type != YamlNode::Type::Scalar ? at->keys[std::size_t(index)].begin : value.begin;
        at = &value;
    }
    setPlace(*problem, text, begin);
}

} // namespace model::io
