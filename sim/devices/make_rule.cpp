#include "sim/devices/make_rule.h"

#include "sim/devices/make_route.h"

#include <algorithm>

namespace sim::devices {

using stack::RouteRule;
using stack::RouteType;

namespace {

RouteRule routeRule(const stack::System& s, const config::RuleConfig& config) {
    using Action = config::RuleConfig::Action;
    RouteRule r;
    r.priority = config.priority;
    r.from = config.from.address.toV4();
    r.fromLength = config.from.length;
    r.to = config.to.address.toV4();
    r.toLength = config.to.length;
    r.inName = config.in;
    r.table = config.table;
    r.type = config.action == Action::Unreachable ? RouteType::Unreachable
             : config.action == Action::Prohibit  ? RouteType::Prohibit
             : config.action == Action::Blackhole ? RouteType::Blackhole
                                                  : RouteType::Unicast;
    if (r.type != RouteType::Unicast) r.table = stack::kMainTable;
    if (config.in.empty()) return r;
    // ip(8) takes the name of an interface that is not there: nothing comes in by it.
    r.in = interfaceIndex(s, config.in);
    if (r.in == kernel::InterfaceId::kNone) r.in = RouteRule::kNoInterface;
    return r;
}

bool isV6(const config::RuleConfig& rule) { return rule.from.address.isV6() || rule.to.address.isV6(); }

} // namespace

stack::ConfigError changeRule(stack::System& s, const config::RuleConfig& config, bool add) {
    RouteRule rule = routeRule(s, config);
    if (add) {
        if (rule.priority == 0) rule.priority = stack::route_policy::nextPriority(s);
        return stack::route_policy::addRule(s, std::move(rule)) ? stack::ConfigError::None
                                                                : stack::ConfigError::FileExists;
    }
    const stack::route_policy::RuleMask mask{.priority = config.priority != 0,
                                             .from = config.from.length != 0,
                                             .to = config.to.length != 0,
                                             .in = !config.in.empty(),
                                             .action = config.action != config::RuleConfig::Action::Any};
    return stack::route_policy::removeRule(s, rule, mask) ? stack::ConfigError::None : stack::ConfigError::NoSuchFile;
}

void addConfiguredRules(stack::System& s, const std::vector<config::RuleConfig>& rules) {
    auto unnamed = std::uint32_t(
        std::count_if(rules.begin(), rules.end(), [](const config::RuleConfig& r) { return r.priority == 0; }));
    for (config::RuleConfig rule : rules) {
        if (rule.priority == 0) rule.priority = RouteRule::kMainPriority - unnamed--;
        if (isV6(rule)) continue;
        if (const auto error = changeRule(s, rule, true); error != stack::ConfigError::None)
            s.refusals.push_back({error, "rule add " + config::ruleText(rule), rule.from.address});
    }
}

} // namespace sim::devices
