#include "sim/devices/administer.h"

#include "sim/devices/make_route.h"
#include "sim/stack/context.h"
#include "sim/stack/interface_address.h"
#include "sim/stack/ip.h"

namespace sim::devices {

using stack::Context;
using trace::DecisionKind;

namespace {

void setNeighbour(Context& c, const apps::SetNeighbour& order) {
    using To = apps::SetNeighbour::To;
    using State = stack::NeighbourState;
    if (!c.system().ip || !order.address.isV4()) return;
    const std::uint32_t address = order.address.toV4();
    const State state = order.to == To::Stale       ? State::Stale
                        : order.to == To::Reachable ? State::Reachable
                        : order.to == To::Failed    ? State::Failed
                        : order.to == To::Permanent ? State::Permanent
                                                    : State::None;
    if (state == State::Permanent) {
        const auto d = stack::ip::findRoute(c, address);
        if (d.kind == stack::Destination::Kind::Unicast) stack::neighbour::set(c, d.interface, address, state, order.mac);
        return;
    }
    for (std::uint32_t i = 0; i < c.system().interfaces.size(); ++i)
        stack::neighbour::set(c, i, address, state, order.mac);
}

void forgetMac(Context& c, const apps::ForgetMac& order) {
    if (!c.system().bridge) return;
    auto& table = c.system().bridge->table;
    const auto e = table.find({order.mac.number()});
    if (e == table.kNone) return;
    if (c.tracing()) c.decide({.kind = DecisionKind::BridgeForgot, .iface = c.interface(table[e].port).id, .mac = order.mac});
    table.erase(e);
}

void changeRoute(Context& c, const apps::ChangeRoute& order) {
    if (!c.system().ip) return;
    auto& routes = c.system().routes;
    const auto wanted = makeRoute(c.system(), order.route);
    bool done = false;
    if (order.add) {
        if ((done = wanted.has_value())) routes.add(*wanted);
    } else {
        const auto network = order.route.destination.network();
        for (const stack::Route& r : routes.rows()) {
            if (r.network != network.address.toV4() || r.length != network.length) continue;
            if (!order.route.via.isNone() && r.via != order.route.via.toV4()) continue;
            done = routes.remove(stack::Route(r));
            break;
        }
    }
    // What was learned about destinations hangs on the row, and goes with it.
    if (done && !order.add) stack::route_exception::flush(c);
    if (c.tracing())
        c.decide({.kind = DecisionKind::RouteChanged, .code = done, .number = order.add, .text = c.text(order.text)});
}

void changeAddress(Context& c, const apps::ChangeAddress& order) {
    const auto i = interfaceIndex(c.system(), order.interface);
    if (!c.system().ip || i == kernel::InterfaceId::kNone) return;
    order.add ? stack::address::add(c, i, order.address) : stack::address::remove(c, i, order.address);
}

void flushRoutes(Context& c) {
    stack::route_exception::flush(c);
    if (c.tracing()) c.decide({.kind = DecisionKind::RoutesFlushed});
}

} // namespace

void carryOut(Context& c, const apps::Order& order) {
    struct Doer {
        Context& c;
        void operator()(const apps::SetNeighbour& o) { setNeighbour(c, o); }
        void operator()(const apps::ForgetMac& o) { forgetMac(c, o); }
        void operator()(const apps::ChangeRoute& o) { changeRoute(c, o); }
        void operator()(const apps::ChangeAddress& o) { changeAddress(c, o); }
        void operator()(const apps::FlushRoutes&) { flushRoutes(c); }
        void operator()(const apps::AddFilter& o) {
            if (const auto* rule = std::get_if<stack::FilterRule>(&o.line)) stack::firewall::add(c, *rule);
            if (const auto* policy = std::get_if<stack::FilterPolicy>(&o.line)) stack::firewall::setPolicy(c, *policy);
            if (c.tracing()) c.decide({.kind = DecisionKind::FilterChanged, .text = c.text(apps::describe(apps::Order(o)))});
        }
    };
    std::visit(Doer{c}, order);
}

} // namespace sim::devices
