#include "sim/replay/timeline.h"

#include <algorithm>

namespace sim::replay {

using kernel::SimTime;

namespace {
constexpr std::uint64_t kSpacing = 8000; ///< events between two checkpoints: about a millisecond of replay
constexpr std::uint64_t kEventsPerFrame = 4; ///< and as many events as this for every frame that a checkpoint copies
} // namespace

Timeline::Timeline(devices::Network start, std::vector<Stimulus> stimuli) : mStart(std::move(start)), mNow{mStart}, mStimuli(std::move(stimuli)) {
    std::stable_sort(mStimuli.begin(), mStimuli.end(), [](const Stimulus& a, const Stimulus& b) { return a.at < b.at; });
    mCheckpoints.push_back(mNow);
}

bool Timeline::extend(SimTime until, std::uint64_t maxEvents, Stop stop) {
    if (until == kernel::kNever) stop = Stop::WhenQuiet; // the timers of some protocols never end
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
        maybeCheckpoint();
    }
    if (until != kernel::kNever) mRecordedUntil = std::max(mRecordedUntil, until);
    return true;
}

void Timeline::maybeCheckpoint() {
    // A copy costs some nanoseconds a device, interface and frame, and hundreds of bytes a frame: together they stay a
    // small part of the run, and of its log, also when a storm fills every queue.
    const auto since = mNow.network.eventNo() - mCheckpoints.back().network.eventNo();
    if (since < kSpacing || since < mNow.network.interfaceCount() || since < kEventsPerFrame * mNow.network.framesHeld()) return;
    mCheckpoints.push_back(mNow);
}

devices::Network Timeline::stateAt(SimTime time) const {
    time = std::min(time, mRecordedUntil);
    const auto after = std::partition_point(mCheckpoints.begin() + 1, mCheckpoints.end(),
                                            [&](const Run& c) { return c.network.now() <= time; });
    Run run = mNow.network.now() <= time ? mNow : *(after - 1);
    devices::Network& network = run.network;
    // Events that the log does not know yet are not run, even at the very end of what is recorded.
    while (network.eventNo() < mNow.network.eventNo() && run.nextTime(mStimuli) <= time) run.step(mStimuli, nullptr);
    network.runUntil(std::min(time, network.nextEventTime() == kernel::kNever ? time : network.nextEventTime() - SimTime(1)));
    return std::move(run.network);
}

devices::Network Timeline::stateAfter(kernel::EventNo event) const {
    if (event >= mNow.network.eventNo()) return mNow.network;
    const auto after = std::partition_point(mCheckpoints.begin() + 1, mCheckpoints.end(),
                                            [&](const Run& c) { return c.network.eventNo() <= event; });
    Run run = *(after - 1);
    while (run.network.eventNo() < event) run.step(mStimuli, nullptr);
    return std::move(run.network);
}

void Timeline::insert(Stimulus stimulus) {
    stimulus.at = std::max(stimulus.at, SimTime::zero());
    // Back to just before that moment: whoever replays the run from its start will apply the stimulus before the
    // events of the same moment. They are recorded again, so that frames on the way know their place in the log.
    while (mCheckpoints.size() > 1 && mCheckpoints.back().network.now() >= stimulus.at) mCheckpoints.pop_back();
    if (mNow.network.now() >= stimulus.at) {
        mNow = mCheckpoints.back();
        mLog.truncate(mNow.network.eventNo());
        while (mNow.nextTime(mStimuli) < stimulus.at) mNow.step(mStimuli, &mLog);
    }
    mRecordedUntil = std::min(mRecordedUntil, stimulus.at);
    const auto at = std::upper_bound(mStimuli.begin() + std::ptrdiff_t(mNow.nextStimulus), mStimuli.end(), stimulus,
                                     [](const Stimulus& a, const Stimulus& b) { return a.at < b.at; });
    mStimuli.insert(at, std::move(stimulus));
}

} // namespace sim::replay
