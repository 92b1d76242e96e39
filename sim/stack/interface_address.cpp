#include "sim/stack/interface_address.h"

#include "sim/stack/context.h"
#include "sim/stack/neighbour.h"

#include <algorithm>

namespace sim::stack::address {

using trace::DecisionKind;

namespace {

Route connected(std::uint32_t interface, const wire::Prefix& prefix) {
    Route r;
    r.network = prefix.network().address.toV4();
    r.length = prefix.length;
    r.protocol = RouteProtocol::Kernel;
    r.interface = interface;
    r.source = prefix.address.toV4();
    return r;
}

void changed(Context& c, std::uint32_t interface, const wire::Prefix& prefix, bool added) {
    if (c.tracing())
        c.decide({.kind = DecisionKind::AddressChanged, .number = added, .iface = c.interface(interface).id, .prefix = prefix});
    c.notify({.kind = NoticeKind::InterfaceChanged, .length = interface});
}

} // namespace

void add(Context& c, std::uint32_t interface, const wire::Prefix& prefix) {
    if (!prefix.address.isV4()) return;
    auto& addresses = c.interface(interface).addresses;
    if (std::find(addresses.begin(), addresses.end(), prefix) != addresses.end()) return;
    addresses.push_back(prefix);
    c.interface(interface).addressesChanged();
    c.system().localAddresses.insert(prefix.address.toV4());
    if (prefix.length < 32) c.system().routes.add(connected(interface, prefix));
    changed(c, interface, prefix, true);
}

void remove(Context& c, std::uint32_t interface, const wire::Prefix& prefix) {
    auto& addresses = c.interface(interface).addresses;
    if (std::erase(addresses, prefix) == 0) return;
    c.interface(interface).addressesChanged();
    bool elsewhere = false;
    for (const auto& i : c.system().interfaces)
        for (const auto& p : i.addresses) elsewhere = elsewhere || p.address == prefix.address;
    if (!elsewhere) c.system().localAddresses.erase(prefix.address.toV4());
    const bool last = std::none_of(addresses.begin(), addresses.end(), [](const wire::Prefix& p) { return p.address.isV4(); });
    const auto rows = c.system().routes.rows();
    for (const auto& r : rows)
        if (r.interface == interface && r.type == RouteType::Unicast && (last || (r.source == prefix.address.toV4() && r.via == 0)))
            c.system().routes.remove(r);
    if (last) neighbour::flush(c, interface);
    changed(c, interface, prefix, false);
}

} // namespace sim::stack::address
