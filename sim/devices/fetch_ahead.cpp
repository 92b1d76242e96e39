// Network::fetchAhead: while one event is handled, memory brings what later ones will read. Every event
// is looked at several times on its way to the front of the queue, with what memory has brought meanwhile: first which
// device it is for, then the device, then what that points to.
#include "sim/devices/network.h"
#include "sim/wire/bytes.h"
#include "sim/wire/ethernet.h"

namespace sim::devices {

namespace {

using kernel::EventKind;

/// atInterface tells whether an event's target is an interface, and not a device.
bool atInterface(const kernel::Event& e) {
    return e.kind() == EventKind::FrameArrival || e.kind() == EventKind::LoopbackInput;
}

constexpr std::uint32_t kFewPorts = 5;     ///< a router's; a large switch has more than can be asked for
constexpr std::uint32_t kManyFrames = 256; ///< fewer were written just now, and are still at hand
constexpr std::size_t kProgramBytes = 128; ///< of a program that sends or takes datagrams
constexpr std::size_t kFarDevices = 4096;  ///< of fewer, at least the list stays at hand

} // namespace

void Network::fetchAhead() const {
    const auto coming = mQueue.coming();
    if (coming[3] && mDevices.size() >= kFarDevices) fetchPlace(*coming[3]);
    if (coming[2]) fetchDevice(*coming[2]);
    if (coming[1]) fetchTables(*coming[1]);
    if (coming[0]) fetchProgram(*coming[0]);
}

kernel::DeviceId Network::targetOf(const kernel::Event& e) const {
    return atInterface(e) ? mPorts[e.target].device : kernel::DeviceId{e.target};
}

void Network::fetchPlace(const kernel::Event& e) const {
    if (atInterface(e))
        kernel::fetch(&mPorts[e.target > 0 ? e.target - 1 : 0], 3 * sizeof(Port)); // it and its neighbours
    kernel::fetch(&mDevices[targetOf(e).value]);
}

void Network::fetchDevice(const kernel::Event& e) const {
    if (mFramesInFlight >= kManyFrames && atInterface(e)) mFrames.fetch(e.arg);
    const auto& device = mDevices[targetOf(e).value];
    for (const auto line : stack::System::kLines)
        device.fetch(line);
}

void Network::fetchTables(const kernel::Event& e) const {
    if (e.kind() == EventKind::FrameArrival) {
        const Port& port = mPorts[e.target];
        const Device& device = mDevices[port.device.value].read();
        if (device.system.forwarding) [[likely]]
            fetchWay(e, port, device.system);
        else
            fetchEnd(device, port.index);
    } else if (e.kind() == EventKind::AppTimer) {
        fetchEnd(mDevices[e.target].read(), stack::kLoopback + 1);
    }
}

/// fetchWay asks for what a router reads to pass a frame on.
void Network::fetchWay(const kernel::Event& e, const Port& port, const stack::System& system) const {
    const stack::Interface* const first = system.interfaces.data();
    const stack::Interface* const end = first + system.interfaces.size();
    if (end <= first + kFewPorts) { // it will leave by one of the others; a device's ports have numbers in sequence
        const Port* other = &mPorts[e.target - port.index];
        for (const auto* i = first + stack::kLoopback + 1; i < end; ++i) {
            kernel::fetch(i);
            if (++other != &port && other->channel.valid()) kernel::fetch(&mChannels[other->channel.value]);
        }
    } else {
        kernel::fetch(first + port.index);
    }
    system.neighbours.entries.fetch();
    constexpr std::size_t kDestination = wire::EthernetView::kSize + 16;
    if (const auto bytes = mFrames.bytes(e.arg); bytes.size() >= kDestination + 4)
        system.routes.fetch(wire::get32(&bytes[kDestination]));
}

/// fetchEnd asks for what a device reads that keeps a frame, or sends one of its own.
void Network::fetchEnd(const Device& device, std::uint32_t interface) const {
    const stack::System& system = device.system;
    if (interface < system.interfaces.size()) kernel::fetch(&system.interfaces[interface]);
    if (!system.ip) return;
    system.localAddresses.fetch();
    system.neighbours.entries.fetch();
    kernel::fetch(&system.udp, sizeof(stack::UdpTable));
    kernel::fetch(device.apps.data());
}

void Network::fetchProgram(const kernel::Event& e) const {
    const bool arrival = e.kind() == EventKind::FrameArrival;
    if (!arrival && e.kind() != EventKind::AppTimer) return;
    const Device& device = mDevices[targetOf(e).value].read();
    if (!device.system.ip || (arrival && device.system.forwarding)) return;
    device.system.udp.byPort.fetch();
    kernel::fetch(device.system.udp.sockets.data(), sizeof(stack::UdpSocket));
    if (device.apps.empty()) return;
    device.apps[arrival ? 0 : e.arg].fetch(kProgramBytes);
}

} // namespace sim::devices
