// What a device can do to the world while it handles an event: read the clock, send frames, set timers, record.
#pragma once

#include "sim/kernel/event_queue.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/id.h"
#include "sim/link/channel.h"
#include "sim/link/fault_injector.h"
#include "sim/link/port.h"
#include "sim/stack/system.h"
#include "sim/trace/counters.h"
#include "sim/trace/tap.h"
#include "sim/trace/trace_log.h"

#include <vector>

namespace sim::stack {

/// World is what the network lends for the time of one event.
struct World {
    kernel::EventQueue& queue;
    kernel::FramePool& frames;
    std::vector<link::Port>& ports;
    std::vector<link::Channel>& channels;
    std::vector<link::FaultInjector>& faults;
    trace::Counters& counters;
    std::uint32_t& framesInFlight;
    std::uint32_t& appsRunning;
    kernel::SimTime now{0};
    kernel::EventNo event = 0;
    trace::TraceLog* log = nullptr;
    unsigned nesting = 0; ///< tunnels inside one another at this point
    trace::Tap* tap = nullptr;
};

/// Context is what a device can do while it handles an event.
class Context {
public:
    Context(World& world, kernel::DeviceId device, System& system) : mWorld(world), mDevice(device), mSystem(system) {}

    System& system() { return mSystem; }
    const System& system() const { return mSystem; }
    kernel::DeviceId device() const { return mDevice; }
    kernel::SimTime now() const { return mWorld.now; }
    kernel::FramePool& frames() { return mWorld.frames; }
    World& world() { return mWorld; }
    Interface& interface(std::uint32_t i) { return mSystem.interfaces[i]; }
    const Interface& interface(std::uint32_t i) const { return mSystem.interfaces[i]; }

    /// tracing guards the making of decisions: without a log they cost one branch.
    bool tracing() const { return mWorld.log != nullptr; }
    /// decide records the struct of a kind of sim/decisions.
    void decide(const trace::Decision& d) { mWorld.log->decided(mDevice, d); }
    /// take records the decision D of a packet on its way.
    template <class D>
    void take(const trace::Step::Fields& fields) {
        mWorld.log->taken<D>(mDevice, fields);
    }
    trace::TextId text(std::string_view t) { return mWorld.log->intern(t); }
    /// textOfLog is where appended text can be found again.
    const trace::TraceLog* log() const { return mWorld.log; }

    /// drop ends a frame with a reason.
    void drop(kernel::FrameSlot frame, trace::DropReason why) {
        note(why);
        mWorld.frames.release(frame);
    }
    /// note counts and records a drop of something that is no frame of its own (or is released elsewhere).
    void note(trace::DropReason why) {
        ++mWorld.counters.dropped[std::size_t(why)];
        if (mWorld.log) mWorld.log->dropped(mDevice, why);
    }

    void schedule(kernel::SimTime at, kernel::EventKind kind, std::uint32_t arg, std::uint16_t tag = 0) {
        mWorld.queue.push(at, kind, mDevice.value, arg, mWorld.event, tag);
    }

    /// transmit hands a whole frame to an interface; consumes it.
    void transmit(std::uint32_t interface, kernel::FrameSlot frame);
    /// carrier tells whether an interface has a cable in it whose other end is there.
    bool carrier(std::uint32_t interface) const;

    void notify(const Notice& n) { mSystem.notices.pushBack(n); }

private:
    void transmitFaulty(const Interface& iface, const link::Port& port, kernel::FrameSlot frame, kernel::SimTime depart,
                        kernel::SimTime arrive);

    World& mWorld;
    kernel::DeviceId mDevice;
    System& mSystem;
};

} // namespace sim::stack
