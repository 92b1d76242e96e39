// How the nodes of a planned lab reach one another: gateways, name servers and static routes by shortest paths.
#pragma once

#include "model/plan/plan.h"

namespace model::plan {

/// givePaths fills in nodes, and of given what they come to, once all addresses are known.
void givePaths(const lab::Lab& lab, Plan& plan);

} // namespace model::plan
