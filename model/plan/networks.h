// Which network each segment of a lab is.
#pragma once

#include "model/plan/plan.h"

namespace model::plan {

/// isHere tells whether a port can have an address of its segment: it is no tunnel, and its node has an IP stack.
bool isHere(const lab::Node& node, const lab::Port& port);
/// networksOf gives each segment its network: the typed one, or that of the values behind auto, or the next that is
/// free, when one of its ports asks for an address.
std::vector<SegmentPlan> networksOf(const lab::Lab& lab, const Segments& segments);

} // namespace model::plan
