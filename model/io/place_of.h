// Where in a lab file something stands, by its path: "nodes/desktop/routes/0", "run/3/do".
#pragma once

#include "model/io/problem.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace model::io {

/// locate fills in line and column of what stands at a path in the text; of a path that leads further than the file
/// goes, of the last part that is there. It reads the text anew: for when there is something to say.
void locate(const QByteArray& text, const QStringList& path, Problem* problem);

} // namespace model::io
