#include "sim/explain/decision_words.h"

#include "sim/decisions/dhcp.h"
#include "sim/stack/next_hop.h"

#include <iterator>

namespace sim::explain {

Argument DecisionWords::port(kernel::InterfaceId id) const {
    Argument port = interface(id);
    const auto& network = mExplainer.network();
    if (id.valid() && id.value < network.interfaceCount()) port.text = network.portName(id);
    return port;
}

Argument DecisionWords::receiverBehind(kernel::InterfaceId port) const {
    const auto& log = mExplainer.log();
    const auto [first, last] = mExplainer.told();
    for (std::size_t k = first; k < last; ++k) {
        const trace::Record sent = log.record(k);
        if (sent.kind != trace::RecordKind::FrameSent) continue;
        const auto to = log.frame(sent.index).to;
        if (to.valid()) return mExplainer.device(mExplainer.network().deviceOf(to));
    }
    return interface(port);
}

Argument DecisionWords::route(const wire::Prefix& row, const wire::IpAddress& via, std::uint32_t table) const {
    return {Argument::Kind::Route,
            (row.length == 0 ? "default" : row.toString()) + (via.isNone() ? "" : " via " + via.toString()) +
                (table ? " table " + std::to_string(table) : ""),
            mRecord.device};
}

Argument DecisionWords::span(kernel::SimTime time) const {
    const auto ns = time.count();
    const char* unit = ns >= 1'000'000'000 ? " s" : ns >= 1'000'000 ? " ms" : " µs";
    const std::int64_t scale = ns >= 1'000'000'000 ? 1'000'000'000 : ns >= 1'000'000 ? 1'000'000 : 1'000;
    const std::string fraction = std::to_string(1000 + (ns % scale) * 1000 / scale).substr(1);
    return text(std::to_string(ns / scale) + "." + fraction + unit);
}

Argument DecisionWords::icmp(unsigned type, unsigned code) const {
    constexpr const char* kUnreachable[] = {"network unreachable", "host unreachable",     "protocol unreachable",
                                            "port unreachable",    "fragmentation needed", "source route failed"};
    if (type == 3 && code < std::size(kUnreachable)) return text(kUnreachable[code]);
    if (type == 3 && code == 13) return text("communication administratively prohibited");
    if (type == 11) return text(code ? "fragment reassembly time exceeded" : "time to live exceeded");
    if (type == 5) return text("redirect");
    if (type == 8) return text("echo request");
    if (type == 0) return text("echo reply");
    return text("type " + std::to_string(type) + ", code " + std::to_string(code));
}

Argument DecisionWords::rcode(unsigned code) const {
    constexpr const char* kNames[] = {"no error",     "format error",    "server failure",
                                      "no such name", "not implemented", "refused"};
    return text(code < std::size(kNames) ? kNames[code] : "code " + std::to_string(code));
}

Argument DecisionWords::failure(trace::TextId result) const {
    const Argument plain = text(result);
    if (!plain.text.ends_with("DHCP has not given one")) return plain;
    // The client cannot know why it is not answered; whoever has watched the server does.
    constexpr std::size_t kFarthest = 200'000;
    const auto& log = mExplainer.log();
    const auto records = log.records();
    const std::size_t end = log.firstOfEvent(mRecord.event), begin = end > kFarthest ? end - kFarthest : 0;
    for (std::size_t i = end; i-- > begin;) {
        if (!records[i].decided<decisions::DhcpNoAddress>()) continue;
        const auto client = log.decision(records[i].index).as<decisions::DhcpNoAddress>().client;
        if (mExplainer.ownerOf(client) == mRecord.device) return text(plain.text + " (its pool is empty)");
    }
    return plain;
}

const char* DecisionWords::configError(decisions::ConfigError error) const { return stack::configErrorText(error); }

} // namespace sim::explain
