#include "sim/stack/firewall.h"

#include "sim/decisions/nat.h"
#include "sim/stack/context.h"
#include "sim/stack/icmp.h"
#include "sim/stack/ip.h"
#include "sim/stack/tcp.h"

#include <algorithm>

namespace sim::stack::firewall {

using trace::DropReason;
using wire::IpAddress;
using wire::Ipv4View;
using Verdict = FilterRule::Verdict;

namespace {

/// stateOf is what connection tracking makes of a packet (nft's "ct state").
std::uint8_t stateOf(const Context& c, const Track& track) {
    if (!c.system().tracking) return 0;
    if (track.related) return FilterRule::kRelated;
    if (track.fresh) return FilterRule::kNew;
    if (track.connection == Track::kNone) return FilterRule::kInvalid;
    const bool both = track.reply || c.system().conntrack.connections[track.connection].seenReply;
    return both ? FilterRule::kEstablished : FilterRule::kNew;
}

bool within(const wire::Prefix& p, std::uint32_t address) {
    return p.address.isNone() || p.contains(IpAddress::v4(address));
}

/// Facts are what rules ask about a packet.
struct Facts {
    std::uint32_t source = 0, destination = 0;
    std::uint16_t sourcePort = 0, destinationPort = 0;
    std::uint8_t protocol = 0, state = 0;
    bool hasPorts = false;
};

bool matches(const Context& c, const FilterRule& r, const Facts& f, std::uint32_t in, std::uint32_t out) {
    if (r.protocol != 0 && r.protocol != f.protocol) return false;
    if (r.states != 0 && !(r.states & f.state)) return false;
    if (!within(r.from, f.source) || !within(r.to, f.destination)) return false;
    const bool asksPorts = r.fromPortLow != 0 || r.fromPortHigh != 0xffff || r.toPortLow != 0 || r.toPortHigh != 0xffff;
    if (asksPorts && (!f.hasPorts || f.sourcePort < r.fromPortLow || f.sourcePort > r.fromPortHigh ||
                      f.destinationPort < r.toPortLow || f.destinationPort > r.toPortHigh))
        return false;
    if (!r.in.empty() && (in == kNone || c.interface(in).name != r.in)) return false;
    return r.out.empty() || (out != kNone && c.interface(out).name == r.out);
}

void note(Context& c, std::string_view what, Verdict verdict, const Facts& f) {
    if (c.tracing())
        c.decide(decisions::FilterRuled{.source = IpAddress::v4(f.source),
                                        .destination = {IpAddress::v4(f.destination), f.destinationPort},
                                        .protocol = f.protocol,
                                        .verdict = verdict,
                                        .rule = c.text(what)});
}

} // namespace

void add(Context& c, FilterRule rule) {
    Firewall& f = c.system().firewall;
    // Who asks for the state of connections needs them tracked.
    if (rule.states != 0) c.system().tracking = true;
    f.rules.push_back(std::move(rule));
    c.system().filtering = true;
}

bool remove(Context& c, const FilterRule& rule) {
    auto& rules = c.system().firewall.rules;
    const auto same = [&rule](const FilterRule& r) {
        // The same rule can be written in several ways.
        FilterRule written = r;
        written.text = rule.text;
        return written == rule;
    };
    const auto at = std::find_if(rules.begin(), rules.end(), same);
    if (at == rules.end()) return false;
    rules.erase(at);
    return true;
}

void setPolicy(Context& c, FilterPolicy policy) {
    Firewall& f = c.system().firewall;
    f.accept[std::size_t(policy.chain)] = policy.accept;
    if (!policy.accept) c.system().filtering = true;
}

bool passes(Context& c, FilterRule::Chain chain, std::uint32_t in, std::uint32_t out, kernel::FrameSlot frame,
            const Track& track) {
    const Firewall& firewall = c.system().firewall;
    Ipv4View packet(c.frames().bytes(frame).data() + ip::kLinkHeader);
    const auto payload = packet.payload();
    Facts f{packet.source(), packet.destination(), 0, 0, packet.protocol(), stateOf(c, track), false};
    if ((f.protocol == 6 || f.protocol == 17) && packet.fragmentOffset() == 0 && payload.size() >= 4) {
        f.sourcePort = wire::get16(&payload[0]);
        f.destinationPort = wire::get16(&payload[2]);
        f.hasPorts = true;
    }
    const FilterRule* ruled = nullptr;
    for (const FilterRule& r : firewall.rules)
        if (r.chain == chain && matches(c, r, f, in, out)) {
            ruled = &r;
            break;
        }
    if (!ruled && firewall.accept[std::size_t(chain)]) return true;
    static constexpr const char* kPolicies[] = {"policy input drop", "policy forward drop", "policy output drop"};
    const Verdict verdict = ruled ? ruled->verdict : Verdict::Drop;
    note(c, ruled ? std::string_view(ruled->text) : std::string_view(kPolicies[std::size_t(chain)]), verdict, f);
    if (verdict == Verdict::Accept) return true;
    if (f.state == FilterRule::kInvalid && c.tracing()) {
        const char* state = "";
        const auto why = conntrack::whyInvalid(c, packet.whole(), &state);
        c.decide(decisions::TrackInvalid{.source = {IpAddress::v4(f.source), f.sourcePort},
                                         .destination = {IpAddress::v4(f.destination), f.destinationPort},
                                         .why = why,
                                         .state = c.text(state)});
    }
    const std::uint8_t code = ruled ? ruled->rejectCode : std::uint8_t(0);
    if (verdict == Verdict::Reject) icmp::sendError(c, packet.whole(), 3, code);
    if (verdict == Verdict::Reset) tcp::refuse(c, packet);
    c.drop(frame, verdict == Verdict::Drop ? DropReason::FilterDrop : DropReason::FilterReject);
    return false;
}

} // namespace sim::stack::firewall
