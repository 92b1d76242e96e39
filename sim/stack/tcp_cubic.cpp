// CUBIC with HyStart, and Reno's growth. Integer arithmetic; times in milliseconds, HyStart's in microseconds.
#include "sim/stack/tcp_internal.h"

#include <algorithm>

namespace sim::stack::tcp::cubic {

using kernel::SimTime;

namespace {

constexpr std::uint32_t kBetaScale = 1024, kBeta = 717;
constexpr std::uint64_t kCubeRttScale = 41 * 10; // C = 0.4, in units of 1/1024 and 1/10
constexpr std::uint64_t kCubeFactor = (1ULL << 40) / kCubeRttScale;
constexpr std::uint32_t kRenoScale = 8 * (kBetaScale + kBeta) / 3 / (kBetaScale - kBeta);
constexpr std::uint32_t kHystartLowWindow = 16, kHystartSamples = 8;
constexpr std::int64_t kAckDeltaUs = 2000;

std::int64_t milliseconds(SimTime t) { return t / std::chrono::milliseconds(1); }

/// cubeRoot is the largest integer whose cube is not above a.
std::uint32_t cubeRoot(std::uint64_t a) {
    std::uint64_t x = 0;
    for (int bit = 20; bit >= 0; --bit) {
        const std::uint64_t next = x | 1ULL << bit;
        if (next * next * next <= a) x = next;
    }
    return std::uint32_t(x);
}

void update(CubicState& k, std::uint32_t cwnd, std::uint32_t acked, std::int64_t now) {
    k.ackCount += acked;
    if (k.lastCwnd == cwnd && now - k.lastTime <= 1000 / 32) return;
    if (!(k.epochStart && now == k.lastTime)) {
        k.lastCwnd = cwnd;
        k.lastTime = now;
        if (k.epochStart == 0) {
            k.epochStart = std::max<std::int64_t>(now, 1);
            k.ackCount = acked;
            k.renoCwnd = cwnd;
            if (k.lastMaxCwnd <= cwnd) {
                k.k = 0;
                k.originPoint = cwnd;
            } else {
                k.k = cubeRoot(kCubeFactor * (k.lastMaxCwnd - cwnd));
                k.originPoint = k.lastMaxCwnd;
            }
        }
        // Time since the reduction, a round trip ahead, in 1/1024 s.
        const std::uint64_t t = std::uint64_t((now - k.epochStart + k.delayMin / 1000) << 10) / 1000;
        const std::uint64_t offset = t < k.k ? k.k - t : t - k.k;
        const auto delta = std::uint32_t(kCubeRttScale * offset * offset * offset >> 40);
        const std::uint32_t target = t < k.k ? k.originPoint - std::min(delta, k.originPoint) : k.originPoint + delta;
        k.count = target > cwnd ? cwnd / (target - cwnd) : 100 * cwnd;
        if (k.lastMaxCwnd == 0 && k.count > 20) k.count = 20;
    }
    // Never slower than Reno would be.
    const std::uint32_t delta = std::max(cwnd * kRenoScale >> 3, 1u);
    while (k.ackCount > delta) {
        k.ackCount -= delta;
        ++k.renoCwnd;
    }
    if (k.renoCwnd > cwnd) k.count = std::min(k.count, cwnd / (k.renoCwnd - cwnd));
    k.count = std::max(k.count, 2u);
}

void additive(TcpSocket& s, std::uint32_t window, std::uint32_t acked) {
    if (s.cwndCount >= window) {
        s.cwndCount = 0;
        ++s.cwnd;
    }
    s.cwndCount += acked;
    if (s.cwndCount >= window) {
        const std::uint32_t more = s.cwndCount / window;
        s.cwndCount -= more * window;
        s.cwnd += more;
    }
}

} // namespace

void reset(CubicState& k) { k = {}; }

void startRound(TcpSocket& s, SimTime now) {
    s.cubic.roundStart = s.cubic.lastAck = microseconds(now);
    s.cubic.endSequence = s.sndNxt;
    s.cubic.currentRtt = INT64_MAX;
    s.cubic.samples = 0;
}

std::uint32_t ssthresh(TcpSocket& s) {
    CubicState& k = s.cubic;
    k.epochStart = 0;
    k.lastMaxCwnd = s.cwnd < k.lastMaxCwnd
                        ? std::uint32_t(std::uint64_t(s.cwnd) * (kBetaScale + kBeta) / (2 * kBetaScale))
                        : s.cwnd;
    return std::max(std::uint32_t(std::uint64_t(s.cwnd) * kBeta / kBetaScale), 2u);
}

void acked(TcpSocket& s, std::int64_t rttUs, SimTime at) {
    CubicState& k = s.cubic;
    if (k.epochStart && milliseconds(at) - k.epochStart < 1000) return;
    const std::int64_t delay = std::max<std::int64_t>(rttUs, 1), now = microseconds(at);
    if (k.delayMin == 0 || k.delayMin > delay) k.delayMin = delay;
    if (k.found || s.cwnd >= s.ssthresh) return;
    if (after(s.sndUna, k.endSequence)) startRound(s, at);
    if (s.cwnd < kHystartLowWindow) return;
    if (now - k.lastAck <= kAckDeltaUs) {
        k.lastAck = now;
        std::int64_t threshold = k.delayMin;
        if (s.pacingRate)
            threshold += std::min<std::int64_t>(1000, std::int64_t(65'536ULL * 4 * 1'000'000 / s.pacingRate));
        if (!s.paced) threshold >>= 1;
        if (now - k.roundStart > threshold) {
            k.found = true;
            s.ssthresh = s.cwnd;
        }
    }
    k.currentRtt = std::min(k.currentRtt, delay);
    if (k.samples < kHystartSamples) {
        ++k.samples;
    } else if (k.currentRtt > k.delayMin + std::clamp<std::int64_t>(k.delayMin >> 3, 4000, 16'000)) {
        k.found = true;
        s.ssthresh = s.cwnd;
    }
}

void avoid(TcpSocket& s, std::uint32_t acked, SimTime now) {
    if (s.cwnd < s.ssthresh) {
        const std::uint32_t grown = std::min(s.cwnd + acked, s.ssthresh);
        acked -= grown - s.cwnd;
        s.cwnd = grown;
        if (acked == 0) return;
    }
    if (s.congestion == TcpCongestion::Reno) return additive(s, s.cwnd, acked);
    update(s.cubic, s.cwnd, acked, milliseconds(now));
    additive(s, s.cubic.count, acked);
}

} // namespace sim::stack::tcp::cubic
