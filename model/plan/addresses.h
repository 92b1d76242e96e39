// The address of each port that says auto.
#pragma once

#include "model/plan/plan.h"

namespace model::plan {

/// findDhcp finds the segments where a home router gives addresses.
void findDhcp(const lab::Lab& lab, Plan& plan);
/// isRouter tells the nodes that are numbered from .1 on, and that a segment may have as gateway.
bool isRouter(const lab::Lab& lab, const Segments& segments, std::size_t node);
/// giveAddresses fills in addresses, byDhcp and what could not be given.
void giveAddresses(const lab::Lab& lab, Plan& plan);

} // namespace model::plan
