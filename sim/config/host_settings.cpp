#include "sim/config/host_settings.h"

#include "sim/stack/flow.h"

namespace sim::config {

std::string tableText(std::uint32_t table) {
    switch (table) {
    case stack::kMainTable: return "main";
    case stack::kDefaultTable: return "default";
    case stack::kLocalTable: return "local";
    default: return std::to_string(table);
    }
}

std::string ruleText(const RuleConfig& rule) {
    using RuleAction = RuleConfig::Action;
    const auto network = [](const wire::Prefix& p) {
        return p.length == (p.address.isV4() ? 32 : 128) ? p.address.toString() : p.toString();
    };
    std::string text;
    const auto add = [&](const std::string& words) { text += (text.empty() ? "" : " ") + words; };
    if (!rule.from.address.isNone()) add("from " + network(rule.from));
    if (!rule.to.address.isNone()) add("to " + network(rule.to));
    if (!rule.in.empty()) add("iif " + rule.in);
    switch (rule.action) {
    case RuleAction::Lookup: add("lookup " + tableText(rule.table)); break;
    case RuleAction::Unreachable: add("unreachable"); break;
    case RuleAction::Prohibit: add("prohibit"); break;
    case RuleAction::Blackhole: add("blackhole"); break;
    case RuleAction::Any: break;
    }
    if (rule.priority != 0) add("priority " + std::to_string(rule.priority));
    return text;
}

} // namespace sim::config
