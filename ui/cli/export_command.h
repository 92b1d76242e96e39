// packetarium export: a lab, or a moment of its run, for other programs.
#pragma once

#include "model/export/format.h"
#include "sim/kernel/time.h"

#include <optional>

namespace ui::cli {

/// ExportOptions are those of `packetarium export`.
struct ExportOptions {
    QString lab;
    const model::exports::Format* format = nullptr;
    std::optional<sim::kernel::SimTime> until; ///< the moment, for formats that have one; none: before the run begins
};

/// exportLab prints what a format makes of a lab. 0; 1 when the run ended before its moment, and nothing is printed; or
/// 2 when the lab cannot be read.
int exportLab(const ExportOptions& options);

} // namespace ui::cli
