// Sentences about frames: what the one who sends it says with it.
#include "sim/decisions/neighbour.h"
#include "sim/explain/teller.h"
#include "sim/explain/templates.h"
#include "sim/wire/bytes.h"

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
    const auto id = a.value("ip.id");
    return !id.empty() && id == b.value("ip.id") && a.value("ip.proto") == b.value("ip.proto") &&
           a.value("ip.len") == b.value("ip.len") &&
           (a.value("ip.src") == b.value("ip.src") || a.value("ip.dst") == b.value("ip.dst"));
}

Argument shown(std::string text) { return {Argument::Kind::Address, std::move(text), {}}; }

/// firstWords is a field's value without the note in brackets: "3 (Destination unreachable)" gives "3".
std::string firstWords(const std::string& value) { return value.substr(0, value.find(" (")); }

} // namespace

bool Teller::wasWaiting(const trace::Record& record) const {
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

Argument Teller::nextHop(const trace::FrameTrace& frame, const Facts& facts) const {
    if (!frame.to.valid()) return shown(facts.destination());
    const auto peer = mNetwork.deviceOf(frame.to);
    if (frame.from == frame.to || !isBridge(peer)) return device(peer);
    // Through a switch: who gets it is whose MAC is on it.
    const auto mac = facts.destinationMac();
    const auto owner = mac ? ownerOf(*mac) : kernel::DeviceId{};
    return owner.valid() ? device(owner) : shown(facts.destination());
}

Sentence Teller::arp(const trace::Record& record, const trace::FrameTrace& frame, const Facts& facts) const {
    const Argument me = device(record.device);
    if (const auto m = facts.arp(); !m.empty()) {
        // RFC 826: operation at 6, the sender's addresses from 8, the target's from 18.
        const auto address = [&](std::size_t at) { return shown(wire::IpAddress::v4(wire::get32(&m[at])).toString()); };
        if (wire::get32(&m[14]) == wire::get32(&m[24])) return {kAnnounces, {me, address(24)}};
        if (arpOpcode(facts).starts_with('2'))
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
    const auto sender = facts.value("arp.src.proto_ipv4"), target = facts.value("arp.dst.proto_ipv4");
    if (sender == target) return {kAnnounces, {me, shown(target)}};
    if (facts.value("arp.opcode").starts_with("2"))
        return {kTellsMac,
                {me,
                 nextHop(frame, facts),
                 shown(sender),
                 {Argument::Kind::Mac, facts.value("arp.src.hw_mac"), record.device}}};
    if (facts.value("eth.dst").starts_with("ff:ff:ff:ff:ff:ff")) return {kAsksEveryone, {me, shown(target)}};
    return {kAsksAgain, {me, nextHop(frame, facts), shown(target)}};
}

Sentence Teller::dns(const Argument& me, const Facts& facts) const {
    const Argument peer = shown(facts.destination()), name = text(facts.value("dns.qry.name"));
    const auto type = firstWords(facts.value("dns.qry.type"));
    if (!isDnsResponse(facts)) {
        if (type == "A") return {kAsksName, {me, peer, name}};
        if (type == "AAAA") return {kAsksName6, {me, peer, name}};
        return {kAsksNameType, {me, peer, name, text(type)}};
    }
    const auto rcode = facts.value("dns.flags.rcode");
    if (rcode.ends_with("(3)")) return {kTellsNoSuchName, {me, peer, name}};
    if (!rcode.ends_with("(0)")) return {kTellsRefusal, {me, peer, name, text(firstWords(rcode))}};
    if (facts.value("dns.flags.truncated").ends_with("is truncated")) return {kTellsTruncated, {me, peer, name}};
    if (facts.value("dns.count.answers") == "0" && facts.has("dns.ns") &&
        !facts.value("dns.flags.authoritative").ends_with("is an authority for domain"))
        return {kTellsReferral, {me, peer, name, text(facts.value("dns.ns")), text(facts.value("dns.resp.name"))}};
    if (facts.value("dns.count.answers") == "0") return {kTellsNoAddress, {me, peer, name}};
    for (const auto* filter : {"dns.a", "dns.aaaa", "dns.cname", "dns.ptr.domain_name", "dns.ns",
                               "dns.mx.mail_exchange", "dns.srv.target", "dns.txt", "dns.soa.mname"})
        if (facts.has(filter)) return {kTellsName, {me, peer, name, shown(facts.value(filter))}};
    return {kTellsNoAddress, {me, peer, name}};
}

Sentence Teller::dhcp(const Argument& me, const Facts& facts) const {
    // RFC 2131 2: ciaddr at 12, yiaddr at 16.
    const auto& t = facts.transport();
    const bool whole = t && t->payload.size() >= 20;
    const auto address = [&](std::size_t at, const char* filter) {
        return shown(whole ? wire::IpAddress::v4(wire::get32(&t->payload[at])).toString() : facts.value(filter));
    };
    const std::string kind = facts.summary().info.substr(0, facts.summary().info.find(" -"));
    const Argument yours = address(16, "dhcp.ip.your"), mine = address(12, "dhcp.ip.client");
    if (kind == "DHCP Discover") return {kDhcpDiscover, {me}};
    if (kind == "DHCP Offer") return {kDhcpOffer, {me, yours}};
    if (kind == "DHCP Request" && mine.text == "0.0.0.0") return {kDhcpRequest, {me}};
    if (kind == "DHCP Request") return {kDhcpRenewal, {me, mine}};
    if (kind == "DHCP ACK") return {kDhcpAck, {me, yours}};
    if (kind == "DHCP NAK") return {kDhcpNak, {me}};
    if (kind == "DHCP Decline") return {kDhcpDecline, {me}};
    if (kind == "DHCP Release") return {kDhcpRelease, {me, mine, shown(facts.destination())}};
    return {kSendsDhcp, {me, text(facts.summary().info)}};
}

Sentence Teller::igmp(const Argument& me, const Facts& facts) const {
    const Argument group = shown(facts.value("igmp.maddr"));
    if (facts.value("igmp.type").starts_with("Membership Query")) return {kAsksGroups, {me}};
    const std::string kind = facts.value("igmp.record_type");
    if (kind.starts_with("Change To Include") || facts.value("igmp.type").starts_with("Leave"))
        return {kReportsLeave, {me, group}};
    return {kind.starts_with("Change") ? kReportsJoin : kReportsGroups, {me, group}};
}

Sentence Teller::own(const Argument& me, const trace::FrameTrace& frame, const Facts& facts) const {
    const auto& t = facts.transport();
    const std::string destination = facts.destination();
    const Argument peer = shown(destination);
    const auto endpoint = [&] {
        const std::string port =
            t ? t->protocol == 6 ? std::to_string(t->destination) : std::string() : facts.value("tcp.dstport");
        return shown(port.empty() ? destination : destination + ':' + port);
    };
    if (!t && facts.word() == "FRAG") return {kSendsFragment, {me, peer}};
    switch (facts.protocol()) {
    case dissect::Protocol::Dns: return dns(me, facts);
    case dissect::Protocol::Tcp: {
        const auto word = facts.word();
        if (word == "SYN") return {kOpens, {me, endpoint()}};
        if (word == "S+A") return {kAccepts, {me, endpoint()}};
        if (word == "FIN") return {kFinishes, {me, endpoint()}};
        if (word == "RST") return {kResets, {me, endpoint()}};
        if (word == "ACK") return {kAcknowledges, {me, endpoint()}};
        [[fallthrough]];
    }
    case dissect::Protocol::Http: {
        if (t && !facts.isHttp())
            return {t->payload.size() == 1 ? kSendsByte : kSendsData, {me, number(t->payload.size()), endpoint()}};
        if (facts.has("http.response.code")) return {kResponds, {me, peer, text(facts.value("http"))}};
        if (facts.has("http.request.method")) return {kRequests, {me, peer, text(facts.value("http"))}};
        auto bytes = facts.value("tcp.payload");
        return {kSendsData, {me, {Argument::Kind::Number, bytes.substr(0, bytes.find(' ')), {}}, endpoint()}};
    }
    case dissect::Protocol::Icmp: {
        const auto word = facts.word();
        if (word == "PING") return {kPings, {me, peer}};
        if (word == "PONG") return {kPongs, {me, peer}};
        std::string what = facts.summary().info;
        if (!what.empty() && what[0] >= 'A' && what[0] <= 'Z') what[0] = char(what[0] - 'A' + 'a');
        return {kTellsError, {me, peer, text(what)}};
    }
    case dissect::Protocol::Dhcp: return dhcp(me, facts);
    case dissect::Protocol::Routing: {
        const std::string command =
            t && !t->payload.empty() ? std::to_string(t->payload[0]) : facts.value("rip.command");
        if (command.starts_with('1')) return {kAsksRoutes, {me}};
        if (!command.starts_with('2')) return {kSendsRoutes, {me, text(facts.summary().info)}};
        if (facts.ip() ? facts.ip()->destination == 0xe0000009 : facts.value("ip.dst") == "224.0.0.9")
            return {kTellsAllRoutes, {me}};
        return {kTellsRoutes, {me, peer}};
    }
    case dissect::Protocol::Vpn: return {kSendsSecret, {me, peer, text(facts.summary().info)}};
    case dissect::Protocol::Udp: {
        if (t)
            return {t->length == 9 ? kSendsDatagramByte : kSendsDatagram,
                    {me, shown(destination + ':' + std::to_string(t->destination)), number(t->length - 8u)}};
        const auto length = facts.value("udp.length");
        const auto port = facts.value("udp.dstport");
        const auto payload = length.empty() ? 0 : std::max(8, std::atoi(length.c_str())) - 8;
        return {kSendsDatagram,
                {me, shown(destination + (port.empty() ? "" : ":" + port)), number(std::uint64_t(payload))}};
    }
    case dissect::Protocol::Other:
        if (facts.has("igmp.type")) return igmp(me, facts);
        [[fallthrough]];
    default: return {kSendsOther, {me, nextHop(frame, facts), text(facts.summary().info)}};
    }
}

Sentence Teller::frameSent(const trace::Record& record) const {
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

Sentence Teller::frameReceived(const trace::Record& record) const {
    if (record.index >= mLog.frames().size()) return {};
    const auto& frame = mLog.frames()[record.index];
    if (!frame.from.valid()) return {};
    return {kReceives, {device(record.device), text(noun(facts(record.index))), device(mNetwork.deviceOf(frame.from))}};
}

} // namespace sim::explain
