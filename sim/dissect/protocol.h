// The colours of protocols, without anything else of the dissectors.
#pragma once

#include <cstdint>

namespace sim::dissect {

/// Protocol is what colours a frame: the highest layer that has a colour of its own.
enum class Protocol : std::uint8_t { Arp, Dns, Tcp, Http, Icmp, Udp, Vpn, Routing, Dhcp, Other };

} // namespace sim::dissect
