#include "sim/apps/dns_stream.h"

#include "sim/stack/tcp.h"
#include "sim/wire/bytes.h"
#include "sim/wire/dns.h"

namespace sim::apps {

bool DnsStream::open(AppContext& c, std::uint32_t server, bool fastOpen) {
    in.clear();
    out.clear();
    connected = false;
    socket = {};
    early = fastOpen;
    return stack::tcp::connect(c.stack, c.self(), server, wire::dns::kPort, &socket, {.fastOpen = fastOpen}) ==
           stack::Errno::None;
}

void DnsStream::send(AppContext& c, std::span<const std::uint8_t> message) {
    wire::Writer writer(out);
    writer.u16(std::uint16_t(message.size()));
    writer.bytes(message);
    if (connected || early) flush(c);
}

void DnsStream::flush(AppContext& c) {
    if (out.empty()) return;
    const auto sent = stack::tcp::send(c.stack, socket, out);
    out.erase(out.begin(), out.begin() + std::ptrdiff_t(sent));
}

void DnsStream::read(AppContext& c) { stack::tcp::receive(c.stack, socket, in); }

std::optional<std::vector<std::uint8_t>> DnsStream::next() {
    if (in.size() < 2) return std::nullopt;
    const std::size_t length = wire::get16(in.data());
    if (in.size() < 2 + length) return std::nullopt;
    std::vector<std::uint8_t> message(in.begin() + 2, in.begin() + 2 + std::ptrdiff_t(length));
    in.erase(in.begin(), in.begin() + 2 + std::ptrdiff_t(length));
    return message;
}

void DnsStream::close(AppContext& c) {
    if (used()) stack::tcp::close(c.stack, socket);
    *this = {};
}

} // namespace sim::apps
