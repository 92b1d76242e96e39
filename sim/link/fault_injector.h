// What a cable does to frames when it is told to: a given list ("drop the 3rd data segment") and chances, as Linux's
// netem.
#pragma once

#include "sim/kernel/rng.h"
#include "sim/kernel/time.h"

#include <cstdint>
#include <span>
#include <vector>

namespace sim::link {

/// FaultWhat chooses frames: those of a protocol, TCP segments with SYN, FIN or payload, or any.
enum class FaultWhat : std::uint8_t { Any, Arp, Icmp, Udp, Tcp, Syn, Fin, Data };
/// FaultKind is what happens to a frame that is counted.
enum class FaultKind : std::uint8_t { Drop, Duplicate, Corrupt, Hold };

/// Fault does something to counted frames that one end sends.
struct Fault {
    std::uint8_t end = 0; ///< 0 or 1: who sends them
    FaultWhat what = FaultWhat::Any;
    FaultKind kind = FaultKind::Drop;
    std::vector<std::uint32_t> nth; ///< which ones, counted from 1
    kernel::SimTime hold{0};        ///< Hold: how much later they arrive
    bool operator==(const Fault&) const = default;
};

/// Impairment is what happens by chance, both ways alike; chances are in parts per million.
struct Impairment {
    std::uint32_t loss = 0, corrupt = 0, duplicate = 0;
    std::uint32_t reorder = 0;   ///< held back long enough for later frames to overtake
    kernel::SimTime jitter{0};   ///< added to the delay, 0 … jitter; does not reorder by itself
    kernel::SimTime coalesce{0}; ///< the receiving card waits that long for more before it tells (ethtool's rx-usecs)
    bool operator==(const Impairment&) const = default;
};

/// Verdict is what happens to one frame.
struct Verdict {
    bool lost = false, duplicate = false, corrupt = false;
    bool overtaken = false; ///< others may arrive earlier
    kernel::SimTime later{0};
    std::uint64_t bit = 0; ///< random: which bit falls over
};

/// FaultInjector decides the verdict of frames; a value with its own random streams, one for each direction.
class FaultInjector {
public:
    FaultInjector() = default;
    FaultInjector(std::vector<Fault> faults, Impairment impairment, std::uint64_t seed, std::uint32_t channel);

    /// decide gives the verdict of the next frame that an end sends; delay is the channel's own.
    Verdict decide(std::uint8_t end, std::span<const std::uint8_t> frame, kernel::SimTime delay);
    /// inOrder is the arrival time that keeps the order of a direction, and together what the receiving card tells
    /// together.
    kernel::SimTime inOrder(std::uint8_t end, kernel::SimTime arrive);

    const Impairment& impairment() const { return mImpairment; }
    /// impair changes what happens by chance from now on.
    void impair(const Impairment& impairment) { mImpairment = impairment; }

    bool cut = false; ///< nothing gets through, and neither end notices

private:
    std::vector<Fault> mFaults;
    std::vector<std::uint32_t> mSeen;
    Impairment mImpairment;
    kernel::Rng mRandom[2];
    kernel::SimTime mLatest[2]{};
    kernel::SimTime mInterrupt[2]{}; ///< when the card that end 0 or 1 sends to tells of what came lately
};

} // namespace sim::link
