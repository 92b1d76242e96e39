#include "sim/dissect/protocol_of.h"

#include "sim/dissect/fields.h"

// Each function colourOf… takes the same turns as the dissector beside it; test_dissect compares them frame by frame.

namespace sim::dissect {

Protocol protocolOf(std::span<const std::uint8_t> frame, wire::LinkType link) {
    if (link == wire::LinkType::Ethernet) return colourOfEthernet(frame, false, 0);
    const bool six = !frame.empty() && frame[0] >> 4 == 6;
    return six ? colourOfIpv6(frame, false, 0) : colourOfIpv4(frame, false, 0);
}

} // namespace sim::dissect
