// The run behind the window: a timeline that runs ahead of a cursor, and everything that moves the cursor.
#pragma once

#include "model/network/network_builder.h"
#include "sim/explain/explain.h"
#include "sim/replay/timeline.h"
#include "ui/rows/run_view.h"
#include "ui/run/memory_bound.h"
#include "ui/run/pace_map.h"
#include "ui/run/storm_watch.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>

namespace model::document {
class Document;
struct Change;
} // namespace model::document
namespace ui::shared {
class Selection;
}

namespace ui::run {

/// Pace says how virtual time passes while playing.
enum class Pace : std::uint8_t {
    Comfortable, ///< every frame is seen travelling, whatever the delay of its cable
    Slow,        ///< a second shows a millisecond
    RealTime     ///< a second shows a second
};

/// PlaybackController owns the run of the open lab. While it is paused and the run is recorded, no timer is active.
class PlaybackController : public QObject, public rows::RunView {
    Q_OBJECT
public:
    PlaybackController(model::document::Document& document, shared::Selection& selection, QObject* parent = nullptr);

    const sim::replay::Timeline& timeline() const override { return *mTimeline; }
    const sim::trace::TraceLog& log() const { return mTimeline->log(); }
    const PaceMap& paceMap() const { return mPace; }
    const Place& place() const { return mPlace; }
    sim::kernel::SimTime time() const { return mPlace.time; }
    sim::kernel::EventNo eventNo() const override { return mStarted ? mPlace.event : 0; }
    bool started() const { return mStarted; }
    bool atEnd() const;
    bool isPlaying() const { return mPlaying; }
    double speed() const { return mSpeed; }
    Pace pace() const { return mPaceKind; }
    /// full: the recording has come to its bound, and the run goes no further.
    bool full() const;
    /// outOfMemory: the machine had none left for the recording.
    bool outOfMemory() const { return mTimeline->outOfMemory(); }
    /// mostMemory is that bound in MB (the setting recording/most-memory).
    int mostMemory() const { return mMostMemory; }
    /// storm is what goes round and round at the end of what is recorded, when something does.
    const std::optional<sim::explain::Storm>& storm() const { return mStorm; }
    /// isStopped: somebody stopped the recording, and the run goes no further until goOn.
    bool isStopped() const { return mStopped; }
    /// hasRun: there is something to play, or to step through.
    bool hasRun() const;

    /// momentRecord is the first record of the moment at the cursor; -1: before the first.
    qint64 momentRecord() const { return mMomentRecord; }
    /// moment is the moment at the cursor, told; empty before the first.
    const sim::explain::Moment& moment() const { return mMoment; }
    /// stateNow and stateBefore are the network at the cursor and before the moment at the cursor.
    const sim::devices::Network& stateNow() const;
    const sim::devices::Network& stateBefore() const;

    model::lab::NodeId nodeOf(sim::kernel::DeviceId device) const;
    sim::kernel::DeviceId deviceOf(model::lab::NodeId node) const;
    model::lab::LinkId linkOf(sim::kernel::ChannelId channel) const;
    const std::map<model::lab::LinkId, sim::kernel::ChannelId>& channels() const { return mChannels; }
    const std::vector<model::io::Problem>& problems() const { return mProblems; }

    /// isMoment tells whether the event whose records are [first, last) is a step of the story.
    bool isMoment(std::size_t first, std::size_t last) const;

    /// act lets a node do something now, or (before the run has begun) at the beginning of the run of the lab.
    void act(model::lab::NodeId node, const QString& action);
    /// toggleCable pulls a cable, or plugs it in: in the run when it has begun, in the lab otherwise.
    void toggleCable(model::lab::LinkId link);

public slots:
    void play();
    void pause();
    void toggle() { mPlaying ? pause() : play(); }
    void stepForward();
    void stepBack();
    void toStart();
    void toEnd();
    /// reset forgets what was done during the run.
    void reset();
    void setSpeed(double speed);
    void setPace(ui::run::Pace pace);
    void seekPosition(double position);
    void seekRecord(qint64 record);
    /// choose pauses at the moment of a record, and makes that record the current one.
    void choose(qint64 record);
    /// stop ends the run where it is recorded up to; goOn takes that back.
    void stop();
    void goOn();
    /// setMostMemory changes the bound of the recording, also for later runs; a run that was full goes on.
    void setMostMemory(int megabytes);
    /// prepare builds the run now when the lab has changed since.
    void prepare();
    /// advance lets so many milliseconds pass, as the timer does while playing.
    void advance(double milliseconds);

signals:
    /// rebuilt: there is another run; everything known of the last one is void.
    void rebuilt();
    /// grown: more is recorded.
    void grown();
    /// cut: something was inserted, and what was recorded after that moment is another thing now.
    void cut();
    void moved();
    /// momentChanged: another moment has come. While thousands of events pass in a second, a few times a second.
    void momentChanged();
    void stateChanged();
    /// noticeChanged: a storm was found or is over, or the recording was stopped, came to its bound, or goes on.
    void noticeChanged();

private:
    void onDocumentChanged(const model::document::Change& change);
    void markStale();
    void runAhead();
    /// boundMemory lets the timeline and the process know of mMostMemory.
    void boundMemory();
    /// resting: nothing more will happen in the run.
    bool resting() const;
    /// ended: nothing more will be recorded, because nothing happens or because nothing may.
    bool ended() const { return mStopped || resting() || full(); }
    /// ahead is how far the run is recorded ahead of the cursor.
    sim::kernel::SimTime ahead() const;
    void lookForStorm();
    void forgetStorm();
    void refreshPace();
    void setPlace(Place place, bool started = true);
    void findMoment();
    void insert(sim::replay::Stimulus stimulus);
    std::size_t pastRecords() const;

    model::document::Document& mDocument;
    shared::Selection& mSelection;
    std::unique_ptr<sim::replay::Timeline> mTimeline;
    std::map<model::lab::NodeId, sim::kernel::DeviceId> mDevices;
    std::map<model::lab::LinkId, sim::kernel::ChannelId> mChannels;
    std::vector<model::lab::NodeId> mNodeOf;
    std::vector<model::lab::LinkId> mLinkOf;
    std::vector<model::io::Problem> mProblems;
    bool mStale = true;
    int mMostMemory = 0; ///< MB
    MemoryBound mBound{0};
    bool mProcessFull = false; ///< the process has come to its bound, whatever the recording counts
    StormWatch mWatch;
    std::optional<sim::explain::Storm> mStorm;
    bool mStopped = false;
    bool mWasFull = false; ///< when noticeChanged was emitted last

    PaceMap mPace;
    std::size_t mPaceRecords = 0;
    Place mPlace;
    bool mStarted = false;
    bool mPlaying = false;
    double mSpeed = 1.0;
    Pace mPaceKind = Pace::Comfortable;

    bool mPending = false;     ///< the cursor has gone past moments that nobody was told of
    double mSinceReported = 0; ///< milliseconds of playing
    double mReportTook = 0;    ///< milliseconds
    qint64 mMomentRecord = -1;
    sim::explain::Moment mMoment;
    struct State {
        sim::kernel::EventNo event = 0;
        bool valid = false;
        sim::devices::Network network;
    };
    mutable State mNow, mBefore;
    QTimer mTick, mAhead, mRebuild;
    QElapsedTimer mClock;
};

} // namespace ui::run
