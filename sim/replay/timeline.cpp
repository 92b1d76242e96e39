#include "sim/replay/timeline.h"

#include <algorithm>

namespace sim::replay {

using kernel::SimTime;

Timeline::Timeline(devices::Network start, std::vector<Stimulus> stimuli) : mStart(std::move(start)), mNow(mStart), mStimuli(std::move(stimuli)) {
    std::stable_sort(mStimuli.begin(), mStimuli.end(), [](const Stimulus& a, const Stimulus& b) { return a.at < b.at; });
    mCheckpoints.push_back({mStart, 0});
}

SimTime Timeline::nextTime(const devices::Network& network, std::size_t next) const {
    const SimTime event = network.nextEventTime();
    return next < mStimuli.size() ? std::min(std::max(mStimuli[next].at, network.now()), event) : event;
}

void Timeline::runOne(devices::Network& network, std::size_t& next, trace::TraceLog* log) const {
    if (next < mStimuli.size() && mStimuli[next].at <= network.nextEventTime()) {
        const Stimulus& s = mStimuli[next++];
        network.apply(std::max(s.at, network.now()), s.device, s.action, log);
    } else {
        network.step(log);
    }
}

bool Timeline::quiet() const { return mNextStimulus == mStimuli.size() && mNow.quiet(); }

bool Timeline::extend(SimTime until, std::uint64_t maxEvents, Stop stop) {
    if (until == kernel::kNever) stop = Stop::WhenQuiet; // the timers of some protocols never end
    for (;; --maxEvents) {
        if (stop == Stop::WhenQuiet && quiet()) return true;
        const SimTime next = nextTime(mNow, mNextStimulus);
        if (next == kernel::kNever) break;
        if (next > until) {
            mRecordedUntil = std::max(mRecordedUntil, until);
            return true;
        }
        if (maxEvents == 0) return false;
        runOne(mNow, mNextStimulus, &mLog);
        // Everything before the moment of the next event is known now.
        mRecordedUntil = std::max(mRecordedUntil, mNow.now());
        maybeCheckpoint();
    }
    if (until != kernel::kNever) mRecordedUntil = std::max(mRecordedUntil, until);
    return true;
}

void Timeline::maybeCheckpoint() {
    if (mNow.eventNo() < mCheckpoints.back().network.eventNo() + mCheckpointSpacing) return;
    mCheckpoints.push_back({mNow, mNextStimulus});
}

devices::Network Timeline::stateAt(SimTime time) const {
    time = std::min(time, mRecordedUntil);
    const auto after = std::partition_point(mCheckpoints.begin() + 1, mCheckpoints.end(),
                                            [&](const Checkpoint& c) { return c.network.now() <= time; });
    const Checkpoint& from = *(after - 1);
    devices::Network network = from.network;
    std::size_t next = from.nextStimulus;
    // Events that the log does not know yet are not run, even at the very end of what is recorded.
    while (network.eventNo() < mNow.eventNo() && nextTime(network, next) <= time) runOne(network, next, nullptr);
    network.runUntil(std::min(time, network.nextEventTime() == kernel::kNever ? time : network.nextEventTime() - SimTime(1)));
    return network;
}

devices::Network Timeline::stateAfter(kernel::EventNo event) const {
    event = std::min(event, mNow.eventNo());
    const auto after = std::partition_point(mCheckpoints.begin() + 1, mCheckpoints.end(),
                                            [&](const Checkpoint& c) { return c.network.eventNo() <= event; });
    const Checkpoint& from = *(after - 1);
    devices::Network network = from.network;
    std::size_t next = from.nextStimulus;
    while (network.eventNo() < event) runOne(network, next, nullptr);
    return network;
}

void Timeline::insert(Stimulus stimulus) {
    stimulus.at = std::max(stimulus.at, SimTime::zero());
    // Back to just before that moment: whoever replays the run from its start will apply the stimulus before the
    // events of the same moment. They are recorded again, so that frames on the way know their place in the log.
    while (mCheckpoints.size() > 1 && mCheckpoints.back().network.now() >= stimulus.at) mCheckpoints.pop_back();
    if (mNow.now() >= stimulus.at) {
        mNow = mCheckpoints.back().network;
        mNextStimulus = mCheckpoints.back().nextStimulus;
        mLog.truncate(mNow.eventNo());
        while (nextTime(mNow, mNextStimulus) < stimulus.at) runOne(mNow, mNextStimulus, &mLog);
    }
    mRecordedUntil = std::min(mRecordedUntil, stimulus.at);
    const auto at = std::upper_bound(mStimuli.begin() + std::ptrdiff_t(mNextStimulus), mStimuli.end(), stimulus,
                                     [](const Stimulus& a, const Stimulus& b) { return a.at < b.at; });
    mStimuli.insert(at, std::move(stimulus));
}

} // namespace sim::replay
