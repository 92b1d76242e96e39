// The comfortable pace: how virtual time passes for eyes that want to see every frame travel.
#pragma once

#include "sim/trace/trace_log.h"

#include <cstdint>
#include <vector>

namespace ui::playback {

/// Place is a moment of a run: virtual time, the latest event that has happened, and the position in play time.
struct Place {
    sim::kernel::SimTime time{0};
    sim::kernel::EventNo event = 0; ///< 0: nothing has happened yet
    double position = 0;            ///< milliseconds of playing at the comfortable pace at 1×
};

/// PaceMap maps virtual time to play time, monotonic in both directions. While frames fly, the one with the shortest
/// flight takes kFlight; a frame round the loopback, which takes no virtual time, gets kFlight for itself; time in
/// which nothing flies is passed within kIdle.
class PaceMap {
public:
    static constexpr double kFlight = 620, kIdle = 280, kShortIdle = 60; ///< milliseconds

    /// rebuild reads the log anew; time is n log n in the number of frames.
    void rebuild(const sim::trace::TraceLog& log);

    /// length is the whole run in milliseconds of play time.
    double length() const { return mLength; }
    /// at is the place at a position, clipped to the run.
    Place at(double position, const sim::trace::TraceLog& log) const;
    /// positionOf is where an event at a time stands.
    double positionOf(sim::kernel::SimTime time, sim::kernel::EventNo event) const;
    /// loopFrame is the frame that goes round the loopback at a position, with how far it is (0 … 1); kNoIndex: none.
    std::uint32_t loopFrame(double position, double* progress) const;

private:
    struct Segment {
        sim::kernel::SimTime from{0}, to{0};
        sim::kernel::EventNo event = 0; ///< of a loopback frame's sending; 0: time passes here
        std::uint32_t frame = sim::trace::kNoIndex;
        double start = 0, length = 0;
    };
    const Segment* segmentAt(double position) const;
    void append(Segment segment);

    std::vector<Segment> mSegments;
    double mLength = 0;
};

/// eventAt is the latest recorded event at or before a time; 0: none.
sim::kernel::EventNo eventAt(const sim::trace::TraceLog& log, sim::kernel::SimTime time);

} // namespace ui::playback
