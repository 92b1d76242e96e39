#include "sim/replay/timeline.h"

#include "sim/kernel/heap.h"

#include <algorithm>
#include <new>
#include <unordered_set>

namespace sim::replay {

using kernel::EventNo;
using kernel::SimTime;

namespace {
constexpr std::uint64_t kSpacing = 8000; ///< events between two checkpoints at least: about a millisecond of replay
constexpr std::uint64_t kLook = 500;     ///< events between two looks at what is held
/// Frames between two moments at which somebody else may look at the memory: in queues and log they take less than a
/// small part of the bound.
constexpr std::size_t kFewFrames = 500, kSmallPart = 64, kFrameBytes = 1024;
constexpr std::size_t kSmallShare = 16; ///< checkpoints that take less than this part of the bound stay
} // namespace

Timeline::Timeline(devices::Network start, std::vector<Stimulus> stimuli)
    : mStart(std::move(start)), mNow{mStart}, mStimuli(std::move(stimuli)) {
    std::stable_sort(mStimuli.begin(), mStimuli.end(),
                     [](const Stimulus& a, const Stimulus& b) { return a.at < b.at; });
    checkpoint();
}

bool Timeline::extend(SimTime until, std::uint64_t maxEvents, Stop stop) {
    if (mOutOfMemory) return true;
    mCopiedBefore = kernel::copiedBytes();
    bool done = true;
    try {
        done = extendTo(until, maxEvents, stop);
    } catch (const std::bad_alloc&) {
        saveWhatIs();
    }
    countCopies();
    return done;
}

bool Timeline::extendTo(SimTime until, std::uint64_t maxEvents, Stop stop) {
    if (until == kernel::kNever) stop = Stop::WhenQuiet; // the timers of some protocols never end
    const std::size_t enough = mLog.frameCount() + std::max(kFewFrames, mMostMemory / kSmallPart / kFrameBytes);
    for (;; --maxEvents) {
        if (stop == Stop::WhenQuiet && quiet()) return true;
        const SimTime next = mNow.nextTime(mStimuli);
        if (next == kernel::kNever) break;
        if (next > until) {
            mRecordedUntil = std::max(mRecordedUntil, until);
            return true;
        }
        if (maxEvents == 0) return false;
        mNow.step(mStimuli, &mLog);
        // Everything before the moment of the next event is known now.
        mRecordedUntil = std::max(mRecordedUntil, mNow.network.now());
        if (mNow.network.eventNo() >= mNextLook) [[unlikely]]
            look();
        // One event may flood hundreds of frames: whoever watches the memory is asked in between.
        if (mLog.frameCount() >= enough) [[unlikely]] {
            look();
            return false;
        }
    }
    if (until != kernel::kNever) mRecordedUntil = std::max(mRecordedUntil, until);
    return true;
}

void Timeline::countCopies() {
    const std::uint64_t now = kernel::copiedBytes();
    mCopyBytes += now - mCopiedBefore;
    mCopiedBefore = now;
}

void Timeline::look() {
    mNextLook = mNow.network.eventNo() + kLook;
    countCopies();
    mRunningBytes = mNow.network.runningBytes();
    if (memoryBytes() > mMostMemory / 4 * 3 && checkpointBytes() > mMostMemory / kSmallShare) thin();
    const auto since = mNow.network.eventNo() - mCheckpoints.back().run.network.eventNo();
    if (since < kSpacing || since < mNow.network.interfaceCount()) return;
    // What a checkpoint takes: its own tables and frames, and the devices that were copied because the latest held
    // them. The log has grown by as much before there is another, so that all of them take half of a recording at most.
    const std::size_t cost = mNow.network.ownBytes() + mNow.network.frameBytes() + (mCopyBytes - mCopiesThen);
    if (mLog.usedBytes() - mLogThen < mSpacing * cost) return;
    try {
        checkpoint();
    } catch (const std::bad_alloc&) {
        thin(); // a run can do without
    }
}

void Timeline::checkpoint() {
    const devices::Network* const before = mCheckpoints.empty() ? nullptr : &mCheckpoints.back().run.network;
    Checkpoint made{{mNow.network.packed(before), mNow.nextStimulus}, 0};
    made.bytes = sizeof(Checkpoint) + made.run.network.ownBytes();
    const std::size_t fresh = made.run.network.freshBytes();
    mOwnBytes += made.bytes;
    mCheckpoints.push_back(std::move(made));
    mCopyBytes += fresh;
    mCopiesThen = mCopyBytes;
    mLogThen = mLog.usedBytes();
    mNextLook = mNow.network.eventNo() + kSpacing;
}

bool Timeline::thin() {
    if (mCheckpoints.size() <= 2) return false;
    std::size_t kept = 1; // the start
    for (std::size_t i = 1; i < mCheckpoints.size(); ++i)
        if (i + 1 == mCheckpoints.size() || i % 2 == 0) {
            if (kept != i) mCheckpoints[kept] = std::move(mCheckpoints[i]);
            ++kept;
        }
    mCheckpoints.resize(kept);
    mSpacing *= 2;
    count();
    return true;
}

/// count sums anew what the checkpoints hold: what several of them share counts once, and what only the present network
/// has counts as well.
void Timeline::count() {
    std::unordered_set<const void*> seen;
    mOwnBytes = mCopyBytes = 0;
    const auto add = [&](const void* what, std::size_t bytes) {
        if (bytes && seen.insert(what).second) mCopyBytes += bytes;
    };
    for (const Checkpoint& c : mCheckpoints) {
        mOwnBytes += c.bytes;
        c.run.network.forEachCopy(add);
    }
    mNow.network.forEachCopy(add);
    mCopiesThen = mCopyBytes;
}

/// saveWhatIs goes back to before the event that found no memory.
void Timeline::saveWhatIs() {
    mOutOfMemory = true;
    const EventNo whole = mNow.network.eventNo() - 1;
    mNow = {};
    while (thin()) {
    }
    try {
        mLog.truncate(whole);
        mNow = runFrom(mCheckpoints.back());
        while (mNow.network.eventNo() < whole)
            mNow.step(mStimuli, nullptr);
    } catch (const std::bad_alloc&) {
        mNow = {mStart, 0}; // shares everything
    }
}

Run Timeline::runFrom(const Checkpoint& checkpoint) {
    return {checkpoint.run.network.unpacked(), checkpoint.run.nextStimulus};
}

devices::Network Timeline::stateAt(SimTime time) const {
    time = std::min(time, mRecordedUntil);
    const auto after = std::partition_point(mCheckpoints.begin() + 1, mCheckpoints.end(),
                                            [&](const Checkpoint& c) { return c.run.network.now() <= time; });
    Run run = mNow.network.now() <= time ? mNow : runFrom(*(after - 1));
    devices::Network& network = run.network;
    // Events that the log does not know yet are not run, even at the very end of what is recorded.
    while (network.eventNo() < mNow.network.eventNo() && run.nextTime(mStimuli) <= time)
        run.step(mStimuli, nullptr);
    network.runUntil(
        std::min(time, network.nextEventTime() == kernel::kNever ? time : network.nextEventTime() - SimTime(1)));
    return std::move(run.network);
}

devices::Network Timeline::stateAfter(EventNo event) const {
    if (event >= mNow.network.eventNo()) return mNow.network;
    const auto after = std::partition_point(mCheckpoints.begin() + 1, mCheckpoints.end(),
                                            [&](const Checkpoint& c) { return c.run.network.eventNo() <= event; });
    Run run = runFrom(*(after - 1));
    while (run.network.eventNo() < event)
        run.step(mStimuli, nullptr);
    return std::move(run.network);
}

void Timeline::insert(Stimulus stimulus) {
    stimulus.at = std::max(stimulus.at, SimTime::zero());
    // Back to just before that moment: whoever replays the run from its start will apply the stimulus before the
    // events of the same moment. They are recorded again, so that frames on the way know their place in the log.
    while (mCheckpoints.size() > 1 && mCheckpoints.back().run.network.now() >= stimulus.at)
        mCheckpoints.pop_back();
    if (mNow.network.now() >= stimulus.at) {
        mNow = runFrom(mCheckpoints.back());
        mLog.truncate(mNow.network.eventNo());
        while (mNow.nextTime(mStimuli) < stimulus.at)
            mNow.step(mStimuli, &mLog);
        count();
        mLogThen = std::min(mLogThen, mLog.usedBytes());
        mNextLook = mNow.network.eventNo();
        mOutOfMemory = false;
    }
    mRecordedUntil = std::min(mRecordedUntil, stimulus.at);
    const auto at = std::upper_bound(mStimuli.begin() + std::ptrdiff_t(mNow.nextStimulus), mStimuli.end(), stimulus,
                                     [](const Stimulus& a, const Stimulus& b) { return a.at < b.at; });
    mStimuli.insert(at, std::move(stimulus));
}

} // namespace sim::replay
