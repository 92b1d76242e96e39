#include "sim/wire/dhcp.h"

#include "sim/wire/bytes.h"

#include <algorithm>
#include <array>

namespace sim::wire {

namespace {
constexpr std::uint32_t kMagicCookie = 0x6382'5363;
constexpr std::size_t kHardwareAt = 28, kCookieAt = 236;
} // namespace

std::string_view dhcp::typeName(MessageType type) {
    static constexpr std::array<std::string_view, 9> kNames = {
        "",        "DHCPDISCOVER", "DHCPOFFER",   "DHCPREQUEST", "DHCPDECLINE",
        "DHCPACK", "DHCPNAK",      "DHCPRELEASE", "DHCPINFORM"};
    return std::size_t(type) < kNames.size() ? kNames[std::size_t(type)] : std::string_view();
}

std::optional<DhcpMessage> DhcpMessage::parse(std::span<const std::uint8_t> b) {
    if (b.size() < kFixedSize || b[1] != 1 || b[2] != 6 || get32(&b[kCookieAt]) != kMagicCookie) return std::nullopt;
    DhcpMessage m;
    m.operation = b[0];
    m.hops = b[3];
    m.transaction = get32(&b[4]);
    m.seconds = get16(&b[8]);
    m.flags = get16(&b[10]);
    m.clientAddress = get32(&b[12]);
    m.yourAddress = get32(&b[16]);
    m.nextServer = get32(&b[20]);
    m.relay = get32(&b[24]);
    std::copy_n(&b[kHardwareAt], 6, m.hardware.bytes.begin());
    for (std::size_t i = kFixedSize; i < b.size();) {
        const std::uint8_t code = b[i++];
        if (code == dhcp::kPad) continue;
        if (code == dhcp::kEnd) break;
        if (i >= b.size() || b.size() - i - 1 < b[i]) return std::nullopt;
        const std::size_t length = b[i++];
        m.options.push_back({code, {b.begin() + std::ptrdiff_t(i), b.begin() + std::ptrdiff_t(i + length)}});
        i += length;
    }
    return m;
}

std::vector<std::uint8_t> DhcpMessage::write() const {
    std::vector<std::uint8_t> out(kFixedSize, 0);
    out[0] = operation;
    out[1] = 1;
    out[2] = 6;
    out[3] = hops;
    put32(&out[4], transaction);
    put16(&out[8], seconds);
    put16(&out[10], flags);
    put32(&out[12], clientAddress);
    put32(&out[16], yourAddress);
    put32(&out[20], nextServer);
    put32(&out[24], relay);
    std::copy(hardware.bytes.begin(), hardware.bytes.end(), out.begin() + kHardwareAt);
    put32(&out[kCookieAt], kMagicCookie);
    Writer w(out);
    for (const auto& o : options) {
        const std::size_t length = std::min<std::size_t>(o.data.size(), 255);
        w.u8(o.code);
        w.u8(std::uint8_t(length));
        w.bytes(std::span(o.data).first(length));
    }
    w.u8(dhcp::kEnd);
    if (out.size() < kLeastSize) out.resize(kLeastSize, 0);
    return out;
}

const DhcpOption* DhcpMessage::find(std::uint8_t code) const {
    for (const auto& o : options)
        if (o.code == code) return &o;
    return nullptr;
}

dhcp::MessageType DhcpMessage::type() const {
    const auto* o = find(dhcp::kMessageType);
    return o && o->data.size() == 1 && o->data[0] <= 8 ? dhcp::MessageType(o->data[0]) : dhcp::MessageType::None;
}

std::optional<std::uint32_t> DhcpMessage::number32(std::uint8_t code) const {
    const auto* o = find(code);
    if (!o || o->data.size() != 4) return std::nullopt;
    return get32(o->data.data());
}

std::vector<std::uint32_t> DhcpMessage::addresses(std::uint8_t code) const {
    std::vector<std::uint32_t> out;
    if (const auto* o = find(code))
        for (std::size_t i = 0; i + 4 <= o->data.size(); i += 4)
            out.push_back(get32(&o->data[i]));
    return out;
}

std::string DhcpMessage::text(std::uint8_t code) const {
    const auto* o = find(code);
    return o ? std::string(o->data.begin(), o->data.end()) : std::string();
}

bool DhcpMessage::wants(std::uint8_t code) const {
    const auto* o = find(dhcp::kParameterList);
    return o && std::find(o->data.begin(), o->data.end(), code) != o->data.end();
}

void DhcpMessage::add32(std::uint8_t code, std::uint32_t value) {
    std::vector<std::uint8_t> data(4);
    put32(data.data(), value);
    add(code, std::move(data));
}

void DhcpMessage::addText(std::uint8_t code, std::string_view value) { add(code, {value.begin(), value.end()}); }

} // namespace sim::wire
