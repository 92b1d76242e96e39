// A YAML text as a tree in which everything knows the bytes it stands in, so that a file can be changed in places.
// Only the plain part of YAML 1.2 gets through: one document of maps, lists and scalars. See README.md for the bounds.
#pragma once

#include "model/io/problem.h"

#include <QByteArray>
#include <QString>

#include <cstddef>
#include <vector>

namespace model::io {

inline constexpr std::size_t kMaxFileBytes = 16 * 1024 * 1024;
inline constexpr int kMaxDepth = 32;
inline constexpr std::size_t kMaxNodes = 500'000;
/// kMaxMarks bounds the lines and the characters that begin or end something in YAML: the parser's memory grows with
/// them.
inline constexpr std::size_t kMaxMarks = 1'000'000;

/// YamlNode is one value of a YAML text. Offsets are bytes from the beginning of the text.
struct YamlNode {
    enum class Type { Null, Scalar, Sequence, Map };
    Type type = Type::Null;
    bool plain = true;    ///< a scalar without quotes
    bool literal = false; ///< a block scalar: | or >
    bool flow = false;    ///< a collection in brackets
    std::size_t begin = 0, end = 0;
    QString text;                ///< of a scalar
    std::vector<YamlNode> keys;  ///< of a map, as many as items
    std::vector<YamlNode> items; ///< of a list, or the values of a map

    /// find is the index of a key, or -1.
    int find(const QString& key) const;
};

/// parseYaml makes the tree; problem gets the place, by line and column, and false is returned when it cannot.
/// The text must not begin with a byte order mark.
bool parseYaml(const QByteArray& text, YamlNode* tree, Problem* problem);

/// setPlace fills in line and column (in characters, from 1) of an offset into the text.
void setPlace(Problem& problem, const QByteArray& text, std::size_t offset);

} // namespace model::io
