// Captures: pcapng (draft-ietf-opsawg-pcapng) with one interface block per interface, and classic pcap (nanoseconds).
// These functions only make bytes; whoever calls them writes the file.
#pragma once

#include "sim/trace/trace_log.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace sim::trace {

/// CaptureInterface is one interface to capture on, by the name that stands in the file ("desktop:eth0").
struct CaptureInterface {
    kernel::InterfaceId id;
    std::string name;
    bool loopback = false; ///< loopback shows each frame once, as Linux does
    bool rawIp = false;    ///< a tunnel device: frames begin with the IP header
};

/// ByteSink receives the file piece by piece.
using ByteSink = std::function<void(std::span<const std::uint8_t>)>;

/// writePcapng writes what every interface sent and received, in the order of the log.
void writePcapng(const TraceLog& log, std::span<const CaptureInterface> interfaces, const ByteSink& sink);

/// writePcap writes what one interface sent and received.
void writePcap(const TraceLog& log, const CaptureInterface& interface, const ByteSink& sink);

} // namespace sim::trace
