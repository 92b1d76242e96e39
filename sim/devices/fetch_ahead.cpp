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
    const kernel::Cow<Device>& device = mDevices[atInterface(after) ? mPorts[after.target].device.value : after.target];
    device.fetch(offsetof(stack::System, routes) + sizeof(stack::RouteTable) / 2);
    kernel::fetch(&device.read().system.conntrack);
    if (atInterface(after)) mFrames.fetch(after.arg);

    // Of the next one, what its device points to; the device itself has come meanwhile.
    const kernel::Event& next = mQueue.top();
    if (next.kind() != kernel::EventKind::FrameArrival) return;
    const Port& port = mPorts[next.target];
    const stack::System& system = mDevices[port.device.value].read().system;
    constexpr std::uint32_t kFew = 5; // a router's interfaces; a large switch has more than can be asked for
    const auto count = std::uint32_t(system.interfaces.size());
    const std::uint32_t begin = count <= kFew ? system.ip : port.index, end = count <= kFew ? count : port.index + 1;
    for (std::uint32_t i = begin; i < end; ++i) {
        kernel::fetch(&system.interfaces[i]);
        const Port& other = mPorts[next.target - port.index + i]; // a device's interfaces have numbers in sequence
        if (other.channel.valid()) kernel::fetch(&mChannels[other.channel.value], (1u + other.end) * kernel::kCacheLine);
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
