// Where packets go: the routing table and what was learned about single destinations ("ip route", "ip route show
// cache").
#include "sim/tables/table.h"

namespace sim::tables {

namespace {

using devices::RouteExceptionRow;
using devices::RouteRow;

/// origin is who put a route there, as people say it.
std::string origin(const std::string& protocol) { return protocol == "kernel" ? "connected" : protocol; }

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
                {{"", "Via", Kind::Word},
                 [](const RouteRow& r) -> Value {
                     if (r.kind != "unicast" && !r.kind.empty()) return r.kind;
                     return r.via.isNone() ? "on-link" : r.via.toString();
                 }},
                {{"", "Dev", Kind::Word},
                 [](const RouteRow& r) -> Value { return r.interface + (r.linkdown ? " (down)" : ""); }},
                {{"metric", "Metric", Kind::Count}, [](const RouteRow& r) -> Value { return std::uint64_t(r.metric); }},
                {{"", "From", Kind::Word}, [](const RouteRow& r) -> Value { return origin(r.protocol); }},
                {{"interface"}, [](const RouteRow& r) -> Value { return r.interface; }},
                {{"kind"}, [](const RouteRow& r) -> Value { return r.kind; }},
                {{"linkdown", "", Kind::Boolean}, [](const RouteRow& r) -> Value { return r.linkdown; }},
                {{"onlink", "", Kind::Boolean}, [](const RouteRow& r) -> Value { return r.onlink; }},
                {{"protocol"}, [](const RouteRow& r) -> Value { return r.protocol; }},
                {{"source", "", Kind::Address}, [](const RouteRow& r) -> Value { return r.source; }},
                {{"via", "", Kind::Address}, [](const RouteRow& r) -> Value { return r.via; }},
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
                {{"expires", "", Kind::Left}, [](const RouteExceptionRow& r) -> Value { return r.expires; }},
                {{"mtu", "", Kind::Count}, [](const RouteExceptionRow& r) -> Value { return std::uint64_t(r.mtu); }},
                {{"redirected", "", Kind::Boolean}, [](const RouteExceptionRow& r) -> Value { return r.redirected; }},
                {{"via", "", Kind::Address}, [](const RouteExceptionRow& r) -> Value { return r.via; }},
            }),
    };
}

} // namespace sim::tables
