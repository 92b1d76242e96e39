#include "ui/run/controller.h"

#include "model/commands/commands.h"
#include "model/document/document.h"
#include "model/io/action_words.h"
#include "ui/rows/words.h"
#include "ui/shared/selection.h"

#include <QSettings>

#include <algorithm>
#include <chrono>

namespace ui::run {

using namespace model::lab;
using sim::kernel::DeviceId;
using sim::kernel::EventNo;
using sim::kernel::SimTime;
using sim::trace::RecordKind;

namespace {
// Megabytes of recording; a run that is longer ends there.
const QString kMostMemoryKey = QStringLiteral("recording/most-memory");
constexpr int kMostMemoryMb = 1000;
constexpr std::size_t kMegabyte = 1'000'000;
// Before anybody has asked for the run, no more than this is recorded ahead.
constexpr std::size_t kMostBeforePlay = 100 * kMegabyte;
// A larger lab is built only when somebody wants to see it run: an edit must not wait for it.
constexpr std::size_t kBuildAtOnce = 500;
constexpr int kSliceMs = 4;
constexpr std::uint64_t kSliceEvents = 100;
// How far the run is recorded ahead of the cursor, in virtual time; a run that never rests must not fill the memory.
constexpr SimTime kHorizon = std::chrono::seconds(60);
// In a storm the next minute is as the last second, but fills the memory.
constexpr SimTime kStormHorizon = std::chrono::seconds(1);
// Where so many events pass in one tick that nobody can follow, moments are told a few times a second, and where
// telling takes long, as in a lab of thousands of nodes, for a tenth of the time at most.
constexpr EventNo kHurry = 40;
constexpr std::size_t kPaceRecords = 200'000;         // some 10 ms
constexpr double kReportEvery = 120, kLongReport = 8; // milliseconds
} // namespace

PlaybackController::PlaybackController(model::document::Document& document, shared::Selection& selection,
                                       QObject* parent)
    : QObject(parent), mDocument(document), mSelection(selection),
      mTimeline(std::make_unique<sim::replay::Timeline>()) {
    mTick.setInterval(16);
    mTick.setTimerType(Qt::PreciseTimer);
    connect(&mTick, &QTimer::timeout, this, [this] {
        const double passed = static_cast<double>(mClock.nsecsElapsed()) / 1e6;
        mClock.restart();
        // After a stall (a menu, another program) the run goes on from where the eye left it.
        advance(std::min(passed, 100.0));
    });
    mMostMemory = QSettings().value(kMostMemoryKey, kMostMemoryMb).toInt();
    boundMemory();
    mAhead.setInterval(0);
    connect(&mAhead, &QTimer::timeout, this, &PlaybackController::runAhead);
    mRebuild.setSingleShot(true);
    mRebuild.setInterval(60);
    connect(&mRebuild, &QTimer::timeout, this, &PlaybackController::prepare);
    connect(&document, &model::document::Document::changed, this, &PlaybackController::onDocumentChanged);
    markStale();
}

void PlaybackController::onDocumentChanged(const model::document::Change& change) {
    if (change.affectsRun()) markStale();
}

void PlaybackController::markStale() {
    pause();
    mAhead.stop();
    // What is on the screen is a run of another lab now.
    if (!mStale && mStarted) setPlace({}, false);
    mStale = true;
    if (mDocument.lab().nodes.size() <= kBuildAtOnce) mRebuild.start();
}

void PlaybackController::prepare() {
    if (!mStale) return;
    mStale = false;
    mRebuild.stop();
    auto built = model::network::build(mDocument.lab());
    mDevices = std::move(built.devices);
    mChannels = std::move(built.channels);
    mProblems = std::move(built.problems);
    mNodeOf.assign(built.network.deviceCount(), {});
    for (const auto& [node, device] : mDevices)
        mNodeOf[device.value] = node;
    mLinkOf.assign(built.network.channelCount(), {});
    for (const auto& [link, channel] : mChannels)
        mLinkOf[channel.value] = link;
    mTimeline = std::make_unique<sim::replay::Timeline>(std::move(built.network), std::move(built.stimuli));
    boundMemory();
    mNow.valid = false;
    mBefore.valid = false;
    mPace = {};
    mPaceRecords = 0;
    mPlace = {};
    mStarted = false;
    mMomentRecord = -1;
    mMoment = {};
    mPending = false;
    forgetStorm();
    emit rebuilt();
    mSelection.setCurrentRecord(-1);
    runAhead();
    emit moved();
    emit momentChanged();
    emit stateChanged();
}

void PlaybackController::reset() {
    pause();
    mStale = true;
    prepare();
}

bool PlaybackController::full() const {
    return mProcessFull || mTimeline->outOfMemory() || mTimeline->memoryBytes() >= mBound.most();
}

void PlaybackController::boundMemory() {
    mBound.setMost(std::size_t(std::max(1, mMostMemory)) * kMegabyte);
    mTimeline->setMostMemory(mBound.most());
    mProcessFull = false;
}

SimTime PlaybackController::ahead() const { return mStorm ? kStormHorizon : kHorizon; }

bool PlaybackController::hasRun() const { return mStale || !log().records().empty(); }

void PlaybackController::runAhead() {
    if (mStale) return;
    QElapsedTimer clock;
    clock.start();
    const std::size_t before = log().records().size();
    // At the end of what is recorded, silence is skipped until something happens: a retry may be minutes away.
    const SimTime until = (atEnd() ? mTimeline->recordedUntil() : mPlace.time) + ahead();
    const auto enough = [this] { return !mStarted && mTimeline->memoryBytes() >= kMostBeforePlay; };
    bool done = ended() || mTimeline->recordedUntil() >= until || enough();
    while (!done && clock.elapsed() < kSliceMs) {
        done = mTimeline->extend(until, kSliceEvents);
        mProcessFull = mBound.look(*mTimeline) == MemoryBound::Reached::Process;
        done = done || full() || enough();
    }
    lookForStorm();
    if (done)
        mAhead.stop();
    else if (!mAhead.isActive())
        mAhead.start();
    if (log().records().size() == before && !(done && mPaceRecords != before)) return;
    // The map grows when the log is a quarter longer, or longer than a click should wait for, and once more at its end.
    if (done || log().records().size() > mPaceRecords + std::min(mPaceRecords / 4 + 500, kPaceRecords)) {
        refreshPace();
        emit grown();
        emit stateChanged();
    }
}

void PlaybackController::lookForStorm() {
    const auto found = mStopped ? std::nullopt : mWatch.look(*mTimeline);
    const bool over = mStorm && resting();
    const bool isFull = full();
    if (!found && !over && isFull == mWasFull) return;
    // What was found once stays named while it goes on; the latest figures are told.
    if (found) mStorm = found;
    if (over) mStorm.reset();
    mWasFull = isFull;
    emit noticeChanged();
}

void PlaybackController::forgetStorm() {
    mWatch.restart(log().frames().size());
    mStorm.reset();
    mStopped = false;
    mWasFull = false;
    emit noticeChanged();
}

void PlaybackController::stop() {
    mStopped = true;
    mAhead.stop();
    refreshPace();
    emit grown();
    emit noticeChanged();
    emit stateChanged();
}

void PlaybackController::goOn() {
    mStopped = false;
    emit noticeChanged();
    runAhead();
    emit stateChanged();
}

void PlaybackController::setMostMemory(int megabytes) {
    mMostMemory = megabytes;
    boundMemory();
    QSettings().setValue(kMostMemoryKey, megabytes);
    if (!mStale) runAhead();
    emit noticeChanged();
    emit stateChanged();
}

void PlaybackController::refreshPace() {
    mPace.grow(log());
    mPaceRecords = log().records().size();
    if (mStarted) mPlace.position = mPace.positionOf(mPlace.time, mPlace.event);
}

bool PlaybackController::resting() const {
    return mTimeline->quiet() ||
           (mTimeline->latest().nextEventTime() == sim::kernel::kNever &&
            (mTimeline->stimuli().empty() || mTimeline->stimuli().back().at < mTimeline->recordedUntil()));
}

bool PlaybackController::atEnd() const { return mStarted && mPlace.position >= mPace.length() - 0.001; }

void PlaybackController::play() {
    prepare();
    if (log().records().empty()) return;
    if (atEnd() && ended()) toStart();
    if (!mStarted) setPlace(mPace.at(0, log()));
    mPlaying = true;
    mClock.start();
    mTick.start();
    emit stateChanged();
}

void PlaybackController::pause() {
    mTick.stop();
    if (!mPlaying) return;
    mPlaying = false;
    if (mPending) findMoment();
    emit stateChanged();
}

void PlaybackController::advance(double milliseconds) {
    prepare();
    const bool near = mTimeline->recordedUntil() < mPlace.time + ahead() / 2 || atEnd();
    if (near && !ended() && !mAhead.isActive()) mAhead.start();
    const double position = mPlace.position;
    Place next;
    if (mPaceKind == Pace::Comfortable) {
        next = mPace.at(position + milliseconds * mSpeed, log());
    } else {
        const double nsPerMs = mPaceKind == Pace::RealTime ? 1e6 : 1e3;
        next.time = mPlace.time + SimTime(static_cast<std::int64_t>(milliseconds * mSpeed * nsPerMs));
        next.event = eventAt(log(), next.time);
        next.position = mPace.positionOf(next.time, next.event);
        if (next.position >= mPace.length()) next = mPace.at(mPace.length(), log());
    }
    next.event = std::max(next.event, mStarted ? mPlace.event : 0);
    mSinceReported += milliseconds;
    const double gap = std::max(next.event > mPlace.event + kHurry ? kReportEvery : 0,
                                mReportTook > kLongReport ? 10 * mReportTook : 0);
    if (mPlaying && mStarted && mSinceReported < gap) {
        mPlace = next;
        mPending = true;
        emit moved();
    } else {
        setPlace(next);
    }
    if (atEnd() && ended()) pause();
}

std::size_t PlaybackController::pastRecords() const { return mStarted ? log().firstOfEvent(mPlace.event + 1) : 0; }

bool PlaybackController::isMoment(std::size_t first, std::size_t last) const {
    const auto& records = log().records();
    bool worth = false;
    for (std::size_t i = first; i < last; ++i) {
        if (records[i].kind == RecordKind::FrameSent) return true;
        if (records[i].kind == RecordKind::Decision) worth = true;
        if (records[i].kind == RecordKind::Dropped && !rows::isNoise(records[i])) worth = true;
    }
    return worth && !sim::explain::momentAt(mTimeline->start(), log(), first).sentences.empty();
}

void PlaybackController::setPlace(Place place, bool started) {
    const bool otherEvent = mPending || place.event != mPlace.event || started != mStarted;
    mPlace = place;
    mStarted = started;
    if (otherEvent) findMoment();
    emit moved();
    if (otherEvent) emit stateChanged();
}

void PlaybackController::findMoment() {
    mPending = false;
    mSinceReported = 0;
    const auto& records = log().records();
    qint64 found = -1;
    std::size_t past = pastRecords();
    while (past > 0) {
        const std::size_t first = log().firstOfEvent(records[past - 1].event);
        if (isMoment(first, past)) {
            found = static_cast<qint64>(first);
            break;
        }
        past = first;
    }
    const bool sameMoment = found == mMomentRecord;
    mMomentRecord = found;
    if (sameMoment && found >= 0) return;
    mMoment = found < 0 ? sim::explain::Moment{}
                        : sim::explain::momentAt(mTimeline->start(), log(), static_cast<std::size_t>(found));
    // The frame that was sent says most; then a drop; then whatever there is.
    qint64 shown = found;
    int best = 0;
    for (std::size_t i = mMoment.firstRecord; found >= 0 && i < mMoment.lastRecord; ++i) {
        const int rank = records[i].kind == RecordKind::FrameSent ? 3 : records[i].kind == RecordKind::Dropped ? 2 : 0;
        if (rank > best) {
            best = rank;
            shown = static_cast<qint64>(i);
        }
    }
    QElapsedTimer telling;
    telling.start();
    mSelection.setCurrentRecord(shown);
    emit momentChanged();
    mReportTook = static_cast<double>(telling.nsecsElapsed()) / 1e6;
}

void PlaybackController::stepForward() {
    prepare();
    pause();
    const auto& records = log().records();
    for (std::size_t first = pastRecords(); first < records.size();) {
        const std::size_t last = log().firstOfEvent(records[first].event + 1);
        if (isMoment(first, last)) {
            seekRecord(static_cast<qint64>(first));
            return;
        }
        first = last;
    }
    if (!records.empty()) setPlace(mPace.at(mPace.length(), log()));
    if (!ended()) mAhead.start();
}

void PlaybackController::stepBack() {
    prepare();
    pause();
    const auto& records = log().records();
    const std::size_t end = mMomentRecord < 0 ? 0 : static_cast<std::size_t>(mMomentRecord);
    for (std::size_t last = end; last > 0;) {
        const std::size_t first = log().firstOfEvent(records[last - 1].event);
        if (isMoment(first, last)) {
            seekRecord(static_cast<qint64>(first));
            return;
        }
        last = first;
    }
    toStart();
}

void PlaybackController::toStart() {
    prepare();
    setPlace({}, false);
}

void PlaybackController::toEnd() {
    prepare();
    pause();
    if (!log().records().empty()) setPlace(mPace.at(mPace.length(), log()));
}

void PlaybackController::setSpeed(double speed) {
    mSpeed = std::clamp(speed, 0.25, 8.0);
    emit stateChanged();
}

void PlaybackController::setPace(Pace pace) {
    mPaceKind = pace;
    emit stateChanged();
}

void PlaybackController::seekPosition(double position) {
    prepare();
    if (position <= 0)
        toStart();
    else
        setPlace(mPace.at(position, log()));
}

void PlaybackController::seekRecord(qint64 record) {
    prepare();
    if (record < 0 || static_cast<std::size_t>(record) >= log().records().size()) return;
    const auto& r = log().records()[static_cast<std::size_t>(record)];
    setPlace({r.time, r.event, mPace.positionOf(r.time, r.event)});
}

void PlaybackController::choose(qint64 record) {
    pause();
    seekRecord(record);
    mSelection.setCurrentRecord(record);
}

const sim::devices::Network& PlaybackController::stateNow() const {
    if (!mStarted) return mTimeline->start();
    if (!mNow.valid || mNow.event != mPlace.event) mNow = {mPlace.event, true, mTimeline->stateAfter(mPlace.event)};
    return mNow.network;
}

const sim::devices::Network& PlaybackController::stateBefore() const {
    if (!mStarted || mMomentRecord < 0 || mMoment.event == 0) return mTimeline->start();
    const EventNo event = mMoment.event - 1;
    if (!mBefore.valid || mBefore.event != event) mBefore = {event, true, mTimeline->stateAfter(event)};
    return mBefore.network;
}

NodeId PlaybackController::nodeOf(DeviceId device) const {
    return device.valid() && device.value < mNodeOf.size() ? mNodeOf[device.value] : NodeId{};
}

DeviceId PlaybackController::deviceOf(NodeId node) const {
    const auto it = mDevices.find(node);
    return it == mDevices.end() ? DeviceId{} : it->second;
}

LinkId PlaybackController::linkOf(sim::kernel::ChannelId channel) const {
    return channel.valid() && channel.value < mLinkOf.size() ? mLinkOf[channel.value] : LinkId{};
}

void PlaybackController::insert(sim::replay::Stimulus stimulus) {
    // A stimulus comes before the events of its moment; what is on the screen has already happened.
    stimulus.at = mPlace.time + SimTime(1);
    mTimeline->insert(std::move(stimulus));
    mNow.valid = false;
    mBefore.valid = false;
    mPace = {};
    mPaceRecords = 0;
    forgetStorm();
    while (mTimeline->recordedUntil() <= mPlace.time + SimTime(1) && !mTimeline->quiet() &&
           !mTimeline->extend(mPlace.time + SimTime(1), kSliceEvents)) {
    }
    mPlace.event = std::min(mPlace.event, eventAt(log(), mPlace.time));
    refreshPace();
    mMomentRecord = -2; // whatever it was, it is told anew
    emit cut();
    findMoment();
    emit grown();
    runAhead();
    play();
}

void PlaybackController::act(NodeId node, const QString& action) {
    prepare();
    if (!mStarted) {
        // What is asked for before the run belongs to the lab: it is saved with it and can be undone.
        auto run = mDocument.lab().run;
        RunStep step;
        step.on = node;
        step.action = action;
        run.push_back(step);
        model::commands::setRun(mDocument, run);
        play();
        return;
    }
    QString problem;
    const auto parsed = model::io::parseAction(action, &problem);
    if (!parsed || !deviceOf(node).valid()) return;
    insert({SimTime{0}, deviceOf(node), *parsed});
}

void PlaybackController::toggleCable(LinkId link) {
    prepare();
    const auto channel = mChannels.find(link);
    if (mStarted && channel != mChannels.end()) {
        const bool up = stateNow().channelPlugged(channel->second);
        const bool playing = mPlaying;
        insert({SimTime{0}, stateNow().deviceOf(stateNow().endsOf(channel->second).first),
                sim::config::SetLink{channel->second, !up}});
        if (!playing) {
            pause();
            stepForward();
        }
        return;
    }
    const auto* now = mDocument.lab().link(link);
    if (!now) return;
    auto changed = *now;
    changed.up = !changed.up;
    model::commands::setLink(mDocument, changed, changed.up ? tr("Plug in cable") : tr("Pull cable"));
}

} // namespace ui::run
