#include "sim/stack/bridge.h"

#include "sim/decisions/bridge.h"
#include "sim/stack/context.h"
#include "sim/wire/ethernet.h"

namespace sim::stack::bridge {

using trace::DropReason;

namespace {

void learn(Context& c, std::uint32_t port, const wire::MacAddress& mac) {
    auto& table = c.system().bridge->table;
    const std::uint32_t e = table.insert({mac.number()});
    MacEntry& entry = table[e];
    const MacEntry before = entry;
    entry = {port, c.now()};
    if (before.port == port || !c.tracing()) return;
    // What has grown too old says nothing about where the machine is.
    if (before.port != MacEntry{}.port && c.now() - before.updated < Bridge::kAgeing)
        c.decide(
            decisions::BridgeMoved{.mac = mac, .port = c.interface(port).id, .before = c.interface(before.port).id});
    else
        c.decide(decisions::BridgeLearned{.mac = mac, .port = c.interface(port).id});
}

} // namespace

std::uint32_t forget(Context& c, std::uint32_t port) {
    auto& table = c.system().bridge->table;
    std::uint32_t gone = 0;
    for (std::uint32_t e = 0; e < table.bound(); ++e) {
        if (!table.used(e) || table[e].port != port) continue;
        table.erase(e);
        ++gone;
    }
    return gone;
}

void receive(Context& c, std::uint32_t port, kernel::FrameSlot frame) {
    const auto view = wire::EthernetView::parse(c.frames().bytes(frame));
    if (!view) return c.drop(frame, DropReason::FrameTooShort);
    const auto source = view->source(), destination = view->destination();
    const bool learning = c.system().bridge->learning;
    if (learning && !source.isGroup()) learn(c, port, source);
    // 01:80:c2:00:00:00 to 0f never leave the link they are on (IEEE 802.1D 7.12.6).
    if (learning && (destination.number() & ~std::uint64_t{0xf}) == 0x0180'c200'0000)
        return c.drop(frame, DropReason::MulticastNotJoined);

    // What a port may not receive it may not send either (br_dev_queue_push_xmit).
    const std::size_t length = c.frames().bytes(frame).size();
    const auto tooLong = [&](std::uint32_t i) {
        return length > std::size_t(c.interface(i).mtu) + link::kLongestHeader;
    };
    if (learning && !destination.isGroup()) {
        const auto& table = c.system().bridge->table;
        const auto e = table.find({destination.number()});
        if (e != table.kNone && c.now() - table[e].updated < Bridge::kAgeing) {
            const std::uint32_t out = table[e].port;
            if (out == port) return c.drop(frame, DropReason::BridgeSamePort);
            if (tooLong(out)) return c.drop(frame, DropReason::MtuExceeded);
            if (c.tracing())
                c.decide(decisions::BridgeForwarded{.destination = destination, .port = c.interface(out).id});
            return c.transmit(out, frame);
        }
    }
    // Flooding begins with the port that was added last, as Linux's list of ports does.
    std::uint32_t ports = 0;
    const auto count = std::uint32_t(c.system().interfaces.size());
    const auto isOut = [&](std::uint32_t i) {
        return i != port && c.interface(i).type == InterfaceType::Ethernet && c.interface(i).up && c.carrier(i) &&
               !tooLong(i);
    };
    for (std::uint32_t i = 0; i < count; ++i)
        ports += isOut(i);
    if (c.tracing()) c.decide(decisions::BridgeFlooded{.destination = destination, .ports = ports, .hub = !learning});
    for (std::uint32_t i = count; i-- > 0;)
        if (isOut(i)) {
            c.frames().retain(frame);
            c.transmit(i, frame);
        }
    c.frames().release(frame);
}

} // namespace sim::stack::bridge
