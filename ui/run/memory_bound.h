// The bound of a recording: what it counts of itself, and what the whole process really holds.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sim::replay {
class Timeline;
}

namespace ui::run {

/// residentBytes is how much memory this process holds; 0 where the system does not tell.
std::size_t residentBytes();

/// kEventsPerLook is how many events may pass between two looks at the bound.
constexpr std::uint64_t kEventsPerLook = 2'000;

/// MemoryBound says when a recording has to end so that the process holds no more than a third above its bound.
class MemoryBound {
public:
    /// Reached is what has come to the bound: nothing, the recording, the process around it, or the machine.
    enum class Reached : std::uint8_t { No, Recording, Process, Machine };

    /// most is in bytes. What the process holds when this is made is what it takes without the recording.
    explicit MemoryBound(std::size_t most) : mBefore(residentBytes()) { setMost(most); }
    void setMost(std::size_t most);
    std::size_t most() const { return mMost; }
    /// look tells how things stand, and thins the timeline's checkpoints when the process comes near: a microsecond.
    Reached look(sim::replay::Timeline& timeline) const;

private:
    std::size_t mMost = 0, mNear = 0, mEnd = 0; ///< mNear and mEnd: of the process
    std::size_t mBefore = 0;
};

} // namespace ui::run
