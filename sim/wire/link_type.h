// What stands first in the bytes of a frame, as a capture file says it of an interface (pcap's link-layer header type).
#pragma once

#include <cstdint>

namespace sim::wire {

/// LinkType is what a frame begins with: an Ethernet header, or at once that of an IP packet, as in a tunnel.
enum class LinkType : std::uint8_t { Ethernet, RawIp };

} // namespace sim::wire
