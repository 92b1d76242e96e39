#include "model/plan/networks.h"

#include "model/lab/kinds.h"
#include "model/plan/groups.h"
#include "model/plan/ranges.h"

#include <algorithm>

namespace model::plan {

namespace {

using sim::wire::IpAddress;
using sim::wire::Prefix;

/// isUsable tells an IPv4 address that others on a cable can be near.
bool isUsable(const Prefix& p) {
    return p.address.isV4() && p.length > 0 && p.length <= 31 && !p.address.isLoopback() && !p.address.isMulticast() &&
           !p.address.isUnspecified() && p.address.toV4() < 0xf000'0000; // RFC 1112 4: the rest is reserved
}

class Networks {
public:
    Networks(const lab::Lab& lab, const Segments& segments)
        : mLab(lab), mSegments(segments), mOut(segments.count()), mParts(segments.count()) {}

    std::vector<SegmentPlan> run() {
        typed();
        joinParts();
        kept();
        reserve();
        chosen();
        return std::move(mOut);
    }

private:
    /// Claim is a network that values behind auto speak for, with how many they are.
    struct Claim {
        std::size_t segment;
        Prefix network;
        std::size_t votes;
    };

    template <class F>
    void eachPort(std::size_t segment, F f) const {
        for (const Place place : mSegments.ports(segment)) {
            const auto& node = mLab.nodes[place.node];
            if (isHere(node, node.ports[place.port])) f(place, node.ports[place.port]);
        }
    }

    /// typed finds the networks that people wrote; two of them in a segment are nobody's to choose from.
    void typed() {
        for (std::size_t s = 0; s < mOut.size(); ++s) {
            std::vector<Prefix> networks;
            eachPort(s, [&](Place, const lab::Port& port) {
                if (port.automatic) return;
                for (const auto& p : port.addresses)
                    if (isUsable(p) && std::find(networks.begin(), networks.end(), p.network()) == networks.end())
                        networks.push_back(p.network());
            });
            if (networks.size() > 1)
                mOut[s].several = std::move(networks);
            else if (networks.size() == 1)
                mOut[s].network = networks.front(), mOut[s].typed = true;
        }
    }

    /// joinParts finds which segments routers join: only there can two have no network in common.
    void joinParts() {
        for (std::size_t n = 0; n < mLab.nodes.size(); ++n) {
            const auto& node = mLab.nodes[n];
            if (lab::bridges(node.kind) || !lab::forwards(node)) continue;
            std::optional<std::size_t> first;
            for (std::size_t p = 0; p < node.ports.size(); ++p) {
                if (!isHere(node, node.ports[p]) || !mSegments.cabled({n, p})) continue;
                const std::size_t s = mSegments.of({n, p});
                if (first)
                    mParts.join(*first, s);
                else
                    first = s;
            }
        }
        mHeld.resize(mOut.size());
        for (std::size_t s = 0; s < mOut.size(); ++s) {
            if (mOut[s].network) mHeld[mParts.root(s)].add(rangeOf(*mOut[s].network));
            for (const auto& network : mOut[s].several)
                mHeld[mParts.root(s)].add(rangeOf(network));
        }
    }

    /// kept lets segments have the networks of the values that stand in the file. Where two want the same, the one that
    /// fewer would have to leave gives way.
    void kept() {
        std::vector<Claim> claims;
        for (std::size_t s = 0; s < mOut.size(); ++s) {
            if (mOut[s].network || !mOut[s].several.empty()) continue;
            const std::size_t before = claims.size();
            eachPort(s, [&](Place place, const lab::Port& port) {
                if (!port.automatic || port.addresses.empty() || !mSegments.cabled(place)) return;
                const Prefix& value = port.addresses.front();
                if (!isUsable(value)) return;
                const auto same = std::find_if(claims.begin() + std::ptrdiff_t(before), claims.end(),
                                               [&](const Claim& c) { return c.network == value.network(); });
                if (same != claims.end())
                    ++same->votes;
                else
                    claims.push_back({s, value.network(), 1});
            });
        }
        std::stable_sort(claims.begin(), claims.end(),
                         [](const Claim& a, const Claim& b) { return a.votes > b.votes; });
        for (const auto& claim : claims) {
            Ranges& held = mHeld[mParts.root(claim.segment)];
            if (mOut[claim.segment].network || held.hit(rangeOf(claim.network))) continue;
            mOut[claim.segment].network = claim.network;
            held.add(rangeOf(claim.network));
        }
    }

    void take(const Prefix& p) {
        constexpr int kLarge = 8; // 0.0.0.0/1 is a way of saying default, and leaves the networks to others
        if (p.address.isV4() && p.length >= kLarge) mTaken.add(rangeOf(p));
    }

    /// reserve marks all that a new network must not be: those of segments, tunnels, routes and pools.
    void reserve() {
        for (const auto& segment : mOut)
            if (segment.network) take(*segment.network);
        for (const auto& node : mLab.nodes) {
            for (const auto& port : node.ports) {
                for (const auto& p : port.addresses)
                    take(p);
                if (!port.wireguard) continue;
                for (const auto& peer : port.wireguard->peers)
                    for (const auto& p : peer.allowedIps)
                        take(p);
            }
            for (const auto& p : node.loopback)
                take(p);
            for (const auto& route : node.routes)
                take(route.to);
            for (const auto& pool : node.dhcpServer) {
                take(pool.network);
                if (pool.first.isV4() && pool.last.isV4() && pool.first <= pool.last)
                    mTaken.add({pool.first.toV4(), pool.last.toV4()});
            }
        }
    }

    /// next is the next /24 of a block that nothing in the lab overlaps; mNext moves on.
    std::optional<Prefix> next() {
        // 192.168.0.0/24 is left to those who type addresses: it is what they type.
        static constexpr Range kBlocks[] = {
            {0xc0a8'0100, 0xc0a8'ffff}, {0x0a00'0000, 0x0aff'ffff}, {0xac10'0000, 0xac1f'ffff}};
        for (; mBlock < std::size(kBlocks); ++mBlock, mNext = 0) {
            mNext = std::max(mNext, kBlocks[mBlock].first);
            while (mNext < kBlocks[mBlock].last) {
                const auto hit = mTaken.hit({mNext, mNext + 255});
                const std::uint32_t here = mNext;
                mNext = std::min(hit ? hit->last : here + 255, kBlocks[mBlock].last) | 255;
                mNext += mNext < kBlocks[mBlock].last ? 1 : 0;
                if (!hit) return Prefix{IpAddress::v4(here), 24};
            }
        }
        return std::nullopt;
    }

    void chosen() {
        for (std::size_t s = 0; s < mOut.size(); ++s) {
            if (mOut[s].network || !mOut[s].several.empty()) continue;
            bool asked = false;
            eachPort(s, [&](Place place, const lab::Port& port) {
                asked = asked || (port.automatic && mSegments.cabled(place));
            });
            if (asked) mOut[s].network = next();
        }
    }

    const lab::Lab& mLab;
    const Segments& mSegments;
    std::vector<SegmentPlan> mOut;
    Groups mParts;
    std::vector<Ranges> mHeld; ///< by the segment that stands for a part: the networks of its segments
    Ranges mTaken;
    std::size_t mBlock = 0;
    std::uint32_t mNext = 0;
};

} // namespace

bool isHere(const lab::Node& node, const lab::Port& port) { return !port.tunnel && !lab::bridges(node.kind); }

std::vector<SegmentPlan> networksOf(const lab::Lab& lab, const Segments& segments) {
    return Networks(lab, segments).run();
}

} // namespace model::plan
