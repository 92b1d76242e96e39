// Where the tests find the source tree and what was built. Only places.cpp is compiled with those paths, so that a
// compiler cache serves the tests of every checkout.
#pragma once

#include <QString>

namespace support {

/// source is the full path of a file or folder of the source tree, from its path there; by itself the tree.
QString source(const QString& path = {});
/// program is the full path of the packetarium that was built beside the tests.
QString program();
/// cmakeProgram is the cmake that configured this build.
QString cmakeProgram();
/// buildFolder is the folder of this build.
QString buildFolder();

} // namespace support
