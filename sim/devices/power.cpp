// Network: machines that are switched off and on during a run. Off, a machine has lost what stood in its memory, and
// its cables have no link; on, it starts from its configuration, as it did when the run began. What it had written into
// files (the leases of a DHCP server) is there again.
#include "sim/apps/app_context.h"
#include "sim/decisions/administration.h"
#include "sim/devices/network.h"
#include "sim/stack/power_loss.h"

#include <vector>

namespace sim::devices {

using kernel::DeviceId;
using kernel::EventKind;
using stack::Context;

void Network::setPower(stack::World& w, DeviceId id, const config::SetPower& power) {
    using To = config::SetPower::To;
    const bool on = device(id).on;
    // There is nothing to switch, no power to restart with, or no configuration to start from.
    if (on == (power.to == To::On) || !device(id).config) {
        if (w.log)
            w.log->decided(id, decisions::PowerPrevents{.action = w.log->intern(config::describe(power)), .on = on});
        return;
    }
    if (w.log) w.log->decided(id, decisions::PowerSet{.on = !on, .restart = power.to == To::Restart});
    if (on) switchOff(w, id);
    if (power.to != To::Off) switchOn(w, id);
}

void Network::switchOff(stack::World& w, DeviceId id) {
    Device& d = mDevices[id.value].write();
    d.on = false;
    Context c(w, id, d.system);
    for (std::uint32_t i = 0; i < d.apps.size(); ++i) {
        apps::App& app = d.apps[i];
        w.appsRunning -= app.busy();
        if (app.state() == apps::App::State::Running) apps::AppContext(c, {i}, app).finish(false, "the power went off");
        app.stop();
    }
    // Nothing comes of its timers, and of what it was sending to itself. Frames on its cables end there by themselves.
    std::vector<kernel::FrameSlot> toItself;
    mQueue.removeIf([&](const kernel::Event& e) {
        if (e.kind() == EventKind::FrameArrival) return false;
        if (targetOf(e) != id) return false;
        if (e.kind() == EventKind::LoopbackInput) toItself.push_back(e.arg);
        return true;
    });
    for (const auto frame : toItself) {
        --mFramesInFlight;
        if (w.log) {
            w.log->setFrame(mFrames.trace(frame));
            w.log->frameLost(mFrames.trace(frame), mNow, trace::DropReason::PowerLost);
        }
        c.drop(frame, trace::DropReason::PowerLost);
    }
    // Counters begin at zero again; what they had counted stays with the cables.
    for (const stack::Interface& i : d.system.interfaces) {
        const Port& port = mPorts[i.id.value];
        if (!port.channel.valid()) continue;
        auto& before = mChannels[port.channel.value].before[port.end];
        before.frames += i.txFrames;
        before.bytes += i.txBytes;
    }
    stack::losePower(c);
    followCarriers(w, id);
}

void Network::switchOn(stack::World& w, DeviceId id) {
    Device& d = mDevices[id.value].write();
    d.on = true;
    const auto config = d.config;
    configure(w, id, d.system.interfaces.empty() ? kernel::InterfaceId{} : d.system.interfaces.front().id, *config);
    followCarriers(w, id);
    startServices(w, id, *config);
}

void Network::followCarriers(stack::World& w, DeviceId id) {
    const std::size_t count = device(id).system.interfaces.size();
    for (std::size_t i = 0; i < count; ++i)
        if (const auto channel = channelOf(device(id).system.interfaces[i].id); channel.valid())
            followCarrier(w, channel);
}

} // namespace sim::devices
