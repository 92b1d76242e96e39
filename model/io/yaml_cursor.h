// Typed access to a YamlNode for the reader: what is not as it must be is thrown with its place and a hint.
#pragma once

#include "model/io/closest.h"
#include "model/io/yaml_tree.h"
#include "model/lab/lab.h"
#include "sim/kernel/time.h"
#include "sim/wire/address.h"

#include <QStringList>

#include <optional>

namespace model::io {

/// ReadError ends the reading of a file: its first problem.
struct ReadError {
    std::size_t offset;
    QString message, hint;
};

struct LabPlaces;

/// Reading is what all parts of the reader share: the text, and the warnings so far.
struct Reading {
    const QByteArray& text;
    QString file;
    std::vector<Problem>& warnings;
    /// newer: unknown words are the newer version's, not mistakes.
    bool newer = false;
    /// node is the one that is being read, places what nodes and ports were read before.
    const lab::Node* node = nullptr;
    LabPlaces* places = nullptr;

    void warn(const YamlNode& at, const QString& message, const QString& hint);
    /// knowKeys warns of keys that are not in known.
    void knowKeys(const YamlNode& map, const QStringList& known, const QString& what);
};

[[noreturn]] void fail(const YamlNode& at, const QString& message, const QString& hint = {});
/// shown is a text of the file as it can stand in a message: short, on one line.
QString shown(const QString& text);

/// value is what a map has under a key, or null.
const YamlNode* value(const YamlNode& map, const char* key);
/// asMap and asList return the node or fail; what is "the gateway" and the like.
const YamlNode& asMap(const YamlNode& node, const QString& what);
const YamlNode& asList(const YamlNode& node, const QString& what);
/// asText fails for what another reader of YAML would take for a number, a truth value or nothing, and for more than
/// most characters.
QString asText(const YamlNode& node, const QString& what, int most = 10'000);
/// asWord is asText for words that cannot be mistaken: addresses, URLs.
QString asWord(const YamlNode& node, const QString& what);
bool asBool(const YamlNode& node, const QString& what);
std::uint64_t asWhole(const YamlNode& node, const QString& what, std::uint64_t least, std::uint64_t most);
double asNumber(const YamlNode& node, const QString& what);
std::pair<double, double> asPair(const YamlNode& node, const QString& what);
sim::wire::IpAddress asAddress(const YamlNode& node, const QString& what);
sim::wire::Prefix asPrefix(const YamlNode& node, const QString& what);
sim::wire::MacAddress asMac(const YamlNode& node, const QString& what);
sim::kernel::SimTime asTime(const YamlNode& node, const QString& what, sim::kernel::SimTime most);
/// oneOrMany calls f for each item of a list, or for a single value.
template <class F>
void oneOrMany(const YamlNode& node, F f) {
    if (node.type == YamlNode::Type::Sequence)
        for (const auto& item : node.items)
            f(item);
    else
        f(node);
}

} // namespace model::io
