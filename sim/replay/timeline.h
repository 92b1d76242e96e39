// A run that can be walked in both directions: network, stimuli, log and checkpoints.
#pragma once

#include "sim/devices/network.h"
#include "sim/replay/run.h"
#include "sim/replay/stimulus.h"
#include "sim/trace/trace_log.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim::replay {

/// Timeline runs a network ahead of whoever looks, records it, and gives its state at any moment already recorded.
/// It is a value: a copy is a what-if branch.
class Timeline {
public:
    Timeline() = default;
    /// Stimuli are sorted by time; those of equal time keep their order.
    Timeline(devices::Network start, std::vector<Stimulus> stimuli);

    /// Stop says where extend may end before its time: never, or as soon as the network is quiet.
    enum class Stop : std::uint8_t { AtTime, WhenQuiet };
    /// extend runs until time has come, or before that the network is quiet, at most maxEvents events; true when it got there.
    bool extend(kernel::SimTime until, std::uint64_t maxEvents = UINT64_MAX, Stop stop = Stop::WhenQuiet);
    /// quiet: every stimulus was applied, every application has its result and no frame is on the way.
    bool quiet() const { return mNow.quiet(mStimuli); }
    /// recordedUntil is the moment up to which the log is complete.
    kernel::SimTime recordedUntil() const { return mRecordedUntil; }

    const trace::TraceLog& log() const { return mLog; }
    const std::vector<Stimulus>& stimuli() const { return mStimuli; }
    /// start is the network before its first event: names and configuration hold for the whole run.
    const devices::Network& start() const { return mStart; }
    /// latest is the network at recordedUntil().
    const devices::Network& latest() const { return mNow.network; }

    /// stateAt is the network after all events up to and including time (which is clipped to what is recorded).
    devices::Network stateAt(kernel::SimTime time) const;
    /// stateAfter is the network right after an event (0: before the first).
    devices::Network stateAfter(kernel::EventNo event) const;

    /// insert adds a stimulus at its time; everything recorded after that moment is forgotten.
    void insert(Stimulus stimulus);

    std::size_t checkpointCount() const { return mCheckpoints.size(); }
    /// memoryBytes is about what the recording holds: the log, and the frames in the checkpoints.
    std::size_t memoryBytes() const {
        std::size_t bytes = mLog.memoryBytes();
        for (const Run& c : mCheckpoints) bytes += c.network.framesHeld() * 512;
        return bytes;
    }

private:
    void maybeCheckpoint();

    devices::Network mStart;
    Run mNow;
    std::vector<Stimulus> mStimuli;
    trace::TraceLog mLog;
    std::vector<Run> mCheckpoints;
    kernel::SimTime mRecordedUntil{0};
};

} // namespace sim::replay
