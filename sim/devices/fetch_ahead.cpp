// Network::fetchAhead: while one event is handled, memory brings what the next two will read.
#include "sim/devices/network.h"
#include "sim/wire/bytes.h"
#include "sim/wire/ethernet.h"

namespace sim::devices {

namespace {
/// atInterface tells whether an event's target is an interface, and not a device.
bool atInterface(const kernel::Event& e) { return e.kind() == kernel::EventKind::FrameArrival || e.kind() == kernel::EventKind::LoopbackInput; }
} // namespace

void Network::fetchAhead() const {
    if (mQueue.empty()) return;
    // Of the event after the next, its device and frame: where these are is known without looking into them.
    const kernel::Event& after = mQueue.afterTop();
    mDevices[atInterface(after) ? mPorts[after.target].device.value : after.target].fetch(stack::System::kOften);
    if (atInterface(after)) mFrames.fetch(after.arg);

    // Of the next one, what its device points to; the device itself has come meanwhile.
    const kernel::Event& next = mQueue.top();
    if (next.kind() != kernel::EventKind::FrameArrival) return;
    const Port& port = mPorts[next.target];
    const stack::System& system = mDevices[port.device.value].read().system;
    constexpr std::uint32_t kFew = 5; // a router's interfaces; a large switch has more than can be asked for
    const auto count = std::uint32_t(system.interfaces.size());
    const std::uint32_t begin = count <= kFew ? 0 : port.index, end = count <= kFew ? count : port.index + 1;
    for (std::uint32_t i = begin; i < end; ++i) {
        kernel::fetch(&system.interfaces[i]);
        const auto channel = mPorts[next.target - port.index + i].channel; // a device's interfaces have numbers in sequence
        if (channel.valid()) kernel::fetch(&mChannels[channel.value], sizeof(link::Channel));
    }
    if (!system.ip) return;
    kernel::fetch(system.localAddresses.data());
    system.neighbours.entries.fetch();
    if (!system.forwarding) kernel::fetch(&system.udp, sizeof(stack::UdpTable)); // it is for this device
    constexpr std::size_t kDestination = wire::EthernetView::kSize + 16;
    if (const auto bytes = mFrames.bytes(next.arg); bytes.size() >= kDestination + 4)
        system.routes.fetch(wire::get32(&bytes[kDestination]));
}

} // namespace sim::devices
