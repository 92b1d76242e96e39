#include "sim/devices/administer.h"

#include "sim/decisions/administration.h"
#include "sim/decisions/bridge.h"
#include "sim/devices/make_route.h"
#include "sim/devices/make_rule.h"
#include "sim/devices/set_sysctl.h"
#include "sim/stack/context.h"
#include "sim/stack/interface_address.h"
#include "sim/stack/interface_state.h"
#include "sim/stack/ip.h"

namespace sim::devices {

using stack::Context;

namespace {

void setNeighbour(Context& c, const config::SetNeighbour& order) {
    using To = config::SetNeighbour::To;
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
        if (d.kind == stack::Destination::Kind::Unicast)
            stack::neighbour::set(c, d.interface, address, state, order.mac);
        return;
    }
    for (std::uint32_t i = 0; i < c.system().interfaces.size(); ++i)
        stack::neighbour::set(c, i, address, state, order.mac);
}

void forgetMac(Context& c, const config::ForgetMac& order) {
    if (!c.system().bridge) return;
    auto& table = c.system().bridge->table;
    const auto e = table.find({order.mac.number()});
    if (e == table.kNone) return;
    if (c.tracing()) c.decide(decisions::BridgeForgot{.mac = order.mac, .port = c.interface(table[e].port).id});
    table.erase(e);
}

/// refused records what ip(8) answers; what is about: the next hop or address in question.
void refused(Context& c, stack::ConfigError error, const std::string& command, const wire::IpAddress& about) {
    if (c.tracing()) c.decide(decisions::ConfigRefused{.command = c.text(command), .error = error, .about = about});
}

void changeRoute(Context& c, const config::ChangeRoute& order) {
    const auto& route = order.route;
    if (!c.system().ip || route.destination.address.isV6() || route.via.isV6()) return;
    const auto wanted = routeRequest(c.system(), route);
    const auto error =
        order.add ? stack::next_hop::add(c.system(), wanted) : stack::next_hop::remove(c.system(), wanted);
    if (error != stack::ConfigError::None)
        return refused(c, error, config::describe(config::Order(order)), aboutOf(route, error));
    // What was learned about destinations hangs on the row, and goes with it.
    if (!order.add) stack::route_exception::flush(c);
    if (c.tracing()) c.decide(decisions::RouteChanged{.route = c.text(order.text), .added = order.add});
}

void changeAddress(Context& c, const config::ChangeAddress& order) {
    if (!c.system().ip) return;
    const auto i = interfaceIndex(c.system(), order.interface);
    const auto error = i == kernel::InterfaceId::kNone ? stack::ConfigError::NoDevice
                       : order.add                     ? stack::address::add(c, i, order.address)
                                                       : stack::address::remove(c, i, order.address);
    if (error != stack::ConfigError::None)
        refused(c, error, config::describe(config::Order(order)), order.address.address);
}

/// onInterface calls f with the index of an interface, or records that ip(8) finds none of that name.
template <class F>
void onInterface(Context& c, const config::Order& order, const std::string& name, F f) {
    const auto i = interfaceIndex(c.system(), name);
    if (i == kernel::InterfaceId::kNone)
        refused(c, stack::ConfigError::NoDevice, config::describe(order), {});
    else
        f(i);
}

void flushRoutes(Context& c) {
    stack::route_exception::flush(c);
    if (c.tracing()) c.decide(decisions::RoutesFlushed{});
}

} // namespace

void administer(Context& c, const config::Order& order) {
    struct Visitor {
        Context& c;
        void operator()(const config::SetNeighbour& o) { setNeighbour(c, o); }
        void operator()(const config::ForgetMac& o) { forgetMac(c, o); }
        void operator()(const config::ChangeRoute& o) { changeRoute(c, o); }
        void operator()(const config::ChangeAddress& o) { changeAddress(c, o); }
        void operator()(const config::FlushRoutes&) { flushRoutes(c); }
        void operator()(const config::SetInterface& o) {
            onInterface(c, o, o.interface, [&](auto i) { stack::interface_state::setUp(c, i, o.up); });
        }
        void operator()(const config::SetMac& o) {
            onInterface(c, o, o.interface, [&](auto i) { stack::interface_state::setMac(c, i, o.mac, o.notify); });
        }
        void operator()(const config::ChangeRule& o) {
            if (!c.system().ip || o.rule.from.address.isV6() || o.rule.to.address.isV6()) return;
            if (const auto error = changeRule(c.system(), o.rule, o.add); error != stack::ConfigError::None)
                return refused(c, error, config::describe(config::Order(o)), o.rule.from.address);
            if (c.tracing()) c.decide(decisions::RuleChanged{.rule = c.text(config::ruleText(o.rule)), .added = o.add});
        }
        void operator()(const config::SetSysctl& o) {
            if (!c.system().ip) return;
            if (!setSysctl(c.system(), o.setting))
                return refused(c, stack::ConfigError::NoSuchSetting, config::describe(config::Order(o)), {});
            if (c.tracing())
                c.decide(decisions::SysctlSet{.name = c.text(config::fullName(o.setting)), .value = o.setting.value});
        }
        void operator()(const config::RemoveFilter& o) {
            if (!stack::firewall::remove(c, o.rule))
                return refused(c, stack::ConfigError::NoSuchRule, config::describe(config::Order(o)), {});
            if (c.tracing()) c.decide(decisions::FilterRuleDeleted{.rule = c.text(o.rule.text)});
        }
        void operator()(const config::AddFilter& o) {
            if (const auto* rule = std::get_if<stack::FilterRule>(&o.line)) stack::firewall::add(c, *rule);
            if (const auto* policy = std::get_if<stack::FilterPolicy>(&o.line)) stack::firewall::setPolicy(c, *policy);
            if (c.tracing()) c.decide(decisions::FilterChanged{.rule = c.text(config::describe(config::Order(o)))});
        }
    };
    std::visit(Visitor{c}, order);
}

} // namespace sim::devices
