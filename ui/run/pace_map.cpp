#include "ui/run/pace_map.h"

#include <algorithm>
#include <cmath>

namespace ui::run {

using sim::kernel::EventNo;
using sim::kernel::SimTime;
using sim::trace::FrameTrace;
using sim::trace::kNoIndex;

EventNo eventAt(const sim::trace::TraceLog& log, SimTime time) {
    const std::size_t after = log.firstAfter(time);
    return after ? log.records()[after - 1].event : 0;
}

void PaceMap::append(Segment segment) {
    // Time that passes at one pace is one segment: a storm of a million frames is a few.
    if (segment.pace.count() && !mSegments.empty() && mSegments.back().pace == segment.pace &&
        mSegments.back().to == segment.from) {
        Segment& last = mSegments.back();
        last.to = segment.to;
        last.length =
            static_cast<double>((last.to - last.from).count()) / static_cast<double>(last.pace.count()) * kFlight;
        mLength = last.start + last.length;
        return;
    }
    segment.start = mLength;
    mLength += segment.length;
    mSegments.push_back(segment);
}

void PaceMap::proceed(Front& front, SimTime until, const sim::trace::TraceLog& log) {
    const auto turnLoops = [&] {
        for (; front.loop < mLoops.size(); ++front.loop) {
            const FrameTrace frame = log.frames()[mLoops[front.loop]];
            if (frame.sent > front.now) break;
            append({front.now, front.now, frame.event, mLoops[front.loop], SimTime{0}, 0, kFlight});
        }
    };
    if (front.now < until) turnLoops();
    while (front.edge < mEdges.size() && mEdges[front.edge].time < until) {
        const SimTime next = mEdges[front.edge].time;
        if (next > front.now) {
            const SimTime pace = front.flying.empty() ? SimTime{0} : front.flying.begin()->first;
            const double span = static_cast<double>((next - front.now).count());
            const double length = pace.count()       ? span / static_cast<double>(pace.count()) * kFlight
                                  : span > 1'000'000 ? kIdle
                                                     : kShortIdle;
            append({front.now, next, 0, kNoIndex, pace, 0, length});
            front.now = next;
            turnLoops();
        }
        for (; front.edge < mEdges.size() && mEdges[front.edge].time == next; ++front.edge) {
            const Edge& edge = mEdges[front.edge];
            if (edge.flight.count() == 0) continue;
            if (edge.begins)
                ++front.flying[edge.flight];
            else if (const auto it = front.flying.find(edge.flight); it != front.flying.end() && --it->second == 0)
                front.flying.erase(it);
        }
    }
}

void PaceMap::grow(const sim::trace::TraceLog& log) {
    mSegments.resize(mSettledSegments);
    if (mSettledSegments) mSegments.back() = mLastSettled;
    mLength = mSettledLength;
    const std::size_t known = mEdges.size();
    for (; mFramesRead < log.frames().size(); ++mFramesRead) {
        const FrameTrace frame = log.frames()[mFramesRead];
        if (frame.arrive > frame.depart) {
            mEdges.push_back({frame.depart, frame.arrive - frame.depart, true});
            mEdges.push_back({frame.arrive, frame.arrive - frame.depart, false});
        } else {
            mLoops.push_back(static_cast<std::uint32_t>(mFramesRead));
        }
    }
    for (; mRecordsRead < log.records().size(); ++mRecordsRead) {
        const SimTime time = log.records()[mRecordsRead].time;
        if (time != mLastTime) mEdges.push_back({time, SimTime{0}, false});
        mLastTime = time;
    }
    const auto byTime = [](const Edge& a, const Edge& b) { return a.time < b.time; };
    const auto fresh = mEdges.begin() + static_cast<std::ptrdiff_t>(known);
    std::sort(fresh, mEdges.end(), byTime);
    std::inplace_merge(mEdges.begin(), fresh, mEdges.end(), byTime);

    // At the moment of the last record more may be sent yet; before it nothing.
    proceed(mSettled, mLastTime, log);
    mEdges.erase(mEdges.begin(), mEdges.begin() + static_cast<std::ptrdiff_t>(mSettled.edge));
    mLoops.erase(mLoops.begin(), mLoops.begin() + static_cast<std::ptrdiff_t>(mSettled.loop));
    mSettled.edge = mSettled.loop = 0;
    mSettledSegments = mSegments.size();
    if (mSettledSegments) mLastSettled = mSegments.back();
    mSettledLength = mLength;
    Front ahead = mSettled;
    proceed(ahead, sim::kernel::kNever, log);
}

const PaceMap::Segment* PaceMap::segmentAt(double position) const {
    auto it = std::upper_bound(mSegments.begin(), mSegments.end(), position,
                               [](double p, const Segment& s) { return p < s.start; });
    return it == mSegments.begin() ? nullptr : &*(it - 1);
}

Place PaceMap::at(double position, const sim::trace::TraceLog& log) const {
    position = std::clamp(position, 0.0, mLength);
    const Segment* segment = segmentAt(position);
    if (!segment) return {SimTime{0}, eventAt(log, SimTime{0}), 0};
    const double part = segment->length > 0 ? std::min(1.0, (position - segment->start) / segment->length) : 1.0;
    if (segment->event && part < 1.0) return {segment->from, segment->event, position};
    const double span = static_cast<double>((segment->to - segment->from).count());
    const SimTime time = part >= 1.0 ? segment->to : segment->from + SimTime(std::llround(span * part));
    return {time, eventAt(log, time), position};
}

double PaceMap::positionOf(SimTime time, EventNo event) const {
    auto it = std::lower_bound(mSegments.begin(), mSegments.end(), time,
                               [](const Segment& s, SimTime t) { return s.to < t; });
    if (it == mSegments.end()) return mLength;
    if (!it->event && it->to > time) {
        const double span = static_cast<double>((it->to - it->from).count());
        return it->start + it->length * static_cast<double>((time - it->from).count()) / span;
    }
    // it ends at time, or is a loop there: of the loops that follow, the first that has not begun before the event.
    if (!it->event) ++it;
    while (it != mSegments.end() && it->event && it->from == time && it->event < event)
        ++it;
    return it == mSegments.end() ? mLength : it->start;
}

std::uint32_t PaceMap::loopFrame(double position, double* progress) const {
    const Segment* segment = segmentAt(position);
    if (!segment || !segment->event) return kNoIndex;
    *progress = (position - segment->start) / segment->length;
    return *progress <= 1.0 ? segment->frame : kNoIndex;
}

} // namespace ui::run
