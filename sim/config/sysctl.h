// Kernel settings as they are written: "rp_filter", "eth0.proxy_arp", "net.ipv4.ip_forward".
#pragma once

#include "sim/stack/sysctl.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sim::config {

using stack::Sysctl;

/// SysctlConfig is a setting with its value, as sysctl(8) sets it.
struct SysctlConfig {
    Sysctl which = Sysctl::IpForward;
    std::string scope; ///< an interface, "default" or "all"; empty: of the device
    std::uint32_t value = 0;
    bool operator==(const SysctlConfig&) const = default;
};

/// parseSysctl reads a name: whole, without "net.ipv4." and "conf." or "neigh.", or without an interface, which means
/// all (of neighbours: default). None when there is no such setting.
std::optional<SysctlConfig> parseSysctl(std::string_view name);
/// shortName is as short as it can be, "eth0.proxy_arp"; fullName is "net.ipv4.conf.eth0.proxy_arp".
std::string shortName(const SysctlConfig& setting);
std::string fullName(const SysctlConfig& setting);

} // namespace sim::config
