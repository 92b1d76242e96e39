// Checks of the lab's own steps: which can never run, and which will not do what they say.
#pragma once

#include "model/check/check.h"

namespace model::check {

/// checkSteps checks each step of the run by itself, and names in what is expected.
std::vector<Finding> checkSteps(const lab::Lab& lab);

} // namespace model::check
