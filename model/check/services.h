// Checks of what servers say: aliases that lead in loops, gateways that their clients cannot use, redirects without an
// end.
#pragma once

#include "model/check/check.h"

namespace model::check {

/// checkServices checks the DNS, DHCP and web servers of a lab by themselves.
std::vector<Finding> checkServices(const lab::Lab& lab);

} // namespace model::check
