// The kernel settings below net.ipv4 that are modelled (Linux Documentation/networking/ip-sysctl.rst), each described
// once: its name, what it belongs to, its values.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sim::stack {

struct System;

/// Sysctl is one of the settings; kSysctls describes them in the same order.
enum class Sysctl : std::uint8_t {
    IpForward,
    EchoIgnoreBroadcasts,
    TcpSynRetries,
    MultipathHashPolicy,
    MultipathHashSeed,
    RpFilter,
    ArpIgnore,
    ArpAnnounce,
    ProxyArp,
    AcceptRedirects,
    PromoteSecondaries,
    ProxyDelay,
    Count
};

/// SysctlInfo says what a setting is called and what it may be.
struct SysctlInfo {
    /// Of says what a setting belongs to: the device (net.ipv4.NAME), an interface or all of them
    /// (net.ipv4.conf.IFACE.NAME), or the neighbours of an interface (net.ipv4.neigh.IFACE.NAME).
    enum class Of : std::uint8_t { Device, Interface, Neighbours };
    /// Joint says how the values of "all" and of an interface make the one that holds there (IN_DEV_MAXCONF,
    /// IN_DEV_ORCONF). Redirects: a host accepts them when one of the two says so, a router when both do.
    enum class Joint : std::uint8_t { None, Largest, Either, Redirects };
    std::string_view name;
    Of of = Of::Device;
    Joint joint = Joint::None;
    std::uint32_t most = 1, least = 0;
    std::uint32_t usual = 0;      ///< of an interface, and of the device
    std::uint32_t usualOfAll = 0; ///< of "all"
};

inline constexpr std::array<SysctlInfo, std::size_t(Sysctl::Count)> kSysctls{{
    {"ip_forward"},
    {.name = "icmp_echo_ignore_broadcasts", .usual = 1},
    {.name = "tcp_syn_retries", .most = 127, .least = 1, .usual = 6},
    {"fib_multipath_hash_policy"},
    {.name = "fib_multipath_hash_seed", .most = 0xffff'ffff},
    {"rp_filter", SysctlInfo::Of::Interface, SysctlInfo::Joint::Largest, 2},
    {"arp_ignore", SysctlInfo::Of::Interface, SysctlInfo::Joint::Largest, 8},
    {"arp_announce", SysctlInfo::Of::Interface, SysctlInfo::Joint::Largest, 2},
    {"proxy_arp", SysctlInfo::Of::Interface, SysctlInfo::Joint::Either},
    {"accept_redirects", SysctlInfo::Of::Interface, SysctlInfo::Joint::Redirects, 1, 0, 1, 1},
    {"promote_secondaries", SysctlInfo::Of::Interface, SysctlInfo::Joint::Either, 1, 0, 0, 1}, // as on Debian
    {"proxy_delay", SysctlInfo::Of::Neighbours, SysctlInfo::Joint::None, 6000, 0, 80},         // hundredths of a second
}};

/// sysctlInfo describes one of them.
constexpr const SysctlInfo& sysctlInfo(Sysctl which) { return kSysctls[std::size_t(which)]; }

/// Sysctls are the values of a device.
class Sysctls {
public:
    /// kAll and kDefault stand in the place of an interface: net.ipv4.conf.all and net.ipv4.conf.default.
    static constexpr std::uint32_t kAll = 0xffff'fffe, kDefault = 0xffff'fffd;

    Sysctls();
    /// of is the value of a setting of the device.
    std::uint32_t of(Sysctl which) const { return mAll[std::size_t(which)]; }
    /// on is what holds on an interface; forwards: the device does.
    std::uint32_t on(std::uint32_t interface, Sysctl which, bool forwards = false) const;
    /// set keeps a value: of an interface, of kAll (also for a setting of the device), or of kDefault.
    void set(Sysctl which, std::uint32_t where, std::uint32_t value);
    /// anywhere tells whether a setting is anything but 0 on some interface.
    bool anywhere(Sysctl which) const;

private:
    /// Own is what an interface was told itself.
    struct Own {
        std::uint32_t interface;
        Sysctl which;
        std::uint32_t value;
    };
    std::array<std::uint32_t, std::size_t(Sysctl::Count)> mAll, mDefault;
    std::vector<Own> mOwn; ///< of interfaces that were told something of their own
};

namespace sysctl {

/// set changes a setting of a device, with all that goes with it.
void set(System& s, Sysctl which, std::uint32_t where, std::uint32_t value);
/// forward is what net.ipv4.ip_forward does: a router accepts no redirects unless it is told so afterwards.
void forward(System& s, bool on);

} // namespace sysctl
} // namespace sim::stack
