// Which ports can hear one another: the broadcast domains of a lab.
#pragma once

#include "model/lab/lab.h"

#include <map>
#include <vector>

namespace model::check {

/// Place is a port of a lab by the places of its node and of itself.
struct Place {
    std::size_t node = 0, port = 0;
    auto operator<=>(const Place&) const = default;
};

/// Segments puts every port into a segment: those of a switch, and both ends of a cable, are in one.
class Segments {
public:
    explicit Segments(const lab::Lab& lab);
    /// of is the number of a port's segment.
    std::size_t of(Place place) const;
    /// cabled tells whether a cable is in the port, plugged or not.
    bool cabled(Place place) const { return mCabled[index(place)]; }

private:
    std::size_t index(Place place) const { return mFirst[place.node] + place.port; }
    std::size_t root(std::size_t i);
    void join(std::size_t a, std::size_t b);
    std::vector<std::size_t> mFirst; ///< by node: the number of its first port
    std::vector<std::size_t> mParent;
    std::vector<bool> mCabled;
};

} // namespace model::check
