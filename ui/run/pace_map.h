// The comfortable pace: how virtual time passes for eyes that want to see every frame travel.
#pragma once

#include "sim/trace/trace_log.h"

#include <cstdint>
#include <map>
#include <vector>

namespace ui::run {

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

    /// grow reads what the log has more than when it was last read; a log that was cut needs a new map.
    void grow(const sim::trace::TraceLog& log);

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
        sim::kernel::SimTime pace{0}; ///< the shortest flight, which takes kFlight; 0: nothing flies
        double start = 0, length = 0;
    };
    /// Edge is a moment at which a flight begins or ends, or something else happens.
    struct Edge {
        sim::kernel::SimTime time{0};
        sim::kernel::SimTime flight{0}; ///< of the frame that begins or ends here; 0: neither
        bool begins = false;
    };
    /// Front is how far the map has come: up to now everything is mapped, and this is in the air then.
    struct Front {
        sim::kernel::SimTime now{0};
        std::map<sim::kernel::SimTime, std::uint32_t> flying; ///< how many flights of each length
        std::size_t edge = 0, loop = 0;                       ///< the first of mEdges and mLoops that lies ahead
    };
    const Segment* segmentAt(double position) const;
    void append(Segment segment);
    /// proceed maps all edges before a moment.
    void proceed(Front& front, sim::kernel::SimTime until, const sim::trace::TraceLog& log);

    std::vector<Segment> mSegments;
    double mLength = 0;
    // What is mapped before the last record stays as it is; what is after it is mapped anew whenever the log grows.
    Front mSettled;
    std::size_t mSettledSegments = 0;
    Segment mLastSettled;
    double mSettledLength = 0;
    std::vector<Edge> mEdges;          ///< that lie ahead of mSettled, by time
    std::vector<std::uint32_t> mLoops; ///< frames without a flight, ahead of mSettled
    std::size_t mFramesRead = 0, mRecordsRead = 0;
    sim::kernel::SimTime mLastTime{-1}; ///< of the last record that was read
};

/// eventAt is the latest recorded event at or before a time; 0: none.
sim::kernel::EventNo eventAt(const sim::trace::TraceLog& log, sim::kernel::SimTime time);

} // namespace ui::run
