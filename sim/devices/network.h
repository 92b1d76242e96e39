// The simulated network: a copyable value that advances event by event. A copy is a checkpoint.
#pragma once

#include "sim/config/action.h"
#include "sim/config/device_config.h"
#include "sim/devices/device.h"
#include "sim/kernel/cow.h"
#include "sim/kernel/event_queue.h"
#include "sim/kernel/frame_pool.h"
#include "sim/kernel/id.h"
#include "sim/kernel/rng.h"
#include "sim/link/channel.h"
#include "sim/link/port.h"
#include "sim/stack/context.h"
#include "sim/trace/counters.h"
#include "sim/trace/trace_log.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::devices {

using Counters = trace::Counters;
using Port = link::Port;

/// Network is all devices, cables, frames and events at one moment.
class Network {
public:
    Network() : Network(1) {}
    explicit Network(std::uint64_t seed);
    Network(const Network&);
    Network(Network&&) noexcept;
    Network& operator=(const Network&);
    Network& operator=(Network&&) noexcept;
    ~Network();

    // --- keeping ---
    /// packed is a copy that is only kept: it shares the devices and programs that nobody writes to from now on, and
    /// the frames that `before`, an earlier one, holds as well. It must not run: unpacked gives one that can.
    Network packed(const Network* before);
    Network unpacked() const;
    /// ownBytes is what a packed copy takes by itself, apart from what forEachCopy tells; freshBytes is what of its
    /// frames is not shared with an earlier one.
    std::size_t ownBytes() const;
    std::size_t freshBytes() const { return mFrames.freshBytes(); }
    /// runningBytes is what the frames and events of a network that runs take by themselves.
    std::size_t runningBytes() const { return mFrames.slabBytes() + mQueue.heldBytes(); }
    /// frameBytes is about what the frames would take in a packed copy.
    std::size_t frameBytes() const { return mFrames.liveBytes(); }
    /// forEachCopy calls f with everything that copies share, known by a pointer, and its bytes (0: never was copied).
    void forEachCopy(const std::function<void(const void*, std::size_t)>& f) const;

    // --- building ---
    /// addDevice builds a device. One whose configuration it keeps, which it then shares, has a switch for its power.
    /// Those of a network lie best side by side: what lies between devices costs every frame that passes.
    kernel::DeviceId addDevice(std::shared_ptr<const config::DeviceConfig> config);
    kernel::DeviceId addDevice(const config::DeviceConfig& config);
    /// connect puts a cable between two interfaces that have none.
    kernel::ChannelId connect(kernel::InterfaceId a, kernel::InterfaceId b, const config::ChannelConfig& config = {});

    /// addShortestRoutes gives every device that has addresses a static route to every network that it is not on
    /// itself, by the fewest routers; of several such ways the one by the interface and neighbour added first. No
    /// configuration has them: a device that is restarted is without.
    void addShortestRoutes();

    // --- names and places; the same during a whole run, but for the ports that cables are moved to ---
    std::size_t deviceCount() const { return mDevices.size(); }
    std::size_t interfaceCount() const { return mPorts.size(); }
    std::size_t channelCount() const { return mChannels.size(); }
    const Device& device(kernel::DeviceId id) const;
    kernel::DeviceId findDevice(std::string_view name) const;
    kernel::InterfaceId findInterface(kernel::DeviceId device, std::string_view name) const;
    const std::string& deviceName(kernel::DeviceId id) const;
    const std::string& interfaceName(kernel::InterfaceId id) const;
    /// portName is "desktop:eth0".
    std::string portName(kernel::InterfaceId id) const;
    bool isLoopback(kernel::InterfaceId id) const;
    const stack::Interface& interface(kernel::InterfaceId id) const {
        return device(mPorts[id.value].device).system.interfaces[mPorts[id.value].index];
    }
    kernel::DeviceId deviceOf(kernel::InterfaceId id) const { return mPorts[id.value].device; }
    kernel::ChannelId channelOf(kernel::InterfaceId id) const { return mPorts[id.value].channel; }
    std::pair<kernel::InterfaceId, kernel::InterfaceId> endsOf(kernel::ChannelId id) const;
    /// channelUp tells whether there is a link; channelPlugged, whether the cable is in its ports.
    bool channelUp(kernel::ChannelId id) const { return mChannels[id.value].up; }
    bool channelPlugged(kernel::ChannelId id) const { return mChannels[id.value].plugged; }
    /// channel has what each of its ends dropped; the interfaces there count what they sent.
    const link::Channel& channel(kernel::ChannelId id) const { return mChannels[id.value]; }

    // --- running ---
    kernel::SimTime now() const { return mNow; }
    /// nextEventTime is kNever when nothing is left to happen.
    kernel::SimTime nextEventTime() const { return mQueue.empty() ? kernel::kNever : mQueue.top().time; }
    /// eventNo is the number of the latest event.
    kernel::EventNo eventNo() const { return mEventNo; }
    /// step lets the next event happen; false when there is none. Who gives a log gets everything recorded; who gives a
    /// tap, captures. Neither changes what happens.
    bool step(trace::TraceLog* log = nullptr, trace::Tap* tap = nullptr);
    /// runUntil lets all events up to and including time happen, and moves the clock there.
    void runUntil(kernel::SimTime time, trace::TraceLog* log = nullptr, trace::Tap* tap = nullptr);
    /// apply lets a user's action happen now, at a time not before now(), as an event of its own.
    void apply(kernel::SimTime at, kernel::DeviceId device, const config::Action& action,
               trace::TraceLog* log = nullptr, trace::Tap* tap = nullptr);
    /// inject lets a frame arrive at an interface now, as if it came along its cable: for captures played in, and for
    /// tests. False when there is no cable, or the frame is longer than any can be.
    bool inject(kernel::InterfaceId to, std::span<const std::uint8_t> frame, trace::TraceLog* log = nullptr);
    /// framesHeld is how many frames are kept anywhere: on the way, waiting for ARP, in pieces.
    std::size_t framesHeld() const { return mFrames.liveCount(); }
    /// framesOnTheWay is how many of them are on a cable or in a loopback.
    std::uint32_t framesOnTheWay() const { return mFramesInFlight; }
    /// quiet: no application waits for anything and no frame is on the way (timers may still be set).
    bool quiet() const;
    const Counters& counters() const { return mCounters; }

private:
    stack::World world(trace::TraceLog* log, trace::Tap* tap);
    void next(stack::World& world);
    void handle(const kernel::Event& event, stack::World& world);
    void arrive(const kernel::Event& event, stack::World& world);
    void fetchAhead() const;
    kernel::DeviceId targetOf(const kernel::Event& event) const;
    void fetchPlace(const kernel::Event& event) const;
    void fetchDevice(const kernel::Event& event) const;
    void fetchTables(const kernel::Event& event) const;
    void fetchWay(const kernel::Event& event, const Port& port, const stack::System& system) const;
    void fetchEnd(const Device& device, std::uint32_t interface) const;
    void fetchProgram(const kernel::Event& event) const;
    void runPrograms(stack::World& world, kernel::DeviceId id, Device& device);
    void configure(stack::World& world, kernel::DeviceId id, kernel::InterfaceId first,
                   const config::DeviceConfig& config);
    void startServices(stack::World& world, kernel::DeviceId id, const config::DeviceConfig& config);
    void addProgram(stack::World& world, kernel::DeviceId id, apps::App app);
    void startProgram(stack::World& world, kernel::DeviceId id, kernel::AppId self);
    void setPower(stack::World& world, kernel::DeviceId id, const config::SetPower& power);
    void switchOff(stack::World& world, kernel::DeviceId id);
    void switchOn(stack::World& world, kernel::DeviceId id);
    void followCarrier(stack::World& world, kernel::ChannelId channel);
    void followCarriers(stack::World& world, kernel::DeviceId id);
    /// faultsOf gives a channel a fault injector if it has none.
    link::FaultInjector& faultsOf(kernel::ChannelId channel);
    void tellDhcpClient(stack::World& world, kernel::DeviceId id, const config::DhcpCommand& command);
    void setLink(stack::World& world, kernel::ChannelId channel, bool up);
    void moveCable(stack::World& world, const config::MoveCable& move);
    void changeLink(stack::World& world, const config::ChangeLink& change);

    std::vector<kernel::Cow<Device>> mDevices;
    std::vector<Port> mPorts;
    std::vector<link::Channel> mChannels;
    std::vector<link::FaultInjector> mFaults;
    kernel::EventQueue mQueue;
    kernel::FramePool mFrames;
    kernel::SimTime mNow{0};
    kernel::EventNo mEventNo = 0;
    std::uint64_t mSeed = 1;
    std::uint32_t mFramesInFlight = 0;
    std::uint32_t mAppsRunning = 0;
    Counters mCounters;
};

} // namespace sim::devices
