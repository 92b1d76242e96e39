// A moment: the records of one event told together, the most telling first.
#include "sim/explain/teller.h"
#include "sim/explain/templates.h"

#include <algorithm>

namespace sim::explain {

using trace::DecisionKind;
using trace::Record;
using trace::RecordKind;

namespace {

constexpr int kNoise = 100; // told only when there is nothing better
constexpr std::size_t kMostSentences = 5;

/// rank orders the records of a moment: first what was done, then why, then what else came of it.
int rank(DecisionKind kind) {
    switch (kind) {
    case DecisionKind::LinkChanged:
    case DecisionKind::LinkCut:
    case DecisionKind::RoutesFlushed:
    case DecisionKind::RouteChanged:
    case DecisionKind::ConfigRefused:
    case DecisionKind::FilterChanged:
    case DecisionKind::NeighbourSet:
    case DecisionKind::BridgeForgot:
    case DecisionKind::AppStarted: return 0;
    case DecisionKind::PageArrived:
    case DecisionKind::PingReply:
    case DecisionKind::PingError:
    case DecisionKind::PingTimeout:
    case DecisionKind::ScriptStep:
    case DecisionKind::TraceHop: return 1;
    case DecisionKind::SocketError:
    case DecisionKind::NameFailed:
    case DecisionKind::NeighbourFailed:
    case DecisionKind::CannotSend:
    case DecisionKind::NeighboursEvicted:
    case DecisionKind::BridgeEvicted:
    case DecisionKind::NatNoMapping:
    case DecisionKind::PathMtuLearned:
    case DecisionKind::DuplicateAddress: return 2;
    case DecisionKind::AppFinished: return 3;
    case DecisionKind::DhcpBound:
    case DecisionKind::DhcpNoServer:
    case DecisionKind::DhcpLost:
    case DecisionKind::DhcpDeclined:
    case DecisionKind::DhcpDenied:
    case DecisionKind::DhcpNoAddress:
    case DecisionKind::RipLost: return 2;
    case DecisionKind::DhcpInUse:
    case DecisionKind::DhcpEnded:
    case DecisionKind::RipLearned: return 4;
    case DecisionKind::DhcpChecks:
    case DecisionKind::DhcpOffered:
    case DecisionKind::DhcpGranted:
    case DecisionKind::DhcpRelayed:
    case DecisionKind::RipIgnored: return 20;
    case DecisionKind::AddressChanged:
    case DecisionKind::GroupJoined:
    case DecisionKind::GroupLeft: return 45;
    case DecisionKind::BridgeForwarded:
    case DecisionKind::BridgeFlooded: return 10; // FrameSent and Dropped stand at 10 too
    case DecisionKind::NameTruncated:
    case DecisionKind::NameReferred:
    case DecisionKind::NameServerLame:
    case DecisionKind::HttpRedirected:
    case DecisionKind::PageNeedsMore: return 9; // the frame that follows says less
    case DecisionKind::NameAlias: return 18;
    case DecisionKind::TcpRetransmit:
    case DecisionKind::NameNegative:
    case DecisionKind::NameResolved:
    case DecisionKind::NameFromCache:
    case DecisionKind::NameAuthoritative:
    case DecisionKind::NameForwarded:
    case DecisionKind::NameAsked:
    case DecisionKind::NameIsAddress:
    case DecisionKind::TtlExpired:
    case DecisionKind::NoRoute:
    case DecisionKind::NoConnection:
    case DecisionKind::FilterRuled:
    case DecisionKind::TrackInvalid:
    case DecisionKind::Fragmented:
    case DecisionKind::FragmentKept:
    case DecisionKind::Reassembled:
    case DecisionKind::RedirectSent:
    case DecisionKind::RedirectHeard:
    case DecisionKind::IcmpWithheld:
    case DecisionKind::PortClosed:
    case DecisionKind::NeighbourUnknown:
    case DecisionKind::NeighbourProbe: return 20;
    case DecisionKind::RouteChosen:
    case DecisionKind::RouteLocal: return 30;
    case DecisionKind::NatCreated:
    case DecisionKind::NatPortTaken:
    case DecisionKind::NatForwarded:
    case DecisionKind::NatApplied: return 40;
    case DecisionKind::NeighbourLearned:
    case DecisionKind::BridgeLearned:
    case DecisionKind::NameCached:
    case DecisionKind::NameNegativeKept:
    case DecisionKind::TcpState: return 50;
    case DecisionKind::HttpResponse:
    case DecisionKind::IcmpReceived: return 15;
    case DecisionKind::SocketDelivered: return kNoise + 1;
    case DecisionKind::Delivered: return kNoise + 3;
    case DecisionKind::HttpRequest:
    case DecisionKind::Forwarded:
    case DecisionKind::ArpAnswered:
    case DecisionKind::IcmpSent: return kNoise + 2;
    case DecisionKind::TunnelHandshakeBegun:
    case DecisionKind::TunnelHandshakeAnswered:
    case DecisionKind::TunnelCookie:
    case DecisionKind::TunnelKeepaliveSent: return 9; // the frame that follows says less
    case DecisionKind::TunnelEstablished:
    case DecisionKind::TunnelRoamed: return 8;
    case DecisionKind::TunnelEncapsulated:
    case DecisionKind::TunnelDecapsulated:
    case DecisionKind::VxlanEncapsulated:
    case DecisionKind::VxlanDecapsulated: return 25;
    case DecisionKind::TunnelKeepaliveReceived: return 15;
    case DecisionKind::VxlanLearned: return 50;
    case DecisionKind::Count: break;
    }
    return kNoise;
}

struct Told {
    int rank = 0;
    Sentence sentence;
    bool noise() const { return rank >= kNoise; }
};

/// What the events of a moment hold, as far as it decides what else is worth saying.
struct Has {
    bool bridge = false, page = false, httpSent = false, sent = false, established = false;
    int decisions = 0;
};

} // namespace

Moment momentAt(const devices::Network& network, const trace::TraceLog& log, std::size_t record) {
    Moment moment;
    const auto& records = log.records();
    if (record >= records.size()) return moment;
    moment.event = records[record].event;
    moment.time = records[record].time;
    moment.firstRecord = log.firstOfEvent(moment.event);
    moment.lastRecord = log.firstOfEvent(moment.event + 1);
    moment.device = records[moment.firstRecord].device;

    const Teller teller(network, log);
    Has has;
    for (std::size_t i = moment.firstRecord; i < moment.lastRecord; ++i) {
        const Record& r = records[i];
        if (r.kind == RecordKind::FrameSent) has.sent = true;
        if (r.kind != RecordKind::Decision) continue;
        ++has.decisions;
        if (r.decision() == DecisionKind::BridgeFlooded || r.decision() == DecisionKind::BridgeForwarded)
            has.bridge = true;
        if (r.decision() == DecisionKind::PageArrived) has.page = true;
    }

    std::vector<Told> told;
    int framesTold = 0, framesMore = 0;
    for (std::size_t i = moment.firstRecord; i < moment.lastRecord; ++i) {
        const Record& r = records[i];
        Told one;
        switch (r.kind) {
        case RecordKind::FrameSent:
            // A switch is told by its decision; of many frames the first two are told.
            if (has.bridge) continue;
            if (framesTold == 2) {
                ++framesMore;
                continue;
            }
            ++framesTold;
            one.rank = 10;
            break;
        case RecordKind::FrameReceived: one.rank = kNoise + 4; break;
        case RecordKind::Dropped:
            // Somebody else's frame, flooded by a switch, is nobody's story.
            one.rank =
                r.dropReason() == trace::DropReason::OtherHost || r.dropReason() == trace::DropReason::ArpNotForUs
                    ? kNoise
                    : 10;
            break;
        case RecordKind::Decision:
            one.rank = rank(r.decision());
            if (r.decision() == DecisionKind::AppFinished && has.page) continue;
            if (r.decision() == DecisionKind::HttpResponse && has.sent) one.rank = kNoise;
            break;
        }
        one.sentence = explain(network, log, r);
        if (r.kind == RecordKind::Decision && r.decision() == DecisionKind::BridgeForwarded) {
            // "forwards it to home" says more than the name of a port.
            for (std::size_t k = i; k < moment.lastRecord; ++k)
                if (records[k].kind == RecordKind::FrameSent && log.frames()[records[k].index].to.valid()) {
                    one.sentence.arguments[1] = teller.device(network.deviceOf(log.frames()[records[k].index].to));
                    break;
                }
        }
        if (one.sentence.empty()) continue;
        const std::string text = one.sentence.toString();
        if (std::any_of(told.begin(), told.end(), [&](const Told& t) { return t.sentence.toString() == text; }))
            continue;
        told.push_back(std::move(one));
    }
    if (framesMore)
        told.push_back(
            {11, {templates::kSendsMore, {teller.device(moment.device), Teller::number(std::uint64_t(framesMore))}}});
    std::stable_sort(told.begin(), told.end(), [](const Told& a, const Told& b) { return a.rank < b.rank; });
    const bool anyGood = !told.empty() && !told.front().noise();
    for (auto& t : told) {
        if (t.noise() && (anyGood || !moment.sentences.empty())) break;
        if (moment.sentences.size() == kMostSentences) break;
        moment.sentences.push_back(std::move(t.sentence));
    }
    return moment;
}

} // namespace sim::explain
