// Errors in words that people read.
#pragma once

#include "sim/stack/notice.h"

#include <cstdint>

namespace sim::apps {

/// icmpTrouble names an ICMP error: "destination host unreachable".
const char* icmpTrouble(std::uint8_t type, std::uint8_t code);
/// errnoTrouble is strerror(3) in lower case: "network is unreachable".
const char* errnoTrouble(stack::Errno e);

} // namespace sim::apps
