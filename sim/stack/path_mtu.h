// Path MTU discovery as a socket asks for it (ip(7), IP_MTU_DISCOVER; RFC 1191).
#pragma once

#include <cstdint>

namespace sim::stack {

/// PathMtu says what becomes of a packet that is larger than its path carries.
enum class PathMtu : std::uint8_t {
    Want, ///< DF while it fits; larger ones are fragmented here
    Do,   ///< DF always; what is larger is refused here (EMSGSIZE)
    Dont, ///< never DF: routers may fragment
};

} // namespace sim::stack
