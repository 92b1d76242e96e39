#include "sim/trace/trace_log.h"

#include <algorithm>

namespace sim::trace {

namespace {

// Frames per entry of the arrival index. 20 million frames make 80,000 entries: a scan of all is tens of microseconds.
constexpr std::size_t kBlock = 256;

} // namespace

TraceLog::TraceLog() { intern({}); }

std::size_t TraceLog::firstAfter(kernel::SimTime time) const {
    const auto it = std::upper_bound(mRecords.begin(), mRecords.end(), time,
                                     [](kernel::SimTime t, const Record& r) { return t < r.time; });
    return std::size_t(it - mRecords.begin());
}

std::size_t TraceLog::firstOfEvent(kernel::EventNo event) const {
    const auto it = std::lower_bound(mRecords.begin(), mRecords.end(), event,
                                     [](const Record& r, kernel::EventNo e) { return r.event < e; });
    return std::size_t(it - mRecords.begin());
}

std::vector<std::uint32_t> TraceLog::inFlight(kernel::SimTime time, std::size_t limit) const {
    // Frames stand in the order of `sent`, and none departs before that: what was sent later cannot be on the way yet.
    const auto sentUntil = std::upper_bound(mFrames.begin(), mFrames.end(), time,
                                            [](kernel::SimTime t, const FrameTrace& f) { return t < f.sent; });
    const auto end = std::size_t(sentUntil - mFrames.begin());
    std::vector<std::uint32_t> found;
    for (std::size_t block = 0; block * kBlock < end; ++block) {
        if (mLatestArrival[block] <= time) continue;
        const std::size_t last = std::min(end, (block + 1) * kBlock);
        for (std::size_t i = block * kBlock; i < last; ++i) {
            if (mFrames[i].depart > time || time >= mFrames[i].arrive) continue;
            if (found.size() == limit) return found;
            found.push_back(std::uint32_t(i));
        }
    }
    return found;
}

std::uint32_t TraceLog::wrapped(std::uint32_t frame) const {
    // What a tunnel took leaves by its device and goes nowhere: the frames that carry it were caused by it.
    for (std::uint32_t f = mFrames[frame].parent; f != kNoIndex && f < frame; f = mFrames[f].parent) {
        if (mFrames[f].from.valid() && !mFrames[f].to.valid()) return f;
        frame = f;
    }
    return kNoIndex;
}

void TraceLog::beginEvent(kernel::SimTime time, kernel::EventNo event, kernel::EventNo cause) {
    mTime = time;
    mEvent = event;
    mCause = cause;
    mFrame = kNoIndex;
}

std::uint32_t TraceLog::add(FrameTrace frame, std::span<const std::uint8_t> bytes) {
    const auto index = std::uint32_t(mFrames.size());
    frame.sent = mTime;
    frame.event = mEvent;
    frame.bytesOffset = mBytes.size();
    frame.length = std::uint32_t(bytes.size());
    frame.sentRecord = std::uint32_t(mRecords.size());
    if (frame.parent == kNoIndex) frame.parent = mFrame;
    mBytes.insert(mBytes.end(), bytes.begin(), bytes.end());
    if (index % kBlock == 0)
        mLatestArrival.push_back(frame.arrive);
    else
        mLatestArrival.back() = std::max(mLatestArrival.back(), frame.arrive);
    mFrames.push_back(frame);
    return index;
}

std::uint32_t TraceLog::frameSent(kernel::DeviceId device, FrameTrace frame, std::span<const std::uint8_t> bytes) {
    const auto index = add(frame, bytes);
    mRecords.push_back({mTime, mEvent, mCause, RecordKind::FrameSent, 0, device, index, mFrame});
    return index;
}

std::uint32_t TraceLog::frameUnwrapped(kernel::DeviceId device, FrameTrace frame, std::span<const std::uint8_t> bytes) {
    const auto index = add(frame, bytes);
    frameReceived(device, index);
    return index;
}

void TraceLog::frameReceived(kernel::DeviceId device, std::uint32_t frame) {
    mFrame = frame;
    mRecords.push_back({mTime, mEvent, mCause, RecordKind::FrameReceived, 0, device, frame, frame});
}

void TraceLog::frameLost(std::uint32_t frame, kernel::SimTime when, DropReason why) {
    FrameTrace& f = mFrames[frame];
    mLosses.push_back({mEvent, frame, f.arrive, f.lost});
    f.arrive = when;
    f.lost = why;
    auto& latest = mLatestArrival[frame / kBlock];
    latest = std::max(latest, when);
}

void TraceLog::dropped(kernel::DeviceId device, DropReason why) {
    mRecords.push_back({mTime, mEvent, mCause, RecordKind::Dropped, std::uint8_t(why), device, mFrame, mFrame});
}

void TraceLog::decided(kernel::DeviceId device, const Decision& decision) {
    const auto index = std::uint32_t(mDecisions.size());
    mDecisions.push_back(decision);
    mRecords.push_back(
        {mTime, mEvent, mCause, RecordKind::Decision, std::uint8_t(decision.kind), device, index, mFrame});
}

std::uint32_t TraceLog::intern(std::string_view text) {
    if (const auto it = mInterned.find(text); it != mInterned.end()) return it->second;
    const auto index = std::uint32_t(mStrings.size());
    mStrings.emplace_back(text);
    mInterned.emplace(text, index);
    return index;
}

void TraceLog::truncate(kernel::EventNo event) {
    while (!mLosses.empty() && mLosses.back().event > event) {
        const Loss& loss = mLosses.back();
        mFrames[loss.frame].arrive = loss.arrive;
        mFrames[loss.frame].lost = loss.lost;
        auto& latest = mLatestArrival[loss.frame / kBlock];
        latest = std::max(latest, loss.arrive);
        mLosses.pop_back();
    }
    while (!mSecrets.empty() && mSecrets.back().event > event) mSecrets.pop_back();
    const std::size_t keep = firstOfEvent(event + 1);
    std::size_t frames = mFrames.size(), decisions = mDecisions.size();
    for (std::size_t i = mRecords.size(); i-- > keep;) {
        // A frame is new in the record in which it was sent, or came out of a tunnel.
        const bool frame = mRecords[i].kind == RecordKind::FrameSent || mRecords[i].kind == RecordKind::FrameReceived;
        if (frame && mFrames[mRecords[i].index].sentRecord == i) frames = mRecords[i].index;
        if (mRecords[i].kind == RecordKind::Decision) decisions = mRecords[i].index;
    }
    if (frames < mFrames.size()) mBytes.resize(mFrames[frames].bytesOffset);
    mRecords.resize(keep);
    mFrames.resize(frames);
    mDecisions.resize(decisions);
    // The block that is cut keeps a time that may be later than any in it: that costs a look, not an answer.
    mLatestArrival.resize((frames + kBlock - 1) / kBlock);
    mFrame = kNoIndex;
    // Strings stay: records name them by number, and the same words will be needed again.
}

std::size_t TraceLog::memoryBytes() const {
    std::size_t strings = 0;
    for (const auto& s : mStrings)
        strings += 2 * (sizeof(s) + s.capacity()) + 32;
    return sizeof(*this) + mRecords.capacity() * sizeof(Record) + mFrames.capacity() * sizeof(FrameTrace) +
           mDecisions.capacity() * sizeof(Decision) + mBytes.capacity() +
           mLatestArrival.capacity() * sizeof(kernel::SimTime) + mLosses.capacity() * sizeof(Loss) + strings;
}

} // namespace sim::trace
