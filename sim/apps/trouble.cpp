#include "sim/apps/trouble.h"

#include "sim/stack/context.h"
#include "sim/stack/ip.h"

namespace sim::apps {

const char* icmpTrouble(std::uint8_t type, std::uint8_t code) {
    if (type == 11) return code == 1 ? "reassembly took too long" : "time to live exceeded";
    if (type == 5) return "there is a better way";
    if (type == 12) return "a header makes no sense";
    switch (code) {
    case 0: return "network unreachable";
    case 1: return "host unreachable";
    case 2: return "protocol unreachable";
    case 3: return "port unreachable";
    case 4: return "fragmentation needed";
    case 13: return "administratively prohibited";
    default: return "destination unreachable";
    }
}

const char* errnoTrouble(stack::Errno e) {
    using stack::Errno;
    switch (e) {
    case Errno::None: return "no error";
    case Errno::ConnectionRefused: return "connection refused";
    case Errno::ConnectionReset: return "connection reset by the peer";
    case Errno::TimedOut: return "timed out";
    case Errno::HostUnreachable: return "no route to host";
    case Errno::NetworkUnreachable: return "network is unreachable";
    case Errno::MessageSize: return "message too long";
    case Errno::AddressNotAvailable: return "cannot assign requested address";
    case Errno::BrokenPipe: return "broken pipe";
    case Errno::Access: return "permission denied";
    case Errno::Invalid: return "invalid argument";
    case Errno::AddressInUse: return "address already in use";
    case Errno::DestinationRequired: return "destination address required";
    case Errno::NoDevice: return "no such device";
    case Errno::Protocol: return "protocol error";
    case Errno::NoBuffers: return "no buffer space available";
    }
    return "unknown error";
}

std::string routeTrouble(const stack::Context& c, stack::Errno e) {
    if (e != stack::Errno::NetworkUnreachable) return "the route refuses it";
    const stack::Interface* without = stack::ip::addressless(c);
    if (!without) return "there is no route to it, and no default gateway";
    return without->name + " has no address" + (without->dhcp ? ": DHCP has not given one" : "");
}

} // namespace sim::apps
