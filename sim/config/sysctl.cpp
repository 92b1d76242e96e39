#include "sim/config/sysctl.h"

#include <algorithm>

namespace sim::config {

namespace {

using Of = stack::SysctlInfo::Of;

constexpr std::string_view kRoot = "net.ipv4.", kInterfaces = "conf.", kNeighbours = "neigh.";

/// usualScope is what a name without an interface means.
std::string usualScope(Of of) { return of == Of::Device ? "" : of == Of::Neighbours ? "default" : "all"; }

bool take(std::string_view& text, std::string_view begin) {
    if (!text.starts_with(begin)) return false;
    text.remove_prefix(begin.size());
    return true;
}

} // namespace

std::optional<SysctlConfig> parseSysctl(std::string_view name) {
    take(name, kRoot);
    const bool interfaces = take(name, kInterfaces), neighbours = !interfaces && take(name, kNeighbours);
    // The name of an interface may hold dots, that of a setting does not.
    const auto dot = name.rfind('.');
    const auto last = dot == std::string_view::npos ? name : name.substr(dot + 1);
    const auto found = std::find_if(stack::kSysctls.begin(), stack::kSysctls.end(),
                                    [&](const stack::SysctlInfo& info) { return info.name == last; });
    if (found == stack::kSysctls.end()) return std::nullopt;
    if ((interfaces && found->of != Of::Interface) || (neighbours && found->of != Of::Neighbours)) return std::nullopt;
    SysctlConfig out{Sysctl(found - stack::kSysctls.begin()), usualScope(found->of), 0};
    if (dot == std::string_view::npos) {
        if (interfaces || neighbours) return std::nullopt; // whose?
        return out;
    }
    out.scope = name.substr(0, dot);
    if (found->of == Of::Device || out.scope.empty() || (found->of == Of::Neighbours && out.scope == "all"))
        return std::nullopt;
    return out;
}

std::string shortName(const SysctlConfig& setting) {
    const auto& info = stack::sysctlInfo(setting.which);
    return (setting.scope == usualScope(info.of) ? "" : setting.scope + '.') + std::string(info.name);
}

std::string fullName(const SysctlConfig& setting) {
    const auto& info = stack::sysctlInfo(setting.which);
    std::string out(kRoot);
    if (info.of == Of::Interface) out += kInterfaces;
    if (info.of == Of::Neighbours) out += kNeighbours;
    if (info.of != Of::Device) out += setting.scope + '.';
    return out.append(info.name);
}

} // namespace sim::config
