// Sentences about decisions and drops: why something happened.
#include "sim/explain/teller.h"
#include "sim/explain/templates.h"

#include <iterator>

namespace sim::explain {

using namespace templates;
using trace::DecisionKind;

namespace {

/// span is a time as people say it: "8.02 ms".
std::string span(kernel::SimTime time) {
    const auto ns = time.count();
    const char* unit = ns >= 1'000'000'000 ? " s" : ns >= 1'000'000 ? " ms" : " µs";
    const std::int64_t scale = ns >= 1'000'000'000 ? 1'000'000'000 : ns >= 1'000'000 ? 1'000'000 : 1'000;
    std::string fraction = std::to_string(1000 + (ns % scale) * 1000 / scale).substr(1);
    return std::to_string(ns / scale) + "." + fraction + unit;
}

std::string icmpText(unsigned type, unsigned code) {
    constexpr const char* kUnreachable[] = {"network unreachable", "host unreachable",     "protocol unreachable",
                                            "port unreachable",    "fragmentation needed", "source route failed"};
    if (type == 3 && code < std::size(kUnreachable)) return kUnreachable[code];
    if (type == 3 && code == 13) return "communication administratively prohibited";
    if (type == 11) return code ? "fragment reassembly time exceeded" : "time to live exceeded";
    if (type == 5) return "redirect";
    if (type == 8) return "echo request";
    if (type == 0) return "echo reply";
    return "type " + std::to_string(type) + ", code " + std::to_string(code);
}

std::string rcodeText(unsigned code) {
    constexpr const char* kNames[] = {"no error",     "format error",    "server failure",
                                      "no such name", "not implemented", "refused"};
    return code < std::size(kNames) ? kNames[code] : "code " + std::to_string(code);
}

std::string prefixText(const wire::Prefix& p) { return p.length == 0 ? "default" : p.toString(); }

} // namespace

Sentence Teller::translation(const trace::Record& record, const trace::Decision& d) const {
    const Argument inside = endpoint(d.address, d.port, Argument::Kind::Nat, record.device);
    const Argument outside = endpoint(d.via, d.port2, Argument::Kind::Nat, record.device);
    switch (d.kind) {
    case DecisionKind::NatCreated: return {d.address.isPrivate() ? kNatCreatedPrivate : kNatCreated, {inside, outside}};
    case DecisionKind::NatPortTaken: return {kNatPortTaken, {inside, outside, number(d.port)}};
    case DecisionKind::NatForwarded: return {kNatForwarded, {number(d.port), endpoint(d.via, d.port2)}};
    case DecisionKind::NatApplied:
        if (mLog.text(d.text) == "in") return {kNatAppliedIn, {inside, outside}};
        if (mLog.text(d.text) == "home") return {kNatAppliedHome, {inside, outside}};
        return {mLog.text(d.text) == "back" ? kNatAppliedBack : kNatAppliedOut, {inside, outside}};
    default: return {kNatNoMapping, {endpoint(d.address, d.port), endpoint(d.source, d.number)}};
    }
}

Sentence Teller::naming(const trace::Record& record, const trace::Decision& d) const {
    const Argument me = device(record.device), name = text(mLog.text(d.text)), it = address(d.address);
    switch (d.kind) {
    case DecisionKind::NameIsAddress: return {kNameIsAddress, {name}};
    case DecisionKind::NameAsked: return {kNameAsked, {me, name, it}};
    case DecisionKind::NameFromCache:
        if (d.address.isNone()) return {kNameFromCacheOther, {me, name, number(d.number)}};
        return {kNameFromCache, {me, name, it, number(d.number)}};
    case DecisionKind::NameForwarded: return {kNameForwarded, {me, name, it}};
    case DecisionKind::NameCached:
        if (d.address.isNone()) return {kNameCachedOther, {me, name, number(d.number)}};
        return {kNameCached, {me, name, it, number(d.number)}};
    case DecisionKind::NameAuthoritative:
        if (d.code == 3) return {kNameAuthoritativeNone, {me, name}};
        if (d.number == 0) return {kNameAuthoritativeNoData, {me, name}};
        if (d.address.isNone()) return {kNameAuthoritativeOther, {me, name}};
        return {kNameAuthoritative, {me, name, it}};
    case DecisionKind::NameResolved: return {kNameResolved, {me, name, it}};
    case DecisionKind::NameTruncated: return {kNameTruncated, {me, name, it}};
    case DecisionKind::NameReferred:
        if (d.code) return {kNameRefers, {me, name}};
        return {kNameReferred, {me, it, name}};
    case DecisionKind::NameNegative: return {d.code ? kNameNegative : kNameNegativeType, {me, name, number(d.number)}};
    case DecisionKind::NameNegativeKept:
        return {d.code ? kNameNegativeKept : kNameNegativeKeptType, {me, name, number(d.number)}};
    case DecisionKind::NameAlias: return {d.code ? kNameAliasCircle : kNameAlias, {me, name}};
    case DecisionKind::NameServerLame:
        return {d.code == 2   ? kNameServerUnreachable
                : d.code == 1 ? kNameServerSilent
                              : kNameServerLame,
                {me, name, it}};
    default:
        if (d.code == 255) return {kNameNoAnswer, {me, name}};
        if (d.code == 0) return {kNameNoData, {me, name}};
        return {kNameFailed, {me, name, text(rcodeText(d.code))}};
    }
}

std::string Teller::withPool(const trace::Record& record, std::string result) const {
    if (!result.ends_with("DHCP has not given one")) return result;
    // The client cannot know why it is not answered; whoever has watched the server does.
    constexpr std::size_t kFarthest = 200'000;
    const auto& records = mLog.records();
    const std::size_t end = mLog.firstOfEvent(record.event), begin = end > kFarthest ? end - kFarthest : 0;
    for (std::size_t i = end; i-- > begin;) {
        if (records[i].kind != trace::RecordKind::Decision || records[i].decision() != DecisionKind::DhcpNoAddress)
            continue;
        if (ownerOf(mLog.decision(records[i].index).mac) == record.device) return result + " (its pool is empty)";
    }
    return result;
}

Sentence Teller::application(const trace::Record& record, const trace::Decision& d) const {
    const Argument me = device(record.device), what = text(mLog.text(d.text)), peer = endpoint(d.address, d.port);
    switch (d.kind) {
    case DecisionKind::AppStarted: return {kAppStarted, {me, what}};
    case DecisionKind::HttpRequest: return {kHttpRequest, {me, peer, what}};
    case DecisionKind::HttpResponse: return {kHttpResponse, {me, peer, what, number(d.number)}};
    case DecisionKind::HttpRedirected: return {kHttpRedirected, {me, what, number(d.number)}};
    case DecisionKind::PageNeedsMore:
        return {d.number == 1 ? kPageNeedsOne : kPageNeedsMore, {me, what, number(d.number)}};
    case DecisionKind::PageArrived: return {d.code ? kPageArrived : kPageFailed, {me, what, number(d.number)}};
    case DecisionKind::PingReply: return {kPingReply, {me, address(d.address), number(d.number), text(span(d.time))}};
    case DecisionKind::PingError:
        if (d.address.isNone()) return {kPingErrorHere, {me, number(d.number), what}};
        return {kPingError, {me, address(d.address), number(d.number), what}};
    case DecisionKind::PingTimeout: return {kPingTimeout, {me, address(d.address), number(d.number)}};
    case DecisionKind::TraceHop:
        if (d.address.isNone()) return {kTraceHopNobody, {me, number(d.number)}};
        return {kTraceHop, {me, number(d.number), address(d.address)}};
    case DecisionKind::ScriptStep: return {d.code ? kScriptStep : kScriptFailed, {me, what}};
    default: return {d.code ? kAppDone : kAppFailed, {me, d.code ? what : text(withPool(record, what.text))}};
    }
}

Sentence Teller::decision(const trace::Record& record) const {
    const auto& d = mLog.decision(record.index);
    const Argument me = device(record.device);
    const Argument mac{Argument::Kind::Mac, d.mac.toString(), record.device};
    switch (d.kind) {
    case DecisionKind::RouteChosen: {
        Argument row{Argument::Kind::Route, prefixText(d.prefix) + (d.via.isNone() ? "" : " via " + d.via.toString()),
                     record.device};
        static constexpr const char* kRefusals[] = {"unreachable", "prohibited", "black hole"};
        if (d.code >= 3 && d.code <= 5) return {kRouteRefuses, {address(d.address), row, text(kRefusals[d.code - 3])}};
        if (d.prefix.length == 0) return {kRouteDefault, {address(d.address), row}};
        if (d.via.isNone()) return {kRouteOnLink, {address(d.address), row, interface(d.iface)}};
        return {kRouteVia, {address(d.address), row}};
    }
    case DecisionKind::RouteLocal: return {kRouteLocal, {address(d.address, record.device), me}};
    case DecisionKind::CannotSend:
    case DecisionKind::TrackInvalid:
    case DecisionKind::NoConnection:
    case DecisionKind::NeighboursEvicted:
    case DecisionKind::BridgeEvicted:
    case DecisionKind::ConfigRefused: return refusal(record, d);
    case DecisionKind::NoRoute: return {kNoRoute, {me, address(d.address)}};
    case DecisionKind::Forwarded: return {kForwarded, {me, interface(d.iface), number(d.number)}};
    case DecisionKind::TtlExpired: return {kTtlExpired, {address(d.source), address(d.address)}};
    case DecisionKind::Delivered: return {kDelivered, {address(d.address, record.device), me}};
    case DecisionKind::Fragmented: return {kFragmented, {me, address(d.address), number(d.number), number(d.port)}};
    case DecisionKind::FragmentKept: return {kFragmentKept, {me, address(d.source)}};
    case DecisionKind::Reassembled: return {kReassembled, {me, address(d.source), number(d.number)}};
    case DecisionKind::PathMtuLearned:
        return {kPathMtuLearned, {me, address(d.address), address(d.source), number(d.number)}};
    case DecisionKind::RedirectSent:
        return {kRedirectSent, {me, address(d.source), address(d.address), address(d.via)}};
    case DecisionKind::RedirectHeard:
        return {d.code ? kRedirectTaken : kRedirectIgnored,
                {me, address(d.source), address(d.address), address(d.via)}};
    case DecisionKind::NeighbourUnknown: return {kNeighbourUnknown, {me, address(d.address)}};
    case DecisionKind::NeighbourLearned:
        return {d.code ? kNeighbourLearnedFromRequest : kNeighbourLearned,
                {me, {Argument::Kind::Neighbour, d.address.toString(), record.device}, mac}};
    case DecisionKind::NeighbourProbe:
        return {kNeighbourProbe, {me, {Argument::Kind::Neighbour, d.address.toString(), record.device}}};
    case DecisionKind::NeighbourFailed:
        return {d.number == 0   ? kNeighbourFailedNone
                : d.number == 1 ? kNeighbourFailedOne
                                : kNeighbourFailed,
                {me, {Argument::Kind::Neighbour, d.address.toString(), record.device}, number(d.number)}};
    case DecisionKind::ArpAnswered: return {kArpAnswered, {me, address(d.address, record.device)}};
    case DecisionKind::NeighbourSet:
        return {kNeighbourSet,
                {me, {Argument::Kind::Neighbour, d.address.toString(), record.device}, text(mLog.text(d.text))}};
    case DecisionKind::DuplicateAddress: return {kDuplicateAddress, {me, address(d.address, record.device), mac}};
    case DecisionKind::BridgeLearned: return {kBridgeLearned, {me, mac, interface(d.iface)}};
    case DecisionKind::BridgeForgot: return {kBridgeForgot, {me, mac, interface(d.iface)}};
    case DecisionKind::BridgeForwarded: return {kBridgeForwarded, {me, interface(d.iface)}};
    case DecisionKind::BridgeFlooded:
        if (d.mac.isGroup()) return {kBridgeFloodedAll, {me}};
        return {kBridgeFloodedUnknown, {me, mac}};
    case DecisionKind::FilterRuled:
        return {d.code == 0   ? kFilterAccepted
                : d.code == 1 ? kFilterDropped
                              : kFilterRejected,
                {me, text(mLog.text(d.text))}};
    case DecisionKind::NatCreated:
    case DecisionKind::NatForwarded:
    case DecisionKind::NatApplied:
    case DecisionKind::NatPortTaken:
    case DecisionKind::NatNoMapping: return translation(record, d);
    case DecisionKind::SocketDelivered: {
        const auto& app = mLog.text(d.text);
        if (app.empty()) return {kSocketDeliveredTo, {me, endpoint(d.source, d.number), number(d.port)}};
        return {kSocketDelivered, {me, endpoint(d.source, d.number), text(app)}};
    }
    case DecisionKind::PortClosed:
        return {kPortClosed, {text((d.code == 17 ? "UDP port " : "TCP port ") + std::to_string(d.port)), me}};
    case DecisionKind::IcmpSent: return {kIcmpSent, {me, address(d.address), text(icmpText(d.code, d.number))}};
    case DecisionKind::IcmpWithheld: return {kIcmpWithheld, {me, address(d.address), text(icmpText(d.code, d.number))}};
    case DecisionKind::IcmpReceived: return {kIcmpReceived, {me, address(d.address), text(icmpText(d.code, d.number))}};
    case DecisionKind::TcpState: {
        const auto& change = mLog.text(d.text);
        if (d.code == 1) return {kTcpReopened, {me, endpoint(d.source, d.number)}};
        if (change.ends_with("ESTABLISHED")) return {kTcpEstablished, {me, endpoint(d.source, d.number)}};
        return {kTcpState, {me, endpoint(d.source, d.number), text(change)}};
    }
    case DecisionKind::TcpRetransmit:
        return {kTcpRetransmit, {me, endpoint(d.address, d.port), text(mLog.text(d.text))}};
    case DecisionKind::SocketError: return {kSocketError, {me, text(mLog.text(d.text)), endpoint(d.address, d.port)}};
    case DecisionKind::NameIsAddress:
    case DecisionKind::NameAsked:
    case DecisionKind::NameFromCache:
    case DecisionKind::NameForwarded:
    case DecisionKind::NameCached:
    case DecisionKind::NameAuthoritative:
    case DecisionKind::NameResolved:
    case DecisionKind::NameTruncated:
    case DecisionKind::NameReferred:
    case DecisionKind::NameNegative:
    case DecisionKind::NameNegativeKept:
    case DecisionKind::NameAlias:
    case DecisionKind::NameServerLame:
    case DecisionKind::NameFailed: return naming(record, d);
    case DecisionKind::AppStarted:
    case DecisionKind::HttpRequest:
    case DecisionKind::HttpResponse:
    case DecisionKind::HttpRedirected:
    case DecisionKind::PageNeedsMore:
    case DecisionKind::PageArrived:
    case DecisionKind::PingReply:
    case DecisionKind::PingError:
    case DecisionKind::PingTimeout:
    case DecisionKind::TraceHop:
    case DecisionKind::ScriptStep:
    case DecisionKind::AppFinished: return application(record, d);
    case DecisionKind::FilterChanged: return {kFilterChanged, {me, text(mLog.text(d.text))}};
    case DecisionKind::RouteChanged: return {d.number ? kRouteAdded : kRouteRemoved, {me, text(mLog.text(d.text))}};
    case DecisionKind::RoutesFlushed: return {kRoutesFlushed, {me}};
    case DecisionKind::AddressChanged:
    case DecisionKind::DhcpBound:
    case DecisionKind::DhcpNoServer:
    case DecisionKind::DhcpLost:
    case DecisionKind::DhcpDeclined:
    case DecisionKind::DhcpChecks:
    case DecisionKind::DhcpInUse:
    case DecisionKind::DhcpOffered:
    case DecisionKind::DhcpGranted:
    case DecisionKind::DhcpDenied:
    case DecisionKind::DhcpNoAddress:
    case DecisionKind::DhcpEnded:
    case DecisionKind::DhcpRelayed: return leasing(record, d);
    case DecisionKind::GroupJoined:
    case DecisionKind::GroupLeft:
    case DecisionKind::RipLearned:
    case DecisionKind::RipLost:
    case DecisionKind::RipIgnored: return routing(record, d);
    case DecisionKind::TunnelHandshakeBegun:
    case DecisionKind::TunnelHandshakeAnswered:
    case DecisionKind::TunnelEstablished:
    case DecisionKind::TunnelEncapsulated:
    case DecisionKind::TunnelDecapsulated:
    case DecisionKind::TunnelKeepaliveSent:
    case DecisionKind::TunnelKeepaliveReceived:
    case DecisionKind::TunnelRoamed:
    case DecisionKind::TunnelCookie:
    case DecisionKind::VxlanEncapsulated:
    case DecisionKind::VxlanDecapsulated:
    case DecisionKind::VxlanLearned: return tunnel(record, d);
    case DecisionKind::LinkCut:
    case DecisionKind::LinkChanged: {
        Argument port = interface(d.iface);
        if (d.iface.valid() && d.iface.value < mNetwork.interfaceCount()) port.text = mNetwork.portName(d.iface);
        if (d.kind == DecisionKind::LinkCut) return {d.number ? kLinkCut : kLinkMended, {port}};
        return {d.number ? kLinkPlugged : kLinkPulled, {port}};
    }
    case DecisionKind::Count: break;
    }
    return {};
}

Sentence Teller::dropped(const trace::Record& record) const {
    static constexpr const char* kTexts[] = {
#define PACKETARIUM_LIST(NAME, TEXT) TEXT,
        PACKETARIUM_DROP_SENTENCES(PACKETARIUM_LIST)
#undef PACKETARIUM_LIST
    };
    static constexpr trace::DropReason kReasons[] = {
#define PACKETARIUM_LIST(NAME, TEXT) trace::DropReason::NAME,
        PACKETARIUM_DROP_SENTENCES(PACKETARIUM_LIST)
#undef PACKETARIUM_LIST
    };
    static_assert(std::size(kTexts) == std::size_t(trace::DropReason::Count), "every reason has a sentence");
    for (std::size_t i = 0; i < std::size(kReasons); ++i)
        if (kReasons[i] == record.dropReason() && *kTexts[i])
            return {kTexts[i],
                    {device(record.device),
                     text(record.index == trace::kNoIndex ? noun::kPacket : noun(facts(record.index)))}};
    return {};
}

} // namespace sim::explain
