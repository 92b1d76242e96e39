#include "sim/stack/interface_state.h"

#include "sim/decisions/administration.h"
#include "sim/stack/context.h"
#include "sim/stack/interface_address.h"
#include "sim/stack/neighbour.h"
#include "sim/stack/route_exception.h"

#include <vector>

namespace sim::stack::interface_state {

void setUp(Context& c, std::uint32_t interface, bool up) {
    System& s = c.system();
    Interface& iface = c.interface(interface);
    if (iface.up == up || iface.type == InterfaceType::Loopback) return;
    iface.up = up;
    if (c.tracing()) c.decide(decisions::InterfaceSet{.interface = iface.id, .up = up});
    if (s.ip) {
        if (up) {
            address::restore(s, interface);
        } else {
            neighbour::flush(c, interface, true);
            address::withdraw(s, interface);
        }
        route_exception::flush(c);
    }
    c.notify({.kind = NoticeKind::InterfaceChanged, .length = interface});
}

void setMac(Context& c, std::uint32_t interface, const wire::MacAddress& mac, bool announce) {
    Interface& iface = c.interface(interface);
    iface.mac = mac;
    if (c.tracing()) c.decide(decisions::MacSet{.interface = iface.id, .mac = mac});
    if (!c.system().ip) return;
    neighbour::flush(c, interface, true);
    if (announce && iface.up)
        for (const auto& p : iface.addresses)
            if (p.address.isV4()) neighbour::announce(c, interface, p.address.toV4());
}

} // namespace sim::stack::interface_state
