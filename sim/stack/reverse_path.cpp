#include "sim/stack/reverse_path.h"

#include "sim/decisions/routing.h"
#include "sim/stack/context.h"
#include "sim/stack/ip.h"

namespace sim::stack::reverse_path {

using wire::IpAddress;

bool passes(Context& c, std::uint32_t interface, std::uint32_t source, std::uint32_t destination, std::uint32_t out) {
    constexpr std::uint32_t kStrict = 1;
    const std::uint32_t mode = c.system().sysctls.on(interface, Sysctl::RpFilter);
    if (mode == 0 || source == 0) return true; // who has no address yet has no way back
    const Destination back = ip::findRoute(c, Flow{.destination = source, .source = destination, .in = out});
    const bool known = back.kind == Destination::Kind::Unicast;
    // Of several next hops any will do.
    if (known && (back.interface == interface ||
                  (back.route && route_policy::usesInterface(c.system(), *back.route, interface))))
        return true;
    // An interface without an address of its own is asked as strictly as can be.
    if (known && mode != kStrict && !c.interface(interface).addresses.empty()) return true;
    if (c.tracing()) {
        decisions::ReversePathFailed failed{
            .source = IpAddress::v4(source), .interface = c.interface(interface).id, .known = known && back.route};
        if (failed.known) {
            failed.row = {IpAddress::v4(back.route->network), back.route->length};
            if (back.nextHop != source) failed.via = IpAddress::v4(back.nextHop);
        }
        c.decide(failed);
    }
    return false;
}

} // namespace sim::stack::reverse_path
