// Changes a YAML text in as few places as possible, so that comments, order, form and unknown keys stay.
#pragma once

#include "model/io/value.h"
#include "model/io/yaml_tree.h"

#include <QByteArray>

namespace model::io {

/// patchText makes of text, whose tree is tree and which says before, a text that says now. What cannot be done in
/// place is written anew, together with what it stands in. The result must be read again to be sure.
QByteArray patchText(const QByteArray& text, const YamlNode& tree, const Value& before, const Value& now);

} // namespace model::io
