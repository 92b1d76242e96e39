#include "sim/devices/set_sysctl.h"

#include "sim/devices/make_route.h"

namespace sim::devices {

bool setSysctl(stack::System& s, const config::SysctlConfig& setting) {
    std::uint32_t where = stack::Sysctls::kAll;
    if (setting.scope == "default") where = stack::Sysctls::kDefault;
    if (!setting.scope.empty() && setting.scope != "default" && setting.scope != "all") {
        where = interfaceIndex(s, setting.scope);
        if (where == kernel::InterfaceId::kNone) return false;
    }
    stack::sysctl::set(s, setting.which, where, setting.value);
    return true;
}

void setSysctls(stack::System& s, const std::vector<config::SysctlConfig>& settings) {
    for (const bool forward : {true, false})
        for (const auto& setting : settings) {
            if ((setting.which == config::Sysctl::IpForward) != forward || setSysctl(s, setting)) continue;
            s.refusals.push_back({stack::ConfigError::NoSuchSetting,
                                  "sysctl " + config::shortName(setting) + '=' + std::to_string(setting.value),
                                  {}});
        }
}

} // namespace sim::devices
