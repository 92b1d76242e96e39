#include "sim/trace/decision.h"

#include <array>

namespace sim::trace {

std::string_view name(DecisionKind kind) {
    static constexpr std::array<std::string_view, std::size_t(DecisionKind::Count)> kNames = {
        "route-chosen", "route-local", "no-route", "cannot-send", "forwarded", "ttl-expired", "delivered", "fragmented",
        "fragment-kept", "reassembled", "path-mtu-learned", "redirect-sent", "redirect-heard", "neighbour-unknown",
        "neighbour-learned", "neighbour-probe", "neighbour-failed", "arp-answered", "neighbour-set",
        "duplicate-address", "neighbours-evicted", "bridge-learned", "bridge-forgot", "bridge-evicted", "bridge-forwarded",
        "bridge-flooded", "track-invalid", "filter-ruled",
        "nat-created", "nat-applied", "nat-forwarded", "nat-port-taken", "nat-no-mapping", "socket-delivered", "port-closed",
        "no-connection", "icmp-sent", "icmp-withheld", "icmp-received", "tcp-state", "tcp-retransmit", "socket-error",
        "name-is-address", "name-asked", "name-from-cache", "name-forwarded", "name-cached", "name-authoritative",
        "name-resolved", "name-truncated", "name-referred", "name-negative", "name-negative-kept", "name-alias",
        "name-server-lame", "name-failed", "app-started", "http-request", "http-response", "http-redirected", "page-needs-more", "page-arrived", "ping-reply",
        "ping-error", "ping-timeout", "trace-hop", "script-step", "app-finished", "address-changed", "dhcp-bound",
        "dhcp-no-server", "dhcp-lost", "dhcp-declined", "dhcp-checks", "dhcp-in-use", "dhcp-offered", "dhcp-granted",
        "dhcp-denied", "dhcp-no-address", "dhcp-ended", "dhcp-relayed", "group-joined", "group-left", "rip-learned",
        "rip-lost", "rip-ignored", "tunnel-handshake-begun", "tunnel-handshake-answered", "tunnel-established",
        "tunnel-encapsulated", "tunnel-decapsulated", "tunnel-keepalive-sent", "tunnel-keepalive-received",
        "tunnel-roamed", "tunnel-cookie", "vxlan-encapsulated", "vxlan-decapsulated", "vxlan-learned", "link-changed",
        "link-cut", "filter-changed", "route-changed", "config-refused", "routes-flushed",
    };
    static_assert(!kNames.back().empty(), "every kind has a name");
    return kind < DecisionKind::Count ? kNames[std::size_t(kind)] : std::string_view("unknown");
}

Decision Step::decision() const {
    const auto low = [&](int i) { return std::uint32_t(words[i]); };
    const auto address = [&](int i) { return wire::IpAddress::v4(std::uint32_t(words[i] >> 32)); };
    Decision d{.kind = kind(), .code = std::uint8_t(words[0] >> 8), .number = std::uint32_t(words[0] >> 32), .iface = {low(1)}, .address = address(1)};
    if (words[0] & 1 << 24) d.via = wire::IpAddress::v4(low(2));
    if (words[0] & 1 << 25) d.source = address(2);
    if (words[0] & 1 << 26) d.prefix = {wire::IpAddress::v4(low(3)), std::uint8_t(words[0] >> 16)};
    return d;
}

} // namespace sim::trace
