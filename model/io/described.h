// Groups of keys without their types: what is made from the descriptions in model/lab/*_keys.h.
#pragma once

#include "model/io/codec.h"

#include <functional>

namespace model::io {

/// GroupInfo is a map of keys: one of the tables of model/KEYS.md, one of the $defs of the schema.
struct GroupInfo {
    QString id, title, about;
    std::vector<KeyInfo> keys;
    std::vector<Value> shorthand; ///< schemas of other forms of the same
    Value constraints;            ///< what the schema asks of the map besides its keys
};

/// readValue parses a text as one value of YAML and gives it to read; false with a problem when either fails.
bool readValue(const lab::Lab& lab, const lab::Node* node, const QString& text,
               const std::function<void(Reading&, const YamlNode&)>& read, Problem* problem);

/// valueText is what a key of a T says, on one line as in a file; empty when a file need not say it.
template <class T>
QString valueText(const lab::Lab& lab, const T& owner, const QString& key) {
    Writing writing;
    for (const auto& node : lab.nodes)
        writing.names.insert(node.id.value, node.name);
    for (const auto& access : GroupIo<T>::keys())
        if (key == QLatin1String(access.words->name))
            if (const auto value = access.get(owner, writing)) return inlineText(*value, false);
    return {};
}

/// setValueText gives a key the value that a text says, as a file would have it after the colon; an empty text gives
/// the default. node is the one that the owner is or belongs to, or null. On failure problem says why and the owner
/// stays.
template <class T>
bool setValueText(const lab::Lab& lab, const lab::Node* node, T& owner, const QString& key, const QString& text,
                  Problem* problem) {
    T now = owner;
    for (const auto& access : GroupIo<T>::keys()) {
        if (key != QLatin1String(access.words->name)) continue;
        const auto set = [&](Reading& reading, const YamlNode& yaml) { access.set(reading, yaml, now); };
        if (text.trimmed().isEmpty())
            access.clear(now);
        else if (!readValue(lab, node, text, set, problem))
            return false;
    }
    owner = std::move(now);
    return true;
}

/// allGroups are the groups of a lab file, from the lab down.
std::vector<GroupInfo> allGroups();
/// The groups of each family, in their order.
void addLabGroups(std::vector<GroupInfo>& groups);
void addNodeGroups(std::vector<GroupInfo>& groups);
void addTunnelGroups(std::vector<GroupInfo>& groups);
void addDnsGroups(std::vector<GroupInfo>& groups);
void addWebGroups(std::vector<GroupInfo>& groups);
void addDhcpGroups(std::vector<GroupInfo>& groups);

} // namespace model::io
