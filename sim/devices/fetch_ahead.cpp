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
bool atInterface(const kernel::Event& e) { return e.kind() == EventKind::FrameArrival || e.kind() == EventKind::LoopbackInput; }

constexpr std::uint32_t kFewPorts = 5;    ///< a router's; a large switch has more than can be asked for
constexpr std::uint32_t kManyFrames = 256; ///< fewer were written just now, and are still at hand
constexpr std::size_t kFarDevices = 4096;  ///< of fewer, at least the list stays at hand

} // namespace

void Network::fetchAhead() const {
    if (mDevices.size() >= kFarDevices)
        if (const auto* e = mQueue.coming(3)) fetchPlace(*e);
    if (const auto* e = mQueue.coming(2)) fetchDevice(*e);
    if (const auto* e = mQueue.coming(1)) fetchTables(*e);
    if (const auto* e = mQueue.coming(0)) fetchProgram(*e);
}

kernel::DeviceId Network::targetOf(const kernel::Event& e) const { return atInterface(e) ? mPorts[e.target].device : kernel::DeviceId{e.target}; }

void Network::fetchPlace(const kernel::Event& e) const {
    if (atInterface(e)) kernel::fetch(&mPorts[e.target > 0 ? e.target - 1 : 0], 3 * sizeof(Port)); // it and its neighbours
    kernel::fetch(&mDevices[targetOf(e).value]);
}

void Network::fetchDevice(const kernel::Event& e) const {
    if (atInterface(e) && mFramesInFlight >= kManyFrames) mFrames.fetch(e.arg);
    const auto& device = mDevices[targetOf(e).value];
    for (const auto line : stack::System::kLines) device.fetch(line);
    if (e.kind() == EventKind::AppTimer) kernel::fetch(&device.read().apps);
}

void Network::fetchTables(const kernel::Event& e) const {
    const bool arrival = e.kind() == EventKind::FrameArrival;
    if (!arrival && e.kind() != EventKind::AppTimer) return;
    const Device& device = mDevices[targetOf(e).value].read();
    const stack::System& system = device.system;
    const auto count = std::uint32_t(system.interfaces.size());
    const std::uint32_t mine = arrival ? mPorts[e.target].index : 0;
    const std::uint32_t begin = count <= kFewPorts ? system.ip : mine, end = count <= kFewPorts ? count : mine + 1;
    for (std::uint32_t i = begin; i < end; ++i) {
        kernel::fetch(&system.interfaces[i]);
        if (!arrival || (system.forwarding && i == mine)) continue; // a router sends by another one
        const Port& port = mPorts[e.target - mine + i]; // a device's interfaces have numbers in sequence
        if (port.channel.valid()) kernel::fetch(&mChannels[port.channel.value]);
    }
    if (!system.ip) return;
    kernel::fetch(system.localAddresses.data());
    system.neighbours.entries.fetch();
    if (!arrival || !system.forwarding) { // programs will be asked
        kernel::fetch(&system.udp, sizeof(stack::UdpTable));
        kernel::fetch(&device.apps);
    }
    if (!arrival) return;
    constexpr std::size_t kDestination = wire::EthernetView::kSize + 16;
    if (const auto bytes = mFrames.bytes(e.arg); bytes.size() >= kDestination + 4) system.routes.fetch(wire::get32(&bytes[kDestination]));
}

void Network::fetchProgram(const kernel::Event& e) const {
    const bool arrival = e.kind() == EventKind::FrameArrival;
    if (!arrival && e.kind() != EventKind::AppTimer) return;
    const Device& device = mDevices[targetOf(e).value].read();
    if (!device.system.ip || (arrival && device.system.forwarding)) return;
    device.system.udp.byPort.fetch();
    kernel::fetch(device.system.udp.sockets.data(), sizeof(stack::UdpSocket));
    if (!device.apps.empty()) kernel::fetch(&device.apps[arrival ? 0 : e.arg], sizeof(apps::App));
}

} // namespace sim::devices
