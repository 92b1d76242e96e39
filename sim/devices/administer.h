// Orders of an administrator, carried out on a running device.
#pragma once

#include "sim/config/order.h"

namespace sim::stack {
class Context;
}

namespace sim::devices {

/// administer does what an order says, at once; what makes no sense on that device does nothing.
void administer(stack::Context& c, const config::Order& order);

} // namespace sim::devices
