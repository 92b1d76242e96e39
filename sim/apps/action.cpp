#include "sim/apps/action.h"

namespace sim::apps {

std::string describe(const Action& action) {
    struct Describer {
        std::string operator()(const Browse& a) const { return "browse " + a.url; }
        std::string operator()(const Ping& a) const { return "ping " + a.target; }
        std::string operator()(const Traceroute& a) const { return "traceroute " + a.target; }
        std::string operator()(const Resolve& a) const { return "resolve " + a.name; }
        std::string operator()(const SetLink& a) const { return a.up ? "plug the cable in" : "pull the cable"; }
    };
    return std::visit(Describer{}, action);
}

} // namespace sim::apps
