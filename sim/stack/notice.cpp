#include "sim/stack/notice.h"

namespace sim::stack {

const char* errnoName(Errno e) {
    static constexpr const char* kNames[] = {
        "",      "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT",  "EHOSTUNREACH", "ENETUNREACH", "EMSGSIZE", "EADDRNOTAVAIL",
        "EPIPE", "EACCES",       "EINVAL",     "EADDRINUSE", "EDESTADDRREQ", "ENODEV",      "EPROTO",   "ENOBUFS"};
    return kNames[static_cast<unsigned>(e)];
}

} // namespace sim::stack
