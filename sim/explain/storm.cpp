#include "sim/explain/storm.h"

#include <algorithm>
#include <vector>

namespace sim::explain {

std::optional<Storm> busiest(const devices::Network& network, const trace::TraceLog& log) {
    const auto& frames = log.frames();
    if (frames.empty()) return std::nullopt;
    const kernel::SimTime end = frames.back().sent, begin = end - std::chrono::seconds(1);
    std::vector<std::uint64_t> sent(network.deviceCount(), 0);
    kernel::SimTime first = end;
    for (auto i = frames.size(); i-- > 0 && frames[i].sent > begin;) {
        // What came out of a tunnel was sent by nobody.
        if (!frames[i].from.valid()) continue;
        ++sent[network.deviceOf(frames[i].from).value];
        first = frames[i].sent;
    }
    const auto most = std::max_element(sent.begin(), sent.end());
    if (most == sent.end() || *most == 0) return std::nullopt;
    Storm s;
    s.device = {std::uint32_t(most - sent.begin())};
    const auto& device = network.device(s.device);
    s.kind = device.system.bridge ? "switch" : device.system.forwarding ? "router" : "host";
    s.name = device.name;
    s.frames = *most;
    s.span = end - first;
    return s;
}

} // namespace sim::explain
