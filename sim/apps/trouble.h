// Errors in words that people read.
#pragma once

#include "sim/stack/notice.h"

#include <cstdint>
#include <string>

namespace sim::stack {
class Context;
}

namespace sim::apps {

/// icmpTrouble names an ICMP error: "destination host unreachable".
const char* icmpTrouble(std::uint8_t type, std::uint8_t code);
/// errnoTrouble is strerror(3) in lower case: "network is unreachable".
const char* errnoTrouble(stack::Errno e);

/// routeTrouble says why there is no way to an address: "there is no route to it, and no default gateway".
std::string routeTrouble(const stack::Context& c, stack::Errno e);

} // namespace sim::apps
