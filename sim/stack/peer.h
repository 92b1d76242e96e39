// What is remembered of single senders to limit what is said to them (Linux net/ipv4/inetpeer.c).
#pragma once

#include "sim/kernel/flat_map.h"
#include "sim/kernel/time.h"

#include <algorithm>
#include <cstdint>

namespace sim::stack {

/// Peer is one sender. ICMP errors, errors of the route lookup and redirects share its one allowance, as on Linux.
struct Peer {
    kernel::SimTime tokens{0};
    kernel::SimTime updated = -std::chrono::seconds(60);
    std::uint32_t redirects = 0; ///< sent and not heeded so far
};

/// PeerTable is what is remembered of other hosts: how often ICMP may be sent to them.
class PeerTable {
public:
    /// allowError takes one ICMP error from the allowance (icmp_ratelimit: 6 at once, then one a second).
    bool allowError(std::uint32_t address, kernel::SimTime now) { return take(address, now, std::chrono::seconds(6)); }
    /// allowRouteError is asked first when the route lookup itself failed (error_burst 5 s, error_cost 1 s).
    bool allowRouteError(std::uint32_t address, kernel::SimTime now) {
        return take(address, now, std::chrono::seconds(5));
    }
    /// allowRedirect lets the first pass, and each further one after twice the time, 9 at most (redirect_load 20 ms).
    bool allowRedirect(std::uint32_t address, kernel::SimTime now) {
        constexpr kernel::SimTime kLoad = std::chrono::milliseconds(20), kSilence = kLoad * 1024;
        Peer& p = peer(address);
        if (now > p.updated + kSilence) p.tokens = {}, p.redirects = 0;
        if (p.redirects >= 9) {
            p.updated = now;
            return false;
        }
        if (p.redirects != 0 && now <= p.updated + kLoad * (1 << p.redirects)) return false;
        p.updated = now;
        ++p.redirects;
        return true;
    }

private:
    static constexpr std::size_t kMost = 65'664; ///< net.ipv4.inet_peer_threshold

    Peer& peer(std::uint32_t address) {
        if (mPeers.size() >= kMost && !mPeers.contains(address)) mPeers.clear();
        return mPeers[mPeers.insert(address)];
    }
    bool take(std::uint32_t address, kernel::SimTime now, kernel::SimTime burst) {
        constexpr kernel::SimTime kCost = std::chrono::seconds(1);
        Peer& p = peer(address);
        p.tokens = std::min(burst, p.tokens + (now - p.updated));
        p.updated = now;
        if (p.tokens < kCost) return false;
        p.tokens -= kCost;
        return true;
    }
    kernel::FlatMap<std::uint64_t, Peer> mPeers; ///< by address
};

} // namespace sim::stack
