#include "sim/stack/raw.h"

#include "sim/stack/context.h"
#include "sim/stack/ip.h"
#include "sim/stack/ports.h"

#include <algorithm>

namespace sim::stack::raw {

using wire::IpAddress;
using wire::Ipv4Header;
using wire::Ipv4View;
using wire::TcpFlags;
using wire::TcpHeader;

namespace {

/// portTaken tells whether TCP or another raw socket has a port.
bool portTaken(const Context& c, std::uint16_t port) {
    const System& s = c.system();
    return std::any_of(s.raw.sockets.begin(), s.raw.sockets.end(),
                       [&](const RawSocket& r) { return r.used && r.localPort == port; }) ||
           std::any_of(s.tcp.sockets.begin(), s.tcp.sockets.end(),
                       [&](const TcpSocket& t) { return t.used && t.localPort == port; });
}

const RawSocket* holder(const Context& c, std::uint16_t port, std::uint32_t& index) {
    const auto& sockets = c.system().raw.sockets;
    for (index = 0; index < sockets.size(); ++index)
        if (sockets[index].used && sockets[index].localPort == port) return &sockets[index];
    return nullptr;
}

} // namespace

kernel::SocketId open(Context& c, kernel::AppId owner) {
    const auto port = choosePort(c, [&](std::uint16_t p) { return portTaken(c, p); });
    if (port == 0) return {};
    auto& sockets = c.system().raw.sockets;
    std::size_t i = 0;
    while (i < sockets.size() && sockets[i].used)
        ++i;
    if (i == sockets.size()) sockets.emplace_back();
    sockets[i] = {owner, port, true};
    return {std::uint32_t(i)};
}

void close(Context& c, kernel::SocketId s) { c.system().raw.sockets[s.value] = {}; }

Errno sendSyn(Context& c, kernel::SocketId s, std::uint32_t to, std::uint16_t port, std::uint8_t ttl,
              std::uint32_t size) {
    const Destination d = ip::findRoute(c, Flow{.destination = to, .protocol = 6});
    if (const Errno e = ip::routeError(d); e != Errno::None) return e;
    TcpHeader h;
    h.sourcePort = c.system().raw.sockets[s.value].localPort;
    h.destinationPort = port;
    h.sequence = c.system().rng.next32();
    h.flags = TcpFlags::kSyn;
    h.window = 5840; // as traceroute(8) has it, with the options of an old Linux
    h.options.mss = std::uint16_t(d.mtu - 40);
    h.options.sackPermitted = h.options.timestamps = true;
    h.options.tsValue = c.system().rng.next32();
    h.options.windowScale = 2;
    constexpr std::size_t kIpEnd = ip::kLinkHeader + Ipv4Header::kSize;
    const std::size_t total = std::max<std::size_t>(size, Ipv4Header::kSize + h.size());
    const auto frame = c.frames().allocate(std::uint32_t(ip::kLinkHeader + total));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    std::fill(bytes.begin() + std::ptrdiff_t(kIpEnd + h.size()), bytes.end(), std::uint8_t(0));
    Ipv4Header{.ttl = ttl,
               .protocol = 6,
               .id = c.system().newIpId(),
               .totalLength = std::uint16_t(total),
               .source = d.source,
               .destination = to}
        .write(&bytes[ip::kLinkHeader]);
    h.write(bytes.subspan(kIpEnd), Ipv4View(&bytes[ip::kLinkHeader]).addresses());
    ip::send(c, frame, d);
    return Errno::None;
}

void input(Context& c, std::uint32_t from, std::span<const std::uint8_t> segment) {
    const auto parsed = TcpHeader::parse(segment);
    std::uint32_t i = 0;
    const RawSocket* s = parsed ? holder(c, parsed->header.destinationPort, i) : nullptr;
    if (s)
        c.notify({.app = s->owner,
                  .kind = NoticeKind::RawSegment,
                  .type = parsed->header.flags,
                  .socket = {i},
                  .from = IpAddress::v4(from)});
}

void icmpError(Context& c, std::uint32_t from, std::uint8_t type, std::uint8_t code,
               std::span<const std::uint8_t> transport) {
    std::uint32_t i = 0;
    if (const RawSocket* s = holder(c, wire::get16(&transport[0]), i))
        c.notify({.app = s->owner,
                  .kind = NoticeKind::IcmpError,
                  .type = type,
                  .code = code,
                  .socket = {i},
                  .from = IpAddress::v4(from)});
}

} // namespace sim::stack::raw
