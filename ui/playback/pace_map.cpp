#include "ui/playback/pace_map.h"

#include <algorithm>
#include <set>

namespace ui::playback {

using sim::kernel::EventNo;
using sim::kernel::SimTime;
using sim::trace::FrameTrace;
using sim::trace::kNoIndex;

namespace {

/// Edge is a moment at which a flight begins or ends, or something else happens.
struct Edge {
    SimTime time{0};
    SimTime flight{0}; ///< of the frame that begins or ends here; 0: neither
    bool begins = false;
};

} // namespace

EventNo eventAt(const sim::trace::TraceLog& log, SimTime time) {
    const std::size_t after = log.firstAfter(time);
    return after ? log.records()[after - 1].event : 0;
}

void PaceMap::append(Segment segment) {
    segment.start = mLength;
    mLength += segment.length;
    mSegments.push_back(segment);
}

void PaceMap::rebuild(const sim::trace::TraceLog& log) {
    mSegments.clear();
    mLength = 0;
    std::vector<Edge> edges;
    std::vector<std::uint32_t> loops;
    edges.reserve(log.frames().size() * 2 + log.records().size() / 4);
    for (std::size_t i = 0; i < log.frames().size(); ++i) {
        const FrameTrace& frame = log.frames()[i];
        if (frame.arrive > frame.depart) {
            edges.push_back({frame.depart, frame.arrive - frame.depart, true});
            edges.push_back({frame.arrive, frame.arrive - frame.depart, false});
        } else {
            loops.push_back(static_cast<std::uint32_t>(i));
        }
    }
    SimTime last{-1};
    for (const auto& record : log.records()) {
        if (record.time != last) edges.push_back({record.time, SimTime{0}, false});
        last = record.time;
    }
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.time < b.time; });

    std::multiset<SimTime> flying;
    SimTime now{0};
    std::size_t loop = 0, e = 0;
    const auto turnLoops = [&] {
        for (; loop < loops.size() && log.frames()[loops[loop]].sent <= now; ++loop)
            append({now, now, log.frames()[loops[loop]].event, loops[loop], 0, kFlight});
    };
    turnLoops();
    while (e < edges.size()) {
        const SimTime next = edges[e].time;
        if (next > now) {
            const double span = static_cast<double>((next - now).count());
            const double length = !flying.empty()    ? span / static_cast<double>(flying.begin()->count()) * kFlight
                                  : span > 1'000'000 ? kIdle
                                                     : kShortIdle;
            append({now, next, 0, kNoIndex, 0, length});
            now = next;
            turnLoops();
        }
        for (; e < edges.size() && edges[e].time == next; ++e) {
            if (edges[e].flight.count() == 0) continue;
            if (edges[e].begins)
                flying.insert(edges[e].flight);
            else if (const auto it = flying.find(edges[e].flight); it != flying.end())
                flying.erase(it);
        }
    }
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
    const SimTime time = part >= 1.0 ? segment->to : segment->from + SimTime(static_cast<std::int64_t>(span * part));
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

} // namespace ui::playback
