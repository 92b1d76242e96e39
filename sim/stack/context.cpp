#include "sim/stack/context.h"

#include "sim/stack/tunnel.h"

namespace sim::stack {

using kernel::EventKind;
using kernel::SimTime;
using trace::DropReason;

namespace {
/// kLoopbackDelay is about what a turn round the stack takes on a real machine; with none at all, two programs that
/// answer each other for ever would stop the clock.
constexpr SimTime kLoopbackDelay = std::chrono::microseconds(5);
} // namespace

bool Context::carrier(std::uint32_t i) const {
    const Interface& iface = mSystem.interfaces[i];
    if (iface.type == InterfaceType::Loopback) return true;
    if (iface.type != InterfaceType::Ethernet) return iface.tunnel != Interface::kNone;
    const auto channel = mWorld.ports[iface.id.value].channel;
    return channel.valid() && mWorld.channels[channel.value].up;
}

void Context::transmit(std::uint32_t i, kernel::FrameSlot frame) {
    Interface& iface = mSystem.interfaces[i];
    if (iface.type >= InterfaceType::Tunnel) return tunnel::transmit(*this, i, frame);
    const auto bytes = mWorld.frames.bytes(frame);
    const auto length = std::uint32_t(bytes.size());
    if (iface.type == InterfaceType::Loopback) {
        ++iface.txFrames;
        iface.txBytes += length;
        const SimTime arrive = mWorld.now + kLoopbackDelay;
        if (mWorld.tap) mWorld.tap->see(iface.id, true, mWorld.now, bytes);
        if (mWorld.log)
            mWorld.frames.trace(frame) = mWorld.log->frameSent(
                mDevice, {.depart = mWorld.now, .arrive = arrive, .from = iface.id, .to = iface.id}, bytes);
        ++mWorld.framesInFlight;
        mWorld.queue.push(arrive, EventKind::LoopbackInput, iface.id.value, frame, mWorld.event);
        return;
    }
    const link::Port& port = mWorld.ports[iface.id.value];
    if (!iface.up || !port.channel.valid()) {
        ++iface.drops;
        return drop(frame, iface.up ? DropReason::NoCarrier : DropReason::LinkDown);
    }
    link::Channel& channel = mWorld.channels[port.channel.value];
    SimTime& busyUntil = channel.busyUntil[port.end];
    if (!channel.up) {
        ++iface.drops;
        return drop(frame, DropReason::LinkDown);
    }
    const kernel::InterfaceId to = channel.ends[1 - port.end];
    kernel::fetch(&mWorld.ports[to.value]);
    const SimTime depart = busyUntil > mWorld.now ? busyUntil : mWorld.now;
    if (depart > mWorld.now && channel.backlogBytes(port.end, mWorld.now) + length > channel.queueBytes) [[unlikely]] {
        ++channel.dropped[port.end];
        ++iface.drops;
        return drop(frame, DropReason::QueueFull);
    }
    const SimTime gone = depart + channel.transmitTime(length);
    const SimTime arrive = gone + channel.delay;
    busyUntil = gone;
    ++iface.txFrames;
    iface.txBytes += length;
    if (mWorld.tap && channel.faults == link::Channel::kNoFaults) mWorld.tap->see(iface.id, true, mWorld.now, bytes);
    if (channel.faults != link::Channel::kNoFaults) [[unlikely]]
        return transmitFaulty(iface, port, frame, depart, arrive);
    if (mWorld.log) {
        if (mWorld.frames.shared(frame))
            frame = mWorld.frames.own(frame); // each copy of a flooded frame has a record of its own
        mWorld.frames.trace(frame) =
            mWorld.log->frameSent(mDevice, {.depart = depart, .arrive = arrive, .from = iface.id, .to = to}, bytes);
    }
    ++mWorld.framesInFlight;
    mWorld.queue.push(arrive, EventKind::FrameArrival, to.value, frame, mWorld.event, std::uint16_t(port.epoch));
}

void Context::transmitFaulty(const Interface& iface, const link::Port& port, kernel::FrameSlot frame, SimTime depart,
                             SimTime arrive) {
    const link::Channel& channel = mWorld.channels[port.channel.value];
    link::FaultInjector& faults = mWorld.faults[channel.faults];
    const link::Verdict verdict = faults.decide(port.end, mWorld.frames.bytes(frame), channel.delay);
    arrive += verdict.later;
    if (!verdict.overtaken) arrive = faults.inOrder(port.end, arrive);
    const kernel::InterfaceId to = channel.ends[1 - port.end];
    if (verdict.corrupt) {
        frame = mWorld.frames.own(frame);
        const auto bytes = mWorld.frames.bytes(frame);
        const auto bit = verdict.bit % (bytes.size() * 8);
        bytes[bit / 8] ^= std::uint8_t(1u << bit % 8);
    }
    for (int copy = 0; copy <= int(verdict.duplicate); ++copy) {
        if (copy == 0 && verdict.duplicate) mWorld.frames.retain(frame);
        kernel::FrameSlot mine = frame;
        // Only one left the interface; the cable made two of it.
        if (mWorld.tap && copy == 0) mWorld.tap->see(iface.id, true, mWorld.now, mWorld.frames.bytes(frame));
        if (mWorld.log) {
            trace::FrameTrace traced;
            traced.copy = copy > 0;
            traced.from = iface.id;
            traced.to = to;
            traced.depart = depart;
            traced.arrive = arrive;
            mine = mWorld.frames.own(frame);
            mWorld.frames.trace(mine) = mWorld.log->frameSent(mDevice, traced, mWorld.frames.bytes(mine));
        }
        ++mWorld.framesInFlight;
        const auto tag = std::uint16_t((port.epoch) | (verdict.lost ? link::kLostFlag : 0));
        mWorld.queue.push(arrive, EventKind::FrameArrival, to.value, mine, mWorld.event, tag);
    }
}

} // namespace sim::stack
