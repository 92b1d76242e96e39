#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

Packet run(std::span<const std::uint8_t> frame, FirstLayer first, std::vector<FieldNode>& out, bool tree,
           std::span<const std::uint8_t> inside = {}) {
    Packet packet;
    packet.inside = inside;
    packet.tree = tree;
    packet.out = &out;
    packet.summary.length = std::uint32_t(frame.size());
    const Cursor all(frame, 0, std::uint32_t(frame.size()));
    if (first == FirstLayer::Ethernet)
        dissectEthernet(packet, all);
    else if (all.peek8() >> 4 == 6)
        dissectIpv6(packet, all);
    else
        dissectIpv4(packet, all);
    return packet;
}

} // namespace

FieldNode dissect(std::span<const std::uint8_t> frame, FirstLayer first, std::span<const std::uint8_t> inside) {
    FieldNode root;
    root.name = "Frame";
    root.filter = "frame";
    root.value = std::to_string(frame.size()) + (frame.size() == 1 ? " byte" : " bytes");
    root.range = {0, std::uint32_t(frame.size())};
    run(frame, first, root.children, true, inside);
    return root;
}

Summary summarize(std::span<const std::uint8_t> frame, FirstLayer first) {
    std::vector<FieldNode> ignored;
    return run(frame, first, ignored, false).summary;
}

} // namespace sim::dissect
