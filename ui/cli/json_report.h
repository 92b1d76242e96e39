// What came of a run, for programs: one JSON object with sorted keys, the same bytes for the same run.
#pragma once

#include "model/io/problem.h"
#include "model/lab/lab.h"
#include "sim/replay/timeline.h"

#include <QByteArray>

#include <functional>
#include <vector>

namespace ui::cli {

/// writeJsonReport tells the state at the end of the run, piece by piece; times are in nanoseconds.
void writeJsonReport(const model::lab::Lab& lab, const sim::replay::Timeline& timeline,
                     const std::vector<model::io::Problem>& problems,
                     const std::function<void(const QByteArray&)>& sink);

} // namespace ui::cli
