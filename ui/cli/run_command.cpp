#include "ui/cli/run_command.h"

#include "model/check/check.h"
#include "model/io/quantities.h"
#include "model/network/network_builder.h"
#include "sim/explain/explain.h"
#include "sim/replay/timeline.h"
#include "ui/cli/json_report.h"
#include "ui/cli/output.h"
#include "ui/cli/state_report.h"
#include "ui/cli/story.h"
#include "ui/run/memory_bound.h"
#include "ui/run/storm_watch.h"

#include <QElapsedTimer>
#include <QLocale>

#include <algorithm>
#include <memory>
#include <new>
#include <unistd.h>

namespace ui::cli {

namespace {

using sim::replay::Timeline;

// A run without --until that never comes to rest ends here, so that no lab runs for ever.
constexpr sim::kernel::SimTime kLongest = std::chrono::hours(1);
constexpr std::uint64_t kSlice = 10'000; // events between two looks at the clock, and at what has been recorded
/// kReserve bytes are given back when the machine has no memory left, so that what was recorded can be written.
constexpr std::size_t kReserve = 8'000'000;

/// Progress writes a line to a terminal when a run takes longer than a second.
class Progress {
public:
    /// On a terminal where the story appears there is no place for it.
    explicit Progress(bool storyAppears) : mTerminal(isatty(STDERR_FILENO) && !storyAppears) { mClock.start(); }
    ~Progress() {
        if (mShown) printControl(QStringLiteral("\r\033[K"));
    }
    void show(const Timeline& timeline) {
        if (!mTerminal || mClock.elapsed() < 1000 || mClock.elapsed() - mLast < 200) return;
        mLast = mClock.elapsed();
        mShown = true;
        printControl(Text::tr("\r%1 s simulated, %2 events")
                         .arg(timeText(timeline.recordedUntil().count()))
                         .arg(timeline.latest().eventNo()));
    }

private:
    QElapsedTimer mClock;
    qint64 mLast = 0;
    bool mTerminal = false, mShown = false;
};

/// Ending is why a run is not simulated further.
enum class Ending : std::uint8_t { Due, Storm, Frames, Memory, Process, Machine, Signal, Unwritable, Unread };

Ending endingOf(run::MemoryBound::Reached reached) {
    using Reached = run::MemoryBound::Reached;
    return reached == Reached::No          ? Ending::Due
           : reached == Reached::Recording ? Ending::Memory
           : reached == Reached::Process   ? Ending::Process
                                           : Ending::Machine;
}

/// tellEnding says in a sentence why the run was stopped, and what to do about it.
void tellEnding(const Timeline& timeline, const RunOptions& options, Ending ending,
                const std::optional<sim::explain::Storm>& storm) {
    const QLocale c = QLocale(QLocale::English);
    const auto& log = timeline.log();
    QString what, hint;
    switch (ending) {
    case Ending::Due:
    case Ending::Unwritable:
    case Ending::Unread: return;
    case Ending::Signal:
        printError(
            Text::tr("Interrupted: the run was stopped at %1 s of virtual time, and what was recorded is kept.\n")
                .arg(timeText(timeline.recordedUntil().count())));
        return;
    case Ending::Storm:
        what = run::stormText(*storm, c) + u';';
        hint = run::stormMeaning(*storm, c) + Text::tr(" --through-storms lets the run go on.");
        break;
    case Ending::Frames:
        what = Text::tr("The run has come to %1 frames;").arg(c.toString(qulonglong(log.frames().size())));
        hint = Text::tr("--most-frames %1 lets it go on for longer, --until TIME says when it is long enough.")
                   .arg(options.mostFrames * 10);
        break;
    case Ending::Memory:
        what = Text::tr("The recording has come to %1 MB (%2 frames);")
                   .arg(options.mostMemory / 1'000'000)
                   .arg(c.toString(qulonglong(log.frames().size())));
        hint = Text::tr("--most-memory %1 records more, --until TIME says when it is long enough.")
                   .arg(model::io::formatBytes(options.mostMemory * 4));
        break;
    case Ending::Process:
        what = Text::tr("The program takes %1 MB with %2 frames recorded, more than --most-memory %3 has room for;")
                   .arg(run::residentBytes() / 1'000'000)
                   .arg(c.toString(qulonglong(log.frames().size())), model::io::formatBytes(options.mostMemory));
        hint = Text::tr("--most-memory %1 records more, --until TIME says when it is long enough.")
                   .arg(model::io::formatBytes(options.mostMemory * 4));
        break;
    case Ending::Machine:
        what = Text::tr("The machine has no memory left (%1 frames are recorded);")
                   .arg(c.toString(qulonglong(log.frames().size())));
        hint = Text::tr("Close other programs, or let --most-memory or --until TIME end the run earlier.");
        break;
    }
    if (ending != Ending::Storm)
        if (const auto most = sim::explain::busiest(log, timeline.latest()))
            hint = Text::tr("Most came from %1. ").arg(run::senderText(*most, c)) + hint;
    printError(Text::tr("%1 the run was stopped at %2 s of virtual time, and what was recorded is kept.\nhint: %3\n")
                   .arg(what, timeText(timeline.recordedUntil().count()), hint));
}

int simulate(const RunOptions& options) {
    const auto read = readLab(options.lab);
    if (!read) return caughtSignal() ? 128 + caughtSignal() : kBad;
    bool possible = true;
    for (const auto& finding : model::check::check(read->lab)) {
        if (finding.effect == model::check::Finding::Effect::Runs ||
            finding.severity == model::check::Finding::Severity::Hint)
            continue;
        printProblem(problemOf(*read, finding));
        possible = possible && finding.effect != model::check::Finding::Effect::Impossible;
    }
    if (!possible) return kBad;
    auto built = model::network::build(read->lab, options.seed);
    for (auto problem : built.problems) {
        if (problem.file.isEmpty()) problem.file = shownInput(options.lab);
        printProblem(problem);
    }
    Outputs outputs(options.lab);
    Capture capture(options.capture);
    Outputs::Writer* state = nullptr;
    const auto unopened = [] { return caughtSignal() ? 128 + caughtSignal() : kBad; };
    if (!capture.open(built.network, built.stimuli, outputs)) return unopened();
    if (options.state && !(state = outputs.add(QStringLiteral("--state"), *options.state))) return unopened();
    if (!capture.folderFits(outputs)) return kBad;
    if (options.json && outputs.standardOutputTaken()) {
        printError(Text::tr("--json: standard output is already another output's.\nhint: %1\n")
                       .arg(Text::tr("Let the other one be a file.")));
        return kBad;
    }

    Timeline timeline(std::move(built.network), std::move(built.stimuli));
    auto reserve = std::make_unique<char[]>(kReserve);
    Story story;
    Ending ending = Ending::Due;
    std::optional<sim::explain::Storm> storm;
    {
        Progress progress(!options.json && outIsTerminal());
        run::StormWatch watch;
        const auto stop = options.until ? Timeline::Stop::AtTime : Timeline::Stop::WhenQuiet;
        const run::MemoryBound bound(options.mostMemory);
        timeline.setMostMemory(options.mostMemory);
        std::uint64_t slice = kSlice; // ends with this event
        const auto step = [&] {
            const std::uint64_t events = timeline.latest().eventNo();
            return timeline.extend(options.until.value_or(kLongest),
                                   std::min(run::kEventsPerLook, slice - std::min(slice, events)), stop);
        };
        while (ending == Ending::Due && !step()) {
            ending = endingOf(bound.look(timeline));
            if (ending == Ending::Due && timeline.latest().eventNo() < slice) continue;
            slice += kSlice;
            progress.show(timeline);
            if (!options.throughStorms) storm = watch.look(timeline);
            if (storm)
                ending = Ending::Storm;
            else if (ending == Ending::Due && timeline.log().frames().size() >= options.mostFrames)
                ending = Ending::Frames;
            else if (ending == Ending::Due && caughtSignal())
                ending = Ending::Signal;
            if (storm) continue; // of which only the beginning is told
            capture.take(timeline);
            if (!options.json) story.tell(timeline);
            if (outputs.failed())
                ending = Ending::Unwritable;
            else if (outputs.readersGone() || (!options.json && outputs.none() && !flushOut()))
                ending = Ending::Unread;
        }
    }
    if (timeline.outOfMemory()) {
        ending = Ending::Machine;
        reserve.reset();
    }
    capture.take(timeline);
    if (ending == Ending::Due && caughtSignal()) ending = Ending::Signal;
    const bool stopped = ending >= Ending::Storm && ending <= Ending::Machine;
    if (state) state->write(stateReport(timeline.latest()));
    if (options.json) {
        writeJsonReport(read->lab, timeline, built.problems, printData);
    } else if (ending != Ending::Unread) {
        story.finish(timeline, ending == Ending::Storm);
        tellResults(timeline);
    }
    const bool written = capture.finish(timeline, outputs) && outputs.commit();
    tellEnding(timeline, options, ending, storm);
    if (ending == Ending::Due && !options.until && !timeline.quiet())
        printError(Text::tr(
            "The network did not come to rest within an hour of virtual time. Use --until to say how long to run.\n"));
    if (!written && !outputs.interrupted()) return kBad;
    if (caughtSignal()) return 128 + caughtSignal();
    if (outputs.readersGone()) return kReaderLeft;
    return stopped ? kFound : kFine;
}

} // namespace

int run(const RunOptions& options) {
    catchSignals();
    try {
        return simulate(options);
    } catch (const std::bad_alloc&) {
        printError(Text::tr("The machine has no memory left for the report of this run.\nhint: Close other programs, "
                            "or let --most-memory or --until TIME end "
                            "the run earlier.\n"));
        flushOut();
        return kFound;
    }
}

} // namespace ui::cli
