// A stimulus: what somebody did during a run, and when. With lab and seed it decides the whole run.
#pragma once

#include "sim/config/action.h"

namespace sim::replay {

/// Stimulus is something that a user does during a run: when, on which device, what.
struct Stimulus {
    kernel::SimTime at{0};   ///< applied before the events of the same moment
    kernel::DeviceId device; ///< ignored by SetLink
    config::Action action;
};

} // namespace sim::replay
