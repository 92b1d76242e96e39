// What lists read of a run, without knowing who plays it.
#pragma once

#include "sim/replay/timeline.h"

namespace ui::rows {

/// RunView is what docks ask of a run.
class RunView {
public:
    virtual ~RunView() = default;
    /// timeline is the run as far as it is recorded; another one once the lab has changed.
    virtual const sim::replay::Timeline& timeline() const = 0;
    /// eventNo is the latest event that has happened at the cursor; 0: the run has not begun.
    virtual sim::kernel::EventNo eventNo() const = 0;
};

} // namespace ui::rows
