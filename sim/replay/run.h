// A network and how far its stimuli have come: what a run is at one moment.
#pragma once

#include "sim/devices/network.h"
#include "sim/replay/stimulus.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sim::replay {

/// Run advances a network and its stimuli together; the stimuli are sorted by time, and are given each time.
struct Run {
    devices::Network network;
    std::size_t nextStimulus = 0;

    /// nextTime is when the next event or stimulus comes; kNever when there is none.
    kernel::SimTime nextTime(const std::vector<Stimulus>& stimuli) const {
        const kernel::SimTime event = network.nextEventTime();
        return nextStimulus < stimuli.size() ? std::min(std::max(stimuli[nextStimulus].at, network.now()), event)
                                             : event;
    }
    /// step lets that happen; stimuli come before the events of the same moment.
    void step(const std::vector<Stimulus>& stimuli, trace::TraceLog* log, trace::Tap* tap = nullptr) {
        if (nextStimulus < stimuli.size() && stimuli[nextStimulus].at <= network.nextEventTime()) {
            const Stimulus& s = stimuli[nextStimulus++];
            network.apply(std::max(s.at, network.now()), s.device, s.action, log, tap);
        } else {
            network.step(log, tap);
        }
    }
    /// quiet: every stimulus was applied, every application has its result and no frame is on the way.
    bool quiet(const std::vector<Stimulus>& stimuli) const { return nextStimulus == stimuli.size() && network.quiet(); }
};

} // namespace sim::replay
