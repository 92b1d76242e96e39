#include "sim/stack/sysctl.h"

#include "sim/stack/system.h"

#include <algorithm>

namespace sim::stack {

Sysctls::Sysctls() {
    for (std::size_t i = 0; i < kSysctls.size(); ++i) {
        mDefault[i] = kSysctls[i].usual;
        mAll[i] = kSysctls[i].of == SysctlInfo::Of::Device ? kSysctls[i].usual : kSysctls[i].usualOfAll;
    }
}

std::uint32_t Sysctls::on(std::uint32_t interface, Sysctl which, bool forwards) const {
    std::uint32_t own = mDefault[std::size_t(which)];
    for (const Own& o : mOwn)
        if (o.interface == interface && o.which == which) own = o.value;
    const std::uint32_t all = mAll[std::size_t(which)];
    switch (sysctlInfo(which).joint) {
    case SysctlInfo::Joint::None: return own;
    case SysctlInfo::Joint::Largest: return std::max(all, own);
    case SysctlInfo::Joint::Either: return all != 0 || own != 0;
    case SysctlInfo::Joint::Redirects: return forwards ? all != 0 && own != 0 : all != 0 || own != 0;
    }
    return own;
}

void Sysctls::set(Sysctl which, std::uint32_t where, std::uint32_t value) {
    // Who was told nothing of its own goes by the default, also if that changes later (devinet_copy_dflt_conf).
    if (where == kDefault) mDefault[std::size_t(which)] = value;
    if (where == kAll) mAll[std::size_t(which)] = value;
    if (where == kDefault || where == kAll) return;
    for (Own& o : mOwn)
        if (o.interface == where && o.which == which) {
            o.value = value;
            return;
        }
    mOwn.push_back({where, which, value});
}

bool Sysctls::anywhere(Sysctl which) const {
    return mAll[std::size_t(which)] != 0 || mDefault[std::size_t(which)] != 0 ||
           std::any_of(mOwn.begin(), mOwn.end(), [&](const Own& o) { return o.which == which && o.value != 0; });
}

namespace sysctl {

void forward(System& s, bool on) {
    s.forwarding = on;
    s.sysctls.set(Sysctl::IpForward, Sysctls::kAll, on);
    s.sysctls.set(Sysctl::AcceptRedirects, Sysctls::kAll, !on); // inet_forward_change
}

void set(System& s, Sysctl which, std::uint32_t where, std::uint32_t value) {
    if (which == Sysctl::IpForward) {
        // Said again, it changes nothing: what accept_redirects was told since stays.
        if (s.forwarding != (value != 0)) forward(s, value != 0);
        return;
    }
    s.sysctls.set(which, where, value);
    if (which == Sysctl::RpFilter)
        s.extras =
            std::uint8_t((s.extras & ~System::kReversePath) | (s.sysctls.anywhere(which) ? System::kReversePath : 0));
}

} // namespace sysctl
} // namespace sim::stack
