#include "sim/stack/fragment.h"

#include "sim/stack/context.h"
#include "sim/stack/ip.h"

#include <algorithm>

namespace sim::stack::fragment {

using wire::Ipv4View;

namespace {

/// dropUncopied turns the options that only the first fragment carries into padding (RFC 791 3.1, the copied flag).
void dropUncopied(std::span<std::uint8_t> options) {
    for (std::size_t i = 0; i < options.size() && options[i] != 0;) {
        const std::size_t length = options[i] == 1 || i + 1 >= options.size() ? 1 : options[i + 1];
        if (length < 1 || i + length > options.size()) return;
        if (!(options[i] & 0x80)) std::fill_n(options.begin() + std::ptrdiff_t(i), length, std::uint8_t(1));
        i += length;
    }
}

} // namespace

kernel::FrameSlot next(Context& c, kernel::FrameSlot packetFrame, std::uint32_t mtu, std::uint32_t& done) {
    Ipv4View packet(c.frames().bytes(packetFrame).data() + ip::kLinkHeader);
    const auto header = std::uint32_t(packet.headerLength());
    const auto total = std::uint32_t(packet.payload().size());
    std::uint32_t size = std::min(total - done, mtu > header + 8 ? mtu - header : 8);
    if (done + size < total) size &= ~7u;
    const auto frame = c.frames().allocate(ip::kLinkHeader + header + size);
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    packet = Ipv4View(c.frames().bytes(packetFrame).data() + ip::kLinkHeader);
    const auto whole = c.frames().bytes(packetFrame);
    std::copy_n(whole.begin(), ip::kLinkHeader + header, bytes.begin());
    const std::size_t body = ip::kLinkHeader + header;
    std::copy_n(whole.subspan(body + done).begin(), size, bytes.subspan(body).begin());
    const bool more = done + size < total || packet.moreFragments();
    std::uint8_t* p = &bytes[ip::kLinkHeader];
    wire::put16(p + 2, std::uint16_t(header + size));
    wire::put16(p + 6, std::uint16_t((packet.dontFragment() ? 0x4000 : 0) | (more ? 0x2000 : 0) |
                                     (packet.fragmentOffset() + done / 8)));
    if (done > 0 && header > 20) dropUncopied({p + 20, header - 20});
    wire::put16(p + 10, 0);
    wire::put16(p + 10, wire::checksum({p, header}));
    done += size;
    return frame;
}

} // namespace sim::stack::fragment
