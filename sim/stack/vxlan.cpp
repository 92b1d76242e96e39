#include "sim/stack/vxlan.h"

#include "sim/decisions/tunnel.h"
#include "sim/stack/context.h"
#include "sim/stack/tunnel.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/vxlan.h"

#include <algorithm>

namespace sim::stack::vxlan {

using trace::DropReason;
using wire::EthernetView;
using wire::IpAddress;
using wire::VxlanHeader;

std::uint16_t sourcePort(std::span<const std::uint8_t> frame, std::pair<std::uint16_t, std::uint16_t> range) {
    // As Linux's flow dissector: addresses and protocol, and ports where there are any; the smaller one first, so that
    // both directions are one flow.
    std::uint64_t addresses = 0, rest = 0;
    if (frame.size() >= EthernetView::kSize) {
        const auto type = wire::get16(&frame[12]);
        rest = std::uint64_t{type} << 48;
        const auto packet = frame.subspan(EthernetView::kSize);
        if (type == std::uint16_t(wire::EtherType::Ipv4) && packet.size() >= 20) {
            const auto a = wire::get32(&packet[12]), b = wire::get32(&packet[16]);
            addresses = std::uint64_t{std::min(a, b)} << 32 | std::max(a, b);
            const std::uint8_t protocol = packet[9];
            rest |= std::uint64_t{protocol} << 32;
            const std::size_t header = std::size_t(packet[0] & 15) * 4;
            const bool fragment = wire::get16(&packet[6]) & 0x3fff;
            if ((protocol == 6 || protocol == 17) && !fragment && packet.size() >= header + 4) {
                const auto s = wire::get16(&packet[header]), d = wire::get16(&packet[header + 2]);
                rest |= a < b || (a == b && s < d) ? std::uint64_t{s} << 16 | d : std::uint64_t{d} << 16 | s;
            }
        }
    }
    const std::uint64_t hash = kernel::mix64(kernel::mix64(addresses + 0x9e37'79b9'7f4a'7c15ULL) ^ rest);
    const std::uint64_t count = std::uint64_t(range.second) - range.first + 1;
    return std::uint16_t(range.first + hash % count);
}

void transmit(Context& c, std::uint32_t number, kernel::FrameSlot frame) {
    Vxlan& v = c.system().vxlans[number];
    const auto inner = c.frames().bytes(frame);
    const auto destination = EthernetView(inner.data()).destination();
    const auto e = destination.isGroup() ? v.table.kNone : v.table.find({destination.number()});
    const bool known = e != v.table.kNone && c.now() - v.table[e].updated < Vxlan::kAgeing;
    const std::uint32_t remote = known ? v.table[e].remote : v.remote;
    if (remote == 0) {
        ++c.interface(v.interface).drops;
        return c.drop(frame, DropReason::TunnelNoPeer);
    }
    if (c.tracing())
        c.decide(decisions::VxlanEncapsulated{.destination = destination,
                                              .remote = IpAddress::v4(remote),
                                              .vni = v.vni,
                                              .interface = c.interface(v.interface).id,
                                              .known = known});
    const auto outer = c.frames().allocate(std::uint32_t(tunnel::kHeaders + VxlanHeader::kSize + inner.size()));
    if (c.tracing()) c.frames().trace(outer) = c.log()->currentFrame();
    const auto payload = c.frames().bytes(outer).subspan(tunnel::kHeaders);
    VxlanHeader{v.vni}.write(payload.data());
    std::copy(inner.begin(), inner.end(), payload.begin() + VxlanHeader::kSize);
    const auto port = sourcePort(inner, c.system().portRange);
    c.frames().release(frame);
    tunnel::send(c, v.interface, outer,
                 {.source = v.local, .destination = remote, .sourcePort = port, .destinationPort = v.port});
}

void input(Context& c, std::uint32_t number, std::uint32_t from, std::span<const std::uint8_t> payload,
           kernel::FrameSlot frame) {
    const auto header = VxlanHeader::parse(payload);
    if (!header || payload.size() < VxlanHeader::kSize + EthernetView::kSize)
        return c.drop(frame, DropReason::TunnelMessageError);
    auto& all = c.system().vxlans;
    const auto port = all[number].port;
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const Vxlan& v) { return v.vni == header->vni && v.port == port; });
    if (at == all.end()) return c.drop(frame, DropReason::TunnelNoPeer);
    Vxlan& v = *at;
    const auto bytes = payload.subspan(VxlanHeader::kSize);
    const auto inner = c.frames().allocate(std::uint32_t(bytes.size()));
    if (c.tracing()) c.frames().trace(inner) = c.log()->currentFrame();
    std::copy(bytes.begin(), bytes.end(), c.frames().bytes(inner).begin());
    c.frames().release(frame);
    const EthernetView view(c.frames().bytes(inner).data());
    const auto source = view.source();
    if (source == c.interface(v.interface).mac) return c.drop(inner, DropReason::OtherHost); // what we sent came back
    if (!source.isGroup() && !source.isZero()) {
        const bool fresh = !v.table.contains({source.number()});
        VtepEntry& row = v.table[v.table.insert({source.number()})];
        const bool changed = fresh || row.remote != from;
        row = {from, c.now()};
        if (changed && c.tracing())
            c.decide(decisions::VxlanLearned{.source = source,
                                             .remote = IpAddress::v4(from),
                                             .vni = v.vni,
                                             .interface = c.interface(v.interface).id});
    }
    if (c.tracing())
        c.decide(decisions::VxlanDecapsulated{.destination = view.destination(),
                                              .remote = IpAddress::v4(from),
                                              .vni = v.vni,
                                              .interface = c.interface(v.interface).id});
    tunnel::deliver(c, v.interface, inner);
}

} // namespace sim::stack::vxlan
