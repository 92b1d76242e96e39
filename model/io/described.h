// Groups of keys without their types: what is made from the descriptions in model/lab/*_keys.h.
#pragma once

#include "model/io/codec.h"

#include <span>

namespace model::io {

/// KeyInfo is a description without the types of its owner and member.
struct KeyInfo {
    QString name, about, usual, example;
    QString type; ///< in words
    bool required = false;
    Value schema; ///< of its value, without description
};

/// GroupInfo is a map of keys: one of the tables of model/KEYS.md, one of the $defs of the schema.
struct GroupInfo {
    QString id, title, about;
    std::vector<KeyInfo> keys;
    std::vector<Value> shorthand; ///< schemas of other forms of the same
    Value constraints;            ///< what the schema asks of the map besides its keys
};

/// KeyAccess reads, writes and describes one key of a T: what a reader, a writer and a form need.
template <class T>
struct KeyAccess {
    const lab::KeyWords* words;
    /// set reads a value; it throws ReadError when the value cannot be.
    void (*set)(Reading&, const YamlNode&, T&);
    /// get is the value as a file has it; none when the file need not say it.
    std::optional<Value> (*get)(const T&, const Writing&);
    KeyInfo (*info)();
};

/// keysOf are the keys of a T in the order of a file.
template <class T>
std::span<const KeyAccess<T>> keysOf();

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
