// Which ports can hear one another: the broadcast domains of a lab.
#pragma once

#include "model/lab/lab.h"

#include <vector>

namespace model::plan {

/// Place is a port of a lab by the places of its node and of itself.
struct Place {
    std::size_t node = 0, port = 0;
    auto operator<=>(const Place&) const = default;
};

/// Segments puts every port into a segment: those of a switch, and both ends of a cable, are in one.
class Segments {
public:
    explicit Segments(const lab::Lab& lab);
    /// count is how many segments there are; their numbers follow the places of their first ports.
    std::size_t count() const { return mPorts.size(); }
    /// of is the number of a port's segment.
    std::size_t of(Place place) const { return mSegment[index(place)]; }
    /// ports are those of a segment, in the order of the file.
    const std::vector<Place>& ports(std::size_t segment) const { return mPorts[segment]; }
    /// cabled tells whether a cable is in the port, plugged or not.
    bool cabled(Place place) const { return mCabled[index(place)]; }

private:
    std::size_t index(Place place) const { return mFirst[place.node] + place.port; }
    std::vector<std::size_t> mFirst;   ///< by node: the number of its first port
    std::vector<std::size_t> mSegment; ///< by port
    std::vector<bool> mCabled;
    std::vector<std::vector<Place>> mPorts;
};

} // namespace model::plan
