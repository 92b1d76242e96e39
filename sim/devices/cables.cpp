// Network: what happens to its cables during a run.
#include "sim/decisions/administration.h"
#include "sim/decisions/bridge.h"
#include "sim/decisions/neighbour.h"
#include "sim/devices/network.h"

#include <algorithm>

namespace sim::devices {

using kernel::DeviceId;
using stack::Context;

namespace {
/// loseCarrier is what Linux does when a port has no link any more: its neighbours are gone (neigh_carrier_down), and a
/// bridge forgets who was behind it (br_fdb_delete_by_port). Addresses and routes stay.
void loseCarrier(stack::World& w, DeviceId device, stack::System& system, std::uint32_t interface) {
    Context c(w, device, system);
    const auto id = c.interface(interface).id;
    if (system.ip)
        if (const auto rows = stack::neighbour::flush(c, interface); rows && w.log)
            c.decide(decisions::NeighboursEvicted{.interface = id, .rows = rows});
    if (system.bridge)
        if (const auto rows = stack::bridge::forget(c, interface); rows && w.log)
            c.decide(decisions::BridgeEvicted{.port = id, .rows = rows});
}
} // namespace

link::FaultInjector& Network::faultsOf(kernel::ChannelId id) {
    link::Channel& c = mChannels[id.value];
    if (c.faults == link::Channel::kNoFaults) {
        c.faults = std::uint32_t(mFaults.size());
        mFaults.emplace_back(std::vector<link::Fault>(), link::Impairment{}, mSeed, id.value);
    }
    return mFaults[c.faults];
}

void Network::setLink(stack::World& w, kernel::ChannelId id, bool plugged) {
    link::Channel& channel = mChannels[id.value];
    if (channel.plugged == plugged) return;
    channel.plugged = plugged;
    if (w.log)
        w.log->decided(deviceOf(channel.ends[0]), decisions::LinkChanged{.end = channel.ends[0], .plugged = plugged});
    followCarrier(w, id);
}

/// followCarrier lets a cable have a link when it is plugged in and both its machines have power, and tells these.
void Network::followCarrier(stack::World& w, kernel::ChannelId id) {
    link::Channel& channel = mChannels[id.value];
    const auto powered = [this](kernel::InterfaceId end) { return device(deviceOf(end)).on; };
    const bool up = channel.plugged && powered(channel.ends[0]) && powered(channel.ends[1]);
    if (channel.up == up) return;
    channel.up = up;
    if (!up) {
        for (const auto end : channel.ends)
            mPorts[end.value].epoch = (mPorts[end.value].epoch + 1) & link::kEpochMask;
        for (auto& busyUntil : channel.busyUntil)
            busyUntil = mNow;
    }
    for (const auto end : channel.ends) {
        const Port& port = mPorts[end.value];
        Device& d = mDevices[port.device.value].write();
        if (!d.on) continue;
        if (!up) loseCarrier(w, port.device, d.system, port.index);
        d.system.notices.pushBack({.kind = stack::NoticeKind::InterfaceChanged, .length = port.index});
        runPrograms(w, port.device, d);
    }
}

void Network::moveCable(stack::World& w, const config::MoveCable& move) {
    link::Channel& channel = mChannels[move.channel.value];
    const std::uint8_t end = channel.ends[1] == move.from ? 1 : 0;
    if (channel.ends[end] != move.from || move.to.value >= mPorts.size() || mPorts[move.to.value].channel.valid() ||
        interface(move.to).type != stack::InterfaceType::Ethernet)
        return;
    if (w.log) w.log->decided(deviceOf(move.from), decisions::LinkMoved{.from = move.from, .to = move.to});
    const bool plugged = channel.plugged;
    channel.plugged = false;
    followCarrier(w, move.channel);
    Port &from = mPorts[move.from.value], &to = mPorts[move.to.value], &far = mPorts[channel.ends[1 - end].value];
    from.channel = {};
    from.end = 0;
    to.channel = move.channel;
    to.end = end;
    channel.ends[end] = move.to;
    // Both ends count alike, and beyond all that was ever sent to either.
    to.epoch = far.epoch = std::uint16_t((std::max(to.epoch, far.epoch) + 1) & link::kEpochMask);
    const auto &was = interface(move.from), &is = interface(move.to);
    channel.before[end].frames += was.txFrames - is.txFrames;
    channel.before[end].bytes += was.txBytes - is.txBytes;
    channel.plugged = plugged;
    followCarrier(w, move.channel);
}

void Network::changeLink(stack::World& w, const config::ChangeLink& change) {
    link::Channel& channel = mChannels[change.channel.value];
    if (change.delay) channel.delay = *change.delay;
    if (change.rate) channel.setRate(*change.rate);
    if (change.loss || change.corrupt || change.duplicate || change.reorder || change.jitter) {
        auto& faults = faultsOf(change.channel);
        link::Impairment now = faults.impairment();
        now.loss = change.loss.value_or(now.loss);
        now.corrupt = change.corrupt.value_or(now.corrupt);
        now.duplicate = change.duplicate.value_or(now.duplicate);
        now.reorder = change.reorder.value_or(now.reorder);
        now.jitter = change.jitter.value_or(now.jitter);
        faults.impair(now);
    }
    if (w.log)
        w.log->decided(deviceOf(channel.ends[0]),
                       decisions::LinkAltered{.end = channel.ends[0], .change = w.log->intern(change.text)});
}

} // namespace sim::devices
