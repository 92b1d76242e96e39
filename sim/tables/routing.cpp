// Where packets go: routes, rules, and what was learned about single destinations ("ip route", "ip rule", "ip route
// show cache").
#include "sim/tables/table.h"

namespace sim::tables {

namespace {

using devices::RouteExceptionRow;
using devices::RouteRow;
using devices::RuleRow;

/// origin is who put a route there, as people say it.
std::string origin(const std::string& protocol) { return protocol == "kernel" ? "connected" : protocol; }

/// gateway is what a packet is sent to, with its share when there are several.
std::string gateway(const RouteRow& r) {
    if (r.kind != "unicast" && !r.kind.empty()) return r.kind;
    const std::string via = r.via.isNone() ? "on-link" : r.via.toString();
    return r.weight == 0 ? via : via + ", weight " + std::to_string(r.weight);
}

std::string network(const wire::Prefix& p) { return p.address.isNone() ? "all" : p.toString(); }
Value prefixOrNone(const wire::Prefix& p) { return p.address.isNone() ? Value() : Value(p); }

} // namespace

std::vector<Description> routingTables() {
    return {
        describe<RouteRow>(
            {"routes", "Routing table", "Where packets go: rows come from addresses, the gateway and routes.", 10,
             Wanted::WithIp},
            devices::routingTable,
            {
                {{"destination", "Destination", Kind::Prefix, true},
                 [](const RouteRow& r) -> Value { return r.destination; }},
                {{"", "Via", Kind::Word}, [](const RouteRow& r) -> Value { return gateway(r); }},
                {{"", "Dev", Kind::Word},
                 [](const RouteRow& r) -> Value { return r.interface + (r.linkdown ? " (down)" : ""); }},
                {{"metric", "Metric", Kind::Count}, [](const RouteRow& r) -> Value { return std::uint64_t(r.metric); }},
                {{"", "From", Kind::Word}, [](const RouteRow& r) -> Value { return origin(r.protocol); }},
                {{"table", "Table"}, [](const RouteRow& r) -> Value { return r.table; }},
                {{"dead", "", Kind::Boolean}, [](const RouteRow& r) -> Value { return r.dead; }},
                {{"interface"}, [](const RouteRow& r) -> Value { return r.interface; }},
                {{"kind"}, [](const RouteRow& r) -> Value { return r.kind; }},
                {{"linkdown", "", Kind::Boolean}, [](const RouteRow& r) -> Value { return r.linkdown; }},
                {{"onlink", "", Kind::Boolean}, [](const RouteRow& r) -> Value { return r.onlink; }},
                {{"protocol"}, [](const RouteRow& r) -> Value { return r.protocol; }},
                {{"source", "", Kind::Address}, [](const RouteRow& r) -> Value { return r.source; }},
                {{"via", "", Kind::Address}, [](const RouteRow& r) -> Value { return r.via; }},
                {{"weight", "", Kind::Count}, [](const RouteRow& r) -> Value { return std::uint64_t(r.weight); }},
            }),
        describe<RouteExceptionRow>(
            {"route_cache", "", "", 11, Wanted::Never, "routes"}, devices::routeExceptionTable,
            {
                {{"destination", "Destination", Kind::Address, true},
                 [](const RouteExceptionRow& r) -> Value { return r.destination; }},
                {{"", "Via", Kind::Word},
                 [](const RouteExceptionRow& r) -> Value { return r.via.isNone() ? "on-link" : r.via.toString(); }},
                {{"interface", "Dev"}, [](const RouteExceptionRow& r) -> Value { return r.interface; }},
                {{"", "Metric", Kind::Word},
                 [](const RouteExceptionRow& r) -> Value { return r.mtu ? "MTU " + std::to_string(r.mtu) : ""; }},
                {{"", "From", Kind::Word},
                 [](const RouteExceptionRow& r) -> Value { return r.redirected ? "redirect" : "learned"; }},
                {{"", "Table", Kind::Word}, [](const RouteExceptionRow&) -> Value { return ""; }},
                {{"expires", "", Kind::Left}, [](const RouteExceptionRow& r) -> Value { return r.expires; }},
                {{"mtu", "", Kind::Count}, [](const RouteExceptionRow& r) -> Value { return std::uint64_t(r.mtu); }},
                {{"redirected", "", Kind::Boolean}, [](const RouteExceptionRow& r) -> Value { return r.redirected; }},
                {{"via", "", Kind::Address}, [](const RouteExceptionRow& r) -> Value { return r.via; }},
            }),
        describe<RuleRow>(
            {"rules", "Routing rules", "", 12, Wanted::Never}, devices::ruleTable,
            {
                {{"priority", "Priority", Kind::Count},
                 [](const RuleRow& r) -> Value { return std::uint64_t(r.priority); }},
                {{"", "From", Kind::Word, true}, [](const RuleRow& r) -> Value { return network(r.from); }},
                {{"", "To", Kind::Word}, [](const RuleRow& r) -> Value { return network(r.to); }},
                {{"iif", "In"}, [](const RuleRow& r) -> Value { return r.iif; }},
                {{"action", "Action"}, [](const RuleRow& r) -> Value { return r.action; }},
                {{"table", "Table"}, [](const RuleRow& r) -> Value { return r.table; }},
                {{"from", "", Kind::Prefix}, [](const RuleRow& r) -> Value { return prefixOrNone(r.from); }},
                {{"to", "", Kind::Prefix}, [](const RuleRow& r) -> Value { return prefixOrNone(r.to); }},
            }),
    };
}

} // namespace sim::tables
