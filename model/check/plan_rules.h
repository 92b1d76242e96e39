// Rules about automatic addresses.
#pragma once

#include "model/check/check.h"
#include "model/plan/plan.h"

namespace model::check {

/// planRules says what the plan of a lab could not give, and why.
std::vector<Finding> planRules(const lab::Lab& lab, const plan::Plan& plan);

} // namespace model::check
