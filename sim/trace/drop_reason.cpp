#include "sim/trace/drop_reason.h"

#include <array>

namespace sim::trace {

std::string_view name(DropReason reason) {
    static constexpr std::array<std::string_view, std::size_t(DropReason::Count)> kNames = {
        "not-dropped",          "link-down",
        "no-carrier",           "queue-full",
        "fault-loss",           "other-host",
        "mtu-exceeded",         "unknown-ether-type",
        "frame-too-short",      "bridge-same-port",
        "arp-not-for-us",       "arp-ignored",
        "proxy-queue-full",     "neighbour-failed",
        "neighbour-queue-full", "ip-header-error",
        "ip-checksum-error",    "martian",
        "reverse-path",         "not-forwarding",
        "ttl-exceeded",         "no-route",
        "route-unreachable",    "route-prohibit",
        "route-blackhole",      "fragmentation-needed",
        "reassembly-timeout",   "reassembly-error",
        "fragment-duplicate",   "ip-option-error",
        "no-protocol",          "source-address-gone",
        "udp-checksum-error",   "tcp-checksum-error",
        "icmp-checksum-error",  "transport-header-error",
        "port-closed",          "no-connection",
        "socket-queue-full",    "tcp-invalid-sequence",
        "tcp-old-ack",          "tcp-reset",
        "listen-queue-full",    "nat-no-mapping",
        "nat-no-port",          "conntrack-invalid",
        "filter-drop",          "filter-reject",
        "echo-broadcast",       "icmp-ignored",
        "multicast-not-joined", "tunnel-no-peer",
        "tunnel-key-rejected",  "tunnel-no-endpoint",
        "tunnel-source-gone",   "tunnel-no-session",
        "tunnel-replay",        "tunnel-source-not-allowed",
        "tunnel-no-handshake",  "tunnel-queue-full",
        "tunnel-message-error", "tunnel-loop",
    };
    static_assert(!kNames.back().empty(), "every reason has a name");
    return reason < DropReason::Count ? kNames[std::size_t(reason)] : std::string_view("unknown");
}

} // namespace sim::trace
