// Checks of what single nodes and cables are set to: what cannot be, what has no effect, what is not simulated yet.
#pragma once

#include "model/check/check.h"

namespace model::check {

/// checkSettings checks each node and cable by itself.
std::vector<Finding> checkSettings(const lab::Lab& lab);

} // namespace model::check
