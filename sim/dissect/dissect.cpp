#include "sim/dissect/fields.h"

namespace sim::dissect {

namespace {

Packet run(std::span<const std::uint8_t> frame, wire::LinkType link, std::vector<FieldNode>& out, bool tree,
           std::span<const std::uint8_t> inside = {}) {
    Packet packet;
    packet.inside = inside;
    packet.tree = tree;
    packet.out = &out;
    packet.summary.length = std::uint32_t(frame.size());
    const Cursor all(frame, 0, std::uint32_t(frame.size()));
    if (link == wire::LinkType::Ethernet)
        dissectEthernet(packet, all);
    else if (all.peek8() >> 4 == 6)
        dissectIpv6(packet, all);
    else
        dissectIpv4(packet, all);
    return packet;
}

/// valueOf is the value of a field of that name, if it is a T.
template <class T>
std::optional<T> valueOf(const FieldNode& node, std::string_view filter) {
    const auto* found = node.find(filter);
    const T* value = found ? std::get_if<T>(&found->value) : nullptr;
    return value ? std::optional<T>(*value) : std::nullopt;
}

} // namespace

FieldNode dissect(std::span<const std::uint8_t> frame, wire::LinkType link, std::span<const std::uint8_t> inside) {
    FieldNode root = fieldNode(kFrame, {}, std::to_string(frame.size()) + (frame.size() == 1 ? " byte" : " bytes"),
                               {0, std::uint32_t(frame.size())});
    run(frame, link, root.children, true, inside);
    return root;
}

Summary summarize(std::span<const std::uint8_t> frame, wire::LinkType link) {
    std::vector<FieldNode> ignored;
    return run(frame, link, ignored, false).summary;
}

const FieldNode* FieldNode::find(std::string_view filterName) const {
    if (filter() == filterName) return this;
    for (const auto& child : children)
        if (const auto* found = child.find(filterName)) return found;
    return nullptr;
}

std::optional<std::uint64_t> FieldNode::number(std::string_view filterName) const {
    return valueOf<std::uint64_t>(*this, filterName);
}

std::optional<bool> FieldNode::flag(std::string_view filterName) const { return valueOf<bool>(*this, filterName); }

std::optional<wire::IpAddress> FieldNode::address(std::string_view filterName) const {
    return valueOf<wire::IpAddress>(*this, filterName);
}

std::optional<wire::MacAddress> FieldNode::mac(std::string_view filterName) const {
    return valueOf<wire::MacAddress>(*this, filterName);
}

bool isOfType(const Value& value, FieldType type) {
    const auto below = [&](unsigned bits) {
        const auto* n = std::get_if<std::uint64_t>(&value);
        return n && (bits == 64 || *n >> bits == 0);
    };
    const auto* address = std::get_if<wire::IpAddress>(&value);
    switch (type) {
    case FieldType::None: return std::holds_alternative<std::monostate>(value);
    case FieldType::Boolean: return std::holds_alternative<bool>(value);
    case FieldType::Uint8: return below(8);
    case FieldType::Uint16: return below(16);
    case FieldType::Uint24: return below(24);
    case FieldType::Uint32: return below(32);
    case FieldType::Uint64: return below(64);
    case FieldType::Ipv4: return address && address->isV4();
    case FieldType::Ipv6: return address && address->isV6();
    case FieldType::Ether: return std::holds_alternative<wire::MacAddress>(value);
    case FieldType::Bytes: return std::holds_alternative<std::vector<std::uint8_t>>(value);
    case FieldType::String: return std::holds_alternative<std::string>(value);
    }
    return false;
}

} // namespace sim::dissect
