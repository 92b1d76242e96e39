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
    /// extend runs until time has come, or before that the network is quiet, at most maxEvents events; true when it got
    /// there. With a bound of memory (setMostMemory) it may come back earlier, when so much was sent that the bound
    /// should be looked at.
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
    /// memoryBytes is what the recording holds: the log, what the checkpoints hold by themselves, and what is on the
    /// way at its end.
    std::size_t memoryBytes() const { return mLog.memoryBytes() + checkpointBytes() + mRunningBytes; }
    std::size_t checkpointBytes() const { return mOwnBytes + mCopyBytes; }
    /// setMostMemory gives the bytes that memoryBytes should not exceed: as they come near, checkpoints are thinned. To
    /// stop there is for whoever extends.
    void setMostMemory(std::size_t bytes) { mMostMemory = bytes; }
    /// thin gives every second checkpoint back, and lets the next ones come less often; false when there is none to
    /// give.
    bool thin();
    /// outOfMemory: the machine had none left while this was extended. What was recorded until then stays; it goes no
    /// further.
    bool outOfMemory() const { return mOutOfMemory; }

private:
    /// Checkpoint is a packed copy, and what it takes by itself.
    struct Checkpoint {
        Run run;
        std::size_t bytes = 0;
    };

    bool extendTo(kernel::SimTime until, std::uint64_t maxEvents, Stop stop);
    /// look thins checkpoints when the bound is near, and makes one when it is time.
    void look();
    void checkpoint();
    void count();
    void countCopies();
    void saveWhatIs();
    static Run runFrom(const Checkpoint& checkpoint);

    devices::Network mStart;
    Run mNow;
    std::vector<Stimulus> mStimuli;
    trace::TraceLog mLog;
    std::vector<Checkpoint> mCheckpoints; ///< the first is the start
    kernel::SimTime mRecordedUntil{0};
    std::size_t mOwnBytes = 0,
                mCopyBytes = 0;    ///< what the checkpoints take by themselves, and what was copied because of them
    std::size_t mRunningBytes = 0; ///< frames and events of the present network, when that was looked at last
    std::size_t mMostMemory = SIZE_MAX;
    std::size_t mSpacing = 1; ///< the log grows so many times by what a checkpoint takes, before the next one
    std::size_t mLogThen = 0, mCopiesThen = 0; ///< at the latest checkpoint
    std::uint64_t mCopiedBefore = 0;           ///< what this thread had copied when that was counted last
    kernel::EventNo mNextLook = 0;
    bool mOutOfMemory = false;
};

} // namespace sim::replay
