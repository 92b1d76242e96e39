// Sentences about frames: what the one who sends it says with it.
#include "sim/decisions/neighbour.h"
#include "sim/explain/explainer.h"
#include "sim/explain/templates.h"
#include "sim/wire/bytes.h"
#include "sim/wire/dhcp.h"

namespace sim::explain {

using namespace templates;

namespace {

/// samePacket tells whether two frames carry one IP packet, before and after a router.
bool samePacket(const Facts& a, const Facts& b) {
    if (a.ip() && b.ip()) {
        const auto &x = *a.ip(), &y = *b.ip();
        return x.id == y.id && x.protocol == y.protocol && x.length == y.length &&
               (x.source == y.source || x.destination == y.destination);
    }
    const auto same = [&](const char* filter) {
        const auto *x = a.tree().find(filter), *y = b.tree().find(filter);
        return x && y && x->value == y->value;
    };
    return same("ip.id") && same("ip.proto") && same("ip.len") && (same("ip.src") || same("ip.dst"));
}

Argument shown(std::string text) { return {Argument::Kind::Address, std::move(text), {}}; }

} // namespace

bool Explainer::wasWaiting(const trace::Record& record) const {
    // What leaves in the event in which an ARP packet came in had to wait for it.
    const auto& records = mLog.records();
    const bool known = mFirst < mLast && records[mFirst].event == record.event;
    for (std::size_t i = known ? mFirst : mLog.firstOfEvent(record.event); i < records.size(); ++i) {
        const auto r = records[i];
        if (r.event != record.event) break;
        if (r.kind == trace::RecordKind::FrameReceived && facts(r.index).protocol() == dissect::Protocol::Arp)
            return true;
        if (r.decided<decisions::NeighbourLearned>()) return true;
    }
    return false;
}

Argument Explainer::nextHop(const trace::FrameTrace& frame, const Facts& facts) const {
    if (!frame.to.valid()) return shown(facts.destination());
    const auto peer = mNetwork.deviceOf(frame.to);
    if (frame.from == frame.to || !isBridge(peer)) return device(peer);
    // Through a switch: who gets it is whose MAC is on it.
    const auto mac = facts.destinationMac();
    const auto owner = mac ? ownerOf(*mac) : kernel::DeviceId{};
    return owner.valid() ? device(owner) : shown(facts.destination());
}

Sentence Explainer::arp(const trace::Record& record, const trace::FrameTrace& frame, const Facts& facts) const {
    const Argument me = device(record.device);
    if (const auto m = facts.arp(); !m.empty()) {
        // RFC 826: operation at 6, the sender's addresses from 8, the target's from 18.
        const auto address = [&](std::size_t at) { return shown(wire::IpAddress::v4(wire::get32(&m[at])).toString()); };
        if (wire::get32(&m[14]) == wire::get32(&m[24])) return {kAnnounces, {me, address(24)}};
        if (facts.isArpReply())
            return {kTellsMac,
                    {me,
                     nextHop(frame, facts),
                     address(14),
                     {Argument::Kind::Mac,
                      wire::MacAddress::fromNumber(std::uint64_t(wire::get16(&m[8])) << 32 | wire::get32(&m[10]))
                          .toString(),
                      record.device}}};
        if (const auto to = facts.destinationMac(); to && to->isBroadcast()) return {kAsksEveryone, {me, address(24)}};
        return {kAsksAgain, {me, nextHop(frame, facts), address(24)}};
    }
    const Argument target = shown(facts.display("arp.dst.proto_ipv4"));
    if (facts.address("arp.src.proto_ipv4") == facts.address("arp.dst.proto_ipv4")) return {kAnnounces, {me, target}};
    if (facts.isArpReply())
        return {kTellsMac,
                {me,
                 nextHop(frame, facts),
                 shown(facts.display("arp.src.proto_ipv4")),
                 {Argument::Kind::Mac, facts.display("arp.src.hw_mac"), record.device}}};
    if (const auto to = facts.destinationMac(); to && to->isBroadcast()) return {kAsksEveryone, {me, target}};
    return {kAsksAgain, {me, nextHop(frame, facts), target}};
}

Sentence Explainer::dns(const Argument& me, const Facts& facts) const {
    enum : std::uint16_t { kA = 1, kAaaa = 28 };         // RFC 1035 3.2.2, RFC 3596
    enum : std::uint8_t { kNoError = 0, kNxDomain = 3 }; // RFC 1035 4.1.1
    const Argument peer = shown(facts.destination()), name = text(facts.display("dns.qry.name"));
    if (!facts.isDnsResponse()) {
        const auto type = facts.number("dns.qry.type");
        if (type == kA) return {kAsksName, {me, peer, name}};
        if (type == kAaaa) return {kAsksName6, {me, peer, name}};
        return {kAsksNameType, {me, peer, name, text(facts.valueName("dns.qry.type"))}};
    }
    const auto rcode = facts.number("dns.flags.rcode");
    if (rcode == kNxDomain) return {kTellsNoSuchName, {me, peer, name}};
    if (rcode != kNoError) return {kTellsDnsError, {me, peer, name, text(facts.valueName("dns.flags.rcode"))}};
    if (facts.flag("dns.flags.truncated")) return {kTellsTruncated, {me, peer, name}};
    const bool empty = facts.number("dns.count.answers") == 0;
    if (empty && facts.has("dns.ns") && !facts.flag("dns.flags.authoritative"))
        return {kTellsReferral, {me, peer, name, text(facts.display("dns.ns")), text(facts.display("dns.resp.name"))}};
    if (empty) return {kTellsNoAddress, {me, peer, name}};
    for (const auto* filter : {"dns.a", "dns.aaaa", "dns.cname", "dns.ptr.domain_name", "dns.ns",
                               "dns.mx.mail_exchange", "dns.srv.target", "dns.txt", "dns.soa.mname"})
        if (facts.has(filter)) return {kTellsName, {me, peer, name, shown(facts.display(filter))}};
    return {kTellsNoAddress, {me, peer, name}};
}

Sentence Explainer::dhcp(const Argument& me, const Facts& facts) const {
    // RFC 2131 2: ciaddr at 12, yiaddr at 16.
    const auto& t = facts.transport();
    const bool whole = t && t->payload.size() >= 20;
    const auto address = [&](std::size_t at, const char* filter) {
        return shown(whole ? wire::IpAddress::v4(wire::get32(&t->payload[at])).toString() : facts.display(filter));
    };
    using Type = wire::dhcp::MessageType;
    const Argument yours = address(16, "dhcp.ip.your"), mine = address(12, "dhcp.ip.client");
    switch (Type(facts.number("dhcp.option.dhcp").value_or(0))) {
    case Type::Discover: return {kDhcpDiscover, {me}};
    case Type::Offer: return {kDhcpOffer, {me, yours}};
    case Type::Request:
        if (facts.address("dhcp.ip.client") == wire::IpAddress::v4(0)) return {kDhcpRequest, {me}};
        return {kDhcpRenewal, {me, mine}};
    case Type::Ack: return {kDhcpAck, {me, yours}};
    case Type::Nak: return {kDhcpNak, {me}};
    case Type::Decline: return {kDhcpDecline, {me}};
    case Type::Release: return {kDhcpRelease, {me, mine, shown(facts.destination())}};
    default: return {kSendsDhcp, {me, text(facts.summary().info)}};
    }
}

Sentence Explainer::igmp(const Argument& me, const Facts& facts) const {
    enum : std::uint8_t { kQuery = 0x11, kLeave = 0x17 };   // RFC 2236 2.1
    enum : std::uint8_t { kToInclude = 3, kToExclude = 4 }; // RFC 3376 4.2.12
    const Argument group = shown(facts.display("igmp.maddr"));
    const auto type = facts.number("igmp.type"), record = facts.number("igmp.record_type");
    if (type == kQuery) return {kAsksGroups, {me}};
    if (record == kToInclude || type == kLeave) return {kReportsLeave, {me, group}};
    return {record == kToExclude ? kReportsJoin : kReportsGroups, {me, group}};
}

Sentence Explainer::own(const Argument& me, const trace::FrameTrace& frame, const Facts& facts) const {
    const auto& t = facts.transport();
    const std::string destination = facts.destination();
    const Argument peer = shown(destination);
    const auto endpoint = [&] {
        const std::string port =
            t ? t->protocol == 6 ? std::to_string(t->destination) : std::string() : facts.display("tcp.dstport");
        return shown(port.empty() ? destination : destination + ':' + port);
    };
    if (facts.isFragment()) return {kSendsFragment, {me, peer}};
    switch (facts.protocol()) {
    case dissect::Protocol::Dns: return dns(me, facts);
    case dissect::Protocol::Tcp:
        switch (facts.tcp()) {
        case Facts::Tcp::Syn: return {kOpens, {me, endpoint()}};
        case Facts::Tcp::SynAck: return {kAccepts, {me, endpoint()}};
        case Facts::Tcp::Fin: return {kFinishes, {me, endpoint()}};
        case Facts::Tcp::Reset: return {kResets, {me, endpoint()}};
        case Facts::Tcp::Ack: return {kAcknowledges, {me, endpoint()}};
        default: break;
        }
        [[fallthrough]];
    case dissect::Protocol::Http: {
        if (t && !facts.isHttp())
            return {t->payload.size() == 1 ? kSendsByte : kSendsData, {me, number(t->payload.size()), endpoint()}};
        if (facts.has("http.response.code")) return {kResponds, {me, peer, text(facts.display("http"))}};
        if (facts.has("http.request.method")) return {kRequests, {me, peer, text(facts.display("http"))}};
        const auto* payload = facts.tree().find("tcp.payload");
        return {kSendsData, {me, number(payload ? payload->range.length : 0), endpoint()}};
    }
    case dissect::Protocol::Icmp: {
        if (facts.isEcho()) return {kPings, {me, peer}};
        if (facts.isEchoReply()) return {kPongs, {me, peer}};
        std::string what = facts.summary().info;
        if (!what.empty() && what[0] >= 'A' && what[0] <= 'Z') what[0] = char(what[0] - 'A' + 'a');
        return {kTellsError, {me, peer, text(what)}};
    }
    case dissect::Protocol::Dhcp: return dhcp(me, facts);
    case dissect::Protocol::Routing: {
        const auto command = t && !t->payload.empty() ? t->payload[0] : facts.number("rip.command").value_or(0);
        if (command == 1) return {kAsksRoutes, {me}};
        if (command != 2) return {kSendsRoutes, {me, text(facts.summary().info)}};
        constexpr std::uint32_t kAllRouters = 0xe0000009; // 224.0.0.9, RFC 2453 3.1
        if (facts.ip() ? facts.ip()->destination == kAllRouters
                       : facts.address("ip.dst") == wire::IpAddress::v4(kAllRouters))
            return {kTellsAllRoutes, {me}};
        return {kTellsRoutes, {me, peer}};
    }
    case dissect::Protocol::Vpn: return {kSendsSecret, {me, peer, text(facts.summary().info)}};
    case dissect::Protocol::Udp: {
        if (t)
            return {t->length == 9 ? kSendsDatagramByte : kSendsDatagram,
                    {me, shown(destination + ':' + std::to_string(t->destination)), number(t->length - 8u)}};
        const auto length = facts.number("udp.length").value_or(8);
        const auto port = facts.number("udp.dstport");
        return {kSendsDatagram,
                {me, shown(destination + (port ? ':' + std::to_string(*port) : std::string())),
                 number(length < 8 ? 0 : length - 8)}};
    }
    case dissect::Protocol::Other:
        if (facts.has("igmp.type")) return igmp(me, facts);
        [[fallthrough]];
    default: return {kSendsOther, {me, nextHop(frame, facts), text(facts.summary().info)}};
    }
}

Sentence Explainer::frameSent(const trace::Record& record) const {
    if (record.index >= mLog.frames().size()) return {};
    const auto& frame = mLog.frames()[record.index];
    const Facts f = facts(record.index);
    const Argument me = device(record.device);
    const bool bridge = isBridge(record.device);
    if (f.protocol() == dissect::Protocol::Arp && !bridge) return arp(record, frame, f);
    if (bridge)
        return {kForwards,
                {me, text(noun(f)), frame.to.valid() ? device(mNetwork.deviceOf(frame.to)) : text("nobody")}};
    const bool waited = frame.from != frame.to && wasWaiting(record);
    if (frame.parent != trace::kNoIndex && frame.parent < record.index) {
        const auto& parent = mLog.frames()[frame.parent];
        const bool cameIn =
            parent.to.valid() && mNetwork.deviceOf(parent.to) == record.device && parent.from != parent.to;
        if (cameIn && samePacket(facts(frame.parent), f))
            return {waited ? kForwardsWaiting : kForwards, {me, text(noun(f)), nextHop(frame, f)}};
    }
    if (waited) return {kSendsWaiting, {me, text(noun(f)), shown(f.destination())}};
    return own(me, frame, f);
}

Sentence Explainer::frameReceived(const trace::Record& record) const {
    if (record.index >= mLog.frames().size()) return {};
    const auto& frame = mLog.frames()[record.index];
    if (!frame.from.valid()) return {};
    return {kReceives, {device(record.device), text(noun(facts(record.index))), device(mNetwork.deviceOf(frame.from))}};
}

} // namespace sim::explain
