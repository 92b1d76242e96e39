// Another network for a segment: its addresses move, and all that names them follows.
#pragma once

#include "model/plan/segments.h"

#include <QString>

#include <optional>

namespace model::plan {

/// renumbered gives everything in a segment its place in another IPv4 network. Host parts are kept where they fit;
/// gateways, routes, name servers, pools, forwards, filters, peers, run steps and expectations that named an old
/// address name the new one. None when it cannot be; problem is a sentence then.
std::optional<lab::Lab> renumbered(lab::Lab lab, std::size_t segment, const sim::wire::Prefix& network,
                                   QString* problem);

} // namespace model::plan
