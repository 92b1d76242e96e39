#include "sim/stack/igmp.h"

#include "sim/decisions/rip.h"
#include "sim/stack/context.h"
#include "sim/stack/ip.h"
#include "sim/wire/igmp.h"

#include <algorithm>

namespace sim::stack::igmp {

using kernel::SimTime;
using trace::DropReason;
using wire::IgmpRecord;
using wire::IpAddress;

namespace {

/// kRobustness is how often a change is reported (8.1), kInterval the longest wait between two of these (8.11).
constexpr std::uint8_t kRobustness = 2;
constexpr SimTime kInterval = std::chrono::seconds(1);
/// kFirst is about Linux's two or three ticks before the first report, so that joins of one moment share it.
constexpr SimTime kFirst = std::chrono::milliseconds(8);

SimTime within(Context& c, SimTime most) {
    return SimTime(std::int64_t(c.system().rng.below(std::uint64_t(most.count()) + 1)));
}

void send(Context& c, std::uint32_t interface, const std::vector<IgmpRecord>& records) {
    if (records.empty()) return;
    const auto report = wire::IgmpReport{records}.write();
    constexpr std::size_t kHeader = 24; // with the router alert option (RFC 2113)
    const auto frame = c.frames().allocate(std::uint32_t(ip::kLinkHeader + kHeader + report.size()));
    if (c.tracing()) c.frames().trace(frame) = c.log()->currentFrame();
    const auto bytes = c.frames().bytes(frame);
    std::copy(report.begin(), report.end(), bytes.begin() + ip::kLinkHeader + kHeader);
    const Destination d = ip::onLink(c, interface, wire::igmp::kAllRouters);
    std::uint8_t* header = &bytes[ip::kLinkHeader];
    wire::Ipv4Header{.tos = 0xc0,
                     .ttl = 1,
                     .protocol = 2,
                     .totalLength = std::uint16_t(bytes.size() - ip::kLinkHeader),
                     .dontFragment = true,
                     .source = d.source,
                     .destination = wire::igmp::kAllRouters}
        .write(header);
    header[0] = 0x46;
    wire::put32(header + 20, 0x9404'0000);
    wire::put16(header + 10, 0);
    wire::put16(header + 10, wire::checksum({header, kHeader}));
    ip::send(c, frame, d);
}

void setTimer(Context& c, std::uint32_t interface, SimTime Interface::*which, SimTime at) {
    c.interface(interface).*which = at;
    c.schedule(at, kernel::EventKind::Igmp, interface);
}

Membership* find(Interface& iface, std::uint32_t group) {
    for (auto& g : iface.groups)
        if (g.group == group) return &g;
    return nullptr;
}

/// changed lets a change be reported, twice, together with what else changes now.
void changed(Context& c, std::uint32_t interface, Membership& g) {
    g.reports = kRobustness;
    Interface& iface = c.interface(interface);
    iface.groupReports = kRobustness;
    setTimer(c, interface, &Interface::groupChange, c.now() + kFirst);
}

void sendChanges(Context& c, std::uint32_t interface) {
    Interface& iface = c.interface(interface);
    std::vector<IgmpRecord> records;
    for (auto& g : iface.groups) {
        if (g.reports == 0) continue;
        --g.reports;
        records.push_back({g.users ? wire::igmp::kChangeToExclude : wire::igmp::kChangeToInclude, g.group});
    }
    std::erase_if(iface.groups, [](const Membership& g) { return g.users == 0 && g.reports == 0; });
    if (iface.groupReports > 0 && --iface.groupReports > 0)
        setTimer(c, interface, &Interface::groupChange, c.now() + within(c, kInterval));
    send(c, interface, records);
}

} // namespace

void join(Context& c, std::uint32_t interface, std::uint32_t group) {
    Interface& iface = c.interface(interface);
    Membership* g = find(iface, group);
    if (!g) g = &iface.groups.emplace_back(Membership{group, 0, 0});
    if (++g->users > 1) return;
    if (c.tracing()) c.decide(decisions::GroupJoined{.group = IpAddress::v4(group), .interface = iface.id});
    changed(c, interface, *g);
}

void leave(Context& c, std::uint32_t interface, std::uint32_t group) {
    Interface& iface = c.interface(interface);
    Membership* g = find(iface, group);
    if (!g || g->users == 0 || --g->users > 0) return;
    if (c.tracing()) c.decide(decisions::GroupLeft{.group = IpAddress::v4(group), .interface = iface.id});
    changed(c, interface, *g);
}

bool joined(const Context& c, std::uint32_t interface, std::uint32_t group) {
    if (group == wire::igmp::kAllSystems) return true;
    for (const auto& g : c.interface(interface).groups)
        if (g.group == group && g.users > 0) return true;
    return false;
}

void input(Context& c, std::uint32_t interface, kernel::FrameSlot frame) {
    wire::Ipv4View packet(c.frames().bytes(frame).data() + ip::kLinkHeader);
    const auto query = wire::IgmpQuery::parse(packet.payload());
    if (!query) return c.drop(frame, DropReason::IcmpIgnored); // reports are for routers
    c.frames().release(frame);
    if (query->group != 0 && !joined(c, interface, query->group)) return;
    const SimTime at = c.now() + within(c, std::chrono::milliseconds(100 * query->responseTenths()));
    SimTime& answer = c.interface(interface).groupAnswer;
    if (answer < c.now() || at < answer) setTimer(c, interface, &Interface::groupAnswer, at);
}

void timer(Context& c, std::uint32_t interface) {
    Interface& iface = c.interface(interface);
    if (iface.groupChange == c.now()) {
        iface.groupChange = SimTime(-1);
        sendChanges(c, interface);
    }
    if (iface.groupAnswer == c.now()) {
        iface.groupAnswer = SimTime(-1);
        std::vector<IgmpRecord> records;
        for (const auto& g : iface.groups)
            if (g.users) records.push_back({wire::igmp::kModeIsExclude, g.group});
        send(c, interface, records);
    }
}

} // namespace sim::stack::igmp
