// What came of a run, for programs: one JSON object with sorted keys, the same bytes for the same run.
#pragma once

#include "model/io/problem.h"
#include "model/lab/lab.h"
#include "sim/replay/timeline.h"

#include <QByteArray>

#include <vector>

namespace ui::cli {

/// jsonReport tells the state at the end of the run; times are in nanoseconds.
QByteArray jsonReport(const model::lab::Lab& lab, const sim::replay::Timeline& timeline,
                      const std::vector<model::io::Problem>& problems);

} // namespace ui::cli
