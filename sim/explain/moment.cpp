// A moment: the records of one event told together, the most telling first.
#include "sim/explain/teller.h"
#include "sim/explain/templates.h"

#include <algorithm>
#include <utility>

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

/// Line is a record that may be told, and its rank.
struct Line {
    int rank = 0;
    std::size_t record = 0; ///< kMore: how many frames more were sent
    bool noise() const { return rank >= kNoise; }
};
constexpr std::size_t kMore = SIZE_MAX;

/// What the events of a moment hold, as far as it decides what else is worth saying.
struct Has {
    bool bridge = false, page = false, sent = false;
};

/// sameEvent is how far the records of a record's event reach, forwards and backwards.
std::pair<std::size_t, std::size_t> sameEvent(const trace::TraceLog& log, std::size_t record) {
    const auto event = log.record(record).event;
    std::size_t first = record, last = record + 1;
    while (first > 0 && log.record(first - 1).event == event)
        --first;
    while (last < log.recordCount() && log.record(last).event == event)
        ++last;
    return {first, last};
}

} // namespace

Moment Teller::moment(std::size_t firstRecord, std::size_t lastRecord) const {
    const auto records = mLog.records();
    mFirst = firstRecord;
    mLast = lastRecord;
    Moment moment;
    moment.event = records[firstRecord].event;
    moment.time = records[firstRecord].time;
    moment.device = records[firstRecord].device;
    moment.firstRecord = firstRecord;
    moment.lastRecord = lastRecord;

    Has has;
    for (std::size_t i = firstRecord; i < lastRecord; ++i) {
        const Record r = records[i];
        if (r.kind == RecordKind::FrameSent) has.sent = true;
        if (r.kind != RecordKind::Decision) continue;
        if (r.decision() == DecisionKind::BridgeFlooded || r.decision() == DecisionKind::BridgeForwarded)
            has.bridge = true;
        if (r.decision() == DecisionKind::PageArrived) has.page = true;
    }

    std::vector<Line> lines;
    lines.reserve(lastRecord - firstRecord + 1);
    int framesTold = 0, framesMore = 0;
    for (std::size_t i = firstRecord; i < lastRecord; ++i) {
        const Record r = records[i];
        Line line{0, i};
        switch (r.kind) {
        case RecordKind::FrameSent:
            // A switch is told by its decision; of many frames the first two are told.
            if (has.bridge) continue;
            if (framesTold == 2) {
                ++framesMore;
                continue;
            }
            ++framesTold;
            line.rank = 10;
            break;
        case RecordKind::FrameReceived: line.rank = kNoise + 4; break;
        case RecordKind::Dropped:
            // Somebody else's frame, flooded by a switch, is nobody's story.
            line.rank =
                r.dropReason() == trace::DropReason::OtherHost || r.dropReason() == trace::DropReason::ArpNotForUs
                    ? kNoise
                    : 10;
            break;
        case RecordKind::Decision:
            line.rank = rank(r.decision());
            if (r.decision() == DecisionKind::AppFinished && has.page) continue;
            if (r.decision() == DecisionKind::HttpResponse && has.sent) line.rank = kNoise;
            break;
        }
        lines.push_back(line);
    }
    if (framesMore) lines.push_back({11, kMore});
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.rank < b.rank; });

    // Sentences are made as long as they are wanted: most records are left out.
    std::vector<std::string> told;
    for (const Line& line : lines) {
        if (line.noise() && !moment.sentences.empty()) break;
        Sentence sentence = line.record == kMore
                                ? Sentence{framesMore == 1 ? templates::kSendsOneMore : templates::kSendsMore,
                                           {device(moment.device), number(std::uint64_t(framesMore))}}
                                : tell(line.record);
        if (sentence.empty()) continue;
        // The same twice is said once. What stands alone needs no comparison, as nearly always.
        if (lines.size() > 1) {
            std::string text = sentence.toString();
            if (std::find(told.begin(), told.end(), text) != told.end()) continue;
            told.push_back(std::move(text));
        }
        moment.sentences.push_back(std::move(sentence));
        if (moment.sentences.size() == kMostSentences) break;
    }
    mFirst = mLast = 0;
    return moment;
}

Sentence Teller::tell(std::size_t record) const {
    const auto records = mLog.records();
    const Record r = records[record];
    Sentence sentence = explain(r);
    if (r.kind == RecordKind::Decision && r.decision() == DecisionKind::BridgeForwarded) {
        // "forwards it to home" says more than the name of a port.
        for (std::size_t k = record; k < mLast; ++k) {
            const Record sent = records[k];
            if (sent.kind != RecordKind::FrameSent) continue;
            const auto to = mLog.frame(sent.index).to;
            if (!to.valid()) continue;
            sentence.arguments[1] = device(mNetwork.deviceOf(to));
            break;
        }
    }
    return sentence;
}

Moment momentAt(const devices::Network& network, const trace::TraceLog& log, std::size_t record) {
    if (record >= log.recordCount()) return {};
    const auto [first, last] = sameEvent(log, record);
    return Teller(network, log).moment(first, last);
}

Story::Story(const devices::Network& network, const trace::TraceLog& log)
    : mTeller(std::make_unique<Teller>(network, log)), mLog(log) {}
Story::~Story() = default;

bool Story::next(Moment& moment) {
    while (mNext < mLog.recordCount()) {
        const std::size_t first = mNext;
        mNext = sameEvent(mLog, first).second;
        moment = mTeller->moment(first, mNext);
        if (!moment.sentences.empty()) return true;
    }
    return false;
}

} // namespace sim::explain
