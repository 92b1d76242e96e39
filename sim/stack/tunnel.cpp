#include "sim/stack/tunnel.h"

#include "sim/stack/context.h"
#include "sim/stack/ip.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/udp.h"

namespace sim::stack::tunnel {

using trace::DropReason;
using wire::Ipv4Header;
using wire::Ipv4View;

namespace {

/// bytesOf is a frame as a capture on a tunnel device shows it.
std::span<const std::uint8_t> bytesOf(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    const std::span<const std::uint8_t> bytes = c.frames().bytes(frame);
    return linkType(c.interface(interface).type) == wire::LinkType::RawIp ? bytes.subspan(ip::kLinkHeader) : bytes;
}

/// Scope lets what happens inside it belong to another frame of the log.
class Scope {
public:
    explicit Scope(Context& c) : mContext(c), mFrame(c.tracing() ? c.log()->currentFrame() : 0) {}
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() {
        if (mContext.tracing()) mContext.world().log->setFrame(mFrame);
    }

private:
    Context& mContext;
    std::uint32_t mFrame;
};

} // namespace

void transmit(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    Interface& iface = c.interface(interface);
    if (!iface.up || iface.tunnel == Interface::kNone) {
        ++iface.drops;
        return c.drop(frame, iface.up ? DropReason::NoCarrier : DropReason::LinkDown);
    }
    if (c.world().nesting >= kNesting) {
        ++iface.drops;
        return c.drop(frame, DropReason::TunnelLoop);
    }
    const auto bytes = bytesOf(c, interface, frame);
    ++iface.txFrames;
    iface.txBytes += bytes.size();
    if (c.world().tap) c.world().tap->see(iface.id, true, c.now(), bytes);
    const Scope scope(c);
    if (c.tracing()) {
        trace::FrameTrace traced;
        traced.from = iface.id;
        traced.link = linkType(iface.type);
        traced.depart = traced.arrive = c.now();
        const auto index = c.world().log->frameSent(c.device(), traced, bytes);
        frame = c.frames().own(frame);
        c.frames().trace(frame) = index;
        c.world().log->setFrame(index);
    }
    ++c.world().nesting;
    if (iface.type == InterfaceType::Vxlan)
        vxlan::transmit(c, iface.tunnel, frame);
    else
        wireguard::transmit(c, iface.tunnel, frame);
    --c.world().nesting;
}

void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    const auto bytes = c.frames().bytes(frame);
    Ipv4View packet(bytes.data() + ip::kLinkHeader);
    const auto datagram = wire::UdpView::parse(packet.payload());
    const auto payload = datagram->payload();
    const Interface& iface = c.interface(interface);
    if (!iface.up) return c.drop(frame, DropReason::LinkDown);
    const Scope scope(c);
    if (iface.type == InterfaceType::Vxlan)
        vxlan::input(c, iface.tunnel, packet.source(), payload, frame);
    else
        wireguard::input(c, iface.tunnel, {packet.source(), datagram->sourcePort(), packet.destination()}, payload,
                         frame);
}

Errno send(Context& c, std::uint32_t interface, kernel::FrameSlot frame, const Outer& outer) {
    const Flow flow{.destination = outer.destination,
                    .source = outer.source,
                    .protocol = 17,
                    .ports = {outer.sourcePort, outer.destinationPort}};
    const Destination d = ip::findOuterRoute(c, flow, interface);
    if (c.tracing()) ip::noteRoute(c, flow, d);
    if (const Errno e = ip::routeError(d); e != Errno::None) {
        c.drop(frame, d.route ? DropReason::RouteUnreachable : DropReason::NoRoute);
        return e;
    }
    const auto bytes = c.frames().bytes(frame);
    Ipv4Header{.tos = outer.tos,
               .protocol = 17,
               .id = outer.id ? outer.id : c.system().newIpId(),
               .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader),
               .dontFragment = outer.dontFragment,
               .source = outer.source ? outer.source : d.source,
               .destination = outer.destination}
        .write(&bytes[ip::kLinkHeader]);
    wire::emitUdp(bytes.subspan(ip::kLinkHeader + Ipv4Header::kSize), outer.sourcePort, outer.destinationPort,
                  Ipv4View(&bytes[ip::kLinkHeader]).addresses());
    ip::send(c, frame, d);
    return Errno::None;
}

void deliver(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    Interface& iface = c.interface(interface);
    const auto bytes = bytesOf(c, interface, frame);
    ++iface.rxFrames;
    iface.rxBytes += bytes.size();
    if (c.world().tap) c.world().tap->see(iface.id, false, c.now(), bytes);
    const Scope scope(c);
    if (c.tracing()) {
        trace::FrameTrace traced;
        traced.to = iface.id;
        traced.link = linkType(iface.type);
        traced.depart = traced.arrive = c.now();
        c.frames().trace(frame) = c.world().log->frameUnwrapped(c.device(), traced, bytes);
    }
    switch (wire::EtherType(wire::EthernetView(c.frames().bytes(frame).data()).etherType())) {
    case wire::EtherType::Ipv4: return ip::receive(c, interface, frame);
    case wire::EtherType::Arp: return neighbour::receiveArp(c, interface, frame);
    default: return c.drop(frame, DropReason::UnknownEtherType);
    }
}

} // namespace sim::stack::tunnel
