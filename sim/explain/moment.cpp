// A moment: the records of one event told together, the most telling first.
#include "sim/decisions/all.h"
#include "sim/explain/explainer.h"
#include "sim/explain/templates.h"

#include <algorithm>
#include <utility>

namespace sim::explain {

using decisions::Rank;
using trace::Record;
using trace::RecordKind;

namespace {

constexpr std::size_t kMostSentences = 5;

/// Line is a record that may be told, and its rank.
struct Line {
    Rank rank = Rank::Stimulus;
    std::size_t record = 0; ///< kMore: how many frames more were sent
    bool noise() const { return rank >= Rank::Noise; }
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

Moment Explainer::moment(std::size_t firstRecord, std::size_t lastRecord) const {
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
        if (r.decided<decisions::BridgeFlooded>() || r.decided<decisions::BridgeForwarded>()) has.bridge = true;
        if (r.decided<decisions::PageArrived>()) has.page = true;
    }

    std::vector<Line> lines;
    lines.reserve(lastRecord - firstRecord + 1);
    int framesTold = 0, framesMore = 0;
    for (std::size_t i = firstRecord; i < lastRecord; ++i) {
        const Record r = records[i];
        Line line{Rank::Stimulus, i};
        switch (r.kind) {
        case RecordKind::FrameSent:
            // A switch is told by its decision; of many frames the first two are told.
            if (has.bridge) continue;
            if (framesTold == 2) {
                ++framesMore;
                continue;
            }
            ++framesTold;
            line.rank = Rank::Frame;
            break;
        case RecordKind::FrameReceived: line.rank = Rank::NoiseReceived; break;
        case RecordKind::Dropped:
            // Somebody else's frame, flooded by a switch, is nobody's story.
            line.rank =
                r.dropReason() == trace::DropReason::OtherHost || r.dropReason() == trace::DropReason::ArpNotForUs
                    ? Rank::Noise
                    : Rank::Frame;
            break;
        case RecordKind::Decision:
            if (const auto* about = decisions::about(r.decision())) line.rank = about->rank;
            if (r.decided<decisions::AppFinished>() && has.page) continue;
            if (r.decided<decisions::HttpResponse>() && has.sent) line.rank = Rank::Noise;
            break;
        }
        lines.push_back(line);
    }
    if (framesMore) lines.push_back({Rank::MoreFrames, kMore});
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.rank < b.rank; });

    // Sentences are made as long as they are wanted: most records are left out.
    std::vector<std::string> told;
    for (const Line& line : lines) {
        if (line.noise() && !moment.sentences.empty()) break;
        Sentence sentence = line.record == kMore
                                ? Sentence{framesMore == 1 ? templates::kSendsOneMore : templates::kSendsMore,
                                           {device(moment.device), number(std::uint64_t(framesMore))}}
                                : explain(records[mTold = line.record]);
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
    mFirst = mLast = mTold = 0;
    return moment;
}

Moment momentAt(const devices::Network& network, const trace::TraceLog& log, std::size_t record) {
    if (record >= log.recordCount()) return {};
    const auto [first, last] = sameEvent(log, record);
    return Explainer(network, log).moment(first, last);
}

Story::Story(const devices::Network& network, const trace::TraceLog& log)
    : mExplainer(std::make_unique<Explainer>(network, log)), mLog(log) {}
Story::~Story() = default;

bool Story::next(Moment& moment) {
    while (mNext < mLog.recordCount()) {
        const std::size_t first = mNext;
        mNext = sameEvent(mLog, first).second;
        moment = mExplainer->moment(first, mNext);
        if (!moment.sentences.empty()) return true;
    }
    return false;
}

} // namespace sim::explain
