#include "sim/link/fault_injector.h"

#include "sim/wire/ethernet.h"
#include "sim/wire/ipv4.h"

#include <algorithm>

namespace sim::link {

namespace {

constexpr std::size_t kEthernet = wire::EthernetView::kSize;

std::uint32_t bitOf(FaultWhat what) { return 1u << unsigned(what); }

/// kindsOf gives all kinds that a frame is one of.
std::uint32_t kindsOf(std::span<const std::uint8_t> f) {
    std::uint32_t kinds = bitOf(FaultWhat::Any);
    if (f.size() < kEthernet) return kinds;
    const auto type = wire::EtherType(wire::get16(&f[12]));
    if (type == wire::EtherType::Arp) return kinds | bitOf(FaultWhat::Arp);
    if (type != wire::EtherType::Ipv4 || f.size() < kEthernet + 20) return kinds;
    const auto ip = f.subspan(kEthernet);
    const std::size_t header = (ip[0] & 15u) * 4u;
    const std::size_t total = std::min<std::size_t>(std::size_t(ip[2]) << 8 | ip[3], ip.size());
    const auto protocol = wire::IpProtocol(ip[9]);
    if (protocol == wire::IpProtocol::Icmp) return kinds | bitOf(FaultWhat::Icmp);
    if (protocol == wire::IpProtocol::Udp) return kinds | bitOf(FaultWhat::Udp);
    if (protocol != wire::IpProtocol::Tcp) return kinds;
    kinds |= bitOf(FaultWhat::Tcp);
    const bool later = (ip[6] & 0x1f) || ip[7]; // a fragment without the TCP header
    if (later || total < header + 20) return kinds;
    const auto tcp = ip.subspan(header);
    if (total > header + (tcp[12] >> 4) * 4u) kinds |= bitOf(FaultWhat::Data);
    if (tcp[13] & 1) kinds |= bitOf(FaultWhat::Fin);
    if (tcp[13] & 2) kinds |= bitOf(FaultWhat::Syn);
    return kinds;
}

} // namespace

FaultInjector::FaultInjector(std::vector<Fault> faults, Impairment impairment, std::uint64_t seed,
                             std::uint32_t channel)
    : mFaults(std::move(faults)), mSeen(mFaults.size()), mImpairment(impairment) {
    constexpr std::uint64_t kPurpose = 0x6661'756c'74; // unlike any device's
    for (std::uint64_t end = 0; end < 2; ++end)
        mRandom[end] = kernel::Rng(seed, std::uint64_t(channel) << 1 | end, kPurpose);
}

Verdict FaultInjector::decide(std::uint8_t end, std::span<const std::uint8_t> frame, kernel::SimTime delay) {
    Verdict verdict;
    verdict.lost = cut;
    const std::uint32_t kinds = mFaults.empty() ? 0 : kindsOf(frame);
    for (std::size_t i = 0; i < mFaults.size(); ++i) {
        const Fault& f = mFaults[i];
        if (f.end != end || !(kinds & bitOf(f.what))) continue;
        ++mSeen[i];
        if (std::find(f.nth.begin(), f.nth.end(), mSeen[i]) == f.nth.end()) continue;
        switch (f.kind) {
        case FaultKind::Drop: verdict.lost = true; break;
        case FaultKind::Duplicate: verdict.duplicate = true; break;
        case FaultKind::Corrupt:
            verdict.corrupt = true;
            verdict.bit = mRandom[end].next();
            break;
        case FaultKind::Hold:
            verdict.later += f.hold;
            verdict.overtaken = true;
            break;
        }
    }
    const Impairment& m = mImpairment;
    const auto happens = [&](std::uint32_t chance) { return chance > 0 && mRandom[end].below(1'000'000) < chance; };
    // Each chance draws for itself, so that changing one leaves the others' luck alone for a single kind of fault.
    verdict.lost |= happens(m.loss);
    verdict.duplicate |= happens(m.duplicate);
    if (happens(m.corrupt)) {
        verdict.corrupt = true;
        verdict.bit = mRandom[end].next();
    }
    if (m.jitter > kernel::SimTime::zero())
        verdict.later += kernel::SimTime(std::int64_t(mRandom[end].below(std::uint64_t(m.jitter.count()) + 1)));
    if (happens(m.reorder)) {
        verdict.overtaken = true;
        verdict.later += std::max<kernel::SimTime>(delay / 2, std::chrono::microseconds(500));
    }
    return verdict;
}

kernel::SimTime FaultInjector::inOrder(std::uint8_t end, kernel::SimTime arrive) {
    mLatest[end] = std::max(mLatest[end], arrive);
    if (mImpairment.coalesce <= kernel::SimTime::zero()) return mLatest[end];
    if (mLatest[end] > mInterrupt[end]) mInterrupt[end] = mLatest[end] + mImpairment.coalesce;
    return mInterrupt[end];
}

} // namespace sim::link
